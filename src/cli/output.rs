//! What goes out: results to standard output or a file, sentences to standard error.

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use anyhow::anyhow;
use clap::Args;

use super::input::is_standard;
use crate::experiment::{check_finite, export::Format, file, parse_name};

/// Where results go and what they look like.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputFlags {
    /// table for people; csv or json, with every digit, for programs [default: table, but json for loss]
    #[arg(long, value_name = "FORMAT", value_parser = parse_name::<Format>)]
    pub(super) format: Option<Format>,
    /// Write into this file, whole or not at all; "-" is standard output
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

impl OutputFlags {
    /// The place for results, checked before there are any.
    ///
    /// # Errors
    /// When the file will not be writable.
    pub(super) fn open(&self) -> anyhow::Result<Output> {
        match &self.out {
            Some(path) if !is_standard(path) => {
                file::check_writable(path)?;
                Ok(Output { path: Some(path.clone()) })
            }
            _ => Ok(Output { path: None }),
        }
    }
}

/// A place for results.
pub(super) struct Output {
    /// A file; `None` is standard output.
    path: Option<PathBuf>,
}

impl Output {
    /// Writes results as they come to standard output, or at once into the file.
    ///
    /// A reader that has gone, as in `| head`, is no error.
    ///
    /// # Errors
    /// When writing fails.
    pub(super) fn write(&self, results: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        if let Some(path) = &self.path {
            let mut bytes = Vec::new();
            results(&mut bytes).map_err(|error| not_json(&error))?;
            return Ok(file::write(path, &bytes)?);
        }
        let mut stdout = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        match results(&mut stdout).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // What is still in the buffer would be written, and fail, when it is dropped.
                let _ = stdout.into_parts();
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(not_json(&error)),
            Err(error) => Err(anyhow!("cannot write to standard output: {error}")),
            Ok(()) => Ok(()),
        }
    }
}

fn not_json(error: &io::Error) -> anyhow::Error {
    anyhow!("the results are not written: {error}; numbers this large or small do not fit, so take others")
}

/// Says a sentence on standard error.
pub fn say(sentence: &str) {
    // When standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "longtail-lab: {sentence}");
}

/// Writes a value as indented JSON with a line end.
///
/// # Errors
/// When writing fails, or a number is not finite: JSON would say `null`, which stands for what is not available.
pub(super) fn write_json(out: &mut dyn Write, value: &impl serde::Serialize) -> io::Result<()> {
    check_finite(value).map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, fault))?;
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
