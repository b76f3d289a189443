//! The file that a sweep appends its finished runs to, so that whatever ends the program, no finished run is lost.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use crate::experiment::{
    file::{self, FileError, reason, unwritable},
    sweep::{SweepError, SweepHeader, SweepLines, SweepRecord, parse_lines, parse_undamaged_lines, to_lines},
};

/// Most bytes of a file of results.
pub const MAX_RESULTS_BYTES: u64 = 4 << 30;

/// Results of a sweep on disk: whole lines, one for each finished run, in the order in which they were finished; in the
/// order of their numbers once [`SweepFile::finish`] was called.
#[derive(Debug)]
pub struct SweepFile {
    path: PathBuf,
    file: File,
    lines: SweepLines,
    n_damaged: usize,
}

/// Whether a path has the ending of results of a sweep.
pub fn is_results_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"))
}

/// Reads the results of a sweep.
///
/// # Errors
/// When the file cannot be read, is something else, or is damaged elsewhere than at its end.
pub fn read_sweep(path: &Path) -> Result<SweepLines, SweepError> {
    parse_lines(&read(path)?)
}

fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    file::read_bytes_within(path, MAX_RESULTS_BYTES)
}

/// Makes a folder for results if there is none, and leaves only so many of the newest files of results in it.
///
/// # Errors
/// When the folder cannot be made.
pub fn prune(folder: &Path, most: usize) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, reason(&error)))?;
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let of_results = |path: &Path| path.extension().is_some_and(|ending| ending == "jsonl");
    let mut files: Vec<_> = entries
        .flatten()
        .filter(|entry| of_results(&entry.path()))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    for (_, path) in files.iter().rev().skip(most) {
        // An old file that cannot be removed does no harm.
        let _ = fs::remove_file(path);
    }
    Ok(())
}

impl SweepFile {
    /// Begins a file, or goes on with one where `resume` says so. Lines that are damaged, and one that was only half
    /// written, are dropped: their runs are missing and can be trained again.
    ///
    /// # Errors
    /// When the file cannot be written, holds something else or another sweep, or has runs and is not to be gone on with.
    pub fn open(path: &Path, header: &SweepHeader, resume: bool) -> Result<Self, SweepError> {
        let is_begun = fs::metadata(path).is_ok_and(|metadata| metadata.is_dir() || metadata.len() > 0);
        let (mut lines, n_damaged) =
            if is_begun { parse_undamaged_lines(&read(path)?)? } else { (SweepLines::empty(header.clone()), 0) };
        lines.header.check_same(header)?;
        if is_begun && !resume {
            return Err(SweepError::Begun { done: lines.records.len(), all: header.runs });
        }
        // The path of a table may have changed, which the first line tells.
        lines.header = header.clone();
        file::write(path, lines.to_text().as_bytes())?;
        let opened = OpenOptions::new().append(true).open(path);
        let file = opened.map_err(|error| unwritable(path, reason(&error)))?;
        Ok(Self { path: path.to_owned(), file, lines, n_damaged })
    }

    /// Lines that were dropped when the file was opened, because they were damaged.
    pub fn n_damaged(&self) -> usize {
        self.n_damaged
    }

    /// What is in the file.
    pub fn lines(&self) -> &SweepLines {
        &self.lines
    }

    /// Where the results are.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a finished run as one whole line.
    ///
    /// # Errors
    /// When the system refuses, for example because the disk is full.
    pub fn append(&mut self, record: SweepRecord) -> Result<(), FileError> {
        // One call, so that a program that is killed leaves a whole line or, at worst, one that is cut short.
        let written = self.file.write_all(record.to_line().as_bytes());
        written.map_err(|error| unwritable(&self.path, reason(&error)))?;
        self.lines.records.insert(record.run, record);
        Ok(())
    }

    /// Puts the runs in the order of their numbers, so that the same runs make the same file whatever came between.
    ///
    /// # Errors
    /// When the system refuses; the file stays as it was.
    pub fn finish(self) -> Result<SweepLines, FileError> {
        let text = to_lines(&self.lines.header, self.lines.records.values());
        file::write(&self.path, text.as_bytes())?;
        Ok(self.lines)
    }
}
