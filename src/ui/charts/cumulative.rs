//! Cumulative share of the loss over the share of samples, the easiest first.

use egui::{Ui, Vec2};
use egui_plot::{AxisHints, GridMark, Line, LineStyle, Points};

use super::axes::{name_plot, share_axis, share_marks, still_plot, tooltip};
use crate::{
    bounds::Bounded,
    ui::palette::{self, Ink},
};

/// Markers on a curve, that colour is not alone.
const MARKERS: usize = 5;

/// A curve from (0, 0) to (1, 1).
#[derive(Debug, Clone)]
pub struct CumulativeCurve<'a> {
    /// Whose samples they are.
    pub name: &'static str,
    /// What it is drawn in.
    pub ink: Ink,
    /// Shares of the loss at even steps of the share of samples.
    pub shares: &'a [f64],
}

/// The curves, and the diagonal on which they would lie if every sample owned as much as any other.
pub fn cumulative_chart(ui: &mut Ui, name: &str, curves: &[CumulativeCurve<'_>], size: Vec2) -> egui::Response {
    let is_dark = ui.visuals().dark_mode;
    let percent_marks = |_| (0..=5).map(|fifth| GridMark { value: f64::from(fifth) / 5.0, step_size: 1e6 }).collect();
    let x_axis =
        AxisHints::new_x().label("Share of samples, easiest first").formatter(|mark, _| format!("{:.1}", mark.value));
    let plot = still_plot("cumulative", size, x_axis, share_axis())
        .show_grid([true, true])
        .grid_color(palette::line(is_dark))
        .x_grid_spacer(percent_marks)
        .y_grid_spacer(share_marks);
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.01..=1.03);
        plot_ui.set_plot_bounds_y(-0.02..=1.03);
        let diagonal = Line::new("diagonal", vec![[0.0, 0.0], [1.0, 1.0]]).style(LineStyle::Dashed { length: 6.0 });
        plot_ui.line(diagonal.color(palette::weak_text(is_dark)).width(1.0).allow_hover(false));
        for curve in curves {
            let colour = curve.ink.colour(is_dark);
            let steps = curve.shares.len().saturating_sub(1).max(1);
            let points: Vec<[f64; 2]> =
                curve.shares.iter().enumerate().map(|(step, &share)| [step as f64 / steps as f64, share]).collect();
            // Curves differ most on their right half.
            let places = (1..=MARKERS).map(|mark| steps - mark * steps / (2 * MARKERS));
            let marked: Vec<[f64; 2]> = places.filter_map(|place| points.get(place)).copied().collect();
            let line = Line::new(curve.name, points).color(colour).width(2.5).style(curve.ink.line_style());
            plot_ui.line(line.allow_hover(false));
            let (marker, is_filled) = curve.ink.marker();
            let markers = Points::new(curve.name, marked).shape(marker).radius(4.5);
            plot_ui.points(markers.color(colour).filled(is_filled).allow_hover(false));
        }
    });
    name_plot(&shown.response, name);
    let Some(position) = shown.response.hover_pos() else { return shown.response };
    let share = shown.transform.value_from_position(position).x.within(0.0, 1.0);
    let lines: Vec<(String, String)> = curves
        .iter()
        .map(|curve| {
            let step = (share * curve.shares.len().saturating_sub(1) as f64).round() as usize;
            let owned = curve.shares.get(step).copied().unwrap_or(1.0) * 100.0;
            (curve.name.to_owned(), format!("easiest {owned:.1} %, the rest {:.1} %", 100.0 - owned))
        })
        .collect();
    tooltip(shown.response, &format!("The easiest {:.1} % of samples own of the loss", share * 100.0), &lines)
}
