//! `film`: what a film shows and where it goes; drawing itself needs the window's charts, which the program brings.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{
    figure::{Theme, parse_size},
    input::{read_spec, whole, with_path},
    output::{OutputFlags, say},
    progress::{INTERRUPTED, progress_bar, stop_on_interrupt},
};
use crate::experiment::ExperimentSpec;

/// Arguments of `film`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct FilmArguments {
    /// Pictures by their keys (see `figure --list`), with commas between them: they stand beside each other
    pub pictures: String,
    /// An experiment (.toml, or a report in HTML), or the text of a shared one [default: the default experiment]
    file: Option<PathBuf>,
    /// The last epoch [default: that of the experiment]
    #[arg(long, value_parser = whole::<u64>)]
    pub epochs: Option<u64>,
    /// How many epochs are drawn, 2 to 300
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(2..=300))]
    pub frames: u32,
    /// How many of them are shown a second, 1 to 30
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=30))]
    pub fps: u32,
    /// Width and height of each picture in points, as 640x400
    #[arg(long, default_value = "640x400", value_parser = parse_size)]
    pub size: [f32; 2],
    /// Dark letters on a light ground, or light ones on a dark ground
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    pub theme: Theme,
    /// Write into this file: .gif, or .png for an animated PNG
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab film recall --epochs 20 --frames 10 --out recall.gif
  longtail-lab film recall,regions --epochs 20 --frames 5 --out run.png";

/// Makes a film of an experiment; hears how many pictures are made of how many, and whether to go on. `None` where it is not.
pub(super) type Make<'a> =
    dyn Fn(&ExperimentSpec, &mut dyn FnMut(usize, usize) -> bool) -> Result<Option<Vec<u8>>, String> + 'a;

impl FilmArguments {
    /// Has the film made and writes it; after Ctrl-C nothing is written.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the experiment or the file.
    pub fn write(&self, make: &Make<'_>) -> anyhow::Result<ExitCode> {
        let file = self.file.as_deref();
        let spec = read_spec(file)?;
        let checked = spec.check().map_err(|error| with_path(error, file.unwrap_or(Path::new("the experiment"))))?;
        let output = OutputFlags { out: Some(self.out.clone()), ..OutputFlags::default() };
        let output = output.open(file)?;
        let stop = stop_on_interrupt()?;
        let bar = progress_bar(0, 1);
        let mut on_frame = |made: usize, of: usize| {
            bar.set_length(of as u64);
            bar.set_position(made as u64);
            !stop.load(std::sync::atomic::Ordering::Relaxed)
        };
        let made = make(checked.spec(), &mut on_frame).map_err(anyhow::Error::msg)?;
        bar.finish_and_clear();
        let Some(bytes) = made else {
            say("Stopped; no film is written");
            return Ok(ExitCode::from(INTERRUPTED));
        };
        output.write(|out| out.write_all(&bytes))?;
        Ok(ExitCode::SUCCESS)
    }
}
