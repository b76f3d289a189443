//! An objective as a PyTorch module.

use super::{Parts, list, sampler};
use crate::train::Reduction;

pub(super) fn render(parts: &Parts<'_>) -> String {
    let weights =
        parts.snippet.python_weights("class_weights = torch.tensor(", &parts.weights, ", dtype=torch.float64)");
    [
        format!("\"\"\"{}, for PyTorch.\"\"\"\nimport torch\nimport torch.nn.functional as F\n\n", parts.title()),
        parts.heading(),
        weights,
        parts.offsets("torch.tensor(", ", dtype=torch.float64)", "torch.log"),
        parts.deferral(".to(class_weights)"),
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
    let mut shifted = "";
    if parts.has_training_offsets() {
        shifted = "    logits = logits + adjustment.to(logits)\n";
    } else if parts.has_margins() {
        shifted = "    own = F.one_hot(labels, logits.shape[1])\n    logits = logits - own * margins.to(logits)[labels][:, None]\n";
    }
    let (body, value) = match (parts.is_sigmoid(), gamma == 0.0) {
        (true, _) => {
            let balance = parts.objective.alpha.map_or_else(String::new, |alpha| {
                format!("    values = values * ({alpha:?} * targets + (1 - {alpha:?}) * (1 - targets))\n")
            });
            let body = format!(
                r"    targets = F.one_hot(labels, logits.shape[1]).to(logits)
    signed = logits * (2 * targets - 1)
    # (1 - p_t)^γ by its logarithm: as a power it has no gradient where 1 - p_t underflows.
    values = -F.logsigmoid(signed) * torch.exp({gamma:?} * F.logsigmoid(-signed))
{balance}"
            );
            (body, "values.sum(dim=1)")
        }
        (false, true) => (String::new(), "F.cross_entropy(logits, labels, reduction=\"none\")"),
        (false, false) => {
            let body = format!(
                r"    log_p = F.log_softmax(logits, dim=1)
    is_label = F.one_hot(labels, logits.shape[1]).bool()
    # 1 - p_y is summed from the other classes: a difference would lose its digits near p_y = 1.
    log_rest = torch.logsumexp(log_p.masked_fill(is_label, -torch.inf), dim=1)
    focal = -torch.exp({gamma:?} * log_rest) * log_p[is_label]
"
            );
            (body, "focal")
        }
    };
    format!(
        r#"

def losses(logits, labels{}):
    """Weighted loss of each sample, in the dtype and on the device of the logits.

    logits [n_samples, n_classes]; labels [n_samples], indices from 0 (see label_to_index).
    """
{shifted}{body}    return {weights}.to(logits)[labels] * {value}
"#,
        parts.epoch_parameters()
    )
}

fn loss(parts: &Parts<'_>) -> String {
    let (parameters, arguments, weights) = (parts.epoch_parameters(), parts.epoch_arguments(), parts.weights_in_use());
    let reduced = match parts.reduction {
        Reduction::BatchMean => "values.mean()".to_owned(),
        Reduction::WeightedMean => format!("values.sum() / {weights}.to(logits)[labels].sum()"),
    };
    format!(
        r#"

def loss(logits, labels{parameters}):
    """The loss of a batch, to be minimised."""
    values = losses(logits, labels{arguments})
    return {reduced}
"#
    )
}

fn predict(parts: &Parts<'_>) -> String {
    let logits = if parts.has_test_offsets() { "(logits - adjustment.to(logits))" } else { "logits" };
    format!(
        r#"

def predict(logits):
    """The index of the class that is predicted for each sample."""
    return {logits}.argmax(dim=1)
"#
    )
}

fn start(parts: &Parts<'_>) -> String {
    let bias = match parts.even_bias() {
        Some(bias) => format!("torch.full_like(layer.bias, {bias:?})"),
        None => "initial_bias.to(layer.bias)".to_owned(),
    };
    let list = match parts.even_bias() {
        Some(_) => String::new(),
        None => {
            let list = parts.snippet.python_weights(
                "initial_bias = torch.tensor(",
                &parts.initial_bias,
                ", dtype=torch.float64)",
            );
            format!("\n# Where the bias starts.\n{list}")
        }
    };
    format!(
        r#"{list}

def start(layer):
    """Sets the bias of the last layer, a torch.nn.Linear, to where it starts in the lab."""
    with torch.no_grad():
        layer.bias.copy_({bias})
"#
    )
}

fn check(parts: &Parts<'_>) -> String {
    let (n, n_classes, value) = (parts.check.labels.len(), parts.n_classes(), parts.check.value);
    let labels = list("    labels = torch.tensor(", parts.check.labels.iter().map(usize::to_string), ")");
    format!(
        r#"

def check():
    """Compares the loss of {n} made-up samples with the value that the lab has for them."""
    places = torch.arange({n} * {n_classes}, dtype=torch.float64)
    logits = 3 * torch.sin(1.7 * places).reshape({n}, {n_classes})
{labels}    expected, value = {value:?}, float(loss(logits, labels))
    assert abs(value - expected) <= 1e-9 * max(1, expected), (value, expected)
    print("The loss is that of the lab:", value)


if __name__ == "__main__":
    check()
"#
    )
}

const WORDS: sampler::Words = sampler::Words {
    counted: "torch.bincount(labels, minlength=len(class_weights)).double()",
    as_numbers: |condition| format!("({condition}).double()"),
    drawn: "torch.utils.data.WeightedRandomSampler(weights, len(labels))",
    gives: "For DataLoader(sampler=…); make a new one for each epoch.",
    over: r#"

def resampled(labels):
    """Indices of samples in which every class is filled up to n_max with copies drawn at random."""
    counts = torch.bincount(labels, minlength=len(class_weights))
    rows = [torch.arange(len(labels))]
    for label in counts.nonzero()[:, 0].tolist():
        own = (labels == label).nonzero()[:, 0]
        rows.append(own[torch.randint(len(own), (int(counts.max()) - len(own),))])
    return torch.cat(rows)
"#,
    under: r#"

def resampled(labels):
    """Indices of samples in which every class has n_min samples, drawn at random without replacement."""
    counts = torch.bincount(labels, minlength=len(class_weights))
    n_min, rows = int(counts[counts > 0].min()), []
    for label in counts.nonzero()[:, 0].tolist():
        own = (labels == label).nonzero()[:, 0]
        rows.append(own[torch.randperm(len(own))[:n_min]])
    return torch.cat(rows)
"#,
    smote: |k| {
        format!(
            r#"

def resampled(features, labels, k={k}):
    """SMOTE: every class is filled up to n_max with samples x + u·(x_nn - x), where x_nn is one of the k
    nearest neighbours of x in its class and u is drawn from 0 to 1. Returns features and labels.
    """
    counts = torch.bincount(labels, minlength=len(class_weights))
    all_features, all_labels = [features], [labels]
    for label in counts.nonzero()[:, 0].tolist():
        own = features[labels == label]
        n_made, n_near = int(counts.max()) - len(own), min(k, len(own) - 1)
        first = torch.randperm(len(own)).repeat(n_made // len(own) + 1)[:n_made]
        second = first
        if n_near > 0:
            distances = torch.cdist(own, own).fill_diagonal_(torch.inf)
            nearest = distances.topk(n_near, largest=False).indices
            second = nearest[first, torch.randint(n_near, (n_made,))]
        u = torch.rand(n_made, 1).to(features)
        all_features.append(own[first] + u * (own[second] - own[first]))
        all_labels.append(torch.full((n_made,), label))
    return torch.cat(all_features), torch.cat(all_labels)
"#
        )
    },
};
