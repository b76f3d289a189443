//! Precision, recall, F1 and average precision of each label, and their means.

use serde::Serialize;

use super::LabelProbabilities;
use crate::train::scores::precision_recall;

/// Figures of one label; `None` where one would divide by nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LabelFigures {
    /// Samples that have the label.
    pub positives: u64,
    /// Samples that are said to have it.
    pub predicted: u64,
    /// Samples that have it and are said to.
    pub hits: u64,
    /// Share of those said to have it that have it.
    pub precision: Option<f64>,
    /// Share of those that have it that are said to.
    pub recall: Option<f64>,
    /// 2·hits/(positives + predicted).
    pub f1: Option<f64>,
    /// Area under precision against recall over all thresholds, as a sum of steps.
    pub average_precision: Option<f64>,
}

/// Measures of a model over samples with any number of labels, each label at its own threshold: it is said to be there where
/// p ≥ t.
///
/// A label that is never there among the samples, or always, has no figure, and neither has one that could not be trained;
/// means are over those that have. Hamming loss and subset accuracy look at all labels that could be trained.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelMeasures {
    /// Shape `[n_labels]`.
    pub labels: Vec<LabelFigures>,
    /// Mean F1.
    pub macro_f1: Option<f64>,
    /// F1 of all decisions together.
    pub micro_f1: Option<f64>,
    /// Mean average precision.
    pub map: Option<f64>,
    /// Share of decisions that are wrong.
    pub hamming_loss: Option<f64>,
    /// Share of samples with no wrong decision.
    pub subset_accuracy: Option<f64>,
}

impl LabelMeasures {
    /// Measures samples at thresholds, shape `[n_labels]`; `None` for a label that could not be trained.
    ///
    /// # Source
    /// Zhang and Zhou, "A review on multi-label learning algorithms", IEEE TKDE 26, 2014, section 2.2; average precision as in
    /// Davis and Goadrich, ICML 2006, over distinct scores.
    pub fn of(scores: &LabelProbabilities<'_>, thresholds: &[Option<f64>]) -> Self {
        let (sets, n_labels) = (scores.sets, scores.sets.n_labels());
        let (mut predicted, mut hits) = (vec![0_u64; n_labels], vec![0_u64; n_labels]);
        let (mut n_wrong, mut n_exact) = (0_u64, 0_u64);
        for (sample_idx, row) in scores.probabilities.chunks_exact(n_labels.max(1)).enumerate() {
            let mut is_exact = true;
            let mut own = sets.of(sample_idx).iter().copied().peekable();
            for (label, (&p, threshold)) in row.iter().zip(thresholds).enumerate() {
                let is_there = own.next_if_eq(&(label as u32)).is_some();
                let Some(threshold) = threshold else { continue };
                let is_said = p >= *threshold;
                predicted[label] += u64::from(is_said);
                hits[label] += u64::from(is_said && is_there);
                n_wrong += u64::from(is_said != is_there);
                is_exact &= is_said == is_there;
            }
            n_exact += u64::from(is_exact);
        }
        let positives = sets.counts();
        let labels: Vec<LabelFigures> = (0..n_labels)
            .map(|label| {
                let (n, said, hits) = (positives[label], predicted[label], hits[label]);
                let is_defined = thresholds[label].is_some() && n > 0 && n < sets.len() as u64;
                let share = |part: f64, whole: u64| (is_defined && whole > 0).then(|| part / whole as f64);
                LabelFigures {
                    positives: n,
                    predicted: said,
                    hits,
                    precision: share(hits as f64, said),
                    recall: share(hits as f64, n),
                    f1: share(2.0 * hits as f64, n + said),
                    average_precision: precision_recall(&scores.ranked(label), n as usize).1.filter(|_| is_defined),
                }
            })
            .collect();
        let defined = || labels.iter().filter(|label| label.f1.is_some());
        let sum = |of: fn(&LabelFigures) -> u64| defined().map(of).sum::<u64>();
        let all = sum(|label| label.positives + label.predicted);
        let n_trained = thresholds.iter().flatten().count();
        let is_any = n_trained > 0 && !sets.is_empty();
        Self {
            macro_f1: mean(labels.iter().filter_map(|label| label.f1)),
            micro_f1: (all > 0).then(|| 2.0 * sum(|label| label.hits) as f64 / all as f64),
            map: mean(labels.iter().filter_map(|label| label.average_precision)),
            hamming_loss: is_any.then(|| n_wrong as f64 / (sets.len() * n_trained) as f64),
            subset_accuracy: is_any.then(|| n_exact as f64 / sets.len() as f64),
            labels,
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u32, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::LabelSets;

    #[test]
    fn labels_that_are_never_or_always_there_have_no_figure_and_take_no_part_in_means() {
        // Never, always, sometimes, and one that could not be trained.
        let sets = LabelSets::new(4, [vec![1, 2], vec![1], vec![1, 3], vec![1, 2]]);
        let row = [0.9, 0.9, 0.9, 0.9];
        let probabilities = row.repeat(4);
        let measures = LabelMeasures::of(
            &LabelProbabilities { probabilities, sets: &sets },
            &[Some(0.5), Some(0.5), Some(0.5), None],
        );
        for label in [0, 1, 3] {
            let of = measures.labels[label];
            assert_eq!((of.precision, of.recall, of.f1, of.average_precision), (None, None, None, None), "{label}");
        }
        let of = measures.labels[2];
        assert_eq!((of.precision, of.recall, of.f1), (Some(0.5), Some(1.0), Some(2.0 / 3.0)));
        assert_eq!((measures.macro_f1, measures.micro_f1), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert_eq!((measures.map, measures.hamming_loss), (Some(0.5), Some(6.0 / 12.0)));
    }

    #[test]
    fn a_label_that_is_never_predicted_has_recall_and_f1_zero_and_no_precision() {
        let sets = LabelSets::new(1, [vec![0], vec![]]);
        let scores = LabelProbabilities { probabilities: vec![0.4, 0.1], sets: &sets };
        let measures = LabelMeasures::of(&scores, &[Some(0.5)]);
        let of = measures.labels[0];
        assert_eq!((of.precision, of.recall, of.f1, of.average_precision), (None, Some(0.0), Some(0.0), Some(1.0)));
        assert_eq!(measures.subset_accuracy, Some(0.5));
        // A probability at the threshold counts as there.
        assert_eq!(LabelMeasures::of(&scores, &[Some(0.4)]).subset_accuracy, Some(1.0));
    }
}
