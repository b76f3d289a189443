//! The class weights of a point: for the training part, and for all rows of a table.

use serde::Serialize;

use super::{CheckedSweep, SweepLines, SweepRecord};
use crate::{data::Evaluation, distribution::ClassCounts, experiment::CheckedSpec};

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
