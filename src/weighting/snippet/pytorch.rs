//! PyTorch's cross entropy with class weights.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let tensor = source.python_weights("class_weights = torch.tensor(", weights, ")");
    format!(
        r#""""Class weights for PyTorch's cross entropy, in the dtype and on the device of its logits."""
import torch
import torch.nn.functional as F

{heading}{tensor}

def weighted_mean(logits, labels):
    """Reduction: weighted mean, Σ w·l / Σ w, as nn.CrossEntropyLoss(weight=class_weights) has it.

    It divides by the weights of the batch, so that their scale drops out.
    """
    return F.cross_entropy(logits, labels, weight=class_weights.to(logits))


def batch_mean(logits, labels):
    """Reduction: batch mean, Σ w·l / B, as in TensorFlow and the class-balanced loss paper.

    PyTorch has no name for it: the sum is divided by the size of the batch.
    """
    total = F.cross_entropy(logits, labels, weight=class_weights.to(logits), reduction="sum")
    return total / labels.shape[0]
"#
    )
}
