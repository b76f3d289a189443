//! Shares over epochs as stacked areas, the head of the classes at the bottom.

use std::ops::Range;

use egui::{Align2, Color32, Context, Mesh, Pos2, Ui, Vec2};
use egui_plot::{AxisHints, PlotPoint, PlotTransform};

use super::{
    Classes,
    axes::{TICK_SIZE, name_plot, share_axis, share_marks, still_plot, tooltip},
};
use crate::{
    numbers::thousands,
    train::Ease,
    ui::{fit::fitting, palette, theme},
};

/// Room for names at the right of the areas.
const NAMES_WIDTH: f32 = 104.0;
/// Height below which a band is not named.
const LEAST_HEIGHT: f32 = 6.0;
/// Distance of names.
const NAME_HEIGHT: f32 = 15.0;
/// Width of the share that follows a name.
const SHARE_WIDTH: f32 = 40.0;
/// Part of the axis that a single point takes.
const SINGLE: f64 = 0.05;

/// Neighbouring classes that are drawn as one area.
#[derive(Debug, Clone)]
pub struct Band {
    /// Name of the class, or of the first and the last one.
    pub name: String,
    /// Ranks of its classes.
    pub ranks: Range<usize>,
}

/// Shares at an epoch; easy and hard ones of all bands sum to 1.
#[derive(Debug, Clone)]
pub struct AreaPoint {
    /// The epoch.
    pub epoch: f64,
    /// Share of each band through easy samples, shape `[n_bands]`.
    pub easy: Vec<f64>,
    /// Share of each band through hard samples, shape `[n_bands]`.
    pub hard: Vec<f64>,
}

impl AreaPoint {
    /// The share of a band through the samples that are looked at.
    pub fn share(&self, band: usize, ease: Ease) -> f64 {
        match ease {
            Ease::All => self.easy[band] + self.hard[band],
            Ease::Easy => self.easy[band],
            Ease::Hard => self.hard[band],
        }
    }

    /// The share of all bands together.
    pub fn sum(&self, ease: Ease) -> f64 {
        (0..self.easy.len()).map(|band| self.share(band, ease)).sum()
    }

    /// Where each band ends, upwards from 0, shape `[n_bands + 1]`.
    fn edges(&self, ease: Ease) -> impl Iterator<Item = f64> {
        let mut top = 0.0;
        let ends = (0..self.easy.len()).map(move |band| {
            top += self.share(band, ease);
            top
        });
        std::iter::once(0.0).chain(ends)
    }
}

/// What is stacked.
#[derive(Debug, Clone, Copy)]
pub struct Areas<'a> {
    /// The chart's name, for screen readers and tests.
    pub name: &'a str,
    /// What the shares are of, in words.
    pub what: &'a str,
    /// The bands from head to tail.
    pub bands: &'a [Band],
    /// The points in the order of epochs.
    pub points: &'a [AreaPoint],
    /// The samples that are looked at.
    pub ease: Ease,
}

/// Areas over epochs from 0 to `goal`, named at the right where there is room; what is not stacked of the whole is grey.
/// Returns the rank of the class under the pointer, where that is a band of its own.
pub fn areas_chart(
    ui: &mut Ui,
    classes: &Classes,
    areas: Areas<'_>,
    goal: u64,
    size: Vec2,
) -> (egui::Response, Option<usize>) {
    let is_dark = ui.visuals().dark_mode;
    let last = areas.points.last().map_or(0.0, |point| point.epoch).max(goal as f64).max(1.0);
    let names = f64::from(NAMES_WIDTH / (size.x - NAMES_WIDTH - 60.0).max(NAMES_WIDTH));
    let x_axis = AxisHints::new_x().label("Epoch").formatter(move |mark, _| {
        let is_inside = mark.value >= 0.0 && mark.value <= last;
        if is_inside { thousands(mark.value as u64) } else { String::new() }
    });
    let plot = still_plot("areas", size, x_axis, share_axis())
        .show_grid([false, true])
        .grid_color(palette::line(is_dark))
        .y_grid_spacer(share_marks);
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.01 * last..=last * (1.0 + names));
        plot_ui.set_plot_bounds_y(-0.01..=1.01);
    });
    name_plot(&shown.response, areas.name);
    let stack = Stack::new(areas, last, &shown.transform);
    let painter = ui.painter().with_clip_rect(shown.response.rect.intersect(ui.clip_rect()));
    painter.add(stack.mesh(classes, is_dark));
    for (place, text) in stack.names(ui.ctx()) {
        let font = theme::font(TICK_SIZE);
        let galley = painter.layout_no_wrap(text, font, palette::text(is_dark));
        let rect = Align2::LEFT_CENTER.anchor_size(place, galley.size());
        // No line of the grid runs through a name.
        painter.rect_filled(rect, 0.0, palette::card(is_dark));
        painter.galley(rect.min, galley, palette::text(is_dark));
    }
    let Some(pointer) = shown.response.hover_pos() else { return (shown.response, None) };
    let at = shown.transform.value_from_position(pointer);
    let Some((point_idx, band)) = stack.at(at) else { return (shown.response, None) };
    let (point, ranks) = (&areas.points[point_idx], &areas.bands[band].ranks);
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let lines = [
        (format!("Share of the {}", areas.what), percent(point.share(band, Ease::All))),
        ("through easy samples (p_t ≥ 1/2)".to_owned(), percent(point.share(band, Ease::Easy))),
        ("through hard samples (p_t < 1/2)".to_owned(), percent(point.share(band, Ease::Hard))),
        ("All classes, easy samples".to_owned(), percent(point.sum(Ease::Easy))),
        ("All classes, hard samples".to_owned(), percent(point.sum(Ease::Hard))),
    ];
    let heading = format!("{} at epoch {}", areas.bands[band].name, thousands(point.epoch as u64));
    let rank = (ranks.len() == 1).then_some(ranks.start);
    (tooltip(shown.response, &heading, &lines), rank)
}

/// The areas with their places on the screen.
struct Stack<'a> {
    areas: Areas<'a>,
    /// Edges of the bands at each point, shape `[n_points, n_bands + 1]`.
    edges: Vec<f64>,
    /// Where each point stands on the screen from left to right; one more than there are points where there is but one.
    across: Vec<f32>,
    transform: &'a PlotTransform,
}

impl<'a> Stack<'a> {
    fn new(areas: Areas<'a>, last: f64, transform: &'a PlotTransform) -> Self {
        let x_of = |epoch: f64| transform.position_from_point(&PlotPoint::new(epoch, 0.0)).x;
        let mut edges: Vec<f64> = areas.points.iter().flat_map(|point| point.edges(areas.ease)).collect();
        let mut across: Vec<f32> = areas.points.iter().map(|point| x_of(point.epoch)).collect();
        if let [point] = areas.points {
            edges.extend_from_within(..);
            across.push(x_of(point.epoch + SINGLE * last));
        }
        Self { areas, edges, across, transform }
    }

    fn height(&self, share: f64) -> f32 {
        self.transform.position_from_point(&PlotPoint::new(0.0, share)).y
    }

    /// The edges of each point, shape `[n_bands + 1]`.
    fn columns(&self) -> impl DoubleEndedIterator<Item = (f32, &[f64])> {
        self.across.iter().copied().zip(self.edges.chunks_exact(self.areas.bands.len() + 1))
    }

    fn mesh(&self, classes: &Classes, is_dark: bool) -> Mesh {
        let mut mesh = Mesh::default();
        let n_bands = self.areas.bands.len();
        let n_strips = 2 * (n_bands + 1);
        mesh.reserve_vertices(2 * self.across.len() * n_strips);
        mesh.reserve_triangles(2 * self.across.len() * n_strips);
        for (band, Band { ranks, .. }) in self.areas.bands.iter().enumerate() {
            let middle = usize::midpoint(ranks.start, ranks.end - 1);
            let colour = palette::class(middle, classes.len(), is_dark);
            self.fill(&mut mesh, colour, |edges| [edges[band], edges[band + 1]]);
        }
        if self.areas.ease != Ease::All {
            self.fill(&mut mesh, palette::line(is_dark), |edges| [edges[n_bands], 1.0]);
        }
        let marked = classes.hovered.and_then(|rank| self.areas.bands.iter().position(|b| b.ranks.contains(&rank)));
        for edge in 0..=n_bands {
            let is_marked = marked.is_some_and(|band| edge == band || edge == band + 1);
            let (colour, width) = if is_marked { (palette::text(is_dark), 2.5) } else { (palette::card(is_dark), 1.0) };
            self.line(&mut mesh, colour, width, edge);
        }
        mesh
    }

    /// An area between two shares of every point.
    fn fill(&self, mesh: &mut Mesh, colour: Color32, between: impl Fn(&[f64]) -> [f64; 2]) {
        let columns = self.columns().map(|(x, edges)| between(edges).map(|share| Pos2::new(x, self.height(share))));
        add_strip(mesh, colour, columns);
    }

    /// The upper edge of a band, as wide as this.
    fn line(&self, mesh: &mut Mesh, colour: Color32, width: f32, edge: usize) {
        let half = Vec2::new(0.0, width / 2.0);
        let columns = self.columns().map(|(x, edges)| {
            let place = Pos2::new(x, self.height(edges[edge]));
            [place + half, place - half]
        });
        add_strip(mesh, colour, columns);
    }

    /// Names with shares beside the last point, from the bottom upwards as far as they fit.
    fn names(&self, ctx: &Context) -> Vec<(Pos2, String)> {
        let font = theme::font(TICK_SIZE);
        let Some((x, edges)) = self.columns().next_back() else { return Vec::new() };
        let named = |name: &str, low: f64, high: f64| {
            let (bottom, top) = (self.height(low), self.height(high));
            let place = Pos2::new(x + 5.0, f32::midpoint(bottom, top));
            (bottom - top >= LEAST_HEIGHT).then(|| {
                let name = fitting(ctx, name, &font, NAMES_WIDTH - SHARE_WIDTH);
                (place, format!("{name} {:.0} %", (high - low) * 100.0))
            })
        };
        let bands = self.areas.bands.iter().enumerate();
        let mut names: Vec<(Pos2, String)> =
            bands.filter_map(|(band, of)| named(&of.name, edges[band], edges[band + 1])).collect();
        let top = edges.last().copied().unwrap_or(0.0);
        names.extend(match self.areas.ease {
            Ease::All => None,
            Ease::Easy => named("hard", top, 1.0),
            Ease::Hard => named("easy", top, 1.0),
        });
        let mut lowest = f32::INFINITY;
        names.retain(|(place, _)| {
            let has_room = lowest - place.y >= NAME_HEIGHT;
            if has_room {
                lowest = place.y;
            }
            has_room
        });
        names
    }

    /// The point and the band at a place; beyond the last point that one counts.
    fn at(&self, place: PlotPoint) -> Option<(usize, usize)> {
        let points = self.areas.points;
        let after = points.partition_point(|point| point.epoch < place.x);
        let is_earlier_nearer = |idx: usize| place.x - points[idx - 1].epoch < points[idx].epoch - place.x;
        let nearest = match after {
            0 => 0,
            idx if idx >= points.len() || is_earlier_nearer(idx) => idx - 1,
            idx => idx,
        };
        let (_, edges) = self.columns().nth(nearest)?;
        let band = edges.windows(2).position(|pair| pair[0] <= place.y && place.y < pair[1])?;
        Some((nearest, band))
    }
}

/// Quadrilaterals between columns, each of a lower and an upper corner.
fn add_strip(mesh: &mut Mesh, colour: Color32, columns: impl Iterator<Item = [Pos2; 2]>) {
    for (idx, column) in columns.enumerate() {
        let next = mesh.vertices.len() as u32;
        for corner in column {
            mesh.colored_vertex(corner, colour);
        }
        if idx > 0 {
            mesh.add_triangle(next - 2, next - 1, next);
            mesh.add_triangle(next - 1, next, next + 1);
        }
    }
}
