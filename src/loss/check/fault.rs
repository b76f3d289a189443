//! Faults that implementations of these losses are known to have.

/// A fault of an implementation, and how it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// w stands on positives and negatives of a label alike.
    WeightOfColumn,
    /// α on negatives and 1 − α on positives.
    AlphaSwapped,
    /// p_t is exp(−loss) of the loss that has its weight already.
    FocusOfWeightedLoss,
    /// A label that a sample does not have is −1 where the formula has 0.
    MinusOneLabels,
    /// (1 − p_t)^γ is taken for a constant in the gradient.
    NoSecondTerm,
    /// −ln(p + ε) with this ε.
    EpsilonInLogarithm(f64),
    /// −ln(p + ε) in half precision, where an ε of 1e-8 is 0.
    EpsilonInHalfPrecision,
    /// −ln p with a p that is 0 in its precision.
    LogarithmOfZero,
}

impl Fault {
    /// A name for programs.
    pub fn key(self) -> &'static str {
        match self {
            Self::WeightOfColumn => "weight_of_column",
            Self::AlphaSwapped => "alpha_swapped",
            Self::FocusOfWeightedLoss => "focus_of_weighted_loss",
            Self::MinusOneLabels => "minus_one_labels",
            Self::NoSecondTerm => "no_second_term",
            Self::EpsilonInLogarithm(_) => "epsilon_in_logarithm",
            Self::EpsilonInHalfPrecision => "epsilon_in_half_precision",
            Self::LogarithmOfZero => "logarithm_of_zero",
        }
    }

    /// What is wrong and what to do, without a full stop.
    pub fn explanation(self) -> String {
        match self {
            Self::WeightOfColumn => {
                "the weight is on the whole column: on negatives of a label as on its positives (PyTorch's weight where pos_weight was meant). Weigh positives and negatives apart".to_owned()
            }
            Self::AlphaSwapped => "α is the wrong way round: it belongs to positives, 1 − α to negatives".to_owned(),
            Self::FocusOfWeightedLoss => {
                "(1 − p_t) comes from the weighted loss, p_t = exp(−w·loss): take p_t before the weight".to_owned()
            }
            Self::MinusOneLabels => {
                "labels that a sample does not have are −1: the formula needs 0 for them".to_owned()
            }
            Self::NoSecondTerm => {
                "the gradient lacks the second term, of the modulating factor (1 − p_t)^γ: do not detach it".to_owned()
            }
            Self::EpsilonInLogarithm(epsilon) => format!(
                "an ε of about {epsilon:e} is within the logarithm, −ln(p + ε): take the loss from the logits, without ε"
            ),
            Self::EpsilonInHalfPrecision => {
                "computed in half precision, where an ε of 1e-8 is 0 and a small p too: take the loss from the logits, in single precision".to_owned()
            }
            Self::LogarithmOfZero => {
                "the logarithm is taken of a probability that is 0 for large logits: take the loss from the logits".to_owned()
            }
        }
    }

    /// Faults that a printed number can have, those first that need the least to be assumed.
    pub(super) fn all() -> Vec<Self> {
        const EPSILONS: [f64; 12] = [1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
        let plain = [
            Self::WeightOfColumn,
            Self::AlphaSwapped,
            Self::FocusOfWeightedLoss,
            Self::MinusOneLabels,
            Self::NoSecondTerm,
        ];
        let with_epsilon = EPSILONS.map(Self::EpsilonInLogarithm);
        plain.into_iter().chain(with_epsilon).chain([Self::LogarithmOfZero, Self::EpsilonInHalfPrecision]).collect()
    }
}
