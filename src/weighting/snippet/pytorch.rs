//! PyTorch's cross entropy with class weights.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let tensor = source.python_weights("class_weights = torch.tensor(", weights, ")");
    format!(
        r#""""Class weights for PyTorch's softmax cross entropy."""
import torch
from torch import nn

{heading}{tensor}
# Reduction: weighted mean, Σ w·l / Σ w. PyTorch's "mean" divides by the weights of the batch, so
# that their scale drops out.
weighted_mean = nn.CrossEntropyLoss(weight=class_weights, reduction="mean")

# Reduction: batch mean, Σ w·l / B, as in TensorFlow and the class-balanced loss paper. PyTorch has
# no name for it: take the sum and divide by the size of the batch.
weighted_sum = nn.CrossEntropyLoss(weight=class_weights, reduction="sum")


def batch_mean(logits, labels):
    return weighted_sum(logits, labels) / labels.shape[0]
"#
    )
}
