//! How well a model ranks the samples of one class, and how far its probabilities can be trusted.

use super::{LinearModel, kernel::Block, probabilities::for_each_softmax};
use crate::{
    data::Samples,
    loss::{Float, Head},
};

/// Bins of a reliability diagram, all of the same width.
pub const RELIABILITY_BINS: usize = 10;
/// Most points of a precision–recall curve that are kept.
const MOST_POINTS: usize = 201;

/// One class against all others: precision against recall over all thresholds, and predicted against observed frequency.
///
/// The score of a sample is the probability p that the model gives to the class: p of a softmax, σ(z) of a sigmoid head.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassScores {
    /// The class.
    pub class_idx: usize,
    /// Samples of the class.
    pub n_positives: usize,
    /// All samples.
    pub n_samples: usize,
    /// Recall and precision at falling thresholds, where recall has just grown, at most 201 points; empty where the class has no sample.
    pub precision_recall: Vec<[f64; 2]>,
    /// Area under that curve as a sum of steps; `None` where the class has no sample.
    pub average_precision: Option<f64>,
    /// Samples by predicted probability, in tenths.
    pub bins: [ReliabilityBin; RELIABILITY_BINS],
    /// Mean over samples of |observed − predicted| of their bin; `None` where there is no sample.
    pub calibration_error: Option<f64>,
}

/// Samples whose predicted probability lies in one tenth.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ReliabilityBin {
    /// How many.
    pub n_samples: usize,
    /// How many of them are of the class.
    pub n_positives: usize,
    /// Sum of their predicted probabilities.
    pub sum_predicted: f64,
}

impl ReliabilityBin {
    /// Mean predicted probability and share of samples that are of the class; `None` for an empty bin.
    pub fn point(&self) -> Option<[f64; 2]> {
        let n = self.n_samples as f64;
        (self.n_samples > 0).then(|| [self.sum_predicted / n, self.n_positives as f64 / n])
    }
}

impl ClassScores {
    /// Scores every sample for one class.
    ///
    /// Average precision is Σ (R_k − R_{k−1}) P_k over distinct log-odds; the calibration error is the expected one over ten
    /// bins of equal width.
    ///
    /// # Source
    /// Davis and Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006; Guo et al., "On
    /// calibration of modern neural networks", ICML 2017, equation 3, for one class against all others.
    pub fn of<F: Float>(model: &LinearModel<F>, head: Head, samples: &Samples, class_idx: usize) -> Self {
        let mut scored = scored(model, head, samples, class_idx);
        let mut bins = [ReliabilityBin::default(); RELIABILITY_BINS];
        for &(log_odds, is_positive) in &scored {
            let p = 1.0 / (1.0 + (-log_odds).exp());
            let bin = &mut bins[((p * RELIABILITY_BINS as f64) as usize).min(RELIABILITY_BINS - 1)];
            bin.n_samples += 1;
            bin.n_positives += usize::from(is_positive);
            bin.sum_predicted += p;
        }
        let gap = |bin: &ReliabilityBin| (bin.n_positives as f64 - bin.sum_predicted).abs();
        let calibration_error = (!scored.is_empty()).then(|| bins.iter().map(gap).sum::<f64>() / scored.len() as f64);
        let n_positives = rank(&mut scored);
        let (precision_recall, average_precision) = precision_recall(&scored, n_positives);
        Self {
            class_idx,
            n_positives,
            n_samples: scored.len(),
            precision_recall: thinned(&precision_recall),
            average_precision,
            bins,
            calibration_error,
        }
    }
}

/// The log-odds of one class for each sample, and whether the sample is of it.
fn scored<F: Float>(model: &LinearModel<F>, head: Head, samples: &Samples, class_idx: usize) -> Vec<(f64, bool)> {
    let is_of_class = samples.labels().iter().map(|&label| label as usize == class_idx);
    log_odds(&model.convert(), head, samples, class_idx).into_iter().zip(is_of_class).collect()
}

/// The highest precision of a class over the thresholds at which its recall is at least `recall`; `None` where it has no
/// sample.
pub(super) fn precision_at<F: Float>(
    model: &LinearModel<F>,
    head: Head,
    samples: &Samples,
    class_idx: usize,
    recall: f64,
) -> Option<f64> {
    let mut scored = scored(model, head, samples, class_idx);
    let n_positives = rank(&mut scored);
    let (points, _) = precision_recall(&scored, n_positives);
    points.into_iter().filter(|[at, _]| *at >= recall).map(|[_, precision]| precision).reduce(f64::max)
}

/// ln p/(1 − p) of one class for each sample, shape `[n_samples]`: it tells samples apart whose probabilities round to the
/// same number.
fn log_odds(model: &LinearModel<f64>, head: Head, samples: &Samples, class_idx: usize) -> Vec<f64> {
    // The loss of a sample that is said to be of the class tells its p; 1 − p is the sum of all others, never a difference.
    let as_if = Samples::new(samples.features().clone(), vec![class_idx as u32; samples.len()]);
    let mut log_odds = Vec::with_capacity(samples.len());
    for_each_softmax(model, &as_if, &mut |block: &Block<'_, f64>| {
        log_odds.extend((0..block.n).map(|lane| match head {
            Head::Sigmoid => block.label_logits.0[lane],
            Head::Softmax => {
                let of_others = -block.residuals[class_idx].0[lane] * block.loss.scales.0[lane];
                -block.loss.values.0[lane] - of_others.ln()
            }
        }));
    });
    log_odds
}

/// Puts the highest scores first; returns the number of positives.
fn rank(scored: &mut [(f64, bool)]) -> usize {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.iter().filter(|(_, is_positive)| *is_positive).count()
}

/// Recall and precision at falling thresholds of scores, each with whether it is of a positive, where recall has just grown;
/// empty without a positive.
pub fn precision_recall_of(scores: impl Iterator<Item = (f64, bool)>) -> Vec<[f64; 2]> {
    let mut scored: Vec<(f64, bool)> = scores.collect();
    let n_positives = rank(&mut scored);
    let (mut points, _) = precision_recall(&scored, n_positives);
    let mut last_recall = 0.0;
    points.retain(|[recall, _]| std::mem::replace(&mut last_recall, *recall) < *recall);
    points
}

/// Recall and precision after each group of equal scores, and the area under the steps.
pub(super) fn precision_recall(scored: &[(f64, bool)], n_positives: usize) -> (Vec<[f64; 2]>, Option<f64>) {
    if n_positives == 0 {
        return (Vec::new(), None);
    }
    let (mut points, mut area) = (Vec::new(), 0.0);
    let (mut n_taken, mut n_right, mut last_recall) = (0_usize, 0_usize, 0.0);
    for group in scored.chunk_by(|a, b| a.0 == b.0) {
        n_taken += group.len();
        n_right += group.iter().filter(|(_, is_positive)| *is_positive).count();
        let recall = n_right as f64 / n_positives as f64;
        let precision = n_right as f64 / n_taken as f64;
        area += (recall - last_recall) * precision;
        last_recall = recall;
        points.push([recall, precision]);
    }
    (points, Some(area))
}

/// The points at which recall has just grown, and of these at most [`MOST_POINTS`], the first and the last among them:
/// between them precision only falls.
fn thinned(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let has_grown = |k: usize| k == 0 || points[k - 1][0] != points[k][0];
    let grown: Vec<[f64; 2]> = (0..points.len()).filter(|&k| has_grown(k)).map(|k| points[k]).collect();
    if grown.len() <= MOST_POINTS {
        return grown;
    }
    let last = grown.len() - 1;
    (0..MOST_POINTS).map(|k| grown[k * last / (MOST_POINTS - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    /// A model with one feature whose two logits are x and 0.
    fn model() -> LinearModel<f64> {
        let mut model = LinearModel::zeros(1, 2);
        model.params_mut()[0] = 1.0;
        model
    }

    fn samples(rows: &[(f32, u32)]) -> Samples {
        let features = Array2::from_shape_fn((rows.len(), 1), |(row, _)| rows[row].0);
        Samples::new(features, rows.iter().map(|row| row.1).collect())
    }

    #[test]
    fn precision_and_recall_can_be_checked_by_hand() {
        // Ranked by x: 0 right, 1 wrong, 0 right, 1 wrong: precision 1, 1/2, 2/3, 1/2 at recall 1/2, 1/2, 1, 1, of which
        // the first of each recall are kept.
        let scores = ClassScores::of(&model(), Head::Softmax, &samples(&[(3.0, 0), (1.0, 0), (2.0, 1), (-1.0, 1)]), 0);
        let expected = [[0.5, 1.0], [1.0, 2.0 / 3.0]];
        assert_eq!(scores.precision_recall, expected);
        assert!((scores.average_precision.unwrap() - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-15);
        assert_eq!((scores.n_positives, scores.n_samples), (2, 4));
        let rows = samples(&[(3.0, 0), (1.0, 0), (2.0, 1), (-1.0, 1)]);
        let at = |recall| precision_at(&model(), Head::Softmax, &rows, 0, recall);
        assert_eq!([at(0.1), at(0.5), at(0.51), at(1.0)], [Some(1.0), Some(1.0), Some(2.0 / 3.0), Some(2.0 / 3.0)]);
        assert_eq!(precision_at(&model(), Head::Softmax, &samples(&[(1.0, 0)]), 1, 0.5), None);
    }

    #[test]
    fn equal_scores_are_one_threshold() {
        let scores = ClassScores::of(&model(), Head::Sigmoid, &samples(&[(1.0, 0), (1.0, 1), (1.0, 1), (1.0, 0)]), 0);
        assert_eq!(scores.precision_recall, [[1.0, 0.5]]);
        assert_eq!(scores.average_precision, Some(0.5));
    }

    #[test]
    fn samples_stand_in_the_bin_of_their_probability() {
        // σ(0) = 0.5 twice, one of them right; σ(1000) = 1 right; σ(−1000) = 0 wrong.
        let rows = samples(&[(0.0, 0), (0.0, 1), (1000.0, 0), (-1000.0, 1)]);
        for head in Head::ALL {
            let scores = ClassScores::of(&model(), head, &rows, 0);
            assert_eq!(scores.bins[5].point(), Some([0.5, 0.5]), "{head:?}");
            assert_eq!((scores.bins[9].point(), scores.bins[0].point()), (Some([1.0, 1.0]), Some([0.0, 0.0])));
            assert_eq!(scores.bins.iter().map(|bin| bin.n_samples).sum::<usize>(), 4);
            assert_eq!(scores.calibration_error, Some(0.0));
        }
        // A model that is sure and half right is wrong by a half.
        let sure = ClassScores::of(&model(), Head::Softmax, &samples(&[(1000.0, 0), (1000.0, 1)]), 0);
        assert_eq!((sure.bins[9].point(), sure.calibration_error), (Some([1.0, 0.5]), Some(0.5)));
    }

    #[test]
    fn a_class_without_samples_has_no_curve_and_many_samples_a_short_one() {
        let none = ClassScores::of(&model(), Head::Softmax, &samples(&[(1.0, 0)]), 1);
        assert_eq!((none.precision_recall.len(), none.average_precision), (0, None));
        let empty = ClassScores::of(&model(), Head::Softmax, &samples(&[]), 0);
        assert_eq!((empty.average_precision, empty.calibration_error), (None, None));
        let rows: Vec<(f32, u32)> = (0..5000_u16).map(|k| (f32::from(k) / 1000.0, u32::from(k % 3 > 0))).collect();
        let many = ClassScores::of(&model(), Head::Softmax, &samples(&rows), 0);
        assert_eq!(many.precision_recall.len(), MOST_POINTS);
        assert_eq!(many.precision_recall[MOST_POINTS - 1][0], 1.0);
        // Of a rare class every step is kept.
        let rare: Vec<(f32, u32)> = (0..5000_u16).map(|k| (f32::from(k), u32::from(k % 1000 != 0))).collect();
        let rare = ClassScores::of(&model(), Head::Sigmoid, &samples(&rare), 0);
        let recalls: std::collections::BTreeSet<u64> = rare.precision_recall.iter().map(|p| p[0].to_bits()).collect();
        assert_eq!((recalls.len(), rare.n_positives), (6, 5), "{:?}", rare.precision_recall);
    }
}
