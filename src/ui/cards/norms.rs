//! Length of each class's weight vector.

use egui::Ui;

use super::{
    Card, Drawn, Needs, View,
    shared::{by_class, shown},
};
use crate::{
    experiment::{
        ObjectiveSpec,
        export::{Cell, Grid},
    },
    ui::{
        charts::{Classes, Column, ColumnsLook, columns_chart, columns_legend_ui},
        palette::Ink,
    },
};

/// Weight norms.
pub(super) struct Norms;

impl Card for Norms {
    fn name(&self) -> &'static str {
        "Weight norms"
    }

    fn title(&self, _: &View<'_>) -> String {
        "Length of each class's weight vector".to_owned()
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "‖W_j‖ of the linear model: under CE frequent classes have longer vectors, a trace of the imbalance (Kang et al. 2020)".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        let columns = norms(view, classes);
        columns_legend_ui(ui, columns.iter().map(|column| (column.ink, column.name.as_str())));
        let look = ColumnsLook { name: "Weight norms", is_log: false, is_relative: false };
        let size = ui.available_size();
        Some(Drawn::over_classes(columns_chart(ui, classes, &columns, look, size)))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        let columns = norms(view, classes).into_iter();
        by_class(classes, columns.map(|column| (column.name, column.values.into_iter().map(Cell::Number).collect())))
    }
}

/// The norms under each shown objective, from head to tail.
fn norms(view: &View<'_>, classes: &Classes) -> Vec<Column> {
    let column = |(idx, objective): (usize, &ObjectiveSpec)| {
        let run = view.session.trained_run(idx)?;
        let norm = |&class_idx: &usize| run.outcome.weight_norms.get(class_idx).copied().unwrap_or(0.0);
        let values = classes.order.iter().map(norm).collect();
        Some(Column { name: objective.name.clone(), ink: Ink::Objective(objective.colour), values })
    };
    shown(view).filter_map(column).collect()
}
