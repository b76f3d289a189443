//! Random covering: the space as a grid that fills, and the covered volume over the number of samples.

use egui::{Align2, Mesh, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, Vec2};
use egui_plot::{AxisHints, FilledArea, GridInput, GridMark, Line, LineStyle, PlotPoint, PlotUi, Points, Text};

use super::axes::{log_axis, log_label, log_marks, name_plot, round_up, still_plot, tooltip};
use crate::{
    numbers::{thousands, three_digits},
    ui::{
        palette::{self, Ink},
        theme,
    },
    weighting::{CoveringStep, Landing},
};

/// Cells of at least this side have a gap between them.
const WIDE_CELL: f32 = 4.0;
/// Largest side of a cell.
const LARGEST_CELL: f32 = 64.0;

/// Draws a space of prototypes: a cell is filled where a sample has fallen, a ring is around the last one where it was
/// new, and a cross on it where it added nothing. `hits` has shape `[n_prototypes]`; `name` is for screen readers and tests.
pub fn covering_grid(
    ui: &mut Ui,
    name: &str,
    hits: &[u8],
    last: Option<Landing>,
    ink: Ink,
    size: Vec2,
) -> egui::Response {
    let is_dark = ui.visuals().dark_mode;
    let (area, response) = ui.allocate_exact_size(size, Sense::hover());
    name_plot(&response, name);
    let grid = Cells::fit(hits.len(), area);
    let (empty, covered) = (palette::hovered(is_dark), ink.colour(is_dark));
    let mut mesh = Mesh::default();
    mesh.reserve_triangles(2 * hits.len());
    mesh.reserve_vertices(4 * hits.len());
    for (place, &hits) in hits.iter().enumerate() {
        mesh.add_colored_rect(grid.cell(place), if hits > 0 { covered } else { empty });
    }
    ui.painter().add(Shape::mesh(mesh));
    if let Some(Landing { prototype_idx, is_new }) = last {
        let (centre, radius) = (grid.cell(prototype_idx).center(), (grid.side * 0.62).max(7.0));
        // A ring in the ground's colour keeps the mark apart from the cells.
        ui.painter().circle_stroke(centre, radius, Stroke::new(5.0, palette::card(is_dark)));
        if is_new {
            ui.painter().circle_stroke(centre, radius, Stroke::new(2.5, palette::text(is_dark)));
        } else {
            let ink = Stroke::new(2.5, palette::error(is_dark));
            ui.painter().circle(centre, radius, palette::card(is_dark), ink);
            for arm in [egui::vec2(0.7, 0.7), egui::vec2(0.7, -0.7)] {
                ui.painter().line_segment([centre - radius * arm, centre + radius * arm], ink);
            }
        }
    }
    let Some(place) = response.hover_pos().and_then(|position| grid.place_at(position)) else { return response };
    let told = match hits[place] {
        0 => "not covered yet".to_owned(),
        1 => "1 sample fell here".to_owned(),
        u8::MAX => "255 samples or more fell here, all but one added nothing".to_owned(),
        n => format!("{n} samples fell here, {} added nothing", n - 1),
    };
    response.on_hover_text_at_pointer(format!("Prototype {} of {}: {told}", place + 1, thousands(hits.len() as u64)))
}

/// Cells row by row from the top left.
struct Cells {
    corner: Pos2,
    side: f32,
    columns: usize,
    n: usize,
}

impl Cells {
    /// The largest square cells of which `n` fit.
    fn fit(n: usize, area: Rect) -> Self {
        let n = n.max(1);
        let (mut columns, mut side) = (n, 0.0);
        for tried in 1..=n.min(1 + area.width() as usize) {
            let fitting = (area.width() / tried as f32).min(area.height() / n.div_ceil(tried) as f32);
            if fitting > side {
                (columns, side) = (tried, fitting);
            }
        }
        // Whole points keep the gaps alike.
        let side = if side > WIDE_CELL { side.min(LARGEST_CELL).floor() } else { side };
        Self { corner: area.min, side, columns, n }
    }

    fn cell(&self, place: usize) -> Rect {
        let corner = self.corner + self.side * egui::vec2((place % self.columns) as f32, (place / self.columns) as f32);
        let gap = if self.side >= WIDE_CELL { 1.0 } else { 0.0 };
        Rect::from_min_size(corner, Vec2::splat(self.side - gap))
    }

    fn place_at(&self, position: Pos2) -> Option<usize> {
        let offset = (position - self.corner) / self.side;
        let (column, row) = (offset.x.floor(), offset.y.floor());
        if column < 0.0 || row < 0.0 || column >= self.columns as f32 {
            return None;
        }
        let place = row as usize * self.columns + column as usize;
        (place < self.n).then_some(place)
    }
}

/// A space whose covered volume climbs.
#[derive(Debug, Clone)]
pub struct CoverCurve {
    /// Whose samples they are.
    pub name: String,
    /// What it is drawn in.
    pub ink: Ink,
    /// The state after some of the samples in rising order, with the places covered in the space that is drawn.
    pub steps: Vec<(CoveringStep, u32)>,
}

/// What the covered volume is drawn with.
#[derive(Debug, Clone, Copy)]
pub struct CoverLook {
    /// Number of prototypes N.
    pub n_prototypes: u64,
    /// Samples at the right end of the axis.
    pub n_samples: u64,
    /// Whether both axes are log ones.
    pub is_log: bool,
    /// Whether the band of many spaces is drawn.
    pub has_band: bool,
}

impl CoverLook {
    /// The place of a value on its axis.
    fn place(self, value: f64) -> f64 {
        if self.is_log { value.max(1e-9).log10() } else { value }
    }

    /// The most places that can be covered.
    fn top(self) -> f64 {
        self.n_prototypes.min(self.n_samples) as f64
    }

    /// The part of the plane that is shown: left, right, low, high.
    fn bounds(self) -> [f64; 4] {
        let (n, top) = (self.n_samples as f64, self.top());
        if self.is_log {
            let (right, high) = (n.log10().max(0.5), top.log10().max(0.5));
            [-0.05 * right, 1.05 * right, -0.06 * high, 1.12 * high]
        } else {
            [-0.01 * n, 1.03 * n, -0.02 * top, 1.12 * top]
        }
    }
}

/// Covered volumes over the number of samples, with the expectation E_n (`expected`, [n, E_n] in rising order), the line of
/// no overlap and N; pointing reads out the numbers at the nearest n.
pub fn covering_chart(
    ui: &mut Ui,
    name: &'static str,
    curves: &[CoverCurve],
    expected: &[[f64; 2]],
    look: CoverLook,
    size: Vec2,
) -> egui::Response {
    let is_dark = ui.visuals().dark_mode;
    let plain = |mark: GridMark| thousands(mark.value.max(0.0).round() as u64);
    let x_axis = AxisHints::new_x().label("Samples n");
    let (x_axis, y_axis) = if look.is_log {
        (x_axis.label_spacing(egui::Rangef::new(1.0, 2.0)).formatter(|mark, _| log_label(mark)), log_axis())
    } else {
        (x_axis.formatter(move |mark, _| plain(mark)), AxisHints::new_y().formatter(move |mark, _| plain(mark)))
    };
    let marks = move |top: f64| {
        move |input: GridInput| {
            if look.is_log { log_marks(input) } else { even_marks(top) }
        }
    };
    let plot = still_plot(name, size, x_axis, y_axis)
        .x_grid_spacer(marks(look.n_samples as f64))
        .y_grid_spacer(marks(look.top()))
        .show_grid([true, true])
        .grid_color(palette::line(is_dark));
    let shown = plot.show(ui, |plot_ui| {
        let [left, right, low, high] = look.bounds();
        plot_ui.set_plot_bounds_x(left..=right);
        plot_ui.set_plot_bounds_y(low..=high);
        if look.has_band {
            for curve in curves {
                draw_band(plot_ui, curve, look, is_dark);
            }
        }
        draw_expectation(plot_ui, expected, look, is_dark);
        for curve in curves {
            let colour = curve.ink.colour(is_dark);
            let point = |(step, covered): &(CoveringStep, u32)| {
                [look.place(step.n_samples as f64), look.place(f64::from(*covered))]
            };
            let points: Vec<[f64; 2]> = curve.steps.iter().map(point).collect();
            let end = points.last().copied();
            let line = Line::new(&curve.name, points).color(colour).width(2.5).style(curve.ink.line_style());
            plot_ui.line(line.allow_hover(false));
            if let Some(end) = end {
                let (shape, is_filled) = curve.ink.marker();
                let marker = Points::new(&curve.name, vec![end]).shape(shape).radius(6.0);
                plot_ui.points(marker.color(colour).filled(is_filled).allow_hover(false));
            }
        }
    });
    name_plot(&shown.response, name);
    let Some(position) = shown.response.hover_pos() else { return shown.response };
    let x = shown.transform.value_from_position(position).x;
    let x = if look.is_log { 10_f64.powf(x) } else { x };
    let Some(&[n, e_n]) = expected.get(expected.partition_point(|point| point[0] < x)).or(expected.last()) else {
        return shown.response;
    };
    let mut lines = vec![("Eₙ".to_owned(), three_digits(e_n))];
    for curve in curves {
        let found = curve.steps.partition_point(|(step, _)| (step.n_samples as f64) < x);
        let Some((step, covered)) = curve.steps.get(found) else { continue };
        let n = thousands(step.n_samples);
        lines.push((format!("{}, covered at n = {n}", curve.name), thousands(u64::from(*covered))));
        lines.push((
            "95 % of the spaces".to_owned(),
            format!("{} to {}", three_digits(step.low), three_digits(step.high)),
        ));
        lines.push(("p = Eₙ₋₁/N".to_owned(), three_digits(step.overlap)));
    }
    tooltip(shown.response, &format!("After n = {} samples", thousands(n as u64)), &lines)
}

/// The band that holds 95 % of many spaces.
fn draw_band(plot_ui: &mut PlotUi<'_>, curve: &CoverCurve, look: CoverLook, is_dark: bool) {
    let column = |of: fn(&CoveringStep) -> f64| -> Vec<f64> {
        curve.steps.iter().map(|(step, _)| look.place(of(step))).collect()
    };
    let (xs, lows, highs) = (column(|step| step.n_samples as f64), column(|step| step.low), column(|step| step.high));
    let colour = curve.ink.colour(is_dark).gamma_multiply(0.35);
    let area = FilledArea::new("95 % of the spaces", &xs, &lows, &highs).fill_color(colour);
    plot_ui.add(area.stroke(Stroke::NONE).allow_hover(false));
}

/// E_n between what it tends to at both ends: n where no two samples meet, N where everything is covered.
fn draw_expectation(plot_ui: &mut PlotUi<'_>, expected: &[[f64; 2]], look: CoverLook, is_dark: bool) {
    let [left, right, low, high] = look.bounds();
    let (width, height) = (right - left, high - low);
    let (n, space) = (look.n_samples as f64, look.n_prototypes as f64);
    let at = |point: [f64; 2]| point.map(|value| look.place(value));
    let (ink, weak) = (palette::text(is_dark), palette::weak_text(is_dark));
    let faint = |name: &str, points: Vec<[f64; 2]>| {
        let style = LineStyle::Dotted { spacing: 5.0 };
        Line::new(name, points).color(weak).width(1.0).style(style).allow_hover(false)
    };
    plot_ui.line(faint("N", vec![[left, look.place(space)], [right, look.place(space)]]));
    let start = if look.is_log { 1.0 } else { 0.0 };
    plot_ui.line(faint("n", vec![at([start, start]), at([n, n])]));
    let line = Line::new("E_n", expected.iter().map(|&point| at(point)).collect::<Vec<_>>()).color(ink).width(1.5);
    plot_ui.line(line.style(LineStyle::Dashed { length: 8.0 }).allow_hover(false));

    let mut label = |text: String, x: f64, y: f64, align: Align2| {
        let text = RichText::new(text).size(theme::sized(12.0)).color(ink);
        plot_ui.text(Text::new("", PlotPoint::new(x, y), text).anchor(align).allow_hover(false));
    };
    let above = look.place(space) + 0.01 * height;
    let (x, align) = if look.is_log {
        (left + 0.01 * width, Align2::LEFT_BOTTOM)
    } else {
        (right - 0.01 * width, Align2::RIGHT_BOTTOM)
    };
    label(format!("N = {}", thousands(look.n_prototypes)), x, above, align);
    let words = "n, if none overlapped".to_owned();
    if look.is_log || n < 2.0 * space {
        // Beside the diagonal, above its middle.
        let middle = 0.5 * look.place(look.top());
        label(words, middle, middle + 0.02 * height, Align2::RIGHT_BOTTOM);
    } else {
        // Where the diagonal leaves the picture.
        label(words, 1.1 * space, 1.06 * space, Align2::LEFT_CENTER);
    }
    if let Some(&[n, e_n]) = expected.get(expected.len() * 4 / 5) {
        label("Eₙ".to_owned(), look.place(n), look.place(e_n) - 0.07 * height, Align2::LEFT_TOP);
    }
}

/// About five marks from 0 to `top`.
fn even_marks(top: f64) -> Vec<GridMark> {
    let step = round_up(top / 5.0).max(1.0);
    let n = (top / step + 1e-9).floor() as u32;
    (0..=n).map(|k| GridMark { value: f64::from(k) * step, step_size: 1e6 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_the_space_without_leaving_it_and_are_found_again() {
        let area = Rect::from_min_size(egui::pos2(10.0, 20.0), egui::vec2(310.0, 200.0));
        for n in [1, 2, 7, 100, 1000, 2000, 10_000] {
            let cells = Cells::fit(n, area);
            for place in [0, n / 2, n - 1] {
                let cell = cells.cell(place);
                assert!(area.expand(0.01).contains_rect(cell), "{n}: {cell:?}");
                assert_eq!(cells.place_at(cell.center()), Some(place), "{n}");
            }
            assert_eq!(cells.place_at(area.max + Vec2::splat(5.0)), None);
            let filled = cells.side.powi(2) * n as f32;
            assert!(cells.side >= LARGEST_CELL || filled > 0.55 * area.area(), "{n}: {filled}");
        }
    }

    #[test]
    fn marks_are_round_numbers() {
        let marks = |top| even_marks(top).iter().map(|mark| mark.value).collect::<Vec<_>>();
        assert_eq!(marks(400.0), [0.0, 100.0, 200.0, 300.0, 400.0]);
        assert_eq!(marks(1.0), [0.0, 1.0]);
        assert_eq!(marks(1000.0).len(), 6);
    }
}
