//! A trained model with what tells it apart from others, to be written.

use crate::{
    data::Seeds,
    experiment::{ObjectiveSpec, RunRecord},
    train::LinearModel,
};

/// A trained model with what tells it apart from others.
#[derive(Clone, Copy)]
pub struct TrainedModel<'a> {
    /// What it was trained by.
    pub objective: &'a ObjectiveSpec,
    /// The seeds of its samples, their split and its start.
    pub seeds: Seeds,
    /// The model that predicts, with offsets of test time in its bias.
    pub model: &'a LinearModel<f64>,
}

impl<'a> TrainedModel<'a> {
    /// The model of a run; `None` where the run kept none.
    pub fn of(objective: &'a ObjectiveSpec, record: &'a RunRecord) -> Option<Self> {
        Some(Self { objective, seeds: record.seeds(), model: record.model.as_ref()? })
    }
}
