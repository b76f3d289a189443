//! One question and its answer: a specification that a person edits, its check, the run, the record.
//!
//! The window, the terminal, the tests and the benchmarks all ask through these functions. No clock, no screen; the
//! file system is touched in [`mod@file`] and [`files`] alone.

mod code;
pub mod file;
pub mod files;
pub mod multilabel;
mod results;
mod run;
mod side_by_side;
mod situation;
mod specification;
pub mod sweep;
mod training;

pub use code::{ModuleKind, ModuleSource, objective_module};
pub use results::{
    Difference, Ending, Estimate, Figure, Figures, NamedRecall, ObjectiveSummary, PairedSummary, RunRecord, export,
    headline, paired_differences, summarise,
};
pub use run::{Hooks, run, run_seeds};
pub use side_by_side::{Answer, Compared, Pair, SideBySide};
pub use situation::{Case, Setup, Situation, find_situation, situations};
pub use specification::{
    Change, CheckedSpec, ClassPart, DataSource, DataSpec, ExperimentError, ExperimentSpec, FORMAT, LBFGS_EPOCHS,
    MAX_DRAWN_CLASSES, MAX_FOLDS, MAX_OBJECTIVES, MAX_SEED, MAX_SEEDS, NotFinite, Numbers, ObjectiveSpec, Preset,
    SHARED_ROWS, Scale, Setting, TrainingSpec, changes, check_finite, corrects_twice, name_of, parse_name,
    repetitions_in_words, sampling_in_words, short, short_setting,
};
pub use training::{
    Bands, CONVERGENCE_INTERVAL, CONVERGENCE_PATIENCE, CUMULATIVE_POINTS, Comparison, Convergence, CumulativeLoss,
    DivergenceAdvice, Downsampled, History, LossShareRecord, Measured, Measuring, NextBatch, OptimumTrial, Position,
    SERIES, Series, SharesHistory, Source, share_of_hardest, shares_history,
};
