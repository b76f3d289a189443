//! Where the line between yes and no is drawn for each label.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::LabelProbabilities;
use crate::weighting::LabelWeights;

/// A label with fewer positives than this in the validation part is not tuned.
pub const LEAST_POSITIVES: u64 = 5;

/// How the threshold of a label is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdRule {
    /// 0.5 for every label.
    #[default]
    Half,
    /// 1/(1 + w), with w what is left of (N − n)/n when it is divided by the objective's own w⁺/w⁻: the threshold that does what
    /// `pos_weight` would do. The prior n/N for plain cross entropy, 0.5 for `pos_weight` itself.
    Weight,
    /// n/N, the label's share of the training samples.
    Prior,
    /// Half of the best F1 that can be expected where probabilities are true.
    F1Half,
    /// The threshold with the best F1 on a validation part.
    Tuned,
}

impl ThresholdRule {
    /// Every rule, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The rule in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Half => "0.5",
            Self::Weight => "1/(1 + w)",
            Self::Prior => "prior",
            Self::F1Half => "F1*/2",
            Self::Tuned => "tuned on validation",
        }
    }
}

/// What tuning promised for a label.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tuned {
    /// Positives in the validation part.
    pub positives: u64,
    /// F1 there at the threshold that was found; `None` for a label that keeps 0.5.
    pub promised_f1: Option<f64>,
}

/// A threshold for each label; `None` for a label that is never there in training, or always.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Thresholds {
    /// Shape `[n_labels]`.
    pub values: Vec<Option<f64>>,
    /// Shape `[n_labels]` where they were tuned, else empty.
    pub tuned: Vec<Tuned>,
}

impl Thresholds {
    /// Thresholds by a rule. `positives`, shape `[n_labels]`, among `n_samples` training samples; `held_back` are the
    /// probabilities of samples to tune by, those of the validation part.
    ///
    /// # Source
    /// Lipton, Elkan, Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure", ECML PKDD 2014, theorem 1.
    pub fn of(
        rule: ThresholdRule,
        weights: &LabelWeights,
        positives: &[u64],
        n_samples: u64,
        held_back: &LabelProbabilities<'_>,
    ) -> Self {
        let ratios = weights.ratios();
        let mut tuned = Vec::new();
        let mut value = |label: usize| {
            let n = positives[label];
            let share = n as f64 / n_samples as f64;
            match rule {
                ThresholdRule::Half => 0.5,
                ThresholdRule::Prior => share,
                ThresholdRule::Weight => {
                    let left = (n_samples - n) as f64 / n as f64 / ratios[label].unwrap_or(1.0);
                    1.0 / (1.0 + left)
                }
                ThresholdRule::F1Half => best_expected_f1(held_back, label) / 2.0,
                ThresholdRule::Tuned => {
                    let (threshold, of_label) = tune(held_back, label);
                    tuned.push(of_label);
                    threshold
                }
            }
        };
        let is_defined = |label: usize| positives[label] > 0 && positives[label] < n_samples;
        let values = (0..positives.len())
            .map(|label| {
                let threshold = value(label);
                is_defined(label).then_some(threshold)
            })
            .collect();
        Self { values, tuned }
    }
}

/// The largest 2 Σ p / (Σ all p + taken) over how many of the most probable samples are taken, where p is true.
fn best_expected_f1(scores: &LabelProbabilities<'_>, label: usize) -> f64 {
    let ranked = scores.ranked(label);
    let total: f64 = ranked.iter().map(|(p, _)| p).sum();
    let (mut sum, mut best) = (0.0, 0.0_f64);
    for (idx, (p, _)) in ranked.iter().enumerate() {
        sum += p;
        best = best.max(2.0 * sum / (total + (idx + 1) as f64));
    }
    best
}

/// The threshold with the largest F1 among those half way between two neighbouring probabilities; of several, the one nearest
/// to 0.5. 0.5 for a label with few positives.
fn tune(scores: &LabelProbabilities<'_>, label: usize) -> (f64, Tuned) {
    let ranked = scores.ranked(label);
    let positives = ranked.iter().filter(|(_, is_positive)| *is_positive).count() as u64;
    if positives < LEAST_POSITIVES {
        return (0.5, Tuned { positives, promised_f1: None });
    }
    let (mut hits, mut best, mut threshold) = (0_u64, -1.0, 0.5);
    for (idx, &(p, is_positive)) in ranked.iter().enumerate() {
        hits += u64::from(is_positive);
        let next = ranked.get(idx + 1).map_or(0.0, |(next, _)| *next);
        if next == p {
            continue;
        }
        let f1 = 2.0 * hits as f64 / (positives + idx as u64 + 1) as f64;
        let candidate = f64::midpoint(p, next);
        let is_nearer = f1 == best && (candidate - 0.5).abs() < (threshold - 0.5_f64).abs();
        if f1 > best || is_nearer {
            (best, threshold) = (f1, candidate);
        }
    }
    (threshold, Tuned { positives, promised_f1: Some(best) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::LabelSets,
        weighting::{LabelScale, LabelWeighting, Scheme},
    };

    fn sets(n: usize, n_positives: usize) -> LabelSets {
        LabelSets::new(1, (0..n).map(|i| if i < n_positives { vec![0] } else { vec![] }))
    }

    fn of(rule: ThresholdRule, weighting: LabelWeighting, positives: &[u64]) -> Vec<Option<f64>> {
        let weights = LabelWeights::of(weighting, positives, 100);
        let none = LabelSets::new(positives.len(), []);
        let held_back = LabelProbabilities { probabilities: vec![], sets: &none };
        Thresholds::of(rule, &weights, positives, 100, &held_back).values
    }

    #[test]
    fn rules_of_counts_follow_from_counts_and_undefined_labels_have_no_threshold() {
        let plain = LabelWeighting::Scheme(Scheme::Uniform, LabelScale::MeanSampleWeightOne);
        assert_eq!(of(ThresholdRule::Half, plain, &[20, 0, 100]), [Some(0.5), None, None]);
        assert_eq!(of(ThresholdRule::Prior, plain, &[20, 0, 100]), [Some(0.2), None, None]);
        assert_eq!(of(ThresholdRule::Weight, plain, &[20]), [Some(0.2)]);
        assert_eq!(of(ThresholdRule::Weight, LabelWeighting::PosWeight, &[20]), [Some(0.5)]);
        let root = LabelWeighting::Scheme(Scheme::InverseSqrtFrequency, LabelScale::MeanSampleWeightOne);
        let half_way = of(ThresholdRule::Weight, root, &[20])[0].unwrap();
        assert!((half_way - 1.0 / 3.0).abs() < 1e-12, "{half_way}");
    }

    #[test]
    fn a_tuned_threshold_has_the_best_f1_and_few_positives_keep_one_half() {
        let sets = sets(8, 5);
        let probabilities = vec![0.9, 0.8, 0.35, 0.3, 0.1, 0.33, 0.2, 0.05];
        let held_back = LabelProbabilities { probabilities, sets: &sets };
        let weights = LabelWeights { positive: vec![1.0], negative: vec![1.0] };
        let found = Thresholds::of(ThresholdRule::Tuned, &weights, &[5], 8, &held_back);
        // Down to 0.1 five of seven are right: 10/12; down to 0.3, four of five: 8/10.
        assert!((found.values[0].unwrap() - 0.075).abs() < 1e-12, "{found:?}");
        assert_eq!(found.tuned, [Tuned { positives: 5, promised_f1: Some(10.0 / 12.0) }]);
        let few = self::sets(8, 4);
        let held_back = LabelProbabilities { sets: &few, ..held_back };
        let found = Thresholds::of(ThresholdRule::Tuned, &weights, &[4], 8, &held_back);
        assert_eq!((found.values, found.tuned[0].promised_f1), (vec![Some(0.5)], None));
    }

    #[test]
    fn half_of_the_best_expected_f1_is_where_true_probabilities_gain_by_being_taken() {
        let n = 2000;
        let probabilities: Vec<f64> = (0..n).map(|i| ((i as f64 + 0.5) / n as f64).powi(4)).collect();
        let sets = sets(n, n / 5);
        let held_back = LabelProbabilities { probabilities: probabilities.clone(), sets: &sets };
        let weights = LabelWeights { positive: vec![1.0], negative: vec![1.0] };
        let threshold = Thresholds::of(ThresholdRule::F1Half, &weights, &[400], 2000, &held_back).values[0].unwrap();
        let expected_f1 = |threshold: f64| {
            let taken: Vec<f64> = probabilities.iter().copied().filter(|p| *p >= threshold).collect();
            2.0 * taken.iter().sum::<f64>() / (probabilities.iter().sum::<f64>() + taken.len() as f64)
        };
        let best = expected_f1(threshold);
        assert!((best / 2.0 - threshold).abs() < 1e-3);
        assert!((0..100).all(|i| expected_f1(f64::from(i) / 100.0) <= best + 1e-9));
    }
}
