//! Experiments as versioned TOML files, and the one way in which the lab writes any file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

#[cfg(feature = "window")]
pub(crate) use super::files::unwritable;
pub use super::files::{FileError, check_writable, is_in_use, is_plain_file, is_same_file, is_standard_output, write};
pub(crate) use super::files::{reason, unreadable};
use super::{ExperimentSpec, FORMAT};
use crate::text::{self, ReadFault};

/// Most bytes of an experiment, a sweep or a list of counts; the largest that the lab writes has some 10 MB.
pub const MAX_TEXT_BYTES: u64 = 64 << 20;

/// What stands before and after the experiment in a page, with the marks of HTML escaped in between.
pub(super) const EXPERIMENT_IN_PAGE: (&str, &str) = ("<pre id=\"longtail-lab-experiment\">", "</pre>");

/// The version, whatever else stands in the file.
#[derive(Deserialize)]
struct Version {
    #[serde(default = "oldest")]
    format: u64,
}

fn oldest() -> u64 {
    FORMAT
}

/// The table of an experiment's file that says what the window locks.
pub const LOCK: &str = "lock";

/// Reads an experiment from text; keys that are left out have their default.
///
/// # Errors
/// A sentence with the line, when the text is not TOML, has unknown keys, or was written by a newer program.
pub fn from_toml(text: &str) -> Result<ExperimentSpec, FileError> {
    let version: Version = parse_toml(text)?;
    if version.format > FORMAT {
        return Err(FileError::Newer { found: version.format, path: String::new() });
    }
    check_not_empty(text)?;
    let mut whole: toml::Table = parse_toml(text)?;
    // What the window locks is nothing that is trained; without it the text is read as it stands, line by line.
    let mut spec: ExperimentSpec = match whole.remove(LOCK) {
        None => parse_toml(text)?,
        Some(_) => parse_toml(
            &toml::to_string(&whole)
                .map_err(|error| FileError::Invalid { reason: error.to_string(), path: String::new() })?,
        )?,
    };
    spec.assign_colours();
    Ok(spec)
}

/// Reads anything from TOML.
///
/// # Errors
/// A sentence with the line, without a path.
pub(super) fn parse_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, FileError> {
    toml::from_str(text).map_err(|error| FileError::Invalid { reason: one_line(text, &error), path: String::new() })
}

/// Makes sure that there is a setting in a text: an empty file is one that got lost, not the default experiment.
///
/// # Errors
/// When there is none.
pub(super) fn check_not_empty(text: &str) -> Result<(), FileError> {
    let keys: toml::Table = parse_toml(text)?;
    if keys.is_empty() {
        let reason = "it is empty: a file with the default settings holds the line format = 1".to_owned();
        return Err(FileError::Invalid { reason, path: String::new() });
    }
    Ok(())
}

/// The parser's complaint with its line, without the excerpt.
fn one_line(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().trim().replace('\n', ", ");
    match error.span() {
        Some(span) => {
            let line = text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
            format!("line {line}: {message}")
        }
        None => message,
    }
}

/// Writes an experiment as text; [`from_toml`] reads the same back.
///
/// # Errors
/// When a number does not fit into the format.
pub fn to_toml(spec: &ExperimentSpec) -> Result<String, FileError> {
    toml::to_string(spec).map_err(|error| FileError::Write { reason: error.to_string(), path: String::new() })
}

/// Opens an experiment; a relative data path is taken from the experiment's folder.
///
/// # Errors
/// When the file cannot be read, or as [`from_toml`].
pub fn open(path: &Path) -> Result<ExperimentSpec, FileError> {
    open_with_text(path).map(|(spec, _)| spec)
}

/// As [`open`], with the text that was read: a pipe can be read only once.
///
/// # Errors
/// As [`open`].
pub fn open_with_text(path: &Path) -> Result<(ExperimentSpec, String), FileError> {
    let named = || path.display().to_string();
    let text = read_text(path)?;
    let text = experiment_in_page(&text).unwrap_or(text);
    let mut spec = from_toml(&text).map_err(|error| match error {
        FileError::Invalid { reason, .. } => {
            FileError::Invalid { reason: kind_of_sweep(&text).map_or(reason, str::to_owned), path: named() }
        }
        FileError::Newer { found, .. } => FileError::Newer { found, path: named() },
        other => other,
    })?;
    if let Some(folder) = path.parent() {
        spec.data.files_mut().filter(|data| data.is_relative()).for_each(|data| *data = folder.join(&*data));
    }
    Ok((spec, text))
}

/// What a text is that belongs to a sweep, and what to do with it; `None` for any other text.
pub(super) fn kind_of_sweep(text: &str) -> Option<&'static str> {
    if text.trim_start_matches('\u{feff}').starts_with("{\"longtail_lab_sweep\"") {
        return Some(
            "it holds results of a sweep, which `report` reads and the window opens under a name that ends in .jsonl",
        );
    }
    let keys: toml::Table = toml::from_str(text).ok()?;
    let is_sweep = ["vary", "design", "experiment", "experiment_file"].iter().any(|key| keys.contains_key(*key));
    is_sweep.then_some("it is a sweep, which `sweep` runs in the terminal")
}

/// The experiment inside a report of the lab; `None` for any other text.
fn experiment_in_page(text: &str) -> Option<String> {
    if !text.starts_with("<!DOCTYPE html>") {
        return None;
    }
    let (begin, end) = EXPERIMENT_IN_PAGE;
    let (inside, _) = text.split_once(begin)?.1.split_once(end)?;
    let plain = inside.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(plain.replace("&amp;", "&"))
}

/// Reads a whole text file of at most [`MAX_TEXT_BYTES`], with or without a byte order mark.
///
/// # Errors
/// When it cannot be read, is a folder, is too long or is not text in UTF-8.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    read_text_within(path, MAX_TEXT_BYTES)
}

/// As [`read_text`], within another limit.
///
/// # Errors
/// As [`read_text`].
pub fn read_text_within(path: &Path, limit: u64) -> Result<String, FileError> {
    let bytes = read_bytes_within(path, limit)?;
    text::decode(bytes).map_err(|fault| unreadable(path, reason_of(&fault)))
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// When it cannot be read, is a folder or is too long.
pub(super) fn read_bytes_within(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    if path.is_dir() {
        return Err(unreadable(path, "it is a folder, choose a file".to_owned()));
    }
    let file = fs::File::open(path).map_err(|error| unreadable(path, reason(&error)))?;
    text::read_bytes(file, limit).map_err(|fault| unreadable(path, reason_of(&fault)))
}

/// Why a text cannot be had, in plain words.
fn reason_of(fault: &ReadFault) -> String {
    match fault {
        ReadFault::Io(error) => reason(error),
        other => other.to_string(),
    }
}

/// Saves an experiment; a data file below its folder is named by its relative path, any other by its full one.
///
/// # Errors
/// When the file cannot be written; what was there before stays.
pub fn save(spec: &ExperimentSpec, path: &Path) -> Result<(), FileError> {
    let mut spec = spec.clone();
    spec.data.files_mut().for_each(|data| *data = portable_path(data, path));
    write(path, to_toml(&spec)?.as_bytes())
}

/// How a file is named in an experiment: by its relative path where it lies below the experiment's folder.
pub(super) fn portable_path(data: &Path, experiment: &Path) -> PathBuf {
    let full = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let data = full(data);
    let folder = full(experiment).parent().map(Path::to_owned);
    match folder.and_then(|folder| data.strip_prefix(folder).map(Path::to_owned).ok()) {
        Some(relative) => relative,
        None => data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::Sampler,
        distribution::{GroupRule, Profile},
        experiment::DataSource,
        train::Batch,
    };

    fn check_refused(text: &str, expected: &str) {
        let message = from_toml(text).unwrap_err().to_string();
        assert!(message.contains(expected), "{text:?}: {message}");
    }

    #[test]
    fn an_experiment_comes_back_as_it_was_saved() {
        let mut spec = ExperimentSpec::default();
        spec.distribution.profile = Profile::Own;
        spec.distribution.own_counts = vec![7, 0, 3];
        spec.objectives[1].alpha = Some(0.25);
        spec.objectives[2].shown = false;
        (spec.objectives[3].sampler, spec.objectives[3].neighbours) = (Sampler::Smote, 7);
        spec.training.batch = Batch::Full;
        spec.groups = GroupRule::Thirds;
        assert_eq!(from_toml(&to_toml(&spec).unwrap()).unwrap(), spec);
        let default = ExperimentSpec::default();
        assert_eq!(from_toml(&to_toml(&default).unwrap()).unwrap(), default);
    }

    #[test]
    fn what_is_left_out_has_its_default_and_colours_are_given_out() {
        let spec = from_toml("[[objective]]\nname = \"A\"\n[[objective]]\nname = \"B\"\ngamma = 2.0\n").unwrap();
        assert_eq!(spec.objectives.iter().map(|objective| objective.colour).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(spec.distribution, ExperimentSpec::default().distribution);
    }

    #[test]
    fn faults_are_named_with_their_line() {
        check_refused("seed = 1\n[data\n", "line 2");
        check_refused("seed = 1\nsede = 2\n", "line 2: unknown field `sede`");
        check_refused("[training]\nbatch = \"half\"\n", "the batch size must be a whole number or \"full\"");
        check_refused("[training]\noptimiser = \"magic\"\n", "unknown variant `magic`");
        check_refused("format = 2\nnew = true\n", "format 2, this program knows formats up to 1");
        check_refused("seed = -1\n", "line 1");
    }

    #[test]
    fn a_data_path_is_kept_relative_to_the_experiment() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("question.toml");
        let mut spec = ExperimentSpec::default();
        spec.data.source = DataSource::File;
        spec.data.path = Some(folder.path().join("samples").join("a.csv"));
        save(&spec, &file).unwrap();
        assert!(fs::read_to_string(&file).unwrap().contains("path = \"samples/a.csv\""));
        assert_eq!(open(&file).unwrap(), spec);
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let message = write(&folder.path().join("no").join("a.toml"), b"x").unwrap_err().to_string();
        assert!(message.contains("there is no such file or folder"), "{message}");
        assert!(write(folder.path(), b"x").unwrap_err().to_string().contains("it is a folder"));
        assert!(check_writable(folder.path()).is_err() && check_writable(Path::new("")).is_err());
        check_writable(&folder.path().join("a.toml")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(open(folder.path()).unwrap_err().to_string().contains("it is a folder"));
    }
}
