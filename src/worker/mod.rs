//! Runs a comparison off the UI thread: commands go in over a channel, the newest [`Snapshot`] comes out without waiting.
//!
//! The worker knows no screen: it calls back when there is something new, and the caller decides what that wakes.

mod engine;
mod scene;
mod snapshot;
mod training_scene;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
};

use arc_swap::ArcSwap;

pub use scene::{Scene, per_class_quota};
pub use snapshot::{Phase, REGION_SIDE, RunSnapshot, Snapshot};
pub use training_scene::{ClassMarks, Mark, TrainingScene};

use crate::experiment::CheckedSpec;
use engine::Engine;

/// What the window asks of the worker.
pub(crate) enum Command {
    /// Make the samples, set up the trainers, and wait at epoch 0.
    Start {
        /// By which late news of older runs is told apart.
        run_id: u64,
        /// What to compare.
        checked: Box<CheckedSpec>,
        /// Whether a file is read again even if nothing about it has changed.
        reload: bool,
    },
    /// Go on with other weights, losses or settings on the same samples.
    Change(Box<CheckedSpec>),
    /// Train until this epoch.
    Play {
        /// The epoch to stop at.
        until: u64,
    },
    /// Stop after the epoch in hand.
    Pause,
    /// Train one epoch.
    Step,
    /// At most this many epochs a second; infinity for no limit.
    Pace(f64),
    /// End the thread.
    Quit,
}

/// A handle to the worker thread; dropping it stops and joins the thread.
pub struct Worker {
    commands: Sender<Command>,
    newest: Arc<ArcSwap<Snapshot>>,
    interrupt: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; `wake` is called from it, at most about 60 times a second, when there is a new snapshot.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn spawn(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let (commands, inbox) = channel();
        let newest = Arc::new(ArcSwap::from_pointee(Snapshot::default()));
        let interrupt = Arc::new(AtomicBool::new(false));
        let engine = Engine::new(inbox, Arc::clone(&newest), Arc::clone(&interrupt), Box::new(wake));
        let thread = std::thread::Builder::new().name("trainer".to_owned()).spawn(move || engine.run())?;
        Ok(Self { commands, newest, interrupt, thread: Some(thread) })
    }

    /// The newest snapshot, at once.
    pub fn newest(&self) -> Arc<Snapshot> {
        self.newest.load_full()
    }

    /// Drops what is being trained and starts anew; see [`Snapshot::run_id`].
    pub fn start(&self, run_id: u64, checked: CheckedSpec, reload: bool) {
        self.interrupt.store(true, Ordering::Relaxed);
        self.send(Command::Start { run_id, checked: Box::new(checked), reload });
    }

    /// Goes on with other weights, losses or settings on the same samples.
    pub fn change(&self, checked: CheckedSpec) {
        self.send(Command::Change(Box::new(checked)));
    }

    /// Trains until an epoch.
    pub fn play(&self, until: u64) {
        self.send(Command::Play { until });
    }

    /// Stops after the epoch in hand.
    pub fn pause(&self) {
        self.send(Command::Pause);
    }

    /// Trains one epoch.
    pub fn step(&self) {
        self.send(Command::Step);
    }

    /// Limits the epochs a second; infinity for none.
    pub fn set_pace(&self, epochs_per_second: f64) {
        self.send(Command::Pace(epochs_per_second));
    }

    fn send(&self, command: Command) {
        // The thread ends only when this handle is dropped, so there is always somebody to listen.
        let _ = self.commands.send(command);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.interrupt.store(true, Ordering::Relaxed);
        self.send(Command::Quit);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
