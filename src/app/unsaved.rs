//! What is in no file yet: kept while it changes, and offered by the next window where this one ends too soon.

use std::{path::PathBuf, time::Duration};

use eframe::egui::Context;

use super::{Lab, recovery::Recovery};
use crate::experiment::ExperimentSpec;

/// How long the end of the program waits.
const PATIENCE: Duration = Duration::from_millis(100);

impl Lab {
    /// Says where an experiment is kept that is in no file, and looks whether one was left behind there.
    pub fn keep_unsaved_in(&mut self, folder: PathBuf) {
        self.recovery = Recovery::open(folder);
    }

    /// Offers what was left behind.
    pub(super) fn receive_left_behind(&mut self) {
        if let Some(spec) = self.recovery.as_ref().and_then(Recovery::found) {
            self.session.handed_on.left_behind = Some(spec);
        }
    }

    /// Opens what was left behind, or has it removed.
    pub(super) fn recover(&mut self, opens: bool) {
        let Some(spec) = self.session.handed_on.left_behind.take() else { return };
        if opens {
            self.replace(*spec, None);
            // It is in no file.
            self.session.saved = ExperimentSpec::default();
        }
        if let Some(recovery) = &self.recovery {
            recovery.decided();
        }
    }

    /// Has the experiment kept while it is in no file; the one from before a lesson while that is taught.
    pub(super) fn keep_unsaved(&mut self, ctx: &Context) {
        let Some(recovery) = &mut self.recovery else { return };
        if ctx.input(|input| input.pointer.any_down()) {
            return;
        }
        let session = &self.session;
        let own = session.teaching.as_ref().map_or(&session.spec, |teaching| &teaching.before.0);
        if let Some(wait) = recovery.follow((*own != session.saved).then_some(own)) {
            ctx.request_repaint_after(wait);
        }
    }

    /// Keeps nothing any more: a person closes the window and has been asked.
    pub(super) fn finish_keeping(&mut self) {
        if let Some(mut recovery) = self.recovery.take() {
            recovery.follow(None);
            recovery.finish(PATIENCE);
        }
    }
}
