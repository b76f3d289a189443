"""JAX as its documentation shows it: `jax.grad`, JAX's own shuffle, one compiled function an epoch that scans its batches."""

from functools import partial

from protocol import Peer, serve

import jax
import jax.numpy as jnp
import numpy as np


def mean_loss(theta, features, labels, weights):
    """Mean of weight times focal loss with γ = 2."""
    log_p = jax.nn.log_softmax(features @ theta[:-1] + theta[-1])
    log_p = jnp.take_along_axis(log_p, labels[:, None], axis=1)[:, 0]
    return -jnp.mean(weights * (1.0 - jnp.exp(log_p)) ** 2 * log_p)


def momentum_step(state, gradient, learning_rate, momentum):
    theta, velocity = state
    velocity = momentum * velocity + gradient
    return theta - learning_rate * velocity, velocity


def scan_epoch(batch, learning_rate, momentum, state, data, order):
    def step(state, idx):
        gradient = jax.grad(mean_loss)(state[0], *(values[idx] for values in data))
        return momentum_step(state, gradient, learning_rate, momentum), None

    n_whole = len(order) // batch * batch
    state, _ = jax.lax.scan(step, state, order[:n_whole].reshape(-1, batch))
    return step(state, order[n_whole:])[0] if n_whole < len(order) else state


def full_batch_step(_batch, learning_rate, momentum, state, data, _order):
    return momentum_step(state, jax.grad(mean_loss)(state[0], *data), learning_rate, momentum)


class JaxScan(Peer):
    scan_epoch = staticmethod(scan_epoch)
    full_batch_step = staticmethod(full_batch_step)

    def __init__(self, workload):
        super().__init__(workload)
        self.key = jax.random.key(2)
        data = (workload.features, workload.labels.astype(np.int32), workload.weights[workload.labels])
        self.data = tuple(jnp.asarray(values) for values in data)
        settings = (workload.batch, workload.learning_rate, workload.momentum)
        train = self.full_batch_step if workload.is_full_batch else self.scan_epoch
        self.train = jax.jit(partial(train, *settings), donate_argnums=0)
        self.permutation = jax.jit(lambda key: jax.random.permutation(key, workload.n_samples))
        self.reset()
        self.epoch(self.new_order(), None)
        self.reset()

    def description(self):
        return f"JAX {jax.__version__}, {jax.default_backend()}"

    def reset(self):
        initial = jnp.array(self.workload.initial)
        self.state = (initial, jnp.zeros_like(initial))

    def new_order(self):
        self.key, key = jax.random.split(self.key)
        return self.permutation(key)

    def parameters(self):
        return np.asarray(self.state[0])

    def epoch(self, order, _give_up):
        """A whole epoch always: a scan cannot look at the clock."""
        order = None if self.workload.is_full_batch else jnp.asarray(order, jnp.int32)
        self.state = jax.block_until_ready(self.train(self.state, self.data, order))
        return self.workload.n_samples


if __name__ == "__main__":
    serve(JaxScan)
