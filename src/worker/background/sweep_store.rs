//! Where the finished runs of a sweep are kept: in a file that is appended to, or in memory.

use std::path::{Path, PathBuf};

use crate::experiment::{
    file::FileError,
    files::{SweepFile, kept_name, make_folder, prune},
    sweep::{Sweep, SweepError, SweepLines, SweepRecord},
};

/// Sweeps whose results are kept in the folder of the program.
pub const KEPT_SWEEPS: usize = 20;

/// Where finished runs are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepStore {
    /// In a folder, under a name that follows from the sweep: the same sweep goes on with what is there.
    Folder(PathBuf),
    /// In this file.
    File(PathBuf),
    /// In memory alone.
    Memory,
}

/// Finished runs, in a file or in memory.
pub(in crate::worker) enum Keeper {
    File(SweepFile),
    Memory(SweepLines),
}

impl Keeper {
    pub(in crate::worker) fn open(store: &SweepStore, sweep: &Sweep) -> Result<Self, SweepError> {
        let header = sweep.header();
        match store {
            SweepStore::Memory => Ok(Self::Memory(SweepLines::empty(header.clone()))),
            SweepStore::File(path) => Ok(Self::File(SweepFile::open(path, header, true)?)),
            SweepStore::Folder(folder) => {
                make_folder(folder)?;
                let path = folder.join(kept_name(header));
                let file = SweepFile::open(&path, header, true)?;
                // Only now: what is gone on with may be the oldest of all.
                prune(folder, KEPT_SWEEPS, &path);
                Ok(Self::File(file))
            }
        }
    }

    pub(in crate::worker) fn lines(&self) -> &SweepLines {
        match self {
            Self::File(file) => file.lines(),
            Self::Memory(lines) => lines,
        }
    }

    pub(in crate::worker) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file.path()),
            Self::Memory(_) => None,
        }
    }

    pub(in crate::worker) fn add(&mut self, record: SweepRecord) -> Result<(), FileError> {
        match self {
            Self::File(file) => file.append(record),
            Self::Memory(lines) => {
                lines.records.insert(record.run, record);
                Ok(())
            }
        }
    }

    /// Puts the runs of a file in order.
    pub(in crate::worker) fn finish(self) -> Result<SweepLines, SweepError> {
        match self {
            Self::File(file) => Ok(file.finish()?.lines),
            Self::Memory(lines) => Ok(lines),
        }
    }
}
