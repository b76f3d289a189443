//! The probability of every label for every sample.

use crate::{
    data::{LabelSets, Samples},
    loss::Float,
    train::LinearModel,
};

/// Probabilities of labels beside the labels that are there.
#[derive(Debug, Clone)]
pub struct LabelProbabilities<'a> {
    /// p, shape `[n_samples, n_labels]`, row by row.
    pub probabilities: Vec<f64>,
    /// The labels of the same samples.
    pub sets: &'a LabelSets,
}

/// p = σ(z) of every label, shape `[n_samples, n_labels]`, row by row.
pub fn label_probabilities<F: Float>(model: &LinearModel<F>, samples: &Samples) -> Vec<f64> {
    let model = model.convert::<f64>();
    let mut probabilities = vec![0.0; samples.len() * model.n_classes()];
    for (sample_idx, row) in probabilities.chunks_exact_mut(model.n_classes().max(1)).enumerate() {
        let x = samples.feature_slice();
        model.logits(&x[sample_idx * samples.n_features()..][..samples.n_features()], row);
        for z in row {
            *z = 1.0 / (1.0 + (-*z).exp());
        }
    }
    probabilities
}

impl LabelProbabilities<'_> {
    /// Probability of one label and whether it is there, for every sample, the most probable first.
    pub(super) fn ranked(&self, label: usize) -> Vec<(f64, bool)> {
        let n_labels = self.sets.n_labels();
        let of_sample = |sample_idx: usize| {
            (self.probabilities[sample_idx * n_labels + label], self.sets.has(sample_idx, label as u32))
        };
        let mut ranked: Vec<(f64, bool)> = (0..self.sets.len()).map(of_sample).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked
    }
}
