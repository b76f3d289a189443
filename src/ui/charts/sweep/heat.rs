//! The metric over two parameters: a cell for each pair of values, nothing in between.

use egui::{Align2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, Vec2};

use super::{Rank, SweepResponse, figure_colour};
use crate::ui::theme;
use crate::ui::{
    charts::axes::{TICK_SIZE, name_plot, tooltip},
    fit::fitting,
    palette,
};

/// Room at the left for values and name of the parameter up, and below for those across.
const LEFT: f32 = 62.0;
const BELOW: f32 = 40.0;
/// Room above each map for its title.
const ABOVE: f32 = 22.0;
/// Width of the scale at the right, with its numbers.
const SCALE: f32 = 74.0;
/// Space between maps.
const GAP: f32 = 14.0;

/// A cell of a map.
#[derive(Debug, Clone)]
pub struct HeatCell {
    /// Place of the point.
    pub place: usize,
    /// The figure; `None` where there is none yet, or none at all.
    pub value: Option<f64>,
    /// What stands in the cell before the figure, or in its place.
    pub word: &'static str,
    /// How it compares with the best point.
    pub rank: Rank,
    /// Its name, for the pointer.
    pub name: String,
    /// What the pointer is told: names and values.
    pub lines: Vec<(String, String)>,
}

/// The map of one objective.
#[derive(Debug, Clone)]
pub struct HeatPicture {
    /// Its title.
    pub title: String,
    /// Values across, rising.
    pub columns: Vec<String>,
    /// Values up, rising.
    pub rows: Vec<String>,
    /// Cells row by row from the lowest; `None` where no point lies.
    pub cells: Vec<Option<HeatCell>>,
}

/// What stands around the maps.
#[derive(Debug, Clone, Copy)]
pub struct HeatLook<'a> {
    /// Name of the parameter across.
    pub across: &'a str,
    /// Name of the parameter up.
    pub up: &'a str,
}

/// Draws the maps side by side, on one scale.
pub fn heat_chart(ui: &mut Ui, maps: &[HeatPicture], look: HeatLook<'_>, size: Vec2) -> SweepResponse {
    let is_dark = ui.visuals().dark_mode;
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    name_plot(&response, "Heat map of the sweep");
    let values = || maps.iter().flat_map(|map| &map.cells).flatten().filter_map(|cell| cell.value);
    let ends =
        values().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)]);
    let n = maps.len().max(1) as f32;
    let width = ((rect.width() - SCALE - GAP * (n - 1.0)) / n).max(80.0);
    let mut pointed: Option<&HeatCell> = None;
    for (idx, map) in maps.iter().enumerate() {
        let left = rect.left() + idx as f32 * (width + GAP);
        let frame = Rect::from_min_size(egui::pos2(left, rect.top()), egui::vec2(width, rect.height()));
        pointed = map_ui(ui, map, look, frame, ends, &response).or(pointed);
    }
    if ends[0] <= ends[1] {
        let bar = Rect::from_min_max(
            egui::pos2(rect.right() - SCALE + 12.0, rect.top() + ABOVE),
            egui::pos2(rect.right() - SCALE + 28.0, rect.bottom() - BELOW),
        );
        scale_ui(ui, bar, ends, is_dark);
    }
    let clicked = pointed.filter(|_| response.clicked()).map(|cell| cell.place);
    let response = match pointed {
        Some(cell) => tooltip(response.on_hover_cursor(egui::CursorIcon::PointingHand), &cell.name, &cell.lines),
        None => response,
    };
    SweepResponse { response, clicked }
}

/// Draws one map; returns the cell under the pointer.
fn map_ui<'a>(
    ui: &Ui,
    map: &'a HeatPicture,
    look: HeatLook<'_>,
    frame: Rect,
    ends: [f64; 2],
    response: &Response,
) -> Option<&'a HeatCell> {
    let is_dark = ui.visuals().dark_mode;
    let painter = ui.painter();
    let ink = ui.visuals().text_color();
    let text = |at, align, text: &str, size: f32| {
        painter.text(at, align, text, theme::font(size), ink);
    };
    let title = fitting(ui.ctx(), &map.title, &theme::font(14.0), frame.width() - LEFT);
    text(egui::pos2(frame.left() + LEFT, frame.top()), Align2::LEFT_TOP, &title, 14.0);
    let grid =
        Rect::from_min_max(frame.min + egui::vec2(LEFT, ABOVE), egui::pos2(frame.right(), frame.bottom() - BELOW));
    if !grid.is_positive() || map.columns.is_empty() || map.rows.is_empty() {
        return None;
    }
    let cell_size = egui::vec2(grid.width() / map.columns.len() as f32, grid.height() / map.rows.len() as f32);
    let every = (1..=map.columns.len()).find(|&step| cell_size.x * step as f32 >= 52.0).unwrap_or(1);
    for (column, value) in map.columns.iter().enumerate().step_by(every) {
        let x = grid.left() + (column as f32 + 0.5) * cell_size.x;
        text(egui::pos2(x, grid.bottom() + 4.0), Align2::CENTER_TOP, value, TICK_SIZE);
    }
    text(egui::pos2(grid.center().x, frame.bottom()), Align2::CENTER_BOTTOM, look.across, 14.0);
    let every = (1..=map.rows.len()).find(|&step| cell_size.y * step as f32 >= 16.0).unwrap_or(1);
    for (row, value) in map.rows.iter().enumerate().step_by(every) {
        let y = grid.bottom() - (row as f32 + 0.5) * cell_size.y;
        text(egui::pos2(grid.left() - 6.0, y), Align2::RIGHT_CENTER, value, TICK_SIZE);
    }
    text(egui::pos2(frame.left() + 4.0, grid.center().y), Align2::LEFT_CENTER, look.up, 14.0);
    let mut pointed = None;
    for (place, cell) in map.cells.iter().enumerate() {
        let (row, column) = (place / map.columns.len(), place % map.columns.len());
        let corner =
            egui::pos2(grid.left() + column as f32 * cell_size.x, grid.bottom() - (row as f32 + 1.0) * cell_size.y);
        let rect = Rect::from_min_size(corner, cell_size).shrink(1.0);
        let ground = match cell.as_ref().and_then(|cell| cell.value) {
            Some(value) => figure_colour(value, ends),
            None => palette::desk(is_dark),
        };
        painter.rect_filled(rect, 2.0, ground);
        let Some(cell) = cell else { continue };
        let on_ground = palette::text_on(ground);
        let mark = match cell.rank {
            Rank::Best => "★ ",
            Rank::Alike => "≈ ",
            Rank::Other => cell.word,
        };
        let words = match cell.value {
            Some(value) if cell_size.x >= 62.0 => format!("{mark}{value:.3}"),
            Some(value) if cell_size.x >= 40.0 => format!("{value:.2}"),
            Some(_) => mark.trim_end().to_owned(),
            None => cell.word.trim_end().to_owned(),
        };
        if cell_size.y >= 15.0 {
            painter.text(rect.center(), Align2::CENTER_CENTER, words, theme::font(14.0), on_ground);
        }
        match cell.rank {
            Rank::Best => {
                painter.rect_stroke(rect.shrink(1.0), 2.0, Stroke::new(3.0, on_ground), StrokeKind::Inside);
            }
            Rank::Alike => {
                let inner = rect.shrink(2.5);
                let corners =
                    [inner.left_top(), inner.right_top(), inner.right_bottom(), inner.left_bottom(), inner.left_top()];
                painter.extend(Shape::dashed_line(&corners, Stroke::new(1.5, on_ground), 5.0, 4.0));
            }
            Rank::Other => {}
        }
        if response.hover_pos().is_some_and(|at| rect.contains(at)) {
            painter.rect_stroke(rect, 2.0, Stroke::new(2.0, palette::accent(is_dark)), StrokeKind::Outside);
            pointed = Some(cell);
        }
    }
    pointed
}

/// The scale of colours with its numbers.
fn scale_ui(ui: &Ui, bar: Rect, ends: [f64; 2], is_dark: bool) {
    const STEPS: usize = 48;
    let painter = ui.painter();
    for step in 0..STEPS {
        let height = bar.height() / STEPS as f32;
        let top = bar.bottom() - (step as f32 + 1.0) * height;
        let slice = Rect::from_min_size(egui::pos2(bar.left(), top), egui::vec2(bar.width(), height + 0.5));
        painter.rect_filled(slice, 0.0, palette::figure((step as f64 + 0.5) / STEPS as f64));
    }
    painter.rect_stroke(bar, 0.0, Stroke::new(1.0, palette::line(is_dark)), StrokeKind::Outside);
    for (share, align) in [(0.0, Align2::LEFT_BOTTOM), (0.5, Align2::LEFT_CENTER), (1.0, Align2::LEFT_TOP)] {
        let at = egui::pos2(bar.right() + 5.0, bar.bottom() - share as f32 * bar.height());
        let value = ends[0] + share * (ends[1] - ends[0]);
        painter.text(at, align, format!("{value:.3}"), theme::font(TICK_SIZE), ui.visuals().text_color());
    }
}
