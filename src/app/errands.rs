//! Files that were asked for and have not answered yet; the window goes on meanwhile.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    experiment::ExperimentSpec,
    state::{Contents, Waiting},
};

/// What takes less time than this is not announced.
const SHORT: Duration = Duration::from_millis(150);

/// What a file was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    /// To open it, whatever it holds.
    Open,
    /// To show the results in it; the place for sweeps knows when they are there.
    ShowResults,
    /// To save this experiment.
    Save(Box<ExperimentSpec>),
    /// To write something else.
    Write(Contents),
}

impl Deed {
    fn is_writing(&self) -> bool {
        matches!(self, Self::Save(_) | Self::Write(_))
    }
}

/// A file that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Errand {
    /// The number of the question to the worker; `None` for one that is answered in another way.
    id: Option<u64>,
    pub(super) path: PathBuf,
    pub(super) deed: Deed,
    begun: Instant,
}

/// Every file that was asked for, oldest first. News of others is dropped.
#[derive(Default)]
pub(super) struct Errands(Vec<Errand>);

impl Errands {
    pub(super) fn begin(&mut self, id: Option<u64>, path: &Path, deed: Deed) {
        self.0.push(Errand { id, path: path.to_owned(), deed, begun: Instant::now() });
    }

    /// Takes the one out to which an answer belongs; `None` where nobody waits for it any more.
    pub(super) fn end(&mut self, id: u64) -> Option<Errand> {
        let place = self.0.iter().position(|errand| errand.id == Some(id))?;
        Some(self.0.remove(place))
    }

    /// Waits no longer for results that are shown, or for anything that is read; returns whether there was any.
    pub(super) fn drop_results(&mut self) -> bool {
        let n = self.0.len();
        self.0.retain(|errand| errand.deed != Deed::ShowResults);
        self.0.len() < n
    }

    /// Waits no longer for what is opened.
    pub(super) fn drop_opening(&mut self) {
        self.0.retain(|errand| errand.deed != Deed::Open);
    }

    /// Waits no longer for what is written.
    pub(super) fn drop_writing(&mut self) {
        self.0.retain(|errand| !errand.deed.is_writing());
    }

    /// What has kept one waiting for longest, and whether it is written; nothing that has only begun.
    pub(super) fn longest(&self) -> Option<(Waiting, bool)> {
        let errand = self.0.first().filter(|errand| errand.begun.elapsed() >= SHORT)?;
        let is_writing = errand.deed.is_writing();
        Some((Waiting::for_file(&errand.path, is_writing), is_writing))
    }

    /// The time until one is to be announced that is not yet.
    pub(super) fn until_announced(&self) -> Option<Duration> {
        let left = SHORT.checked_sub(self.0.first()?.begun.elapsed())?;
        // A little more, so that it is time by then.
        Some(left + Duration::from_millis(1))
    }

    /// Whether this very experiment is being saved.
    pub(super) fn saves(&self, spec: &ExperimentSpec) -> bool {
        self.0.iter().any(|errand| matches!(&errand.deed, Deed::Save(saved) if **saved == *spec))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
