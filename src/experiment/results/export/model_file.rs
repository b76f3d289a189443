//! Files about models: what one of predictions, of a split or of a model holds, and why there may be none.

use std::sync::Arc;

use serde::Serialize;

use super::{ModelExport, RowWriter, TrainedModel};
use crate::{
    data::{Dataset, MapKind},
    experiment::ExperimentSpec,
    train::Checkpoint,
};

/// A file about models and the samples that they are tested on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelFile {
    /// What every model predicts of every test sample, as CSV.
    Predictions,
    /// Which rows are trained and tested on, as CSV.
    Split,
    /// The model of the objective with this colour, as JSON.
    Model(usize),
    /// The same as arrays for NumPy.
    Arrays(usize),
}

impl ModelFile {
    /// Why an experiment has no such file, as a sentence.
    pub fn refusal(self, spec: &ExperimentSpec) -> Option<&'static str> {
        let data = &spec.data;
        let is_table = data.source.is_table();
        let is_model = matches!(self, Self::Model(_) | Self::Arrays(_));
        match self {
            Self::Predictions | Self::Split if is_table && data.sample.is_some() => Some(
                "predictions and splits name the rows of the file, which a sample does not know: leave out --sample",
            ),
            Self::Split if !is_table => Some(
                "--split goes with data from a file: generated samples are drawn anew for training and for testing",
            ),
            _ if is_model && is_table && data.impute => {
                Some("a model is of whole rows: fill the file in first, or leave the imputation out")
            }
            _ if is_model && data.map != MapKind::Linear => {
                Some("a model is of the features themselves: choose the linear feature map, or leave out --map")
            }
            _ => None,
        }
    }
}

/// The models of a comparison at one moment, with the samples that they belong to.
pub struct TrainedComparison {
    /// What was compared.
    pub spec: ExperimentSpec,
    /// The samples.
    pub dataset: Arc<Dataset>,
    /// The model of each objective, in the order of the specification.
    pub models: Vec<Checkpoint>,
}

impl TrainedComparison {
    /// What a file holds.
    ///
    /// # Errors
    /// When there is no such file of this experiment, nothing is trained yet, or the objective has diverged; as a sentence.
    pub fn file(&self, file: ModelFile) -> Result<Vec<u8>, String> {
        if let Some(reason) = file.refusal(&self.spec) {
            return Err(format!("Not saved: {reason}"));
        }
        let is_trained = self.models.iter().any(|model| model.epoch() > 0);
        if file != ModelFile::Split && !is_trained {
            return Err("Not saved: nothing is trained yet: press Play first".to_owned());
        }
        let written = match file {
            ModelFile::Predictions => self.predictions(),
            ModelFile::Split => self.split(),
            ModelFile::Model(colour) => self.model(colour).and_then(|model| as_json(&model)),
            ModelFile::Arrays(colour) => self.model(colour).and_then(|model| model.to_npz()),
        };
        written.map_err(|error| format!("Not saved: {error}"))
    }

    fn predictions(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut rows = RowWriter::new(&mut bytes, false);
        rows.predictions_header(&self.dataset.class_labels)?;
        for (objective, model) in self.spec.objectives.iter().zip(&self.models) {
            let model = model.exact_predictor();
            let trained = TrainedModel { objective, seeds: self.spec.first_seeds(), model: &model };
            rows.predictions(&trained, &self.dataset)?;
        }
        rows.finish()?;
        Ok(bytes)
    }

    fn split(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut rows = RowWriter::new(&mut bytes, false);
        rows.split_header()?;
        rows.split(self.spec.first_seeds().split, &self.dataset)?;
        rows.finish()?;
        Ok(bytes)
    }

    fn model(&self, colour: usize) -> std::io::Result<ModelExport> {
        let mut models = self.spec.objectives.iter().zip(&self.models);
        let (objective, model) = models
            .find(|(objective, _)| objective.colour == colour)
            .ok_or_else(|| std::io::Error::other("the objective is not there any more: choose another one"))?;
        let model = model.exact_predictor();
        let trained = TrainedModel { objective, seeds: self.spec.first_seeds(), model: &model };
        ModelExport::of(&trained, &self.dataset)
            .ok_or_else(|| std::io::Error::other("the objective has diverged: lower the learning rate"))
    }
}

fn as_json(value: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
