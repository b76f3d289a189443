//! A data file before its import: what was found, what becomes of each column, and what is left.

use std::sync::Arc;

use egui::{
    Align, Button, Frame, Layout, Margin, Response, RichText, ScrollArea, Sense, TextEdit, Ui, UiBuilder, Vec2,
};

use super::{View, action_button, action_button_with};
use crate::{
    data::{ColumnReport, DecimalMark, FileFormat, Inspection, LeftOut, MISSING_MARKS, Role, Separator},
    state::{Action, Preview, Reading},
    ui::{
        charts::thousands,
        palette,
        widgets::{choice_box, reading_bar},
    },
};

/// Height of a row of columns or classes.
const ROW: f32 = 24.0;
/// Least height of the first rows of the file.
const FIRST_ROWS: f32 = 130.0;
/// Height of the title above them.
const TITLE: f32 = 34.0;
/// Height of the sentence and the buttons.
const FOOT: f32 = 74.0;
/// Least height of the lists of columns and classes; below it the whole page scrolls.
const LEAST_LISTS: f32 = 150.0;
/// Widths of "use", "label", "missing" and "holds".
const NARROW_CELLS: [f32; 4] = [40.0, 48.0, 66.0, 118.0];

/// Draws the page.
pub fn import_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(mut preview) = view.session.preview.take() else { return };
    let is_dark = ui.visuals().dark_mode;
    let card = Frame::new().fill(palette::card(is_dark)).corner_radius(5.0).inner_margin(Margin::symmetric(14, 10));
    card.show(ui, |ui| {
        let page = ui.available_rect_before_wrap();
        let (body, foot) = page.split_top_bottom_at_y(page.bottom() - FOOT);
        ui.scope_builder(UiBuilder::new().max_rect(body), |ui| {
            ui.set_clip_rect(body.intersect(ui.clip_rect()));
            ScrollArea::vertical().id_salt("import").auto_shrink(false).show(ui, |ui| body_ui(ui, &mut preview));
        });
        ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| foot_ui(view, ui, &preview));
        ui.advance_cursor_after_rect(page);
    });
    view.session.preview = Some(preview);
}

/// Draws how far the data file of the experiment is read, in place of the pictures.
pub fn reading_ui(view: &mut View<'_>, ui: &mut Ui, reading: &Reading) {
    let path = view.session.spec.data.path.as_ref();
    let name = path.and_then(|path| path.file_name()).map_or(String::new(), |name| name.to_string_lossy().into_owned());
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        ui.label(RichText::new(format!("Reading {name}")).heading());
        ui.add_space(6.0);
        ui.allocate_ui(Vec2::new(420.0_f32.min(ui.available_width()), ROW), |ui| reading_bar(ui, reading));
        ui.add_space(6.0);
        action_button(view, ui, Action::CancelReading, true);
    });
}

fn body_ui(ui: &mut Ui, preview: &mut Preview) {
    let visible = ui.available_height();
    let top = ui.cursor().top();
    let name = preview.path.file_name().unwrap_or(preview.path.as_os_str()).to_string_lossy().into_owned();
    ui.label(RichText::new(format!("Import {name}")).heading()).on_hover_text(preview.path.display().to_string());
    let Some(found) = preview.inspection.clone() else {
        if preview.fault.is_some() {
            dialect_ui(ui, preview, None);
        }
        return;
    };
    dialect_ui(ui, preview, Some(&found));
    ui.add_space(4.0);
    // The lists get what they need, the first rows of the file what is left.
    let used = ui.cursor().top() - top;
    let rest = visible - used - TITLE;
    let needed = (found.columns.len().max(found.class_counts.len()) as f32 + 1.0) * ROW + 24.0;
    let height = needed.min(rest - FIRST_ROWS).max(LEAST_LISTS);
    let width = ui.available_width();
    let is_narrow = width < 640.0;
    let classes_width = if is_narrow { width } else { (width * 0.3).clamp(200.0, 340.0) };
    let columns_width = if is_narrow { width } else { width - classes_width - 20.0 };
    let list = |ui: &mut Ui, width: f32, add: &mut dyn FnMut(&mut Ui)| {
        ui.allocate_ui_with_layout(Vec2::new(width, height), Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(Vec2::new(width, height));
            ui.set_max_size(Vec2::new(width, height));
            add(ui);
        });
    };
    let draw = |ui: &mut Ui| {
        list(ui, columns_width, &mut |ui| columns_ui(ui, preview, &found));
        if !is_narrow {
            ui.add_space(12.0);
        }
        list(ui, classes_width, &mut |ui| classes_ui(ui, &found));
    };
    if is_narrow {
        ui.vertical(draw)
    } else {
        ui.horizontal_top(draw)
    };
    first_rows_ui(ui, &found, (rest - height).max(FIRST_ROWS));
}

/// Separator, header, decimal mark and missing values, as found out or chosen.
fn dialect_ui(ui: &mut Ui, preview: &mut Preview, found: Option<&Inspection>) {
    if found.is_some_and(|found| found.format == FileFormat::Keel) {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("A KEEL file: its header names columns, kinds and the label.").weak());
            missing_ui(ui, preview, found);
        });
        return;
    }
    let before = (preview.settings.separator, preview.settings.header);
    let dialect = found.map(|found| found.dialect);
    ui.horizontal_wrapped(|ui| {
        let options =
            [None, Some(Separator::Comma), Some(Separator::Semicolon), Some(Separator::Tab), Some(Separator::Pipe)];
        let tooltip = "What stands between the fields of a row";
        option_ui(ui, "Separator", tooltip, &mut preview.settings.separator, &options, |separator| match separator {
            Some(separator) => separator.label().to_owned(),
            None => found_out(dialect.map(|dialect| dialect.separator.label())),
        });
        let tooltip = "Whether the first row names the columns; without a header they are called x1, x2, …";
        let header_label = |header: bool| if header { "Yes" } else { "No" };
        option_ui(ui, "Header", tooltip, &mut preview.settings.header, &[None, Some(true), Some(false)], |header| {
            match header {
                Some(header) => header_label(header).to_owned(),
                None => found_out(dialect.map(|dialect| header_label(dialect.header))),
            }
        });
        let options = [None, Some(DecimalMark::Point), Some(DecimalMark::Comma)];
        let tooltip = "What stands before the decimals of a number";
        option_ui(ui, "Decimals", tooltip, &mut preview.settings.decimal, &options, |decimal| match decimal {
            Some(decimal) => decimal.label().to_owned(),
            None => found_out(dialect.map(|dialect| dialect.decimal.label())),
        });
        missing_ui(ui, preview, found);
    });
    if (preview.settings.separator, preview.settings.header) != before {
        preview.forget_columns();
    }
}

fn found_out(label: Option<&str>) -> String {
    label.map_or("Found out".to_owned(), |label| format!("{label} (found)"))
}

/// A choice that can be left open, with its name at the left.
fn option_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    tooltip: &str,
    value: &mut Option<T>,
    options: &[Option<T>],
    label: impl Fn(Option<T>) -> String,
) {
    ui.label(name).on_hover_text(tooltip);
    choice_box(ui, name, name, 140.0, value, options, |option| (label(option), "")).on_hover_text(tooltip);
}

/// The marks that stand for a missing value.
fn missing_ui(ui: &mut Ui, preview: &mut Preview, found: Option<&Inspection>) {
    let marks = || MISSING_MARKS.join(" ");
    let met = found.map_or(String::new(), |found| {
        let met: Vec<String> =
            found.missing_marks.iter().map(|(mark, n)| format!("{mark}: {}", thousands(*n))).collect();
        if met.is_empty() { "None of them was found".to_owned() } else { format!("Found: {}", met.join(", ")) }
    });
    let tooltip = format!("What stands for a missing value besides the empty cell, separated by blanks. {met}");
    let name = ui.label("Missing").on_hover_text(&tooltip);
    let id = ui.make_persistent_id("missing marks");
    let present = preview.settings.missing.as_ref().map_or_else(marks, |marks| marks.join(" "));
    // While it is typed the text is its own; it is asked about when it is done.
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| present.clone());
    let field =
        ui.add(TextEdit::singleline(&mut text).desired_width(170.0)).labelled_by(name.id).on_hover_text(tooltip);
    if field.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
    } else if field.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        if text != present {
            let chosen: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            preview.settings.missing = (text != marks()).then_some(chosen);
        }
    }
}

/// Every column: whether it is used, whether it is the label, what it holds and why it is left out.
fn columns_ui(ui: &mut Ui, preview: &mut Preview, found: &Inspection) {
    let [use_width, label_width, missing_width, holds_width] = NARROW_CELLS;
    let rest = (ui.available_width() - NARROW_CELLS.iter().sum::<f32>() - 60.0).max(120.0);
    let (name_width, why_width) = (rest * 0.36, rest * 0.64);
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
            "Numbers stay; text with at most 50 values becomes a feature of 0 and 1 for each value",
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
                let name = if is_out { RichText::new(&column.name).weak() } else { RichText::new(&column.name) };
                cell_ui(ui, name_width, false, name).on_hover_text(&column.name);
                cell_ui(ui, holds_width, false, RichText::new(column.kind()));
                let missing = if column.n_missing > 0 { thousands(column.n_missing) } else { "–".to_owned() };
                cell_ui(ui, missing_width, true, RichText::new(missing));
                let why = column.explanation();
                cell_ui(ui, why_width, false, RichText::new(&why).weak()).on_hover_text(why);
            });
        }
    });
}

fn use_ui(ui: &mut Ui, width: f32, preview: &mut Preview, column: &ColumnReport) {
    let can_use = match &column.role {
        Role::Label => false,
        Role::LeftOut(reason) => *reason == LeftOut::Chosen || reason.can_be_kept(),
        _ => true,
    };
    fixed_ui(ui, width, |ui| {
        let mut is_used = column.is_feature();
        let tick = ui.add_enabled(can_use, egui::Checkbox::without_text(&mut is_used));
        let name = format!("Use {}", column.name);
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
        let name = format!("Label {}", column.name);
        dot.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, is_label, &name));
        if dot.clicked() && !is_label {
            preview.settings.set_label(&column.name);
        }
    });
}

/// Rows of each class, from head to tail, as bars with numbers.
fn classes_ui(ui: &mut Ui, found: &Inspection) {
    const NUMBER: f32 = 64.0;
    let title = match &found.label {
        Some(label) => format!("Rows per class of {label}"),
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
                cell_ui(ui, name_width, false, RichText::new(*label)).on_hover_text(*label);
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
fn first_rows_ui(ui: &mut Ui, found: &Inspection, height: f32) {
    const MOST_COLUMNS: usize = 40;
    ui.add_space(4.0);
    ui.label(RichText::new("First rows, as they stand in the file").strong());
    ScrollArea::both().id_salt("first rows").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        egui::Grid::new("first rows").striped(true).spacing([16.0, 3.0]).show(ui, |ui| {
            for column in found.columns.iter().take(MOST_COLUMNS) {
                ui.label(RichText::new(&column.name).size(12.0).strong());
            }
            ui.end_row();
            for row in &found.first_rows {
                for cell in row.iter().take(MOST_COLUMNS) {
                    ui.label(RichText::new(cell).size(12.0).monospace());
                }
                ui.end_row();
            }
        });
    });
}

/// What an import would give, or what is in its way; and the two ways on.
fn foot_ui(view: &mut View<'_>, ui: &mut Ui, preview: &Preview) {
    ui.add_space(6.0);
    match (&preview.reading, preview.obstacle(), &preview.inspection) {
        (Some(reading), ..) => reading_bar(ui, reading),
        (None, Some(obstacle), _) => sentence_ui(ui, &format!("Cannot be imported: {obstacle}"), true),
        (None, None, Some(found)) => sentence_ui(ui, &summary(found), false),
        (None, None, None) => sentence_ui(ui, "Reading…", false),
    }
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        let is_dark = ui.visuals().dark_mode;
        let can_import = preview.can_import();
        let text = RichText::new(Action::Import.label()).size(16.0);
        let (text, fill) = match can_import {
            true => (text.color(palette::on_accent()), palette::accent(is_dark)),
            false => (text, palette::line(is_dark)),
        };
        let button = Button::new(text).fill(fill).min_size(Vec2::new(104.0, 30.0));
        action_button_with(view, ui, Action::Import, can_import, button);
        action_button(view, ui, Action::CancelImport, true);
        let hint = "Nothing of the experiment changes before the import";
        ui.add(egui::Label::new(RichText::new(hint).weak()).truncate());
    });
}

fn summary(found: &Arc<Inspection>) -> String {
    let n_left_out = found.columns.iter().filter(|column| matches!(column.role, Role::LeftOut(_))).count();
    let left_out = match n_left_out {
        0 => String::new(),
        1 => "; 1 column is left out".to_owned(),
        n => format!("; {} columns are left out", thousands(n as u64)),
    };
    found.summary(thousands) + &left_out
}

fn sentence_ui(ui: &mut Ui, text: &str, is_error: bool) {
    let colour = if is_error { ui.visuals().error_fg_color } else { ui.visuals().text_color() };
    ui.add(egui::Label::new(RichText::new(text).color(colour).size(15.0)).truncate()).on_hover_text(text);
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
