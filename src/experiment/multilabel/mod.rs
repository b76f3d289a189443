//! Experiments with any number of labels a sample: objectives, runs over seeds, records and what they say together.

mod code;
mod lab;
mod objective;
mod record;
mod run;
mod story;
mod summary;

pub use code::LabelModule;
pub use lab::{LabelComparison, LabelLab, MAX_LAB_LABELS, MAX_LAB_OBJECTIVES, ScoredObjective};
pub use objective::{LabelNumbers, LabelObjective, LabelPreset};
pub use record::{AtThreshold, LabelRun};
pub use run::{LabelExperiment, run};
pub use story::story;
pub use summary::{LabelSummary, label_grid, label_notes, summarise};
