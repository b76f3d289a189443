//! Trains objectives over label sets, seed by seed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rayon::prelude::*;

use super::{
    objective::LabelObjective,
    record::{AtThreshold, LabelRun},
};
use crate::{
    data::{DataError, Evaluation, LabelDataset, LabelSets, LabelTable, Samples, Seeds, epoch_order},
    experiment::{Ending, TrainingSpec, name_of},
    train::{
        LabelMeasures, LabelProbabilities, LinearModel, Recipe, Status, ThresholdRule, Thresholds, Trainer,
        label_probabilities,
    },
    weighting::LabelWeights,
};

/// What is trained and measured.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelExperiment {
    /// What is compared.
    pub objectives: Vec<LabelObjective>,
    /// How it is trained.
    pub training: TrainingSpec,
    /// The seeds of each repetition.
    pub seeds: Vec<Seeds>,
    /// How thresholds are found.
    pub threshold: ThresholdRule,
    /// Share of the rows that thresholds are tuned on, 0 to 0.9.
    pub validation_share: f64,
    /// Share of the rows that are tested on; 0 trains on everything.
    pub test_share: f64,
}

/// Trains every objective on every seed; records come seed by seed, objectives in their order, whatever the number of threads.
/// Runs that were cut short by the stop flag are left out. `on_epochs` is called with epochs that are done.
///
/// # Errors
/// When the rows cannot be split.
pub fn run(
    experiment: &LabelExperiment,
    table: &LabelTable,
    stop: &AtomicBool,
    on_epochs: &(dyn Fn(u64) + Sync),
) -> Result<Vec<LabelRun>, DataError> {
    let per_seed: Vec<Vec<LabelRun>> = experiment
        .seeds
        .par_iter()
        .map(|seeds| {
            let dataset = LabelDataset::split(table, experiment.validation_share, experiment.test_share, seeds.split)?;
            let one = |objective| Some(train_and_measure(experiment, objective, &dataset, *seeds, stop, on_epochs)?.0);
            Ok(experiment.objectives.par_iter().filter_map(one).collect())
        })
        .collect::<Result<_, DataError>>()?;
    Ok(per_seed.into_iter().flatten().collect())
}

/// Trains an objective and measures it; `None` where it was stopped.
pub(super) fn train_and_measure(
    experiment: &LabelExperiment,
    objective: &LabelObjective,
    dataset: &LabelDataset,
    seeds: Seeds,
    stop: &AtomicBool,
    on_epochs: &(dyn Fn(u64) + Sync),
) -> Option<(LabelRun, LinearModel<f32>)> {
    let n_train = dataset.train.len();
    let weights = LabelWeights::of(objective.weighting, &dataset.positives, n_train as u64);
    let recipe = Recipe::over_sets(objective.loss, weights.positive.clone(), weights.negative.clone());
    let training = &experiment.training;
    let mut trainer = Trainer::new(Arc::clone(&dataset.train), recipe, training.settings(), seeds.init);
    while trainer.epoch() < training.epochs && *trainer.status() == Status::Training {
        trainer.train_epoch(&epoch_order(seeds.init, trainer.epoch(), n_train), stop);
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        on_epochs(1);
    }
    on_epochs(training.epochs - trainer.epoch());
    let ending = match trainer.status() {
        Status::Training => Ending::Finished,
        Status::Converged { .. } => Ending::Converged,
        Status::Diverged(_) => Ending::Diverged,
    };
    let evaluated = dataset.evaluation();
    let model = trainer.predictor().into_owned();
    let mut record = LabelRun {
        task: "multi_label",
        objective: objective.preset.label().to_owned(),
        preset: name_of(&objective.preset).replace('_', "-"),
        loss: objective.loss.spec(),
        seed: seeds.split,
        labels: dataset.label_names.to_vec(),
        positives: dataset.positives.clone(),
        test_positives: evaluated.sets().map(LabelSets::counts).unwrap_or_default(),
        positive_weights: weights.positive.clone(),
        negative_weights: weights.negative.clone(),
        threshold: experiment.threshold,
        thresholds: vec![None; dataset.positives.len()],
        promised_f1: Vec::new(),
        precision: vec![None; dataset.positives.len()],
        recall: vec![None; dataset.positives.len()],
        f1: vec![None; dataset.positives.len()],
        average_precision: vec![None; dataset.positives.len()],
        macro_f1: None,
        micro_f1: None,
        map: None,
        hamming_loss: None,
        subset_accuracy: None,
        training_objective: Some(trainer.objective()).filter(|objective| objective.is_finite()),
        evaluated_on: if dataset.test.is_some() { Evaluation::NaturalTest } else { Evaluation::Training },
        n_train,
        n_validation: dataset.validation.as_ref().map_or(0, |samples| samples.len()),
        n_evaluated: evaluated.len(),
        ending,
        epochs: trainer.epoch(),
        by_threshold: Vec::new(),
    };
    if ending != Ending::Diverged {
        measure(&mut record, &model, dataset, &weights);
    }
    Some((record, model))
}

/// Measures a trained model at thresholds by every rule.
fn measure(record: &mut LabelRun, model: &LinearModel<f32>, dataset: &LabelDataset, weights: &LabelWeights) {
    let scores = |samples: &Arc<Samples>| label_probabilities(model, samples);
    let (Some(evaluated), Some(held_back)) = (dataset.evaluation().sets(), dataset.tuning().sets()) else { return };
    let evaluated = LabelProbabilities { probabilities: scores(dataset.evaluation()), sets: evaluated };
    let held_back = LabelProbabilities { probabilities: scores(dataset.tuning()), sets: held_back };
    for rule in ThresholdRule::ALL {
        if rule == ThresholdRule::Tuned && dataset.validation.is_none() {
            continue;
        }
        let n_train = record.n_train as u64;
        let thresholds = Thresholds::of(rule, weights, &dataset.positives, n_train, &held_back);
        let measures = LabelMeasures::of(&evaluated, &thresholds.values);
        let promised =
            dataset.validation.as_ref().and_then(|_| LabelMeasures::of(&held_back, &thresholds.values).macro_f1);
        record.by_threshold.push(AtThreshold {
            rule,
            thresholds: thresholds.values.clone(),
            macro_f1: measures.macro_f1,
            micro_f1: measures.micro_f1,
            hamming_loss: measures.hamming_loss,
            subset_accuracy: measures.subset_accuracy,
            promised_macro_f1: promised,
        });
        if rule == record.threshold {
            record.take(&thresholds, &measures);
        }
    }
}
