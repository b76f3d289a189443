//! The parts of the window; each may read the whole view, changes the specification, and pushes actions.

mod class_window;
mod composed;
mod composition;
mod controls;
mod course;
mod covering;
mod data;
mod derivation;
mod dialogs;
mod distribution;
mod file_dialog;
mod import;
mod import_lists;
mod lab;
mod layout;
mod long_tail;
mod losses;
mod objectives;
mod outcome;
mod outcome_tables;
mod ownership;
mod pictures;
mod playback;
mod published;
mod regions;
mod samples;
mod sampling;
mod schemes;
mod seed_pages;
mod seeds;
mod shaping;
mod shared;
mod snippet;
mod tables;
mod top_bar;
mod training;
mod tune;
mod tune_answer;
mod tune_pictures;
mod tune_points;
mod weighting;

pub use controls::controls_ui;
pub use dialogs::{help_ui, questions_ui, waiting_ui};
pub use file_dialog::file_dialog_ui;
pub use import::{import_ui, reading_ui};
pub use lab::lab_ui;
pub use playback::playback_ui;
pub use top_bar::top_bar_ui;

use egui::{Response, Ui};

use super::View;
use crate::state::Action;

/// A button for an action, with its tooltip and shortcut; pushes the action when pressed.
fn action_button(view: &mut View<'_>, ui: &mut Ui, action: Action, is_enabled: bool) -> Response {
    let label = action.label();
    action_button_with(view, ui, action, is_enabled, egui::Button::new(label))
}

/// Space plays and pauses while a picture has the keyboard too; other widgets are pressed by it.
fn play_on_space(view: &mut View<'_>, ui: &Ui, picture: &Response) {
    if picture.has_focus() && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Space)) {
        view.actions.push(Action::TogglePlay);
    }
}

/// As [`action_button`], with a button of its own looks.
fn action_button_with(
    view: &mut View<'_>,
    ui: &mut Ui,
    action: Action,
    is_enabled: bool,
    button: egui::Button<'_>,
) -> Response {
    let hint = match action.shortcut() {
        Some(shortcut) => format!("{} ({shortcut})", action.tooltip()),
        None => action.tooltip().to_owned(),
    };
    let response = ui.add_enabled(is_enabled, button).on_hover_text(&hint).on_disabled_hover_text(hint);
    if response.clicked() {
        view.actions.push(action);
    }
    response
}
