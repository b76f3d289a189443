//! What the pictures of losses against p_t have in common: the chart, the numbers as people read them, and the table.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::{View, buttons::play_on_space};
use crate::{
    experiment::export::{Cell, Grid},
    loss::LossCurve,
    state::LossView,
    ui::charts::{LossAxis, loss_chart},
};

/// What focal loss with γ = 2 leaves of cross entropy at the p_t that is read out.
pub(super) fn ratio_at_two(losses: &LossView) -> Option<f64> {
    LossCurve::new(2.0, 1.0).ok().map(|curve| curve.ratio_to_ce(losses.p_t))
}

/// The chart, its lines moved by pointer and arrow keys.
pub(super) fn chart_ui(view: &mut View<'_>, ui: &mut Ui, name: &'static str, axis: LossAxis) -> Response {
    let size = egui::vec2(ui.available_width(), ui.available_height().max(150.0));
    let curves = view.settings.losses.curves();
    let losses = &view.settings.losses;
    let drawn = loss_chart(ui, name, &curves, [losses.hard, losses.p_t], losses.line, axis, size);
    if let Some(p_t) = drawn.chosen {
        if drawn.is_grasped {
            view.settings.losses.grasp(p_t);
        }
        view.settings.losses.drag_to(p_t);
        drawn.response.request_focus();
    }
    if drawn.response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(drawn.response.id, filter));
        // With Shift first, as without it any modifier would do.
        for (modifiers, step) in [(Modifiers::SHIFT, 10), (Modifiers::NONE, 1)] {
            for (key, step) in [(Key::ArrowLeft, -step), (Key::ArrowRight, step)] {
                if ui.input_mut(|input| input.consume_key(modifiers, key)) {
                    view.settings.losses.step(step);
                }
            }
        }
        play_on_space(view, ui, &drawn.response);
    }
    drawn.response
}

/// A share in per cent with three digits at most.
pub(super) fn percent(share: Option<f64>) -> String {
    let Some(share) = share else { return "n/a".to_owned() };
    let percent = share * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        _ if percent < 0.01 => "less than 0.01 %".to_owned(),
        _ if percent < 0.995 => format!("{percent:.2} %"),
        // 100 % is said of all, not of nearly all; what a sum of shares lacks by rounding is nothing.
        _ if (99.9..100.0 - 1e-9).contains(&percent) => format!("{:.3} %", (percent * 1000.0).floor() / 1000.0),
        _ => format!("{percent:.1} %"),
    }
}

/// Every curve that is shown at every hundredth of p_t.
pub(super) fn lines_grid(losses: &LossView, axis: LossAxis) -> Grid {
    let curves: Vec<_> = losses.curves().into_iter().filter(|line| line.is_shown).collect();
    let header = std::iter::once("p_t".to_owned()).chain(curves.iter().map(|line| line.name.clone())).collect();
    let row = |hundredth: i32| {
        let p_t = f64::from(hundredth) / 100.0;
        let values = curves.iter().map(|line| Cell::Number(axis.value(line.curve.at(p_t))));
        std::iter::once(Cell::Number(p_t)).chain(values).collect()
    };
    Grid { header, rows: (1..100).map(row).collect(), ..Grid::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_without_rounding_to_all_or_nothing() {
        let shares = [0.0, 1e-9, 0.005, 0.43, 0.9999, 0.999_999_999, 1.0];
        let expected = ["0 %", "less than 0.01 %", "0.50 %", "43.0 %", "99.990 %", "99.999 %", "100.0 %"];
        assert_eq!(shares.map(|share| percent(Some(share))), expected);
        assert_eq!(percent(None), "n/a");
    }
}
