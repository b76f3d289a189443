//! At most one dialog in which a file is chosen; folders are read by the worker.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use crate::{
    state::{Action, DialogRequest, FileDialog, Purpose},
    ui::panels::file_dialog_ui,
    worker::{FileAnswer, Worker},
};

/// What a folder is read for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    /// To be shown, whatever it is.
    Show,
    /// To be shown if it is a folder; else it is the file.
    Take(PathBuf),
}

/// At most one open dialog.
#[derive(Default)]
pub(super) struct Dialogs {
    open: Option<FileDialog>,
    /// The folder of the file that was chosen last.
    folder: Option<PathBuf>,
    /// What was asked of the worker last, and under which number.
    asked: Option<(u64, Question)>,
}

impl Dialogs {
    /// Opens a dialog in the folder of the file that was chosen last, or else that of the file that was used last.
    pub(super) fn open(&mut self, purpose: Purpose, last: Option<&Path>, worker: &mut Worker) {
        let name = match &purpose {
            Purpose::Open | Purpose::OpenData | Purpose::Rows(_) | Purpose::Compare => String::new(),
            Purpose::Save => last
                .and_then(Path::file_name)
                .map_or("experiment.toml".into(), |name| name.to_string_lossy())
                .into_owned(),
            Purpose::Write { name, .. } => name.clone(),
        };
        let mut folders: Vec<PathBuf> = self.folder.clone().into_iter().collect();
        folders.extend(last.and_then(Path::parent).map(Path::to_owned));
        folders.extend(std::env::current_dir());
        folders.push(PathBuf::from("."));
        self.open = Some(FileDialog::new(purpose, name));
        self.ask(Question::Show, worker.list_folder(folders));
    }

    /// Whether a dialog is open: keys belong to it then.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether a folder is being read for it.
    pub(super) fn is_reading(&self) -> bool {
        self.asked.is_some()
    }

    /// Draws the dialog; returns what was chosen.
    pub(super) fn show(&mut self, ctx: &Context, worker: &mut Worker) -> Option<Action> {
        let dialog = self.open.as_mut()?;
        match file_dialog_ui(dialog, ctx)? {
            DialogRequest::Cancel => self.close(),
            DialogRequest::Enter(path) => {
                let question = if dialog.purpose.is_saving() { Question::Show } else { Question::Take(path.clone()) };
                self.ask(question, worker.list_folder(vec![path]));
            }
            DialogRequest::Take(path) if dialog.is_known_file(&path) => return self.choose(path),
            DialogRequest::Take(path) => {
                self.ask(Question::Take(path.clone()), worker.list_folder(vec![path]));
            }
            DialogRequest::MakeFolder(path) => {
                self.ask(Question::Show, worker.make_folder(path));
            }
        }
        None
    }

    /// Takes over what came of a folder; news that nobody waits for any more is dropped. Returns the file, where one is
    /// chosen by that.
    pub(super) fn receive(&mut self, id: u64, answer: FileAnswer) -> Option<Action> {
        let (_, question) = self.asked.take_if(|(asked, _)| *asked == id)?;
        let dialog = self.open.as_mut()?;
        match (answer, question) {
            (FileAnswer::Folder(folder, entries), question) => {
                dialog.show(folder, entries);
                if matches!(question, Question::Take(_)) && !dialog.purpose.is_saving() {
                    dialog.name.clear();
                }
            }
            (FileAnswer::NoFolder, Question::Take(path)) => return self.choose(path),
            (FileAnswer::NoFolder, Question::Show) => dialog.complain("There is no such folder".to_owned()),
            (FileAnswer::Failed(fault), _) => dialog.complain(fault),
            // Nothing else was asked for.
            _ => {}
        }
        None
    }

    /// Has the dialog wait for an answer.
    fn ask(&mut self, question: Question, id: u64) {
        self.asked = Some((id, question));
        if let Some(dialog) = &mut self.open {
            (dialog.is_reading, dialog.fault) = (true, None);
        }
    }

    fn close(&mut self) {
        (self.open, self.asked) = (None, None);
    }

    fn choose(&mut self, path: PathBuf) -> Option<Action> {
        let purpose = self.open.take()?.purpose;
        self.asked = None;
        self.folder = path.parent().map(Path::to_owned);
        let path = purpose.with_ending(path);
        Some(match purpose {
            Purpose::Open | Purpose::OpenData => Action::OpenPath(path),
            Purpose::Compare => Action::CompareWith(path),
            Purpose::Rows(part) => Action::UseRows(part, path),
            Purpose::Save => Action::SavePath(path),
            Purpose::Write { contents, .. } => Action::Write(path, contents),
        })
    }
}
