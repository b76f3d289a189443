//! The frame of a card: its title, its buttons, and below them the picture or its numbers.

use std::cell::RefCell;

use egui::{Frame, Rect, Response, RichText, Ui, UiBuilder};

use super::{
    Card, Drawn, Needs, Numbers, View,
    buttons::small,
    card,
    shared::{classes, empty_ui},
};
use crate::{
    data::MAX_TRAINING_CLASSES,
    state::{Action, MOST_BARS, Picture},
    ui::{
        charts::Classes,
        fit::brief_sentence,
        palette, theme,
        widgets::{at_right, table_ui, tsv},
    },
};

/// Width of the menu of pictures with the space behind it.
const MENU: f32 = 42.0;
/// Width below which a title that is cut says nothing, and what a title needs beyond its letters.
const LEAST_TITLE: f32 = 60.0;
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
        if let Some(text) = card.explanation(view).filter(|_| !view.settings.is_folded(picture)) {
            ui.add(egui::Label::new(RichText::new(brief_sentence(&text)).size(12.5).weak()).wrap());
        }
        let response = contents_ui(view, ui, picture, card);
        if response.is_some_and(|response| response.double_clicked()) {
            let target = if view.session.enlarged.is_some() { None } else { Some(picture) };
            view.actions.push(Action::Enlarge(target));
        }
    });
}

/// The title, choices and buttons in a row; where they have no room in one the choices and buttons stand below the title, or
/// in place of it where the card is low.
fn header_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, card: &dyn Card, usual: Option<Picture>) {
    /// Height of a card from which a second row is well spent.
    const ROOM_FOR_ROWS: f32 = 230.0;
    let (title, meaning) = (card.title(view), card.meaning(view));
    let title = brief_sentence(&title).into_owned();
    let hint = format!("{title}\n{}", brief_sentence(&meaning));
    let font = theme::title_style().resolve(ui.style());
    let width_of = |ui: &Ui, text: &str| {
        ui.painter().layout_no_wrap(text.to_owned(), font.clone(), ui.visuals().text_color()).size().x + SLACK
    };
    let short = card.short_name();
    let known = ui.scope_id().with("choices and buttons");
    // As wide as in the frame before; at first there is room.
    let beside = ui.data(|data| data.get_temp::<f32>(known)).unwrap_or(0.0);
    let menu = if usual.is_some() { MENU } else { 0.0 };
    let room = ui.available_width() - menu - beside;
    let has_two_rows = room < width_of(ui, short) && ui.available_height() >= ROOM_FOR_ROWS;
    let title_ui = |ui: &mut Ui, room: f32| {
        let is_whole = width_of(ui, &title) <= room;
        if !is_whole && width_of(ui, short) > room && room < LEAST_TITLE {
            return;
        }
        let shown = if is_whole || width_of(ui, short) > width_of(ui, &title) { title.as_str() } else { short };
        let text = RichText::new(shown).text_style(theme::title_style());
        ui.add(egui::Label::new(text).truncate()).on_hover_text(&hint);
    };
    if has_two_rows {
        ui.horizontal(|ui| {
            if let Some(usual) = usual {
                picture_menu_ui(view, ui, usual, picture);
            }
            let room = ui.available_width();
            title_ui(ui, room);
        });
    }
    let mut choices = 0.0;
    let mut buttons = 0.0;
    ui.horizontal(|ui| {
        let view = RefCell::new(view);
        let before = |ui: &mut Ui| {
            let mut view = view.borrow_mut();
            if let Some(usual) = usual.filter(|_| !has_two_rows) {
                picture_menu_ui(&mut view, ui, usual, picture);
            }
            let start = ui.cursor().left();
            card.choices_ui(&mut view, ui);
            choices = ui.cursor().left() - start;
            if !has_two_rows {
                let room = ui.available_width();
                title_ui(ui, room);
            }
        };
        at_right(ui, "buttons", before, |ui| {
            let start = ui.cursor().left();
            buttons_ui(&mut view.borrow_mut(), ui, picture, card);
            buttons = ui.cursor().left() - start;
        });
    });
    ui.data_mut(|data| data.insert_temp(known, choices + buttons));
}

/// What belongs to the picture alone, table, fold and enlarge.
fn buttons_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture, card: &dyn Card) {
    // Each has a name of its own: there are several cards on the screen.
    let button_ui = |ui: &mut Ui, word: &str, hint: &str| {
        let response = ui.add(small(word));
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
    let target = if view.session.enlarged.is_some() { None } else { Some(picture) };
    let action = Action::Enlarge(target);
    if button_ui(ui, action.label(), action.tooltip()) {
        view.actions.push(action);
    }
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
    let menu = ui.menu_button(RichText::new("▼").size(10.0), |ui| {
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
    card.above_table_ui(view, ui);
    if ui.button("Copy").on_hover_text("Copy all rows, separated by tabs").clicked() {
        let with_whole_names = Classes { names: view.session.class_names(), ..classes.clone() };
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
