//! Losses for one sample: value and gradient with respect to the logits, side by side, with their source.
//!
//! A loss takes a row of logits and a label and knows nothing of models, batches or data. [`Loss`] is the choice as
//! data; [`Loss::with`] resolves it once to a concrete [`RowLoss`], so that a training loop holds no branch on it.

#![expect(clippy::needless_range_loop, reason = "one lane of several arrays at once is what vector code is made of")]
#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the instructions that are chosen")]

mod block;
mod check;
mod curve;
mod exponentials;
mod float;
mod label_sets;
mod offsets;
mod scalar;
mod sigmoid;
mod softmax;
mod vector;

pub use block::{BLOCK, BlockLoss, FEW_CLASSES, Lanes};
pub use check::{Agreement, Diagnosis, Fault, Printed, Question, Scale, check_answers};
pub use curve::{Crowd, CurvePoint, LossCurve, LossSplit};
pub use float::Float;
pub use label_sets::{Balance, BlockSets, SetLoss, SetLossSpec, SetTerms};
pub use offsets::{MAX_OFFSET, OffsetKind, OffsetRule, Offsets};
pub use scalar::Scalar;
pub use sigmoid::SigmoidFocal;
pub use softmax::{SoftmaxCe, SoftmaxFocal};

use pulp::Simd;
use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use crate::numbers::written;

/// How logits become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Head {
    /// One distribution over the classes.
    Softmax,
    /// One yes-or-no probability for each class; the losses of all classes are summed.
    Sigmoid,
}

impl Head {
    /// Every head, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The head's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Softmax => "Softmax",
            Self::Sigmoid => "Sigmoid",
        }
    }
}

/// Largest focusing parameter γ that is taken.
pub const MAX_GAMMA: f64 = 20.0;

/// What can be wrong with a loss.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LossError {
    /// γ is negative, too large or not a number.
    #[error("γ must be from 0 to 20, got {}", written(*.0))]
    Gamma(f64),
    /// α is outside [0, 1] or not a number.
    #[error("α must be from 0 to 1, got {}", written(*.0))]
    Alpha(f64),
    /// α with a softmax head.
    #[error(
        "α applies to sigmoid losses only: in a softmax loss it would only scale the learning rate. Leave it out or choose a sigmoid head"
    )]
    AlphaWithSoftmax,
    /// τ is negative, too large or not a number.
    #[error("τ of the logit adjustment must be from 0 to 10, got {}", written(*.0))]
    Tau(f64),
    /// The largest margin is negative, too large or not a number.
    #[error("the largest margin of LDAM must be from 0 to 10, got {}", written(*.0))]
    Margin(f64),
    /// The margin of asymmetric loss is negative, 1 or more, or not a number.
    #[error("the margin m of asymmetric loss must be from 0 up and below 1, got {}", written(*.0))]
    MarginOfNegatives(f64),
    /// A number of the distribution-balanced loss is outside its range.
    #[error("{name} must be from {} to {}, got {}", written(*least), written(*most), written(*value))]
    Balance {
        /// Which number.
        name: &'static str,
        /// What it is.
        value: f64,
        /// The least that it can be.
        least: f64,
        /// The most that it can be.
        most: f64,
    },
    /// Offsets with a sigmoid head.
    #[error(
        "{} goes with a softmax head only: one-against-all logits do not share the class shares. Choose a softmax head or no offsets", _0.label()
    )]
    OffsetsWithSigmoid(OffsetKind),
}

/// A base loss, checked: for samples with one class each, of head, focusing parameter and balance of positives; or for samples
/// with any number of labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Classes { head: Head, gamma: f64, alpha: Option<f64> },
    Sets(SetLoss),
}

impl From<SetLoss> for Loss {
    fn from(loss: SetLoss) -> Self {
        Self { kind: Kind::Sets(loss) }
    }
}

impl Loss {
    /// Checks and joins the parts: γ in [0, 20] (0 is cross entropy), α in [0, 1] for sigmoid losses only.
    ///
    /// # Errors
    /// When a parameter is outside its range, or α comes with a softmax head.
    pub fn new(head: Head, gamma: f64, alpha: Option<f64>) -> Result<Self, LossError> {
        let gamma = check_gamma(gamma)?;
        let alpha = alpha.map(check_alpha).transpose()?;
        if alpha.is_some() && head == Head::Softmax {
            return Err(LossError::AlphaWithSoftmax);
        }
        Ok(Self { kind: Kind::Classes { head, gamma, alpha } })
    }

    /// How logits become probabilities.
    pub fn head(self) -> Head {
        match self.kind {
            Kind::Classes { head, .. } => head,
            Kind::Sets(_) => Head::Sigmoid,
        }
    }

    /// Focusing parameter γ, of a loss over label sets that of its negatives.
    pub fn gamma(self) -> f64 {
        match self.kind {
            Kind::Classes { gamma, .. } => gamma,
            Kind::Sets(loss) => loss.gamma_of_negatives(),
        }
    }

    /// Weight α of the positive, where it is set.
    pub fn alpha(self) -> Option<f64> {
        match self.kind {
            Kind::Classes { alpha, .. } => alpha,
            Kind::Sets(_) => None,
        }
    }

    /// The loss as one over label sets, where it is one.
    pub fn over_sets(self) -> Option<SetLoss> {
        match self.kind {
            Kind::Classes { .. } => None,
            Kind::Sets(loss) => Some(loss),
        }
    }

    /// Resolves the choice to a concrete loss and hands it to `user`.
    pub fn with<F: Float, U: LossUser<F>>(self, user: U) -> U::Output {
        match self.kind {
            Kind::Classes { head: Head::Softmax, gamma: 0.0, .. } => user.run(SoftmaxCe),
            Kind::Classes { head: Head::Softmax, gamma, .. } => user.run(SoftmaxFocal::new(gamma)),
            Kind::Classes { head: Head::Sigmoid, gamma, alpha } => user.run(SigmoidFocal::new(gamma, alpha)),
            Kind::Sets(loss) => loss.with(user),
        }
    }

    /// Value of one sample; the gradient with respect to the logits, shape `[n_classes]`, is written to `gradient`.
    ///
    /// `label` is a class index below `logits.len()`. For single samples; loops use [`Loss::with`]. A loss over label sets
    /// takes the sample as one with this label alone, of labels that are all as frequent.
    ///
    /// ```
    /// use longtail_lab::loss::{Head, Loss};
    /// let mut gradient = [0.0; 2];
    /// let ce = Loss::new(Head::Softmax, 0.0, None)?.value_and_gradient(&[0.0, 0.0], 0, &mut gradient);
    /// assert!((ce - 2_f64.ln()).abs() < 1e-15);
    /// assert_eq!(gradient, [-0.5, 0.5]);
    /// # Ok::<(), longtail_lab::loss::LossError>(())
    /// ```
    pub fn value_and_gradient<F: Float>(self, logits: &[F], label: usize, gradient: &mut [F]) -> F {
        gradient.copy_from_slice(logits);
        match self.kind {
            Kind::Classes { head: Head::Softmax, gamma: 0.0, .. } => SoftmaxCe.value_and_gradient(gradient, label),
            Kind::Classes { head: Head::Softmax, gamma, .. } => {
                SoftmaxFocal::new(gamma).value_and_gradient(gradient, label)
            }
            Kind::Classes { head: Head::Sigmoid, gamma, alpha } => {
                SigmoidFocal::new(gamma, alpha).value_and_gradient(gradient, label)
            }
            Kind::Sets(loss) => {
                let n_labels = logits.len();
                let weights = vec![1.0; n_labels];
                let terms = SetTerms::new(loss, &weights, &weights, &vec![1; n_labels], 2);
                let labels: Vec<bool> = (0..n_labels).map(|idx| idx == label).collect();
                loss.value_and_gradient(&terms, &labels, gradient)
            }
        }
    }
}

/// Passes γ on if it lies in [0, [`MAX_GAMMA`]].
fn check_gamma(gamma: f64) -> Result<f64, LossError> {
    if (0.0..=MAX_GAMMA).contains(&gamma) { Ok(gamma) } else { Err(LossError::Gamma(gamma)) }
}

/// Passes α on if it lies in [0, 1].
fn check_alpha(alpha: f64) -> Result<f64, LossError> {
    if (0.0..=1.0).contains(&alpha) { Ok(alpha) } else { Err(LossError::Alpha(alpha)) }
}

/// The loss of one sample that has one class.
pub trait RowLoss<F: Float>: BatchLoss<F> {
    /// Returns the value; `row`, shape `[n_classes]`, holds the logits before and the gradient with respect to them after.
    ///
    /// Finite logits never give NaN.
    fn value_and_gradient(self, row: &mut [F], label: usize) -> F;
}

/// The loss of a block of samples.
pub trait BatchLoss<F: Float>: Copy + Send + Sync {
    /// Writes the losses of a block of samples to `out`. `logits`, shape `[n_classes]` of lanes, holds residuals
    /// afterwards: the scale of a sample times its residuals is the gradient with respect to its logits. `max` is the largest
    /// logit of each sample, and `labels` lie below the number of classes; a loss over label sets looks at `sets` instead.
    ///
    /// To be inlined into code that is compiled for a machine's instructions; `FUSED` says whether it has fused
    /// multiply-add.
    fn block<S: Simd, const FUSED: bool>(
        self,
        simd: S,
        logits: &mut [Lanes<F>],
        max: &Lanes<F>,
        labels: &[u32; BLOCK],
        sets: &mut BlockSets<'_, F>,
        out: &mut BlockLoss<F>,
    );
}

/// Something that runs with a resolved loss; see [`Loss::with`].
pub trait LossUser<F: Float> {
    /// What the run returns.
    type Output;
    /// Runs with a concrete loss.
    fn run<L: BatchLoss<F>>(self, loss: L) -> Self::Output;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::Bounded;

    fn loss(head: Head, gamma: f64, alpha: Option<f64>) -> Loss {
        Loss::new(head, gamma, alpha).unwrap()
    }

    fn every_loss() -> Vec<Loss> {
        let mut all = Vec::new();
        for gamma in [0.0, 0.3, 0.5, 1.0, 2.0, 5.0] {
            all.push(loss(Head::Softmax, gamma, None));
            for alpha in [None, Some(0.25), Some(0.75), Some(1.0)] {
                all.push(loss(Head::Sigmoid, gamma, alpha));
            }
        }
        all
    }

    #[test]
    fn gradients_are_the_central_differences_of_the_values() {
        let logits = [0.3, -1.2, 2.1, 0.9];
        for loss in every_loss() {
            for label in 0..logits.len() {
                let mut gradient = [0.0; 4];
                loss.value_and_gradient(&logits, label, &mut gradient);
                for k in 0..logits.len() {
                    let value_at = |shift: f64| {
                        let mut moved = logits;
                        moved[k] += shift;
                        loss.value_and_gradient(&moved, label, &mut [0.0; 4])
                    };
                    let expected = (value_at(1e-5) - value_at(-1e-5)) / 2e-5;
                    assert!(
                        (gradient[k] - expected).abs() < 1e-8,
                        "{loss:?} label {label} logit {k}: {} {expected}",
                        gradient[k]
                    );
                }
            }
        }
    }

    #[test]
    fn focal_with_gamma_zero_is_cross_entropy() {
        let logits = [0.3, -40.0, 800.0];
        for label in 0..3 {
            let (mut focal_row, mut ce_row) = (logits, logits);
            let focal = SoftmaxFocal::new(0.0).value_and_gradient(&mut focal_row, label);
            assert_eq!(focal, SoftmaxCe.value_and_gradient(&mut ce_row, label));
            assert_eq!(focal_row, ce_row);
        }
    }

    #[test]
    fn finite_logits_never_give_nan() {
        let extremes = [f64::MAX, f64::MIN, 0.0, 1e-300, -745.2, 1000.0, f64::MIN_POSITIVE];
        for loss in every_loss() {
            for &a in &extremes {
                for &b in &extremes {
                    for label in 0..3 {
                        let mut gradient = [0.0; 3];
                        let value = loss.value_and_gradient(&[a, b, 0.5], label, &mut gradient);
                        assert!(!value.is_nan() && value >= 0.0, "{loss:?} at {a}, {b}: {value}");
                        assert!(gradient.iter().all(|g| g.is_finite()), "{loss:?} at {a}, {b}: {gradient:?}");
                        let mut gradient = [0.0; 3];
                        let single = [a as f32, b as f32, 0.5].map(|z| z.within(f32::MIN, f32::MAX));
                        let value = loss.value_and_gradient(&single, label, &mut gradient);
                        assert!(!value.is_nan(), "{loss:?} in f32 at {a}, {b}");
                        assert!(gradient.iter().all(|g: &f32| g.is_finite()), "{loss:?} in f32 at {a}, {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn parameters_outside_their_range_are_refused() {
        assert_eq!(Loss::new(Head::Softmax, -1.0, None), Err(LossError::Gamma(-1.0)));
        assert!(Loss::new(Head::Softmax, f64::NAN, None).is_err());
        assert_eq!(Loss::new(Head::Sigmoid, 0.0, Some(1.1)), Err(LossError::Alpha(1.1)));
        assert_eq!(Loss::new(Head::Softmax, 0.0, Some(0.5)), Err(LossError::AlphaWithSoftmax));
    }

    #[test]
    fn a_loss_over_label_sets_takes_a_label_as_a_set_of_one() {
        let over_sets = Loss::from(SetLoss::new(SetLossSpec::Focal { gamma: 2.0, alpha: Some(0.25) }).unwrap());
        let of_classes = Loss::new(Head::Sigmoid, 2.0, Some(0.25)).unwrap();
        let (mut got, mut expected) = ([0.0_f64; 3], [0.0; 3]);
        let values = [
            over_sets.value_and_gradient(&[0.3, -1.2, 2.0], 1, &mut got),
            of_classes.value_and_gradient(&[0.3, -1.2, 2.0], 1, &mut expected),
        ];
        assert!((values[0] - values[1]).abs() < 1e-15);
        assert!(got.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-15));
        assert_eq!((over_sets.head(), over_sets.gamma(), over_sets.alpha()), (Head::Sigmoid, 2.0, None));
    }
}
