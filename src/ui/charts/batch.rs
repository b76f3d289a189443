//! Slow motion: the samples of the next batch lit, and arrows where its gradient moves the boundaries.

use egui::{Painter, Rect, RichText, Stroke, Ui, Vec2};

use super::marks::on_screen;
use crate::ui::theme;
use crate::{
    bounds::Bounded,
    state::{BatchPlotData, PlotData},
    ui::palette,
};

/// Longest arrow, as a share of the picture's side.
const LONGEST: f64 = 0.13;
/// Length of the arrow in the middle of all, as a share of the longest.
const MIDDLE: f64 = 0.45;

/// How many times as long as the shifts all arrows are drawn, so that they can be compared: the one in the middle is well
/// seen, in steps of 1, 2, 5, 10, … so that it rarely changes; `None` where nothing moves.
pub(super) fn common_scale<'a>(batches: impl Iterator<Item = &'a BatchPlotData>, plot_data: &PlotData) -> Option<f64> {
    let mut lengths: Vec<f64> = batches.flat_map(|batch| &batch.shifts).map(|shift| length(shift.by)).collect();
    lengths.retain(|length| *length > 0.0);
    lengths.sort_by(f64::total_cmp);
    let middle = lengths.get(lengths.len() / 2)?;
    let side = plot_data.bounds.max[0] - plot_data.bounds.min[0];
    let wanted = LONGEST * MIDDLE * side / middle;
    let decade = 10_f64.powf(wanted.log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|factor| factor * decade);
    steps.into_iter().find(|&step| step <= wanted * 1.0001)
}

fn length([x, y]: [f64; 2]) -> f64 {
    x.hypot(y)
}

/// Draws the lit samples and the arrows of one objective; `rank_of_class` gives each class its colour.
pub(super) fn draw_batch(
    painter: &Painter,
    plot_data: &PlotData,
    batch: &BatchPlotData,
    scale: Option<f64>,
    frame: Rect,
    rank_of_class: &[usize],
    is_dark: bool,
) {
    let radius = (frame.width() / 55.0).within(2.5, 6.0);
    let (ink, ground) = (palette::text(is_dark), palette::card(is_dark));
    for &(place, class_idx) in &batch.lit {
        let centre = on_screen(plot_data, place, frame);
        let rank = rank_of_class.get(class_idx as usize).copied().unwrap_or(0);
        painter.circle_filled(centre, radius + 1.6, ground);
        painter.circle(centre, radius, palette::hue(rank, rank_of_class.len(), is_dark), Stroke::new(1.6, ink));
    }
    let Some(scale) = scale else { return };
    let pixels = f64::from(frame.width()) / (plot_data.bounds.max[0] - plot_data.bounds.min[0]);
    for shift in &batch.shifts {
        let drawn = (length(shift.by) * scale * pixels).min(LONGEST * f64::from(frame.width()));
        // Shorter ones are dots that say nothing.
        if drawn < 3.0 {
            continue;
        }
        let factor = drawn / length(shift.by);
        let along = egui::vec2((shift.by[0] * factor) as f32, (-shift.by[1] * factor) as f32);
        let from = on_screen(plot_data, shift.at.map(|x| x as f32), frame);
        arrow(painter, from, along, Stroke::new(4.5, ground));
        arrow(painter, from, along, Stroke::new(2.2, ink));
    }
}

/// An arrow whose head fits its length.
fn arrow(painter: &Painter, from: egui::Pos2, along: Vec2, stroke: Stroke) {
    let head = (along.length() * 0.45).min(7.0);
    let tip = from + along;
    let direction = along.normalized();
    painter.line_segment([from, tip], stroke);
    for side in [0.42_f32, -0.42] {
        let barb = egui::emath::Rot2::from_angle(side) * -direction;
        painter.line_segment([tip, tip + head * barb], stroke);
    }
}

/// What is lit and what the arrows mean, in a line; nothing where no batch is shown.
pub fn batch_legend_ui<'a>(
    ui: &mut Ui,
    plot_data: &PlotData,
    (batch, n_batches): (u64, Option<u64>),
    batches: impl Iterator<Item = &'a BatchPlotData> + Clone,
) {
    let Some(first) = batches.clone().next() else { return };
    let arrows = match common_scale(batches, plot_data) {
        Some(scale) => format!(", arrows × {}: where its gradient moves the boundary", in_words(scale)),
        None => String::new(),
    };
    let of = n_batches.map_or(String::new(), |n| format!(" of {n}"));
    let text = format!("Next: batch {}{of}, {} samples lit{arrows}", batch + 1, first.n_samples);
    let hint = "The batch that the next step looks at. An arrow begins on the boundary between two classes i and j and shows its shift −Δd/‖∇d‖ along the normal, with d = z_i − z_j and Δd its change under a step η against this batch's gradient alone, without momentum; drawn so many times as long, and cut where it would be longer than 13 % of the picture";
    ui.add(egui::Label::new(RichText::new(&text).size(theme::sized(12.0))).truncate())
        .on_hover_text(format!("{text}\n{hint}"));
}

fn in_words(scale: f64) -> String {
    if scale >= 1.0 { crate::numbers::thousands(scale.round() as u64) } else { crate::experiment::short(scale) }
}
