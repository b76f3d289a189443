//! What the window remembers: saved settings, the session in memory, and everything a person can do as an [`Action`].
//!
//! Nothing here draws, trains or touches files; `ui` shows it and `app` carries actions out.

mod action;
mod class_window;
mod session;
mod settings;
mod undo;

pub use action::{Action, Shortcut};
pub use class_window::{ClassWindow, MOST_BARS};
pub use session::{Brush, Notice, Picture, Place, Session, Tool, class_label};
pub use settings::{PACES, Settings};
pub use undo::Undo;

/// What the worker's news is made of: screens take it from here and never meet the worker itself.
pub use crate::worker::{
    ClassMarks, Mark, Phase, REGION_SIDE, RunSnapshot, Scene, Snapshot, TrainingScene, per_class_quota,
};
