//! The curves of the class-balanced loss paper's figures 3 and 6.

use super::effective::effective_number;

/// The class-balanced term (1 − β)/(1 − βⁿ) = 1/E_n of a class with `n` samples; 0 for an empty class.
///
/// β = 0 gives 1 whatever n is, β → 1 gives 1/n.
///
/// ```
/// use longtail_lab::weighting::class_balanced_term;
/// assert_eq!(class_balanced_term(0.5, 2), 1.0 / 1.5);
/// ```
///
/// # Source
/// Cui, Jia, Lin, Song, Belongie, "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019, figure 3.
pub fn class_balanced_term(beta: f64, n: u64) -> f64 {
    if n == 0 { 0.0 } else { 1.0 / effective_number(beta, n) }
}

/// Counts at which a curve over counts is drawn: whole numbers from 1 to `n_max`, evenly on a log scale, each once.
///
/// At most `n_points` of them; 1 and `n_max` are among them where `n_points` is at least 2.
pub fn log_counts(n_max: u64, n_points: usize) -> Vec<u64> {
    let last = n_points.max(2) - 1;
    let span = (n_max.max(1) as f64).ln();
    let count = |idx: usize| (span * idx as f64 / last as f64).exp().round() as u64;
    let mut counts: Vec<u64> = (0..=last).map(count).collect();
    counts.dedup();
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        distribution::ClassCounts,
        weighting::{Scheme, raw_weights},
    };

    #[test]
    fn the_curve_over_counts_is_that_of_the_weights() {
        for beta in [0.0, 0.9, 0.99, 0.999, 0.9999] {
            let counts = ClassCounts::new(vec![1, 20, 500, 5000, 0]).unwrap();
            let weights = raw_weights(&counts, Scheme::effective_number(beta).unwrap());
            let terms: Vec<f64> = counts.as_slice().iter().map(|&n| class_balanced_term(beta, n)).collect();
            assert_eq!(terms, weights, "β = {beta}");
        }
    }

    #[test]
    fn figure_3_levels_off_at_one_minus_beta_and_starts_at_one() {
        for (beta, level) in [(0.9, 0.1), (0.99, 0.01), (0.999, 0.001)] {
            assert_eq!(class_balanced_term(beta, 1), 1.0);
            let got = class_balanced_term(beta, 50_000);
            assert!((got / level - 1.0).abs() < 1e-9, "β = {beta}: {got}");
        }
        // (1 − 0.999)/(1 − 0.999⁵⁰⁰), worked out by hand: 0.999⁵⁰⁰ = 0.606379.
        assert!((class_balanced_term(0.999, 500) - 0.001 / (1.0 - 0.606_379)).abs() < 1e-8);
    }

    #[test]
    fn counts_of_a_curve_rise_from_one_to_the_largest() {
        for n_max in [1, 2, 20, 5000, 1_000_000_000] {
            let counts = log_counts(n_max, 100);
            assert_eq!((counts[0], counts[counts.len() - 1]), (1, n_max));
            assert!(counts.len() <= 100 && counts.windows(2).all(|pair| pair[0] < pair[1]), "{counts:?}");
        }
    }
}
