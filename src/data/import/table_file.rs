//! Opening files of tables: the only contact with the file system here.

use std::{fs::File, io::Read, path::Path, time::Duration};

use super::{
    DataError, ImportSettings, Imported, MAX_FILE_BYTES, Part, ReadHooks, Scan, TABLE_ENDINGS, layout::Opened,
    rows::plain_reason,
};

/// Whether a file holds a table, by its ending.
pub fn is_table_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| TABLE_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Opens and reads a file; see [`super::read_table`].
///
/// # Errors
/// When the file cannot be read or is too large, or as [`super::read_table`].
pub fn read_table_file(path: &Path, settings: &ImportSettings, hooks: &ReadHooks<'_>) -> Result<Imported, DataError> {
    Scan::read_file(path, settings, hooks)?.into_table(settings)
}

/// The column names of a file, from its beginning.
///
/// # Errors
/// When the file cannot be read or has no beginning that makes sense.
pub fn column_names(path: &Path, settings: &ImportSettings) -> Result<Vec<String>, DataError> {
    let (file, n_bytes) = open(path)?;
    let hooks = ReadHooks::silent();
    let opened = Opened::new(file, Some(n_bytes), settings, &hooks).map_err(|error| name_path(error, path))?;
    Ok(opened.columns.into_iter().map(|(name, _)| name).collect())
}

impl Scan {
    /// Opens and reads a file; see [`Scan::read`].
    ///
    /// # Errors
    /// When the file cannot be read or is too large, or as [`Scan::read`].
    pub fn read_file(path: &Path, settings: &ImportSettings, hooks: &ReadHooks<'_>) -> Result<Self, DataError> {
        let (file, n_bytes) = open(path)?;
        if n_bytes > MAX_FILE_BYTES && settings.sample.is_none() {
            return Err(DataError::TooManyBytes { limit: MAX_FILE_BYTES });
        }
        let mut more: Vec<(Box<dyn Read>, u64, Part)> = Vec::new();
        for (path, part) in [(&settings.validation, Part::Validation), (&settings.test, Part::Test)] {
            let Some(path) = path else { continue };
            let (file, n_bytes) = open(path)?;
            more.push((Box::new(file), n_bytes, part));
        }
        Self::read_with(file, Some(n_bytes), more, settings, hooks).map_err(|error| name_path(error, path))
    }
}

/// Length and time of the last change of a file: another stamp, another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    n_bytes: u64,
    changed: Option<Duration>,
}

impl FileStamp {
    /// The stamp of a file; `None` where there is no file.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        Some(Self { n_bytes: metadata.len(), changed })
    }
}

/// The file and its length in bytes.
fn open(path: &Path) -> Result<(File, u64), DataError> {
    let unreadable = |reason: String| DataError::Unreadable { reason, path: path.display().to_string() };
    let file = File::open(path).map_err(|error| unreadable(plain_reason(&error)))?;
    match file.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(unreadable("it is a folder, choose a file".to_owned())),
        Ok(metadata) => Ok((file, metadata.len())),
        Err(error) => Err(unreadable(plain_reason(&error))),
    }
}

/// Puts the path into a reading error that does not know it.
fn name_path(error: DataError, path: &Path) -> DataError {
    match error {
        DataError::Unreadable { reason, .. } => DataError::Unreadable { reason, path: path.display().to_string() },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_files_and_folders_are_named() {
        let settings = ImportSettings::default();
        let message =
            |path: &str| Scan::read_file(Path::new(path), &settings, &ReadHooks::silent()).unwrap_err().to_string();
        assert_eq!(message("/no/such.csv"), "cannot read the data file: there is no such file: /no/such.csv");
        assert!(message("/").contains("it is a folder"), "{}", message("/"));
    }

    #[test]
    fn a_stamp_tells_whether_a_file_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        assert_eq!(FileStamp::of(&path), None);
        std::fs::write(&path, "x,y\n").unwrap();
        let stamp = FileStamp::of(&path);
        assert!(stamp.is_some() && stamp == FileStamp::of(&path));
        std::fs::write(&path, "x,y\n1,a\n").unwrap();
        assert_ne!(FileStamp::of(&path), stamp);
    }
}
