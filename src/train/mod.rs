//! Training: the linear model, one pass over a batch, optimisers, the trainer (one epoch a call) and metrics.
//!
//! No clock, no thread of its own and no files; a full batch is spread over rows with a fixed order of summation, so
//! that results do not depend on the number of threads.

mod kernel;
mod lbfgs;
mod metrics;
mod model;
mod optimiser;
mod ownership;
mod problem;
mod recipe;
mod regions;
mod scores;
mod settings;
mod trainer;

pub use kernel::{ClassTerms, Sums, accumulate};
pub use metrics::ConfusionMatrix;
pub use model::LinearModel;
pub use ownership::{Ease, LossShares, Measure, Owner, Part};
pub use problem::Problem;
pub use recipe::{BiasStart, Recipe};
pub use regions::{Bounds, Raster};
pub use scores::{ClassScores, RELIABILITY_BINS, ReliabilityBin};
pub use settings::{Batch, Optimiser, Reduction, TrainError, TrainSettings};
pub use trainer::{Divergence, Status, Trainer};
