//! Files as a person meets them: experiments, lists of counts, and data files that are looked at before their import.

use std::path::{Path, PathBuf};

use super::Lab;
use crate::{
    experiment::{DataSource, ExperimentSpec, file, files::is_results_file},
    state::{Preview, is_table_file},
};

impl Lab {
    /// Opens an experiment, looks at a data file, or takes the class counts from a list of numbers; on failure everything
    /// stays as it is.
    pub fn open_path(&mut self, path: &Path) {
        if is_table_file(path) {
            self.session.preview = Some(Preview::of(path));
        } else if is_results_file(path) {
            self.open_sweep(path);
        } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt")) {
            self.open_counts(path);
        } else {
            self.open_experiment(path);
        }
    }

    fn open_experiment(&mut self, path: &Path) {
        match file::open(path) {
            Ok(spec) => match spec.check() {
                Err(error) if !spec.is_only_drawn() => self.session.complain(format!("{error}: {}", path.display())),
                _ => {
                    self.replace(spec, Some(path.to_owned()));
                    self.settings.remember(path);
                }
            },
            Err(error) => self.session.complain(error.to_string()),
        }
    }

    /// Takes class counts from a file with one number a line, or a list of them.
    fn open_counts(&mut self, path: &Path) {
        let taken = file::read_text(path)
            .map_err(|error| error.to_string())
            .and_then(|text| self.session.take_counts(&text).map_err(|error| format!("{error}: {}", path.display())));
        if let Err(complaint) = taken {
            self.session.complain(complaint);
        }
    }

    /// Takes the samples from the file that is looked at, as it is shown.
    pub(super) fn import(&mut self) {
        let Some(preview) = self.session.preview.take_if(|preview| preview.can_import()) else { return };
        let mut settings = preview.settings;
        settings.label = settings.label.or_else(|| preview.inspection.and_then(|found| found.label.clone()));
        let data = &mut self.session.spec.data;
        data.source = DataSource::File;
        data.path = Some(preview.path);
        data.set_import(settings);
        data.forget_own_order();
        self.session.is_playing = false;
        self.session.enlarged = None;
        self.start(true);
    }

    pub(super) fn close_preview(&mut self) {
        self.session.preview = None;
        self.worker.stop_inspecting();
    }

    /// Puts another experiment in place of the present one; Undo brings the old one back.
    pub(super) fn replace(&mut self, spec: ExperimentSpec, path: Option<PathBuf>) {
        self.close_preview();
        self.session.undo.settle(&self.session.spec);
        self.session.saved = spec.clone();
        self.session.spec = spec;
        // The new experiment becomes a step of its own when this frame settles.
        self.session.first_step = self.session.undo.depth() + 1;
        self.session.path = path;
        self.session.is_playing = false;
        self.session.notice = None;
        self.start(true);
    }

    /// Why a file is not written over: it is what the samples come from, or a sweep is at work in it.
    fn reason_to_keep(&self, path: &Path) -> Option<String> {
        let data = &self.session.spec.data;
        let is_data =
            data.source == DataSource::File && data.path.as_ref().is_some_and(|data| file::is_same_file(data, path));
        let what = match () {
            () if is_data => "it is the data file of the experiment, which would be lost",
            () if file::is_in_use(path) => "a sweep writes its runs into it",
            () => return None,
        };
        Some(format!("Not saved: {what}: choose another name: {}", path.display()))
    }

    pub(super) fn save(&mut self, path: &Path) {
        if let Some(reason) = self.reason_to_keep(path) {
            return self.session.complain(reason);
        }
        match file::save(&self.session.spec, path) {
            Ok(()) => {
                self.session.saved = self.session.spec.clone();
                self.session.path = Some(path.to_owned());
                self.settings.remember(path);
                self.session.say(format!("Saved: {}", path.display()));
            }
            Err(error) => self.session.complain(error.to_string()),
        }
    }

    /// Writes code to a file; the experiment has nothing to do with it.
    pub(super) fn save_code(&mut self, path: &Path, code: &str) {
        if let Some(reason) = self.reason_to_keep(path) {
            return self.session.complain(reason);
        }
        match file::write(path, code.as_bytes()) {
            Ok(()) => self.session.say(format!("Saved: {}", path.display())),
            Err(error) => self.session.complain(error.to_string()),
        }
    }

    pub(super) fn last_path(&self) -> Option<PathBuf> {
        self.session.path.clone().or_else(|| self.settings.recent.first().cloned())
    }

    /// Takes over what was found in the file that is looked at; one that cannot be read is put away with a sentence.
    pub(super) fn receive_preview(&mut self) {
        let fault = self.session.preview.as_mut().and_then(|preview| preview.receive(&self.worker.inspected()));
        if let Some(fault) = fault {
            self.close_preview();
            self.session.complain(fault.to_string());
        }
    }

    /// Has the file of the preview looked at under its present settings.
    pub(super) fn follow_preview(&mut self) {
        if let Some(preview) = &mut self.session.preview
            && preview.ask(self.n_questions + 1)
        {
            self.n_questions += 1;
            self.worker.inspect(self.n_questions, &preview.path, &preview.settings);
        }
    }
}
