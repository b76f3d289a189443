//! Records over seeds, drawn together for each objective.

use serde::Serialize;

use super::{
    Estimate, Figures, RunRecord,
    counting::{Counting, Made, Tally},
    record::Ending,
    statistics::{Known, SHARE},
};

/// One objective over all seeds. A figure that no run has is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectiveSummary {
    /// The objective's name.
    pub objective: String,
    /// Runs that have figures.
    pub runs: usize,
    /// Runs that diverged.
    pub diverged: usize,
    /// Recall of each class on the set that the runs were measured on, shape `[n_classes]`.
    pub per_class_recall: Vec<Option<Estimate>>,
    /// The overall figures.
    #[serde(flatten)]
    pub figures: Figures<Option<Estimate>>,
    /// The final regularised training objective.
    pub training_objective: Option<Estimate>,
}

/// Draws records together by objective, in the order in which objectives first appear.
pub fn summarise(records: &[RunRecord]) -> Vec<ObjectiveSummary> {
    let mut names: Vec<&str> = Vec::new();
    for record in records {
        if !names.contains(&record.objective.as_str()) {
            names.push(&record.objective);
        }
    }
    names.into_iter().map(|name| summarise_one(name, records)).collect()
}

fn summarise_one(name: &str, records: &[RunRecord]) -> ObjectiveSummary {
    let of_objective: Vec<&RunRecord> = records.iter().filter(|record| record.objective == name).collect();
    let runs: Vec<&RunRecord> =
        of_objective.iter().copied().filter(|record| record.ending != Ending::Diverged).collect();
    let first = of_objective.first().copied();
    let shared = first.map_or(0.0, |record| record.shared);
    let counting = Counting::of(&runs.iter().map(|record| record.tally()).collect::<Vec<Tally>>(), shared);
    let values = |figure: &dyn Fn(&RunRecord) -> Option<f64>| {
        runs.iter().filter_map(|record| figure(record)).collect::<Vec<f64>>()
    };
    let estimate = |figure: &dyn Fn(&RunRecord) -> Option<f64>, made: Made<'_>| {
        let counting = counting.as_ref().and_then(|counting| counting.half_width(made));
        Estimate::with(&values(figure), &Known { range: SHARE, counting, shared })
    };
    let n_classes = first.map_or(0, |record| record.counts.len());
    let groups = first.map(RunRecord::members).unwrap_or_default();
    ObjectiveSummary {
        objective: name.to_owned(),
        runs: runs.len(),
        diverged: of_objective.len() - runs.len(),
        per_class_recall: (0..n_classes)
            .map(|c| estimate(&|record| record.per_class_recall()[c], Made::Recall(c)))
            .collect(),
        figures: Figures::from_fn(|figure| estimate(&|record| record.figures.get(figure), figure.made(&groups))),
        training_objective: Estimate::of(&values(&|record| record.training_objective)),
    }
}

/// Macro recall of runs of an objective at a point of their curves.
pub(super) fn macro_recall_at(runs: &[&RunRecord], epoch: u64, values: &[f64]) -> Option<Estimate> {
    let place = |run: &RunRecord| run.curve.binary_search_by_key(&epoch, |(known, _)| *known).ok();
    let tallies: Vec<Tally> = runs.iter().filter_map(|run| Some(run.tally_at(place(run)?))).collect();
    let shared = runs.first().map_or(0.0, |run| run.shared);
    let counting = Counting::of(&tallies, shared).and_then(|counting| counting.half_width(Made::Mean));
    Estimate::with(values, &Known { range: SHARE, counting, shared })
}
