//! What the two pictures of the training loss have in common: the objective that is looked at, and what is known of its run.

use egui::{RichText, Ui};

use super::{View, shared::empty_ui};
use crate::{
    bounds::Bounded,
    experiment::ObjectiveSpec,
    state::RunSnapshot,
    train::Status,
    ui::{
        fit::brief,
        palette::Ink,
        widgets::{choice_box, marker_swatch},
    },
};

/// The objective that is looked at.
pub(super) fn objective<'a>(view: &'a View<'_>) -> Option<&'a ObjectiveSpec> {
    let objectives = &view.session.spec.objectives;
    objectives.get(view.settings.ownership.objective_idx(&view.session.spec))
}

/// What the worker told of it, if that is about the classes on the screen.
pub(super) fn run<'a>(view: &'a View<'_>) -> Option<&'a RunSnapshot> {
    let plot_data = view.session.plot_data()?;
    let run = view.session.run(view.settings.ownership.objective_idx(&view.session.spec))?;
    (run.ownership.classes.owners.len() == plot_data.counts.n_classes()).then_some(run)
}

/// The objective that is looked at.
pub(super) fn objective_ui(view: &mut View<'_>, ui: &mut Ui) {
    if view.is_figure {
        if let Some(objective) = objective(view) {
            marker_swatch(ui, Ink::Objective(objective.colour));
            ui.label(brief(&objective.name));
        }
        return;
    }
    let objectives = &view.session.spec.objectives;
    let mut idx = view.settings.ownership.objective_idx(&view.session.spec);
    let (before, places) = (idx, (0..objectives.len()).collect::<Vec<_>>());
    let describe = |idx: usize| (objectives.get(idx).map_or("", |objective| objective.name.as_str()), "");
    let width = (ui.available_width() - 30.0).within(60.0, 150.0);
    choice_box(ui, "objective", "Objective whose loss is shared", width, &mut idx, &places, describe)
        .on_hover_text("The objective whose loss is looked at");
    if idx != before {
        view.settings.ownership.objective = objectives.get(idx).map(|objective| objective.colour);
    }
}

/// What there is to understand, with a hint where nothing has been learnt yet.
pub(super) fn before_training(run: &RunSnapshot, mut text: String) -> String {
    if run.epoch == 0 {
        text += " This is the model before training: press Play (Space) to see it change.";
    }
    text
}

/// Says in place of a picture why there is nothing to draw; `false` where there is something. `missing` says what a run
/// that has not diverged lacks.
pub(super) fn says_missing(view: &View<'_>, ui: &mut Ui, missing: Option<String>) -> bool {
    let Some(run) = run(view) else {
        empty_ui(view, ui);
        return true;
    };
    let reason = match &run.status {
        Status::Diverged(divergence) => Some(format!("Nobody: it {divergence}, then press Reset")),
        _ => missing,
    };
    let Some(reason) = reason else { return false };
    ui.centered_and_justified(|ui| ui.label(RichText::new(reason).weak()));
    true
}
