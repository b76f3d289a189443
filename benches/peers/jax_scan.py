"""JAX: one compiled function an epoch, a scan over its batches (over blocks of rows for a full batch)."""

from functools import partial

from protocol import Peer, serve

import jax
import jax.numpy as jnp
import numpy as np

# Logits that are worked on at once in a full batch: one megabyte, which stays in the second-level cache.
BLOCK_SIZE = 2**18


class JaxScan(Peer):
    def __init__(self, workload):
        super().__init__(workload)
        self.random = np.random.default_rng(2)
        data = (workload.features, workload.labels.astype(np.int32), workload.weights[workload.labels])
        self.data = tuple(jnp.asarray(values) for values in data)
        settings = (workload.batch, workload.learning_rate, workload.momentum)
        train = full_batch_step if workload.is_full_batch else scan_epoch
        self.train = jax.jit(partial(train, *settings), donate_argnums=0)
        self.reset()
        self.epoch(workload.order, None)
        self.reset()

    def description(self):
        return f"JAX {jax.__version__}, {jax.default_backend()}"

    def reset(self):
        initial = jnp.array(self.workload.initial)
        self.state = (initial, jnp.zeros_like(initial))

    def new_order(self):
        # JAX's own permutation sorts random keys, which takes longer than an epoch of a small workload.
        return self.random.permutation(self.workload.n_samples)

    def parameters(self):
        return np.asarray(self.state[0])

    def epoch(self, order, _give_up):
        """A whole epoch always: a scan cannot look at the clock."""
        order = None if self.workload.is_full_batch else order.astype(np.int32)
        self.state = jax.block_until_ready(self.train(self.state, self.data, order))
        return self.workload.n_samples


def gradient_sum(theta, features, labels, weights):
    """Gradient of the focal loss with γ = 2, summed over these rows; by hand it is faster than `jax.grad`."""
    probabilities = jax.nn.softmax(features @ theta[:-1] + theta[-1])
    is_true = jnp.arange(theta.shape[1]) == labels[:, None]
    p = jnp.sum(jnp.where(is_true, probabilities, 0.0), axis=1, keepdims=True)
    rest = 1.0 - p
    factor = weights[:, None] * rest * (rest - 2.0 * jax.scipy.special.xlogy(p, p))
    residuals = factor * (probabilities - is_true)
    return jnp.vstack([features.T @ residuals, residuals.sum(axis=0)])


def momentum_step(state, gradient, learning_rate, momentum):
    theta, velocity = state
    velocity = momentum * velocity + gradient
    return theta - learning_rate * velocity, velocity


def scan_epoch(batch, learning_rate, momentum, state, data, order):
    def step(state, idx):
        gradient = gradient_sum(state[0], *(values[idx] for values in data)) / len(idx)
        return momentum_step(state, gradient, learning_rate, momentum), None

    n_whole = len(order) // batch * batch
    state, _ = jax.lax.scan(step, state, order[:n_whole].reshape(-1, batch))
    return step(state, order[n_whole:])[0] if n_whole < len(order) else state


def full_batch_step(batch, learning_rate, momentum, state, data, _order):
    def add(gradient, block):
        return gradient + gradient_sum(state[0], *block), None

    n_rows = min(batch, BLOCK_SIZE // state[0].shape[1])
    n_whole = batch // n_rows * n_rows
    blocks = tuple(values[:n_whole].reshape(-1, n_rows, *values.shape[1:]) for values in data)
    gradient, _ = jax.lax.scan(add, jnp.zeros_like(state[0]), blocks)
    if n_whole < batch:
        gradient, _ = add(gradient, tuple(values[n_whole:] for values in data))
    return momentum_step(state, gradient / batch, learning_rate, momentum)


if __name__ == "__main__":
    serve(JaxScan)
