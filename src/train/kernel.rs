//! Forward, loss and gradient of a batch in one pass over its rows.

use super::LinearModel;
use crate::{
    data::Samples,
    loss::{Loss, LossUser, Offsets, Real, RowLoss},
};

/// What a pass adds up beside the gradient.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Σ w_y l over the rows.
    pub weighted_loss: f64,
    /// Σ w_y over the rows.
    pub weight: f64,
}

/// What the loss of a sample has to do with its class, in the precision of a pass.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassTerms<F> {
    /// Weight w of the class's samples, shape `[n_classes]`.
    pub weights: Vec<F>,
    /// Added to every logit, shape `[n_classes]`, or empty for nothing.
    pub offsets: Vec<F>,
    /// Subtracted from the logit of the sample's own class, shape `[n_classes]`, or empty for nothing.
    pub margins: Vec<F>,
}

impl<F: Real> ClassTerms<F> {
    /// Weights and the offsets of training.
    pub fn new(weights: impl Iterator<Item = f64>, offsets: &Offsets) -> Self {
        let convert = |values: &[f64]| values.iter().map(|&value| F::from_f64(value)).collect();
        Self {
            weights: weights.map(F::from_f64).collect(),
            offsets: convert(offsets.training()),
            margins: convert(offsets.margins()),
        }
    }

    /// Weights alone.
    pub fn weights(weights: impl Iterator<Item = f64>) -> Self {
        Self::new(weights, &Offsets::default())
    }

    /// The logits that the loss of a sample sees, offsets and margin included; `start` is [`ClassTerms::start`].
    pub(super) fn logits(&self, model: &LinearModel<F>, start: &[F], x: &[f32], label: usize, logits: &mut [F]) {
        model.logits_from(start, x, logits);
        if let Some(&margin) = self.margins.get(label) {
            logits[label] -= margin;
        }
    }

    /// The logits of a sample with all features 0, offsets included: where the sum over features starts.
    pub(super) fn start(&self, model: &LinearModel<F>) -> Vec<F> {
        let mut start = model.bias().to_vec();
        for (start, &offset) in start.iter_mut().zip(&self.offsets) {
            *start += offset;
        }
        start
    }
}

/// Adds Σ w_y ∂l/∂θ over `rows` to `gradient`, shape `[n_features + 1, n_classes]`, and returns the sums.
///
/// `rows` are sample indices. No matrix of all logits is made. An empty
/// `gradient` stays so, and costs nothing.
pub fn accumulate<F: Real>(
    loss: Loss,
    terms: &ClassTerms<F>,
    model: &LinearModel<F>,
    samples: &Samples,
    rows: impl Iterator<Item = usize>,
    gradient: &mut [F],
) -> Sums {
    loss.with(Pass { terms, model, samples, rows, gradient })
}

struct Pass<'a, F, I> {
    terms: &'a ClassTerms<F>,
    model: &'a LinearModel<F>,
    samples: &'a Samples,
    rows: I,
    gradient: &'a mut [F],
}

impl<F: Real, I: Iterator<Item = usize>> LossUser<F> for Pass<'_, F, I> {
    type Output = Sums;

    fn run<L: RowLoss<F>>(self, loss: L) -> Sums {
        let n_classes = self.model.n_classes();
        let n_features = self.model.n_features();
        let (features, labels) = (self.samples.feature_slice(), self.samples.labels());
        let (weight_gradient, bias_gradient) =
            self.gradient.split_at_mut(self.gradient.len().min(n_features * n_classes));
        let start = self.terms.start(self.model);
        let mut row = start.clone();
        let mut sums = Sums::default();
        for sample_idx in self.rows {
            let x = &features[sample_idx * n_features..(sample_idx + 1) * n_features];
            let label = labels[sample_idx] as usize;
            let weight = self.terms.weights[label];
            self.terms.logits(self.model, &start, x, label, &mut row);
            sums.weighted_loss += (weight * loss.value_and_gradient(&mut row, label)).as_f64();
            sums.weight += weight.as_f64();
            for (g, dz) in bias_gradient.iter_mut().zip(&mut row) {
                *dz *= weight;
                *g += *dz;
            }
            for (&x, gradient) in x.iter().zip(weight_gradient.chunks_exact_mut(n_classes)) {
                let x = F::from_f32(x);
                for (g, &dz) in gradient.iter_mut().zip(&row) {
                    *g += x * dz;
                }
            }
        }
        sums
    }
}
