//! How probable a label is to the samples that have it and to those that do not, each against its fullest bar, and the threshold
//! between yes and no, which can be dragged.

use egui::{Align2, CursorIcon, RichText, Ui, Vec2};
use egui_plot::{AxisHints, Bar, BarChart, GridInput, GridMark, PlotPoint, Text, VLine};

use super::axes::{name_plot, share_marks, still_plot};
use crate::{
    bounds::Bounded,
    ui::{palette, theme},
};

/// Bars over the probabilities from 0 to 1.
const BINS: usize = 25;
/// Width around the line, in points, in which it can be taken hold of.
const GRIP: f32 = 12.0;

/// Samples by probability: those that have the label upward, those that do not downward.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScoreBars {
    /// Positives in each bin, the fullest of which is 1.
    pub positives: Vec<f64>,
    /// Negatives in each bin, the fullest of which is 1.
    pub negatives: Vec<f64>,
}

impl ScoreBars {
    /// Counts probabilities, each with whether the label is there.
    pub fn of(scores: impl Iterator<Item = (f64, bool)>) -> Self {
        let (mut positives, mut negatives) = (vec![0.0; BINS], vec![0.0; BINS]);
        for (p, is_there) in scores {
            let bin = ((p * BINS as f64) as usize).min(BINS - 1);
            if is_there { positives[bin] += 1.0 } else { negatives[bin] += 1.0 }
        }
        let heights = |counts: Vec<f64>| {
            let most = counts.iter().copied().fold(1.0, f64::max);
            counts.into_iter().map(|n| n / most).collect()
        };
        Self { positives: heights(positives), negatives: heights(negatives) }
    }
}

/// Draws the bars and the threshold; returns where the threshold was dragged to.
pub fn label_scores_chart(
    ui: &mut Ui,
    bars: &ScoreBars,
    threshold: Option<f64>,
    size: Vec2,
) -> (egui::Response, Option<f64>) {
    const NAME: &str = "Probabilities of a label";
    let is_dark = ui.visuals().dark_mode;
    let title = |text: &str| RichText::new(text).size(theme::sized(super::axes::TICK_SIZE));
    let x_axis =
        AxisHints::new_x().label(title("Probability of the label")).formatter(|mark, _| format!("{:.1}", mark.value));
    let y_axis = AxisHints::new_y().formatter(|_, _| String::new());
    let top = 1.16;
    let plot = still_plot(NAME, size, x_axis, y_axis)
        .x_grid_spacer(|input: GridInput| -> Vec<GridMark> { share_marks(input) })
        .show_grid([true, false])
        .grid_color(palette::line(is_dark));
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(-0.02..=1.02);
        plot_ui.set_plot_bounds_y(-top..=top);
        let width = 1.0 / BINS as f64;
        for (shares, sign, colour, name) in [
            (&bars.positives, 1.0, palette::positives(is_dark), "have the label"),
            (&bars.negatives, -1.0, palette::negatives(is_dark), "do not"),
        ] {
            let bar = |(bin, share): (usize, &f64)| {
                let middle = (bin as f64 + 0.5) * width;
                Bar::new(middle, sign * share).width(width * 0.94).fill(colour).stroke(egui::Stroke::NONE)
            };
            let found = shares.iter().enumerate().map(bar).collect();
            plot_ui.bar_chart(BarChart::new(name, found).allow_hover(false));
            let (corner, anchor) = if sign > 0.0 {
                (PlotPoint::new(1.0, top * 0.98), Align2::RIGHT_TOP)
            } else {
                (PlotPoint::new(1.0, -top * 0.98), Align2::RIGHT_BOTTOM)
            };
            let words = RichText::new(format!("samples that {name}")).size(theme::sized(13.0));
            plot_ui.text(Text::new("", corner, words).color(colour).anchor(anchor).allow_hover(false));
        }
        if let Some(threshold) = threshold {
            let line = VLine::new("threshold", threshold).color(palette::text(is_dark)).width(2.5);
            plot_ui.vline(line.allow_hover(false));
        }
    });
    name_plot(&shown.response, NAME);
    let Some(threshold) = threshold else { return (shown.response, None) };
    let at = |x: f32| shown.transform.value_from_position(egui::pos2(x, 0.0)).x.within(0.0, 1.0);
    let line = shown.transform.position_from_point(&PlotPoint::new(threshold, 0.0)).x;
    // The drag begins on the line, and goes on wherever the pointer goes.
    let grip = egui::Rect::from_x_y_ranges(line - GRIP..=line + GRIP, shown.response.rect.y_range());
    let held = ui.interact(grip, shown.response.id.with("threshold"), egui::Sense::drag());
    held.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Slider, true, "Threshold in the picture"));
    if held.hovered() || held.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let dragged = held.interact_pointer_pos().filter(|_| held.dragged()).map(|place| at(place.x));
    (shown.response, dragged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_measured_by_the_fullest_of_their_own_kind() {
        let bars = ScoreBars::of([(0.0, false), (0.01, false), (0.5, false), (1.0, true), (0.99, true)].into_iter());
        assert_eq!((bars.positives[BINS - 1], bars.positives.iter().sum::<f64>()), (1.0, 1.0));
        assert_eq!((bars.negatives[0], bars.negatives[BINS / 2]), (1.0, 0.5));
        assert_eq!(ScoreBars::of(std::iter::empty()).positives, vec![0.0; BINS]);
    }
}
