//! An objective over label sets as a PyTorch module: labels, weights, loss, thresholds, and a check against a value of the lab.

use std::fmt::Write as _;

use super::objective::LabelObjective;
use crate::{
    experiment::name_of,
    loss::{Balance, SetLossSpec, SetTerms},
    train::ThresholdRule,
    weighting::LabelWeights,
};

/// What a module is made of.
#[derive(Debug, Clone, Copy)]
pub struct LabelModule<'a> {
    /// The objective.
    pub objective: &'a LabelObjective,
    /// Name of each label, shape `[n_labels]`, as the lists that follow.
    pub names: &'a [String],
    /// Samples that have each label.
    pub positives: &'a [u64],
    /// All samples.
    pub n_samples: u64,
    /// Where each label counts as predicted; `None` for a label that is never there, or always.
    pub thresholds: &'a [Option<f64>],
    /// How these were found.
    pub rule: ThresholdRule,
}

/// A list of Python, a line an item, each with its label behind it.
fn listed(name: &str, names: &[String], items: impl Iterator<Item = String>) -> String {
    let mut text = format!("{name} = torch.tensor([\n");
    for (item, name) in items.zip(names) {
        // A name of several lines would end the comment.
        let name = name.replace(['\n', '\r'], " ");
        // Writing into a string cannot fail.
        let _ = writeln!(text, "    {item},  # {name}");
    }
    text + "], dtype=torch.float64)\n"
}

impl LabelModule<'_> {
    /// The module as text.
    pub fn pytorch(&self) -> String {
        let weights = LabelWeights::of(self.objective.weighting, self.positives, self.n_samples);
        let number = |values: &[f64]| values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().into_iter();
        let names: Vec<String> =
            self.names.iter().map(|name| serde_json::to_string(name).unwrap_or_default()).collect();
        let mut text = format!(
            "\"\"\"{} over {} labels, for PyTorch.\n\nlogits and targets have a row for each sample and a column for each label of LABELS, in this order.\n\"\"\"\nimport torch\nimport torch.nn.functional as F\n\nLABELS = [\n",
            self.objective.preset.label(),
            self.names.len()
        );
        for (name, positives) in names.iter().zip(self.positives) {
            let _ = writeln!(text, "    {name},  # {positives} of {} samples", self.n_samples);
        }
        text.push_str("]\n\n# Weights of samples that have a label, and of those that do not.\n");
        text.push_str(&listed("positive_weights", self.names, number(&weights.positive)));
        text.push_str(&listed("negative_weights", self.names, number(&weights.negative)));
        let thresholds =
            self.thresholds.iter().map(|at| at.map_or("float(\"inf\")".to_owned(), |at| format!("{at:?}")));
        let _ = write!(
            text,
            "\n# A label is predicted where its probability reaches this: rule {}, found on the training or validation part.\n",
            name_of(&self.rule).replace('_', "-")
        );
        text.push_str(&listed("thresholds", self.names, thresholds));
        text.push_str(&self.losses());
        text.push_str(&self.ending(&weights));
        text
    }

    /// The loss of each sample.
    fn losses(&self) -> String {
        let body = match self.objective.loss.spec() {
            SetLossSpec::Bce => {
                "    positive = -F.logsigmoid(logits)\n    negative = -F.logsigmoid(-logits)\n".to_owned()
            }
            SetLossSpec::Focal { gamma, alpha } => {
                let [own, rest] = alpha.map_or([1.0; 2], |alpha| [alpha, 1.0 - alpha]);
                focal(gamma, own, rest)
            }
            SetLossSpec::Asl { gamma_positive, gamma_negative, margin } => format!(
                r"    # A negative below the margin costs nothing.
    positive = -torch.exp({gamma_positive:?} * F.logsigmoid(-logits)) * F.logsigmoid(logits)
    shifted = (torch.sigmoid(logits) - {margin:?}).clamp(min=0)
    log_rest = torch.log1p(-shifted) if {margin:?} > 0 else F.logsigmoid(-logits)
    negative = -shifted ** {gamma_negative:?} * log_rest
"
            ),
            SetLossSpec::DistributionBalanced(balance) => return self.balanced(balance),
        };
        format!(
            r#"

def losses(logits, targets):
    """The loss of each sample, the sum over its labels."""
    targets = targets.to(logits)
{body}    own, rest = positive_weights.to(logits), negative_weights.to(logits)
    return (own * targets * positive + rest * (1 - targets) * negative).sum(dim=1)
"#
        )
    }

    /// The distribution-balanced loss of each sample.
    fn balanced(&self, balance: Balance) -> String {
        let Balance { gamma, factor, rebalance: [alpha, beta, mu], negative_scale, bias_scale } = balance;
        let counts = self.positives.iter().map(|n| format!("{n}.0"));
        let inner = focal(gamma, 1.0, 1.0).replace("logits", "seen");
        format!(
            r#"
{counts}n_samples = {n_samples}.0


def losses(logits, targets):
    """The loss of each sample, the sum over its labels."""
    targets = targets.to(logits)
    n = positives.to(logits)
    is_defined = (n > 0) & (n < n_samples)
    inverse = torch.where(n > 0, 1 / n.clamp(min=1), torch.zeros_like(n))
    # How rare a label is among those of its sample; nothing for a sample without labels.
    rarity = (targets * inverse).sum(dim=1, keepdim=True)
    share = torch.where(rarity > 0, inverse / rarity.clamp(min=1e-300), torch.zeros_like(rarity))
    weight = {factor:?} * ({alpha:?} + torch.sigmoid({beta:?} * (share - {mu:?})))
    odds = (n_samples / n.clamp(min=1) - 1).clamp(min=1e-300)
    shifts = torch.where(is_defined, -{bias_scale:?} * torch.log(odds) / {negative_scale:?}, torch.zeros_like(n))
    seen = logits + shifts
    seen = torch.where(targets > 0, seen, {negative_scale:?} * seen)
{inner}    own, rest = positive_weights.to(logits), negative_weights.to(logits)
    values = own * targets * positive + rest * (1 - targets) * negative / {negative_scale:?}
    return (weight * values).sum(dim=1)
"#,
            counts = listed("positives", self.names, counts),
            n_samples = self.n_samples,
        )
    }

    /// Loss, prediction, and a check against a value of the lab.
    fn ending(&self, weights: &LabelWeights) -> String {
        let terms = SetTerms::<f64>::new(
            self.objective.loss,
            &weights.positive,
            &weights.negative,
            self.positives,
            self.n_samples,
        );
        let n_labels = self.names.len();
        let logits = |row: usize| -> Vec<f64> {
            (0..n_labels).map(|label| 2.0 * ((row * n_labels + label) as f64 * 1.7).sin()).collect()
        };
        let has = |row: usize| -> Vec<bool> { (0..n_labels).map(|label| (row + label).is_multiple_of(3)).collect() };
        let expected =
            (0..2).map(|row| self.objective.loss.value_and_gradient(&terms, &has(row), &mut logits(row))).sum::<f64>()
                / 2.0;
        format!(
            r#"

def loss(logits, targets):
    """The mean over the samples of a batch."""
    return losses(logits, targets).mean()


def predict(logits):
    """Whether each label is predicted."""
    return torch.sigmoid(logits) >= thresholds.to(logits)


def check():
    """Compares with a value that the lab has computed."""
    n = len(LABELS)
    places = torch.arange(2 * n, dtype=torch.float64).reshape(2, n)
    logits = 2.0 * torch.sin(1.7 * places)
    targets = (torch.arange(2)[:, None] + torch.arange(n)) % 3 == 0
    value = loss(logits, targets).item()
    expected = {expected:?}
    assert abs(value - expected) <= 1e-9 * max(1.0, abs(expected)), (value, expected)
    print("the loss agrees with the lab:", value)


if __name__ == "__main__":
    check()
"#
        )
    }
}

/// Focal binary cross entropy of positives and of negatives.
fn focal(gamma: f64, own: f64, rest: f64) -> String {
    format!(
        r"    # (1 - p_t)^γ by its logarithm: as a power it has no gradient where 1 - p_t underflows.
    positive = -{own:?} * torch.exp({gamma:?} * F.logsigmoid(-logits)) * F.logsigmoid(logits)
    negative = -{rest:?} * torch.exp({gamma:?} * F.logsigmoid(logits)) * F.logsigmoid(-logits)
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::multilabel::{LabelNumbers, LabelPreset};

    #[test]
    fn every_number_of_a_module_stands_beside_its_label() {
        let names = ["cat".to_owned(), "a \"b\"\nc".to_owned(), "never".to_owned()];
        for preset in LabelPreset::ALL {
            let objective = preset.objective(&LabelNumbers::default()).unwrap();
            let module = LabelModule {
                objective: &objective,
                names: &names,
                positives: &[40, 10, 0],
                n_samples: 100,
                thresholds: &[Some(0.5), Some(0.25), None],
                rule: ThresholdRule::Tuned,
            };
            let text = module.pytorch();
            assert!(
                text.contains("    \"cat\",  # 40 of 100 samples\n    \"a \\\"b\\\"\\nc\",  # 10 of 100"),
                "{text}"
            );
            assert!(text.contains("    0.25,  # a \"b\" c\n    float(\"inf\"),  # never\n"), "{text}");
            assert!(text.contains("rule tuned") && text.contains("expected = "), "{text}");
        }
    }
}
