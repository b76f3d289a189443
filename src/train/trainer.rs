//! Trains one objective, a batch or an epoch a call.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    Batch, Checkpoint, ClassTerms, ConfusionMatrix, Divergence, LinearModel, Optimiser, Problem, Recipe, Rows, Status,
    TrainSettings, Workspace,
    checkpoint::{self, Params},
    dispatch,
    kernel::{Batches, Descent},
    lbfgs::{Lbfgs, Outcome},
    optimiser::{Step, StepState},
};
use crate::data::Samples;

/// A run counts as diverged when its mean loss exceeds that of the start this many times.
const DIVERGENCE_FACTOR: f64 = 100.0;

/// A model in training.
#[derive(Clone)]
pub struct Trainer {
    /// Shared with the checkpoints that were taken since it changed last.
    problem: Arc<Problem>,
    settings: TrainSettings,
    /// The problem's class weights and offsets in the training precision.
    terms: ClassTerms<f32>,
    /// What is added to the bias when the model predicts, shape `[n_classes]` or empty.
    test_offsets: Arc<[f64]>,
    model: LinearModel<f32>,
    state: StepState,
    lbfgs: Option<Lbfgs>,
    status: Status,
    epoch: u64,
    /// How far the epoch in hand is.
    cursor: Cursor,
    /// Of the batch in hand; kept so that its memory is asked for once.
    gradient: Vec<f32>,
    /// Of the batch in hand, too.
    workspace: Workspace<f32>,
    initial_loss: f64,
}

/// How far an epoch is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Cursor {
    /// Place in the epoch's order of samples.
    next_row: usize,
    n_batches: u64,
    /// Sum of the objective over these batches.
    loss_sum: f64,
}

impl Trainer {
    /// Starts from initial weights that depend on the seed alone, and the recipe's bias.
    ///
    /// The labels of `samples` lie below `n_classes`.
    pub fn new(samples: Arc<Samples>, recipe: Recipe, settings: TrainSettings, seed: u64) -> Self {
        let Recipe { loss, class_weights, negative_weights, offsets, initial_bias } = recipe;
        let model = LinearModel::initial(samples.n_features(), &initial_bias, seed);
        let draw_factors = vec![1.0; class_weights.len()];
        let (l2, reduction) = (settings.l2, settings.reduction);
        let test_offsets = offsets.test().into();
        let problem =
            Arc::new(Problem { samples, loss, class_weights, negative_weights, offsets, draw_factors, l2, reduction });
        let state = StepState::new(model.params().len());
        let mut trainer = Self {
            terms: ClassTerms::default(),
            test_offsets,
            problem,
            settings,
            model,
            state,
            lbfgs: None,
            status: Status::Training,
            epoch: 0,
            cursor: Cursor::default(),
            gradient: Vec::new(),
            workspace: Workspace::default(),
            initial_loss: 0.0,
        };
        trainer.problem_changed();
        trainer
    }

    /// Goes on with other samples, another recipe or other settings from the parameters reached; does nothing where they
    /// are the same. `samples` have the features and classes of those before; where they are others, the epoch in hand
    /// begins anew, as its order is one of the samples before. The recipe's initial bias is not looked at.
    pub fn change(&mut self, samples: Arc<Samples>, recipe: Recipe, settings: TrainSettings) {
        let Recipe { loss, class_weights, negative_weights, offsets, .. } = recipe;
        self.test_offsets = offsets.test().into();
        let problem = &self.problem;
        let has_same_samples = Arc::ptr_eq(&problem.samples, &samples);
        let has_same_terms = problem.class_weights == class_weights
            && problem.negative_weights == negative_weights
            && (problem.offsets.training(), problem.offsets.margins()) == (offsets.training(), offsets.margins());
        if has_same_samples && has_same_terms && problem.loss == loss && self.settings == settings {
            return;
        }
        if !has_same_samples {
            self.cursor = Cursor::default();
        }
        let problem = Arc::make_mut(&mut self.problem);
        problem.samples = samples;
        problem.loss = loss;
        problem.class_weights = class_weights;
        problem.negative_weights = negative_weights;
        problem.offsets = offsets;
        self.optimise_with(settings);
    }

    /// Goes on with other settings from the parameters reached, on the same samples and for the same objective.
    pub fn optimise_with(&mut self, settings: TrainSettings) {
        if settings.optimiser != self.settings.optimiser {
            self.state = StepState::new(self.model.params().len());
        }
        let problem = Arc::make_mut(&mut self.problem);
        problem.l2 = settings.l2;
        problem.reduction = settings.reduction;
        self.settings = settings;
        self.problem_changed();
    }

    /// Goes on with other class weights, shape `[n_classes]`, from the parameters reached.
    pub fn weigh(&mut self, class_weights: &[f64]) {
        if self.problem.class_weights != class_weights {
            Arc::make_mut(&mut self.problem).class_weights = class_weights.to_vec();
            self.problem_changed();
        }
    }

    /// Says how often the mini-batches of the epochs that follow draw each class; see [`Problem::draw_factors`]. Goes on
    /// from the parameters reached.
    pub fn expect_draws(&mut self, draw_factors: Vec<f64>) {
        if self.problem.draw_factors != draw_factors {
            Arc::make_mut(&mut self.problem).draw_factors = draw_factors;
            self.problem_changed();
        }
    }

    fn problem_changed(&mut self) {
        if matches!(self.status, Status::Converged { .. }) {
            self.status = Status::Training;
        }
        self.terms = self.problem.terms();
        let start = self.lbfgs.take().map_or_else(|| self.model.convert(), |lbfgs| lbfgs.model().clone());
        if self.settings.optimiser == Optimiser::Lbfgs {
            self.lbfgs = Some(Lbfgs::new(Problem::clone(&self.problem), start));
        }
        self.initial_loss = self.problem.at_zero();
    }

    /// How it is trained.
    pub fn settings(&self) -> &TrainSettings {
        &self.settings
    }

    /// Epochs finished.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Where the run stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The model in training precision.
    pub fn model(&self) -> &LinearModel<f32> {
        &self.model
    }

    /// Batches that the epoch in hand has had; 0 between two epochs.
    pub fn batch(&self) -> u64 {
        self.cursor.n_batches
    }

    /// Batches of an epoch with `n_rows` rows in its order: those the epoch in hand has had and those to come.
    pub fn n_batches(&self, n_rows: usize) -> u64 {
        match self.settings.batch {
            Batch::Size(size) if self.lbfgs.is_none() => {
                self.cursor.n_batches + n_rows.saturating_sub(self.cursor.next_row).div_ceil(size) as u64
            }
            _ => self.cursor.n_batches + 1,
        }
    }

    /// The part of an epoch's order that the next mini-batch looks at; all of it for a full batch.
    pub fn next_rows<'a>(&self, order: &'a [u32]) -> &'a [u32] {
        match self.settings.batch {
            Batch::Size(size) if self.lbfgs.is_none() => {
                let start = self.cursor.next_row.min(order.len());
                &order[start..start.saturating_add(size).min(order.len())]
            }
            _ => order,
        }
    }

    /// Trains the rest of the epoch in hand, in the given order of samples; see
    /// [`TrainingSet::epoch_order`](crate::data::TrainingSet::epoch_order).
    ///
    /// Does nothing for a run that has diverged or converged. `stop` is looked at once a batch; an epoch that was cut
    /// short does not count yet, and the next call goes on with its next batch.
    pub fn train_epoch(&mut self, order: &[u32], stop: &AtomicBool) {
        self.train_batches(order, u64::MAX, stop);
    }

    /// Trains the next batch of an epoch (one iteration for L-BFGS, and an epoch of its own); `order` is that of the
    /// whole epoch. Does nothing for a run that has diverged or converged.
    pub fn train_batch(&mut self, order: &[u32]) {
        self.train_batches(order, 1, &AtomicBool::new(false));
    }

    /// Trains at most this many batches of the epoch in hand; see [`Trainer::train_epoch`].
    pub fn train_batches(&mut self, order: &[u32], most: u64, stop: &AtomicBool) {
        let (epoch, first) = (self.epoch, self.cursor.n_batches);
        let n_done = |trainer: &Self| trainer.cursor.n_batches - first;
        while self.status == Status::Training
            && self.epoch == epoch
            && n_done(self) < most
            && !stop.load(Ordering::Relaxed)
        {
            let left = &order[self.cursor.next_row.min(order.len())..];
            match self.settings.batch {
                Batch::Size(size) if self.lbfgs.is_none() && !left.is_empty() => {
                    self.descend(Batches { rows: left, size, most: most - n_done(self), stop });
                }
                _ => {
                    self.cursor.loss_sum +=
                        if self.lbfgs.is_some() { self.lbfgs_iteration() } else { self.full_step() };
                    self.cursor.n_batches += 1;
                    self.cursor.next_row = order.len();
                }
            }
            if self.cursor.next_row >= order.len() {
                self.finish_epoch();
            }
        }
    }

    /// Trains on mini-batches, of which those that threads share are taken one at a time.
    fn descend(&mut self, batches: Batches<'_>) {
        self.gradient.resize(self.model.params().len(), 0.0);
        let Self { problem, terms, settings, model, state, gradient, workspace, cursor, .. } = self;
        let descent =
            Descent { problem, terms, settings, model, state, loss_sum: &mut cursor.loss_sum, gradient, workspace };
        let size = batches.size.min(batches.rows.len());
        let n_batches = if descent.is_shared(size) {
            let (rows, following) = batches.rows.split_at(size);
            cursor.loss_sum += problem.mini_batch(terms, model, &Rows::Indices(rows, following), gradient, workspace);
            dispatch(Step { state, settings, params: model.params_mut(), gradient });
            1
        } else {
            descent.run(batches)
        };
        cursor.n_batches += n_batches;
        cursor.next_row += (n_batches as usize).saturating_mul(batches.size).min(batches.rows.len());
    }

    /// Takes one step along the gradient of all samples, and gives the objective before it; without samples in the epoch
    /// nothing moves.
    fn full_step(&mut self) -> f64 {
        if self.settings.batch != Batch::Full {
            return 0.0;
        }
        self.gradient.resize(self.model.params().len(), 0.0);
        let Self { problem, settings, model, state, gradient, .. } = self;
        let loss = problem.full_batch(model, gradient);
        dispatch(Step { state, settings, params: model.params_mut(), gradient });
        loss
    }

    fn finish_epoch(&mut self) {
        let Cursor { n_batches, loss_sum, .. } = std::mem::take(&mut self.cursor);
        let mean_loss = loss_sum / n_batches as f64;
        self.epoch += 1;
        let is_bounded = mean_loss.is_finite() && mean_loss <= self.initial_loss * DIVERGENCE_FACTOR;
        if !is_bounded || !self.model.is_finite() {
            self.status = Status::Diverged(Divergence {
                epoch: self.epoch,
                initial: self.initial_loss,
                loss: mean_loss,
                learning_rate: self.settings.learning_rate,
            });
        }
    }

    /// The gradient of the objective on the next batch at the parameters reached, as the step that follows will see it;
    /// shape `[n_features + 1, n_classes]`. `order` is that of the whole epoch.
    pub fn next_gradient(&self, order: &[u32]) -> LinearModel<f32> {
        let mut gradient = LinearModel::zeros(self.model.n_features(), self.model.n_classes());
        match (self.settings.batch, self.next_rows(order)) {
            (Batch::Size(_), rows) if self.lbfgs.is_none() => {
                if !rows.is_empty() {
                    let workspace = &mut Workspace::default();
                    let rows = Rows::Indices(rows, &[]);
                    self.problem.mini_batch(&self.terms, &self.model, &rows, gradient.params_mut(), workspace);
                }
            }
            _ => {
                self.problem.full_batch(&self.model, gradient.params_mut());
            }
        }
        gradient
    }

    fn lbfgs_iteration(&mut self) -> f64 {
        let Some(lbfgs) = &mut self.lbfgs else { return f64::NAN };
        let outcome = lbfgs.iterate();
        self.model = lbfgs.model().convert();
        match outcome {
            Outcome::Moved => 0.0,
            Outcome::NotFinite => f64::NAN,
            Outcome::Converged => {
                self.status = Status::Converged { gradient_norm: lbfgs.gradient_norm() };
                0.0
            }
        }
    }

    /// The run as it stands.
    pub fn checkpoint(&self) -> Checkpoint {
        let params = match &self.lbfgs {
            Some(lbfgs) => Params::Double(lbfgs.model().clone()),
            None => Params::Single(self.model.clone()),
        };
        Checkpoint {
            epoch: self.epoch,
            status: self.status.clone(),
            params,
            test_offsets: Arc::clone(&self.test_offsets),
            problem: Arc::clone(&self.problem),
        }
    }

    /// As [`Checkpoint::objective`], now.
    pub fn objective(&self) -> f64 {
        self.checkpoint().objective()
    }

    /// As [`Checkpoint::evaluate`], now.
    pub fn evaluate(&self, samples: &Samples) -> ConfusionMatrix {
        self.checkpoint().evaluate(samples)
    }

    /// The model that predicts: the one in training, with the offsets of test time in its bias.
    pub fn predictor(&self) -> Cow<'_, LinearModel<f32>> {
        checkpoint::adjusted(&self.model, &self.test_offsets)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{
        data::epoch_order,
        loss::{Head, Loss},
        train::Reduction,
    };

    fn samples() -> Arc<Samples> {
        // Two classes on a line, overlapping at 0.
        let features = Array2::from_shape_fn((40, 1), |(i, _)| (i as f32 - 20.0) / 10.0);
        let labels = (0..40).map(|i| u32::from(i > 18 + (i % 3) * 2)).collect();
        Arc::new(Samples::new(features, labels))
    }

    /// Cross entropy with these class weights.
    fn ce(weights: [f64; 2]) -> Recipe {
        Recipe::weighted(Loss::new(Head::Softmax, 0.0, None).unwrap(), weights.to_vec())
    }

    fn trainer(settings: TrainSettings) -> Trainer {
        Trainer::new(samples(), ce([1.0, 1.0]), settings, 1)
    }

    fn settings(optimiser: Optimiser, learning_rate: f64, batch: Batch) -> TrainSettings {
        TrainSettings { optimiser, learning_rate, momentum: 0.9, batch, l2: 0.01, reduction: Reduction::BatchMean }
    }

    fn train(trainer: &mut Trainer, epochs: u64) {
        for epoch in 0..epochs {
            trainer.train_epoch(&epoch_order(1, epoch, 40), &AtomicBool::new(false));
        }
    }

    #[test]
    fn every_optimiser_reaches_the_same_optimum() {
        let mut optimum = trainer(settings(Optimiser::Lbfgs, 1.0, Batch::Full));
        train(&mut optimum, 100);
        assert!(matches!(optimum.status(), Status::Converged { gradient_norm } if *gradient_norm < 1e-7));
        for (optimiser, rate, batch) in [
            (Optimiser::Sgd, 0.1, Batch::Full),
            (Optimiser::Adam, 0.05, Batch::Full),
            (Optimiser::Sgd, 0.002, Batch::Size(8)),
            (Optimiser::Adam, 0.002, Batch::Size(8)),
        ] {
            let mut trainer = trainer(settings(optimiser, rate, batch));
            train(&mut trainer, 2000);
            let gap = trainer.objective() - optimum.objective();
            assert!((-1e-9..1e-4).contains(&gap), "{optimiser:?} {batch:?}: {gap}");
        }
    }

    #[test]
    fn a_run_that_diverges_stops_with_a_sentence() {
        let mut trainer = trainer(settings(Optimiser::Sgd, 1e5, Batch::Size(8)));
        train(&mut trainer, 50);
        let Status::Diverged(divergence) = trainer.status() else { panic!("{:?}", trainer.status()) };
        assert!(divergence.to_string().contains("Lower the learning rate (now 100000)"), "{divergence}");
        let epoch = trainer.epoch();
        train(&mut trainer, 1);
        assert_eq!(trainer.epoch(), epoch);
    }

    #[test]
    fn changing_the_loss_goes_on_from_the_parameters_reached() {
        for optimiser in [Optimiser::Sgd, Optimiser::Lbfgs] {
            let settings = settings(optimiser, 0.1, Batch::Size(8));
            let mut trainer = trainer(settings.clone());
            train(&mut trainer, 30);
            let before = trainer.model().clone();
            trainer.change(Arc::clone(&trainer.problem.samples), ce([1.0, 20.0]), settings);
            assert_eq!(trainer.model(), &before);
            assert_eq!(trainer.status(), &Status::Training);
            train(&mut trainer, 30);
            assert_ne!(trainer.model(), &before);
        }
    }

    #[test]
    fn a_change_that_changes_nothing_leaves_a_converged_run_alone() {
        let settings = settings(Optimiser::Lbfgs, 1.0, Batch::Full);
        let mut trainer = trainer(settings.clone());
        train(&mut trainer, 100);
        assert!(matches!(trainer.status(), Status::Converged { .. }));
        trainer.change(Arc::clone(&trainer.problem.samples), ce([1.0, 1.0]), settings);
        assert!(matches!(trainer.status(), Status::Converged { .. }));
    }

    #[test]
    fn other_draws_and_other_samples_go_on_from_the_parameters_reached_too() {
        let settings = settings(Optimiser::Lbfgs, 1.0, Batch::Full);
        let mut trainer = trainer(settings.clone());
        train(&mut trainer, 100);
        let optimum = trainer.model().clone();
        trainer.expect_draws(vec![1.0, 1.0]);
        assert!(matches!(trainer.status(), Status::Converged { .. }), "nothing has changed");
        trainer.expect_draws(vec![0.5, 1.5]);
        assert_eq!((trainer.status(), trainer.model()), (&Status::Training, &optimum));
        train(&mut trainer, 100);
        let drawn = trainer.objective();
        assert_ne!(trainer.model(), &optimum);
        // Weights do the same to a full batch as draws.
        trainer.expect_draws(vec![1.0, 1.0]);
        trainer.change(samples(), ce([0.5, 1.5]), settings);
        train(&mut trainer, 100);
        assert!((trainer.objective() - drawn).abs() < 1e-12);
    }

    #[test]
    fn an_epoch_batch_by_batch_and_with_a_break_is_the_same_epoch_bit_for_bit() {
        for optimiser in [Optimiser::Sgd, Optimiser::Adam] {
            let mut whole = trainer(settings(optimiser, 0.1, Batch::Size(7)));
            let mut broken = trainer(settings(optimiser, 0.1, Batch::Size(7)));
            train(&mut whole, 3);
            for epoch in 0..3 {
                let order = epoch_order(1, epoch, 40);
                assert_eq!((broken.epoch(), broken.batch(), broken.n_batches(40)), (epoch, 0, 6));
                broken.train_batch(&order);
                broken.train_batch(&order);
                assert_eq!((broken.epoch(), broken.batch(), broken.n_batches(40)), (epoch, 2, 6));
                broken.train_epoch(&order, &AtomicBool::new(true));
                assert_eq!(broken.batch(), 2);
                broken.train_epoch(&order, &AtomicBool::new(false));
            }
            assert_eq!((broken.epoch(), broken.model()), (3, whole.model()));
            assert_eq!(broken.objective(), whole.objective());
        }
    }

    #[test]
    fn batches_in_one_go_take_the_steps_of_batches_one_by_one_bit_for_bit() {
        for n_features in [1, 2, 3, 9] {
            let features =
                Array2::from_shape_fn((150, n_features), |(i, k)| ((i * 7 + k * 13) % 11) as f32 / 5.0 - 1.0);
            let samples = Arc::new(Samples::new(features, (0..150).map(|i| (i % 3) as u32).collect()));
            for size in [7, 64, 100, 200] {
                let recipe = Recipe::weighted(Loss::new(Head::Softmax, 2.0, None).unwrap(), vec![0.5, 1.0, 2.0]);
                let settings = settings(Optimiser::Sgd, 0.1, Batch::Size(size));
                let mut trainer = Trainer::new(Arc::clone(&samples), recipe, settings, 1);
                let (mut by_hand, mut losses) = (trainer.model().clone(), Vec::new());
                let mut velocity = vec![0.0_f32; by_hand.params().len()];
                let order = epoch_order(1, 0, 150);
                for rows in order.chunks(size) {
                    let mut gradient = vec![0.0; velocity.len()];
                    let (terms, rows) = (trainer.problem.terms(), Rows::Indices(rows, &[]));
                    let workspace = &mut Workspace::default();
                    losses.push(trainer.problem.mini_batch(&terms, &by_hand, &rows, &mut gradient, workspace));
                    for ((p, v), g) in by_hand.params_mut().iter_mut().zip(&mut velocity).zip(gradient) {
                        *v = 0.9 * *v + g;
                        *p -= 0.1 * *v;
                    }
                }
                losses.pop();
                trainer.train_batches(&order, losses.len() as u64, &AtomicBool::new(false));
                assert_eq!((trainer.epoch(), trainer.cursor.loss_sum), (0, losses.iter().sum()));
                trainer.train_batch(&order);
                assert_eq!((trainer.epoch(), trainer.model()), (1, &by_hand), "{n_features} features, {size} a batch");
            }
        }
    }

    #[test]
    fn a_moment_gives_the_figures_of_its_time_whatever_changes_later() {
        for (optimiser, batch) in [(Optimiser::Sgd, Batch::Size(8)), (Optimiser::Lbfgs, Batch::Full)] {
            let settings = settings(optimiser, 0.1, batch);
            let mut trainer = trainer(settings.clone());
            train(&mut trainer, 5);
            let (checkpoint, objective, seen) =
                (trainer.checkpoint(), trainer.objective(), trainer.evaluate(&samples()));
            trainer.change(Arc::clone(&trainer.problem.samples), ce([1.0, 20.0]), settings);
            train(&mut trainer, 5);
            assert_ne!(trainer.objective(), objective);
            assert_eq!(
                (checkpoint.epoch(), checkpoint.objective(), checkpoint.evaluate(&samples())),
                (5, objective, seen)
            );
        }
    }

    #[test]
    fn the_next_gradient_is_the_one_that_the_next_step_takes() {
        let mut trainer = trainer(TrainSettings { momentum: 0.0, ..settings(Optimiser::Sgd, 0.5, Batch::Size(8)) });
        let order = epoch_order(1, 0, 40);
        trainer.train_batch(&order);
        let (before, gradient) = (trainer.model().clone(), trainer.next_gradient(&order));
        trainer.train_batch(&order);
        for ((after, before), g) in trainer.model().params().iter().zip(before.params()).zip(gradient.params()) {
            assert_eq!(*after, before - 0.5 * g);
        }
    }

    #[test]
    fn a_stop_flag_ends_an_epoch_early_and_it_does_not_count() {
        let mut trainer = trainer(settings(Optimiser::Sgd, 0.1, Batch::Size(8)));
        trainer.train_epoch(&epoch_order(1, 0, 40), &AtomicBool::new(true));
        assert_eq!(trainer.epoch(), 0);
    }
}
