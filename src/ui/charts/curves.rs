//! A figure over epochs, one line an objective.

use egui::{Ui, Vec2};
use egui_plot::{AxisHints, Line, LineStyle, Points};

use super::axes::{name_plot, round_up, share_axis, share_marks, still_plot, thousands, tooltip};
use crate::ui::palette;

/// One objective's line.
#[derive(Debug, Clone)]
pub struct Curve {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// [epoch, value], in the order of epochs.
    pub points: Vec<[f64; 2]>,
}

/// Lines over epochs from 0 to `goal`; shares on a fixed scale from 0 to 1, other figures from 0 to their largest value.
pub fn curves_chart(
    ui: &mut Ui,
    name: &str,
    curves: &[Curve],
    goal: u64,
    is_share: bool,
    size: Vec2,
) -> egui::Response {
    let is_dark = ui.visuals().dark_mode;
    let values = || curves.iter().flat_map(|curve| &curve.points).map(|point| point[1]);
    let top = if is_share { 1.045 } else { round_up(values().fold(0.0, f64::max)) };
    let last = curves.iter().filter_map(|curve| curve.points.last()).map(|point| point[0]).fold(goal as f64, f64::max);
    let x_axis = AxisHints::new_x().formatter(|mark, _| thousands(mark.value.max(0.0) as u64));
    let y_axis = if is_share { share_axis() } else { AxisHints::new_y() };
    let mut plot =
        still_plot("curves", size, x_axis, y_axis).show_grid([false, true]).grid_color(palette::line(is_dark));
    if is_share {
        plot = plot.y_grid_spacer(share_marks);
    }
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.01 * last..=last * 1.03);
        plot_ui.set_plot_bounds_y(if is_share { -0.045 } else { 0.0 }..=top);
        for curve in curves {
            let colour = palette::objective(curve.colour, is_dark);
            let line =
                Line::new(&curve.name, curve.points.clone()).color(colour).width(2.0).style(line_style(curve.colour));
            plot_ui.line(line.allow_hover(false));
            if let Some(&end) = curve.points.last() {
                let marker = Points::new(&curve.name, vec![end]).shape(palette::marker(curve.colour));
                plot_ui.points(marker.radius(5.0).color(colour).filled(true).allow_hover(false));
            }
        }
    });
    name_plot(&shown.response, name);
    let Some(position) = shown.response.hover_pos() else { return shown.response };
    let epoch = shown.transform.value_from_position(position).x.max(0.0);
    let lines: Vec<(String, String)> = curves
        .iter()
        .filter_map(|curve| {
            let place = curve.points.partition_point(|point| point[0] < epoch);
            let point = curve.points.get(place).or(curve.points.last())?;
            Some((curve.name.clone(), format!("{:.3}", point[1])))
        })
        .collect();
    tooltip(shown.response, &format!("{name}, epoch {epoch:.0}"), &lines)
}

/// Lines differ in style too, so that colour is not alone.
pub(super) fn line_style(colour: usize) -> LineStyle {
    match colour % 4 {
        1 => LineStyle::Dashed { length: 9.0 },
        2 => LineStyle::Dashed { length: 4.0 },
        _ => LineStyle::Solid,
    }
}
