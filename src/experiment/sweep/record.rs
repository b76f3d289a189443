//! What one run of a sweep has reached, on the validation part and on the test part.

use serde::{Deserialize, Serialize};

use super::{Metric, Values, target::Target};
use crate::{
    data::Dataset,
    distribution::{Group, GroupRule},
    experiment::{Ending, OptimumTrial},
    train::{Checkpoint, ClassScores, ConfusionMatrix},
};

/// One run. It holds no time, so that the same sweep gives the same lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepRecord {
    /// The run's number in its sweep, from 0.
    pub run: u64,
    /// The objective's name.
    pub objective: String,
    /// The values of the parameters that are varied and that the objective uses.
    pub values: Values,
    /// The seed of the data.
    pub seed: u64,
    /// The seed of the split into training, validation and test samples.
    pub split_seed: u64,
    /// The seed of initial parameters and batch order.
    pub init_seed: u64,
    /// How the run ended.
    pub ending: Ending,
    /// A sentence where there is something to say about the ending.
    pub note: Option<String>,
    /// Epochs trained.
    pub epochs: u64,
    /// Training samples of each class, shape `[n_classes]`.
    pub counts: Vec<u64>,
    /// Where a run on a table that was not trained to the optimum would go on to, with the first seed, judged on the samples to
    /// choose by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimum: Option<OptimumTrial>,
    /// On the samples to choose by; `None` where the run diverged.
    pub validation: Option<SweepFigures>,
    /// On the samples to report by; `None` where the run diverged.
    pub test: Option<SweepFigures>,
}

/// What a model is worth on one set of samples. A figure that is not available is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepFigures {
    /// Recall of each class, shape `[n_classes]`.
    pub per_class_recall: Vec<Option<f64>>,
    /// Mean recall over classes.
    pub macro_recall: Option<f64>,
    /// Mean recall of the head.
    pub head_recall: Option<f64>,
    /// Mean recall of the tail.
    pub tail_recall: Option<f64>,
    /// The lowest recall of a class.
    pub worst_recall: Option<f64>,
    /// Geometric mean of recall.
    pub geometric_mean: Option<f64>,
    /// Accuracy on samples with the training set's class shares.
    pub natural_accuracy: Option<f64>,
    /// Mean F1 over classes, where the sweep is judged by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub macro_f1: Option<f64>,
    /// Mean average precision over classes, where the sweep is judged by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_precision: Option<f64>,
    /// 1 less the mean calibration error over classes, where the sweep is judged by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<f64>,
    /// What the sweep is judged by, where that is none of the figures above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// Samples of each class that recall was measured on, shape `[n_classes]`; empty in results of earlier programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tested: Vec<u64>,
    /// Samples that the natural accuracy was measured on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub natural_tested: Option<u64>,
}

impl SweepFigures {
    /// Measures a model on the test samples of a data set, whose groups tell head and tail; figures that only some sweeps are
    /// judged by are measured for these.
    pub(super) fn of(model: &Checkpoint, dataset: &Dataset, groups: GroupRule, target: &Target) -> Self {
        let samples = dataset.evaluation().1;
        let metric = target.metric;
        let scores = |of: Metric, figure: &dyn Fn(&ClassScores) -> Option<f64>| {
            let n_classes = if metric == of { dataset.n_classes() } else { 0 };
            let found: Vec<f64> =
                (0..n_classes).filter_map(|class_idx| figure(&model.scores(samples, class_idx))).collect();
            (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
        };
        let matrix = model.evaluate(samples);
        let natural = dataset.natural_test.as_ref().map(|samples| model.evaluate(samples));
        let groups = groups.assign(&dataset.counts);
        let tested: Vec<u64> = (0..matrix.n_classes()).map(|class_idx| matrix.n_of_class(class_idx)).collect();
        let (natural_accuracy, natural_tested) = match (&dataset.balanced_test, &dataset.natural_test) {
            (Some(_), samples) => {
                let accuracy = natural.as_ref().and_then(ConfusionMatrix::accuracy);
                (accuracy, samples.as_ref().map(|samples| samples.len() as u64))
            }
            (None, _) => (matrix.accuracy(), Some(tested.iter().sum())),
        };
        Self {
            macro_recall: matrix.macro_recall(),
            head_recall: matrix.group_recall(&groups, Group::Many),
            tail_recall: matrix.group_recall(&groups, Group::Few),
            worst_recall: matrix.worst_class().map(|(_, recall)| recall),
            geometric_mean: matrix.geometric_mean(),
            natural_accuracy,
            macro_f1: matrix.macro_f1().filter(|_| metric == Metric::MacroF1),
            average_precision: scores(Metric::AveragePrecision, &|one| one.average_precision),
            calibration: scores(Metric::Calibration, &|one| one.calibration_error.map(|error| 1.0 - error)),
            target: target.figure(
                model,
                dataset,
                &matrix,
                dataset.balanced_test.as_ref().map_or(Some(&matrix), |_| natural.as_ref()),
            ),
            tested,
            natural_tested,
            per_class_recall: matrix.per_class_recall(),
        }
    }

    /// The figure that a metric asks for.
    pub fn metric(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::MacroRecall => self.macro_recall,
            Metric::TailRecall => self.tail_recall,
            Metric::WorstClass => self.worst_recall,
            Metric::GeometricMean => self.geometric_mean,
            Metric::NaturalAccuracy => self.natural_accuracy,
            Metric::MacroF1 => self.macro_f1,
            Metric::AveragePrecision => self.average_precision,
            Metric::Calibration => self.calibration,
            Metric::ClassF1 | Metric::PrecisionAtRecall | Metric::ExpectedCost => self.target,
        }
    }
}
