//! A lesson beside the pictures: what is told and asked, the controls that are open, and the way on.

use std::sync::Arc;

use egui::{Button, Frame, Panel, RichText, ScrollArea, Ui};

use super::{View, buttons::action_button_with};
use crate::{
    bounds::Bounded,
    experiment::{ExperimentSpec, Setting},
    lesson::{Drawing, Facts, Question, Scene, SceneText},
    numbers::three_digits,
    state::{Action, Answer, LessonCommand, Teaching},
    ui::{
        fit::shorten,
        math::Formula,
        palette, theme,
        widgets::{NumberField, beta_slider, setting_slider},
    },
};

/// Share of the window for the lesson, and its width at least and at most.
const SHARE: f32 = 0.3;
const WIDTHS: [f32; 2] = [270.0, 540.0];
/// Characters of an objective's name at a slider at most.
const MOST_OF_A_NAME: usize = 14;
/// Letters of the text by the width of the window, and their size at least and at most.
const LETTERS: f32 = 1.0 / 85.0;
const SIZES: [f32; 2] = [15.0, 22.0];

/// Draws the lesson at the left of the pictures, in place of the controls.
pub fn lesson_panel_ui(view: &mut View<'_>, ui: &mut Ui) {
    let letters = (ui.available_width() * LETTERS).within(SIZES[0], SIZES[1]);
    let width = (ui.available_width() * SHARE).within(WIDTHS[0], WIDTHS[1]);
    let frame =
        Frame::new().fill(ui.visuals().panel_fill).inner_margin(egui::Margin { left: 12, right: 4, top: 6, bottom: 6 });
    let panel = Panel::left("lesson").frame(frame).exact_size(width).resizable(false);
    panel.show(ui, |ui| lesson_ui(view, ui, letters));
}

/// The lesson in the room there is, its text in letters of this size.
pub(super) fn lesson_ui(view: &mut View<'_>, ui: &mut Ui, letters: f32) {
    let Some(mut teaching) = view.session.teaching.take() else { return };
    let facts = view.session.facts();
    let code = view.settings.language.clone();
    let lesson = Arc::clone(&teaching.lesson);
    let language = lesson.language(&code);
    let scene_idx = teaching.scene_idx;
    let texts = language.and_then(|language| Some((language.title.as_str(), language.scenes.get(scene_idx)?)));
    if let (Some((title, text)), Some(scene)) = (texts, lesson.scenes.get(scene_idx)) {
        let place = format!("{title} · {} of {}", scene_idx + 1, lesson.scenes.len());
        ui.add(egui::Label::new(RichText::new(place).size(letters * 0.8).weak()).truncate());
        way_ui(view, ui, &teaching, letters);
        let fit = Fit::of(ui, &teaching);
        let letters = letters * fit.scale;
        let shown = ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width((ui.available_width() - 10.0).max(0.0));
            ui.spacing_mut().item_spacing.y = letters * 0.5;
            Formula::new(&text.title).size(letters * 1.3).strong().show(ui);
            scene_ui(view, ui, &mut teaching, (scene, text), &facts, letters);
        });
        fit.follow(ui, shown.content_size.y, shown.inner_rect.height());
    }
    view.session.teaching = Some(teaching);
}

/// How much smaller letters are where a scene would not fit: a presenter's clicker cannot scroll.
struct Fit {
    id: egui::Id,
    scale: f32,
}

impl Fit {
    const LEAST: f32 = 0.7;

    fn of(ui: &Ui, teaching: &Teaching) -> Self {
        let size = ui.available_size();
        let room = (size.x as i32, size.y as i32);
        let id = ui.scope_id().with((&teaching.lesson.key, teaching.scene_idx, teaching.is_revealed, room));
        Self { id, scale: ui.data(|data| data.get_temp(id)).unwrap_or(1.0) }
    }

    /// Takes a smaller size where the contents are higher than the room.
    fn follow(&self, ui: &Ui, contents: f32, room: f32) {
        if contents > room + 1.0 && self.scale > Self::LEAST {
            let scale = (self.scale * (room / contents).within(0.8, 0.98)).max(Self::LEAST);
            ui.data_mut(|data| data.insert_temp(self.id, scale));
            ui.ctx().request_repaint();
        }
    }
}

/// Back, reveal and next.
fn way_ui(view: &mut View<'_>, ui: &mut Ui, teaching: &Teaching, letters: f32) {
    ui.horizontal_wrapped(|ui| {
        let mut button = |ui: &mut Ui, command: LessonCommand, is_enabled: bool| {
            let text = RichText::new(command.label()).size(letters);
            action_button_with(view, ui, Action::Lesson(command), is_enabled, Button::new(text));
        };
        button(ui, LessonCommand::Back, teaching.scene_idx > 0);
        if teaching.can_reveal() {
            button(ui, LessonCommand::Reveal, true);
        }
        button(ui, LessonCommand::Next, true);
    });
}

fn scene_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    teaching: &mut Teaching,
    (scene, text): (&Scene, &SceneText),
    facts: &Facts,
    letters: f32,
) {
    let say = |ui: &mut Ui, words: &str| {
        if let Ok(filled) = facts.fill(words) {
            filled.lines().for_each(|line| drop(Formula::new(line).size(letters).coloured().show(ui)));
        }
    };
    let waits = teaching.trains() && !view.session.is_trained();
    if !teaching.is_revealed {
        if waits && facts.fill(&text.text).is_err() {
            ui.label(RichText::new("Training…").size(letters).weak());
        }
        say(ui, &text.text);
    }
    if let Some(question) = &scene.question {
        say(ui, &text.question);
        let is_listed = matches!(question, Question::Choice(_) | Question::Order(_));
        if !(teaching.is_revealed && is_listed) {
            answer_ui(ui, teaching, question, text, letters);
        }
        if teaching.is_revealed && !waits {
            verdict_ui(view, ui, teaching, question, text, facts, letters);
        }
    }
    if teaching.is_revealed {
        if waits {
            ui.label(RichText::new(format!("Training: epoch {}", view.session.snapshot().epoch)).size(letters).weak());
        } else {
            say(ui, &text.reveal);
        }
    }
    say(ui, &text.goal);
    controls_ui(&mut view.session.spec, ui, scene);
    if scene.goal.is_some() && teaching.is_reached {
        let is_dark = ui.visuals().dark_mode;
        ui.label(RichText::new("✔ Goal reached").size(letters * 1.1).color(palette::positives(is_dark)).strong());
    }
}

/// What can be answered, until it is revealed; then what was.
fn answer_ui(ui: &mut Ui, teaching: &mut Teaching, question: &Question, text: &SceneText, letters: f32) {
    let is_open = !teaching.is_revealed;
    let entry = |ui: &mut Ui, is_chosen: bool, words: String| {
        let button = Button::selectable(is_chosen, RichText::new(words).size(letters)).wrap();
        ui.add_enabled(is_open, button.min_size(egui::vec2(ui.available_width(), 0.0))).clicked()
    };
    match question {
        Question::Choice(_) => {
            for (idx, answer) in text.answers.iter().enumerate() {
                let letter = char::from(b'A' + (idx % 26) as u8);
                if entry(ui, teaching.answer == Answer::Choice(idx), format!("{letter}  {answer}")) {
                    teaching.answer = Answer::Choice(idx);
                }
            }
        }
        Question::Order(_) => {
            let mut order = match &teaching.answer {
                Answer::Order(order) => order.clone(),
                _ => Vec::new(),
            };
            for (idx, answer) in text.answers.iter().enumerate() {
                let place = order.iter().position(|&known| known == idx);
                let number = place.map_or_else(|| "–".to_owned(), |place| (place + 1).to_string());
                if entry(ui, place.is_some(), format!("{number}  {answer}")) {
                    match place {
                        Some(place) => drop(order.remove(place)),
                        None => order.push(idx),
                    }
                    teaching.answer = Answer::Order(order.clone());
                }
            }
        }
        Question::Number(..) => {
            let mut number = match teaching.answer {
                Answer::Number(number) => number,
                _ => 0.0,
            };
            ui.add_enabled_ui(is_open, |ui| {
                ui.horizontal(|ui| {
                    ui.label(RichText::new("Your answer").size(letters));
                    if NumberField::new("Your answer", &mut number).speed(0.01).show(ui).changed() {
                        teaching.answer = Answer::Number(number);
                    }
                });
            });
        }
        Question::Draw(..) => {}
    }
}

/// Whether the answer was right, and how far off a drawing is.
fn verdict_ui(
    view: &View<'_>,
    ui: &mut Ui,
    teaching: &Teaching,
    question: &Question,
    text: &SceneText,
    facts: &Facts,
    letters: f32,
) {
    let is_dark = ui.visuals().dark_mode;
    let right = match question {
        Question::Choice(right) => text.answers.get(*right).cloned(),
        Question::Number(answer, _) => {
            facts.value(&answer.is).ok().map(|value| format!("It is {}", three_digits(value)))
        }
        Question::Order(things) => crate::lesson::right_order(things, facts).ok().map(|order| {
            let names = order.iter().filter_map(|&idx| text.answers.get(idx)).map(String::as_str);
            names.collect::<Vec<_>>().join(" > ")
        }),
        Question::Draw(drawing, objective) => gap(view, teaching, *drawing, &objective.is).map(|gap| {
            let drawn = if *drawing == Drawing::Curve { "Your points" } else { "Your bars" };
            format!("{drawn} are off by {} on average", three_digits(gap))
        }),
    };
    let is_answered = !matches!(teaching.answer, Answer::Missing);
    // A number that nobody has guessed stands in the text.
    let Some(right) = right.filter(|_| is_answered || matches!(question, Question::Choice(_) | Question::Order(_)))
    else {
        return;
    };
    let (words, ink) = match teaching.is_right(facts) {
        Some(true) => (format!("✔ {right}"), palette::positives(is_dark)),
        Some(false) => (format!("✘ {right}"), palette::negatives(is_dark)),
        None => (right, palette::text(is_dark)),
    };
    ui.label(RichText::new(words).size(letters).color(ink).strong());
}

/// Mean distance between what was drawn and what came out.
fn gap(view: &View<'_>, teaching: &Teaching, drawing: Drawing, objective: &str) -> Option<f64> {
    let Answer::Drawn(drawn) = &teaching.answer else { return None };
    let truth = super::lesson_stage::truth(view, drawing, objective);
    let gaps: Vec<f64> =
        drawn.iter().zip(&truth).filter_map(|(drawn, recall)| Some((drawn - (*recall)?).abs())).collect();
    (!gaps.is_empty()).then(|| gaps.iter().sum::<f64>() / gaps.len() as f64)
}

/// Sliders of what may be moved.
fn controls_ui(spec: &mut ExperimentSpec, ui: &mut Ui, scene: &Scene) {
    for &setting in &scene.controls {
        if setting.is_of_experiment() {
            let Some(number) = spec.objectives.first().and_then(|objective| setting.number(objective, spec)) else {
                continue;
            };
            let mut moved = number;
            setting_slider(ui, setting, &mut moved);
            if moved != number {
                setting.set(spec, moved);
            }
            continue;
        }
        for idx in scene.moved_by(setting) {
            let number = spec.objectives.get(idx).and_then(|objective| setting.number(objective, spec));
            let Some(number) = number else { continue };
            let mut moved = number;
            ui.push_id(idx, |ui| {
                let name = shorten(&spec.objectives[idx].name, MOST_OF_A_NAME);
                ui.label(RichText::new(name.as_str()).size(theme::sized(13.0)).weak());
                match setting {
                    Setting::Beta => beta_slider(ui, &format!("β of {name}"), &mut moved),
                    _ => setting_slider(ui, setting, &mut moved),
                }
            });
            if moved != number {
                setting.set_in(&mut spec.objectives[idx], moved);
            }
        }
    }
}
