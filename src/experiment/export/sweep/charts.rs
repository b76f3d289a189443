//! Charts of a sweep as SVG that stands in a page: no script, every mark with its numbers as a tooltip.

use std::fmt::Write;

use crate::experiment::{
    Estimate,
    sweep::{Choice, Parameter, PointSummary, Scale, Standing, Value, point_name},
};

/// How charts sit in the page; their colours stand in each mark, so that a chart can be taken out of the page.
pub(super) const STYLE: &str = "
svg { max-width: 100%; height: auto; }
";

/// Colours of objectives on paper, which the window's palette does not reach; told apart by the shapes of marks too.
const COLOURS: [&str; 8] = [
    "rgb(0, 114, 178)",
    "rgb(213, 94, 0)",
    "rgb(0, 158, 115)",
    "rgb(204, 121, 167)",
    "rgb(120, 90, 20)",
    "rgb(86, 180, 233)",
    "rgb(90, 90, 90)",
    "rgb(150, 60, 150)",
];
const FRAME: &str = "fill=\"none\" stroke=\"rgb(150, 150, 150)\"";
const GRID: &str = "stroke=\"rgb(225, 225, 225)\"";
const FRONT: &str = "fill=\"none\" stroke=\"rgb(120, 120, 120)\" stroke-dasharray=\"3 3\"";
const BEST: &str = "fill=\"none\" stroke=\"black\" stroke-width=\"3\"";
const SAME: &str = "fill=\"none\" stroke=\"black\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"";
/// What every chart has: its font.
const FONT: &str = "font-family=\"system-ui, sans-serif\" font-size=\"13\"";

const WIDTH: f64 = 760.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 170.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 52.0;

/// Text that may hold anything as text of a page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A number on an axis.
fn short(value: f64) -> String {
    format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn told(estimate: Estimate) -> String {
    match estimate.half_width {
        Some(half_width) => format!("{:.3} ± {half_width:.3}", estimate.mean),
        None => format!("{:.3}", estimate.mean),
    }
}

/// Writing into a string cannot fail.
macro_rules! add {
    ($out:expr, $($rest:tt)*) => {{ let _ = writeln!($out, $($rest)*); }};
}

/// Ends of an axis over shares that shows these values, with the distance of its ticks.
fn ends(values: impl Iterator<Item = f64>) -> Ends {
    let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    if least > most {
        return Ends { from: 0.0, to: 1.0, step: 0.2 };
    }
    let span = most - least;
    let step = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1].into_iter().find(|step| span / step <= 5.0).unwrap_or(0.2);
    let (from, to) = ((least / step).floor() * step, (most / step).ceil() * step);
    // Values that are all the same still need a height.
    Ends { from: if from < to { from } else { from - step }, to: if from < to { to } else { to + step }, step }
}

/// An axis from one end to the other.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ends {
    from: f64,
    to: f64,
    /// Distance of ticks.
    step: f64,
}

impl Ends {
    fn share(self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    fn ticks(self) -> impl Iterator<Item = f64> {
        let n = ((self.to - self.from) / self.step).round() as usize;
        (0..=n).map(move |tick| self.from + self.step * tick as f64)
    }
}

/// A pair of axes with a frame.
struct Axes {
    x: Ends,
    y: Ends,
    height: f64,
}

impl Axes {
    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let (width, height) = (WIDTH - LEFT - RIGHT, self.height - TOP - BOTTOM);
        (LEFT + self.x.share(x) * width, self.height - BOTTOM - self.y.share(y) * height)
    }

    fn begin(&self, title: &str, x_label: &str, y_label: &str) -> String {
        let mut out = String::new();
        let height = self.height;
        add!(
            out,
            "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" {FONT} role=\"img\" aria-label=\"{}\">",
            escaped(title)
        );
        for value in self.y.ticks() {
            let (_, y) = self.place(self.x.from, value);
            add!(out, "<line {GRID} x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>", WIDTH - RIGHT);
            add!(out, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", LEFT - 6.0, y + 4.0, short(value));
        }
        let (w, h) = (WIDTH - LEFT - RIGHT, height - TOP - BOTTOM);
        add!(out, "<rect {FRAME} x=\"{LEFT}\" y=\"{TOP}\" width=\"{w:.1}\" height=\"{h:.1}\"/>");
        let middle = LEFT + w / 2.0;
        add!(
            out,
            "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            height - 10.0,
            escaped(x_label)
        );
        let half = TOP + h / 2.0;
        add!(
            out,
            "<text transform=\"translate(16 {half:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escaped(y_label)
        );
        out
    }

    fn x_tick(&self, out: &mut String, x: f64, label: &str) {
        let (x, y) = self.place(x, self.y.from);
        add!(out, "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>", y + 18.0, escaped(label));
    }
}

/// The place of an objective's colour and the shape of its marks.
fn kind_of(names: &[&str], name: &str) -> usize {
    names.iter().position(|other| *other == name).unwrap_or(0) % COLOURS.len()
}

/// A mark: each objective has its own shape beside its colour.
fn mark(out: &mut String, (x, y): (f64, f64), kind: usize, tooltip: &str) {
    let shape = match kind % 4 {
        0 => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\""),
        1 => format!("<rect x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\"", x - 4.5, y - 4.5),
        2 => format!("<path d=\"M{x:.1} {:.1}l6 10h-12z\"", y - 6.0),
        _ => format!("<path d=\"M{x:.1} {:.1}l6 6l-6 6l-6 -6z\"", y - 6.0),
    };
    let colour = COLOURS[kind % COLOURS.len()];
    add!(out, "<g><title>{}</title>{shape} fill=\"{colour}\"/></g>", escaped(tooltip));
}

fn ring(out: &mut String, (x, y): (f64, f64), point: &PointSummary) {
    let outline = match point.standing {
        Standing::Best => BEST,
        Standing::NotDistinguishable => SAME,
        _ => return,
    };
    add!(out, "<circle {outline} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"10\"/>");
}

fn legend(out: &mut String, names: &[&str]) {
    for (idx, name) in names.iter().enumerate() {
        let y = TOP + 14.0 + 22.0 * idx as f64;
        mark(out, (WIDTH - RIGHT + 18.0, y), idx, name);
        add!(out, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", WIDTH - RIGHT + 30.0, y + 4.0, escaped(name));
    }
}

fn names(choice: &Choice) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for point in &choice.points {
        if !names.contains(&point.objective.as_str()) {
            names.push(&point.objective);
        }
    }
    names
}

fn tooltip(point: &PointSummary, metric: &str) -> String {
    let figure = |estimate: Option<Estimate>| estimate.map_or("n/a".to_owned(), told);
    format!(
        "{}: {metric} {} on the validation part, {} on the test part, {}",
        point_name(point),
        figure(point.validation.metric),
        figure(point.test.metric),
        point.standing.label()
    )
}

/// The metric on the validation part as cells over two parameters, one picture for each objective that uses both.
pub(super) fn heat_maps(choice: &Choice, metric: &str, across: Parameter, up: Parameter) -> Vec<(String, String)> {
    let number = |point: &PointSummary, parameter: Parameter| point.values.get(&parameter).and_then(|v| v.number());
    let mut pictures = Vec::new();
    for name in names(choice) {
        let points: Vec<&PointSummary> = choice.points.iter().filter(|point| point.objective == name).collect();
        let sorted = |parameter: Parameter| {
            let mut values: Vec<f64> = points.iter().filter_map(|point| number(point, parameter)).collect();
            values.sort_by(f64::total_cmp);
            values.dedup();
            values
        };
        let (columns, rows) = (sorted(across), sorted(up));
        // Cells are for a grid of two parameters; with more, several points would fall on one cell.
        if columns.len() < 2 || rows.len() < 2 || points.len() != columns.len() * rows.len() {
            continue;
        }
        let means = || points.iter().filter_map(|point| point.validation.metric).map(|estimate| estimate.mean);
        let (least, most) = means().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let (w, h) = ((WIDTH - LEFT - 20.0) / columns.len() as f64, 44.0);
        let height = TOP + h * rows.len() as f64 + BOTTOM;
        let mut out = String::new();
        let title = format!("{metric} of {name} over {} and {}", across.label(), up.label());
        add!(
            out,
            "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" {FONT} role=\"img\" aria-label=\"{}\">",
            escaped(&title)
        );
        for point in points {
            let (Some(column), Some(row)) = (number(point, across), number(point, up)) else { continue };
            let at = |values: &[f64], value: f64| values.iter().position(|other| *other == value).unwrap_or(0) as f64;
            let (x, y) = (LEFT + w * at(&columns, column), TOP + h * (rows.len() as f64 - 1.0 - at(&rows, row)));
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

/// The metric on the validation part against a parameter: a line for each objective and set of other values, a dashed
/// horizontal for each objective that does not use the parameter. As figure 5 of Cui et al. 2019.
pub(super) fn metric_against(choice: &Choice, metric: &str, parameter: Parameter) -> Option<(String, String)> {
    let along = |value: f64| match parameter.scale() {
        Scale::Linear => value,
        Scale::Log => value.max(1e-12).ln(),
        Scale::LogOfDistanceToOne => -(1.0 - value).max(1e-16).ln(),
    };
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
    let mut lines: Vec<(String, Vec<(&PointSummary, Estimate, f64)>)> = Vec::new();
    for (point, estimate) in with_metric() {
        let colour = COLOURS[kind_of(&names, &point.objective)];
        let Some(value) = number(point) else {
            let ((x1, y), (x2, _)) = (axes.place(axes.x.from, estimate.mean), axes.place(axes.x.to, estimate.mean));
            add!(
                out,
                "<line stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"7 4\" x1=\"{x1:.1}\" x2=\"{x2:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"><title>{}</title></line>",
                escaped(&tooltip(point, metric))
            );
            continue;
        };
        let mut others = point.values.clone();
        others.remove(&parameter);
        let key = format!("{} {}", point.objective, crate::experiment::sweep::values_in_words(&others));
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

/// Points of which no other has as much of both, sorted by the first coordinate.
fn pareto_front(places: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut sorted = places.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let mut front: Vec<(f64, f64)> = Vec::new();
    for place in sorted {
        if front.last().is_none_or(|last| place.1 > last.1) {
            front.push(place);
        }
    }
    front
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
    let front: Vec<String> = pareto_front(&places)
        .into_iter()
        .map(|(x, y)| axes.place(x, y))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_keeps_what_nothing_else_beats() {
        let places = [(0.9, 0.1), (0.8, 0.5), (0.7, 0.4), (0.6, 0.6), (0.9, 0.05), (0.5, 0.6)];
        assert_eq!(pareto_front(&places), [(0.9, 0.1), (0.8, 0.5), (0.6, 0.6)]);
    }

    #[test]
    fn axes_end_at_round_numbers_and_hold_every_value() {
        assert_eq!(ends([0.0, 0.69].into_iter()), Ends { from: 0.0, to: 0.8, step: 0.2 });
        assert_eq!(ends([0.5].into_iter()).ticks().count(), 3);
        assert_eq!(ends(std::iter::empty()).to, 1.0);
        for (least, most) in [(0.1234, 0.1235), (0.3, 0.9), (0.699, 0.7011)] {
            let Ends { from, to, .. } = ends([least, most].into_iter());
            assert!(from <= least && to >= most && from < to, "{from} {to}");
        }
    }

    #[test]
    fn names_cannot_break_the_page() {
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
