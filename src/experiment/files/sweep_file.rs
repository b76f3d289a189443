//! The file that a sweep appends its finished runs to, so that whatever ends the program, no finished run is lost.
//!
//! Whoever writes into such a file holds its lock (`flock`; a file server that speaks NFS is asked for it by the system), so
//! that a second sweep is refused and not mixed in. The lock goes with the program, however that ends. Every line is
//! appended by one call; where there are no locks, or somebody does not heed them, what they have appended is found in the
//! end and kept. Reading takes no lock: what is there is whole lines, and one that is being written at worst.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufReader, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use super::{
    place::{Place, check_unprotected, folder_of, identity, open_to_read},
    whole::{cannot_write, remove_leftovers, replace, sync_folder},
};
use crate::experiment::{
    files::{FileError, reason, unreadable, unwritable},
    sweep::{Damage, ReadError, SweepError, SweepHeader, SweepLines, SweepRecord, read_lines},
};

/// Results of a sweep on disk: whole lines, one for each finished run, in the order in which they were finished; in the
/// order of their numbers once [`SweepFile::finish`] was called.
#[derive(Debug)]
pub struct SweepFile {
    /// As it was named.
    path: PathBuf,
    /// Where that leads.
    place: PathBuf,
    /// Appends, and holds the lock.
    file: File,
    lines: SweepLines,
    /// Lines that were dropped when the file was opened.
    damage: Damage,
    /// How long this program has left the file.
    len: u64,
    is_in_order: bool,
    is_locked: bool,
}

/// A file of results that is no longer written to.
#[derive(Debug)]
pub struct FinishedFile {
    /// What is in the file.
    pub lines: SweepLines,
    /// Whether the runs are in the order of their numbers; they are not where the disk has no room for a second copy, or the
    /// file has other names.
    pub is_in_order: bool,
}

/// Whether a path has the ending of results of a sweep.
pub fn is_results_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"))
}

/// Reads the results of a sweep, also while it runs. Damaged lines are left out and named.
///
/// # Errors
/// When the file cannot be read, is something else, or its first line is damaged.
pub fn read_sweep(path: &Path) -> Result<SweepLines, SweepError> {
    read_lines(BufReader::new(open_to_read(path)?), None).map_err(|error| told(error, path))
}

/// A complaint about reading, with the file where the system has refused.
fn told(error: ReadError, path: &Path) -> SweepError {
    match error {
        ReadError::System(error) => unreadable(path, reason(&error)).into(),
        ReadError::Sweep(error) => error,
    }
}

impl SweepFile {
    /// Begins a file, or goes on with one where `resume` says so. Lines that are damaged, and one that was only half
    /// written, are dropped: their runs are missing and can be trained again.
    ///
    /// # Errors
    /// When somebody else writes into the file, it cannot be written, is no plain file, holds something else or another
    /// sweep, or has runs and is not to be gone on with.
    pub fn open(path: &Path, header: &SweepHeader, resume: bool) -> Result<Self, SweepError> {
        let Place::File { path: place, old } = Place::of(path)? else {
            return Err(unwritable(path, "it is no plain file, which runs could be appended to".to_owned()).into());
        };
        if let Some(old) = &old {
            check_unprotected(path, old)?;
        }
        remove_leftovers(folder_of(&place));
        let (file, is_locked) = open_locked(path, &place)?;
        let lines = SweepLines::empty(header.clone());
        let damage = Damage::default();
        let mut this = Self { path: path.to_owned(), place, file, lines, damage, len: 0, is_in_order: true, is_locked };
        if this.begin(header)? {
            return Ok(this);
        }
        let lines = read_lines(BufReader::new(&this.file), Some(header)).map_err(|error| told(error, path))?;
        lines.header.check_same(header)?;
        if !resume {
            return Err(SweepError::Begun { done: lines.records.len(), all: header.runs });
        }
        this.lines = lines;
        // The path of a table may have changed, which the first line tells.
        this.lines.header = header.clone();
        this.damage = std::mem::take(&mut this.lines.damage);
        this.tidy()?;
        Ok(this)
    }

    /// Writes the first line of a file that has none yet, or one that was cut short; false for any other file.
    fn begin(&mut self, header: &SweepHeader) -> Result<bool, SweepError> {
        let line = header.to_line();
        let unreadable = |error: io::Error| unreadable(&self.path, reason(&error));
        let mut begun = Vec::new();
        (&self.file).take(line.len() as u64).read_to_end(&mut begun).map_err(unreadable)?;
        io::Seek::rewind(&mut self.file).map_err(unreadable)?;
        if begun.len() == line.len() || !line.as_bytes().starts_with(&begun) {
            return Ok(false);
        }
        let written = self.file.set_len(0).and_then(|()| self.file.write_all(line.as_bytes()));
        written.and_then(|()| self.file.sync_all()).map_err(|error| {
            // Half a line is no better than none.
            let _ = self.file.set_len(0);
            cannot_write(&self.path, &error, line.len() as u64)
        })?;
        sync_folder(folder_of(&self.place));
        self.len = line.len() as u64;
        Ok(true)
    }

    /// Takes out of the file what is damaged, doubled, half written or from an older program.
    fn tidy(&mut self) -> Result<(), SweepError> {
        let (text, unreadable) = (self.lines.to_text(), |error: io::Error| unreadable(&self.path, reason(&error)));
        let mut found = Vec::new();
        io::Seek::rewind(&mut self.file).and_then(|()| self.file.read_to_end(&mut found)).map_err(unreadable)?;
        let whole = found.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let header = self.lines.header.to_line();
        // Lines of the right length together, none of them damaged, are those of the text in some order.
        if self.damage.n_lines() == 0 && whole == text.len() && found.starts_with(header.as_bytes()) {
            self.file.set_len(whole as u64).map_err(|error| cannot_write(&self.path, &error, 0))?;
            self.is_in_order = found[..whole] == *text.as_bytes();
            self.len = whole as u64;
            return Ok(());
        }
        self.rewrite(&text).map_err(|error| cannot_write(&self.path, &error, text.len() as u64))?;
        if !self.is_in_order {
            // Lines that are damaged count as little as if they were gone; behind half a line the next would be damaged too.
            self.file.set_len(whole as u64).map_err(|error| cannot_write(&self.path, &error, 0))?;
            self.len = whole as u64;
        }
        Ok(())
    }

    /// Puts a text in the place of the file's, all at once. Where there is no room for both, or the file has other names,
    /// nothing is done, since a program that is killed while it overwrites would lose runs; `is_in_order` says so.
    fn rewrite(&mut self, text: &str) -> io::Result<()> {
        let old = fs::metadata(&self.place).ok();
        self.is_in_order = false;
        match replace(&self.place, old.as_ref(), text.as_bytes()) {
            Ok(Some(file)) => {
                self.file = file;
                (self.len, self.is_in_order) = (text.len() as u64, true);
            }
            Ok(None) => {}
            Err(error) if is_lack_of_room(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Lines that were dropped when the file was opened, because they were damaged.
    pub fn damage(&self) -> &Damage {
        &self.damage
    }

    /// Whether nobody else can write into the file meanwhile; some file systems have no locks.
    pub fn is_locked(&self) -> bool {
        self.is_locked
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
    /// When the system refuses, for example because the disk is full; the file is then as before.
    pub fn append(&mut self, record: SweepRecord) -> Result<(), FileError> {
        let line = record.to_line(&self.lines.header.fingerprint);
        let before = self.file.metadata().map_or(self.len, |found| found.len());
        // One call, so that a program that is killed leaves a whole line or, at worst, one that is cut short.
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // What comes after a line that was cut short would be damaged with it.
            let _ = self.file.set_len(before);
            return Err(cannot_write(&self.path, &error, line.len() as u64));
        }
        self.len += line.len() as u64;
        self.is_in_order &= self.lines.records.keys().next_back().is_none_or(|last| *last < record.run);
        self.lines.records.insert(record.run, record);
        Ok(())
    }

    /// Puts the runs in the order of their numbers, so that the same runs make the same file whatever came between, and has
    /// them written to the disk. Runs that somebody else has appended meanwhile are kept.
    ///
    /// # Errors
    /// When the system refuses, and the file stays as it was; and when something else has taken the place of the file: the
    /// runs are then in another one, which the sentence names.
    pub fn finish(mut self) -> Result<FinishedFile, SweepError> {
        if self.is_changed() {
            self.is_in_order = false;
            if !self.take_in_what_is_there() {
                return Err(self.keep_aside());
            }
        }
        let text = self.lines.to_text();
        let failed = |path: &Path, error: &io::Error| cannot_write(path, error, text.len() as u64);
        if self.is_in_order {
            self.file.sync_all().map_err(|error| failed(&self.path, &error))?;
        } else {
            self.rewrite(&text).map_err(|error| failed(&self.path, &error))?;
            if !self.is_in_order {
                self.file.sync_all().map_err(|error| failed(&self.path, &error))?;
            }
        }
        Ok(FinishedFile { lines: self.lines, is_in_order: self.is_in_order })
    }

    /// Whether the file is not as this program has left it, because of somebody who does not heed the lock.
    fn is_changed(&self) -> bool {
        !is_at(&self.file, &self.place) || self.file.metadata().is_ok_and(|found| found.len() != self.len)
    }

    /// Adds the runs of the file that is in the place now; false where that is something else.
    fn take_in_what_is_there(&mut self) -> bool {
        let file = match File::open(&self.place) {
            Ok(file) => file,
            Err(error) => return error.kind() == ErrorKind::NotFound,
        };
        read_lines(BufReader::new(file), None).is_ok_and(|other| self.lines.take_in(other).is_ok())
    }

    /// Writes the runs into a file beside, since something else is in their place.
    fn keep_aside(self) -> SweepError {
        let text = self.lines.to_text();
        for number in 2..1000 {
            let mut place = self.place.clone();
            let stem = self.place.file_stem().unwrap_or_default().to_string_lossy();
            place.set_file_name(format!("{stem}-{number}.jsonl"));
            let mut options = OpenOptions::new();
            match options.write(true).create_new(true).open(&place) {
                Ok(mut file) => {
                    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
                    return match written {
                        Ok(()) => SweepError::Replaced { kept: place.display().to_string() },
                        Err(error) => cannot_write(&place, &error, text.len() as u64).into(),
                    };
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return cannot_write(&place, &error, text.len() as u64).into(),
            }
        }
        unwritable(&self.path, "something else has taken its place".to_owned()).into()
    }
}

fn is_lack_of_room(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Whether an open file is the one that is found in a place.
fn is_at(file: &File, place: &Path) -> bool {
    let (opened, found) = (file.metadata(), fs::metadata(place));
    matches!((opened, found), (Ok(opened), Ok(found)) if identity(&opened) == identity(&found))
}

/// Opens a file to append to, makes it where there is none, and takes its lock; false where there are no locks.
fn open_locked(path: &Path, place: &Path) -> Result<(File, bool), SweepError> {
    loop {
        let opened = OpenOptions::new().read(true).append(true).create(true).open(place);
        let file = opened.map_err(|error| cannot_write(path, &error, 0))?;
        let is_locked = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return Err(SweepError::InUse),
            Err(TryLockError::Error(_)) => false,
        };
        // Whoever had the lock before may have put another file into the place.
        if is_at(&file, place) {
            return Ok((file, is_locked));
        }
    }
}

/// Makes a folder for results if there is none.
///
/// # Errors
/// When the folder cannot be made.
pub fn make_folder(folder: &Path) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, reason(&error)))
}

/// The name under which results are kept in the folder of the program.
pub fn kept_name(header: &SweepHeader) -> String {
    format!("sweep-{}.jsonl", header.fingerprint)
}

/// Leaves only a number of the newest results that the program has kept in its folder. One that is in use stays, and so does
/// whatever the program has not made: other names, and other contents under such a name.
pub fn prune(folder: &Path, most: usize, in_use: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()) && is_kept_by_us(&entry.path()))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    for (_, path) in files.iter().rev().skip(most).filter(|(_, path)| !super::is_same_file(path, in_use)) {
        if File::open(path).is_ok_and(|file| file.try_lock().is_ok()) {
            // An old file that cannot be removed does no harm.
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether a file has the name and the beginning that the program gives to results it keeps.
fn is_kept_by_us(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(fingerprint) = name.strip_prefix("sweep-").and_then(|rest| rest.strip_suffix(".jsonl")) else {
        return false;
    };
    let is_fingerprint = fingerprint.len() == 16 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(100).read_to_end(&mut beginning));
    is_fingerprint
        && read.is_ok()
        && (1..=crate::experiment::sweep::RESULTS_FORMAT).any(|format| {
            let expected = format!("{{\"longtail_lab_sweep\":{format},\"fingerprint\":\"{fingerprint}\",");
            beginning.starts_with(expected.as_bytes())
        })
}
