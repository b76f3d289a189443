//! The batch that comes next, as far as it is drawn: its samples, and where its gradient moves the boundaries.

use super::{PlotData, REGION_SIDE};
use crate::{
    data::TrainingSet,
    experiment::NextBatch,
    train::{LinearModel, Optimiser, Shift, TrainSettings, boundary_shifts},
};

/// Most samples that are lit.
const MOST_LIT: usize = 256;
/// Most arrows on the boundaries of a picture.
const MOST_ARROWS: usize = 24;

/// An objective's next batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchPlotData {
    /// Number of samples in it.
    pub n_samples: usize,
    /// Places of its samples on the plane, with their class; of a large batch some, evenly spread, and none where the
    /// batch is all there is.
    pub lit: Vec<([f32; 2], u32)>,
    /// Where a step η against the gradient of this batch, without momentum, moves the boundaries that are drawn; none for
    /// L-BFGS, which finds its own steps.
    pub shifts: Vec<Shift>,
}

impl BatchPlotData {
    /// Looks at a batch of a training set; `model` is the one that is drawn, with its regions.
    pub(in crate::worker) fn of(
        next: &NextBatch,
        set: &TrainingSet,
        settings: &TrainSettings,
        plot_data: &PlotData,
        model: &LinearModel<f32>,
        regions: &[u16],
    ) -> Self {
        let is_all = next.rows.len() >= set.samples().len();
        let step = next.rows.len().div_ceil(MOST_LIT).max(1);
        let lit = |&row: &u32| {
            let row = row as usize;
            (plot_data.place(set.inputs(), row), set.samples().labels()[row])
        };
        let lit = if is_all { Vec::new() } else { next.rows.iter().step_by(step).map(lit).collect() };
        let mut delta = next.gradient.clone();
        delta.params_mut().iter_mut().for_each(|g| *g *= -settings.learning_rate as f32);
        let shifts = if settings.optimiser == Optimiser::Lbfgs {
            Vec::new()
        } else {
            let features_at = |place: [f64; 2]| plot_data.features_at(place);
            boundary_shifts(model, &delta, &features_at, (regions, REGION_SIDE), plot_data.bounds, MOST_ARROWS)
        };
        Self { n_samples: next.rows.len(), lit, shifts }
    }
}
