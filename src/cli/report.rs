//! `report` and `merge`: what a sweep says, and the files of many machines as one.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::bail;
use clap::Args;
use serde::Deserialize;

use super::{
    input::readable,
    output::{Output, OutputFlags, say, write_json},
    sheet::broken,
    source::name_sweep_file,
};
use crate::experiment::{
    ModuleKind,
    export::{Format, SweepAnswer, points_grid, runs_grid, sweep_html},
    files::read_sweep,
    parse_name,
    sweep::{SweepLines, best_module, choose, merge},
};

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = REPORT_EXAMPLES)]
pub struct ReportArguments {
    /// Results of `sweep`; unfinished ones too; "-" is standard input
    #[arg(value_name = "RUNS.jsonl", value_parser = readable())]
    runs: PathBuf,
    /// table: points and the recommendation; csv: one row a run; json: both, with every digit; html: a page that stands alone [default: table]
    #[arg(long, value_name = "FORMAT", value_parser = parse_name::<ReportFormat>, help_heading = "Output")]
    format: Option<ReportFormat>,
    /// The objective of the best point as a Python module that runs: pytorch or numpy. It has the class weights of all rows of
    /// a file, each with its class
    #[arg(long, value_name = "NAME", value_parser = parse_name::<ModuleKind>, conflicts_with_all = ["format", "spreadsheet"])]
    #[arg(help_heading = "Output")]
    snippet: Option<ModuleKind>,
    /// Write into this file, whole or not at all; "-" is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: Option<PathBuf>,
    /// With csv: put an apostrophe before names that a spreadsheet would take for a formula, because they begin with =, +,
    /// -, @ or a tabulator
    #[arg(long, help_heading = "Output")]
    spreadsheet: bool,
}

const REPORT_EXAMPLES: &str = r"Examples:
  longtail-lab report runs.jsonl
  longtail-lab report runs.jsonl --format html --out report.html
  longtail-lab report runs.jsonl --snippet pytorch --out objective.py
  longtail-lab report runs.jsonl --format csv --out runs.csv";

/// A format that the report can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReportFormat {
    Table,
    Csv,
    Json,
    Html,
}

/// Arguments of `merge`.
#[derive(Debug, Args)]
#[command(after_help = MERGE_EXAMPLES)]
pub struct MergeArguments {
    /// Results of the shards of one sweep
    #[arg(value_name = "RUNS.jsonl", required = true)]
    parts: Vec<PathBuf>,
    /// Write all runs into this file; "-" is standard output
    #[arg(long, value_name = "ALL.jsonl")]
    out: Option<PathBuf>,
    /// Then write what the runs say to standard output, as `report` does: table, csv, json or html
    #[arg(long, value_name = "FORMAT", value_parser = parse_name::<ReportFormat>, requires = "out")]
    format: Option<ReportFormat>,
}

const MERGE_EXAMPLES: &str = r"Examples:
  longtail-lab merge half.jsonl other-half.jsonl --out all.jsonl";

pub(super) fn run(arguments: &ReportArguments) -> anyhow::Result<ExitCode> {
    let path = &arguments.runs;
    let flags = OutputFlags { out: arguments.out.clone(), ..OutputFlags::default() };
    let output = flags.open([&*arguments.runs])?;
    let named = |error| name_sweep_file(error, path);
    let lines = read_sweep(path).and_then(SweepLines::undamaged).map_err(named)?;
    say_half_line(&lines, path);
    if let Some(kind) = arguments.snippet {
        let text = module_of(&lines, kind, path)?;
        output.write(|out| out.write_all(text.as_bytes()))?;
        return Ok(ExitCode::SUCCESS);
    }
    write_report(&lines, path, arguments.format.unwrap_or(ReportFormat::Table), arguments.spreadsheet, &output)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes what a sweep has found.
///
/// # Errors
/// When it cannot be written, or the results hold a sweep that cannot be.
pub(super) fn write_report(
    lines: &SweepLines,
    path: &Path,
    format: ReportFormat,
    is_for_spreadsheet: bool,
    output: &Output,
) -> anyhow::Result<()> {
    let named = |error| name_sweep_file(error, path);
    match format {
        ReportFormat::Table => write_table(lines, path, output),
        ReportFormat::Csv => {
            let grid = runs_grid(lines);
            let grid = if is_for_spreadsheet { grid.for_spreadsheet() } else { grid };
            let text = Format::Csv.render(&grid, &())?;
            output.write(|out| out.write_all(&text))
        }
        ReportFormat::Json => {
            let choices = choose(lines).map_err(named)?;
            output.write(|out| write_json(out, &SweepAnswer::new(lines, &choices)))
        }
        ReportFormat::Html => {
            let page = sweep_html(lines).map_err(named)?;
            output.write(|out| out.write_all(page.as_bytes()))
        }
    }
}

/// The objective of the best point as code.
fn module_of(lines: &SweepLines, kind: ModuleKind, path: &Path) -> anyhow::Result<String> {
    let named = |error| name_sweep_file(error, path);
    let choices = choose(lines).map_err(named)?;
    let [choice] = choices.as_slice() else {
        bail!(
            "the sweep has {} imbalance factors, and a best point for each: --snippet takes the results of one",
            choices.len()
        );
    };
    match best_module(kind, lines, choice).map_err(named)? {
        Some(module) => Ok(module),
        None => bail!("there is no best point to take away: {}", choice.remarks.join("; ")),
    }
}

/// Writes points and the recommendation, for people.
pub(super) fn write_table(lines: &SweepLines, path: &Path, output: &Output) -> anyhow::Result<()> {
    let mut grid = points_grid(lines).map_err(|error| name_sweep_file(error, path))?;
    grid.notes = grid.notes.iter().flat_map(|note| broken(note)).collect();
    let text = Format::Table.render(&grid, &())?;
    output.write(|out| out.write_all(&text))
}

pub(super) fn run_merge(arguments: &MergeArguments) -> anyhow::Result<ExitCode> {
    let flags = OutputFlags { out: arguments.out.clone(), ..OutputFlags::default() };
    let output = flags.open(arguments.parts.iter().map(|path| &**path))?;
    let mut merged: Option<SweepLines> = None;
    for path in &arguments.parts {
        let named = |error| name_sweep_file(error, path);
        let part = read_sweep(path).and_then(SweepLines::undamaged).map_err(named)?;
        say_half_line(&part, path);
        merged = Some(match merged {
            None => part,
            Some(before) => merge([before, part]).map_err(named)?,
        });
    }
    let Some(merged) = merged else { return Ok(ExitCode::SUCCESS) };
    output.write(|out| out.write_all(merged.to_text().as_bytes()))?;
    let n_missing = merged.missing().count();
    if n_missing > 0 && !merged.header.sweep.design.halving {
        let first = merged.missing().next().unwrap_or_default();
        say(&format!(
            "{} of {} runs are there, {n_missing} are missing, the first of them run {first}",
            merged.records.len(),
            merged.header.runs
        ));
    }
    if let (Some(format), Some(out)) = (arguments.format, &arguments.out) {
        write_report(&merged, out, format, false, &OutputFlags::default().open([])?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn say_half_line(lines: &SweepLines, path: &Path) {
    if lines.has_half_line {
        say(&format!("the last line is only half written and is left out: {}", path.display()));
    }
}
