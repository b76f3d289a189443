//! Sweeps: what the person asks of them, as commands for the worker, files, and settings of the lab.

use std::path::{Path, PathBuf};

use super::{Lab, errands::Deed};
use crate::{
    experiment::{
        ExperimentSpec,
        export::{Format, runs_grid, sweep_html},
        sweep::{SweepError, point_name},
    },
    state::{Contents, Place, Purpose, SweepCommand, SweepExport, SweepPhase, SweepResults},
    worker::SweepStore,
};

impl Lab {
    /// Carries out what is asked of a sweep.
    pub(super) fn sweep(&mut self, command: SweepCommand) {
        match command {
            SweepCommand::Start => self.start_sweep(),
            SweepCommand::Pause => self.worker.pause_sweep(true),
            SweepCommand::GoOn if self.session.tune.news().phase == SweepPhase::Paused => {
                self.worker.pause_sweep(false);
            }
            SweepCommand::GoOn => self.go_on_with_sweep(),
            SweepCommand::Cancel => self.worker.stop_sweep(),
            SweepCommand::Load { point_idx, seed_idx } => self.load_point(point_idx, seed_idx),
            SweepCommand::Export(export) => self.export_sweep(export),
            SweepCommand::Compare => self.choose_file(Purpose::Compare),
            SweepCommand::StopComparing => self.session.tune.compare_with(None),
        }
    }

    /// Shows the results in a file, in the place for sweeps.
    pub(super) fn open_sweep(&mut self, path: &Path) {
        self.close_preview();
        self.session.place = Place::Tune;
        self.session.enlarged = None;
        let id = self.session.tune.next_id();
        self.worker.show_sweep(id, path);
        self.errands.begin(None, path, Deed::ShowResults);
        self.settings.remember(path);
    }

    /// Reads results to lay beside those of the sweep.
    pub fn compare_with(&mut self, path: PathBuf) {
        self.errands.drop_opening();
        let id = self.worker.read_answer(path.clone());
        self.errands.begin(Some(id), &path, Deed::Open);
    }

    fn store(&self) -> SweepStore {
        self.sweep_folder.clone().map_or(SweepStore::Memory, SweepStore::Folder)
    }

    fn start_sweep(&mut self) {
        match self.session.tune.checked(&self.settings.tune, &self.session.spec).clone() {
            Ok(checked) => {
                let id = self.session.tune.next_id();
                self.errands.drop_results();
                self.worker.sweep(id, checked, self.store());
            }
            Err(fault) => self.session.complain(fault),
        }
    }

    fn go_on_with_sweep(&mut self) {
        let Some(results) = self.session.tune.results().cloned() else { return };
        let store =
            self.session.tune.unfinished_file().map_or(SweepStore::Memory, |path| SweepStore::File(path.clone()));
        let id = self.session.tune.next_id();
        self.errands.drop_results();
        self.worker.sweep(id, results.checked.clone(), store);
    }

    /// Puts the experiment of a point into the lab.
    fn load_point(&mut self, point_idx: usize, seed_idx: u64) {
        let Some(results) = self.session.tune.results().cloned() else { return };
        let Some(point) = results.checked.points().get(point_idx) else { return };
        let experiment = match results.checked.experiment(point) {
            Ok(experiment) => experiment,
            Err(error) => return self.session.complain(error.to_string()),
        };
        let mut spec: ExperimentSpec = experiment.spec().clone();
        spec.set_seeds(spec.first_seeds().repetition(seed_idx));
        spec.seeds = self.session.spec.seeds;
        spec.assign_colours();
        // Code is then that of what was loaded.
        self.settings.module_objective = spec.objectives.first().map(|objective| objective.colour);
        self.session.undo.settle(&self.session.spec);
        self.session.spec = spec;
        self.session.place = Place::Lab;
        self.session.enlarged = None;
        // It starts where the run of the sweep did, not where another objective of this colour is.
        self.session.is_playing = false;
        self.start(false);
        let summary = results.choices.iter().flat_map(|choice| &choice.points).find(|other| other.point == point_idx);
        let name = summary.map_or_else(String::new, point_name);
        self.session.say(format!("{name} is in the lab; Undo brings back what was there"));
    }

    fn export_sweep(&mut self, export: SweepExport) {
        let text = match (export, self.session.tune.results()) {
            (SweepExport::Toml, None) => {
                let checked = self.session.tune.checked(&self.settings.tune, &self.session.spec).clone();
                checked.and_then(|checked| checked.spec().to_toml().map_err(|error| error.to_string()))
            }
            (_, None) => Err("There are no results to export yet: start a sweep, or open the file of one".to_owned()),
            (_, Some(results)) => text_of(export, results).map_err(|error| error.to_string()),
        };
        match text {
            Ok(text) => {
                let purpose = Purpose::Write { contents: Contents::Text(text), name: export.file_name().to_owned() };
                self.choose_file(purpose);
            }
            Err(fault) => self.session.complain(fault),
        }
    }
}

fn text_of(export: SweepExport, results: &SweepResults) -> Result<String, SweepError> {
    match export {
        SweepExport::Lines => Ok(results.lines.to_text()),
        SweepExport::Csv => {
            let bytes = Format::Csv.render(&runs_grid(&results.lines).for_spreadsheet(), &());
            Ok(String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned())
        }
        SweepExport::Html => sweep_html(&results.lines),
        SweepExport::Toml => results.checked.spec().to_toml(),
    }
}
