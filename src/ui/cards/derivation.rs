//! The card of the derivation: from the first sample to the closed form and its limits, with the numbers of the
//! simulation on the screen.

use egui::{RichText, ScrollArea, Ui};

use super::{Card, Drawn, Needs, View};
use crate::{
    experiment::{
        export::{Cell, Grid},
        short,
    },
    numbers::thousands,
    ui::{charts::Classes, math::Formula, palette, widgets::scrolled},
    weighting::{DerivationStep, derivation, effective_number},
};

/// Width from which the steps so far stand at the right.
const WIDE: f32 = 620.0;

/// The derivation of the effective number.
pub(super) struct Derivation;

impl Card for Derivation {
    fn name(&self) -> &'static str {
        "Derivation"
    }

    fn title(&self, view: &View<'_>) -> String {
        let (beta, n) = numbers(view);
        format!("Where E_n comes from, with β = {} and n = {}", short(beta), thousands(n))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "The proof of proposition 1 of Cui et al. 2019, step by step, with the numbers of the simulation above"
            .to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [196.0, 260.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        derivation_ui(view, ui);
        None
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        derivation_numbers(view)
    }
}

/// β of the spaces, and the samples that have fallen on the first, at least 1.
fn numbers(view: &View<'_>) -> (f64, u64) {
    let n = view.session.covering.spaces().first().map_or(0, |space| space.first().n_samples());
    (view.settings.covering.beta(), n.max(1))
}

fn steps(view: &View<'_>) -> Vec<DerivationStep> {
    let (beta, n) = numbers(view);
    derivation(beta, n).unwrap_or_default()
}

/// Draws the step that is shown and, where there is room, those before it.
fn derivation_ui(view: &mut View<'_>, ui: &mut Ui) {
    let steps = steps(view);
    let Some(last) = steps.len().checked_sub(1) else { return };
    let idx = view.settings.covering.derivation_idx.min(last);
    let before = steps.get(..idx).unwrap_or_default();
    let total = ui.available_size();
    if total.x < WIDE {
        step_ui(view, ui, &steps, idx);
        return;
    }
    ui.horizontal_top(|ui| {
        ui.allocate_ui(egui::vec2(total.x * 0.62, total.y).max(egui::Vec2::ZERO), |ui| {
            ui.vertical(|ui| {
                ui.set_width((total.x * 0.62).max(0.0));
                step_ui(view, ui, &steps, idx);
            });
        });
        ui.separator();
        ui.vertical(|ui| {
            let trail = ScrollArea::vertical().id_salt("steps so far").auto_shrink(false).stick_to_bottom(true);
            scrolled(trail, ui, |ui| {
                if before.is_empty() {
                    ui.label(RichText::new("The steps so far will stand here").weak());
                }
                for step in before {
                    Formula::new(&equation(step)).size(14.0).coloured().show(ui);
                }
            });
        });
    });
}

/// Left and right side in symbols; where there is nothing to work out, as in E_1 = 1, the value is the formula.
fn equation(step: &DerivationStep) -> String {
    format!("{} = {}", step.symbol, step.formula)
}

/// The right side in numbers and what it comes to; `None` where that is the formula itself.
fn worked_out(step: &DerivationStep) -> Option<String> {
    let (numbers, value) = (step.with_numbers(short), short(step.value));
    match (step.formula == numbers, numbers == value) {
        (true, _) => None,
        (false, true) => Some(format!("= {value}")),
        (false, false) => Some(format!("= {numbers} = {value}")),
    }
}

/// Buttons to go from step to step.
fn turn_ui(view: &mut View<'_>, ui: &mut Ui, steps: &[DerivationStep], idx: usize) {
    ui.horizontal(|ui| {
        let shown = &mut view.settings.covering.derivation_idx;
        if ui.add_enabled(idx > 0, egui::Button::new("Previous step")).clicked() {
            *shown = idx - 1;
        }
        if ui.add_enabled(idx + 1 < steps.len(), egui::Button::new("Next step")).clicked() {
            *shown = idx + 1;
        }
        ui.label(format!("{} of {}", idx + 1, steps.len()));
    });
}

fn step_ui(view: &mut View<'_>, ui: &mut Ui, steps: &[DerivationStep], idx: usize) {
    let Some(step) = steps.get(idx) else { return };
    if !view.is_figure {
        turn_ui(view, ui, steps, idx);
    }
    Formula::new(step.words).size(16.0).show(ui);
    Formula::new(&equation(step)).size(24.0).coloured().show(ui);
    if let Some(right) = worked_out(step) {
        // The number of β has its colour too.
        let beta = short(numbers(view).0);
        let ink = palette::parameter("β", ui.visuals().dark_mode).filter(|_| !["0", "1"].contains(&beta.as_str()));
        let inks: Vec<(&str, egui::Color32)> = ink.map(|ink| (beta.as_str(), ink)).into_iter().collect();
        Formula::new(&right).size(18.0).inks(&inks).show(ui);
    }
    Formula::new(&on_the_screen(view, step)).size(14.0).show(ui);
}

/// What the simulation has to say to a step.
fn on_the_screen(view: &View<'_>, step: &DerivationStep) -> String {
    let Some(space) = view.session.covering.spaces().first() else { return String::new() };
    let (beta, n) = numbers(view);
    let first = space.first();
    let whose = if view.session.covering.spaces().len() > 1 { "of the head " } else { "" };
    let (e_n, count) = (effective_number(beta, n), thousands(n));
    match step.symbol {
        "N" => format!("In the simulation: {} places.", thousands(view.settings.covering.n_prototypes)),
        "E_1" => "In the simulation: the first sample always covers a new place.".to_owned(),
        "p" => format!(
            "In the simulation: {} of {} samples {whose}fell on a covered place so far.",
            thousands(first.n_overlaps()),
            thousands(first.n_samples())
        ),
        "lim n → ∞ E_n" => {
            format!("In the simulation: n = {count}, and E_n is {:.1} % of N.", 100.0 * e_n * (1.0 - beta))
        }
        "lim β → 1 E_n" => {
            format!("In the simulation: β = {}, and {count} samples count as {}.", short(beta), short(e_n))
        }
        "w" => format!("Inverse frequency would weigh the class 1/n = {}.", short(1.0 / n as f64)),
        _ => format!(
            "In the simulation: {} samples {whose}cover {} places, where E_n is {}.",
            thousands(first.n_samples()),
            thousands(first.n_covered()),
            short(if first.n_samples() == 0 { 0.0 } else { e_n })
        ),
    }
}

/// The numbers behind the card.
fn derivation_numbers(view: &View<'_>) -> Grid {
    let header = ["Step", "Left side", "Right side", "With numbers", "Value"].map(str::to_owned).to_vec();
    let row = |step: &DerivationStep| {
        vec![
            Cell::Text(step.words.to_owned()),
            Cell::Text(step.symbol.to_owned()),
            Cell::Text(step.formula.to_owned()),
            Cell::Text(step.with_numbers(short)),
            Cell::Number(step.value),
        ]
    };
    Grid { header, rows: steps(view).iter().map(row).collect(), ..Grid::default() }
}
