//! The centre of the window: the pictures of a place, or one of them alone.

use egui::{Rect, RichText, ScrollArea, Ui, UiBuilder, Vec2};

use super::{
    View,
    cards::{card, card_ui},
    class_window::class_window_ui,
    layout::{CardRow, pages_ui, picture_at, rows},
    sentence::{sentence_height, sentence_ui},
    stage::{GAP, Part, stage, tabs_and_card},
};
use crate::{
    bounds::Bounded,
    state::{Picture, Place},
    text::capitalised,
    ui::theme,
};

/// Below this width cards stand below each other.
const NARROW: f32 = 900.0;

/// Below this width tabs have their shortest names.
const NARROW_TABS: f32 = 420.0;

/// Draws the centre: one picture alone, or all of the place.
pub fn lab_ui(view: &mut View<'_>, ui: &mut Ui) {
    // No picture of losses is over single classes of many.
    if !matches!(view.session.place, Place::Losses | Place::Tune | Place::Labels) {
        class_window_ui(view, ui);
    }
    if let Some(picture) = view.session.enlarged {
        let rect = ui.available_rect_before_wrap();
        let height = sentence_height(ui, rect.width());
        let (above, below) = rect.split_top_bottom_at_y((rect.bottom() - height).max(rect.top()));
        let card = above.with_max_y((above.bottom() - GAP / 2.0).max(above.top()));
        theme::with_scale(ui, enlargement(card.size()), |ui| card_ui(view, ui, card, picture, None));
        sentence_ui(view, ui, below);
        return;
    }
    pages_ui(view, ui);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| match view.session.place {
        Place::Lab => stage_ui(view, ui),
        Place::Data | Place::Weights | Place::Losses | Place::Tune | Place::Labels => rows_ui(view, ui),
    });
}

/// How much larger the letters of a picture are that is shown alone in this much space.
pub(super) fn enlargement(size: Vec2) -> f32 {
    const USUAL: Vec2 = Vec2::new(640.0, 380.0);
    const MOST: f32 = 1.8;
    (size / USUAL).min_elem().within(1.0, MOST)
}

/// The lab: recall and the sentence, and the pictures that explain them around.
fn stage_ui(view: &mut View<'_>, ui: &mut Ui) {
    let visible = ui.available_size();
    let sentence = sentence_height(ui, visible.x);
    let (parts, total) = stage(visible, least_hero(view), sentence);
    let (area, _) = ui.allocate_exact_size(Vec2::new(visible.x, total), egui::Sense::hover());
    for (part, rect) in parts {
        let rect = rect.translate(area.min.to_vec2());
        match part {
            Part::Sentence => sentence_ui(view, ui, rect),
            Part::Hero => place_ui(view, ui, rect, Picture::Recall),
            Part::Card(picture) => place_ui(view, ui, rect, picture),
            Part::Tabs(pictures) => tabs_ui(view, ui, rect, pictures),
        }
    }
}

/// The height in which recall can be read, with a line of figures for each objective.
fn least_hero(view: &View<'_>) -> f32 {
    const FRAME: f32 = 62.0;
    const LINE: f32 = 19.0;
    let n_shown = view.session.spec.objectives.iter().filter(|objective| objective.shown).count();
    (FRAME + LINE * n_shown as f32).max(180.0)
}

/// One of several pictures, and tabs to choose it by.
fn tabs_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect, pictures: &'static [Picture]) {
    let [tabs, below] = tabs_and_card(rect);
    let chosen = view.session.tabs.iter().rev().find(|tab| pictures.contains(tab)).or(pictures.first()).copied();
    ui.scope_builder(UiBuilder::new().id_salt(("tabs", pictures)).max_rect(tabs), |ui| {
        ui.set_clip_rect(tabs.intersect(ui.clip_rect()));
        ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
            ui.horizontal(|ui| {
                for &usual in pictures {
                    let shown = picture_at(view.session, view.settings, usual);
                    let name = card(shown).short_name();
                    let name = if tabs.width() < NARROW_TABS { name.trim_start_matches("Class ") } else { name };
                    let tab = ui.selectable_label(Some(usual) == chosen, RichText::new(capitalised(name)));
                    if tab.on_hover_text(card(shown).name()).clicked() {
                        view.session.tabs.retain(|tab| *tab != usual);
                        view.session.tabs.push(usual);
                    }
                }
            });
        });
    });
    if let Some(chosen) = chosen {
        place_ui(view, ui, below, chosen);
    }
}

/// The other places: rows of cards, which share out the height, or scroll where it is too small.
fn rows_ui(view: &mut View<'_>, ui: &mut Ui) {
    let visible = ui.available_size();
    let sentence = sentence_height(ui, visible.x);
    let rows = rows(view, visible.x < NARROW);
    let least_of = |row: &CardRow| if row.cards.is_empty() { sentence } else { row.least };
    let gaps = GAP * (rows.len() - 1) as f32;
    let least: f32 = rows.iter().map(least_of).sum();
    let elastic: f32 = rows.iter().filter(|row| !row.cards.is_empty()).map(least_of).sum();
    let stretch = ((visible.y - gaps - least) / elastic).max(0.0);
    let height = |row: &CardRow| if row.cards.is_empty() { sentence } else { row.least * (1.0 + stretch) };
    let total = rows.iter().map(height).sum::<f32>() + gaps;
    let (area, _) = ui.allocate_exact_size(Vec2::new(visible.x, total), egui::Sense::hover());
    let mut top = area.top();
    for row in &rows {
        let rect = Rect::from_min_size(egui::pos2(area.left(), top), egui::vec2(area.width(), height(row)));
        match row.cards {
            [] => sentence_ui(view, ui, rect),
            [picture] => place_ui(view, ui, rect, *picture),
            [first, second, ..] => {
                let [left, right] = split(rect, row.share);
                place_ui(view, ui, left, *first);
                place_ui(view, ui, right, *second);
            }
        }
        top += height(row) + GAP;
    }
}

fn split(rect: Rect, share: f32) -> [Rect; 2] {
    let (mut left, mut right) = rect.split_left_right_at_fraction(share);
    left.max.x -= GAP / 2.0;
    right.min.x += GAP / 2.0;
    [left, right]
}

/// The card of a place; in the lab a person chooses which picture stands there.
fn place_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect, usual: Picture) {
    let picture = picture_at(view.session, view.settings, usual);
    let can_choose = view.session.place == Place::Lab;
    card_ui(view, ui, rect, picture, can_choose.then_some(usual));
}
