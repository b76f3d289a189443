//! Objectives side by side on the same samples, from the same start, in the same order of batches.

use std::sync::{Arc, atomic::AtomicBool};

use rayon::prelude::*;

use super::{CheckedSpec, sampling::training_sets};
use crate::{
    data::{DataError, Dataset, TrainingSet},
    train::{BiasStart, ConfusionMatrix, LossShares, Status, Trainer},
};

/// A comparison in training, epoch by epoch.
pub struct Comparison {
    dataset: Arc<Dataset>,
    seed: u64,
    /// Epochs of the whole run, by which samplers that change over it go.
    n_epochs: u64,
    runs: Vec<Run>,
}

/// An objective in training.
pub(super) struct Run {
    /// The objective's colour, by which it is known for as long as it is in the comparison.
    colour: usize,
    /// What it learns from.
    pub(super) set: Arc<TrainingSet>,
    /// The model.
    pub(super) trainer: Trainer,
    /// Where its bias started, with π.
    bias_start: (BiasStart, f64),
    /// Class weights that begin later, with the first epoch that is trained with them.
    deferred: Option<(u64, Vec<f64>)>,
}

/// What one objective is worth at this moment.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Predictions on the set that recall is measured on; see [`Dataset::evaluation`].
    pub evaluated: ConfusionMatrix,
    /// Accuracy on samples with the training set's class shares.
    pub natural_accuracy: Option<f64>,
    /// The regularised training objective.
    pub objective: f64,
    /// Which classes own the summed training loss.
    pub shares: LossShares,
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
        Ok(Self { dataset, seed, n_epochs, runs })
    }

    /// Takes over changed weights, losses, offsets, samplers and settings; each objective goes on from where it is.
    ///
    /// New objectives, and those whose bias is to start elsewhere, start at epoch 0 and catch up in the calls of [`Comparison::train_epoch`] that follow.
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

    /// Epochs that the furthest objective has finished.
    pub fn epoch(&self) -> u64 {
        self.trainers().map(Trainer::epoch).max().unwrap_or(0)
    }

    /// Whether an objective that was added later is still behind the others.
    pub fn is_catching_up(&self) -> bool {
        let epoch = self.epoch();
        self.trainers().any(|trainer| *trainer.status() == Status::Training && trainer.epoch() < epoch)
    }

    /// Whether no objective would change any more: all have converged or diverged.
    pub fn is_finished(&self) -> bool {
        self.trainers().all(|trainer| *trainer.status() != Status::Training)
    }

    /// Trains one epoch: of those that lag behind, or else of all.
    pub fn train_epoch(&mut self, stop: &AtomicBool) {
        let behind = self.trainers().filter(|trainer| *trainer.status() == Status::Training).map(Trainer::epoch).min();
        let Some(epoch) = behind else { return };
        let n_epochs = self.n_epochs;
        let mut behind: Vec<&mut Run> = self.runs.iter_mut().filter(|run| run.trainer.epoch() == epoch).collect();
        let mut sets: Vec<Arc<TrainingSet>> = Vec::new();
        for run in &behind {
            if !sets.iter().any(|set| Arc::ptr_eq(set, &run.set)) {
                sets.push(Arc::clone(&run.set));
            }
        }
        let orders: Vec<Vec<u32>> = sets.par_iter().map(|set| set.epoch_order(epoch, n_epochs)).collect();
        behind.par_iter_mut().for_each(|run| {
            if let Some(place) = sets.iter().position(|set| Arc::ptr_eq(set, &run.set)) {
                run.train_epoch(&orders[place], n_epochs, stop);
            }
        });
    }

    /// Measures every objective, in the order of the specification.
    pub fn measure(&self) -> Vec<Measured> {
        self.runs.par_iter().map(|run| measure(&run.trainer, &self.dataset)).collect()
    }
}

impl Run {
    /// An objective at its start.
    pub(super) fn start(
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
        let deferred = deferred(checked, objective_idx, dataset);
        Self { colour: objective.colour, set, trainer, bias_start: (objective.bias_start, objective.prior), deferred }
    }

    /// Goes on with what has changed from the parameters reached.
    fn change(&mut self, checked: &CheckedSpec, objective_idx: usize, dataset: &Dataset, set: Arc<TrainingSet>) {
        // The epoch finished last is the one that the objective is measured by.
        let epoch = self.trainer.epoch().saturating_sub(1);
        let recipe = checked.recipe(objective_idx, &dataset.counts, epoch);
        self.trainer.change(Arc::clone(set.samples()), recipe, checked.spec().training.settings());
        self.deferred = deferred(checked, objective_idx, dataset);
        self.trainer.expect_draws(set.draw_factors(epoch, checked.spec().training.epochs));
        self.set = set;
    }

    /// Trains the next of `n_epochs` epochs in the order that the training set gives for it.
    pub(super) fn train_epoch(&mut self, order: &[u32], n_epochs: u64, stop: &AtomicBool) {
        if *self.trainer.status() == Status::Training {
            self.trainer.expect_draws(self.set.draw_factors(self.trainer.epoch(), n_epochs));
            if let Some((first_epoch, weights)) = &self.deferred
                && self.trainer.epoch() >= *first_epoch
            {
                self.trainer.weigh(weights);
            }
            self.trainer.train_epoch(order, stop);
        }
    }
}

/// The class weights of an objective that begin later, and when.
fn deferred(checked: &CheckedSpec, objective_idx: usize, dataset: &Dataset) -> Option<(u64, Vec<f64>)> {
    let objective = &checked.objectives()[objective_idx];
    let first_epoch = objective.first_weighted_epoch(checked.spec().training.epochs);
    objective.is_deferred().then(|| (first_epoch, checked.class_weights(objective_idx, &dataset.counts)))
}

/// Measures one model.
pub(super) fn measure(trainer: &Trainer, dataset: &Dataset) -> Measured {
    let evaluated = trainer.evaluate(dataset.evaluation().1);
    let natural_accuracy = match (&dataset.balanced_test, &dataset.natural_test) {
        (Some(_), natural) => natural.as_ref().and_then(|samples| trainer.evaluate(samples).accuracy()),
        // A file's test part and its training set have its class shares.
        (None, _) => evaluated.accuracy(),
    };
    let (objective, shares) = trainer.loss_shares();
    Measured { evaluated, natural_accuracy, objective, shares }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{Sampler, Seeds},
        experiment::{ExperimentSpec, ObjectiveSpec, Preset, Source},
        train::Optimiser,
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
        let objective = |comparison: &Comparison| comparison.measure()[1].objective;
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
        let measured = comparison.measure();
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
                let measured = comparison.measure().into_iter().map(|measured| measured.objective).collect::<Vec<_>>();
                (comparison.trainers().map(|t| t.model().clone()).collect::<Vec<_>>(), measured)
            })
        };
        assert!(trained(1) == trained(4));
    }
}
