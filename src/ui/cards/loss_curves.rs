//! Losses against p_t, with what each is at one p_t beside them.

use egui::{Grid as Columns, Response, RichText, ScrollArea, Ui};

use super::{
    Card, Drawn, Needs, View,
    buttons::log_switch_ui,
    loss_lines::{chart_ui, lines_grid, number, percent, ratio_at_two, signed},
    scheme_list::figure,
};
use crate::{
    experiment::export::Grid,
    state::LossView,
    ui::{
        charts::{Classes, LossAxis},
        palette::Ink,
        widgets::{Limits, NumberField, toggle_swatch},
    },
};

/// Width of the read-out beside the curves; where there is no room for it, it stands above them.
const READ_OUT: f32 = 372.0;

/// Loss curves.
pub(super) struct LossCurves;

impl Card for LossCurves {
    fn name(&self) -> &'static str {
        "Loss curves"
    }

    fn title(&self, view: &View<'_>) -> String {
        let losses = &view.settings.losses;
        format!("At p_t = {} focal loss with γ = 2 is {} of cross entropy", losses.p_t, percent(ratio_at_two(losses)))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "L = −α_t (1 − p_t)^γ ln p_t: cross entropy with γ = 0 and α_t = 1, α-balanced cross entropy with another α_t\np_t is the probability that the model gives to what is true (Lin et al., ICCV 2017, figure 1)".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let losses = &view.settings.losses;
        Some(format!(
            "Focal loss multiplies cross entropy by (1 − p_t)^γ: samples that are already right hardly count, hard ones nearly as before. With γ = 2 the factor is {} at p_t = {}; with γ = 0 it is 1 everywhere. α_t only scales a curve, so it does not tell easy from hard.",
            ratio_at_two(losses).map_or_else(String::new, number),
            losses.p_t,
        ))
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [274.0, 580.0]
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        log_switch_ui(ui, &mut view.settings.losses.log_loss);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let response = curves_ui(view, ui);
        view.settings.losses.tidy();
        Some(Drawn::chart(response))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        lines_grid(&view.settings.losses, LossAxis::Loss)
    }
}

fn curves_ui(view: &mut View<'_>, ui: &mut Ui) -> Response {
    let axis = if view.settings.losses.log_loss { LossAxis::LogLoss } else { LossAxis::Loss };
    let total = ui.available_size();
    let is_narrow = total.x < READ_OUT + 300.0;
    if is_narrow {
        read_out_ui(view, ui);
        return chart_ui(view, ui, "Loss against p_t", axis);
    }
    ui.horizontal_top(|ui| {
        let chart = egui::vec2(total.x - READ_OUT - 12.0, total.y);
        let chart = ui.allocate_ui(chart, |ui| chart_ui(view, ui, "Loss against p_t", axis)).inner;
        ui.vertical(|ui| {
            let scroll = ScrollArea::vertical().id_salt("read-out").auto_shrink(false);
            scroll.show(ui, |ui| read_out_ui(view, ui));
        });
        chart
    })
    .inner
}

/// p_t and α_t to set, and what each loss is there; a tick shows a curve.
fn read_out_ui(view: &mut View<'_>, ui: &mut Ui) {
    let losses = &mut view.settings.losses;
    ui.horizontal(|ui| {
        let hint = "Probability that the model gives to what is true; drag the line in the chart, or press ← and → there (Shift: tenfold)";
        ui.label("p_t").on_hover_text(hint);
        let p_t = NumberField::new("p_t", &mut losses.p_t).speed(0.002);
        p_t.limits(Limits::Within(LossView::EDGE, 1.0 - LossView::EDGE)).show(ui).on_hover_text(hint);
        ui.add_space(8.0);
        let hint = "α_t of α-balanced CE: α for a positive (y = 1), 1 − α for a negative; CE and the focal curves have 1";
        ui.label("α").on_hover_text(hint);
        let alpha = NumberField::new("α", &mut losses.alpha).speed(0.005).limits(Limits::Within(0.0, 1.0));
        alpha.show(ui).on_hover_text(hint);
    });
    let slope = if losses.by_logit { "dL/dx_t" } else { "dL/dp_t" };
    let axis = if losses.by_logit { LossAxis::SlopeLogit } else { LossAxis::SlopeP };
    Columns::new("read-out").striped(true).spacing([12.0, 0.0]).show(ui, |ui| {
        for (heading, hint) in [
            ("", ""),
            ("Loss", "In nats, at the p_t of the line"),
            ("÷ CE", "α_t (1 − p_t)^γ: what is left of cross entropy"),
            (slope, "Derivative at the p_t of the line"),
            ("Hard ÷", "How many times as large the loss at p_t = 0.1 is, the dashed line: of a hard sample, as one at the line"),
        ] {
            let label = ui.label(RichText::new(heading).strong());
            if !hint.is_empty() {
                label.on_hover_text(hint);
            }
        }
        ui.end_row();
        let curves = losses.curves();
        let hard: Vec<f64> = curves.iter().map(|line| losses.hard_to_read_out(&line.curve)).collect();
        for ((line, hard), is_shown) in curves.iter().zip(hard).zip(&mut losses.shown) {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                toggle_swatch(ui, Ink::Neutral(line.place), &line.name, is_shown);
                ui.label(&line.name);
            });
            let point = line.curve.at(losses.p_t);
            let hard = if hard.is_finite() { format!("× {}", figure(hard)) } else { "–".to_owned() };
            let ratio = number(line.curve.ratio_to_ce(losses.p_t));
            for text in [number(point.value), ratio, signed(axis.value(point)), hard] {
                ui.add(egui::Label::new(text).extend());
            }
            ui.end_row();
        }
    });
}
