//! The worker thread: obeys commands, trains, and publishes snapshots.

use std::{
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;

use super::{LeftRun, TrainingSpeed, job::Job, samples::samples, tables::Tables};
use crate::{
    data::{DataError, Imported, TableClasses},
    experiment::{CheckedSpec, ExperimentError, Source},
    worker::{
        Command, Phase, Signals, Snapshot, Watched,
        background::{Rank, aside, run_in_pool},
    },
};

/// Time between two snapshots: no more than about 60 a second.
const SNAPSHOT_INTERVAL: Duration = Duration::from_millis(16);
/// Time after which a snapshot is made in the middle of an epoch.
const LONG_EPOCH: Duration = Duration::from_millis(250);
/// A command is answered after this time, even if what it leads to has not been measured yet.
const PATIENCE: Duration = Duration::from_millis(30);

pub(in crate::worker) struct Engine {
    inbox: Receiver<Command>,
    newest: Arc<ArcSwap<Snapshot>>,
    /// The one before the newest: whoever lets go of a snapshot last frees its memory, which the window has no time for.
    previous: Arc<Snapshot>,
    signals: Signals,
    wake: Box<dyn Fn() + Send>,
    speed: TrainingSpeed,
    last_published: Instant,
    /// Whether there is something to be measured that has not been.
    is_picture_due: bool,
    /// When measuring began, and how long it took the last time.
    begun: Instant,
    snapshot_took: Duration,
    /// When the last command is to be answered at the latest.
    answer_by: Option<Instant>,
    job: Option<Job>,
    tables: Tables,
    /// Whether the next start reads its file again, because one that was superseded should have.
    must_reload: bool,
    /// What the window watches closely.
    watched: Watched,
}

impl Engine {
    pub(in crate::worker) fn new(
        inbox: Receiver<Command>,
        newest: Arc<ArcSwap<Snapshot>>,
        signals: Signals,
        tables: Tables,
        wake: Box<dyn Fn() + Send>,
    ) -> Self {
        let now = Instant::now();
        Self {
            inbox,
            newest,
            previous: Arc::default(),
            signals,
            wake,
            speed: TrainingSpeed::Unlimited,
            last_published: now,
            is_picture_due: false,
            begun: now,
            snapshot_took: Duration::ZERO,
            answer_by: None,
            job: None,
            tables,
            must_reload: false,
            watched: Watched::default(),
        }
    }

    /// Lives until told to quit; one core is left to the window.
    pub(in crate::worker) fn run(self) {
        run_in_pool("trainer", Rank::Watched, || self.obey());
    }

    fn obey(mut self) {
        loop {
            match self.next_command() {
                Ok(Some(Command::Quit)) | Err(()) => return,
                Ok(Some(
                    command @ (Command::Start { .. }
                    | Command::Return { .. }
                    | Command::LookAt(_)
                    | Command::Leave { .. }
                    | Command::Change(_)),
                )) => {
                    for command in self.with_what_waits(command) {
                        if matches!(command, Command::Quit) {
                            return;
                        }
                        self.carry_out(command);
                    }
                }
                Ok(Some(command)) => self.carry_out(command),
                Ok(None) if self.is_measuring() => self.measure(),
                Ok(None) => self.train(),
            }
        }
    }

    /// A start, an epoch to look at or a change, and the commands behind it, without those that a later one makes pointless:
    /// while a slider is dragged there is one in every frame.
    fn with_what_waits(&self, first: Command) -> Vec<Command> {
        let mut commands = vec![first];
        while let Ok(mut next) = self.inbox.try_recv() {
            if let Command::Start { reload, .. } = &mut next {
                *reload |= commands.iter().any(|command| matches!(command, Command::Start { reload: true, .. }));
            }
            if matches!(next, Command::Start { .. } | Command::Return { .. }) {
                commands.retain(|command| {
                    matches!(
                        command,
                        Command::TrainingSpeed(_)
                            | Command::Watch(_)
                            | Command::Leave { .. }
                            | Command::HandOver(_)
                            | Command::Quit
                    )
                });
            }
            if matches!((&next, commands.last()), (Command::LookAt(_), Some(Command::LookAt(_)))) {
                commands.pop();
            }
            if let Command::Change(later) = &next {
                // An objective that comes and goes is another one, even of the same colour.
                let is_earlier =
                    |command: &Command| matches!(command, Command::Change(spec) if has_same_objectives(spec, later));
                let is_harmless = |command: &Command| matches!(command, Command::Play(_) | Command::Leave { .. });
                if commands.iter().all(|command| is_earlier(command) || is_harmless(command)) {
                    commands.retain(|command| !is_earlier(command));
                }
            }
            commands.push(next);
        }
        commands
    }

    /// The next command; `None` when it is time to work instead, `Err` when there is nobody left to obey.
    fn next_command(&self) -> Result<Option<Command>, ()> {
        // Lowered before the look: a command that comes later raises it again.
        self.signals.has_command.store(false, Ordering::SeqCst);
        let wait = match &self.job {
            Some(_) if self.is_measuring() => Duration::ZERO,
            Some(job) if job.wants_to_train() => job.due.saturating_duration_since(Instant::now()),
            _ => return self.inbox.recv().map(Some).map_err(|_| ()),
        };
        match self.inbox.recv_timeout(wait) {
            Ok(command) => Ok(Some(command)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(()),
        }
    }

    fn is_measuring(&self) -> bool {
        let wants = |job: &Job| (self.is_picture_due || job.is_measuring()) && !job.is_out_of_step();
        self.job.as_ref().is_some_and(wants)
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Start { run_id, checked, reload } => return self.start(run_id, &checked, reload),
            Command::Return { run_id, checked, run } => return self.come_back(run_id, &checked, &run),
            Command::Leave { run, shares_samples } => {
                if let Some(job) = &self.job {
                    run.keep(job, shares_samples);
                }
                return;
            }
            Command::HandOver(tell) => {
                if let Some(job) = &self.job {
                    // Nobody listens any more where the file was given up.
                    let _ = tell.send(job.trained());
                }
                return;
            }
            Command::TrainingSpeed(speed) => self.speed = speed,
            Command::Watch(watched) => self.watched = watched,
            Command::Quit => {}
            Command::Change(checked) => {
                if let Some(job) = &mut self.job
                    && let Err(error) = job.change(&checked)
                {
                    let (run_id, columns, classes) = (job.run_id, Arc::clone(&job.columns), job.classes.clone());
                    self.job = None;
                    return self.fail(run_id, columns, classes, &error);
                }
            }
            Command::Play(goal) => self.with_job(|job| job.play(goal)),
            Command::Pause => self.with_job(Job::pause),
            Command::Step => self.with_job(Job::step),
            Command::StepBatch => self.with_job(Job::step_batch),
            Command::LookAt(epoch) => self.with_job(|job| job.look_at(epoch)),
        }
        self.answer();
    }

    fn with_job(&mut self, change: impl FnOnce(&mut Job)) {
        if let Some(job) = &mut self.job {
            change(job);
        }
    }

    /// Takes up a run where it was left, or starts it where it was not kept.
    fn come_back(&mut self, run_id: u64, checked: &CheckedSpec, run: &LeftRun) {
        // Changes that followed each other too fast to be carried out left one run in the places of several.
        match run.take().filter(|job| job.spec == *checked.spec()) {
            Some(mut job) => {
                self.signals.interrupt.store(false, Ordering::SeqCst);
                job.come_back(run_id);
                self.job = Some(*job);
                self.answer();
            }
            None => self.start(run_id, checked, false),
        }
    }

    fn start(&mut self, run_id: u64, checked: &CheckedSpec, reload: bool) {
        self.must_reload |= reload;
        self.signals.interrupt.store(false, Ordering::SeqCst);
        if self.signals.wanted.load(Ordering::SeqCst) != run_id {
            // A later start waits already; its interrupt may have been taken back just now.
            return;
        }
        let reload = std::mem::take(&mut self.must_reload);
        let known = self.job.take().filter(|job| !reload && job.spec.has_same_data(checked.spec()));
        self.send(Snapshot { run_id, phase: Phase::Preparing, ..Snapshot::default() });
        if reload {
            self.tables.forget();
        }
        let samples = match known {
            Some(job) => Ok(job.samples()),
            None => {
                self.table(run_id, checked).map_err(|error| (error, None)).and_then(|table| samples(checked, table))
            }
        };
        match samples.and_then(|samples| Job::new(run_id, checked, samples)) {
            Ok(job) => {
                self.job = Some(job);
                self.answer();
            }
            // What comes next waits already.
            Err((ExperimentError::Data(DataError::Cancelled), _)) if self.signals.interrupt.load(Ordering::SeqCst) => {}
            Err((error, classes)) => self.fail(run_id, columns(checked), classes, &error),
        }
    }

    /// The table of an experiment; tells how far it is read where that takes time.
    fn table(&mut self, run_id: u64, checked: &CheckedSpec) -> Result<Option<Imported>, ExperimentError> {
        let announce = |reading| {
            let (phase, reading) = (Phase::Preparing, Some(reading));
            self.newest.store(Arc::new(Snapshot { run_id, phase, reading, ..Snapshot::default() }));
            (self.wake)();
        };
        self.tables.of(run_id, checked, &self.signals, &announce)
    }

    fn fail(
        &mut self,
        run_id: u64,
        columns: Arc<[String]>,
        classes: Option<Arc<TableClasses>>,
        error: &dyn std::error::Error,
    ) {
        let phase = Phase::Failed(error.to_string());
        self.send(Snapshot { run_id, phase, columns, classes, ..Snapshot::default() });
    }

    fn train(&mut self) {
        let Some(job) = &mut self.job else { return };
        let has_finished_epoch = job.train(self.speed, &self.signals.has_command);
        if job.is_out_of_step() {
            return self.answer_if_late();
        }
        // Before a long wait this is the newest that there is to see.
        let is_waiting = job.due.saturating_duration_since(Instant::now()) >= SNAPSHOT_INTERVAL;
        // Measuring takes no more time than training.
        let interval = SNAPSHOT_INTERVAL.max(self.snapshot_took);
        let interval = if has_finished_epoch { interval } else { interval.max(LONG_EPOCH) };
        let is_due = is_waiting || self.last_published.elapsed() >= interval;
        if !job.wants_to_train() {
            self.answer();
        } else if is_due {
            self.is_picture_due = true;
        }
    }

    /// Has a snapshot made as soon as there are figures for it, or time is up.
    fn answer(&mut self) {
        if self.job.is_some() {
            self.is_picture_due = true;
            self.answer_by.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
    }

    /// Measures until there is something to show or another command; what has been measured by then is kept.
    fn measure(&mut self) {
        let Some(job) = &mut self.job else { return };
        if !job.is_measuring() {
            self.begun = Instant::now();
        }
        let (signals, answer_by) = (&self.signals, self.answer_by);
        let is_late = || answer_by.is_some_and(|time| Instant::now() >= time);
        if job.measure(self.watched, &|| signals.has_command.load(Ordering::SeqCst) || is_late()) {
            self.is_picture_due = !job.is_measured(self.watched);
            self.snapshot_took = self.begun.elapsed();
            self.last_published = Instant::now();
            self.publish();
        } else {
            self.answer_if_late();
        }
    }

    /// Answers a command that has waited long enough with the figures that there are.
    fn answer_if_late(&mut self) {
        if self.answer_by.is_some_and(|time| Instant::now() >= time) {
            self.publish();
        }
    }

    fn publish(&mut self) {
        if let Some(job) = &self.job {
            let snapshot = job.snapshot(self.speed, self.watched);
            self.answer_by = None;
            self.send(snapshot);
        }
    }

    fn send(&mut self, snapshot: Snapshot) {
        self.previous = self.newest.swap(Arc::new(snapshot));
        (self.wake)();
    }
}

/// The columns of a table that cannot be trained on, for another choice among them; none where the file does not answer.
fn columns(checked: &CheckedSpec) -> Arc<[String]> {
    let deadline = Instant::now() + LONG_EPOCH;
    let checked = checked.clone();
    let found = aside("file", || Instant::now() < deadline, move || Source::columns(&checked));
    found.unwrap_or_default().into()
}

/// Whether the objectives are the same ones, under whatever settings.
fn has_same_objectives(one: &CheckedSpec, other: &CheckedSpec) -> bool {
    let colours =
        |checked: &CheckedSpec| checked.objectives().iter().map(|objective| objective.colour).collect::<Vec<_>>();
    colours(one) == colours(other)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::{
        experiment::{ExperimentSpec, Preset},
        train::{Batch, Optimiser},
        worker::{Goal, RunSnapshot, Worker, background::ScanCache},
    };

    /// Waits for a snapshot that fulfils a condition and has its figures, with a deadline.
    fn wait_for(worker: &Worker, what: &str, is_met: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let snapshot = worker.newest();
            if is_met(&snapshot) && (snapshot.is_measured || snapshot.phase != Phase::Ready) {
                return snapshot;
            }
            assert!(Instant::now() < deadline, "waited for {what}, have epoch {} {:?}", snapshot.epoch, snapshot.phase);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn started(spec: &ExperimentSpec) -> Worker {
        let worker = Worker::spawn(|| {}).unwrap();
        worker.start(1, spec.check().unwrap(), false);
        worker
    }

    #[test]
    fn it_waits_at_epoch_zero_plays_to_the_end_and_gives_the_figures_of_the_terminal() {
        let mut spec = ExperimentSpec::default();
        spec.training.epochs = 5;
        let worker = started(&spec);
        assert_eq!(wait_for(&worker, "ready", |s| s.phase == Phase::Ready).epoch, 0);
        worker.play(5);
        let done = wait_for(&worker, "the end", |s| s.epoch == 5 && !s.is_playing);
        let checked = spec.check().unwrap();
        let stop = AtomicBool::new(false);
        let hooks = crate::experiment::Hooks::silent(&stop);
        let records = crate::experiment::run(&checked, &Source::open(&checked).unwrap(), &hooks).unwrap();
        for (run, record) in done.runs.iter().zip(&records) {
            assert_eq!(run.per_class_recall, record.per_class_recall());
            assert_eq!(Some(run.objective), record.training_objective);
            assert_eq!(run.figures, record.figures);
        }
    }

    #[test]
    fn step_trains_one_epoch_and_pause_stops() {
        let worker = started(&ExperimentSpec::default());
        worker.step();
        wait_for(&worker, "one epoch", |s| s.epoch == 1 && !s.is_playing);
        worker.set_speed(TrainingSpeed::Epochs(200.0));
        worker.play(1_000_000);
        wait_for(&worker, "some epochs", |s| s.epoch > 3);
        worker.pause();
        let paused = wait_for(&worker, "the pause", |s| !s.is_playing);
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(worker.newest().epoch, paused.epoch);
    }

    #[test]
    fn a_change_goes_on_from_where_it_is_and_a_new_objective_catches_up() {
        let mut spec = ExperimentSpec::default();
        let worker = started(&spec);
        worker.play(4);
        wait_for(&worker, "four epochs", |s| s.epoch == 4);
        spec.add_objective(Preset::CbFocal.objective()).unwrap();
        spec.objectives.remove(0);
        worker.change(spec.check().unwrap());
        wait_for(&worker, "the newcomer", |snapshot| {
            let colours: Vec<usize> = snapshot.runs.iter().map(|run| run.colour).collect();
            colours == [1, 2, 3, 4] && snapshot.runs.iter().all(|run| run.epoch == 4)
        });
    }

    #[test]
    fn of_changes_that_wait_the_last_counts_and_none_that_brings_another_objective_is_left_out() {
        let (sender, inbox) = std::sync::mpsc::channel();
        let tables = Tables::new(ScanCache::default());
        let engine = Engine::new(inbox, Arc::default(), Signals::default(), tables, Box::new(|| {}));
        let mut spec = ExperimentSpec::default();
        let mut change = |beta: f64, n_objectives: usize| {
            spec.objectives[3.min(n_objectives - 1)].beta = beta;
            spec.objectives.truncate(n_objectives);
            Command::Change(Box::new(spec.check().unwrap()))
        };
        let first = change(0.1, 4);
        let waiting = [
            Command::Play(Goal::Epoch(9)),
            change(0.2, 4),
            Command::Play(Goal::Epoch(9)),
            change(0.3, 4),
            change(0.3, 3),
            Command::Pause,
            change(0.4, 3),
        ];
        for command in waiting {
            sender.send(command).unwrap();
        }
        let left: Vec<String> = engine
            .with_what_waits(first)
            .iter()
            .map(|command| match command {
                Command::Change(checked) => format!("{}", checked.objectives().len()),
                Command::Play(_) => "play".to_owned(),
                Command::Pause => "pause".to_owned(),
                _ => "other".to_owned(),
            })
            .collect();
        assert_eq!(left, ["play", "play", "4", "3", "pause", "3"]);
    }

    #[test]
    fn samples_that_cannot_be_had_are_reported_in_a_sentence() {
        let mut spec = ExperimentSpec::default();
        spec.data.source = crate::experiment::DataSource::File;
        spec.data.path = Some("/no/such/file.csv".into());
        let worker = started(&spec);
        let failed = wait_for(&worker, "the failure", |s| matches!(s.phase, Phase::Failed(_)));
        let Phase::Failed(reason) = &failed.phase else { panic!("no failure") };
        assert!(reason.contains("there is no such file"), "{reason}");
    }

    #[test]
    fn a_new_start_interrupts_and_the_newest_run_wins() {
        let mut spec = ExperimentSpec::default();
        let worker = started(&spec);
        worker.play(1_000_000);
        for run_id in 2..20 {
            spec.seed = run_id;
            worker.start(run_id, spec.check().unwrap(), false);
        }
        let newest = wait_for(&worker, "the last run", |s| s.run_id == 19 && s.phase == Phase::Ready);
        assert_eq!(newest.epoch, 0);
    }

    /// All that pictures show of an objective, but for its history.
    fn shown(run: &RunSnapshot) -> impl PartialEq + std::fmt::Debug + use<> {
        let figures = (run.colour, run.epoch, run.status.clone(), run.objective, run.figures);
        let recalls = run.per_class_recall.clone();
        (figures, recalls, run.regions.to_vec())
    }

    #[test]
    fn looking_back_shows_figure_for_figure_and_region_for_region_what_was_shown_then() {
        for (optimiser, batch) in [(Optimiser::Sgd, Batch::Size(64)), (Optimiser::Lbfgs, Batch::Full)] {
            let mut spec = ExperimentSpec::default();
            (spec.training.optimiser, spec.training.batch) = (optimiser, batch);
            spec.add_objective(Preset::CeAdjusted.objective()).unwrap();
            let worker = started(&spec);
            let mut published = vec![wait_for(&worker, "the start", |s| s.phase == Phase::Ready)];
            for epoch in 1..8 {
                if epoch == 4 {
                    spec.objectives[3].beta = 0.5;
                    worker.change(spec.check().unwrap());
                }
                worker.step();
                published.push(wait_for(&worker, "a step", |s| s.epoch == epoch && !s.is_playing));
            }
            for (epoch, then) in published.iter().enumerate().rev().skip(1) {
                worker.look_at(Some(epoch as u64));
                let back = wait_for(&worker, "the past", |s| s.looked_at == Some(epoch as u64));
                assert_eq!((back.epoch, back.shown_epoch()), (7, epoch as u64));
                assert!(then.runs.iter().map(shown).eq(back.runs.iter().map(shown)), "{optimiser:?} epoch {epoch}");
            }
            worker.look_at(None);
            let now = wait_for(&worker, "the present", |s| s.looked_at.is_none());
            assert!(published[7].runs.iter().map(shown).eq(now.runs.iter().map(shown)));
        }
    }

    #[test]
    fn looking_back_pauses_and_play_goes_on_from_the_present() {
        let worker = started(&ExperimentSpec::default());
        worker.play(1_000_000);
        wait_for(&worker, "some epochs", |s| s.epoch > 3);
        worker.look_at(Some(2));
        let back = wait_for(&worker, "the past", |s| s.looked_at == Some(2));
        assert!(!back.is_playing);
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(worker.newest().epoch, back.epoch);
        worker.play(back.epoch + 2);
        wait_for(&worker, "the end", |s| s.epoch == back.epoch + 2 && s.looked_at.is_none() && !s.is_playing);
    }

    #[test]
    fn an_epoch_of_batches_and_pauses_ends_where_one_in_a_piece_does() {
        let mut spec = ExperimentSpec::default();
        spec.training.batch = Batch::Size(1000);
        let (broken, whole) = (started(&spec), started(&spec));
        for batch in 1..=3 {
            broken.step_batch();
            let news = wait_for(&broken, "a batch", |s| (s.epoch, s.batch) == (0, batch) && !s.is_playing);
            assert!(news.n_batches.is_some_and(|n| n > 4));
            let next = news.runs[0].batch.as_ref().expect("the next batch is shown");
            assert_eq!((next.n_samples, next.lit.len()), (1000, 250));
        }
        broken.set_speed(TrainingSpeed::Batches(1000.0));
        broken.play(100);
        std::thread::sleep(Duration::from_millis(5));
        broken.pause();
        broken.set_speed(TrainingSpeed::Unlimited);
        broken.play(2);
        whole.play(2);
        let [broken, whole] =
            [broken, whole].map(|worker| wait_for(&worker, "two epochs", |s| s.epoch == 2 && !s.is_playing));
        assert!(whole.runs.iter().map(shown).eq(broken.runs.iter().map(shown)));
        assert_eq!((broken.batch, &broken.runs[0].batch), (0, &None));
    }

    #[test]
    fn batches_of_an_epoch_that_takes_long_can_be_paused_between() {
        let mut spec = ExperimentSpec::default();
        spec.training.batch = Batch::Size(1);
        let worker = started(&spec);
        worker.set_speed(TrainingSpeed::Batches(200.0));
        worker.play(10);
        wait_for(&worker, "some batches", |s| s.batch > 2);
        worker.pause();
        let paused = wait_for(&worker, "the pause", |s| !s.is_playing);
        assert_eq!(paused.epoch, 0);
        let places: Vec<u64> = paused.runs.iter().map(|run| run.epoch).collect();
        assert_eq!(places, [0; 4]);
    }

    #[test]
    fn slow_motion_shows_each_batch_and_where_its_gradient_moves_the_boundaries() {
        let worker = started(&ExperimentSpec::default());
        worker.set_speed(TrainingSpeed::Batches(5.0));
        worker.play(1);
        let slow = wait_for(&worker, "a batch", |s| s.is_playing && s.batch > 1);
        for run in &slow.runs {
            let batch = run.batch.as_ref().expect("its next batch");
            assert_eq!((batch.n_samples, batch.lit.len()), (64, 64));
            assert!(batch.shifts.len() <= 24 && !batch.shifts.is_empty());
        }
        worker.pause();
        worker.set_speed(TrainingSpeed::Unlimited);
        worker.play(3);
        let fast = wait_for(&worker, "the end", |s| s.epoch == 3);
        assert!(fast.runs.iter().all(|run| run.batch.is_none()));
    }

    #[test]
    fn changes_are_marked_at_their_epoch() {
        let mut spec = ExperimentSpec::default();
        let worker = started(&spec);
        worker.play(3);
        wait_for(&worker, "three epochs", |s| s.epoch == 3);
        spec.objectives[3].beta = 0.99;
        worker.change(spec.check().unwrap());
        let news = wait_for(&worker, "the mark", |s| !s.changes.is_empty());
        assert_eq!((news.changes[0].epoch, news.changes[0].change.to_string()), (3, "β 0.999 → 0.99 (CB)".to_owned()));
        worker.start(2, spec.check().unwrap(), false);
        wait_for(&worker, "a new run", |s| s.run_id == 2 && s.phase == Phase::Ready && s.changes.is_empty());
    }

    #[test]
    fn a_diverged_run_comes_with_a_remedy_and_to_convergence_ends() {
        let mut spec = ExperimentSpec::default();
        (spec.training.learning_rate, spec.training.l2) = (1e4, 0.1);
        spec.distribution.max_count = 200;
        let worker = started(&spec);
        worker.play(10);
        let news = wait_for(&worker, "a remedy", |s| s.advice.is_some());
        spec.training.learning_rate = news.advice.as_ref().map(|advice| advice.learning_rate).unwrap();
        spec.training.batch = Batch::Full;
        worker.start(2, spec.check().unwrap(), false);
        worker.converge();
        let done = wait_for(&worker, "the end", |s| s.run_id == 2 && s.has_settled);
        assert!(!done.is_playing && done.advice.is_none() && done.epoch.is_multiple_of(10), "epoch {}", done.epoch);
    }
    #[test]
    fn a_run_that_was_left_comes_back_and_one_that_was_not_kept_starts_over() {
        let mut spec = ExperimentSpec::default();
        spec.training.epochs = 3;
        let worker = Worker::spawn(|| ()).unwrap();
        let checked = || spec.check().unwrap();
        worker.start(1, checked(), false);
        worker.play(3);
        let trained = wait_for(&worker, "the end", |snapshot| snapshot.epoch == 3);
        let left = crate::worker::LeftRun::default();
        worker.leave(left.clone(), false);
        let other = ExperimentSpec { seed: 77, ..spec.clone() };
        worker.start(2, other.check().unwrap(), false);
        wait_for(&worker, "other samples", |snapshot| snapshot.run_id == 2 && snapshot.phase == Phase::Ready);
        worker.come_back(3, checked(), left.clone());
        let back = wait_for(&worker, "the run", |snapshot| snapshot.run_id == 3 && snapshot.phase == Phase::Ready);
        assert_eq!(back.epoch, 3);
        for (back, trained) in back.runs.iter().zip(&trained.runs) {
            assert_eq!(back.per_class_recall, trained.per_class_recall);
        }
        // It was taken from its place, and another place has a run of other settings.
        worker.come_back(4, checked(), left);
        let anew = wait_for(&worker, "a start", |snapshot| snapshot.run_id == 4 && snapshot.phase == Phase::Ready);
        assert_eq!(anew.epoch, 0);
        let wrong = crate::worker::LeftRun::default();
        worker.leave(wrong.clone(), true);
        worker.come_back(5, other.check().unwrap(), wrong);
        let anew =
            wait_for(&worker, "other samples", |snapshot| snapshot.run_id == 5 && snapshot.phase == Phase::Ready);
        assert_eq!(anew.epoch, 0);
    }
}
