//! The experiment that the program starts with: the default one, a file, or a data file under default settings.

use std::{path::Path, process::ExitCode};

use anyhow::bail;

use super::{
    input::{is_data_file, with_path},
    output::{OutputFlags, say},
    train,
};
use crate::{
    data,
    experiment::{CheckedSpec, DataSource, ExperimentSpec, file},
};

/// An experiment that can be run.
pub struct Start {
    checked: CheckedSpec,
}

impl Start {
    /// Reads and checks what the window is to open.
    ///
    /// # Errors
    /// When the file cannot be read or is no valid experiment.
    pub fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        let spec = read_spec(path)?;
        let Some(path) = path else { return Ok(Self { checked: spec.check()? }) };
        if is_data_file(path) {
            data::column_names(path).map_err(|error| name_data_file(error, path))?;
        }
        Ok(Self { checked: spec.check().map_err(|error| with_path(error, path))? })
    }

    /// Says why there is no window and runs the experiment in the terminal.
    ///
    /// # Errors
    /// As `train`.
    pub fn run_without_window(&self, reason: &str) -> anyhow::Result<ExitCode> {
        let question = if reason.contains("display") { "" } else { " (is there a display?)" };
        say(&format!("no window can be opened: {reason}{question}; running the experiment in the terminal instead"));
        train::compare(&self.checked, &OutputFlags::default())
    }
}

/// The specification that a file holds, not yet checked; a data file gives the default one with its data.
pub(super) fn read_spec(path: Option<&Path>) -> anyhow::Result<ExperimentSpec> {
    let Some(path) = path else { return Ok(ExperimentSpec::default()) };
    if is_data_file(path) {
        let mut spec = ExperimentSpec::default();
        spec.data.source = DataSource::File;
        spec.data.path = Some(path.to_owned());
        return Ok(spec);
    }
    if path.extension().is_none() && !path.exists() {
        bail!(
            "there is no file and no subcommand \"{}\": the subcommands are counts, weights, loss and train (see --help)",
            path.display()
        );
    }
    Ok(file::open(path)?)
}

/// A complaint about data, with the file that they are in.
pub(super) fn name_data_file(error: data::DataError, path: &Path) -> anyhow::Error {
    match error {
        data::DataError::Unreadable { .. } | data::DataError::OutOfRange { .. } => error.into(),
        other => with_path(other, path),
    }
}
