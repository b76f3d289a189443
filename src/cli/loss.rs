//! `loss`: values and gradients for given logits, to check an implementation against.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, anyhow, bail, ensure};
use clap::Args;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    input::{read_text, with_path},
    output::{OutputFlags, write_json},
    sheet::{Column, Sheet},
};
use crate::{
    experiment::export::{Cell, Format},
    loss::{Head, Loss},
    numbers::written,
};

/// Arguments of `loss`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LossArguments {
    /// The cases; "-" is standard input
    #[arg(value_name = "CASES.json")]
    cases: PathBuf,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r#"Examples:
  echo '[{"head": "softmax", "gamma": 2, "class_weights": [1, 3],
      "logits": [[0.5, -1]], "labels": [1]}]' | longtail-lab loss -
  longtail-lab loss tests/data/losses.json --format table
  longtail-lab loss tests/data/losses.json --out answers.json"#;

/// Most bytes of cases: some ten million logits.
const MAX_CASES_BYTES: u64 = 256 << 20;

/// The fields that a case may have.
const FIELDS: [&str; 9] =
    ["note", "head", "gamma", "alpha", "class_weights", "logits", "labels", "loss_per_sample", "gradient"];

/// A case with our results.
#[derive(Serialize)]
struct Case {
    note: String,
    head: Head,
    gamma: f64,
    alpha: Option<f64>,
    class_weights: Vec<f64>,
    logits: Vec<Vec<f64>>,
    labels: Vec<usize>,
    loss_per_sample: Vec<f64>,
    gradient: Vec<Vec<f64>>,
    #[serde(skip)]
    given: Given,
}

/// The results that came with a case.
#[derive(Default)]
struct Given {
    loss_per_sample: Option<Vec<f64>>,
    gradient: Option<Vec<Vec<f64>>>,
}

pub(super) fn run(arguments: &LossArguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output.open([&*arguments.cases])?;
    let cases =
        read(&read_text(&arguments.cases, MAX_CASES_BYTES)?).map_err(|error| with_path(error, &arguments.cases))?;
    let format = arguments.output.format.unwrap_or(Format::Json);
    output.write(|out| match format {
        Format::Table => sheet(&cases, &rows(&cases), format).write_table(out),
        Format::Csv => sheet(&cases, &rows(&cases), format).write_csv(out),
        Format::Json => write_json(out, &cases),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What `loss` answers to a JSON array of cases: the same with their losses and gradients.
///
/// # Errors
/// When the text is not JSON or holds something else, in a sentence that names the case.
pub fn losses_of(cases: &str) -> anyhow::Result<String> {
    let mut answer = Vec::new();
    write_json(&mut answer, &read(cases)?)?;
    Ok(String::from_utf8(answer)?)
}

/// Reads the cases and computes their results.
fn read(text: &str) -> anyhow::Result<Vec<Case>> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            anyhow!("the file must hold a JSON array of cases")
        } else if ["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
            anyhow!("this is not JSON: {error}; NaN and Infinity are no numbers there, logits must be finite")
        } else {
            anyhow!("this is not JSON: {error}")
        }
    })?;
    ensure!(!values.is_empty(), "there are no cases: add at least one to the array");
    values.into_iter().enumerate().map(|(idx, value)| Case::read(value).context_of_case(idx)).collect()
}

/// Names the case that an error belongs to, in one sentence.
trait ContextOfCase<T> {
    fn context_of_case(self, case_idx: usize) -> anyhow::Result<T>;
}

impl<T> ContextOfCase<T> for anyhow::Result<T> {
    fn context_of_case(self, case_idx: usize) -> Self {
        self.map_err(|error| anyhow!("case {case_idx}: {error}"))
    }
}

impl Case {
    fn read(value: Value) -> anyhow::Result<Self> {
        let Value::Object(mut fields) = value else { bail!("a case must be an object with named fields") };
        if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            bail!("there is no field \"{unknown}\": the fields are {}", FIELDS.join(", "));
        }
        let mut case = Self {
            note: optional(&mut fields, "note", "text")?.unwrap_or_default(),
            head: required(&mut fields, "head", "\"softmax\" or \"sigmoid\"")?,
            gamma: required(&mut fields, "gamma", "a number")?,
            alpha: optional(&mut fields, "alpha", "a number or null")?,
            class_weights: required(&mut fields, "class_weights", "a list of finite numbers, one for each class")?,
            logits: required(&mut fields, "logits", "a list of rows of finite numbers, one row for each sample")?,
            labels: required(&mut fields, "labels", "a list of class indices from 0 up, one for each sample")?,
            loss_per_sample: Vec::new(),
            gradient: Vec::new(),
            given: Given {
                loss_per_sample: optional(&mut fields, "loss_per_sample", "a list of numbers, one for each sample")?,
                gradient: optional(&mut fields, "gradient", "a list of rows of numbers, one row for each sample")?,
            },
        };
        let loss = Loss::new(case.head, case.gamma, case.alpha)?;
        case.check_shapes()?;
        case.compute(loss);
        case.check_finite()?;
        Ok(case)
    }

    fn check_shapes(&self) -> anyhow::Result<()> {
        let (n_samples, n_classes) = (self.logits.len(), self.class_weights.len());
        ensure!(
            self.labels.len() == n_samples,
            "there are {} labels for {n_samples} rows of logits: give one label for each row",
            self.labels.len()
        );
        if let Some((first, (row_idx, row))) =
            self.logits.first().zip(self.logits.iter().enumerate().find(|(_, row)| row.len() != self.logits[0].len()))
        {
            bail!(
                "row {row_idx} of the logits has {} values, row 0 has {}: every row needs one for each class",
                row.len(),
                first.len()
            );
        }
        if let Some(row) = self.logits.first().filter(|row| row.len() != n_classes) {
            bail!("there are {n_classes} class weights for {} classes: give one for each class", row.len());
        }
        if let Some((class_idx, weight)) = self.class_weights.iter().enumerate().find(|(_, weight)| **weight < 0.0) {
            bail!("the weight of class {class_idx} must be at least 0, got {}", written(*weight));
        }
        if let Some((sample_idx, label)) = self.labels.iter().enumerate().find(|(_, label)| **label >= n_classes) {
            bail!(
                "the label {label} of sample {sample_idx} is out of range: there are {n_classes} classes, numbered from 0"
            );
        }
        if let Some(given) = &self.given.loss_per_sample {
            ensure!(given.len() == n_samples, "\"loss_per_sample\" must have one number for each sample");
        }
        if let Some(given) = &self.given.gradient {
            let has_shape = given.len() == n_samples && given.iter().all(|row| row.len() == n_classes);
            ensure!(has_shape, "\"gradient\" must have the shape of the logits");
        }
        Ok(())
    }

    /// JSON has no word for a number that is too large.
    fn check_finite(&self) -> anyhow::Result<()> {
        let results = self.loss_per_sample.iter().zip(&self.gradient).zip(&self.labels).enumerate();
        for (sample_idx, ((loss, gradient), label)) in results {
            let slope = gradient.iter().find(|slope| !slope.is_finite());
            let Some(value) = Some(loss).filter(|loss| !loss.is_finite()).or(slope) else { continue };
            let largest = self.logits[sample_idx].iter().fold(0.0_f64, |most, logit| most.max(logit.abs()));
            bail!(
                "the loss of sample {sample_idx} or its gradient is {value}, beyond what a number can be: its logits reach {}, its class weight is {}. Take smaller ones",
                written(largest),
                written(self.class_weights[*label])
            );
        }
        Ok(())
    }

    fn compute(&mut self, loss: Loss) {
        for (logits, &label) in self.logits.iter().zip(&self.labels) {
            let weight = self.class_weights[label];
            let mut gradient = vec![0.0; logits.len()];
            let value = loss.value_and_gradient(logits, label, &mut gradient);
            for slope in &mut gradient {
                *slope *= weight;
            }
            self.loss_per_sample.push(value * weight);
            self.gradient.push(gradient);
        }
    }
}

fn required<T: DeserializeOwned>(fields: &mut Map<String, Value>, name: &str, expected: &str) -> anyhow::Result<T> {
    let value = fields.remove(name).with_context(|| format!("the field \"{name}\" is missing: it is {expected}"))?;
    parse(value, name, expected)
}

fn optional<T: DeserializeOwned>(
    fields: &mut Map<String, Value>,
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

/// One sample of a case, and how far given results are from ours.
struct LossRow {
    case_idx: usize,
    sample_idx: usize,
    loss_deviation: Option<f64>,
    gradient_deviation: Option<f64>,
}

impl LossRow {
    fn new(cases: &[Case], case_idx: usize, sample_idx: usize) -> Self {
        let case = &cases[case_idx];
        let loss_deviation = case
            .given
            .loss_per_sample
            .as_ref()
            .map(|given| deviation(given[sample_idx], case.loss_per_sample[sample_idx]));
        let gradient_deviation = case.given.gradient.as_ref().map(|given| {
            let pairs = given[sample_idx].iter().zip(&case.gradient[sample_idx]);
            pairs.map(|(&given, &ours)| deviation(given, ours)).fold(0.0, f64::max)
        });
        Self { case_idx, sample_idx, loss_deviation, gradient_deviation }
    }
}

/// Relative, or absolute where our value is below 1e-12.
fn deviation(given: f64, ours: f64) -> f64 {
    let difference = (given - ours).abs();
    if ours.abs() < 1e-12 { difference } else { difference / ours.abs() }
}

/// A row for each sample of each case.
fn rows(cases: &[Case]) -> Vec<LossRow> {
    let samples_of = |case_idx: usize| {
        (0..cases[case_idx].labels.len()).map(move |sample_idx| LossRow::new(cases, case_idx, sample_idx))
    };
    (0..cases.len()).flat_map(samples_of).collect()
}

fn sheet<'a>(cases: &'a [Case], rows: &'a [LossRow], format: Format) -> Sheet<'a> {
    let column = |title: &str, name: &str, cell: fn(&Case, usize) -> Cell| {
        Column::new(title, name, move |row: usize| cell(&cases[rows[row].case_idx], rows[row].sample_idx))
    };
    let mut columns = vec![
        Column::new("case", "case", |row| Cell::Count(rows[row].case_idx as u64)),
        Column::new("sample", "sample", |row| Cell::Count(rows[row].sample_idx as u64)),
        column("head", "head", |case, _| Cell::Text(case.head.label().to_lowercase())),
        column("γ", "gamma", |case, _| Cell::Text(written(case.gamma))),
        column("α", "alpha", |case, _| Cell::Text(case.alpha.map_or(String::new(), written))),
        column("label", "label", |case, sample_idx| Cell::Count(case.labels[sample_idx] as u64)),
        column("weight", "class_weight", |case, sample_idx| Cell::Number(case.class_weights[case.labels[sample_idx]])),
        column("loss", "loss", |case, sample_idx| Cell::Number(case.loss_per_sample[sample_idx])),
    ];
    if format == Format::Csv {
        columns.push(column("gradient", "gradient", |case, sample_idx| {
            let slopes: Vec<String> = case.gradient[sample_idx].iter().map(|slope| format!("{slope:?}")).collect();
            Cell::Text(slopes.join(" "))
        }));
    } else {
        columns.push(column("gradient at label", "", |case, sample_idx| {
            Cell::Number(case.gradient[sample_idx][case.labels[sample_idx]])
        }));
    }
    if rows.iter().any(|row| row.loss_deviation.or(row.gradient_deviation).is_some()) {
        columns.push(Column::new("deviation", "deviation", |row| {
            let both = [rows[row].loss_deviation, rows[row].gradient_deviation];
            both.into_iter().flatten().reduce(f64::max).map_or(Cell::Missing, Cell::Number)
        }));
    }
    Sheet { n_rows: rows.len(), columns, notes: vec![deviation_note(rows)] }
}

/// The largest deviation of given results, in a sentence.
fn deviation_note(rows: &[LossRow]) -> String {
    let largest = |what: &str, of: fn(&LossRow) -> Option<f64>| {
        let known = rows.iter().filter_map(|row| Some((row, of(row)?)));
        let (row, size) = known.max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(format!("{what} {size:.1e} (case {}, sample {})", row.case_idx, row.sample_idx))
    };
    let found = [largest("loss", |row| row.loss_deviation), largest("gradient", |row| row.gradient_deviation)];
    let found: Vec<String> = found.into_iter().flatten().collect();
    if found.is_empty() {
        return "The cases hold no results to compare with".to_owned();
    }
    format!("Largest deviation of the given results: {}; relative, or absolute below 1e-12", found.join(", "))
}
