//! Play, step, reset, speed and seeds; below, the course of training.

use std::cell::RefCell;

use egui::{Button, RichText, Ui};

use super::{
    View,
    buttons::{action_button, action_button_with, controls_menu, small},
    course::{course_ui, goal_ui, progress_ui, timeline_ui},
};
use crate::{
    experiment::MAX_SEED,
    state::{Action, Phase, Place, TrainingSpeed},
    ui::{
        fit::brief_sentence,
        palette,
        widgets::{Limits, NumberField, at_right, names_slider},
    },
};

/// Sizes of the window below which the bar is one row.
const LEAST_SIZE: egui::Vec2 = egui::vec2(960.0, 560.0);

/// Draws the bar at the bottom; in a small window as one row, with the rest in a menu.
pub fn playback_ui(view: &mut View<'_>, ui: &mut Ui) {
    if view.session.place == Place::Labels {
        return without_playback_ui(view, ui);
    }
    let window = ui.ctx().content_rect().size();
    if window.x < LEAST_SIZE.x || window.y < LEAST_SIZE.y {
        return folded_ui(view, ui);
    }
    ui.horizontal(|ui| {
        let is_valid = view.session.checked().is_ok();
        play_ui(view, ui);
        action_button(view, ui, Action::StepBatch, is_valid);
        action_button(view, ui, Action::Step, is_valid);
        action_button(view, ui, Action::Reset, is_valid);
        ui.separator();
        let notice = notice(view);
        at_right(
            ui,
            "speed and seeds",
            |ui| notice_ui(notice, ui),
            |ui| {
                ui.separator();
                pace_ui(view, ui);
                ui.separator();
                seeds_ui(view, ui);
            },
        );
    });
    ui.horizontal(|ui| course_ui(view, ui));
}

/// What stands in place of the bar where there is nothing to play.
fn without_playback_ui(view: &mut View<'_>, ui: &mut Ui) {
    let hint = "Every change is trained to the optimum at once; Play and the timeline belong to the other places";
    ui.horizontal(|ui| match notice(view) {
        Some(notice) => notice_ui(Some(notice), ui),
        None => {
            ui.add(egui::Label::new(RichText::new(hint).weak()).truncate());
        }
    });
}

/// The bar as one row; above it what there is to say.
fn folded_ui(view: &mut View<'_>, ui: &mut Ui) {
    const ROOM_FOR_RESET: f32 = 560.0;
    if let Some((text, is_error)) = notice(view) {
        ui.horizontal(|ui| {
            let can_go = view.session.notice.is_some();
            let mut is_over = false;
            at_right(
                ui,
                "notice",
                |ui| notice_ui(Some((text, is_error)), ui),
                |ui| {
                    is_over = can_go && ui.add(small("Dismiss")).on_hover_text("Close this message").clicked();
                },
            );
            if is_over {
                view.session.notice = None;
            }
        });
    }
    ui.horizontal(|ui| {
        let is_valid = view.session.checked().is_ok();
        let has_room = ui.available_width() >= ROOM_FOR_RESET;
        play_ui(view, ui);
        action_button(view, ui, Action::Step, is_valid);
        if has_room {
            action_button(view, ui, Action::Reset, is_valid);
        }
        let view = RefCell::new(view);
        let progress = |ui: &mut Ui| {
            let mut view = view.borrow_mut();
            progress_ui(&view, ui);
            timeline_ui(&mut view, ui);
        };
        at_right(ui, "more", progress, |ui| {
            let response = controls_menu(ui, Button::new("More"), |ui| more_ui(&mut view.borrow_mut(), ui, has_room));
            response.on_hover_text("Batch, speed, seeds, and where to stop");
        });
    });
}

/// What has no room in the row.
fn more_ui(view: &mut View<'_>, ui: &mut Ui, has_reset: bool) {
    let is_valid = view.session.checked().is_ok();
    let is_past = view.session.looked_at.is_some();
    ui.horizontal(|ui| {
        action_button(view, ui, Action::StepBatch, is_valid);
        if !has_reset {
            action_button(view, ui, Action::Reset, is_valid);
        }
        action_button(view, ui, Action::LookAt(None), is_past);
    });
    ui.horizontal(|ui| pace_ui(view, ui));
    ui.horizontal(|ui| goal_ui(view, ui));
    for action in [Action::NewData, Action::NewSplit, Action::NewStart] {
        ui.horizontal(|ui| seed_ui(view, ui, action));
    }
}

/// Play, pause, or train on.
fn play_ui(view: &mut View<'_>, ui: &mut Ui) {
    let is_at_goal = view.session.snapshot().epoch >= view.session.goal && view.session.looked_at.is_none();
    let word = match (view.session.is_playing, is_at_goal) {
        (true, _) => "⏸ Pause",
        (false, true) => "▶ Train on",
        (false, false) => "▶ Play",
    };
    play_button(view, ui, word, 16.0, egui::vec2(104.0, 30.0));
}

/// The button that plays and pauses, with this word in letters of this size; pausing is always possible.
pub(super) fn play_button(view: &mut View<'_>, ui: &mut Ui, word: &str, letters: f32, size: egui::Vec2) {
    let is_valid = view.session.checked().is_ok();
    let is_dark = ui.visuals().dark_mode;
    let text = RichText::new(word).color(palette::on_accent()).size(letters);
    let play = Button::new(text).fill(palette::accent(is_dark)).min_size(size);
    let has_failed = matches!(view.session.snapshot().phase, Phase::Failed(_));
    action_button_with(view, ui, Action::TogglePlay, is_valid && !has_failed || view.session.is_playing, play);
}

/// The three seeds, each with its button; behind a menu where there is no room for them.
fn seeds_ui(view: &mut View<'_>, ui: &mut Ui) {
    const ROOM: f32 = 1180.0;
    if view.session.is_locked() {
        return;
    }
    let actions = [Action::NewData, Action::NewSplit, Action::NewStart];
    if ui.ctx().content_rect().width() >= ROOM {
        for action in actions {
            seed_ui(view, ui, action);
        }
        return;
    }
    let response = controls_menu(ui, Button::new("Seeds…"), |ui| {
        for action in actions {
            ui.horizontal(|ui| seed_ui(view, ui, action));
        }
    });
    response.on_hover_text("New data, new split, new start: three seeds, each on its own");
}

fn seed_ui(view: &mut View<'_>, ui: &mut Ui, action: Action) {
    let mut seeds = view.session.spec.first_seeds();
    let (seed, name) = match action {
        Action::NewData => (&mut seeds.data, "Data seed"),
        Action::NewSplit => (&mut seeds.split, "Split seed"),
        _ => (&mut seeds.init, "Start seed"),
    };
    let tooltip = action.tooltip();
    action_button(view, ui, action, true);
    let value = NumberField::new(name, seed).speed(0.1).limits(Limits::Within(0, MAX_SEED));
    let value = value.show(ui).on_hover_text(tooltip);
    if value.changed() {
        view.session.spec.set_seeds(seeds);
    }
}

fn pace_ui(view: &mut View<'_>, ui: &mut Ui) {
    let last = TrainingSpeed::ALL.len() - 1;
    ui.spacing_mut().slider_width = 90.0;
    let tooltip = "Epochs a second; at the left batches a second, where each batch lights up in the regions, with arrows where its gradient moves the boundaries";
    let name_of = |idx: usize| TrainingSpeed::ALL[idx.min(TrainingSpeed::ALL.len() - 1)].label();
    ui.label("Speed").on_hover_text(tooltip);
    names_slider(ui, "Speed", tooltip, &mut view.settings.speed_idx, last, name_of, TrainingSpeed::parse);
}

/// The last thing there was to say, or what is wrong with the settings; and whether something went wrong.
fn notice(view: &View<'_>) -> Option<(String, bool)> {
    match (view.session.checked(), &view.session.notice) {
        // What was just typed is told first, as it is what a person waits for.
        (Err(reason), Some(notice)) if notice.is_error && notice.text != reason => {
            Some((format!("{}. Not trained: {reason}", notice.text), true))
        }
        (Err(reason), _) => Some((reason.to_owned(), true)),
        (Ok(_), Some(notice)) => Some((notice.text.clone(), notice.is_error)),
        (Ok(_), None) => None,
    }
}

/// Has a screen reader say what is new here.
pub(super) fn announce(ctx: &egui::Context, response: &egui::Response) {
    ctx.accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
}

fn notice_ui(notice: Option<(String, bool)>, ui: &mut Ui) {
    let Some((text, is_error)) = notice else { return };
    let colour = if is_error { ui.visuals().error_fg_color } else { ui.visuals().text_color() };
    let text = brief_sentence(&text);
    let label = ui.add(egui::Label::new(RichText::new(text.as_ref()).color(colour)).truncate());
    announce(ui.ctx(), &label);
    label.on_hover_text(text.as_ref());
}
