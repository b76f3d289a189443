//! Buttons that push actions, small buttons of cards, and the space bar.

use egui::{
    Button, PopupCloseBehavior, Response, RichText, Ui,
    containers::menu::{MenuButton, MenuConfig},
};

use super::View;
use crate::state::Action;

/// A button for an action, with its tooltip and shortcut; pushes the action when pressed.
pub(super) fn action_button(view: &mut View<'_>, ui: &mut Ui, action: Action, is_enabled: bool) -> Response {
    let label = action.label();
    action_button_with(view, ui, action, is_enabled, Button::new(label))
}

/// As [`action_button`], with a button of its own looks.
pub(super) fn action_button_with(
    view: &mut View<'_>,
    ui: &mut Ui,
    action: Action,
    is_enabled: bool,
    button: Button<'_>,
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

/// Space plays and pauses while a picture has the keyboard too; other widgets are pressed by it.
pub(super) fn play_on_space(view: &mut View<'_>, ui: &Ui, picture: &Response) {
    if picture.has_focus() && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Space)) {
        view.actions.push(Action::TogglePlay);
    }
}

/// A menu with controls in it: it closes when something else is clicked.
pub(super) fn controls_menu(ui: &mut Ui, button: Button<'_>, contents: impl FnOnce(&mut Ui)) -> Response {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    MenuButton::from_button(button).config(config).ui(ui, contents).0
}

/// A small button of a card.
pub(super) fn small(text: &str) -> Button<'_> {
    Button::new(RichText::new(text).size(12.0)).small()
}

/// A button between two ways, each with its word and hint: it says the other one, which it changes to.
pub(super) fn switch_ui(ui: &mut Ui, is_on: &mut bool, on: (&str, &str), off: (&str, &str)) {
    let (word, hint) = if *is_on { off } else { on };
    if ui.add(small(word)).on_hover_text(hint).clicked() {
        *is_on = !*is_on;
    }
}

/// The switch between a log and a linear axis.
pub(super) fn log_switch_ui(ui: &mut Ui, is_log: &mut bool) {
    switch_ui(ui, is_log, ("Log", "Draw on a log scale"), ("Linear", "Draw on a linear scale"));
}
