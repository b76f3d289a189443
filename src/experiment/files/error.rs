//! Why a file cannot be read or written.

use std::path::Path;

use crate::experiment::FORMAT;

/// Why a file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refuses.
    #[error("cannot read the file: {reason}: {path}")]
    Read {
        /// Why, in the system's words.
        reason: String,
        /// The file.
        path: String,
    },
    /// The system refuses.
    #[error("cannot write the file: {reason}: {path}")]
    Write {
        /// Why, in the system's words.
        reason: String,
        /// The file.
        path: String,
    },
    /// There is no room for it.
    #[error(
        "cannot write the file: the disk is full, {needed} are needed{free}: make room, or name a file on another disk: {path}"
    )]
    Full {
        /// The size of what is to be written, in words.
        needed: String,
        /// What there is, in words; empty where it is not known.
        free: String,
        /// The file.
        path: String,
    },
    /// It would be larger than this user or program may write.
    #[error(
        "cannot write the file: a limit of the system on files or on your share of the disk is reached, {needed} are needed: raise the limit (ulimit -f, quota), make room, or name a file on another disk: {path}"
    )]
    Limit {
        /// The size of what is to be written, in words.
        needed: String,
        /// The file.
        path: String,
    },
    /// It is no TOML, or a key or value is not known.
    #[error("this is not a valid experiment file: {reason}: {path}")]
    Invalid {
        /// What and where, in the parser's words.
        reason: String,
        /// The file.
        path: String,
    },
    /// It was written by a newer program.
    #[error(
        "the file has format {found}, this program knows formats up to {FORMAT}: open it with a newer version of Longtail Lab: {path}"
    )]
    Newer {
        /// The file's format.
        found: u64,
        /// The file.
        path: String,
    },
}

/// A complaint about a file that cannot be read.
pub(crate) fn unreadable(path: &Path, reason: String) -> FileError {
    FileError::Read { reason, path: path.display().to_string() }
}

/// A complaint about a file that cannot be written.
pub(crate) fn unwritable(path: &Path, reason: String) -> FileError {
    FileError::Write { reason, path: path.display().to_string() }
}

/// The system's reason in plain words.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it is not permitted".to_owned(),
        std::io::ErrorKind::NotADirectory => "a part of the path is a file, not a folder".to_owned(),
        std::io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        _ => error.to_string(),
    }
}
