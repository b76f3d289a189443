//! `train --snippet`: an objective as code, in place of training it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::bail;

use super::{
    output::OutputFlags,
    progress::{INTERRUPTED, stop_on_interrupt},
    source::open_unless_interrupted,
};
use crate::experiment::{CheckedSpec, ModuleKind, ModuleSource, objective_module};

/// Writes the only objective of an experiment as a module.
pub(super) fn run(
    checked: &CheckedSpec,
    kind: ModuleKind,
    out: Option<PathBuf>,
    inputs: &[&Path],
) -> anyhow::Result<ExitCode> {
    let [_] = checked.objectives() else {
        let names: Vec<&str> = checked.objectives().iter().map(|objective| objective.name.as_str()).collect();
        bail!(
            "--snippet writes one objective, and there are {}: {}; name one with --objective",
            names.len(),
            names.join("; ")
        );
    };
    let output = OutputFlags { out, ..OutputFlags::default() }.open(inputs.iter().copied())?;
    let stop = stop_on_interrupt()?;
    let Some(source) = open_unless_interrupted(checked, &stop)? else { return Ok(ExitCode::from(INTERRUPTED)) };
    let counted = source.counted(checked)?;
    let module = objective_module(
        kind,
        &ModuleSource {
            experiment: checked,
            objective_idx: 0,
            counts: &counted.counts,
            labels: &counted.labels,
            origin: counted.origin.as_deref(),
        },
    );
    output.write(|out| out.write_all(module.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}
