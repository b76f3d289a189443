//! Means over seeds per class, or differences, with their 95 % intervals: bars with whiskers, hollow where it may be noise.

use egui::{Align2, Color32, Response, RichText, Stroke, Ui, Vec2};
use egui_plot::{Bar, BarChart, HLine, Line, PlotPoint, PlotTransform, PlotUi, Points, Text};

use super::{
    Classes,
    axes::{class_axis, fix_bounds, hovered_rank, mark_class, name_plot, share_axis, share_marks, still_plot, tooltip},
    curves::line_style,
    recall::{mean_point, neighbourhoods, signed_axis, signed_marks, size_of_neighbourhood},
};
use crate::ui::theme;
use crate::{bounds::Bounded, experiment::Difference, ui::palette};

/// One objective's means.
#[derive(Debug, Clone)]
pub struct IntervalBars {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// Mean and interval from head to tail; `None` where they are not available. What is said to be within noise is hollow.
    pub values: Vec<Option<Difference>>,
}

/// Bars on a fixed scale from 0 to 1, or differences around 0. For many classes lines through means of neighbours, which have
/// no intervals. Returns the rank under the pointer.
pub fn intervals_chart(
    ui: &mut Ui,
    name: &'static str,
    classes: &Classes,
    objectives: &[IntervalBars],
    is_difference: bool,
    size: Vec2,
) -> (Response, Option<usize>) {
    let is_dark = ui.visuals().dark_mode;
    let (x_axis, x_marks) = class_axis(ui.ctx(), classes, size.x);
    let top = if is_difference { furthest(objectives) } else { 1.0 };
    let y_axis = if is_difference { signed_axis() } else { share_axis() };
    let plot = still_plot(name, size, x_axis, y_axis)
        .x_grid_spacer(x_marks)
        .y_grid_spacer(move |input| if is_difference { signed_marks(top) } else { share_marks(input) })
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    let width = 0.82 / objectives.len().max(1) as f64;
    // Markers that are much wider than their bars would hide the neighbours.
    let radius = (0.7 * width as f32 * size.x / classes.window.len().max(1) as f32).within(2.0, 4.0);
    let place = |idx: usize, rank: usize| rank as f64 + (idx as f64 - (objectives.len() as f64 - 1.0) / 2.0) * width;
    let shown = plot.show(ui, |plot_ui| {
        let margin = 0.045 * top;
        fix_bounds(plot_ui, classes, [if is_difference { -top - margin } else { -margin }, top + margin]);
        mark_class(plot_ui, classes, is_dark);
        let ink = palette::weak_text(is_dark);
        if is_difference {
            plot_ui.hline(HLine::new("", 0.0).color(ink).width(1.0).allow_hover(false));
        } else if !classes.is_empty() {
            let line = HLine::new("Chance", 1.0 / classes.len() as f64).color(ink).width(1.0);
            plot_ui.hline(line.style(egui_plot::LineStyle::dashed_dense()).allow_hover(false));
        }
        for (idx, objective) in objectives.iter().enumerate() {
            if classes.is_crowded() {
                means_of_neighbours(plot_ui, classes, objective, is_dark);
            } else {
                bars(plot_ui, classes, objective, |rank| place(idx, rank), width * 0.94, radius, is_dark);
            }
        }
        if classes.is_crowded() {
            let n = size_of_neighbourhood(classes);
            let text = format!(
                "each point the mean of {n} neighbouring classes; intervals from 40 classes on the screen down"
            );
            let corner = PlotPoint::new(classes.window.end as f64 - 1.0, 1.04 * top);
            let label = Text::new("", corner, RichText::new(text).size(theme::sized(12.0))).anchor(Align2::RIGHT_TOP);
            plot_ui.text(label.color(palette::text(is_dark)).allow_hover(false));
        }
    });
    if !classes.is_crowded() {
        let painter = ui.painter().with_clip_rect(shown.response.rect);
        let ink = palette::text(is_dark);
        for (idx, objective) in objectives.iter().enumerate() {
            for rank in classes.window.clone() {
                if let Some(value) = value_at(objective, rank) {
                    whisker(&painter, &shown.transform, place(idx, rank), value, width, ink);
                }
            }
        }
    }
    name_plot(&shown.response, name);
    let rank = hovered_rank(&shown, classes);
    let response = match rank {
        Some(rank) => {
            let heading = format!("{}, {} training samples", classes.label(rank), classes.counts[rank]);
            let text = |value: Option<Difference>| match value {
                None => "n/a".to_owned(),
                Some(value) if is_difference && value.within_noise == Some(true) => {
                    format!("{}, within noise", value.to_text(3))
                }
                Some(value) if is_difference => value.to_text(3),
                Some(value) => value.estimate.to_text(3),
            };
            let line = |objective: &IntervalBars| (objective.name.clone(), text(value_at(objective, rank)));
            tooltip(shown.response, &heading, &objectives.iter().map(line).collect::<Vec<_>>())
        }
        None => shown.response,
    };
    (response, rank)
}

fn value_at(objective: &IntervalBars, rank: usize) -> Option<Difference> {
    objective.values.get(rank).copied().flatten()
}

/// One objective's bars, filled where they are sure and hollow where they are within noise, with its markers.
fn bars(
    plot_ui: &mut PlotUi<'_>,
    classes: &Classes,
    objective: &IntervalBars,
    place: impl Fn(usize) -> f64,
    width: f64,
    radius: f32,
    is_dark: bool,
) {
    let colour = palette::objective(objective.colour, is_dark);
    let values = || classes.window.clone().filter_map(|rank| Some((place(rank), value_at(objective, rank)?)));
    let is_noise = |value: &Difference| value.within_noise == Some(true);
    let bar = |(x, value): (f64, Difference)| {
        let bar = Bar::new(x, value.estimate.mean).width(width);
        if is_noise(&value) {
            bar.fill(colour.gamma_multiply(0.2)).stroke(Stroke::new(1.5, colour))
        } else {
            bar.fill(colour).stroke(Stroke::NONE)
        }
    };
    plot_ui.bar_chart(BarChart::new(&objective.name, values().map(bar).collect()).allow_hover(false));
    // The marker tells objectives apart without colour, and shows what is 0, which has no bar.
    for is_filled in [true, false] {
        let points: Vec<[f64; 2]> = values()
            .filter(|(_, value)| is_noise(value) != is_filled)
            .map(|(x, value)| [x, value.estimate.mean])
            .collect();
        let markers = Points::new(&objective.name, points).shape(palette::marker(objective.colour));
        plot_ui.points(markers.radius(radius).color(colour).filled(is_filled).allow_hover(false));
    }
}

fn means_of_neighbours(plot_ui: &mut PlotUi<'_>, classes: &Classes, objective: &IntervalBars, is_dark: bool) {
    let mean = |rank: usize| Some(value_at(objective, rank)?.estimate.mean);
    let means: Vec<[f64; 2]> = neighbourhoods(classes).filter_map(|ranks| mean_point(ranks, mean)).collect();
    let colour = palette::objective(objective.colour, is_dark);
    let line = Line::new(&objective.name, means.clone()).color(colour).width(2.0);
    plot_ui.line(line.style(line_style(objective.colour)).allow_hover(false));
    let markers = Points::new(&objective.name, means).shape(palette::marker(objective.colour));
    plot_ui.points(markers.radius(4.0).color(colour).filled(true).allow_hover(false));
}

/// The interval as a line with a cap at each end, as wide as half a bar.
fn whisker(painter: &egui::Painter, to: &PlotTransform, x: f64, value: Difference, width: f64, ink: Color32) {
    let Some(ends) = value.estimate.interval() else { return };
    let stroke = Stroke::new(1.5, ink);
    let on_screen = |y: f64| to.position_from_point(&PlotPoint::new(x, y));
    let [low, high] = ends.map(on_screen);
    let cap = (to.dpos_dvalue_x().abs() * width * 0.25).min(6.0) as f32;
    painter.line_segment([low, high], stroke);
    for end in [low, high] {
        painter.line_segment([end - egui::vec2(cap, 0.0), end + egui::vec2(cap, 0.0)], stroke);
    }
}

/// The end of the axis of differences, in steps: beyond every mean, and beyond the intervals as far as a recall can differ.
fn furthest(objectives: &[IntervalBars]) -> f64 {
    let ends = objectives.iter().flat_map(|objective| &objective.values).flatten().map(|value| {
        let ends = value.estimate.interval().unwrap_or([value.estimate.mean; 2]);
        ends.into_iter().map(f64::abs).fold(0.0, f64::max)
    });
    let furthest = ends.fold(0.0_f64, f64::max);
    [0.1, 0.2, 0.5].into_iter().find(|&top| furthest <= top).unwrap_or(1.0)
}

/// "0.69 ± 0.01", or a difference with its sign.
pub fn interval_text(value: Option<Difference>, is_difference: bool) -> String {
    match value {
        None => "n/a".to_owned(),
        Some(value) if is_difference => value.to_text(2),
        Some(value) => value.estimate.to_text(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_of_differences_reaches_beyond_the_intervals_in_few_steps() {
        let top = |differences: &[f64]| {
            let values = vec![None, Difference::of(differences)];
            furthest(&[IntervalBars { name: String::new(), colour: 0, values }])
        };
        // Mean 0.05 and half width 12.706·0.02/2 = 0.127.
        assert_eq!(top(&[0.04, 0.06]), 0.2);
        assert_eq!([top(&[]), top(&[0.05]), top(&[-0.3]), top(&[0.9, 0.1])], [0.1, 0.1, 0.5, 1.0]);
    }

    #[test]
    fn a_mean_has_no_sign_and_a_difference_has_one() {
        let value = Difference::of(&[0.5, 0.5]);
        assert_eq!(
            (interval_text(value, false), interval_text(value, true)),
            ("0.50 ± 0.00".into(), "+0.50 ± 0.00".into())
        );
        assert_eq!(
            (interval_text(None, true), interval_text(Difference::of(&[-0.1]), true)),
            ("n/a".into(), "−0.10".into())
        );
    }
}
