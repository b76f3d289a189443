//! What the pictures of one class against all others have in common: which class it is, and a line for each objective.

use egui::{Response, Ui};

use super::{
    View,
    shared::{classes, shown},
};
use crate::{
    bounds::Bounded,
    state::class_label,
    train::ClassScores,
    ui::{
        charts::{UnitCurve, UnitLook, objectives_legend_ui, unit_chart},
        fit::brief_names,
        widgets::choice_box,
    },
};

/// The name of the class whose scores are shown.
pub(super) fn scored_label(view: &View<'_>) -> String {
    let scored = view.session.scored_class();
    scored.map_or_else(
        || "a class".to_owned(),
        |class_idx| class_label(&brief_names(view.session.class_names()), class_idx),
    )
}

/// The class that is compared with all others; of very many it is chosen by a click on its bar.
pub(super) fn scored_class_ui(view: &mut View<'_>, ui: &mut Ui) {
    const MOST_NAMES: usize = 200;
    let Some(mut chosen) = view.session.scored_class() else { return };
    let classes = classes(view);
    if classes.len() > MOST_NAMES {
        return;
    }
    let before = chosen;
    let width = (ui.available_width() - 8.0).within(60.0, 110.0);
    let name = |class_idx: usize| class_label(&classes.names, class_idx);
    choice_box(ui, "scored class", "Class against all others", width, &mut chosen, &classes.order, |class_idx| {
        (name(class_idx), "The class that is compared with all others; it is marked in every picture")
    });
    if chosen != before {
        view.session.chosen_class = Some(chosen);
    }
}

/// Scores of each shown objective.
pub(super) fn scores<'a>(view: &'a View<'_>) -> impl Iterator<Item = (&'a str, usize, &'a ClassScores)> {
    shown(view).filter_map(|(idx, objective)| {
        let scores = view.session.trained_run(idx)?.outcome.scores.as_deref()?;
        Some((objective.name.as_str(), objective.colour, scores))
    })
}

/// A figure, or that there is none.
pub(super) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.3}"))
}

/// A line for each objective, made of its scores: the points, and what is said of them.
pub(super) fn scores_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    look: UnitLook,
    line: impl Fn(&ClassScores) -> (Vec<[f64; 2]>, String),
) -> Response {
    let curves: Vec<UnitCurve> = scores(view)
        .map(|(name, colour, scores)| {
            let (points, read_out) = line(scores);
            UnitCurve { name: name.to_owned(), colour, points, mark: None, read_out }
        })
        .collect();
    objectives_legend_ui(ui, &mut view.session.spec.objectives);
    let size = ui.available_size();
    unit_chart(ui, &curves, look, size)
}
