//! All classes in a strip, and on it the window of those that the pictures show, to be moved and resized.

use egui::{CursorIcon, EventFilter, Key, Mesh, Modifiers, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui};

use super::Classes;
use crate::{
    bounds::Bounded,
    numbers::thousands,
    state::{ClassWindow, MOST_BARS},
    ui::palette,
};

/// Distance at which an edge of the window can be taken.
const REACH: f32 = 7.0;
/// Least width at which the window is drawn.
const NARROWEST: f32 = 10.0;

/// The part of the window that is in hand.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Grip {
    Start,
    End,
    /// The middle, with the rank below the pointer.
    Middle(f64),
    /// A new window from this rank on.
    New(f64),
}

/// Counts of all classes as a small curve; dragging, keys and double-clicks change the window.
pub fn overview_chart(ui: &mut Ui, classes: &Classes, window: &mut ClassWindow, size: egui::Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let n_classes = classes.len();
    let x_of = |rank: f64| rect.left() + rect.width() * (rank / n_classes.max(1) as f64) as f32;
    let rank_of = |x: f32| f64::from((x - rect.left()) / rect.width().max(1.0)) * n_classes as f64;
    let frame_of = |window: &ClassWindow| {
        let ranks = window.ranks(n_classes);
        let frame = Rect::from_x_y_ranges(x_of(ranks.start as f64)..=x_of(ranks.end as f64), rect.y_range());
        frame.expand2(egui::vec2(((NARROWEST - frame.width()) / 2.0).max(0.0), 0.0)).intersect(rect)
    };
    let grip_at = |position: Pos2, window: &ClassWindow| {
        let frame = frame_of(window);
        let near = |x: f32| (position.x - x).abs() <= REACH;
        if near(frame.left()) && !(frame.width() < 2.0 * REACH && position.x > frame.center().x) {
            Grip::Start
        } else if near(frame.right()) {
            Grip::End
        } else if frame.contains(position) && !window.is_all(n_classes) {
            Grip::Middle(rank_of(position.x))
        } else {
            Grip::New(rank_of(position.x))
        }
    };

    let grip_id = response.id.with("grip");
    let held: Option<Grip> = ui.data(|data| data.get_temp(grip_id));
    if response.drag_started() {
        let origin = ui.input(|input| input.pointer.press_origin());
        if let Some(origin) = origin.or(response.interact_pointer_pos()) {
            ui.data_mut(|data| data.insert_temp(grip_id, grip_at(origin, window)));
        }
    } else if let (true, Some(grip), Some(pointer)) = (response.dragged(), held, response.interact_pointer_pos()) {
        let rank = rank_of(pointer.x);
        match grip {
            Grip::Start => window.move_start(rank, n_classes),
            Grip::End => window.move_end(rank, n_classes),
            Grip::Middle(below) => {
                window.shift(rank - below, n_classes);
                // Beyond an end the window stays and the pointer goes on; it takes hold again where it left.
                let moved = rank.within(0.0, n_classes as f64);
                ui.data_mut(|data| data.insert_temp(grip_id, Grip::Middle(moved)));
            }
            Grip::New(from) => {
                let (low, high) = (from.min(rank).max(0.0), from.max(rank).max(0.0));
                window.show(low as usize..high.ceil() as usize, n_classes);
            }
        }
    } else if held.is_some() && !response.dragged() {
        ui.data_mut(|data| data.remove::<Grip>(grip_id));
    }
    if response.double_clicked() {
        window.show_all();
    } else if response.clicked_by(egui::PointerButton::Primary) {
        response.request_focus();
        if let Some(pointer) = response.interact_pointer_pos() {
            if window.is_all(n_classes) {
                window.show(0..MOST_BARS, n_classes);
            }
            let ranks = window.ranks(n_classes);
            window.shift(rank_of(pointer.x) - (ranks.start + ranks.end) as f64 / 2.0, n_classes);
        }
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        keys(ui, window, n_classes);
    }
    draw(ui, classes, rect, frame_of(window), response.has_focus());

    let ranks = window.ranks(n_classes);
    let text = range_text(&ranks, n_classes);
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::Slider, true, "Classes shown");
        info.current_text_value = Some(text.clone());
        info
    });
    let cursor = match response.hover_pos().map(|position| held.unwrap_or_else(|| grip_at(position, window))) {
        Some(Grip::Start | Grip::End) => CursorIcon::ResizeHorizontal,
        Some(Grip::Middle(_)) => CursorIcon::Grab,
        _ => CursorIcon::Default,
    };
    let response = response.on_hover_cursor(cursor);
    if held.is_some() {
        return response;
    }
    response.on_hover_text(
        "All classes from head to tail; the pictures below show those in the frame\nDrag the frame or its edges, double-click for all; arrow keys move it, + and − change its width\nOver a picture of classes the wheel zooms",
    )
}

/// The window in words: "1–40 of 1,000".
pub fn range_text(ranks: &std::ops::Range<usize>, n_classes: usize) -> String {
    let rank = |rank: usize| thousands(rank as u64);
    format!("{}–{} of {}", rank(ranks.start + 1), rank(ranks.end), rank(n_classes))
}

/// Arrow keys move by a tenth of the window, with Ctrl and by plus and minus it gets wider and narrower.
fn keys(ui: &Ui, window: &mut ClassWindow, n_classes: usize) {
    const WIDER: f64 = 1.25;
    let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let ranks = window.ranks(n_classes);
    let centre = (ranks.start + ranks.end) as f64 / 2.0;
    let step = (ranks.len() as f64 / 10.0).round().max(1.0);
    let wider = pressed(Modifiers::COMMAND, Key::ArrowRight) | pressed(Modifiers::NONE, Key::Minus);
    let narrower = pressed(Modifiers::COMMAND, Key::ArrowLeft)
        | pressed(Modifiers::NONE, Key::Plus)
        | pressed(Modifiers::NONE, Key::Equals);
    if wider {
        window.scale(WIDER, centre, n_classes);
    }
    if narrower {
        window.scale(1.0 / WIDER, centre, n_classes);
    }
    if pressed(Modifiers::NONE, Key::ArrowRight) | pressed(Modifiers::NONE, Key::ArrowDown) {
        window.shift(step, n_classes);
    }
    if pressed(Modifiers::NONE, Key::ArrowLeft) | pressed(Modifiers::NONE, Key::ArrowUp) {
        window.shift(-step, n_classes);
    }
    if pressed(Modifiers::NONE, Key::Home) {
        window.shift(-(n_classes as f64), n_classes);
    }
    if pressed(Modifiers::NONE, Key::End) {
        window.shift(n_classes as f64, n_classes);
    }
}

/// The counts as columns on a log scale, those in the frame darker, and the frame with its edges.
fn draw(ui: &Ui, classes: &Classes, rect: Rect, frame: Rect, has_focus: bool) {
    let is_dark = ui.visuals().dark_mode;
    let painter = ui.painter().with_clip_rect(rect.expand(2.0));
    painter.rect_filled(rect, 2.0, palette::card(is_dark));
    let height = |count: u64| (count as f64 + 1.0).ln() as f32;
    let highest = classes.counts.iter().copied().max().map_or(1.0, height).max(f32::MIN_POSITIVE);
    let columns = rect.width().max(1.0) as usize;
    let mut mesh = Mesh::default();
    for column in 0..columns {
        let rank = column * classes.len() / columns;
        let Some(&count) = classes.counts.get(rank) else { continue };
        let left = rect.left() + column as f32;
        let top = rect.bottom() - 2.0 - (rect.height() - 5.0) * height(count) / highest;
        let bar = Rect::from_min_max(egui::pos2(left, top), egui::pos2(left + 1.0, rect.bottom() - 1.0));
        let is_inside = frame.x_range().contains(left + 0.5);
        mesh.add_colored_rect(bar, if is_inside { palette::neutral(is_dark) } else { palette::line(is_dark) });
    }
    painter.add(Shape::mesh(mesh));
    for rank in [classes.hovered, classes.selected].into_iter().flatten() {
        let x = rect.left() + rect.width() * (rank as f32 + 0.5) / classes.len() as f32;
        painter.vline(x, rect.y_range(), Stroke::new(2.0, palette::text(is_dark)));
    }
    painter.rect_stroke(rect, 2.0, Stroke::new(1.0, palette::line(is_dark)), StrokeKind::Inside);
    let width = if has_focus { 3.0 } else { 2.0 };
    painter.rect_stroke(frame, 2.0, Stroke::new(width, palette::accent(is_dark)), StrokeKind::Inside);
    for edge in [frame.left() + 1.0, frame.right() - 1.0] {
        let grip = Rect::from_center_size(egui::pos2(edge, frame.center().y), egui::vec2(5.0, rect.height() * 0.5));
        painter.rect_filled(grip.intersect(rect), 2.0, palette::accent(is_dark));
    }
}
