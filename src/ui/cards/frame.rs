//! The frame of a card: its title, its buttons, and below them the picture or its numbers.

use std::cell::RefCell;

use egui::{Frame, Rect, Response, RichText, Ui, UiBuilder};

use super::{
    Card, Drawn, Needs, Numbers, View,
    buttons::{controls_menu, small},
    card,
    shared::{classes, empty_ui, whole_classes},
};
use crate::{
    data::MAX_TRAINING_CLASSES,
    lesson::ReadOut,
    state::{Action, Contents, MOST_BARS, Picture},
    ui::{
        charts::Classes,
        fit::{brief_sentence, width_of},
        math::Formula,
        palette, theme,
        widgets::{at_right, table_ui, tsv},
    },
};

/// What the button is called that saves a picture.
const SAVE: &str = "Save picture";
/// Width of a card from which that button stands on it.
const ROOM_FOR_SAVE: f32 = 640.0;
/// Width of the menu of pictures with the space behind it.
const MENU: f32 = 42.0;
/// What a title needs beyond its letters.
const SLACK: f32 = 6.0;

/// A card with a title that is a sentence of fact, its buttons, and the picture or its numbers; `usual` is the picture that
/// stands at first where another can be chosen.
pub(in crate::ui) fn card_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect, picture: Picture, usual: Option<Picture>) {
    let card = card(picture);
    let is_dark = ui.visuals().dark_mode;
    let inner = rect.shrink2(egui::vec2(10.0, 6.0));
    let frame =
        Frame::new().fill(palette::card(is_dark)).corner_radius(5.0).inner_margin(egui::Margin::symmetric(10, 6));
    ui.painter().add(frame.paint(inner));
    ui.painter().rect_stroke(rect, 5.0, egui::Stroke::new(1.0, palette::line(is_dark)), egui::StrokeKind::Inside);
    let builder = UiBuilder::new().id_salt(picture).max_rect(inner);
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        header_ui(view, ui, picture, card, usual);
        // A scene of a lesson tells what there is to see.
        let is_folded = view.session.is_locked() || view.settings.is_folded(picture);
        if let Some(text) = card.explanation(view).filter(|_| !is_folded) {
            Formula::new(&brief_sentence(&text)).size(12.5).weak().show(ui);
        }
        let response = contents_ui(view, ui, picture, card);
        if response.is_some_and(|response| response.double_clicked()) {
            let target = if view.session.enlarged.is_some() { None } else { Some(picture) };
            view.actions.push(Action::Enlarge(target));
        }
    });
}

/// A card without frame and buttons: its title, whole, and below it the picture or its numbers.
pub(in crate::ui) fn bare_card_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture) {
    let card = card(picture);
    let title = title(view, card);
    Formula::new(&brief_sentence(&title)).strong().show(ui);
    contents_ui(view, ui, picture, card);
}

/// The title, or the name alone where the title would give an answer away.
fn title(view: &View<'_>, card: &dyn Card) -> String {
    if view.session.hides(ReadOut::Titles) { card.name().to_owned() } else { card.title(view) }
}

/// How title, choices and buttons share the head of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Head {
    /// All in a row.
    OneRow,
    /// Choices and buttons below the title.
    TwoRows,
    /// Choices and buttons in a menu.
    Folded,
}

impl Head {
    /// The one for a card of this size, of which the short title and what stands beside it take some width.
    fn of(card: egui::Vec2, title: f32, beside: f32) -> Self {
        /// Height of a card from which a second row is well spent.
        const ROOM_FOR_ROWS: f32 = 270.0;
        match card {
            card if title + beside <= card.x => Self::OneRow,
            card if card.y >= ROOM_FOR_ROWS && beside <= card.x => Self::TwoRows,
            _ => Self::Folded,
        }
    }
}

/// The title, whole or short as there is room, with choices and buttons.
fn header_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, card: &dyn Card, usual: Option<Picture>) {
    let (title, meaning) = (title(view, card), card.meaning(view));
    let title = brief_sentence(&title).into_owned();
    let meaning = brief_sentence(&meaning);
    let font = theme::title_style().resolve(ui.style());
    let width_of = |ui: &Ui, text: &str| width_of(ui, text, &font) + SLACK;
    let short = card.short_name();
    let least_title = width_of(ui, short).min(width_of(ui, &title)) + if usual.is_some() { MENU } else { 0.0 };
    let known = ui.scope_id().with("choices and buttons");
    // As wide as they were when they were drawn last; at first there is room.
    let beside = ui.data(|data| data.get_temp::<f32>(known)).unwrap_or(0.0);
    let head = Head::of(ui.available_size(), least_title, beside);
    // In smaller cards it would push more important ones into a menu; File has it for all of them.
    let has_save = ui.available_width() >= ROOM_FOR_SAVE;
    let name_ui = |view: &mut View<'_>, ui: &mut Ui| {
        if let Some(usual) = usual {
            picture_menu_ui(view, ui, usual, picture);
        }
    };
    let title_ui = |ui: &mut Ui| {
        let is_whole = width_of(ui, &title) <= ui.available_width() || width_of(ui, short) > width_of(ui, &title);
        let label = if is_whole {
            Formula::new(&title).strong().show(ui)
        } else {
            ui.add(egui::Label::new(RichText::new(short).text_style(theme::title_style())).truncate())
        };
        // Who listens to the window has the whole title.
        label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &title));
        label.on_hover_ui(|ui| {
            ui.set_max_width(ui.spacing().tooltip_width);
            ui.label(&title);
            Formula::new(&meaning).size(14.0).show(ui);
        });
    };
    if head == Head::TwoRows {
        ui.horizontal(|ui| {
            name_ui(view, ui);
            title_ui(ui);
        });
    }
    let (mut choices, mut buttons) = (0.0, 0.0);
    ui.horizontal(|ui| {
        let view = RefCell::new(view);
        let before = |ui: &mut Ui| {
            let mut view = view.borrow_mut();
            if head != Head::TwoRows {
                name_ui(&mut view, ui);
            }
            if head != Head::Folded {
                let start = ui.cursor().left();
                card.choices_ui(&mut view, ui);
                choices = ui.cursor().left() - start;
            }
            if head != Head::TwoRows {
                title_ui(ui);
            }
        };
        at_right(ui, "buttons", before, |ui| {
            let mut view = view.borrow_mut();
            if head == Head::Folded {
                return more_ui(&mut view, ui, picture, card);
            }
            ui.spacing_mut().button_padding.x = 6.0;
            ui.spacing_mut().item_spacing.x = 6.0;
            let start = ui.cursor().left();
            buttons_ui(&mut view, ui, picture, card, has_save);
            buttons = ui.cursor().left() - start;
        });
    });
    let now = choices + buttons;
    if head != Head::Folded && (now - beside).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(known, now));
        ui.ctx().request_discard("the head of a card");
    }
}

/// Choices and buttons in a menu.
fn more_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, card: &dyn Card) {
    let response = controls_menu(ui, small("More"), |ui| {
        card.choices_ui(view, ui);
        buttons_ui(view, ui, picture, card, true);
    });
    let name = format!("More: {}", card.name());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    response.on_hover_text("Choices, table, enlarge");
}

/// What belongs to the picture alone, table, fold, save where that is wanted, and enlarge.
fn buttons_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, card: &dyn Card, has_save: bool) {
    // Each has a name of its own: there are several cards on the screen.
    let button_ui = |ui: &mut Ui, word: &str, hint: &str| {
        let response = match word {
            _ if word == Action::Enlarge(Some(picture)).label() => enlarge_icon(ui),
            SAVE => save_icon(ui),
            _ => ui.add(small(word)),
        };
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{word}: {}", card.name())));
        response.on_hover_text(hint).clicked()
    };
    card.buttons_ui(view, ui);
    match card.numbers(view) {
        Numbers::InPlaceOfPicture | Numbers::InBody => {
            let is_table = view.session.tables.contains(&picture);
            let (word, hint) = if is_table {
                ("Picture", "Show the picture again")
            } else {
                ("Table", "Show the numbers, to sort and copy")
            };
            if button_ui(ui, word, hint) {
                toggle_table(view, picture);
            }
        }
        Numbers::Always | Numbers::Never => {}
    }
    if card.explanation(view).is_some() {
        let (word, hint) = if view.settings.is_folded(picture) {
            ("Explain", "Say what there is to see, with the numbers of this experiment")
        } else {
            ("Fold", "Fold the explanation away")
        };
        if button_ui(ui, word, hint) {
            view.settings.toggle_folded(picture);
        }
    }
    let contents = Contents::Picture(picture);
    if has_save && button_ui(ui, SAVE, contents.tooltip()) {
        view.actions.push(Action::WriteAs(contents, format!("{}.svg", picture.key())));
    }
    let target = if view.session.enlarged.is_some() { None } else { Some(picture) };
    let action = Action::Enlarge(target);
    if button_ui(ui, action.label(), action.tooltip()) {
        view.actions.push(action);
    }
}

/// A small button with the four corners of a frame on it: it stands on every card, so that it is narrow.
fn enlarge_icon(ui: &mut Ui) -> Response {
    let response = ui.add(small("").min_size(egui::vec2(24.0, 18.0)));
    let frame = Rect::from_center_size(response.rect.center(), egui::vec2(11.0, 9.0));
    let stroke = egui::Stroke::new(1.5, ui.style().interact(&response).text_color());
    let arm = 3.5;
    for (corner, x, y) in [
        (frame.left_top(), arm, arm),
        (frame.right_top(), -arm, arm),
        (frame.left_bottom(), arm, -arm),
        (frame.right_bottom(), -arm, -arm),
    ] {
        ui.painter().line_segment([corner, corner + egui::vec2(x, 0.0)], stroke);
        ui.painter().line_segment([corner, corner + egui::vec2(0.0, y)], stroke);
    }
    response
}

/// A small button with an arrow down to a line on it.
fn save_icon(ui: &mut Ui) -> Response {
    let response = ui.add(small("").min_size(egui::vec2(24.0, 18.0)));
    let centre = response.rect.center();
    let stroke = egui::Stroke::new(1.5, ui.style().interact(&response).text_color());
    let tip = centre + egui::vec2(0.0, 2.0);
    for [from, to] in [
        [centre - egui::vec2(0.0, 5.0), tip],
        [tip - egui::vec2(3.0, 3.0), tip],
        [tip + egui::vec2(3.0, -3.0), tip],
        [centre + egui::vec2(-5.0, 5.0), centre + egui::vec2(5.0, 5.0)],
    ] {
        ui.painter().line_segment([from, to], stroke);
    }
    response
}

/// Changes between the picture and its numbers.
fn toggle_table(view: &mut View<'_>, picture: Picture) {
    if view.session.tables.contains(&picture) {
        view.session.tables.retain(|&shown| shown != picture);
    } else {
        view.session.tables.push(picture);
    }
    view.session.sort = None;
}

/// Which picture stands here.
fn picture_menu_ui(view: &mut View<'_>, ui: &mut Ui, usual: Picture, picture: Picture) {
    let menu = ui.menu_button(RichText::new("▼").size(theme::sized(10.0)), |ui| {
        for other in Picture::FOR_LAB {
            if ui.selectable_label(other == picture, card(other).name()).clicked() {
                view.settings.compare.put(usual, other);
                ui.close();
            }
        }
        ui.separator();
        let is_usual = view.settings.compare.instead.is_empty();
        let reset = ui.add_enabled(!is_usual, egui::Button::new("Usual pictures"));
        if reset.on_hover_text("The usual picture in every place").clicked() {
            view.settings.compare.instead.clear();
            ui.close();
        }
    });
    let name = format!("Picture here: {}", card(picture).name());
    menu.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    menu.response.on_hover_text("Another picture in this place; it is remembered");
}

/// Draws the picture or its numbers in the rest of the space, or says why there is nothing to draw.
fn contents_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, card: &dyn Card) -> Option<Response> {
    let classes = classes(view);
    let is_missing = match card.needs() {
        Needs::Nothing => false,
        Needs::Classes => classes.is_empty(),
        Needs::Training => classes.is_empty() || classes.len() > MAX_TRAINING_CLASSES,
    };
    if is_missing {
        empty_ui(view, ui);
        return None;
    }
    let is_table = match card.numbers(view) {
        Numbers::InPlaceOfPicture => view.session.tables.contains(&picture),
        Numbers::Always => true,
        Numbers::InBody | Numbers::Never => false,
    };
    if is_table {
        numbers_ui(view, ui, picture, card, &classes);
        return None;
    }
    let Drawn { response, rank, zooms } = card.body_ui(view, ui, &classes)?;
    if let Some(rank) = rank {
        if zooms {
            wheel_ui(view, ui, &response, rank);
        }
        view.session.hovered_class = Some(classes.order[rank]);
        if classes.hovered != Some(rank) {
            ui.ctx().request_repaint();
        }
    }
    Some(response)
}

/// The numbers as a table to sort and copy; the copy has the whole names of the classes.
fn numbers_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, card: &dyn Card, classes: &Classes) {
    if !view.is_figure {
        card.above_table_ui(view, ui);
    }
    if !view.is_figure && ui.button("Copy").on_hover_text("Copy all rows, separated by tabs").clicked() {
        let with_whole_names = whole_classes(view);
        let text = tsv(&card.table(view, &with_whole_names));
        view.actions.push(Action::Copy(text, "The table"));
    }
    let grid = card.table(view, classes);
    table_ui(ui, &format!("{picture:?}"), &grid, &mut view.session.sort);
}

/// Turns of the wheel over a picture of classes: up and down zoom around the class under the pointer, sideways moves.
fn wheel_ui(view: &mut View<'_>, ui: &Ui, response: &Response, rank: usize) {
    const POINTS_TO_DOUBLE: f32 = 150.0;
    let n_classes = view.session.counts().map_or(0, crate::distribution::ClassCounts::n_classes);
    if n_classes <= MOST_BARS || !response.contains_pointer() {
        return;
    }
    let (turned, pinched) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
    let before = view.session.window;
    let window = &mut view.session.window;
    let narrower = (turned.y / POINTS_TO_DOUBLE).exp2() * pinched;
    if narrower != 1.0 {
        window.scale(f64::from(narrower.recip()), rank as f64 + 0.5, n_classes);
    }
    if turned.x != 0.0 {
        let ranks_per_point = window.ranks(n_classes).len() as f32 / response.rect.width().max(1.0);
        window.shift(f64::from(-turned.x * ranks_per_point), n_classes);
    }
    // A turn that changes nothing scrolls the screen.
    if *window != before {
        ui.input_mut(|input| input.smooth_scroll_delta = egui::Vec2::ZERO);
    }
}
