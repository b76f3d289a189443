//! A list in plain Python.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let list = source.python_weights("class_weights = ", weights, "");
    format!(
        r#""""Class weights and weighted softmax cross entropy in plain Python."""
from math import exp, log

{heading}{list}

def losses(logits, labels):
    """Weighted loss w·l of each sample; logits are rows, labels class indices from 0."""
    result = []
    for row, label in zip(logits, labels):
        top = max(row)
        log_total = top + log(sum(exp(z - top) for z in row))
        result.append(class_weights[label] * (log_total - row[label]))
    return result


def batch_mean(logits, labels):
    """Reduction: batch mean, Σ w·l / B, as in TensorFlow and the class-balanced loss paper."""
    return sum(losses(logits, labels)) / len(labels)


def weighted_mean(logits, labels):
    """Reduction: weighted mean, Σ w·l / Σ w, as in PyTorch."""
    return sum(losses(logits, labels)) / sum(class_weights[label] for label in labels)
"#
    )
}
