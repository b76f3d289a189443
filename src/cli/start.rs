//! What the program starts with: the default experiment, a file, a data file under default settings, or results of a
//! sweep.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    input::{name_data_file, read_spec, with_path},
    output::{OutputFlags, say},
    report,
    source::name_sweep_file,
    train,
};
use crate::{
    data,
    experiment::{
        CheckedSpec, ExperimentSpec,
        files::{is_results_file, read_sweep},
        sweep::SweepLines,
    },
};

/// What the window is to open, known to be readable.
pub enum Start {
    /// An experiment that can be run, or at least looked at.
    Experiment(Box<ExperimentSpec>, Option<PathBuf>),
    /// Results of a sweep.
    Results(PathBuf),
}

impl Start {
    /// Reads and checks what the window is to open.
    ///
    /// # Errors
    /// When the file cannot be read, or is neither a valid experiment nor results of a sweep.
    pub fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(path) = path.filter(|path| is_results_file(path)) {
            read_sweep(path).map_err(|error| name_sweep_file(error, path))?;
            return Ok(Self::Results(path.to_owned()));
        }
        let spec = read_spec(path)?;
        if let Some(path) = path.filter(|path| data::is_table_file(path)) {
            data::column_names(path, &spec.data.import()).map_err(|error| name_data_file(error, path))?;
        }
        if !spec.is_only_drawn() {
            check(&spec, path)?;
        }
        Ok(Self::Experiment(Box::new(spec), path.map(Path::to_owned)))
    }

    /// Says why there is no window, and runs the experiment or reports the results in the terminal.
    ///
    /// # Errors
    /// As `train` or `report`.
    pub fn run_without_window(&self, reason: &str) -> anyhow::Result<ExitCode> {
        let says_why = reason.contains("display") || reason.contains("scale factor");
        let question = if says_why { "" } else { " (is there a display?)" };
        let say_instead =
            |what: &str| say(&format!("no window can be opened: {reason}{question}; {what} in the terminal instead"));
        match self {
            Self::Experiment(spec, path) => {
                say_instead("running the experiment");
                let checked = check(spec, path.as_deref())?;
                train::compare(&checked, &OutputFlags::default(), &train::Wanted::default(), &[])
            }
            Self::Results(path) => {
                let lines = read_sweep(path).and_then(SweepLines::undamaged);
                let lines = lines.map_err(|error| name_sweep_file(error, path))?;
                say_instead("reporting the results");
                report::write_table(&lines, path, &OutputFlags::default().open([])?)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn check(spec: &ExperimentSpec, path: Option<&Path>) -> anyhow::Result<CheckedSpec> {
    spec.check().map_err(|error| match path {
        Some(path) => with_path(error, path),
        None => error.into(),
    })
}
