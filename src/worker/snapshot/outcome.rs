//! What comes out of an objective beyond its usual figures: confusion, lengths of weight vectors, and what is watched closely.

use std::sync::Arc;

use super::{PlotData, plot_data::place};
use crate::{
    data::Dataset,
    experiment::Measured,
    train::{Checkpoint, ClassScores, ConfusionMatrix},
};

/// Most samples of a cell that are marked.
const MOST_MARKED: usize = 1000;

/// What the window watches closely; each takes a pass over samples with every snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watched {
    /// Colour of the objective whose loss is told sample by sample.
    pub by_sample: Option<usize>,
    /// The class that all objectives are scored for, one against all others.
    pub class_idx: Option<usize>,
    /// True and predicted class of the samples that are marked.
    pub cell: Option<(usize, usize)>,
    /// Whether regions come with the probability of their class.
    pub has_confidence: bool,
}

/// What comes out of an objective.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Predictions on the set that recall is measured on.
    pub confusion: Arc<ConfusionMatrix>,
    /// Euclidean length of each class's weight vector, without the bias, shape `[n_classes]`.
    pub weight_norms: Arc<[f64]>,
    /// How well the watched class is compared with all others, on samples as frequent as in training where there are such.
    pub scores: Option<Arc<ClassScores>>,
    /// Places on the plane of the watched cell's samples, of the set that recall is measured on; not under a feature map.
    pub marked: Arc<[[f32; 2]]>,
    /// Probability of the class of each cell of the regions, from 0 (0) to 255 (1); only where it is watched.
    pub confidence: Option<Arc<[u8]>>,
}

impl Outcome {
    /// Measures a moment.
    pub(in crate::worker) fn of(
        checkpoint: &Checkpoint,
        measured: &Measured,
        dataset: &Dataset,
        plot_data: &PlotData,
        watched: Watched,
    ) -> Self {
        let class_idx = watched.class_idx.filter(|&class_idx| class_idx < dataset.n_classes());
        let natural = dataset.natural_test.as_ref().unwrap_or(dataset.evaluation().1);
        let scores = class_idx.map(|class_idx| Arc::new(checkpoint.scores(natural, class_idx)));
        Self {
            confusion: Arc::clone(&measured.evaluated),
            weight_norms: checkpoint.weight_norms().into(),
            scores,
            confidence: watched.has_confidence.then(|| {
                let head = checkpoint.problem().loss.head();
                plot_data.raster.confidence(&checkpoint.predictor(), head).into()
            }),
            marked: watched.cell.map_or_else(Arc::default, |cell| marked(checkpoint, dataset, plot_data, cell)),
        }
    }
}

/// Places of the samples of one class that are taken for another.
fn marked(
    checkpoint: &Checkpoint,
    dataset: &Dataset,
    plot_data: &PlotData,
    (true_idx, predicted_idx): (usize, usize),
) -> Arc<[[f32; 2]]> {
    if !dataset.map.is_linear() {
        return Arc::default();
    }
    let (_, samples) = dataset.evaluation();
    let predictor = checkpoint.predictor();
    let rows = predictor.predict(samples).into_iter().zip(samples.labels()).enumerate();
    let is_meant = |predicted: usize, label: u32| predicted == predicted_idx && label as usize == true_idx;
    rows.filter(|(_, (predicted, label))| is_meant(*predicted, **label))
        .map(|(row, _)| place(plot_data.plane(), samples, row))
        .take(MOST_MARKED)
        .collect()
}
