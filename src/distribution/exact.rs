//! The formulas of profiles with 32 digits, so that truncation takes nothing from a count that is a whole number.

use crate::numbers::{Decimal, Twofold};

/// A profile of a number of classes, from a largest to a smallest count.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExactProfile {
    /// C − 1.
    last: usize,
    n_max: Twofold,
    n_min: Twofold,
    /// ln F.
    log_factor: Twofold,
}

/// Quantiles of a Pareto distribution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pareto {
    /// 1/α.
    exponent: Twofold,
    /// (2C − 1)^(−1/α), the quantile of the last class beside that of the first.
    tail: Twofold,
}

/// A parameter as it is written.
fn number(value: f64) -> Twofold {
    match Decimal::of(value.abs()) {
        Some(Decimal { p, q, .. }) => Twofold::ratio(p, q),
        None => Twofold::from(value),
    }
}

fn count(n: u64) -> Twofold {
    Twofold::whole(u128::from(n))
}

/// Truncates by a double where that is far enough from the next whole number, else by all digits.
fn truncated(estimate: f64, exact: impl FnOnce() -> Twofold) -> u64 {
    // Some hundred times the rounding errors of the formulas.
    const CLOSE: f64 = 1e-12;
    let is_far = (estimate - estimate.round()).abs() > (estimate * CLOSE).max(CLOSE);
    if is_far { estimate as u64 } else { exact().floor() }
}

impl ExactProfile {
    /// At least two classes, a factor F ≥ 1.
    pub(super) fn new(n_classes: usize, n_max: u64, factor: f64) -> Self {
        let (n_max, factor) = (count(n_max), number(factor.max(1.0)));
        Self { last: n_classes.saturating_sub(1).max(1), n_max, n_min: n_max / factor, log_factor: factor.ln() }
    }

    /// ⌊n_max · (1/F)^(i/(C−1))⌋.
    pub(super) fn exponential(&self, rank: usize) -> u64 {
        let estimate = self.n_max.value() * (-self.log_factor.value() * (rank as f64 / self.last as f64)).exp();
        let position = || Twofold::ratio(rank as u128, self.last as u128);
        truncated(estimate, || self.n_max * (-(self.log_factor * position())).exp())
    }

    /// ⌊n_max − (n_max − n_max/F) · i/(C−1)⌋.
    pub(super) fn linear(&self, rank: usize) -> u64 {
        let rest = self.last.saturating_sub(rank);
        self.along(rest as f64 / self.last as f64, || Twofold::ratio(rest as u128, self.last as u128))
    }

    /// ⌊n_max/(i+1)^s⌋.
    pub(super) fn zipf(&self, rank: usize, exponent: f64) -> u64 {
        let estimate = self.n_max.value() / ((rank + 1) as f64).powf(exponent);
        let place = || Twofold::whole(rank as u128 + 1);
        truncated(estimate, || self.n_max * (-(place().ln() * number(exponent))).exp())
    }

    /// ⌊n_min + (n_max − n_min) · h⌋ with h a quantile of a Pareto distribution.
    pub(super) fn pareto(&self, rank: usize, pareto: &Pareto) -> u64 {
        self.along(pareto.estimate(rank), || pareto.height(rank))
    }

    /// ⌊n_min + (n_max − n_min) · h⌋, h from 0 to 1.
    fn along(&self, estimate: f64, height: impl FnOnce() -> Twofold) -> u64 {
        let (least, most) = (self.n_min.value(), self.n_max.value());
        truncated(least + (most - least) * estimate, || self.n_min + (self.n_max - self.n_min) * height())
    }
}

impl Pareto {
    /// Quantiles of the Pareto distribution with power α > 0 at (i + ½)/C, scaled to 1 at the head and 0 at the end of the
    /// tail.
    pub(super) fn new(n_classes: usize, power: f64) -> Self {
        // Beyond the least power every class but the first has quantile 0.
        const LEAST: f64 = 1e-9;
        let exponent = Twofold::from(1.0) / number(power.max(LEAST));
        let pareto = Self { exponent, tail: Twofold::from(0.0) };
        Self { tail: pareto.beside_head(n_classes.saturating_sub(1)), ..pareto }
    }

    /// The quantile beside that of the first class, (2i + 1)^(−1/α).
    fn beside_head(&self, rank: usize) -> Twofold {
        (-(Twofold::whole(2 * rank as u128 + 1).ln() * self.exponent)).exp()
    }

    /// The scaled quantile of a class.
    fn height(&self, rank: usize) -> Twofold {
        (self.beside_head(rank) - self.tail) / (Twofold::from(1.0) - self.tail)
    }

    /// As [`Pareto::height`], in doubles.
    fn estimate(&self, rank: usize) -> f64 {
        let quantile = ((2 * rank + 1) as f64).powf(-self.exponent.value());
        (quantile - self.tail.value()) / (1.0 - self.tail.value())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::distribution::{DistributionSpec, Profile};

    /// A whole number of any size, in digits to the base 2³², the lowest first: exact, and nothing of what it checks.
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Large(Vec<u32>);

    impl Large {
        fn of(mut n: u128) -> Self {
            let mut digits = Vec::new();
            while n > 0 {
                digits.push(n as u32);
                n >>= 32;
            }
            Self(digits)
        }

        fn times(&self, other: &Self) -> Self {
            let mut product = vec![0_u32; self.0.len() + other.0.len()];
            for (i, &a) in self.0.iter().enumerate() {
                let mut carry = 0_u64;
                for (j, &b) in other.0.iter().enumerate() {
                    let sum = u64::from(product[i + j]) + u64::from(a) * u64::from(b) + carry;
                    product[i + j] = sum as u32;
                    carry = sum >> 32;
                }
                product[i + other.0.len()] = carry as u32;
            }
            while product.last() == Some(&0) {
                product.pop();
            }
            Self(product)
        }

        fn power(&self, exponent: u32) -> Self {
            (0..exponent).fold(Self::of(1), |product, _| product.times(self))
        }

        fn is_at_most(&self, other: &Self) -> bool {
            self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())).is_le()
        }
    }

    /// The largest n from 1 to n_max, or 1, for which a condition holds that holds up to some number.
    fn largest(n_max: u64, holds: impl Fn(&Large) -> bool) -> u64 {
        let (mut known, mut beyond) = (1, n_max + 1);
        while known + 1 < beyond {
            let middle = u64::midpoint(known, beyond);
            if holds(&Large::of(middle.into())) { known = middle } else { beyond = middle }
        }
        known
    }

    fn counts(profile: Profile, n_classes: usize, n_max: u64, (p, q): (u32, u32)) -> Vec<u64> {
        let imbalance = f64::from(p) / f64::from(q);
        let spec = DistributionSpec {
            profile,
            classes: n_classes,
            max_count: n_max,
            imbalance,
            ..DistributionSpec::default()
        };
        spec.counts().unwrap().as_slice().to_vec()
    }

    /// n ≤ n_max (q/p)^(i/L) exactly where n^L p^i ≤ n_max^L q^i.
    fn exponential(n_classes: usize, n_max: u64, (p, q): (u32, u32)) -> Vec<u64> {
        let last = n_classes as u32 - 1;
        let [p, q, max] = [p.into(), q.into(), u128::from(n_max)].map(Large::of);
        let count = |rank: u32| {
            let most = max.power(last).times(&q.power(rank));
            let divided = p.power(rank);
            largest(n_max, |n| n.power(last).times(&divided).is_at_most(&most))
        };
        (0..=last).map(count).collect()
    }

    /// n ≤ n_max − (n_max − n_max q/p) i/L exactly where n p L ≤ n_max (p L − (p − q) i).
    fn linear(n_classes: usize, n_max: u64, (p, q): (u32, u32)) -> Vec<u64> {
        let (p, q, last, max) = (u128::from(p), u128::from(q), n_classes as u128 - 1, u128::from(n_max));
        (0..=last).map(|rank| ((max * (p * last - (p - q) * rank) / (p * last)) as u64).max(1)).collect()
    }

    #[test]
    fn counts_that_are_whole_numbers_are_not_truncated_below() {
        let last = |profile, n_classes, n_max, factor| *counts(profile, n_classes, n_max, factor).last().unwrap();
        for profile in [Profile::Exponential, Profile::Step, Profile::Linear, Profile::Pareto] {
            assert_eq!(last(profile, 5, 98, (49, 1)), 2, "{profile:?}");
            assert_eq!(last(profile, 365, 4980, (996, 1)), 5, "{profile:?}");
            // 1.1 is meant, not the double beside it.
            assert_eq!(last(profile, 7, 11, (11, 10)), 10, "{profile:?}");
            assert_eq!(last(profile, 3, 123_000_000_000_007, (1, 1)), 123_000_000_000_007, "{profile:?}");
        }
        let powers = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1];
        assert_eq!(counts(Profile::Exponential, 7, 1_000_000, (1_000_000, 1)), powers);
        assert_eq!(counts(Profile::Exponential, 4, 1_000_000_000_000_000, (1_000_000_000, 1))[3], 1_000_000);
    }

    #[test]
    fn whole_quotients_and_roots_are_met_for_every_factor() {
        for factor in 1..400_u32 {
            for times in [1, 3, 50] {
                let n_max = u64::from(factor) * times;
                for n_classes in [2, 10, 100] {
                    let counts = counts(Profile::Exponential, n_classes, n_max, (factor, 1));
                    assert_eq!(counts[n_classes - 1], times, "{n_max} by {factor} in {n_classes} classes");
                }
                let square = u64::from(factor) * u64::from(factor) * times;
                let middle = counts(Profile::Exponential, 3, square, (factor * factor, 1))[1];
                assert_eq!(middle, u64::from(factor) * times);
            }
        }
    }

    proptest! {
        #[test]
        fn exponential_counts_are_those_of_whole_numbers(n_classes in 2..14_usize, n_max in 1..100_000_u64, p in 1..500_u32, q in 1..20_u32) {
            let factor = (p.max(q), p.min(q));
            prop_assume!(factor.1 == 1 || matches!(factor.1, 2 | 4 | 5 | 8 | 10 | 16 | 20));
            prop_assert_eq!(counts(Profile::Exponential, n_classes, n_max, factor), exponential(n_classes, n_max, factor));
        }

        #[test]
        fn exponential_counts_of_powers_are_those_of_whole_numbers(base in 2..30_u32, power in 1..4_u32, times in 1..1000_u64, n_classes in 2..10_usize) {
            let factor = (base.pow(power), 1);
            let n_max = u64::from(factor.0) * times;
            prop_assert_eq!(counts(Profile::Exponential, n_classes, n_max, factor), exponential(n_classes, n_max, factor));
        }

        #[test]
        fn linear_counts_are_those_of_whole_numbers(n_classes in 2..2000_usize, n_max in 1..1_000_000_000_000_000_u64, p in 1..100_000_u32) {
            let n_max = n_max.min(u64::from(u32::MAX) * 1000);
            prop_assert_eq!(counts(Profile::Linear, n_classes, n_max, (p, 1)), linear(n_classes, n_max, (p, 1)));
        }

        #[test]
        fn zipf_counts_are_those_of_whole_numbers(n_classes in 2..300_usize, n_max in 1..1_000_000_000_u64, halves in 0..7_u32) {
            let exponent = f64::from(halves) / 2.0;
            let spec = DistributionSpec { profile: Profile::Zipf, classes: n_classes, max_count: n_max, zipf_exponent: exponent, ..DistributionSpec::default() };
            // n ≤ n_max/r^(h/2) exactly where n² r^h ≤ n_max².
            let square = Large::of(n_max.into()).power(2);
            let count = |rank: usize| {
                let divided = Large::of(rank as u128 + 1).power(halves);
                largest(n_max, |n| n.power(2).times(&divided).is_at_most(&square))
            };
            let counts = spec.counts().unwrap();
            for (rank, &n) in counts.as_slice().iter().enumerate() {
                prop_assert_eq!(n, count(rank), "rank {}", rank);
            }
        }

        #[test]
        fn pareto_counts_with_power_one_are_those_of_whole_numbers(n_classes in 2..300_u64, n_max in 1..1_000_000_u64, factor in 1..1000_u64) {
            let spec = DistributionSpec { profile: Profile::Pareto, classes: n_classes as usize, max_count: n_max, imbalance: factor as f64, pareto_power: 1.0, ..DistributionSpec::default() };
            // h = (1/(2i+1) − 1/(2C−1))/(1 − 1/(2C−1)) = (C − 1 − i)/((2i+1)(C − 1)); n_min + (n_max − n_min) h over F (2i+1)(C−1).
            let (c, max, f) = (u128::from(n_classes), u128::from(n_max), u128::from(factor));
            for (rank, &n) in spec.counts().unwrap().as_slice().iter().enumerate() {
                let width = (2 * rank as u128 + 1) * (c - 1);
                let exact = max * (width + (f - 1) * (c - 1 - rank as u128)) / (f * width);
                prop_assert_eq!(u128::from(n), exact.max(1), "rank {}", rank);
            }
        }
    }

    #[test]
    fn minorities_are_the_rounded_share_as_it_is_written() {
        let n_minority = |share: f64, classes: usize| {
            let spec = DistributionSpec {
                profile: Profile::Step,
                classes,
                minority_share: share,
                max_count: 100,
                imbalance: 10.0,
                ..DistributionSpec::default()
            };
            spec.counts().unwrap().as_slice().iter().filter(|&&n| n == 10).count()
        };
        // 0.145 · 100 is 14.499999999999998 in doubles.
        assert_eq!([n_minority(0.145, 100), n_minority(0.35, 10), n_minority(0.29, 100)], [15, 4, 29]);
    }
}
