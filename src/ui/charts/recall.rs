//! Recall per class, grouped by class, one colour and marker an objective: the picture that all the others explain.

use egui::{Align2, RichText, Ui, Vec2};
use egui_plot::{Bar, BarChart, HLine, Line, PlotPoint, Points, Text};

use super::{
    Classes,
    axes::{class_axis, fix_bounds, hovered_rank, mark_class, name_plot, share_axis, share_marks, still_plot, tooltip},
};
use crate::ui::palette;

/// One objective's recall.
#[derive(Debug, Clone)]
pub struct RecallBars {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// Recall from head to tail; `None` where it is not available.
    pub recall: Vec<Option<f64>>,
}

/// Bars of recall on a fixed scale from 0 to 1, lines for many classes; returns the rank under the pointer.
pub fn recall_chart(
    ui: &mut Ui,
    classes: &Classes,
    objectives: &[RecallBars],
    size: Vec2,
) -> (egui::Response, Option<usize>) {
    let is_dark = ui.visuals().dark_mode;
    let (x_axis, x_marks) = class_axis(classes, size.x);
    let plot = still_plot("recall", size, x_axis, share_axis())
        .x_grid_spacer(x_marks)
        .y_grid_spacer(share_marks)
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    let shown = plot.show(ui, |plot_ui| {
        fix_bounds(plot_ui, classes, [-0.045, 1.045]);
        mark_class(plot_ui, classes, is_dark);
        if !classes.is_empty() {
            let chance = 1.0 / classes.len() as f64;
            let line = HLine::new("Chance", chance).color(palette::weak_text(is_dark)).width(1.0);
            plot_ui.hline(line.style(egui_plot::LineStyle::dashed_dense()).allow_hover(false));
        }
        let width = 0.82 / objectives.len().max(1) as f64;
        for (idx, objective) in objectives.iter().enumerate() {
            let colour = palette::objective(objective.colour, is_dark);
            let offset = (idx as f64 - (objectives.len() as f64 - 1.0) / 2.0) * width;
            let offset = if classes.is_crowded() { 0.0 } else { offset };
            let recall = |rank: usize| objective.recall.get(rank).copied().flatten();
            let points: Vec<[f64; 2]> =
                classes.ranks_of_curve().filter_map(|rank| Some([rank as f64 + offset, recall(rank)?])).collect();
            if classes.is_crowded() {
                plot_ui.line(Line::new(&objective.name, points).color(colour).width(2.0).allow_hover(false));
                continue;
            }
            let bars = points
                .iter()
                .map(|&[x, recall]| Bar::new(x, recall).width(width * 0.94).fill(colour).stroke(egui::Stroke::NONE));
            plot_ui.bar_chart(BarChart::new(&objective.name, bars.collect()).allow_hover(false));
            // The marker tells objectives apart without colour, and shows a recall of 0, which has no bar.
            let markers = Points::new(&objective.name, points).shape(palette::marker(objective.colour));
            plot_ui.points(markers.radius(4.0).color(colour).filled(true).allow_hover(false));
        }
        let is_missing =
            |rank: usize| objectives.iter().all(|objective| objective.recall.get(rank).copied().flatten().is_none());
        let is_trained = (0..classes.len()).any(|rank| !is_missing(rank));
        if is_trained && !classes.is_crowded() {
            for rank in classes.window.clone().filter(|&rank| is_missing(rank)) {
                let text = RichText::new("n/a").size(12.0);
                let label = Text::new("", PlotPoint::new(rank as f64, 0.0), text).anchor(Align2::CENTER_BOTTOM);
                plot_ui.text(label.color(palette::weak_text(is_dark)).allow_hover(false));
            }
        }
    });
    name_plot(&shown.response, "Recall per class");
    let rank = hovered_rank(&shown, classes);
    let response = match rank {
        Some(rank) => {
            let heading = format!("{}, {} training samples", classes.label(rank), classes.counts[rank]);
            let lines: Vec<(String, String)> = objectives
                .iter()
                .map(|objective| {
                    let recall = objective.recall.get(rank).copied().flatten();
                    (objective.name.clone(), recall.map_or("n/a".to_owned(), |recall| format!("{recall:.3}")))
                })
                .collect();
            tooltip(shown.response, &heading, &lines)
        }
        None => shown.response,
    };
    (response, rank)
}
