//! A comparison in training with all that is remembered of it: histories, models of earlier epochs, changes.

mod snapshots;

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use rayon::prelude::*;

use super::{
    TrainingSpeed,
    change_marks::ChangeMarks,
    samples::{Failure, PreparedSamples},
    timeline::Timeline,
};
use crate::{
    data::{DataError, Inspection, TableClasses},
    distribution::{Group, GroupRule},
    experiment::{
        Bands, CONVERGENCE_INTERVAL, CheckedSpec, Comparison, Convergence, DivergenceAdvice, ExperimentSpec, History,
        changes,
    },
    train::{Checkpoint, Status, Trainer},
    worker::{
        Goal, PlotData, RunSnapshot,
        snapshot::{LossShareHistories, PendingSnapshot, TrainingScenes},
    },
};

/// How long training goes on before commands are looked at.
const SLICE: Duration = Duration::from_millis(4);
/// A batch of all objectives that takes longer is halted between two of them.
const LONG_BATCH: Duration = Duration::from_millis(40);

/// A comparison with its history.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) run_id: u64,
    pub(super) spec: ExperimentSpec,
    pub(super) columns: Arc<[String]>,
    pub(super) classes: Option<Arc<TableClasses>>,
    /// When the next epoch or batch may begin.
    pub(super) due: Instant,
    groups: Vec<Group>,
    /// Thirds of the classes by rank, whatever the groups are.
    thirds: Vec<Group>,
    plot_data: Arc<PlotData>,
    inspection: Option<Arc<Inspection>>,
    comparison: Comparison,
    training_scenes: TrainingScenes,
    histories: BTreeMap<usize, History>,
    ownerships: LossShareHistories,
    timeline: Timeline,
    marks: ChangeMarks,
    /// Where to train to; the present epoch while paused.
    goal: Goal,
    /// Batches that were asked for one by one.
    n_batches_wanted: u64,
    /// Follows the objectives where the goal is convergence.
    convergence: Convergence,
    has_settled: bool,
    /// Whether the next batch is shown while paused, as it was asked for.
    shows_batch: bool,
    /// The epoch that is looked back at.
    looked_at: Option<u64>,
    advice: Option<Arc<DivergenceAdvice>>,
    n_diverged: usize,
    /// Batches that take about [`SLICE`].
    slice: u64,
    /// How long the last single batch took.
    batch_took: Duration,
    /// Whether a batch was halted that some objectives have had and others have not.
    is_out_of_step: bool,
    /// Counts what has changed the models, or what they are measured by.
    version: u64,
    /// What is being measured.
    in_the_making: Option<PendingSnapshot>,
    /// What was measured last, and what it shows.
    shown: Option<(PendingSnapshot, Vec<RunSnapshot>)>,
}

impl Job {
    pub(super) fn new(run_id: u64, checked: &CheckedSpec, samples: PreparedSamples) -> Result<Self, Failure> {
        let PreparedSamples { dataset, plot_data, classes, inspection } = samples;
        let names = inspection.iter().flat_map(|inspection| &inspection.columns).map(|column| column.name.clone());
        let columns = names.collect();
        let spec = checked.spec().clone();
        let mut job = Self {
            run_id,
            groups: spec.groups.assign(&dataset.counts),
            thirds: GroupRule::Thirds.assign(&dataset.counts),
            ownerships: LossShareHistories::new(Bands::of(&dataset.counts)),
            comparison: Comparison::new(checked, dataset, spec.first_seeds().init)
                .map_err(|error| (error.into(), classes.clone()))?,
            spec,
            plot_data,
            columns,
            classes,
            inspection,
            training_scenes: TrainingScenes::default(),
            histories: BTreeMap::new(),
            timeline: Timeline::default(),
            marks: ChangeMarks::default(),
            goal: Goal::Epoch(0),
            n_batches_wanted: 0,
            convergence: Convergence::default(),
            has_settled: false,
            shows_batch: false,
            looked_at: None,
            advice: None,
            n_diverged: 0,
            slice: 1,
            batch_took: Duration::ZERO,
            is_out_of_step: false,
            version: 0,
            in_the_making: None,
            shown: None,
            due: Instant::now(),
        };
        job.look_at_training_sets();
        job.record();
        Ok(job)
    }

    /// What it was made from, to be used again on the same data.
    pub(super) fn samples(&self) -> PreparedSamples {
        PreparedSamples {
            dataset: Arc::clone(self.comparison.dataset()),
            plot_data: Arc::clone(&self.plot_data),
            classes: self.classes.clone(),
            inspection: self.inspection.clone(),
        }
    }

    /// Memory of its models and, where nobody else will have them, of its samples, about, in bytes.
    pub(super) fn n_bytes(&self, with_samples: bool) -> usize {
        let dataset = self.comparison.dataset();
        let n_features = dataset.train.n_features();
        let tests = dataset.balanced_test.iter().chain(&dataset.natural_test).map(|test| test.len());
        let n_samples = if with_samples { dataset.train.len() + tests.sum::<usize>() } else { 0 };
        let n_parameters = self.spec.objectives.len() * dataset.counts.n_classes() * (n_features + 1);
        (n_samples * n_features + n_parameters) * size_of::<f32>()
    }

    /// Takes the place of the run in hand, paused where it was.
    pub(super) fn come_back(&mut self, run_id: u64) {
        self.run_id = run_id;
        self.looked_at = None;
        self.pause();
    }

    pub(super) fn change(&mut self, checked: &CheckedSpec) -> Result<(), DataError> {
        self.comparison.change(checked)?;
        self.version += 1;
        let made = changes(&self.spec, checked.spec());
        self.marks.add(self.comparison.epoch(), made, Instant::now());
        self.spec = checked.spec().clone();
        self.groups = self.spec.groups.assign(&self.plot_data.counts);
        // What was taken out, and what has to start again, has no past.
        let with_past: Vec<usize> =
            self.by_colour().filter(|(_, epoch)| *epoch > 0).map(|(colour, _)| colour).collect();
        self.histories.retain(|colour, _| with_past.contains(colour));
        self.ownerships.retain(&with_past);
        self.timeline.retain(|colour| with_past.contains(&colour));
        self.convergence = Convergence::default();
        self.has_settled = false;
        self.look_at_training_sets();
        self.record();
        self.look_for_remedy(true);
        Ok(())
    }

    pub(super) fn play(&mut self, goal: Goal) {
        (self.goal, self.n_batches_wanted) = (goal, 0);
        (self.shows_batch, self.has_settled) = (false, false);
        self.convergence = Convergence::default();
        self.looked_at = None;
        self.due = Instant::now();
    }

    pub(super) fn pause(&mut self) {
        (self.goal, self.n_batches_wanted) = (Goal::Epoch(self.comparison.epoch()), 0);
    }

    pub(super) fn step(&mut self) {
        // Steps that are asked for faster than they are trained add up.
        let wanted = match self.goal {
            Goal::Epoch(epoch) => epoch.max(self.comparison.epoch()),
            Goal::Convergence => self.comparison.epoch(),
        };
        self.play(Goal::Epoch(wanted + 1));
    }

    pub(super) fn step_batch(&mut self) {
        let n_batches = self.n_batches_wanted + 1;
        self.play(Goal::Epoch(self.comparison.epoch()));
        (self.n_batches_wanted, self.shows_batch) = (n_batches, true);
    }

    /// Shows an epoch of the past, or the present again; nothing is trained meanwhile.
    pub(super) fn look_at(&mut self, epoch: Option<u64>) {
        if epoch.is_some() {
            self.pause();
        }
        self.looked_at = epoch.filter(|&epoch| epoch < self.comparison.epoch());
    }

    fn is_playing(&self) -> bool {
        let is_there = match self.goal {
            Goal::Epoch(until) => self.comparison.epoch() >= until,
            Goal::Convergence => self.has_settled,
        };
        !is_there && !self.comparison.is_finished()
    }

    fn is_stepping(&self) -> bool {
        self.n_batches_wanted > 0 && !self.comparison.is_finished()
    }

    /// Whether a picture is in the making.
    pub(super) fn is_measuring(&self) -> bool {
        self.in_the_making.is_some()
    }

    pub(super) fn wants_to_train(&self) -> bool {
        self.is_playing() || self.is_stepping() || self.comparison.is_catching_up()
    }

    /// Whether some objectives have had a batch that others have not, as it was halted: they have it before anything is
    /// measured.
    pub(super) fn is_out_of_step(&self) -> bool {
        self.is_out_of_step
    }

    /// Trains for a moment; returns whether an epoch has been finished. Long batches are halted where the flag is raised.
    pub(super) fn train(&mut self, speed: TrainingSpeed, interrupt: &AtomicBool) -> bool {
        // An objective that catches up runs at full speed; the pace is that of the comparison.
        let is_catching_up = self.comparison.is_catching_up();
        let is_single = self.is_stepping() || matches!(speed, TrainingSpeed::Batches(_));
        let n_batches = if is_single && !is_catching_up { 1 } else { self.slice };
        let (start, before, places) = (Instant::now(), self.comparison.epoch(), self.places());
        let is_long = n_batches == 1 && self.batch_took > LONG_BATCH;
        let never = AtomicBool::new(false);
        self.comparison.train_batches(n_batches, if is_long { interrupt } else { &never });
        self.is_out_of_step = self.comparison.is_catching_up() && (self.is_out_of_step || !is_catching_up);
        if self.places() == places {
            // Told to stop before anything was done: what was asked for is still to be done.
            return false;
        }
        self.version += 1;
        let elapsed = start.elapsed();
        if n_batches == 1 && !is_catching_up && !self.is_out_of_step {
            self.batch_took = elapsed;
        }
        if elapsed < SLICE / 2 && n_batches == self.slice {
            self.slice = (self.slice * 2).min(1 << 20);
        } else if elapsed > SLICE * 2 {
            self.slice = (self.slice / 2).max(1);
        }
        let has_finished = self.comparison.epoch() > before;
        self.record();
        self.look_for_remedy(false);
        if !is_catching_up {
            self.n_batches_wanted = self.n_batches_wanted.saturating_sub(1);
        }
        if has_finished {
            self.look_for_convergence();
        }
        let pause = match speed {
            _ if is_catching_up => None,
            TrainingSpeed::Batches(n) => Some(n),
            TrainingSpeed::Epochs(n) if has_finished => Some(n),
            TrainingSpeed::Epochs(_) | TrainingSpeed::Unlimited => None,
        };
        // A late epoch delays the next ones rather than make them hurry.
        let due = pause.map_or(start, |per_second| self.due + Duration::from_secs_f64(1.0 / per_second));
        self.due = due.max(Instant::now());
        has_finished
    }

    /// Where each objective stands.
    fn places(&self) -> Vec<(u64, u64)> {
        self.comparison.trainers().map(|trainer| (trainer.epoch(), trainer.batch())).collect()
    }

    fn by_colour(&self) -> impl Iterator<Item = (usize, u64)> {
        let colours = self.spec.objectives.iter().map(|objective| objective.colour);
        colours.zip(self.comparison.trainers().map(Trainer::epoch))
    }

    /// Keeps the models of objectives that stand between two epochs.
    fn record(&mut self) {
        for (objective, trainer) in self.spec.objectives.iter().zip(self.comparison.trainers()) {
            let is_known = || {
                let known = self.timeline.at(objective.colour, trainer.epoch());
                known.is_some_and(|known| known.epoch() == trainer.epoch() && known.status() == trainer.status())
            };
            if trainer.batch() == 0 && self.timeline.wants(trainer.epoch(), trainer.status()) && !is_known() {
                self.timeline.record(objective.colour, trainer.checkpoint());
            }
        }
    }

    fn look_for_convergence(&mut self) {
        let epoch = self.comparison.epoch();
        if self.goal != Goal::Convergence || !epoch.is_multiple_of(CONVERGENCE_INTERVAL) {
            return;
        }
        let checkpoints: Vec<(usize, Checkpoint)> = self
            .spec
            .objectives
            .iter()
            .map(|objective| objective.colour)
            .zip(self.comparison.checkpoints())
            .filter(|(_, checkpoint)| *checkpoint.status() == Status::Training)
            .collect();
        let objectives: Vec<(usize, f64)> =
            checkpoints.par_iter().map(|(colour, checkpoint)| (*colour, checkpoint.objective())).collect();
        self.has_settled = self.convergence.note(epoch, objectives.into_iter());
    }

    /// Looks for a way out when another objective has diverged, or where the settings have changed.
    fn look_for_remedy(&mut self, has_changed: bool) {
        let is_diverged = |trainer: &&Trainer| matches!(trainer.status(), Status::Diverged(_));
        let n_diverged = self.comparison.trainers().filter(is_diverged).count();
        if has_changed || n_diverged != self.n_diverged {
            self.n_diverged = n_diverged;
            let names: Vec<&str> = self.spec.objectives.iter().map(|objective| objective.name.as_str()).collect();
            self.advice = DivergenceAdvice::of(&self.comparison, &names).map(Arc::new);
        }
    }

    fn look_at_training_sets(&mut self) {
        let n_epochs = self.spec.training.epochs;
        self.training_scenes.follow(
            self.comparison.training_sets(),
            self.comparison.dataset(),
            &self.plot_data,
            n_epochs,
        );
    }
}
