//! What a situation shows, above its pictures: the explanation in full, what to watch, what to try.

use egui::{Frame, Margin, Panel, RichText, Ui};

use super::View;
use crate::ui::{palette, theme};

/// Draws the strip while the data of the situation are on the screen.
pub fn case_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(situation) = view.session.shown_situation().cloned() else { return };
    let frame = Frame::new().fill(palette::hovered(ui.visuals().dark_mode)).inner_margin(Margin::symmetric(12, 6));
    Panel::top("situation").frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(&situation.name).text_style(theme::title_style()));
            if ui.small_button("Close").on_hover_text("Put this explanation away; the experiment stays").clicked() {
                view.session.situation = None;
            }
        });
        ui.label(whole(&situation.explanation));
        if let Some(case) = situation.case() {
            for (word, text) in [("Watch", case.watch), ("Try", case.goal)] {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = 5.0;
                    ui.label(RichText::new(format!("{word}:")).strong());
                    ui.label(whole(text));
                });
            }
        }
    });
}

/// A sentence with its end.
fn whole(words: &str) -> String {
    let has_end = words.ends_with(['.', '?', '!']);
    if has_end { words.to_owned() } else { format!("{words}.") }
}
