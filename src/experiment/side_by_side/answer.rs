//! Results that can be laid side by side: of a sweep, or of `train`, figures by objective and seed.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    data::Evaluation,
    experiment::{
        ExperimentSpec,
        results::Tally,
        sweep::{Point, SweepError, SweepLines, SweepRecord, choose, values_in_words},
    },
    text::shown,
};

/// The seeds of data and split, by which runs are paired.
pub(super) type Samples = (u64, u64);

/// Results of a sweep or of `train`.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What they are called.
    pub name: String,
    pub(super) class_labels: Vec<String>,
    pub(super) evaluated_on: Evaluation,
    pub(super) experiment: ExperimentSpec,
    pub(super) entries: Vec<Entry>,
    /// Whether the figures are of the half of the test samples that a sweep reports by.
    pub(super) is_sweep: bool,
}

/// An objective at its settings, over seeds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Whether a sweep has chosen it, or there is nothing to choose from.
    pub(super) is_best: bool,
    pub(super) runs: BTreeMap<Samples, SeedFigures>,
}

/// What one run has reached on the samples to report by.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct SeedFigures {
    /// Training samples of each class, shape `[n_classes]`.
    pub(super) counts: Vec<u64>,
    /// Recall of each class, shape `[n_classes]`.
    pub(super) recalls: Vec<Option<f64>>,
    /// Samples that it was measured on, shape `[n_classes]`; empty where that is not known.
    pub(super) tested: Vec<u64>,
    pub(super) macro_recall: Option<f64>,
    pub(super) natural_accuracy: Option<f64>,
    pub(super) natural_tested: Option<u64>,
    pub(super) worst_recall: Option<f64>,
    pub(super) geometric_mean: Option<f64>,
}

impl SeedFigures {
    pub(super) fn tally(&self) -> Tally {
        Tally::new(&self.recalls, &self.tested, self.natural_accuracy.zip(self.natural_tested))
    }
}

impl Answer {
    /// Of the results of a sweep, called by a name.
    ///
    /// # Errors
    /// When the sweep in the results cannot be checked.
    pub fn of_sweep(name: String, lines: &SweepLines) -> Result<Self, SweepError> {
        let checked = lines.header.sweep.check()?;
        let best: Vec<usize> =
            choose(lines)?.iter().filter_map(|choice| Some(choice.points[choice.best.as_ref()?.place].point)).collect();
        let entry = |(point_idx, point): (usize, &Point)| {
            let of_point = |record: &&SweepRecord| checked.point_and_seeds(record.run).0 == point_idx;
            let runs = lines.records.values().filter(of_point).filter_map(seed_of_sweep).collect();
            let values = values_in_words(&point.values);
            let objective = checked.objective(point);
            let name = if values.is_empty() { objective.to_owned() } else { format!("{objective}, {values}") };
            Entry { name, is_best: best.contains(&point_idx), runs }
        };
        Ok(Self {
            name,
            class_labels: lines.header.class_labels.clone(),
            evaluated_on: lines.header.evaluated_on,
            experiment: checked.spec().experiment.clone(),
            entries: checked.points().iter().enumerate().map(entry).collect(),
            is_sweep: true,
        })
    }

    /// Of what `train --format json` has written, called by a name.
    ///
    /// # Errors
    /// When the text is something else, or figures are no shares, as a sentence.
    pub fn of_train(name: String, text: &str) -> Result<Self, String> {
        let no_answer = || {
            "this is neither a sweep's results (.jsonl) nor an answer of `train --format json`: name one of these"
                .to_owned()
        };
        let answer: TrainAnswer = serde_json::from_str(text).map_err(|_| no_answer())?;
        let Some(first) = answer.runs.first() else { return Err("there is no finished run in it".to_owned()) };
        let (class_labels, evaluated_on) = (first.class_labels.clone(), first.evaluated_on);
        let mut entries: Vec<Entry> = Vec::new();
        for run in answer.runs {
            let place = entries.iter().position(|entry| entry.name == run.objective).unwrap_or(entries.len());
            if place == entries.len() {
                entries.push(Entry { name: run.objective.clone(), is_best: false, runs: BTreeMap::new() });
            }
            let samples = (run.seed, run.split_seed);
            let figures = run.figures(class_labels.len())?;
            entries[place].runs.extend(figures.map(|figures| (samples, figures)));
        }
        if let [only] = &mut entries[..] {
            only.is_best = true;
        }
        Ok(Self { name, class_labels, evaluated_on, experiment: answer.experiment, entries, is_sweep: false })
    }
}

fn seed_of_sweep(record: &SweepRecord) -> Option<(Samples, SeedFigures)> {
    let test = record.test.as_ref()?;
    let figures = SeedFigures {
        counts: record.counts.clone(),
        recalls: test.per_class_recall.clone(),
        tested: test.tested.clone(),
        macro_recall: test.macro_recall,
        natural_accuracy: test.natural_accuracy,
        natural_tested: test.natural_tested,
        worst_recall: test.worst_recall,
        geometric_mean: test.geometric_mean,
    };
    Some(((record.seed, record.split_seed), figures))
}

/// What is read of an answer of `train`.
#[derive(Deserialize)]
struct TrainAnswer {
    #[serde(rename = "longtail_lab_train")]
    _version: u64,
    experiment: ExperimentSpec,
    runs: Vec<TrainRun>,
}

#[derive(Deserialize)]
struct TrainRun {
    objective: String,
    seed: u64,
    split_seed: u64,
    class_labels: Vec<String>,
    counts: Vec<u64>,
    evaluated_on: Evaluation,
    test_per_class_recall: Vec<Option<f64>>,
    tested_counts: Vec<u64>,
    natural_tested_count: Option<u64>,
    macro_recall: Option<f64>,
    natural_accuracy: Option<f64>,
    worst_recall: Option<f64>,
    geometric_mean: Option<f64>,
}

impl TrainRun {
    /// Its figures; `None` where it diverged.
    fn figures(self, n_classes: usize) -> Result<Option<SeedFigures>, String> {
        let lengths = [self.counts.len(), self.class_labels.len(), self.tested_counts.len()];
        let n_recalls = self.test_per_class_recall.len();
        if lengths != [n_classes; 3] || ![0, n_classes].contains(&n_recalls) {
            return Err(format!(
                "a run of \"{}\" with seed {} has figures for another number of classes",
                shown(&self.objective),
                self.seed
            ));
        }
        let overall = [self.macro_recall, self.natural_accuracy, self.worst_recall, self.geometric_mean];
        let mut shares = self.test_per_class_recall.iter().chain(&overall).flatten();
        if let Some(fault) = shares.find(|share| !(0.0..=1.0).contains(*share)) {
            return Err(format!("a run of \"{}\" has a figure of {fault}, which is no share", shown(&self.objective)));
        }
        Ok(self.macro_recall.map(|_| SeedFigures {
            counts: self.counts,
            recalls: self.test_per_class_recall,
            tested: self.tested_counts,
            macro_recall: self.macro_recall,
            natural_accuracy: self.natural_accuracy,
            natural_tested: self.natural_tested_count,
            worst_recall: self.worst_recall,
            geometric_mean: self.geometric_mean,
        }))
    }
}
