//! The rail of a slider with its handle. To touch the handle moves nothing; it moves by as much as the pointer does.

use egui::{EventFilter, Id, Key, NumExt, Rect, Response, Sense, Ui, accesskit, epaint::CircleShape};

use crate::bounds::Bounded;

/// What a person asks of a rail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Asked {
    /// A share of the way, 0 to 1.
    Share(f64),
    /// A number of steps to the right.
    Steps(i32),
    /// A value, from assistive technology.
    Value(f64),
}

/// A handle in hand.
#[derive(Debug, Clone, Copy)]
struct Grab {
    /// Where the pointer went down.
    from: f32,
    /// How far it was from the middle of the handle.
    offset: f32,
    has_moved: bool,
}

/// Draws a rail with a handle at a share of the way from 0 to 1; returns what is asked for.
pub(super) fn rail_ui(ui: &mut Ui, width: f32, share: f64) -> (Response, Option<Asked>) {
    let height = ui.text_style_height(&egui::TextStyle::Body).at_least(ui.spacing().interact_size.y);
    let (rect, response) = ui.allocate_exact_size(egui::vec2(width.at_least(1.0), height), Sense::drag());
    let radius = (height / 2.5).min(rect.width() / 2.0);
    let (first, last) = (rect.left() + radius, rect.right() - radius);
    let place = |share: f64| first + (last - first) * share as f32;
    let asked = pointed(ui, &response, place(share), radius).map(|x| {
        let share = f64::from(x - first) / f64::from((last - first).max(1.0));
        Asked::Share(share.within(0.0, 1.0))
    });
    let asked = asked.or_else(|| keyed(ui, &response));
    let shown = match asked {
        Some(Asked::Share(share)) => share,
        _ => share,
    };
    paint(ui, rect, &response, place(shown), radius);
    (response, asked)
}

/// Where the handle is asked to be by the pointer.
fn pointed(ui: &Ui, response: &Response, handle: f32, radius: f32) -> Option<f32> {
    let id = response.id.with("grab");
    let Some(pointer) = response.interact_pointer_pos() else {
        ui.data_mut(|data| data.remove::<Grab>(id));
        return None;
    };
    let mut grab = ui.data(|data| data.get_temp::<Grab>(id)).unwrap_or_else(|| {
        let from = ui.input(|input| input.pointer.press_origin()).unwrap_or(pointer).x;
        let is_on_handle = (from - handle).abs() <= radius;
        // Elsewhere on the rail the handle comes to the pointer at once.
        Grab { from, offset: if is_on_handle { from - handle } else { 0.0 }, has_moved: !is_on_handle }
    });
    grab.has_moved |= (pointer.x - grab.from).abs() >= 1.0;
    if response.drag_stopped() {
        ui.data_mut(|data| data.remove::<Grab>(id));
    } else {
        ui.data_mut(|data| data.insert_temp(id, grab));
    }
    grab.has_moved.then_some(pointer.x - grab.offset)
}

/// As many steps as a key was pressed, or as were asked for.
pub(super) fn steps(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX / 2)
}

/// What keys and assistive technology ask for.
fn keyed(ui: &Ui, response: &Response) -> Option<Asked> {
    use accesskit::{Action, ActionData};
    if !response.enabled() {
        return None;
    }
    let mut n_steps = 0;
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| steps(ui.input(|input| input.num_presses(key)));
        n_steps = pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
    }
    let id: Id = response.id;
    let asked = |action| steps(ui.input(|input| input.num_accesskit_action_requests(id, action)));
    n_steps += asked(Action::Increment) - asked(Action::Decrement);
    let value = ui.input(|input| {
        let requests = input.accesskit_action_requests(id, Action::SetValue);
        requests
            .filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) if value.is_finite() => Some(value),
                _ => None,
            })
            .last()
    });
    value.map(Asked::Value).or_else(|| (n_steps != 0).then_some(Asked::Steps(n_steps)))
}

fn paint(ui: &Ui, rect: Rect, response: &Response, handle: f32, radius: f32) {
    if !ui.is_rect_visible(rect) {
        return;
    }
    let (painter, corner) = (ui.painter(), ui.visuals().widgets.inactive.corner_radius);
    let thickness = ui.spacing().slider_rail_height.at_least(0.0);
    let rail = Rect::from_center_size(rect.center(), egui::vec2(rect.width(), thickness));
    painter.rect_filled(rail, corner, ui.visuals().widgets.inactive.bg_fill);
    if ui.visuals().slider_trailing_fill {
        let filled = Rect::from_min_max(rail.min, egui::pos2(handle, rail.bottom()));
        painter.rect_filled(filled, corner, ui.visuals().selection.bg_fill);
    }
    let visuals = ui.style().interact(response);
    painter.add(CircleShape {
        center: egui::pos2(handle, rail.center().y),
        radius: radius + visuals.expansion,
        fill: visuals.bg_fill,
        stroke: visuals.fg_stroke,
    });
}
