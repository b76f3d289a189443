//! What a person specifies: data, objectives, training. [`ExperimentSpec::check`] makes a [`CheckedSpec`] of it, the only
//! thing that is trained.

mod change;
mod check;
mod composition;
mod data_spec;
mod finite;
mod names;
mod objective;
mod repetition;
mod sampling;
mod setting;
mod short;
mod spec;

pub use change::{Change, changes};
pub use check::{CheckedSpec, ExperimentError, MAX_DRAWN_CLASSES, MAX_SEED};
pub use composition::ClassPart;
pub use data_spec::{DataSource, DataSpec};
pub use finite::{NotFinite, check_finite};
pub use names::{name_of, parse_name};
pub use objective::{MAX_OBJECTIVES, ObjectiveSpec, Preset};
pub(super) use repetition::starts_in_words;
pub use repetition::{SHARED_ROWS, repetitions_in_words};
pub(super) use sampling::training_sets;
pub use sampling::{corrects_twice, sampling_in_words};
pub(super) use setting::objective_in_use;
pub use setting::{Numbers, Scale, Setting};
pub use short::{short, short_setting};
pub use spec::{ExperimentSpec, FORMAT, LBFGS_EPOCHS, MAX_FOLDS, MAX_SEEDS, TrainingSpec};
