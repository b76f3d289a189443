//! The course of training: how far it is, the bar to look back, and the way out of divergence.

use std::cell::RefCell;

use egui::{Button, Key, Modifiers, ProgressBar, RichText, Ui};

use super::{
    View,
    buttons::{action_button, action_button_with, play_on_space},
};
use crate::{
    bounds::Bounded,
    experiment::short,
    state::{Action, Ending, Phase},
    train::Status,
    ui::{
        fit::brief,
        palette,
        widgets::{Limits, NumberField, at_right, place_rail},
    },
};

/// How far training is, the timeline to look back along, and where to stop.
pub(super) fn course_ui(view: &mut View<'_>, ui: &mut Ui) {
    let is_past = view.session.looked_at.is_some();
    let view = RefCell::new(view);
    let progress = |ui: &mut Ui| {
        let mut view = view.borrow_mut();
        progress_ui(&view, ui);
        timeline_ui(&mut view, ui);
    };
    at_right(ui, "goal", progress, |ui| {
        let mut view = view.borrow_mut();
        let back = Button::new(Action::LookAt(None).label()).selected(is_past);
        action_button_with(&mut view, ui, Action::LookAt(None), is_past, back);
        ui.separator();
        goal_ui(&mut view, ui);
    });
}

/// The epoch to stop at, to be typed, or the end of progress.
pub(super) fn goal_ui(view: &mut View<'_>, ui: &mut Ui) {
    let is_ready = view.session.checked().is_ok() && view.session.snapshot().phase == Phase::Ready;
    let mut goal = view.session.goal;
    let hint = Action::SetGoal(goal).tooltip();
    ui.label(Action::SetGoal(goal).label()).on_hover_text(hint);
    let field = NumberField::new("To epoch", &mut goal).speed(1.0).limits(Limits::Within(1, 1_000_000));
    if field.show(ui).on_hover_text(hint).changed() {
        view.actions.push(Action::SetGoal(goal));
    }
    action_button(view, ui, Action::Converge, is_ready);
}

/// Where training stands, or what is looked at.
pub(super) fn progress_ui(view: &View<'_>, ui: &mut Ui) {
    const WIDTH: f32 = 240.0;
    const LEAST_WIDTH: f32 = 150.0;
    let snapshot = view.session.snapshot();
    let (epoch, goal) = (snapshot.epoch, view.session.goal.max(snapshot.epoch));
    let text = match (&snapshot.phase, snapshot.looked_at) {
        (Phase::Preparing, _) => "preparing data…".to_owned(),
        (Phase::Idle | Phase::Failed(_), _) => "no data".to_owned(),
        (Phase::Ready, Some(past)) => format!("looking at epoch {past} of {epoch}"),
        (Phase::Ready, None) if snapshot.is_finished => format!("epoch {epoch}, finished"),
        (Phase::Ready, None) => {
            let goal = match view.session.ending {
                Ending::Settled if view.session.is_playing => "until settled".to_owned(),
                _ => goal.to_string(),
            };
            let batch = match snapshot.n_batches {
                Some(n) if snapshot.batch > 0 => format!(", batch {} / {n}", snapshot.batch),
                _ => String::new(),
            };
            format!("epoch {epoch} / {goal}{batch}")
        }
    };
    let share = (epoch as f32 + share_of_epoch(snapshot.batch, snapshot.n_batches)) / goal.max(1) as f32;
    let bar = ProgressBar::new(share)
        .desired_width((ui.available_width() * 0.5).within(LEAST_WIDTH.min(ui.available_width()), WIDTH))
        .text(RichText::new(&text).size(14.0).color(ui.visuals().text_color()))
        .corner_radius(3.0)
        .fill(palette::progress(ui.visuals().dark_mode));
    let hint = format!("{text}\nEpochs finished, of those to train, and batches of the current epoch");
    let response = ui.add(bar).on_hover_text(hint);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, &text));
    if snapshot.phase == Phase::Preparing {
        ui.spinner();
    }
}

fn share_of_epoch(batch: u64, n_batches: Option<u64>) -> f32 {
    n_batches.map_or(0.0, |n| batch as f32 / n.max(1) as f32)
}

/// A slider over the epochs that are kept; arrows step, Home and End go to the first and the newest.
pub(super) fn timeline_ui(view: &mut View<'_>, ui: &mut Ui) {
    const LEAST_FOR_NAME: f32 = 150.0;
    let snapshot = view.session.snapshot();
    let (now, stride) = (snapshot.epoch, snapshot.stride.max(1));
    let is_enabled = snapshot.phase == Phase::Ready && now > 0;
    let kept = if stride > 1 { format!("; every {stride}th epoch is kept") } else { String::new() };
    let hint = format!(
        "Look back: pause and show every picture as it was at an earlier epoch{kept}. Arrow keys step, Home and End go to the start and back to now"
    );
    if ui.available_width() > LEAST_FOR_NAME {
        ui.label("Timeline").on_hover_text(&hint);
    }
    ui.spacing_mut().slider_width = (ui.available_width() - 8.0).max(24.0);
    // The present is the last step of the rail, also where that is not an epoch that is kept.
    let n_steps = now.max(1).div_ceil(stride);
    let place = view.session.looked_at.map_or(n_steps, |epoch| epoch.min(now) / stride);
    let (response, asked) = ui.add_enabled_ui(is_enabled, |ui| place_rail(ui, "Timeline", place, n_steps)).inner;
    let response = response.on_hover_text(&hint).on_disabled_hover_text(&hint);
    if response.drag_started() {
        response.request_focus();
    }
    play_on_space(view, ui, &response);
    let mut target = asked.map(|place| place * stride);
    if response.has_focus() {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Home) {
            target = Some(0);
        }
        if pressed(Key::End) {
            target = Some(now);
        }
    }
    let Some(target) = target.filter(|_| is_enabled) else { return };
    let target = (target < now).then_some(target - target % stride);
    if target != view.session.looked_at {
        view.actions.push(Action::LookAt(target));
    }
}

/// Which objective has diverged, and why, most likely.
pub(super) fn divergence(view: &View<'_>) -> Option<String> {
    let session = &view.session;
    let fault = session.spec.objectives.iter().enumerate().find_map(|(idx, objective)| {
        let Status::Diverged(divergence) = &session.run(idx)?.status else { return None };
        Some((&objective.name, divergence))
    });
    let (name, divergence) = fault?;
    let name = brief(name);
    Some(match &session.snapshot().advice {
        Some(advice) => format!("{name} diverged in epoch {}. {}", divergence.epoch, advice.cause),
        None => format!("{name} {divergence}, then press Reset"),
    })
}

/// The button that starts over with a stable learning rate, where an objective has diverged.
pub(super) fn advice_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(advice) = view.session.snapshot().advice.clone() else { return };
    let text = format!("Start over with learning rate {}", short(advice.learning_rate));
    let button =
        Button::new(RichText::new(text).color(palette::on_accent())).fill(palette::accent(ui.visuals().dark_mode));
    let hint = format!("{}\n{}. {}", Action::Stabilise.tooltip(), advice.cause, advice.explanation);
    let is_valid = view.session.checked().is_ok();
    if ui.add_enabled(is_valid, button).on_hover_text(hint).clicked() {
        view.actions.push(Action::Stabilise);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        experiment::ExperimentSpec,
        state::{Session, Settings, Snapshot},
        ui::charts::RegionTextures,
    };

    #[test]
    fn the_timeline_looks_back_only_when_a_person_moves_it() {
        let ctx = egui::Context::default();
        let (mut session, mut settings) = (Session::new(ExperimentSpec::default()), Settings::default());
        let (mut actions, mut regions) = (Vec::new(), RegionTextures::default());
        for (epoch, stride) in (0..70).flat_map(|epoch| [1, 2, 4, 64].map(|stride| (epoch, stride))) {
            session.receive(Arc::new(Snapshot { epoch, stride, phase: Phase::Ready, ..Snapshot::default() }));
            let looks = [None, epoch.checked_sub(1).map(|past| past / stride * stride)];
            for looked_at in looks {
                session.looked_at = looked_at;
                let mut view = View {
                    session: &mut session,
                    settings: &mut settings,
                    actions: &mut actions,
                    regions: &mut regions,
                    is_figure: false,
                };
                let drawn = ctx.run_ui(egui::RawInput::default(), |ui| timeline_ui(&mut view, ui));
                drawn.drop_without_applying_deltas();
                assert!(actions.is_empty(), "at epoch {epoch}, every {stride}th is kept");
            }
        }
    }
}
