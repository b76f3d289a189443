//! Samples for `train` and `sweep`: the file they come from, and how reading it is shown.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    import_flags::notes,
    input::{name_data_file, with_path},
    output::say,
    progress::{STOPPED_READING, reading, reading_bar, show_bytes},
};
use crate::{
    data::ReadHooks,
    experiment::{CheckedSpec, DataSource, ExperimentError, ExperimentSpec, Source, sweep::SweepError},
};

/// Every file that samples are read from.
pub(super) fn data_files(spec: &ExperimentSpec) -> impl Iterator<Item = &Path> {
    let data = &spec.data;
    let files = [&data.path, &data.validation_path, &data.test_path].into_iter().filter_map(Option::as_deref);
    files.filter(|_| data.source == DataSource::File)
}

/// The file that samples are read from.
pub(super) fn data_file(spec: &ExperimentSpec) -> Option<&Path> {
    spec.data.path.as_deref().filter(|_| spec.data.source == DataSource::File)
}

/// As [`open_source`]; `None` where it was interrupted, which is said.
pub(super) fn open_unless_interrupted(checked: &CheckedSpec, stop: &AtomicBool) -> anyhow::Result<Option<Source>> {
    match open_source(checked, stop) {
        Err(_) if stop.load(Ordering::Relaxed) => {
            say(STOPPED_READING);
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

/// Opens the source, with a bar where that takes time, and says what of it is not used.
pub(super) fn open_source(checked: &CheckedSpec, stop: &AtomicBool) -> anyhow::Result<Source> {
    let path = data_file(checked.spec());
    let bar = reading_bar(path.unwrap_or(Path::new("")));
    let hooks = ReadHooks { on_bytes: &|done, all| show_bytes(&bar, done, all), stop };
    let opened = reading(|| Source::open_with(checked, &hooks));
    bar.finish_and_clear();
    let source = opened.map_err(|error| name_data_errors(error, path))?;
    for note in source.inspection().filter(|_| path.is_some()).into_iter().flat_map(|found| notes(found)) {
        say(&note);
    }
    Ok(source)
}

/// A complaint, with the data file where it is about data from one.
pub(super) fn name_data_errors(error: ExperimentError, path: Option<&Path>) -> anyhow::Error {
    match (error, path) {
        (ExperimentError::Data(error), Some(path)) => name_data_file(error, path),
        (other, _) => other.into(),
    }
}

/// A complaint about results, with the file that they are in.
pub(super) fn name_sweep_file(error: SweepError, path: &Path) -> anyhow::Error {
    match error {
        SweepError::File(error) => error.into(),
        other => with_path(other, path),
    }
}
