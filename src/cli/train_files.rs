//! What `train` writes into files of its own besides the comparison: predictions, splits and a model.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::output::{OutputFlags, check_apart, say, write_json};
use crate::experiment::{
    CheckedSpec, RunRecord, Source,
    export::{ModelExport, ModelFile, RowWriter, TrainedModel},
    file,
};

/// Files to write.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Files")]
pub(super) struct FileFlags {
    /// Write what every model predicts of every test sample, as CSV: objective, seeds, row (from 0 below the header, as in
    /// pandas), truth, prediction and the probability of each class
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["save", "snippet"])]
    predictions: Option<PathBuf>,
    /// Write which rows are trained and tested on with every seed, as CSV: split seed, row, label, part
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["save", "snippet"])]
    split: Option<PathBuf>,
    /// Write the model of the only objective with the first seed: features, means, deviations, weights, bias and names of the
    /// classes, as JSON, or as NumPy's arrays where the name ends in .npz
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["save", "snippet"])]
    model: Option<PathBuf>,
}

impl FileFlags {
    fn named(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let files = [("--predictions", &self.predictions), ("--split", &self.split), ("--model", &self.model)];
        files.into_iter().filter_map(|(flag, path)| Some((flag, path.as_deref()?)))
    }

    /// The first flag that is given.
    pub(super) fn given(&self) -> Option<&'static str> {
        self.named().next().map(|(flag, _)| flag)
    }

    /// Whether trained models are needed.
    pub(super) fn needs_models(&self) -> bool {
        self.predictions.is_some() || self.model.is_some()
    }

    /// Refuses what cannot be written, before anything is trained; `inputs` are the files that are read.
    ///
    /// # Errors
    /// When two files are the same, one is an input or will not be writable, or the experiment has nothing of the kind.
    pub(super) fn check(&self, checked: &CheckedSpec, inputs: &[&Path]) -> anyhow::Result<()> {
        let mut before: Vec<&Path> = inputs.to_vec();
        for (flag, path) in self.named() {
            check_apart(flag, path, before.iter().copied())?;
            file::check_writable(path)?;
            if before.contains(&path) {
                bail!("{flag} names a file that is written already: {}", path.display());
            }
            before.push(path);
        }
        let spec = checked.spec();
        if self.model.is_some() && spec.objectives.len() > 1 {
            bail!(
                "--model writes one model, and there are {} objectives: name one with --objective",
                spec.objectives.len()
            );
        }
        let files = [
            (&self.predictions, ModelFile::Predictions),
            (&self.split, ModelFile::Split),
            (&self.model, ModelFile::Model(0)),
        ];
        for (_, file) in files.into_iter().filter(|(path, _)| path.is_some()) {
            if let Some(reason) = file.refusal(spec) {
                bail!("{reason}");
            }
        }
        Ok(())
    }

    /// Writes the files; runs come seed by seed, objectives in the order of the specification.
    ///
    /// # Errors
    /// When a file cannot be written, or the samples cannot be made again.
    pub(super) fn write(
        &self,
        checked: &CheckedSpec,
        source: &Source,
        runs: &[RunRecord],
        is_for_spreadsheet: bool,
    ) -> anyhow::Result<()> {
        if self.named().next().is_none() {
            return Ok(());
        }
        let objective_of =
            |run: &RunRecord| checked.objectives().iter().find(|objective| objective.name == run.objective);
        let (mut predictions, mut split) = (Vec::new(), Vec::new());
        let mut model = None;
        let mut of_predictions = RowWriter::new(&mut predictions, is_for_spreadsheet);
        let mut of_split = RowWriter::new(&mut split, is_for_spreadsheet);
        of_split.split_header()?;
        let trained = |run| TrainedModel::of(objective_of(run)?, run);
        for (place, runs) in runs.chunk_by(|one, next| one.seeds() == next.seeds()).enumerate() {
            let dataset = source.dataset(runs[0].seeds())?;
            if place == 0 {
                of_predictions.predictions_header(&dataset.class_labels)?;
                model = trained(&runs[0]).and_then(|trained| ModelExport::of(&trained, &dataset));
            }
            if self.split.is_some() {
                of_split.split(runs[0].split_seed, &dataset)?;
            }
            for trained in runs.iter().filter(|_| self.predictions.is_some()).filter_map(trained) {
                of_predictions.predictions(&trained, &dataset)?;
            }
        }
        of_predictions.finish()?;
        of_split.finish()?;
        let to = |path: &Path| OutputFlags { out: Some(path.to_owned()), ..OutputFlags::default() }.open([]);
        if let Some(path) = &self.predictions {
            to(path)?.write(|out| out.write_all(&predictions))?;
        }
        if let Some(path) = &self.split {
            to(path)?.write(|out| out.write_all(&split))?;
        }
        match (&self.model, model) {
            (Some(path), Some(model)) if path.extension().is_some_and(|ending| ending == "npz") => {
                let bytes = model.to_npz()?;
                to(path)?.write(|out| out.write_all(&bytes))?;
            }
            (Some(path), Some(model)) => to(path)?.write(|out| write_json(out, &model))?,
            (Some(path), None) if !runs.is_empty() => {
                say(&format!("the run diverged, so there is no model to write: {}", path.display()));
            }
            _ => {}
        }
        Ok(())
    }
}
