//! The fields of a case, read one by one so that an error can name them.

use std::fmt;

use anyhow::{Context, anyhow, bail, ensure};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, Unexpected, Visitor},
};
use serde_json::{Map, Value};

use crate::numbers::written;

/// The fields of a case that are not read yet.
pub(super) type Fields = Map<String, Value>;

/// The text with NaN and Infinity, which programs print although JSON has no word for them, as words in quotes.
pub(super) fn with_words_for_no_numbers(text: &str) -> String {
    const WORDS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];
    let mut quoted = String::with_capacity(text.len());
    let (mut is_name, mut rest) = (false, text);
    while let Some(first) = rest.chars().next() {
        let word = WORDS.iter().find(|word| !is_name && rest.starts_with(**word));
        let length = match word {
            Some(word) => word.len(),
            // The character behind a backslash ends no name.
            None if is_name && first == '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            None => first.len_utf8(),
        };
        is_name ^= first == '"';
        let mark = if word.is_some() { "\"" } else { "" };
        quoted.extend([mark, &rest[..length], mark]);
        rest = &rest[length..];
    }
    quoted
}

/// Refuses a field that is not among these.
pub(super) fn check_known(fields: &Fields, known: &[&str]) -> anyhow::Result<()> {
    if let Some(unknown) = fields.keys().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no field \"{unknown}\": the fields are {}", known.join(", "));
    }
    Ok(())
}

pub(super) fn required<T: DeserializeOwned>(fields: &mut Fields, name: &str, expected: &str) -> anyhow::Result<T> {
    let value = fields.remove(name).with_context(|| format!("the field \"{name}\" is missing: it is {expected}"))?;
    parse(value, name, expected)
}

pub(super) fn optional<T: DeserializeOwned>(
    fields: &mut Fields,
    name: &str,
    expected: &str,
) -> anyhow::Result<Option<T>> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => parse(value, name, expected).map(Some),
    }
}

fn parse<T: DeserializeOwned>(value: Value, name: &str, expected: &str) -> anyhow::Result<T> {
    serde_json::from_value(value).map_err(|error| anyhow!("\"{name}\" must be {expected}: {error}"))
}

/// Refuses rows of logits of different lengths, or of another length than `n_columns`; `per_column` says what each column has.
pub(super) fn check_rows(logits: &[Vec<f64>], n_columns: usize, column: &str, per_column: &str) -> anyhow::Result<()> {
    let Some(first) = logits.first() else { return Ok(()) };
    if let Some((row_idx, row)) = logits.iter().enumerate().find(|(_, row)| row.len() != first.len()) {
        bail!(
            "row {row_idx} of the logits has {} values, row 0 has {}: every row needs one for each {column}",
            row.len(),
            first.len()
        );
    }
    ensure!(
        first.len() == n_columns,
        "there are {n_columns} {per_column} for {} {}: give one for each {column}",
        first.len(),
        if column == "class" { "classes" } else { "labels" }
    );
    Ok(())
}

/// A number that somebody printed: also one that is not finite, which JSON has no word for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub(super) f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Printed;
        impl Visitor<'_> for Printed {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
                Ok(Number(value))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }
            fn visit_unit<E: Error>(self) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }
            fn visit_str<E: Error>(self, word: &str) -> Result<Number, E> {
                match word.to_ascii_lowercase().as_str() {
                    "nan" => Ok(Number(f64::NAN)),
                    "inf" | "infinity" => Ok(Number(f64::INFINITY)),
                    "-inf" | "-infinity" => Ok(Number(f64::NEG_INFINITY)),
                    _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
                }
            }
        }
        deserializer.deserialize_any(Printed)
    }
}

/// The results that came with a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    pub(super) loss_per_sample: Option<Vec<f64>>,
    pub(super) gradient: Option<Vec<Vec<f64>>>,
    pub(super) batch_loss: Option<f64>,
}

impl Given {
    /// Takes the results of a case, of the shape of its logits.
    pub(super) fn read(fields: &mut Fields, logits: &[Vec<f64>]) -> anyhow::Result<Self> {
        let plain = |numbers: Vec<Number>| -> Vec<f64> { numbers.into_iter().map(|Number(value)| value).collect() };
        let losses: Option<Vec<Number>> =
            optional(fields, "loss_per_sample", "a list of numbers, one for each sample")?;
        let gradient: Option<Vec<Vec<Number>>> =
            optional(fields, "gradient", "a list of rows of numbers, one row for each sample")?;
        let batch: Option<Number> = optional(fields, "batch_loss", "a number, the mean over the samples")?;
        if let Some(given) = &losses {
            ensure!(given.len() == logits.len(), "\"loss_per_sample\" must have one number for each sample");
        }
        if let Some(given) = &gradient {
            let mut rows = given.iter().zip(logits);
            let has_shape = given.len() == logits.len() && rows.all(|(given, row)| given.len() == row.len());
            ensure!(has_shape, "\"gradient\" must have the shape of the logits");
        }
        Ok(Self {
            loss_per_sample: losses.map(plain),
            gradient: gradient.map(|rows| rows.into_iter().map(plain).collect()),
            batch_loss: batch.map(|Number(value)| value),
        })
    }
}

/// Refuses results that are too large: JSON has no word for them. `weight_of` says what the weight of a sample is.
pub(super) fn check_finite(
    logits: &[Vec<f64>],
    losses: &[f64],
    gradient: &[Vec<f64>],
    weight_of: impl Fn(usize) -> String,
) -> anyhow::Result<()> {
    for (sample_idx, (loss, gradient)) in losses.iter().zip(gradient).enumerate() {
        let slope = gradient.iter().find(|slope| !slope.is_finite());
        let Some(value) = Some(loss).filter(|loss| !loss.is_finite()).or(slope) else { continue };
        let largest = logits[sample_idx].iter().fold(0.0_f64, |most, logit| most.max(logit.abs()));
        bail!(
            "the loss of sample {sample_idx} or its gradient is {value}, beyond what a number can be: its logits reach {}, {}. Take smaller ones",
            written(largest),
            weight_of(sample_idx)
        );
    }
    Ok(())
}
