//! Weights of labels of which a sample can have any number: one for a label's positives and one for its negatives.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{Scheme, scheme::raw_weight};

/// How the weights of a label follow from its positives n among N samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LabelWeighting {
    /// w⁺ = (N − n)/n and w⁻ = 1, PyTorch's `pos_weight`: positives and negatives of every label have the same total weight, and
    /// the loss is larger for it.
    PosWeight,
    /// A scheme on the two counts of each label: w⁺ = s(n), w⁻ = s(N − n).
    Scheme(Scheme, LabelScale),
    /// A scheme on the positives, w⁺ = w⁻ = s(n), scaled so that the mean over the labels is one.
    ///
    /// What most ports of class-balanced loss do. It balances nothing: labels of a linear model share no parameters, so that
    /// only the step and the relative strength of the penalty change.
    WholeColumn(Scheme),
}

/// How the weights of a scheme are scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LabelScale {
    /// n w⁺ + (N − n) w⁻ = N for each label: the mean weight of a sample is one.
    MeanSampleWeightOne,
    /// The weights as the scheme gives them.
    None,
}

/// Weights of each label; both are 0 for a label that is never there or always, since it can teach nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelWeights {
    /// w⁺, shape `[n_labels]`.
    pub positive: Vec<f64>,
    /// w⁻, shape `[n_labels]`.
    pub negative: Vec<f64>,
}

impl LabelWeights {
    /// The weights for `positives` of each label, shape `[n_labels]`, among `n_samples`.
    ///
    /// ```
    /// use longtail_lab::weighting::{LabelWeighting, LabelWeights, LabelScale, Scheme};
    /// let weights = LabelWeights::of(LabelWeighting::PosWeight, &[25, 0, 100], 100);
    /// assert_eq!((weights.positive, weights.negative), (vec![3.0, 0.0, 0.0], vec![1.0, 0.0, 0.0]));
    /// let balanced = LabelWeighting::Scheme(Scheme::InverseFrequency, LabelScale::MeanSampleWeightOne);
    /// let weights = LabelWeights::of(balanced, &[25], 100);
    /// assert!((weights.positive[0] - 2.0).abs() < 1e-15 && (weights.negative[0] - 2.0 / 3.0).abs() < 1e-15);
    /// ```
    pub fn of(weighting: LabelWeighting, positives: &[u64], n_samples: u64) -> Self {
        let pair = |n: u64| -> (f64, f64) {
            let rest = n_samples - n;
            match weighting {
                LabelWeighting::PosWeight => (rest as f64 / n as f64, 1.0),
                LabelWeighting::Scheme(scheme, scale) => {
                    let (positive, negative) = (raw_weight(scheme, n), raw_weight(scheme, rest));
                    let factor = match scale {
                        LabelScale::MeanSampleWeightOne => {
                            n_samples as f64 / (n as f64 * positive + rest as f64 * negative)
                        }
                        LabelScale::None => 1.0,
                    };
                    (positive * factor, negative * factor)
                }
                LabelWeighting::WholeColumn(scheme) => (raw_weight(scheme, n), raw_weight(scheme, n)),
            }
        };
        let is_defined = |n: u64| n > 0 && n < n_samples;
        let (mut positive, mut negative): (Vec<f64>, Vec<f64>) =
            positives.iter().map(|&n| if is_defined(n) { pair(n) } else { (0.0, 0.0) }).unzip();
        if matches!(weighting, LabelWeighting::WholeColumn(_)) {
            let n_defined = positives.iter().filter(|&&n| is_defined(n)).count();
            let factor = n_defined as f64 / positive.iter().sum::<f64>();
            if n_defined > 0 {
                positive.iter_mut().chain(&mut negative).for_each(|weight| *weight *= factor);
            }
        }
        Self { positive, negative }
    }

    /// w⁺/w⁻ of each label, by which its optimum's odds are multiplied; `None` for a label without weights.
    pub fn ratios(&self) -> Vec<Option<f64>> {
        let pairs = self.positive.iter().zip(&self.negative);
        pairs.map(|(&positive, &negative)| (positive > 0.0 && negative > 0.0).then(|| positive / negative)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSITIVES: [u64; 5] = [315, 175, 84, 35, 14];

    fn schemes() -> Vec<Scheme> {
        vec![
            Scheme::Uniform,
            Scheme::InverseFrequency,
            Scheme::InverseSqrtFrequency,
            Scheme::effective_number(0.99).unwrap(),
        ]
    }

    #[test]
    fn scaled_weights_have_a_mean_of_one_over_the_samples_of_each_label() {
        for scheme in schemes() {
            let weighting = LabelWeighting::Scheme(scheme, LabelScale::MeanSampleWeightOne);
            let weights = LabelWeights::of(weighting, &POSITIVES, 700);
            for (idx, &n) in POSITIVES.iter().enumerate() {
                let total = n as f64 * weights.positive[idx] + (700 - n) as f64 * weights.negative[idx];
                assert!((total - 700.0).abs() < 1e-9, "{scheme:?} {idx}: {total}");
            }
        }
    }

    #[test]
    fn pos_weight_is_inverse_frequency_with_another_scale() {
        let balanced = LabelWeighting::Scheme(Scheme::InverseFrequency, LabelScale::None);
        let (a, b) =
            (LabelWeights::of(LabelWeighting::PosWeight, &POSITIVES, 700), LabelWeights::of(balanced, &POSITIVES, 700));
        for (a, b) in a.ratios().into_iter().zip(b.ratios()) {
            assert!((a.unwrap() / b.unwrap() - 1.0).abs() < 1e-12);
        }
        assert_eq!((a.positive[4], a.negative[4]), (49.0, 1.0));
    }

    #[test]
    fn whole_columns_have_the_same_weight_on_both_sides_and_a_mean_of_one() {
        for scheme in schemes() {
            let weights = LabelWeights::of(LabelWeighting::WholeColumn(scheme), &[315, 0, 14], 700);
            assert_eq!(weights.positive, weights.negative);
            assert!((weights.positive.iter().sum::<f64>() - 2.0).abs() < 1e-12, "{scheme:?}: {weights:?}");
            assert_eq!(weights.ratios()[1], None);
        }
        let none = LabelWeights::of(LabelWeighting::WholeColumn(Scheme::InverseFrequency), &[0, 9], 9);
        assert_eq!((none.positive, none.negative), (vec![0.0; 2], vec![0.0; 2]));
    }
}
