//! Contents at the right end of a row that are still added from left to right, so that Tab goes in reading order.

use egui::{InnerResponse, Ui};

/// Draws contents at the right end of a row, and what belongs before them into the space that is left.
///
/// How wide they are is known from the frame before; where that has changed, the frame is drawn again.
pub fn at_right<R>(
    ui: &mut Ui,
    name: &'static str,
    before: impl FnOnce(&mut Ui),
    contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    let id = ui.scope_id().with(name);
    let known = ui.data(|data| data.get_temp::<f32>(id));
    let room = (ui.available_width() - known.unwrap_or(0.0) - ui.spacing().item_spacing.x).max(0.0);
    let height = ui.available_height();
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(egui::vec2(room, height), layout, |ui| {
        ui.set_width(room);
        before(ui);
    });
    let InnerResponse { inner, response } = ui.horizontal(contents);
    let width = response.rect.width();
    if known.is_none_or(|known| (known - width).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx().request_discard(name);
    }
    inner
}
