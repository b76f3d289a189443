//! What is drawn. Panels may read the whole [`View`]; charts and widgets get the data they draw.
//!
//! No arithmetic beyond formatting, no files, no threads: panels change the specification and push actions.

mod buttons;
pub mod cards;
pub mod charts;
pub mod fit;
mod glyphs;
pub mod math;
pub mod palette;
pub mod panels;
pub mod theme;
pub mod widgets;

use crate::state::{Action, Session, Settings};

/// What panels see and may change.
pub struct View<'a> {
    /// The experiment on the screen.
    pub session: &'a mut Session,
    /// What is remembered.
    pub settings: &'a mut Settings,
    /// What the person asked for in this frame; carried out after everything is drawn.
    pub actions: &'a mut Vec<Action>,
    /// Textures of decision regions.
    pub regions: &'a mut charts::RegionTextures,
    /// Whether a picture is drawn for a file: nothing on it can be operated, so that controls are left out.
    pub is_figure: bool,
}

/// Draws the whole window.
pub fn window_ui(view: &mut View<'_>, ui: &mut egui::Ui) {
    view.session.marked_class = view.session.hovered_class.take().or(view.session.selected_class);
    if !ui.input(|input| input.pointer.any_down()) {
        view.session.held_order = None;
    }
    if view.session.presenting.is_some() && view.session.preview.is_none() {
        panels::present_ui(view, ui);
    } else {
        whole_ui(view, ui);
    }
    panels::waiting_ui(view, ui.ctx());
    panels::help_ui(view, ui.ctx());
    panels::answers_ui(view, ui.ctx());
    panels::film_ui(view, ui.ctx());
    panels::share_ui(view, ui.ctx());
    panels::questions_ui(view, ui.ctx());
    match widgets::take_remark(ui.ctx()) {
        Some(remark) if remark.is_empty() => view.session.notice.take_if(|notice| notice.is_error).map_or((), drop),
        Some(remark) => view.session.complain(remark),
        None => {}
    }
    frame_of_focus_ui(ui.ctx());
}

/// Draws the bars, the controls and the pictures of the place.
fn whole_ui(view: &mut View<'_>, ui: &mut egui::Ui) {
    use egui::{CentralPanel, Frame, Panel};

    let visuals = ui.visuals().clone();
    let bar = Frame::new().fill(visuals.panel_fill).inner_margin(egui::Margin::symmetric(10, 5));
    Panel::top("top bar").frame(bar).show(ui, |ui| panels::top_bar_ui(view, ui));
    Panel::bottom("playback").frame(bar).show(ui, |ui| panels::playback_ui(view, ui));
    let is_lesson = view.session.is_locked();
    let lies_over = if is_lesson {
        panels::lesson_panel_ui(view, ui);
        false
    } else {
        panels::controls_panel_ui(view, ui)
    };
    panels::case_ui(view, ui);
    let centre = Frame::new().fill(palette::desk(visuals.dark_mode)).inner_margin(egui::Margin::same(8));
    let centre_rect = ui.available_rect_before_wrap();
    CentralPanel::default().frame(centre).show(ui, |ui| match view.session.snapshot().reading {
        _ if view.session.preview.is_some() => panels::import_ui(view, ui),
        Some(reading) => panels::reading_ui(view, ui, &reading),
        None if is_lesson && view.session.enlarged.is_none() => panels::lesson_place_ui(view, ui),
        None => panels::lab_ui(view, ui),
    });
    if lies_over {
        panels::controls_drawer_ui(view, ui.ctx(), centre_rect);
    }
}

/// Frames the text field that has the keyboard: its own frame then has the colour of selected text, which a card has too.
fn frame_of_focus_ui(ctx: &egui::Context) {
    let Some(id) = ctx.memory(egui::Memory::focused) else { return };
    let Some(field) = ctx.read_response(id).filter(|_| egui::text_edit::TextEditState::load(ctx, id).is_some()) else {
        return;
    };
    let is_dark = ctx.theme() == egui::Theme::Dark;
    let stroke = egui::Stroke::new(2.0, palette::accent(is_dark));
    let painter = ctx.layer_painter(field.layer_id).with_clip_rect(field.interact_rect.expand(2.0));
    painter.rect_stroke(field.rect, 3.0, stroke, egui::StrokeKind::Inside);
}
