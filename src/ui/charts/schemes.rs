//! Columns of numbers per class side by side, such as the weights of several schemes.

use egui::{RichText, Ui, Vec2};
use egui_plot::{AxisHints, Bar, BarChart, HLine, Line, Points};

use super::{
    Classes,
    axes::{class_axis, fix_bounds, hovered_rank, log_axis, log_marks_in, mark_class, name_plot, still_plot, tooltip},
    weights::{significant_tick, vertical_bounds},
};
use crate::{
    experiment::{ObjectiveSpec, export::Cell},
    numbers::three_digits,
    ui::{
        fit::{brief, fitting, width_of},
        palette::{self, Ink},
        theme,
        widgets::{legend_entry, marker_swatch},
    },
};

/// Most classes whose columns are bars; more become lines with markers.
const MOST_GROUPS: usize = 10;
/// About this many markers on a line.
const MARKERS: usize = 12;

/// A column of numbers.
#[derive(Debug, Clone)]
pub struct Column {
    /// What they are.
    pub name: String,
    /// What it is drawn in.
    pub ink: Ink,
    /// A number of at least 0 at each rank from head to tail, shape `[n_classes]`; 0 is not drawn on a log axis.
    pub values: Vec<f64>,
}

impl Column {
    /// The name, and the numbers as cells of a table.
    pub fn into_cells(self) -> (String, Vec<Cell>) {
        (self.name, self.values.into_iter().map(Cell::Number).collect())
    }
}

/// How columns are drawn.
#[derive(Debug, Clone, Copy)]
pub struct ColumnsLook {
    /// The chart's name, for screen readers and tests.
    pub name: &'static str,
    /// Whether the axis is a log one.
    pub is_log: bool,
    /// Whether 1 is the mean in some sense, so that bars grow from it up and down.
    pub is_relative: bool,
}

/// Groups of bars for few classes, lines with markers for more; returns the rank under the pointer.
pub fn columns_chart(
    ui: &mut Ui,
    classes: &Classes,
    columns: &[Column],
    look: ColumnsLook,
    size: Vec2,
) -> (egui::Response, Option<usize>) {
    let ColumnsLook { name, is_log, is_relative } = look;
    let is_dark = ui.visuals().dark_mode;
    let height = |value: f64| if is_log { value.log10() } else { value };
    let measured = if is_log { 0..classes.len() } else { classes.window.clone() };
    let values = columns.iter().flat_map(|column| &column.values[measured.clone()]).copied();
    let is_part = classes.window.len() < classes.len();
    let [floor, base, top] = vertical_bounds(values, is_log, is_relative, is_part);
    let (x_axis, x_marks) = class_axis(ui.ctx(), classes, size.x);
    let y_axis = if is_log { log_axis() } else { AxisHints::new_y().formatter(|mark, _| significant_tick(mark.value)) };
    let mut plot = still_plot(name, size, x_axis, y_axis)
        .x_grid_spacer(x_marks)
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    if is_log {
        plot = plot.y_grid_spacer(log_marks_in(size.y));
    }
    let width = 0.84 / columns.len().max(1) as f64;
    let has_bars = classes.window.len() <= MOST_GROUPS;
    let shown = plot.show(ui, |plot_ui| {
        fix_bounds(plot_ui, classes, [floor, top]);
        mark_class(plot_ui, classes, is_dark);
        if is_relative {
            let one = if is_log { 0.0 } else { 1.0 };
            plot_ui.hline(HLine::new("", one).color(palette::weak_text(is_dark)).width(1.0).allow_hover(false));
        }
        for (place, column) in columns.iter().enumerate() {
            let colour = column.ink.colour(is_dark);
            let offset = if has_bars { width * (place as f64 + 0.5) - 0.42 } else { 0.0 };
            let points: Vec<[f64; 2]> = classes
                .ranks_of_curve()
                .filter(|&rank| column.values[rank] > 0.0)
                .map(|rank| [rank as f64 + offset, height(column.values[rank])])
                .collect();
            let step = if has_bars { 1 } else { points.len().div_ceil(MARKERS).max(1) };
            let ends = points.iter().copied().step_by(step).collect::<Vec<_>>();
            if has_bars {
                let bars = points.iter().map(|&[x, y]| {
                    let bar = Bar::new(x, y - base).base_offset(base).width(width * 0.9);
                    bar.fill(colour).stroke(egui::Stroke::NONE)
                });
                plot_ui.bar_chart(BarChart::new(&column.name, bars.collect()).allow_hover(false));
            } else {
                let line = Line::new(&column.name, points).color(colour).width(2.0).style(column.ink.line_style());
                plot_ui.line(line.allow_hover(false));
            }
            let (marker, is_filled) = column.ink.marker();
            let markers = Points::new(&column.name, ends).shape(marker).radius(4.0);
            plot_ui.points(markers.color(colour).filled(is_filled).allow_hover(false));
        }
    });
    name_plot(&shown.response, name);
    let rank = hovered_rank(&shown, classes);
    let response = match rank {
        Some(rank) => {
            let mut lines = vec![("Samples n".to_owned(), classes.counts[rank].to_string())];
            lines.extend(columns.iter().map(|column| (column.name.clone(), three_digits(column.values[rank]))));
            tooltip(shown.response, &classes.label(rank), &lines)
        }
        None => shown.response,
    };
    (response, rank)
}

/// Size of names in a legend.
const LEGEND_SIZE: f32 = 12.0;
/// Width of a name in a legend at most.
const MOST_OF_A_NAME: f32 = 240.0;
/// Width of a swatch with the space around it.
const SWATCH: f32 = 32.0;

/// Marker, colour and name of each column; names that are wider than a row are cut.
pub fn columns_legend_ui<'a>(ui: &mut Ui, names: impl Iterator<Item = (Ink, &'a str)>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let width = ui.max_rect().width() - SWATCH;
        for (ink, name) in names {
            let shown = fitting(ui.ctx(), name, &theme::font(LEGEND_SIZE), width.min(MOST_OF_A_NAME));
            break_row_before(ui, &shown);
            marker_swatch(ui, ink);
            let label = ui.label(RichText::new(&shown).size(theme::sized(LEGEND_SIZE)));
            if shown != name {
                label.on_hover_text(brief(name));
            }
            ui.add_space(4.0);
        }
    });
}

/// As [`columns_legend_ui`], of objectives, all of them: each entry shows or hides its own.
pub fn objectives_legend_ui(ui: &mut Ui, objectives: &mut [ObjectiveSpec]) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(8.0, 1.0);
        let width = ui.max_rect().width() - SWATCH;
        for objective in objectives {
            let text = fitting(ui.ctx(), &objective.name, &theme::font(LEGEND_SIZE), width.min(MOST_OF_A_NAME));
            break_row_before(ui, &text);
            let ink = Ink::Objective(objective.colour);
            legend_entry(ui, ink, &objective.name, &text, LEGEND_SIZE, &mut objective.shown);
        }
    });
}

/// Ends a wrapped row where a swatch and this name would not fit, so that they stay together.
pub fn break_row_before(ui: &mut Ui, name: &str) {
    let font = theme::font(LEGEND_SIZE);
    let width = width_of(ui, name, &font);
    if ui.available_size_before_wrap().x < width + SWATCH {
        ui.end_row();
    }
}
