//! The overall figures of every objective, the best of each column in bold.

use egui::{Align, Layout, Response, RichText, TextStyle, Ui, Vec2};

use crate::{
    bounds::Bounded,
    ui::{
        fit::{brief, brief_sentence, fitting, width_of},
        palette::{self, Ink},
        theme::{sized, strong_family},
        widgets::legend_entry,
    },
};

/// Width of a column of figures, and of the marker before a name.
const FIGURE_WIDTH: f32 = 53.0;
const MARKER: f32 = 26.0;
/// Space between columns.
const GAP: f32 = 4.0;
/// Widths of names at least and at most.
const NAMES: [f32; 2] = [60.0, 200.0];
/// What a label is cut for that has less room than this beyond its width.
const SLACK: f32 = 8.0;
/// Heights of a line at least and at most.
const LINES: [f32; 2] = [18.0, 26.0];
const LINE_GAP: f32 = 2.0;

/// One objective's figures.
#[derive(Debug, Clone)]
pub struct Score {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// Whether it is drawn; a row that is not has no figures, and a click on its name brings it back.
    pub shown: bool,
    /// A value for each column; `None` where it is not available.
    pub values: Vec<Option<f64>>,
    /// Why there are no figures.
    pub fault: Option<String>,
}

/// How the table is made to fit: names are whole before there are more figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreLayout {
    names: f32,
    n_columns: usize,
    line: f32,
}

impl ScoreLayout {
    /// Width of the table.
    pub fn width(self) -> f32 {
        self.names + sized(MARKER) + self.n_columns as f32 * (sized(FIGURE_WIDTH) + GAP) + sized(SLACK)
    }
}

/// The layout of a table that has this much room; the first figures are kept where not all of them fit.
pub fn score_layout(ui: &Ui, columns: &[(&str, &str)], scores: &[Score], room: Vec2) -> ScoreLayout {
    let font = TextStyle::Body.resolve(ui.style());
    let width = |score: &Score| width_of(ui, &brief(&score.name), &font);
    let names =
        (scores.iter().map(width).fold(0.0, f32::max) + sized(SLACK)).ceil().within(sized(NAMES[0]), sized(NAMES[1]));
    let rest = (room.x - names - sized(MARKER) - sized(SLACK)) / (sized(FIGURE_WIDTH) + GAP);
    let n_columns = (rest.max(1.0) as usize).min(columns.len());
    let line = (room.y / (scores.len() + 1) as f32 - LINE_GAP).within(LINES[0], sized(LINES[1]));
    ScoreLayout { names, n_columns, line }
}

/// Draws the table; `columns` are names and explanations. A click on a name shows or hides its objective.
pub fn scoreboard_ui(ui: &mut Ui, columns: &[(&str, &str)], scores: &mut [Score], layout: ScoreLayout) {
    let columns = &columns[..layout.n_columns.min(columns.len())];
    let best: Vec<Option<f64>> = (0..columns.len())
        .map(|column| {
            let shown = scores.iter().filter(|score| score.shown);
            shown.filter_map(|score| score.values.get(column).copied().flatten()).max_by(f64::total_cmp)
        })
        .collect();
    let is_dark = ui.visuals().dark_mode;
    let ScoreLayout { names, line, .. } = layout;
    let body = TextStyle::Body.resolve(ui.style());
    egui::Grid::new("scoreboard").spacing([GAP, LINE_GAP]).min_row_height(line).min_col_width(0.0).show(ui, |ui| {
        cell(ui, [names + sized(MARKER) - GAP, line], Align::Min, |ui| ui.label(""));
        for (name, explanation) in columns {
            let text = RichText::new(*name).color(palette::weak_text(is_dark));
            cell(ui, [sized(FIGURE_WIDTH), line], Align::Max, |ui| ui.label(text)).on_hover_text(*explanation);
        }
        ui.end_row();
        let n_shown = scores.iter().filter(|score| score.shown).count();
        for score in scores {
            cell(ui, [names + sized(MARKER) - GAP, line], Align::Min, |ui| {
                let (name, ink) = (brief(&score.name), Ink::Objective(score.colour));
                let size = body.size / sized(1.0);
                let text = fitting(ui.ctx(), &name, &body, names);
                legend_entry(ui, ink, &name, &text, size, &mut score.shown)
            });
            if !score.shown {
                ui.end_row();
                continue;
            }
            if let Some(fault) = &score.fault {
                // The word is wider than a column of figures; the columns after it are empty and stay where they are.
                let (rect, response) =
                    ui.allocate_exact_size(egui::vec2(sized(FIGURE_WIDTH), line), egui::Sense::hover());
                let font = egui::TextStyle::Body.resolve(ui.style());
                let ink = palette::error(is_dark);
                ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, "diverged", font, ink);
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, "diverged"));
                response.on_hover_text(brief_sentence(fault));
                ui.end_row();
                continue;
            }
            for (value, best) in score.values.iter().zip(&best).take(columns.len()) {
                let text = match value {
                    Some(value) => {
                        let text = RichText::new(format!("{value:.2}"));
                        let is_best = best.is_some_and(|best| format!("{best:.2}") == format!("{value:.2}"));
                        if is_best && n_shown > 1 { text.family(strong_family()) } else { text }
                    }
                    None => RichText::new("n/a").color(palette::weak_text(is_dark)),
                };
                let response = cell(ui, [sized(FIGURE_WIDTH), line], Align::Max, |ui| ui.label(text));
                if value.is_none() {
                    response.on_hover_text("Not available: there is no class or no test sample to measure it on");
                }
            }
            ui.end_row();
        }
    });
}

/// A cell of a fixed width, so that nothing moves when a number gets wider.
fn cell(ui: &mut Ui, size: [f32; 2], align: Align, contents: impl FnOnce(&mut Ui) -> Response) -> Response {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    let size = Vec2::from(size);
    let inner = ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        contents(ui)
    });
    inner.inner
}
