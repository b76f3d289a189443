//! Whether what was printed agrees, and what is likely to be wrong where it does not.

use super::{Fault, Question, Scale, answer::Answers, answer::answers};
use crate::loss::Head;

/// What somebody's implementation printed for the samples of a question; numbers that are not finite are allowed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Printed {
    /// Shape `[n_samples]`.
    pub loss_per_sample: Option<Vec<f64>>,
    /// With respect to the logits of each sample's own loss, shape `[n_samples, n_classes]`.
    pub gradient: Option<Vec<Vec<f64>>>,
    /// The mean over the samples.
    pub batch_loss: Option<f64>,
}

impl Printed {
    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.loss_per_sample.is_none() && self.gradient.is_none() && self.batch_loss.is_none()
    }
}

/// How far what was printed is from ours: the largest deviations, relative to ours or, where that is below a tenth of the
/// largest weight, to this tenth; infinite where one of both is no finite number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Of the losses of samples.
    pub loss: Option<f64>,
    /// Of the gradient.
    pub gradient: Option<f64>,
    /// Of the value of the batch.
    pub batch: Option<f64>,
}

impl Agreement {
    /// The largest deviation; 0 where there is nothing to compare.
    pub fn largest(&self) -> f64 {
        [self.loss, self.gradient, self.batch].into_iter().flatten().fold(0.0, f64::max)
    }
}

/// What is wrong with an implementation: at most one fault and a factor on each value.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// A fault of the formula.
    pub fault: Option<Fault>,
    /// The factor on losses of samples.
    pub loss_scale: Option<Scale>,
    /// The factor on the gradient.
    pub gradient_scale: Option<Scale>,
    /// The factor on the value of the batch.
    pub batch_scale: Option<Scale>,
}

impl Diagnosis {
    /// Names of what is wrong, for programs.
    pub fn keys(&self) -> Vec<&'static str> {
        let scales = [self.loss_scale, self.gradient_scale, self.batch_scale];
        let mut keys: Vec<&'static str> = self.fault.map(Fault::key).into_iter().collect();
        for key in scales.into_iter().flatten().map(Scale::key) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// What is wrong, in a sentence without a full stop.
    pub fn in_words(&self) -> String {
        let of_scales = [
            (self.loss_scale, "the loss of a sample"),
            (self.gradient_scale, "the gradient"),
            (self.batch_scale, "the loss of the batch"),
        ];
        let scales = of_scales.into_iter().filter_map(|(scale, what)| Some(scale?.explanation(what)));
        let parts: Vec<String> = self.fault.map(Fault::explanation).into_iter().chain(scales).collect();
        parts.join("; and ")
    }

    /// How much has to be assumed; of two diagnoses that explain the same the one with less is more likely.
    pub fn n_assumed(&self) -> usize {
        usize::from(self.fault.is_some()) * 2 + self.keys().len()
    }
}

/// Below this part of the largest weight a deviation is absolute.
const SMALL: f64 = 0.1;
/// Largest deviation of an implementation in half precision.
const HALF_PRECISION: f64 = 2e-2;

/// Compares what was printed with ours. Where the largest deviation is above `tolerance`, every diagnosis that explains all
/// numbers to within it follows, those first that assume the least; none where no known fault does.
///
/// ```
/// use longtail_lab::loss::{Fault, Loss, Head, Printed, Question, check_answers};
/// let loss = Loss::new(Head::Sigmoid, 2.0, Some(0.25))?;
/// let logits = [vec![1.0, -0.5]];
/// let question =
///     Question::Classes { loss, class_weights: &[1.0, 1.0], logits: &logits, labels: &[0] };
/// // α and 1 − α have changed places.
/// let swapped = Loss::new(Head::Sigmoid, 2.0, Some(0.75))?;
/// let value = swapped.value_and_gradient(&logits[0], 0, &mut [0.0; 2]);
/// let printed = Printed { loss_per_sample: Some(vec![value]), ..Printed::default() };
/// let (_, diagnoses) = check_answers(&question, &printed, 1e-5);
/// assert_eq!(diagnoses[0].fault, Some(Fault::AlphaSwapped));
/// # Ok::<(), longtail_lab::loss::LossError>(())
/// ```
pub fn check_answers(question: &Question<'_>, printed: &Printed, tolerance: f64) -> (Agreement, Vec<Diagnosis>) {
    let Some(right) = answers(question, None) else {
        return (Agreement { loss: None, gradient: None, batch: None }, Vec::new());
    };
    let sizes = Sizes::of(question);
    let plain = Diagnosis { fault: None, loss_scale: None, gradient_scale: None, batch_scale: None };
    let agreement = sizes.agreement(&right, printed, &plain);
    if agreement.largest() <= tolerance {
        return (agreement, Vec::new());
    }
    let mut found = Vec::new();
    for fault in std::iter::once(None).chain(Fault::all().into_iter().map(Some)) {
        let Some(answers) = answers(question, fault) else { continue };
        let tolerance = if fault == Some(Fault::EpsilonInHalfPrecision) { HALF_PRECISION } else { tolerance };
        found.extend(sizes.explanation(&answers, printed, fault, tolerance));
    }
    found.sort_by_key(Diagnosis::n_assumed);
    (agreement, found)
}

/// What factors are made of.
struct Sizes {
    n_samples: f64,
    n_labels: f64,
    /// Sum of the samples' weights.
    weight: f64,
    /// The largest weight of a class or label, 1 where all are 0.
    unit: f64,
}

impl Sizes {
    fn of(question: &Question<'_>) -> Self {
        let logits = question.logits();
        let weight = match question {
            Question::Classes { class_weights, labels, .. } => labels.iter().map(|&label| class_weights[label]).sum(),
            Question::Sets { .. } => logits.len() as f64,
        };
        let is_softmax = matches!(question, Question::Classes { loss, .. } if loss.head() == Head::Softmax);
        let n_labels = if is_softmax { 1 } else { logits.first().map_or(1, Vec::len) };
        let weights: &[&[f64]] = match question {
            Question::Classes { class_weights, .. } => &[class_weights],
            Question::Sets { positive_weights, negative_weights, .. } => &[positive_weights, negative_weights],
        };
        let most = weights.iter().copied().flatten().copied().fold(0.0, f64::max);
        let unit = if most > 0.0 { most } else { 1.0 };
        Self { n_samples: logits.len() as f64, n_labels: n_labels as f64, weight, unit }
    }

    fn agreement(&self, answers: &Answers, printed: &Printed, diagnosis: &Diagnosis) -> Agreement {
        let of_samples = |scale: Option<Scale>| {
            scale.map_or(1.0, |scale| scale.of_samples(self.n_samples, self.n_labels, self.weight))
        };
        let of_batch = |scale: Option<Scale>| {
            scale.map_or(1.0, |scale| scale.of_batch(self.n_samples, self.n_labels, self.weight))
        };
        let mean = answers.losses.iter().sum::<f64>() / self.n_samples;
        let losses = printed.loss_per_sample.as_ref();
        let gradient = printed.gradient.as_ref();
        let factor = of_samples(diagnosis.loss_scale);
        let slope_factor = of_samples(diagnosis.gradient_scale);
        Agreement {
            loss: losses.map(|printed| self.largest(printed, &answers.losses, factor)),
            gradient: gradient.map(|printed| {
                let rows = printed.iter().zip(&answers.gradient);
                rows.map(|(printed, ours)| self.largest(printed, ours, slope_factor)).fold(0.0, f64::max)
            }),
            batch: printed.batch_loss.map(|printed| self.deviation(printed, mean, of_batch(diagnosis.batch_scale))),
        }
    }

    /// The factors with which the answers under a fault are what was printed.
    fn explanation(
        &self,
        answers: &Answers,
        printed: &Printed,
        fault: Option<Fault>,
        tolerance: f64,
    ) -> Option<Diagnosis> {
        let scales = || std::iter::once(None).chain(Scale::ALL.map(Some));
        let plain = Diagnosis { fault, loss_scale: None, gradient_scale: None, batch_scale: None };
        let fits = |size: Option<f64>| size.is_none_or(|size| size <= tolerance);
        let agreement = |diagnosis: &Diagnosis| self.agreement(answers, printed, diagnosis);
        let of_loss = |loss_scale| Diagnosis { loss_scale, ..plain.clone() };
        let of_gradient = |gradient_scale| Diagnosis { gradient_scale, ..plain.clone() };
        let of_batch = |batch_scale| Diagnosis { batch_scale, ..plain.clone() };
        Some(Diagnosis {
            fault,
            loss_scale: scales().find(|&scale| fits(agreement(&of_loss(scale)).loss))?,
            gradient_scale: scales().find(|&scale| fits(agreement(&of_gradient(scale)).gradient))?,
            batch_scale: scales().find(|&scale| fits(agreement(&of_batch(scale)).batch))?,
        })
    }

    fn largest(&self, printed: &[f64], ours: &[f64], factor: f64) -> f64 {
        printed.iter().zip(ours).map(|(&printed, &ours)| self.deviation(printed, ours, factor)).fold(0.0, f64::max)
    }

    /// How far a printed value is from ours times a factor; what is not finite agrees with what is not finite.
    fn deviation(&self, printed: f64, ours: f64, factor: f64) -> f64 {
        let expected = ours * factor;
        match (printed.is_finite(), expected.is_finite()) {
            (true, true) => (printed - expected).abs() / expected.abs().max(SMALL * self.unit * factor),
            (false, false) => 0.0,
            _ => f64::INFINITY,
        }
    }
}
