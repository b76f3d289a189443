//! The strip above the pictures on which the shown classes are chosen.

use egui::Ui;

use super::{
    View,
    buttons::{play_on_space, small},
    cards::classes,
};
use crate::{
    state::{MOST_BARS, Picture},
    ui::charts::{overview_chart, range_text},
};

/// Height of the strip.
const HEIGHT: f32 = 30.0;
/// Width of the words before it, the same for all of them.
const WORDS: f32 = 212.0;

/// Draws the strip where there are more classes than fit as bars, and where a picture of classes is to be seen.
pub(super) fn class_window_ui(view: &mut View<'_>, ui: &mut Ui) {
    let n_classes = view.session.counts().map_or(0, crate::distribution::ClassCounts::n_classes);
    let has_classes = !matches!(view.session.enlarged, Some(Picture::Regions | Picture::Curves));
    if n_classes <= MOST_BARS || !has_classes {
        return;
    }
    let classes = classes(view);
    let mut window = view.session.window;
    ui.horizontal(|ui| {
        let words = format!("Classes {}", range_text(&window.ranks(n_classes), n_classes));
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        let width = WORDS.min(ui.available_width() * 0.4);
        ui.allocate_ui_with_layout(egui::vec2(width, HEIGHT), layout, |ui| {
            ui.set_min_width(width);
            ui.add(egui::Label::new(words).truncate())
                .on_hover_text("Ranks from head to tail that the pictures over classes show; tables have all of them");
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let all = ui.add_enabled(!window.is_all(n_classes), small("All")).on_hover_text("Show every class");
            let tail = ui.add(small("Tail")).on_hover_text("Show the rarest 40 classes as bars");
            let head = ui.add(small("Head")).on_hover_text("Show the most frequent 40 classes as bars");
            if all.clicked() {
                window.show_all();
            }
            if tail.clicked() {
                window.show(n_classes - MOST_BARS..n_classes, n_classes);
            }
            if head.clicked() {
                window.show(0..MOST_BARS, n_classes);
            }
            let size = egui::vec2(ui.available_width(), HEIGHT);
            let strip = overview_chart(ui, &classes, &mut window, size);
            play_on_space(view, ui, &strip);
        });
    });
    view.session.window = window;
}
