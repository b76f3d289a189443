//! An objective as a NumPy module, with the gradient of its loss.

use super::{Parts, list, sampler};
use crate::train::Reduction;

pub(super) fn render(parts: &Parts<'_>) -> String {
    let weights = parts.snippet.python_weights("class_weights = np.array(", &parts.weights, ")");
    [
        format!("\"\"\"{}, for NumPy.\"\"\"\nimport numpy as np\n\n", parts.title()),
        parts.heading(),
        weights,
        parts.offsets("np.array(", ")", "np.log"),
        parts.deferral(".astype(float)"),
        losses(parts),
        loss(parts),
        predict(parts),
        start(parts),
        sampler::render(parts, &WORDS),
        check(parts),
    ]
    .concat()
}

fn losses(parts: &Parts<'_>) -> String {
    let (gamma, weights) = (parts.objective.gamma, parts.weights_in_use());
    let balance = parts.objective.alpha.map_or_else(String::new, |alpha| {
        format!("    balance = np.where(is_label, {alpha:?}, 1 - {alpha:?})\n    values, slopes = balance * values, balance * slopes\n")
    });
    let mut shifted = String::new();
    if parts.has_training_offsets() {
        shifted.push_str("    logits = logits + adjustment\n");
    }
    if parts.has_margins() {
        shifted.push_str("    logits = logits - is_label * margins[labels][:, None]\n");
    }
    let body = if parts.is_sigmoid() {
        format!(
            r"    sign = np.where(is_label, 1.0, -1.0)
    log_p, log_rest = (-np.logaddexp(0, side * sign * logits) for side in (-1, 1))
    focus = np.exp({gamma:?} * log_rest)
    values = -focus * log_p
    slopes = sign * focus * ({gamma:?} * np.exp(log_p) * log_p - np.exp(log_rest))
{balance}    values = values.sum(axis=1)
"
        )
    } else {
        format!(
            r"    top = logits.max(axis=1, keepdims=True)
    log_p = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    log_own = log_p[rows, labels]
    # 1 - p_y is summed from the other classes: a difference would lose its digits near p_y = 1.
    rest = np.where(is_label, 0.0, np.exp(log_p)).sum(axis=1)
    values = -(rest**{gamma:?}) * log_own
    # d/dz_j = c·(p_j - δ_jy) with c = (1 - p)^γ - γ·p·(1 - p)^(γ-1)·ln p.
    ratio = np.divide(log_own, rest, out=np.full_like(rest, -1.0), where=rest > 0)
    c = rest**{gamma:?} * (1 - {gamma:?} * np.exp(log_own) * ratio)
    slopes = c[:, None] * np.where(is_label, -rest[:, None], np.exp(log_p))
"
        )
    };
    format!(
        r#"

def losses(logits, labels{}):
    """Weighted loss of each sample, and its gradient with respect to the logits.

    logits [n_samples, n_classes]; labels [n_samples], indices from 0 (see label_to_index).
    """
    rows = np.arange(len(labels))
    is_label = np.arange(logits.shape[1]) == np.asarray(labels)[:, None]
{shifted}{body}    weights = {weights}[labels]
    return weights * values, weights[:, None] * slopes
"#,
        parts.epoch_parameters()
    )
}

fn loss(parts: &Parts<'_>) -> String {
    let (parameters, arguments, weights) = (parts.epoch_parameters(), parts.epoch_arguments(), parts.weights_in_use());
    let divisor = match parts.reduction {
        Reduction::BatchMean => "len(labels)".to_owned(),
        Reduction::WeightedMean => format!("{weights}[labels].sum()"),
    };
    format!(
        r#"

def loss(logits, labels{parameters}):
    """The loss of a batch, to be minimised, and its gradient with respect to the logits."""
    values, slopes = losses(logits, labels{arguments})
    divisor = {divisor}
    return values.sum() / divisor, slopes / divisor
"#
    )
}

fn predict(parts: &Parts<'_>) -> String {
    let logits = if parts.has_test_offsets() { "(logits - adjustment)" } else { "logits" };
    format!(
        r#"

def predict(logits):
    """The index of the class that is predicted for each sample."""
    return {logits}.argmax(axis=1)
"#
    )
}

fn start(parts: &Parts<'_>) -> String {
    match parts.even_bias() {
        Some(bias) => format!("\n# Where the bias starts.\ninitial_bias = np.full({}, {bias:?})\n", parts.n_classes()),
        None => {
            let bias = parts.snippet.python_weights("initial_bias = np.array(", &parts.initial_bias, ")");
            format!("\n# Where the bias starts.\n{bias}")
        }
    }
}

fn check(parts: &Parts<'_>) -> String {
    let (n, n_classes, value) = (parts.check.labels.len(), parts.n_classes(), parts.check.value);
    let labels = list("    labels = np.array(", parts.check.labels.iter().map(usize::to_string), ")");
    format!(
        r#"

def check():
    """Compares the loss of {n} made-up samples with the value that the lab has for them."""
    logits = 3 * np.sin(1.7 * np.arange({n} * {n_classes})).reshape({n}, {n_classes})
{labels}    expected, value = {value:?}, float(loss(logits, labels)[0])
    assert abs(value - expected) <= 1e-9 * max(1, expected), (value, expected)
    print("The loss is that of the lab:", value)


if __name__ == "__main__":
    check()
"#
    )
}

const WORDS: sampler::Words = sampler::Words {
    counted: "np.bincount(labels, minlength=len(class_weights)).astype(float)",
    as_numbers: |condition| format!("({condition}).astype(float)"),
    drawn: "np.random.default_rng().choice(len(labels), len(labels), p=weights / weights.sum())",
    gives: "Indices of samples for one epoch.",
    over: r#"

def resampled(labels):
    """Indices of samples in which every class is filled up to n_max with copies drawn at random."""
    random, counts = np.random.default_rng(), np.bincount(labels, minlength=len(class_weights))
    rows = [np.arange(len(labels))]
    for label in np.flatnonzero(counts):
        rows.append(random.choice(np.flatnonzero(labels == label), counts.max() - counts[label]))
    return np.concatenate(rows)
"#,
    under: r#"

def resampled(labels):
    """Indices of samples in which every class has n_min samples, drawn at random without replacement."""
    random, counts = np.random.default_rng(), np.bincount(labels, minlength=len(class_weights))
    n_min, rows = counts[counts > 0].min(), []
    for label in np.flatnonzero(counts):
        rows.append(random.choice(np.flatnonzero(labels == label), n_min, replace=False))
    return np.concatenate(rows)
"#,
    smote: |k| {
        format!(
            r#"

def resampled(features, labels, k={k}):
    """SMOTE: every class is filled up to n_max with samples x + u·(x_nn - x), where x_nn is one of the k
    nearest neighbours of x in its class and u is drawn from 0 to 1. Returns features and labels.
    """
    random, counts = np.random.default_rng(), np.bincount(labels, minlength=len(class_weights))
    all_features, all_labels = [features], [labels]
    for label in np.flatnonzero(counts):
        own = features[labels == label]
        n_made, n_near = counts.max() - len(own), min(k, len(own) - 1)
        first = np.resize(random.permutation(len(own)), n_made)
        second = first
        if n_near > 0:
            distances = ((own[:, None] - own[None]) ** 2).sum(axis=2)
            np.fill_diagonal(distances, np.inf)
            nearest = distances.argsort(axis=1)[:, :n_near]
            second = nearest[first, random.integers(n_near, size=n_made)]
        u = random.random((n_made, 1))
        all_features.append(own[first] + u * (own[second] - own[first]))
        all_labels.append(np.full(n_made, label))
    return np.concatenate(all_features), np.concatenate(all_labels)
"#
        )
    },
};
