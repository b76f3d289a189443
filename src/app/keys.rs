//! Keys and dropped files, as actions.

use std::path::PathBuf;

use eframe::egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use crate::{
    lesson::{is_answers, is_shared},
    state::{Action, LessonCommand, Session, Shortcut},
    ui::widgets::finish_typing,
};

/// What the keyboard and the file manager ask for in this frame.
pub(super) fn actions(ctx: &Context, session: &Session) -> Vec<Action> {
    let mut actions = Vec::new();
    let is_typing = ctx.text_edit_focused();
    // Space presses the button that has the focus.
    let is_pressing = ctx.egui_wants_keyboard_input();
    let in_the_way = match (&session.waiting, &session.preview) {
        (Some(_), _) => Some(Action::GiveUpFile),
        (None, Some(_)) => Some(Action::CancelImport),
        (None, None) => session.snapshot().reading.map(|_| Action::CancelReading),
    };
    if let Some(cancel) = in_the_way.filter(|_| !is_typing)
        && consume(ctx, cancel.shortcut())
    {
        actions.push(cancel);
    }
    if session.preview.is_some() && !is_pressing && consume(ctx, Action::Import.shortcut()) {
        actions.push(Action::Import);
    }
    if session.is_help_open && !is_typing && consume(ctx, Action::Enlarge(None).shortcut()) {
        actions.push(Action::ToggleHelp);
    }
    if session.handed_on.shared.is_some() && !is_typing && consume(ctx, Action::Enlarge(None).shortcut()) {
        actions.push(Action::Share);
    }
    if session.handed_on.class_answers.is_some() && !is_typing && consume(ctx, Action::Enlarge(None).shortcut()) {
        actions.push(Action::ShowAnswers(Vec::new()));
    }
    if session.presenting.is_some() && !is_typing && consume(ctx, Action::Enlarge(None).shortcut()) {
        actions.push(Action::Present);
    }
    if session.enlarged.is_some() && !is_typing && consume(ctx, Action::Enlarge(None).shortcut()) {
        actions.push(Action::Enlarge(None));
    }
    let has_open_drawer = session.drawer.is_needed && session.drawer.is_open;
    if has_open_drawer && !is_typing && consume(ctx, Action::Enlarge(None).shortcut()) {
        actions.push(Action::ToggleControls);
    }
    if session.is_locked() && !is_typing {
        let mut take = |key, command: LessonCommand| {
            if ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                actions.push(Action::Lesson(command));
            }
        };
        take(Key::PageDown, LessonCommand::Next);
        take(Key::PageUp, LessonCommand::Back);
        take(Key::Home, LessonCommand::Restart);
        if !is_pressing {
            take(Key::Enter, LessonCommand::Reveal);
        }
    }
    // Shortcuts with more modifiers come first: Ctrl+Shift+S must not be taken for Ctrl+S.
    let mut candidates = Action::with_shortcuts();
    candidates.sort_by_key(|action| action.shortcut().map(|shortcut| (!shortcut.shift, !shortcut.command)));
    for action in candidates {
        let Some(shortcut) = action.shortcut() else { continue };
        // Plain letters belong to text fields while one is edited.
        let is_plain = !shortcut.command && !["F1", "F11"].contains(&shortcut.key);
        let is_taken = is_plain && is_typing || shortcut.key == "Space" && is_pressing;
        if !is_taken && consume(ctx, Some(shortcut)) {
            actions.push(action);
        }
    }
    if !is_typing && ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Y)) {
        actions.push(Action::Redo);
    }
    let dropped: Vec<PathBuf> =
        ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    if !dropped.is_empty() && dropped.iter().all(|path| is_answers(path)) {
        actions.push(Action::ShowAnswers(dropped));
    } else if let Some(path) = dropped.into_iter().next() {
        actions.push(Action::OpenPath(path));
    }
    if !is_typing && let Some(text) = pasted(ctx) {
        actions.push(Action::OpenShared(text));
    }
    if !actions.is_empty() {
        // Ctrl+S saves the number that is being typed, too.
        finish_typing(ctx);
    }
    actions
}

/// A shared experiment from the clipboard; other text is not meant for the window.
fn pasted(ctx: &Context) -> Option<String> {
    ctx.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Paste(text) if is_shared(text) => Some(text.clone()),
            _ => None,
        })
    })
}

fn consume(ctx: &Context, shortcut: Option<Shortcut>) -> bool {
    let Some(shortcut) = shortcut else { return false };
    let Some(key) = Key::from_name(shortcut.key) else { return false };
    let mut modifiers = Modifiers::NONE;
    modifiers.command = shortcut.command;
    modifiers.shift = shortcut.shift;
    let shortcut = KeyboardShortcut::new(modifiers, key);
    ctx.input_mut(|input| input.consume_shortcut(&shortcut))
        // On many keyboards plus is the shifted equals key.
        || (key == Key::Plus && ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Equals)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortcut_names_a_key_that_exists() {
        for action in Action::with_shortcuts() {
            let shortcut = action.shortcut().unwrap();
            assert!(Key::from_name(shortcut.key).is_some(), "{shortcut}");
        }
    }
}
