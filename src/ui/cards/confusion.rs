//! Confusion matrices: which class is taken for which.

use egui::{Response, RichText, Ui};

use super::{Card, Drawn, Needs, View, shared::shown};
use crate::ui::theme;
use crate::{
    experiment::export::{Cell, Grid},
    state::{CellShare, class_label},
    ui::{
        charts::{Classes, ConfusionPicture, confusion_chart},
        fit::brief_names,
        widgets::choice_box,
    },
};

/// Confusion matrices.
pub(super) struct Confusion;

impl Card for Confusion {
    fn name(&self) -> &'static str {
        "Confusion matrices"
    }

    fn short_name(&self) -> &'static str {
        "Confusion"
    }

    fn title(&self, _: &View<'_>) -> String {
        "Confusion matrices".to_owned()
    }

    fn meaning(&self, view: &View<'_>) -> String {
        format!(
            "True classes from top to bottom, predicted ones from left to right, head first, on the {}. {}",
            view.session.evaluation().label(),
            view.settings.compare.cell_share.explanation()
        )
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        let share = &mut view.settings.compare.cell_share;
        choice_box(ui, "cells", "Cells of the matrices", 92.0, share, &CellShare::ALL, |share| {
            (share.label(), share.explanation())
        });
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        Some(Drawn::over_classes(confusion_ui(view, ui, classes)))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        confusion_grid(view, classes)
    }
}

fn confusion_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> (Response, Option<usize>) {
    let pictures: Vec<ConfusionPicture> = shown(view)
        .map(|(idx, objective)| ConfusionPicture {
            name: objective.name.clone(),
            colour: objective.colour,
            matrix: view.session.trained_run(idx).map(|run| run.outcome.confusion.clone()),
        })
        .collect();
    let share = view.settings.compare.cell_share;
    let selected = view.session.selected_cell;
    if let Some((true_idx, predicted_idx)) = selected {
        let name = |class_idx: usize| class_label(&brief_names(view.session.class_names()), class_idx);
        let text = format!("Marked in the regions: samples of {} taken for {}", name(true_idx), name(predicted_idx));
        ui.horizontal(|ui| {
            ui.add(egui::Label::new(RichText::new(text).size(theme::sized(12.0))).truncate());
            if ui.small_button("Unmark").on_hover_text("Mark no samples in the regions").clicked() {
                view.session.selected_cell = None;
            }
        });
    }
    let size = ui.available_size();
    let drawn = confusion_chart(ui, classes, &pictures, &mut view.regions.confusion, share, selected, size);
    if let Some(cell) = drawn.clicked {
        view.session.selected_cell = Some(cell).filter(|_| selected != Some(cell));
    }
    (drawn.response, drawn.hovered)
}

fn confusion_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let header = ["Objective", "True class", "Predicted class", "Samples", "Row share", "Column share"];
    let mut rows = Vec::new();
    for (idx, objective) in shown(view) {
        let Some(run) = view.session.trained_run(idx) else { continue };
        let matrix = &run.outcome.confusion;
        let predicted = matrix.n_predicted();
        for &true_idx in &classes.order {
            let of_class = matrix.n_of_class(true_idx);
            for &predicted_idx in &classes.order {
                let count = u64::from(matrix.row(true_idx)[predicted_idx]);
                if count == 0 {
                    continue;
                }
                let name = |class_idx: usize| Cell::Text(class_label(&classes.names, class_idx));
                rows.push(vec![
                    Cell::Text(objective.name.clone()),
                    name(true_idx),
                    name(predicted_idx),
                    Cell::Count(count),
                    Cell::Share(count as f64 / of_class as f64),
                    Cell::Share(count as f64 / predicted[predicted_idx] as f64),
                ]);
            }
        }
    }
    let notes = vec!["Cells without a sample are left out".to_owned()];
    Grid { header: header.map(str::to_owned).to_vec(), rows, notes, ..Grid::default() }
}
