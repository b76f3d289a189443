//! What comes in: numbers from flags, text and experiments from files.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{anyhow, bail};
use clap::builder::{PathBufValueParser, TypedValueParser};

use crate::{
    data,
    experiment::{DataSource, ExperimentSpec, file},
    lesson::{Shared, is_shared},
    text,
};

/// Parses a whole number.
pub(super) fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            "the number is too large".to_owned()
        } else {
            "give a whole number from 0 up".to_owned()
        }
    })
}

/// Parses a number; whether it is in range is not decided here.
pub(super) fn number(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| "give a number, for example 0.5".to_owned())
}

/// Refuses a list that names something twice.
pub(super) fn check_distinct<T: PartialEq>(flag: &str, list: &[T], name: impl Fn(&T) -> String) -> anyhow::Result<()> {
    for (idx, item) in list.iter().enumerate() {
        if list[..idx].contains(item) {
            return Err(anyhow!("{flag} names {} twice: leave one out", name(item)));
        }
    }
    Ok(())
}

/// Whether a path stands for standard input or output.
pub(super) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// Reads the path of a file that is read; "-" is standard input, which the system has under a path of its own.
pub(super) fn readable() -> impl TypedValueParser<Value = PathBuf> {
    let system = |path: PathBuf| if cfg!(unix) && is_standard(&path) { PathBuf::from("/dev/stdin") } else { path };
    PathBufValueParser::new().map(system)
}

/// Reads a text file of at most `limit` bytes, or standard input for "-"; either with or without a byte order mark.
pub(super) fn read_text(path: &Path, limit: u64) -> anyhow::Result<String> {
    if !is_standard(path) {
        return Ok(file::read_text_within(path, limit)?);
    }
    text::read_text(std::io::stdin().lock(), limit).map_err(|fault| anyhow!("cannot read standard input: {fault}"))
}

/// The error with the path that it belongs to at its end.
pub(super) fn with_path(error: impl std::fmt::Display, path: &Path) -> anyhow::Error {
    if is_standard(path) { anyhow!("{error}: standard input") } else { anyhow!("{error}: {}", path.display()) }
}

/// The specification that a file holds, not yet checked; a data file gives the default one with its data.
pub(super) fn read_spec(path: Option<&Path>) -> anyhow::Result<ExperimentSpec> {
    let Some(path) = path else { return Ok(ExperimentSpec::default()) };
    if let Some(shared) = shared_text(path) {
        return Ok(Shared::from_text(shared)?.experiment);
    }
    if data::is_table_file(path) {
        let mut spec = ExperimentSpec::default();
        spec.data.source = DataSource::File;
        spec.data.path = Some(path.to_owned());
        return Ok(spec);
    }
    refuse_unknown_name(path)?;
    Ok(file::open(path)?)
}

/// Whether a word names an experiment with settings of its own, and not a data file or nothing.
pub(super) fn names_experiment(path: Option<&Path>) -> bool {
    path.is_some_and(|path| shared_text(path).is_some() || !data::is_table_file(path))
}

/// A word that is a shared experiment in place of a file's name.
pub fn shared_text(word: &Path) -> Option<&str> {
    word.to_str().filter(|word| is_shared(word))
}

/// Refuses a word that is neither a file nor a subcommand.
///
/// # Errors
/// A sentence with the subcommands, where the word has no ending and there is no file of this name.
pub fn refuse_unknown_name(path: &Path) -> anyhow::Result<()> {
    if path.extension().is_none() && !path.exists() {
        bail!(
            "there is no file and no subcommand \"{}\": the subcommands are counts, situations, weights, covering, curve, loss, inspect, train, sweep, merge, lesson, answers, share, figure, film and report (see --help)",
            path.display()
        );
    }
    Ok(())
}

/// A complaint about data, with the file that they are in.
pub(super) fn name_data_file(error: data::DataError, path: &Path) -> anyhow::Error {
    match error {
        data::DataError::Unreadable { .. } | data::DataError::OutOfRange { .. } => error.into(),
        other => with_path(other, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_say_what_is_expected() {
        assert_eq!(whole::<u64>("12"), Ok(12));
        assert_eq!(whole::<u8>("300"), Err("the number is too large".to_owned()));
        for nonsense in ["", "-3", "1.5", "1e3", "ten"] {
            assert!(whole::<u64>(nonsense).unwrap_err().contains("whole number"), "{nonsense}");
        }
        assert!(number("nan").unwrap().is_nan() && number("half").is_err());
    }

    #[test]
    fn a_list_names_nothing_twice() {
        assert!(check_distinct("--beta", &[0.9, 0.99], f64::to_string).is_ok());
        let refused = check_distinct("--beta", &[0.9, 0.99, 0.9], f64::to_string).unwrap_err();
        assert_eq!(refused.to_string(), "--beta names 0.9 twice: leave one out");
    }
}
