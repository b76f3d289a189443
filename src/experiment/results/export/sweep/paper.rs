//! What charts on a page are made of: axes, marks with tooltips, colours, a legend.

use std::fmt::Write;

use super::super::page::escaped;
use crate::experiment::{
    Estimate,
    sweep::{Choice, PointSummary, Standing, point_name},
};

/// Colours of objectives on paper, which the window's palette does not reach; told apart by the shapes of marks too.
pub(super) const COLOURS: [&str; 8] = [
    "rgb(0, 114, 178)",
    "rgb(213, 94, 0)",
    "rgb(0, 158, 115)",
    "rgb(204, 121, 167)",
    "rgb(120, 90, 20)",
    "rgb(86, 180, 233)",
    "rgb(90, 90, 90)",
    "rgb(150, 60, 150)",
];
pub(super) const FRAME: &str = "fill=\"none\" stroke=\"rgb(150, 150, 150)\"";
pub(super) const GRID: &str = "stroke=\"rgb(225, 225, 225)\"";
pub(super) const FRONT: &str = "fill=\"none\" stroke=\"rgb(120, 120, 120)\" stroke-dasharray=\"3 3\"";
pub(super) const BEST: &str = "fill=\"none\" stroke=\"black\" stroke-width=\"3\"";
pub(super) const SAME: &str = "fill=\"none\" stroke=\"black\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"";
/// What every chart has: its font.
pub(super) const FONT: &str = "font-family=\"system-ui, sans-serif\" font-size=\"13\"";

/// Height of a line of text, and about the width of a letter.
pub(super) const LABEL_HEIGHT: f64 = 15.0;
pub(super) const LETTER: f64 = 7.0;

pub(super) const WIDTH: f64 = 760.0;
pub(super) const LEFT: f64 = 70.0;
pub(super) const RIGHT: f64 = 170.0;
pub(super) const TOP: f64 = 16.0;
pub(super) const BOTTOM: f64 = 52.0;

/// A number on an axis.
pub(super) fn short(value: f64) -> String {
    format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Adds a line; writing into a string cannot fail.
macro_rules! add {
    ($out:expr, $($rest:tt)*) => {{ let _ = writeln!($out, $($rest)*); }};
}

pub(super) use add;

/// Ends of an axis over shares that shows these values, with the distance of its ticks.
pub(super) fn ends(values: impl Iterator<Item = f64>) -> Ends {
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
pub(super) struct Ends {
    pub(super) from: f64,
    pub(super) to: f64,
    /// Distance of ticks.
    pub(super) step: f64,
}

impl Ends {
    pub(super) fn share(self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    pub(super) fn ticks(self) -> impl Iterator<Item = f64> {
        let n = ((self.to - self.from) / self.step).round() as usize;
        (0..=n).map(move |tick| self.from + self.step * tick as f64)
    }
}

/// A pair of axes with a frame.
pub(super) struct Axes {
    pub(super) x: Ends,
    pub(super) y: Ends,
    pub(super) height: f64,
}

impl Axes {
    pub(super) fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let (width, height) = (WIDTH - LEFT - RIGHT, self.height - TOP - BOTTOM);
        (LEFT + self.x.share(x) * width, self.height - BOTTOM - self.y.share(y) * height)
    }

    pub(super) fn begin(&self, title: &str, x_label: &str, y_label: &str) -> String {
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

    pub(super) fn x_tick(&self, out: &mut String, x: f64, label: &str) {
        let (x, y) = self.place(x, self.y.from);
        add!(out, "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>", y + 18.0, escaped(label));
    }
}

/// The place of an objective's colour and the shape of its marks.
pub(super) fn kind_of(names: &[&str], name: &str) -> usize {
    names.iter().position(|other| *other == name).unwrap_or(0) % COLOURS.len()
}

/// A mark: each objective has its own shape as well as its colour.
pub(super) fn mark(out: &mut String, (x, y): (f64, f64), kind: usize, tooltip: &str) {
    let shape = match kind % 4 {
        0 => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\""),
        1 => format!("<rect x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\"", x - 4.5, y - 4.5),
        2 => format!("<path d=\"M{x:.1} {:.1}l6 10h-12z\"", y - 6.0),
        _ => format!("<path d=\"M{x:.1} {:.1}l6 6l-6 6l-6 -6z\"", y - 6.0),
    };
    let colour = COLOURS[kind % COLOURS.len()];
    add!(out, "<g><title>{}</title>{shape} fill=\"{colour}\"/></g>", escaped(tooltip));
}

pub(super) fn ring(out: &mut String, (x, y): (f64, f64), point: &PointSummary) {
    let outline = match point.standing {
        Standing::Best => BEST,
        Standing::NotDistinguishable => SAME,
        _ => return,
    };
    add!(out, "<circle {outline} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"10\"/>");
}

pub(super) fn legend(out: &mut String, names: &[&str]) {
    for (idx, name) in names.iter().enumerate() {
        let y = TOP + 14.0 + 22.0 * idx as f64;
        mark(out, (WIDTH - RIGHT + 18.0, y), idx, name);
        add!(out, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", WIDTH - RIGHT + 30.0, y + 4.0, escaped(name));
    }
}

pub(super) fn names(choice: &Choice) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for point in &choice.points {
        if !names.contains(&point.objective.as_str()) {
            names.push(&point.objective);
        }
    }
    names
}

pub(super) fn tooltip(point: &PointSummary, metric: &str) -> String {
    let figure = |estimate: Option<Estimate>| estimate.map_or("n/a".to_owned(), |estimate| estimate.to_text(3));
    format!(
        "{}: {metric} {} on the validation part, {} on the test part, {}",
        point_name(point),
        figure(point.validation.metric),
        figure(point.test.metric),
        point.standing.label()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
