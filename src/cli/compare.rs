//! `compare`: two results side by side.

use std::{path::PathBuf, process::ExitCode};

use anyhow::anyhow;
use clap::Args;

use super::{
    output::{OutputFlags, write_json},
    sheet::broken,
};
use crate::experiment::{SideBySide, export::Format, files::read_answer};

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompareArguments {
    /// Results of `sweep` (.jsonl), or of `train --format json`
    #[arg(value_name = "FIRST")]
    first: PathBuf,
    /// What they are compared with
    #[arg(value_name = "SECOND")]
    second: PathBuf,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab compare before.jsonl after.jsonl
  longtail-lab compare linear.json quadratic.json --format json";

pub(super) fn run(arguments: &CompareArguments) -> anyhow::Result<ExitCode> {
    let inputs = [&*arguments.first, &*arguments.second];
    let output = arguments.output.open(inputs)?;
    let answer = |path| read_answer(path).map_err(|fault| anyhow!("{fault}"));
    let found = SideBySide::of(&answer(&arguments.first)?, &answer(&arguments.second)?);
    match arguments.output.format.unwrap_or(Format::Table) {
        Format::Json => output.write(|out| write_json(out, &found))?,
        format => {
            let mut grid = found.grid();
            grid.notes = grid.notes.iter().flat_map(|note| broken(note)).collect();
            let grid = if arguments.output.spreadsheet { grid.for_spreadsheet() } else { grid };
            let text = format.render(&grid, &())?;
            output.write(|out| out.write_all(&text))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
