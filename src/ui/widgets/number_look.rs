//! A number field while nobody types in it.

use egui::{
    Align2, Rect, Response, StrokeKind, Ui,
    text::{LayoutJob, TextFormat, TextWrapping},
};

/// Draws the field with its text, cut where it is wider.
pub(super) fn paint_number(ui: &Ui, rect: Rect, response: &Response, text: &str) {
    if !ui.is_rect_visible(rect) {
        return;
    }
    let visuals = ui.style().interact(response);
    let painter = ui.painter();
    let around = rect.expand(visuals.expansion);
    painter.rect(around, visuals.corner_radius, visuals.weak_bg_fill, visuals.bg_stroke, StrokeKind::Inside);
    let font_id = ui.style().drag_value_text_style.resolve(ui.style());
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font_id, visuals.text_color()));
    job.wrap = TextWrapping::truncate_at_width((rect.width() - 4.0).max(1.0));
    let galley = painter.layout_job(job);
    painter.galley(Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size()).min, galley, visuals.text_color());
}

/// Width of a text in a number field.
pub(super) fn text_width(ui: &Ui, text: &str) -> f32 {
    let font = ui.style().drag_value_text_style.resolve(ui.style());
    crate::ui::fit::width_of(ui, text, &font)
}
