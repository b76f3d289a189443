//! Objectives side by side on the same samples, from the same start, in the same order of batches.

use std::sync::{Arc, atomic::AtomicBool};

use rayon::prelude::*;

use super::CheckedSpec;
use crate::{
    data::Dataset,
    train::{ConfusionMatrix, Status, Trainer, epoch_order},
};

/// A comparison in training, epoch by epoch.
pub struct Comparison {
    dataset: Arc<Dataset>,
    seed: u64,
    runs: Vec<Run>,
}

struct Run {
    /// The objective's colour, by which it is known for as long as it is in the comparison.
    colour: usize,
    trainer: Trainer,
}

/// What one objective is worth at this moment.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Predictions on the set that recall is measured on; see [`Dataset::evaluation`].
    pub evaluated: ConfusionMatrix,
    /// Accuracy on samples with the training set's class shares.
    pub natural_accuracy: Option<f64>,
    /// The regularised training objective, in f64.
    pub objective: f64,
}

impl Comparison {
    /// Sets up a trainer for every objective.
    pub fn new(checked: &CheckedSpec, dataset: Arc<Dataset>, seed: u64) -> Self {
        let mut comparison = Self { dataset, seed, runs: Vec::new() };
        comparison.runs = (0..checked.objectives().len()).map(|idx| comparison.start(checked, idx)).collect();
        comparison
    }

    fn start(&self, checked: &CheckedSpec, objective_idx: usize) -> Run {
        Run {
            colour: checked.objectives()[objective_idx].colour,
            trainer: new_trainer(checked, &self.dataset, objective_idx, self.seed),
        }
    }

    /// Takes over changed weights, losses and settings; each objective goes on from where it is.
    ///
    /// New objectives start at epoch 0 and catch up in the calls of [`Comparison::train_epoch`] that follow.
    pub fn change(&mut self, checked: &CheckedSpec) {
        let mut old = std::mem::take(&mut self.runs);
        for (idx, objective) in checked.objectives().iter().enumerate() {
            let run = match old.iter().position(|run| run.colour == objective.colour) {
                Some(place) => {
                    let mut run = old.swap_remove(place);
                    let weights = checked.class_weights(idx, &self.dataset.counts);
                    run.trainer.change(checked.loss(idx), weights, checked.spec().training.settings());
                    run
                }
                None => self.start(checked, idx),
            };
            self.runs.push(run);
        }
    }

    /// The samples.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Each objective's trainer, in the order of the specification.
    pub fn trainers(&self) -> impl ExactSizeIterator<Item = &Trainer> {
        self.runs.iter().map(|run| &run.trainer)
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
        let order = epoch_order(self.seed, epoch, self.dataset.train.len());
        self.runs.par_iter_mut().filter(|run| run.trainer.epoch() == epoch).for_each(|run| {
            run.trainer.train_epoch(&order, stop);
        });
    }

    /// Measures every objective, in the order of the specification.
    pub fn measure(&self) -> Vec<Measured> {
        self.runs.par_iter().map(|run| measure(&run.trainer, &self.dataset)).collect()
    }
}

/// A trainer at its start.
pub(super) fn new_trainer(checked: &CheckedSpec, dataset: &Dataset, objective_idx: usize, seed: u64) -> Trainer {
    Trainer::new(
        Arc::clone(&dataset.train),
        checked.loss(objective_idx),
        checked.class_weights(objective_idx, &dataset.counts),
        checked.spec().training.settings(),
        seed,
    )
}

/// Measures one model.
pub(super) fn measure(trainer: &Trainer, dataset: &Dataset) -> Measured {
    let evaluated = trainer.evaluate(dataset.evaluation().1);
    let natural_accuracy = match (&dataset.balanced_test, &dataset.natural_test) {
        (Some(_), natural) => natural.as_ref().and_then(|samples| trainer.evaluate(samples).accuracy()),
        // A file's test part and its training set have its class shares.
        (None, _) => evaluated.accuracy(),
    };
    Measured { evaluated, natural_accuracy, objective: trainer.objective() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{ExperimentSpec, Preset, Source};

    fn comparison(spec: &ExperimentSpec) -> Comparison {
        let checked = spec.check().unwrap();
        let dataset = Source::open(&checked).unwrap().dataset(crate::data::Seeds::all(1)).unwrap();
        Comparison::new(&checked, Arc::new(dataset), 1)
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
    fn an_objective_added_later_catches_up_to_the_same_model() {
        let mut spec = ExperimentSpec::default();
        let mut late = comparison(&spec);
        train(&mut late, 3);
        spec.add_objective(Preset::CbFocal.objective()).unwrap();
        late.change(&spec.check().unwrap());
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
        comparison.change(&spec.check().unwrap());
        assert_eq!(comparison.trainers().nth(2).map(|trainer| trainer.model().clone()), kept);
    }
}
