//! Numbers for people: no more digits than say something, powers of ten where a number is very small or very large.

use std::ops::Range;

use crate::bounds::Bounded;

/// Sizes that are written out; others come in powers of ten.
const WRITTEN_OUT: Range<f64> = 1e-4..1e7;

/// A number as it was set, every digit of it; "0.0001", "1e-5", "1e308".
///
/// ```
/// use longtail_lab::numbers::written;
/// assert_eq!([0.9999, 1e-5, 1e308, -0.0].map(written), ["0.9999", "1e-5", "1e308", "0"]);
/// ```
pub fn written(value: f64) -> String {
    let is_plain = value == 0.0 || !value.is_finite() || WRITTEN_OUT.contains(&value.abs());
    if is_plain { (value + 0.0).to_string() } else { format!("{value:e}") }
}

/// A number with five significant digits, in powers of ten where it is very small or very large.
pub fn significant(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if value.is_finite() && !WRITTEN_OUT.contains(&size) {
        format!("{value:.4e}")
    } else {
        let decimals = (4 - size.log10().floor() as i32).within(0, 8) as usize;
        format!("{value:.decimals$}")
    }
}

/// A number with three significant digits and the signs of print, whole from 1,000 up, in powers of ten where it is very small
/// or very large: how figures are read on the screen.
///
/// ```
/// use longtail_lab::numbers::three_digits;
/// let figures = [0.0, 0.00105, 0.026_34, 0.999_96, 21.85, -105.4, 1769.6, 2e-5].map(three_digits);
/// assert_eq!(figures, ["0", "0.00105", "0.0263", "1.00", "21.9", "−105", "1,770", "2.00e-5"]);
/// ```
pub fn three_digits(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    let text = if size.is_nan() {
        "n/a".to_owned()
    } else if size.is_infinite() {
        "∞".to_owned()
    } else if size == 0.0 {
        "0".to_owned()
    } else if !WRITTEN_OUT.contains(&size) {
        format!("{size:.2e}")
    } else if size >= 999.5 {
        thousands(size.round() as u64)
    } else {
        // The place of the first digit once it is rounded to three.
        let first = if size >= 99.95 {
            2
        } else if size >= 9.995 {
            1
        } else {
            below_ten(size)
        };
        let decimals = (2 - first).max(0) as usize;
        format!("{size:.decimals$}")
    };
    format!("{sign}{text}")
}

/// The place of the first digit of a number below ten, once that is rounded to three.
fn below_ten(size: f64) -> i32 {
    let first = size.log10().floor() as i32;
    // What is rounded up to the next power of ten has it one place to the left.
    first + i32::from(size >= 9.995 * 10_f64.powi(first))
}

/// A whole number in groups of three digits.
///
/// ```
/// use longtail_lab::numbers::thousands;
/// assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
/// ```
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with a number of decimals, in powers of ten where it is very large; what rounds to zero has no sign.
///
/// ```
/// use longtail_lab::numbers::fixed;
/// assert_eq!([-0.0004, 0.25, 1e300].map(|value| fixed(value, 3)), ["0.000", "0.250", "1.000e300"]);
/// ```
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = if value.is_finite() && value.abs() >= WRITTEN_OUT.end {
        format!("{value:.decimals$e}")
    } else {
        format!("{value:.decimals$}")
    };
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| matches!(byte, b'0' | b'.')) => zero.to_owned(),
        _ => text,
    }
}

/// As [`fixed`], with a sign: a plus, or a true minus; what rounds to zero has none.
///
/// ```
/// use longtail_lab::numbers::signed;
/// assert_eq!([-0.25, 0.25, -0.0004].map(|value| signed(value, 3)), ["−0.250", "+0.250", "0.000"]);
/// ```
pub fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    match text.strip_prefix('-') {
        Some(size) => format!("−{size}"),
        None if is_zero || value.is_nan() => text,
        None => format!("+{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_keep_five_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (24.79, "24.790"),
            (0.012_345_67, "0.012346"),
            (123_456.7, "123457"),
            (2e-5, "2.0000e-5"),
            (1e9, "1.0000e9"),
            (1e308, "1.0000e308"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(significant(value), expected);
        }
    }

    #[test]
    fn what_was_set_reads_back_as_the_same_number_and_is_never_long() {
        for value in [0.1, 1e-4, 9.999e-5, 1e-300, 5e-324, 9_999_999.0, 1e7, 1e308, f64::MAX, 0.999_999_999, 0.1 + 0.2]
        {
            for value in [value, -value] {
                let text = written(value);
                assert_eq!(text.parse(), Ok(value));
                assert!(text.len() <= 24, "{text}");
            }
        }
        assert_eq!(written(f64::NAN), "NaN");
    }

    #[test]
    fn nothing_has_the_sign_of_a_zero_or_hundreds_of_digits() {
        for decimals in 0..6 {
            for value in [-0.0, -1e-9, -1e-300] {
                let zero = fixed(0.0, decimals);
                assert_eq!((fixed(value, decimals), signed(value, decimals)), (zero.clone(), zero));
            }
            assert!(fixed(-f64::MAX, decimals).len() < 16 && signed(f64::MAX, decimals).len() < 16);
        }
        assert_eq!((fixed(-0.06, 1).as_str(), signed(-1e9, 2).as_str()), ("-0.1", "−1.00e9"));
        assert_eq!(signed(f64::NAN, 2), "NaN");
    }
}
