//! `lesson`: lists the lessons of the course, and checks a lesson by training every scene of it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};

use super::{output::OutputFlags, progress::progress_bar, say};
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
  longtail-lab lesson print covering --solutions --out handout.pdf
  longtail-lab lesson check assets/lessons/balanced/lesson.toml";

#[derive(Debug, Subcommand)]
enum LessonCommand {
    /// List the lessons of the course, each with its scenes
    List,
    /// Print a lesson as a PDF: every scene on a sheet of A4, with room for what it asks
    Print {
        /// A lesson's lesson.toml, its folder, or the key of a built-in lesson
        lesson: PathBuf,
        /// Write into this file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Add a sheet with the solution to each scene that asks or reveals something
        #[arg(long)]
        solutions: bool,
        /// The language of the texts, such as en or ko
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Train every scene of a lesson on three seeds, and tell what does not hold
    ///
    /// Every claim, the number behind every text and question, and every goal (it can be reached with its controls, and is not
    /// reached before anything is moved). What is wrong is told with file and line.
    Check {
        /// A lesson's lesson.toml, with its texts (en.md, ko.md, …) beside it; its folder; or the key of a built-in lesson
        lesson: PathBuf,
    },
}

/// Draws the sheets of a lesson in a language, with solutions or without; how far it is comes as a scene and the last one.
pub type DrawHandout = fn(&Lesson, &str, bool, &mut dyn FnMut(u64, u64)) -> Result<Vec<u8>, String>;

pub(super) fn run(arguments: &LessonArguments, draw: Option<DrawHandout>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        LessonCommand::List => list(),
        LessonCommand::Check { lesson } => check_one(lesson),
        LessonCommand::Print { lesson, out, solutions, language } => {
            let Some(draw) = draw else { bail!("this program was built without pictures") };
            let read = read(lesson)?;
            let read =
                read.map_err(|faults| anyhow!(faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")))?;
            if !read.languages.iter().any(|known| known.code == *language) {
                let codes: Vec<&str> = read.languages.iter().map(|known| known.code.as_str()).collect();
                bail!("the lesson has no text in \"{language}\": --language takes {}", codes.join(", "));
            }
            let output = OutputFlags { out: Some(out.clone()), ..OutputFlags::default() }.open([lesson.as_path()])?;
            let bar = progress_bar(read.scenes.len() as u64, 1);
            let drawn = draw(&read, language, *solutions, &mut |scene, _| bar.set_position(scene));
            bar.finish_and_clear();
            output.write(|file| file.write_all(&drawn.map_err(std::io::Error::other)?))?;
            Ok(ExitCode::SUCCESS)
        }
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
