//! Samplers: which training samples an epoch looks at, and how often; the other remedy for imbalance, in place of weights.
//!
//! Some draw anew for every epoch, some change the training part once. None of them ever sees a test set.

mod draws;
mod origin;
mod resample;
mod training_set;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

pub use draws::{class_shares, epoch_order};
pub use origin::Origin;
pub use training_set::{ClassUse, TrainingSet};

use super::{DataError, MAX_SAMPLES, check_size};
use crate::distribution::ClassCounts;

/// Most neighbours k of SMOTE.
pub const MAX_NEIGHBOURS: usize = 50;

/// How the training samples of an epoch are chosen.
///
/// # Source
/// The four that draw: Kang et al., "Decoupling Representation and Classifier for Long-Tailed Recognition", ICLR 2020,
/// section 3, p_j = n_j^q / Σ n_i^q. Random over- and under-sampling: Buda, Maki, Mazurowski, "A systematic study of the
/// class imbalance problem in convolutional neural networks", Neural Networks 106, 2018, section 2.2. SMOTE: Chawla,
/// Bowyer, Hall, Kegelmeyer, JAIR 16, 2002, section 4.2.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, EnumCount, VariantArray,
)]
#[serde(rename_all = "snake_case")]
pub enum Sampler {
    /// Every sample once an epoch, p_j = n_j/N (q = 1).
    #[default]
    Instance,
    /// Every class as often, p_j = 1/C (q = 0).
    ClassBalanced,
    /// p_j ∝ √n_j (q = 1/2).
    SquareRoot,
    /// From instance-balanced to class-balanced over the run, p_j(t) = (1 − t/T)·n_j/N + (t/T)/C.
    Progressive,
    /// Copies of samples drawn at random fill every class up to n_max.
    #[serde(alias = "oversampling")]
    OverSampling,
    /// Of every class n_min samples stay, drawn at random.
    #[serde(alias = "undersampling")]
    UnderSampling,
    /// Samples made between neighbours of the same class fill every class up to n_max.
    Smote,
}

impl Sampler {
    /// Every sampler, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The sampler's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Instance => "Instance-balanced",
            Self::ClassBalanced => "Class-balanced",
            Self::SquareRoot => "Square root",
            Self::Progressive => "Progressively balanced",
            Self::OverSampling => "Over-sampling",
            Self::UnderSampling => "Under-sampling",
            Self::Smote => "SMOTE",
        }
    }

    /// What it does to a class in symbols: n_j samples of N in C classes; p_j is its share of a batch.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Instance => "p_j = n_j / N",
            Self::ClassBalanced => "p_j = 1 / C",
            Self::SquareRoot => "p_j = √n_j / Σ √n_i",
            Self::Progressive => "p_j(t) = (1 − t/T) · n_j/N + (t/T) / C",
            Self::OverSampling => "n_j → n_max with copies",
            Self::UnderSampling => "n_j → n_min",
            Self::Smote => "n_j → n_max with x + u·(x_nn − x)",
        }
    }

    /// What it does in words, with its source, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Instance => "p_j = n_j/N: every sample once an epoch, in random order",
            Self::ClassBalanced => {
                "p_j = 1/C: a class is drawn evenly, then one of its samples, with replacement. Rare samples come again and again, some frequent ones not at all (Kang et al. 2020)"
            }
            Self::SquareRoot => "p_j ∝ √n_j, halfway between instance- and class-balanced (Kang et al. 2020)",
            Self::Progressive => {
                "p_j(t) = (1 − t/T)·n_j/N + (t/T)/C: instance-balanced in the first epoch, almost class-balanced in the last (Kang et al. 2020)"
            }
            Self::OverSampling => {
                "Samples drawn at random are copied until every class has n_max of them; an epoch is longer (Buda et al. 2018)"
            }
            Self::UnderSampling => {
                "Of every class n_min samples drawn at random stay, the others are dropped; an epoch is shorter (Buda et al. 2018)"
            }
            Self::Smote => {
                "Every class is filled up to n_max with made samples x + u·(x_nn − x): x_nn is one of the k nearest neighbours of x in its class, u is drawn from 0 to 1. A class with one sample can only be duplicated (Chawla et al. 2002)"
            }
        }
    }

    /// Whether it changes the training part once, rather than draw anew for every epoch.
    pub fn is_resampling(self) -> bool {
        matches!(self, Self::OverSampling | Self::UnderSampling | Self::Smote)
    }

    /// Whether the expected share of a class in a batch changes over the run.
    pub fn changes_over_epochs(self) -> bool {
        self == Self::Progressive
    }
}

/// A sampler with its parameter; two that sample alike are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    sampler: Sampler,
    neighbours: usize,
}

impl Sampling {
    /// A sampler; `neighbours` is k of SMOTE, 1 to [`MAX_NEIGHBOURS`], and is ignored by the others.
    pub fn new(sampler: Sampler, neighbours: usize) -> Self {
        Self { sampler, neighbours: if sampler == Sampler::Smote { neighbours } else { 0 } }
    }

    /// Which one it is.
    pub fn sampler(self) -> Sampler {
        self.sampler
    }

    /// k of SMOTE; `None` for the others.
    pub fn neighbours(self) -> Option<usize> {
        (self.sampler == Sampler::Smote).then_some(self.neighbours)
    }

    /// The sampler's name with its parameter.
    pub fn label(self) -> String {
        match self.neighbours() {
            Some(k) => format!("{}, k = {k}", self.sampler.label()),
            None => self.sampler.label().to_owned(),
        }
    }

    /// Checks the parameter.
    ///
    /// # Errors
    /// When k of SMOTE is outside its range.
    pub fn check(self) -> Result<(), DataError> {
        match self.neighbours() {
            Some(k) if !(1..=MAX_NEIGHBOURS).contains(&k) => Err(DataError::OutOfRange {
                name: "the number of neighbours k of SMOTE",
                range: "1 to 50",
                got: k.to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// Samples that every class with samples has after resampling; `None` where the training part stays as it is.
    fn target(self, counts: &ClassCounts) -> Option<u64> {
        match self.sampler {
            Sampler::OverSampling | Sampler::Smote => Some(counts.max()),
            Sampler::UnderSampling => Some(counts.min_present()),
            Sampler::Instance | Sampler::ClassBalanced | Sampler::SquareRoot | Sampler::Progressive => None,
        }
    }

    /// Checks that the training set will fit into memory.
    ///
    /// # Errors
    /// When resampling would make more rows or numbers than the lab takes.
    pub fn check_size(self, counts: &ClassCounts, n_features: usize) -> Result<(), DataError> {
        let Some(target) = self.target(counts) else { return Ok(()) };
        let classes = counts.as_slice().iter().filter(|&&n| n > 0).count();
        let rows = target.saturating_mul(classes as u64);
        check_size(rows, n_features).map_err(|_| DataError::ResampledTooLarge {
            sampler: self.sampler.label(),
            target,
            classes,
            rows,
            features: n_features,
            limit: MAX_SAMPLES,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_smote_has_neighbours_and_they_are_checked() {
        assert_eq!(Sampling::new(Sampler::OverSampling, 3), Sampling::new(Sampler::OverSampling, 7));
        assert_ne!(Sampling::new(Sampler::Smote, 3), Sampling::new(Sampler::Smote, 7));
        for k in [0, 51] {
            assert!(Sampling::new(Sampler::ClassBalanced, k).check().is_ok());
            let message = Sampling::new(Sampler::Smote, k).check().unwrap_err().to_string();
            assert_eq!(message, format!("the number of neighbours k of SMOTE must be 1 to 50, got {k}"));
        }
    }

    #[test]
    fn a_training_set_that_would_not_fit_is_refused_with_its_size() {
        let counts = ClassCounts::new(vec![600_000, 10, 0]).unwrap();
        for sampler in Sampler::ALL {
            let checked = Sampling::new(sampler, 5).check_size(&counts, 2);
            let is_too_large = matches!(sampler, Sampler::OverSampling | Sampler::Smote);
            assert_eq!(checked.is_err(), is_too_large, "{sampler:?}");
            if let Err(error) = checked {
                let message = error.to_string();
                assert!(message.contains("600000 samples in each of 2 classes make 1200000 rows"), "{message}");
            }
        }
    }
}
