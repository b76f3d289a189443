"""NumPy with the gradient by hand: memory is asked for once, every step works in place, samples lie side by side."""

from time import perf_counter

from protocol import Peer, blas_kernel, serve

import numpy as np

# Logits that are worked on at once: one megabyte, which stays in the second-level cache.
BLOCK_SIZE = 2**18


class NumpyByHand(Peer):
    def __init__(self, workload):
        super().__init__(workload)
        self.random = np.random.default_rng(2)
        self.rows = workload.features_and_one()
        self.weights = workload.weights[workload.labels]
        self.step_sizes = workload.step_sizes()
        self.n_rows = min(workload.batch, BLOCK_SIZE // workload.n_classes)
        self.logits = np.empty(workload.n_classes * self.n_rows, np.float32)
        self.of_sample = np.empty((4, self.n_rows), np.float32)
        self.gradient = np.empty((workload.n_classes, workload.n_features + 1), np.float32)
        self.shuffled = np.empty_like(self.rows)
        self.reset()

    def description(self):
        return f"NumPy {np.__version__}, {blas_kernel()}"

    def reset(self):
        self.theta = np.ascontiguousarray(self.workload.initial.T)
        self.velocity = np.zeros_like(self.theta)

    def new_order(self):
        return self.random.permutation(self.workload.n_samples)

    def parameters(self):
        return self.theta.T

    def epoch(self, order, give_up):
        rows, labels, weights = self.rows, self.workload.labels, self.weights
        if not self.workload.is_full_batch:
            rows = np.take(rows, order, axis=0, out=self.shuffled, mode="clip")
            labels, weights = labels[order], weights[order]
        rates = weights * self.step_sizes
        for start in range(0, len(rows), self.workload.batch):
            stop = min(start + self.workload.batch, len(rows))
            self.velocity *= self.workload.momentum
            for first in range(start, stop, self.n_rows):
                block = slice(first, min(first + self.n_rows, stop))
                self.add_gradient(rows[block], labels[block], rates[block])
            self.theta -= self.velocity
            if perf_counter() > give_up:
                break
        return stop

    def add_gradient(self, rows, labels, rates):
        """Adds learning rate times gradient of these rows to the velocity; the focal factor is that of γ = 2."""
        n_rows = len(rows)
        flat = self.logits[: self.workload.n_classes * n_rows]
        block = flat.reshape(-1, n_rows)
        p, rest, factor, sums = self.of_sample[:, :n_rows]
        np.matmul(self.theta, rows.T, out=block)
        block -= np.maximum.reduce(block, axis=0, out=sums)
        np.exp(block, out=block)
        np.add.reduce(block, axis=0, out=sums)
        true_idx = labels * n_rows + np.arange(n_rows)
        np.take(flat, true_idx, out=p, mode="clip")
        p /= sums
        # The factor is (1 − p) (1 − p − 2 p ln p).
        np.subtract(1.0, p, out=rest)
        np.maximum(p, 1e-37, out=factor)
        np.log(factor, out=factor)
        factor *= p
        factor *= -2.0
        factor += rest
        factor *= rest
        factor *= rates
        p -= 1.0
        p *= factor
        factor /= sums
        block *= factor
        flat[true_idx] = p
        np.matmul(block, rows, out=self.gradient)
        self.velocity += self.gradient


if __name__ == "__main__":
    serve(NumpyByHand)
