//! The answer of one run.

use serde::{Deserialize, Serialize};

use super::{Figures, counting::Tally};
use crate::{
    data::{ClassUse, Dataset, Evaluation, Sampler, Seeds},
    distribution::Group,
    experiment::{CheckedSpec, CumulativeLoss, LossShareRecord, Measured, OptimumTrial, training::Run},
    train::{ConfusionMatrix, LinearModel, Status, Trainer},
};

/// Classes up to which a record carries its confusion matrix.
const MAX_CONFUSION_CLASSES: usize = 200;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All epochs were trained.
    Finished,
    /// The optimum was reached before.
    Converged,
    /// The loss left every bound; there are no figures.
    Diverged,
    /// The user stopped it.
    Stopped,
}

/// One objective on one seed. Figures that are not available are `None` (`null` in JSON, "n/a" on screen).
#[derive(Debug, Clone, Serialize)]
pub struct RunRecord {
    /// The objective's name.
    pub objective: String,
    /// The seed of the data.
    pub seed: u64,
    /// The seed of the split into training and test samples.
    pub split_seed: u64,
    /// The seed of initial parameters and batch order.
    pub init_seed: u64,
    /// Names of classes, shape `[n_classes]`.
    pub class_labels: Vec<String>,
    /// Training samples of each class, shape `[n_classes]`.
    pub counts: Vec<u64>,
    /// What the objective amounts to, with its numbers.
    pub formula: String,
    /// Normalised class weights, shape `[n_classes]`.
    pub class_weights: Vec<f64>,
    /// Epochs trained with every weight 1 before the class weights began; 0 where they are not deferred.
    pub unweighted_epochs: u64,
    /// Added to the logits in training, shape `[n_classes]`; empty for nothing.
    pub training_offsets: Vec<f64>,
    /// Added to the logits when the trained model predicts, shape `[n_classes]`; empty for nothing.
    pub test_offsets: Vec<f64>,
    /// Subtracted in training from the logit of a sample's own class, shape `[n_classes]`; empty for nothing.
    pub margins: Vec<f64>,
    /// Which training samples an epoch looked at.
    pub sampler: Sampler,
    /// Neighbours k of SMOTE; `None` for other samplers.
    pub neighbours: Option<usize>,
    /// What the sampler did with each class in the last epoch, shape `[n_classes]`; `None` where every sample comes once.
    pub sampling: Option<Vec<ClassUse>>,
    /// Features that are the same in every training row, of which nothing is learnt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub constant_features: Vec<String>,
    /// How the run ended.
    pub ending: Ending,
    /// A sentence where there is something to say about the ending.
    pub note: Option<String>,
    /// Which samples the figures below were measured on.
    pub evaluated_on: Evaluation,
    /// Recall on the training samples, shape `[n_classes]`.
    pub train_per_class_recall: Vec<Option<f64>>,
    /// Recall on the test set, shape `[n_classes]`; `None` where everything is trained on.
    pub test_per_class_recall: Option<Vec<Option<f64>>>,
    /// Samples of each class that the figures were measured on, shape `[n_classes]`; a class with none is in no mean.
    pub tested_counts: Vec<u64>,
    /// Samples that the natural accuracy was measured on.
    pub natural_tested_count: Option<u64>,
    /// Name of the class with the lowest recall.
    pub worst_class: Option<String>,
    /// The overall figures.
    #[serde(flatten)]
    pub figures: Figures<Option<f64>>,
    /// True class by predicted class, shape `[n_classes, n_classes]`; `None` for more than 200 classes.
    pub confusion_matrix: Option<Vec<Vec<u32>>>,
    /// The final regularised training objective.
    pub training_objective: Option<f64>,
    /// Where a run on a table that was not trained to the optimum would go on to, with the first seed; `None` where it has
    /// converged, and where nobody tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimum: Option<OptimumTrial>,
    /// Who owned the training loss at the end; `None` where there are no figures. Written where it is asked for.
    #[serde(skip)]
    pub ownership: Option<LossShareRecord>,
    /// Macro recall after some epochs, as (epoch, macro recall); empty where nobody asked for it, and for runs that
    /// diverged. A run that converged early keeps its last value to the end.
    #[serde(rename = "macro_recall_by_epoch", skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<(u64, f64)>,
    /// At the epochs of the curve, samples of each class that were recognised, shape `[n_points][n_classes]`.
    #[serde(skip)]
    pub(in crate::experiment) curve_hits: Vec<Vec<u64>>,
    /// The model that predicts, with offsets of test time in its bias; where it was asked for, see
    /// [`Hooks::keeps_models`](crate::experiment::Hooks::keeps_models).
    #[serde(skip)]
    pub model: Option<LinearModel<f64>>,
    /// The shot group of each class, shape `[n_classes]`.
    #[serde(skip)]
    pub groups: Vec<Group>,
    /// How much of the samples runs on other seeds share: 0 for fresh draws, n_test/(n_test + n_train) for splits of the same
    /// rows, 1 for the training rows themselves.
    #[serde(skip)]
    pub(in crate::experiment) shared: f64,
    /// Folds of the cross-validation that the run is one of; 0 for none.
    #[serde(skip)]
    pub(in crate::experiment) n_folds: u64,
    /// Epochs trained.
    pub epochs: u64,
    /// Seconds that training took, by the caller's clock.
    pub seconds: f64,
    /// Samples trained on in a second.
    pub samples_per_second: f64,
}

impl RunRecord {
    /// The seeds of its samples, their split and its start.
    pub fn seeds(&self) -> Seeds {
        Seeds { data: self.seed, split: self.split_seed, init: self.init_seed }
    }

    /// Joins what an objective reached with how its samples came about.
    pub(in crate::experiment) fn new(
        checked: &CheckedSpec,
        objective_idx: usize,
        seeds: Seeds,
        dataset: &Dataset,
        run: &Run,
        measured: &Measured,
        seconds: f64,
    ) -> Self {
        let Run { trainer, set, .. } = run;
        let objective = &checked.objectives()[objective_idx];
        let offsets = checked.offsets(objective_idx, &dataset.counts);
        let n_epochs = checked.spec().training.epochs;
        let unweighted_epochs = objective.first_weighted_epoch(n_epochs);
        let (evaluated_on, _) = dataset.evaluation();
        let (ending, note) = ending(checked, trainer);
        let has_figures = ending != Ending::Diverged;
        let figure = |value: Option<f64>| value.filter(|_| has_figures);
        let per_class = |matrix: &ConfusionMatrix| matrix.per_class_recall().into_iter().map(figure).collect();
        let matrix = &measured.evaluated;
        let groups = checked.spec().groups.assign(&dataset.counts);
        let worst = matrix.worst_class().filter(|_| has_figures);
        let train_per_class_recall: Vec<Option<f64>> = per_class(&trainer.evaluate(&dataset.train));
        let n_classes = dataset.n_classes();
        let tested_counts: Vec<u64> = (0..n_classes).map(|class_idx| matrix.n_of_class(class_idx)).collect();
        let n_tested = tested_counts.iter().sum::<u64>();
        let has_matrix = has_figures && n_classes <= MAX_CONFUSION_CLASSES;
        Self {
            objective: objective.name.clone(),
            seed: seeds.data,
            split_seed: seeds.split,
            init_seed: seeds.init,
            class_labels: dataset.class_labels.to_vec(),
            counts: dataset.counts.as_slice().to_vec(),
            formula: objective.formula(),
            class_weights: checked.class_weights(objective_idx, &dataset.counts),
            unweighted_epochs: unweighted_epochs.min(trainer.epoch()),
            training_offsets: offsets.training().to_vec(),
            test_offsets: offsets.test().to_vec(),
            margins: offsets.margins().to_vec(),
            sampler: set.sampling().sampler(),
            neighbours: set.sampling().neighbours(),
            sampling: sampling(checked, run),
            constant_features: dataset.constant_features.to_vec(),
            ending,
            note,
            evaluated_on,
            train_per_class_recall,
            test_per_class_recall: (evaluated_on != Evaluation::Training).then(|| per_class(matrix)),
            natural_tested_count: match &dataset.balanced_test {
                Some(_) => dataset.natural_test.as_ref().map(|samples| samples.len() as u64),
                None => Some(n_tested),
            },
            n_folds: if checked.spec().data.source.is_table() { checked.spec().data.folds } else { 0 },
            shared: shared(checked, evaluated_on, n_tested, dataset.counts.total()),
            tested_counts,
            worst_class: worst.map(|(class_idx, _)| dataset.class_labels[class_idx].clone()),
            figures: if has_figures { Figures::of(measured, &groups) } else { Figures::default() },
            confusion_matrix: has_matrix.then(|| (0..n_classes).map(|row| matrix.row(row).to_vec()).collect()),
            training_objective: figure(Some(measured.objective)),
            ownership: has_figures.then(|| LossShareRecord {
                shares: measured.shares.clone(),
                cumulative: CumulativeLoss::of(&trainer.checkpoint(), &groups),
            }),
            curve: Vec::new(),
            curve_hits: Vec::new(),
            model: None,
            optimum: None,
            groups,
            epochs: trainer.epoch(),
            seconds,
            samples_per_second: (trainer.epoch() as f64 * set.samples().len() as f64) / seconds.max(1e-9),
        }
    }

    /// The record with its macro recall over epochs, carried on to the end where training ended before; each point is an
    /// epoch with macro recall and the samples of each class that were recognised then.
    pub(in crate::experiment) fn with_curve(
        mut self,
        points: Vec<(u64, f64, Vec<u64>)>,
        n_epochs: u64,
        n_points: u64,
    ) -> Self {
        let Some(last) = self.figures.macro_recall else { return self };
        for (epoch, recall, hits) in points {
            self.curve.push((epoch, recall));
            self.curve_hits.push(hits);
        }
        let last_hits: Vec<u64> = self.tally().classes.iter().map(|counted| counted.hits as u64).collect();
        let trained = self.epochs;
        let is_missing = self.curve.last().is_some_and(|&(epoch, _)| epoch < trained);
        let rest = (trained + 1..=n_epochs).filter(|&epoch| is_point(epoch, n_epochs, n_points));
        for epoch in is_missing.then_some(trained).into_iter().chain(rest) {
            self.curve.push((epoch, last));
            self.curve_hits.push(last_hits.clone());
        }
        self
    }

    /// What was recognised of the test samples.
    pub(in crate::experiment) fn tally(&self) -> Tally {
        Tally::new(
            self.per_class_recall(),
            &self.tested_counts,
            self.figures.natural_accuracy.zip(self.natural_tested_count),
        )
    }

    /// What was recognised at a point of the curve.
    pub(in crate::experiment) fn tally_at(&self, place: usize) -> Tally {
        let hits = self.curve_hits.get(place).map_or(&[][..], Vec::as_slice);
        Tally::of_hits(hits, &self.tested_counts)
    }

    /// For many, medium and few whether each class belongs to them, shape `[3][n_classes]`.
    pub(in crate::experiment) fn members(&self) -> [Vec<bool>; 3] {
        Group::ALL.map(|group| self.groups.iter().map(|other| *other == group).collect())
    }

    /// Recall on the set that the run was measured on, shape `[n_classes]`.
    pub fn per_class_recall(&self) -> &[Option<f64>] {
        self.test_per_class_recall.as_deref().unwrap_or(&self.train_per_class_recall)
    }
}

/// How much of the samples repetitions share.
fn shared(checked: &CheckedSpec, evaluated_on: Evaluation, n_tested: u64, n_trained: u64) -> f64 {
    match evaluated_on {
        _ if !checked.spec().data.source.is_table() => 0.0,
        Evaluation::Training => 1.0,
        _ if checked.spec().data.has_one_split() => 1.0,
        _ => n_tested as f64 / (n_tested + n_trained).max(1) as f64,
    }
}

/// Whether macro recall is kept after this epoch: at the start, at the end, and at even distances between them.
pub(in crate::experiment) fn is_point(epoch: u64, n_epochs: u64, n_points: u64) -> bool {
    let steps = n_points.saturating_sub(1).min(n_epochs);
    let step_of = |epoch: u64| u128::from(epoch) * u128::from(steps) / u128::from(n_epochs.max(1));
    n_points > 0 && (epoch == 0 || step_of(epoch) > step_of(epoch - 1))
}

/// What the sampler did in the last epoch.
fn sampling(checked: &CheckedSpec, run: &Run) -> Option<Vec<ClassUse>> {
    let set = &run.set;
    if set.sampling().sampler() == Sampler::Instance {
        return None;
    }
    let n_epochs = checked.spec().training.epochs;
    let times = set.times_used(run.trainer.epoch().saturating_sub(1), n_epochs);
    Some(set.class_use(&times, n_epochs))
}

pub(in crate::experiment) fn ending(checked: &CheckedSpec, trainer: &Trainer) -> (Ending, Option<String>) {
    let training = &checked.spec().training;
    match trainer.status() {
        Status::Diverged(divergence) => (Ending::Diverged, Some(divergence.to_string())),
        Status::Converged { .. } => (Ending::Converged, None),
        Status::Training if trainer.epoch() < training.epochs => (Ending::Stopped, None),
        Status::Training if training.optimiser == crate::train::Optimiser::Lbfgs => {
            let note = format!("not converged after {} iterations: give it more epochs", trainer.epoch());
            (Ending::Finished, Some(note))
        }
        Status::Training => (Ending::Finished, None),
    }
}
