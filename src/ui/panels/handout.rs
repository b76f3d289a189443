//! A scene of a lesson on a sheet of paper: its text, its pictures, and room for what it asks.

use egui::{Align2, Rect, RichText, Stroke, StrokeKind, Ui, UiBuilder, Vec2};

use super::{
    View,
    cards::{bare_card_ui, card, classes},
    lesson_stage::truth,
};
use crate::{
    lesson::{Drawing, Question, Scene, SceneText},
    ui::{fit::fitting, math::Formula, palette, theme},
};

/// Space around the sheet and between its parts.
const MARGIN: f32 = 40.0;
const GAP: f32 = 12.0;
/// Size of letters.
const LETTERS: f32 = 11.0;
/// Height of an empty line to write a number on, and of a grid to draw bars in.
const LINE: f32 = 26.0;
const GRID: f32 = 220.0;
/// Height of a picture at most, unless it needs more to be read.
const PICTURE: f32 = 260.0;
/// Letters of pictures by those of the window.
const SMALLER: f32 = 0.8;

/// Draws the scene that is taught over the whole sheet; with its solution once it is revealed.
pub fn handout_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(teaching) = view.session.teaching.clone() else { return };
    let language = teaching.lesson.language(&view.settings.language);
    let texts = language.and_then(|language| Some((language.title.as_str(), language.scenes.get(teaching.scene_idx)?)));
    let (Some((title, text)), Some(scene)) = (texts, teaching.scene()) else { return };
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, 0.0, palette::card(false));
    let inside = whole.shrink(MARGIN);
    let is_solution = teaching.is_revealed;
    let contents = UiBuilder::new().max_rect(inside);
    ui.scope_builder(contents, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let place = format!("{title} · {} of {}", teaching.scene_idx + 1, teaching.lesson.scenes.len());
        let part = if is_solution { " · solution" } else { "" };
        ui.label(RichText::new(place + part).size(LETTERS * 0.85).weak());
        Formula::new(&text.title).size(LETTERS * 1.6).strong().show(ui);
        // Numbers of the run are told where they are known: on the sheet without solutions some are not yet.
        let facts = view.session.facts();
        let filled = |words: &str| facts.fill(words).unwrap_or_else(|_| unfilled(words));
        say(ui, &filled(&text.text));
        question_ui(view, ui, (scene, text), is_solution, &filled);
        let mut pictures = teaching.pictures();
        // The hero is what is to be drawn: its grid stands above.
        if !is_solution && matches!(scene.question, Some(Question::Draw(..))) && !pictures.is_empty() {
            pictures.remove(0);
        }
        let rest = Rect::from_min_max(ui.cursor().min + Vec2::new(0.0, GAP), inside.max);
        let n_pictures = pictures.len().max(1) as f32;
        let room = (rest.height() - GAP * (n_pictures - 1.0)) / n_pictures;
        let mut top = rest.top();
        for picture in pictures {
            let height = room.min(PICTURE.max(SMALLER * card(picture).least_heights()[1]));
            let place = Rect::from_min_size(egui::pos2(rest.left(), top), Vec2::new(rest.width(), height));
            top += height + GAP;
            if height < 60.0 {
                continue;
            }
            ui.scope_builder(UiBuilder::new().id_salt(picture).max_rect(place), |ui| {
                ui.set_clip_rect(place);
                theme::with_scale(ui, SMALLER, |ui| bare_card_ui(view, ui, picture));
            });
        }
    });
}

/// Text, paragraph by paragraph.
fn say(ui: &mut Ui, words: &str) {
    for line in words.lines().filter(|line| !line.trim().is_empty()) {
        Formula::new(line).size(LETTERS).show(ui);
    }
}

/// What is asked, with room for an answer, or with what is right.
fn question_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    (scene, text): (&Scene, &SceneText),
    is_solution: bool,
    filled: &dyn Fn(&str) -> String,
) {
    let Some(question) = &scene.question else {
        if !text.goal.is_empty() {
            Formula::new(&filled(&text.goal)).size(LETTERS).strong().show(ui);
        }
        return;
    };
    Formula::new(&filled(&text.question)).size(LETTERS).strong().show(ui);
    let facts = view.session.facts();
    let answer_ui = |ui: &mut Ui, mark: &str, words: &str| {
        ui.horizontal_wrapped(|ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(LETTERS), egui::Sense::hover());
            ui.painter().rect_stroke(rect, 1.0, Stroke::new(0.8, palette::text(false)), StrokeKind::Inside);
            let font = theme::font(LETTERS * 0.9);
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, mark, font, palette::text(false));
            Formula::new(words).size(LETTERS).show(ui);
        });
    };
    match question {
        Question::Choice(right) => {
            for (idx, answer) in text.answers.iter().enumerate() {
                let letter = char::from(b'A' + (idx % 26) as u8);
                let mark = if is_solution && idx == *right { "×" } else { "" };
                answer_ui(ui, mark, &format!("{letter}  {answer}"));
            }
        }
        Question::Order(things) => {
            let right = crate::lesson::right_order(things, &facts).ok().filter(|_| is_solution);
            for (idx, answer) in text.answers.iter().enumerate() {
                let place = right.as_ref().and_then(|order| order.iter().position(|&other| other == idx));
                answer_ui(ui, &place.map_or_else(String::new, |place| (place + 1).to_string()), answer);
            }
        }
        Question::Number(..) if !is_solution => {
            let (rect, _) = ui.allocate_exact_size(Vec2::new(180.0, LINE), egui::Sense::hover());
            let stroke = Stroke::new(0.8, palette::text(false));
            ui.painter().line_segment([rect.left_bottom(), rect.right_bottom()], stroke);
        }
        Question::Number(..) => {}
        Question::Draw(drawing, objective) => {
            let size = Vec2::new(ui.available_width(), GRID);
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            let values = if is_solution { truth(view, *drawing, &objective.is) } else { Vec::new() };
            grid_ui(view, ui, rect, *drawing, &values);
        }
    }
    if is_solution && !text.reveal.is_empty() {
        say(ui, &filled(&text.reveal));
    }
}

/// A grid from 0 to 1 over the classes or the epochs, empty or with what came out.
fn grid_ui(view: &View<'_>, ui: &Ui, rect: Rect, drawing: Drawing, values: &[Option<f64>]) {
    let classes = classes(view);
    let grid = Rect::from_min_max(rect.min + Vec2::new(28.0, 6.0), rect.max - Vec2::new(4.0, 18.0));
    let (line, ink) = (Stroke::new(0.6, palette::line(false)), palette::text(false));
    let font = theme::font(LETTERS * 0.8);
    for tenth in 0..=10_u8 {
        let y = grid.bottom() - grid.height() * f32::from(tenth) / 10.0;
        ui.painter().hline(grid.x_range(), y, line);
        if tenth % 2 == 0 {
            let share = format!("{:.1}", f32::from(tenth) / 10.0);
            ui.painter().text(egui::pos2(grid.left() - 5.0, y), Align2::RIGHT_CENTER, share, font.clone(), ink);
        }
    }
    if drawing == Drawing::Curve {
        curve_ui(ui, grid, view.session.spec.training.epochs, values);
        return;
    }
    let width = grid.width() / classes.len().max(1) as f32;
    for rank in 0..classes.len() {
        let middle = grid.left() + width * (rank as f32 + 0.5);
        let name = fitting(ui.ctx(), &classes.label(rank), &font, width);
        ui.painter().text(egui::pos2(middle, grid.bottom() + 3.0), Align2::CENTER_TOP, name, font.clone(), ink);
        let frame = Rect::from_x_y_ranges(middle - width * 0.35..=middle + width * 0.35, grid.y_range());
        ui.painter().rect_stroke(frame, 0.0, line, StrokeKind::Middle);
        if let Some(recall) = values.get(rank).copied().flatten() {
            let filled = frame.with_min_y(grid.bottom() - grid.height() * recall as f32);
            ui.painter().rect_filled(filled, 0.0, palette::weak_text(false));
        }
    }
}

/// Upright lines at the points of a curve with their epochs, and the curve that came out.
fn curve_ui(ui: &Ui, grid: Rect, epochs: u64, values: &[Option<f64>]) {
    let (line, ink) = (Stroke::new(0.6, palette::line(false)), palette::text(false));
    let last = (Drawing::CURVE_POINTS - 1) as f32;
    let x = |rank: usize| grid.left() + grid.width() * rank as f32 / last;
    for rank in 0..Drawing::CURVE_POINTS {
        ui.painter().vline(x(rank), grid.y_range(), line);
        let epoch = Drawing::epoch_of(rank, epochs);
        let font = theme::font(LETTERS * 0.8);
        let place = egui::pos2(x(rank), grid.bottom() + 3.0);
        ui.painter().text(place, Align2::CENTER_TOP, format!("{epoch:.0}"), font, ink);
    }
    let point = |(rank, value): (usize, &Option<f64>)| {
        Some(egui::pos2(x(rank), grid.bottom() - grid.height() * (*value)? as f32))
    };
    let points = values.iter().enumerate().filter_map(point).collect();
    ui.painter().line(points, Stroke::new(2.0, palette::weak_text(false)));
}

/// Text whose numbers are not known: lines to write them on.
fn unfilled(words: &str) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        // Braces of subscripts and superscripts are the formula's own.
        if before.ends_with(['_', '^']) {
            text.push('{');
            rest = after;
            continue;
        }
        text.push_str("____");
        rest = after.split_once('}').map_or("", |(_, behind)| behind);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::unfilled;

    #[test]
    fn numbers_that_are_not_known_are_lines_to_write_on() {
        assert_eq!(unfilled("from {a(b)} to {c}."), "from ____ to ____.");
        assert_eq!(unfilled("none, E_{n−1}"), "none, E_{n−1}");
    }
}
