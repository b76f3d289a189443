//! A sigmoid focal loss for PyTorch with torchvision's parameters, and class weights on it.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let tensor = source.python_weights("class_weights = torch.tensor(", weights, ")");
    // torchvision leaves α out when it is negative.
    let (gamma, alpha) = (source.gamma, source.alpha.unwrap_or(-1.0));
    format!(
        r#""""Class weights and sigmoid focal loss for PyTorch, with torchvision's parameters."""
import torch
import torch.nn.functional as F

{heading}{tensor}

def sigmoid_focal_loss(inputs, targets, alpha={alpha:?}, gamma={gamma:?}):
    """Focal loss of each logit, as torchvision.ops.sigmoid_focal_loss(..., reduction="none").

    inputs and targets have the same shape, targets are 0.0 or 1.0. alpha weighs positives and
    1 - alpha negatives; a negative alpha leaves it out. gamma = 0 is sigmoid cross entropy.
    """
    signed = inputs * (2 * targets - 1)
    # (1 - p_t)^gamma by its logarithm: as a power it has no gradient where 1 - p_t underflows.
    loss = -F.logsigmoid(signed) * torch.exp(gamma * F.logsigmoid(-signed))
    if alpha >= 0:
        loss = loss * (alpha * targets + (1 - alpha) * (1 - targets))
    return loss


def losses(logits, labels):
    """Weighted loss w·l of each sample: summed over the classes, times its label's weight."""
    targets = F.one_hot(labels, logits.shape[1]).to(logits)
    return class_weights.to(logits)[labels] * sigmoid_focal_loss(logits, targets).sum(dim=1)


def batch_mean(logits, labels):
    """Reduction: batch mean, Σ w·l / B; torchvision's "mean" divides by the classes, too."""
    return losses(logits, labels).sum() / labels.shape[0]


def weighted_mean(logits, labels):
    """Reduction: weighted mean, Σ w·l / Σ w."""
    return losses(logits, labels).sum() / class_weights.to(logits)[labels].sum()
"#
    )
}
