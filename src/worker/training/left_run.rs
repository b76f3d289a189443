//! Runs that were left for other settings, as Undo may come back to them.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::job::Job;

/// Most memory of a run that is kept, in bytes.
const MOST_BYTES: usize = 32 << 20;

/// A place for one run: the worker puts it there when it is left, and takes it from there when it comes back.
#[derive(Clone, Default)]
pub struct LeftRun(Arc<Mutex<Option<Box<Job>>>>);

impl LeftRun {
    /// Keeps a copy of a run, where it is not too large; samples that go on to be used do not count.
    pub(super) fn keep(&self, job: &Job, shares_samples: bool) {
        let kept = (job.n_bytes(!shares_samples) <= MOST_BYTES).then(|| Box::new(job.clone()));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    /// The run, where it was kept.
    pub(super) fn take(&self) -> Option<Box<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for LeftRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeftRun")
    }
}
