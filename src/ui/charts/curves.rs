//! A figure over epochs, one line an objective, with marks where something was changed, went wrong, or is looked back at.

use egui::{Align2, RichText, Ui, Vec2};
use egui_plot::{AxisHints, Line, LineStyle, MarkerShape, PlotPoint, PlotUi, Points, Span, Text, VLine};

use super::axes::{TICK_SIZE, axis_name, name_plot, round_up, share_axis, share_marks, still_plot, tooltip};
use crate::{
    bounds::Bounded,
    numbers::thousands,
    state::ChangeMark,
    ui::{
        fit::{brief, brief_sentence, fitting, shorten},
        palette::{self, Ink},
        theme,
    },
};

/// One objective's line.
#[derive(Debug, Clone)]
pub struct Curve {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// [epoch, value], in the order of epochs.
    pub points: Vec<[f64; 2]>,
    /// The epoch in which it diverged.
    pub diverged: Option<u64>,
}

/// What the lines are seen against.
#[derive(Debug, Clone, Copy)]
pub struct CurvesLook<'a> {
    /// The epoch at which the axis ends; where lines go on, it ends with them.
    pub end: u64,
    /// What is counted: epochs, or iterations of a solver.
    pub unit: &'static str,
    /// Whether the figure is a share.
    pub is_share: bool,
    /// What was changed, and when.
    pub changes: &'a [ChangeMark],
    /// The epoch that is looked back at.
    pub looked_at: Option<u64>,
}

/// Lines over epochs from 0 to the end; shares on a fixed scale from 0 to 1, other figures from 0 to the largest value of
/// those that have not diverged.
pub fn curves_chart(ui: &mut Ui, name: &str, curves: &[Curve], look: CurvesLook<'_>, size: Vec2) -> egui::Response {
    let is_dark = ui.visuals().dark_mode;
    let top = if look.is_share { 1.045 } else { top_of(curves) };
    let bottom = if look.is_share { -0.045 } else { 0.0 };
    let ends = curves.iter().filter_map(|curve| curve.points.last()).map(|point| point[0]);
    let last = ends.fold(look.end as f64, f64::max);
    let x_axis =
        AxisHints::new_x().label(axis_name(look.unit)).formatter(|mark, _| thousands(mark.value.max(0.0) as u64));
    let y_axis = if look.is_share { share_axis() } else { AxisHints::new_y() };
    let mut plot = still_plot("curves", size, x_axis, y_axis.label(axis_name(name)))
        .show_grid([false, true])
        .grid_color(palette::line(is_dark));
    if look.is_share {
        plot = plot.y_grid_spacer(share_marks);
    }
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.01 * last..=last * 1.03);
        plot_ui.set_plot_bounds_y(bottom..=top);
        draw_changes(plot_ui, look.changes, [last, top, bottom], size.x, is_dark);
        for curve in curves {
            draw_curve(plot_ui, curve, [bottom, top], is_dark);
        }
        for (epoch, words) in divergences(curves, 0.25 * last) {
            // Below the crosses, where the lines rarely are.
            let height = bottom + 0.12 * (top - bottom);
            let font = theme::font(TICK_SIZE);
            let words = fitting(plot_ui.ctx(), &words, &font, 0.4 * size.x);
            let words = RichText::new(format!("  {words}")).size(theme::sized(TICK_SIZE));
            let anchor = if epoch < 0.7 * last { Align2::LEFT_CENTER } else { Align2::RIGHT_CENTER };
            let words = Text::new("", PlotPoint::new(epoch, height), words).anchor(anchor);
            plot_ui.text(words.color(palette::error(is_dark)).allow_hover(false));
        }
        if let Some(epoch) = look.looked_at {
            let line = VLine::new("looked at", epoch as f64).color(palette::accent(is_dark)).width(2.0);
            plot_ui.vline(line.allow_hover(false));
        }
    });
    name_plot(&shown.response, name);
    let Some(position) = shown.response.hover_pos() else { return shown.response };
    let epoch = shown.transform.value_from_position(position).x.max(0.0);
    let reach = 6.0 * shown.transform.dvalue_dpos()[0].abs();
    let mut lines: Vec<(String, String)> = curves
        .iter()
        .filter_map(|curve| {
            let place = curve.points.partition_point(|point| point[0] < epoch);
            let point = curve.points.get(place).or(curve.points.last())?;
            Some((curve.name.clone(), format!("{:.3}", point[1])))
        })
        .collect();
    let is_near = |from: u64, until: u64| (from as f64 - reach..=until as f64 + reach).contains(&epoch);
    for curve in curves {
        if let Some(diverged) = curve.diverged.filter(|&diverged| is_near(diverged, diverged)) {
            lines.push((format!("{} diverged", brief(&curve.name)), format!("in epoch {diverged}")));
        }
    }
    for mark in look.changes.iter().filter(|mark| is_near(mark.epoch, mark.until)) {
        lines.push((brief_sentence(&mark.change.to_string()).into_owned(), after(mark)));
    }
    tooltip(shown.response, &format!("{name}, {} {epoch:.0}", look.unit.to_lowercase()), &lines)
}

/// When a change was made, in words.
fn after(mark: &ChangeMark) -> String {
    if mark.until > mark.epoch {
        format!("after epochs {} to {}", mark.epoch, mark.until)
    } else {
        format!("after epoch {}", mark.epoch)
    }
}

/// The end of the axis: an objective that has diverged does not press the others flat.
fn top_of(curves: &[Curve]) -> f64 {
    let highest = |is_counted: &dyn Fn(&Curve) -> bool| {
        let counted = curves.iter().filter(|curve| is_counted(curve));
        counted.flat_map(|curve| &curve.points).map(|point| point[1]).fold(0.0, f64::max)
    };
    let sound = highest(&|curve| curve.diverged.is_none());
    let first = curves.iter().filter_map(|curve| curve.points.first()).map(|point| point[1]).fold(0.0, f64::max);
    round_up(if sound > 0.0 { sound } else { first })
}

/// Characters of a name that stand in the picture at most.
const MOST_OF_A_NAME: usize = 24;

/// Where objectives diverged, and which; those within this many epochs of each other in one go.
fn divergences(curves: &[Curve], reach: f64) -> Vec<(f64, String)> {
    let mut places: Vec<(f64, &str)> =
        curves.iter().filter_map(|curve| Some((curve.diverged? as f64, curve.name.as_str()))).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut told: Vec<(f64, Vec<&str>)> = Vec::new();
    for (epoch, name) in places {
        match told.last_mut().filter(|(first, _)| epoch - *first <= reach) {
            Some((_, names)) => names.push(name),
            None => told.push((epoch, vec![name])),
        }
    }
    let words = |names: Vec<&str>| match names[..] {
        [name] => format!("{} diverged", shorten(name, MOST_OF_A_NAME)),
        _ => format!("{} diverged", names.len()),
    };
    told.into_iter().map(|(epoch, names)| (epoch, words(names))).collect()
}

fn draw_curve(plot_ui: &mut PlotUi<'_>, curve: &Curve, [bottom, top]: [f64; 2], is_dark: bool) {
    const RADIUS: f32 = 5.0;
    let colour = palette::objective(curve.colour, is_dark);
    let line = Line::new(&curve.name, curve.points.clone()).color(colour).width(2.0).style(line_style(curve.colour));
    plot_ui.line(line.allow_hover(false));
    let end = curve.points.last();
    match (curve.diverged, end) {
        (None, Some(&end)) => {
            let marker = Points::new(&curve.name, vec![end]).shape(palette::marker(curve.colour));
            plot_ui.points(marker.radius(RADIUS).color(colour).filled(true).allow_hover(false));
        }
        (Some(epoch), end) => {
            // Where the figure has left the picture, at its edge.
            let margin = 0.04 * (top - bottom);
            let value = end.map_or(top, |end| end[1]).within(bottom + margin, top - margin);
            let place = vec![[epoch as f64, value]];
            let cross = Points::new(&curve.name, place).shape(MarkerShape::Cross).radius(RADIUS + 3.0);
            plot_ui.points(cross.color(palette::error(is_dark)).allow_hover(false));
        }
        (None, None) => {}
    }
}

/// A thin line for each change, a band where it took a while, and its words where there is room.
fn draw_changes(
    plot_ui: &mut PlotUi<'_>,
    changes: &[ChangeMark],
    [last, top, bottom]: [f64; 3],
    width: f32,
    is_dark: bool,
) {
    const CHARACTER: f32 = 6.5;
    const ROWS: usize = 3;
    let ink = palette::weak_text(is_dark);
    // How far along each row the words reach, as a share of the axis.
    let mut rows = [0.0_f32; ROWS];
    for mark in changes {
        let (from, until) = (mark.epoch as f64, mark.until as f64);
        if until > from {
            plot_ui.span(Span::new("", from..=until).fill(ink.gamma_multiply(0.15)).border_width(0.0));
        }
        let style = LineStyle::Dashed { length: 3.0 };
        plot_ui.vline(VLine::new("change", until).color(ink).width(1.2).style(style).allow_hover(false));
        let text = mark.change.to_string();
        let start = (until / last.max(1.0)) as f32;
        let length = CHARACTER * (text.chars().count() + 2) as f32 / width.max(1.0);
        // Towards the side with room.
        let (anchor, reach) = if start + length < 1.0 {
            (Align2::LEFT_TOP, [start, start + length])
        } else {
            (Align2::RIGHT_TOP, [start - length, start])
        };
        let free = rows.iter().position(|&end| reach[0] >= end);
        if let Some(row) = free.filter(|_| reach[0] >= 0.0) {
            rows[row] = reach[1];
            let height = top - (top - bottom) * 0.09 * (row as f64 + 0.1);
            let words = RichText::new(format!(" {text} ")).size(theme::sized(TICK_SIZE));
            let words = Text::new("", PlotPoint::new(until, height), words).anchor(anchor);
            plot_ui.text(words.color(ink).allow_hover(false));
        }
    }
}

/// Lines differ in style too, so that colour is not alone.
pub(super) fn line_style(colour: usize) -> LineStyle {
    Ink::Objective(colour).line_style()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objectives_that_diverge_together_are_told_in_one_go() {
        let curve = |name: &str, diverged| Curve { name: name.to_owned(), colour: 0, points: Vec::new(), diverged };
        let curves = [curve("CE", Some(3)), curve("Focal", None), curve("CB", Some(1)), curve("Late", Some(90))];
        let expected = [(1.0, "2 diverged".to_owned()), (90.0, "Late diverged".to_owned())];
        assert_eq!(divergences(&curves, 50.0), expected);
    }

    #[test]
    fn an_objective_that_diverged_does_not_press_the_others_flat() {
        let curve = |values: &[f64], diverged| {
            let points = values.iter().enumerate().map(|(epoch, &value)| [epoch as f64, value]).collect();
            Curve { name: String::new(), colour: 0, points, diverged }
        };
        assert_eq!(top_of(&[curve(&[2.0, 1.0], None), curve(&[2.3, 1e9], Some(1))]), 2.0);
        assert_eq!(top_of(&[curve(&[2.3, 1e9], Some(1))]), 3.0);
        assert_eq!(top_of(&[]), 1.0);
    }
}
