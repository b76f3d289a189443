//! Parallel coordinates: every parameter an axis, every point a line that ends at its figure.

use egui::{Align2, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2};

use super::{SweepResponse, figure_colour};
use crate::ui::theme;
use crate::{
    bounds::Bounded,
    ui::{
        charts::axes::{TICK_SIZE, name_plot, tooltip},
        palette,
    },
};

/// Room above for names, below, and at the sides for numbers.
const ABOVE: f32 = 26.0;
const BELOW: f32 = 10.0;
const SIDE: f32 = 64.0;
/// Height of a mark at an axis.
const MARK_HEIGHT: f32 = 14.0;
/// Distance at which the pointer is on a line or an axis.
const REACH: f32 = 10.0;
/// Lines that are drawn at most; the best ones.
pub const MOST_LINES: usize = 600;

/// An axis.
#[derive(Debug, Clone)]
pub struct ParallelAxis {
    /// Its name.
    pub name: String,
    /// Marks: share of the way up, and text.
    pub marks: Vec<(f64, String)>,
    /// The range that is kept, as shares; everything where there is none.
    pub kept: Option<[f64; 2]>,
}

/// A point of the sweep.
#[derive(Debug, Clone)]
pub struct ParallelLine {
    /// Its name.
    pub name: String,
    /// Share of the way up each axis; `None` where it does not use the parameter.
    pub shares: Vec<Option<f64>>,
    /// The figure.
    pub value: f64,
    /// Place of the point.
    pub place: usize,
    /// Whether it is the best.
    pub is_best: bool,
    /// What the pointer is told.
    pub lines: Vec<(String, String)>,
}

/// Draws axes and lines, best on top; the last axis is the figure. A drag along an axis keeps a range of it, which is written
/// to its `kept`; a double click drops that.
pub fn parallel_chart(
    ui: &mut Ui,
    axes: &mut [ParallelAxis],
    lines: &[ParallelLine],
    metric: &str,
    size: Vec2,
) -> SweepResponse {
    let is_dark = ui.visuals().dark_mode;
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    name_plot(&response, "Parallel coordinates of the sweep");
    let frame = Rect::from_min_max(rect.min + egui::vec2(SIDE, ABOVE), rect.max - egui::vec2(SIDE, BELOW));
    let ends = lines
        .iter()
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], line| [low.min(line.value), high.max(line.value)]);
    let n_axes = axes.len();
    let x = |idx: usize| frame.left() + frame.width() * idx as f32 / n_axes.max(1) as f32;
    let y = |share: f64| frame.bottom() - frame.height() * share as f32;
    let share_of = |value: f64| if ends[1] > ends[0] { (value - ends[0]) / (ends[1] - ends[0]) } else { 0.5 };
    drag(axes, &response, frame, x);
    let is_kept = |line: &ParallelLine| {
        axes.iter().zip(&line.shares).all(|(axis, share)| match (axis.kept, share) {
            (Some([low, high]), Some(share)) => (low..=high).contains(share),
            (Some(_), None) => false,
            (None, _) => true,
        })
    };
    let places = |line: &ParallelLine| -> Vec<Pos2> {
        // A line that does not use a parameter goes on to the next axis that it uses.
        let on_axes = line.shares.iter().enumerate().filter_map(|(idx, share)| Some(egui::pos2(x(idx), y((*share)?))));
        on_axes.chain([egui::pos2(x(n_axes), y(share_of(line.value)))]).collect()
    };
    let pointer = response.hover_pos();
    let near = pointer.and_then(|pointer| {
        let kept = lines.iter().filter(|line| is_kept(line));
        let nearest = kept.map(|line| (distance(&places(line), pointer), line)).min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.filter(|(distance, _)| *distance <= REACH).map(|(_, line)| line)
    });
    let painter = ui.painter_at(rect);
    for line in lines.iter().filter(|line| !is_kept(line)) {
        painter.add(Shape::line(places(line), Stroke::new(1.0, palette::line(is_dark))));
    }
    for line in lines.iter().filter(|line| is_kept(line)) {
        let is_marked = line.is_best || near.is_some_and(|near| near.place == line.place);
        let width = if is_marked { 4.0 } else { 1.5 };
        let drawn = places(line);
        if is_marked {
            painter.add(Shape::line(drawn.clone(), Stroke::new(7.0, palette::text(is_dark))));
        }
        painter.add(Shape::line(drawn, Stroke::new(width, figure_colour(line.value, ends))));
    }
    let ink = ui.visuals().text_color();
    let text = |at: Pos2, align: Align2, text: &str, size: f32| {
        let font = theme::font(size);
        let galley = painter.layout_no_wrap(text.to_owned(), font, ink);
        let place = align.anchor_size(at, galley.size());
        painter.rect_filled(place.expand(1.0), 2.0, palette::card(is_dark));
        painter.galley(place.min, galley, ink);
    };
    for (idx, axis) in axes.iter().enumerate() {
        let at = x(idx);
        painter.line_segment([egui::pos2(at, frame.top()), egui::pos2(at, frame.bottom())], Stroke::new(1.5, ink));
        text(egui::pos2(at, rect.top()), Align2::CENTER_TOP, &axis.name, 14.0);
        for (share, mark) in readable(&axis.marks, f64::from(MARK_HEIGHT / frame.height().max(1.0))) {
            text(egui::pos2(at - 6.0, y(*share)), Align2::RIGHT_CENTER, mark, TICK_SIZE);
        }
        if let Some([low, high]) = axis.kept {
            let band = Rect::from_min_max(egui::pos2(at - 5.0, y(high)), egui::pos2(at + 5.0, y(low)));
            painter.rect_stroke(band, 2.0, Stroke::new(2.0, palette::accent(is_dark)), egui::StrokeKind::Outside);
        }
    }
    let last = x(n_axes);
    painter.line_segment([egui::pos2(last, frame.top()), egui::pos2(last, frame.bottom())], Stroke::new(1.5, ink));
    text(egui::pos2(last, rect.top()), Align2::CENTER_TOP, metric, 14.0);
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let value = ends[0] + share * (ends[1] - ends[0]);
        if value.is_finite() {
            text(egui::pos2(last + 6.0, y(share)), Align2::LEFT_CENTER, &format!("{value:.3}"), TICK_SIZE);
        }
    }
    let clicked = near.map(|line| line.place).filter(|_| response.clicked());
    let response = match near {
        Some(line) if !response.dragged() => tooltip(response, &line.name, &line.lines),
        _ => response,
    };
    SweepResponse { response, clicked }
}

/// Keeps the range of the axis along which the pointer is dragged; a double click on an axis drops it.
fn drag(axes: &mut [ParallelAxis], response: &egui::Response, frame: Rect, x: impl Fn(usize) -> f32) {
    const NEAR_AXIS: f32 = 26.0;
    let Some(pointer) = response.interact_pointer_pos() else { return };
    let origin = response.ctx.input(|input| input.pointer.press_origin()).unwrap_or(pointer);
    let Some(idx) = (0..axes.len()).find(|&idx| (x(idx) - origin.x).abs() <= NEAR_AXIS) else { return };
    let share = |at: Pos2| f64::from(((frame.bottom() - at.y) / frame.height()).within(0.0, 1.0));
    if response.double_clicked() {
        axes[idx].kept = None;
    } else if response.dragged() {
        let (a, b) = (share(origin), share(pointer));
        axes[idx].kept = Some([a.min(b), a.max(b)]);
    }
}

/// The marks of an axis that are at least a gap from each other; the ends come first.
fn readable(marks: &[(f64, String)], gap: f64) -> Vec<&(f64, String)> {
    let mut kept: Vec<&(f64, String)> = Vec::new();
    for mark in marks.last().into_iter().chain(marks) {
        if kept.iter().all(|other| (other.0 - mark.0).abs() >= gap) {
            kept.push(mark);
        }
    }
    kept
}

/// Distance of a place from a line through points.
fn distance(points: &[Pos2], at: Pos2) -> f32 {
    let to_segment = |a: Pos2, b: Pos2| {
        let along = b - a;
        let share =
            if along.length_sq() > 0.0 { ((at - a).dot(along) / along.length_sq()).within(0.0, 1.0) } else { 0.0 };
        (a + share * along).distance(at)
    };
    points.windows(2).map(|pair| to_segment(pair[0], pair[1])).fold(f32::INFINITY, f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_would_overlap_are_left_out_and_the_ends_stay() {
        let marks: Vec<(f64, String)> = [0.0, 0.05, 0.5, 0.98, 1.0].map(|share| (share, share.to_string())).to_vec();
        let kept: Vec<f64> = readable(&marks, 0.1).into_iter().map(|mark| mark.0).collect();
        assert_eq!(kept, [1.0, 0.0, 0.5]);
    }

    #[test]
    fn the_distance_from_a_line_is_that_to_its_nearest_segment() {
        let line = [egui::pos2(0.0, 0.0), egui::pos2(10.0, 0.0), egui::pos2(10.0, 10.0)];
        assert_eq!(distance(&line, egui::pos2(5.0, 3.0)), 3.0);
        assert_eq!(distance(&line, egui::pos2(14.0, 5.0)), 4.0);
        assert_eq!(distance(&line, egui::pos2(-3.0, 4.0)), 5.0);
    }
}
