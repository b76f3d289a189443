//! A class_weight dictionary for scikit-learn.

use super::{SnippetSource, python_dictionary};

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let dictionary = python_dictionary("class_weight", weights);
    format!(
        r#""""Class weights for scikit-learn."""
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

{heading}{dictionary}

def classifier(n_samples, l2=0.001, **settings):
    """Softmax regression that minimises the batch mean Σ w·l / n_samples + l2/2·‖W‖².

    Reduction: scikit-learn minimises C·Σ w·l + ‖W‖²/2, a sum, so that C = 1 / (l2·n_samples).
    """
    return LogisticRegression(C=1 / (l2 * n_samples), class_weight=class_weight, **settings)


def batch_mean(probabilities, labels):
    """Reduction: batch mean, Σ w·l / B, of predict_proba's result; labels from 0."""
    weights = [class_weight[label] for label in labels]
    every = list(class_weight)
    total = log_loss(labels, probabilities, labels=every, sample_weight=weights, normalize=False)
    return total / len(labels)


def weighted_mean(probabilities, labels):
    """Reduction: weighted mean, Σ w·l / Σ w, scikit-learn's own when it reports a loss."""
    weights = [class_weight[label] for label in labels]
    return log_loss(labels, probabilities, labels=list(class_weight), sample_weight=weights)
"#
    )
}
