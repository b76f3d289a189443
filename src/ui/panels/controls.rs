//! The controls at the left: distribution, data, objectives, training.

use egui::{Area, CollapsingHeader, Context, Frame, Id, Order, Panel, Rect, RichText, ScrollArea, Ui};

use super::{
    View, data::data_ui, distribution::distribution_ui, labels::label_controls_ui, objectives::objectives_ui,
    training::training_ui,
};
use crate::{
    data::MapKind,
    experiment::{DataSource, short},
    state::{ControlsView, Place},
    train::{Batch, Optimiser},
};

/// Share of the window above which the controls have no room beside the pictures, unless they are asked for.
const MOST_OF_WINDOW: f32 = 0.3;
/// Share of the window that they can be dragged to.
const MOST_WHEN_DRAGGED: f32 = 0.45;
/// Width that is left for the pictures at least where the controls do not lie over them.
const LEAST_CENTRE: f32 = 420.0;

/// The controls beside the pictures. Where they would take too much of the window they are a drawer, which is shut at first;
/// returns whether it is open and lies over the pictures.
pub fn controls_panel_ui(view: &mut View<'_>, ui: &mut Ui) -> bool {
    let available = ui.available_width();
    let width = view.settings.controls.width;
    view.session.drawer.is_needed = ControlsView::WIDTH.min(width) > available * MOST_OF_WINDOW;
    if !are_controls_shown(view) {
        return false;
    }
    if !view.session.drawer.is_needed {
        let [least, most] = ControlsView::WIDTHS;
        let range = least..=most.min(available * MOST_WHEN_DRAGGED).max(least);
        let panel = Panel::left("controls").frame(frame(ui)).default_size(width).size_range(range).resizable(true);
        let shown = panel.show(ui, |ui| controls_ui(view, ui));
        view.settings.controls.width = shown.response.rect.width();
        return false;
    }
    let lies_over = available - ControlsView::WIDTH < LEAST_CENTRE;
    if !lies_over {
        let panel = Panel::left("drawer").frame(frame(ui)).exact_size(ControlsView::WIDTH).resizable(false);
        panel.show(ui, |ui| controls_ui(view, ui));
    }
    lies_over
}

/// The controls over the pictures, where there is no room beside them.
pub fn controls_drawer_ui(view: &mut View<'_>, ctx: &Context, centre: Rect) {
    let width = ControlsView::WIDTH.min(centre.width());
    Area::new(Id::unique("drawer")).order(Order::Middle).fixed_pos(centre.min).constrain(false).show(ctx, |ui| {
        let frame = frame(ui).stroke(ui.visuals().window_stroke);
        let size = egui::vec2(width, centre.height());
        frame.show(ui, |ui| {
            ui.set_max_size(size - frame.total_margin().sum());
            controls_ui(view, ui);
        });
    });
}

/// Whether the controls are on the screen.
pub(super) fn are_controls_shown(view: &View<'_>) -> bool {
    let drawer = view.session.drawer;
    if drawer.is_needed { drawer.is_open } else { !view.settings.controls.is_hidden }
}

fn frame(ui: &Ui) -> Frame {
    let margin = egui::Margin { left: 10, right: 2, top: 2, bottom: 2 };
    Frame::new().fill(ui.visuals().panel_fill).inner_margin(margin)
}

/// Draws the sections; those that are folded say in a line what is set.
fn controls_ui(view: &mut View<'_>, ui: &mut Ui) {
    if view.session.place == Place::Labels {
        return label_controls_ui(view, ui);
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar, so that nothing moves when it comes.
        ui.set_max_width((ui.available_width() - 10.0).max(0.0));
        if !has_table(view) {
            section(view, ui, "Distribution", true, String::new(), distribution_ui);
        }
        let summary = data_summary(view);
        section(view, ui, "Data", has_table(view), summary, data_ui);
        if has_table(view) && view.session.spec.data.long_tailed {
            // Below the tick that brings it, so that the tick stays under the pointer.
            section(view, ui, "Distribution", true, String::new(), distribution_ui);
        }
        section(view, ui, "Objectives", true, String::new(), objectives_ui);
        let summary = training_summary(view);
        section(view, ui, "Training", false, summary, training_ui);
    });
}

fn has_table(view: &View<'_>) -> bool {
    view.session.spec.data.source.is_table()
}

fn section(
    view: &mut View<'_>,
    ui: &mut Ui,
    title: &str,
    is_open: bool,
    summary: String,
    contents: impl FnOnce(&mut View<'_>, &mut Ui),
) {
    // A section that is to be open under other circumstances opens then, and remembers both.
    let header = CollapsingHeader::new(RichText::new(title).heading())
        .id_salt((title, is_open))
        .default_open(is_open)
        .show_unindented(ui, |ui| contents(view, ui));
    let has_begun = view.session.snapshot().epoch > 0 || view.session.has_begun();
    if has_begun && matches!(title, "Distribution" | "Data") {
        // Said before it happens, and out of the way of what is changed.
        let rect = header.header_response.rect;
        let place = egui::pos2(ui.max_rect().right() - 4.0, rect.center().y);
        let font = egui::FontId::proportional(12.0);
        ui.painter().text(
            place,
            egui::Align2::RIGHT_CENTER,
            "a change starts over",
            font,
            ui.visuals().weak_text_color(),
        );
    }
    if header.fully_closed() && !summary.is_empty() {
        ui.add(egui::Label::new(RichText::new(summary).weak()).wrap());
    }
    ui.add_space(2.0);
}

fn data_summary(view: &View<'_>) -> String {
    let data = &view.session.spec.data;
    let long_tailed = if data.long_tailed { ", made long-tailed" } else { "" };
    match data.source {
        DataSource::Gaussians => {
            let noise = if data.label_noise > 0.0 {
                format!(", {:.0} % label noise", data.label_noise * 100.0)
            } else {
                String::new()
            };
            let layout = data.layout.label();
            let map = match data.map {
                MapKind::Linear => String::new(),
                map => format!(", {} map", map.label().to_lowercase()),
            };
            format!("{layout}, {} features, spread {}{noise}{map}", data.features, data.spread)
        }
        DataSource::BuiltIn => format!("{}{long_tailed}", data.built_in.label()),
        DataSource::File => data.path.as_ref().map_or(String::new(), |path| format!("{}{long_tailed}", path.display())),
    }
}

fn training_summary(view: &View<'_>) -> String {
    let training = &view.session.spec.training;
    if training.optimiser == Optimiser::Lbfgs {
        return format!("L-BFGS to the optimum, L2 {}", short(training.l2));
    }
    let batch = match training.batch {
        Batch::Size(size) => format!("batch {size}"),
        Batch::Full => "full batch".to_owned(),
    };
    format!(
        "{}, rate {}, {batch}, L2 {}, {} epochs",
        training.optimiser.label(),
        short(training.learning_rate),
        short(training.l2),
        training.epochs
    )
}
