//! Class weights side by side.

use egui::{Ui, Vec2};
use egui_plot::{AxisHints, Bar, BarChart, HLine, Line};

use super::{
    Classes,
    axes::{
        axis_name, class_axis, fix_bounds, hovered_rank, log_axis, log_marks_in, mark_class, name_plot, round_up,
        still_plot, tooltip,
    },
};
use crate::{numbers::three_digits, ui::palette};

/// A weighting, shape `[n_classes]` from head to tail.
#[derive(Debug, Clone)]
pub struct WeightColumn {
    /// What it is called.
    pub name: String,
    /// Colour of an objective that is trained with it; `None` for a reference that nobody is trained with.
    pub colour: Option<usize>,
    /// The weights.
    pub weights: Vec<f64>,
}

impl WeightColumn {
    /// The colour that it is drawn in.
    pub fn ink(&self, is_dark: bool) -> egui::Color32 {
        self.colour.map_or(palette::neutral(is_dark), |colour| palette::objective(colour, is_dark))
    }
}

/// How weights are drawn.
#[derive(Debug, Clone, Copy)]
pub struct WeightsLook<'a> {
    /// Whether the axis is a log one.
    pub is_log: bool,
    /// Whether 1 is the mean in some sense, so that bars grow from it up and down.
    pub is_relative: bool,
    /// More to say of a class, from head to tail.
    pub more: &'a [(String, Vec<f64>)],
}

/// Bars of weights, lines for many classes; returns the rank under the pointer.
pub fn weights_chart(
    ui: &mut Ui,
    classes: &Classes,
    columns: &[WeightColumn],
    look: WeightsLook<'_>,
    size: Vec2,
) -> (egui::Response, Option<usize>) {
    const WIDTH: f64 = 0.8;
    let WeightsLook { is_log, is_relative, more } = look;
    let is_dark = ui.visuals().dark_mode;
    let height = |weight: f64| if is_log { weight.log10() } else { weight };
    // A log axis stays while the window moves; a linear one would leave nothing to see of light classes.
    let measured = if is_log { 0..classes.len() } else { classes.window.clone() };
    let present = columns.iter().flat_map(|column| &column.weights[measured.clone()]).copied();
    let is_part = classes.window.len() < classes.len();
    let [floor, base, top] = vertical_bounds(present, is_log, is_relative, is_part);
    let (x_axis, x_marks) = class_axis(ui.ctx(), classes, size.x);
    let y_axis = if is_log { log_axis() } else { AxisHints::new_y().formatter(|mark, _| significant_tick(mark.value)) };
    let mut plot = still_plot("weights", size, x_axis, y_axis.label(axis_name("Weight")))
        .x_grid_spacer(x_marks)
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    if is_log {
        plot = plot.y_grid_spacer(log_marks_in(size.y));
    }
    let shown = plot.show(ui, |plot_ui| {
        fix_bounds(plot_ui, classes, [floor, top]);
        mark_class(plot_ui, classes, is_dark);
        let width = WIDTH / columns.len().max(1) as f64;
        for (column_idx, column) in columns.iter().enumerate() {
            let colour = column.ink(is_dark);
            let weights = &column.weights;
            let ranked =
                classes.ranks_of_curve().map(|rank| (rank, &weights[rank])).filter(|(_, weight)| **weight > 0.0);
            if classes.is_crowded() {
                let points: Vec<[f64; 2]> = ranked.map(|(rank, &weight)| [rank as f64, height(weight)]).collect();
                plot_ui.line(Line::new(&column.name, points).color(colour).width(2.5).allow_hover(false));
                continue;
            }
            let offset = (column_idx as f64 - (columns.len() as f64 - 1.0) / 2.0) * width;
            let bars = ranked.map(|(rank, &weight)| {
                let bar = Bar::new(rank as f64 + offset, height(weight) - base).base_offset(base);
                bar.width(width * 0.95).fill(colour).stroke(egui::Stroke::NONE)
            });
            plot_ui.bar_chart(BarChart::new(&column.name, bars.collect()).allow_hover(false));
        }
        if is_relative {
            let one = if is_log { 0.0 } else { 1.0 };
            plot_ui.hline(HLine::new("", one).color(palette::weak_text(is_dark)).width(1.0).allow_hover(false));
        }
    });
    name_plot(&shown.response, "Class weights");
    let rank = hovered_rank(&shown, classes);
    let response = match rank {
        Some(rank) => {
            let mut lines = vec![("Samples n".to_owned(), classes.counts[rank].to_string())];
            lines.extend(columns.iter().map(|column| (column.name.clone(), three_digits(column.weights[rank]))));
            lines.extend(more.iter().map(|(name, figures)| (name.clone(), three_digits(figures[rank]))));
            tooltip(shown.response, &classes.label(rank), &lines)
        }
        None => shown.response,
    };
    (response, rank)
}

/// Bottom of the axis, the level that bars grow from, and top, for values of which those above 0 are drawn.
///
/// A window on a part of the classes has a linear axis in steps, which stays while the window moves a little.
pub(super) fn vertical_bounds(
    values: impl Iterator<Item = f64>,
    is_log: bool,
    is_relative: bool,
    is_part: bool,
) -> [f64; 3] {
    let (low, high) = values
        .filter(|&value| value > 0.0)
        .map(|value| if is_log { value.log10() } else { value })
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), h| (low.min(h), high.max(h)));
    let [low, high] = if low.is_finite() { [low, high] } else { [0.0, 1.0] };
    match (is_log, is_relative) {
        (true, true) => [low.min(-0.1) - 0.08 * (high - low), 0.0, high.max(0.1) + 0.08 * (high - low)],
        (true, false) => [low.floor() - 0.1, low.floor() - 0.1, high.ceil() + 0.1],
        (false, _) if is_part => [0.0, 0.0, round_up(high)],
        (false, _) => [0.0, 0.0, high.max(f64::MIN_POSITIVE) * 1.08],
    }
}

/// A tick on a linear axis.
pub(super) fn significant_tick(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value.abs() >= 0.01 {
        format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.0e}")
    }
}
