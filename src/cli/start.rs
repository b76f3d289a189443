//! The experiment that the program starts with: the default one, a file, or a data file under default settings.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    input::{name_data_file, read_spec, with_path},
    output::{OutputFlags, say},
    train,
};
use crate::{
    data,
    experiment::{CheckedSpec, ExperimentSpec},
};

/// An experiment that can be run, or at least looked at.
pub struct Start {
    spec: ExperimentSpec,
    path: Option<PathBuf>,
}

impl Start {
    /// Reads and checks what the window is to open.
    ///
    /// # Errors
    /// When the file cannot be read or is no valid experiment.
    pub fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        let start = Self { spec: read_spec(path)?, path: path.map(Path::to_owned) };
        if let Some(path) = path.filter(|path| data::is_table_file(path)) {
            data::column_names(path, &start.spec.data.import()).map_err(|error| name_data_file(error, path))?;
        }
        if !start.spec.is_only_drawn() {
            start.check()?;
        }
        Ok(start)
    }

    fn check(&self) -> anyhow::Result<CheckedSpec> {
        self.spec.check().map_err(|error| match &self.path {
            Some(path) => with_path(error, path),
            None => error.into(),
        })
    }

    /// Says why there is no window and runs the experiment in the terminal.
    ///
    /// # Errors
    /// As `train`.
    pub fn run_without_window(&self, reason: &str) -> anyhow::Result<ExitCode> {
        let question = if reason.contains("display") { "" } else { " (is there a display?)" };
        say(&format!("no window can be opened: {reason}{question}; running the experiment in the terminal instead"));
        train::compare(&self.check()?, &OutputFlags::default(), &train::Wanted::default())
    }
}
