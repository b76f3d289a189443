//! `loss`: values and gradients for given logits, to check an implementation against.

mod check;
mod class_case;
mod fields;
mod set_case;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{anyhow, bail, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::Value;

use self::{
    class_case::ClassCase,
    fields::{Given, with_words_for_no_numbers},
    set_case::SetCase,
};
use super::{
    input::{number, read_text, with_path},
    output::{OutputFlags, write_json},
    sheet::{Column, Sheet},
};
use crate::{
    experiment::export::{Cell, Format},
    numbers::written,
};

/// Arguments of `loss`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LossArguments {
    /// The cases; "-" is standard input
    #[arg(value_name = "CASES.json", required_unless_present = "check")]
    cases: Option<PathBuf>,
    /// Compare what an implementation of your own printed for cases (their "loss_per_sample", "gradient" and "batch_loss", the
    /// mean over the samples) with ours, and name what is likely to be wrong; the exit status is 1 where something differs
    #[arg(long, value_name = "RESULTS.json", conflicts_with = "cases")]
    check: Option<PathBuf>,
    /// With --check: largest deviation, relative to our value or, where that is below a tenth of the largest weight, to this
    /// tenth [default: 1e-5]
    #[arg(long, value_name = "SIZE", value_parser = number)]
    tolerance: Option<f64>,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r#"Examples:
  echo '[{"head": "softmax", "gamma": 2, "class_weights": [1, 3],
      "logits": [[0.5, -1]], "labels": [1]}]' | longtail-lab loss -
  echo '[{"loss": "asl", "gamma_positive": 0, "gamma_negative": 4,
      "margin": 0.05, "positive_weights": [1, 1], "negative_weights": [1, 1],
      "logits": [[0.5, -1]], "labels": [[1, 0]]}]' | longtail-lab loss -
  longtail-lab loss tests/data/losses.json --format table
  longtail-lab loss tests/data/losses.json --out answers.json
  longtail-lab loss --check tests/data/multilabel_losses.json"#;

/// Largest deviation that counts as agreement, some digits more than an implementation in single precision loses.
const TOLERANCE: f64 = 1e-5;
/// Most bytes of cases: some ten million logits.
const MAX_CASES_BYTES: u64 = 256 << 20;

/// A case with our results: the fields say which of both it is.
#[derive(Serialize)]
#[serde(untagged)]
enum Case {
    Classes(ClassCase),
    Sets(SetCase),
}

pub(super) fn run(arguments: &LossArguments) -> anyhow::Result<ExitCode> {
    if let Some(results) = &arguments.check {
        return check::run(results, arguments.tolerance.unwrap_or(TOLERANCE), &arguments.output);
    }
    ensure!(arguments.tolerance.is_none(), "--tolerance goes with --check alone: leave it out");
    let Some(path) = &arguments.cases else { bail!("name a file with cases") };
    let output = arguments.output.open([&**path])?;
    let cases = read(&read_text(path, MAX_CASES_BYTES)?).map_err(|error| with_path(error, path))?;
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

/// Reads the cases and computes their results. Results that came with a case may hold NaN and Infinity, as programs print them.
fn read(text: &str) -> anyhow::Result<Vec<Case>> {
    read_strictly(text).or_else(|error| {
        let quoted = with_words_for_no_numbers(text);
        if quoted == text { Err(error) } else { read_strictly(&quoted).map_err(|_| error) }
    })
}

fn read_strictly(text: &str) -> anyhow::Result<Vec<Case>> {
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
        let Value::Object(fields) = value else { bail!("a case must be an object with named fields") };
        if fields.contains_key("loss") {
            SetCase::read(fields).map(Self::Sets)
        } else {
            ClassCase::read(fields).map(Self::Classes)
        }
    }

    fn note(&self) -> &str {
        match self {
            Self::Classes(case) => &case.note,
            Self::Sets(case) => &case.note,
        }
    }

    fn given(&self) -> &Given {
        match self {
            Self::Classes(case) => &case.given,
            Self::Sets(case) => &case.given,
        }
    }

    fn losses(&self) -> &[f64] {
        match self {
            Self::Classes(case) => &case.loss_per_sample,
            Self::Sets(case) => &case.loss_per_sample,
        }
    }

    fn gradient(&self) -> &[Vec<f64>] {
        match self {
            Self::Classes(case) => &case.gradient,
            Self::Sets(case) => &case.gradient,
        }
    }

    /// Head, or name of the loss over label sets.
    fn kind(&self) -> String {
        match self {
            Self::Classes(case) => case.head.label().to_lowercase(),
            Self::Sets(case) => case.loss_name().to_owned(),
        }
    }

    /// Numbers of the loss.
    fn parameters(&self) -> String {
        match self {
            Self::Classes(case) => {
                let alpha = case.alpha.map_or(String::new(), |alpha| format!(", α {}", written(alpha)));
                format!("γ {}{alpha}", written(case.gamma))
            }
            Self::Sets(case) => case.parameters(),
        }
    }

    /// The label of a sample, or its labels.
    fn labels(&self, sample_idx: usize) -> String {
        match self {
            Self::Classes(case) => case.labels[sample_idx].to_string(),
            Self::Sets(case) => {
                let labels = case.is_positive[sample_idx].iter().enumerate().filter(|(_, is_positive)| **is_positive);
                labels.map(|(label_idx, _)| label_idx.to_string()).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// One sample of a case, and how far given results are from ours.
struct LossRow {
    case_idx: usize,
    sample_idx: usize,
    loss_deviation: Option<f64>,
    gradient_deviation: Option<f64>,
}

impl LossRow {
    fn new(case: &Case, case_idx: usize, sample_idx: usize) -> Self {
        let given = case.given();
        let loss_deviation =
            given.loss_per_sample.as_ref().map(|given| deviation(given[sample_idx], case.losses()[sample_idx]));
        let gradient_deviation = given.gradient.as_ref().map(|given| {
            let pairs = given[sample_idx].iter().zip(&case.gradient()[sample_idx]);
            pairs.map(|(&given, &ours)| deviation(given, ours)).fold(0.0, f64::max)
        });
        Self { case_idx, sample_idx, loss_deviation, gradient_deviation }
    }
}

/// Relative, or absolute where our value is below 1e-12.
fn deviation(given: f64, ours: f64) -> f64 {
    let difference = (given - ours).abs();
    if difference.is_nan() {
        f64::INFINITY
    } else if ours.abs() < 1e-12 {
        difference
    } else {
        difference / ours.abs()
    }
}

/// A row for each sample of each case.
fn rows(cases: &[Case]) -> Vec<LossRow> {
    let mut rows = Vec::new();
    for (case_idx, case) in cases.iter().enumerate() {
        rows.extend((0..case.losses().len()).map(|sample_idx| LossRow::new(case, case_idx, sample_idx)));
    }
    rows
}

fn sheet<'a>(cases: &'a [Case], rows: &'a [LossRow], format: Format) -> Sheet<'a> {
    let mut columns = vec![
        Column::new("case", "case", |row| Cell::Count(rows[row].case_idx as u64)),
        Column::new("sample", "sample", |row| Cell::Count(rows[row].sample_idx as u64)),
    ];
    let classes: Option<Vec<&ClassCase>> =
        cases.iter().map(|case| if let Case::Classes(case) = case { Some(case) } else { None }).collect();
    match classes {
        Some(cases) => columns.extend(columns_of_classes(cases, rows, format)),
        None => columns.extend(columns_of_any(cases, rows, format)),
    }
    if format == Format::Csv {
        columns.push(Column::new("gradient", "gradient", |row: usize| {
            let slopes = &cases[rows[row].case_idx].gradient()[rows[row].sample_idx];
            Cell::Text(slopes.iter().map(|slope| format!("{slope:?}")).collect::<Vec<_>>().join(" "))
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

/// Columns where every sample has one class.
fn columns_of_classes<'a>(cases: Vec<&'a ClassCase>, rows: &'a [LossRow], format: Format) -> Vec<Column<'a>> {
    let column = |title: &str, name: &str, cell: fn(&ClassCase, usize) -> Cell| {
        let cases = cases.clone();
        Column::new(title, name, move |row: usize| cell(cases[rows[row].case_idx], rows[row].sample_idx))
    };
    let mut columns = vec![
        column("head", "head", |case, _| Cell::Text(case.head.label().to_lowercase())),
        column("γ", "gamma", |case, _| Cell::Text(written(case.gamma))),
        column("α", "alpha", |case, _| Cell::Text(case.alpha.map_or(String::new(), written))),
        column("label", "label", |case, sample_idx| Cell::Count(case.labels[sample_idx] as u64)),
        column("weight", "class_weight", |case, sample_idx| Cell::Number(case.class_weights[case.labels[sample_idx]])),
        column("loss", "loss", |case, sample_idx| Cell::Number(case.loss_per_sample[sample_idx])),
    ];
    if format != Format::Csv {
        columns.push(column("gradient at label", "", |case, sample_idx| {
            Cell::Number(case.gradient[sample_idx][case.labels[sample_idx]])
        }));
    }
    columns
}

/// Columns where some samples have any number of labels.
fn columns_of_any<'a>(cases: &'a [Case], rows: &'a [LossRow], format: Format) -> Vec<Column<'a>> {
    let column = |title: &str, name: &str, cell: fn(&Case, usize) -> Cell| {
        Column::new(title, name, move |row: usize| cell(&cases[rows[row].case_idx], rows[row].sample_idx))
    };
    let mut columns = vec![
        column("kind", "kind", |case, _| Cell::Text(case.kind())),
        column("numbers", "numbers", |case, _| Cell::Text(case.parameters())),
        column("labels", "labels", |case, sample_idx| Cell::Text(case.labels(sample_idx))),
        column("loss", "loss", |case, sample_idx| Cell::Number(case.losses()[sample_idx])),
    ];
    if format != Format::Csv {
        columns.push(column("largest slope", "", |case, sample_idx| {
            let slopes = case.gradient()[sample_idx].iter().copied();
            slopes.reduce(|a, b| if b.abs() > a.abs() { b } else { a }).map_or(Cell::Missing, Cell::Number)
        }));
    }
    columns
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
