//! Where the samples come from.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::{
    View, buttons::action_button, cards::painting_ui, distribution::diagnostics_ui, long_tail::long_tail_ui,
    split::split_ui,
};
use crate::{
    data::{Arrangement, BuiltIn, ColumnReport, Inspection, Layout, LeftOut, MapKind, Role},
    experiment::{DataSource, DataSpec},
    state::Action,
    ui::{
        fit::{brief, brief_sentence, shorten},
        widgets::{Row, choice, number_slider, whole_slider},
    },
};

/// Characters of a column's name in a list at most.
const MOST_OF_A_NAME: usize = 60;

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
        DataSource::File => {
            ("Data file", "Delimited text or a KEEL file with a label column; its labels give the counts")
        }
    });
    if data.source == DataSource::File && data.path.is_none() {
        data.source = before;
        view.actions.push(Action::OpenData);
    }
    if view.session.spec.data.source != before {
        // Names of columns belong to one table.
        view.session.spec.data.drop.clear();
        view.session.spec.data.keep.clear();
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
    ui.horizontal_wrapped(|ui| {
        action_button(view, ui, Action::OpenData, true);
        action_button(view, ui, Action::LookAtData, true);
    });
    let columns = Arc::clone(&view.session.snapshot().columns);
    let found = view.session.inspection().and_then(|inspection| inspection.label.clone());
    let data = &mut view.session.spec.data;
    let present = data.label.clone().or(found).or_else(|| columns.last().cloned()).unwrap_or_default();
    let mut label = present.clone();
    let row = Row::new("Label", "The column that holds the class; the last one unless another is chosen");
    row.show(ui, |ui| {
        let width = ui.available_width();
        egui::ComboBox::from_id_salt("label")
            .width(width)
            .truncate()
            .selected_text(brief(&label))
            .show_ui(ui, |ui| {
                for column in columns.iter() {
                    ui.selectable_value(&mut label, column.clone(), shorten(column, MOST_OF_A_NAME));
                }
            })
            .response
    });
    if label != present {
        let mut settings = data.import();
        settings.set_label(&label);
        data.set_import(settings);
        data.forget_own_order();
    }
}

/// What all tables have: features to choose, a share to test on.
fn table_ui(view: &mut View<'_>, ui: &mut Ui) {
    let columns = Arc::clone(&view.session.snapshot().columns);
    let inspection = view.session.inspection().cloned();
    let data = &mut view.session.spec.data;
    let is_file = data.source == DataSource::File;
    match &inspection {
        Some(inspection) => columns_ui(ui, inspection, data),
        None => names_ui(ui, &columns, data),
    }
    map_ui(ui, data);
    split_ui(ui, data, &columns, view.actions);
    long_tail_ui(view, ui);
    if let Some(plot_data) = view.session.plot_data().filter(|_| !view.session.spec.data.long_tailed) {
        let text = format!(
            "{} training rows, {} features (standardised), {} classes",
            plot_data.counts.total(),
            plot_data.n_features,
            plot_data.counts.n_classes()
        );
        ui.add(egui::Label::new(RichText::new(text).weak()).wrap());
        diagnostics_ui(view, ui);
    }
    for note in inspection.iter().filter(|_| is_file).flat_map(|inspection| inspection.notes()) {
        ui.add(egui::Label::new(RichText::new(brief_sentence(&note)).weak()).wrap());
    }
}

/// The columns that can be features, to be left out or taken in.
fn columns_ui(ui: &mut Ui, inspection: &Inspection, data: &mut DataSpec) {
    let can_be_used = |column: &&ColumnReport| match &column.role {
        Role::Label | Role::Split => false,
        Role::LeftOut(reason) => *reason == LeftOut::Chosen || reason.can_be_kept(),
        Role::Number | Role::OneHot(_) | Role::Grouped(_) | Role::Hashed(_) => true,
    };
    let n_left_out = inspection.columns.iter().filter(|column| matches!(column.role, Role::LeftOut(_))).count();
    columns_menu(ui, n_left_out, |ui| {
        for column in inspection.columns.iter().filter(can_be_used) {
            let mut is_used = column.is_feature();
            let changed = ui
                .checkbox(&mut is_used, shorten(&column.name, MOST_OF_A_NAME))
                .on_hover_text(brief_sentence(&column.explanation()))
                .changed();
            if changed {
                let mut settings = data.import();
                settings.set_used(column, is_used);
                data.set_import(settings);
            }
        }
    });
}

/// Names alone, where a fault keeps the file from being read: what was left out can be taken in again.
fn names_ui(ui: &mut Ui, columns: &[String], data: &mut DataSpec) {
    columns_menu(ui, data.drop.len(), |ui| {
        let label = data.label.as_ref().filter(|_| data.source == DataSource::File).or(columns.last());
        for column in columns.iter().filter(|column| Some(*column) != label) {
            let mut is_used = !data.drop.contains(column);
            if ui.checkbox(&mut is_used, shorten(column, MOST_OF_A_NAME)).changed() {
                data.drop.retain(|dropped| dropped != column);
                if !is_used {
                    data.drop.push(column.clone());
                }
            }
        }
    });
}

fn columns_menu(ui: &mut Ui, n_left_out: usize, contents: impl FnOnce(&mut Ui)) {
    let text = if n_left_out == 0 { "Columns…".to_owned() } else { format!("Columns… ({n_left_out} left out)") };
    ui.menu_button(text, |ui| {
        egui::ScrollArea::vertical().max_height(320.0).show(ui, contents);
    })
    .response
    .on_hover_text("Features to train on; leave out columns of text, numbers of rows and the like");
}
