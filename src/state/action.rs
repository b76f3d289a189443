//! Everything a person can do, as one enum: menu, buttons, keys and tests share it.

use std::path::PathBuf;

use super::{Contents, CoveringCommand, LessonCommand, Picture, Place, SweepCommand};
use crate::{
    data::Part,
    experiment::{Preset, Situation},
};

/// Something a person asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Start over with the default experiment.
    New,
    /// Choose an experiment or a data file.
    Open,
    /// Open this experiment (`.toml`), look at this data file (`.csv`, `.tsv`, `.dat`, `.data`), take counts (`.txt`), or show the
    /// results of a sweep (`.jsonl`).
    OpenPath(PathBuf),
    /// Take counts and samples from a textbook situation.
    Use(Box<Situation>),
    /// Lay the results in this file beside those of the sweep.
    CompareWith(PathBuf),
    /// Choose a file with the rows to test on, or to choose by.
    ChooseRows(Part),
    /// Test on the rows of this file, or choose by them.
    UseRows(Part, PathBuf),
    /// Choose a data file to look at and to import.
    OpenData,
    /// Look again at the data file of the experiment, to import it in another way.
    LookAtData,
    /// Take the samples from the data file that is looked at.
    Import,
    /// Put the data file away that is looked at.
    CancelImport,
    /// Stop reading the data file of the experiment.
    CancelReading,
    /// Wait no longer for a file that does not answer.
    GiveUpFile,
    /// Save to the file that was opened.
    Save,
    /// Choose where to save.
    SaveAs,
    /// Save to this file; asks first where it would replace another one.
    SavePath(PathBuf),
    /// Save to this file, whatever is there.
    ReplaceFile(PathBuf),
    /// Choose where to write something; the second part is the file's name to begin with.
    WriteAs(Contents, String),
    /// Write something to this file; asks first where it would replace another one.
    Write(PathBuf, Contents),
    /// Write something to this file, whatever is there.
    Overwrite(PathBuf, Contents),
    /// Show the experiment as a line of text and as a QR code.
    Share,
    /// Open what somebody has shared as a line of text.
    OpenShared(String),
    /// Open the experiment that an earlier window has left behind, or throw it away.
    Recover(bool),
    /// Read the answers of a class from these files and show them.
    ShowAnswers(Vec<PathBuf>),
    /// Stop making a film.
    CancelFilm,
    /// Close the window.
    Quit,
    /// Take back the last change of a setting.
    Undo,
    /// Take back the last undo.
    Redo,
    /// Play or pause.
    TogglePlay,
    /// Train one epoch.
    Step,
    /// Train one batch and show the next.
    StepBatch,
    /// Train until the loss has stopped falling.
    Converge,
    /// Train to this epoch.
    SetGoal(u64),
    /// Show an epoch of the past, or the present again.
    LookAt(Option<u64>),
    /// Start over with a learning rate at which no objective diverges.
    Stabilise,
    /// Back to epoch 0 with the same seed.
    Reset,
    /// Next data seed: other samples.
    NewData,
    /// Next split seed: other test samples.
    NewSplit,
    /// Next seed of the start: other initial parameters and batch order.
    NewStart,
    /// Train the comparison on several seeds.
    TrainSeeds,
    /// Stop training seeds; finished ones are kept.
    StopSeeds,
    /// Start, halt, end, load or export a sweep.
    Sweep(SweepCommand),
    /// Let samples fall on prototypes.
    Cover(CoveringCommand),
    /// Begin, turn, reveal or end a lesson.
    Lesson(LessonCommand),
    /// Show another part of the lab.
    Go(Place),
    /// Put a preset into the comparison.
    AddObjective(Preset),
    /// Put a copy of the objective at this place into the comparison.
    CopyObjective(usize),
    /// Take the objective at this place out of the comparison.
    RemoveObjective(usize),
    /// Show or hide the controls.
    ToggleControls,
    /// Light or dark.
    ToggleTheme,
    /// Larger text.
    LargerText,
    /// Smaller text.
    SmallerText,
    /// Text at 100 %.
    NormalText,
    /// Show a picture alone, or the whole screen again.
    Enlarge(Option<Picture>),
    /// Put text on the clipboard; the second part says what it was.
    Copy(String, &'static str),
    /// Fill the screen with a picture, the sentence and a few controls, or leave that.
    Present,
    /// Show or hide the list of keys.
    ToggleHelp,
}

/// A key with modifiers, free of any toolkit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortcut {
    /// Control, or Command on a Mac.
    pub command: bool,
    /// Shift.
    pub shift: bool,
    /// Name of the key, as on the key.
    pub key: &'static str,
}

impl Action {
    /// The actions that have a shortcut, as they stand in menus and in the list of keys.
    pub fn with_shortcuts() -> [Self; 25] {
        [
            Self::TogglePlay,
            Self::StepBatch,
            Self::Step,
            Self::Converge,
            Self::Reset,
            Self::NewData,
            Self::Go(Place::Lab),
            Self::Go(Place::Data),
            Self::Go(Place::Weights),
            Self::Go(Place::Losses),
            Self::Go(Place::Tune),
            Self::Go(Place::Labels),
            Self::New,
            Self::Open,
            Self::Save,
            Self::SaveAs,
            Self::Undo,
            Self::Redo,
            Self::ToggleControls,
            Self::ToggleTheme,
            Self::LargerText,
            Self::SmallerText,
            Self::NormalText,
            Self::Present,
            Self::ToggleHelp,
        ]
    }

    /// What stands on buttons and in menus.
    pub fn label(&self) -> &'static str {
        match self {
            Self::New => "New experiment",
            Self::Open => "Open…",
            Self::OpenPath(_) => "Open",
            Self::CompareWith(_) => "Compare",
            Self::ChooseRows(_) | Self::UseRows(..) => "Choose…",
            Self::Use(_) => "Situation",
            Self::OpenData => "Choose a data file…",
            Self::LookAtData => "Import settings…",
            Self::Import => "Import",
            Self::CancelImport | Self::CancelReading | Self::CancelFilm => "Cancel",
            Self::GiveUpFile => "Give up",
            Self::Save => "Save",
            Self::SaveAs | Self::SavePath(_) => "Save as…",
            Self::ReplaceFile(_) | Self::Overwrite(..) => "Replace",
            Self::WriteAs(..) | Self::Write(..) => "Save…",
            Self::Share => "Share…",
            Self::OpenShared(_) => "Open what was shared",
            Self::Recover(true) => "Open it",
            Self::Recover(false) => "Throw it away",
            Self::ShowAnswers(_) => "Answers of the class",
            Self::Quit => "Quit",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::TogglePlay => "Play",
            Self::Step => "Step",
            Self::StepBatch => "Batch",
            Self::Converge => "Converge",
            Self::SetGoal(_) => "To epoch",
            Self::LookAt(None) => "Back to now",
            Self::LookAt(Some(_)) => "Look back",
            Self::Stabilise => "Stable rate",
            Self::Reset => "Reset",
            Self::NewData => "New data",
            Self::NewSplit => "New split",
            Self::NewStart => "New start",
            Self::TrainSeeds => "Train several seeds",
            Self::StopSeeds => "Stop",
            Self::Sweep(command) => command.label(),
            Self::Cover(command) => command.label(),
            Self::Lesson(command) => command.label(),
            Self::Go(place) => place.label(),
            Self::AddObjective(preset) => preset.label(),
            Self::CopyObjective(_) => "Copy",
            Self::RemoveObjective(_) => "Remove",
            Self::ToggleControls => "Controls",
            Self::ToggleTheme => "Light or dark",
            Self::LargerText => "Larger text",
            Self::SmallerText => "Smaller text",
            Self::NormalText => "Normal text",
            Self::Enlarge(Some(_)) => "Enlarge",
            Self::Enlarge(None) => "Back",
            Self::Copy(..) => "Copy as table",
            Self::Present => "Present",
            Self::ToggleHelp => "Keys and help",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(&self) -> &'static str {
        match self {
            Self::New => "Start over with the default experiment: ten Gaussians, counts 2000 to 20",
            Self::Open | Self::OpenPath(_) => {
                "Open an experiment (.toml), look at a data file (.csv, .tsv, .dat, .data, .arff, .svm, .parquet, .arrow, .feather, .xlsx, .npy, .npz, .gz, .zst, .bz2, .xz, .zip) before its samples are imported, or take class counts from a list (.txt)"
            }
            Self::Use(_) => {
                "Take counts and samples from this situation, and objectives and training where it has its own. Training starts over"
            }
            Self::OpenData => {
                "Look at a file of delimited text (.csv, .tsv, .data), or in KEEL's format (.dat), ARFF, svmlight or Parquet; its samples are imported when you say so"
            }
            Self::CompareWith(_) => SweepCommand::Compare.tooltip(),
            Self::ChooseRows(_) | Self::UseRows(..) => "A file with rows of its own, with the columns of the data file",
            Self::LookAtData => "Look at the file again: separator, header, decimal mark, columns, label",
            Self::Import => "Take the samples from this file; objectives and training stay. Training starts over",
            Self::CancelImport => "Close the preview; the experiment stays as it is",
            Self::CancelReading => "Stop reading the file",
            Self::GiveUpFile => "Wait no longer for the file; the experiment stays as it is",
            Self::Save | Self::SaveAs | Self::SavePath(_) | Self::ReplaceFile(_) => {
                "Save this experiment as a file that the lab and the terminal can open"
            }
            Self::WriteAs(contents, _) | Self::Write(_, contents) | Self::Overwrite(_, contents) => contents.tooltip(),
            Self::Share => {
                "The experiment, with the scene of a lesson, as one line of text and as a QR code: Ctrl+V on another window opens it"
            }
            Self::OpenShared(_) => "Open the experiment that a text holds",
            Self::Recover(true) => "Open it as an experiment that is in no file yet",
            Self::Recover(false) => "Remove it for good",
            Self::ShowAnswers(_) => "Show how a class has answered, from the files that students have saved",
            Self::CancelFilm => "Stop making the film; nothing is saved",
            Self::Quit => "Close the window",
            Self::Undo => "Take back the last change of a setting",
            Self::Redo => "Take back the last undo",
            Self::TogglePlay => "Train every objective on the same samples, in the same order",
            Self::Step => "Train one epoch, or the rest of the current one",
            Self::StepBatch => {
                "Train one batch of every objective; the next batch lights up in the regions, with arrows where its gradient moves the boundaries"
            }
            Self::Converge => {
                "Train until no objective's training loss has found a value lower by 0.001 % for 50 epochs (looked at every 10). With mini-batches that is where noise and progress balance; L-BFGS stops by itself at the optimum"
            }
            Self::SetGoal(_) => "The epoch at which Play stops",
            Self::LookAt(None) => "Show the newest epoch again; Play does so too and goes on",
            Self::LookAt(Some(_)) => "Show what was shown at this epoch; training pauses",
            Self::Stabilise => "Take a learning rate at which no objective diverges, and start over",
            Self::Reset => "Back to epoch 0 with the same samples and the same start",
            Self::NewData => {
                "Next data seed: other samples of the same kind; split and start stay. Training starts over"
            }
            Self::NewSplit => {
                "Next split seed: other test samples; for a table other rows train and test. Training starts over"
            }
            Self::NewStart => {
                "Next start seed: other initial parameters and another order of batches, on the same samples. Training starts over"
            }
            Self::TrainSeeds => {
                "Train every objective again on other seeds: other data, other split, other start. Means then have 95 % intervals, and differences that may be noise are marked"
            }
            Self::StopSeeds => "Stop training seeds; those that are finished are kept",
            Self::Sweep(command) => command.tooltip(),
            Self::Cover(command) => command.tooltip(),
            Self::Lesson(command) => command.tooltip(),
            Self::Go(Place::Lab) => "The whole story on one screen: counts, weights, recall, regions, curves",
            Self::Go(Place::Data) => "The samples, large: what each class looks like, and a brush to paint some",
            Self::Go(Place::Weights) => {
                "Class weights: schemes side by side, what they do, the idea behind the effective number, and code to take away"
            }
            Self::Go(Place::Losses) => {
                "Loss curves: CE, α-balanced CE and focal loss against p_t, their derivatives, and who owns the loss of this run"
            }
            Self::Go(Place::Tune) => {
                "Tuning: the experiment at many β, γ, … and seeds, a choice with its uncertainty, and weights to take away"
            }
            Self::Go(Place::Labels) => {
                "Many labels: samples that have any number of labels, weights on positives against thresholds, each label's precision and recall"
            }
            Self::AddObjective(_) => "Put this objective into the comparison; it catches up with the others",
            Self::CopyObjective(_) => "Put a copy of this objective into the comparison, to change it",
            Self::RemoveObjective(_) => "Take this objective out of the comparison",
            Self::ToggleControls => "Show or hide the controls at the left: distribution, data, objectives, training",
            Self::ToggleTheme => "Light for projectors, dark for dark rooms",
            Self::LargerText => "Larger text everywhere, up to 200 %",
            Self::SmallerText => "Smaller text everywhere, down to 80 %",
            Self::NormalText => "Text at 100 %",
            Self::Enlarge(Some(_)) => "Show this picture alone (double-click does the same)",
            Self::Enlarge(None) => "Back to the whole screen (Escape)",
            Self::Copy(..) => "Copy the numbers, separated by tabs, for a spreadsheet",
            Self::Present => {
                "Full screen for a class: one picture, the sentence, Play and the sliders that matter, sized by the screen. PageUp and PageDown turn the pictures, . blanks, L is a spotlight, E a pen (Delete wipes), Home resets, Escape leaves"
            }
            Self::ToggleHelp => "Every key, and what the lab shows",
        }
    }

    /// The key that does the same.
    pub fn shortcut(&self) -> Option<Shortcut> {
        let plain = |key| Some(Shortcut { command: false, shift: false, key });
        let command = |key| Some(Shortcut { command: true, shift: false, key });
        let command_shift = |key| Some(Shortcut { command: true, shift: true, key });
        match self {
            Self::TogglePlay => plain("Space"),
            Self::Step => plain("S"),
            Self::StepBatch => plain("B"),
            Self::Converge => plain("C"),
            Self::Reset => plain("R"),
            Self::NewData => plain("N"),
            Self::Go(Place::Lab) => command("1"),
            Self::Go(Place::Data) => command("2"),
            Self::Go(Place::Weights) => command("3"),
            Self::Go(Place::Losses) => command("4"),
            Self::Go(Place::Tune) => command("5"),
            Self::Go(Place::Labels) => command("6"),
            Self::New => command("N"),
            Self::Open => command("O"),
            Self::Save => command("S"),
            Self::SaveAs => command_shift("S"),
            Self::Undo => command("Z"),
            Self::Redo => command_shift("Z"),
            Self::ToggleControls => plain("P"),
            Self::ToggleTheme => plain("D"),
            Self::LargerText => command("Plus"),
            Self::SmallerText => command("Minus"),
            Self::NormalText => command("0"),
            Self::Present => plain("F11"),
            Self::ToggleHelp => plain("F1"),
            Self::Enlarge(None) | Self::CancelImport | Self::CancelReading | Self::GiveUpFile => plain("Escape"),
            Self::Import => plain("Enter"),
            _ => None,
        }
    }
}

impl std::fmt::Display for Shortcut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let control = if cfg!(target_os = "macos") { "Cmd+" } else { "Ctrl+" };
        let key = match self.key {
            "Plus" => "+",
            "Minus" => "−",
            key => key,
        };
        let (command, shift) = (if self.command { control } else { "" }, if self.shift { "Shift+" } else { "" });
        write!(f, "{command}{shift}{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_action_has_a_shortcut_of_its_own() {
        let mut keys: Vec<String> =
            Action::with_shortcuts().iter().map(|action| action.shortcut().unwrap().to_string()).collect();
        let n = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), n);
    }
}
