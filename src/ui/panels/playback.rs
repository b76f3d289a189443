//! Play, step, reset, speed and seeds; below, the course of training.

use egui::{Button, RichText, Ui};

use super::{
    View,
    buttons::{action_button, action_button_with},
    course::course_ui,
};
use crate::{
    experiment::MAX_SEED,
    state::{Action, Phase, TrainingSpeed},
    ui::{
        fit::brief_sentence,
        palette,
        widgets::{Limits, NumberField, names_slider},
    },
};

/// Draws the bar at the bottom.
pub fn playback_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.horizontal(|ui| {
        let is_valid = view.session.checked().is_ok();
        let is_dark = ui.visuals().dark_mode;
        let is_at_goal = view.session.snapshot().epoch >= view.session.goal && view.session.looked_at.is_none();
        let word = match (view.session.is_playing, is_at_goal) {
            (true, _) => "⏸ Pause",
            (false, true) => "▶ Train on",
            (false, false) => "▶ Play",
        };
        let text = RichText::new(word).color(palette::on_accent()).size(16.0);
        let play = Button::new(text).fill(palette::accent(is_dark)).min_size(egui::vec2(104.0, 30.0));
        let has_failed = matches!(view.session.snapshot().phase, Phase::Failed(_));
        action_button_with(view, ui, Action::TogglePlay, is_valid && !has_failed || view.session.is_playing, play);
        action_button(view, ui, Action::StepBatch, is_valid);
        action_button(view, ui, Action::Step, is_valid);
        action_button(view, ui, Action::Reset, is_valid);
        ui.separator();
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            seeds_ui(view, ui);
            ui.separator();
            pace_ui(view, ui);
            ui.separator();
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                notice_ui(view, ui);
            });
        });
    });
    ui.horizontal(|ui| course_ui(view, ui));
}

/// The three seeds, each with its button; behind a menu where there is no room for them.
fn seeds_ui(view: &mut View<'_>, ui: &mut Ui) {
    const ROOM: f32 = 700.0;
    if ui.available_width() >= ROOM {
        // The bar is filled from the right.
        for action in [Action::NewStart, Action::NewSplit, Action::NewData] {
            seed_ui(view, ui, action);
        }
        return;
    }
    ui.menu_button("Seeds…", |ui| {
        for action in [Action::NewData, Action::NewSplit, Action::NewStart] {
            ui.horizontal(|ui| seed_ui(view, ui, action));
        }
    })
    .response
    .on_hover_text("New data, new split, new start: three seeds, each on its own");
}

fn seed_ui(view: &mut View<'_>, ui: &mut Ui, action: Action) {
    let mut seeds = view.session.spec.first_seeds();
    let (seed, name) = match action {
        Action::NewData => (&mut seeds.data, "Data seed"),
        Action::NewSplit => (&mut seeds.split, "Split seed"),
        _ => (&mut seeds.init, "Start seed"),
    };
    let tooltip = action.tooltip();
    let value = NumberField::new(name, seed).speed(0.1).limits(Limits::Within(0, MAX_SEED));
    let value = value.show(ui).on_hover_text(tooltip);
    if value.changed() {
        view.session.spec.set_seeds(seeds);
    }
    action_button(view, ui, action, true);
}

fn pace_ui(view: &mut View<'_>, ui: &mut Ui) {
    let last = TrainingSpeed::ALL.len() - 1;
    ui.spacing_mut().slider_width = if ui.available_width() < 420.0 { 40.0 } else { 90.0 };
    let tooltip = "Epochs a second; at the left batches a second, where each batch lights up in the regions, with arrows where its gradient moves the boundaries";
    let name_of = |idx: usize| TrainingSpeed::ALL[idx.min(TrainingSpeed::ALL.len() - 1)].label();
    names_slider(ui, "Speed", tooltip, &mut view.settings.speed_idx, last, name_of, TrainingSpeed::parse);
    ui.label("Speed").on_hover_text(tooltip);
}

/// The last thing there was to say, or what is wrong with the settings.
fn notice_ui(view: &View<'_>, ui: &mut Ui) {
    let (text, is_error) = match (view.session.checked(), &view.session.notice) {
        // What was just typed is told first, as it is what a person waits for.
        (Err(reason), Some(notice)) if notice.is_error && notice.text != reason => {
            (format!("{}. Not trained: {reason}", notice.text), true)
        }
        (Err(reason), _) => (reason.to_owned(), true),
        (Ok(_), Some(notice)) => (notice.text.clone(), notice.is_error),
        (Ok(_), None) => return,
    };
    let colour = if is_error { ui.visuals().error_fg_color } else { ui.visuals().text_color() };
    let text = brief_sentence(&text);
    ui.add(egui::Label::new(RichText::new(text.as_ref()).color(colour)).truncate()).on_hover_text(text.as_ref());
}
