//! The worker thread: obeys commands, trains, and publishes snapshots.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;

use super::{Command, Phase, RunSnapshot, Scene, Signals, Snapshot, TrainingScene, tables::Tables};
use crate::{
    data::{DataError, Dataset, Imported, Inspection, Sampler, TableClasses, TrainingSet},
    distribution::Group,
    experiment::{CheckedSpec, Comparison, ExperimentError, ExperimentSpec, History, Measured, Source},
    train::Trainer,
};

/// Time between two snapshots: no more than about 60 a second.
const SNAPSHOT_INTERVAL: Duration = Duration::from_millis(16);

pub(super) struct Engine {
    inbox: Receiver<Command>,
    newest: Arc<ArcSwap<Snapshot>>,
    signals: Signals,
    wake: Box<dyn Fn() + Send>,
    pace: f64,
    last_published: Instant,
    job: Option<Job>,
    tables: Tables,
    /// Whether the next start reads its file again, because one that was superseded should have.
    must_reload: bool,
}

/// Samples with what is drawn of them, and what is known of the table that they come from.
struct Samples {
    dataset: Arc<Dataset>,
    scene: Arc<Scene>,
    classes: Option<Arc<TableClasses>>,
    inspection: Option<Arc<Inspection>>,
}

/// A comparison with its history.
struct Job {
    run_id: u64,
    spec: ExperimentSpec,
    groups: Vec<Group>,
    scene: Arc<Scene>,
    columns: Arc<[String]>,
    classes: Option<Arc<TableClasses>>,
    inspection: Option<Arc<Inspection>>,
    comparison: Comparison,
    training_scenes: Vec<KnownScene>,
    histories: BTreeMap<usize, History>,
    /// The epoch to train to; the present one while paused.
    until: u64,
    /// When the next epoch may begin.
    due: Instant,
}

/// A training set that was looked at, under this number of epochs.
struct KnownScene {
    set: Arc<TrainingSet>,
    n_epochs: u64,
    scene: Arc<TrainingScene>,
}

impl Engine {
    pub(super) fn new(
        inbox: Receiver<Command>,
        newest: Arc<ArcSwap<Snapshot>>,
        signals: Signals,
        tables: Tables,
        wake: Box<dyn Fn() + Send>,
    ) -> Self {
        let (pace, last_published) = (f64::INFINITY, Instant::now());
        Self { inbox, newest, signals, wake, pace, last_published, job: None, tables, must_reload: false }
    }

    /// Lives until told to quit; one core is left to the window.
    pub(super) fn run(self) {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(cores.saturating_sub(1).max(1))
            .thread_name(|idx| format!("trainer {idx}"))
            .build();
        match pool {
            Ok(pool) => pool.install(|| self.obey()),
            Err(_) => self.obey(),
        }
    }

    fn obey(mut self) {
        loop {
            match self.next_command() {
                Ok(Some(Command::Quit)) | Err(()) => return,
                Ok(Some(command @ Command::Start { .. })) => {
                    for command in self.with_what_waits(command) {
                        if matches!(command, Command::Quit) {
                            return;
                        }
                        self.carry_out(command);
                    }
                }
                Ok(Some(command)) => self.carry_out(command),
                Ok(None) => self.train(),
            }
        }
    }

    /// A start and the commands behind it, without those that a later start makes pointless: while a slider is dragged
    /// there is one in every frame.
    fn with_what_waits(&self, start: Command) -> Vec<Command> {
        let mut commands = vec![start];
        while let Ok(mut next) = self.inbox.try_recv() {
            if let Command::Start { reload, .. } = &mut next {
                *reload |= commands.iter().any(|command| matches!(command, Command::Start { reload: true, .. }));
                commands.retain(|command| matches!(command, Command::Pace(_) | Command::Quit));
            }
            commands.push(next);
        }
        commands
    }

    /// The next command; `None` when it is time to train instead, `Err` when there is nobody left to obey.
    fn next_command(&self) -> Result<Option<Command>, ()> {
        let wait = match &self.job {
            Some(job) if job.wants_to_train() => job.due.saturating_duration_since(Instant::now()),
            _ => return self.inbox.recv().map(Some).map_err(|_| ()),
        };
        match self.inbox.recv_timeout(wait) {
            Ok(command) => Ok(Some(command)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(()),
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Start { run_id, checked, reload } => return self.start(run_id, &checked, reload),
            Command::Pace(pace) => self.pace = pace,
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
            Command::Play { until } => {
                if let Some(job) = &mut self.job {
                    job.until = until;
                    job.due = Instant::now();
                }
            }
            Command::Pause => {
                if let Some(job) = &mut self.job {
                    job.until = job.comparison.epoch();
                }
            }
            Command::Step => {
                if let Some(job) = &mut self.job {
                    // Steps that are asked for faster than they are trained add up.
                    job.until = job.until.max(job.comparison.epoch()) + 1;
                    job.due = Instant::now();
                }
            }
        }
        self.publish();
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
            Some(job) => Ok(Samples {
                dataset: Arc::clone(job.comparison.dataset()),
                scene: job.scene,
                classes: job.classes,
                inspection: job.inspection,
            }),
            None => {
                self.table(run_id, checked).map_err(|error| (error, None)).and_then(|table| samples(checked, table))
            }
        };
        match samples.and_then(|samples| Job::new(run_id, checked, samples)) {
            Ok(job) => {
                self.job = Some(job);
                self.publish();
            }
            // What comes next waits already.
            Err((ExperimentError::Data(DataError::Cancelled), _)) if self.signals.interrupt.load(Ordering::SeqCst) => {}
            Err((error, classes)) => self.fail(run_id, Source::columns(checked).into(), classes, &error),
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
        // An objective that catches up runs at full speed; the pace is that of the comparison.
        let is_catching_up = job.comparison.is_catching_up();
        job.comparison.train_epoch(&self.signals.interrupt);
        if self.signals.interrupt.load(Ordering::Relaxed) {
            return;
        }
        if !is_catching_up && self.pace.is_finite() {
            // A late epoch delays the next ones rather than make them hurry.
            job.due = (job.due + Duration::from_secs_f64(1.0 / self.pace.max(0.01))).max(Instant::now());
        } else {
            job.due = Instant::now();
        }
        // Before a long wait this is the newest that there is to see.
        let is_waiting = job.due.saturating_duration_since(Instant::now()) >= SNAPSHOT_INTERVAL;
        if !job.wants_to_train() || is_waiting || self.last_published.elapsed() >= SNAPSHOT_INTERVAL {
            self.publish();
        }
    }

    fn publish(&mut self) {
        if let Some(job) = &mut self.job {
            let snapshot = job.snapshot();
            self.send(snapshot);
        }
    }

    fn send(&mut self, snapshot: Snapshot) {
        self.newest.store(Arc::new(snapshot));
        self.last_published = Instant::now();
        (self.wake)();
    }
}

/// Why there is nothing to train, and the classes of the table, which may be known all the same.
type Failure = (ExperimentError, Option<Arc<TableClasses>>);

/// Makes the samples, and looks at them; where they cannot be had, the classes of the table may be known all the same.
fn samples(checked: &CheckedSpec, table: Option<Imported>) -> Result<Samples, Failure> {
    let classes = table.as_ref().map(|imported| Arc::new(TableClasses::of(&imported.table)));
    let inspection = table.as_ref().map(|imported| Arc::clone(&imported.inspection));
    let dataset = Source::of(checked, table)
        .and_then(|source| Ok(source.dataset(checked.spec().first_seeds())?))
        .map_err(|error| (error, classes.clone()))?;
    let scene = Arc::new(Scene::of(&dataset));
    Ok(Samples { dataset: Arc::new(dataset), scene, classes, inspection })
}

impl Job {
    fn new(run_id: u64, checked: &CheckedSpec, samples: Samples) -> Result<Self, Failure> {
        let Samples { dataset, scene, classes, inspection } = samples;
        let names = inspection.iter().flat_map(|inspection| &inspection.columns).map(|column| column.name.clone());
        let columns = names.collect();
        let spec = checked.spec().clone();
        let mut job = Self {
            run_id,
            groups: spec.groups.assign(&dataset.counts),
            comparison: Comparison::new(checked, dataset, spec.first_seeds().init)
                .map_err(|error| (error.into(), classes.clone()))?,
            spec,
            scene,
            columns,
            classes,
            inspection,
            training_scenes: Vec::new(),
            histories: BTreeMap::new(),
            until: 0,
            due: Instant::now(),
        };
        job.look_at_training_sets();
        Ok(job)
    }

    fn change(&mut self, checked: &CheckedSpec) -> Result<(), DataError> {
        self.comparison.change(checked)?;
        self.spec = checked.spec().clone();
        self.groups = self.spec.groups.assign(&self.scene.counts);
        let colours: Vec<usize> = self.spec.objectives.iter().map(|objective| objective.colour).collect();
        self.histories.retain(|colour, _| colours.contains(colour));
        self.look_at_training_sets();
        Ok(())
    }

    /// Prepares what is drawn of each training set, once; a snapshot only points to it.
    fn look_at_training_sets(&mut self) {
        let known = std::mem::take(&mut self.training_scenes);
        let n_epochs = self.spec.training.epochs;
        for set in self.comparison.training_sets() {
            let sampler = set.sampling().sampler();
            let is_current = |known: &&KnownScene| {
                Arc::ptr_eq(&known.set, set) && (known.n_epochs == n_epochs || !sampler.changes_over_epochs())
            };
            if sampler == Sampler::Instance || self.training_scenes.iter().any(|known| is_current(&known)) {
                continue;
            }
            let scene = match known.iter().find(is_current) {
                Some(known) => Arc::clone(&known.scene),
                None => Arc::new(TrainingScene::of(self.comparison.dataset(), &self.scene, set, n_epochs)),
            };
            self.training_scenes.push(KnownScene { set: Arc::clone(set), n_epochs, scene });
        }
    }

    fn training_scene(&self, set: &Arc<TrainingSet>) -> Option<Arc<TrainingScene>> {
        let found = self.training_scenes.iter().find(|known| Arc::ptr_eq(&known.set, set));
        found.map(|known| Arc::clone(&known.scene))
    }

    fn wants_to_train(&self) -> bool {
        let is_playing = self.comparison.epoch() < self.until && !self.comparison.is_finished();
        is_playing || self.comparison.is_catching_up()
    }

    /// Measures every objective and adds the figures to its history.
    fn snapshot(&mut self) -> Snapshot {
        let measured = self.comparison.measure(&self.comparison.moments());
        let mut runs = Vec::with_capacity(measured.len());
        let sets = self.comparison.training_sets().map(|set| self.training_scene(set)).collect::<Vec<_>>();
        let objectives = self.spec.objectives.iter().zip(sets);
        for ((trainer, measured), (objective, training)) in self.comparison.trainers().zip(&measured).zip(objectives) {
            let history = self.histories.entry(objective.colour).or_default();
            history.push(trainer.epoch(), RunSnapshot::values(measured, &self.groups));
            let run = run_snapshot(objective.colour, trainer, measured, &self.groups, history, &self.scene);
            runs.push(RunSnapshot { training, ..run });
        }
        Snapshot {
            run_id: self.run_id,
            phase: Phase::Ready,
            epoch: self.comparison.epoch(),
            is_playing: self.comparison.epoch() < self.until && !self.comparison.is_finished(),
            is_finished: self.comparison.is_finished(),
            scene: Some(Arc::clone(&self.scene)),
            reading: None,
            inspection: self.inspection.clone(),
            columns: Arc::clone(&self.columns),
            classes: self.classes.clone(),
            runs,
        }
    }
}

fn run_snapshot(
    colour: usize,
    trainer: &Trainer,
    measured: &Measured,
    groups: &[Group],
    history: &History,
    scene: &Scene,
) -> RunSnapshot {
    let matrix = &measured.evaluated;
    RunSnapshot {
        colour,
        epoch: trainer.epoch(),
        status: trainer.status().clone(),
        per_class_recall: matrix.per_class_recall(),
        macro_recall: matrix.macro_recall(),
        natural_accuracy: measured.natural_accuracy,
        worst: matrix.worst_class(),
        groups: Group::ALL.map(|group| matrix.group_recall(groups, group)),
        objective: measured.objective,
        history: Arc::new(history.clone()),
        regions: scene.raster.regions(&trainer.predictor()).into(),
        training: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Worker;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::experiment::Preset;

    /// Waits for a snapshot that fulfils a condition, with a deadline.
    fn wait_for(worker: &Worker, what: &str, is_met: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let snapshot = worker.newest();
            if is_met(&snapshot) {
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
        let hooks = crate::experiment::Hooks { stop: &AtomicBool::new(false), on_epochs: &|_| {}, clock: &|| 0.0 };
        let records = crate::experiment::run(&checked, &Source::open(&checked).unwrap(), &hooks).unwrap();
        for (run, record) in done.runs.iter().zip(&records) {
            assert_eq!(run.per_class_recall, record.per_class_recall());
            assert_eq!(Some(run.objective), record.training_objective);
            assert_eq!(run.natural_accuracy, record.natural_accuracy);
        }
    }

    #[test]
    fn step_trains_one_epoch_and_pause_stops() {
        let worker = started(&ExperimentSpec::default());
        worker.step();
        wait_for(&worker, "one epoch", |s| s.epoch == 1 && !s.is_playing);
        worker.set_pace(200.0);
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
}
