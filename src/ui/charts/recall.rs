//! Recall per class, grouped by class, one colour and marker an objective: the picture that all the others explain.

use std::ops::Range;

use egui::{Align2, RichText, Ui, Vec2};
use egui_plot::{Bar, BarChart, HLine, Line, PlotPoint, Points, Text};

use super::{
    Classes,
    axes::{class_axis, fix_bounds, hovered_rank, mark_class, name_plot, share_axis, share_marks, still_plot, tooltip},
};
use crate::{state::MOST_BARS, ui::palette};

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

/// Bars of recall on a fixed scale from 0 to 1; for many classes lines through means of neighbours, as single classes with
/// few test samples would cover each other. Returns the rank under the pointer.
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
            let points: Vec<[f64; 2]> = if classes.is_crowded() {
                let means = neighbourhoods(classes).filter_map(|ranks| mean_point(ranks, recall)).collect::<Vec<_>>();
                let line = Line::new(&objective.name, means.clone()).color(colour).width(2.0);
                plot_ui.line(line.allow_hover(false));
                means
            } else {
                let place = |rank: usize| Some([rank as f64 + offset, recall(rank)?]);
                let points: Vec<[f64; 2]> = classes.window.clone().filter_map(place).collect();
                let bar = |&[x, recall]: &[f64; 2]| {
                    Bar::new(x, recall).width(width * 0.94).fill(colour).stroke(egui::Stroke::NONE)
                };
                let bars = points.iter().map(bar).collect();
                plot_ui.bar_chart(BarChart::new(&objective.name, bars).allow_hover(false));
                points
            };
            // The marker tells objectives apart without colour, and shows a recall of 0, which has no bar.
            let markers = Points::new(&objective.name, points).shape(palette::marker(objective.colour));
            plot_ui.points(markers.radius(4.0).color(colour).filled(true).allow_hover(false));
        }
        let is_missing =
            |rank: usize| objectives.iter().all(|objective| objective.recall.get(rank).copied().flatten().is_none());
        let is_trained = (0..classes.len()).any(|rank| !is_missing(rank));
        if is_trained && classes.is_crowded() {
            let text = format!("each point the mean of {} neighbouring classes", size_of_neighbourhood(classes));
            let corner = PlotPoint::new(classes.window.end as f64 - 1.0, 1.04);
            let label = Text::new("", corner, RichText::new(text).size(12.0)).anchor(Align2::RIGHT_TOP);
            plot_ui.text(label.color(palette::text(is_dark)).allow_hover(false));
        } else if is_trained {
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

/// Number of classes that are put together where there are many: so many that at most [`MOST_BARS`] points are left.
fn size_of_neighbourhood(classes: &Classes) -> usize {
    classes.window.len().div_ceil(MOST_BARS).max(1)
}

/// The shown ranks in neighbourhoods, which stay the same while the window moves; the first and the last are cut by it.
fn neighbourhoods(classes: &Classes) -> impl Iterator<Item = Range<usize>> {
    let (size, window) = (size_of_neighbourhood(classes), classes.window.clone());
    let first = window.start / size;
    (first..window.end.div_ceil(size))
        .map(move |idx| (idx * size).max(window.start)..((idx + 1) * size).min(window.end))
}

/// Middle and mean recall of neighbouring classes; `None` where none of them has a recall.
fn mean_point(ranks: Range<usize>, recall: impl Fn(usize) -> Option<f64>) -> Option<[f64; 2]> {
    let values: Vec<f64> = ranks.clone().filter_map(recall).collect();
    let middle = (ranks.start + ranks.end - 1) as f64 / 2.0;
    (!values.is_empty()).then(|| [middle, values.iter().sum::<f64>() / values.len() as f64])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_classes_are_put_together_in_neighbourhoods_that_stay_when_the_window_moves() {
        let ranges = |window: Range<usize>| {
            let classes = Classes { order: (0..1000).collect(), window, ..Classes::default() };
            neighbourhoods(&classes).collect::<Vec<_>>()
        };
        let all = ranges(0..1000);
        assert_eq!((all.len(), &all[0], &all[39]), (40, &(0..25), &(975..1000)));
        assert_eq!(ranges(3..83)[..2], [3..4, 4..6]);
        assert_eq!(ranges(4..84)[..2], [4..6, 6..8]);
        assert_eq!(ranges(5..85).last(), Some(&(84..85)));
        let recall = |rank: usize| [Some(1.0), None, Some(0.5), None, None][rank];
        assert_eq!(mean_point(0..3, recall), Some([1.0, 0.75]));
        assert_eq!(mean_point(3..5, recall), None);
    }
}
