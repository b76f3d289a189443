"""PyTorch as most people write it: autograd on a focal loss of `log_softmax`, and the framework's own SGD."""

from time import perf_counter

from protocol import N_THREADS, Peer, serve

import torch
from torch.nn import functional

torch.set_num_threads(N_THREADS)


class TorchEager(Peer):
    def __init__(self, workload):
        super().__init__(workload)
        self.features = torch.from_numpy(workload.features)
        self.labels = torch.from_numpy(workload.labels)
        self.class_weights = torch.from_numpy(workload.weights)
        self.reset()

    def description(self):
        return f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"

    def reset(self):
        workload = self.workload
        self.model = torch.nn.Linear(workload.n_features, workload.n_classes)
        initial = torch.from_numpy(workload.initial)
        with torch.no_grad():
            self.model.weight.copy_(initial[:-1].T)
            self.model.bias.copy_(initial[-1])
        self.optimiser = torch.optim.SGD(
            self.model.parameters(), workload.learning_rate, workload.momentum, fused=True
        )

    def new_order(self):
        return torch.randperm(self.workload.n_samples)

    def parameters(self):
        return torch.cat([self.model.weight.detach().T, self.model.bias.detach()[None]]).numpy()

    def epoch(self, order, give_up):
        features, labels = self.features, self.labels
        if not self.workload.is_full_batch:
            order = torch.as_tensor(order)
            features, labels = features[order], labels[order]
        n_trained = 0
        for features, labels in zip(features.split(self.workload.batch), labels.split(self.workload.batch)):
            self.step(features, labels)
            n_trained += len(features)
            if perf_counter() > give_up:
                break
        return n_trained

    def step(self, features, labels):
        self.optimiser.zero_grad()
        self.loss(features, labels).backward()
        self.optimiser.step()

    def loss(self, features, labels):
        log_p = functional.log_softmax(self.model(features), 1).gather(1, labels[:, None])[:, 0]
        return -(self.class_weights[labels] * (1.0 - log_p.exp()) ** self.workload.gamma * log_p).mean()


if __name__ == "__main__":
    serve(TorchEager)
