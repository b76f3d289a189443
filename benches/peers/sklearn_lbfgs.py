"""scikit-learn's logistic regression: L-BFGS on the full batch and weighted cross-entropy, another kind of step."""

import warnings
from time import perf_counter

from protocol import Peer, blas_kernel, serve

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

# Every fit is stopped long before it converges, on purpose.
warnings.simplefilter("ignore", ConvergenceWarning)
# A fit has a start that costs about as much as an iteration, and this many hide it.
MIN_ITERATIONS, MAX_ITERATIONS = 4, 100


class SklearnLbfgs(Peer):
    def __init__(self, workload):
        super().__init__(workload)
        self.sample_weights = workload.weights[workload.labels]
        self.fit(1)

    def description(self):
        return f"scikit-learn {sklearn.__version__}, {blas_kernel()}"

    def fit(self, n_iterations):
        """The number of iterations done from zero, without L2."""
        model = LogisticRegression(C=np.inf, tol=0.0, max_iter=n_iterations)
        model.fit(self.workload.features, self.workload.labels, self.sample_weights)
        return int(model.n_iter_[0])

    def check(self):
        """Nothing to compare: the objective is another one."""
        return None

    def time(self, seconds):
        start = perf_counter()
        n_iterations = self.fit(MIN_ITERATIONS)
        while (passed := perf_counter() - start) < seconds:
            affordable = int((seconds - passed) * n_iterations / passed)
            n_iterations += self.fit(min(max(affordable, MIN_ITERATIONS), MAX_ITERATIONS))
        return n_iterations * self.workload.n_samples


if __name__ == "__main__":
    serve(SklearnLbfgs)
