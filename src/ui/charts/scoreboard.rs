//! The overall figures of every objective, the best of each column in bold.

use egui::{Align, Layout, Response, RichText, Ui};

use crate::{
    bounds::Bounded,
    ui::{
        fit::{brief, brief_sentence},
        palette,
        theme::strong_family,
        widgets::marker_swatch,
    },
};

/// Width of a column of figures.
const FIGURE_WIDTH: f32 = 51.0;
/// Space between columns.
const GAP: f32 = 4.0;

/// One objective's figures.
#[derive(Debug, Clone)]
pub struct Score {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// A value for each column; `None` where it is not available.
    pub values: Vec<Option<f64>>,
    /// Why there are no figures.
    pub fault: Option<String>,
}

/// Draws the table; `columns` are names and explanations.
pub fn scoreboard_ui(ui: &mut Ui, columns: &[(&str, &str)], scores: &[Score]) {
    let best: Vec<Option<f64>> = (0..columns.len())
        .map(|column| {
            scores.iter().filter_map(|score| score.values.get(column).copied().flatten()).max_by(f64::total_cmp)
        })
        .collect();
    let is_dark = ui.visuals().dark_mode;
    let name_width = (ui.available_width() - columns.len() as f32 * (FIGURE_WIDTH + GAP) - 26.0).within(96.0, 200.0);
    egui::Grid::new("scoreboard").spacing([GAP, 6.0]).min_col_width(0.0).show(ui, |ui| {
        cell(ui, name_width, Align::Min, |ui| ui.label(""));
        for (name, explanation) in columns {
            let text = RichText::new(*name).color(palette::weak_text(is_dark));
            cell(ui, FIGURE_WIDTH, Align::Max, |ui| ui.label(text)).on_hover_text(*explanation);
        }
        ui.end_row();
        for score in scores {
            cell(ui, name_width, Align::Min, |ui| {
                marker_swatch(ui, score.colour);
                ui.add(egui::Label::new(brief(&score.name)).truncate())
            })
            .on_hover_text(brief(&score.name));
            if let Some(fault) = &score.fault {
                // The word is wider than a column of figures; the columns after it are empty and stay where they are.
                let (rect, response) = ui.allocate_exact_size(egui::vec2(FIGURE_WIDTH, 22.0), egui::Sense::hover());
                let font = egui::TextStyle::Body.resolve(ui.style());
                let ink = palette::error(is_dark);
                ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, "diverged", font, ink);
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, "diverged"));
                response.on_hover_text(brief_sentence(fault));
                ui.end_row();
                continue;
            }
            for (value, best) in score.values.iter().zip(&best) {
                let text = match value {
                    Some(value) => {
                        let text = RichText::new(format!("{value:.2}"));
                        let is_best = best.is_some_and(|best| format!("{best:.2}") == format!("{value:.2}"));
                        if is_best && scores.len() > 1 { text.family(strong_family()) } else { text }
                    }
                    None => RichText::new("n/a").color(palette::weak_text(is_dark)),
                };
                let response = cell(ui, FIGURE_WIDTH, Align::Max, |ui| ui.label(text));
                if value.is_none() {
                    response.on_hover_text("Not available: there is no class or no test sample to measure it on");
                }
            }
            ui.end_row();
        }
    });
}

/// A cell of a fixed width, so that nothing moves when a number gets wider.
fn cell(ui: &mut Ui, width: f32, align: Align, contents: impl FnOnce(&mut Ui) -> Response) -> Response {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    let size = egui::vec2(width, 22.0);
    let inner = ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        contents(ui)
    });
    inner.inner
}
