//! A lesson on the disk: its script, and the texts that lie beside it.

use std::path::Path;

use super::{
    reading::{SCRIPT, read},
    script::{Fault, Lesson},
};
use crate::experiment::file::{FileError, read_text};

/// Whether a file is the script of a lesson, by its name.
pub fn is_script(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == SCRIPT)
}

/// Reads a lesson from its script, with every text beside it: `en.md`, `ko.md`, …; the lesson is called after its folder.
///
/// # Errors
/// When a file cannot be read; what is wrong in the lesson itself is the answer.
pub fn open(script: &Path) -> Result<Result<Lesson, Vec<Fault>>, FileError> {
    let text = read_text(script)?;
    let folder = script.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unreadable =
        |error: std::io::Error| FileError::Read { reason: error.to_string(), path: folder.display().to_string() };
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let code = file.file_stem().and_then(|stem| stem.to_str()).filter(|code| is_language(code));
        if let Some(code) = code.filter(|_| file.extension().is_some_and(|extension| extension == "md")) {
            texts.push((code.to_owned(), read_text(&file)?));
        }
    }
    // English first, as the language of what has no text in another one.
    texts.sort_by_key(|(code, _)| (code != "en", code.clone()));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let key = whole.file_name().and_then(|name| name.to_str()).unwrap_or("lesson");
    Ok(read(key, &text, &texts))
}

/// Whether a name can be the code of a language: two or three small letters.
fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|letter| letter.is_ascii_lowercase())
}
