//! The place for data: the samples, large, with brush and eraser, and what each class is like.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::View;
use crate::{
    data::{MAX_STROKE_SAMPLES, Painting, Stroke, rank_correlation},
    experiment::export::{Cell, Grid},
    state::{Tool, class_label},
    ui::{
        charts::{Classes, RegionPicture, SamplesPicture, SamplesResponse, samples_chart, thousands},
        fit::shorten,
        widgets::{Limits, NumberField},
    },
};

/// Characters of a name in a list that folds out at most.
const MOST_OF_A_NAME: usize = 60;

/// Draws the brush's controls above the samples, and the samples.
pub(super) fn samples_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    classes: &Classes,
    pictures: &[RegionPicture],
) -> Option<(egui::Response, Option<usize>)> {
    if !view.session.spec.data.source.is_table() {
        brush_ui(view, ui);
    }
    // While a stroke is carried out, the samples before it stay on the screen.
    let scene = match view.session.brush.tool {
        Tool::Look => view.session.scene(),
        _ => view.session.latest_scene(),
    };
    let scene = Arc::clone(scene.filter(|scene| scene.points.len() == classes.len())?);
    let can_paint = scene.n_features == 2 && !view.session.spec.data.source.is_table();
    let mut brush = view.session.brush;
    if !can_paint {
        brush.tool = Tool::Look;
    }
    brush.class_idx = brush.class_idx.min(classes.len() - 1);
    let regions = pictures.iter().find(|picture| Some(picture.colour) == view.settings.regions_behind);
    let picture = SamplesPicture { classes, scene: &scene, regions, brush };
    let size = ui.available_size();
    let SamplesResponse { response, hovered, touched } = samples_chart(ui, &picture, view.regions, size);
    if let Some([x, y]) = touched {
        let is_eraser = brush.tool == Tool::Eraser;
        let stroke = Stroke {
            x: round(x),
            y: round(y),
            radius: brush.radius,
            class: (!is_eraser).then_some(brush.class_idx),
            samples: if is_eraser { 0 } else { brush.samples },
        };
        if !view.session.spec.data.painting.push(stroke) {
            view.session.complain("The painting is full: clear it or take a larger brush");
        }
    }
    Some((response, hovered))
}

/// Three decimals are finer than a pixel, and keep experiment files short.
fn round(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// What the pointer does, and how.
fn brush_ui(view: &mut View<'_>, ui: &mut Ui) {
    let has_two_features = view.session.spec.data.features == 2;
    ui.horizontal_wrapped(|ui| {
        if !has_two_features {
            ui.label(RichText::new("Painting works with 2 features").weak());
            if ui.button("Use 2 features").on_hover_text("Training starts over").clicked() {
                view.session.spec.data.features = 2;
            }
            return;
        }
        let tools = [
            (Tool::Look, "Look", "Move and zoom the picture with drag and wheel"),
            (
                Tool::Brush,
                "Brush",
                "Click or drag to add samples of a class; they train and are tested like the others",
            ),
            (Tool::Eraser, "Eraser", "Click or drag to take samples away"),
        ];
        for (tool, label, hint) in tools {
            ui.selectable_value(&mut view.session.brush.tool, tool, label).on_hover_text(hint);
        }
        if view.session.brush.tool != Tool::Look {
            brush_settings_ui(view, ui);
        }
        clear_ui(view, ui);
    });
}

fn brush_settings_ui(view: &mut View<'_>, ui: &mut Ui) {
    let n_classes = view.session.spec.distribution.counts().map_or(0, |counts| counts.n_classes());
    ui.separator();
    if view.session.brush.tool == Tool::Brush {
        let names = view.session.class_names();
        let label = |class_idx: usize| shorten(&class_label(&names, class_idx), MOST_OF_A_NAME);
        let labels: Vec<String> = (0..n_classes).map(label).collect();
        let brush = &mut view.session.brush;
        let selected = labels.get(brush.class_idx).cloned().unwrap_or_default();
        let shown = egui::ComboBox::from_id_salt("painted class")
            .width(64.0)
            .truncate()
            .selected_text(&selected)
            .show_ui(ui, |ui| {
                for (class_idx, label) in labels.iter().enumerate() {
                    ui.selectable_value(&mut brush.class_idx, class_idx, label);
                }
            });
        shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Painted class"));
        shown.response.on_hover_text("The class of painted samples");
        let samples = NumberField::new("Samples of a touch", &mut brush.samples).suffix(" samples");
        let samples = samples.limits(Limits::Within(1, MAX_STROKE_SAMPLES));
        samples.show(ui).on_hover_text("Samples that each touch of the brush adds");
    }
    let radius = NumberField::new("Radius of the brush", &mut view.session.brush.radius).prefix("radius ");
    let radius = radius.limits(Limits::Within(0.02, 100.0)).speed(0.02);
    radius.show(ui).on_hover_text("Radius of brush and eraser, in units of the features");
}

/// A way to be rid of all that was painted.
fn clear_ui(view: &mut View<'_>, ui: &mut Ui) {
    let is_painted = !view.session.spec.data.painting.is_empty();
    let button = ui.add_enabled(is_painted, egui::Button::new("Clear"));
    let button = button.on_hover_text("Take back every stroke of brush and eraser; Undo takes back one");
    if button.on_disabled_hover_text("Nothing is painted").clicked() {
        view.session.spec.data.painting = Painting::default();
    }
}

/// What has been painted, in words.
pub(super) fn painting_ui(view: &mut View<'_>, ui: &mut Ui) {
    let painting = &view.session.spec.data.painting;
    if painting.is_empty() {
        return;
    }
    let n_strokes = painting.strokes().len();
    let strokes = if n_strokes == 1 { "1 stroke".to_owned() } else { format!("{n_strokes} strokes") };
    let text = format!("{strokes}, {} samples painted", thousands(painting.n_samples()));
    ui.label(RichText::new(text).weak()).on_hover_text(
        "Painted samples belong to the population: they train, and test samples are drawn where they lie too",
    );
    clear_ui(view, ui);
}

/// The objective whose regions lie behind the samples.
pub(super) fn regions_behind_ui(view: &mut View<'_>, ui: &mut Ui) {
    let mut options = vec![None];
    options.extend(view.session.spec.objectives.iter().map(|objective| Some(objective.colour)));
    let objectives = &view.session.spec.objectives;
    let name = |colour: Option<usize>| {
        let objective = objectives.iter().find(|objective| Some(objective.colour) == colour);
        objective.map_or_else(|| "No regions".to_owned(), |objective| shorten(&objective.name, MOST_OF_A_NAME))
    };
    if !options.contains(&view.settings.regions_behind) {
        view.settings.regions_behind = None;
    }
    let selected = name(view.settings.regions_behind);
    let shown = egui::ComboBox::from_id_salt("regions behind").width(120.0).truncate().selected_text(selected).show_ui(
        ui,
        |ui| {
            for option in options {
                ui.selectable_value(&mut view.settings.regions_behind, option, name(option));
            }
        },
    );
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Regions behind the samples"));
    shown.response.on_hover_text("Decision regions of this objective behind the samples, once it has learnt something");
}

/// What each class is like, head to tail.
pub(super) fn classes_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let data = &view.session.spec.data;
    let scene = view.session.scene();
    // Where all classes are alike there is nothing to tell.
    let is_uneven = !data.source.is_table() && data.difficulty.is_uneven();
    let ranks = is_uneven.then(|| view.session.difficulty()).filter(|ranks| !ranks.is_empty());
    let best = scene.and_then(|scene| scene.best_recall.as_ref());
    let long_tail = view.session.long_tail();
    let mut header = vec!["Class", "Samples"];
    if long_tail.is_some() {
        header.push("Rows");
    }
    if ranks.is_some() {
        header.extend(["Spread σ", "Difficulty"]);
    }
    if best.is_some() {
        header.push("Best recall");
    }
    header.push("Tested");
    let has_natural = scene.is_some_and(|scene| !scene.natural_counts.is_empty());
    if has_natural {
        header.push("Natural");
    }
    let count = |counts: &[u64], class_idx: usize| counts.get(class_idx).map_or(Cell::Missing, |&n| Cell::Count(n));
    let row = |rank: usize| {
        let class_idx = classes.order[rank];
        let mut row = vec![Cell::Text(classes.label(rank)), Cell::Count(classes.counts[rank])];
        if let Some(long_tail) = long_tail {
            row.push(count(&long_tail.classes.rows, class_idx));
        }
        if let Some(u) = ranks.and_then(|ranks| ranks.get(class_idx)) {
            row.push(Cell::Number(data.difficulty.spread(data.spread, *u)));
            row.push(Cell::Share(*u));
        }
        if let Some(best) = best {
            row.push(Cell::share(best.get(class_idx).copied().flatten()));
        }
        row.push(scene.map_or(Cell::Missing, |scene| count(&scene.evaluated_counts, class_idx)));
        if let Some(scene) = scene.filter(|_| has_natural) {
            row.push(count(&scene.natural_counts, class_idx));
        }
        row
    };
    let header = header.into_iter().map(str::to_owned).collect();
    Grid { header, rows: (0..classes.len()).map(row).collect(), notes: notes(view), ..Grid::default() }
}

/// What the columns mean, and where the test samples come from.
fn notes(view: &View<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if view.session.spec.data.source.is_table() {
        notes.extend(
            view.session.long_tail().map(|long_tail| format!("{}. Rows: all that the table has.", long_tail.summary())),
        );
        notes.push("Tested: rows that recall is measured on; they take no part in training.".to_owned());
    } else {
        if let Some(correlation) = realised_correlation(view) {
            notes.push(format!("Rank correlation of difficulty with frequency: {correlation:.2}."));
        }
        notes.push(
            "Tested: fresh samples, as many of every class. Natural: fresh samples, as frequent as in training."
                .to_owned(),
        );
    }
    if view.session.scene().is_some_and(|scene| scene.best_recall.is_some()) {
        notes.push(
            "Best recall: what the best possible classifier reaches, estimated from the true densities (± 0.02)."
                .to_owned(),
        );
    }
    notes
}

/// Spearman's correlation of difficulty with frequency that the ranks amount to, where classes differ.
fn realised_correlation(view: &View<'_>) -> Option<f64> {
    let ranks = view.session.difficulty();
    let counts = view.session.spec.distribution.counts().ok()?;
    let is_uneven = view.session.spec.data.difficulty.is_uneven();
    if !is_uneven || ranks.len() != counts.n_classes() || ranks.len() < 2 {
        return None;
    }
    let last = (ranks.len() - 1) as f64;
    let hardness: Vec<usize> = ranks.iter().map(|rank| (rank * last).round() as usize).collect();
    let mut frequency = vec![0; ranks.len()];
    for (rank, class_idx) in counts.head_to_tail().into_iter().enumerate() {
        frequency[class_idx] = ranks.len() - 1 - rank;
    }
    Some(rank_correlation(&hardness, &frequency))
}
