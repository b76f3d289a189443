//! Where the samples come from.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::{View, action_button, long_tail::long_tail_ui};
use crate::{
    data::{BuiltIn, Layout},
    experiment::{DataSource, DataSpec},
    state::Action,
    ui::widgets::{Row, choice, number_slider, whole_slider},
};

/// Every source, in menu order.
const SOURCES: [DataSource; 3] = [DataSource::Gaussians, DataSource::BuiltIn, DataSource::File];

/// Draws the source and its settings; a change starts training over.
pub(super) fn data_ui(view: &mut View<'_>, ui: &mut Ui) {
    let data = &mut view.session.spec.data;
    let before = data.source;
    let row = Row::new("Samples", "Generated Gaussian clusters, or a CSV file. A change starts training over");
    choice(ui, "source", row, &mut data.source, &SOURCES, |source| match source {
        DataSource::Gaussians => ("Gaussians", "One normal distribution a class, with the counts of the distribution"),
        DataSource::BuiltIn => ("Built-in set", "A real data set that the program carries"),
        DataSource::File => ("CSV file", "A file with a header and a label column; its labels give the counts"),
    });
    if data.source == DataSource::File && data.path.is_none() {
        data.source = before;
        view.actions.push(Action::OpenData);
    }
    if view.session.spec.data.source != before {
        // Names of columns belong to one table.
        view.session.spec.data.drop.clear();
        view.session.spec.data.forget_own_order();
    }
    match view.session.spec.data.source {
        DataSource::Gaussians => gaussians_ui(view, ui),
        DataSource::BuiltIn => {
            built_in_ui(view, ui);
            table_ui(view, ui);
        }
        DataSource::File => {
            file_ui(view, ui);
            table_ui(view, ui);
        }
    }
}

fn gaussians_ui(view: &mut View<'_>, ui: &mut Ui) {
    let data = &mut view.session.spec.data;
    let row = Row::new("Layout", "Where class means lie; frequent and rare classes are neighbours");
    choice(ui, "layout", row, &mut data.layout, &Layout::ALL, |layout| (layout.label(), ""));
    let row = Row::new(
        "Features",
        "Number of features d, 2 to 64; more than two are drawn on the plane of the two largest principal components",
    );
    whole_slider(ui, row, &mut data.features, 2..=64);
    let row = Row::new("Separation", "Radius of the ring, or distance between neighbours on the grid");
    number_slider(ui, row, &mut data.separation, 0.5..=10.0, false);
    let row = Row::new("Spread", "Standard deviation σ of every cluster; the larger, the more classes overlap");
    number_slider(ui, row, &mut data.spread, 0.1..=3.0, false);
    let row = Row::new("Label noise", "Share of training samples whose features come from another class");
    number_slider(ui, row, &mut data.label_noise, 0.0..=0.5, false);
    let row = Row::new("Test samples", "Samples of each class in the balanced test set");
    whole_slider(ui, row, &mut data.test_per_class, 10..=1000);
}

fn built_in_ui(view: &mut View<'_>, ui: &mut Ui) {
    let data = &mut view.session.spec.data;
    let before = data.built_in;
    let row = Row::new("Set", data.built_in.origin());
    choice(ui, "built-in", row, &mut data.built_in, &BuiltIn::ALL, |set| (set.label(), set.origin()));
    if data.built_in != before {
        data.drop.clear();
        data.forget_own_order();
    }
}

fn file_ui(view: &mut View<'_>, ui: &mut Ui) {
    let name = view.session.spec.data.path.as_ref().map_or(String::new(), |path| path.display().to_string());
    ui.add(egui::Label::new(&name).truncate()).on_hover_text(&name);
    action_button(view, ui, Action::OpenData, true);
    let columns = Arc::clone(&view.session.snapshot().columns);
    let data = &mut view.session.spec.data;
    let present = data.label.clone().or_else(|| columns.last().cloned()).unwrap_or_default();
    let mut label = present.clone();
    let row = Row::new("Label", "The column that holds the class; the last one unless another is chosen");
    row.show(ui, |ui| {
        let width = ui.available_width();
        egui::ComboBox::from_id_salt("label")
            .width(width)
            .selected_text(&label)
            .show_ui(ui, |ui| {
                for column in columns.iter() {
                    ui.selectable_value(&mut label, column.clone(), column);
                }
            })
            .response
    });
    if label != present {
        data.drop.retain(|dropped| *dropped != label);
        data.forget_own_order();
        data.label = Some(label);
    }
}

/// What all tables have: features to choose, a share to test on.
fn table_ui(view: &mut View<'_>, ui: &mut Ui) {
    let columns = Arc::clone(&view.session.snapshot().columns);
    let data = &mut view.session.spec.data;
    columns_ui(ui, &columns, data);
    let row = Row::new(
        "Test share",
        "Share of each class's rows held back for testing; 0 trains on everything and shows training figures",
    );
    number_slider(ui, row, &mut data.test_share, 0.0..=0.9, false);
    long_tail_ui(view, ui);
    if let Some(scene) = view.session.scene().filter(|_| !view.session.spec.data.long_tailed) {
        let text = format!(
            "{} training rows, {} features (standardised), {} classes",
            scene.counts.total(),
            scene.n_features,
            scene.counts.n_classes()
        );
        ui.add(egui::Label::new(RichText::new(text).weak()).wrap());
    }
}

/// The columns that are features, to be left out or taken in.
fn columns_ui(ui: &mut Ui, columns: &[String], data: &mut DataSpec) {
    let n_dropped = data.drop.len();
    let text = if n_dropped == 0 { "Columns…".to_owned() } else { format!("Columns… ({n_dropped} left out)") };
    ui.menu_button(text, |ui| {
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            let label = data.label.as_ref().filter(|_| data.source == DataSource::File).or(columns.last());
            for column in columns.iter().filter(|column| Some(*column) != label) {
                let mut is_used = !data.drop.contains(column);
                if ui.checkbox(&mut is_used, column).changed() {
                    data.drop.retain(|dropped| dropped != column);
                    if !is_used {
                        data.drop.push(column.clone());
                    }
                }
            }
        });
    })
    .response
    .on_hover_text("Features to train on; leave out columns of text, numbers of rows and the like");
}
