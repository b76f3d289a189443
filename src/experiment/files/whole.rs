//! Writing a whole file, so that it is there as it was before or as it is to be, and nothing in between.
//!
//! The new contents are written beside the place into a file without a name where the system has such (`O_TMPFILE`), which
//! goes with the program if that is killed; elsewhere under a name of a known pattern, which the next call for the folder
//! removes if no program holds its lock. They are on the disk before they take the place of the old ones.

use std::{
    ffi::OsStr,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use super::place::{Place, check_unprotected, folder_of, write_on};
use super::{FileError, reason, unwritable};

/// Names of files on their way begin like this.
const PREFIX: &str = ".longtail-lab-";
/// Names of files on their way end like this.
const SUFFIX: &str = ".tmp";

/// Writes a whole file beside its place and renames it, so that it is there complete or not at all.
///
/// What a link leads to is replaced, not the link. Mode, owner, group and attributes of a file stay. A file that has other
/// names too (hard links), or whose owner could not be kept, is overwritten in its place: it stays the same file under all
/// its names, but a program that is killed in the middle leaves it half written. A device, a pipe, or what the program has
/// open already (/dev/stdout) is written to as it is.
///
/// # Errors
/// When the folder does not exist or cannot be written to, the file is write-protected, or the disk is full; what was there
/// before stays.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |error: io::Error| cannot_write(path, &error, bytes.len() as u64);
    match Place::of(path)? {
        Place::File { path: place, old } => {
            if let Some(old) = &old {
                check_unprotected(path, old)?;
            }
            match replace(&place, old.as_ref(), bytes).map_err(failed)? {
                Some(_) => Ok(()),
                None => overwrite(&place, bytes).map_err(failed),
            }
        }
        other => write_on(&other, bytes).map_err(failed),
    }
}

/// Tells before the work is done whether [`write()`] will find its place.
///
/// # Errors
/// As [`write()`].
pub fn check_writable(path: &Path) -> Result<(), FileError> {
    let Place::File { path: place, old } = Place::of(path)? else { return Ok(()) };
    if let Some(old) = &old {
        check_unprotected(path, old)?;
    }
    Beside::create(folder_of(&place), old.as_ref(), true).map(drop).map_err(|error| unwritable(path, reason(&error)))
}

/// A complaint about a file that cannot be written; where the disk is full it says what is needed.
pub(super) fn cannot_write(path: &Path, error: &io::Error, needed: u64) -> FileError {
    let path_in_words = path.display().to_string();
    match error.kind() {
        ErrorKind::StorageFull => {
            let free = free_space(path).map_or_else(String::new, |free| format!(" and {} are free", in_bytes(free)));
            FileError::Full { needed: in_bytes(needed), free, path: path_in_words }
        }
        ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            FileError::Limit { needed: in_bytes(needed), path: path_in_words }
        }
        _ => unwritable(path, reason(error)),
    }
}

/// A size in the unit in which it is read most easily, rounded up.
pub(super) fn in_bytes(n: u64) -> String {
    match n {
        0..10_000 => format!("{n} bytes"),
        10_000..10_000_000 => format!("{} kB", n.div_ceil(1000)),
        10_000_000..10_000_000_000 => format!("{} MB", n.div_ceil(1_000_000)),
        _ => format!("{} GB", n.div_ceil(1_000_000_000)),
    }
}

/// Bytes that are free where a path lies.
#[cfg(unix)]
fn free_space(path: &Path) -> Option<u64> {
    let Ok(Place::File { path: place, .. }) = Place::of(path) else { return None };
    let found = rustix::fs::statvfs(folder_of(&place)).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_space(_path: &Path) -> Option<u64> {
    None
}

/// Puts new contents in the place of a file, or into a new one. The handle appends, and holds the lock of the file.
///
/// `None` where the file can only be overwritten in its place, since it would lose other names or its owner otherwise;
/// nothing has happened then.
///
/// # Errors
/// When the system refuses; what was there before stays.
pub(super) fn replace(place: &Path, old: Option<&Metadata>, bytes: &[u8]) -> io::Result<Option<File>> {
    if old.is_some_and(has_other_names) {
        return Ok(None);
    }
    let folder = folder_of(place);
    remove_leftovers(folder);
    let put = |is_nameless: bool| -> io::Result<Option<File>> {
        let mut beside = Beside::create(folder, old, is_nameless)?;
        beside.file.write_all(bytes)?;
        if let Some(old) = old
            && !take_over(&beside.file, old, place)?
        {
            return Ok(None);
        }
        beside.file.sync_all()?;
        let file = beside.persist(place, old.is_none())?;
        sync_folder(folder);
        Ok(Some(file))
    };
    match put(true) {
        // A file without a name is given one through /proc, which need not be there.
        Err(error) if error.kind() == ErrorKind::NotFound => put(false),
        put => put,
    }
}

/// A file on its way, in the folder that it is meant for.
struct Beside {
    file: File,
    /// Its name, which goes with it; `None` where it has none yet.
    name: Option<tempfile::TempPath>,
}

impl Beside {
    /// Opens an empty file that appends and is locked.
    fn create(folder: &Path, old: Option<&Metadata>, is_nameless: bool) -> io::Result<Self> {
        // What is to replace a file that only its owner reads is never there for others to read.
        let mode = if old.is_some() { 0o600 } else { 0o666 };
        if is_nameless && let Some(file) = nameless(folder, mode) {
            // Nobody else knows of it, so the lock is free; where there are no locks it is not needed.
            let _ = file.try_lock();
            return Ok(Self { file, name: None });
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        loop {
            let mut options = OpenOptions::new();
            options.read(true).append(true).create_new(true);
            set_mode(&mut options, mode);
            let (file, name) = builder.make_in(folder, |path| options.open(path))?.into_parts();
            // Somebody who cleans up may have found it without its lock; then it is made again.
            if file.lock().is_err() || name.exists() {
                return Ok(Self { file, name: Some(name) });
            }
        }
    }

    /// Puts the file into its place.
    fn persist(self, place: &Path, is_new: bool) -> io::Result<File> {
        let Self { file, name } = self;
        let name = match name {
            Some(name) => name,
            // With no name in between nothing can be left over.
            None if is_new && link(&file, place).is_ok() => return Ok(file),
            None => {
                let mut builder = tempfile::Builder::new();
                builder.prefix(PREFIX).suffix(SUFFIX);
                builder.make_in(folder_of(place), |path| link(&file, path))?.into_temp_path()
            }
        };
        name.persist(place).map_err(|error| error.error)?;
        Ok(file)
    }
}

/// A file without a name, which is gone when nobody has it open any more; `None` where the system has no such.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path, mode: u32) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
    OpenOptions::new().read(true).append(true).mode(mode).custom_flags(flags).open(folder).ok()
}

#[cfg(not(target_os = "linux"))]
fn nameless(_folder: &Path, _mode: u32) -> Option<File> {
    None
}

/// Gives a file without a name one that is free.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let opened = format!("/proc/self/fd/{}", file.as_raw_fd());
    let (here, flags) = (rustix::fs::CWD, rustix::fs::AtFlags::SYMLINK_FOLLOW);
    Ok(rustix::fs::linkat(here, opened, here, path, flags)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_file: &File, _path: &Path) -> io::Result<()> {
    Err(ErrorKind::NotFound.into())
}

#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, mode: u32) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(mode);
}

#[cfg(not(unix))]
fn set_mode(_options: &mut OpenOptions, _mode: u32) {}

#[cfg(unix)]
fn has_other_names(old: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(old) > 1
}

#[cfg(not(unix))]
fn has_other_names(_old: &Metadata) -> bool {
    false
}

/// Gives a file the owner, group, attributes and mode of another; false where the owner or group cannot be given.
#[cfg(unix)]
fn take_over(file: &File, old: &Metadata, place: &Path) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid())
        && fchown(file, Some(old.uid()), Some(old.gid())).is_err()
        && (new.uid() != old.uid() || fchown(file, None, Some(old.gid())).is_err())
    {
        return Ok(false);
    }
    copy_attributes(file, place);
    // Last, since a change of owner takes bits of the mode away.
    file.set_permissions(fs::Permissions::from_mode(old.mode() & 0o7777))?;
    Ok(true)
}

#[cfg(not(unix))]
fn take_over(file: &File, old: &Metadata, _place: &Path) -> io::Result<bool> {
    file.set_permissions(old.permissions())?;
    Ok(true)
}

/// Copies extended attributes, among them access lists, as far as the system lets us.
#[cfg(target_os = "linux")]
fn copy_attributes(file: &File, place: &Path) {
    use rustix::fs::{XattrFlags, fsetxattr, getxattr, listxattr};
    const MOST: usize = 1 << 16;
    let mut names = vec![0_u8; MOST];
    let Ok(n_names) = listxattr(place, &mut names[..]) else { return };
    for name in names[..n_names].split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![0_u8; MOST];
        if let Ok(n_value) = getxattr(place, name, &mut value[..]) {
            // A label that only the system may set is set by it.
            let _ = fsetxattr(file, name, &value[..n_value], XattrFlags::empty());
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn copy_attributes(_file: &File, _place: &Path) {}

/// Overwrites a file in its place, once there is room for all of it.
fn overwrite(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(place)?;
    make_room(&file, bytes.len() as u64)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Has room set aside for a file, so that it does not run out in the middle.
#[cfg(target_os = "linux")]
fn make_room(file: &File, len: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, len.max(1)).map_err(io::Error::from) {
        Err(error) if error.kind() == ErrorKind::StorageFull => Err(error),
        // Not every file system can; what is missing then shows while writing.
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn make_room(_file: &File, _len: u64) -> io::Result<()> {
    Ok(())
}

/// Has the new name of a file written to the disk.
pub(super) fn sync_folder(folder: &Path) {
    // Some systems do not open folders; the name is then written when they see fit.
    if let Ok(opened) = File::open(folder) {
        let _ = opened.sync_all();
    }
}

/// Removes files on their way whose program is gone.
pub(super) fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().filter(|entry| is_on_its_way(&entry.file_name())).map(|entry| entry.path()) {
        if is_abandoned(&path) {
            // Somebody else may have removed it in between.
            let _ = fs::remove_file(&path);
        }
    }
}

fn is_on_its_way(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
}

fn is_abandoned(path: &PathBuf) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
        && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn set_mode_of(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn mode_owner_and_attributes_of_a_file_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        for mode in [0o600, 0o644, 0o664, 0o700, 0o2755] {
            fs::write(&path, "old").unwrap();
            set_mode_of(&path, mode);
            let is_root = rustix::process::geteuid().is_root();
            if is_root {
                std::os::unix::fs::chown(&path, Some(12), Some(34)).unwrap();
                set_mode_of(&path, mode);
            }
            #[cfg(target_os = "linux")]
            let has_attributes =
                rustix::fs::setxattr(&path, "user.note", b"kept", rustix::fs::XattrFlags::empty()).is_ok();
            write(&path, b"new").unwrap();
            let found = fs::metadata(&path).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"new");
            assert_eq!(found.mode() & 0o7777, mode);
            if is_root {
                assert_eq!((found.uid(), found.gid()), (12, 34));
            }
            #[cfg(target_os = "linux")]
            if has_attributes {
                let mut value = [0; 10];
                let n = rustix::fs::getxattr(&path, "user.note", &mut value[..]).unwrap();
                assert_eq!(&value[..n], b"kept");
            }
            fs::remove_file(&path).unwrap();
        }
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn links_stay_and_what_they_lead_to_is_replaced_or_made() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("far")).unwrap();
        fs::write(at("far/file"), "old").unwrap();
        symlink("far/file", at("link")).unwrap();
        symlink("link", at("link to a link")).unwrap();
        symlink("far/new", at("dangling")).unwrap();
        write(&at("link to a link"), b"1").unwrap();
        write(&at("dangling"), b"2").unwrap();
        assert_eq!(
            (fs::read(at("far/file")).unwrap(), fs::read(at("far/new")).unwrap()),
            (b"1".to_vec(), b"2".to_vec())
        );
        for link in ["link", "link to a link", "dangling"] {
            assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink(), "{link}");
        }
        symlink("circle", at("circle")).unwrap();
        let refused = write(&at("circle"), b"3").unwrap_err().to_string();
        assert!(refused.contains("its links lead in a circle"), "{refused}");
        assert_eq!(names(&at("far")), ["file", "new"]);
    }

    #[test]
    fn a_file_with_two_names_is_the_same_file_under_both_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        fs::write(&one, "a long old text").unwrap();
        fs::hard_link(&one, &two).unwrap();
        write(&two, b"new").unwrap();
        assert_eq!(fs::read(&one).unwrap(), b"new");
        assert!(super::super::is_same_file(&one, &two));
        assert_eq!(names(folder.path()), ["one", "two"]);
    }

    #[test]
    fn a_write_protected_file_is_refused_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        for mode in [0o444, 0o400, 0o000] {
            fs::write(&path, "old").unwrap();
            set_mode_of(&path, mode);
            for refused in [write(&path, b"new"), check_writable(&path)] {
                let refused = refused.unwrap_err().to_string();
                assert!(refused.contains("it is write-protected"), "{refused}");
            }
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, mode);
            set_mode_of(&path, 0o600);
            assert_eq!(fs::read(&path).unwrap(), b"old");
        }
        assert_eq!(names(folder.path()), ["kept"]);
    }

    #[test]
    fn what_a_program_that_was_killed_has_left_is_removed_unless_it_still_runs() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at(".longtail-lab-dead.tmp"), "half").unwrap();
        for other in [".longtail-lab-notes", "longtail-lab-1.tmp", ".tmpAbCdEf"] {
            fs::write(at(other), "somebody's own").unwrap();
        }
        let alive = File::create(at(".longtail-lab-alive.tmp")).unwrap();
        alive.lock().unwrap();
        write(&at("a.txt"), b"x").unwrap();
        let others = [".longtail-lab-notes", ".tmpAbCdEf", "a.txt", "longtail-lab-1.tmp"];
        assert_eq!(names(folder.path()), [&[".longtail-lab-alive.tmp"], &others[..]].concat());
        drop(alive);
        write(&at("a.txt"), b"x").unwrap();
        assert_eq!(names(folder.path()), others);
    }

    #[test]
    fn with_and_without_a_name_on_its_way_a_file_arrives_whole_and_locked() {
        let folder = tempfile::tempdir().unwrap();
        for (is_nameless, name) in [(true, "new"), (false, "other"), (true, "new"), (false, "other")] {
            let place = folder.path().join(name);
            let old = fs::metadata(&place).ok();
            let mut beside = Beside::create(folder.path(), old.as_ref(), is_nameless).unwrap();
            beside.file.write_all(b"whole").unwrap();
            let held = beside.persist(&place, old.is_none()).unwrap();
            assert_eq!(fs::read(&place).unwrap(), b"whole");
            assert!(File::open(&place).unwrap().try_lock().is_err());
            drop(held);
            assert!(File::open(&place).unwrap().try_lock().is_ok());
        }
        let name_goes_with_it = Beside::create(folder.path(), None, false).unwrap();
        assert_eq!(names(folder.path()).len(), 3);
        drop(name_goes_with_it);
        assert_eq!(names(folder.path()), ["new", "other"]);
    }

    #[test]
    fn a_new_file_is_readable_as_the_umask_says() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write(&ours, b"x").unwrap();
        fs::write(&plain, "x").unwrap();
        assert_eq!(fs::metadata(ours).unwrap().mode(), fs::metadata(plain).unwrap().mode());
    }

    #[test]
    fn a_device_is_written_to_and_a_full_one_says_so() {
        write(Path::new("/dev/null"), b"gone").unwrap();
        check_writable(Path::new("/dev/null")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        #[cfg(target_os = "linux")]
        {
            let full = write(Path::new("/dev/full"), &vec![b'x'; 20_000]).unwrap_err().to_string();
            assert!(full.contains("the disk is full, 20 kB are needed") && full.contains("/dev/full"), "{full}");
        }
    }
}
