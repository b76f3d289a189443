"""PyTorch with the gradient by hand, a step compiled as a whole by `torch.compile`."""

from protocol import serve

import torch
from torch_by_hand import TorchByHand


class TorchCompiled(TorchByHand):
    def __init__(self, workload):
        super().__init__(workload)
        # Nothing is compiled for shapes in general: there are only the batch and the last, smaller one.
        self.compiled = torch.compile(step_function(workload.momentum), dynamic=False)
        self.epoch(workload.order, float("inf"))
        self.reset()

    def add_gradient(self, *block):
        self.compiled(self.theta, self.velocity, *block)


def step_function(momentum):
    """The same step as by hand, without memory of its own: the compiler sees to that."""

    def step(theta, velocity, rows, labels, rates, is_first, is_last):
        probabilities = torch.softmax(rows @ theta, 1)
        p = probabilities.gather(1, labels)
        rest = 1.0 - p
        factor = rest * (rest - 2.0 * torch.xlogy(p, p)) * rates
        is_true = torch.arange(theta.shape[1]) == labels
        gradient = rows.T @ (factor * (probabilities - is_true.float()))
        velocity.mul_(momentum if is_first else 1.0).add_(gradient)
        if is_last:
            theta.sub_(velocity)

    return step


if __name__ == "__main__":
    serve(TorchCompiled)
