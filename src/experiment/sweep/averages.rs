//! Figures of a point over its seeds, and differences of two points, as sure as spread and test samples allow.

use serde::Serialize;

use super::{CheckedSweep, Metric, SweepFigures, SweepRecord};
use crate::{
    distribution::{ClassCounts, Group},
    experiment::{
        Difference, Estimate,
        results::{Counting, DIFFERENCE, Known, Made, PairedCounting, SHARE, Tally, share_of_splits},
    },
};

/// Figures over seeds. One that a run lacks is `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Averages {
    /// The metric that the sweep maximises.
    pub metric: Option<Estimate>,
    /// Mean recall over classes.
    pub macro_recall: Option<Estimate>,
    /// Mean recall of the head.
    pub head_recall: Option<Estimate>,
    /// Mean recall of the tail.
    pub tail_recall: Option<Estimate>,
    /// The lowest recall of a class.
    pub worst_recall: Option<Estimate>,
    /// Accuracy on samples with the training set's class shares.
    pub natural_accuracy: Option<Estimate>,
}

/// A part of the samples that runs were measured on.
pub(super) type Part = fn(&SweepRecord) -> Option<&SweepFigures>;

/// The samples to choose by.
pub(super) const VALIDATION: Part = |run| run.validation.as_ref();
/// The samples to report by.
pub(super) const TEST: Part = |run| run.test.as_ref();

/// What the figures of a sweep are measured on: head, tail and numbers of test samples.
pub(super) struct Making {
    /// Head and tail: for each class whether it belongs to them, shape `[n_classes]`.
    pub head: Vec<bool>,
    tail: Vec<bool>,
    is_table: bool,
    /// Whether all repetitions are measured on the same rows.
    has_one_split: bool,
    /// Samples of each class that are tested, where results do not say it and there is only one possibility.
    test_per_class: Option<u64>,
}

impl Making {
    pub(super) fn of(checked: &CheckedSweep, runs: &[Option<&SweepRecord>]) -> Self {
        let spec = checked.spec();
        let counts = runs.iter().flatten().next().and_then(|run| ClassCounts::new(run.counts.clone()).ok());
        let groups = counts.map_or_else(Vec::new, |counts| spec.tail.groups(&spec.experiment).assign(&counts));
        let [head, tail] = [Group::Many, Group::Few].map(|group| groups.iter().map(|other| *other == group).collect());
        let data = &spec.experiment.data;
        let is_generated = !data.source.is_table() && data.painting.is_empty();
        let test_per_class = is_generated.then_some(data.test_per_class as u64);
        Self { head, tail, is_table: data.source.is_table(), has_one_split: data.has_one_split(), test_per_class }
    }

    pub(super) fn metric(&self, metric: Metric) -> Made<'_> {
        match metric {
            // What is counted of these is recall, or nothing better is known of them.
            Metric::MacroRecall
            | Metric::MacroF1
            | Metric::AveragePrecision
            | Metric::Calibration
            | Metric::ClassF1
            | Metric::PrecisionAtRecall => Made::Mean,
            Metric::TailRecall => Made::MeanOf(&self.tail),
            Metric::WorstClass => Made::Worst,
            Metric::GeometricMean => Made::Geometric,
            Metric::NaturalAccuracy | Metric::ExpectedCost => Made::Natural,
        }
    }

    /// What was recognised of the samples; results of earlier programs do not say how many there were.
    fn tally(&self, figures: &SweepFigures) -> Tally {
        let natural = figures.natural_accuracy.zip(figures.natural_tested);
        let tested_of =
            |n: u64| figures.per_class_recall.iter().map(|recall| if recall.is_some() { n } else { 0 }).collect();
        let tested: Vec<u64> = match (figures.tested.as_slice(), self.test_per_class) {
            ([], Some(n)) => tested_of(n),
            (known, _) => known.to_vec(),
        };
        Tally::new(&figures.per_class_recall, &tested, natural)
    }

    /// How much of the samples two seeds share: 0 for fresh draws, n_test/(n_test + n_train) for splits of the same rows.
    fn shared(&self, runs: &[Option<&SweepRecord>], part: Part) -> f64 {
        if self.has_one_split {
            return 1.0;
        }
        let share = |run: &&SweepRecord| Some(share_of_splits(&part(run)?.tested, &run.counts));
        runs.iter().flatten().find_map(share).filter(|_| self.is_table).unwrap_or(0.0)
    }
}

/// A figure of a point, where it has it.
type Figure<'a> = &'a dyn Fn(&SweepFigures) -> Option<f64>;

/// A figure of one point less that of another, paired over seeds; all runs must have it.
pub(super) fn difference(
    runs: &[Option<&SweepRecord>],
    others: &[Option<&SweepRecord>],
    (part, figure): (Part, Figure<'_>),
    (making, made): (&Making, Made<'_>),
) -> Option<Difference> {
    let pairs = || runs.iter().zip(others).map(|(run, other)| Some((part((*run)?)?, part((*other)?)?)));
    let values: Option<Vec<f64>> = pairs().map(|pair| pair.and_then(|(a, b)| Some(figure(a)? - figure(b)?))).collect();
    let tallies: Option<Vec<_>> = pairs().map(|pair| pair.map(|(a, b)| (making.tally(a), making.tally(b)))).collect();
    let shared = making.shared(runs, part);
    let counting = PairedCounting::of(&tallies?, shared).and_then(|counting| counting.half_width(made));
    Difference::with(&values?, &Known { range: DIFFERENCE, counting, shared })
}

/// Means over runs, which all must have the figure.
pub(super) fn averages(runs: &[Option<&SweepRecord>], making: &Making, metric: Metric, part: Part) -> Averages {
    let found: Option<Vec<&SweepFigures>> = runs.iter().map(|run| part((*run)?)).collect();
    let Some(found) = found else { return Averages::default() };
    let shared = making.shared(runs, part);
    let tallies: Vec<Tally> = found.iter().map(|figures| making.tally(figures)).collect();
    let counting = Counting::of(&tallies, shared);
    let of = |figure: &dyn Fn(&SweepFigures) -> Option<f64>, made: Made<'_>| {
        let values: Option<Vec<f64>> = found.iter().map(|figures| figure(figures)).collect();
        let counting = counting.as_ref().and_then(|counting| counting.half_width(made));
        Estimate::with(&values?, &Known { range: SHARE, counting, shared })
    };
    Averages {
        metric: of(&|figures| figures.metric(metric), making.metric(metric)),
        macro_recall: of(&|figures| figures.macro_recall, Made::Mean),
        head_recall: of(&|figures| figures.head_recall, Made::MeanOf(&making.head)),
        tail_recall: of(&|figures| figures.tail_recall, Made::MeanOf(&making.tail)),
        worst_recall: of(&|figures| figures.worst_recall, Made::Worst),
        natural_accuracy: of(&|figures| figures.natural_accuracy, Made::Natural),
    }
}
