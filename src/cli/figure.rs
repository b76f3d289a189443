//! `figure`: what is to be drawn and where it goes; drawing itself needs the window's charts, which the program brings.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;

use super::{output::OutputFlags, progress::progress_bar};
use crate::experiment::file;

/// Arguments of `figure`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct FigureArguments {
    /// The picture by its key (see --list), or "all" for every one into a folder
    #[arg(required_unless_present = "list")]
    picture: Option<String>,
    /// An experiment (.toml, or a report in HTML), or results of a sweep (.jsonl) [default: the default experiment]
    file: Option<PathBuf>,
    /// List the keys of all pictures
    #[arg(long)]
    list: bool,
    /// The epoch that is shown [default: the last one of the experiment]
    #[arg(long)]
    pub epoch: Option<u64>,
    /// Width and height in points, as 1200x700; a PNG has two pixels for each point
    #[arg(long, default_value = "1200x700", value_parser = parse_size)]
    pub size: [f32; 2],
    /// Dark letters on a light ground, or light ones on a dark ground
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    pub theme: Theme,
    /// What the pictures show by choice (axes, series and the like), as the command below a picture has it
    #[arg(long, value_name = "JSON")]
    pub view: Option<String>,
    /// Write into this file: .svg, .pdf or .png; without it SVG goes to standard output. With "all": a folder, made where
    /// there is none
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// With "all": the format of the files
    #[arg(long, value_name = "FORMAT", default_value = "svg", value_parser = ["svg", "pdf", "png"])]
    format: String,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab figure --list
  longtail-lab figure recall --epoch 20 --out recall.svg
  longtail-lab figure weights --size 800x500 --theme dark --out weights.pdf";

/// Ground and letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What is asked for.
pub enum FigureRequest<'a> {
    /// The list of pictures.
    List,
    /// One picture, by its key.
    One(&'a str),
    /// Every picture.
    All,
}

impl FigureArguments {
    /// What is asked for.
    pub fn request(&self) -> FigureRequest<'_> {
        match self.picture.as_deref() {
            _ if self.list => FigureRequest::List,
            Some("all") => FigureRequest::All,
            Some(key) => FigureRequest::One(key),
            None => FigureRequest::List,
        }
    }

    /// The file that is drawn.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The name of the file that one picture goes into; a name with `.svg` for standard output.
    pub fn name_of_one(&self, key: &str) -> PathBuf {
        self.out.clone().filter(|out| out != Path::new("-")).unwrap_or_else(|| format!("{key}.svg").into())
    }

    /// Writes one picture into its file or to standard output.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_one(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let flags = OutputFlags { out: self.out.clone(), ..OutputFlags::default() };
        flags.open(self.file.as_deref())?.write(|out| out.write_all(bytes))
    }

    /// Where a picture goes among all: a file of its own in the folder.
    ///
    /// # Errors
    /// When no folder is given.
    pub fn name_among_all(&self, key: &str) -> anyhow::Result<PathBuf> {
        match &self.out {
            Some(folder) => Ok(folder.join(format!("{key}.{}", self.format))),
            None => bail!("every picture is a file of its own: say into which folder with --out FOLDER"),
        }
    }

    /// Writes a picture among all, and makes the folder where there is none.
    ///
    /// # Errors
    /// When folder or file cannot be written.
    pub fn write_among_all(&self, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        Ok(file::write(path, bytes)?)
    }

    /// A bar over the epochs on standard error; nothing where that is no terminal.
    pub fn progress(&self) -> FigureProgress {
        FigureProgress(progress_bar(0, 1))
    }
}

/// How far training is.
pub struct FigureProgress(ProgressBar);

impl FigureProgress {
    /// Shows the epoch that is reached of so many.
    pub fn reach(&self, epoch: u64, goal: u64) {
        self.0.set_length(goal);
        self.0.set_position(epoch);
    }
}

impl Drop for FigureProgress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Prints the keys of pictures with their names.
///
/// # Errors
/// When standard output cannot be written.
pub fn list_figures(pictures: impl Iterator<Item = (String, &'static str)>) -> anyhow::Result<()> {
    OutputFlags::default().open([])?.write(|out| {
        for (key, name) in pictures {
            writeln!(out, "{key:18} {name}")?;
        }
        Ok(())
    })
}

/// Width and height as `1200x700`.
pub(super) fn parse_size(text: &str) -> Result<[f32; 2], String> {
    const LEAST: u32 = 200;
    const MOST: u32 = 4000;
    let sides = text.split_once(['x', 'X', '×']);
    let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| (LEAST..=MOST).contains(side));
    match sides.map(|(width, height)| (side(width), side(height))) {
        Some((Some(width), Some(height))) => Ok([width as f32, height as f32]),
        _ => {
            Err(format!("a size is width x height in points, each a whole number from {LEAST} to {MOST}, as 1200x700"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn a_size_is_two_whole_numbers_in_range() {
        assert_eq!(parse_size("1200x700"), Ok([1200.0, 700.0]));
        assert_eq!(parse_size(" 200 × 4000 "), Ok([200.0, 4000.0]));
        for wrong in ["", "x", "1200", "1200x", "199x700", "1200x4001", "-1x5", "1e3x700", "1200x700x3"] {
            assert!(parse_size(wrong).unwrap_err().contains("1200x700"), "{wrong}");
        }
    }
}
