//! Choosing a file in the window itself: it works on every desktop, with a keyboard, and in tests.

use egui::{Align, Align2, Button, Context, Key, Label, Layout, RichText, ScrollArea, TextEdit, Ui, Vec2, Window};

use crate::state::{DialogRequest, FileDialog};

/// Width of the dialog where there is room for it.
const WIDTH: f32 = 560.0;
/// Height of the list where there is room for it, and the least one.
const LIST: f32 = 260.0;
const LEAST_LIST: f32 = 60.0;
/// Height of everything else in the dialog, in rows of text.
const ROWS: f32 = 11.0;

/// Draws the dialog; returns what is asked for.
pub fn file_dialog_ui(dialog: &mut FileDialog, ctx: &Context) -> Option<DialogRequest> {
    let mut request = None;
    let mut is_open = true;
    let screen = ctx.content_rect().size();
    Window::new(dialog.purpose.title())
        .open(&mut is_open)
        .anchor(Align2::CENTER_CENTER, Vec2::ZERO)
        .resizable(false)
        .collapsible(false)
        .show(ctx, |ui| {
            ui.set_width(WIDTH.min(screen.x * 0.9));
            let rest = screen.y - ROWS * ui.text_style_height(&egui::TextStyle::Button) * 1.6;
            request = dialog_ui(dialog, ui, LIST.min(rest).max(LEAST_LIST));
        });
    let is_cancelled = !is_open || ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
    if is_cancelled { Some(DialogRequest::Cancel) } else { request }
}

fn dialog_ui(dialog: &mut FileDialog, ui: &mut Ui, height: f32) -> Option<DialogRequest> {
    let mut request = folder_ui(dialog, ui);
    if let Some(offered) = dialog.purpose.offered() {
        ui.add(Label::new(RichText::new(offered).size(13.0).weak()).wrap());
    }
    ui.separator();
    request = list_ui(dialog, ui, height).or(request);
    ui.separator();
    request = name_ui(dialog, ui).or(request);
    ui.add_space(4.0);
    buttons_ui(dialog, ui).or(request)
}

/// The folder, the one above, and another look.
fn folder_ui(dialog: &mut FileDialog, ui: &mut Ui) -> Option<DialogRequest> {
    let mut request = None;
    ui.horizontal(|ui| {
        let above = dialog.folder.parent().map(ToOwned::to_owned);
        if ui.add_enabled(above.is_some(), Button::new("Up")).on_hover_text("The folder above").clicked() {
            request = above.map(DialogRequest::Enter);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let again = Button::new("Refresh");
            if ui.add(again).on_hover_text("Read the folder again").clicked() {
                request = Some(DialogRequest::Enter(dialog.folder.clone()));
            }
            let field = ui.add_sized(ui.available_size(), TextEdit::singleline(&mut dialog.folder_text));
            ui.ctx().accesskit_node_builder(field.id, |node| node.set_label("Folder"));
            if is_entered(ui, &field) && !dialog.folder_text.trim().is_empty() {
                request = Some(DialogRequest::Enter(dialog.folder_text.trim().into()));
            }
        });
    });
    request
}

/// What is in the folder, or why that is not known.
fn list_ui(dialog: &mut FileDialog, ui: &mut Ui, height: f32) -> Option<DialogRequest> {
    let mut request = None;
    let words = match (&dialog.fault, dialog.is_reading) {
        (_, true) => Some("Reading the folder … Escape gives up".to_owned()),
        (Some(fault), false) => Some(fault.clone()),
        (None, false) => None,
    };
    if let Some(words) = &words {
        ui.add(Label::new(words).wrap());
    }
    let entries: Vec<(String, DialogRequest)> = dialog
        .entries()
        .map(|entry| {
            if entry.is_folder {
                (format!("{}/", entry.name), DialogRequest::Enter(entry.path.clone()))
            } else {
                (entry.name.clone(), DialogRequest::Take(entry.path.clone()))
            }
        })
        .collect();
    if entries.is_empty() && words.is_none() {
        ui.label(RichText::new("There is nothing in this folder that can be chosen").weak());
    }
    let row = ui.text_style_height(&egui::TextStyle::Body);
    let area = ScrollArea::vertical().auto_shrink(false).max_height(height).min_scrolled_height(height);
    area.show_rows(ui, row, entries.len(), |ui, rows| {
        ui.with_layout(ui.layout().with_cross_justify(true), |ui| {
            for place in rows {
                let Some((name, entry)) = entries.get(place) else { continue };
                let label = ui.selectable_label(dialog.marked == Some(place), name);
                if label.clicked() {
                    dialog.mark(place);
                }
                if label.double_clicked() {
                    request = Some(entry.clone());
                }
            }
        });
    });
    request
}

/// The name of the file.
fn name_ui(dialog: &mut FileDialog, ui: &mut Ui) -> Option<DialogRequest> {
    ui.horizontal(|ui| {
        ui.label("File");
        let field = ui.add_sized(ui.available_size(), TextEdit::singleline(&mut dialog.name));
        ui.ctx().accesskit_node_builder(field.id, |node| node.set_label("File"));
        if !std::mem::replace(&mut dialog.has_begun, true) {
            field.request_focus();
        }
        if field.changed() {
            dialog.marked = None;
        }
        if is_entered(ui, &field) { dialog.named() } else { None }
    })
    .inner
}

fn buttons_ui(dialog: &mut FileDialog, ui: &mut Ui) -> Option<DialogRequest> {
    let mut request = None;
    ui.horizontal(|ui| {
        if ui.checkbox(&mut dialog.shows_hidden, "Show hidden").changed() {
            dialog.marked = None;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("Cancel").clicked() {
                request = Some(DialogRequest::Cancel);
            }
            let taken = dialog.taken();
            if ui.add_enabled(taken.is_some(), Button::new(dialog.purpose.verb())).clicked() {
                request = taken;
            }
            if dialog.purpose.is_saving() {
                let tooltip = "Make a folder of this name in the one that is shown, and show it";
                let is_named = !dialog.name.trim().is_empty() && !dialog.folder.as_os_str().is_empty();
                if ui.add_enabled(is_named, Button::new("New folder")).on_hover_text(tooltip).clicked() {
                    request = Some(DialogRequest::MakeFolder(dialog.folder.join(dialog.name.trim())));
                }
            }
        });
    });
    request
}

/// Whether Enter was pressed in a text field.
fn is_entered(ui: &Ui, field: &egui::Response) -> bool {
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}
