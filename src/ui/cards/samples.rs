//! The training samples, large, with brush and eraser.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::{Card, Drawn, View, classes::classes_grid, regions::region_pictures, shared::empty_ui};
use crate::{
    data::{MAX_STROKE_SAMPLES, Painting, Stroke},
    experiment::export::Grid,
    numbers::thousands,
    state::{Tool, class_label},
    ui::{
        charts::{Classes, RegionPicture, SamplesPicture, SamplesResponse, samples_chart},
        fit::shorten,
        widgets::{Limits, NumberField},
    },
};

/// Characters of a name in a list that folds out at most.
const MOST_OF_A_NAME: usize = 60;

/// The samples.
pub(super) struct Samples;

impl Card for Samples {
    fn name(&self) -> &'static str {
        "Samples"
    }

    fn title(&self, view: &View<'_>) -> String {
        match view.session.plot_data() {
            Some(plot_data) if plot_data.n_features > 2 => format!(
                "Training samples on 2 principal components ({:.0} % of variance)",
                plot_data.variance_share * 100.0
            ),
            _ => "Training samples".to_owned(),
        }
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "One colour a class, dark for the head and bright for the tail; of frequent classes only some are drawn"
            .to_owned()
    }

    fn least_heights(&self) -> [f32; 2] {
        [380.0, 360.0]
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        regions_behind_ui(view, ui);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        let pictures = region_pictures(view);
        let Some(drawn) = samples_ui(view, ui, classes, &pictures) else {
            empty_ui(view, ui);
            return None;
        };
        Some(Drawn::over_classes(drawn))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        classes_grid(view, classes)
    }
}

/// Draws the brush's controls above the samples, and the samples.
fn samples_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    classes: &Classes,
    pictures: &[RegionPicture],
) -> Option<(egui::Response, Option<usize>)> {
    if !view.session.spec.data.source.is_table() && !view.is_figure {
        brush_ui(view, ui);
    }
    // While a stroke is carried out, the samples before it stay on the screen.
    let plot_data = match view.session.brush.tool {
        Tool::Look => view.session.plot_data(),
        _ => view.session.latest_plot_data(),
    };
    let plot_data = Arc::clone(plot_data.filter(|plot_data| plot_data.points.len() == classes.len())?);
    let can_paint = plot_data.n_features == 2 && !view.session.spec.data.source.is_table();
    let mut brush = view.session.brush;
    if !can_paint {
        brush.tool = Tool::Look;
    }
    brush.class_idx = brush.class_idx.min(classes.len() - 1);
    let regions = pictures.iter().find(|picture| Some(picture.colour) == view.settings.regions_behind);
    let picture = SamplesPicture { classes, plot_data: &plot_data, regions, brush };
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
            view.session.complain("No more samples can be painted: clear some or take a larger brush");
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
pub(in crate::ui) fn painting_ui(view: &mut View<'_>, ui: &mut Ui) {
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
fn regions_behind_ui(view: &mut View<'_>, ui: &mut Ui) {
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
    shown.response.on_hover_text("Decision regions of this objective behind the samples, once it has been trained");
}
