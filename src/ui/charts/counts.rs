//! Class counts.

use egui::{Align2, RichText, Ui, Vec2};
use egui_plot::{AxisHints, Bar, BarChart, GridInput, GridMark, Line, PlotPoint, Text};

use super::{
    Classes,
    axes::{
        class_axis, fix_bounds, hovered_rank, log_axis, log_marks, mark_class, name_plot, still_plot, thousands,
        tooltip,
    },
};
use crate::ui::palette;

/// Below one sample on a log axis, so that a class with a single sample has a bar.
const LOG_FLOOR: f64 = -0.3;

/// Bars of class counts, a curve for many classes; returns the rank under the pointer.
pub fn counts_chart(ui: &mut Ui, classes: &Classes, is_log: bool, size: Vec2) -> (egui::Response, Option<usize>) {
    let is_dark = ui.visuals().dark_mode;
    let height = |count: u64| match (is_log, count) {
        (true, 0) => LOG_FLOOR,
        (true, count) => (count as f64).log10(),
        (false, count) => count as f64,
    };
    let largest = classes.counts.iter().copied().max().unwrap_or(1);
    let floor = if is_log { LOG_FLOOR } else { 0.0 };
    // Room for the number on top of the highest bar.
    let top = floor + (height(largest) - floor).max(0.5) * 1.16;
    let widest = thousands(largest).len() as f32 * 6.6;
    let has_room = (size.x - 50.0) / classes.len() as f32 > widest;
    let (x_axis, x_marks) = class_axis(classes, size.x);
    let y_axis = if is_log { log_axis() } else { AxisHints::new_y().formatter(|mark, _| thousands(mark.value as u64)) };
    let mut plot = still_plot("counts", size, x_axis, y_axis)
        .x_grid_spacer(x_marks)
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    plot = if is_log { plot.y_grid_spacer(log_marks) } else { plot.y_grid_spacer(quarter_marks) };
    let shown = plot.show(ui, |plot_ui| {
        fix_bounds(plot_ui, classes, [floor, top]);
        mark_class(plot_ui, classes, is_dark);
        if classes.is_crowded() {
            let points: Vec<[f64; 2]> =
                classes.counts.iter().enumerate().map(|(rank, &count)| [rank as f64, height(count)]).collect();
            let line = Line::new("Counts", points).color(palette::neutral(is_dark)).width(2.0).fill(floor as f32);
            plot_ui.line(line.allow_hover(false));
            return;
        }
        let bars = classes.counts.iter().enumerate().map(|(rank, &count)| {
            let fill = palette::class(rank, classes.len(), is_dark);
            Bar::new(rank as f64, height(count) - floor)
                .base_offset(floor)
                .width(0.8)
                .fill(fill)
                .stroke(egui::Stroke::NONE)
        });
        plot_ui.bar_chart(BarChart::new("Counts", bars.collect()).allow_hover(false));
        for (rank, &count) in classes.counts.iter().enumerate().filter(|_| has_room) {
            let text = RichText::new(thousands(count)).size(12.0);
            let position = PlotPoint::new(rank as f64, height(count));
            let label = Text::new("", position, text).anchor(Align2::CENTER_BOTTOM).color(palette::text(is_dark));
            plot_ui.text(label.allow_hover(false));
        }
    });
    name_plot(&shown.response, "Class counts");
    let rank = hovered_rank(&shown, classes);
    let response = match rank {
        Some(rank) => {
            let total: u64 = classes.counts.iter().sum();
            let share = classes.counts[rank] as f64 / total as f64 * 100.0;
            let lines = [
                ("Samples".to_owned(), thousands(classes.counts[rank])),
                ("Share".to_owned(), format!("{share:.2} %")),
                ("Rank".to_owned(), (rank + 1).to_string()),
            ];
            tooltip(shown.response, &classes.labels[rank], &lines)
        }
        None => shown.response,
    };
    (response, rank)
}

/// About four round marks from zero.
fn quarter_marks(input: GridInput) -> Vec<GridMark> {
    let raw = (input.bounds.1 / 4.0).max(1.0);
    let decade = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * decade).find(|&step| step >= raw).unwrap_or(raw);
    (0..=5)
        .map(|k| GridMark { value: f64::from(k) * step, step_size: 1e6 })
        .filter(|mark| mark.value <= input.bounds.1)
        .collect()
}
