//! Class counts.

use std::ops::Range;

use egui::{Align2, RichText, Stroke, Ui, Vec2};
use egui_plot::{AxisHints, Bar, BarChart, GridInput, GridMark, Line, PlotPoint, Points, Text};

use super::{
    Classes,
    axes::{
        axis_name, class_axis, fix_bounds, hovered_rank, log_axis, log_marks_in, mark_class, name_plot, rank_at,
        round_up, still_plot, tooltip,
    },
};
use crate::{
    bounds::Bounded,
    numbers::thousands,
    ui::{palette, theme},
};

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
    /// Whether somebody began to drag where there is a curve instead of bars.
    pub is_curve_dragged: bool,
    /// The end of the selected class's bar on the screen.
    pub selected: Option<egui::Pos2>,
}

/// A bar in hand.
#[derive(Debug, Clone, Copy)]
struct Drag {
    class_idx: usize,
    /// The largest count when it was taken: the axis stays while it is in hand.
    largest: u64,
}

/// How counts are drawn.
#[derive(Debug, Clone, Copy)]
pub struct CountsLook {
    /// Whether the axis is a log one.
    pub is_log: bool,
    /// Whether a bar follows the pointer.
    pub can_drag: bool,
}

/// How much higher than the highest bar a chart of this height is, so that the number on top of the bar has room.
fn headroom(height: f32) -> f64 {
    const LEAST: f32 = 1.16;
    let (number, axis) = (theme::sized(18.0), theme::sized(24.0));
    let bars = (height - axis - number).max(number);
    f64::from((1.0 + number / bars).max(LEAST))
}

/// Bars of class counts, a curve for many classes.
pub fn counts_chart(ui: &mut Ui, classes: &Classes, look: CountsLook, size: Vec2) -> CountsResponse {
    let CountsLook { is_log, can_drag } = look;
    let is_dark = ui.visuals().dark_mode;
    let drag_id = ui.scope_id().with("bar in hand");
    let drag: Option<Drag> = ui.data(|data| data.get_temp(drag_id));
    let height = |count: u64| match (is_log, count) {
        (true, 0) => LOG_FLOOR,
        (true, count) => (count as f64).log10(),
        (false, count) => count as f64,
    };
    let largest = drag.map_or_else(|| largest_shown(classes, is_log), |drag| drag.largest);
    let floor = if is_log { LOG_FLOOR } else { 0.0 };
    let top = floor + (height(largest) - floor).max(0.5) * headroom(size.y);
    let widest = thousands(largest).len() as f32 * 6.6;
    let has_room = (size.x - 50.0) / classes.window.len() as f32 > widest;
    let (x_axis, x_marks) = class_axis(ui.ctx(), classes, size.x);
    let y_axis = if is_log { log_axis() } else { AxisHints::new_y().formatter(|mark, _| thousands(mark.value as u64)) };
    let mut plot = still_plot("counts", size, x_axis, y_axis.label(axis_name("Samples")))
        .x_grid_spacer(x_marks)
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    plot = if is_log { plot.y_grid_spacer(log_marks_in(size.y)) } else { plot.y_grid_spacer(quarter_marks) };
    let selected = classes.selected.filter(|rank| classes.window.contains(rank));
    let shown = plot.show(ui, |plot_ui| {
        fix_bounds(plot_ui, classes, [floor, top]);
        mark_class(plot_ui, classes, is_dark);
        if classes.is_crowded() {
            let place = |rank: usize| [rank as f64, height(classes.counts[rank])];
            let points: Vec<[f64; 2]> = classes.ranks_of_curve().map(place).collect();
            let line = Line::new("Counts", points).color(palette::neutral(is_dark)).width(2.0).fill(floor as f32);
            plot_ui.line(line.allow_hover(false));
            if let Some(rank) = selected {
                let point = Points::new("Selected", vec![place(rank)]).radius(5.0).color(palette::text(is_dark));
                plot_ui.points(point.filled(true).allow_hover(false));
            }
            return;
        }
        let bars = classes.window.clone().map(|rank| {
            let ink = palette::text(is_dark);
            let stroke = if selected == Some(rank) { Stroke::new(2.0, ink) } else { Stroke::NONE };
            Bar::new(rank as f64, height(classes.counts[rank]) - floor)
                .base_offset(floor)
                .width(0.8)
                .fill(palette::class(rank, classes.len(), is_dark))
                .stroke(stroke)
        });
        plot_ui.bar_chart(BarChart::new("Counts", bars.collect()).allow_hover(false));
        for rank in classes.window.clone().filter(|_| has_room) {
            let count = classes.counts[rank];
            let text = RichText::new(thousands(count)).size(theme::sized(12.0));
            let position = PlotPoint::new(rank as f64, height(count));
            let label = Text::new("", position, text).anchor(Align2::CENTER_BOTTOM).color(palette::text(is_dark));
            plot_ui.text(label.allow_hover(false));
        }
    });
    name_plot(&shown.response, "Class counts");
    let mut drawn = CountsResponse {
        hovered: match drag {
            Some(drag) => classes.order.iter().position(|&class_idx| class_idx == drag.class_idx),
            None => hovered_rank(&shown, classes),
        },
        dragged: None,
        is_curve_dragged: can_drag && classes.is_crowded() && shown.response.drag_started(),
        selected: selected.map(|rank| {
            let end = PlotPoint::new(rank as f64, height(classes.counts[rank]));
            shown.transform.position_from_point(&end)
        }),
        response: shown.response.clone(),
    };
    let count_at = |position| {
        let y = shown.transform.value_from_position(position).y;
        let count = if is_log { 10_f64.powf(y) } else { y };
        count.round().within(0.0, MOST) as u64
    };
    let pointer = shown.response.interact_pointer_pos();
    if can_drag && !classes.is_crowded() && shown.response.drag_started() {
        // The bar under the place where the button went down, not where the pointer is by now.
        let origin = ui.input(|input| input.pointer.press_origin()).or(pointer);
        let rank = origin.and_then(|origin| rank_at(shown.transform.value_from_position(origin).x, classes));
        if let Some(rank) = rank {
            let taken = Drag { class_idx: classes.order[rank], largest };
            ui.data_mut(|data| data.insert_temp(drag_id, taken));
        }
    } else if let (true, Some(drag), Some(pointer)) = (shown.response.dragged(), drag, pointer) {
        drawn.dragged = Some((drag.class_idx, count_at(pointer)));
    } else if drag.is_some() && !shown.response.dragged() {
        ui.data_mut(|data| data.remove::<Drag>(drag_id));
    }
    if let (Some(rank), None) = (drawn.hovered, drag) {
        drawn.response = explained(shown.response, classes, rank, can_drag);
    }
    drawn
}

/// The chart with what there is to say of a class, and what can be done to it.
fn explained(response: egui::Response, classes: &Classes, rank: usize, can_drag: bool) -> egui::Response {
    let total: u64 = classes.counts.iter().sum();
    let share = classes.counts[rank] as f64 / total as f64 * 100.0;
    let mut lines = vec![
        ("Samples".to_owned(), thousands(classes.counts[rank])),
        ("Share".to_owned(), format!("{share:.2} %")),
        ("Rank".to_owned(), thousands(rank as u64 + 1)),
    ];
    if !can_drag {
        return tooltip(response, &classes.label(rank), &lines);
    }
    let (hint, cursor) = if classes.is_crowded() {
        ("Scroll to zoom in, then drag", egui::CursorIcon::Default)
    } else {
        ("Drag, or click and type", egui::CursorIcon::ResizeVertical)
    };
    lines.push((hint.to_owned(), String::new()));
    tooltip(response.on_hover_cursor(cursor), &classes.label(rank), &lines)
}

/// The largest count that the axis has room for: of all classes on a log axis, which so stays while the window moves;
/// in steps on a linear one, where nothing would be seen of the tail.
fn largest_shown(classes: &Classes, is_log: bool) -> u64 {
    let largest = |ranks: Range<usize>| classes.counts[ranks].iter().copied().max().unwrap_or(1);
    if is_log || classes.window.len() == classes.len() {
        return largest(0..classes.len());
    }
    round_up(largest(classes.window.clone()) as f64) as u64
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
