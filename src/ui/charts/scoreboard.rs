//! The overall figures of every objective, the best of each column in bold.

use egui::{Align, Layout, RichText, Ui};

use crate::ui::{palette, widgets::marker_swatch};

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
    egui::Grid::new("scoreboard").num_columns(columns.len() + 1).spacing([10.0, 6.0]).min_col_width(42.0).show(
        ui,
        |ui| {
            ui.label("");
            for (name, explanation) in columns {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.label(RichText::new(*name).color(palette::weak_text(is_dark))).on_hover_text(*explanation);
                });
            }
            ui.end_row();
            for score in scores {
                ui.horizontal(|ui| {
                    marker_swatch(ui, score.colour);
                    ui.add(egui::Label::new(&score.name).truncate());
                });
                if let Some(fault) = &score.fault {
                    ui.label(RichText::new("diverged").color(palette::error(is_dark))).on_hover_text(fault);
                    ui.end_row();
                    continue;
                }
                for (value, best) in score.values.iter().zip(&best) {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| match value {
                        Some(value) => {
                            let text = RichText::new(format!("{value:.2}"));
                            let is_best = scores.len() > 1
                                && best.is_some_and(|best| format!("{best:.2}") == format!("{value:.2}"));
                            ui.label(if is_best { text.family(crate::ui::theme::strong_family()) } else { text });
                        }
                        None => {
                            ui.label(RichText::new("n/a").color(palette::weak_text(is_dark)))
                                .on_hover_text("Not available: there are no test samples for it");
                        }
                    });
                }
                ui.end_row();
            }
        },
    );
}
