//! A class_weight dictionary for scikit-learn.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let dictionary = source.python_weights_by_label("class_weight", weights);
    let labels = if source.labels.is_empty() { "labels from 0" } else { "labels as they are above" };
    let n_fitted = source.counts.as_slice().iter().filter(|&&n| n > 0).count();
    let (reduction, factor) = if n_fitted == 2 { (TWO_CLASSES, "2") } else { (MORE_CLASSES, "1") };
    format!(
        r#""""Class weights for scikit-learn."""
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

{heading}{dictionary}
# The classes that have samples: scikit-learn knows no others.
classes = [label for label, weight in class_weight.items() if weight > 0]


def classifier(n_samples, l2=0.001, **settings):
    """Softmax regression that minimises the batch mean Σ w·l / n_samples + l2/2·‖W‖².

    {reduction}
    """
    return LogisticRegression(C={factor} / (l2 * n_samples), class_weight=class_weight, **settings)


def columns(probabilities):
    """The classes of the columns: those with samples in predict_proba's result, else all."""
    n_columns = len(probabilities[0])
    return classes if n_columns == len(classes) else list(class_weight)


def batch_mean(probabilities, labels):
    """Reduction: batch mean, Σ w·l / B, of predict_proba's result; {labels}."""
    weights = [class_weight[label] for label in labels]
    every = columns(probabilities)
    total = log_loss(labels, probabilities, labels=every, sample_weight=weights, normalize=False)
    return total / len(labels)


def weighted_mean(probabilities, labels):
    """Reduction: weighted mean, Σ w·l / Σ w, scikit-learn's own when it reports a loss."""
    weights = [class_weight[label] for label in labels]
    return log_loss(labels, probabilities, labels=columns(probabilities), sample_weight=weights)
"#
    )
}

/// What scikit-learn does with more than two classes: a row of W for each.
const MORE_CLASSES: &str = "Reduction: scikit-learn minimises C·Σ w·l + ‖W‖²/2, a sum, so that C = 1 / (l2·n_samples).";
/// What it does with two: a single row, the difference v of the two.
const TWO_CLASSES: &str =
    "Reduction: scikit-learn minimises C·Σ w·l + ‖v‖²/2, a sum, where v is the difference of the two
    rows of W. They are v/2 and -v/2, ‖W‖² is ‖v‖²/2, and so C = 2 / (l2·n_samples).";
