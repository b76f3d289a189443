//! Lines between two shares, both from 0 to 1: head against tail recall, precision against recall, observed against predicted.

use egui::{Response, Ui, Vec2};
use egui_plot::{AxisHints, GridInput, GridMark, Line, LineStyle, Points};

use super::{
    axes::{name_plot, share_axis, share_marks, still_plot, tooltip},
    curves::line_style,
};
use crate::ui::palette;
use crate::ui::theme;

/// Points on a line that have a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// Every one.
    All,
    /// The last one, where a moving point stands now.
    Last,
    /// None.
    None,
    /// That of the curve itself, where it has one.
    Own,
}

/// One objective's line.
#[derive(Debug, Clone)]
pub struct UnitCurve {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// Points between 0 and 1.
    pub points: Vec<[f64; 2]>,
    /// A point with a marker, for [`Marked::Own`].
    pub mark: Option<[f64; 2]>,
    /// What is said of it where the pointer is on the picture.
    pub read_out: String,
}

/// How the square is drawn.
#[derive(Debug, Clone, Copy)]
pub struct UnitLook {
    /// The chart's name, for screen readers and tests.
    pub name: &'static str,
    /// What is to the right and what is upward.
    pub axes: [&'static str; 2],
    /// Points that have a marker.
    pub marked: Marked,
    /// Whether the diagonal is drawn, where both shares are the same.
    pub has_diagonal: bool,
}

/// Draws the lines; the axes never move.
pub fn unit_chart(ui: &mut Ui, curves: &[UnitCurve], look: UnitLook, size: Vec2) -> Response {
    let is_dark = ui.visuals().dark_mode;
    let [x_title, y_title] = look.axes;
    let x_axis = AxisHints::new_x().label(axis_title(x_title)).formatter(|mark, _| format!("{:.1}", mark.value));
    // A title that is longer than its axis would run into what is above.
    let is_tall = size.y > 40.0 + 7.0 * y_title.len() as f32;
    let y_axis = if is_tall { share_axis().label(axis_title(y_title)) } else { share_axis() };
    let plot = still_plot(look.name, size, x_axis, y_axis)
        .x_grid_spacer(|input: GridInput| -> Vec<GridMark> { share_marks(input) })
        .y_grid_spacer(share_marks)
        .show_grid([true, true])
        .grid_color(palette::line(is_dark));
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.03..=1.03);
        plot_ui.set_plot_bounds_y(-0.045..=1.045);
        if look.has_diagonal {
            let line = Line::new("", vec![[0.0, 0.0], [1.0, 1.0]]).color(palette::weak_text(is_dark)).width(1.0);
            plot_ui.line(line.style(LineStyle::dashed_dense()).allow_hover(false));
        }
        for curve in curves {
            let colour = palette::objective(curve.colour, is_dark);
            let line = Line::new(&curve.name, distinct(&curve.points))
                .color(colour)
                .width(2.0)
                .style(line_style(curve.colour));
            plot_ui.line(line.allow_hover(false));
            let marked = match look.marked {
                Marked::All => curve.points.clone(),
                Marked::Last => curve.points.last().copied().into_iter().collect(),
                Marked::None => Vec::new(),
                Marked::Own => curve.mark.into_iter().collect(),
            };
            let radius = if matches!(look.marked, Marked::Last | Marked::Own) { 6.0 } else { 4.0 };
            let markers = Points::new(&curve.name, marked).shape(palette::marker(curve.colour)).radius(radius);
            plot_ui.points(markers.color(colour).filled(true).allow_hover(false));
        }
    });
    name_plot(&shown.response, look.name);
    if shown.response.hover_pos().is_none() {
        return shown.response;
    }
    let heading = format!("{y_title} against {}", x_title.to_lowercase());
    let lines: Vec<(String, String)> =
        curves.iter().map(|curve| (curve.name.clone(), curve.read_out.clone())).collect();
    tooltip(shown.response, &heading, &lines)
}

/// The points without those that stand where the one before them does: of three in one place, as a run at rest has them, egui
/// draws corners that are nowhere.
fn distinct(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    const NEAR: f64 = 1e-4;
    let mut distinct = points.to_vec();
    distinct.dedup_by(|next, kept| (next[0] - kept[0]).abs() < NEAR && (next[1] - kept[1]).abs() < NEAR);
    distinct
}

/// The title of an axis, of the size of its numbers.
fn axis_title(title: &str) -> egui::RichText {
    egui::RichText::new(title).size(theme::sized(super::axes::TICK_SIZE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_one_place_are_one() {
        let here = [0.5, 0.25];
        assert_eq!(distinct(&[here, here, here, [0.6, 0.25], here, here]), [here, [0.6, 0.25], here]);
        assert_eq!(distinct(&[]), [[0.0; 2]; 0]);
    }
}
