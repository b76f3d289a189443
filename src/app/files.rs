//! Files as a person meets them: experiments, lists of counts, and data files that are looked at before their import. They
//! are read and written in the background; the window says so where that takes time.

use std::path::{Path, PathBuf};

use eframe::egui::{Context, ViewportCommand};

use super::{
    Lab,
    errands::{Deed, Errand},
};
use crate::{
    experiment::{DataSource, ExperimentSpec, export::ModelFile, files::is_results_file},
    figure::{self, Look},
    lesson::is_answers,
    state::{Contents, LessonCommand, Picture, Preview, SweepPhase, is_table_file},
    worker::{BegunFile, FileAnswer, FileNews, Overwriting, Written},
};

impl Lab {
    /// Opens an experiment, looks at a data file, shows results, or takes the class counts from a list of numbers, once the
    /// file is read; what was asked for before and is not there yet is given up. On failure everything stays as it is.
    pub fn open_path(&mut self, path: &Path) {
        self.give_up_opening();
        if is_table_file(path) {
            self.session.preview = Some(Preview::of(path));
        } else if is_results_file(path) {
            self.open_sweep(path);
        } else if is_answers(path) {
            self.show_answers(vec![path.to_owned()]);
        } else {
            let id = self.worker.open_file(path.to_owned());
            self.errands.begin(Some(id), path, Deed::Open);
        }
    }

    /// Opens a file that is being read since before there was a window.
    pub(super) fn open_begun(&mut self, mut begun: BegunFile) {
        let path = begun.path().to_owned();
        match begun.take_answer() {
            Some(answer) => self.opened(&path, answer),
            None => {
                let id = self.worker.go_on_opening(begun);
                self.errands.begin(Some(id), &path, Deed::Open);
            }
        }
    }

    /// Whether files are read or written that a person has asked for.
    pub fn is_waiting_for_files(&self) -> bool {
        !self.errands.is_empty() || self.dialogs.is_reading()
    }

    /// Takes over what has come of files, and says which one keeps one waiting.
    pub(super) fn receive_files(&mut self, ctx: &Context) {
        for FileNews { id, answer } in self.worker.file_news() {
            match self.errands.end(id) {
                Some(errand) => self.conclude(errand, answer, ctx),
                None => {
                    // A dialog waits for it, or nobody does.
                    let chosen = self.dialogs.receive(id, answer);
                    if let Some(action) = chosen {
                        self.carry_out(action, ctx);
                    }
                }
            }
        }
        if self.session.tune.news_is_current() && self.session.tune.news().phase != SweepPhase::Opening {
            self.errands.drop_results();
        }
        self.session.waiting = self.errands.longest().map(|(waiting, _)| waiting);
        if let Some(left) = self.errands.until_announced() {
            ctx.request_repaint_after(left);
        }
    }

    fn conclude(&mut self, errand: Errand, answer: FileAnswer, ctx: &Context) {
        let Errand { path, deed, .. } = errand;
        if matches!(deed, Deed::Save(_)) && answer != FileAnswer::Written {
            self.closes_when_saved = false;
        }
        match (deed, answer) {
            (Deed::Save(spec), FileAnswer::Written) => {
                self.session.saved = *spec;
                self.session.path = Some(path.clone());
                self.settings.remember(&path);
                self.session.say(format!("Saved: {}", path.display()));
                if std::mem::take(&mut self.closes_when_saved) {
                    ctx.send_viewport_cmd(ViewportCommand::Close);
                }
            }
            (_, FileAnswer::Written) => self.session.say(format!("Saved: {}", path.display())),
            (Deed::Write(contents), FileAnswer::Taken) => self.session.replacing = Some((path, Some(contents))),
            (_, FileAnswer::Taken) => self.session.replacing = Some((path, None)),
            (_, FileAnswer::Failed(fault)) => self.session.complain(fault),
            (_, answer) => self.opened(&path, answer),
        }
    }

    /// Shows what was opened.
    fn opened(&mut self, path: &Path, answer: FileAnswer) {
        match answer {
            FileAnswer::Experiment(spec) => {
                self.replace(*spec, Some(path.to_owned()));
                self.settings.remember(path);
            }
            FileAnswer::Counts(counts) => self.session.use_counts(&counts),
            FileAnswer::Table => self.session.preview = Some(Preview::of(path)),
            FileAnswer::Results => self.open_sweep(path),
            FileAnswer::Answer(answer) => self.session.tune.compare_with(Some(answer)),
            FileAnswer::Lesson(lesson) => self.teach(LessonCommand::Begin(lesson)),
            FileAnswer::Failed(fault) => self.session.complain(fault),
            // Of writing and of folders; nothing was opened.
            FileAnswer::Written | FileAnswer::Taken | FileAnswer::Folder(..) | FileAnswer::NoFolder => {}
        }
    }

    /// Waits no longer for the file that keeps one waiting; what it says later is dropped.
    pub(super) fn give_up_file(&mut self) {
        let Some((waiting, is_writing)) = self.errands.longest() else { return };
        if is_writing {
            self.closes_when_saved = false;
            self.worker.give_up_writing();
            self.errands.drop_writing();
        } else {
            self.give_up_opening();
        }
        self.session.waiting = None;
        self.session.say(waiting.given_up());
    }

    fn give_up_opening(&mut self) {
        self.errands.drop_opening();
        if self.errands.drop_results() {
            self.worker.stop_sweep();
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
        self.session.teaching = None;
        self.session.undo.settle(&self.session.spec);
        let before = self.session.spec.clone();
        self.leave(&before, false);
        self.session.saved = spec.clone();
        self.session.spec = spec;
        // The new experiment becomes a step of its own when this frame settles.
        self.session.first_step = self.session.undo.depth() + 1;
        self.session.path = path;
        self.session.generation += 1;
        self.session.is_playing = false;
        self.session.notice = None;
        self.start(true);
    }

    /// Saves the experiment; another file than its own is replaced only where that was said.
    pub(super) fn save(&mut self, path: &Path, replaces: bool) {
        let spec = Box::new(self.session.spec.clone());
        let id = self.write_file(path, Written::Experiment(spec.clone()), replaces);
        self.errands.begin(Some(id), path, Deed::Save(spec));
    }

    /// Writes something other than the experiment to a file.
    pub(super) fn write(&mut self, path: &Path, contents: Contents, replaces: bool) {
        let bytes = match &contents {
            Contents::Film(pictures) => return self.begin_film(path, pictures.clone(), replaces),
            Contents::Models(file) => return self.write_models(path, *file, replaces),
            Contents::Made(bytes) => Ok(bytes.clone()),
            Contents::Text(text) => Ok(text.clone().into_bytes()),
            Contents::Picture(picture) => self.picture_as_file(*picture, path),
            Contents::Report => {
                let canvas = self.canvas.get_or_insert_default();
                figure::page(canvas, &mut self.session, &self.settings).map(String::into_bytes)
            }
        };
        match bytes {
            Ok(bytes) => {
                let id = self.write_file(path, Written::Bytes(bytes), replaces);
                self.errands.begin(Some(id), path, Deed::Write(contents));
            }
            Err(fault) => self.session.complain(fault),
        }
    }

    /// Writes predictions, the split or a model, as arrays where the file's name says so.
    fn write_models(&mut self, path: &Path, file: ModelFile, replaces: bool) {
        let is_npz = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("npz"));
        let file = match file {
            ModelFile::Model(colour) | ModelFile::Arrays(colour) if is_npz => ModelFile::Arrays(colour),
            ModelFile::Model(colour) | ModelFile::Arrays(colour) => ModelFile::Model(colour),
            other => other,
        };
        let overwriting = self.overwriting(replaces);
        let id = self.worker.write_models(path.to_owned(), file, overwriting);
        self.errands.begin(Some(id), path, Deed::Write(Contents::Models(file)));
    }

    /// A picture as it is now, in the format that the file's name ends with.
    fn picture_as_file(&mut self, picture: Picture, path: &Path) -> Result<Vec<u8>, String> {
        let format = figure::Format::of(path).map_err(|error| error.to_string())?;
        let look = Look { is_dark: self.settings.is_dark, ..Look::default() };
        let file = self.session.path.clone().unwrap_or_else(|| PathBuf::from("experiment.toml"));
        let out = path.file_name().unwrap_or_default().to_string_lossy();
        let choices = self.settings.picture_choices();
        let files = figure::Files { experiment: Some(&file), out: &out };
        let caption = figure::caption(&self.session, choices.as_deref(), picture, look, files);
        let drawn =
            self.canvas.get_or_insert_default().draw(&mut self.session, &self.settings, picture, look, &caption);
        format.bytes_of(&drawn).map_err(|error| error.to_string())
    }

    /// Asks the worker to write a file, but never over the data file of the experiment.
    fn write_file(&mut self, path: &Path, what: Written, replaces: bool) -> u64 {
        let overwriting = self.overwriting(replaces);
        self.worker.write_file(path.to_owned(), what, overwriting)
    }

    fn overwriting(&self, replaces: bool) -> Overwriting {
        let data = &self.session.spec.data;
        let data_file = data.path.clone().filter(|_| data.source == DataSource::File);
        Overwriting { replaces, data_file }
    }

    /// Closes the window, or does so once what is being saved is saved.
    pub(super) fn quit(&mut self, ctx: &Context) {
        self.closes_when_saved = self.session.is_unsaved() && self.errands.saves(&self.session.spec);
        if !self.closes_when_saved {
            ctx.send_viewport_cmd(ViewportCommand::Close);
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
