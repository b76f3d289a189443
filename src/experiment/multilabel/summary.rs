//! Means over seeds, and the comparison as a grid.

use serde::Serialize;

use super::record::LabelRun;
use crate::{
    data::Evaluation,
    experiment::{
        Ending, Estimate,
        export::{Cell, Grid},
        repetitions_in_words,
    },
    train::{LEAST_POSITIVES, ThresholdRule},
};

/// Means over seeds of one objective.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelSummary {
    /// The objective.
    pub objective: String,
    /// Mean F1 of each label over the seeds that have one, shape `[n_labels]`.
    pub f1: Vec<Option<Estimate>>,
    /// Mean over labels of F1.
    pub macro_f1: Option<Estimate>,
    /// F1 of all decisions together.
    pub micro_f1: Option<Estimate>,
    /// Mean average precision.
    pub map: Option<Estimate>,
    /// Share of decisions that are wrong.
    pub hamming_loss: Option<Estimate>,
    /// Share of samples without a wrong decision.
    pub subset_accuracy: Option<Estimate>,
    /// Mean F1 that the validation part promised at these thresholds.
    pub promised_macro_f1: Option<Estimate>,
    /// The regularised objective on the training samples.
    pub training_objective: Option<Estimate>,
}

/// The runs of each objective together, objectives in the order of the runs.
pub fn summarise(runs: &[LabelRun]) -> Vec<LabelSummary> {
    let mut names: Vec<&str> = Vec::new();
    for run in runs {
        if !names.contains(&run.objective.as_str()) {
            names.push(&run.objective);
        }
    }
    let summary = |name: &str| {
        let own: Vec<&LabelRun> = runs.iter().filter(|run| run.objective == name).collect();
        let share = |of: &dyn Fn(&LabelRun) -> Option<f64>| {
            let values: Vec<f64> = own.iter().filter_map(|run| of(run)).collect();
            Estimate::of_shares_over_splits(&values, own.first().map_or(0.0, |run| run.share_tested()))
        };
        let objectives: Vec<f64> = own.iter().filter_map(|run| run.training_objective).collect();
        let n_labels = own.first().map_or(0, |run| run.labels.len());
        LabelSummary {
            objective: name.to_owned(),
            f1: (0..n_labels).map(|label| share(&|run| run.f1[label])).collect(),
            macro_f1: share(&|run| run.macro_f1),
            micro_f1: share(&|run| run.micro_f1),
            map: share(&|run| run.map),
            hamming_loss: share(&|run| run.hamming_loss),
            subset_accuracy: share(&|run| run.subset_accuracy),
            promised_macro_f1: share(&|run| run.at(run.threshold)?.promised_macro_f1),
            training_objective: Estimate::of(&objectives),
        }
    };
    names.into_iter().map(summary).collect()
}

/// F1 of each label from head to tail, objectives side by side, the overall figures below.
pub fn label_grid(runs: &[LabelRun], summaries: &[LabelSummary]) -> Grid {
    let Some(first) = runs.first() else { return Grid::default() };
    let mut header = vec!["label".to_owned(), "positives".to_owned()];
    header.extend(summaries.iter().map(|summary| summary.objective.clone()));
    let mut order: Vec<usize> = (0..first.labels.len()).collect();
    order.sort_by_key(|&label| std::cmp::Reverse(first.positives[label]));
    let mut rows: Vec<Vec<Cell>> = order
        .into_iter()
        .map(|label| {
            let start = [Cell::Text(first.labels[label].clone()), Cell::Count(first.positives[label])];
            start.into_iter().chain(summaries.iter().map(|one| Cell::estimate(one.f1[label]))).collect()
        })
        .collect();
    let n_labels = rows.len();
    let mut overall = |name: &str, value: fn(&LabelSummary) -> Option<Estimate>| {
        let start = [Cell::Text(name.to_owned()), Cell::Text(String::new())];
        rows.push(start.into_iter().chain(summaries.iter().map(|one| Cell::estimate(value(one)))).collect());
    };
    overall("Macro F1", |one| one.macro_f1);
    overall("Micro F1", |one| one.micro_f1);
    overall("mAP", |one| one.map);
    overall("Hamming loss", |one| one.hamming_loss);
    overall("Subset accuracy", |one| one.subset_accuracy);
    if first.threshold == ThresholdRule::Tuned {
        overall("Macro F1 promised", |one| one.promised_macro_f1);
    }
    overall("Training objective", |one| one.training_objective);
    let n_seeds = runs.iter().filter(|run| run.objective == first.objective).count();
    let over = repetitions_in_words(n_seeds as u64, first.evaluated_on != Evaluation::Training, 0);
    let seeds = if n_seeds > 1 { format!(", mean ± 95 % interval over {over}") } else { String::new() };
    let what =
        format!("F1 of each label on the {}, threshold {}{seeds}", first.evaluated_on.label(), first.threshold.label());
    let notes = std::iter::once(what).chain(label_notes(runs)).collect();
    Grid { header, rows, rules: vec![0, n_labels], notes }
}

/// What the figures leave out, and why, in sentences.
pub fn label_notes(runs: &[LabelRun]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    let mut note = |text: String| {
        if !notes.contains(&text) {
            notes.push(text);
        }
    };
    for run in runs {
        let names = |is_meant: &dyn Fn(usize) -> bool| {
            let meant: Vec<&str> = (0..run.labels.len()).filter(|&k| is_meant(k)).map(|k| &*run.labels[k]).collect();
            listed(&meant)
        };
        let n_train = run.n_train as u64;
        if let Some(names) = names(&|k| run.positives[k] == 0) {
            note(format!("No training sample has {names}: no weight, no threshold and no figures (n/a)"));
        }
        if let Some(names) = names(&|k| run.positives[k] == n_train) {
            note(format!("Every training sample has {names}: no weight, no threshold and no figures (n/a)"));
        }
        let is_trained = |k: usize| run.positives[k] > 0 && run.positives[k] < n_train;
        if let Some(names) = names(&|k| is_trained(k) && run.test_positives[k] == 0) {
            note(format!("Seed {}: no sample to measure {names} on, left out of means", run.seed));
        }
        if let Some(names) = names(&|k| run.promised_f1.get(k) == Some(&None) && is_trained(k)) {
            note(format!(
                "Seed {}: fewer than {LEAST_POSITIVES} validation samples have {names}: threshold 0.5 is kept",
                run.seed
            ));
        }
        if run.ending == Ending::Diverged {
            note(format!("{}, seed {}: diverged, without figures", run.objective, run.seed));
        }
    }
    notes
}

/// Names with commas, of many the first ones; `None` where there are none.
fn listed(names: &[&str]) -> Option<String> {
    const MOST: usize = 10;
    let more = names.len().saturating_sub(MOST);
    let list = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more labels") } else { String::new() };
    (!names.is_empty()).then(|| list + &more)
}
