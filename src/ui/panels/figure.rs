//! A picture by itself, for a file: its title, the picture as large as there is room, and below it how it can be made again.

use egui::{Ui, UiBuilder};

use super::{View, cards::bare_card_ui, lab::enlargement};
use crate::{
    state::Picture,
    ui::{palette, theme, widgets::was_cut},
};

/// Space around everything, for each point of enlargement.
const MARGIN: f32 = 8.0;

/// Draws a picture with its caption over the whole space, with letters `scale` times as large as fits this much space; returns
/// whether all of it was in sight.
pub fn figure_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, caption: &[String], scale: f32) -> bool {
    was_cut(ui.ctx());
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, 0.0, palette::card(ui.visuals().dark_mode));
    theme::with_scale(ui, scale * enlargement(whole.size()), |ui| {
        let inside = whole.shrink(theme::sized(MARGIN));
        // Half as large as the letters of the picture, so that a command fits into a line.
        let letters = theme::sized(7.5);
        let font = egui::FontId::proportional(letters);
        let colour = palette::weak_text(ui.visuals().dark_mode);
        let lines = ui.painter().layout(caption.join("\n"), font, colour, inside.width());
        let caption_height = lines.size().y;
        let (above, below) = inside.split_top_bottom_at_y(inside.bottom() - caption_height);
        ui.scope_builder(UiBuilder::new().max_rect(above.with_max_y(above.bottom() - MARGIN)), |ui| {
            ui.set_clip_rect(ui.max_rect());
            bare_card_ui(view, ui, picture);
        });
        ui.painter().galley(below.min, lines, colour);
    });
    !was_cut(ui.ctx())
}
