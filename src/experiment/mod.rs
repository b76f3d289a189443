//! One question and its answer: a specification that a person edits, its check, the run, the record.
//!
//! The window, the terminal, the tests and the benchmarks all ask through these functions. No clock, no screen; the
//! file system is touched in [`mod@file`] and [`files`] alone.

mod change;
mod check;
mod comparison;
mod composition;
mod convergence;
mod counting;
mod divergence_advice;
mod downsampled;
pub mod export;
mod figures;
pub mod file;
mod file_error;
pub mod files;
mod finite;
mod headline;
mod history;
mod loss_shares;
mod measuring;
mod names;
mod objective;
mod paired;
mod record;
mod run;
mod sampling;
mod setting;
mod short;
mod situation;
mod source;
mod spec;
mod statistics;
mod summary;
pub mod sweep;

pub use change::{Change, changes};
pub use check::{CheckedSpec, ExperimentError, MAX_DRAWN_CLASSES, MAX_SEED};
pub use comparison::{Comparison, NextBatch, Position};
pub use composition::ClassPart;
pub use convergence::{CONVERGENCE_INTERVAL, CONVERGENCE_PATIENCE, Convergence};
pub use divergence_advice::DivergenceAdvice;
pub use downsampled::Downsampled;
pub use figures::{Figure, Figures};
pub use finite::{NotFinite, check_finite};
pub use headline::{NamedRecall, headline};
pub use history::{History, SERIES, Series};
pub use loss_shares::{
    Bands, CUMULATIVE_POINTS, CumulativeLoss, LossShareRecord, SharesHistory, share_of_hardest, shares_history,
};
pub use measuring::{Measured, Measuring};
pub use names::{name_of, parse_name};
pub use objective::{MAX_OBJECTIVES, ObjectiveSpec, Preset};
pub use paired::{Difference, PairedSummary, paired_differences};
pub use record::{Ending, RunRecord};
pub use run::{Hooks, run, run_seeds};
pub use sampling::{corrects_twice, sampling_in_words};
pub use setting::{Numbers, Scale, Setting};
pub use short::{short, short_setting};
pub use situation::{Setup, Situation, find_situation, situations};
pub use source::Source;
pub use spec::{DataSource, DataSpec, ExperimentSpec, FORMAT, LBFGS_EPOCHS, MAX_SEEDS, TrainingSpec};
pub use statistics::Estimate;
pub use summary::{ObjectiveSummary, summarise};
