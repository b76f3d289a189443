//! A case with one class a sample.

use anyhow::{bail, ensure};
use serde::Serialize;

use super::fields::{Fields, Given, check_finite, check_known, check_rows, optional, required};
use crate::{
    loss::{Head, Loss, Question},
    numbers::written,
};

/// The fields that a case may have.
const FIELDS: [&str; 10] = [
    "note",
    "head",
    "gamma",
    "alpha",
    "class_weights",
    "logits",
    "labels",
    "loss_per_sample",
    "gradient",
    "batch_loss",
];

/// A case with our results.
#[derive(Serialize)]
pub(super) struct ClassCase {
    pub(super) note: String,
    pub(super) head: Head,
    pub(super) gamma: f64,
    pub(super) alpha: Option<f64>,
    pub(super) class_weights: Vec<f64>,
    pub(super) logits: Vec<Vec<f64>>,
    pub(super) labels: Vec<usize>,
    pub(super) loss_per_sample: Vec<f64>,
    pub(super) gradient: Vec<Vec<f64>>,
    #[serde(skip)]
    pub(super) given: Given,
    #[serde(skip)]
    loss: Loss,
}

impl ClassCase {
    pub(super) fn read(mut fields: Fields) -> anyhow::Result<Self> {
        check_known(&fields, &FIELDS)?;
        let note = optional(&mut fields, "note", "text")?.unwrap_or_default();
        let head = required(
            &mut fields,
            "head",
            "\"softmax\" or \"sigmoid\"; a case with any number of labels a sample has \"loss\" in its place",
        )?;
        let gamma = required(&mut fields, "gamma", "a number")?;
        let alpha = optional(&mut fields, "alpha", "a number or null")?;
        let class_weights = required(&mut fields, "class_weights", "a list of finite numbers, one for each class")?;
        let logits: Vec<Vec<f64>> =
            required(&mut fields, "logits", "a list of rows of finite numbers, one row for each sample")?;
        let labels = required(&mut fields, "labels", "a list of class indices from 0 up, one for each sample")?;
        let given = Given::read(&mut fields, &logits)?;
        let loss = Loss::new(head, gamma, alpha)?;
        let (loss_per_sample, gradient) = (Vec::new(), Vec::new());
        let mut case =
            Self { note, head, gamma, alpha, class_weights, logits, labels, loss_per_sample, gradient, given, loss };
        case.check_shapes()?;
        case.compute();
        check_finite(&case.logits, &case.loss_per_sample, &case.gradient, |sample_idx| {
            format!("its class weight is {}", written(case.class_weights[case.labels[sample_idx]]))
        })?;
        Ok(case)
    }

    fn check_shapes(&self) -> anyhow::Result<()> {
        let (n_samples, n_classes) = (self.logits.len(), self.class_weights.len());
        ensure!(
            self.labels.len() == n_samples,
            "there are {} labels for {n_samples} rows of logits: give one label for each row",
            self.labels.len()
        );
        check_rows(&self.logits, n_classes, "class", "class weights")?;
        if let Some((class_idx, weight)) = self.class_weights.iter().enumerate().find(|(_, weight)| **weight < 0.0) {
            bail!("the weight of class {class_idx} must be at least 0, got {}", written(*weight));
        }
        if let Some((sample_idx, label)) = self.labels.iter().enumerate().find(|(_, label)| **label >= n_classes) {
            bail!(
                "the label {label} of sample {sample_idx} is out of range: there are {n_classes} classes, numbered from 0"
            );
        }
        Ok(())
    }

    fn compute(&mut self) {
        for (logits, &label) in self.logits.iter().zip(&self.labels) {
            let weight = self.class_weights[label];
            let mut gradient = vec![0.0; logits.len()];
            let value = self.loss.value_and_gradient(logits, label, &mut gradient);
            for slope in &mut gradient {
                *slope *= weight;
            }
            self.loss_per_sample.push(value * weight);
            self.gradient.push(gradient);
        }
    }

    /// The case as a question to others.
    pub(super) fn question(&self) -> Question<'_> {
        let Self { loss, class_weights, logits, labels, .. } = self;
        Question::Classes { loss: *loss, class_weights, logits, labels }
    }
}
