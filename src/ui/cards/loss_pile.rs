//! Many easy losses piled up beside a hard one.

use egui::Ui;

use super::{Card, Drawn, Needs, View};
use crate::{
    distribution::MAX_COUNT,
    experiment::export::{Cell, Grid},
    loss::MAX_GAMMA,
    numbers::{thousands, three_digits},
    state::{LossPile, LossView},
    ui::{
        charts::{Classes, pile_chart},
        widgets::{Limits, Row, limited_count_slider, limited_slider},
    },
};

/// The card.
pub(super) struct LossPiles;

impl Card for LossPiles {
    fn name(&self) -> &'static str {
        "Many easy, one hard"
    }

    fn title(&self, view: &View<'_>) -> String {
        let losses = &view.settings.losses;
        let piles = losses.piles();
        let times = |pile: Option<&LossPile>| {
            let ratio = pile.map_or(f64::NAN, LossPile::easy_to_hard);
            if ratio.is_finite() { format!("{} ×", three_digits(ratio)) } else { "infinitely many times".to_owned() }
        };
        format!(
            "{} easy samples lose {} what a hard one does under CE, {} under focal loss with γ = {}",
            thousands(losses.n_easy),
            times(piles.first()),
            times(piles.get(2)),
            losses.gamma
        )
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Area = loss, on one scale for all: L = −α_t (1 − p_t)^γ ln p_t\nEasy samples are negatives (α_t = 1 − α) at the p_t of the easy line, the hard one is a positive (α_t = α) at that of the hard line; without α both have α_t = 1"
            .to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let losses = &view.settings.losses;
        Some(format!(
            "Each easy sample is given p_t = {} and the hard one p_t = {} (the lines in Theory). α multiplies the easy losses by 1 − α and the hard one by α, whatever their p_t; only γ takes the more from a sample, the easier it is.",
            losses.p_t, losses.hard
        ))
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [330.0, 380.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        if !view.is_figure {
            sliders_ui(&mut view.settings.losses, ui);
        }
        view.settings.losses.tidy();
        let losses = &view.settings.losses;
        let size = egui::vec2(ui.available_width(), ui.available_height().max(120.0));
        let response = pile_chart(ui, "Many easy losses and a hard one", &losses.piles(), losses.n_easy, size);
        Some(Drawn::chart(response))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        let header = ["Loss", "L of an easy one", "Sum of the easy ones", "L of the hard one", "Easy ÷ hard"];
        let row = |pile: &LossPile| {
            vec![
                Cell::Text(pile.name.clone()),
                Cell::Number(pile.easy),
                Cell::Number(pile.all_easy),
                Cell::Number(pile.hard),
                Cell::Number(pile.easy_to_hard()),
            ]
        };
        let rows = view.settings.losses.piles().iter().map(row).collect();
        Grid { header: header.map(str::to_owned).to_vec(), rows, ..Grid::default() }
    }
}

/// How many there are, γ and both α, in two columns.
fn sliders_ui(losses: &mut LossView, ui: &mut Ui) {
    ui.columns(2, |columns| {
        let [left, right] = columns else { return };
        let row = Row::new("Easy samples", "Number of easy samples beside the hard one");
        limited_count_slider(left, row, &mut losses.n_easy, 1..=1_000_000, Limits::Within(0, MAX_COUNT));
        let row = Row::new("γ of focal", "Focusing parameter γ of the focal loss: (1 − p_t)^γ");
        limited_slider(left, row, &mut losses.gamma, 0.0..=MAX_GAMMA, Limits::Within(0.0, MAX_GAMMA));
        let row = Row::new("α of CE", "α-balanced CE: the hard positive × α, easy negatives × (1 − α)");
        limited_slider(right, row, &mut losses.alpha, 0.0..=1.0, Limits::Within(0.0, 1.0));
        let row = Row::new("α of focal", "α-balanced focal loss: the hard positive × α, easy negatives × (1 − α)");
        limited_slider(right, row, &mut losses.focal_alpha, 0.0..=1.0, Limits::Within(0.0, 1.0));
    });
}
