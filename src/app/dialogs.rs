//! Choosing files in the window itself: it works on every desktop, with a keyboard, and in tests.

use std::path::{Path, PathBuf};

use eframe::egui::{Align2, Context, Vec2};
use egui_file::{DialogType, FileDialog, State};

use crate::state::{Action, is_table_file};

/// What a file is chosen for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// An experiment or a data file to open.
    Open,
    /// A data file.
    OpenData,
    /// An experiment to save.
    Save,
    /// Code to save.
    SaveCode {
        /// The code.
        code: String,
        /// The file's name to begin with.
        name: String,
    },
}

/// At most one open dialog.
#[derive(Default)]
pub(super) struct Dialogs {
    open: Option<(Purpose, FileDialog)>,
    /// The folder of the file that was chosen last.
    folder: Option<PathBuf>,
}

impl Dialogs {
    /// Opens a dialog in the folder of the file that was chosen last, or else that of the file that was used last.
    pub(super) fn open(&mut self, purpose: Purpose, last: Option<&Path>) {
        let folder = self.folder.as_deref().or(last.and_then(Path::parent));
        let folder = folder.filter(|folder| folder.is_dir()).map(Path::to_owned);
        let folder = folder.or_else(|| std::env::current_dir().ok()).unwrap_or_else(|| PathBuf::from("."));
        let has_ending = |path: &Path, endings: &[&str]| {
            path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
        };
        let dialog = match &purpose {
            Purpose::Open => FileDialog::open_file()
                .show_new_folder(false)
                .title("Open an experiment (.toml, .html), data (.csv, .tsv, .dat), counts (.txt) or a sweep (.jsonl)")
                .show_files_filter(Box::new(move |path| {
                    is_table_file(path) || has_ending(path, &["toml", "txt", "html", "jsonl"])
                })),
            Purpose::OpenData => FileDialog::open_file()
                .show_new_folder(false)
                .title("Choose a data file (.csv, .tsv, .dat, .data)")
                .show_files_filter(Box::new(is_table_file)),
            Purpose::Save => {
                let name =
                    last.and_then(Path::file_name).map_or("experiment.toml".into(), |name| name.to_string_lossy());
                FileDialog::save_file().title("Save the experiment").default_filename(name)
            }
            Purpose::SaveCode { name, .. } => FileDialog::save_file().title("Save as").default_filename(name),
        };
        let mut dialog = dialog
            .initial_path(folder)
            .anchor(Align2::CENTER_CENTER, Vec2::ZERO)
            .default_size([560.0, 380.0])
            .show_rename(false)
            .multi_select(false);
        dialog.open();
        self.open = Some((purpose, dialog));
    }

    /// Whether a dialog is open: keys belong to it then.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Draws the dialog; returns what was chosen.
    pub(super) fn show(&mut self, ctx: &Context) -> Option<Action> {
        let (purpose, dialog) = self.open.as_mut()?;
        dialog.show(ctx);
        let action = match (dialog.state(), dialog.path()) {
            (State::Open, _) => return None,
            (State::Selected, Some(path)) => {
                self.folder = path.parent().map(Path::to_owned);
                Some(match purpose {
                    Purpose::Save => Action::SavePath(with_ending(path, "toml")),
                    Purpose::SaveCode { code, name } => {
                        let ending = Path::new(name).extension().unwrap_or_default().to_string_lossy();
                        Action::SaveCode(with_ending(path, &ending), std::mem::take(code))
                    }
                    Purpose::Open | Purpose::OpenData => Action::OpenPath(path.to_owned()),
                })
            }
            _ => None,
        };
        let is_saving = matches!(purpose, Purpose::Save | Purpose::SaveCode { .. });
        debug_assert_eq!(dialog.dialog_type() == DialogType::SaveFile, is_saving);
        self.open = None;
        action
    }
}

/// The path, with this ending where it has none.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    if path.extension().is_some() { path.to_owned() } else { path.with_extension(ending) }
}
