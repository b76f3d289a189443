//! Charts of a sweep as SVG that stands in a page: no script, every mark with its numbers as a tooltip.

use std::fmt::Write;

use super::paper::{
    Axes, BEST, BOTTOM, COLOURS, Ends, FONT, FRONT, LEFT, SAME, TOP, WIDTH, add, ends, escaped, kind_of, legend, mark,
    names, ring, short, tooltip,
};
use crate::experiment::{
    Estimate,
    sweep::{self, Choice, HeatMap, Parameter, PointSummary, Standing, Value, pareto_front, values_in_words},
};

/// The metric on the validation part as cells over two parameters, one picture for each objective that uses both.
pub(super) fn heat_maps(choice: &Choice, metric: &str, across: Parameter, up: Parameter) -> Vec<(String, String)> {
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
        let title = format!("{metric} of {name} over {} and {}{at}", across.label(), up.label());
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

/// The points of a line with their metric and the value of the parameter.
type Line<'a> = Vec<(&'a PointSummary, Estimate, f64)>;

/// The metric on the validation part against a parameter: a line for each objective and set of other values, a dashed
/// horizontal for each objective that does not use the parameter. As figure 5 of Cui et al. 2019.
pub(super) fn metric_against(choice: &Choice, metric: &str, parameter: Parameter) -> Option<(String, String)> {
    let along = |value: f64| parameter.scale().along(value);
    let number = |point: &PointSummary| point.values.get(&parameter).and_then(|value| value.number());
    let with_metric = || choice.points.iter().filter_map(|point| Some((point, point.validation.metric?)));
    let used: Vec<f64> = with_metric().filter_map(|(point, _)| number(point)).collect();
    let mut ticks = used.clone();
    ticks.sort_by(f64::total_cmp);
    ticks.dedup();
    if ticks.len() < 2 {
        return None;
    }
    let (least, most) =
        used.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(along(*x)), b.max(along(*x))));
    let room = (most - least) * 0.04;
    let y = ends(with_metric().flat_map(|(_, estimate)| {
        let half_width = estimate.half_width.unwrap_or(0.0);
        [estimate.mean - half_width, estimate.mean + half_width]
    }));
    let axes = Axes { x: Ends { from: least - room, to: most + room, step: most - least }, y, height: 380.0 };
    let title = format!("{metric} on the validation part against {}", parameter.label());
    let mut out = axes.begin(&title, parameter.label(), metric);
    let every = ticks.len().div_ceil(10);
    ticks.iter().step_by(every).for_each(|tick| axes.x_tick(&mut out, along(*tick), &tick.to_string()));
    let names = names(choice);
    let mut lines: Vec<(String, Line<'_>)> = Vec::new();
    for (point, estimate) in with_metric() {
        let colour = COLOURS[kind_of(&names, &point.objective)];
        let Some(value) = number(point) else {
            let ((x1, y), (x2, _)) = (axes.place(axes.x.from, estimate.mean), axes.place(axes.x.to, estimate.mean));
            add!(
                out,
                "<g><title>{}</title><line stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"7 4\" x1=\"{x1:.1}\" x2=\"{x2:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/></g>",
                escaped(&tooltip(point, metric))
            );
            continue;
        };
        let mut others = point.values.clone();
        others.remove(&parameter);
        let key = format!("{} {}", point.objective, values_in_words(&others));
        match lines.iter_mut().find(|(other, _)| *other == key) {
            Some((_, line)) => line.push((point, estimate, value)),
            None => lines.push((key, vec![(point, estimate, value)])),
        }
    }
    for (_, mut line) in lines {
        line.sort_by(|a, b| a.2.total_cmp(&b.2));
        let Some((first, ..)) = line.first() else { continue };
        let kind = kind_of(&names, &first.objective);
        let colour = COLOURS[kind];
        let places: Vec<(f64, f64)> =
            line.iter().map(|(_, estimate, x)| axes.place(along(*x), estimate.mean)).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        add!(out, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>", path.join(" "));
        for ((point, estimate, value), place) in line.iter().zip(places) {
            if let Some(half_width) = estimate.half_width {
                let (x, low) = axes.place(along(*value), estimate.mean - half_width);
                let (_, high) = axes.place(along(*value), estimate.mean + half_width);
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

/// Recall of the tail against that of the head on the validation part, and the points that gain on one without losing on
/// the other.
pub(super) fn head_against_tail(choice: &Choice, metric: &str) -> Option<(String, String)> {
    let with_figures = || {
        let figures = |point: &PointSummary| {
            let validation = &point.validation;
            Some((validation.head_recall?.mean, validation.tail_recall?.mean))
        };
        choice.points.iter().filter_map(move |point| Some((point, figures(point)?)))
    };
    let places: Vec<(f64, f64)> = with_figures().map(|(_, place)| place).collect();
    if places.is_empty() {
        return None;
    }
    let (x, y) = (ends(places.iter().map(|place| place.0)), ends(places.iter().map(|place| place.1)));
    let axes = Axes { x, y, height: 420.0 };
    let title = "Recall of head and tail on the validation part, with the Pareto front".to_owned();
    let mut out = axes.begin(&title, "recall of the head", "recall of the tail");
    for value in axes.x.ticks() {
        axes.x_tick(&mut out, value, &short(value));
    }
    let at: Vec<[f64; 2]> = places.iter().map(|&(x, y)| [x, y]).collect();
    let front: Vec<String> = pareto_front(&at)
        .into_iter()
        .map(|place| axes.place(at[place][0], at[place][1]))
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    add!(out, "<polyline {FRONT} points=\"{}\"/>", front.join(" "));
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
pub(super) fn is_numeric(choice: &Choice, parameter: Parameter) -> bool {
    choice.points.iter().filter_map(|point| point.values.get(&parameter)).any(|value| matches!(value, Value::Number(_)))
}
