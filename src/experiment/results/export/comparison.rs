//! A comparison as a grid: classes from head to tail, objectives side by side, the overall figures below.

use super::{Cell, Grid};
use crate::{
    data::{Evaluation, Sampling},
    distribution::ClassCounts,
    experiment::{
        Ending, Estimate, Figure, ObjectiveSummary, RunRecord, SHARED_ROWS, repetitions_in_words, sampling_in_words,
        specification::starts_in_words,
    },
};

/// Recall per class and overall figures of every objective, with a sentence on what was measured and what went wrong.
///
/// `records` and `summaries` belong together and are not empty.
pub fn comparison_grid(records: &[RunRecord], summaries: &[ObjectiveSummary]) -> Grid {
    let Some(first) = records.first() else { return Grid::default() };
    let mut header = vec!["class".to_owned(), "count".to_owned()];
    header.extend(summaries.iter().map(|summary| summary.objective.clone()));
    let order = ClassCounts::new(first.counts.clone())
        .map_or_else(|_| (0..first.counts.len()).collect(), |counts| counts.head_to_tail());
    let mut rows: Vec<Vec<Cell>> = order
        .into_iter()
        .map(|class_idx| {
            let mut row = vec![Cell::Text(first.class_labels[class_idx].clone()), Cell::Count(first.counts[class_idx])];
            row.extend(summaries.iter().map(|summary| Cell::estimate(summary.per_class_recall[class_idx])));
            row
        })
        .collect();
    let n_classes = rows.len();
    let mut overall = |name: &str, value: &dyn Fn(&ObjectiveSummary) -> Option<Estimate>| {
        let start = [Cell::Text(name.to_owned()), Cell::Text(String::new())];
        rows.push(start.into_iter().chain(summaries.iter().map(|one| Cell::estimate(value(one)))).collect());
    };
    for figure in Figure::ALL {
        overall(figure.label(), &|summary| summary.figures.get(figure));
    }
    overall("Training objective", &|summary| summary.training_objective);
    Grid { header, rows, rules: vec![0, n_classes], notes: notes(records) }
}

fn notes(records: &[RunRecord]) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(first) = records.first() {
        let mut seeds: Vec<u64> = records.iter().map(|record| record.seed).collect();
        seeds.sort_unstable();
        seeds.dedup();
        let n_seeds = seeds.len();
        let has_one_split = first.shared == 1.0 && first.evaluated_on != Evaluation::Training;
        let over = if has_one_split {
            starts_in_words(n_seeds as u64)
        } else {
            repetitions_in_words(n_seeds as u64, first.shared > 0.0, first.n_folds)
        };
        let seeds = if n_seeds > 1 { format!(", mean ± 95 % interval over {over}") } else { String::new() };
        notes.push(format!("Recall per class on the {}{seeds}", first.evaluated_on.label()));
        if n_seeds > 1 && first.shared > 0.0 && first.shared < 1.0 {
            notes.push(SHARED_ROWS.to_owned());
        }
    }
    for record in records.iter().filter(|record| records.first().is_some_and(|first| first.seed == record.seed)) {
        if let Some(uses) = &record.sampling {
            let sampling = Sampling::new(record.sampler, record.neighbours.unwrap_or_default());
            notes.push(format!("{}: {}", record.objective, sampling_in_words(sampling, uses)));
        }
    }
    notes.extend(left_out(records));
    for record in records {
        if let Some(note) = &record.note {
            notes.push(format!("{}, seed {}: {note}", record.objective, record.seed));
        }
    }
    notes.extend(not_converged(records));
    if records.iter().any(|record| record.ending == Ending::Diverged) {
        notes.push("Runs that diverged have no figures and are left out of the means".to_owned());
    }
    notes
}

/// Runs whose figures are those of too short a training, in sentences.
fn not_converged(records: &[RunRecord]) -> impl Iterator<Item = String> + '_ {
    let trials = records.iter().filter_map(|record| Some((record, record.optimum?)));
    trials.filter(|(_, trial)| trial.matters()).map(|(record, trial)| trial.in_words(&record.objective))
}

/// What the figures leave out, in sentences: classes without test samples, and features of which nothing is learnt.
pub fn left_out(records: &[RunRecord]) -> Vec<String> {
    about_untested(records).into_iter().chain(about_constant_features(records)).collect()
}

/// Classes that are trained on but not tested, which no mean knows.
fn about_untested(records: &[RunRecord]) -> Option<String> {
    let first = records.first()?;
    let is_untested = |class_idx: &usize| {
        let of = |record: &RunRecord| record.counts.get(*class_idx).is_some_and(|&n| n > 0);
        let tested = |record: &RunRecord| record.tested_counts.get(*class_idx).is_none_or(|&n| n > 0);
        records.iter().any(|record| of(record) && !tested(record))
    };
    let untested = (0..first.counts.len()).filter(is_untested).map(|class_idx| first.class_labels[class_idx].as_str());
    let (list, n) = listed(untested)?;
    Some(if n == 1 {
        format!("No sample to test by is left for class {list}: its recall is not available, and no mean knows it")
    } else {
        format!(
            "No sample to test by is left for the classes {list}: their recall is not available, and no mean knows them"
        )
    })
}

/// Features of which nothing is learnt because they are the same in every training row.
fn about_constant_features(records: &[RunRecord]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in records.iter().flat_map(|record| &record.constant_features) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let is_everywhere = |name: &&str| records.iter().all(|record| record.constant_features.iter().any(|n| n == name));
    let seeds = if names.iter().all(is_everywhere) { "" } else { " on some seeds" };
    let (list, n) = listed(names.into_iter())?;
    let (are, them) = if n == 1 { ("is", "it") } else { ("are", "them") };
    Some(format!("{list} {are} the same in every training row{seeds}, so that nothing is learnt of {them}"))
}

/// The first names of a list with the number of the others, and how many there are; `None` where there is none.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> Option<(String, usize)> {
    const MOST_NAMED: usize = 8;
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| (names[..names.len().min(MOST_NAMED)].join(", ") + &more, names.len()))
}
