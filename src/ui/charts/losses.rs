//! Losses and their derivatives against p_t, and shares of a sum as bars.

use egui::{Align, Align2, Color32, CursorIcon, Rect, RichText, Sense, Stroke, Ui, Vec2};
use egui_plot::{AxisHints, GridMark, Line, Points, Text, VLine};

use super::axes::{log_axis, log_marks, name_plot, still_plot, tooltip};
use crate::{
    bounds::Bounded,
    loss::CurvePoint,
    numbers::three_digits,
    state::{NamedCurve, ReadingLine},
    ui::{
        palette::{self, Ink},
        theme,
    },
};

/// What is drawn of each curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossAxis {
    /// The loss, on a linear axis.
    Loss,
    /// The loss, on a log axis.
    LogLoss,
    /// The derivative with respect to the logit.
    SlopeLogit,
    /// The derivative with respect to p_t.
    SlopeP,
}

impl LossAxis {
    /// The value that is told.
    pub fn value(self, point: CurvePoint) -> f64 {
        match self {
            Self::Loss | Self::LogLoss => point.value,
            Self::SlopeLogit => point.slope_logit,
            Self::SlopeP => point.slope_p,
        }
    }

    /// The place on the axis.
    fn height(self, point: CurvePoint) -> f64 {
        // A loss of 0 has no place on a log axis and lies far below it.
        if self == Self::LogLoss { self.value(point).max(1e-30).log10() } else { self.value(point) }
    }

    /// The part that is shown, which stays put; losses as in figure 1 of Lin et al.
    fn bounds(self) -> [f64; 2] {
        match self {
            Self::Loss => [-0.15, 5.2],
            Self::LogLoss => [-5.2, 1.0],
            Self::SlopeLogit => [-1.55, 0.05],
            Self::SlopeP => [-10.3, 0.3],
        }
    }

    fn is_slope(self) -> bool {
        matches!(self, Self::SlopeLogit | Self::SlopeP)
    }

    /// Distance of marks on a linear axis.
    fn step(self) -> f64 {
        match self {
            Self::Loss | Self::LogLoss => 1.0,
            Self::SlopeLogit => 0.5,
            Self::SlopeP => 2.0,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Loss | Self::LogLoss => "Loss",
            Self::SlopeLogit => "dL/dxₜ",
            Self::SlopeP => "dL/dpₜ",
        }
    }
}

/// A drawn chart of losses.
#[derive(Debug)]
pub struct LossResponse {
    /// The chart.
    pub response: egui::Response,
    /// The p_t that the pointer asks for by a press or a drag.
    pub chosen: Option<f64>,
    /// Whether the press has just begun.
    pub is_grasped: bool,
}

/// The shown curves against p_t from 0 to 1, with the lines at which they are read out, that in hand drawn thicker; `name` is
/// for screen readers and tests.
pub fn loss_chart(
    ui: &mut Ui,
    name: &'static str,
    curves: &[NamedCurve],
    [hard, easy]: [f64; 2],
    in_hand: ReadingLine,
    axis: LossAxis,
    size: Vec2,
) -> LossResponse {
    let is_dark = ui.visuals().dark_mode;
    let x_axis = AxisHints::new_x().formatter(|mark, _| format!("{:.1}", mark.value));
    let y_axis =
        if axis == LossAxis::LogLoss { log_axis() } else { AxisHints::new_y().formatter(|mark, _| tick(mark.value)) };
    let mut plot = still_plot(name, size, x_axis.label("pₜ"), y_axis)
        .show_grid([true, true])
        .grid_color(palette::line(is_dark))
        .x_grid_spacer(|_| even_marks(0.2, [0.0, 1.0]));
    plot = if axis == LossAxis::LogLoss {
        plot.y_grid_spacer(log_marks)
    } else {
        plot.y_grid_spacer(move |_| even_marks(axis.step(), axis.bounds()))
    };
    let drawn = || curves.iter().filter(|line| line.is_shown);
    let shown = plot.show(ui, |plot_ui| {
        let [low, high] = axis.bounds();
        plot_ui.set_plot_bounds_x(-0.012..=1.02);
        plot_ui.set_plot_bounds_y(low..=high);
        let dashes = egui_plot::LineStyle::dashed_dense();
        for (line, name, p_t, ink, style) in [
            (ReadingLine::Hard, "hard", hard, palette::positives(is_dark), dashes),
            (ReadingLine::Easy, "easy", easy, palette::negatives(is_dark), egui_plot::LineStyle::Solid),
        ] {
            let width = if line == in_hand { 3.0 } else { 2.0 };
            plot_ui.vline(VLine::new(name, p_t).color(ink).width(width).style(style).allow_hover(false));
            // Beside its line, on the side and at the end where no curve is.
            let (end, vertical) = if axis.is_slope() { (low, Align::BOTTOM) } else { (high, Align::TOP) };
            let (side, horizontal) = if p_t > 0.5 { (-0.006, Align::RIGHT) } else { (0.006, Align::LEFT) };
            let word = RichText::new(format!("{name}: pₜ = {p_t}")).color(ink).size(theme::sized(13.0)).strong();
            let place = egui_plot::PlotPoint::new(p_t + side, end);
            plot_ui.text(Text::new("line", place, word).anchor(Align2([horizontal, vertical])).allow_hover(false));
        }
        for line in drawn() {
            let ink = Ink::Neutral(line.place);
            let colour = ink.colour(is_dark);
            let points: Vec<[f64; 2]> = line.curve.trace().map(|(p_t, point)| [p_t, axis.height(point)]).collect();
            let curve = Line::new(&line.name, points).color(colour).width(2.5).style(ink.line_style());
            plot_ui.line(curve.allow_hover(false));
            let read_out = [hard, easy].map(|p_t| [p_t, axis.height(line.curve.at(p_t))]).to_vec();
            let marker = Points::new(&line.name, read_out);
            let (shape, is_filled) = ink.marker();
            let marker = marker.shape(shape).radius(5.0).color(colour).filled(is_filled);
            plot_ui.points(marker.allow_hover(false));
        }
    });
    name_plot(&shown.response, name);
    let place = |position| shown.transform.value_from_position(position).x.within(0.0, 1.0);
    let is_held = shown.response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    let chosen = shown.response.interact_pointer_pos().filter(|_| is_held).map(place);
    let is_grasped = ui.input(|input| input.pointer.primary_pressed());
    if shown.response.has_focus() {
        let ring = Stroke::new(1.5, palette::accent(is_dark));
        ui.painter().rect_stroke(shown.response.rect, 2.0, ring, egui::StrokeKind::Inside);
    }
    let Some(hovered) = shown.response.hover_pos().map(place) else {
        return LossResponse { response: shown.response, chosen, is_grasped };
    };
    let mut lines: Vec<(String, String)> =
        drawn().map(|line| (line.name.clone(), told(axis.value(line.curve.at(hovered))))).collect();
    lines.push(("Drag, or click and press ← →".to_owned(), String::new()));
    let response = shown.response.on_hover_cursor(CursorIcon::ResizeHorizontal);
    LossResponse {
        response: tooltip(response, &format!("{} at pₜ = {hovered:.3}", axis.label()), &lines),
        chosen,
        is_grasped,
    }
}

/// Marks at multiples of a step.
fn even_marks(step: f64, [low, high]: [f64; 2]) -> Vec<GridMark> {
    let multiples = (low / step).ceil() as i32..=(high / step + 1e-9).floor() as i32;
    multiples.map(|k| GridMark { value: f64::from(k) * step, step_size: 1e6 }).collect()
}

/// A value with the sign of print.
fn told(value: f64) -> String {
    three_digits(value)
}

/// A mark with the sign of print.
fn tick(value: f64) -> String {
    if value < 0.0 { format!("−{}", -value) } else { value.abs().to_string() }
}

/// Height of a bar of shares.
const BAR: f32 = 26.0;

/// A whole bar cut in two: the share of the first part at the left, of the second at the right; empty where nobody owns
/// anything. `name` is for screen readers and tests.
pub fn shares_bar(ui: &mut Ui, name: &str, first: Option<f64>, labels: [String; 2]) -> egui::Response {
    let is_dark = ui.visuals().dark_mode;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), theme::sized(BAR)), Sense::hover());
    if let Some(first) = first {
        let cut = rect.left() + rect.width() * first.within(0.0, 1.0) as f32;
        let left = Rect::from_min_max(rect.min, egui::pos2(cut, rect.bottom()));
        let right = Rect::from_min_max(egui::pos2(cut, rect.top()), rect.max);
        let part = |part: Rect, ground: Color32, text: &str| {
            ui.painter().rect_filled(part, 0.0, ground);
            let ink = palette::text_on(ground);
            let galley = ui.painter().layout_no_wrap(text.to_owned(), theme::font(15.0), ink);
            // A part that is too narrow for its name is told by the words above.
            if galley.size().x + 8.0 < part.width() {
                let place = Align2::CENTER_CENTER.anchor_size(part.center(), galley.size());
                ui.painter().galley(place.min, galley, ink);
            }
        };
        part(left, palette::positives(is_dark), &labels[0]);
        part(right, palette::negatives(is_dark), &labels[1]);
    }
    let line = Stroke::new(1.0, palette::weak_text(is_dark));
    ui.painter().rect_stroke(rect, 0.0, line, egui::StrokeKind::Inside);
    name_plot(&response, name);
    response
}
