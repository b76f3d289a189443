"""What every peer shares: the folder of a workload, the objective in double precision, and the lines compare.py sends.

A worker is started with a folder as its argument, says that it is ready, and answers `check` and `time SECONDS`, one
JSON object a line.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

N_THREADS = int(os.environ.get("PEER_THREADS", "1"))
# Libraries read these while they are imported, so this module comes before any of them.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
    os.environ[variable] = str(N_THREADS)

import numpy as np  # noqa: E402
from threadpoolctl import threadpool_info  # noqa: E402


@dataclass
class Workload:
    """Data and settings of one folder; `batch` is the number of samples a step, also for a full batch."""

    n_samples: int
    n_features: int
    n_classes: int
    batch: int
    gamma: float
    learning_rate: float
    momentum: float
    features: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    order: np.ndarray
    initial: np.ndarray

    @classmethod
    def load(cls, folder):
        folder = Path(folder)
        settings = json.loads((folder / "workload.json").read_text())
        settings.pop("name")
        n_samples, n_features, n_classes = (settings[key] for key in ("n_samples", "n_features", "n_classes"))
        settings["batch"] = settings["batch"] or n_samples
        return cls(
            **settings,
            features=np.fromfile(folder / "features.f32", np.float32).reshape(n_samples, n_features),
            labels=np.fromfile(folder / "labels.u32", np.uint32).astype(np.int64),
            weights=np.fromfile(folder / "weights.f32", np.float32),
            order=np.fromfile(folder / "order.u32", np.uint32).astype(np.int64),
            initial=np.fromfile(folder / "initial.f32", np.float32).reshape(n_features + 1, n_classes),
        )

    @property
    def is_full_batch(self):
        return self.batch == self.n_samples

    def features_and_one(self):
        """Features with a last column of ones, so that one product takes the bias along."""
        return np.hstack([self.features, np.ones((self.n_samples, 1), np.float32)])

    def step_sizes(self):
        """Learning rate over the size of the batch, for each place in an order; the last batch may be smaller."""
        sizes = np.full(self.n_samples, self.batch)
        if rest := self.n_samples % self.batch:
            sizes[-rest:] = rest
        return (self.learning_rate / sizes).astype(np.float32)

    def objective(self, parameters):
        """Mean over all samples of weight times focal loss, in double precision throughout."""
        parameters = np.asarray(parameters, np.float64)
        total = 0.0
        for start in range(0, self.n_samples, 4096):
            rows = slice(start, start + 4096)
            logits = self.features[rows].astype(np.float64) @ parameters[:-1] + parameters[-1]
            logits -= logits.max(axis=1, keepdims=True)
            true_idx = (np.arange(len(logits)), self.labels[rows])
            log_p = logits[true_idx]
            exp = np.exp(logits)
            sums = exp.sum(axis=1)
            log_p -= np.log(sums)
            exp[true_idx] = 0.0
            rest = exp.sum(axis=1) / sums
            total -= np.sum(self.weights[self.labels[rows]] * rest**self.gamma * log_p)
        return total / self.n_samples


class Peer:
    """One framework's way to train; a subclass keeps parameters and momentum in its own form."""

    def __init__(self, workload):
        self.workload = workload

    def description(self):
        """Name and version of what computes."""
        raise NotImplementedError

    def reset(self):
        """Goes back to the initial parameters and to no momentum."""
        raise NotImplementedError

    def new_order(self):
        """A new random order of the samples."""
        raise NotImplementedError

    def epoch(self, order, give_up):
        """Trains the samples in this order and gives their number; may stop after a batch once `give_up` has passed."""
        raise NotImplementedError

    def parameters(self):
        """Weights feature by feature, the bias last: `[n_features + 1, n_classes]`."""
        raise NotImplementedError

    def check(self):
        """The objective after one epoch from the initial parameters in the order of the folder."""
        self.reset()
        self.epoch(self.workload.order, float("inf"))
        return self.workload.objective(self.parameters())

    def time(self, seconds):
        """Trains for this long and gives the number of samples trained."""
        start = perf_counter()
        n_trained = 0
        while n_trained == 0 or perf_counter() - start < seconds:
            order = None if self.workload.is_full_batch else self.new_order()
            n_trained += self.epoch(order, start + 4 * seconds)
        return n_trained


def blas_kernel():
    """The libraries that compute products, and the kernel that each chose for this machine."""
    return ", ".join(sorted(
        f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    ))


def serve(peer_type):
    """Answers the lines on standard input until it ends."""
    peer = peer_type(Workload.load(sys.argv[1]))
    answer({"ready": f"{peer.description()}, {N_THREADS} thread{'s' * (N_THREADS > 1)}"})
    for line in sys.stdin:
        match line.split():
            case ["check"]:
                answer({"loss": peer.check()})
            case ["time", seconds]:
                start = perf_counter()
                n_trained = peer.time(float(seconds))
                answer({"samples": n_trained, "secs": perf_counter() - start})
            case _:
                sys.exit(f"A worker knows `check` and `time SECONDS`, not `{line.strip()}`.")


def answer(value):
    print(json.dumps(value), flush=True)
