//! What the sweeper says: how far it is, and what came out so far.

use std::{path::PathBuf, sync::Arc};

use super::Progress;
use crate::experiment::sweep::{CheckedSweep, Choice, SweepLines};

/// What a sweep is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SweepPhase {
    /// Nothing was asked for yet.
    #[default]
    Idle,
    /// Reading samples and results that are there.
    Opening,
    /// Training.
    Running,
    /// Halted in the middle of its runs, which go on from there.
    Paused,
    /// Ended before all runs were finished.
    Stopped,
    /// Every run is finished.
    Finished,
}

/// The results of a sweep, as far as there are some.
#[derive(Debug, Clone)]
pub struct SweepResults {
    /// The sweep.
    pub checked: CheckedSweep,
    /// Finished runs, by number.
    pub lines: SweepLines,
    /// What follows from them, one for each imbalance factor.
    pub choices: Vec<Choice>,
}

/// What the sweeper says; never changed once it is out.
#[derive(Debug, Clone, Default)]
pub struct SweepNews {
    /// The question that this answers.
    pub id: u64,
    /// What it is doing.
    pub phase: SweepPhase,
    /// The newest results; conclusions of many runs come later than the runs.
    pub results: Option<Arc<SweepResults>>,
    /// Runs that are finished.
    pub n_finished: u64,
    /// Runs of the sweep.
    pub n_runs: u64,
    /// Runs that were finished before this sweep was asked for.
    pub n_before: u64,
    /// How far it is, while it goes on.
    pub progress: Option<Progress>,
    /// The file that holds the results; none where the system gives no folder for it.
    pub path: Option<PathBuf>,
    /// Why it ended.
    pub fault: Option<String>,
}
