//! Bars that are drawn by hand before training, and afterwards what came out over them.

use egui::{Align2, Key, Sense, StrokeKind, Ui, Vec2};
use egui_plot::{Bar, BarChart, PlotPoint, Points};

use super::{
    Classes,
    axes::{axis_name, class_axis, fix_bounds, name_plot, share_axis, share_marks, still_plot},
};
use crate::{
    bounds::Bounded,
    ui::{palette, theme},
};

/// The chart's name, for screen readers and tests.
pub const PREDICTION: &str = "Your prediction";

/// What was done to a prediction.
#[derive(Debug, Default)]
pub struct PredictionResponse {
    /// The prediction where it was changed.
    pub moved: Option<Vec<f64>>,
    /// Whether Enter was pressed on it: it is done.
    pub is_done: bool,
}

/// Bars of the predicted recall of each class from head to tail, dragged or moved by keys while nothing is known of `truth`;
/// then the truth beside them.
pub fn prediction_chart(
    ui: &mut Ui,
    classes: &Classes,
    drawn: &[f64],
    truth: &[Option<f64>],
    colour: usize,
    size: Vec2,
) -> PredictionResponse {
    let is_dark = ui.visuals().dark_mode;
    let is_open = truth.is_empty();
    let (x_axis, x_marks) = class_axis(ui.ctx(), classes, size.x);
    let plot = still_plot("prediction", size, x_axis, share_axis().label(axis_name("Recall")))
        .x_grid_spacer(x_marks)
        .y_grid_spacer(share_marks)
        .show_grid([false, true])
        .grid_color(palette::line(is_dark))
        .sense(if is_open { Sense::click_and_drag() } else { Sense::hover() });
    let shown = plot.show(ui, |plot_ui| {
        fix_bounds(plot_ui, classes, [-0.045, 1.045]);
        let width = if is_open { 0.8 } else { 0.4 };
        let shift = if is_open { 0.0 } else { 0.2 };
        let bar = |(rank, &recall): (usize, &f64)| {
            let bar = Bar::new(rank as f64 - shift, recall).width(width).fill(palette::neutral(is_dark));
            bar.stroke(egui::Stroke::new(1.5, palette::text(is_dark)))
        };
        let bars = drawn.iter().enumerate().map(bar).collect();
        plot_ui.bar_chart(BarChart::new(PREDICTION, bars).allow_hover(false));
        let points: Vec<[f64; 2]> =
            truth.iter().enumerate().filter_map(|(rank, recall)| Some([rank as f64 + shift, (*recall)?])).collect();
        let ink = palette::objective(colour, is_dark);
        let true_bar = |&[x, recall]: &[f64; 2]| Bar::new(x, recall).width(width).fill(ink).stroke(egui::Stroke::NONE);
        plot_ui.bar_chart(BarChart::new("Truth", points.iter().map(true_bar).collect()).allow_hover(false));
        let markers = Points::new("Truth", points).shape(palette::marker(colour)).radius(theme::sized(4.0));
        plot_ui.points(markers.color(ink).filled(true).allow_hover(false));
    });
    name_plot(&shown.response, PREDICTION);
    if !is_open {
        return PredictionResponse::default();
    }
    let painter = ui.painter();
    if shown.response.has_focus() {
        let ink = palette::accent(is_dark);
        painter.rect_stroke(shown.response.rect, 3.0, egui::Stroke::new(2.0, ink), StrokeKind::Inside);
    }
    if drawn.iter().all(|&recall| recall == 0.5) {
        let middle = shown.transform.position_from_point(&PlotPoint::new((classes.len() as f64 - 1.0) / 2.0, 0.8));
        let text = "Drag the bars (or Tab, then arrows)";
        painter.text(middle, Align2::CENTER_CENTER, text, theme::font(15.0), palette::text(is_dark));
    }
    if let Some(pointer) = shown.response.interact_pointer_pos() {
        let at = shown.transform.value_from_position(pointer);
        let rank = at.x.round().within(0.0, classes.len() as f64 - 1.0) as usize;
        let mut moved = drawn.to_vec();
        if let Some(recall) = moved.get_mut(rank) {
            *recall = (at.y.within(0.0, 1.0) * 100.0).round() / 100.0;
        }
        ui.data_mut(|data| data.insert_temp(shown.response.id, rank));
        // Keys go on where the pointer was.
        shown.response.request_focus();
        return PredictionResponse { moved: Some(moved), is_done: false };
    }
    let is_done = shown.response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    PredictionResponse { moved: moved_by_keys(ui, &shown.response, drawn), is_done }
}

/// Left and right choose a bar, up and down move it.
fn moved_by_keys(ui: &Ui, response: &egui::Response, drawn: &[f64]) -> Option<Vec<f64>> {
    const STEP: f64 = 0.05;
    if !response.has_focus() {
        return None;
    }
    let filter = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..egui::EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let mut rank: usize = ui.data(|data| data.get_temp(response.id)).unwrap_or(0);
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    if pressed(Key::ArrowLeft) {
        rank = rank.saturating_sub(1);
    }
    if pressed(Key::ArrowRight) {
        rank = (rank + 1).min(drawn.len().saturating_sub(1));
    }
    ui.data_mut(|data| data.insert_temp(response.id, rank));
    let step = f64::from(i8::from(pressed(Key::ArrowUp))) - f64::from(i8::from(pressed(Key::ArrowDown)));
    if step == 0.0 {
        return None;
    }
    let mut moved = drawn.to_vec();
    let recall = moved.get_mut(rank)?;
    *recall = ((*recall + step * STEP).within(0.0, 1.0) * 100.0).round() / 100.0;
    Some(moved)
}
