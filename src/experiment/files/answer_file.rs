//! Results that are laid beside others: files of sweeps, and answers of `train --format json`.

use std::path::Path;

use super::{is_results_file, read_sweep};
use crate::{
    experiment::{Answer, file::read_text, sweep::SweepLines},
    text::shown_os,
};

/// Reads results of a sweep, or an answer of `train`; they are called by the name of the file.
///
/// # Errors
/// When the file cannot be read, holds something else, or is damaged; as a sentence with the file's path.
pub fn read_answer(path: &Path) -> Result<Answer, String> {
    let named = |fault: String| format!("{fault}: {}", path.display());
    let name = path.file_name().map_or_else(|| path.display().to_string(), shown_os);
    if is_results_file(path) {
        let lines = read_sweep(path).and_then(SweepLines::undamaged);
        return match lines.and_then(|lines| Answer::of_sweep(name, &lines)) {
            Err(crate::experiment::sweep::SweepError::File(error)) => Err(error.to_string()),
            other => other.map_err(|error| named(error.to_string())),
        };
    }
    let text = read_text(path).map_err(|error| error.to_string())?;
    Answer::of_train(name, &text).map_err(named)
}
