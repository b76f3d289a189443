//! Numbers as people write them: a double stands for the shortest decimal fraction that reads back to it.

/// A decimal fraction ± p/q in lowest terms; 1.1 is 11/10, not the double beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// Numerator p, without sign.
    pub p: u128,
    /// Denominator q, at least 1.
    pub q: u128,
    /// Whether it is below 0.
    pub is_negative: bool,
}

impl Decimal {
    /// The shortest fraction that reads back to a double; `None` where that is not finite, or its numerator or denominator
    /// is above 10²⁷.
    ///
    /// ```
    /// use longtail_lab::numbers::Decimal;
    /// let factor = Decimal::of(1.1).expect("a finite number");
    /// assert_eq!((factor.p, factor.q), (11, 10));
    /// ```
    pub fn of(value: f64) -> Option<Self> {
        const MOST_ZEROS: i32 = 27;
        if !value.is_finite() {
            return None;
        }
        let text = format!("{:e}", value.abs());
        let (digits, exponent) = text.split_once('e')?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let p: u128 = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        let is_negative = value < 0.0;
        if p == 0 {
            return Some(Self { p, q: 1, is_negative: false });
        }
        let zeros = exponent.abs();
        let power = 10_u128.checked_pow(zeros.unsigned_abs()).filter(|_| zeros <= MOST_ZEROS)?;
        let (p, q) = if exponent >= 0 { (p.checked_mul(power)?, 1) } else { (p, power) };
        let common = greatest_common_divisor(p, q);
        Some(Self { p: p / common, q: q / common, is_negative })
    }

    /// The product with a whole number, rounded to the nearest whole number, halves up; `None` where it does not fit, and for
    /// numbers below 0.
    pub fn times_rounded(self, n: u64) -> Option<u64> {
        let doubled = self.p.checked_mul(u128::from(n))?.checked_mul(2)?.checked_add(self.q)?;
        let rounded = doubled / self.q.checked_mul(2)?;
        u64::try_from(rounded).ok().filter(|_| !self.is_negative)
    }

    /// A whole number divided by this, truncated; `None` where it does not fit, and for 0 and numbers below it.
    pub fn divides_truncated(self, n: u64) -> Option<u64> {
        let quotient = u128::from(n).checked_mul(self.q)?.checked_div(self.p)?;
        u64::try_from(quotient).ok().filter(|_| !self.is_negative)
    }
}

/// The share of a whole number, rounded to the nearest whole number, halves up: of 100 a share of 0.145 is 15, since 0.145 is
/// meant, not the double beside it.
pub fn share_rounded(share: f64, n: u64) -> u64 {
    let exact = Decimal::of(share).and_then(|share| share.times_rounded(n));
    exact.unwrap_or_else(|| (share * n as f64).round() as u64)
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_is_the_fraction_that_was_written() {
        for (value, p, q) in
            [(0.0, 0, 1), (49.0, 49, 1), (1.1, 11, 10), (0.145, 29, 200), (1e9, 1_000_000_000, 1), (2.5e-3, 1, 400)]
        {
            assert_eq!(Decimal::of(value), Some(Decimal { p, q, is_negative: false }), "{value}");
        }
        assert!(Decimal::of(-0.5).is_some_and(|half| half.is_negative && half.times_rounded(4).is_none()));
        for value in [f64::NAN, f64::INFINITY, 1e300, 1e-300] {
            assert_eq!(Decimal::of(value), None, "{value}");
        }
    }

    #[test]
    fn shares_of_whole_numbers_are_those_of_the_decimal_fraction() {
        for (share, n, expected) in
            [(0.145, 100, 15), (0.3, 5, 2), (0.35, 10, 4), (0.285, 1000, 285), (0.0, 9, 0), (0.9, 1, 1)]
        {
            assert_eq!(share_rounded(share, n), expected, "{share} of {n}");
        }
        // 0.145 · 100 is 14.499999999999998 in doubles.
        assert_eq!((0.145_f64 * 100.0).round(), 14.0);
        assert_eq!(share_rounded(1e-300, 1000), 0);
    }

    #[test]
    fn quotients_are_truncated_exactly() {
        let divided = |factor: f64, n: u64| Decimal::of(factor).unwrap().divides_truncated(n);
        assert_eq!([divided(1.1, 11), divided(49.0, 98), divided(996.0, 4980)], [Some(10), Some(2), Some(5)]);
        assert_eq!([divided(0.0, 1), divided(1e-9, u64::MAX)], [None, None]);
    }
}
