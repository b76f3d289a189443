//! What a path names once its links are followed: a file or the place for one, a device, or something this program has
//! open already.

use std::{
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use super::{FileError, reason, unreadable, unwritable};

/// Links that are followed, as many as Linux follows.
const MAX_LINKS: usize = 40;

/// What a path names.
#[derive(Debug)]
pub(super) enum Place {
    /// A file, or the place for one; no link any more.
    File {
        /// Where it is.
        path: PathBuf,
        /// What is there; `None` where there is nothing yet.
        old: Option<Metadata>,
    },
    /// A device, pipe or socket, which is written to as it is.
    Device(PathBuf),
    /// Something that this program has open under this number, as /dev/stdout.
    Descriptor(i32),
}

impl Place {
    /// Follows the links of a path; one that leads nowhere leads to the place for a new file.
    ///
    /// # Errors
    /// When it is a folder, no file name, or its links lead in a circle.
    pub(super) fn of(path: &Path) -> Result<Self, FileError> {
        let is_folder = || unwritable(path, "it is a folder, give a file name".to_owned());
        if path.as_os_str().is_empty() || path.file_name().is_none() && !path.is_dir() {
            return Err(unwritable(path, "the file name is missing".to_owned()));
        }
        let mut place = path.to_owned();
        for _ in 0..MAX_LINKS {
            if let Some(open) = opened_by_a_program(&place) {
                return Ok(open);
            }
            match fs::symlink_metadata(&place) {
                Ok(found) if found.is_symlink() => {
                    let target = fs::read_link(&place).map_err(|error| unwritable(path, reason(&error)))?;
                    place = folder_of(&place).join(target);
                }
                Ok(found) if found.is_dir() => return Err(is_folder()),
                Ok(found) if found.is_file() => return Ok(Self::File { path: place, old: Some(found) }),
                Ok(_) => return Ok(Self::Device(place)),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    let ends_as_folder = place.as_os_str().as_encoded_bytes().ends_with(b"/");
                    return if ends_as_folder { Err(is_folder()) } else { Ok(Self::File { path: place, old: None }) };
                }
                Err(error) => return Err(unwritable(path, reason(&error))),
            }
        }
        Err(unwritable(path, "its links lead in a circle".to_owned()))
    }
}

/// The folder that a path lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// What a path below /proc names that a program has open; `None` for any other path.
///
/// Such a path looks like a link, but what it leads to need not have a name at all.
fn opened_by_a_program(path: &Path) -> Option<Place> {
    let number: i32 = path.file_name()?.to_str()?.parse().ok()?;
    let folder = fs::canonicalize(folder_of(path)).ok()?;
    let mut parts = folder.strip_prefix("/proc").ok()?.iter();
    let process: u32 = parts.next()?.to_str()?.parse().ok()?;
    if folder.file_name()? != "fd" || fs::symlink_metadata(path).is_err() {
        return None;
    }
    Some(if process == std::process::id() { Place::Descriptor(number) } else { Place::Device(path.to_owned()) })
}

/// Whether a path names standard output by another name than "-", as /dev/stdout does.
pub fn is_standard_output(path: &Path) -> bool {
    matches!(Place::of(path), Ok(Place::Descriptor(1)))
}

/// Whether a path names a file or the place for one, and not a device, a pipe or something that is open already.
pub fn is_plain_file(path: &Path) -> bool {
    matches!(Place::of(path), Ok(Place::File { .. }))
}

/// Writes to what is no plain file, behind what was written there before. A reader that has gone is no error.
pub(super) fn write_on(place: &Place, bytes: &[u8]) -> io::Result<()> {
    let opened = match place {
        Place::File { path, .. } | Place::Device(path) => OpenOptions::new().append(true).open(path)?,
        Place::Descriptor(number) => duplicate(*number)?,
    };
    let mut opened = opened;
    match opened.write_all(bytes) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A second handle for something that is open: opened anew by its name it would be written to from its beginning.
#[cfg(unix)]
fn duplicate(number: i32) -> io::Result<File> {
    use std::os::fd::AsFd;
    // What is still in the buffer of the program comes first.
    io::stdout().flush()?;
    let standard = match number {
        0 => io::stdin().as_fd().try_clone_to_owned(),
        1 => io::stdout().as_fd().try_clone_to_owned(),
        2 => io::stderr().as_fd().try_clone_to_owned(),
        _ => return duplicate_other(number),
    };
    standard.map(File::from)
}

#[cfg(not(unix))]
fn duplicate(_number: i32) -> io::Result<File> {
    Err(ErrorKind::Unsupported.into())
}

/// A handle that was inherited has no owner in this program; the system is asked for it as for one of another program.
#[cfg(target_os = "linux")]
fn duplicate_other(number: i32) -> io::Result<File> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
    let own = pidfd_open(getpid(), PidfdFlags::empty())
        .and_then(|program| pidfd_getfd(program, number, PidfdGetfdFlags::empty()));
    own.map(File::from).or_else(|_| OpenOptions::new().append(true).open(format!("/proc/self/fd/{number}")))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn duplicate_other(number: i32) -> io::Result<File> {
    OpenOptions::new().append(true).open(format!("/dev/fd/{number}"))
}

/// Whether two paths name the same plain file, under whatever spelling, link or hard link.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    let (Ok(one), Ok(other)) = (fs::metadata(a), fs::metadata(b)) else { return false };
    one.is_file() && other.is_file() && is_same(&one, &other, a, b)
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata, _: &Path, _: &Path) -> bool {
    identity(one) == identity(other)
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata, a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// Whether a sweep, of this program or another, writes its runs into a file; it holds the lock of the file meanwhile.
pub fn is_in_use(path: &Path) -> bool {
    let Ok(Place::File { path: place, old: Some(_) }) = Place::of(path) else { return false };
    File::open(place).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// What tells a file from every other: its file system and its number there.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Where the system has no such numbers, every file counts as the one that was opened.
#[cfg(not(unix))]
pub(super) fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Makes sure that a file which is there may be written to.
///
/// # Errors
/// When its mode forbids writing, also to root, or the system does.
pub(super) fn check_unprotected(path: &Path, old: &Metadata) -> Result<(), FileError> {
    if is_protected(old) {
        let reason = "it is write-protected: name another file, or take the protection away (chmod u+w)";
        return Err(unwritable(path, reason.to_owned()));
    }
    OpenOptions::new().write(true).open(path).map(drop).map_err(|error| unwritable(path, reason(&error)))
}

#[cfg(unix)]
fn is_protected(old: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    // Root may write whatever the mode says; that the owner may not is meant all the same.
    old.permissions().readonly() || rustix::process::geteuid().is_root() && old.permissions().mode() & 0o200 == 0
}

#[cfg(not(unix))]
fn is_protected(old: &Metadata) -> bool {
    old.permissions().readonly()
}

/// Opens a plain file, pipe or device to be read.
///
/// # Errors
/// When it is a folder, or the system refuses.
pub(super) fn open_to_read(path: &Path) -> Result<File, FileError> {
    if path.is_dir() {
        return Err(unreadable(path, "it is a folder, choose a file".to_owned()));
    }
    File::open(path).map_err(|error| unreadable(path, reason(&error)))
}
