//! Losses against p_t, with what each is at one p_t beside them.

use egui::{Grid as Columns, Response, RichText, ScrollArea, Ui};

use super::{
    Card, Drawn, Needs, View,
    buttons::log_switch_ui,
    loss_lines::{chart_ui, lines_grid, ratio_at_two},
};
use crate::{
    experiment::export::Grid,
    loss::LossCurve,
    numbers::three_digits,
    state::LossView,
    ui::{
        charts::{Classes, LossAxis},
        math::{self, Formula},
        palette::Ink,
        theme,
        widgets::{Limits, NumberField, scrolled, toggle_swatch},
    },
};

/// Width of the read-out beside the curves; where there is no room for it, it stands above them.
const READ_OUT: f32 = 460.0;

/// Loss curves.
pub(super) struct LossCurves;

impl Card for LossCurves {
    fn name(&self) -> &'static str {
        "Loss curves"
    }

    fn title(&self, view: &View<'_>) -> String {
        let losses = &view.settings.losses;
        let times = |gamma| LossCurve::new(gamma, 1.0).map_or(f64::NAN, |curve| losses.hard_to_easy(&curve));
        format!(
            "A hard sample (p_t = {}) loses {} × what an easy one (p_t = {}) does under focal loss with γ = 2, {} × under CE",
            losses.hard,
            three_digits(times(2.0)),
            losses.p_t,
            three_digits(times(0.0))
        )
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "L = −α_t (1 − p_t)^γ ln p_t: cross entropy with γ = 0 and α_t = 1, α-balanced cross entropy with another α_t\np_t is the probability that the model gives to what is true (Lin et al., ICCV 2017, figure 1)".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let losses = &view.settings.losses;
        Some(format!(
            "Focal loss multiplies cross entropy by (1 − p_t)^γ: samples that are already right hardly count, hard ones nearly as before. With γ = 2 the factor is {} at p_t = {}; with γ = 0 it is 1 everywhere. α_t only scales a curve, so it does not tell easy from hard.",
            ratio_at_two(losses).map_or_else(String::new, three_digits),
            losses.p_t,
        ))
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [330.0, 620.0]
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
            scrolled(scroll, ui, |ui| read_out_ui(view, ui));
        });
        chart
    })
    .inner
}

/// p_t of both lines and α_t, to set.
fn lines_ui(losses: &mut LossView, ui: &mut Ui) {
    ui.horizontal(|ui| {
        let hint = "Probability that the model gives to what is true; drag the lines in the chart, or press ← and → there (Shift: tenfold)";
        for (word, name, value) in [("p_t hard", "p_t of a hard sample", &mut losses.hard), ("easy", "p_t", &mut losses.p_t)] {
            math::hover(Formula::new(word).show(ui), hint);
            let p_t = NumberField::new(name, value).speed(0.002);
            p_t.limits(Limits::Within(LossView::EDGE, 1.0 - LossView::EDGE)).show(ui).on_hover_text(hint);
            ui.add_space(4.0);
        }
        let hint = "α_t of α-balanced CE: α for a positive (y = 1), 1 − α for a negative; CE and the focal curves have 1";
        ui.label("α").on_hover_text(hint);
        let alpha = NumberField::new("α", &mut losses.alpha).speed(0.005).limits(Limits::Within(0.0, 1.0));
        alpha.show(ui).on_hover_text(hint);
    });
}

/// p_t and α_t to set, and what each loss is there; a tick shows a curve.
fn read_out_ui(view: &mut View<'_>, ui: &mut Ui) {
    if !view.is_figure {
        lines_ui(&mut view.settings.losses, ui);
    }
    let losses = &mut view.settings.losses;
    Columns::new("read-out").striped(true).spacing([12.0, 0.0]).show(ui, |ui| {
        for (heading, hint) in [
            ("", ""),
            ("Hard", "Loss in nats at the p_t of the hard line"),
            ("Easy", "Loss in nats at the p_t of the easy line"),
            ("÷ CE", "α_t (1 − p_t)^γ at the easy line: what is left of cross entropy"),
            (
                "Hard ÷ easy",
                "How many times as large the loss at the hard line is as that at the easy line; α_t cancels out",
            ),
        ] {
            let label = ui.label(RichText::new(heading).strong());
            if !hint.is_empty() {
                math::hover(label, hint);
            }
        }
        ui.end_row();
        let curves = losses.curves();
        let hard: Vec<f64> = curves.iter().map(|line| losses.hard_to_easy(&line.curve)).collect();
        for ((line, hard), is_shown) in curves.iter().zip(hard).zip(&mut losses.shown) {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                toggle_swatch(ui, Ink::Neutral(line.place), &line.name, is_shown);
                Formula::new(&line.name).on_one_line().show(ui);
            });
            let loss = |p_t| three_digits(line.curve.at(p_t).value);
            for text in [loss(losses.hard), loss(losses.p_t), three_digits(line.curve.ratio_to_ce(losses.p_t))] {
                ui.add(egui::Label::new(text).extend());
            }
            let hard = if hard.is_finite() { format!("× {}", three_digits(hard)) } else { "–".to_owned() };
            ui.add(egui::Label::new(RichText::new(hard).size(theme::sized(18.0)).strong()).extend());
            ui.end_row();
        }
    });
}
