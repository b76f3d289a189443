//! The experiment that the program starts with: the default one, a file, or a data file under default settings.

use std::{path::Path, process::ExitCode};

use super::{
    input::{name_data_file, read_spec, with_path},
    output::{OutputFlags, say},
    train,
};
use crate::{data, experiment::CheckedSpec};

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
        if data::is_table_file(path) {
            data::column_names(path, &spec.data.import()).map_err(|error| name_data_file(error, path))?;
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
