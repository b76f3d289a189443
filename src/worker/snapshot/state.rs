//! What the window sees of a comparison at one moment.

use std::sync::Arc;

use super::{BatchPlotData, Drawn, LossShareSnapshot, Outcome, PlotData, TrainingPlotData};
use crate::{
    data::{Inspection, TableClasses},
    distribution::Group,
    experiment::{DivergenceAdvice, Figures, History, Measured, SERIES, Series},
    train::{Checkpoint, Status},
    worker::{ChangeMark, Reading},
};

/// Where the worker stands with a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Phase {
    /// Nothing has been asked for.
    #[default]
    Idle,
    /// Samples are being made or read; see [`Snapshot::reading`].
    Preparing,
    /// There are trainers.
    Ready,
    /// The samples cannot be had, for this reason.
    Failed(String),
}

/// A comparison at one moment; never changed once it is out.
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The run that this is news of.
    pub run_id: u64,
    /// Where the worker stands.
    pub phase: Phase,
    /// Epochs that the comparison has finished.
    pub epoch: u64,
    /// Batches of the next epoch that are done.
    pub batch: u64,
    /// Batches in that epoch, of the objective that has most; `None` where nothing is left to train.
    pub n_batches: Option<u64>,
    /// The epoch that the figures are of, where that is one of the past; `None` for the present.
    pub looked_at: Option<u64>,
    /// Epochs between two that can be looked back at, from 0 on.
    pub stride: u64,
    /// Whether training goes on by itself.
    pub is_playing: bool,
    /// Whether nothing would change any more: every objective has converged or diverged.
    pub is_finished: bool,
    /// Whether training has been stopped because it had settled; see [`crate::experiment::Convergence`].
    pub has_settled: bool,
    /// What was changed while it trained, in order.
    pub changes: Arc<[ChangeMark]>,
    /// What would help objectives that have diverged.
    pub advice: Option<Arc<DivergenceAdvice>>,
    /// The samples, as far as they are drawn.
    pub plot_data: Option<Arc<PlotData>>,
    /// How far the data file is read, while that takes time.
    pub reading: Option<Reading>,
    /// What was found in the table that the samples come from; `None` for generated data.
    pub inspection: Option<Arc<Inspection>>,
    /// Column names of the data file, also where its samples cannot be had; empty for generated data.
    pub columns: Arc<[String]>,
    /// Classes of the table, also where it cannot be made long-tailed as asked; `None` for generated data.
    pub classes: Option<Arc<TableClasses>>,
    /// Whether the figures below are those of the models as they stand here. Of large samples they take a while: commands are
    /// answered with the figures of before, where there are any, and the next snapshot has the new ones.
    pub is_measured: bool,
    /// The objectives, in the order of the specification; without those of which nothing is known yet.
    pub runs: Vec<RunSnapshot>,
}

/// One objective at one moment. Figures that are not available are `None`.
#[derive(Debug, Clone)]
pub struct RunSnapshot {
    /// The objective's colour, by which it is known.
    pub colour: usize,
    /// Epochs it has finished.
    pub epoch: u64,
    /// Where it stands.
    pub status: Status,
    /// Recall of each class, shape `[n_classes]`.
    pub per_class_recall: Vec<Option<f64>>,
    /// The overall figures.
    pub figures: Figures<Option<f64>>,
    /// The regularised training objective.
    pub objective: f64,
    /// Figures over epochs.
    pub history: Arc<History>,
    /// Who owns the training loss, now and over epochs.
    pub ownership: LossShareSnapshot,
    /// Predicted class on the plane that is drawn, row by row from the top, shape `[REGION_SIDE, REGION_SIDE]`.
    pub regions: Arc<[u16]>,
    /// Confusion, lengths of weight vectors, and what is watched closely.
    pub outcome: Outcome,
    /// What its sampler did with the training part; `None` where every sample comes once an epoch.
    pub training: Option<Arc<TrainingPlotData>>,
    /// Its next batch, where batches are shown.
    pub batch: Option<Arc<BatchPlotData>>,
}

impl Snapshot {
    /// The epoch that the figures are of.
    pub fn shown_epoch(&self) -> u64 {
        self.looked_at.unwrap_or(self.epoch)
    }
}

impl RunSnapshot {
    /// An objective as it was measured at a moment; its past, training set and batch are left to be added.
    pub(in crate::worker) fn of(
        colour: usize,
        checkpoint: &Checkpoint,
        measured: &Measured,
        groups: &[Group],
        ownership: LossShareSnapshot,
        drawn: Drawn,
    ) -> Self {
        let matrix = &measured.evaluated;
        Self {
            colour,
            epoch: checkpoint.epoch(),
            status: checkpoint.status().clone(),
            per_class_recall: matrix.per_class_recall(),
            figures: Figures::of(measured, groups),
            objective: measured.objective,
            history: Arc::default(),
            ownership,
            outcome: drawn.outcome,
            regions: drawn.regions,
            training: None,
            batch: None,
        }
    }

    /// A point for the history.
    pub(in crate::worker) fn values(measured: &Measured, groups: &[Group], thirds: &[Group]) -> [f64; SERIES] {
        let (matrix, figures) = (&measured.evaluated, Figures::of(measured, groups));
        let value = |figure: Option<f64>| figure.unwrap_or(f64::NAN);
        Series::ALL.map(|series| match series {
            Series::MacroRecall => value(figures.macro_recall),
            Series::Objective => measured.objective,
            Series::NaturalAccuracy => value(figures.natural_accuracy),
            Series::WorstClass => value(figures.worst_recall),
            Series::Many => value(figures.many_recall),
            Series::Medium => value(figures.medium_recall),
            Series::Few => value(figures.few_recall),
            Series::Head => value(matrix.group_recall(thirds, Group::Many)),
            Series::Tail => value(matrix.group_recall(thirds, Group::Few)),
        })
    }
}
