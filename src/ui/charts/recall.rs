//! Recall per class, or its difference to a baseline, one colour and marker an objective: the picture that all others explain.

use std::ops::Range;

use egui::{Align2, RichText, Ui, Vec2};
use egui_plot::{AxisHints, Bar, BarChart, GridMark, HLine, Line, PlotPoint, PlotUi, Points, Text};

use super::{
    Classes,
    axes::{
        axis_name, class_axis, fix_bounds, hovered_rank, mark_class, name_plot, share_axis, share_marks, still_plot,
        tooltip,
    },
    curves::line_style,
};
use crate::ui::theme;
use crate::{state::MOST_BARS, ui::palette};

/// One objective's recall.
#[derive(Debug, Clone)]
pub struct RecallBars {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// Recall, or its difference to the baseline, from head to tail; `None` where it is not available.
    pub recall: Vec<Option<f64>>,
}

/// What stands beside the bars.
#[derive(Debug, Clone, Copy)]
pub enum RecallScale<'a> {
    /// Recall from 0 to 1, with chance as a dashed line, and the Bayes-optimal recall where all classes are as frequent, from head to tail where it is known.
    Recall {
        /// From head to tail; empty where it is not known.
        best: &'a [Option<f64>],
    },
    /// Another share from 0 to 1.
    Share {
        /// What it is called.
        name: &'a str,
    },
    /// Differences around 0.
    Difference,
}

/// How recall is drawn.
#[derive(Debug, Clone, Copy)]
pub struct RecallLook<'a> {
    /// The chart's name, for screen readers and tests.
    pub name: &'static str,
    /// What stands beside the bars.
    pub scale: RecallScale<'a>,
    /// Whether lines over class rank are drawn in place of bars.
    pub has_lines: bool,
}

/// Bars of recall on a fixed scale from 0 to 1, or of differences; for many classes lines through means of neighbours, as
/// single classes with few test samples would cover each other. Returns the rank under the pointer.
pub fn recall_chart(
    ui: &mut Ui,
    classes: &Classes,
    objectives: &[RecallBars],
    look: RecallLook<'_>,
    size: Vec2,
) -> (egui::Response, Option<usize>) {
    let is_dark = ui.visuals().dark_mode;
    let has_lines = look.has_lines || classes.is_crowded();
    let (x_axis, x_marks) = class_axis(ui.ctx(), classes, size.x);
    let top = match look.scale {
        RecallScale::Recall { .. } | RecallScale::Share { .. } => 1.0,
        RecallScale::Difference => largest_difference(objectives),
    };
    let is_difference = matches!(look.scale, RecallScale::Difference);
    let y_axis = match look.scale {
        RecallScale::Difference => signed_axis().label(axis_name("Difference")),
        RecallScale::Recall { .. } => share_axis().label(axis_name("Recall")),
        RecallScale::Share { name } => share_axis().label(axis_name(name)),
    };
    let plot = still_plot(look.name, size, x_axis, y_axis)
        .x_grid_spacer(x_marks)
        .y_grid_spacer(move |input| if is_difference { signed_marks(top) } else { share_marks(input) })
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    let shown = plot.show(ui, |plot_ui| {
        let margin = 0.045 * top;
        fix_bounds(plot_ui, classes, [if is_difference { -top - margin } else { -margin }, top + margin]);
        mark_class(plot_ui, classes, is_dark);
        reference_line(plot_ui, classes, look.scale, is_dark);
        let width = 0.82 / objectives.len().max(1) as f64;
        for (idx, objective) in objectives.iter().enumerate() {
            let colour = palette::objective(objective.colour, is_dark);
            let offset = (idx as f64 - (objectives.len() as f64 - 1.0) / 2.0) * width;
            let offset = if has_lines { 0.0 } else { offset };
            let recall = |rank: usize| objective.recall.get(rank).copied().flatten();
            let points: Vec<[f64; 2]> = if classes.is_crowded() {
                let means = neighbourhoods(classes).filter_map(|ranks| mean_point(ranks, recall)).collect::<Vec<_>>();
                line(plot_ui, objective, &means, is_dark);
                means
            } else if has_lines {
                let place = |rank: usize| Some([rank as f64, recall(rank)?]);
                let points: Vec<[f64; 2]> = classes.ranks_of_curve().filter_map(place).collect();
                line(plot_ui, objective, &points, is_dark);
                points
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
            plot_ui.points(markers.radius(theme::sized(4.0)).color(colour).filled(true).allow_hover(false));
        }
        let is_missing =
            |rank: usize| objectives.iter().all(|objective| objective.recall.get(rank).copied().flatten().is_none());
        let is_trained = (0..classes.len()).any(|rank| !is_missing(rank));
        if let RecallScale::Recall { best } = look.scale {
            best_lines(plot_ui, classes, best, is_trained, is_dark);
        }
        if is_trained && classes.is_crowded() {
            let text = format!("each point the mean of {} neighbouring classes", size_of_neighbourhood(classes));
            let corner = PlotPoint::new(classes.window.end as f64 - 1.0, 1.04);
            let label = Text::new("", corner, RichText::new(text).size(theme::sized(12.0))).anchor(Align2::RIGHT_TOP);
            plot_ui.text(label.color(palette::text(is_dark)).allow_hover(false));
        } else if is_trained {
            for rank in classes.window.clone().filter(|&rank| is_missing(rank)) {
                let text = RichText::new("n/a").size(theme::sized(12.0));
                let label = Text::new("", PlotPoint::new(rank as f64, 0.0), text).anchor(Align2::CENTER_BOTTOM);
                plot_ui.text(label.color(palette::weak_text(is_dark)).allow_hover(false));
            }
        }
    });
    name_plot(&shown.response, look.name);
    let rank = hovered_rank(&shown, classes);
    let response = match rank {
        Some(rank) => {
            let heading = format!("{}, {} training samples", classes.label(rank), classes.counts[rank]);
            let value = |value: Option<f64>| match value {
                Some(value) if is_difference => signed(value, 3),
                Some(value) => format!("{value:.3}"),
                None => "n/a".to_owned(),
            };
            let mut lines: Vec<(String, String)> = objectives
                .iter()
                .map(|objective| (objective.name.clone(), value(objective.recall.get(rank).copied().flatten())))
                .collect();
            if let RecallScale::Recall { best } = look.scale
                && let Some(&best) = best.get(rank)
            {
                lines.push(("Bayes-optimal".to_owned(), value(best)));
            }
            tooltip(shown.response, &heading, &lines)
        }
        None => shown.response,
    };
    (response, rank)
}

/// Chance, or zero.
fn reference_line(plot_ui: &mut PlotUi<'_>, classes: &Classes, scale: RecallScale<'_>, is_dark: bool) {
    let ink = palette::weak_text(is_dark);
    match scale {
        RecallScale::Difference => plot_ui.hline(HLine::new("", 0.0).color(ink).width(1.0).allow_hover(false)),
        RecallScale::Share { .. } => {}
        RecallScale::Recall { .. } if classes.is_empty() => {}
        RecallScale::Recall { .. } => {
            let line = HLine::new("Chance", 1.0 / classes.len() as f64).color(ink).width(1.0);
            plot_ui.hline(line.style(egui_plot::LineStyle::dashed_dense()).allow_hover(false));
        }
    }
}

/// The Bayes-optimal recall of each class, on top of the bars; named as long as there are none.
fn best_lines(plot_ui: &mut PlotUi<'_>, classes: &Classes, best: &[Option<f64>], is_trained: bool, is_dark: bool) {
    let ink = palette::text(is_dark);
    let best = |rank: usize| best.get(rank).copied().flatten();
    if classes.is_crowded() {
        let means: Vec<[f64; 2]> = neighbourhoods(classes).filter_map(|ranks| mean_point(ranks, best)).collect();
        plot_ui.line(Line::new("Bayes-optimal", means).color(ink).width(1.5).allow_hover(false));
        return;
    }
    for rank in classes.window.clone() {
        if let Some(best) = best(rank) {
            let ends = vec![[rank as f64 - 0.44, best], [rank as f64 + 0.44, best]];
            plot_ui.line(Line::new("Bayes-optimal", ends).color(ink).width(1.5).allow_hover(false));
        }
    }
    let first = classes.window.start;
    if let Some(best) = best(first).filter(|_| !is_trained) {
        // Above the line, or below it where there is no room above.
        let (side, anchor) = if best > 0.88 { (-0.01, Align2::LEFT_TOP) } else { (0.01, Align2::LEFT_BOTTOM) };
        let corner = PlotPoint::new(first as f64 - 0.44, best + side);
        let label = Text::new("", corner, RichText::new("Bayes-optimal, all classes alike").size(theme::sized(12.0)))
            .anchor(anchor);
        plot_ui.text(label.color(ink).allow_hover(false));
    }
}

/// One objective's line over class rank.
fn line(plot_ui: &mut PlotUi<'_>, objective: &RecallBars, points: &[[f64; 2]], is_dark: bool) {
    let line = Line::new(&objective.name, points.to_vec()).color(palette::objective(objective.colour, is_dark));
    plot_ui.line(line.width(theme::sized(2.0)).style(line_style(objective.colour)).allow_hover(false));
}

/// The size of the largest difference, in steps so that the axis does not move at every epoch.
fn largest_difference(objectives: &[RecallBars]) -> f64 {
    let largest = objectives.iter().flat_map(|one| &one.recall).flatten().fold(0.0_f64, |top, d| top.max(d.abs()));
    [0.1, 0.2, 0.5].into_iter().find(|&top| largest <= top).unwrap_or(1.0)
}

/// Differences with their sign.
pub(super) fn signed_axis<'a>() -> AxisHints<'a> {
    AxisHints::new_y().formatter(|mark, _| if mark.value == 0.0 { "0".to_owned() } else { signed(mark.value, 2) })
}

/// Two marks on each side of 0.
pub(super) fn signed_marks(top: f64) -> Vec<GridMark> {
    (-2..=2).map(|half| GridMark { value: f64::from(half) / 2.0 * top, step_size: 1e6 }).collect()
}

/// A number with its sign, a true minus.
fn signed(value: f64, decimals: usize) -> String {
    format!("{value:+.decimals$}").replace('-', "−")
}

/// Number of classes that are put together where there are many: so many that at most [`MOST_BARS`] points are left.
pub(super) fn size_of_neighbourhood(classes: &Classes) -> usize {
    classes.window.len().div_ceil(MOST_BARS).max(1)
}

/// The shown ranks in neighbourhoods, which stay the same while the window moves; the first and the last are cut by it.
pub(super) fn neighbourhoods(classes: &Classes) -> impl Iterator<Item = Range<usize>> {
    let (size, window) = (size_of_neighbourhood(classes), classes.window.clone());
    let first = window.start / size;
    (first..window.end.div_ceil(size))
        .map(move |idx| (idx * size).max(window.start)..((idx + 1) * size).min(window.end))
}

/// Middle and mean recall of neighbouring classes; `None` where none of them has a recall.
pub(super) fn mean_point(ranks: Range<usize>, recall: impl Fn(usize) -> Option<f64>) -> Option<[f64; 2]> {
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

    #[test]
    fn the_axis_of_differences_has_few_sizes() {
        let bars = |recall: f64| RecallBars { name: String::new(), colour: 0, recall: vec![None, Some(recall)] };
        assert_eq!(
            [0.0, -0.1, 0.11, -0.4, 0.51, -1.0].map(|d| largest_difference(&[bars(d)])),
            [0.1, 0.1, 0.2, 0.5, 1.0, 1.0]
        );
        assert_eq!((signed(-0.25, 2), signed(0.1, 3)), ("−0.25".to_owned(), "+0.100".to_owned()));
    }
}
