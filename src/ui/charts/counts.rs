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

/// Most samples that a bar can be dragged to.
const MOST: f64 = 1e6;

/// What a person did in the chart.
pub struct CountsResponse {
    /// The chart itself.
    pub response: egui::Response,
    /// The rank under the pointer.
    pub hovered: Option<usize>,
    /// A class index and the count that its bar is dragged to.
    pub dragged: Option<(usize, u64)>,
}

/// A bar in hand.
#[derive(Debug, Clone, Copy)]
struct Drag {
    class_idx: usize,
    /// The largest count when it was taken: the axis stays while it is in hand.
    largest: u64,
}

/// Bars of class counts, a curve for many classes; with `can_drag`, a bar follows the pointer.
pub fn counts_chart(ui: &mut Ui, classes: &Classes, is_log: bool, can_drag: bool, size: Vec2) -> CountsResponse {
    let is_dark = ui.visuals().dark_mode;
    let drag_id = ui.scope_id().with("bar in hand");
    let drag: Option<Drag> = ui.data(|data| data.get_temp(drag_id));
    let height = |count: u64| match (is_log, count) {
        (true, 0) => LOG_FLOOR,
        (true, count) => (count as f64).log10(),
        (false, count) => count as f64,
    };
    let largest = drag.map_or_else(|| classes.counts.iter().copied().max().unwrap_or(1), |drag| drag.largest);
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
    let rank = match drag {
        Some(drag) => classes.order.iter().position(|&class_idx| class_idx == drag.class_idx),
        None => hovered_rank(&shown, classes),
    };
    let mut dragged = None;
    if can_drag {
        let count_at = |position| {
            let y = shown.transform.value_from_position(position).y;
            let count = if is_log { 10_f64.powf(y) } else { y };
            count.round().clamp(0.0, MOST) as u64
        };
        let pointer = shown.response.interact_pointer_pos();
        if shown.response.drag_started() {
            // The bar under the place where the button went down, not where the pointer is by now.
            let origin = ui.input(|input| input.pointer.press_origin()).or(pointer);
            let rank = origin.map(|origin| shown.transform.value_from_position(origin).x.round());
            let rank = rank.filter(|&rank| rank >= 0.0 && (rank as usize) < classes.len());
            if let Some(rank) = rank {
                let taken = Drag { class_idx: classes.order[rank as usize], largest };
                ui.data_mut(|data| data.insert_temp(drag_id, taken));
            }
        } else if let (true, Some(drag), Some(pointer)) = (shown.response.dragged(), drag, pointer) {
            dragged = Some((drag.class_idx, count_at(pointer)));
        } else if drag.is_some() && !shown.response.dragged() {
            ui.data_mut(|data| data.remove::<Drag>(drag_id));
        }
    }
    let response = match rank {
        Some(rank) => {
            let total: u64 = classes.counts.iter().sum();
            let share = classes.counts[rank] as f64 / total as f64 * 100.0;
            let mut lines = vec![
                ("Samples".to_owned(), thousands(classes.counts[rank])),
                ("Share".to_owned(), format!("{share:.2} %")),
                ("Rank".to_owned(), (rank + 1).to_string()),
            ];
            let response = if can_drag {
                lines.push(("Drag to change".to_owned(), String::new()));
                shown.response.on_hover_cursor(egui::CursorIcon::ResizeVertical)
            } else {
                shown.response
            };
            if drag.is_some() { response } else { tooltip(response, &classes.labels[rank], &lines) }
        }
        None => shown.response,
    };
    CountsResponse { response, hovered: rank, dragged }
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
