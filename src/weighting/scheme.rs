//! Weighting schemes and their normalisation.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::effective::{Beta, WeightingError, effective_number};
use crate::distribution::ClassCounts;

/// How the raw weight of a class follows from its count n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scheme {
    /// 1 for every class.
    Uniform,
    /// 1/n: every class has the same total weight in the loss.
    InverseFrequency,
    /// 1/√n: half way, on a log scale, between uniform and inverse frequency.
    InverseSqrtFrequency,
    /// 1/E_n with the effective number of samples at β in [0, 1).
    EffectiveNumber {
        /// β = (N − 1)/N for a space of N prototypes.
        beta: Beta,
    },
}

impl Scheme {
    /// The effective number at a β.
    ///
    /// # Errors
    /// When β is outside [0, 1) or not a number.
    pub fn effective_number(beta: f64) -> Result<Self, WeightingError> {
        Ok(Self::EffectiveNumber { beta: Beta::new(beta)? })
    }

    /// The raw weight of a class with `n` samples; 0 for an empty class.
    fn raw_weight(self, n: u64) -> f64 {
        if n == 0 {
            return 0.0;
        }
        match self {
            Self::Uniform => 1.0,
            Self::InverseFrequency => 1.0 / n as f64,
            Self::InverseSqrtFrequency => 1.0 / (n as f64).sqrt(),
            Self::EffectiveNumber { beta } => 1.0 / effective_number(beta.get(), n),
        }
    }

    /// The scheme without its parameter.
    pub fn kind(self) -> SchemeKind {
        match self {
            Self::Uniform => SchemeKind::Uniform,
            Self::InverseFrequency => SchemeKind::InverseFrequency,
            Self::InverseSqrtFrequency => SchemeKind::InverseSqrtFrequency,
            Self::EffectiveNumber { .. } => SchemeKind::EffectiveNumber,
        }
    }

    /// β of the effective number; `None` for the other schemes.
    pub fn beta(self) -> Option<f64> {
        if let Self::EffectiveNumber { beta } = self { Some(beta.get()) } else { None }
    }
}

/// The raw weight of something with `n` samples; 0 where there are none.
pub(super) fn raw_weight(scheme: Scheme, n: u64) -> f64 {
    scheme.raw_weight(n)
}

/// A scheme without its parameter: what a menu or a file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SchemeKind {
    /// See [`Scheme::Uniform`].
    Uniform,
    /// See [`Scheme::InverseFrequency`].
    InverseFrequency,
    /// See [`Scheme::InverseSqrtFrequency`].
    #[serde(alias = "inverse_sqrt")]
    InverseSqrtFrequency,
    /// See [`Scheme::EffectiveNumber`].
    EffectiveNumber,
}

impl SchemeKind {
    /// Every kind, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The scheme of this kind; β is used by the effective number alone.
    ///
    /// # Errors
    /// When the effective number gets a β outside [0, 1).
    pub fn with_beta(self, beta: f64) -> Result<Scheme, WeightingError> {
        Ok(match self {
            Self::Uniform => Scheme::Uniform,
            Self::InverseFrequency => Scheme::InverseFrequency,
            Self::InverseSqrtFrequency => Scheme::InverseSqrtFrequency,
            Self::EffectiveNumber => Scheme::effective_number(beta)?,
        })
    }

    /// The scheme's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Uniform => "Uniform",
            Self::InverseFrequency => "Inverse frequency",
            Self::InverseSqrtFrequency => "Inverse square root",
            Self::EffectiveNumber => "Effective number",
        }
    }

    /// The rule in one line, for tooltips.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Uniform => "w = 1 for every class",
            Self::InverseFrequency => "w = 1/n: every class has the same total weight in the loss",
            Self::InverseSqrtFrequency => "w = 1/√n: half way between uniform and inverse frequency",
            Self::EffectiveNumber => "w = 1/E_n with E_n = (1 − βⁿ)/(1 − β)",
        }
    }
}

/// How weights are scaled; the scale acts as a learning rate, so it is always on show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// Σ w_i = number of classes with samples (Cui et al. 2019).
    SumToClasses,
    /// Σ n_i w_i = N: the mean weight of a sample is one (scikit-learn's "balanced").
    #[serde(alias = "mean_sample_one")]
    MeanSampleWeightOne,
    /// The weights as the scheme gives them.
    None,
}

impl Normalisation {
    /// Every normalisation, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The normalisation's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::SumToClasses => "Sum to classes",
            Self::MeanSampleWeightOne => "Mean sample weight one",
            Self::None => "None",
        }
    }

    /// What it does, for tooltips.
    pub fn formula(self) -> &'static str {
        match self {
            Self::SumToClasses => {
                "Σ w_i = C, as in the class-balanced loss paper. The mean weight of a sample is then below 1 for long tails: a smaller learning rate"
            }
            Self::MeanSampleWeightOne => {
                "Σ n_i·w_i = N, scikit-learn's \"balanced\". Losses with different weights then train at the same speed"
            }
            Self::None => "The weights as the scheme gives them. 1/n makes them very small: raise the learning rate",
        }
    }
}

/// Unnormalised weights, shape `[n_classes]`; 0 for an empty class.
pub fn raw_weights(counts: &ClassCounts, scheme: Scheme) -> Vec<f64> {
    counts.as_slice().iter().map(|&n| scheme.raw_weight(n)).collect()
}

/// Scales weights, shape `[n_classes]`, in place; classes without samples take no part.
pub fn normalise(weights: &mut [f64], counts: &ClassCounts, normalisation: Normalisation) {
    let counts = counts.as_slice();
    let factor = match normalisation {
        Normalisation::None => return,
        Normalisation::SumToClasses => {
            let n_present = counts.iter().filter(|&&n| n > 0).count();
            n_present as f64 / compensated_sum(weights.iter().copied())
        }
        Normalisation::MeanSampleWeightOne => {
            let total = compensated_sum(counts.iter().map(|&n| n as f64));
            total / compensated_sum(weights.iter().zip(counts).map(|(w, &n)| w * n as f64))
        }
    };
    for weight in weights {
        *weight *= factor;
    }
}

/// One weight per class, shape `[n_classes]`, under a scheme and a normalisation.
///
/// ```
/// use longtail_lab::{distribution::ClassCounts, weighting::{Normalisation, Scheme, class_weights}};
/// let counts = ClassCounts::new(vec![30, 10])?;
/// let weights = class_weights(&counts, Scheme::InverseFrequency, Normalisation::SumToClasses);
/// assert_eq!(weights, [0.5, 1.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Source
/// Cui et al., CVPR 2019, section 4 (effective number, sum to classes).
pub fn class_weights(counts: &ClassCounts, scheme: Scheme, normalisation: Normalisation) -> Vec<f64> {
    let mut weights = raw_weights(counts, scheme);
    normalise(&mut weights, counts, normalisation);
    weights
}

/// Neumaier's sum: a million terms add up to full precision.
fn compensated_sum(terms: impl Iterator<Item = f64>) -> f64 {
    let (sum, carry) = terms.fold((0.0_f64, 0.0_f64), |(sum, carry), term| {
        let next = sum + term;
        let lost = if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        (next, carry + lost)
    });
    sum + carry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schemes() -> [Scheme; 4] {
        SchemeKind::ALL.map(|kind| kind.with_beta(0.99).unwrap())
    }

    #[test]
    fn equal_counts_make_every_scheme_uniform() {
        let counts = ClassCounts::new(vec![40; 5]).unwrap();
        for scheme in schemes() {
            for normalisation in [Normalisation::SumToClasses, Normalisation::MeanSampleWeightOne] {
                for weight in class_weights(&counts, scheme, normalisation) {
                    assert!((weight - 1.0).abs() < 1e-14, "{scheme:?} {normalisation:?}: {weight}");
                }
            }
        }
    }

    #[test]
    fn an_empty_class_weighs_nothing_and_takes_no_part() {
        let with_empty = ClassCounts::new(vec![30, 0, 10]).unwrap();
        let without = ClassCounts::new(vec![30, 10]).unwrap();
        for scheme in schemes() {
            for normalisation in Normalisation::ALL {
                let weights = class_weights(&with_empty, scheme, normalisation);
                let expected = class_weights(&without, scheme, normalisation);
                assert_eq!(weights, [expected[0], 0.0, expected[1]], "{scheme:?} {normalisation:?}");
            }
        }
    }

    #[test]
    fn beta_outside_its_range_is_refused() {
        for beta in [1.0, 1.5, -0.1, f64::NAN, f64::INFINITY] {
            assert!(SchemeKind::InverseFrequency.with_beta(beta).is_ok(), "β = {beta}");
            let refused = SchemeKind::EffectiveNumber.with_beta(beta);
            assert!(refused.unwrap_err().to_string().starts_with("β must be in [0, 1)"), "β = {beta}");
        }
    }

    #[test]
    fn a_long_sum_keeps_its_digits() {
        let sum = compensated_sum(std::iter::once(1e16).chain(std::iter::repeat_n(1.0, 1000)));
        assert_eq!(sum, 1e16 + 1000.0);
    }
}
