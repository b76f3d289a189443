//! What is taken away from a sweep: the class weights of the best point, and its objective as code.

use serde::Serialize;

use super::{Best, CheckedSweep, Choice, SweepError, SweepLines, SweepRecord};
use crate::{
    data::Evaluation,
    distribution::ClassCounts,
    experiment::{CheckedSpec, ModuleKind, ModuleSource, objective_module},
};

/// Class weights with the counts that they follow from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightsOfCounts {
    /// Samples of each class, shape `[n_classes]`.
    pub counts: Vec<u64>,
    /// Normalised class weights for these counts, shape `[n_classes]`.
    pub class_weights: Vec<f64>,
}

impl WeightsOfCounts {
    pub(super) fn of(experiment: &CheckedSpec, counts: Vec<u64>) -> Self {
        let class_weights = ClassCounts::new(counts.clone()).map(|counts| experiment.class_weights(0, &counts));
        Self { counts, class_weights: class_weights.unwrap_or_default() }
    }
}

impl Best {
    /// Weights for what tomorrow's training sees: all rows of a file, else the training samples; and which these are.
    pub fn to_take_away(&self) -> (&WeightsOfCounts, Option<&'static str>) {
        match &self.all_rows {
            Some(all) => (all, Some("all rows of the table")),
            None => (&self.training_part, None),
        }
    }
}

/// Rows of each class of a file that is used as it is: those trained on and those of both parts held back.
pub(super) fn all_rows(checked: &CheckedSweep, lines: &SweepLines, run: &SweepRecord) -> Option<Vec<u64>> {
    let data = &checked.spec().experiment.data;
    if !data.source.is_table() || data.long_tailed {
        return None;
    }
    if lines.header.evaluated_on == Evaluation::Training {
        return Some(run.counts.clone());
    }
    let held_back = [&run.validation.as_ref()?.tested, &run.test.as_ref()?.tested];
    // Results of earlier programs do not say how many were held back.
    if held_back.iter().any(|tested| tested.len() != run.counts.len()) {
        return None;
    }
    let sum = |(class_idx, trained): (usize, &u64)| trained + held_back[0][class_idx] + held_back[1][class_idx];
    Some(run.counts.iter().enumerate().map(sum).collect())
}

/// The objective of the best point as a module; `None` where there is no best point.
///
/// # Errors
/// When the sweep in the results cannot be checked.
pub fn best_module(kind: ModuleKind, lines: &SweepLines, choice: &Choice) -> Result<Option<String>, SweepError> {
    let Some(best) = &choice.best else { return Ok(None) };
    let checked = lines.header.sweep.check()?;
    let experiment = checked.experiment(&checked.points()[choice.points[best.place].point])?;
    let (weights, origin) = best.to_take_away();
    let is_table = experiment.spec().data.source.is_table();
    let origin = origin.or(is_table.then_some("the training part"));
    let labels = if is_table { &lines.header.class_labels[..] } else { &[] };
    // Counts of a run are counts of classes, one of which has samples.
    let Ok(counts) = ClassCounts::new(weights.counts.clone()) else { return Ok(None) };
    let source = ModuleSource { experiment: &experiment, objective_idx: 0, counts: &counts, labels, origin };
    Ok(Some(objective_module(kind, &source)))
}
