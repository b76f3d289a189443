//! The metric against a parameter: a line for each objective and set of other values, horizontals for the rest.

use egui::{Align2, Color32, RichText, Ui, Vec2};
use egui_plot::{AxisHints, GridInput, GridMark, HLine, Line, LineStyle, PlotPoint, Points, Text};

use super::{Rank, SweepResponse, few_marks};
use crate::ui::{
    charts::{
        axes::{name_plot, still_plot, tooltip},
        curves::line_style,
    },
    palette,
};

/// Distance at which the pointer is on a point.
const REACH: f32 = 14.0;

/// Height of a label, and of what lies below the plot.
const LABEL_HEIGHT: f32 = 15.0;
const BELOW: f32 = 44.0;

/// A point on a line.
#[derive(Debug, Clone)]
pub struct LinePoint {
    /// Where it stands on the axis of the parameter.
    pub x: f64,
    /// Mean.
    pub mean: f64,
    /// Half width of the 95 % interval; `None` with one seed.
    pub half_width: Option<f64>,
    /// Place of the point; `None` for what was published.
    pub place: Option<usize>,
    /// How it stands beside the best.
    pub rank: Rank,
    /// What the pointer is told.
    pub lines: Vec<(String, String)>,
}

/// A line.
#[derive(Debug, Clone)]
pub struct SweepCurve {
    /// Its name.
    pub name: String,
    /// Place in the palette; `None` for what was published.
    pub colour: Option<usize>,
    /// What stands at its first point, to tell it from others of the same colour.
    pub label: String,
    /// Its points, rising.
    pub points: Vec<LinePoint>,
}

/// A figure that does not depend on the parameter.
#[derive(Debug, Clone)]
pub struct Horizontal {
    /// Its name.
    pub name: String,
    /// Place in the palette; `None` for what was published.
    pub colour: Option<usize>,
    /// Mean.
    pub mean: f64,
}

/// What stands at the axes.
pub struct LinesLook<'a> {
    /// Name of the parameter.
    pub parameter: &'a str,
    /// Name of the figure.
    pub metric: &'a str,
    /// Where the values stand on the axis, with their texts.
    pub marks: Vec<(f64, String)>,
}

/// Draws the lines with their intervals.
pub fn lines_chart(
    ui: &mut Ui,
    curves: &[SweepCurve],
    horizontals: &[Horizontal],
    look: LinesLook<'_>,
    size: Vec2,
) -> SweepResponse {
    let is_dark = ui.visuals().dark_mode;
    let LinesLook { parameter, metric, marks } = look;
    let ink = |colour: Option<usize>| -> Color32 {
        colour.map_or(palette::neutral(is_dark), |colour| palette::objective(colour, is_dark))
    };
    let texts = marks.clone();
    let x_axis = AxisHints::new_x().label(RichText::new(parameter).size(14.0)).formatter(move |mark, _| {
        texts.iter().find(|(x, _)| (x - mark.value).abs() < 1e-9).map_or_else(String::new, |(_, text)| text.clone())
    });
    let places: Vec<f64> = marks.iter().map(|(x, _)| *x).collect();
    let y_axis = AxisHints::new_y().formatter(|mark, _| format!("{:.2}", mark.value));
    let plot = still_plot("Metric against a parameter", size, x_axis, y_axis)
        .x_grid_spacer(move |_: GridInput| places.iter().map(|&value| GridMark { value, step_size: 1e6 }).collect())
        .y_grid_spacer(few_marks)
        .show_grid([true, true])
        .grid_color(palette::line(is_dark));
    let [x, y] = bounds(curves, horizontals, &marks);
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(x[0]..=x[1]);
        plot_ui.set_plot_bounds_y(y[0]..=y[1]);
        let gap = (y[1] - y[0]) * f64::from(LABEL_HEIGHT / (size.y - BELOW).max(LABEL_HEIGHT));
        let of_lines = spread(horizontals.iter().map(|line| line.mean).collect(), gap);
        for (line, label_y) in horizontals.iter().zip(of_lines) {
            let colour = ink(line.colour);
            plot_ui.hline(
                HLine::new(&line.name, line.mean)
                    .color(colour)
                    .width(2.0)
                    .style(LineStyle::dashed_loose())
                    .allow_hover(false),
            );
            let at = PlotPoint::new(x[1] - (x[1] - x[0]) * 0.004, label_y);
            let text = RichText::new(&line.name).size(13.0).color(ui_text(colour, is_dark));
            plot_ui.text(Text::new("", at, text).anchor(Align2::RIGHT_BOTTOM));
        }
        let firsts = curves.iter().map(|curve| curve.points.first().map_or(f64::NAN, |first| first.mean));
        let of_curves = spread(firsts.collect(), gap);
        for (curve, label_y) in curves.iter().zip(of_curves) {
            let colour = ink(curve.colour);
            let style = curve.colour.map_or(LineStyle::dotted_dense(), line_style);
            let points: Vec<[f64; 2]> = curve.points.iter().map(|point| [point.x, point.mean]).collect();
            plot_ui
                .line(Line::new(&curve.name, points.clone()).color(colour).width(2.0).style(style).allow_hover(false));
            for point in &curve.points {
                if let Some(half) = point.half_width {
                    let bar = vec![[point.x, point.mean - half], [point.x, point.mean + half]];
                    plot_ui.line(Line::new("", bar).color(colour).width(1.5).allow_hover(false));
                }
            }
            if let Some(first) = curve.points.first().filter(|_| !curve.label.is_empty()) {
                let at = PlotPoint::new(first.x - (x[1] - x[0]) * 0.008, label_y);
                let text = RichText::new(&curve.label).size(13.0).color(ui_text(colour, is_dark));
                plot_ui.text(Text::new("", at, text).anchor(Align2::RIGHT_CENTER));
            }
            let shape = curve.colour.map_or(egui_plot::MarkerShape::Cross, palette::marker);
            plot_ui.points(
                Points::new(&curve.name, points).shape(shape).radius(5.0).color(colour).filled(true).allow_hover(false),
            );
            for (rank, radius) in [(Rank::Best, 11.0), (Rank::Alike, 8.0)] {
                let ringed: Vec<[f64; 2]> =
                    curve.points.iter().filter(|point| point.rank == rank).map(|point| [point.x, point.mean]).collect();
                let ring = Points::new("", ringed).shape(egui_plot::MarkerShape::Circle).radius(radius).filled(false);
                plot_ui.points(ring.color(palette::text(is_dark)).allow_hover(false));
            }
        }
    });
    name_plot(&shown.response, "Metric against a parameter");
    let near = shown.response.hover_pos().and_then(|pointer| {
        let all = curves.iter().flat_map(|curve| curve.points.iter().map(move |point| (curve, point)));
        let distance = |point: &LinePoint| {
            shown.transform.position_from_point(&PlotPoint::new(point.x, point.mean)).distance(pointer)
        };
        let nearest = all.min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
        nearest.filter(|(_, point)| distance(point) <= REACH)
    });
    let clicked = near.and_then(|(_, point)| point.place).filter(|_| shown.response.clicked());
    let response = match near {
        Some((curve, point)) => tooltip(shown.response, &curve.name, &point.lines),
        None => shown.response.on_hover_text(format!("{metric} against {parameter}: point at a mark for its numbers; click it to load it in the lab. Large ring: best; small ring: not distinguishable from it")),
    };
    SweepResponse { response, clicked }
}

/// A colour in which small text can be read on a card.
fn ui_text(colour: Color32, is_dark: bool) -> Color32 {
    colour.lerp_to_gamma(palette::text(is_dark), 0.55)
}

/// Heights moved apart, upwards, until they are a gap from each other; in the order given.
fn spread(heights: Vec<f64>, gap: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..heights.len()).filter(|&idx| heights[idx].is_finite()).collect();
    order.sort_by(|&a, &b| heights[a].total_cmp(&heights[b]));
    let mut moved = heights;
    for pair in 1..order.len() {
        let (below, here) = (order[pair - 1], order[pair]);
        moved[here] = moved[here].max(moved[below] + gap);
    }
    moved
}

/// What is shown of both axes, with some room.
fn bounds(curves: &[SweepCurve], horizontals: &[Horizontal], marks: &[(f64, String)]) -> [[f64; 2]; 2] {
    let range = |values: &mut dyn Iterator<Item = f64>, room: f64| {
        let [low, high] = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(v), high.max(v)]);
        if low > high {
            return [0.0, 1.0];
        }
        let margin = ((high - low) * room).max(1e-3);
        [low - margin, high + margin]
    };
    let with_bar = |mean: f64, half: Option<f64>| [mean - half.unwrap_or(0.0), mean + half.unwrap_or(0.0)];
    let of_points =
        curves.iter().flat_map(|curve| &curve.points).flat_map(|point| with_bar(point.mean, point.half_width));
    let of_lines = horizontals.iter().map(|line| line.mean);
    [range(&mut marks.iter().map(|(x, _)| *x), 0.13), range(&mut of_points.chain(of_lines), 0.08)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_would_overlap_are_moved_apart_and_keep_their_order() {
        assert_eq!(spread(vec![3.0, 1.0, 1.5, 9.0], 2.0), [5.0, 1.0, 3.0, 9.0]);
        assert!(spread(vec![f64::NAN, 1.0], 2.0)[0].is_nan());
    }
}
