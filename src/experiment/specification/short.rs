//! Settings as short texts.

use crate::{bounds::Bounded, distribution::exact_text};

/// A share that was set by somebody in per cent, without what 0.07 · 100 is too much.
pub(super) fn percent(share: f64) -> String {
    let percent = format!("{:.12}", share * 100.0).parse().unwrap_or(share * 100.0);
    format!("{} %", exact_text(percent))
}

/// A number that was set by somebody: as [`short`], but one with decimals never reads as a whole number.
///
/// ```
/// use longtail_lab::experiment::short_setting;
/// assert_eq!([1.234_567_89, 0.999_999_999, 1.000_001].map(short_setting), ["1.235", "0.999999999", "1.000001"]);
/// ```
pub fn short_setting(value: f64) -> String {
    let text = short(value);
    let reads_whole = text.parse::<f64>().is_ok_and(|read| read.fract() == 0.0);
    if reads_whole && value.fract() != 0.0 { exact_text(value) } else { text }
}

/// A number in as few characters as tell it apart: 0.999, 100, 1e-4. Close to 1 its distance to 1 can be read off, unless
/// that is as small as an error of rounding.
pub fn short(value: f64) -> String {
    const ROUNDING: f64 = 4e-15;
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e6).contains(&size) {
        let text = format!("{value:.2e}");
        text.replace(".00e", "e").replace("0e", "e")
    } else {
        let distance = 1.0 - size;
        let decimals = if distance > ROUNDING && distance < 0.01 {
            (2 - distance.log10().floor() as i32).max(7) as usize
        } else {
            (3 - size.log10().floor() as i32).within(0, 6) as usize
        };
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.999, "0.999"),
            (0.999_999, "0.999999"),
            (0.9, "0.9"),
            (100.0, "100"),
            (2.5, "2.5"),
            (1e-4, "1e-4"),
            (0.005, "0.005"),
            (0.0, "0"),
            (999.999_999, "1000"),
            (0.999_999_999, "0.999999999"),
            (1.0 - 1.234e-9, "0.99999999877"),
            (1.0 - f64::EPSILON, "1"),
        ] {
            assert_eq!(short(value), expected);
        }
        assert_eq!(short_setting(1.0 - f64::EPSILON), "0.9999999999999998");
        assert_eq!([0.07, 0.8, 0.125, 1.0 / 3.0].map(percent), ["7 %", "80 %", "12.5 %", "33.333333333333 %"]);
    }
}
