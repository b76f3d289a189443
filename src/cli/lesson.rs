//! `lesson`: lists the lessons of the course, and checks a lesson by training every scene of it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use super::say;
use crate::{
    experiment::file::read_text,
    lesson::{Fault, Lesson, SCRIPT, SEEDS, built_in, check, course, read},
    text::shown_os,
};

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

fn check_one(path: &Path) -> anyhow::Result<ExitCode> {
    let read = match path.to_str().and_then(built_in) {
        Some(read) => read,
        None => from_folder(path)?,
    };
    let faults = read.map_or_else(|faults| faults, |lesson| check(&lesson));
    if faults.is_empty() {
        say(&format!("everything holds on {SEEDS} seeds"));
        return Ok(ExitCode::SUCCESS);
    }
    for fault in faults {
        say(&fault.to_string());
    }
    Ok(ExitCode::FAILURE)
}

/// Reads a lesson from its script or the folder that holds it, with the texts beside it.
///
/// # Errors
/// When a file cannot be read, or no text lies beside the script.
fn from_folder(path: &Path) -> anyhow::Result<Result<Lesson, Vec<Fault>>> {
    let script = if path.is_dir() { path.join(SCRIPT) } else { path.to_owned() };
    let text = read_text(&script)?;
    let folder = script.parent().unwrap_or(Path::new("."));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut texts = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", shown_os(folder.as_os_str())))?;
    for entry in entries {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "md")
            && let Some(code) = file.file_stem().and_then(|stem| stem.to_str())
        {
            texts.push((code.to_owned(), read_text(&file)?));
        }
    }
    if texts.is_empty() {
        bail!("there is no text beside {}: write one, such as en.md", shown_os(script.as_os_str()));
    }
    // English first, as the language of what has no text in another one.
    texts.sort_by_key(|(code, _)| (code != "en", code.clone()));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    let key = folder.file_name().and_then(|name| name.to_str()).unwrap_or("lesson");
    Ok(read(key, &text, &texts))
}
