//! `answers`: the answers of a class to the questions of lessons, put together.

use std::{path::PathBuf, process::ExitCode};

use anyhow::anyhow;
use clap::{Args, Subcommand};

use super::{
    input::{read_text, with_path},
    output::{OutputFlags, write_json},
};
use crate::{
    experiment::export::{Cell, Format, Grid},
    lesson::{Answers, ClassAnswers, MOST_ANSWER_BYTES, merge},
};

/// Arguments of `answers`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct AnswersArguments {
    #[command(subcommand)]
    command: AnswersCommand,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab answers merge tests/data/answers/*.answers.json
  longtail-lab answers merge tests/data/answers/*.json --format json";

#[derive(Debug, Subcommand)]
enum AnswersCommand {
    /// Put the answers of a class together, a row for each question
    ///
    /// How often each answer was chosen, where half of the numbers are, the medians of drawn bars, the most frequent orders; and
    /// what is right. Names in the files are left out.
    Merge {
        /// Files that students have saved in the window (Lesson → Save my answers…)
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        output: OutputFlags,
    },
}

pub(super) fn run(arguments: &AnswersArguments) -> anyhow::Result<ExitCode> {
    let AnswersCommand::Merge { files, output: flags } = &arguments.command;
    let output = flags.open(files.iter().map(PathBuf::as_path))?;
    let read = |path: &PathBuf| {
        let text = read_text(path, MOST_ANSWER_BYTES)?;
        Answers::from_json(&text).map_err(|error| with_path(anyhow!(error), path))
    };
    let students = files.iter().map(read).collect::<anyhow::Result<Vec<Answers>>>()?;
    let merged = merge(&students);
    output.write(|out| match flags.format.unwrap_or(Format::Table) {
        Format::Json => write_json(out, &merged),
        Format::Csv => out.write_all(&Format::Csv.render(&grid(&merged), &())?),
        Format::Table => {
            writeln!(out, "{} {}", students.len(), if students.len() == 1 { "student" } else { "students" })?;
            for one in &merged {
                writeln!(out, "{}, {}: answered by {}\n  {}", one.lesson, one.scene, one.n, one.answered.in_words())?;
            }
            Ok(())
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn grid(merged: &[ClassAnswers]) -> Grid {
    let row = |one: &ClassAnswers| {
        vec![
            Cell::Text(one.lesson.clone()),
            Cell::Text(one.scene.clone()),
            Cell::Count(one.n as u64),
            Cell::Text(one.answered.in_words()),
        ]
    };
    Grid {
        header: ["lesson", "scene", "answers", "how"].map(str::to_owned).to_vec(),
        rows: merged.iter().map(row).collect(),
        ..Grid::default()
    }
}
