//! The scale factor that the environment asks for, which the window toolkit takes for a reason to panic where it is none.

use std::ffi::OsStr;

/// The variable that sets the scale under X11.
pub(super) const VARIABLE: &str = "WINIT_X11_SCALE_FACTOR";
/// Factors at which a window can be drawn and read.
const LEAST: f64 = 0.25;
const MOST: f64 = 20.0;

/// Why a scale factor cannot be used, in a sentence; nothing where it can be, or where there is none.
pub(super) fn fault_of(factor: Option<&OsStr>) -> Option<String> {
    let factor = factor?.to_string_lossy();
    let is_possible = |number: f64| (LEAST..=MOST).contains(&number);
    let is_fine =
        factor.is_empty() || factor.eq_ignore_ascii_case("randr") || factor.parse::<f64>().is_ok_and(is_possible);
    (!is_fine).then(|| {
        format!(
            "the scale factor is impossible: {VARIABLE} must be a number from {LEAST} to {MOST}, or randr, got {factor:?}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(factor: &str) -> Option<String> {
        fault_of(Some(OsStr::new(factor)))
    }

    #[test]
    fn factors_that_no_window_can_have_are_named() {
        assert_eq!(fault_of(None), None);
        for factor in ["", "1", "1.5", "2", "0.25", "20", "randr", "RANDR"] {
            assert_eq!(fault(factor), None, "{factor}");
        }
        for factor in ["0", "-1", "abc", "nan", "inf", "1e9", "0.0001", "1,5", "\u{1b}[2J"] {
            let fault = fault(factor).unwrap_or_else(|| panic!("{factor} is taken"));
            assert!(fault.contains("WINIT_X11_SCALE_FACTOR must be a number from 0.25 to 20"), "{fault}");
            assert!(!fault.contains('\u{1b}'), "{fault}");
        }
    }
}
