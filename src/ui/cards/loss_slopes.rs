//! Derivatives of the losses against p_t.

use egui::{Response, Ui};

use super::{
    Card, Drawn, Needs, View,
    loss_lines::{chart_ui, lines_grid},
};
use crate::{
    experiment::export::Grid,
    loss::LossCurve,
    numbers::three_digits,
    state::LossView,
    ui::{
        charts::{Classes, LossAxis},
        math::Formula,
        palette::Ink,
        widgets::marker_swatch,
    },
};

/// Derivatives of the losses.
pub(super) struct LossSlopes;

impl Card for LossSlopes {
    fn name(&self) -> &'static str {
        "Derivatives of losses"
    }

    fn title(&self, _: &View<'_>) -> String {
        "Easy samples pull less".to_owned()
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "How hard one sample pulls on its logit x_t (signed so that a larger x_t means a larger p_t)\ndL/dx_t = α_t (1 − p_t)^γ (γ p_t ln p_t + p_t − 1); CE: dL/dx_t = −α_t (1 − p_t)\ndL/dp_t = dL/dx_t ÷ (p_t (1 − p_t))".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let losses = &view.settings.losses;
        let slope = |gamma| {
            let curve = LossCurve::new(gamma, 1.0);
            curve.map_or_else(|_| String::new(), |curve| three_digits(axis(losses).value(curve.at(losses.p_t))))
        };
        let what = if losses.by_logit { "a sample pulls on its logit with" } else { "dL/dp_t is" };
        let (ce, focal) = (slope(0.0), slope(2.0));
        Some(format!("At p_t = {} {what} {ce} under CE and {focal} under focal loss with γ = 2.", losses.p_t))
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [364.0, 380.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let response = slopes_ui(view, ui);
        view.settings.losses.tidy();
        Some(Drawn::chart(response))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        lines_grid(&view.settings.losses, axis(&view.settings.losses))
    }
}

/// By which of the two the derivative is taken.
fn axis(losses: &LossView) -> LossAxis {
    if losses.by_logit { LossAxis::SlopeLogit } else { LossAxis::SlopeP }
}

/// The choice by which of the two the derivative is taken.
fn axis_choice_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.horizontal_wrapped(|ui| {
        let by_logit = &mut view.settings.losses.by_logit;
        ui.selectable_value(by_logit, true, "by logit").on_hover_text("dL/dx_t: what training works with");
        ui.selectable_value(by_logit, false, "by p_t").on_hover_text("dL/dp_t, which ends at −∞ for p_t → 0");
    });
}

fn slopes_ui(view: &mut View<'_>, ui: &mut Ui) -> Response {
    let curves = view.settings.losses.curves();
    if !view.is_figure {
        axis_choice_ui(view, ui);
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(3.0, 1.0);
        for line in curves.iter().filter(|line| line.is_shown) {
            // Marker and name stay on one line.
            if ui.available_size_before_wrap().x < 60.0 {
                ui.end_row();
            }
            marker_swatch(ui, Ink::Neutral(line.place));
            // With CE before them the γ alone are clear.
            Formula::new(line.name.trim_start_matches("Focal, ")).size(12.0).show(ui);
            ui.add_space(3.0);
        }
    });
    let axis = axis(&view.settings.losses);
    chart_ui(view, ui, "Derivative against p_t", axis)
}
