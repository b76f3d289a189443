"""The four workloads of the comparison, written to folders that every worker reads."""

import json
from dataclasses import dataclass

import numpy as np

# Of CIFAR-10-LT at imbalance factor 100.
CIFAR_COUNTS = (5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50)
BETA = 0.999


@dataclass(frozen=True)
class Workload:
    """Shape of a workload; a batch of 0 is the full batch, and the targets are those for one thread."""

    stands_for: str
    counts: np.ndarray
    n_features: int
    batch: int
    target_multiple: float
    target_share: float

    @property
    def n_samples(self):
        return int(self.counts.sum())

    @property
    def n_classes(self):
        return len(self.counts)


def exponential_counts(n_samples, n_classes, factor):
    """Counts that fall by `factor` from first to last class and sum to `n_samples`; the rest goes to the head."""
    shares = factor ** (-np.arange(n_classes) / (n_classes - 1))
    counts = np.maximum(np.floor(n_samples * shares / shares.sum()).astype(np.int64), 1)
    counts[0] += n_samples - counts.sum()
    return counts


WORKLOADS = {
    "S": Workload("the live demonstration", np.array(CIFAR_COUNTS), 2, 64, 65.0, 0.40),
    "M": Workload("a sweep", exponential_counts(50_000, 100, 100), 16, 256, 5.0, 0.70),
    "L": Workload("a real table", exponential_counts(200_000, 100, 100), 64, 0, 3.0, 0.82),
    "XL": Workload("like ImageNet-LT", exponential_counts(115_846, 1000, 256), 128, 512, 1.35, 0.85),
}


def class_weights(counts):
    """Inverse effective numbers, scaled to sum to the number of classes."""
    inverse = (1 - BETA) / -np.expm1(counts * np.log1p(BETA - 1))
    return inverse * len(counts) / inverse.sum()


def write(name, folder):
    """Writes one workload's settings, data and order of the checked epoch; our worker adds its initial parameters."""
    workload = WORKLOADS[name]
    n_samples, n_features, n_classes = workload.n_samples, workload.n_features, workload.n_classes
    random = np.random.default_rng(1)
    labels = random.permutation(np.repeat(np.arange(n_classes, dtype=np.uint32), workload.counts))
    means = random.standard_normal((n_classes, n_features), np.float32)
    features = means[labels] + random.standard_normal((n_samples, n_features), np.float32)
    settings = {
        "name": name,
        "n_samples": n_samples,
        "n_features": n_features,
        "n_classes": n_classes,
        "batch": workload.batch,
        "gamma": 2.0,
        "learning_rate": 0.01,
        "momentum": 0.9,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "workload.json").write_text(json.dumps(settings, indent=1))
    features.tofile(folder / "features.f32")
    labels.tofile(folder / "labels.u32")
    class_weights(workload.counts).astype(np.float32).tofile(folder / "weights.f32")
    random.permutation(n_samples).astype(np.uint32).tofile(folder / "order.u32")
