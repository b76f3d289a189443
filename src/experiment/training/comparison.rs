//! Objectives side by side on the same samples, from the same start, in the same order of batches, in step.

use std::sync::{Arc, atomic::AtomicBool};

use rayon::prelude::*;

use super::{Measured, measuring::measure};
use crate::{
    data::{DataError, Dataset, TrainingSet},
    experiment::{CheckedSpec, specification::training_sets},
    train::{BiasStart, Checkpoint, LinearModel, Status, Trainer},
};

/// A comparison in training, batch by batch.
///
/// All objectives stand at the same batch of the same epoch, but for those that have ended, those whose epochs are shorter
/// and wait for the next one, and those that were added later and catch up.
#[derive(Clone)]
pub struct Comparison {
    dataset: Arc<Dataset>,
    seed: u64,
    /// Epochs of the whole run, by which samplers that change over it go.
    n_epochs: u64,
    /// Where the comparison stands.
    now: Position,
    runs: Vec<Run>,
}

/// A place in the course of training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Epochs finished.
    pub epoch: u64,
    /// Batches of the next epoch that are done.
    pub batch: u64,
}

/// An objective in training.
#[derive(Clone)]
pub(in crate::experiment) struct Run {
    /// The objective's colour, by which it is known for as long as it is in the comparison.
    colour: usize,
    /// What it learns from.
    pub(in crate::experiment) set: Arc<TrainingSet>,
    /// The model.
    pub(in crate::experiment) trainer: Trainer,
    /// The order of the epoch in hand.
    order: Option<Order>,
    /// The epoch that was finished last, with its batches.
    finished: Option<Position>,
    /// Where its bias started, with π.
    bias_start: (BiasStart, f64),
    /// Class weights that begin later, with the first epoch that is trained with them.
    deferred: Option<(u64, Vec<f64>)>,
}

/// In which order an epoch looks at a training set.
#[derive(Clone)]
struct Order {
    set: Arc<TrainingSet>,
    epoch: u64,
    rows: Arc<[u32]>,
}

/// The batch that comes next for one objective, and what it will do.
#[derive(Debug, Clone)]
pub struct NextBatch {
    /// Its samples, as rows of the objective's training set.
    pub rows: Vec<u32>,
    /// The gradient on it at the parameters reached.
    pub gradient: LinearModel<f32>,
}

impl Comparison {
    /// Prepares the training sets and sets up a trainer for every objective.
    ///
    /// # Errors
    /// When a sampler would make more samples than the lab takes.
    pub fn new(checked: &CheckedSpec, dataset: Arc<Dataset>, seed: u64) -> Result<Self, DataError> {
        let n_epochs = checked.spec().training.epochs;
        let sets = training_sets(checked, &dataset, seed, &[])?;
        let start = |(idx, set)| Run::start(checked, idx, &dataset, set, seed);
        let runs = sets.into_iter().enumerate().map(start).collect();
        Ok(Self { dataset, seed, n_epochs, now: Position::default(), runs })
    }

    /// Takes over changed weights, losses, offsets, samplers and settings; each objective goes on from where it is.
    ///
    /// New objectives, and those whose bias is to start elsewhere, start at epoch 0 and catch up in the calls of
    /// [`Comparison::train_batches`] that follow; one with another sampler does so from the first batch of the epoch in
    /// hand.
    ///
    /// # Errors
    /// When a sampler would make more samples than the lab takes; nothing has changed then.
    pub fn change(&mut self, checked: &CheckedSpec) -> Result<(), DataError> {
        let known: Vec<Arc<TrainingSet>> = self.runs.iter().map(|run| Arc::clone(&run.set)).collect();
        let sets = training_sets(checked, &self.dataset, self.seed, &known)?;
        self.n_epochs = checked.spec().training.epochs;
        let mut old = std::mem::take(&mut self.runs);
        for ((idx, objective), set) in checked.objectives().iter().enumerate().zip(sets) {
            // A model that started elsewhere has to start again.
            let is_same =
                |run: &Run| run.colour == objective.colour && run.bias_start == (objective.bias_start, objective.prior);
            let run = match old.iter().position(is_same) {
                Some(place) => {
                    let mut run = old.swap_remove(place);
                    run.change(checked, idx, &self.dataset, set);
                    run
                }
                None => Run::start(checked, idx, &self.dataset, set, self.seed),
            };
            self.runs.push(run);
        }
        Ok(())
    }

    /// The samples.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Each objective's trainer, in the order of the specification.
    pub fn trainers(&self) -> impl ExactSizeIterator<Item = &Trainer> {
        self.runs.iter().map(|run| &run.trainer)
    }

    /// Each objective's training set, in the order of the specification; the same one where objectives sample alike.
    pub fn training_sets(&self) -> impl ExactSizeIterator<Item = &Arc<TrainingSet>> {
        self.runs.iter().map(|run| &run.set)
    }

    /// Epochs that the comparison has finished.
    pub fn epoch(&self) -> u64 {
        self.now.epoch
    }

    /// Where the comparison stands.
    pub fn position(&self) -> Position {
        self.now
    }

    /// Batches in the epoch in hand, of the objective that has most; `None` where nothing is left to train.
    pub fn n_batches(&self) -> Option<u64> {
        let training = self.runs.iter().filter(|run| run.is_training() && run.trainer.epoch() == self.now.epoch);
        training.map(|run| run.trainer.n_batches(run.set.samples().len())).max()
    }

    /// Whether an objective that was added later is still behind the others.
    pub fn is_catching_up(&self) -> bool {
        self.runs.iter().any(|run| run.is_training() && run.is_behind(self.now))
    }

    /// Whether no objective would change any more: all have converged or diverged.
    pub fn is_finished(&self) -> bool {
        !self.runs.iter().any(Run::is_training)
    }

    /// Trains one epoch: of those that lag behind, or else the rest of the present one of all.
    ///
    /// The stop flag is looked at once a batch; the objectives then stand at different batches, and the next call goes on
    /// from there.
    pub fn train_epoch(&mut self, stop: &AtomicBool) {
        self.train_batches(u64::MAX, stop);
    }

    /// Trains at most this many batches, and at most to the end of the epoch: of those that lag behind, or else of all.
    ///
    /// Where the stop flag is raised meanwhile, the next calls bring those that have not got so far to where the others are.
    pub fn train_batches(&mut self, most: u64, stop: &AtomicBool) {
        let now = self.now;
        let is_catching_up = self.is_catching_up();
        let behind = self.runs.iter().filter(|run| run.is_training() && (!is_catching_up || run.is_behind(now)));
        let Some(epoch) = behind.map(|run| run.trainer.epoch()).min() else { return };
        let n_epochs = self.n_epochs;
        let is_due =
            |run: &Run| run.is_training() && run.trainer.epoch() == epoch && (!is_catching_up || run.is_behind(now));
        // Those that catch up go no further than the others are.
        let until = if is_catching_up && epoch == now.epoch { now.batch } else { u64::MAX };
        let mut orders: Vec<Order> = self.runs.iter().filter_map(|run| run.order.clone()).collect();
        orders.retain(|order| order.epoch == epoch);
        let missing = self.runs.iter().filter(|run| is_due(run) && run.order_in(&orders, epoch).is_none());
        let mut sets: Vec<Arc<TrainingSet>> = Vec::new();
        for run in missing {
            if !sets.iter().any(|set| Arc::ptr_eq(set, &run.set)) {
                sets.push(Arc::clone(&run.set));
            }
        }
        orders.par_extend(sets.into_par_iter().map(|set| {
            let rows = set.epoch_order(epoch, n_epochs).into();
            Order { set, epoch, rows }
        }));
        self.runs.par_iter_mut().filter(|run| is_due(run)).for_each(|run| {
            run.order = run.order_in(&orders, epoch).cloned();
            let until = until.min(run.trainer.batch().saturating_add(most));
            run.train_to(until, n_epochs, stop);
        });
        self.advance(is_catching_up);
    }

    /// Moves the comparison to where its objectives are.
    fn advance(&mut self, is_catching_up: bool) {
        let is_in_hand = |run: &Run| run.is_training() && run.trainer.epoch() <= self.now.epoch;
        if !self.runs.iter().any(is_in_hand) {
            let epoch = self.trainers().map(Trainer::epoch).max().unwrap_or(0);
            self.now = Position { epoch: epoch.max(self.now.epoch), batch: 0 };
        } else if !is_catching_up {
            self.now.batch = self.runs.iter().filter_map(|run| run.batches_of(self.now.epoch)).max().unwrap_or(0);
        }
    }

    /// What the next batch will do, for each objective in the order of the specification; `None` for those that have ended
    /// or wait for the next epoch.
    pub fn next_batches(&self) -> Vec<Option<NextBatch>> {
        let next = |run: &Run| {
            if !run.is_training() || run.trainer.epoch() != self.now.epoch {
                return None;
            }
            let known = run.order.as_ref().filter(|order| order.is_of(&run.set, self.now.epoch));
            let rows = match known {
                Some(order) => Arc::clone(&order.rows),
                None => run.set.epoch_order(self.now.epoch, self.n_epochs).into(),
            };
            let gradient = run.trainer.next_gradient(&rows);
            Some(NextBatch { rows: run.trainer.next_rows(&rows).to_vec(), gradient })
        };
        self.runs.par_iter().map(next).collect()
    }

    /// Each objective as it stands, in the order of the specification.
    pub fn checkpoints(&self) -> Vec<Checkpoint> {
        self.trainers().map(Trainer::checkpoint).collect()
    }

    /// Measures objectives as they stand, or stood.
    pub fn measure(&self, checkpoints: &[Checkpoint]) -> Vec<Measured> {
        checkpoints.par_iter().map(|checkpoint| measure(checkpoint, &self.dataset)).collect()
    }
}

impl Order {
    fn is_of(&self, set: &Arc<TrainingSet>, epoch: u64) -> bool {
        Arc::ptr_eq(&self.set, set) && self.epoch == epoch
    }
}

impl Run {
    /// An objective at its start.
    pub(in crate::experiment) fn start(
        checked: &CheckedSpec,
        objective_idx: usize,
        dataset: &Dataset,
        set: Arc<TrainingSet>,
        seed: u64,
    ) -> Self {
        let recipe = checked.recipe(objective_idx, &dataset.counts, 0);
        let settings = checked.spec().training.settings();
        let mut trainer = Trainer::new(Arc::clone(set.samples()), recipe, settings, seed);
        trainer.expect_draws(set.draw_factors(0, checked.spec().training.epochs));
        let objective = &checked.objectives()[objective_idx];
        Self {
            colour: objective.colour,
            set,
            trainer,
            order: None,
            finished: None,
            bias_start: (objective.bias_start, objective.prior),
            deferred: deferred(checked, objective_idx, dataset),
        }
    }

    fn is_training(&self) -> bool {
        *self.trainer.status() == Status::Training
    }

    /// Whether it stands before a position; an epoch that is done counts for all its batches.
    fn is_behind(&self, position: Position) -> bool {
        Position { epoch: self.trainer.epoch(), batch: self.trainer.batch() } < position
    }

    /// Batches of an epoch that are done, where it is the one in hand or the one before.
    fn batches_of(&self, epoch: u64) -> Option<u64> {
        if self.trainer.epoch() == epoch {
            return Some(self.trainer.batch());
        }
        self.finished.filter(|finished| finished.epoch == epoch).map(|finished| finished.batch)
    }

    fn order_in<'a>(&self, orders: &'a [Order], epoch: u64) -> Option<&'a Order> {
        orders.iter().find(|order| order.is_of(&self.set, epoch))
    }

    /// Goes on with what has changed from the parameters reached.
    fn change(&mut self, checked: &CheckedSpec, objective_idx: usize, dataset: &Dataset, set: Arc<TrainingSet>) {
        // Between two epochs the one finished last is the one that the objective is measured by.
        let is_between = self.trainer.batch() == 0;
        let epoch = self.trainer.epoch().saturating_sub(u64::from(is_between));
        let recipe = checked.recipe(objective_idx, &dataset.counts, epoch);
        self.trainer.change(Arc::clone(set.samples()), recipe, checked.spec().training.settings());
        self.deferred = deferred(checked, objective_idx, dataset);
        self.trainer.expect_draws(set.draw_factors(epoch, checked.spec().training.epochs));
        self.set = set;
    }

    /// Trains the epoch in hand up to this many of its batches, in the order at hand.
    fn train_to(&mut self, n_batches: u64, n_epochs: u64, stop: &AtomicBool) {
        let Some(order) = self.order.clone() else { return };
        if self.is_training() {
            self.begin_epoch(n_epochs);
            let (epoch, batch) = (self.trainer.epoch(), self.trainer.n_batches(order.rows.len()));
            let most = n_batches.saturating_sub(self.trainer.batch());
            self.trainer.train_batches(&order.rows, most, stop);
            if self.trainer.epoch() > epoch {
                self.finished = Some(Position { epoch, batch });
            }
        }
    }

    /// Trains the next of `n_epochs` epochs in the order that the training set gives for it.
    pub(in crate::experiment) fn train_epoch(&mut self, order: &[u32], n_epochs: u64, stop: &AtomicBool) {
        if self.is_training() {
            self.begin_epoch(n_epochs);
            self.trainer.train_epoch(order, stop);
        }
    }

    fn begin_epoch(&mut self, n_epochs: u64) {
        if self.trainer.batch() == 0 {
            self.trainer.expect_draws(self.set.draw_factors(self.trainer.epoch(), n_epochs));
            if let Some((first_epoch, weights)) = &self.deferred
                && self.trainer.epoch() >= *first_epoch
            {
                self.trainer.weigh(weights);
            }
        }
    }
}

/// The class weights of an objective that begin later, and when.
fn deferred(checked: &CheckedSpec, objective_idx: usize, dataset: &Dataset) -> Option<(u64, Vec<f64>)> {
    let objective = &checked.objectives()[objective_idx];
    let first_epoch = objective.first_weighted_epoch(checked.spec().training.epochs);
    objective.is_deferred().then(|| (first_epoch, checked.class_weights(objective_idx, &dataset.counts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{Sampler, Seeds},
        experiment::{ExperimentSpec, ObjectiveSpec, Preset, Source},
        train::{Batch, Optimiser},
    };

    fn comparison(spec: &ExperimentSpec) -> Comparison {
        let checked = spec.check().unwrap();
        let dataset = Source::open(&checked).unwrap().dataset(Seeds::all(1)).unwrap();
        Comparison::new(&checked, Arc::new(dataset), 1).unwrap()
    }

    fn train(comparison: &mut Comparison, calls: usize) {
        for _ in 0..calls {
            comparison.train_epoch(&AtomicBool::new(false));
        }
    }

    #[test]
    fn an_objective_does_not_depend_on_its_company() {
        let spec = ExperimentSpec::default();
        let mut together = comparison(&spec);
        train(&mut together, 3);
        let alone_spec = ExperimentSpec { objectives: vec![spec.objectives[2].clone()], ..spec };
        let mut alone = comparison(&alone_spec);
        train(&mut alone, 3);
        let models: Vec<_> = together.trainers().map(Trainer::model).collect();
        assert_eq!(alone.trainers().next().map(Trainer::model), Some(models[2]));
    }

    #[test]
    fn deferred_weights_are_uniform_ones_first_and_then_the_schemes() {
        let mut spec = ExperimentSpec { objectives: Vec::new(), ..ExperimentSpec::default() };
        spec.training.epochs = 5;
        for preset in [Preset::Ce, Preset::DeferredCb, Preset::CbSoftmax] {
            spec.add_objective(preset.objective()).unwrap();
        }
        let mut comparison = comparison(&spec);
        let models = |comparison: &Comparison| comparison.trainers().map(|t| t.model().clone()).collect::<Vec<_>>();
        train(&mut comparison, 4);
        let before = models(&comparison);
        assert_eq!(before[0], before[1]);
        // From here on it minimises what CB minimises, with the momentum of CE.
        train(&mut comparison, 1);
        let after = models(&comparison);
        assert_ne!(after[0], after[1]);
        let weights = spec.check().unwrap().class_weights(2, &comparison.dataset().counts);
        assert_eq!(comparison.runs[1].deferred, Some((4, weights)));
        // In a longer run they begin later, so that they are taken away again.
        spec.training.epochs = 50;
        let objective = |comparison: &Comparison| comparison.measure(&comparison.checkpoints())[1].objective;
        let weighted = objective(&comparison);
        comparison.change(&spec.check().unwrap()).unwrap();
        assert_eq!(comparison.runs[1].deferred.as_ref().map(|(first_epoch, _)| *first_epoch), Some(40));
        assert!(objective(&comparison) < weighted, "unweighted the frequent classes, learnt well, count most");
    }

    #[test]
    fn adjusting_at_test_time_trains_as_ce_and_predicts_rarer_classes_more_often() {
        let mut spec = ExperimentSpec { objectives: Vec::new(), ..ExperimentSpec::default() };
        for preset in [Preset::Ce, Preset::CeAdjusted, Preset::BalancedSoftmax] {
            spec.add_objective(preset.objective()).unwrap();
        }
        let mut comparison = comparison(&spec);
        train(&mut comparison, 3);
        let models: Vec<_> = comparison.trainers().map(Trainer::model).collect();
        assert_eq!(models[0], models[1]);
        assert_ne!(models[0], models[2]);
        let tail_recall = |measured: &Measured| measured.evaluated.per_class_recall()[9].unwrap();
        let measured = comparison.measure(&comparison.checkpoints());
        assert!(tail_recall(&measured[1]) > tail_recall(&measured[0]), "{measured:?}");
        assert_eq!(measured[0].objective, measured[1].objective);
    }

    #[test]
    fn another_start_of_the_bias_starts_that_objective_again() {
        let mut spec = ExperimentSpec::default();
        let mut comparison = comparison(&spec);
        train(&mut comparison, 2);
        spec.objectives[1].bias_start = BiasStart::ClassShares;
        comparison.change(&spec.check().unwrap()).unwrap();
        let epochs: Vec<u64> = comparison.trainers().map(Trainer::epoch).collect();
        assert_eq!(epochs, [2, 0, 2, 2]);
        let shares: Vec<f64> = comparison.runs[1].trainer.model().bias().iter().map(|&b| f64::from(b).exp()).collect();
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-6 && shares[0] > shares[9]);
    }

    #[test]
    fn an_objective_added_later_catches_up_to_the_same_model() {
        let mut spec = ExperimentSpec::default();
        let mut late = comparison(&spec);
        train(&mut late, 3);
        spec.add_objective(Preset::CbFocal.objective()).unwrap();
        late.change(&spec.check().unwrap()).unwrap();
        assert!(late.is_catching_up());
        train(&mut late, 3);
        assert!(!late.is_catching_up());
        let mut early = comparison(&spec);
        train(&mut early, 3);
        assert!(early.trainers().map(Trainer::model).eq(late.trainers().map(Trainer::model)));
    }

    #[test]
    fn removing_an_objective_leaves_the_others_where_they_are() {
        let mut spec = ExperimentSpec::default();
        let mut comparison = comparison(&spec);
        train(&mut comparison, 2);
        let kept = comparison.trainers().nth(3).map(|trainer| trainer.model().clone());
        spec.objectives.remove(0);
        comparison.change(&spec.check().unwrap()).unwrap();
        assert_eq!(comparison.trainers().nth(2).map(|trainer| trainer.model().clone()), kept);
    }

    #[test]
    fn batch_by_batch_with_breaks_all_objectives_keep_step_and_reach_the_same_models() {
        let mut whole = comparison(&sampled());
        train(&mut whole, 3);
        let mut slow = comparison(&sampled());
        let go = AtomicBool::new(false);
        let mut n_calls = 0;
        while slow.epoch() < 3 {
            let before = slow.position();
            slow.train_batches(1 + n_calls % 5, &go);
            n_calls += 1;
            assert!(slow.position() > before && !slow.is_catching_up());
            let now = slow.position();
            for trainer in slow.trainers() {
                let place = (trainer.epoch(), trainer.batch());
                assert!(place == (now.epoch, now.batch) || place == (now.epoch + 1, 0), "{place:?} at {now:?}");
            }
        }
        // Stopped in the middle of an epoch, each where it is, they find together again.
        slow.train_batches(3, &go);
        slow.train_epoch(&AtomicBool::new(true));
        whole.train_epoch(&go);
        while slow.epoch() < 4 {
            slow.train_epoch(&go);
        }
        assert!(slow.trainers().map(Trainer::model).eq(whole.trainers().map(Trainer::model)));
    }

    #[test]
    fn where_one_got_further_before_the_stop_the_others_follow_to_the_same_batch() {
        let go = AtomicBool::new(false);
        for (batch, n_batches) in [(Batch::Size(64), 7), (Batch::Full, 1)] {
            let mut spec = ExperimentSpec::default();
            spec.training.batch = batch;
            let mut stopped = comparison(&spec);
            train(&mut stopped, 2);
            let mut whole = comparison(&spec);
            train(&mut whole, 2);
            // As if the flag had been raised after the second objective.
            for run in &mut stopped.runs[..2] {
                let rows = run.set.epoch_order(2, stopped.n_epochs).into();
                run.order = Some(Order { set: Arc::clone(&run.set), epoch: 2, rows });
                run.train_to(n_batches, stopped.n_epochs, &go);
            }
            stopped.advance(false);
            assert_eq!(stopped.position(), Position { epoch: 2, batch: n_batches });
            assert!(stopped.is_catching_up());
            while stopped.is_catching_up() {
                stopped.train_batches(1, &go);
            }
            whole.train_batches(n_batches, &go);
            assert_eq!(stopped.position(), whole.position(), "{batch:?}");
            assert!(stopped.trainers().map(Trainer::model).eq(whole.trainers().map(Trainer::model)));
            let places =
                |comparison: &Comparison| comparison.trainers().map(|t| (t.epoch(), t.batch())).collect::<Vec<_>>();
            assert_eq!(places(&stopped), places(&whole));
        }
    }

    #[test]
    fn an_objective_that_comes_in_mid_epoch_catches_up_to_the_batch_of_the_others() {
        let mut spec = ExperimentSpec::default();
        let mut late = comparison(&spec);
        let go = AtomicBool::new(false);
        train(&mut late, 2);
        late.train_batches(10, &go);
        spec.add_objective(Preset::CbFocal.objective()).unwrap();
        late.change(&spec.check().unwrap()).unwrap();
        let now = late.position();
        while late.is_catching_up() {
            late.train_batches(7, &go);
        }
        assert_eq!(late.position(), now);
        let mut early = comparison(&spec);
        train(&mut early, 2);
        early.train_batches(10, &go);
        assert!(early.trainers().map(Trainer::model).eq(late.trainers().map(Trainer::model)));
    }

    /// Training for a few epochs: five objectives that differ in nothing but the sampler, one twice.
    fn sampled() -> ExperimentSpec {
        let mut spec = ExperimentSpec { objectives: Vec::new(), ..ExperimentSpec::default() };
        spec.training.epochs = 4;
        for sampler in Sampler::ALL {
            spec.add_objective(ObjectiveSpec { sampler, ..Preset::Ce.objective() }).unwrap();
        }
        spec.add_objective(ObjectiveSpec { sampler: Sampler::Smote, ..Preset::Ce.objective() }).unwrap();
        spec
    }

    #[test]
    fn objectives_with_the_same_sampler_see_the_same_batches_and_others_learn_otherwise() {
        let mut comparison = comparison(&sampled());
        train(&mut comparison, 3);
        let models: Vec<_> = comparison.trainers().map(Trainer::model).collect();
        assert_eq!(models[6], models[7]);
        for a in 0..7 {
            for b in 0..a {
                assert_ne!(models[a], models[b], "{:?} {:?}", Sampler::ALL[a], Sampler::ALL[b]);
            }
        }
    }

    #[test]
    fn a_sampler_does_not_touch_the_objectives_beside_it() {
        let mut alone = comparison(&ExperimentSpec::default());
        train(&mut alone, 3);
        let mut spec = ExperimentSpec::default();
        spec.add_objective(Preset::CeSmote.objective()).unwrap();
        let mut together = comparison(&spec);
        train(&mut together, 3);
        assert!(together.trainers().map(Trainer::model).take(4).eq(alone.trainers().map(Trainer::model)));
    }

    #[test]
    fn a_change_of_sampler_goes_on_from_the_parameters_reached_and_leaves_the_others() {
        let mut spec = ExperimentSpec::default();
        let mut comparison = comparison(&spec);
        train(&mut comparison, 2);
        let models = |comparison: &Comparison| comparison.trainers().map(|t| t.model().clone()).collect::<Vec<_>>();
        let before = models(&comparison);
        for sampler in Sampler::ALL {
            spec.objectives[0].sampler = sampler;
            comparison.change(&spec.check().unwrap()).unwrap();
            assert_eq!((models(&comparison), comparison.epoch()), (before.clone(), 2), "{sampler:?}");
        }
        spec.objectives[0].sampler = Sampler::UnderSampling;
        comparison.change(&spec.check().unwrap()).unwrap();
        train(&mut comparison, 1);
        let mut unchanged = self::comparison(&ExperimentSpec::default());
        train(&mut unchanged, 3);
        let (changed, unchanged) = (models(&comparison), models(&unchanged));
        assert_eq!(changed[1..], unchanged[1..]);
        assert_ne!(changed[0], unchanged[0]);
        assert_eq!(comparison.epoch(), 3);
    }

    #[test]
    fn under_lbfgs_class_balanced_draws_are_balanced_weights() {
        let mut spec = ExperimentSpec::default();
        spec.training.optimiser = Optimiser::Lbfgs;
        spec.training.l2 = 0.01;
        spec.objectives.truncate(2);
        spec.objectives[0].sampler = Sampler::ClassBalanced;
        let mut comparison = comparison(&spec);
        train(&mut comparison, 300);
        assert!(comparison.is_finished());
        let [drawn, weighted] = [0, 1].map(|idx| comparison.trainers().nth(idx).map(Trainer::objective).unwrap());
        assert!((drawn - weighted).abs() < 1e-12, "{drawn} {weighted}");
    }

    #[test]
    fn figures_do_not_depend_on_the_number_of_threads() {
        let trained = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut comparison = comparison(&sampled());
                train(&mut comparison, 4);
                let measured = comparison
                    .measure(&comparison.checkpoints())
                    .into_iter()
                    .map(|measured| measured.objective)
                    .collect::<Vec<_>>();
                (comparison.trainers().map(|t| t.model().clone()).collect::<Vec<_>>(), measured)
            })
        };
        assert!(trained(1) == trained(4));
    }
}
