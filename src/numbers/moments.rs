//! Means and standard deviations of doubles of any size and offset.
//!
//! # Source
//! Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 1974. Chan, Golub, LeVeque,
//! "Algorithms for computing the sample variance", The American Statistician 1983, whose two passes these are, after a shift
//! that is exact and a scaling by a power of two.

use crate::bounds::Bounded;

/// A sum that keeps what single additions lose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    /// Adds a number.
    pub fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let (large, small) = if self.sum.abs() >= value.abs() { (self.sum, value) } else { (value, self.sum) };
        self.lost += (large - sum) + small;
        self.sum = sum;
    }

    /// The sum so far, as if it had been rounded once.
    pub fn value(self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Self::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}

/// Mean and population standard deviation of finite numbers, in a form that standardises others without losing digits:
/// z = ((x·2^−k − shift) − mean)/deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// 2^−k, which brings the largest size to about 1.
    scale: f64,
    /// The mean of what is scaled, rounded to a double.
    shift: f64,
    /// What the rounding left of the mean, below the last digit of the shift.
    mean: f64,
    /// Deviation of what is scaled; 0 where all numbers are the same.
    deviation: f64,
}

impl Moments {
    /// Of finite numbers that are gone through four times; of none, 0 and 0.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let (n, largest) = values.clone().fold((0_u64, 0.0_f64), |(n, most), x| (n + 1, most.max(x.abs())));
        let scale = scale_for(largest);
        let n = n.max(1) as f64;
        let scaled = || values.clone().map(|x| x * scale);
        let shift = scaled().map(|x| x / n).collect::<Sum>().value();
        let first = scaled().next().unwrap_or_default();
        let is_constant = scaled().all(|x| x == first);
        if is_constant {
            return Self { scale, shift: first, mean: 0.0, deviation: 0.0 };
        }
        let mean = scaled().map(|x| x - shift).collect::<Sum>().value() / n;
        let squares = scaled().map(|x| (x - shift - mean).powi(2)).collect::<Sum>().value();
        Self { scale, shift, mean, deviation: (squares / n).sqrt() }
    }

    /// Whether all numbers are the same.
    pub fn is_constant(&self) -> bool {
        self.deviation == 0.0
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        (self.shift + self.mean) / self.scale
    }

    /// The population standard deviation; 0 where all numbers are the same.
    pub fn deviation(&self) -> f64 {
        self.deviation / self.scale
    }

    /// A number in deviations from the mean; 0 where all numbers were the same, of which nothing could be learnt.
    pub fn standardised(&self, x: f64) -> f64 {
        if self.is_constant() { 0.0 } else { ((x * self.scale - self.shift) - self.mean) / self.deviation }
    }
}

/// The power of two that brings a size to between 1 and 2, as far as powers of two reach.
fn scale_for(largest: f64) -> f64 {
    const MOST: i32 = 1022;
    if largest == 0.0 {
        return 1.0;
    }
    // The exponent in the bits of a double; 0 stands for the smallest, which have fewer digits.
    let exponent = ((largest.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    2.0_f64.powi((-exponent).within(-MOST, MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[f64], expected: &[f64]) {
        let moments = Moments::of(values.iter().copied());
        for (&x, &z) in values.iter().zip(expected) {
            let got = moments.standardised(x);
            assert!((got - z).abs() <= 1e-12, "{x:e} of {values:?}: {got}, expected {z}");
        }
    }

    #[test]
    fn units_and_offsets_make_no_difference() {
        let plain = [-1.0, 0.0, 2.0, 3.0];
        // Mean 1, deviation √2.5.
        let expected = plain.map(|x| (x - 1.0) / 2.5_f64.sqrt());
        let tiny = 2.0_f64.powi(-530) * 2.0_f64.powi(-530);
        for unit in [1.0, tiny, 2.0_f64.powi(-540), 2.0_f64.powi(510), 2.0_f64.powi(1020)] {
            check(&plain.map(|x| x * unit), &expected);
        }
        for offset in [2.0_f64.powi(50), -2.0_f64.powi(49), 1e9, 9_192_631_770.0] {
            check(&plain.map(|x| x + offset), &expected);
        }
        // Nanoseconds, 256 apart in doubles.
        check(&plain.map(|x| 1_700_000_000_000_000_000.0 + 256.0 * x), &expected);
        check(&[f64::MAX, f64::MIN, 0.0, 0.0], &[2.0_f64.sqrt(), -2.0_f64.sqrt(), 0.0, 0.0]);
        check(&[1e-320, 3e-320], &[-1.0, 1.0]);
        check(&[1.0, 1.0 + f64::EPSILON], &[-1.0, 1.0]);
    }

    #[test]
    fn one_value_among_a_million_that_differs_by_a_last_digit_is_seen() {
        let n = 1_000_000;
        let values = (0..n).map(|idx| if idx == 77 { 1e9 + 2.0_f64.powi(-23) } else { 1e9 });
        let moments = Moments::of(values);
        // One of n: z = √(n − 1) for it, −1/√(n − 1) for the others.
        let root = f64::from(n - 1).sqrt();
        assert!((moments.standardised(1e9 + 2.0_f64.powi(-23)) / root - 1.0).abs() < 1e-12);
        assert!((moments.standardised(1e9) * root + 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_constant_has_no_deviation_and_says_nothing() {
        for value in [0.0, 0.1, -7.1, 1e308, 1e-310] {
            let moments = Moments::of([value; 9].into_iter());
            assert_eq!((moments.is_constant(), moments.deviation(), moments.standardised(3.0)), (true, 0.0, 0.0));
            assert_eq!(moments.mean(), value);
        }
        assert!(Moments::of(std::iter::empty()).is_constant());
    }

    #[test]
    fn sums_keep_what_single_additions_lose() {
        assert_eq!([1.0, 1e100, 1.0, -1e100].into_iter().collect::<Sum>().value(), 2.0);
        assert_eq!((0..10_000_000).map(|_| 0.1).collect::<Sum>().value(), 1_000_000.0);
    }
}
