//! `covering`: the random covering behind the effective number, simulated.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{
    counts::short,
    input::whole,
    output::{OutputFlags, write_json},
    sheet::{Column, Sheet},
};
use crate::{
    experiment::export::{Cell, Format},
    weighting::{CoveringStep, DerivationStep, beta_of_prototypes, covering_runs, derivation},
};

/// Arguments of `covering`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CoveringArguments {
    /// Number of prototypes N in the space, at most 10000000; β = (N − 1)/N
    #[arg(long, value_name = "N", default_value = "1000", value_parser = whole::<usize>, allow_negative_numbers = true)]
    prototypes: usize,
    /// Number of samples that fall, at most 1000000
    #[arg(long, value_name = "N", default_value = "500", value_parser = whole::<usize>, allow_negative_numbers = true)]
    samples: usize,
    /// Number of simulations side by side, at most 10000
    #[arg(long, value_name = "N", default_value = "200", value_parser = whole::<usize>, allow_negative_numbers = true)]
    runs: usize,
    /// Seed of the random numbers
    #[arg(long, value_name = "SEED", default_value = "1", value_parser = whole::<u64>, allow_negative_numbers = true)]
    seed: u64,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab covering --prototypes 1000 --samples 500 --runs 200
  longtail-lab covering --prototypes 50 --samples 200 --runs 1000 \
      --format csv --out covering.csv";

/// Rows of the table.
const N_ROWS: usize = 20;

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    n_prototypes: usize,
    n_samples: usize,
    n_runs: usize,
    seed: u64,
    beta: f64,
    steps: &'a [CoveringStep],
    derivation: Vec<Line>,
}

/// A step of the derivation.
#[derive(Serialize)]
struct Line {
    words: &'static str,
    symbol: &'static str,
    formula: &'static str,
    numbers: String,
    value: f64,
}

impl Line {
    fn new(step: &DerivationStep) -> Self {
        let DerivationStep { words, symbol, formula, value, .. } = *step;
        Self { words, symbol, formula, numbers: step.with_numbers(|number| number.to_string()), value }
    }
}

pub(super) fn run(arguments: &CoveringArguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output.open([])?;
    let &CoveringArguments { prototypes: n_prototypes, samples: n_samples, runs: n_runs, seed, .. } = arguments;
    let steps = covering_runs(n_prototypes, n_samples, n_runs, seed)?;
    let beta = beta_of_prototypes(n_prototypes as f64);
    let derivation = derivation(beta, n_samples as u64)?;
    output.write(|out| match arguments.output.format.unwrap_or(Format::Table) {
        Format::Table => {
            let rows = thinned(n_samples);
            let notes = notes(&steps, &derivation, n_runs);
            Sheet { n_rows: rows.len(), columns: columns(&steps, |row| rows[row]), notes }.write_table(out)
        }
        Format::Csv => Sheet { n_rows: steps.len(), columns: columns(&steps, |row| row), notes: vec![] }.write_csv(out),
        Format::Json => {
            let derivation = derivation.iter().map(Line::new).collect();
            write_json(out, &Answer { n_prototypes, n_samples, n_runs, seed, beta, steps: &steps, derivation })
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Indices of about [`N_ROWS`] steps, evenly spaced from the first to the last.
fn thinned(n_steps: usize) -> Vec<usize> {
    if n_steps <= N_ROWS {
        return (0..n_steps).collect();
    }
    (0..N_ROWS).map(|row| row * (n_steps - 1) / (N_ROWS - 1)).collect()
}

/// The columns; `step_of` gives the index of a row's step.
fn columns<'a>(steps: &'a [CoveringStep], step_of: impl Fn(usize) -> usize + Copy + 'a) -> Vec<Column<'a>> {
    let column = |title: &str, name: &str, cell: fn(&CoveringStep) -> Cell| {
        Column::new(title, name, move |row| cell(&steps[step_of(row)]))
    };
    vec![
        column("samples n", "n_samples", |step| Cell::Count(step.n_samples)),
        column("E_n", "expected", |step| Cell::Number(step.expected)),
        column("mean", "mean", |step| Cell::Number(step.mean)),
        column("± 95 %", "mean_half_width", |step| step.mean_half_width.map_or(Cell::Missing, Cell::Number)),
        column("2.5 %", "low", |step| Cell::Number(step.low)),
        column("97.5 %", "high", |step| Cell::Number(step.high)),
        column("overlap p", "overlap", |step| Cell::Number(step.overlap)),
    ]
}

fn notes(steps: &[CoveringStep], derivation: &[DerivationStep], n_runs: usize) -> Vec<String> {
    let mut notes = vec![
        format!(
            "Covered volume over {n_runs} runs: mean with its 95 % interval, and the band that holds 95 % of the runs"
        ),
        "Overlap: the probability p = E_{n−1}/N that sample n lands on a covered place".to_owned(),
    ];
    if let Some(last) = steps.last() {
        let verdict = match last.is_expectation_in_interval() {
            Some(true) => "E_n lies in the 95 % interval of the mean",
            Some(false) => "E_n lies outside the 95 % interval of the mean, as it does once in 20 simulations",
            None if n_runs == 1 => "a single run has no interval",
            None => "all runs cover the same volume",
        };
        notes.push(format!("After {} samples {verdict}", last.n_samples));
        notes.push(format!("The derivation with n = {} and β = (N − 1)/N:", last.n_samples));
    }
    notes.extend(derivation.iter().map(|step| {
        let mut sides =
            vec![step.symbol.to_owned(), step.formula.to_owned(), step.with_numbers(short), short(step.value)];
        // Where there is nothing to work out, as in E_1 = 1, nothing is said twice.
        sides.dedup();
        sides.join(" = ")
    }));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_about_twenty_rows_from_the_first_step_to_the_last() {
        assert_eq!(thinned(3), [0, 1, 2]);
        for n_steps in [20, 21, 500, 1_000_000] {
            let rows = thinned(n_steps);
            assert_eq!((rows.len(), rows[0], rows[19]), (20, 0, n_steps - 1));
            assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
