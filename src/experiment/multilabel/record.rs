//! What a run over label sets came to.

use serde::Serialize;

use crate::{
    data::Evaluation,
    experiment::Ending,
    loss::SetLossSpec,
    train::{LabelMeasures, ThresholdRule, Thresholds},
};

/// Figures of a run at thresholds by one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtThreshold {
    /// The rule.
    pub rule: ThresholdRule,
    /// Threshold of each label, shape `[n_labels]`.
    pub thresholds: Vec<Option<f64>>,
    /// Mean F1 over labels on the evaluated samples.
    pub macro_f1: Option<f64>,
    /// F1 of all decisions together.
    pub micro_f1: Option<f64>,
    /// Share of decisions that are wrong.
    pub hamming_loss: Option<f64>,
    /// Share of samples without a wrong decision.
    pub subset_accuracy: Option<f64>,
    /// Mean F1 that the validation part promised, where there is one.
    pub promised_macro_f1: Option<f64>,
}

/// One objective on one seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelRun {
    /// Always `multi_label`.
    pub task: &'static str,
    /// The objective's name.
    pub objective: String,
    /// Its name on the command line.
    pub preset: String,
    /// The loss with its numbers.
    #[serde(flatten)]
    pub loss: SetLossSpec,
    /// Seed of the split.
    pub seed: u64,
    /// Name of each label, shape `[n_labels]` as all lists that follow.
    pub labels: Vec<String>,
    /// Training samples that have each label.
    pub positives: Vec<u64>,
    /// Evaluated samples that have each label.
    pub test_positives: Vec<u64>,
    /// w⁺; 0 for a label that no training sample has, or every one.
    pub positive_weights: Vec<f64>,
    /// w⁻, in the same way.
    pub negative_weights: Vec<f64>,
    /// Rule of the thresholds.
    pub threshold: ThresholdRule,
    /// The threshold of each label; `None` where it has no weights.
    pub thresholds: Vec<Option<f64>>,
    /// F1 that the validation part promised where thresholds were tuned; empty otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promised_f1: Vec<Option<f64>>,
    /// Precision; `None` where nothing is predicted, and for labels without figures.
    pub precision: Vec<Option<f64>>,
    /// Recall.
    pub recall: Vec<Option<f64>>,
    /// F1.
    pub f1: Vec<Option<f64>>,
    /// Average precision.
    pub average_precision: Vec<Option<f64>>,
    /// Mean F1.
    pub macro_f1: Option<f64>,
    /// F1 of all decisions together.
    pub micro_f1: Option<f64>,
    /// Mean average precision.
    pub map: Option<f64>,
    /// Share of decisions that are wrong.
    pub hamming_loss: Option<f64>,
    /// Share of samples without a wrong decision.
    pub subset_accuracy: Option<f64>,
    /// The regularised objective on the training samples; `None` where it is no finite number.
    pub training_objective: Option<f64>,
    /// What the figures were measured on.
    pub evaluated_on: Evaluation,
    /// Training samples.
    pub n_train: usize,
    /// Validation samples.
    pub n_validation: usize,
    /// Evaluated samples.
    pub n_evaluated: usize,
    /// How training ended.
    pub ending: Ending,
    /// Epochs, or iterations of L-BFGS.
    pub epochs: u64,
    /// The same model at thresholds by every rule.
    pub by_threshold: Vec<AtThreshold>,
}

impl LabelRun {
    /// Takes over figures at the thresholds that were chosen.
    pub(super) fn take(&mut self, thresholds: &Thresholds, measures: &LabelMeasures) {
        let of = |figure: fn(&crate::train::LabelFigures) -> Option<f64>| measures.labels.iter().map(figure).collect();
        self.thresholds.clone_from(&thresholds.values);
        self.promised_f1 = thresholds.tuned.iter().map(|tuned| tuned.promised_f1).collect();
        self.precision = of(|label| label.precision);
        self.recall = of(|label| label.recall);
        self.f1 = of(|label| label.f1);
        self.average_precision = of(|label| label.average_precision);
        (self.macro_f1, self.micro_f1, self.map) = (measures.macro_f1, measures.micro_f1, measures.map);
        (self.hamming_loss, self.subset_accuracy) = (measures.hamming_loss, measures.subset_accuracy);
    }

    /// Share of the rows that are tested on; 0 where figures are those of the training samples.
    pub(super) fn share_tested(&self) -> f64 {
        match self.evaluated_on {
            Evaluation::Training => 0.0,
            _ => self.n_evaluated as f64 / (self.n_train + self.n_validation + self.n_evaluated) as f64,
        }
    }

    /// The figures at thresholds by a rule.
    pub fn at(&self, rule: ThresholdRule) -> Option<&AtThreshold> {
        self.by_threshold.iter().find(|at| at.rule == rule)
    }
}
