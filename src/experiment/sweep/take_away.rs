//! What is taken away from a sweep: the class weights of the best point, and its objective as code.

use super::{Best, Choice, SweepError, SweepLines, WeightsOfCounts};
use crate::{
    distribution::ClassCounts,
    experiment::{ModuleKind, ModuleSource, objective_module},
};

impl Best {
    /// Weights for what tomorrow's training sees: all rows of a file, else the training samples; and which these are.
    pub fn to_take_away(&self) -> (&WeightsOfCounts, Option<&'static str>) {
        match &self.all_rows {
            Some(all) => (all, Some("all rows of the table")),
            None => (&self.training_part, None),
        }
    }
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
