//! A NumPy array.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let array = source.python_weights("class_weights = np.array(", weights, ")");
    format!(
        r#""""Class weights and weighted softmax cross entropy with NumPy."""
import numpy as np

{heading}{array}

def losses(logits, labels):
    """Weighted loss w·l of each sample; logits [n_samples, n_classes], labels from 0."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -class_weights[labels] * log_p[np.arange(len(labels)), labels]


def batch_mean(logits, labels):
    """Reduction: batch mean, Σ w·l / B, as in TensorFlow and the class-balanced loss paper."""
    return losses(logits, labels).sum() / len(labels)


def weighted_mean(logits, labels):
    """Reduction: weighted mean, Σ w·l / Σ w, as in PyTorch."""
    return losses(logits, labels).sum() / class_weights[labels].sum()
"#
    )
}
