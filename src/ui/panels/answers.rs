//! How a class has answered: a question after the other, with bars, and what is right.

use egui::{Align2, Color32, Context, Pos2, Rect, RichText, ScrollArea, Sense, Stroke, Ui, Vec2, Window};

use super::View;
use crate::{
    bounds::Bounded,
    lesson::{Answered, ClassAnswers, Drawing, Question, Scene, SceneText, course},
    numbers::three_digits,
    state::Action,
    ui::{palette, theme},
};

/// Width of a bar for all students, and size of drawings.
const BAR: f32 = 200.0;
const DRAWING: Vec2 = Vec2::new(520.0, 150.0);

/// Shows the answers of a class, until they are closed.
pub fn answers_ui(view: &mut View<'_>, ctx: &Context) {
    let Some((merged, n_students)) = view.session.handed_on.class_answers.take() else { return };
    let mut is_open = true;
    let room = ctx.content_rect().size();
    let window = Window::new("Answers of the class").open(&mut is_open).anchor(Align2::CENTER_CENTER, Vec2::ZERO);
    window.resizable(false).collapsible(false).show(ctx, |ui| {
        ui.set_width((room.x * 0.6).max(420.0));
        let students = if n_students == 1 { "1 student".to_owned() } else { format!("{n_students} students") };
        ui.label(RichText::new(students).strong());
        ScrollArea::vertical().max_height(room.y * 0.7).auto_shrink([false, true]).show(ui, |ui| {
            for one in &merged {
                ui.separator();
                question_ui(ui, one, &view.settings.language);
            }
        });
    });
    if is_open {
        view.session.handed_on.class_answers = Some((merged, n_students));
    } else {
        view.actions.push(Action::ShowAnswers(Vec::new()));
    }
}

/// A scene of the course with its texts.
fn scene_of(one: &ClassAnswers, language: &str) -> Option<(&'static Scene, &'static SceneText)> {
    let lesson = course().iter().find(|lesson| lesson.key == one.lesson)?;
    let place = lesson.scenes.iter().position(|scene| scene.key.is == one.scene)?;
    Some((&lesson.scenes[place], lesson.language(language)?.scenes.get(place)?))
}

fn question_ui(ui: &mut Ui, one: &ClassAnswers, language: &str) {
    let (scene, text) = scene_of(one, language).unzip();
    let is_curve = scene.is_some_and(|scene| matches!(scene.question, Some(Question::Draw(Drawing::Curve, _))));
    let title = text.map_or_else(|| format!("{}, {}", one.lesson, one.scene), |text| text.title.clone());
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&title).size(theme::sized(16.0)).strong());
        ui.label(RichText::new(format!("answered by {}", one.n)).weak());
    });
    if let Some(question) = text.map(|text| text.question.as_str()).filter(|question| !question.is_empty()) {
        ui.label(question);
    }
    let is_dark = ui.visuals().dark_mode;
    let letter = |place: usize| char::from(b'A' + (place % 26) as u8);
    let words = |place: usize| {
        let answer = text.and_then(|text| text.answers.get(place)).map_or("", String::as_str);
        format!("{}  {answer}", letter(place))
    };
    match &one.answered {
        Answered::Choices { counts, right } => {
            for (place, &n) in counts.iter().enumerate() {
                bar_ui(ui, &words(place), [n, one.n], *right == Some(place));
            }
        }
        Answered::Orders { orders, right } => {
            for (order, n) in orders.iter().take(5) {
                let given: Vec<String> = order.iter().map(|&place| words(place)).collect();
                bar_ui(ui, &given.join(" > "), [*n, one.n], right.as_ref() == Some(order));
            }
        }
        Answered::Numbers { numbers, truth } => {
            numbers_ui(ui, numbers, *truth, is_dark);
            ui.label(one.answered.in_words());
        }
        Answered::Drawings { quartiles, truth } => {
            drawings_ui(ui, quartiles, truth, &one.answered.in_words(), is_dark);
            let order = if is_curve { "From the first epoch to the last" } else { "From head to tail" };
            let legend = format!("{order}: the middle half of what was drawn, the median, and, wider, what came out");
            ui.label(RichText::new(legend).weak());
        }
    }
}

/// How many of a class have given an answer.
fn bar_ui(ui: &mut Ui, words: &str, [n, of]: [usize; 2], is_right: bool) {
    let is_dark = ui.visuals().dark_mode;
    let ink = if is_right { palette::positives(is_dark) } else { palette::weak_text(is_dark) };
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(BAR, 14.0), Sense::hover());
        let filled = rect.with_max_x(rect.left() + rect.width() * n as f32 / of.max(1) as f32);
        ui.painter().rect_filled(rect, 2.0, palette::line(is_dark));
        ui.painter().rect_filled(filled, 2.0, ink);
        let mark = if is_right { "✔ " } else { "" };
        ui.add(egui::Label::new(format!("{n}  {mark}{words}")).wrap());
    });
}

/// Each number as a tick on a line, and what came out as a longer one.
fn numbers_ui(ui: &mut Ui, numbers: &[f64], truth: Option<f64>, is_dark: bool) {
    let all = || numbers.iter().copied().chain(truth);
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let span = (high - low).max(f64::MIN_POSITIVE);
    let size = Vec2::new(ui.available_width().min(DRAWING.x), 44.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let line = rect.shrink2(Vec2::new(30.0, 12.0));
    let tick = |number: f64, half: f32, stroke: Stroke| {
        let x = line.left() + line.width() * ((number - low) / span) as f32;
        let middle = line.center().y;
        ui.painter().line_segment([Pos2::new(x, middle - half), Pos2::new(x, middle + half)], stroke);
    };
    ui.painter().line_segment([line.left_center(), line.right_center()], Stroke::new(1.0, palette::line(is_dark)));
    for &number in numbers {
        tick(number, 6.0, Stroke::new(2.0, palette::weak_text(is_dark)));
    }
    if let Some(truth) = truth {
        tick(truth, 14.0, Stroke::new(3.0, palette::positives(is_dark)));
    }
    for (number, place, align) in
        [(low, rect.left_bottom(), Align2::LEFT_BOTTOM), (high, rect.right_bottom(), Align2::RIGHT_BOTTOM)]
    {
        ui.painter().text(place, align, three_digits(number), theme::font(12.0), palette::weak_text(is_dark));
    }
}

/// The middle half of what was drawn at each place, the median, and what came out.
fn drawings_ui(ui: &mut Ui, quartiles: &[[f64; 3]], truth: &[f64], words: &str, is_dark: bool) {
    let size = Vec2::new(ui.available_width().min(DRAWING.x), DRAWING.y);
    let (whole, response) = ui.allocate_exact_size(size, Sense::hover());
    let rect = whole.with_min_x(whole.left() + theme::sized(22.0));
    for (share, place, align) in
        [("1", rect.left_top(), Align2::RIGHT_TOP), ("0", rect.left_bottom(), Align2::RIGHT_BOTTOM)]
    {
        let place = place - Vec2::new(6.0, 0.0);
        ui.painter().text(place, align, share, theme::font(12.0), palette::weak_text(is_dark));
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, words));
    let width = rect.width() / quartiles.len().max(1) as f32;
    let y = |share: f64| rect.bottom() - rect.height() * share.within(0.0, 1.0) as f32;
    ui.painter().rect_stroke(rect, 0.0, Stroke::new(1.0, palette::line(is_dark)), egui::StrokeKind::Inside);
    let bar = |rank: usize, from: f64, to: f64, share: f32, fill: Color32| {
        let middle = rect.left() + width * (rank as f32 + 0.5);
        let half = width * share / 2.0;
        let area = Rect::from_min_max(Pos2::new(middle - half, y(to)), Pos2::new(middle + half, y(from)));
        ui.painter().rect_filled(area, 0.0, fill);
    };
    for (rank, [low, median, high]) in quartiles.iter().copied().enumerate() {
        bar(rank, low, high, 0.5, palette::line(is_dark));
        bar(rank, median - 0.008, median + 0.008, 0.6, palette::weak_text(is_dark));
        if let Some(&truth) = truth.get(rank) {
            bar(rank, truth - 0.012, truth + 0.012, 0.85, palette::positives(is_dark));
        }
    }
}
