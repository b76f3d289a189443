//! The end of the program when the system asks for it, or the window is closed: in good order where that is quick, and in
//! any case soon.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use eframe::egui::{Context, ViewportId};

use super::saver::Saver;
use crate::system::{end_at_once, on_request_to_end};

/// How long the good order may take: the window goes, and threads that train stop.
const GOOD_ORDER: Duration = Duration::from_millis(300);
/// How long settings may take to be stored after that. Both together are less than the half second that is promised.
const SETTINGS: Duration = Duration::from_millis(100);

/// Ends the program.
#[derive(Clone)]
pub(super) struct Ending {
    saver: Arc<Saver>,
    /// Raised when the system asks the program to end.
    is_asked_for: Arc<AtomicBool>,
    /// Whether the end is being watched.
    has_begun: Arc<AtomicBool>,
}

impl Ending {
    pub(super) fn new(saver: Arc<Saver>) -> Self {
        Self { saver, is_asked_for: Arc::default(), has_begun: Arc::default() }
    }

    /// Listens to the system; the window wakes up to see that it must end.
    pub(super) fn listen(&self, ctx: &Context) {
        let (ending, ctx) = (self.clone(), ctx.clone());
        // Without a handler a signal ends the program at once, which is no worse than without this.
        let _ = on_request_to_end(move || {
            ending.is_asked_for.store(true, Ordering::Relaxed);
            // First of all: a window that hangs may hold what the next call waits for.
            ending.begin();
            ctx.request_repaint_of(ViewportId::ROOT);
        });
    }

    /// What stores settings.
    pub(super) fn saver(&self) -> &Saver {
        &self.saver
    }

    /// Whether the system has asked the program to end.
    pub(super) fn is_asked_for(&self) -> bool {
        self.is_asked_for.load(Ordering::Relaxed)
    }

    /// Gives the program a moment to end by itself, and then ends it.
    pub(super) fn begin(&self) {
        if self.has_begun.swap(true, Ordering::SeqCst) {
            return;
        }
        let saver = Arc::clone(&self.saver);
        let watch = move || {
            std::thread::sleep(GOOD_ORDER);
            saver.finish(SETTINGS);
            end_at_once(0);
        };
        // Without a thread the end takes as long as it takes.
        let _ = std::thread::Builder::new().name("end".to_owned()).spawn(watch);
    }

    /// Waits for the settings, at the end in good order.
    pub(super) fn finish(&self) {
        self.saver.finish(GOOD_ORDER);
    }
}
