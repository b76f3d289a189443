//! Differences between objectives, seed by seed: what is left when both have seen the same samples, split and start.

use serde::Serialize;

use super::{
    Estimate, Figures, RunRecord,
    counting::{Made, PairedCounting},
    statistics::{DIFFERENCE, Known},
};

/// The mean of paired differences with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Mean of the differences over seeds, with the half width of its 95 % Student-t interval.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// Whether the interval contains 0, so that it may be chance; `None` where nobody knows: for a single seed, and where all
    /// seeds agree and it is not known on how many samples.
    pub within_noise: Option<bool>,
}

impl Difference {
    /// The mean difference of pairs of shares, from the difference of each; `None` where there is none. Of the samples that
    /// the shares are of nothing is known.
    pub fn of(differences: &[f64]) -> Option<Self> {
        Self::with(differences, &Known { range: DIFFERENCE, counting: None, shared: 0.0 })
    }

    /// As [`Difference::of`], with what is known of the samples.
    pub(in crate::experiment) fn with(differences: &[f64], known: &Known) -> Option<Self> {
        let estimate = Estimate::with(differences, known)?;
        let is_known = |half_width: &f64| *half_width > 0.0 || estimate.mean == 0.0;
        let within_noise = estimate.half_width.filter(is_known).map(|half_width| estimate.mean.abs() <= half_width);
        Some(Self { estimate, within_noise })
    }

    /// "+0.19 ± 0.01", with a true minus.
    pub fn to_text(&self, decimals: usize) -> String {
        self.estimate.to_signed_text(decimals)
    }
}

/// An objective minus the baseline, both on the same seeds. A figure that no pair has is `None`.
///
/// The training objective is not among the figures: that of another loss is on another scale.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairedSummary {
    /// The objective's name.
    pub objective: String,
    /// Name of the baseline.
    pub baseline: String,
    /// Seeds on which both have figures.
    pub pairs: usize,
    /// Recall of each class on the set that the runs were measured on, shape `[n_classes]`.
    pub per_class_recall: Vec<Option<Difference>>,
    /// The overall figures.
    #[serde(flatten)]
    pub figures: Figures<Option<Difference>>,
}

/// Every other objective minus the baseline, in the order in which objectives first appear; nothing where no record is of
/// the baseline.
///
/// Every objective of a comparison sees the same samples, split and start on a seed, so what these have in common falls out
/// of the difference, and its interval is narrower than those of the two means.
///
/// # Source
/// Student, "The probable error of a mean", Biometrika 1908, whose example is of pairs.
pub fn paired_differences(records: &[RunRecord], baseline: &str) -> Vec<PairedSummary> {
    let mut names: Vec<&str> = Vec::new();
    for record in records {
        if !names.contains(&record.objective.as_str()) {
            names.push(&record.objective);
        }
    }
    if !names.contains(&baseline) {
        return Vec::new();
    }
    names.into_iter().filter(|&name| name != baseline).map(|name| compare(records, name, baseline)).collect()
}

fn compare(records: &[RunRecord], name: &str, baseline: &str) -> PairedSummary {
    let of = |name: &str| records.iter().filter(move |record| record.objective == name).collect::<Vec<_>>();
    let baselines = of(baseline);
    let seeds = |record: &RunRecord| (record.seed, record.split_seed, record.init_seed);
    let pairs: Vec<(&RunRecord, &RunRecord)> = of(name)
        .into_iter()
        .filter_map(|record| Some((record, *baselines.iter().find(|other| seeds(other) == seeds(record))?)))
        .collect();
    let has_figures = |record: &RunRecord| record.figures.macro_recall.is_some();
    let with_figures = pairs.iter().filter(|(one, other)| has_figures(one) && has_figures(other));
    let tallies: Vec<_> = with_figures.map(|(one, other)| (one.tally(), other.tally())).collect();
    let shared = pairs.first().map_or(0.0, |(record, _)| record.shared);
    let counting = PairedCounting::of(&tallies, shared);
    let difference = |figure: &dyn Fn(&RunRecord) -> Option<f64>, made: Made<'_>| {
        let differences = pairs.iter().filter_map(|(one, other)| Some(figure(one)? - figure(other)?));
        let counting = counting.as_ref().and_then(|counting| counting.half_width(made));
        Difference::with(&differences.collect::<Vec<_>>(), &Known { range: DIFFERENCE, counting, shared })
    };
    let first = pairs.first().map(|(record, _)| *record);
    let n_classes = first.map_or(0, |record| record.counts.len());
    let groups = first.map(RunRecord::members).unwrap_or_default();
    PairedSummary {
        objective: name.to_owned(),
        baseline: baseline.to_owned(),
        pairs: tallies.len(),
        per_class_recall: (0..n_classes)
            .map(|c| difference(&|record| record.per_class_recall()[c], Made::Recall(c)))
            .collect(),
        figures: Figures::from_fn(|figure| difference(&|record| record.figures.get(figure), figure.made(&groups))),
    }
}

impl PairedSummary {
    /// Number of classes whose difference is within noise, and of those that have one with an interval.
    pub fn n_within_noise(&self) -> (usize, usize) {
        let known = || self.per_class_recall.iter().flatten().filter_map(|difference| difference.within_noise);
        (known().filter(|&within| within).count(), known().count())
    }

    /// What the differences say, in a sentence; `repetitions` are the pairs in words, see
    /// [`repetitions_in_words`](crate::experiment::repetitions_in_words): "CB − CE over 5 seeds: macro recall +0.19 ± 0.01; worst class +0.49 ± 0.02;
    /// natural accuracy −0.08 ± 0.02; recall of 3 of 10 classes within noise".
    pub fn in_words(&self, repetitions: &str) -> String {
        let (objective, baseline) = (&self.objective, &self.baseline);
        let named = [
            ("macro recall", self.figures.macro_recall),
            ("worst class", self.figures.worst_recall),
            ("natural accuracy", self.figures.natural_accuracy),
        ];
        let figures = named.into_iter().filter_map(|(name, difference)| {
            let difference = difference?;
            let noise = if difference.within_noise == Some(true) { " (within noise)" } else { "" };
            Some(format!("{name} {}{noise}", difference.to_text(2)))
        });
        let figures = figures.collect::<Vec<_>>().join("; ");
        match (self.pairs, self.n_within_noise()) {
            (0, _) => format!("{objective} − {baseline}: there is no repetition in which both have figures"),
            (1, _) => {
                format!(
                    "{objective} − {baseline} on {repetitions}: {figures}; one does not tell how much of it is noise"
                )
            }
            (_, (0, n_classes)) => {
                format!(
                    "{objective} − {baseline} over {repetitions}: {figures}; none of {n_classes} classes within noise"
                )
            }
            (_, (n_within, n_classes)) => format!(
                "{objective} − {baseline} over {repetitions}: {figures}; recall of {n_within} of {n_classes} classes within noise"
            ),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::experiment::{Ending, ExperimentSpec, Hooks, Source, run};

    /// A record of two classes with these figures, as if they had been reached.
    pub(crate) fn record(objective: &str, seed: u64, recall: [f64; 2]) -> RunRecord {
        let mut spec = ExperimentSpec::default();
        spec.distribution.classes = 2;
        spec.distribution.max_count = 20;
        spec.data.test_per_class = 10;
        spec.training.epochs = 1;
        spec.objectives.truncate(1);
        let checked = spec.check().unwrap();
        let stop = AtomicBool::new(false);
        let records = run(&checked, &Source::open(&checked).unwrap(), &Hooks::silent(&stop)).unwrap();
        let mut record = records[0].clone();
        record.objective = objective.to_owned();
        (record.seed, record.split_seed, record.init_seed) = (seed, seed, seed);
        record.test_per_class_recall = Some(recall.map(Some).to_vec());
        record.figures.macro_recall = Some(f64::midpoint(recall[0], recall[1]));
        record.figures.worst_recall = Some(recall[0].min(recall[1]));
        record.figures.natural_accuracy = Some(recall[0]);
        record.figures.few_recall = None;
        record
    }

    #[test]
    fn differences_are_taken_seed_by_seed_and_can_be_checked_by_hand() {
        // The means over seeds vary by 0.4, the differences of class 1 only from 0.1 to 0.3.
        let records = [
            record("CE", 1, [0.9, 0.1]),
            record("CB", 1, [0.9, 0.2]),
            record("CE", 2, [0.8, 0.5]),
            record("CB", 2, [0.7, 0.7]),
            // In another order, as seeds come when they are done.
            record("CB", 3, [0.9, 0.6]),
            record("CE", 3, [0.8, 0.3]),
        ];
        let paired = paired_differences(&records, "CE");
        assert_eq!((paired.len(), paired[0].objective.as_str(), paired[0].pairs), (1, "CB", 3));
        let [first, second] = [0, 1].map(|class_idx| paired[0].per_class_recall[class_idx].unwrap());
        // Class 1: 0.1, 0.2, 0.3 with mean 0.2, deviation 0.1; t(0.975, 2) = 4.302653; 4.302653·0.1/√3 = 0.248414.
        assert!((second.estimate.mean - 0.2).abs() < 1e-12);
        assert!((second.estimate.half_width.unwrap() - 0.248_414).abs() < 1e-6);
        assert_eq!(second.within_noise, Some(true));
        // Class 0: 0, −0.1, 0.1.
        assert!(first.estimate.mean.abs() < 1e-12 && first.within_noise == Some(true));
        // Macro recall: 0.05, 0.05, 0.2; natural accuracy as class 0; the worst class 0.1, 0.2, 0.3.
        assert!((paired[0].figures.macro_recall.unwrap().estimate.mean - 0.1).abs() < 1e-12);
        assert_eq!(paired[0].figures.worst_recall.unwrap().to_text(2), "+0.20 ± 0.25");
        assert_eq!(paired[0].figures.few_recall, None);
        assert_eq!(paired[0].n_within_noise(), (2, 2));
        let words = paired[0].in_words("3 seeds");
        assert!(words.starts_with("CB − CE over 3 seeds: macro recall +0.10 ± 0.22 (within noise); "), "{words}");
        assert!(words.ends_with("recall of 2 of 2 classes within noise"), "{words}");
        let turned = paired_differences(&records, "CB");
        assert!((turned[0].per_class_recall[1].unwrap().estimate.mean + 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_difference_is_noise_exactly_where_its_interval_contains_zero() {
        // t(0.975, 1) = 12.7062, deviation of two values d/√2, so the half width is 12.7062·d/2.
        let of = |a: f64, b: f64| Difference::of(&[a, b]).unwrap();
        // Nothing is known of how many samples could tell them apart.
        assert_eq!(of(0.2, 0.2).within_noise, None);
        assert_eq!(of(0.0, 0.0).within_noise, Some(true));
        // Mean 0.205 against 12.7062·0.01/2 = 0.063531; mean 0.06 against 0.12706.
        assert_eq!(of(0.2, 0.21).within_noise, Some(false));
        assert_eq!(of(0.05, 0.07).within_noise, Some(true));
        assert_eq!(of(-0.2, -0.21).to_text(3), "−0.205 ± 0.064");
    }

    #[test]
    fn seeds_that_agree_by_the_grain_of_few_samples_are_not_sure() {
        // Ten samples of each class: 1 of 10 on both seeds may be chance, 7 of 10 is not.
        let records = |few: f64, many: f64| {
            let of = |seed| [record("CE", seed, [0.8, 0.2]), record("CB", seed, [0.8 - few, 0.2 + many])];
            [of(1), of(2)].concat()
        };
        let paired = &paired_differences(&records(0.1, 0.7), "CE")[0];
        let [few, many] = [0, 1].map(|class_idx| paired.per_class_recall[class_idx].unwrap());
        assert_eq!((few.within_noise, many.within_noise), (Some(true), Some(false)));
        assert!(few.estimate.half_width.unwrap() > 0.1, "{few:?}");
        assert!(paired.figures.macro_recall.unwrap().estimate.half_width.unwrap() > 0.0);
        assert_eq!(paired.n_within_noise(), (1, 2));
    }

    #[test]
    fn one_seed_says_nothing_about_noise() {
        let records = [record("CE", 1, [0.9, 0.1]), record("CB", 1, [0.8, 0.4])];
        let paired = &paired_differences(&records, "CE")[0];
        let difference = paired.per_class_recall[1].unwrap();
        assert_eq!((difference.estimate.half_width, difference.within_noise), (None, None));
        assert_eq!(difference.to_text(2), "+0.30");
        assert!(paired.in_words("1 seed").contains("on 1 seed: macro recall +0.10; worst class +0.30"), "{paired:?}");
        assert!(paired_differences(&records, "Focal").is_empty());
    }

    #[test]
    fn a_run_that_diverged_leaves_its_seed_out_of_the_pairs() {
        let mut diverged = record("CB", 2, [0.0, 0.0]);
        diverged.ending = Ending::Diverged;
        (diverged.figures.macro_recall, diverged.figures.natural_accuracy, diverged.figures.worst_recall) =
            (None, None, None);
        diverged.test_per_class_recall = Some(vec![None; 2]);
        let records = [record("CE", 1, [0.9, 0.1]), record("CB", 1, [0.8, 0.4]), record("CE", 2, [0.9, 0.1]), diverged];
        let paired = &paired_differences(&records, "CE")[0];
        assert_eq!((paired.pairs, paired.figures.macro_recall.unwrap().estimate.n), (1, 1));
    }
}
