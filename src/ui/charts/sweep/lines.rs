//! The metric against a parameter: a line for each objective and set of other values, horizontals for the rest.

use egui::{Align2, Color32, RichText, Ui, Vec2};
use egui_plot::{AxisHints, GridInput, GridMark, Line, LineStyle, PlotPoint, Points, Text};

use super::{Rank, SweepResponse, few_marks};
use crate::ui::theme;
use crate::{
    experiment::sweep::spread,
    ui::{
        charts::{
            axes::{name_plot, still_plot, tooltip},
            curves::line_style,
        },
        fit::shorten,
        palette,
    },
};

/// Distance at which the pointer is on a point.
const REACH: f32 = 14.0;

/// Height of a label, about the width of a letter in it, and what lies below and at the left of the plot.
const LABEL_HEIGHT: f32 = 15.0;
const LETTER: f32 = 6.8;
const BELOW: f32 = 44.0;
const LEFT: f32 = 52.0;
/// Letters of a label at most.
const MOST_LETTERS: usize = 48;
/// Between a mark and its label, beyond the largest ring.
const BESIDE: f32 = 15.0;

/// A point on a line.
#[derive(Debug, Clone)]
pub struct LinePoint {
    /// Where it stands on the axis of the parameter.
    pub x: f64,
    /// Mean.
    pub mean: f64,
    /// Ends of the 95 % interval; `None` with one seed.
    pub interval: Option<[f64; 2]>,
    /// Place of the point; `None` for what was published.
    pub place: Option<usize>,
    /// How it compares with the best point.
    pub rank: Rank,
    /// Its name, for the pointer.
    pub name: String,
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
    /// What stands beside its first point, to tell it from others of the same colour; beside its last one where it was
    /// published.
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
    let x_axis =
        AxisHints::new_x().label(RichText::new(parameter).size(theme::sized(14.0))).formatter(move |mark, _| {
            texts.iter().find(|(x, _)| (x - mark.value).abs() < 1e-9).map_or_else(String::new, |(_, text)| text.clone())
        });
    let places: Vec<f64> = marks.iter().map(|(x, _)| *x).collect();
    let y_axis = AxisHints::new_y().formatter(|mark, _| format!("{:.2}", mark.value));
    let plot = still_plot("Metric against a parameter", size, x_axis, y_axis)
        .x_grid_spacer(move |_: GridInput| places.iter().map(|&value| GridMark { value, step_size: 1e6 }).collect())
        .y_grid_spacer(few_marks)
        .show_grid([true, true])
        .grid_color(palette::line(is_dark));
    let width = f64::from((size.x - LEFT).max(1.0));
    let labels = Labels::of(curves, horizontals);
    let [x, y] = bounds(curves, horizontals, &marks, labels.shares(width));
    let [first, last] = [marks.first(), marks.last()].map(|mark| mark.map_or(0.0, |(x, _)| *x));
    let beside = (x[1] - x[0]) * f64::from(BESIDE) / width;
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(x[0]..=x[1]);
        plot_ui.set_plot_bounds_y(y[0]..=y[1]);
        let gap = (y[1] - y[0]) * f64::from(LABEL_HEIGHT / (size.y - BELOW).max(LABEL_HEIGHT));
        let mut write = |labels: &[Label], x: f64, anchor: Align2| {
            let heights = spread(labels.iter().map(|label| label.height).collect(), gap, y[1] - gap / 2.0);
            for (label, height) in labels.iter().zip(heights) {
                let text =
                    RichText::new(&label.text).size(theme::sized(13.0)).color(ui_text(ink(label.colour), is_dark));
                plot_ui.text(Text::new("", PlotPoint::new(x, height), text).anchor(anchor));
            }
        };
        write(&labels.left, first - beside, Align2::RIGHT_CENTER);
        write(&labels.right, last + beside, Align2::LEFT_CENTER);
        for line in horizontals {
            let style = LineStyle::dashed_loose();
            // From mark to mark, so that it strikes no label out.
            let ends = vec![[first, line.mean], [last, line.mean]];
            plot_ui
                .line(Line::new(&line.name, ends).color(ink(line.colour)).width(2.0).style(style).allow_hover(false));
        }
        for curve in curves {
            let colour = ink(curve.colour);
            let style = curve.colour.map_or(LineStyle::dotted_dense(), line_style);
            let points: Vec<[f64; 2]> = curve.points.iter().map(|point| [point.x, point.mean]).collect();
            plot_ui
                .line(Line::new(&curve.name, points.clone()).color(colour).width(2.0).style(style).allow_hover(false));
            for point in &curve.points {
                if let Some(ends) = point.interval {
                    let bar = ends.map(|end| [point.x, end]).to_vec();
                    plot_ui.line(Line::new("", bar).color(colour).width(1.5).allow_hover(false));
                }
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
        let all = curves.iter().flat_map(|curve| &curve.points);
        let distance = |point: &LinePoint| {
            shown.transform.position_from_point(&PlotPoint::new(point.x, point.mean)).distance(pointer)
        };
        let nearest = all.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.filter(|point| distance(point) <= REACH)
    });
    let clicked = near.and_then(|point| point.place).filter(|_| shown.response.clicked());
    let response = match near {
        Some(point) => tooltip(shown.response, &point.name, &point.lines),
        None => shown.response.on_hover_text(format!("{metric} against {parameter}: point at a mark for its numbers; click it to load it in the lab. Large ring: best; small ring: not distinguishable from it")),
    };
    SweepResponse { response, clicked }
}

/// A colour in which small text can be read on a card.
fn ui_text(colour: Color32, is_dark: bool) -> Color32 {
    colour.lerp_to_gamma(palette::text(is_dark), 0.55)
}

/// A text beside a line.
struct Label {
    text: String,
    height: f64,
    colour: Option<usize>,
}

/// The texts at the left of the lines, and those at their right.
struct Labels {
    left: Vec<Label>,
    right: Vec<Label>,
}

impl Labels {
    fn of(curves: &[SweepCurve], horizontals: &[Horizontal]) -> Self {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for curve in curves.iter().filter(|curve| !curve.label.is_empty()) {
            let is_published = curve.colour.is_none();
            let end = if is_published { curve.points.last() } else { curve.points.first() };
            let height = end.map_or(f64::NAN, |end| end.mean);
            let text = shorten(&curve.label, MOST_LETTERS);
            let side = if is_published { &mut right } else { &mut left };
            side.push(Label { text, height, colour: curve.colour });
        }
        right.extend(horizontals.iter().map(|line| Label {
            text: shorten(&line.name, MOST_LETTERS),
            height: line.mean,
            colour: line.colour,
        }));
        Self { left, right }
    }

    /// Shares of the width that both sides take.
    fn shares(&self, width: f64) -> [f64; 2] {
        const MOST: f64 = 0.4;
        [&self.left, &self.right].map(|labels| {
            let letters = labels.iter().map(|label| label.text.chars().count()).max().unwrap_or(0);
            (f64::from(BESIDE * 2.0 + letters as f32 * LETTER) / width).min(MOST)
        })
    }
}

/// What is shown of both axes, with some room, and these shares of the width beside the marks.
fn bounds(
    curves: &[SweepCurve],
    horizontals: &[Horizontal],
    marks: &[(f64, String)],
    [left, right]: [f64; 2],
) -> [[f64; 2]; 2] {
    let range = |values: &mut dyn Iterator<Item = f64>| {
        let [low, high] = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(v), high.max(v)]);
        if low <= high { [low, high] } else { [0.0, 1.0] }
    };
    let [low, high] = range(&mut marks.iter().map(|(x, _)| *x));
    let whole = (high - low).max(1e-3) / (1.0 - left - right);
    let with_bar = |point: &LinePoint| point.interval.unwrap_or([point.mean; 2]);
    let of_points = curves.iter().flat_map(|curve| &curve.points).flat_map(with_bar);
    let [least, most] = range(&mut of_points.chain(horizontals.iter().map(|line| line.mean)));
    let margin = ((most - least) * 0.08).max(1e-3);
    [[low - whole * left, high + whole * right], [least - margin, most + margin]]
}
