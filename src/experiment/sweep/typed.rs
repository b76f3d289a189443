//! Values of a sweep as people type them.

use super::{Choices, Name, Range, Value};
use crate::{
    distribution::{TypedError, plain_digits, typed_number},
    experiment::{Setting, parse_name},
};

impl Choices {
    /// Reads values separated by commas, as in `0.9, 0.99`, or the ends of a range and a number, as in `0.9..0.9999:5`.
    ///
    /// Between semicolons, and at the ends of a range, a comma is a mark of decimals: `0,9; 0,99` are two values.
    ///
    /// # Errors
    /// When a part is no number, or no name of the choice, or it cannot be told which commas are marks of decimals; whether values are
    /// in range is found out by the check.
    pub fn parse(parameter: Setting, text: &str) -> Result<Self, String> {
        let text = plain_digits(text);
        if let Some((from, rest)) = text.split_once("..") {
            let (to, n) = rest.split_once(':').unwrap_or((rest, "5"));
            let whole = n.trim().parse().map_err(|_| {
                format!("the number of values must be a whole number, as in 0.5..2:4, not \"{}\"", n.trim())
            })?;
            return Ok(Self::Range(Range { from: number(from)?, to: number(to)?, number: whole }));
        }
        let value = |text: &str| match parameter {
            Setting::Sampler => parse_name(text).map(|name| Value::Name(Name::Sampler(name))),
            Setting::Optimiser => parse_name(text).map(|name| Value::Name(Name::Optimiser(name))),
            Setting::Map => parse_name(text).map(|name| Value::Name(Name::Map(name))),
            _ => number(text).map(Value::Number),
        };
        if text.contains(';') {
            let values = text.trim().trim_end_matches(';').split(';');
            return values.map(value).collect::<Result<_, _>>().map(Self::Values);
        }
        if has_decimal_commas(&text) {
            return Err(format!(
                "commas separate values, so \"{}\" is not clear: write decimals with a point, as in 0.9, 0.99, or put semicolons between values, as in 0,9; 0,99",
                text.trim()
            ));
        }
        text.split(',').map(value).collect::<Result<_, _>>().map(Self::Values)
    }
}

fn number(text: &str) -> Result<f64, String> {
    typed_number(text).map_err(|error| match error {
        TypedError::NoNumber(_) | TypedError::Nothing => {
            format!("give a number, several as in 0.5, 1, or ends and how many as in 0.5..2:4, not \"{}\"", text.trim())
        }
        other => other.to_string(),
    })
}

/// Whether commas of a list of whole numbers look like marks of decimals: before a 0 that no whole number begins with
/// ("1,05"), or without a space before every second one alone ("1,5, 2,5").
fn has_decimal_commas(text: &str) -> bool {
    let pieces: Vec<&str> = text.split(',').collect();
    if !pieces.iter().all(|piece| piece.trim().bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let has_leading_zero = pieces[1..].iter().any(|piece| piece.len() > 1 && piece.starts_with('0'));
    let is_spaced = |place: usize| pieces[place].starts_with(' ');
    let are_pairs = pieces.len() > 2
        && pieces.len().is_multiple_of(2)
        && (1..pieces.len()).all(|place| is_spaced(place) == place.is_multiple_of(2));
    has_leading_zero || are_pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_let_commas_be_marks_of_decimals() {
        let check = |text: &str, expected: &[f64]| {
            let values = expected.iter().map(|&value| Value::Number(value)).collect();
            assert_eq!(Choices::parse(Setting::Gamma, text), Ok(Choices::Values(values)), "{text}");
        };
        check("0.5, 1", &[0.5, 1.0]);
        check("0.5,1,2", &[0.5, 1.0, 2.0]);
        check("0,1,2", &[0.0, 1.0, 2.0]);
        check("0, 5", &[0.0, 5.0]);
        check("0.5,1, 2", &[0.5, 1.0, 2.0]);
        check("1,2, 3", &[1.0, 2.0, 3.0]);
        check("0,5", &[0.0, 5.0]);
        check("0,5; 1; 2,25", &[0.5, 1.0, 2.25]);
        check("0,5;", &[0.5]);
        check("０．５， １", &[0.5, 1.0]);
        check("０，５； １", &[0.5, 1.0]);
        let range = Range { from: 0.5, to: 1.5, number: 3 };
        assert_eq!(Choices::parse(Setting::Gamma, "0,5..1,5:3"), Ok(Choices::Range(range)));
        let names = Choices::parse(Setting::Sampler, "instance,smote").unwrap();
        assert_eq!(names.values(Setting::Sampler).len(), 2);
    }

    #[test]
    fn commas_that_may_be_marks_of_decimals_are_refused_in_a_sentence() {
        for text in ["0,9, 0,99", "1,05", "0,05", "1,5, 2,5", "0,9 0,99"] {
            let fault = Choices::parse(Setting::Gamma, text).unwrap_err();
            assert!(fault.contains("0,9; 0,99") || fault.contains("give a number"), "{text}: {fault}");
        }
        for text in ["", ";", "0,5;;1", "a; b", "1,250; 3", "nan"] {
            assert!(Choices::parse(Setting::Gamma, text).is_err(), "{text}");
        }
    }
}
