//! Whether what stands in a file of results is what its sweep could have written.

use std::collections::BTreeMap;

use super::{CheckedSweep, MAX_RUNS, SweepFigures, SweepHeader, SweepRecord, lines::fingerprints};
use crate::{
    data::{Evaluation, MAX_TRAINING_CLASSES, ReadHooks},
    distribution::{ClassCounts, Group},
    experiment::{DataSource, Ending, Source},
};

/// Figures that follow from others are computed from them again, and differ by rounding at most.
const ROUNDING: f64 = 1e-9;

/// What the lines of a sweep are held against.
pub(super) struct Expected {
    checked: CheckedSweep,
    n_classes: usize,
    /// Training counts by imbalance factor, where they follow from the sweep alone.
    counts: BTreeMap<Option<u64>, Option<Vec<u64>>>,
}

/// Makes sure that a header is one that its sweep could have; `raw` is the text of the sweep as it stands in the file.
///
/// # Errors
/// What cannot be, in words.
pub(super) fn check_header(header: &SweepHeader, raw: &str) -> Result<Expected, String> {
    let spec = &header.sweep;
    let checked = spec.check().map_err(|error| format!("its sweep cannot be run, {error}"))?;
    if header.runs != checked.n_runs() {
        return Err(format!(
            "the header says {} runs, its sweep has {} (a sweep has at most {MAX_RUNS})",
            header.runs,
            checked.n_runs()
        ));
    }
    let Some(first) = checked.points().first() else { return Err("its sweep has no points".to_owned()) };
    let experiment = checked.experiment(first).map_err(|error| format!("its sweep cannot be run, {error}"))?;
    let is_file = spec.experiment.data.source == DataSource::File;
    // A table that the program carries is at hand; one in a file need not be there any more.
    let imported = if is_file {
        None
    } else {
        Source::read_with(&experiment, &ReadHooks::silent()).map_err(|error| error.to_string())?
    };
    let table = imported.as_ref().map(|imported| &*imported.table);
    if !is_file && !fingerprints(spec, raw, table).contains(&header.fingerprint) {
        return Err("its sweep is not the one that its fingerprint stands for".to_owned());
    }
    let n_classes = header.class_labels.len();
    let labels = match (table, experiment.counts()) {
        (Some(table), _) => Some(table.class_labels.clone()),
        (None, Some(counts)) if !spec.experiment.data.source.is_table() => {
            Some((0..counts.n_classes()).map(|class_idx| format!("C{class_idx}")).collect())
        }
        _ => None,
    };
    if labels.is_some_and(|labels| labels != header.class_labels) || !(2..=MAX_TRAINING_CLASSES).contains(&n_classes) {
        return Err("its classes are not those of its sweep".to_owned());
    }
    let is_generated = !spec.experiment.data.source.is_table();
    let is_possible = match header.evaluated_on {
        Evaluation::BalancedTest => is_generated || spec.experiment.data.long_tailed,
        Evaluation::NaturalTest => !is_generated,
        Evaluation::Training => false,
    };
    if !is_possible {
        return Err(format!("its sweep is not evaluated on the {}", header.evaluated_on.label()));
    }
    Ok(Expected { checked, n_classes, counts: BTreeMap::new() })
}

impl Expected {
    /// More bytes than any line of the sweep has.
    pub(super) fn most_bytes(&self) -> usize {
        let objectives = &self.checked.spec().experiment.objectives;
        let longest = objectives.iter().map(|objective| objective.name.len()).max().unwrap_or(0);
        // A byte is written as \u0000 at worst; a recall on either part and a count need fewer than 80 bytes for a class.
        8192 + 6 * longest + 128 * self.n_classes
    }

    /// Makes sure that a record is one that the sweep could have.
    ///
    /// # Errors
    /// What cannot be, in words.
    pub(super) fn check(&mut self, record: &SweepRecord) -> Result<(), String> {
        let run = record.run;
        if run >= self.checked.n_runs() {
            return Err(format!("run {run} of a sweep of {} runs", self.checked.n_runs()));
        }
        let (point_idx, seeds) = self.checked.point_and_seeds(run);
        let point = &self.checked.points()[point_idx];
        let of_run =
            |what: &str, is_right: bool| if is_right { Ok(()) } else { Err(format!("{what} not that of run {run}")) };
        of_run("its objective is", record.objective == self.checked.objective(point))?;
        of_run("its point (values) is", record.values == point.values)?;
        let has_seeds = (record.seed, record.split_seed, record.init_seed) == (seeds.data, seeds.split, seeds.init);
        of_run("its seed is", has_seeds)?;
        let most = self.checked.epochs(point);
        let is_possible = match record.ending {
            Ending::Finished => record.epochs == most,
            Ending::Converged | Ending::Diverged => record.epochs <= most,
            Ending::Stopped => false,
        };
        if !is_possible {
            return Err(format!("it ended after {} of {most} epochs", record.epochs));
        }
        if record.counts.len() != self.n_classes {
            return Err(format!("it has {} counts for {} classes", record.counts.len(), self.n_classes));
        }
        let counts = self.counts_at(point_idx);
        if counts.is_some_and(|counts| *counts != record.counts) {
            return Err(format!("its counts are not those of run {run}"));
        }
        let counts = ClassCounts::new(record.counts.clone()).map_err(|error| error.to_string())?;
        let rule = self.checked.spec().tail.groups(&self.checked.spec().experiment);
        let groups = rule.assign(&counts);
        if let Some(trial) = &record.optimum {
            let recalls = [trial.macro_recall, trial.macro_recall_at_optimum];
            let objectives = [trial.objective, trial.objective_at_optimum];
            let is_possible = recalls.iter().all(|recall| (0.0..=1.0).contains(recall))
                && objectives.iter().all(|objective| objective.is_finite());
            of_run("its trial of the optimum is", is_possible)?;
        }
        for figures in [&record.validation, &record.test] {
            match (figures, record.ending) {
                (None, Ending::Diverged) => {}
                (Some(_), Ending::Diverged) => return Err("it diverged and has figures".to_owned()),
                (None, _) => return Err("it has no figures".to_owned()),
                (Some(figures), _) => check_figures(figures, &groups)?,
            }
        }
        Ok(())
    }

    /// The training counts of a point; `None` where they do not follow from the sweep alone.
    fn counts_at(&mut self, point_idx: usize) -> Option<&Vec<u64>> {
        let data = &self.checked.spec().experiment.data;
        if data.source.is_table() || !data.painting.is_empty() {
            return None;
        }
        let point = &self.checked.points()[point_idx];
        let imbalance = point.imbalance().and_then(super::Value::number).map(f64::to_bits);
        let of_point = || Some(self.checked.experiment(point).ok()?.counts()?.as_slice().to_vec());
        self.counts.entry(imbalance).or_insert_with(of_point).as_ref()
    }
}

/// Makes sure that figures are shares, and agree with each other.
fn check_figures(figures: &SweepFigures, groups: &[Group]) -> Result<(), String> {
    let recalls = &figures.per_class_recall;
    if recalls.len() != groups.len() {
        return Err(format!("it has {} recalls for {} classes", recalls.len(), groups.len()));
    }
    let named = [
        ("recall", figures.macro_recall),
        ("recall of the head", figures.head_recall),
        ("recall of the tail", figures.tail_recall),
        ("worst recall", figures.worst_recall),
        ("geometric mean", figures.geometric_mean),
        ("accuracy", figures.natural_accuracy),
        ("macro F1", figures.macro_f1),
        ("average precision", figures.average_precision),
        ("calibration", figures.calibration),
        ("figure to judge by", figures.target),
    ];
    let all = recalls.iter().map(|recall| ("recall", *recall)).chain(named);
    for (name, value) in all.filter_map(|(name, value)| Some((name, value?))) {
        if !(0.0..=1.0).contains(&value) || value.is_sign_negative() {
            return Err(format!("its {name} is {value}"));
        }
    }
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, n) = values.fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
        (n > 0).then(|| sum / n as f64)
    };
    let of_group = |group: Group| {
        let recalls = recalls.iter().zip(groups).filter(|(_, other)| **other == group);
        mean(&mut recalls.filter_map(|(recall, _)| *recall))
    };
    let follows = [
        ("mean recall", figures.macro_recall, mean(&mut recalls.iter().copied().flatten())),
        ("recall of the head", figures.head_recall, of_group(Group::Many)),
        ("recall of the tail", figures.tail_recall, of_group(Group::Few)),
        ("worst recall", figures.worst_recall, recalls.iter().copied().flatten().min_by(f64::total_cmp)),
        (
            "geometric mean",
            figures.geometric_mean,
            mean(&mut recalls.iter().copied().flatten().map(f64::ln)).map(f64::exp),
        ),
    ];
    for (name, got, expected) in follows {
        let is_same = match (got, expected) {
            (Some(got), Some(expected)) => (got - expected).abs() <= ROUNDING,
            (got, expected) => got.is_none() && expected.is_none(),
        };
        if !is_same {
            let words = |figure: Option<f64>| figure.map_or_else(|| "missing".to_owned(), |figure| figure.to_string());
            return Err(format!("its {name} is {}, by its classes it is {}", words(got), words(expected)));
        }
    }
    Ok(())
}
