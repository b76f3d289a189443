//! `lesson`: lists the lessons of the course, and checks a lesson by training every scene of it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

use super::say;
use crate::lesson::{Fault, Lesson, SCRIPT, SEEDS, built_in, check, course, open};

/// Arguments of `lesson`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LessonArguments {
    #[command(subcommand)]
    command: LessonCommand,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab lesson list
  longtail-lab lesson check focal
  longtail-lab lesson check assets/lessons/balanced/lesson.toml";

#[derive(Debug, Subcommand)]
enum LessonCommand {
    /// List the lessons of the course, each with its scenes
    List,
    /// Train every scene of a lesson on three seeds, and tell what does not hold
    ///
    /// Every claim, the number behind every text and question, and every goal (it can be reached with its controls, and is not
    /// reached before anything is moved). What is wrong is told with file and line.
    Check {
        /// A lesson's lesson.toml, with its texts (en.md, ko.md, …) beside it; its folder; or the key of a built-in lesson
        lesson: PathBuf,
    },
}

pub(super) fn run(arguments: &LessonArguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        LessonCommand::List => list(),
        LessonCommand::Check { lesson } => check_one(lesson),
    }
}

fn list() -> anyhow::Result<ExitCode> {
    use std::io::Write;

    let mut out = std::io::stdout().lock();
    for lesson in course() {
        let Some(language) = lesson.language("en") else { continue };
        writeln!(out, "{:16} {} ({} minutes)", lesson.key, language.title, lesson.minutes)?;
        for scene in &language.scenes {
            writeln!(out, "{:16}   {}", "", scene.title)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a lesson by its key, its folder or its script.
pub(super) fn read(path: &Path) -> anyhow::Result<Result<Lesson, Vec<Fault>>> {
    Ok(match path.to_str().and_then(built_in) {
        Some(read) => read,
        None => open(&if path.is_dir() { path.join(SCRIPT) } else { path.to_owned() })?,
    })
}

fn check_one(path: &Path) -> anyhow::Result<ExitCode> {
    let faults = read(path)?.map_or_else(|faults| faults, |lesson| check(&lesson));
    if faults.is_empty() {
        say(&format!("everything holds on {SEEDS} seeds"));
        return Ok(ExitCode::SUCCESS);
    }
    for fault in faults {
        say(&fault.to_string());
    }
    Ok(ExitCode::FAILURE)
}
