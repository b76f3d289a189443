//! The lists of an import's preview: columns with what becomes of them, rows per class, the first rows of the file.

use egui::{Align, Layout, Response, RichText, ScrollArea, Sense, Ui, Vec2};

use crate::{
    data::{ColumnReport, Inspection, LeftOut, Role},
    numbers::thousands,
    state::Preview,
    ui::{
        fit::{brief, brief_sentence, shorten},
        palette,
    },
};

/// Height of a row of columns or classes.
pub(super) const ROW: f32 = 24.0;
/// Widths of "use", "label", "missing" and "holds".
const NARROW_CELLS: [f32; 4] = [40.0, 48.0, 66.0, 118.0];

/// Every column: whether it is used, whether it is the label, what it holds and why it is left out.
pub(super) fn columns_ui(ui: &mut Ui, preview: &mut Preview, found: &Inspection) {
    let [use_width, label_width, missing_width, holds_width] = NARROW_CELLS;
    let rest = (ui.available_width() - NARROW_CELLS.iter().sum::<f32>() - 60.0).max(120.0);
    let (name_width, why_width) = (rest * 0.3, rest * 0.7);
    row_ui(ui, |ui| {
        let mut head = |width: f32, text: &str, tooltip: &str| {
            cell_ui(ui, width, false, RichText::new(text).strong()).on_hover_text(tooltip);
        };
        head(use_width, "Use", "Ticked columns are features");
        head(label_width, "Label", "The column that holds the class");
        head(name_width, "Column", "The column's name");
        head(
            holds_width,
            "Holds",
            "Numbers stay; text with at most 50 values becomes a feature of 0 and 1 for each value, text with more is left out unless another choice is made",
        );
        head(missing_width, "Missing", "Rows in which a used value is missing are dropped");
        head(why_width, "Why", "Why it is left out, or is text");
    });
    ui.separator();
    let columns = &found.columns;
    ScrollArea::vertical().id_salt("columns").auto_shrink(false).show_rows(ui, ROW, columns.len(), |ui, range| {
        for column in &columns[range] {
            row_ui(ui, |ui| {
                use_ui(ui, use_width, preview, column);
                label_ui(ui, label_width, preview, column);
                let is_out = matches!(column.role, Role::LeftOut(_));
                let (whole, name) = (brief(&column.name), RichText::new(brief(&column.name)));
                cell_ui(ui, name_width, false, if is_out { name.weak() } else { name }).on_hover_text(whole);
                cell_ui(ui, holds_width, false, RichText::new(column.kind()));
                let missing = if column.n_missing > 0 { thousands(column.n_missing) } else { "–".to_owned() };
                cell_ui(ui, missing_width, true, RichText::new(missing));
                let why = brief_sentence(&column.explanation()).into_owned();
                cell_ui(ui, why_width, false, RichText::new(&why).weak()).on_hover_text(why);
            });
        }
    });
}

fn use_ui(ui: &mut Ui, width: f32, preview: &mut Preview, column: &ColumnReport) {
    let can_use = match &column.role {
        Role::Label | Role::Split => false,
        Role::LeftOut(reason) => *reason == LeftOut::Chosen || reason.can_be_kept(),
        _ => true,
    };
    fixed_ui(ui, width, |ui| {
        let mut is_used = column.is_feature();
        let tick = ui.add_enabled(can_use, egui::Checkbox::without_text(&mut is_used));
        let name = format!("Use {}", brief(&column.name));
        tick.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, can_use, is_used, &name));
        if tick.changed() {
            preview.settings.set_used(column, is_used);
        }
    });
}

fn label_ui(ui: &mut Ui, width: f32, preview: &mut Preview, column: &ColumnReport) {
    fixed_ui(ui, width, |ui| {
        let is_label = column.role == Role::Label;
        let dot = ui.radio(is_label, "");
        let name = format!("Label {}", brief(&column.name));
        dot.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, is_label, &name));
        if dot.clicked() && !is_label {
            preview.settings.set_label(&column.name);
        }
    });
}

/// Rows of each class, from head to tail, as bars with numbers.
pub(super) fn classes_ui(ui: &mut Ui, found: &Inspection) {
    const NUMBER: f32 = 64.0;
    let title = match &found.label {
        Some(label) => format!("Rows per class of {}", brief(label)),
        None => "No label column".to_owned(),
    };
    row_ui(ui, |ui| {
        ui.add(egui::Label::new(RichText::new(&title).strong()).truncate()).on_hover_text(&title);
    });
    ui.separator();
    let mut counts: Vec<(&str, u64)> = found.class_counts.iter().map(|(label, n)| (label.as_str(), *n)).collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let largest = counts.first().map_or(1, |(_, n)| *n).max(1);
    let is_dark = ui.visuals().dark_mode;
    ScrollArea::vertical().id_salt("classes").auto_shrink(false).show_rows(ui, ROW, counts.len(), |ui, range| {
        for (label, n) in &counts[range] {
            row_ui(ui, |ui| {
                let width = ui.available_width();
                let name_width = width * 0.36;
                cell_ui(ui, name_width, false, RichText::new(brief(label))).on_hover_text(brief(label));
                let room = (width - name_width - NUMBER - 24.0).max(10.0);
                let (rect, _) = ui.allocate_exact_size(Vec2::new(room, ROW - 8.0), Sense::hover());
                let length = (room * *n as f32 / largest as f32).max(1.0);
                let bar = egui::Rect::from_min_size(rect.min, Vec2::new(length, rect.height()));
                ui.painter().rect_filled(bar, 1.0, palette::neutral(is_dark));
                cell_ui(ui, NUMBER, true, RichText::new(thousands(*n)));
            });
        }
    });
}

/// The first rows as they stand in the file.
pub(super) fn first_rows_ui(ui: &mut Ui, found: &Inspection, height: f32) {
    const MOST_COLUMNS: usize = 40;
    const MOST_OF_A_CELL: usize = 60;
    ui.add_space(4.0);
    ui.label(RichText::new("First rows, as they stand in the file").strong());
    ScrollArea::both().id_salt("first rows").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        egui::Grid::new("first rows").striped(true).spacing([16.0, 3.0]).show(ui, |ui| {
            for column in found.columns.iter().take(MOST_COLUMNS) {
                ui.label(RichText::new(shorten(&column.name, MOST_OF_A_CELL)).size(12.0).strong());
            }
            ui.end_row();
            for row in &found.first_rows {
                for cell in row.iter().take(MOST_COLUMNS) {
                    ui.label(RichText::new(shorten(cell, MOST_OF_A_CELL)).size(12.0).monospace());
                }
                ui.end_row();
            }
        });
    });
}

/// A row of a list.
fn row_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let size = Vec2::new(ui.available_width(), ROW);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(ROW);
        contents(ui);
    });
}

/// A place of a fixed width in a row.
fn fixed_ui<R>(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(Vec2::new(width, ROW), layout, |ui| {
        ui.set_min_width(width);
        ui.set_max_width(width);
        contents(ui)
    })
    .inner
}

/// Text in a place of a fixed width; numbers stand at its right end.
fn cell_ui(ui: &mut Ui, width: f32, is_number: bool, text: RichText) -> Response {
    fixed_ui(ui, width, |ui| {
        let label = egui::Label::new(text).truncate();
        if !is_number {
            return ui.add(label);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(label)).inner
    })
}
