//! What is in a folder, for whoever chooses a file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{FileError, reason, unreadable, unwritable};

/// A file or a folder in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name; what is no text in it is replaced.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is a folder, or leads to one.
    pub is_folder: bool,
}

/// The folders and files in a folder, each by name, folders first. What is neither, such as a device or a pipe, is left out,
/// and so is what cannot be looked at.
///
/// # Errors
/// When the folder cannot be read, or is none.
pub fn list_folder(folder: &Path) -> Result<Vec<FolderEntry>, FileError> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, reason(&error)))?;
    let look = |entry: fs::DirEntry| {
        let path = entry.path();
        // Of what a link leads to.
        let metadata = fs::metadata(&path).ok()?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_folder = metadata.is_dir();
        (is_folder || metadata.is_file()).then_some(FolderEntry { name, path, is_folder })
    };
    let mut found: Vec<FolderEntry> = entries.flatten().filter_map(look).collect();
    found.sort_by(|one, other| (!one.is_folder, &one.name).cmp(&(!other.is_folder, &other.name)));
    Ok(found)
}

/// Makes a folder in one that is there.
///
/// # Errors
/// When something is there already, or the system refuses.
pub fn new_folder(folder: &Path) -> Result<(), FileError> {
    fs::create_dir(folder).map_err(|error| unwritable(folder, reason(&error)))
}

/// Whether there is something under a path.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether there is a folder under a path.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether there is a file under a path, and not a pipe, which can be read only once.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_and_each_in_the_order_of_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        for name in ["z", "y"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let found = list_folder(folder.path()).unwrap();
        let names: Vec<(&str, bool)> = found.iter().map(|entry| (entry.name.as_str(), entry.is_folder)).collect();
        assert_eq!(names, [("y", true), ("z", true), ("a.toml", false), ("b.toml", false)]);
        assert!(is_there(&found[0].path) && is_folder(&found[0].path) && !is_file(&found[0].path));
        assert!(is_file(&found[2].path) && !is_there(&folder.path().join("c.toml")));
        let message = list_folder(&found[2].path).unwrap_err().to_string();
        assert!(message.contains("a part of the path is a file"), "{message}");
    }
}
