//! Macro recall over epochs on several seeds: a thin line for each behind the mean.

use egui::{Response, Ui, Vec2};
use egui_plot::{AxisHints, Line, Points};

use super::{
    axes::{name_plot, share_axis, share_marks, still_plot, tooltip},
    curves::line_style,
};
use crate::{experiment::Estimate, numbers::thousands, ui::palette};

/// Thin lines that are drawn of one objective at most; the mean is over all.
pub const MOST_THIN_LINES: usize = 25;

/// One objective's lines.
#[derive(Debug, Clone)]
pub struct SeedCurves<'a> {
    /// The objective's name.
    pub name: &'a str,
    /// The objective's colour.
    pub colour: usize,
    /// (epoch, macro recall) on each seed, in the order of epochs.
    pub seeds: Vec<&'a [(u64, f64)]>,
    /// (epoch, mean over seeds), in the order of epochs.
    pub mean: &'a [(u64, Estimate)],
}

/// Lines over epochs from 0 to the last one, on a fixed scale from 0 to 1.
pub fn seed_curves_chart(
    ui: &mut Ui,
    name: &'static str,
    curves: &[SeedCurves<'_>],
    n_epochs: u64,
    size: Vec2,
) -> Response {
    let is_dark = ui.visuals().dark_mode;
    let last = n_epochs.max(1) as f64;
    let x_axis = AxisHints::new_x().formatter(|mark, _| thousands(mark.value.max(0.0) as u64));
    let plot = still_plot(name, size, x_axis, share_axis())
        .y_grid_spacer(share_marks)
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.01 * last..=last * 1.03);
        plot_ui.set_plot_bounds_y(-0.045..=1.045);
        for curve in curves {
            let thin = palette::objective(curve.colour, is_dark).gamma_multiply(0.4);
            for seed in curve.seeds.iter().take(MOST_THIN_LINES) {
                let points: Vec<[f64; 2]> = seed.iter().map(|&(epoch, recall)| [epoch as f64, recall]).collect();
                plot_ui.line(Line::new(curve.name, points).color(thin).width(1.0).allow_hover(false));
            }
        }
        for curve in curves {
            let colour = palette::objective(curve.colour, is_dark);
            let points: Vec<[f64; 2]> = curve.mean.iter().map(|(epoch, mean)| [*epoch as f64, mean.mean]).collect();
            let end = points.last().copied();
            let line = Line::new(curve.name, points).color(colour).width(2.5).style(line_style(curve.colour));
            plot_ui.line(line.allow_hover(false));
            let marker = Points::new(curve.name, end.into_iter().collect::<Vec<_>>());
            let marker = marker.shape(palette::marker(curve.colour)).radius(5.0).color(colour).filled(true);
            plot_ui.points(marker.allow_hover(false));
        }
    });
    name_plot(&shown.response, name);
    let Some(position) = shown.response.hover_pos() else { return shown.response };
    let epoch = shown.transform.value_from_position(position).x.max(0.0);
    let read_out = |curve: &SeedCurves<'_>| {
        let place = curve.mean.partition_point(|(known, _)| (*known as f64) < epoch);
        let (known, mean) = curve.mean.get(place).or(curve.mean.last())?;
        Some((*known, (curve.name.to_owned(), mean.to_text(3))))
    };
    let (epochs, lines): (Vec<u64>, Vec<_>) = curves.iter().filter_map(read_out).unzip();
    let epoch = epochs.first().copied().unwrap_or_default();
    tooltip(shown.response, &format!("{name}, epoch {}", thousands(epoch)), &lines)
}
