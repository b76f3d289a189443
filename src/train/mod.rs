//! Training: the linear model, one pass over a batch, optimisers, the trainer (a batch or an epoch a call), stable learning rates and metrics.
//!
//! No clock, no thread of its own and no files; a full batch is spread over rows with a fixed order of summation, so
//! that results do not depend on the number of threads.

mod boundary;
mod checkpoint;
mod kernel;
mod labels;
mod lbfgs;
mod loss_shares;
mod metrics;
mod model;
mod optimiser;
mod probabilities;
mod problem;
mod recipe;
mod regions;
mod scores;
mod settings;
mod stability;
mod status;
mod trainer;

pub use boundary::{Shift, boundary_shifts};
pub use checkpoint::Checkpoint;
pub use kernel::{ClassTerms, Instructions, Precision, Rows, Sums, Workspace, accumulate, dispatch};
pub use labels::{
    LEAST_POSITIVES, LabelFigures, LabelMeasures, LabelProbabilities, ThresholdRule, Thresholds, Tuned,
    label_probabilities,
};
pub use loss_shares::{Ease, LossShares, Measure, Owner, Part, SharesPass, Stop};
pub use metrics::ConfusionMatrix;
pub use model::LinearModel;
pub use problem::Problem;
pub use recipe::{BiasStart, Recipe};
pub use regions::{Bounds, Raster};
pub use scores::{ClassScores, RELIABILITY_BINS, ReliabilityBin, precision_recall_of};
pub use settings::{Batch, MAX_RATE, Optimiser, Reduction, TrainError, TrainSettings};
pub use stability::StableRate;
pub use status::{Divergence, Status};
pub use trainer::Trainer;
