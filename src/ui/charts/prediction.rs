//! Bars or a curve that are drawn by hand before training, and afterwards what came out over them.

use egui::{Align2, Key, Sense, Stroke, StrokeKind, Ui, Vec2};
use egui_plot::{AxisHints, Bar, BarChart, GridMark, Line, PlotBounds, PlotPoint, PlotUi, Points};

use super::{
    Classes,
    axes::{axis_name, class_axis, fix_bounds, name_plot, share_axis, share_marks, still_plot},
};
use crate::{
    bounds::Bounded,
    lesson::Drawing,
    numbers::thousands,
    ui::{palette, theme},
};

/// The chart's name, for screen readers and tests.
pub const PREDICTION: &str = "Your prediction";

/// What is drawn, and what it is seen against.
#[derive(Debug, Clone, Copy)]
pub struct PredictionLook<'a> {
    /// What is drawn.
    pub drawing: Drawing,
    /// The classes, for bars.
    pub classes: &'a Classes,
    /// The last epoch, for a curve.
    pub epochs: u64,
    /// Colour of the objective.
    pub colour: usize,
}

/// What was done to a prediction.
#[derive(Debug, Default)]
pub struct PredictionResponse {
    /// The prediction where it was changed.
    pub moved: Option<Vec<f64>>,
    /// Whether Enter was pressed on it: it is done.
    pub is_done: bool,
}

/// Predicted bars from head to tail, or points of a curve, dragged or moved by keys while nothing is known of `truth`; then
/// the truth beside or over them.
pub fn prediction_chart(
    ui: &mut Ui,
    look: PredictionLook<'_>,
    drawn: &[f64],
    truth: &[Option<f64>],
    size: Vec2,
) -> PredictionResponse {
    let is_dark = ui.visuals().dark_mode;
    let is_open = truth.is_empty();
    let (is_curve, n_values) = (look.drawing == Drawing::Curve, drawn.len());
    let y_axis = share_axis().label(axis_name(match look.drawing {
        Drawing::Recall => "Recall",
        Drawing::LossShares => "Share of the loss",
        Drawing::Curve => "Macro recall",
    }));
    let plot = if is_curve {
        still_plot("prediction", size, epoch_axis(look.epochs), y_axis)
            .x_grid_spacer(move |_| (0..n_values).map(|rank| GridMark { value: rank as f64, step_size: 1e6 }).collect())
    } else {
        let (x_axis, x_marks) = class_axis(ui.ctx(), look.classes, size.x);
        still_plot("prediction", size, x_axis, y_axis).x_grid_spacer(x_marks)
    };
    let plot = plot
        .y_grid_spacer(share_marks)
        .show_grid([is_curve, true])
        .grid_color(palette::line(is_dark))
        .sense(if is_open { Sense::click_and_drag() } else { Sense::hover() });
    let shown = plot.show(ui, |plot_ui| {
        if is_curve {
            let right = drawn.len().saturating_sub(1) as f64;
            plot_ui.set_plot_bounds(PlotBounds::from_min_max([-0.3, -0.045], [right + 0.3, 1.045]));
            curves(plot_ui, look, drawn, truth, is_dark);
        } else {
            fix_bounds(plot_ui, look.classes, [-0.045, 1.045]);
            bars(plot_ui, look, drawn, truth, is_dark);
        }
    });
    name_plot(&shown.response, PREDICTION);
    if !is_open {
        return PredictionResponse::default();
    }
    let painter = ui.painter();
    if shown.response.has_focus() {
        let ink = palette::accent(is_dark);
        painter.rect_stroke(shown.response.rect, 3.0, Stroke::new(2.0, ink), StrokeKind::Inside);
    }
    if drawn.iter().all(|&recall| recall == 0.5) {
        let middle = shown.transform.position_from_point(&PlotPoint::new((drawn.len() as f64 - 1.0) / 2.0, 0.8));
        let what = if is_curve { "points" } else { "bars" };
        let text = format!("Drag the {what} (or Tab, then arrows)");
        painter.text(middle, Align2::CENTER_CENTER, text, theme::font(15.0), palette::text(is_dark));
    }
    if let Some(pointer) = shown.response.interact_pointer_pos() {
        let at = shown.transform.value_from_position(pointer);
        let rank = at.x.round().within(0.0, (drawn.len() as f64 - 1.0).max(0.0)) as usize;
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

/// The drawn bars, and those that came out at their right.
fn bars(plot_ui: &mut PlotUi<'_>, look: PredictionLook<'_>, drawn: &[f64], truth: &[Option<f64>], is_dark: bool) {
    let (width, shift) = if truth.is_empty() { (0.8, 0.0) } else { (0.4, 0.2) };
    let bar = |(rank, &value): (usize, &f64)| {
        let bar = Bar::new(rank as f64 - shift, value).width(width).fill(palette::neutral(is_dark));
        bar.stroke(Stroke::new(1.5, palette::text(is_dark)))
    };
    let bars = drawn.iter().enumerate().map(bar).collect();
    plot_ui.bar_chart(BarChart::new(PREDICTION, bars).allow_hover(false));
    let points = points_at(truth, shift);
    let ink = palette::objective(look.colour, is_dark);
    let true_bar = |&[x, value]: &[f64; 2]| Bar::new(x, value).width(width).fill(ink).stroke(Stroke::NONE);
    plot_ui.bar_chart(BarChart::new("Truth", points.iter().map(true_bar).collect()).allow_hover(false));
    let markers = Points::new("Truth", points).shape(palette::marker(look.colour)).radius(theme::sized(4.0));
    plot_ui.points(markers.color(ink).filled(true).allow_hover(false));
}

/// The drawn curve, and the one that came out over it.
fn curves(plot_ui: &mut PlotUi<'_>, look: PredictionLook<'_>, drawn: &[f64], truth: &[Option<f64>], is_dark: bool) {
    let values: Vec<Option<f64>> = drawn.iter().copied().map(Some).collect();
    let grey = palette::weak_text(is_dark);
    let ink = palette::objective(look.colour, is_dark);
    for (name, points, colour) in [(PREDICTION, points_at(&values, 0.0), grey), ("Truth", points_at(truth, 0.0), ink)] {
        plot_ui.line(Line::new(name, points.clone()).color(colour).width(theme::sized(2.5)).allow_hover(false));
        let shape = if name == PREDICTION { egui_plot::MarkerShape::Circle } else { palette::marker(look.colour) };
        let markers = Points::new(name, points).shape(shape).radius(theme::sized(5.0));
        plot_ui.points(markers.color(colour).filled(true).allow_hover(false));
    }
}

/// Values as points of the plot, moved to the right by `shift`.
fn points_at(values: &[Option<f64>], shift: f64) -> Vec<[f64; 2]> {
    let point = |(rank, value): (usize, &Option<f64>)| Some([rank as f64 + shift, (*value)?]);
    values.iter().enumerate().filter_map(point).collect()
}

/// Epochs below the points of a curve.
fn epoch_axis<'a>(epochs: u64) -> AxisHints<'a> {
    AxisHints::new_x().label(axis_name("Epoch")).formatter(move |mark, _| {
        let epoch = Drawing::epoch_of(mark.value.round().max(0.0) as usize, epochs);
        if epoch.fract() == 0.0 { thousands(epoch as u64) } else { format!("{epoch:.1}") }
    })
}

/// Left and right choose a bar or point, up and down move it.
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
