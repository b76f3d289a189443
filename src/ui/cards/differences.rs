//! Recall gained and lost against a baseline.

use egui::Ui;

use super::{
    Card, Drawn, Needs, View,
    recall::recall_buttons_ui,
    shared::{by_class, shown},
};
use crate::{
    bounds::Bounded,
    experiment::export::{Cell, Grid},
    ui::{
        charts::{Classes, RecallBars, RecallLook, RecallScale, objectives_legend_ui, recall_chart},
        widgets::choice_box,
    },
};

/// Differences to a baseline.
pub(super) struct Differences;

impl Card for Differences {
    fn name(&self) -> &'static str {
        "Differences to a baseline"
    }

    fn short_name(&self) -> &'static str {
        "Differences"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("Recall − {}", baseline_name(view))
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let evaluated = view.session.evaluation().label();
        format!("Recall of each class on the {evaluated} minus that of {}", baseline_name(view))
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        baseline_ui(view, ui);
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        recall_buttons_ui(view, ui);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        objectives_legend_ui(ui, &mut view.session.spec.objectives);
        let bars = differences(view, classes);
        let has_lines = view.settings.compare.has_lines;
        let look = RecallLook { name: "Differences of recall", scale: RecallScale::Difference, has_lines };
        let size = ui.available_size();
        Some(Drawn::over_classes(recall_chart(ui, classes, &bars, look, size)))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        by_class(
            classes,
            differences(view, classes).into_iter().map(|bars| {
                let cells = bars.recall.into_iter().map(|value| value.map_or(Cell::Missing, Cell::Share)).collect();
                (format!("{} − {}", bars.name, baseline_name(view)), cells)
            }),
        )
    }
}

fn baseline_name(view: &View<'_>) -> String {
    let spec = &view.session.spec;
    let baseline = spec.objectives.get(view.settings.compare.baseline_idx(spec));
    baseline.map_or_else(String::new, |objective| objective.name.clone())
}

/// The objective that the others are compared to.
pub(super) fn baseline_ui(view: &mut View<'_>, ui: &mut Ui) {
    let spec = &view.session.spec;
    let mut chosen = view.settings.compare.baseline_idx(spec);
    let before = chosen;
    let places: Vec<usize> = shown(view).map(|(idx, _)| idx).collect();
    let names: Vec<String> = spec.objectives.iter().map(|objective| objective.name.clone()).collect();
    let width = (ui.available_width() - 8.0).within(60.0, 150.0);
    choice_box(ui, "baseline", "Baseline", width, &mut chosen, &places, |idx| {
        (names.get(idx).cloned().unwrap_or_default(), "The objective that the others are compared to")
    });
    if chosen != before {
        view.settings.compare.baseline = view.session.spec.objectives.get(chosen).map(|objective| objective.colour);
    }
}

/// Differences of every shown objective but the baseline, from head to tail.
fn differences(view: &View<'_>, classes: &Classes) -> Vec<RecallBars> {
    let baseline_idx = view.settings.compare.baseline_idx(&view.session.spec);
    let recall = |idx: usize, class_idx: usize| {
        view.session.trained_run(idx).and_then(|run| run.per_class_recall.get(class_idx).copied().flatten())
    };
    let bars = shown(view).filter(|(idx, _)| *idx != baseline_idx).map(|(idx, objective)| RecallBars {
        name: objective.name.clone(),
        colour: objective.colour,
        recall: classes
            .order
            .iter()
            .map(|&class_idx| Some(recall(idx, class_idx)? - recall(baseline_idx, class_idx)?))
            .collect(),
    });
    bars.collect()
}
