//! What an objective asks of training: loss, class weights, offsets, and where the bias starts.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::TrainError;
use crate::{
    bounds::Bounded,
    loss::{Head, Loss, Offsets, SetLoss},
};

/// What is minimised, and from where.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Base loss.
    pub loss: Loss,
    /// Class weights, shape `[n_classes]`; of labels of which a sample can have any number, the weights of positives.
    pub class_weights: Vec<f64>,
    /// Weights of negatives, shape `[n_labels]`, of such labels; empty for classes.
    pub negative_weights: Vec<f64>,
    /// What is added to the logits.
    pub offsets: Offsets,
    /// The bias at the start, shape `[n_classes]`.
    pub initial_bias: Vec<f64>,
}

impl Recipe {
    /// A weighted loss without offsets, from the standard start.
    pub fn weighted(loss: Loss, class_weights: Vec<f64>) -> Self {
        let initial_bias = BiasStart::Standard.bias(loss.head(), 0.5, &vec![1; class_weights.len()]);
        Self { loss, class_weights, negative_weights: Vec::new(), offsets: Offsets::default(), initial_bias }
    }

    /// A loss over label sets with weights of positives and negatives, each of shape `[n_labels]`, and the bias at 0.
    pub fn over_sets(loss: SetLoss, positive_weights: Vec<f64>, negative_weights: Vec<f64>) -> Self {
        let initial_bias = vec![0.0; positive_weights.len()];
        Self {
            loss: loss.into(),
            class_weights: positive_weights,
            negative_weights,
            offsets: Offsets::default(),
            initial_bias,
        }
    }
}

/// Where the bias starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum BiasStart {
    /// 0 for softmax, the prior 1/C for sigmoid heads.
    Standard,
    /// 0.
    Zero,
    /// The shares of the classes in the training part.
    ClassShares,
    /// One chosen probability for every class; sigmoid heads only.
    Probability,
}

impl BiasStart {
    /// Every start, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The start's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Standard => "Standard bias",
            Self::Zero => "Bias 0",
            Self::ClassShares => "Class shares",
            Self::Probability => "Chosen π",
        }
    }

    /// What it does, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Standard => "b = 0 for softmax; b = −ln((1 − π)/π) with π = 1/C for sigmoid heads (Cui et al. 2019)",
            Self::Zero => "b = 0: every yes-or-no question of a sigmoid head starts at one half",
            Self::ClassShares => {
                "the model starts by predicting π_j = n_j/N: b_j = ln π_j, or ln(π_j/(1 − π_j)) for sigmoid heads"
            }
            Self::Probability => "b = −ln((1 − π)/π) for sigmoid heads; RetinaNet starts at π = 0.01 (Lin et al. 2017)",
        }
    }

    /// Checks that the start goes with the head, and the probability π in (0, 1) where it is used.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(self, head: Head, probability: f64) -> Result<(), TrainError> {
        match (self, head) {
            (Self::Probability, Head::Softmax) => Err(TrainError::ProbabilityWithSoftmax),
            (Self::Probability, Head::Sigmoid) if !(probability > 0.0 && probability < 1.0) => {
                Err(TrainError::Probability(probability))
            }
            _ => Ok(()),
        }
    }

    /// The bias for class counts n_j, shape `[n_classes]`; `probability` is π of [`BiasStart::Probability`].
    ///
    /// A share is taken as at least that of half a sample, and at most that of all but half a sample, so that a class
    /// without samples has a start too.
    ///
    /// # Source
    /// Lin et al., ICCV 2017, section 3.3; Cui et al., CVPR 2019, section 5.2; Menon et al., ICLR 2021, section 3.1, for the
    /// class shares.
    pub fn bias(self, head: Head, probability: f64, counts: &[u64]) -> Vec<f64> {
        let total = counts.iter().sum::<u64>().max(1) as f64;
        let logit = |share: f64| (share / (1.0 - share)).ln();
        let bias = |n: u64| {
            let share = (n as f64).within(0.5, total - 0.5) / total;
            match (self, head) {
                (Self::Zero, _) | (Self::Standard | Self::Probability, Head::Softmax) => 0.0,
                (Self::Standard, Head::Sigmoid) => -((counts.len().max(2) - 1) as f64).ln(),
                (Self::ClassShares, Head::Softmax) => share.ln(),
                (Self::ClassShares, Head::Sigmoid) => logit(share),
                (Self::Probability, Head::Sigmoid) => logit(probability),
            }
        };
        counts.iter().map(|&n| bias(n)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_predicts_what_its_name_says() {
        let counts = [90, 9, 1, 0];
        let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
        let check = |start: BiasStart, expected: [f64; 4]| {
            for (bias, expected) in start.bias(Head::Sigmoid, 0.01, &counts).into_iter().zip(expected) {
                assert!((sigmoid(bias) - expected).abs() < 1e-12, "{start:?}: {bias}");
            }
        };
        check(BiasStart::Standard, [0.25; 4]);
        check(BiasStart::Zero, [0.5; 4]);
        check(BiasStart::ClassShares, [0.9, 0.09, 0.01, 0.005]);
        check(BiasStart::Probability, [0.01; 4]);
        let softmax = BiasStart::ClassShares.bias(Head::Softmax, 0.01, &counts);
        assert!(
            (softmax[1] - softmax[0] - 0.1_f64.ln()).abs() < 1e-12,
            "the odds of two classes are those of their counts"
        );
        assert_eq!(BiasStart::Standard.bias(Head::Softmax, 0.01, &counts), [0.0; 4]);
        // One class with all samples has a finite start as well.
        assert!(BiasStart::ClassShares.bias(Head::Sigmoid, 0.5, &[5, 0]).iter().all(|b| b.is_finite()));
    }

    #[test]
    fn a_probability_is_for_sigmoid_heads_and_between_0_and_1() {
        let start = BiasStart::Probability;
        assert!(start.check(Head::Sigmoid, 0.01).is_ok());
        assert_eq!(start.check(Head::Softmax, 0.01), Err(TrainError::ProbabilityWithSoftmax));
        for wild in [0.0, 1.0, -1.0, f64::NAN] {
            assert!(start.check(Head::Sigmoid, wild).is_err(), "{wild}");
            assert!(BiasStart::Zero.check(Head::Softmax, wild).is_ok(), "a number that nobody uses does not matter");
        }
    }
}
