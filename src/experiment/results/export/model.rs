//! A trained model to be used elsewhere: its parameters with what they belong to, as JSON and as arrays for NumPy.

use std::io::{self, Cursor};

use ndarray::{Array1, Array2};
use ndarray_npy::{NpzWriter, WriteNpzError};
use serde::Serialize;

use super::TrainedModel;
use crate::{data::Dataset, loss::Head};

/// Version of the format.
const FORMAT: u64 = 1;

/// A linear model on the features as they stand in the file: logits are (x − means)/deviations · weights + bias.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelExport {
    longtail_lab_model: u64,
    objective: String,
    /// Its formula.
    formula: String,
    seed: u64,
    split_seed: u64,
    init_seed: u64,
    head: Head,
    class_labels: Vec<String>,
    features: Vec<String>,
    /// 0 for generated features.
    means: Vec<f64>,
    /// 1 for generated features, and for those that are the same in every training row, whose weights are 0.
    deviations: Vec<f64>,
    /// Shape `[n_features][n_classes]`.
    weights: Vec<Vec<f64>>,
    /// With the offsets of test time, shape `[n_classes]`.
    bias: Vec<f64>,
}

impl ModelExport {
    /// A model that was trained on these samples; `None` where it diverged, or sees the features through a map.
    pub fn of(trained: &TrainedModel<'_>, dataset: &Dataset) -> Option<Self> {
        let TrainedModel { objective, seeds, model } = *trained;
        if !(dataset.map.is_linear() && model.is_finite()) {
            return None;
        }
        let n_classes = model.n_classes();
        let mut weights: Vec<Vec<f64>> = model.weights().chunks_exact(n_classes).map(<[f64]>::to_vec).collect();
        let (mut means, mut deviations) = (vec![0.0; weights.len()], vec![1.0; weights.len()]);
        let features = match &dataset.rows {
            Some(rows) => {
                for (idx, (mean, deviation)) in rows.standardisation.means_and_deviations().enumerate() {
                    means[idx] = mean;
                    if deviation > 0.0 {
                        deviations[idx] = deviation;
                    } else {
                        weights[idx].fill(0.0);
                    }
                }
                rows.feature_names.clone()
            }
            None => (1..=weights.len()).map(|idx| format!("x{idx}")).collect(),
        };
        Some(Self {
            longtail_lab_model: FORMAT,
            objective: objective.name.clone(),
            formula: objective.formula(),
            seed: seeds.data,
            split_seed: seeds.split,
            init_seed: seeds.init,
            head: objective.head,
            class_labels: dataset.class_labels.to_vec(),
            features,
            means,
            deviations,
            weights,
            bias: model.bias().to_vec(),
        })
    }

    /// NumPy's archive of arrays: means, deviations, weights and bias, and as `names` the bytes of a JSON text with features
    /// and class_labels, since the archive has no text of any length.
    ///
    /// # Errors
    /// When an array cannot be written.
    pub fn to_npz(&self) -> io::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Names<'a> {
            objective: &'a str,
            head: Head,
            class_labels: &'a [String],
            features: &'a [String],
        }
        let Self { objective, class_labels, features, .. } = self;
        let names = serde_json::to_vec(&Names { objective, head: self.head, class_labels, features })?;
        let mut bytes = Cursor::new(Vec::new());
        let mut archive = NpzWriter::new(&mut bytes);
        let shape = (self.weights.len(), self.bias.len());
        let weights = Array2::from_shape_vec(shape, self.weights.concat()).map_err(io::Error::other)?;
        let write = |archive: &mut NpzWriter<_>| -> Result<(), WriteNpzError> {
            archive.add_array("means", &Array1::from(self.means.clone()))?;
            archive.add_array("deviations", &Array1::from(self.deviations.clone()))?;
            archive.add_array("weights", &weights)?;
            archive.add_array("bias", &Array1::from(self.bias.clone()))?;
            archive.add_array("names", &Array1::from(names))
        };
        write(&mut archive).and_then(|()| archive.finish().map(|_| ())).map_err(io::Error::other)?;
        Ok(bytes.into_inner())
    }
}
