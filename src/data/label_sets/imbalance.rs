//! How uneven labels are, and how rare ones stand with frequent ones.

use std::collections::HashSet;

use serde::Serialize;

use super::LabelSets;

/// Measures of imbalance of samples with any number of labels.
///
/// # Source
/// Charte, Rivera, del Jesus, Herrera, "Addressing imbalance in multilabel classification: Measures and random resampling
/// algorithms", Neurocomputing 163, 2015 (IRLbl, MeanIR, CVIR), and "Concurrence among imbalanced labels and its influence on
/// multilabel resampling algorithms", HAIS 2014 (SCUMBLE).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelImbalance {
    /// Samples that have each label, shape `[n_labels]`.
    pub positives: Vec<u64>,
    /// Mean number of labels a sample; `None` without samples.
    pub cardinality: Option<f64>,
    /// Cardinality over the number of labels, 0 to 1.
    pub density: Option<f64>,
    /// How many different sets of labels there are.
    pub distinct_label_sets: usize,
    /// IRLbl of each label: positives of the most frequent label over its own, at least 1; `None` for a label without any.
    pub irlbl: Vec<Option<f64>>,
    /// Mean of IRLbl over the labels that have positives.
    pub mean_ir: Option<f64>,
    /// Sample deviation of IRLbl over its mean; `None` for fewer than two labels with positives.
    pub cvir: Option<f64>,
    /// Mean over samples of 1 − geometric mean / arithmetic mean of IRLbl over the sample's labels, 0 to 1 and 0 for a sample
    /// without labels: how often rare labels stand with frequent ones.
    pub scumble: Option<f64>,
}

impl LabelImbalance {
    /// Measures samples.
    ///
    /// ```
    /// use longtail_lab::data::{LabelImbalance, LabelSets};
    /// let measures = LabelImbalance::of(&LabelSets::new(2, [vec![0], vec![0, 1], vec![0], vec![0]]));
    /// assert_eq!((measures.cardinality, measures.mean_ir), (Some(1.25), Some(2.5)));
    /// // One sample of four has both labels: 1 − √(1·4)/2.5 there and 0 elsewhere.
    /// assert!((measures.scumble.ok_or("no sample")? - 0.2 / 4.0).abs() < 1e-15);
    /// # Ok::<(), &'static str>(())
    /// ```
    pub fn of(sets: &LabelSets) -> Self {
        let positives = sets.counts();
        let most = positives.iter().copied().max().unwrap_or_default() as f64;
        let irlbl: Vec<Option<f64>> = positives.iter().map(|&n| (n > 0).then(|| most / n as f64)).collect();
        let n_samples = sets.len() as f64;
        let cardinality = (!sets.is_empty()).then(|| sets.n_positives() as f64 / n_samples);
        let known: Vec<f64> = irlbl.iter().copied().flatten().collect();
        let mean_ir = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
        let cvir = mean_ir.filter(|_| known.len() > 1).map(|mean| {
            let squares: f64 = known.iter().map(|ir| (ir - mean) * (ir - mean)).sum();
            (squares / (known.len() - 1) as f64).sqrt() / mean
        });
        let scumble = |labels: &[u32]| {
            let of_labels = labels.iter().filter_map(|&label| irlbl[label as usize]);
            let (n, sum, logs) =
                of_labels.fold((0.0, 0.0, 0.0), |(n, sum, logs), ir| (n + 1.0, sum + ir, logs + ir.ln()));
            if n == 0.0 { 0.0 } else { 1.0 - f64::exp(logs / n) / (sum / n) }
        };
        let distinct: HashSet<&[u32]> = sets.iter().collect();
        Self {
            cardinality,
            density: cardinality.filter(|_| sets.n_labels() > 0).map(|mean| mean / sets.n_labels() as f64),
            distinct_label_sets: distinct.len(),
            mean_ir,
            cvir,
            scumble: (!sets.is_empty()).then(|| sets.iter().map(scumble).sum::<f64>() / n_samples),
            positives,
            irlbl,
        }
    }
}

impl LabelSets {
    /// Samples that have both of two labels, shape `[n_labels, n_labels]`; on the diagonal, those that have a label.
    pub fn co_occurrence(&self) -> ndarray::Array2<u64> {
        let mut counts = ndarray::Array2::zeros((self.n_labels(), self.n_labels()));
        for labels in self.iter() {
            for &a in labels {
                for &b in labels {
                    counts[[a as usize, b as usize]] += 1;
                }
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_are_never_there_have_no_ratio_and_take_no_part() {
        let measures = LabelImbalance::of(&LabelSets::new(3, [vec![0], vec![0, 2], vec![]]));
        assert_eq!(measures.irlbl, [Some(1.0), None, Some(2.0)]);
        assert_eq!((measures.mean_ir, measures.distinct_label_sets), (Some(1.5), 3));
        let nothing = LabelImbalance::of(&LabelSets::new(2, [vec![], vec![]]));
        assert_eq!((nothing.mean_ir, nothing.cvir, nothing.scumble), (None, None, Some(0.0)));
        let no_samples = LabelImbalance::of(&LabelSets::new(2, []));
        assert_eq!((no_samples.cardinality, no_samples.density, no_samples.scumble), (None, None, None));
    }

    #[test]
    fn co_occurrence_counts_pairs_and_has_the_counts_on_its_diagonal() {
        let sets = LabelSets::new(3, [vec![0, 1], vec![0, 1, 2], vec![2]]);
        assert_eq!(sets.co_occurrence(), ndarray::array![[2, 2, 1], [2, 2, 1], [1, 1, 2]]);
    }
}
