//! How a model is trained.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strum::{EnumCount, VariantArray};

use crate::numbers::written;

/// The rule that turns gradients into steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Optimiser {
    /// Stochastic gradient descent with momentum.
    Sgd,
    /// Adam (Kingma and Ba 2015) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    Adam,
    /// Limited-memory BFGS on the full batch in f64, to convergence; one iteration counts as an epoch.
    #[serde(alias = "l_bfgs")]
    Lbfgs,
}

impl Optimiser {
    /// Every optimiser, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The optimiser's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sgd => "SGD",
            Self::Adam => "Adam",
            Self::Lbfgs => "L-BFGS",
        }
    }

    /// What it does, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Sgd => "v ← μ·v + g, θ ← θ − η·v on each batch",
            Self::Adam => "steps scaled by running moments of the gradient; β₁ = 0.9, β₂ = 0.999",
            Self::Lbfgs => {
                "full batch in double precision to the optimum; learning rate, momentum and batch size do not apply"
            }
        }
    }
}

/// How many samples one step looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// This many, at least 1.
    Size(usize),
    /// All of them.
    Full,
}

impl Serialize for Batch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Size(size) => serializer.serialize_u64(*size as u64),
            Self::Full => serializer.serialize_str("full"),
        }
    }
}

impl<'de> Deserialize<'de> for Batch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "the batch size must be a whole number or \"full\"")]
        enum Raw {
            Size(usize),
            Word(String),
        }
        match Raw::deserialize(deserializer)? {
            Raw::Size(size) => Ok(Self::Size(size)),
            Raw::Word(word) => word.parse().map_err(serde::de::Error::custom),
        }
    }
}

impl std::str::FromStr for Batch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "full" {
            return Ok(Self::Full);
        }
        text.parse()
            .map(Self::Size)
            .map_err(|_| format!("the batch size must be a whole number or \"full\", got \"{text}\""))
    }
}

/// How the weighted losses of a batch become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Σ w l / B (TensorFlow; Cui et al. 2019).
    BatchMean,
    /// Σ w l / Σ w (PyTorch's `CrossEntropyLoss(weight=…)`).
    WeightedMean,
}

impl Reduction {
    /// Every reduction, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The reduction's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::BatchMean => "Batch mean",
            Self::WeightedMean => "Weighted mean",
        }
    }

    /// What it does, for tooltips.
    pub fn formula(self) -> &'static str {
        match self {
            Self::BatchMean => "Σ w·l / B, as in TensorFlow and the class-balanced loss paper",
            Self::WeightedMean => "Σ w·l / Σ w, as in PyTorch's CrossEntropyLoss(weight): normalisation cancels out",
        }
    }
}

/// Largest learning rate and largest L2 that are taken.
pub const MAX_RATE: f64 = 1e6;

/// What can be wrong with training settings.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// A number is outside its range.
    #[error("{name} must be {range}, got {got}")]
    OutOfRange {
        /// The setting in words.
        name: &'static str,
        /// The allowed range in words.
        range: &'static str,
        /// What was given.
        got: String,
    },
    /// π of the initial bias is no probability that can be reached.
    #[error("π of the initial bias must be between 0 and 1, got {}", written(*.0))]
    Probability(f64),
    /// π of the initial bias with a softmax head.
    #[error(
        "a chosen π of the initial bias goes with a sigmoid head only: the same bias in every class does not change a softmax. Choose another bias or a sigmoid head"
    )]
    ProbabilityWithSoftmax,
}

/// Settings of one training run, the same for every objective that is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainSettings {
    /// The rule that turns gradients into steps.
    pub optimiser: Optimiser,
    /// Step size η, above 0 and at most 10⁶.
    pub learning_rate: f64,
    /// Momentum μ in [0, 1); SGD.
    pub momentum: f64,
    /// Samples in one step; not for L-BFGS.
    pub batch: Batch,
    /// Strength λ ≥ 0 of the penalty λ/2·Σ W², at most 10⁶; never on the bias.
    pub l2: f64,
    /// How a batch's losses become one number.
    pub reduction: Reduction,
}

impl TrainSettings {
    /// Checks every setting.
    ///
    /// # Errors
    /// When one is outside its range; the message names it.
    pub fn check(&self) -> Result<(), TrainError> {
        let in_range = |ok: bool, name, range, got: String| {
            if ok { Ok(()) } else { Err(TrainError::OutOfRange { name, range, got }) }
        };
        let rate = self.learning_rate;
        in_range(rate > 0.0 && rate <= MAX_RATE, "the learning rate", "above 0 and at most 1e6", written(rate))?;
        in_range((0.0..1.0).contains(&self.momentum), "momentum", "in [0, 1)", written(self.momentum))?;
        in_range(self.batch != Batch::Size(0), "the batch size", "at least 1, or full", "0".to_owned())?;
        in_range((0.0..=MAX_RATE).contains(&self.l2), "L2", "from 0 to 1e6", written(self.l2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_outside_their_range_are_named() {
        let good = TrainSettings {
            optimiser: Optimiser::Sgd,
            learning_rate: 0.1,
            momentum: 0.9,
            batch: Batch::Size(64),
            l2: 0.0,
            reduction: Reduction::BatchMean,
        };
        assert_eq!(good.check(), Ok(()));
        let message = |settings: TrainSettings| settings.check().unwrap_err().to_string();
        assert_eq!(message(TrainSettings { momentum: 1.0, ..good.clone() }), "momentum must be in [0, 1), got 1");
        assert!(message(TrainSettings { learning_rate: f64::NAN, ..good.clone() }).contains("learning rate"));
        assert!(message(TrainSettings { batch: Batch::Size(0), ..good.clone() }).contains("batch size"));
        assert!(message(TrainSettings { l2: -1.0, ..good }).contains("L2"));
    }

    #[test]
    fn a_batch_is_a_number_or_the_word_full() {
        assert_eq!("64".parse(), Ok(Batch::Size(64)));
        assert_eq!("full".parse(), Ok(Batch::Full));
        assert!("half".parse::<Batch>().is_err() && "-1".parse::<Batch>().is_err());
    }
}
