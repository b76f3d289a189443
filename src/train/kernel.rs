//! Forward, loss and gradient of a batch in one pass over its rows.

use super::LinearModel;
use crate::{
    data::Samples,
    loss::{Loss, LossUser, Real, RowLoss},
};

/// What a pass adds up beside the gradient.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Σ w_y l over the rows.
    pub weighted_loss: f64,
    /// Σ w_y over the rows.
    pub weight: f64,
}

/// Adds Σ w_y ∂l/∂θ over `rows` to `gradient`, shape `[n_features + 1, n_classes]`, and returns the sums.
///
/// `class_weights` has shape `[n_classes]`; `rows` are sample indices. No matrix of all logits is made. An empty
/// `gradient` stays so, and costs nothing.
pub fn accumulate<F: Real>(
    loss: Loss,
    class_weights: &[F],
    model: &LinearModel<F>,
    samples: &Samples,
    rows: impl Iterator<Item = usize>,
    gradient: &mut [F],
) -> Sums {
    loss.with(Pass { class_weights, model, samples, rows, gradient })
}

struct Pass<'a, F, I> {
    class_weights: &'a [F],
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
        let mut row = vec![F::zero(); n_classes];
        let mut sums = Sums::default();
        for sample_idx in self.rows {
            let x = &features[sample_idx * n_features..(sample_idx + 1) * n_features];
            let label = labels[sample_idx] as usize;
            let weight = self.class_weights[label];
            self.model.logits(x, &mut row);
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
