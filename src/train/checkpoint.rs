//! A run as it stands at one moment, with all that is needed to measure it then or later.

use std::{borrow::Cow, sync::Arc};

use super::{
    ClassScores, ConfusionMatrix, LinearModel, LossShares, Problem, SharesPass, Status, Stop, metrics,
    scores::precision_at,
};
use crate::{data::Samples, loss::Float};

/// A model with what it was trained to minimise; a copy that training leaves behind.
///
/// Measured later it gives the figures it gave at its time, bit for bit, whatever has been changed since.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    pub(super) epoch: u64,
    pub(super) status: Status,
    pub(super) params: Params,
    /// What is added to the bias when the model predicts, shape `[n_classes]` or empty.
    pub(super) test_offsets: Arc<[f64]>,
    pub(super) problem: Arc<Problem>,
}

/// Parameters in the precision they are trained in.
#[derive(Debug, Clone)]
pub(super) enum Params {
    /// Of first-order optimisers.
    Single(LinearModel<f32>),
    /// Of L-BFGS.
    Double(LinearModel<f64>),
}

impl Checkpoint {
    /// Epochs finished by then.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Where the run stood.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The model that predicts, in f32, with the offsets of test time in its bias.
    pub fn predictor(&self) -> LinearModel<f32> {
        match &self.params {
            Params::Single(model) => adjusted(model, &self.test_offsets).into_owned(),
            Params::Double(model) => adjusted(&model.convert(), &self.test_offsets).into_owned(),
        }
    }

    /// As [`Checkpoint::predictor`], in the precision that the parameters were trained in.
    pub fn exact_predictor(&self) -> LinearModel<f64> {
        match &self.params {
            Params::Single(model) => adjusted(model, &self.test_offsets).convert(),
            Params::Double(model) => adjusted(model, &self.test_offsets).into_owned(),
        }
    }

    /// What was minimised.
    pub fn problem(&self) -> &Arc<Problem> {
        &self.problem
    }

    /// The regularised objective over all training samples: each loss in the precision of training, their sum in f64.
    pub fn objective(&self) -> f64 {
        match &self.params {
            Params::Single(model) => self.problem.full_batch(model, &mut []),
            Params::Double(model) => self.problem.full_batch(model, &mut []),
        }
    }

    /// Goes on with a pass that gives the objective as from [`Checkpoint::objective`], and each class's part of its sum;
    /// `None` where it was stopped before its end.
    pub fn go_on_sharing(&self, pass: &mut SharesPass, stop: Stop<'_>) -> Option<(f64, LossShares)> {
        match &self.params {
            Params::Single(model) => self.problem.go_on_sharing(model, pass, stop),
            Params::Double(model) => self.problem.go_on_sharing(model, pass, stop),
        }
    }

    /// What each training sample adds to the sum of the objective, shape `[n_samples]`.
    pub fn sample_losses(&self) -> Vec<f64> {
        match &self.params {
            Params::Single(model) => self.problem.sample_losses(model),
            Params::Double(model) => self.problem.sample_losses(model),
        }
    }

    /// Lets the model predict a set of samples, logits adjusted where the recipe says so.
    pub fn evaluate(&self, samples: &Samples) -> ConfusionMatrix {
        match &self.params {
            Params::Single(model) => ConfusionMatrix::of(&*adjusted(model, &self.test_offsets), samples),
            Params::Double(model) => ConfusionMatrix::of(&*adjusted(model, &self.test_offsets), samples),
        }
    }

    /// Share of the samples that the model recognises, as [`Checkpoint::evaluate`] would tell.
    pub fn accuracy(&self, samples: &Samples) -> Option<f64> {
        match &self.params {
            Params::Single(model) => metrics::accuracy(&*adjusted(model, &self.test_offsets), samples),
            Params::Double(model) => metrics::accuracy(&*adjusted(model, &self.test_offsets), samples),
        }
    }

    /// How well one class is compared with all others, under the model that predicts.
    pub fn scores(&self, samples: &Samples, class_idx: usize) -> ClassScores {
        let head = self.problem.loss.head();
        match &self.params {
            Params::Single(model) => ClassScores::of(&*adjusted(model, &self.test_offsets), head, samples, class_idx),
            Params::Double(model) => ClassScores::of(&*adjusted(model, &self.test_offsets), head, samples, class_idx),
        }
    }

    /// The highest precision of a class over the thresholds of its probability at which recall is at least `recall`; `None`
    /// where the class has no sample.
    pub fn precision_at(&self, samples: &Samples, class_idx: usize, recall: f64) -> Option<f64> {
        let head = self.problem.loss.head();
        match &self.params {
            Params::Single(model) => {
                precision_at(&*adjusted(model, &self.test_offsets), head, samples, class_idx, recall)
            }
            Params::Double(model) => {
                precision_at(&*adjusted(model, &self.test_offsets), head, samples, class_idx, recall)
            }
        }
    }

    /// Euclidean length of each class's weight vector, without the bias, shape `[n_classes]`.
    pub fn weight_norms(&self) -> Vec<f64> {
        match &self.params {
            Params::Single(model) => model.weight_norms(),
            Params::Double(model) => model.weight_norms(),
        }
    }

    /// Memory that the parameters take, in bytes.
    pub fn n_bytes(&self) -> usize {
        match &self.params {
            Params::Single(model) => size_of_val(model.params()),
            Params::Double(model) => size_of_val(model.params()),
        }
    }
}

/// A model with offsets in its bias, shape `[n_classes]`; itself where they are empty.
pub(super) fn adjusted<'a, F: Float>(model: &'a LinearModel<F>, offsets: &[f64]) -> Cow<'a, LinearModel<F>> {
    if offsets.is_empty() {
        return Cow::Borrowed(model);
    }
    let mut adjusted = model.clone();
    adjusted.shift_bias(offsets);
    Cow::Owned(adjusted)
}
