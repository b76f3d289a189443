//! Runs a comparison off the UI thread: commands go in over a channel, the newest [`Snapshot`] comes out without waiting.
//!
//! The worker knows no screen: it calls back when there is something new, and the caller decides what that wakes.

mod background;
mod snapshot;
mod training;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;

pub use background::{
    BegunFile, FileAnswer, FileNews, Inspected, KEPT_SWEEPS, LabelNews, Overwriting, Progress, Reading, Repetitions,
    SweepNews, SweepPhase, SweepResults, SweepStore, Written,
};
pub use snapshot::{
    BatchPlotData, ClassMarks, LossShareSnapshot, Mark, Outcome, Phase, PlotData, REGION_SIDE, RunSnapshot, Snapshot,
    TrainingPlotData, Watched, per_class_quota,
};
pub use training::{ChangeMark, LeftRun, TrainingSpeed};

use crate::{
    data::ImportSettings,
    experiment::{
        CheckedSpec,
        export::{ModelFile, TrainedComparison},
        multilabel::LabelLab,
        sweep::CheckedSweep,
    },
};
use background::{Files, LabelTrainer, Reader, Repeater, ScanCache, Sweeper};
use training::{Engine, Tables};

/// How long the end of the program waits for a thread that trains.
const PATIENCE: Duration = Duration::from_millis(20);

/// What the window asks of the worker.
pub(crate) enum Command {
    /// Make the samples, set up the trainers, and wait at epoch 0.
    Start {
        /// By which late news of older runs is told apart; from 1 upwards.
        run_id: u64,
        /// What to compare.
        checked: Box<CheckedSpec>,
        /// Whether a file is read again even if nothing about it has changed.
        reload: bool,
    },
    /// Go on with other weights, losses or settings on the same samples.
    Change(Box<CheckedSpec>),
    /// Take up a run again where it was left, paused; where it was not kept, start it anew.
    Return {
        /// As of a start.
        run_id: u64,
        /// What it compares.
        checked: Box<CheckedSpec>,
        /// Where it was kept.
        run: LeftRun,
    },
    /// Keep the run as it is now.
    Leave {
        /// Where.
        run: LeftRun,
        /// Whether what comes next uses the same samples.
        shares_samples: bool,
    },
    /// Train.
    Play(Goal),
    /// Stop after the batches in hand; training goes on from there.
    Pause,
    /// Train one epoch, or the rest of the current one.
    Step,
    /// Train one batch.
    StepBatch,
    /// Show an epoch of the past, paused; `None` for the present.
    LookAt(Option<u64>),
    /// How fast.
    TrainingSpeed(TrainingSpeed),
    /// Hand over the models that are shown.
    HandOver(Sender<TrainedComparison>),
    /// Work these out with every snapshot, and no others.
    Watch(Watched),
    /// End the thread.
    Quit,
}

/// Where training stops by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// After this epoch.
    Epoch(u64),
    /// When every objective has settled; see [`crate::experiment::Convergence`].
    Convergence,
}

/// What ends the work in hand early.
#[derive(Clone, Default)]
pub(crate) struct Signals {
    /// Raised by a new start: what there is for the one before is not worth reading on.
    interrupt: Arc<AtomicBool>,
    /// Raised by every command after it was sent: work halts at the next batch or piece of a measurement, and goes on later.
    has_command: Arc<AtomicBool>,
    /// The run that was asked for last.
    wanted: Arc<AtomicU64>,
    /// The run whose file is not to be read to the end.
    cancelled: Arc<AtomicU64>,
}

/// A handle to the worker's threads: one that trains, one that repeats the comparison on other seeds, one that runs sweeps,
/// one that trains over label sets, one that reads files for previews, and those that read and write other files; dropping it stops them and waits a moment for
/// their end.
pub struct Worker {
    commands: Sender<Command>,
    newest: Arc<ArcSwap<Snapshot>>,
    signals: Signals,
    reader: Reader,
    repeater: Repeater,
    sweeper: Sweeper,
    labels: LabelTrainer,
    files: Files,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the threads; `wake` is called from them, at most about 60 times a second, when there is something new.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn spawn(wake: impl Fn() + Clone + Send + Sync + 'static) -> std::io::Result<Self> {
        let (commands, inbox) = channel();
        let newest = Arc::new(ArcSwap::from_pointee(Snapshot::default()));
        let (signals, cache) = (Signals::default(), ScanCache::default());
        let reader = Reader::spawn(cache.clone(), wake.clone())?;
        let repeater = Repeater::spawn(wake.clone())?;
        let sweeper = Sweeper::spawn(wake.clone())?;
        let labels = LabelTrainer::spawn(wake.clone())?;
        let files = Files::new(wake.clone());
        let engine = Engine::new(inbox, Arc::clone(&newest), signals.clone(), Tables::new(cache), Box::new(wake));
        let thread = std::thread::Builder::new().name("trainer".to_owned()).spawn(move || engine.run())?;
        Ok(Self { commands, newest, signals, reader, repeater, sweeper, labels, files, thread: Some(thread) })
    }

    /// The newest snapshot, at once.
    pub fn newest(&self) -> Arc<Snapshot> {
        self.newest.load_full()
    }

    /// Leaves what is being trained and starts anew; see [`Snapshot::run_id`].
    pub fn start(&self, run_id: u64, checked: CheckedSpec, reload: bool) {
        self.supersede(run_id);
        self.send(Command::Start { run_id, checked: Box::new(checked), reload });
    }

    /// Takes up a run again where it was left, paused; one that was not kept starts anew.
    pub fn come_back(&self, run_id: u64, checked: CheckedSpec, run: LeftRun) {
        self.supersede(run_id);
        self.send(Command::Return { run_id, checked: Box::new(checked), run });
    }

    /// Ends what is being read for an earlier run.
    fn supersede(&self, run_id: u64) {
        self.signals.wanted.store(run_id, Ordering::SeqCst);
        self.signals.interrupt.store(true, Ordering::SeqCst);
    }

    /// Keeps the run as it is, before it goes on under other settings; `shares_samples` says whether that is on the same
    /// samples, which then take no memory of their own.
    pub fn leave(&self, run: LeftRun, shares_samples: bool) {
        self.send(Command::Leave { run, shares_samples });
    }

    /// Stops reading the file of the run that was asked for last; without effect once it is read.
    pub fn cancel_reading(&self) {
        self.signals.cancelled.store(self.signals.wanted.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Has a data file inspected; the answer repeats the number and is [`Worker::inspected`] at some time.
    pub fn inspect(&mut self, id: u64, path: &Path, settings: &ImportSettings) {
        self.reader.ask(id, path, settings);
    }

    /// Drops what was asked of [`Worker::inspect`] last, and what is kept of it.
    pub fn stop_inspecting(&mut self) {
        self.reader.forget();
    }

    /// The newest answer to [`Worker::inspect`], at once.
    pub fn inspected(&self) -> Arc<Inspected> {
        self.reader.newest()
    }

    /// Trains the comparison on all seeds of its specification, in the background; the answer, which repeats the number,
    /// comes bit by bit in [`Worker::repetitions`]. What was asked before is dropped; seeds that are known are kept.
    pub fn repeat(&mut self, id: u64, checked: CheckedSpec) {
        self.repeater.ask(id, checked);
    }

    /// Ends what was asked of [`Worker::repeat`] within a batch; finished seeds are kept.
    pub fn stop_repeating(&self) {
        self.repeater.cancel();
    }

    /// The newest answer to [`Worker::repeat`], at once.
    pub fn repetitions(&self) -> Arc<Repetitions> {
        self.repeater.newest()
    }

    /// Runs what is missing of a sweep, in the background; the answer, which repeats the number, comes bit by bit in
    /// [`Worker::sweep_news`]. A sweep in hand is ended; its finished runs are kept.
    pub fn sweep(&mut self, id: u64, checked: CheckedSweep, store: SweepStore) {
        self.sweeper.run(id, checked, store);
    }

    /// Shows the results of a sweep in a file; as [`Worker::sweep`] otherwise.
    pub fn show_sweep(&mut self, id: u64, path: &Path) {
        self.sweeper.show(id, path.to_owned());
    }

    /// Halts the sweep after the epochs in hand, or goes on.
    pub fn pause_sweep(&self, is_paused: bool) {
        self.sweeper.pause(is_paused);
    }

    /// Ends the sweep within a batch, or gives up reading results; finished runs are kept.
    pub fn stop_sweep(&self) {
        self.sweeper.cancel();
    }

    /// The newest answer to [`Worker::sweep`], at once.
    pub fn sweep_news(&self) -> Arc<SweepNews> {
        self.sweeper.newest()
    }

    /// Trains a comparison over label sets, in the background; the answer, which repeats the number, comes in
    /// [`Worker::label_news`]. What was asked before is dropped.
    pub fn train_labels(&mut self, id: u64, lab: LabelLab) {
        self.labels.ask(id, lab);
    }

    /// The newest answer to [`Worker::train_labels`], at once.
    pub fn label_news(&self) -> Arc<LabelNews> {
        self.labels.newest()
    }

    /// Reads an experiment, or class counts from a list; the answer, which repeats the returned number, comes in
    /// [`Worker::file_news`] at some time, or never.
    pub fn open_file(&mut self, path: PathBuf) -> u64 {
        self.files.open(path)
    }

    /// As [`Worker::open_file`], where reading has begun already.
    pub fn go_on_opening(&mut self, begun: BegunFile) -> u64 {
        self.files.go_on(begun)
    }

    /// Lists the first of these that is a folder; answered as [`Worker::open_file`].
    pub fn list_folder(&mut self, folders: Vec<PathBuf>) -> u64 {
        self.files.list(folders)
    }

    /// Reads results to lay beside others; answered as [`Worker::open_file`].
    pub fn read_answer(&mut self, path: PathBuf) -> u64 {
        self.files.read_answer(path)
    }

    /// Makes a folder and lists it; answered as [`Worker::open_file`].
    pub fn make_folder(&mut self, folder: PathBuf) -> u64 {
        self.files.make_folder(folder)
    }

    /// Writes a file, after those that were asked for before. Answered as [`Worker::open_file`].
    pub fn write_file(&mut self, path: PathBuf, what: Written, overwriting: Overwriting) -> u64 {
        self.files.write(path, what, overwriting)
    }

    /// Writes a file about the models that are shown. Answered as [`Worker::open_file`].
    pub fn write_models(&mut self, path: PathBuf, file: ModelFile, overwriting: Overwriting) -> u64 {
        let (tell, told) = channel();
        self.send(Command::HandOver(tell));
        self.files.write_later(path, overwriting, move || match told.recv() {
            Ok(trained) => trained.file(file).map(Written::Bytes),
            Err(_) => Err("Not saved: there are no samples yet, or training could not begin".to_owned()),
        })
    }

    /// Waits no longer for what is being written, and leaves what has not been begun.
    pub fn give_up_writing(&mut self) {
        self.files.give_up_writing();
    }

    /// What has come of files since the last time, at once.
    pub fn file_news(&self) -> Vec<FileNews> {
        self.files.news().collect()
    }

    /// Goes on with other weights, losses or settings on the same samples.
    pub fn change(&self, checked: CheckedSpec) {
        self.send(Command::Change(Box::new(checked)));
    }

    /// Trains until an epoch.
    pub fn play(&self, until: u64) {
        self.send(Command::Play(Goal::Epoch(until)));
    }

    /// Trains until every objective has settled; see [`crate::experiment::Convergence`].
    pub fn converge(&self) {
        self.send(Command::Play(Goal::Convergence));
    }

    /// Stops after the batch in hand, also in the middle of an epoch; the answer comes at once, even if it takes longer to
    /// measure what was reached (see [`Snapshot::is_measured`]).
    pub fn pause(&self) {
        self.send(Command::Pause);
    }

    /// Trains one epoch, or the rest of the one in hand.
    pub fn step(&self) {
        self.send(Command::Step);
    }

    /// Trains one batch, and shows the next one.
    pub fn step_batch(&self) {
        self.send(Command::StepBatch);
    }

    /// Pauses and shows an epoch of the past, the nearest kept one before it; `None` for the present.
    pub fn look_at(&self, epoch: Option<u64>) {
        self.send(Command::LookAt(epoch));
    }

    /// Sets the speed.
    pub fn set_speed(&self, speed: TrainingSpeed) {
        self.send(Command::TrainingSpeed(speed));
    }

    /// Has some things worked out with every snapshot that take a pass or a sort of all samples.
    pub fn watch(&self, watched: Watched) {
        self.send(Command::Watch(watched));
    }

    fn send(&self, command: Command) {
        // The thread ends only when this handle is dropped, so there is always somebody to listen.
        let _ = self.commands.send(command);
        self.signals.has_command.store(true, Ordering::SeqCst);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.signals.interrupt.store(true, Ordering::SeqCst);
        self.send(Command::Quit);
        end(self.thread.take());
    }
}

/// Waits a moment for a thread that was told to end.
///
/// A batch or a look at large test sets may take longer than anybody wants to wait for a window to close. The thread owns
/// all it works on and ends by itself after that, or with the program.
fn end(thread: Option<JoinHandle<()>>) {
    let Some(thread) = thread else { return };
    let deadline = Instant::now() + PATIENCE;
    while !thread.is_finished() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    if thread.is_finished() {
        let _ = thread.join();
    }
}

/// A pipe that nobody writes to: whoever reads it waits.
#[cfg(unix)]
#[cfg(test)]
fn make_pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "{}", path.display());
}
