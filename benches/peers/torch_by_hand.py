"""PyTorch with the gradient by hand: no autograd, results written to memory that is asked for once."""

from time import perf_counter

from protocol import N_THREADS, Peer, serve

import torch

torch.set_num_threads(N_THREADS)
# Logits that are worked on at once: one megabyte, which stays in the second-level cache.
BLOCK_SIZE = 2**18


class TorchByHand(Peer):
    def __init__(self, workload):
        super().__init__(workload)
        self.rows = torch.from_numpy(workload.features_and_one())
        self.labels = torch.from_numpy(workload.labels)[:, None]
        self.weights = torch.from_numpy(workload.weights)[self.labels]
        self.step_sizes = torch.from_numpy(workload.step_sizes())[:, None]
        self.n_rows = min(workload.batch, BLOCK_SIZE // workload.n_classes)
        self.logits = torch.empty(self.n_rows, workload.n_classes)
        self.reset()

    def description(self):
        return f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"

    def reset(self):
        self.theta = torch.from_numpy(self.workload.initial.copy())
        self.velocity = torch.zeros_like(self.theta)

    def new_order(self):
        return torch.randperm(self.workload.n_samples)

    def parameters(self):
        return self.theta.numpy()

    @torch.inference_mode()
    def epoch(self, order, give_up):
        rows, labels, weights = self.rows, self.labels, self.weights
        if not self.workload.is_full_batch:
            order = torch.as_tensor(order)
            rows, labels, weights = (tensor.index_select(0, order) for tensor in (rows, labels, weights))
        rates = weights * self.step_sizes
        n_trained = 0
        batch = self.workload.batch
        for rows, labels, rates in zip(rows.split(batch), labels.split(batch), rates.split(batch)):
            for start in range(0, len(rows), self.n_rows):
                block = slice(start, start + self.n_rows)
                is_first, is_last = start == 0, start + self.n_rows >= len(rows)
                self.add_gradient(rows[block], labels[block], rates[block], is_first, is_last)
            n_trained += len(rows)
            if perf_counter() > give_up:
                break
        return n_trained

    def add_gradient(self, rows, labels, rates, is_first, is_last):
        """The part of these rows in a step: its first block decays the velocity, its last one moves the parameters."""
        block = self.logits[: len(rows)]
        torch.mm(rows, self.theta, out=block)
        torch.softmax(block, 1, out=block)
        p = block.gather(1, labels)
        rest = 1.0 - p
        # The focal factor for γ = 2 is (1 − p) (1 − p − 2 p ln p).
        factor = torch.sub(rest, torch.xlogy(p, p), alpha=2.0).mul_(rest).mul_(rates)
        block.mul_(factor)
        block.scatter_(1, labels, rest.mul_(factor).neg_())
        decay = self.workload.momentum if is_first else 1.0
        torch.addmm(self.velocity, rows.T, block, beta=decay, out=self.velocity)
        if is_last:
            self.theta.sub_(self.velocity)


if __name__ == "__main__":
    serve(TorchByHand)
