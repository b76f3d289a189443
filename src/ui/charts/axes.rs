//! What the charts over classes have in common: a plot that stays put, a class axis, a log axis, the marked class.

use std::collections::BTreeMap;

use egui::{Context, Response, RichText, TextStyle, Ui, Vec2};
use egui_plot::{AxisHints, GridInput, GridMark, Plot, PlotPoint, PlotResponse, PlotUi, Span};

use super::Classes;
use crate::{
    numbers::thousands,
    state::class_label,
    ui::{
        fit::{brief_sentence, fitting},
        palette, theme,
    },
};

/// Room for the numbers at the left, the same in charts that stand above each other.
const Y_AXIS_WIDTH: f32 = 46.0;
/// Size of axis numbers.
pub(super) const TICK_SIZE: f32 = 12.0;

/// A plot of a fixed size that neither drags nor zooms.
pub(super) fn still_plot<'a>(id: &'static str, size: Vec2, x_axis: AxisHints<'a>, y_axis: AxisHints<'a>) -> Plot<'a> {
    let font = theme::font(TICK_SIZE);
    Plot::new(id)
        .width(size.x.max(40.0))
        .height(size.y.max(40.0))
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .grid_fade(0.0)
        .show_x(false)
        .show_y(false)
        .set_margin_fraction(Vec2::ZERO)
        .label_formatter(|_| None)
        .custom_x_axes(vec![x_axis.tick_label_font(font.clone())])
        .custom_y_axes(vec![y_axis.tick_label_font(font).min_thickness(theme::sized(Y_AXIS_WIDTH))])
}

/// Class names below each class, cut where there are few classes, else as many as there is room for; none where a class is
/// narrower than the beginning of its name.
pub(super) fn class_axis<'a>(
    ctx: &Context,
    classes: &Classes,
    width: f32,
) -> (AxisHints<'a>, impl Fn(GridInput) -> Vec<GridMark> + 'a) {
    const CHARACTER: f32 = 7.5;
    const FEW: usize = 12;
    let n = classes.window.len();
    let longest = longest_label(classes);
    let width_of_class = (width - theme::sized(Y_AXIS_WIDTH)) / n.max(1) as f32;
    let character = theme::sized(CHARACTER);
    let room = width_of_class / character - 1.0;
    // A short name that is cut, as a number, says nothing; of long ones the beginning does.
    let can_be_cut = longest as f32 <= room || longest > 5;
    let (step, most) = if n <= FEW && room >= 3.0 && can_be_cut {
        (1, room as usize)
    } else {
        let shown = longest.min(FEW);
        (nice_step((shown as f32 + 1.0) / (room + 1.0).max(0.01)), shown)
    };
    // Marks stay with their classes when the window moves.
    let ranks: Vec<usize> =
        classes.window.clone().skip((step - classes.window.start % step) % step).step_by(step).collect();
    // Letters are not all as wide as the usual one.
    let most_width = (width_of_class * step as f32 - character).min(most as f32 * character);
    let font = theme::font(TICK_SIZE);
    let label = |rank: usize| fitting(ctx, &classes.label(rank), &font, most_width);
    let labels: BTreeMap<usize, String> = ranks.iter().map(|&rank| (rank, label(rank))).collect();
    let axis = AxisHints::new_x().label_spacing(egui::Rangef::new(1.0, 2.0)).formatter(move |mark, _| {
        let rank = mark.value.round();
        let is_class = rank >= 0.0 && (mark.value - rank).abs() < 1e-6;
        let label = if is_class { labels.get(&(rank as usize)) } else { None };
        label.cloned().unwrap_or_default()
    });
    let mark = |rank: usize| GridMark { value: rank as f64, step_size: 1e6 };
    (axis, move |_: GridInput| ranks.iter().copied().map(mark).collect())
}

/// Number of characters in the longest name of a shown class.
fn longest_label(classes: &Classes) -> usize {
    let length = |rank: usize| classes.label(rank).chars().count();
    if classes.names.is_empty() {
        // Numbers: the largest has most digits.
        return classes.order.iter().max().map_or(1, |&largest| class_label(&[], largest).len());
    }
    classes.window.clone().map(length).max().unwrap_or(1)
}

/// The next of 1, 2, 5, 10, 20, … that is at least as large.
fn nice_step(least: f32) -> usize {
    let mut step = 1;
    for factor in [2, 5, 10].iter().cycle().scan(1, |decade, &factor| {
        let value = *decade * factor;
        if factor == 10 {
            *decade *= 10;
        }
        Some(value)
    }) {
        if step as f32 >= least {
            break;
        }
        step = factor;
    }
    step
}

/// The name of an axis.
pub(super) fn axis_name(name: &str) -> RichText {
    RichText::new(name).size(theme::sized(TICK_SIZE))
}

/// Shares from 0 to 1.
pub(super) fn share_axis<'a>() -> AxisHints<'a> {
    AxisHints::new_y().formatter(|mark, _| format!("{:.1}", mark.value))
}

/// Marks of a share axis.
pub(super) fn share_marks(_: GridInput) -> Vec<GridMark> {
    (0..=5).map(|fifth| GridMark { value: f64::from(fifth) / 5.0, step_size: 1e6 }).collect()
}

/// Powers of ten, and three times each where there are few, on an axis that shows log₁₀ values.
pub(super) fn log_axis<'a>() -> AxisHints<'a> {
    AxisHints::new_y().label_spacing(egui::Rangef::new(1.0, 2.0)).formatter(|mark, _| log_label(mark))
}

/// What stands at a mark of [`log_marks`].
pub(super) fn log_label(mark: GridMark) -> String {
    let power = mark.value.floor() as i32;
    if mark.value - mark.value.floor() < 0.1 { decimal(1, power) } else { decimal(3, power) }
}

/// Marks at whole powers of ten, and at three times each where the axis is short.
pub(super) fn log_marks(input: GridInput) -> Vec<GridMark> {
    const SHORT: f64 = 2.8;
    let (low, high) = input.bounds;
    if !(low.is_finite() && high.is_finite()) {
        return Vec::new();
    }
    let step = ((high - low) / 6.0).ceil().max(1.0) as usize;
    let powers = (low.floor() as i32..=high.ceil() as i32).step_by(step).map(f64::from);
    let threes = powers.clone().filter(|_| high - low < SHORT).map(|power| power + 3_f64.log10());
    let is_inside = |value: &f64| (low..=high).contains(value);
    powers.chain(threes).filter(is_inside).map(|value| GridMark { value, step_size: 1e6 }).collect()
}

/// As [`log_marks`] for an axis of this height in points: where marks would lie on each other only powers of ten are left.
pub(super) fn log_marks_in(height: f32) -> impl Fn(GridInput) -> Vec<GridMark> {
    const PITCH: f32 = 18.0;
    /// Below the axis stand the names of classes.
    const BELOW: f32 = 24.0;
    move |input| {
        let mut marks = log_marks(input);
        if marks.len() as f32 * theme::sized(PITCH) > height - theme::sized(BELOW) {
            marks.retain(|mark| mark.value - mark.value.floor() < 0.1);
        }
        marks
    }
}

/// factor · 10^power as people write it.
fn decimal(factor: u64, power: i32) -> String {
    match power {
        0..=4 => thousands(factor * 10_u64.pow(power.unsigned_abs())),
        -3..=-1 => format!("{:.*}", power.unsigned_abs() as usize, factor as f64 * 10_f64.powi(power)),
        _ => format!("{factor}e{power}"),
    }
}

/// The next of 1, 2, 5, 10, … times a power of ten, so that an axis moves in steps while its window is moved.
pub(super) fn round_up(value: f64) -> f64 {
    if !(value > 0.0 && value.is_finite()) {
        return 1.0;
    }
    let decade = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0].map(|factor| factor * decade);
    steps.into_iter().find(|&top| top >= value).unwrap_or(value)
}

/// The band behind the marked class.
pub(super) fn mark_class(plot_ui: &mut PlotUi<'_>, classes: &Classes, is_dark: bool) {
    if let Some(rank) = classes.hovered {
        let centre = rank as f64;
        let colour = palette::hovered(is_dark);
        plot_ui.span(Span::new("", centre - 0.5..=centre + 0.5).fill(colour).border_width(0.0));
    }
}

/// Sets the part of the plane that is shown, a class wide on each side.
pub(super) fn fix_bounds(plot_ui: &mut PlotUi<'_>, classes: &Classes, y: [f64; 2]) {
    plot_ui.set_plot_bounds_x(classes.window.start as f64 - 0.6..=classes.window.end as f64 - 0.4);
    plot_ui.set_plot_bounds_y(y[0]..=y[1]);
}

/// The rank under the pointer.
pub(super) fn hovered_rank<R>(plot: &PlotResponse<R>, classes: &Classes) -> Option<usize> {
    let position = plot.response.hover_pos()?;
    let PlotPoint { x, .. } = plot.transform.value_from_position(position);
    rank_at(x, classes)
}

/// The shown class at a place on the axis.
pub(super) fn rank_at(x: f64, classes: &Classes) -> Option<usize> {
    let rank = x.round();
    (rank >= 0.0 && classes.window.contains(&(rank as usize))).then_some(rank as usize)
}

/// Names a plot for screen readers and tests.
pub(super) fn name_plot(response: &Response, name: &str) {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Figure, true, name));
}

/// A tooltip with a heading and lines of name and value; a name that would push its value away is cut.
pub(super) fn tooltip(response: Response, heading: &str, lines: &[(String, String)]) -> Response {
    const WIDEST_NAME: f32 = 420.0;
    response.on_hover_ui_at_pointer(|ui: &mut Ui| {
        ui.strong(brief_sentence(heading));
        let font = TextStyle::Body.resolve(ui.style());
        egui::Grid::new("tooltip").spacing([14.0, 2.0]).show(ui, |ui| {
            for (name, value) in lines {
                ui.label(fitting(ui.ctx(), name, &font, WIDEST_NAME));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.label(value));
                ui.end_row();
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_plain_numbers() {
        assert_eq!([0, 3, 4, 6, -2, -7].map(|k| decimal(1, k)), ["1", "1,000", "10,000", "1e6", "0.01", "1e-7"]);
        assert_eq!([-1, 0, 2].map(|k| decimal(3, k)), ["0.3", "3", "300"]);
        assert_eq!([1, 999, 1000, 1_234_567].map(thousands), ["1", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn an_axis_moves_in_steps() {
        assert_eq!([0.0, 2.3, 2.9, 0.07, 12.0, f64::NAN].map(round_up), [1.0, 3.0, 3.0, 0.07, 15.0, 1.0]);
    }

    #[test]
    fn steps_are_one_two_five_ten() {
        assert_eq!([0.5, 1.0, 1.5, 3.0, 7.0, 12.0, 60.0, 800.0].map(nice_step), [1, 1, 2, 5, 10, 20, 100, 1000]);
    }
}
