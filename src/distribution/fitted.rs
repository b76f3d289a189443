//! Counts that fall smoothly from a largest to a smallest one and have a given sum.

use crate::bounds::Bounded;

/// Halvings of the range of ln q; what is left of it moves single counts by one sample.
const HALVINGS: usize = 48;
/// A count is taken for the whole number above it from so close, of itself: what the last halvings leave of it.
const CLOSE: f64 = 2e-12;
/// Largest |ln q| that is tried; beyond it every class but one has the largest or the smallest count.
const WIDEST: f64 = 25.0;

/// The counts n_i = ⌊n_max · (n_min/n_max)^(t^q)⌋ with t = i/(C−1), shape `[n_classes]`, that add up to `total`.
///
/// t^q falls as q grows, so that the sum rises with q and q is found by bisection; q = 1 is the exponential profile. The
/// sum jumps where a count reaches the next whole number, so that in general no q gives the total itself. Between the
/// q below and the q above it, the classes take the higher one's counts from the head on until the total is reached:
/// the counts still never rise from head to tail, and the first is `n_max` and the last `n_min`.
///
/// `None` where no q gives the total, that is below n_max + (C−1)·n_min or above (C−1)·n_max + n_min. At least two
/// classes, 1 ≤ n_min ≤ n_max.
pub(super) fn fitted_counts(n_classes: usize, n_max: u64, n_min: u64, total: u64) -> Option<Vec<u64>> {
    let last = n_classes.checked_sub(1)?;
    let log_ranks: Vec<f64> = (1..last).map(|rank| (rank as f64 / last as f64).ln()).collect();
    let log_factor = (n_max as f64 / n_min as f64).ln();
    let inner = |log_q: f64| {
        let q = log_q.exp();
        let count = move |log_rank: &f64| {
            let exact = n_max as f64 * (-log_factor * (q * log_rank).exp()).exp();
            (exact + (exact * CLOSE).min(1e-3)) as u64
        };
        log_ranks.iter().map(move |log_rank| count(log_rank).within(n_min, n_max))
    };
    let wanted = u128::from(total).checked_sub(u128::from(n_max) + u128::from(n_min))?;
    let n_inner = log_ranks.len() as u128;
    if wanted < n_inner * u128::from(n_min) || wanted > n_inner * u128::from(n_max) {
        return None;
    }
    let (mut below, mut above) = (-WIDEST, WIDEST);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(below, above);
        if inner(middle).map(u128::from).sum::<u128>() <= wanted { below = middle } else { above = middle }
    }
    // At the ends of the range of totals the counts themselves are at their ends.
    let lower = inner(below).map(|n| if below == -WIDEST { n_min } else { n });
    let higher = inner(above).map(|n| if above == WIDEST { n_max } else { n });
    let mut missing = wanted.checked_sub(lower.clone().map(u128::from).sum())?;
    let mut counts = Vec::with_capacity(n_classes);
    counts.push(n_max);
    for (low, high) in lower.zip(higher) {
        let added = high.saturating_sub(low).min(u64::try_from(missing).unwrap_or(u64::MAX));
        missing -= u128::from(added);
        counts.push(low + added);
    }
    counts.push(n_min);
    (missing == 0).then_some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::DistributionSpec;

    #[track_caller]
    fn check(n_classes: usize, n_max: u64, n_min: u64, total: u64) -> Vec<u64> {
        let counts = fitted_counts(n_classes, n_max, n_min, total).unwrap();
        assert_eq!((counts.len(), counts[0], counts[n_classes - 1]), (n_classes, n_max, n_min));
        assert_eq!(counts.iter().sum::<u64>(), total);
        assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
        counts
    }

    #[test]
    fn published_totals_are_met_exactly() {
        check(8142, 1000, 2, 437_513);
        check(1000, 1280, 5, 115_846);
        check(365, 4980, 5, 62_500);
    }

    #[test]
    fn every_total_in_range_is_met_and_none_beyond() {
        for (n_classes, n_max, n_min) in [(2, 9, 3), (3, 9, 3), (7, 20, 1), (40, 30, 29), (5, 4, 4)] {
            let others = n_classes as u64 - 1;
            let (least, most) = (n_max + others * n_min, others * n_max + n_min);
            for total in least..=most {
                check(n_classes, n_max, n_min, total);
            }
            assert_eq!(fitted_counts(n_classes, n_max, n_min, least - 1), None);
            assert_eq!(fitted_counts(n_classes, n_max, n_min, most + 1), None);
        }
    }

    #[test]
    fn the_total_of_an_exponential_profile_gives_it_back() {
        for (n_classes, n_max, n_min) in [(50, 5000, 50), (7, 1_000_000, 1), (4, 1000, 1), (5, 98, 2), (365, 4980, 5)] {
            let imbalance = n_max as f64 / n_min as f64;
            let spec =
                DistributionSpec { classes: n_classes, max_count: n_max, imbalance, ..DistributionSpec::default() };
            let exponential = spec.counts().unwrap();
            assert_eq!(check(n_classes, n_max, n_min, exponential.total()), exponential.as_slice());
        }
    }

    #[test]
    fn huge_counts_do_not_overflow() {
        let most = 1_000_000_000_000_000;
        check(1000, most, 1, 500 * most);
        assert_eq!(fitted_counts(1000, most, 1, u64::MAX), None);
    }
}
