//! What the window is told of a comparison at one moment: figures, histories, and what is drawn of samples and models.

mod batch_plot_data;
mod loss_shares;
mod outcome;
mod pending;
mod plot_data;
mod state;
mod training_plot_data;

pub use batch_plot_data::BatchPlotData;
pub(super) use loss_shares::LossShareHistories;
pub use loss_shares::LossShareSnapshot;
pub use outcome::{Outcome, Watched};
pub(super) use pending::{Drawn, PendingSnapshot, Subject};
pub use plot_data::{PlotData, REGION_SIDE, per_class_quota};
pub use state::{Phase, RunSnapshot, Snapshot};
pub(super) use training_plot_data::TrainingScenes;
pub use training_plot_data::{ClassMarks, Mark, TrainingPlotData};
