//! A softmax focal loss for PyTorch, and class weights on it.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let tensor = source.python_weights("class_weights = torch.tensor(", weights, ")");
    let gamma = source.gamma;
    format!(
        r#""""Class weights and softmax focal loss for PyTorch."""
import torch
import torch.nn.functional as F

{heading}{tensor}

def losses(logits, labels, gamma={gamma:?}):
    """Weighted focal loss of each sample, -w·(1 - p_y)^gamma·log(p_y) with p = softmax(logits).

    logits [n_samples, n_classes], labels from 0. gamma = 0 is softmax cross entropy. The weights
    multiply the loss and never enter p_y.
    """
    log_p = F.log_softmax(logits, dim=1)
    is_label = F.one_hot(labels, logits.shape[1]).bool()
    # 1 - p_y is summed from the other classes: a difference would lose its digits near p_y = 1.
    log_rest = torch.logsumexp(log_p.masked_fill(is_label, -torch.inf), dim=1)
    focal = -torch.exp(gamma * log_rest) * log_p[is_label]
    return class_weights.to(logits)[labels] * focal


def batch_mean(logits, labels):
    """Reduction: batch mean, Σ w·l / B, as in TensorFlow and the class-balanced loss paper."""
    return losses(logits, labels).sum() / labels.shape[0]


def weighted_mean(logits, labels):
    """Reduction: weighted mean, Σ w·l / Σ w, as CrossEntropyLoss(weight=…) has it in PyTorch."""
    return losses(logits, labels).sum() / class_weights.to(logits)[labels].sum()
"#
    )
}
