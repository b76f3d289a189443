//! The experiment as a line of text and as a QR code, to hand on.

use egui::{Align2, Color32, Context, Mesh, Rect, RichText, Ui, Vec2, Window};
use qrcode::{Color, EcLevel, QrCode};

use super::View;
use crate::{
    state::Action,
    ui::{palette, theme},
};

/// Share of the window for the code, and its least side.
const SHARE: f32 = 0.62;
const LEAST_SIDE: f32 = 160.0;
/// White modules around a code, without which it cannot be read.
const QUIET: usize = 4;
/// Lines of the text that are shown.
const LINES: usize = 3;

/// Shows what is shared, until it is closed.
pub fn share_ui(view: &mut View<'_>, ctx: &Context) {
    let Some(text) = view.session.handed_on.shared.clone() else { return };
    let mut is_open = true;
    let window = Window::new("Share").open(&mut is_open).anchor(Align2::CENTER_CENTER, Vec2::ZERO);
    window.resizable(false).collapsible(false).show(ctx, |ui| {
        let side = (ui.ctx().content_rect().size().min_elem() * SHARE).max(LEAST_SIDE);
        ui.set_width(side.max(320.0));
        ui.vertical_centered(|ui| code_ui(ui, &text, side));
        ui.label("The experiment, and the scene of a lesson, as one line of text. Ctrl+V on the window opens it, and so does the terminal: longtail-lab TEXT.");
        egui::ScrollArea::vertical().max_height(LINES as f32 * theme::sized(18.0)).show(ui, |ui| {
            ui.add(egui::Label::new(RichText::new(&text).monospace().size(theme::sized(12.0))).wrap().selectable(true));
        });
        ui.horizontal(|ui| {
            if ui.button("Copy").on_hover_text("Copy the text").clicked() {
                view.actions.push(Action::Copy(text.clone(), "The text"));
            }
            ui.label(RichText::new(format!("{} characters", text.len())).weak());
        });
    });
    if !is_open {
        view.session.handed_on.shared = None;
    }
}

/// The QR code, dark on white in both themes as readers want it; a sentence where the text is too long for one.
fn code_ui(ui: &mut Ui, text: &str, side: f32) {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::L) else {
        ui.label(RichText::new("This experiment is too long for a QR code; the text below can be copied").weak());
        return;
    };
    let n_modules = code.width();
    let module = (side / (n_modules + 2 * QUIET) as f32).max(1.0);
    let whole = module * (n_modules + 2 * QUIET) as f32;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(whole), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "QR code of the experiment"));
    let painter = ui.painter();
    painter.rect_filled(rect, 0.0, palette::paper());
    painter.add(modules(&code, rect.shrink(module * QUIET as f32), module, palette::blank()));
}

/// The dark modules, those beside each other in one rectangle.
fn modules(code: &QrCode, rect: Rect, module: f32, ink: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    let colours = code.to_colors();
    for (row, line) in colours.chunks(code.width()).enumerate() {
        let mut column = 0;
        for run in line.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let corner = rect.min + module * Vec2::new(column as f32, row as f32);
                mesh.add_colored_rect(Rect::from_min_size(corner, module * Vec2::new(run.len() as f32, 1.0)), ink);
            }
            column += run.len();
        }
    }
    mesh
}
