//! What goes out: results to standard output or a file, sentences to standard error.

use std::{
    ffi::OsString,
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{anyhow, bail};
use clap::Args;

use super::input::is_standard;
use crate::{
    experiment::{check_finite, export::Format, file, parse_name},
    text::{TerminalWriter, shown},
};

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
    /// With csv: put an apostrophe before names that a spreadsheet would take for a formula, because they begin with =, +,
    /// -, @ or a tabulator; without it names come out as they are, to be read back by programs
    #[arg(long)]
    pub(super) spreadsheet: bool,
}

impl OutputFlags {
    /// The place for results, checked before there are any; `inputs` are the files that they are made from.
    ///
    /// # Errors
    /// When the file will not be writable, is in use, or is one of the inputs.
    pub(super) fn open<'a>(&self, inputs: impl IntoIterator<Item = &'a Path>) -> anyhow::Result<Output> {
        let out = self.out.as_deref().unwrap_or(Path::new("-"));
        check_apart("--out", out, inputs)?;
        if is_standard(out) || file::is_standard_output(out) {
            return Ok(Output { path: None });
        }
        file::check_writable(out)?;
        Ok(Output { path: Some(out.to_owned()) })
    }
}

/// Refuses to write over what is read, under whatever spelling, link or hard link.
///
/// # Errors
/// When the file that `flag` names is one of the inputs, or a sweep writes its runs into it.
pub(super) fn check_apart<'a>(
    flag: &str,
    out: &Path,
    inputs: impl IntoIterator<Item = &'a Path>,
) -> anyhow::Result<()> {
    let named = |path: &'a Path, standard: &'static str| if is_standard(path) { Path::new(standard) } else { path };
    let place = if is_standard(out) { Path::new("/dev/stdout") } else { out };
    for input in inputs {
        if file::is_same_file(place, named(input, "/dev/stdin")) {
            let (out, input) = match (is_standard(out), is_standard(input)) {
                (true, _) => ("standard output".to_owned(), input.display().to_string()),
                (false, true) => (format!("{flag} {}", out.display()), "standard input".to_owned()),
                (false, false) => (format!("{flag} {}", out.display()), input.display().to_string()),
            };
            bail!("{out} is the input itself, which would be lost ({input}): name another file");
        }
    }
    if !is_standard(out) && file::is_in_use(out) {
        bail!("{flag} {} is in use, a sweep writes its runs into it: name another file", out.display());
    }
    Ok(())
}

/// A place for results.
pub(super) struct Output {
    /// A file; `None` is standard output.
    path: Option<PathBuf>,
}

impl Output {
    /// Writes results as they come to standard output, or at once into the file.
    ///
    /// A terminal gets control characters written out, whatever the format; files and pipes get the results as they are. A
    /// reader that has gone, as in `| head`, is no error.
    ///
    /// # Errors
    /// When writing fails.
    pub(super) fn write(&self, results: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        if let Some(path) = &self.path {
            let mut bytes = Vec::new();
            results(&mut bytes).map_err(|error| not_json(&error))?;
            return Ok(file::write(path, &bytes)?);
        }
        let stdout = io::stdout().lock();
        let is_terminal = stdout.is_terminal();
        let mut stdout = BufWriter::with_capacity(1 << 16, stdout);
        let written = if is_terminal { results(&mut TerminalWriter::new(&mut stdout)) } else { results(&mut stdout) };
        match written.and_then(|()| stdout.flush()) {
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

/// Whether nothing but results and complaints is written.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Says no notes and shows no progress from now on, where this is wanted.
pub(super) fn be_quiet(is_quiet: bool) {
    IS_QUIET.store(is_quiet, Ordering::Relaxed);
}

/// See [`be_quiet`].
pub(super) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Says a sentence on standard error, unless it is to be quiet; as [`complain`] does.
pub fn say(sentence: &str) {
    if !is_quiet() {
        write_sentence(sentence, NOTE);
    }
}

/// How a terminal shows the name of the program before a complaint, and before a note: bold red, and blue.
const COMPLAINT: &str = "\x1b[1;31m";
const NOTE: &str = "\x1b[34m";

/// Says what is wrong on standard error, on one line and without what would steer a terminal, whatever names are in it.
pub fn complain(sentence: &str) {
    write_sentence(sentence, COMPLAINT);
}

fn write_sentence(sentence: &str, colour: &str) {
    let mut stderr = io::stderr();
    let name = name_in(colour, stderr.is_terminal() && wants_colour(|name| std::env::var_os(name)));
    // When standard error is closed there is nobody left to tell.
    let _ = writeln!(stderr, "{name} {}", shown(sentence));
}

/// The name of the program before a sentence.
fn name_in(colour: &str, is_coloured: bool) -> String {
    const NAME: &str = "longtail-lab:";
    if is_coloured { format!("{colour}{NAME}\x1b[0m") } else { NAME.to_owned() }
}

/// Whether the environment allows colour: NO_COLOR is not set, and the terminal is one that has some.
fn wants_colour(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    variable("NO_COLOR").is_none_or(|value| value.is_empty()) && variable("TERM").is_none_or(|term| term != "dumb")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_that_have_it_and_for_people_who_want_it() {
        let wants = |variables: &[(&str, &str)]| {
            wants_colour(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
        };
        assert!(wants(&[]) && wants(&[("TERM", "xterm-256color")]) && wants(&[("NO_COLOR", "")]));
        assert!(!wants(&[("NO_COLOR", "1")]) && !wants(&[("TERM", "dumb")]));
        assert_eq!(name_in(COMPLAINT, false), "longtail-lab:");
        assert_eq!(name_in(COMPLAINT, true), "\u{1b}[1;31mlongtail-lab:\u{1b}[0m");
    }
}
