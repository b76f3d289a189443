//! The effective number of samples.

use std::fmt;

use crate::{distribution::ClassCounts, numbers::written};

/// What can be wrong with a weighting.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightingError {
    /// β is outside [0, 1) or not a number.
    #[error("β must be in [0, 1), got {}{hint}", written(*.0), hint = if *.0 >= 1.0 { ": β = 1 is inverse frequency, use that scheme instead" } else { "" })]
    Beta(f64),
    /// A size of a simulation is outside its range.
    #[error("{name} must be from 1 to {max}, got {got}")]
    OutOfRange {
        /// The size in words.
        name: &'static str,
        /// The largest value.
        max: u64,
        /// What was given.
        got: u64,
    },
}

/// A β of the effective number: it lies in [0, 1).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Beta(f64);

impl Beta {
    /// The β that stands for one where no objective has any, 0.999.
    pub const USUAL: Self = Self(0.999);

    /// Takes a number in [0, 1).
    ///
    /// # Errors
    /// When it lies outside, or is not a number.
    pub fn new(beta: f64) -> Result<Self, WeightingError> {
        if (0.0..1.0).contains(&beta) { Ok(Self(beta)) } else { Err(WeightingError::Beta(beta)) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Beta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
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
    if n <= 1 {
        return n as f64;
    }
    // Below one half ln β is exact as it stands; above, 1 − β is exact and ln_1p keeps the small logarithm's digits.
    let ln_beta = if beta < 0.5 { beta.ln() } else { (-(1.0 - beta)).ln_1p() };
    -(n as f64 * ln_beta).exp_m1() / (1.0 - beta)
}

/// Volume of the space of prototypes that β stands for, N = 1/(1 − β); the limit of [`effective_number`] for many samples.
pub fn n_prototypes(beta: f64) -> f64 {
    1.0 / (1.0 - beta)
}

/// The β that stands for a space of N ≥ 1 prototypes, β = (N − 1)/N; the inverse of [`n_prototypes`].
pub fn beta_of_prototypes(n_prototypes: f64) -> f64 {
    (n_prototypes - 1.0) / n_prototypes
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
///
/// All other weights lie between those of the most and the least frequent class, so these two decide: w_tail/w_head is
/// E_head/E_tail, which is 1 for uniform weights and n_head/n_tail for inverse frequency.
pub fn beta_hint(counts: &ClassCounts, beta: f64) -> Option<BetaHint> {
    hint_between(counts.max(), counts.min_present(), beta)
}

/// The hint for the counts of the most and the least frequent class.
fn hint_between(n_max: u64, n_min: u64, beta: f64) -> Option<BetaHint> {
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

/// The β that make a difference, from `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct BetaRange {
    /// Below this the weight ratio w_tail/w_head differs from 1 (uniform) by less than 1 %.
    pub low: f64,
    /// Above this the ratio is within 1 % of n_head/n_tail (inverse frequency).
    pub high: f64,
}

impl BetaRange {
    /// The range as a sentence, with two digits of 1 − β.
    pub fn sentence(self) -> String {
        let digits = |beta: f64| {
            let decimals = 1.0 + (-(1.0 - beta).log10()).ceil();
            format!("{beta:.*}", decimals.max(2.0) as usize)
        };
        format!("β makes a difference for these counts from about {} to {}", digits(self.low), digits(self.high))
    }
}

/// The β for which [`beta_hint`] has nothing to say, found by bisection on log(1 − β).
///
/// `None` when there are none: all counts are equal, or the most frequent class has at most about 2 % more samples than
/// the least frequent one, so that every β is within 1 % of uniform or of inverse frequency.
///
/// ```
/// use longtail_lab::{distribution::ClassCounts, weighting::beta_range};
/// // With 2 and 1 samples w_tail/w_head = E_2/E_1 = 1 + β, which is to lie between 1.01 and 2/1.01.
/// let range = beta_range(&ClassCounts::new(vec![2, 1])?).ok_or("β makes no difference")?;
/// assert!((range.low - 0.01).abs() < 1e-12 && (range.high - (2.0 / 1.01 - 1.0)).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn beta_range(counts: &ClassCounts) -> Option<BetaRange> {
    let (n_max, n_min) = (counts.max(), counts.min_present());
    if n_max == n_min {
        return None;
    }
    let hint = |beta| hint_between(n_max, n_min, beta);
    // E_head/E_tail grows with β, so that the hints come in one order: uniform, none, inverse frequency.
    let (_, low) = boundary(|beta| hint(beta) != Some(BetaHint::AlmostUniform))?;
    if hint(low).is_some() {
        return None;
    }
    let end = boundary(|beta| hint(beta) == Some(BetaHint::AlmostInverseFrequency));
    Some(BetaRange { low, high: end.map_or(1.0 - f64::EPSILON / 2.0, |(last, _)| last) })
}

/// The last β where something does not hold yet and the first where it does; `None` when it holds nowhere below 1.
fn boundary(holds: impl Fn(f64) -> bool) -> Option<(f64, f64)> {
    // −ln(1 − β) of the largest double below 1, rounded down.
    const LAST: f64 = 36.7;
    let beta_at = |position: f64| -(-position).exp_m1();
    let (mut before, mut after) = (0.0, LAST);
    if !holds(beta_at(after)) {
        return None;
    }
    // Each turn halves the interval; after these the two are neighbours among the doubles.
    for _ in 0..64 {
        let middle = f64::midpoint(before, after);
        if holds(beta_at(middle)) { after = middle } else { before = middle }
    }
    Some((beta_at(before), beta_at(after)))
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

    #[test]
    fn the_range_of_beta_is_where_there_is_no_hint() {
        for counts in [vec![2000, 200, 20], vec![1_000_000, 1], vec![50, 0, 49], vec![4, 1_000_000_000, 3]] {
            let counts = ClassCounts::new(counts).unwrap();
            let BetaRange { low, high } = beta_range(&counts).unwrap();
            assert!(low < high, "{counts:?}: {low} to {high}");
            let moved = |beta: f64, factor: f64| 1.0 - (1.0 - beta) * factor;
            assert_eq!(beta_hint(&counts, low), None, "{counts:?}");
            assert_eq!(beta_hint(&counts, high), None, "{counts:?}");
            assert_eq!(beta_hint(&counts, moved(low, 1.001)), Some(BetaHint::AlmostUniform), "{counts:?}");
            assert_eq!(beta_hint(&counts, moved(high, 0.999)), Some(BetaHint::AlmostInverseFrequency), "{counts:?}");
        }
    }

    #[test]
    fn the_range_is_told_with_digits_that_can_be_told_from_one() {
        let sentence = BetaRange { low: 0.012_34, high: 0.999_987_6 }.sentence();
        assert_eq!(sentence, "β makes a difference for these counts from about 0.01 to 0.999988");
    }

    #[test]
    fn counts_that_are_almost_equal_have_no_beta_that_matters() {
        for counts in [vec![7, 7], vec![1000, 1001], vec![1000, 1015], vec![3]] {
            assert_eq!(beta_range(&ClassCounts::new(counts).unwrap()), None);
        }
    }

    #[test]
    fn counts_beyond_the_reach_of_doubles_have_a_range_up_to_the_last_beta() {
        let saturated = ClassCounts::new(vec![1 << 62, 1 << 61]).unwrap();
        assert_eq!(beta_range(&saturated), None, "every β below 1 covers the whole space");
        let range = beta_range(&ClassCounts::new(vec![1 << 62, 10]).unwrap()).unwrap();
        assert!(range.high < 1.0 && 1.0 - range.high < 2e-16, "{range:?}");
        assert!(range.sentence().ends_with(" to 0.99999999999999989"), "{}", range.sentence());
    }

    #[test]
    fn a_space_of_prototypes_has_a_beta_and_back() {
        assert_eq!(beta_of_prototypes(1.0), 0.0);
        assert_eq!(beta_of_prototypes(1000.0), 0.999);
        assert!((n_prototypes(beta_of_prototypes(1e6)) - 1e6).abs() < 1e-3);
    }
}
