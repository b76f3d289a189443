//! The whole story on one screen: counts and weights, recall, regions and curves.

use egui::{Frame, Rect, RichText, ScrollArea, Ui, UiBuilder, Vec2};

use super::{
    View,
    class_window::class_window_ui,
    composed,
    course::{divergence, remedy_ui},
    layout::{Row, pages_ui, rows},
    losses,
    outcome::{baseline_ui, cell_share_ui, scored_class_ui},
    ownership,
    pictures::{picture_ui, title},
    regions::{has_test_points, regions_look_ui},
    samples::regions_behind_ui,
    shared::classes,
    tune_points, weighting,
};
use crate::{
    bounds::Bounded,
    experiment::{Told, tell},
    state::{Action, Picture, Place, RegionsLook, TunePage},
    ui::{
        fit::{brief_sentence, shorten},
        palette, theme,
    },
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
        let height = |row: &Row| if row.cards.is_empty() { row.least } else { row.least * (1.0 + stretch) };
        let total = rows.iter().map(height).sum::<f32>() + gaps;
        let (area, _) = ui.allocate_exact_size(Vec2::new(visible.x, total), egui::Sense::hover());
        let mut top = area.top();
        for row in rows {
            let rect = Rect::from_min_size(egui::pos2(area.left(), top), egui::vec2(area.width(), height(row)));
            match row.cards {
                [] => story_ui(view, ui, rect),
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
    if view.session.place == Place::Lab {
        let picture = view.settings.compare.at(usual);
        card_ui(view, ui, rect, picture, Some(usual));
    } else {
        card_ui(view, ui, rect, usual, None);
    }
}

/// A card with a title that is a sentence of fact, its buttons, and the picture or its numbers; `usual` is the picture that
/// stands at first where another can be chosen.
fn card_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect, picture: Picture, usual: Option<Picture>) {
    let is_dark = ui.visuals().dark_mode;
    let frame =
        Frame::new().fill(palette::card(is_dark)).corner_radius(5.0).inner_margin(egui::Margin::symmetric(10, 6));
    ui.painter().add(frame.paint(rect.shrink2(egui::vec2(10.0, 6.0))));
    ui.painter().rect_stroke(rect, 5.0, egui::Stroke::new(1.0, palette::line(is_dark)), egui::StrokeKind::Inside);
    let inner = rect.shrink2(egui::vec2(10.0, 6.0));
    let builder = UiBuilder::new().id_salt(picture).max_rect(inner);
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                card_buttons(view, ui, picture);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    if let Some(usual) = usual {
                        picture_menu_ui(view, ui, usual, picture);
                    }
                    match picture {
                        Picture::Curves => series_ui(view, ui),
                        Picture::Samples => regions_behind_ui(view, ui),
                        Picture::Differences => baseline_ui(view, ui),
                        Picture::Regions => {
                            regions_look_ui(view, ui);
                            if view.settings.compare.regions == RegionsLook::Overlay {
                                baseline_ui(view, ui);
                            }
                        }
                        Picture::Confusion => cell_share_ui(view, ui),
                        Picture::SweepPoints => tune_points::pages_ui(view, ui),
                        Picture::PrecisionRecall | Picture::Reliability => {
                            let classes = classes(view);
                            scored_class_ui(view, ui, &classes);
                        }
                        _ => {}
                    }
                    let (title, explanation) = title(view, picture);
                    let [title, explanation] = [brief_sentence(&title), brief_sentence(&explanation)];
                    let text = RichText::new(title.as_ref()).text_style(theme::title_style());
                    ui.add(egui::Label::new(text).truncate()).on_hover_text(format!("{title}\n{explanation}"));
                });
            });
        });
        if let Some(text) = explanation(view, picture).filter(|_| !view.settings.is_folded(picture)) {
            ui.add(egui::Label::new(RichText::new(brief_sentence(&text)).size(12.5).weak()).wrap());
        }
        let response = picture_ui(view, ui, picture);
        if response.is_some_and(|response| response.double_clicked()) {
            let target = if view.session.enlarged.is_some() { None } else { Some(picture) };
            view.actions.push(Action::Enlarge(target));
        }
    });
}

/// What there is to understand in a picture, with the numbers on the screen; `None` where the picture says it all.
fn explanation(view: &View<'_>, picture: Picture) -> Option<String> {
    match picture {
        Picture::LossCurves | Picture::LossSlopes | Picture::LossOwners => {
            losses::explanation(&view.settings.losses, picture)
        }
        Picture::LossShares | Picture::CumulativeLoss => ownership::explanation(view, picture),
        Picture::Composition => Some(composed::explanation()),
        _ => weighting::explanation(view, picture),
    }
}

/// Table, enlarge, and what belongs to the picture alone; from right to left.
fn card_buttons(view: &mut View<'_>, ui: &mut Ui, picture: Picture) {
    let target = if view.session.enlarged.is_some() { None } else { Some(picture) };
    let action = Action::Enlarge(target);
    if ui.add(small(action.label())).on_hover_text(action.tooltip()).clicked() {
        view.actions.push(action);
    }
    if explanation(view, picture).is_some() {
        let (word, hint) = if view.settings.is_folded(picture) {
            ("Explain", "Say what there is to see, with the numbers of this experiment")
        } else {
            ("Fold", "Fold the explanation away")
        };
        if ui.add(small(word)).on_hover_text(hint).clicked() {
            view.settings.toggle_folded(picture);
        }
    }
    let is_list = matches!(view.settings.tune.page, TunePage::Points | TunePage::Runs);
    if picture == Picture::SweepPoints && is_list {
        return;
    }
    let is_table = view.session.tables.contains(&picture);
    if matches!(
        picture,
        Picture::Classes | Picture::Consequences | Picture::Snippet | Picture::SweepSetup | Picture::SweepAnswer
    ) {
        return;
    }
    let (word, hint) =
        if is_table { ("Picture", "Show the picture again") } else { ("Table", "Show the numbers, to sort and copy") };
    if ui.add(small(word)).on_hover_text(hint).clicked() {
        if is_table {
            view.session.tables.retain(|&shown| shown != picture);
        } else {
            view.session.tables.push(picture);
        }
        view.session.sort = None;
    }
    if picture == Picture::Regions && has_test_points(view) {
        let test = ("Test", "Test samples are drawn; click for those that are learnt from");
        let learnt = ("Learnt", "Samples that are learnt from are drawn; click for test samples");
        switch_ui(ui, &mut view.settings.compare.shows_test, test, learnt);
    }
    if matches!(picture, Picture::Recall | Picture::Differences) {
        let hint = "How sure is this? Train the comparison on several seeds, for 95 % intervals and paired differences";
        if ui.add(small("Seeds")).on_hover_text(hint).clicked() {
            view.actions.push(Action::Enlarge(Some(Picture::Seeds)));
        }
        let lines = ("Lines", "Lines over classes from head to tail; click for bars");
        let bars = ("Bars", "Bars for each class; click for lines from head to tail");
        switch_ui(ui, &mut view.settings.compare.has_lines, lines, bars);
    }
    let log = match picture {
        Picture::Counts => Some(&mut view.settings.log_counts),
        Picture::Weights | Picture::Schemes => Some(&mut view.settings.log_weights),
        Picture::LossCurves => Some(&mut view.settings.losses.log_loss),
        Picture::Covering => Some(&mut view.settings.covering.is_log),
        _ => None,
    };
    if let Some(is_log) = log {
        let linear = ("Linear", "Linear scale; click for a log one");
        switch_ui(ui, is_log, ("Log", "Log scale; click for a linear one"), linear);
    }
}

/// A small button of a card.
fn small(text: &str) -> egui::Button<'_> {
    egui::Button::new(RichText::new(text).size(12.0)).small()
}

/// A button that says which of two ways holds, each with its word and hint, and changes to the other.
fn switch_ui(ui: &mut Ui, is_on: &mut bool, on: (&str, &str), off: (&str, &str)) {
    let (word, hint) = if *is_on { on } else { off };
    if ui.add(small(word)).on_hover_text(hint).clicked() {
        *is_on = !*is_on;
    }
}

/// Which picture stands here.
fn picture_menu_ui(view: &mut View<'_>, ui: &mut Ui, usual: Picture, picture: Picture) {
    let menu = ui.menu_button(RichText::new("▼").size(10.0), |ui| {
        for other in Picture::FOR_LAB {
            if ui.selectable_label(other == picture, other.label()).clicked() {
                view.settings.compare.put(usual, other);
                ui.close();
            }
        }
        ui.separator();
        let is_usual = view.settings.compare.instead.is_empty();
        let reset = ui.add_enabled(!is_usual, egui::Button::new("All as at first"));
        if reset.on_hover_text("The usual picture in every place").clicked() {
            view.settings.compare.instead.clear();
            ui.close();
        }
    });
    let name = format!("Picture here: {}", picture.label());
    menu.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    menu.response.on_hover_text("Another picture in this place; it is remembered");
}

/// The figure that the learning curves follow.
fn series_ui(view: &mut View<'_>, ui: &mut Ui) {
    let shown = egui::ComboBox::from_id_salt("series")
        .width((ui.available_width() - 84.0).within(60.0, 150.0))
        .truncate()
        .selected_text(view.settings.series.label())
        .show_ui(ui, |ui| {
            for series in crate::experiment::Series::ALL {
                ui.selectable_value(&mut view.settings.series, series, series.label());
            }
        });
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Figure over epochs"));
    shown.response.on_hover_text("The figure that is followed over epochs");
}

/// What happened, in a sentence.
fn story_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect) {
    let sentence = brief_sentence(&story(view)).into_owned();
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(egui::Layout::left_to_right(egui::Align::Center)), |ui| {
        ui.add_space(4.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            remedy_ui(view, ui);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(RichText::new(&sentence).size(16.0)).truncate()).on_hover_text(sentence);
            });
        });
    });
}

fn story(view: &View<'_>) -> String {
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
    let shown: Vec<Told<'_>> = session
        .spec
        .objectives
        .iter()
        .enumerate()
        .filter(|(_, objective)| objective.shown)
        .filter_map(|(idx, _)| {
            let run = session.trained_run(idx)?;
            Some(Told { name: names.get(idx)?, per_class_recall: &run.per_class_recall })
        })
        .collect();
    let (Some(counts), Some((&baseline, others))) = (session.counts(), shown.split_first()) else {
        return String::new();
    };
    tell(counts, baseline, others).unwrap_or_default()
}
