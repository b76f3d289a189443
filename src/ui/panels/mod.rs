//! The parts of the window; each may read the whole view, changes the specification, and pushes actions.

mod answers;
mod class_window;
mod composition;
mod controls;
mod course;
mod data;
mod dialogs;
mod distribution;
mod figure;
mod file_dialog;
mod handout;
mod import;
mod import_lists;
mod lab;
mod layout;
mod lesson;
mod lesson_stage;
mod long_tail;
mod objectives;
mod playback;
mod present;
mod sampling;
mod sentence;
mod share;
mod stage;
mod top_bar;
mod training;

pub use answers::answers_ui;
pub use controls::{controls_drawer_ui, controls_panel_ui};
pub use dialogs::{film_ui, help_ui, questions_ui, waiting_ui};
pub use figure::figure_ui;
pub use file_dialog::file_dialog_ui;
pub use handout::handout_ui;
pub use import::{import_ui, reading_ui};
pub use lab::lab_ui;
pub use layout::pictures_on_screen;
pub use lesson::lesson_panel_ui;
pub use lesson_stage::lesson_place_ui;
pub use playback::playback_ui;
pub use present::{PRESENTED_HEIGHT, present_ui};
pub use sentence::said;
pub use share::share_ui;
pub use top_bar::top_bar_ui;

use super::{View, buttons, cards};
