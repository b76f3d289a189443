//! Numbers as people type them: with a point or a comma before the decimals, groups of digits, digits as wide as Chinese
//! characters, the minus sign of print.

/// Why a text is no number that can be taken, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// There is no text.
    #[error("nothing is typed: give a number, for example 0.5")]
    Nothing,
    /// It is something else.
    #[error("\"{0}\" is no number: give one as in 0.5, 0,5 or 1e-4")]
    NoNumber(String),
    /// A mark before three digits may be of thousands or of decimals.
    #[error("\"{text}\" can be read as {grouped} and as {decimal}: write {grouped} or {decimal}")]
    Ambiguous {
        /// What was typed.
        text: String,
        /// The number with a mark of thousands.
        grouped: String,
        /// The number with a mark of decimals, in a way that is not ambiguous.
        decimal: String,
    },
    /// A whole number is asked for.
    #[error("\"{0}\" is no whole number: give one, for example 500")]
    NotWhole(String),
    /// A number from 0 up is asked for.
    #[error("\"{0}\" is below 0: give a whole number from 0 up")]
    Negative(String),
    /// It is more than a number can be.
    #[error("\"{0}\" is too large a number: give a smaller one")]
    TooLarge(String),
}

/// Signs between groups of three digits that are no marks of decimals.
const GROUP_SIGNS: [char; 3] = [' ', '\'', '’'];

/// The text with ASCII characters in place of others that mean the same in numbers and lists of them: full-width digits and
/// signs, the minus sign of print, spaces that do not break.
///
/// ```
/// use longtail_lab::distribution::plain_digits;
/// assert_eq!(plain_digits("−１，５"), "-1,5");
/// ```
pub fn plain_digits(text: &str) -> String {
    let plain = |c: char| match c {
        // Each full-width character stands this far behind its ASCII one.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '、' => ',',
        '\u{2212}' | '\u{2012}' | '\u{2013}' | '\u{fe63}' => '-',
        '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' | '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// A typed number, whole or not; always finite, and 0 for "−0".
///
/// A comma is a mark of decimals unless it can only be one of thousands ("1,234,567", "1,234.5"). Where both can be meant,
/// as in "1,250", the number is refused.
///
/// # Errors
/// When the text is no number, may be two, or is beyond all that a number can be.
///
/// ```
/// use longtail_lab::distribution::typed_number;
/// assert_eq!(typed_number(" 0,99 "), Ok(0.99));
/// assert_eq!(typed_number("1,234.5"), Ok(1234.5));
/// assert!(typed_number("1,250").is_err());
/// ```
pub fn typed_number(text: &str) -> Result<f64, TypedError> {
    let number = Parts::of(text)?.plain(text, false)?;
    let value: f64 = number.parse().map_err(|_| TypedError::NoNumber(text.trim().to_owned()))?;
    // The sum has no sign where both parts are 0.
    if value.is_finite() { Ok(value + 0.0) } else { Err(TypedError::TooLarge(text.trim().to_owned())) }
}

/// A typed whole number from 0 up. A mark before groups of three digits is one of thousands ("1,250").
///
/// # Errors
/// When the text is no whole number, may be two ("1.250"), is below 0, or is 2^64 or more.
///
/// ```
/// use longtail_lab::distribution::typed_count;
/// assert_eq!(typed_count("1,250"), Ok(1250));
/// assert_eq!(typed_count("5e3"), Ok(5000));
/// assert!(typed_count("1.5").is_err());
/// ```
pub fn typed_count(text: &str) -> Result<u64, TypedError> {
    let said = || text.trim().to_owned();
    let number = Parts::of(text)?.plain(text, true)?;
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits of any number are exact this way.
        return number.parse().map_err(|_| TypedError::TooLarge(said()));
    }
    let value: f64 = number.parse().map_err(|_| TypedError::NoNumber(said()))?;
    if value < 0.0 {
        Err(TypedError::Negative(said()))
    } else if value >= u64::MAX as f64 {
        Err(TypedError::TooLarge(said()))
    } else if value.fract() != 0.0 {
        Err(TypedError::NotWhole(said()))
    } else {
        Ok(value as u64)
    }
}

/// A number in as few characters as read back to the same bits, as in 0.5, 2 and 1e-9.
///
/// ```
/// use longtail_lab::distribution::{exact_text, typed_number};
/// assert_eq!([2.0, 0.999_999_999, 1e-9].map(exact_text), ["2", "0.999999999", "1e-9"]);
/// assert_eq!(typed_number(&exact_text(1.0 / 3.0)), Ok(1.0 / 3.0));
/// ```
pub fn exact_text(value: f64) -> String {
    // This form has an exponent where a number would be long without.
    let text = format!("{:?}", value + 0.0);
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// Sign, digits with their marks, and exponent of a number; digits and exponent are known to be made of what they may be.
struct Parts {
    is_negative: bool,
    digits: String,
    exponent: Option<String>,
}

impl Parts {
    fn of(text: &str) -> Result<Self, TypedError> {
        let refused = || TypedError::NoNumber(text.trim().to_owned());
        let plain = plain_digits(text);
        let plain = plain.trim();
        if plain.is_empty() {
            return Err(TypedError::Nothing);
        }
        let (mantissa, exponent) = match plain.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent.trim())),
            None => (plain, None),
        };
        let is_whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if exponent.is_some_and(|exponent| !is_whole(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))) {
            return Err(refused());
        }
        let digits = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa).trim();
        let is_allowed = |c: char| c.is_ascii_digit() || ".,".contains(c) || GROUP_SIGNS.contains(&c);
        if !digits.chars().all(is_allowed) || !digits.contains(|c: char| c.is_ascii_digit()) {
            return Err(refused());
        }
        let (is_negative, digits) = (mantissa.starts_with('-'), digits.to_owned());
        Ok(Self { is_negative, digits, exponent: exponent.map(str::to_owned) })
    }

    /// The number as programs write it.
    fn plain(&self, text: &str, is_count: bool) -> Result<String, TypedError> {
        let refused = || TypedError::NoNumber(text.trim().to_owned());
        let n = |mark: char| self.digits.matches(mark).count();
        let last = |mark: char| self.digits.rfind(mark);
        let decimal_mark = match (n(','), n('.')) {
            (0, 1) => Some('.'),
            (1, 0) => Some(','),
            // Only marks of thousands can be there several times.
            (_, 0) | (0, _) => None,
            (_, 1) if last('.') > last(',') => Some('.'),
            (1, _) if last(',') > last('.') => Some(','),
            _ => return Err(refused()),
        };
        let (whole, decimals) = match decimal_mark.and_then(|mark| self.digits.rsplit_once(mark)) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (self.digits.as_str(), None),
        };
        let whole = without_groups(whole).ok_or_else(refused)?;
        let decimals = decimals.unwrap_or_default();
        if !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let looks_grouped = decimals.len() == 3
            && (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && n(',') + n('.') == 1
            && self.exponent.is_none();
        match decimal_mark.filter(|_| looks_grouped) {
            Some(',') if is_count => return Ok(format!("{}{whole}{decimals}", self.sign())),
            // In a number with decimals a point is what this program writes itself.
            Some('.') if !is_count => {}
            Some('.') if decimals != "000" => return Err(TypedError::NotWhole(text.trim().to_owned())),
            Some(_) => {
                let sign = self.sign();
                let decimal = if is_count { whole.clone() } else { format!("{whole}.{decimals}") };
                let (grouped, decimal) = (format!("{sign}{whole}{decimals}"), format!("{sign}{decimal}"));
                return Err(TypedError::Ambiguous { text: text.trim().to_owned(), grouped, decimal });
            }
            None => {}
        }
        let mut number = format!("{}{whole}", self.sign());
        if !decimals.is_empty() {
            number = format!("{number}.{decimals}");
        }
        if let Some(exponent) = &self.exponent {
            number = format!("{number}e{exponent}");
        }
        Ok(number)
    }

    fn sign(&self) -> &'static str {
        if self.is_negative { "-" } else { "" }
    }
}

/// The digits before the decimals, where any groups have three digits each but the first.
fn without_groups(whole: &str) -> Option<String> {
    let is_group_sign = |c: char| ".,".contains(c) || GROUP_SIGNS.contains(&c);
    let groups: Vec<&str> = whole.split(is_group_sign).collect();
    let is_plain = groups.len() == 1;
    let is_grouped =
        (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3) && !is_mixed(whole);
    let digits = groups.concat();
    // ",5" has no digit before its mark.
    (is_plain || is_grouped).then(|| if digits.is_empty() { "0".to_owned() } else { digits })
}

/// Whether groups are set apart by different signs.
fn is_mixed(whole: &str) -> bool {
    let mut signs = whole.chars().filter(|c| !c.is_ascii_digit());
    signs.next().is_some_and(|first| signs.any(|other| other != first))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_follow_a_point_or_a_comma() {
        for (text, expected) in [
            ("0.99", 0.99),
            ("0,99", 0.99),
            (" 0,999 ", 0.999),
            ("1,5", 1.5),
            (",5", 0.5),
            ("5,", 5.0),
            ("1,2345", 1.2345),
            ("1.250", 1.25),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("10 000", 10_000.0),
            ("10\u{a0}000,5", 10_000.5),
            ("−1,5", -1.5),
            ("- 3", -3.0),
            ("+2", 2.0),
            ("１．５", 1.5),
            ("０，９９", 0.99),
            ("1e-4", 1e-4),
            ("1,5E−4", 1.5e-4),
            ("1,250e2", 125.0),
            ("１ｅ３", 1000.0),
            ("0.1234567890123456", 0.123_456_789_012_345_6),
        ] {
            assert_eq!(typed_number(text), Ok(expected), "{text:?}");
        }
        assert!(typed_number("-0").is_ok_and(f64::is_sign_positive));
    }

    #[test]
    fn what_is_no_number_is_refused_in_a_sentence() {
        for text in
            ["", " ", "abc", "nan", "inf", "-inf", "infinity", ".", ",", "-", "1 5", "1,2,3", "1.2.3", "1,2.3,4"]
        {
            assert!(typed_number(text).is_err() && typed_count(text).is_err(), "{text:?}");
        }
        for text in ["0x10", "1e", "e5", "1e5.5", "5 %", "1/2", "--1", "1..2", "1'0", "1.000,000.5", "１0a"] {
            assert!(typed_number(text).is_err(), "{text:?}");
        }
        let said = |text: &str| typed_number(text).unwrap_err().to_string();
        assert_eq!(said("1e999"), "\"1e999\" is too large a number: give a smaller one");
        assert_eq!(said("1,250"), "\"1,250\" can be read as 1250 and as 1.250: write 1250 or 1.250");
        assert_eq!(said(" abc "), "\"abc\" is no number: give one as in 0.5, 0,5 or 1e-4");
    }

    #[test]
    fn counts_are_whole_and_exact() {
        for (text, expected) in [
            ("500", 500),
            ("1,250", 1250),
            ("1,234,567", 1_234_567),
            ("1.234.567", 1_234_567),
            ("1'000", 1000),
            ("５００", 500),
            ("64.0", 64),
            ("64,0", 64),
            ("5e3", 5000),
            ("-0", 0),
            ("18446744073709551615", u64::MAX),
            ("9007199254740993", 9_007_199_254_740_993),
        ] {
            assert_eq!(typed_count(text), Ok(expected), "{text:?}");
        }
        assert_eq!(typed_count("-3"), Err(TypedError::Negative("-3".to_owned())));
        assert_eq!(typed_count("2,5"), Err(TypedError::NotWhole("2,5".to_owned())));
        assert_eq!(typed_count("1e30"), Err(TypedError::TooLarge("1e30".to_owned())));
        assert_eq!(typed_count("1.250"), Err(TypedError::NotWhole("1.250".to_owned())));
        let said = typed_count("1.000").unwrap_err().to_string();
        assert_eq!(said, "\"1.000\" can be read as 1000 and as 1: write 1000 or 1");
    }

    #[test]
    fn the_exact_text_is_short_and_has_every_digit() {
        for (value, expected) in [
            (-0.0, "0"),
            (100.0, "100"),
            (1.234_567_89, "1.23456789"),
            (1e-5, "1e-5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e16, "1e16"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(exact_text(value), expected);
        }
    }

    proptest! {
        #[test]
        fn whatever_the_program_writes_is_read_back_to_the_bit(bits: u64, count: u64) {
            let value = f64::from_bits(bits);
            if value.is_finite() {
                for text in [exact_text(value), format!("{value:?}"), format!("{value}"), format!("{value:e}")] {
                    prop_assert_eq!(typed_number(&text), Ok(value + 0.0), "{}", text);
                }
            }
            prop_assert_eq!(typed_count(&count.to_string()), Ok(count));
        }

        #[test]
        fn no_text_is_too_odd(text: String) {
            prop_assert!(typed_number(&text).is_ok_and(f64::is_finite) || typed_number(&text).is_err());
            let _ = typed_count(&text);
        }

        #[test]
        fn a_comma_means_what_a_point_means_unless_it_is_refused(whole in 0_u32..2000, decimals in "[0-9]{1,9}") {
            let (comma, point) = (format!("{whole},{decimals}"), format!("{whole}.{decimals}"));
            match typed_number(&comma) {
                Ok(value) => prop_assert_eq!(Ok(value), typed_number(&point)),
                Err(error) => prop_assert!(matches!(error, TypedError::Ambiguous { .. }), "{error}"),
            }
        }
    }
}
