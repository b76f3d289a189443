//! Recall of the tail against recall of the head: every point, and the front that nothing else beats.

use egui::{RichText, Ui, Vec2};
use egui_plot::{AxisHints, Line, LineStyle, PlotPoint, Points, VLine};

use super::{Rank, SweepResponse, few_marks};
use crate::ui::theme;
use crate::{
    experiment::sweep::stairs,
    ui::{
        charts::axes::{name_plot, still_plot, tooltip},
        palette,
    },
};

/// Distance at which the pointer is on a point.
const REACH: f32 = 14.0;

/// A point.
#[derive(Debug, Clone)]
pub struct FrontPoint {
    /// Its name.
    pub name: String,
    /// Place in the palette.
    pub colour: usize,
    /// Recall of head and tail.
    pub at: [f64; 2],
    /// Place of the point.
    pub place: usize,
    /// How it compares with the best point.
    pub rank: Rank,
    /// What the pointer is told.
    pub lines: Vec<(String, String)>,
}

/// Draws the points; `front` are the corners of the front from the right, `floor` the recall that the head must keep.
pub fn front_chart(
    ui: &mut Ui,
    points: &[FrontPoint],
    front: &[[f64; 2]],
    floor: Option<f64>,
    size: Vec2,
) -> SweepResponse {
    let is_dark = ui.visuals().dark_mode;
    let title = |text: &str| RichText::new(text).size(theme::sized(14.0));
    let number = |value: f64| format!("{value:.2}");
    let x_axis = AxisHints::new_x().label(title("Recall of the head")).formatter(move |mark, _| number(mark.value));
    let y_axis = AxisHints::new_y().label(title("Recall of the tail")).formatter(move |mark, _| number(mark.value));
    let plot = still_plot("Head against tail recall of the sweep", size, x_axis, y_axis)
        .x_grid_spacer(few_marks)
        .y_grid_spacer(few_marks)
        .show_grid([true, true])
        .grid_color(palette::line(is_dark));
    let range = |axis: usize| {
        let values = points.iter().map(|point| point.at[axis]);
        let [low, high] = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(v), high.max(v)]);
        let room = ((high - low) * 0.07).max(0.005);
        if low <= high { low - room..=high + room } else { 0.0..=1.0 }
    };
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(range(0));
        plot_ui.set_plot_bounds_y(range(1));
        if let Some(floor) = floor {
            let line = VLine::new("", floor).color(palette::warning(is_dark)).width(2.0);
            plot_ui.vline(line.style(LineStyle::dashed_loose()).allow_hover(false));
        }
        plot_ui.line(Line::new("", stairs(front)).color(palette::neutral(is_dark)).width(2.0).allow_hover(false));
        for point in points {
            let marker = Points::new(&point.name, vec![point.at]).shape(palette::marker(point.colour)).radius(5.0);
            plot_ui.points(marker.color(palette::objective(point.colour, is_dark)).filled(true).allow_hover(false));
            let radius = match point.rank {
                Rank::Best => 11.0,
                Rank::Alike => 8.0,
                Rank::Other => continue,
            };
            let ring = Points::new("", vec![point.at]).shape(egui_plot::MarkerShape::Circle).radius(radius);
            plot_ui.points(ring.filled(false).color(palette::text(is_dark)).allow_hover(false));
        }
    });
    name_plot(&shown.response, "Head against tail recall of the sweep");
    let near = shown.response.hover_pos().and_then(|pointer| {
        let distance = |point: &FrontPoint| {
            shown.transform.position_from_point(&PlotPoint::new(point.at[0], point.at[1])).distance(pointer)
        };
        let nearest = points.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.filter(|point| distance(point) <= REACH)
    });
    let clicked = near.map(|point| point.place).filter(|_| shown.response.clicked());
    let response = match near {
        Some(point) => tooltip(shown.response, &point.name, &point.lines),
        None => shown.response.on_hover_text("On the line lie the points that nothing else beats on both. Large ring: best; small ring: not distinguishable from it. Click a point to load it in the lab"),
    };
    SweepResponse { response, clicked }
}
