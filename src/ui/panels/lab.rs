//! The whole story on one screen: counts and weights, recall, regions and curves.

use egui::{Rect, RichText, ScrollArea, Ui, UiBuilder, Vec2};

use super::{
    View,
    cards::card_ui,
    class_window::class_window_ui,
    course::{advice_ui, divergence},
    layout::{CardRow, pages_ui, picture_at, rows},
};
use crate::{
    experiment::{NamedRecall, headline},
    state::{Picture, Place},
    ui::fit::{brief_sentence, shorten},
};

/// Characters of a name in the sentence at most.
const MOST_OF_A_NAME: usize = 40;
/// Space between cards.
const GAP: f32 = 8.0;
/// Below this width cards stand below each other.
const NARROW: f32 = 720.0;

/// Draws the centre: one picture alone, or all of the place.
pub fn lab_ui(view: &mut View<'_>, ui: &mut Ui) {
    // No picture of losses is over single classes of many.
    if !matches!(view.session.place, Place::Losses | Place::Tune) {
        class_window_ui(view, ui);
    }
    if let Some(picture) = view.session.enlarged {
        let rect = ui.available_rect_before_wrap();
        card_ui(view, ui, rect, picture, None);
        return;
    }
    pages_ui(view, ui);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let visible = ui.available_size();
        let rows = rows(view, visible.x < NARROW);
        let gaps = GAP * (rows.len() - 1) as f32;
        let least: f32 = rows.iter().map(|row| row.least).sum();
        let elastic: f32 = rows.iter().filter(|row| !row.cards.is_empty()).map(|row| row.least).sum();
        let stretch = ((visible.y - gaps - least) / elastic).max(0.0);
        let height = |row: &CardRow| if row.cards.is_empty() { row.least } else { row.least * (1.0 + stretch) };
        let total = rows.iter().map(height).sum::<f32>() + gaps;
        let (area, _) = ui.allocate_exact_size(Vec2::new(visible.x, total), egui::Sense::hover());
        let mut top = area.top();
        for row in &rows {
            let rect = Rect::from_min_size(egui::pos2(area.left(), top), egui::vec2(area.width(), height(row)));
            match row.cards {
                [] => headline_ui(view, ui, rect),
                [picture] => place_ui(view, ui, rect, *picture),
                [first, second, ..] => {
                    let [left, right] = split(rect, row.share);
                    place_ui(view, ui, left, *first);
                    place_ui(view, ui, right, *second);
                }
            }
            top += height(row) + GAP;
        }
    });
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

/// What happened, in a sentence.
fn headline_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect) {
    let sentence = brief_sentence(&headline_of(view)).into_owned();
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(egui::Layout::left_to_right(egui::Align::Center)), |ui| {
        ui.add_space(4.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            advice_ui(view, ui);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(RichText::new(&sentence).size(16.0)).truncate()).on_hover_text(sentence);
            });
        });
    });
}

fn headline_of(view: &View<'_>) -> String {
    let session = &view.session;
    if let Err(reason) = session.checked() {
        return format!("Not trained: {reason}");
    }
    if let Some(fault) = divergence(view) {
        return fault;
    }
    if !session.has_begun() {
        return "Press Play (Space): the same model learns the same samples under each objective".to_owned();
    }
    let names: Vec<String> =
        session.spec.objectives.iter().map(|objective| shorten(&objective.name, MOST_OF_A_NAME)).collect();
    let shown: Vec<NamedRecall<'_>> = session
        .spec
        .objectives
        .iter()
        .enumerate()
        .filter(|(_, objective)| objective.shown)
        .filter_map(|(idx, _)| {
            let run = session.trained_run(idx)?;
            Some(NamedRecall { name: names.get(idx)?, per_class_recall: &run.per_class_recall })
        })
        .collect();
    let (Some(counts), Some((&baseline, others))) = (session.counts(), shown.split_first()) else {
        return String::new();
    };
    headline(counts, baseline, others).unwrap_or_default()
}
