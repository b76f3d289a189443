//! Trains one objective, an epoch a call.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    Batch, ClassTerms, ConfusionMatrix, LinearModel, LossShares, Optimiser, Problem, Recipe, TrainSettings,
    lbfgs::{Lbfgs, Outcome},
    optimiser::StepState,
};
use crate::{data::Samples, loss::Real};

/// A run counts as diverged when its mean loss exceeds that of the start this many times.
const DIVERGENCE_FACTOR: f64 = 100.0;

/// Why a run was stopped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "diverged in epoch {epoch}: the loss went from {initial:.3} to {}. Lower the learning rate (now {learning_rate})", loss_in_words(*loss)
)]
pub struct Divergence {
    /// Epoch in which it happened, from 1.
    pub epoch: u64,
    /// Training objective at the start.
    pub initial: f64,
    /// Mean training objective of that epoch, or not a number.
    pub loss: f64,
    /// The learning rate at that time.
    pub learning_rate: f64,
}

fn loss_in_words(loss: f64) -> String {
    match loss {
        loss if !loss.is_finite() => "no finite number".to_owned(),
        loss if loss < 1e5 => format!("{loss:.3}"),
        loss => format!("{loss:.2e}"),
    }
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// More epochs would change the model.
    Training,
    /// L-BFGS has reached the optimum; the largest gradient component is given.
    Converged {
        /// Largest absolute component of the gradient.
        gradient_norm: f64,
    },
    /// The run was stopped.
    Diverged(Divergence),
}

/// A model in training.
pub struct Trainer {
    problem: Problem,
    settings: TrainSettings,
    /// The problem's class weights and offsets in the training precision.
    terms: ClassTerms<f32>,
    /// What is added to the bias when the model predicts, shape `[n_classes]` or empty.
    test_offsets: Vec<f64>,
    model: LinearModel<f32>,
    state: StepState,
    lbfgs: Option<Lbfgs>,
    status: Status,
    epoch: u64,
    initial_loss: f64,
}

impl Trainer {
    /// Starts from initial weights that depend on the seed alone, and the recipe's bias.
    ///
    /// The labels of `samples` lie below `n_classes`.
    pub fn new(samples: Arc<Samples>, recipe: Recipe, settings: TrainSettings, seed: u64) -> Self {
        let Recipe { loss, class_weights, offsets, initial_bias } = recipe;
        let model = LinearModel::initial(samples.n_features(), &initial_bias, seed);
        let draw_factors = vec![1.0; class_weights.len()];
        let (l2, reduction) = (settings.l2, settings.reduction);
        let test_offsets = offsets.test().to_vec();
        let problem = Problem { samples, loss, class_weights, offsets, draw_factors, l2, reduction };
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
            initial_loss: 0.0,
        };
        trainer.problem_changed();
        trainer
    }

    /// Goes on with other samples, another recipe or other settings from the parameters reached; does nothing where they
    /// are the same. `samples` have the features and classes of those before. The recipe's initial bias is not looked at.
    pub fn change(&mut self, samples: Arc<Samples>, recipe: Recipe, settings: TrainSettings) {
        let Recipe { loss, class_weights, offsets, .. } = recipe;
        self.test_offsets = offsets.test().to_vec();
        let problem = &self.problem;
        let has_same_samples = Arc::ptr_eq(&problem.samples, &samples);
        let has_same_terms = problem.class_weights == class_weights
            && (problem.offsets.training(), problem.offsets.margins()) == (offsets.training(), offsets.margins());
        if has_same_samples && has_same_terms && problem.loss == loss && self.settings == settings {
            return;
        }
        if settings.optimiser != self.settings.optimiser {
            self.state = StepState::new(self.model.params().len());
        }
        self.problem.samples = samples;
        self.problem.loss = loss;
        self.problem.class_weights = class_weights;
        self.problem.offsets = offsets;
        self.problem.l2 = settings.l2;
        self.problem.reduction = settings.reduction;
        self.settings = settings;
        self.problem_changed();
    }

    /// Goes on with other class weights, shape `[n_classes]`, from the parameters reached.
    pub fn weigh(&mut self, class_weights: &[f64]) {
        if self.problem.class_weights != class_weights {
            self.problem.class_weights = class_weights.to_vec();
            self.problem_changed();
        }
    }

    /// Says how often the mini-batches of the epochs that follow draw each class; see [`Problem::draw_factors`]. Goes on
    /// from the parameters reached.
    pub fn expect_draws(&mut self, draw_factors: Vec<f64>) {
        if self.problem.draw_factors != draw_factors {
            self.problem.draw_factors = draw_factors;
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
            self.lbfgs = Some(Lbfgs::new(self.problem.clone(), start));
        }
        self.initial_loss = self.problem.at_zero();
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

    /// Trains one epoch (one iteration for L-BFGS) in the given order of samples; see
    /// [`TrainingSet::epoch_order`](crate::data::TrainingSet::epoch_order).
    ///
    /// Does nothing for a run that has diverged or converged. `stop` is looked at once a batch; an epoch that was cut
    /// short does not count.
    pub fn train_epoch(&mut self, order: &[u32], stop: &AtomicBool) {
        if self.status != Status::Training {
            return;
        }
        let mean_loss = if self.lbfgs.is_some() { self.lbfgs_iteration() } else { self.batches(order, stop) };
        if stop.load(Ordering::Relaxed) {
            return;
        }
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

    /// Mean objective over the epoch's batches.
    fn batches(&mut self, order: &[u32], stop: &AtomicBool) -> f64 {
        let mut gradient = vec![0.0_f32; self.model.params().len()];
        let TrainSettings { optimiser, learning_rate, momentum, .. } = self.settings;
        let Batch::Size(size) = self.settings.batch else {
            let loss = self.problem.full_batch(&self.model, &mut gradient);
            self.state.step(optimiser, learning_rate, momentum, self.model.params_mut(), &gradient);
            return loss;
        };
        let (mut sum, mut n_batches) = (0.0, 0_u32);
        for rows in order.chunks(size) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            sum += self.problem.mini_batch(&self.terms, &self.model, rows, &mut gradient);
            n_batches += 1;
            self.state.step(optimiser, learning_rate, momentum, self.model.params_mut(), &gradient);
        }
        sum / f64::from(n_batches.max(1))
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

    /// The regularised objective over all training samples: each loss in the precision of training, their sum in f64.
    pub fn objective(&self) -> f64 {
        match &self.lbfgs {
            Some(lbfgs) => self.problem.full_batch(lbfgs.model(), &mut []),
            None => self.problem.full_batch(&self.model, &mut []),
        }
    }

    /// The objective as from [`Trainer::objective`], and which classes own its sum.
    pub fn loss_shares(&self) -> (f64, LossShares) {
        match &self.lbfgs {
            Some(lbfgs) => self.problem.loss_shares(lbfgs.model()),
            None => self.problem.loss_shares(&self.model),
        }
    }

    /// What each training sample adds to the sum of the objective, shape `[n_samples]`.
    pub fn sample_losses(&self) -> Vec<f64> {
        match &self.lbfgs {
            Some(lbfgs) => self.problem.sample_losses(lbfgs.model()),
            None => self.problem.sample_losses(&self.model),
        }
    }

    /// Lets the model predict a set of samples, logits adjusted where the recipe says so.
    pub fn evaluate(&self, samples: &Samples) -> ConfusionMatrix {
        match &self.lbfgs {
            Some(lbfgs) => ConfusionMatrix::of(&self.adjusted(lbfgs.model()), samples),
            None => ConfusionMatrix::of(&self.predictor(), samples),
        }
    }

    /// The model that predicts: the one in training, with the offsets of test time in its bias.
    pub fn predictor(&self) -> Cow<'_, LinearModel<f32>> {
        self.adjusted(&self.model)
    }

    fn adjusted<'a, F: Real>(&self, model: &'a LinearModel<F>) -> Cow<'a, LinearModel<F>> {
        if self.test_offsets.is_empty() {
            return Cow::Borrowed(model);
        }
        let mut adjusted = model.clone();
        adjusted.shift_bias(&self.test_offsets);
        Cow::Owned(adjusted)
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
    fn a_stop_flag_ends_an_epoch_early_and_it_does_not_count() {
        let mut trainer = trainer(settings(Optimiser::Sgd, 0.1, Batch::Size(8)));
        trainer.train_epoch(&epoch_order(1, 0, 40), &AtomicBool::new(true));
        assert_eq!(trainer.epoch(), 0);
    }
}
