//! Charts of a sweep as SVG that stands in a page: no script, every mark with its numbers as a tooltip.

use std::fmt::Write;

use super::super::page::escaped;
use super::paper::{
    Axes, BEST, BOTTOM, COLOURS, Ends, FONT, FRONT, LABEL_HEIGHT, LEFT, LETTER, RIGHT, SAME, TOP, WIDTH, add, ends,
    kind_of, legend, mark, names, ring, short, tooltip,
};
use crate::experiment::{
    Estimate, Setting,
    sweep::{self, Choice, HeatMap, PointSummary, Standing, Value, pareto_front, spread, stairs, values_in_words},
};

/// The metric on the validation part as cells over two parameters, one picture for each objective that uses both.
pub(super) fn heat_maps(choice: &Choice, metric: &str, across: Setting, up: Setting) -> Vec<(String, String)> {
    let mut pictures = Vec::new();
    for map in sweep::heat_maps(choice, across, up) {
        let HeatMap { objective: name, columns, rows, cells, others } = map;
        let points: Vec<&PointSummary> = cells.iter().flatten().map(|&place| &choice.points[place]).collect();
        let means = || points.iter().filter_map(|point| point.validation.metric).map(|estimate| estimate.mean);
        let (least, most) = means().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let (w, h) = ((WIDTH - LEFT - 20.0) / columns.len() as f64, 44.0);
        let height = TOP + h * rows.len() as f64 + BOTTOM;
        let mut out = String::new();
        let others = values_in_words(&others);
        let at = if others.is_empty() { String::new() } else { format!(", at {others}") };
        let title = format!("{metric} of {name} on the validation part over {} and {}{at}", across.label(), up.label());
        add!(
            out,
            "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" {FONT} role=\"img\" aria-label=\"{}\">",
            escaped(&title)
        );
        for (cell, place) in cells.iter().enumerate() {
            let Some(place) = *place else { continue };
            let point = &choice.points[place];
            let (column, row) = ((cell % columns.len()) as f64, (cell / columns.len()) as f64);
            let (x, y) = (LEFT + w * column, TOP + h * (rows.len() as f64 - 1.0 - row));
            let share = match point.validation.metric {
                Some(estimate) if most > least => (estimate.mean - least) / (most - least),
                Some(_) => 0.5,
                None => 0.0,
            };
            let text = point.validation.metric.map_or("n/a".to_owned(), |estimate| format!("{:.3}", estimate.mean));
            // From light to a middling blue, on which black text is still readable.
            let lightness = 97.0 - 27.0 * share;
            add!(out, "<g><title>{}</title>", escaped(&tooltip(point, metric)));
            add!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h}\" style=\"fill: hsl(205 70% {lightness:.0}%); stroke: white\"/>"
            );
            if let Some(outline) = match point.standing {
                Standing::Best => Some(BEST),
                Standing::NotDistinguishable => Some(SAME),
                _ => None,
            } {
                let (x, y, w, h) = (x + 3.0, y + 3.0, w - 6.0, h - 6.0);
                add!(out, "<rect {outline} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\"/>");
            }
            add!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text></g>",
                x + w / 2.0,
                y + h / 2.0 + 5.0
            );
        }
        for (idx, value) in columns.iter().enumerate() {
            let x = LEFT + w * (idx as f64 + 0.5);
            add!(out, "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value}</text>", height - BOTTOM + 18.0);
        }
        for (idx, value) in rows.iter().enumerate() {
            let y = TOP + h * (rows.len() as f64 - 0.5 - idx as f64) + 5.0;
            add!(out, "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{value}</text>", LEFT - 8.0);
        }
        let middle = LEFT + w * columns.len() as f64 / 2.0;
        add!(
            out,
            "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            height - 10.0,
            across.label()
        );
        let half = TOP + h * rows.len() as f64 / 2.0;
        add!(out, "<text x=\"20\" y=\"{half:.1}\" text-anchor=\"middle\">{}</text></svg>", up.label());
        pictures.push((title, out));
    }
    pictures
}

/// Points that differ in one parameter alone, with their metric and the value of the parameter, rising.
struct Line<'a> {
    objective: &'a str,
    /// The other values in words, empty where there are none.
    others: String,
    points: Vec<(&'a PointSummary, Estimate, f64)>,
}

/// The points with a metric as lines along a parameter, and those that do not use it.
fn lines_of(choice: &Choice, parameter: Setting) -> (Vec<Line<'_>>, Vec<(&PointSummary, Estimate)>) {
    let (mut lines, mut horizontals): (Vec<Line<'_>>, Vec<_>) = (Vec::new(), Vec::new());
    for (point, estimate) in choice.points.iter().filter_map(|point| Some((point, point.validation.metric?))) {
        let Some(value) = point.values.get(&parameter).and_then(|value| value.number()) else {
            horizontals.push((point, estimate));
            continue;
        };
        let mut others = point.values.clone();
        others.remove(&parameter);
        let (objective, others) = (point.objective.as_str(), values_in_words(&others));
        match lines.iter_mut().find(|line| line.objective == objective && line.others == others) {
            Some(line) => line.points.push((point, estimate, value)),
            None => lines.push(Line { objective, others, points: vec![(point, estimate, value)] }),
        }
    }
    for line in &mut lines {
        line.points.sort_by(|a, b| a.2.total_cmp(&b.2));
    }
    (lines, horizontals)
}

/// The metric on the validation part against a parameter: a line for each objective and set of other values, a dashed
/// horizontal for each objective that does not use the parameter. As figure 5 of Cui et al. 2019.
pub(super) fn metric_against(choice: &Choice, metric: &str, parameter: Setting) -> Option<(String, String)> {
    const MOST_LABELS: usize = 8;
    let along = |value: f64| parameter.scale().along(value);
    let (lines, horizontals) = lines_of(choice, parameter);
    let points = || lines.iter().flat_map(|line| &line.points);
    let mut ticks: Vec<f64> = points().map(|(.., value)| *value).collect();
    ticks.sort_by(f64::total_cmp);
    ticks.dedup();
    let [least, .., most] = ticks[..] else { return None };
    let (least, most) = (along(least), along(most));
    let with_bar = |estimate: Estimate| estimate.interval().unwrap_or([estimate.mean; 2]);
    let estimates = points().map(|point| point.1).chain(horizontals.iter().map(|point| point.1));
    // Lines are told apart by what stands at their left, where so many have room.
    let labels: Vec<&str> =
        lines.iter().filter(|_| lines.len() <= MOST_LABELS).map(|line| line.others.as_str()).collect();
    let label_width = labels.iter().map(|label| label.chars().count()).max().map_or(0.0, |n| 8.0 + n as f64 * LETTER);
    let room = (most - least) * 0.04;
    let width = WIDTH - LEFT - RIGHT - label_width;
    let x = Ends { from: least - room - (most - least) * label_width / width, to: most + room, step: most - least };
    let axes = Axes { x, y: ends(estimates.flat_map(with_bar)), height: 380.0 };
    let title = format!("{metric} on the validation part against {}", parameter.label());
    let mut out = axes.begin(&title, parameter.label(), metric);
    let every = ticks.len().div_ceil(10);
    ticks.iter().step_by(every).for_each(|tick| axes.x_tick(&mut out, along(*tick), &tick.to_string()));
    let names = names(choice);
    for (point, estimate) in horizontals {
        let colour = COLOURS[kind_of(&names, &point.objective)];
        let ((x1, y), (x2, _)) = (axes.place(least, estimate.mean), axes.place(axes.x.to, estimate.mean));
        add!(
            out,
            "<g><title>{}</title><line stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"7 4\" x1=\"{x1:.1}\" x2=\"{x2:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/></g>",
            escaped(&tooltip(point, metric))
        );
    }
    let firsts = lines.iter().take(labels.len()).filter_map(|line| line.points.first());
    let firsts: Vec<(f64, f64)> = firsts.map(|(_, estimate, value)| axes.place(along(*value), estimate.mean)).collect();
    // Heights on the page grow downwards, those of `spread` upwards.
    let heights = spread(firsts.iter().map(|(_, y)| -y).collect(), LABEL_HEIGHT, -TOP);
    for ((label, (x, _)), y) in labels.iter().zip(&firsts).zip(heights) {
        let (x, y) = (x - 13.0, 4.0 - y);
        add!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{}</text>", escaped(label));
    }
    for line in &lines {
        let kind = kind_of(&names, line.objective);
        let colour = COLOURS[kind];
        let places: Vec<(f64, f64)> =
            line.points.iter().map(|(_, estimate, x)| axes.place(along(*x), estimate.mean)).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        add!(out, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>", path.join(" "));
        for ((point, estimate, value), place) in line.points.iter().zip(places) {
            if let Some(ends) = estimate.interval() {
                let [(x, low), (_, high)] = ends.map(|end| axes.place(along(*value), end));
                add!(out, "<line stroke=\"{colour}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{low:.1}\" y2=\"{high:.1}\"/>");
            }
            mark(&mut out, place, kind, &tooltip(point, metric));
            ring(&mut out, place, point);
        }
    }
    legend(&mut out, &names);
    out.push_str("</svg>\n");
    Some((title, out))
}

/// Recall of the tail against that of the head on the test part, and the points that gain on one without losing on the
/// other.
pub(super) fn head_against_tail(choice: &Choice, metric: &str) -> Option<(String, String)> {
    let with_figures = || {
        let figures = |point: &PointSummary| {
            let test = &point.test;
            Some((test.head_recall?.mean, test.tail_recall?.mean))
        };
        choice.points.iter().filter_map(move |point| Some((point, figures(point)?)))
    };
    let places: Vec<(f64, f64)> = with_figures().map(|(_, place)| place).collect();
    if places.is_empty() {
        return None;
    }
    let (x, y) = (ends(places.iter().map(|place| place.0)), ends(places.iter().map(|place| place.1)));
    let axes = Axes { x, y, height: 420.0 };
    let title = "Recall of head and tail on the test part, with the Pareto front".to_owned();
    let mut out = axes.begin(&title, "recall of the head", "recall of the tail");
    for value in axes.x.ticks() {
        axes.x_tick(&mut out, value, &short(value));
    }
    let at: Vec<[f64; 2]> = places.iter().map(|&(x, y)| [x, y]).collect();
    let front: Vec<[f64; 2]> = pareto_front(&at).into_iter().map(|place| at[place]).collect();
    let corners = stairs(&front).into_iter().map(|[x, y]| axes.place(x, y));
    let path: Vec<String> = corners.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    add!(out, "<polyline {FRONT} points=\"{}\"/>", path.join(" "));
    let names = names(choice);
    for (point, (x, y)) in with_figures() {
        let place = axes.place(x, y);
        let words = format!("{}; head {x:.3}, tail {y:.3}", tooltip(point, metric));
        mark(&mut out, place, kind_of(&names, &point.objective), &words);
        ring(&mut out, place, point);
    }
    legend(&mut out, &names);
    out.push_str("</svg>\n");
    Some((title, out))
}

/// Numbers that a parameter takes.
pub(super) fn is_numeric(choice: &Choice, parameter: Setting) -> bool {
    choice.points.iter().filter_map(|point| point.values.get(&parameter)).any(|value| matches!(value, Value::Number(_)))
}
