//! A data file before its import: what was found, what becomes of each column, and what is left.

use std::sync::Arc;

use egui::{Align, Button, Frame, Layout, Margin, RichText, ScrollArea, TextEdit, Ui, UiBuilder, Vec2};

use super::{
    View,
    buttons::{action_button, action_button_with},
    import_lists::{ROW, classes_ui, columns_ui, first_rows_ui},
};
use crate::{
    bounds::Bounded,
    data::{
        DecimalMark, Dialect, FileFormat, Inspection, MAX_SAMPLES, MISSING_MARKS, ManyValues, Role, Separator,
        TextEncoding, TwoReadings,
    },
    numbers::thousands,
    state::{Action, Preview, Reading, SAMPLE_OF_LARGE_FILES},
    ui::{
        fit::{brief_sentence, shorten},
        palette, theme,
        widgets::{Limits, NumberField, choice_box, reading_bar},
    },
};

/// Least height of the first rows of the file.
const FIRST_ROWS: f32 = 130.0;
/// Height of the title above them.
const TITLE: f32 = 34.0;
/// Height of the sentence and the buttons.
const FOOT: f32 = 74.0;
/// Below this width the lists stand below each other, and the sentence needs two lines.
const NARROW: f32 = 640.0;
/// Characters of the names of columns in a question.
const MOST_NAMES: usize = 80;
/// Least height of the lists of columns and classes; below it the whole page scrolls.
const LEAST_LISTS: f32 = 150.0;

/// Draws the page.
pub fn import_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(mut preview) = view.session.preview.take() else { return };
    let is_dark = ui.visuals().dark_mode;
    let card = Frame::new().fill(palette::card(is_dark)).corner_radius(5.0).inner_margin(Margin::symmetric(14, 10));
    card.show(ui, |ui| {
        let page = ui.available_rect_before_wrap();
        let height = if page.width() < NARROW { FOOT + ROW } else { FOOT };
        let (body, foot) = page.split_top_bottom_at_y(page.bottom() - height);
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
        reading_heading_ui(ui, &name, reading);
        action_button(view, ui, Action::CancelReading, true);
    });
}

fn reading_heading_ui(ui: &mut Ui, name: &str, reading: &Reading) {
    ui.add_space(ui.available_height().max(0.0) * 0.35);
    ui.label(RichText::new(format!("Reading {name} … Escape gives up")).heading());
    ui.add_space(6.0);
    ui.allocate_ui(Vec2::new(420.0_f32.min(ui.available_width()), ROW), |ui| reading_bar(ui, reading));
    ui.add_space(6.0);
}

fn body_ui(ui: &mut Ui, preview: &mut Preview) {
    let visible = ui.available_height();
    let top = ui.cursor().top();
    let name = preview.path.file_name().unwrap_or(preview.path.as_os_str()).to_string_lossy().into_owned();
    let Some(found) = preview.inspection.clone() else {
        match (&preview.fault, &preview.reading) {
            (Some(_), _) => {
                title_ui(ui, preview, &name);
                dialect_ui(ui, preview, None);
            }
            (None, Some(reading)) => {
                ui.vertical_centered(|ui| reading_heading_ui(ui, &name, reading));
            }
            (None, None) => {}
        }
        return;
    };
    title_ui(ui, preview, &name);
    dialect_ui(ui, preview, Some(&found));
    for warning in found.warnings.notes() {
        let text = brief_sentence(&warning).into_owned();
        let colour = ui.visuals().warn_fg_color;
        ui.add(egui::Label::new(RichText::new(&text).color(colour)).truncate()).on_hover_text(text);
    }
    ui.add_space(4.0);
    // The lists get what they need, the first rows of the file what is left.
    let used = ui.cursor().top() - top;
    let rest = visible - used - TITLE;
    let needed = (found.columns.len().max(found.class_counts.len()) as f32 + 1.0) * ROW + 24.0;
    let height = needed.min(rest - FIRST_ROWS).max(LEAST_LISTS);
    let width = ui.available_width();
    let is_narrow = width < NARROW;
    let classes_width = if is_narrow { width } else { (width * 0.3).within(200.0, 340.0) };
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

fn title_ui(ui: &mut Ui, preview: &Preview, name: &str) {
    ui.label(RichText::new(format!("Import {name}")).heading()).on_hover_text(preview.path.display().to_string());
}

/// Separator, header, decimal mark and missing values, as found out or chosen.
fn dialect_ui(ui: &mut Ui, preview: &mut Preview, found: Option<&Inspection>) {
    let told = found.and_then(|found| match found.format {
        FileFormat::Delimited => None,
        FileFormat::Keel => Some("A KEEL or ARFF file: its header names columns, kinds and the label."),
        FileFormat::Json => Some("JSON objects: a row each, a column for each of their fields."),
        FileFormat::Parquet => Some("A Parquet file: its columns have names and kinds."),
        FileFormat::Numpy => Some("A file of NumPy: its arrays are columns."),
        FileFormat::Arrow => Some("An Arrow file: its columns have names and kinds."),
        FileFormat::Excel => Some("An Excel workbook:"),
        FileFormat::Svmlight => Some("An svmlight file: a label and pairs of index and value in each line."),
    });
    if let Some(told) = told {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(told).weak());
            encoding_ui(ui, preview, found);
            sheet_ui(ui, preview, found);
            missing_ui(ui, preview, found);
            many_values_ui(ui, preview, found);
        });
        return;
    }
    let settings_of =
        |preview: &Preview| (preview.settings.separator, preview.settings.header, preview.settings.encoding);
    let before = settings_of(preview);
    let dialect = found.map(|found| found.dialect);
    ui.horizontal_wrapped(|ui| {
        let options: Vec<Option<Separator>> = std::iter::once(None).chain(Separator::ALL.map(Some)).collect();
        let tooltip = "What stands between the fields of a row";
        option_ui(ui, "Separator", tooltip, &mut preview.settings.separator, &options, |separator| match separator {
            Some(separator) => separator.label().to_owned(),
            None => found_out(dialect.map(|dialect| dialect.separator.label())),
        });
        header_ui(ui, preview, dialect);
        let options = [None, Some(DecimalMark::Point), Some(DecimalMark::Comma)];
        let tooltip =
            "What stands before the decimals of a number; thousands may be marked by the other one, apostrophes or spaces";
        option_ui(ui, "Decimals", tooltip, &mut preview.settings.decimal, &options, |decimal| match decimal {
            Some(decimal) => decimal.label().to_owned(),
            None => found_out(dialect.map(|dialect| dialect.decimal.label())),
        });
        encoding_ui(ui, preview, found);
        missing_ui(ui, preview, found);
        many_values_ui(ui, preview, found);
    });
    if let Some(found) = found {
        question_ui(ui, preview, found);
    }
    if settings_of(preview) != before {
        preview.forget_columns();
    }
}

/// The encoding of a text.
fn encoding_ui(ui: &mut Ui, preview: &mut Preview, found: Option<&Inspection>) {
    let encoding = found.and_then(|found| found.encoding);
    if found.is_some() && encoding.is_none() {
        return;
    }
    let options: Vec<Option<TextEncoding>> = std::iter::once(None).chain(TextEncoding::LISTED.map(Some)).collect();
    let tooltip = "How the file writes letters that are not ASCII; found out from its bytes unless it is chosen";
    option_ui(
        ui,
        "Encoding",
        tooltip,
        &mut preview.settings.encoding,
        &options,
        |encoding_chosen| match encoding_chosen {
            Some(chosen) => chosen.label(),
            None => found_out(encoding.map(|encoding| encoding.name.name())),
        },
    );
}

/// The sheet of a workbook, and whether its first row names the columns.
fn sheet_ui(ui: &mut Ui, preview: &mut Preview, found: Option<&Inspection>) {
    let Some((found, sheet)) = found.and_then(|found| Some((found, found.sheet.as_ref()?))) else { return };
    let before = (preview.settings.sheet.clone(), preview.settings.header);
    let names: Vec<&String> = std::iter::once(&sheet.name).chain(&sheet.others).collect();
    let mut choice = names.iter().position(|name| preview.settings.sheet.as_ref() == Some(*name));
    let options: Vec<Option<usize>> = std::iter::once(None).chain((0..names.len()).map(Some)).collect();
    let tooltip = "The sheet that is read; the first with cells in it unless it is chosen";
    option_ui(ui, "Sheet", tooltip, &mut choice, &options, |choice| match choice {
        Some(place) => names[place].clone(),
        None => found_out(Some(&sheet.name).filter(|_| !sheet.is_chosen).map(String::as_str)),
    });
    preview.settings.sheet = choice.map(|place| names[place].clone());
    header_ui(ui, preview, Some(found.dialect));
    if (&preview.settings.sheet, preview.settings.header) != (&before.0, before.1) {
        preview.forget_columns();
    }
}

/// Whether the first row names the columns.
fn header_ui(ui: &mut Ui, preview: &mut Preview, dialect: Option<Dialect>) {
    let tooltip = "Whether the first row names the columns; without a header they are called x1, x2, …";
    let header_label = |header: bool| if header { "Yes" } else { "No" };
    option_ui(ui, "Header", tooltip, &mut preview.settings.header, &[None, Some(true), Some(false)], |header| {
        match header {
            Some(header) => header_label(header).to_owned(),
            None => found_out(dialect.map(|dialect| header_label(dialect.header))),
        }
    });
}

/// Asks about numbers that can be read in two ways; an answer settles the decimal mark.
fn question_ui(ui: &mut Ui, preview: &mut Preview, found: &Inspection) {
    let Some(TwoReadings { line, text, under_point, under_comma, .. }) = found.unsure().next().map(|(_, two)| two)
    else {
        return;
    };
    let columns: Vec<&str> = found.unsure().map(|(name, _)| name).collect();
    let columns = shorten(&columns.join(", "), MOST_NAMES);
    ui.horizontal_wrapped(|ui| {
        let question = format!("\"{text}\" in line {line} can be read in two ways, and so can {columns}. It is");
        ui.label(RichText::new(question).color(ui.visuals().warn_fg_color));
        for (decimal, value) in [(DecimalMark::Point, under_point), (DecimalMark::Comma, under_comma)] {
            let name = if decimal == DecimalMark::Point { "decimal point" } else { "decimal comma" };
            if ui.button(format!("{value} ({name})")).clicked() {
                preview.settings.decimal = Some(decimal);
            }
        }
    });
}

fn found_out(label: Option<&str>) -> String {
    label.map_or("Automatic".to_owned(), |label| format!("{label} (found)"))
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
    begin_pair(ui, name, 140.0);
    ui.label(name).on_hover_text(tooltip);
    choice_box(ui, name, name, 140.0, value, options, |option| (label(option), "")).on_hover_text(tooltip);
}

/// Begins a new row where a name and the field behind it, of this width, do not fit into the one in hand.
fn begin_pair(ui: &mut Ui, name: &str, field: f32) {
    const LETTER: f32 = 9.0;
    let margins = 4.0 * ui.spacing().item_spacing.x;
    if ui.available_size_before_wrap().x < theme::sized(LETTER) * name.len() as f32 + field + margins {
        ui.end_row();
    }
}

/// What is made of text with many values, where there is any.
fn many_values_ui(ui: &mut Ui, preview: &mut Preview, found: Option<&Inspection>) {
    let is_any = found.is_some_and(|found| found.columns.iter().any(|column| column.n_values.is_some()));
    if !is_any {
        return;
    }
    let name = "Many values";
    let tooltip = "What is made of text with more than 50 different values; Use groups those that would be left out";
    begin_pair(ui, name, 140.0);
    ui.label(name).on_hover_text(tooltip);
    let mut choice = preview.settings.many_values.unwrap_or_default();
    choice_box(ui, name, name, 140.0, &mut choice, &ManyValues::ALL, |choice| (choice.label(), ""))
        .on_hover_text(tooltip);
    preview.settings.many_values = Some(choice).filter(|choice| *choice != ManyValues::default());
}

/// The marks that stand for a missing value.
fn missing_ui(ui: &mut Ui, preview: &mut Preview, found: Option<&Inspection>) {
    let marks = || MISSING_MARKS.join(" ");
    let met = found.map_or(String::new(), |found| {
        let met: Vec<String> =
            found.missing_marks.iter().map(|(mark, n)| format!("{mark}: {}", thousands(*n))).collect();
        if met.is_empty() { "None of them was found".to_owned() } else { format!("Found: {}", met.join(", ")) }
    });
    let fill_in = "Missing values of features are filled in rather than their rows dropped: numbers with the median, texts with the most frequent value, both of the training part; a feature of 0 and 1 says where";
    let tooltip = format!("What stands for a missing value besides the empty cell, separated by blanks. {met}");
    begin_pair(ui, "Missing", 170.0);
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
    ui.checkbox(&mut preview.settings.impute, "Fill in missing values").on_hover_text(fill_in);
    sample_ui(ui, preview);
}

/// Whether a part of the rows is read, and how many.
fn sample_ui(ui: &mut Ui, preview: &mut Preview) {
    let tooltip = "Read a part of the rows, of each class its share (10 rows at least), in one pass: also of a file that is too large to be read whole";
    begin_pair(ui, "Sample of", 90.0);
    let mut is_sample = preview.settings.sample.is_some();
    if ui.checkbox(&mut is_sample, "Sample of").on_hover_text(tooltip).changed() {
        preview.settings.sample = is_sample.then_some(SAMPLE_OF_LARGE_FILES);
    }
    if let Some(n_rows) = &mut preview.settings.sample {
        let field = NumberField::new("Rows of the sample", n_rows).speed(1000.0);
        field.limits(Limits::Within(1, MAX_SAMPLES)).show(ui).on_hover_text(tooltip);
    }
}

/// What an import would give, or what is in its way; and the two ways on.
fn foot_ui(view: &mut View<'_>, ui: &mut Ui, preview: &Preview) {
    ui.add_space(6.0);
    match (&preview.reading, preview.obstacle(), &preview.inspection) {
        (Some(reading), _, Some(_)) => reading_bar(ui, reading),
        (Some(_), _, None) => sentence_ui(ui, "", false),
        (None, Some(obstacle), _) => sentence_ui(ui, &format!("Cannot be imported: {obstacle}"), true),
        (None, None, Some(found)) => sentence_ui(ui, &summary(found), false),
        (None, None, None) => sentence_ui(ui, "Reading…", false),
    }
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        let is_dark = ui.visuals().dark_mode;
        let can_import = preview.can_import();
        let text = RichText::new(Action::Import.label()).size(16.0);
        let (text, fill) = if can_import {
            (text.color(palette::on_accent()), palette::accent(is_dark))
        } else {
            (text, palette::line(is_dark))
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
    let text = brief_sentence(text);
    let label = egui::Label::new(RichText::new(text.as_ref()).color(colour).size(15.0)).wrap();
    ui.add(label).on_hover_text(text.as_ref());
}
