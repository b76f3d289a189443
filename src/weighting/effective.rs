//! The effective number of samples.

use crate::distribution::ClassCounts;

/// What can be wrong with a weighting.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightingError {
    /// β is outside [0, 1) or not a number.
    #[error("β must be in [0, 1), got {0}{hint}", hint = if *.0 >= 1.0 { ": β = 1 is inverse frequency, use that scheme instead" } else { "" })]
    Beta(f64),
}

/// Effective number of `n` samples, E_n = (1 − β^n)/(1 − β): the expected volume that they cover.
///
/// Each sample covers a unit of a space of N = 1/(1 − β) prototypes; the more samples a class has, the more likely a
/// new one falls on what is covered already. β = 0 gives 1 whatever n is, β → 1 gives n. A class without samples has
/// effective number 0.
///
/// Computed as −expm1(n·ln β)/(1 − β), which keeps full precision where 1 − β^n would cancel.
///
/// ```
/// use longtail_lab::weighting::effective_number;
/// assert_eq!(effective_number(0.5, 2), 1.5);
/// assert_eq!(effective_number(0.0, 5000), 1.0);
/// assert!((effective_number(0.999, 5000) - 993.279).abs() < 1e-3);
/// ```
///
/// # Source
/// Cui, Jia, Lin, Song, Belongie, "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019, equation 3.
pub fn effective_number(beta: f64, n: u64) -> f64 {
    if n == 0 {
        return 0.0;
    }
    // Below one half ln β is exact as it stands; above, 1 − β is exact and ln_1p keeps the small logarithm's digits.
    let ln_beta = if beta < 0.5 { beta.ln() } else { (-(1.0 - beta)).ln_1p() };
    -(n as f64 * ln_beta).exp_m1() / (1.0 - beta)
}

/// Volume of the space of prototypes that β stands for, N = 1/(1 − β); the limit of [`effective_number`] for many samples.
pub fn n_prototypes(beta: f64) -> f64 {
    1.0 / (1.0 - beta)
}

/// A β that makes no difference for these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BetaHint {
    /// Every class is saturated, E_n ≈ 1/(1 − β): all weights are equal to within 1 %.
    AlmostUniform,
    /// E_n ≈ n for every class: the weights are inverse frequency to within 1 %.
    AlmostInverseFrequency,
}

impl BetaHint {
    /// The hint as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AlmostUniform => {
                "β is too small for these counts: all weights are equal to within 1 %. Move it towards 1"
            }
            Self::AlmostInverseFrequency => {
                "β is so close to 1 that these weights are inverse frequency to within 1 %. Move it away from 1"
            }
        }
    }
}

/// Tells when β makes no difference for these counts; `None` when it does, or when all counts are equal.
pub fn beta_hint(counts: &ClassCounts, beta: f64) -> Option<BetaHint> {
    let (n_max, n_min) = (counts.max(), counts.min_present());
    if n_max == n_min {
        return None;
    }
    let (largest, smallest) = (effective_number(beta, n_max), effective_number(beta, n_min));
    if largest < smallest * 1.01 {
        Some(BetaHint::AlmostUniform)
    } else if (largest / n_max as f64) * 1.01 > smallest / n_min as f64 {
        Some(BetaHint::AlmostInverseFrequency)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recurrence_of_the_paper_holds() {
        for beta in [0.0, 0.3, 0.9, 0.999, 1.0 - 1e-10] {
            assert!((effective_number(beta, 1) - 1.0).abs() < 1e-12, "E_1 at β = {beta}");
            for n in [1_u64, 2, 10, 1000] {
                let (now, next) = (effective_number(beta, n), effective_number(beta, n + 1));
                assert!((next - (1.0 + beta * now)).abs() <= 1e-12 * next, "β = {beta}, n = {n}");
            }
        }
    }

    #[test]
    fn the_limits_are_the_number_of_samples_and_the_number_of_prototypes() {
        assert!((effective_number(1.0 - 1e-15, 1000) / 1000.0 - 1.0).abs() < 1e-9);
        assert!((effective_number(0.99, 1_000_000) - n_prototypes(0.99)).abs() < 1e-9);
        assert_eq!(effective_number(f64::MIN_POSITIVE, 5), 1.0);
    }

    #[test]
    fn hints_come_at_both_ends_and_not_between() {
        let counts = ClassCounts::new(vec![2000, 200, 20]).unwrap();
        assert_eq!(beta_hint(&counts, 0.5), Some(BetaHint::AlmostUniform));
        assert_eq!(beta_hint(&counts, 0.999), None);
        assert_eq!(beta_hint(&counts, 0.999_999_9), Some(BetaHint::AlmostInverseFrequency));
        assert_eq!(beta_hint(&ClassCounts::new(vec![7, 7]).unwrap(), 0.5), None);
    }
}
