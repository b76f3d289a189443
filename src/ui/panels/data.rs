//! Where the samples come from.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::{View, action_button, long_tail::long_tail_ui, samples::painting_ui};
use crate::{
    data::{Arrangement, BuiltIn, Layout, MapKind},
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
    let row = Row::new("Samples", "Generated samples, a built-in set, or a file. A change starts training over");
    choice(ui, "source", row, &mut data.source, &SOURCES, |source| match source {
        DataSource::Gaussians => {
            ("Generated", "A cluster or a shape for each class, with the counts of the distribution")
        }
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
    let row = Row::new("Layout", "Where the classes lie");
    choice(ui, "layout", row, &mut data.layout, &Layout::ALL, |layout| (layout.label(), layout.explanation()));
    if data.layout != Layout::Random {
        let row = Row::new("Neighbours", "Which classes are neighbours in feature space");
        choice(ui, "arrangement", row, &mut data.arrangement, &Arrangement::ALL, |arrangement| {
            (arrangement.label(), arrangement.explanation())
        });
    }
    let row = Row::new(
        "Features",
        "Number of features d, 2 to 64; more than two are drawn on the plane of the two largest principal components",
    );
    whole_slider(ui, row, &mut data.features, 2..=64);
    let row = Row::new("Separation", "Radius of the ring, distance between neighbours on the grid, or size of a shape");
    number_slider(ui, row, &mut data.separation, 0.5..=10.0, false);
    let row = Row::new(
        "Spread",
        "Standard deviation σ of a class of middling difficulty; the larger, the more classes overlap",
    );
    number_slider(ui, row, &mut data.spread, 0.1..=3.0, false);
    difficulty_ui(ui, data);
    let row = Row::new("Label noise", "Share of training samples whose features come from another class");
    number_slider(ui, row, &mut data.label_noise, 0.0..=0.5, false);
    let row = Row::new("Test samples", "Samples of each class in the balanced test set");
    whole_slider(ui, row, &mut data.test_per_class, 10..=1000);
    map_ui(ui, data);
    ui.horizontal_wrapped(|ui| painting_ui(view, ui));
}

/// Difficulty apart from frequency.
fn difficulty_ui(ui: &mut Ui, data: &mut DataSpec) {
    let row = Row::new(
        "Difficulty",
        "Spread of the hardest class divided by that of the easiest; 1 where all classes are alike\nσ of a class is σ·r^(u − ½), u its rank of difficulty from 0 to 1",
    );
    number_slider(ui, row, &mut data.difficulty.ratio, 1.0..=10.0, true);
    if !data.layout.is_shape() {
        let row =
            Row::new("Overlap", "Share of the gap to the nearest neighbour that closes between the hardest classes");
        number_slider(ui, row, &mut data.difficulty.overlap, 0.0..=0.9, false);
    }
    if data.difficulty.is_uneven() {
        let row = Row::new(
            "Who is hard",
            "Rank correlation of difficulty with frequency: −1 the rare classes are hard, 0 no relation, 1 the frequent ones are hard",
        );
        number_slider(ui, row, &mut data.difficulty.correlation, -1.0..=1.0, false);
        let words = match data.difficulty.correlation {
            r if r <= -0.75 => "Rare classes are hard, frequent ones easy",
            r if r < -0.25 => "Rare classes are rather hard",
            r if r <= 0.25 => "Difficulty has little to do with frequency",
            r if r < 0.75 => "Frequent classes are rather hard",
            _ => "Frequent classes are hard, rare ones easy",
        };
        ui.label(RichText::new(words).weak());
    }
}

/// What the model sees of the features.
fn map_ui(ui: &mut Ui, data: &mut DataSpec) {
    let row = Row::new("Model sees", "The feature map between samples and the linear model");
    choice(ui, "map", row, &mut data.map, &MapKind::ALL, |map| (map.label(), map.explanation()));
    if data.map == MapKind::Fourier {
        let row = Row::new(
            "Width",
            "Number of random Fourier features, 1 to 2000; more follow the kernel more closely and train slower",
        );
        whole_slider(ui, row, &mut data.fourier_features, 10..=500);
        let row = Row::new(
            "Bandwidth",
            "Width s of the kernel exp(−‖x − x'‖²/(2 s²)), in units of the features; small ones bend more",
        );
        number_slider(ui, row, &mut data.bandwidth, 0.1..=10.0, true);
    }
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
    map_ui(ui, data);
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
