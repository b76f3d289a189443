//! Curves over the number of samples of a class, both axes log, with the classes of the experiment marked on them.

use egui::{Ui, Vec2};
use egui_plot::{AxisHints, Line, Points};

use super::{
    Classes,
    axes::{log_axis, log_label, log_marks, name_plot, still_plot, tooltip},
};
use crate::{
    numbers::{thousands, three_digits},
    ui::palette::{self, Ink},
};

/// A curve over counts.
#[derive(Debug, Clone)]
pub struct TermCurve {
    /// What it shows.
    pub name: String,
    /// What it is drawn in.
    pub ink: Ink,
    /// [n, value], both above 0, in rising order of n.
    pub points: Vec<[f64; 2]>,
    /// [n, value] of the classes of the experiment.
    pub classes: Vec<[f64; 2]>,
}

/// Draws curves over counts; pointing reads out the values at the nearest count of the first curve.
pub fn terms_chart(
    ui: &mut Ui,
    classes: &Classes,
    name: &'static str,
    curves: &[TermCurve],
    size: Vec2,
) -> egui::Response {
    let is_dark = ui.visuals().dark_mode;
    let place = |point: &[f64; 2]| [point[0].log10(), point[1].log10()];
    let placed: Vec<[f64; 2]> = curves.iter().flat_map(|curve| &curve.points).map(place).collect();
    let right = placed.iter().map(|point| point[0]).fold(0.3, f64::max);
    let low = placed.iter().map(|point| point[1]).fold(0.0, f64::min);
    let x_axis = AxisHints::new_x().label_spacing(egui::Rangef::new(1.0, 2.0)).formatter(|mark, _| log_label(mark));
    let plot = still_plot(name, size, x_axis, log_axis())
        .x_grid_spacer(log_marks)
        .y_grid_spacer(log_marks)
        .show_grid([true, true])
        .grid_color(palette::line(is_dark));
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.04 * right..=right * 1.06);
        plot_ui.set_plot_bounds_y(low * 1.06 - 0.02..=0.06 - 0.04 * low);
        let marked = classes.hovered.map(|rank| classes.counts[rank]).filter(|&n| n > 0);
        if let Some(n) = marked {
            let x = (n as f64).log10();
            let line = Line::new("", vec![[x, low * 2.0 - 1.0], [x, 1.0]]).color(palette::weak_text(is_dark));
            plot_ui.line(line.width(1.0).allow_hover(false));
        }
        for curve in curves {
            let colour = curve.ink.colour(is_dark);
            let points: Vec<[f64; 2]> = curve.points.iter().map(place).collect();
            let line = Line::new(&curve.name, points).color(colour).width(2.0).style(curve.ink.line_style());
            plot_ui.line(line.allow_hover(false));
            let points: Vec<[f64; 2]> = curve.classes.iter().map(place).collect();
            let (marker, is_filled) = curve.ink.marker();
            let markers = Points::new(&curve.name, points).shape(marker).radius(4.0);
            plot_ui.points(markers.color(colour).filled(is_filled).allow_hover(false));
        }
    });
    name_plot(&shown.response, name);
    let Some(position) = shown.response.hover_pos() else { return shown.response };
    let x = 10_f64.powf(shown.transform.value_from_position(position).x);
    let nearest = |curve: &TermCurve| {
        let place = curve.points.partition_point(|point| point[0] < x);
        curve.points.get(place).or(curve.points.last()).copied()
    };
    let Some([n, _]) = curves.first().and_then(nearest) else { return shown.response };
    let lines: Vec<(String, String)> =
        curves.iter().filter_map(|curve| Some((curve.name.clone(), three_digits(nearest(curve)?[1])))).collect();
    tooltip(shown.response, &format!("A class of {} samples", thousands(n as u64)), &lines)
}
