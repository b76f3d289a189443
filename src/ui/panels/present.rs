//! The lab in front of a class, full screen: one picture, the sentence, Play, and the sliders that matter.

use egui::{Key, Modifiers, Rect, Response, RichText, Shape, Stroke, Ui, UiBuilder, Vec2};

use super::{
    View, cards::card_ui, layout::pictures_of_place, lesson::lesson_ui, lesson_stage::lesson_stage_ui,
    playback::play_button, sentence::sentence_in,
};
use crate::{
    experiment::{ObjectiveSpec, Setting},
    state::{Action, Picture, Place, Presenting},
    ui::{
        fit::shorten,
        palette,
        widgets::{beta_slider, setting_slider},
    },
    weighting::SchemeKind,
};

/// Height of the window, in points, to which everything is scaled while the lab is presented: numbers at axes are then 1/40 of
/// it.
pub const PRESENTED_HEIGHT: f32 = 480.0;
/// Height of the letters of the sentence by that of the window.
const SENTENCE: f32 = 1.0 / 25.0;
/// Lines of the sentence.
const LINES: f32 = 2.0;
/// Height of the row of controls.
const CONTROLS: f32 = 44.0;
/// Width of a slider with its name and number.
const SLIDER: f32 = 226.0;
/// Characters of an objective's name at a slider at most.
const MOST_OF_A_NAME: usize = 8;
/// Most sliders.
const MOST_SLIDERS: usize = 2;
/// Most points of a stroke of the pen.
const MOST_POINTS: usize = 10_000;
/// Share of the width for what a lesson tells.
const TOLD: f32 = 0.37;
/// Radius of the spotlight by the height of the window.
const SPOTLIGHT: f32 = 0.22;
const GAP: f32 = 8.0;

/// The pictures of the place in the order in which they are presented: in the lab the result comes first.
fn pages(view: &View<'_>) -> Vec<Picture> {
    let mut pages = pictures_of_place(view.session, view.settings);
    if view.session.place == Place::Lab {
        pages.sort_by_key(|picture| *picture != Picture::Recall);
    }
    pages
}

/// Draws the presented lab over the whole window, and follows the presenter's keys.
pub fn present_ui(view: &mut View<'_>, ui: &mut Ui) {
    let pages = pages(view);
    let Some(mut presenting) = view.session.presenting.take() else { return };
    follow_keys(view, ui, &mut presenting, pages.len());
    presenting.turn(0, pages.len());
    let whole = ui.available_rect_before_wrap();
    let is_dark = ui.visuals().dark_mode;
    ui.painter().rect_filled(whole, 0.0, palette::desk(is_dark));
    let rect = whole.shrink(GAP);
    let letters = whole.height() * SENTENCE;
    let controls = rect.with_min_y(rect.bottom() - CONTROLS);
    if view.session.is_locked() {
        let above = rect.with_max_y(controls.top() - GAP);
        let (told, shown) = above.split_left_right_at_fraction(TOLD);
        let column = UiBuilder::new().max_rect(told.with_max_x(told.right() - GAP));
        ui.scope_builder(column, |ui| lesson_ui(view, ui, letters));
        lesson_stage_ui(view, ui, shown, Some(letters * 0.8));
        let n_scenes = view.session.teaching.as_ref().map_or(0, |teaching| teaching.lesson.scenes.len());
        let scene_idx = view.session.teaching.as_ref().map_or(0, |teaching| teaching.scene_idx);
        ui.scope_builder(UiBuilder::new().max_rect(controls), |ui| controls_ui(view, ui, scene_idx, n_scenes));
        draw_over(ui, whole, &mut presenting);
        view.session.presenting = Some(presenting);
        return;
    }
    let sentence = rect.with_max_y(controls.top() - GAP);
    let sentence = sentence.with_min_y(sentence.bottom() - LINES * letters * 1.4);
    let picture = rect.with_max_y(sentence.top() - GAP);
    if let Some(&page) = pages.get(presenting.page) {
        card_ui(view, ui, picture, page, None);
    }
    sentence_in(view, ui, sentence, letters);
    ui.scope_builder(UiBuilder::new().max_rect(controls), |ui| controls_ui(view, ui, presenting.page, pages.len()));
    draw_over(ui, whole, &mut presenting);
    view.session.presenting = Some(presenting);
}

/// A clicker sends PageUp and PageDown, some of them the dot.
fn follow_keys(view: &mut View<'_>, ui: &Ui, presenting: &mut Presenting, n_pages: usize) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::PageDown) {
        presenting.turn(1, n_pages);
    }
    if pressed(Key::PageUp) {
        presenting.turn(-1, n_pages);
    }
    if pressed(Key::Home) {
        view.actions.push(Action::Reset);
    }
    for (key, switch) in [
        (Key::Period, &mut presenting.is_blank),
        (Key::L, &mut presenting.has_spotlight),
        (Key::E, &mut presenting.has_pen),
    ] {
        *switch ^= pressed(key);
    }
    if pressed(Key::Delete) || pressed(Key::Backspace) {
        presenting.strokes.clear();
    }
}

/// Play, the epoch, the sliders of objectives in sight, and which page it is.
fn controls_ui(view: &mut View<'_>, ui: &mut Ui, page: usize, n_pages: usize) {
    ui.horizontal_centered(|ui| {
        let word = if view.session.is_playing { "⏸ Pause" } else { "▶ Play" };
        play_button(view, ui, word, 18.0, Vec2::new(110.0, 36.0));
        ui.label(RichText::new(format!("epoch {}", view.session.snapshot().epoch)).size(16.0));
        ui.add_space(GAP);
        let last = format!("{} of {n_pages} · F11 leaves", page + 1);
        // A scene has its own controls beside its text.
        if !view.session.is_locked() {
            let rest = ui.available_width() - 140.0;
            let n_sliders = ((rest / SLIDER).max(0.0) as usize).min(MOST_SLIDERS);
            sliders_ui(view, ui, n_sliders);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.label(RichText::new(last).weak()));
    });
}

/// β and γ of the objectives that are shown and have one.
fn sliders_ui(view: &mut View<'_>, ui: &mut Ui, n_sliders: usize) {
    let height = ui.available_height();
    let mut left = n_sliders;
    let mut place = |ui: &mut Ui, colour: usize, slider: &mut dyn FnMut(&mut Ui) -> Response| {
        if left > 0 {
            left -= 1;
            ui.push_id(colour, |ui| {
                ui.allocate_ui(Vec2::new(SLIDER, height), |ui| {
                    ui.set_width(SLIDER);
                    slider(ui);
                });
            });
        }
    };
    let objectives = &mut view.session.spec.objectives;
    let has_beta = |objective: &&mut ObjectiveSpec| objective.shown && objective.weights == SchemeKind::EffectiveNumber;
    for objective in objectives.iter_mut().filter(has_beta) {
        let name = format!("β of {}", shorten(&objective.name, MOST_OF_A_NAME));
        place(ui, objective.colour, &mut |ui| beta_slider(ui, &name, &mut objective.beta));
    }
    for objective in objectives.iter_mut().filter(|objective| objective.shown && objective.gamma > 0.0) {
        place(ui, objective.colour, &mut |ui| setting_slider(ui, Setting::Gamma, &mut objective.gamma));
    }
}

/// The dark screen, the spotlight and what the pen has drawn.
fn draw_over(ui: &Ui, whole: Rect, presenting: &mut Presenting) {
    let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("presenter")));
    let is_dark = ui.visuals().dark_mode;
    let pointer = ui.input(|input| input.pointer.latest_pos());
    if presenting.has_pen {
        // The pen has the pointer: what lies below does not answer.
        let sheet = egui::Area::new(egui::Id::unique("pen")).order(egui::Order::Foreground).fixed_pos(whole.min);
        let drawn = sheet.show(ui.ctx(), |ui| ui.allocate_exact_size(whole.size(), egui::Sense::drag()).1).inner;
        if drawn.drag_started() || presenting.strokes.is_empty() {
            presenting.strokes.push(Vec::new());
        }
        let share = drawn.interact_pointer_pos().map(|position| (position - whole.min) / whole.size());
        if let (Some(share), Some(stroke)) =
            (share, presenting.strokes.last_mut().filter(|stroke| stroke.len() < MOST_POINTS))
        {
            stroke.push([share.x, share.y]);
        }
        if let Some(position) = pointer {
            painter.circle_filled(position, 3.0, palette::error(is_dark));
        }
    }
    for stroke in &presenting.strokes {
        let points = stroke.iter().map(|&[x, y]| whole.min + Vec2::new(x, y) * whole.size()).collect();
        painter.add(Shape::line(points, Stroke::new(3.0, palette::error(is_dark))));
    }
    if let Some(position) = pointer.filter(|_| presenting.has_spotlight) {
        painter.add(ring(position, whole.height() * SPOTLIGHT, whole.size().length()));
    }
    if presenting.is_blank {
        painter.rect_filled(whole, 0.0, palette::blank());
    }
}

/// What lies between a circle and a larger one, darkened.
fn ring(centre: egui::Pos2, inside: f32, outside: f32) -> egui::Mesh {
    const N_SIDES: u32 = 96;
    let mut mesh = egui::Mesh::default();
    for side in 0..=N_SIDES {
        let way = Vec2::angled(side as f32 / N_SIDES as f32 * std::f32::consts::TAU);
        for radius in [inside, outside] {
            mesh.colored_vertex(centre + way * radius, palette::curtain());
        }
        if side < N_SIDES {
            let first = 2 * side;
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first + 1, first + 3, first + 2);
        }
    }
    mesh
}
