//! Choosing a file: the folder that is shown, what is in it, and the name so far. Folders are read elsewhere.

use std::path::{Path, PathBuf};

use super::{Picture, is_table_file};
use crate::{
    data::Part,
    experiment::{export::ModelFile, files::FolderEntry},
};

/// What a file is chosen for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// An experiment or a data file to open.
    Open,
    /// A data file.
    OpenData,
    /// A file with the rows of a part.
    Rows(Part),
    /// Results to lay beside those of a sweep.
    Compare,
    /// An experiment to save.
    Save,
    /// Something else to save.
    Write {
        /// What is saved.
        contents: Contents,
        /// The file's name to begin with.
        name: String,
    },
}

/// What is written to a file, other than the experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// Code, or anything else that is text.
    Text(String),
    /// A picture, as the ending of the file's name says: .svg, .pdf or .png.
    Picture(Picture),
    /// A report of the lab: a page with pictures, numbers and the experiment.
    Report,
    /// A film of a run of these pictures, as the ending of the file's name says: .gif or .png.
    Film(Vec<Picture>),
    /// A film that is made.
    Made(Vec<u8>),
    /// Predictions, the split, or a model.
    Models(ModelFile),
}

impl Contents {
    /// What saving does, for the pointer.
    pub fn tooltip(&self) -> &'static str {
        match self {
            Self::Text(_) => "Save the whole code to a file",
            Self::Picture(_) => {
                "Save this picture as SVG or PDF (vectors), or PNG (pixels), with the command that makes it again below it"
            }
            Self::Film(_) | Self::Made(_) => {
                "Train the experiment again in the background and save a film of it: recall and regions, or the picture that is enlarged"
            }
            Self::Models(ModelFile::Predictions) => {
                "Save what every model on the screen predicts of every test sample, with its probabilities, as CSV"
            }
            Self::Models(ModelFile::Split) => "Save which rows of the file are trained and tested on, as CSV",
            Self::Models(ModelFile::Model(_) | ModelFile::Arrays(_)) => {
                "Save the model as it is now: weights, bias, means, deviations and names, as JSON or as arrays for NumPy (.npz)"
            }
            Self::Report => {
                "Save a page that stands alone: the sentence, pictures, numbers, and the experiment, which the lab opens from it"
            }
        }
    }

    /// The files that fit, in words.
    fn offered(&self) -> Option<&'static str> {
        match self {
            Self::Film(_) | Self::Made(_) => Some("End the name with .gif, or .png for an animated PNG"),
            Self::Models(ModelFile::Model(_) | ModelFile::Arrays(_)) => {
                Some("End the name with .json, or .npz for arrays of NumPy")
            }
            Self::Text(_) | Self::Report | Self::Models(_) => None,
            Self::Picture(_) => Some("End the name with .svg or .pdf for vectors, .png for pixels"),
        }
    }
}

impl Purpose {
    /// Whether something is written to the file.
    pub fn is_saving(&self) -> bool {
        matches!(self, Self::Save | Self::Write { .. })
    }

    /// The title of the dialog.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Open => "Open a file",
            Self::OpenData => "Choose a data file",
            Self::Compare => "Choose results to compare with",
            Self::Rows(Part::Validation) => "Choose a file with the rows to choose by",
            Self::Rows(_) => "Choose a file with the rows to test on",
            Self::Save => "Save the experiment",
            Self::Write { contents: Contents::Text(_) | Contents::Report | Contents::Models(_), .. } => "Save as",
            Self::Write { contents: Contents::Film(_) | Contents::Made(_), .. } => "Save a film",
            Self::Write { contents: Contents::Picture(_), .. } => "Save the picture",
        }
    }

    /// The files that are offered, in words; `None` where every file is.
    pub fn offered(&self) -> Option<&'static str> {
        match self {
            Self::Open => Some(
                "Experiments (.toml, .html), data (.csv, .tsv, .dat, .data, .arff, .svm, .parquet, .arrow, .feather, .xlsx, .npy, .npz, .gz, .zst, .bz2, .xz, .zip), class counts (.txt), results of sweeps (.jsonl)",
            ),
            Self::OpenData | Self::Rows(_) => Some(
                "Data files (.csv, .tsv, .dat, .data, .arff, .svm, .parquet, .arrow, .feather, .xlsx, .npy, .npz, .gz, .zst, .bz2, .xz, .zip)",
            ),
            Self::Compare => Some("Results of sweeps (.jsonl), answers of train --format json (.json)"),
            Self::Save => None,
            Self::Write { contents, .. } => contents.offered(),
        }
    }

    /// What stands on the button that ends it.
    pub fn verb(&self) -> &'static str {
        if self.is_saving() { "Save" } else { "Open" }
    }

    /// Whether a file is offered.
    fn offers(&self, path: &Path) -> bool {
        const EXPERIMENTS: [&str; 4] = ["toml", "txt", "html", "jsonl"];
        let ends_with = |known: &[&str]| {
            path.extension().is_some_and(|ending| known.iter().any(|known| ending.eq_ignore_ascii_case(known)))
        };
        match self {
            Self::Open => is_table_file(path) || ends_with(&EXPERIMENTS),
            Self::OpenData | Self::Rows(_) => is_table_file(path),
            Self::Compare => ends_with(&["jsonl", "json"]),
            Self::Save | Self::Write { .. } => true,
        }
    }

    /// The path with the ending that belongs to it, where it has none.
    pub fn with_ending(&self, path: PathBuf) -> PathBuf {
        let ending = match self {
            Self::Open | Self::OpenData | Self::Rows(_) | Self::Compare => return path,
            Self::Save => "toml".into(),
            Self::Write { name, .. } => Path::new(name).extension().unwrap_or_default().to_owned(),
        };
        if path.extension().is_some() { path } else { path.with_extension(ending) }
    }
}

/// What is asked for in the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialogRequest {
    /// Show this folder; a path to anything else is taken for the file, where one is to be opened.
    Enter(PathBuf),
    /// Take this file, or show this folder.
    Take(PathBuf),
    /// Make a folder and show it.
    MakeFolder(PathBuf),
    /// Choose nothing.
    Cancel,
}

/// A dialog in which a file is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDialog {
    /// What for.
    pub purpose: Purpose,
    /// The folder that is shown; empty before the first one is read.
    pub folder: PathBuf,
    /// The folder as it is being typed.
    pub folder_text: String,
    /// The name of the file as it is being typed.
    pub name: String,
    /// Whether names are shown that begin with a point.
    pub shows_hidden: bool,
    /// The place of the entry that is marked.
    pub marked: Option<usize>,
    /// Whether the field for the name has had the keyboard, in which the dialog begins.
    pub has_begun: bool,
    /// Whether a folder is being read.
    pub is_reading: bool,
    /// What went wrong last.
    pub fault: Option<String>,
    entries: Vec<FolderEntry>,
}

impl FileDialog {
    /// A dialog before its first folder is read.
    pub fn new(purpose: Purpose, name: String) -> Self {
        Self {
            purpose,
            folder: PathBuf::new(),
            folder_text: String::new(),
            name,
            shows_hidden: false,
            marked: None,
            has_begun: false,
            is_reading: true,
            fault: None,
            entries: Vec::new(),
        }
    }

    /// Shows a folder.
    pub fn show(&mut self, folder: PathBuf, entries: Vec<FolderEntry>) {
        self.folder_text = folder.display().to_string();
        self.folder = folder;
        self.entries = entries;
        (self.marked, self.is_reading, self.fault) = (None, false, None);
    }

    /// Says what went wrong; the folder stays.
    pub fn complain(&mut self, fault: String) {
        (self.is_reading, self.fault) = (false, Some(fault));
    }

    /// What is offered, in its order.
    pub fn entries(&self) -> impl Iterator<Item = &FolderEntry> {
        self.entries.iter().filter(|entry| {
            (self.shows_hidden || !entry.name.starts_with('.')) && (entry.is_folder || self.purpose.offers(&entry.path))
        })
    }

    /// Marks an entry; a file gives its name.
    pub fn mark(&mut self, place: usize) {
        let Some(entry) = self.entries().nth(place).cloned() else { return };
        self.marked = Some(place);
        if !entry.is_folder {
            self.name = entry.name;
        }
    }

    /// What pressing the button asks for: the marked folder, or the file of the name.
    pub fn taken(&self) -> Option<DialogRequest> {
        match self.marked.and_then(|place| self.entries().nth(place)) {
            Some(entry) if entry.is_folder => Some(DialogRequest::Enter(entry.path.clone())),
            // Its name may be no text.
            Some(entry) if entry.name == self.name => Some(DialogRequest::Take(entry.path.clone())),
            _ => self.named(),
        }
    }

    /// The file of the name that was typed; a name alone belongs to a folder, which must be there first.
    pub fn named(&self) -> Option<DialogRequest> {
        let name = self.name.trim();
        let has_folder = !self.folder.as_os_str().is_empty() || Path::new(name).is_absolute();
        (!name.is_empty() && has_folder).then(|| DialogRequest::Take(self.folder.join(name)))
    }

    /// Whether this is known to be a file that is offered: then it need not be looked at.
    pub fn is_known_file(&self, path: &Path) -> bool {
        self.entries.iter().any(|entry| !entry.is_folder && entry.path == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialog(purpose: Purpose) -> FileDialog {
        let entry =
            |name: &str, is_folder| FolderEntry { name: name.to_owned(), path: Path::new("/f").join(name), is_folder };
        let entries = [("d", true), (".hidden", true), ("a.toml", false), ("b.csv", false), ("c.py", false)]
            .map(|(name, is)| entry(name, is));
        let mut dialog = FileDialog::new(purpose, String::new());
        dialog.show("/f".into(), entries.to_vec());
        dialog
    }

    fn names(dialog: &FileDialog) -> Vec<&str> {
        dialog.entries().map(|entry| entry.name.as_str()).collect()
    }

    #[test]
    fn what_is_offered_fits_the_purpose() {
        assert_eq!(names(&dialog(Purpose::Open)), ["d", "a.toml", "b.csv"]);
        assert_eq!(names(&dialog(Purpose::OpenData)), ["d", "b.csv"]);
        let mut saving = dialog(Purpose::Save);
        saving.shows_hidden = true;
        assert_eq!(names(&saving), ["d", ".hidden", "a.toml", "b.csv", "c.py"]);
    }

    #[test]
    fn a_name_alone_is_taken_only_once_its_folder_is_there() {
        let mut dialog = FileDialog::new(Purpose::Save, "a.toml".to_owned());
        assert_eq!(dialog.taken(), None, "it would go wherever the program was started");
        dialog.name = "/g/x.toml".to_owned();
        assert_eq!(dialog.taken(), Some(DialogRequest::Take("/g/x.toml".into())));
        dialog.name = "a.toml".to_owned();
        dialog.show("/f".into(), Vec::new());
        assert_eq!(dialog.taken(), Some(DialogRequest::Take("/f/a.toml".into())));
    }

    #[test]
    fn a_marked_folder_is_entered_and_a_marked_or_typed_file_taken() {
        let mut dialog = dialog(Purpose::Open);
        assert_eq!(dialog.taken(), None);
        dialog.mark(0);
        assert_eq!(dialog.taken(), Some(DialogRequest::Enter("/f/d".into())));
        dialog.mark(1);
        assert_eq!((dialog.name.as_str(), dialog.taken()), ("a.toml", Some(DialogRequest::Take("/f/a.toml".into()))));
        assert!(dialog.is_known_file(Path::new("/f/a.toml")) && !dialog.is_known_file(Path::new("/f/d")));
        dialog.name = "/g/x.toml".to_owned();
        assert_eq!(dialog.taken(), Some(DialogRequest::Take("/g/x.toml".into())));
    }

    #[test]
    fn endings_come_by_themselves_where_there_is_none() {
        let code = Purpose::Write { contents: Contents::Text(String::new()), name: "weights.py".to_owned() };
        for (purpose, path, expected) in [
            (&Purpose::Save, "a", "a.toml"),
            (&Purpose::Save, "a.txt", "a.txt"),
            (&code, "mine", "mine.py"),
            (&Purpose::Open, "a", "a"),
        ] {
            assert_eq!(purpose.with_ending(path.into()), Path::new(expected));
        }
    }
}
