//! A case with any number of labels a sample.

use anyhow::{bail, ensure};
use serde::Serialize;
use serde_json::Value;

use super::fields::{Fields, Given, check_finite, check_known, check_rows, optional, required};
use crate::{
    loss::{Balance, Question, SetLoss, SetLossSpec, SetTerms},
    numbers::written,
};

/// The fields that every case may have.
const FIELDS: [&str; 9] = [
    "note",
    "loss",
    "positive_weights",
    "negative_weights",
    "logits",
    "labels",
    "loss_per_sample",
    "gradient",
    "batch_loss",
];

/// A case with our results.
#[derive(Serialize)]
pub(super) struct SetCase {
    pub(super) note: String,
    /// The loss with its numbers, as the case has them.
    #[serde(flatten)]
    shown: Fields,
    #[serde(skip)]
    loss: SetLossSpec,
    #[serde(skip_serializing_if = "Option::is_none")]
    samples: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    positives: Vec<u64>,
    positive_weights: Vec<f64>,
    negative_weights: Vec<f64>,
    pub(super) logits: Vec<Vec<f64>>,
    labels: Vec<Vec<u8>>,
    pub(super) loss_per_sample: Vec<f64>,
    pub(super) gradient: Vec<Vec<f64>>,
    #[serde(skip)]
    pub(super) given: Given,
    #[serde(skip)]
    checked: SetLoss,
    /// The labels as a loss takes them.
    #[serde(skip)]
    pub(super) is_positive: Vec<Vec<bool>>,
}

impl SetCase {
    pub(super) fn read(mut fields: Fields) -> anyhow::Result<Self> {
        let name: String = required(&mut fields, "loss", LOSSES)?;
        let Some(own) = fields_of(&name) else { bail!("\"loss\" must be {LOSSES}, got \"{name}\"") };
        check_known(&fields, &[&FIELDS, own].concat())?;
        let note = optional(&mut fields, "note", "text")?.unwrap_or_default();
        let loss = read_loss(&name, &mut fields)?;
        let checked = SetLoss::new(loss)?;
        let weights = "a list of finite numbers, one for each label";
        let positive_weights: Vec<f64> = required(&mut fields, "positive_weights", weights)?;
        let negative_weights: Vec<f64> = required(&mut fields, "negative_weights", weights)?;
        let logits: Vec<Vec<f64>> =
            required(&mut fields, "logits", "a list of rows of finite numbers, one row for each sample")?;
        let labels: Vec<Vec<Value>> =
            required(&mut fields, "labels", "a list of rows of 0 and 1, one row for each sample")?;
        let labels = zeros_and_ones(&labels)?;
        let (samples, positives) = match loss {
            SetLossSpec::DistributionBalanced(_) => (
                Some(required(&mut fields, "samples", "the number of training samples")?),
                required(
                    &mut fields,
                    "positives",
                    "a list of whole numbers, the training samples that have each label",
                )?,
            ),
            _ => (None, Vec::new()),
        };
        let given = Given::read(&mut fields, &logits)?;
        let is_positive = labels.iter().map(|row| row.iter().map(|&label| label == 1).collect()).collect();
        let mut case = Self {
            note,
            shown: shown(loss)?,
            loss,
            samples,
            positives,
            positive_weights,
            negative_weights,
            logits,
            labels,
            loss_per_sample: Vec::new(),
            gradient: Vec::new(),
            given,
            checked,
            is_positive,
        };
        case.check_shapes()?;
        case.compute();
        check_finite(&case.logits, &case.loss_per_sample, &case.gradient, |_| {
            let weights = case.positive_weights.iter().chain(&case.negative_weights);
            format!("its weights {}", written(weights.copied().fold(0.0, f64::max)))
        })?;
        Ok(case)
    }

    fn check_shapes(&self) -> anyhow::Result<()> {
        let (n_samples, n_labels) = (self.logits.len(), self.positive_weights.len());
        ensure!(
            self.labels.len() == n_samples,
            "there are {} rows of labels for {n_samples} rows of logits: give one row for each sample",
            self.labels.len()
        );
        check_rows(&self.logits, n_labels, "label", "weights of positives")?;
        ensure!(
            self.negative_weights.len() == n_labels,
            "there are {} weights of negatives for {n_labels} labels: give one for each label",
            self.negative_weights.len()
        );
        if let Some((row_idx, row)) = self.labels.iter().enumerate().find(|(_, row)| row.len() != n_labels) {
            bail!("row {row_idx} of the labels has {} values for {n_labels} labels: give 0 or 1 for each", row.len());
        }
        for (weights, of) in [(&self.positive_weights, "positives"), (&self.negative_weights, "negatives")] {
            if let Some((label_idx, weight)) = weights.iter().enumerate().find(|(_, weight)| **weight < 0.0) {
                bail!("the weight of {of} of label {label_idx} must be at least 0, got {}", written(*weight));
            }
        }
        let Some(samples) = self.samples else { return Ok(()) };
        ensure!(
            self.positives.len() == n_labels,
            "there are {} numbers of positives for {n_labels} labels: give one for each label",
            self.positives.len()
        );
        if let Some((label_idx, n)) = self.positives.iter().enumerate().find(|(_, n)| **n > samples) {
            bail!("label {label_idx} has {n} positives among {samples} samples: there cannot be more than samples");
        }
        Ok(())
    }

    fn compute(&mut self) {
        let positives = self.counts();
        let terms = SetTerms::new(
            self.checked,
            &self.positive_weights,
            &self.negative_weights,
            &positives,
            self.samples.unwrap_or_default(),
        );
        for (logits, labels) in self.logits.iter().zip(&self.is_positive) {
            let mut gradient = logits.clone();
            self.loss_per_sample.push(self.checked.value_and_gradient(&terms, labels, &mut gradient));
            self.gradient.push(gradient);
        }
    }

    /// Positives of each label; zeros for a loss that does not ask.
    fn counts(&self) -> Vec<u64> {
        if self.positives.is_empty() { vec![0; self.positive_weights.len()] } else { self.positives.clone() }
    }

    /// Compares what somebody printed with the case's own values, through `with`.
    pub(super) fn with_question<T>(&self, with: impl FnOnce(&Question<'_>) -> T) -> T {
        let positives = self.counts();
        with(&Question::Sets {
            loss: self.checked,
            positive_weights: &self.positive_weights,
            negative_weights: &self.negative_weights,
            positives: &positives,
            n_samples: self.samples.unwrap_or_default(),
            logits: &self.logits,
            labels: &self.is_positive,
        })
    }

    /// The loss with its numbers, for a table.
    pub(super) fn parameters(&self) -> String {
        let alpha = |alpha: Option<f64>| alpha.map_or(String::new(), |alpha| format!(", α {}", written(alpha)));
        match self.loss {
            SetLossSpec::Bce => String::new(),
            SetLossSpec::Focal { gamma, alpha: of_positives } => format!("γ {}{}", written(gamma), alpha(of_positives)),
            SetLossSpec::Asl { gamma_positive, gamma_negative, margin } => {
                format!("γ₊ {}, γ₋ {}, m {}", written(gamma_positive), written(gamma_negative), written(margin))
            }
            SetLossSpec::DistributionBalanced(balance) => format!(
                "γ {}, α, β, μ {}, λ {}, κ {}",
                written(balance.gamma),
                balance.rebalance.map(written).join(" "),
                written(balance.negative_scale),
                written(balance.bias_scale)
            ),
        }
    }

    /// The name of the loss, as in a case.
    pub(super) fn loss_name(&self) -> &'static str {
        match self.loss {
            SetLossSpec::Bce => "bce",
            SetLossSpec::Focal { .. } => "focal",
            SetLossSpec::Asl { .. } => "asl",
            SetLossSpec::DistributionBalanced(_) => "distribution_balanced",
        }
    }
}

const LOSSES: &str = "\"bce\", \"focal\", \"asl\" or \"distribution_balanced\"";

/// The fields that a loss has beside those of every case.
fn fields_of(loss: &str) -> Option<&'static [&'static str]> {
    Some(match loss {
        "bce" | "focal" => &["gamma", "alpha"],
        "asl" => &["gamma_positive", "gamma_negative", "margin"],
        "distribution_balanced" => {
            &["gamma", "factor", "rebalance", "negative_scale", "bias_scale", "samples", "positives"]
        }
        _ => return None,
    })
}

fn read_loss(name: &str, fields: &mut Fields) -> anyhow::Result<SetLossSpec> {
    let number = "a number";
    Ok(match name {
        "focal" => SetLossSpec::Focal {
            gamma: required(fields, "gamma", number)?,
            alpha: optional(fields, "alpha", "a number or null")?,
        },
        "asl" => SetLossSpec::Asl {
            gamma_positive: required(fields, "gamma_positive", number)?,
            gamma_negative: required(fields, "gamma_negative", number)?,
            margin: required(fields, "margin", number)?,
        },
        "distribution_balanced" => SetLossSpec::DistributionBalanced(Balance {
            gamma: required(fields, "gamma", number)?,
            factor: required(fields, "factor", number)?,
            rebalance: required(fields, "rebalance", "three numbers, α, β and μ")?,
            negative_scale: required(fields, "negative_scale", number)?,
            bias_scale: required(fields, "bias_scale", number)?,
        }),
        _ => {
            let gamma: Option<f64> = optional(fields, "gamma", "0 or null for \"bce\"")?;
            let alpha: Option<f64> = optional(fields, "alpha", "null for \"bce\"")?;
            ensure!(
                gamma.is_none_or(|gamma| gamma == 0.0) && alpha.is_none(),
                "\"bce\" has no γ and no α: leave them out, or take \"focal\""
            );
            SetLossSpec::Bce
        }
    })
}

/// The fields that say which loss it is; cross entropy has those of the focal loss, too.
fn shown(loss: SetLossSpec) -> anyhow::Result<Fields> {
    let spec = if loss == SetLossSpec::Bce { SetLossSpec::Focal { gamma: 0.0, alpha: None } } else { loss };
    let Value::Object(mut fields) = serde_json::to_value(spec)? else { bail!("a loss has fields") };
    if loss == SetLossSpec::Bce {
        fields.insert("loss".to_owned(), "bce".into());
    }
    Ok(fields)
}

/// Rows of 0 and 1.
fn zeros_and_ones(rows: &[Vec<Value>]) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut found = Vec::with_capacity(rows.len());
    for (sample_idx, row) in rows.iter().enumerate() {
        let mut labels = Vec::with_capacity(row.len());
        for (label_idx, value) in row.iter().enumerate() {
            labels.push(match value.as_f64() {
                Some(0.0) => 0,
                Some(1.0) => 1,
                Some(-1.0) => bail!(
                    "the value of label {label_idx} of sample {sample_idx} is -1: write 0 for a label that is not there"
                ),
                _ => bail!("the value of label {label_idx} of sample {sample_idx} must be 0 or 1, got {value}"),
            });
        }
        found.push(labels);
    }
    Ok(found)
}
