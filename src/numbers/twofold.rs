//! Numbers as unevaluated sums of two doubles, about 32 decimal digits: what a formula needs whose result is truncated.
//!
//! # Source
//! Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 1971; Hida, Li, Bailey,
//! "Library for double-double and quad-double arithmetic", 2008.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number of about 32 digits, in the range of doubles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Twofold {
    high: f64,
    low: f64,
}

/// ln 2 beyond a double.
const LN_2: Twofold = Twofold { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };

/// Both the sum of two doubles and its rounding error.
fn two_sum(a: f64, b: f64) -> Twofold {
    let high = a + b;
    let b_part = high - a;
    Twofold { high, low: (a - (high - b_part)) + (b - b_part) }
}

/// As [`two_sum`], where |a| ≥ |b|.
fn quick_two_sum(a: f64, b: f64) -> Twofold {
    let high = a + b;
    Twofold { high, low: b - (high - a) }
}

impl Twofold {
    /// A whole number.
    pub fn whole(n: u128) -> Self {
        // 53 bits go into a double without rounding.
        const LOW_BITS: u32 = 53;
        let (top, rest) = (n >> (2 * LOW_BITS), n & ((1 << (2 * LOW_BITS)) - 1));
        let (middle, low) = (rest >> LOW_BITS, rest & ((1 << LOW_BITS) - 1));
        let scale = (1_u64 << LOW_BITS) as f64;
        let parts = two_sum(middle as f64 * scale, low as f64);
        Self::from(top as f64 * scale * scale) + parts
    }

    /// The quotient of two whole numbers; the second is not 0.
    pub fn ratio(p: u128, q: u128) -> Self {
        Self::whole(p) / Self::whole(q)
    }

    /// e to this power; 0 and infinity beyond the range of doubles.
    #[must_use]
    pub fn exp(self) -> Self {
        const HALVINGS: i32 = 9;
        if self.high.abs() > 700.0 {
            return Self::from(self.high.exp());
        }
        let doublings = (self.high / LN_2.high).round();
        let scale = 0.5_f64.powi(HALVINGS);
        let rest = (self - LN_2 * Self::from(doublings)).scaled(scale);
        // Taylor's series of e^x − 1, which keeps its digits when it is squared: (1 + y)² − 1 = 2y + y².
        let mut term = rest;
        let mut sum = rest;
        for n in 2..=9 {
            term = term * rest / Self::from(f64::from(n));
            sum = sum + term;
        }
        for _ in 0..HALVINGS {
            sum = sum.scaled(2.0) + sum * sum;
        }
        (sum + Self::from(1.0)).scaled(2.0_f64.powi(doublings as i32))
    }

    /// The natural logarithm of a number above 0, by a step of Newton's method from that of a double.
    #[must_use]
    pub fn ln(self) -> Self {
        let first = Self::from(self.high.ln());
        let off = self * (-first).exp() - Self::from(1.0);
        // Two terms of ln(1 + off), which is about 1e-16.
        first + off - (off * off).scaled(0.5)
    }

    /// This to a power, for a number above 0.
    #[must_use]
    pub fn pow(self, exponent: Self) -> Self {
        (self.ln() * exponent).exp()
    }

    /// The largest whole number that is not above this, for numbers from 0 to 2⁶³; what is closer to the next one than 1e-26
    /// of itself is taken for that: a formula that gives a whole number gives it within 1e-28.
    pub fn floor(self) -> u64 {
        const TOLERANCE: f64 = 1e-26;
        let raised = self + Self::from(self.high * TOLERANCE);
        let whole = raised.high.floor();
        // Above 2⁵³ the first double is whole and the second decides.
        let rest = if whole == raised.high { raised.low.floor() } else { 0.0 };
        let floor = whole as i128 + rest as i128;
        u64::try_from(floor.max(0)).unwrap_or(u64::MAX)
    }

    /// The nearest double.
    pub fn value(self) -> f64 {
        self.high
    }

    /// The product with a power of two.
    fn scaled(self, power: f64) -> Self {
        Self { high: self.high * power, low: self.low * power }
    }
}

impl From<f64> for Twofold {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl Neg for Twofold {
    type Output = Self;

    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Add for Twofold {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (high, low) = (two_sum(self.high, other.high), two_sum(self.low, other.low));
        let high = quick_two_sum(high.high, high.low + low.high);
        quick_two_sum(high.high, high.low + low.low)
    }
}

impl Sub for Twofold {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Twofold {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let high = self.high * other.high;
        let error = self.high.mul_add(other.high, -high);
        quick_two_sum(high, error + (self.high * other.low + self.low * other.high))
    }
}

impl Div for Twofold {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other * Self::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Self::from(second);
        quick_two_sum(first, second) + Self::from(rest.high / other.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The distance to a whole number, relative to it.
    fn off(got: Twofold, expected: u128) -> f64 {
        ((got - Twofold::whole(expected)).value() / expected as f64).abs()
    }

    #[test]
    fn whole_numbers_keep_106_bits() {
        for n in [0, 1, 3, (1 << 53) + 1, (1 << 105) + 1, 10_u128.pow(27) + 7] {
            let number = Twofold::whole(n);
            assert_eq!(number.high as i128 + number.low as i128, n.cast_signed());
        }
    }

    #[test]
    fn powers_that_are_whole_numbers_are_met_to_28_digits() {
        for base in [2_u128, 3, 7, 10, 96, 9973] {
            for exponent in 1..=6_u32 {
                let power = base.pow(exponent);
                let whole = Twofold::whole(base).pow(Twofold::whole(u128::from(exponent)));
                assert!(off(whole, power) < 1e-28, "{base}^{exponent}: {}", off(whole, power));
                let root = Twofold::whole(power).pow(Twofold::ratio(1, u128::from(exponent)));
                assert!(off(root, base) < 1e-28, "root {exponent} of {power}: {}", off(root, base));
            }
        }
        // e to the 10, to 32 digits (Abramowitz, Stegun, table 4.4).
        let e_10 = Twofold::from(10.0).exp() * Twofold::whole(10_u128.pow(24));
        assert!(off(e_10, 22_026_465_794_806_716_516_957_900_645) < 1e-27);
    }

    #[test]
    fn quotients_multiply_back() {
        for (p, q) in [(1, 3), (10_u128.pow(17) + 3, 7), (98, 49), (1, 10_u128.pow(16))] {
            assert!(off(Twofold::ratio(p, q) * Twofold::whole(q), p) < 1e-30);
        }
    }

    #[test]
    fn truncation_takes_what_is_whole_but_for_the_last_digits() {
        let third = Twofold::ratio(1, 3);
        assert_eq!((third * Twofold::whole(9)).floor(), 3);
        assert_eq!((third * Twofold::whole(8)).floor(), 2);
        assert_eq!(Twofold::whole(1_000_000_000_000_000).floor(), 1_000_000_000_000_000);
        assert_eq!((Twofold::whole((1 << 60) + 1) - Twofold::from(0.5)).floor(), 1 << 60);
        assert_eq!((Twofold::from(2.0) - Twofold::from(1e-20)).floor(), 1);
        assert_eq!(Twofold::from(-1.0).floor(), 0);
    }
}
