//! `share`: an experiment, or a scene of a lesson, as one line of text.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{anyhow, bail};
use clap::Args;

use super::{input::read_spec, lesson, output::OutputFlags};
use crate::lesson::{SCRIPT, Shared, built_in_keys};

/// Arguments of `share`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ShareArguments {
    /// An experiment (.toml); or a lesson: its lesson.toml, its folder, or the key of one of the course
    file: PathBuf,
    /// The scene of the lesson, from 1
    #[arg(long, default_value_t = 1)]
    scene: usize,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab share assets/lessons/balanced --scene 2
  longtail-lab share focal --scene 3";

pub(super) fn run(arguments: &ShareArguments) -> anyhow::Result<ExitCode> {
    let path = &arguments.file;
    let shared = if is_lesson(path) { scene(path, arguments.scene)? } else { experiment(path)? };
    let text = shared.to_text()?;
    OutputFlags::default().open([])?.write(|out| writeln!(out, "{text}"))?;
    Ok(ExitCode::SUCCESS)
}

fn is_lesson(path: &Path) -> bool {
    let is_key = !path.exists() && built_in_keys().any(|key| path.as_os_str() == key);
    is_key || path.is_dir() || path.file_name().is_some_and(|name| name == SCRIPT)
}

fn scene(path: &Path, number: usize) -> anyhow::Result<Shared> {
    let read = lesson::read(path)?;
    let lesson =
        read.map_err(|faults| anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    let n_scenes = lesson.scenes.len();
    let Some(scene) = number.checked_sub(1).and_then(|idx| lesson.scenes.get(idx)) else {
        bail!("the lesson has the scenes 1 to {n_scenes}, --scene is {number}");
    };
    Ok(Shared { experiment: scene.experiment.clone(), scene: Some((lesson, number - 1)) })
}

fn experiment(path: &Path) -> anyhow::Result<Shared> {
    Ok(Shared { experiment: read_spec(Some(path))?, scene: None })
}
