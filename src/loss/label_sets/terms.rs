//! What each label brings to a loss over label sets.

use super::spec::{Rule, SetLoss};
use crate::loss::Float;

/// Weights of positives and negatives of each label and, for a loss that asks for it, how rare the label is; in the precision
/// of a pass.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetTerms<F> {
    /// w⁺, shape `[n_labels]`.
    pub positive: Vec<F>,
    /// w⁻, shape `[n_labels]`.
    pub negative: Vec<F>,
    /// 1/n, 0 for a label without positives; shape `[n_labels]`, or empty for a loss that does not ask.
    pub(super) inverse_counts: Vec<F>,
    /// Added to each logit; shape `[n_labels]`, or empty for a loss that does not ask.
    pub(super) shifts: Vec<F>,
}

impl<F: Float> SetTerms<F> {
    /// Weights of positives and of negatives, each of shape `[n_labels]`; `positives` of the same shape are the positives of
    /// each label among `n_samples` training samples. Of a label that is never or always there, the logit is not shifted.
    ///
    /// # Panics
    /// When the shapes differ, which is a programming error.
    pub fn new(
        loss: SetLoss,
        positive_weights: &[f64],
        negative_weights: &[f64],
        positives: &[u64],
        n_samples: u64,
    ) -> Self {
        assert!(
            positive_weights.len() == negative_weights.len() && positives.len() == positive_weights.len(),
            "two weights and a count for each label"
        );
        let convert = |values: &[f64]| values.iter().map(|&value| F::from_f64(value)).collect();
        let mut terms = Self {
            positive: convert(positive_weights),
            negative: convert(negative_weights),
            inverse_counts: Vec::new(),
            shifts: Vec::new(),
        };
        if let Rule::Balanced(balance) = loss.rule() {
            let inverse = |&n: &u64| F::from_f64(if n == 0 { 0.0 } else { 1.0 / n as f64 });
            let shift = |&n: &u64| {
                let is_defined = n > 0 && n < n_samples;
                let odds = n_samples as f64 / n as f64 - 1.0;
                F::from_f64(if is_defined { -balance.bias_scale * odds.ln() / balance.negative_scale } else { 0.0 })
            };
            terms.inverse_counts = positives.iter().map(inverse).collect();
            terms.shifts = positives.iter().map(shift).collect();
        }
        terms
    }
}

impl SetTerms<f64> {
    /// What the loss within sees of a label's logit z: the logit, what slopes with respect to it are multiplied by to be
    /// slopes with respect to z, and the factor beside the weight. z, 1 and 1 for a loss that does not rebalance.
    pub(in crate::loss) fn seen_within(&self, loss: SetLoss, label_idx: usize, labels: &[bool], z: f64) -> [f64; 3] {
        let Rule::Balanced(balance) = loss.rule() else { return [z, 1.0, 1.0] };
        let own = self.inverse_counts.iter().zip(labels).filter(|(_, is_positive)| **is_positive);
        let rarity: f64 = own.map(|(inverse, _)| inverse).sum();
        let r = if rarity > 0.0 { self.inverse_counts[label_idx] / rarity } else { 0.0 };
        let factor = balance.factor * balance.rebalanced::<f64, false>(r);
        let shifted = z + self.shifts[label_idx];
        let scale = if labels[label_idx] { 1.0 } else { balance.negative_scale };
        [scale * shifted, scale, factor / scale]
    }
}
