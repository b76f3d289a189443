//! The pictures of a scene: the hero large, others beside or below it, and the sentence where something is trained.

use egui::{Rect, Ui, Vec2};

use super::{
    View,
    cards::{card_ui, classes},
    sentence::{sentence_height, sentence_in, sentence_ui},
};
use crate::{
    lesson::{Drawing, Question},
    state::{Action, Answer, LessonCommand, Picture},
    ui::{
        charts::{PredictionLook, PredictionResponse, prediction_chart},
        palette, theme,
    },
};

const GAP: f32 = 8.0;
/// Share of the hero where another picture stands beside it.
const HERO: f32 = 0.6;
/// Pictures that need as much height as width.
const SQUARES: [Picture; 3] = [Picture::Regions, Picture::Samples, Picture::Confusion];

/// Draws the scene in the middle of the window.
pub fn lesson_place_ui(view: &mut View<'_>, ui: &mut Ui) {
    let area = ui.available_rect_before_wrap();
    lesson_stage_ui(view, ui, area, None);
}

/// Draws the pictures of the scene into a place; the sentence in letters of this height, or of the usual one.
pub(super) fn lesson_stage_ui(view: &mut View<'_>, ui: &mut Ui, area: Rect, letters: Option<f32>) {
    let Some(teaching) = &view.session.teaching else { return };
    let (pictures, is_trained) = (teaching.pictures(), teaching.trains());
    let mut area = area;
    if is_trained {
        let height = letters.map_or_else(|| sentence_height(ui, area.width()), |letters| letters * 2.8);
        let sentence = area.with_min_y(area.bottom() - height);
        area = area.with_max_y(sentence.top() - GAP);
        match letters {
            Some(letters) => sentence_in(view, ui, sentence, letters),
            None => sentence_ui(view, ui, sentence),
        }
    }
    let is_square = pictures.first().is_some_and(|picture| SQUARES.contains(picture));
    for (idx, (picture, rect)) in pictures.iter().zip(places(pictures.len(), is_square, area)).enumerate() {
        if idx == 0 && drawing_ui(view, ui, rect) {
            continue;
        }
        card_ui(view, ui, rect, *picture, None);
    }
}

/// Where pictures stand: beside each other where the place is wide, or wide enough for a square; else below each other.
fn places(n_pictures: usize, is_square: bool, area: Rect) -> Vec<Rect> {
    let is_wide = area.width() > if is_square { 1.2 } else { 2.2 } * area.height();
    let cut = |area: Rect, share: f32, is_wide: bool| {
        let (mut first, mut second) =
            if is_wide { area.split_left_right_at_fraction(share) } else { area.split_top_bottom_at_fraction(share) };
        let gap = if is_wide { Vec2::new(GAP / 2.0, 0.0) } else { Vec2::new(0.0, GAP / 2.0) };
        first.max -= gap;
        second.min += gap;
        (first, second)
    };
    match n_pictures {
        0 | 1 => vec![area],
        2 => {
            let (first, second) = cut(area, HERO, is_wide);
            vec![first, second]
        }
        _ => {
            let (first, rest) = cut(area, HERO, is_wide);
            let (second, third) = cut(rest, 0.5, !is_wide);
            vec![first, second, third]
        }
    }
}

/// What should have been drawn, from left to right; nothing before the objective has learnt something.
pub(super) fn truth(view: &View<'_>, drawing: Drawing, objective: &str) -> Vec<Option<f64>> {
    view.session.facts().drawn(drawing, objective, view.session.spec.training.epochs)
}

/// What is drawn by hand, where the scene asks for them; returns whether it does.
fn drawing_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect) -> bool {
    let Some(teaching) = &view.session.teaching else { return false };
    let Some(Question::Draw(drawing, objective)) = teaching.scene().and_then(|scene| scene.question.clone()) else {
        return false;
    };
    let classes = classes(view);
    let is_dark = ui.visuals().dark_mode;
    let truth = if teaching.is_revealed { truth(view, drawing, &objective.is) } else { Vec::new() };
    let n_values = if drawing == Drawing::Curve { Drawing::CURVE_POINTS } else { classes.len() };
    let drawn = match &teaching.answer {
        Answer::Drawn(drawn) if drawn.len() == n_values => drawn.clone(),
        _ => vec![0.5; n_values],
    };
    let epochs = view.session.spec.training.epochs;
    let colour = view.session.spec.objectives.iter().find(|one| one.name == objective.is).map_or(0, |one| one.colour);
    ui.painter().rect_filled(rect, 5.0, palette::card(is_dark));
    let builder = egui::UiBuilder::new().max_rect(rect.shrink(10.0));
    let response = ui.scope_builder(builder, |ui| {
        let title = if truth.is_empty() {
            format!("Your prediction: {} under {}", drawing.subject(), objective.is)
        } else if drawing == Drawing::Curve {
            format!("Your prediction, grey, and {} under {}", drawing.subject(), objective.is)
        } else {
            format!("Your prediction, framed, and {} under {}", drawing.subject(), objective.is)
        };
        ui.label(egui::RichText::new(title).size(theme::sized(16.0)).strong());
        let size = ui.available_size();
        let look = PredictionLook { drawing, classes: &classes, epochs, colour };
        prediction_chart(ui, look, &drawn, &truth, size)
    });
    let PredictionResponse { moved, is_done } = response.inner;
    if let (Some(moved), Some(teaching)) = (moved, &mut view.session.teaching) {
        teaching.answer = Answer::Drawn(moved);
    }
    if is_done {
        view.actions.push(Action::Lesson(LessonCommand::Reveal));
    }
    true
}
