//! The class weights that are trained with.

use egui::{RichText, Ui};

use super::{Card, Drawn, View, buttons::log_switch_ui, scheme_list::weights, shared::shown};
use crate::ui::theme;
use crate::{
    experiment::export::{Cell, Grid},
    ui::{
        charts::{Classes, WeightColumn, WeightsLook, break_row_before, weights_chart},
        math,
        palette::{self, Ink},
        widgets::marker_swatch,
    },
    weighting::{Normalisation, Scheme, effective_number},
};

/// Class weights.
pub(super) struct Weights;

impl Card for Weights {
    fn name(&self) -> &'static str {
        "Class weights"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("Class weights, {}", view.session.spec.training.normalisation.label().to_lowercase())
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let normalisation = view.session.spec.training.normalisation;
        format!(
            "The weights that are trained with, one column for each weighting in use, and inverse frequency in grey where nobody uses it. Normalised: {}. {}",
            normalisation.label().to_lowercase(),
            normalisation.formula()
        )
    }

    fn least_heights(&self) -> [f32; 2] {
        [172.0, 180.0]
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        log_switch_ui(ui, &mut view.settings.log_weights);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        let weightings = weightings(view);
        let columns: Vec<WeightColumn> = weightings
            .iter()
            .filter(|used| used.scheme != Scheme::Uniform)
            .map(|used| used.column(view, classes))
            .collect();
        legend_ui(view, ui, &weightings);
        let beta = view.session.weights_beta();
        let effective_samples = classes.counts.iter().map(|&n| effective_number(beta.get(), n)).collect();
        let look = WeightsLook {
            is_log: view.settings.log_weights,
            is_relative: view.session.spec.training.normalisation != Normalisation::None,
            more: &[(format!("E_n = (1 − βⁿ)/(1 − β), β = {beta}"), effective_samples)],
        };
        Some(Drawn::over_classes(weights_chart(ui, classes, &columns, look, ui.available_size())))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        weights_grid(view, classes)
    }
}

/// A weighting and who is trained with it.
struct Weighting {
    scheme: Scheme,
    /// Colours of the shown objectives.
    users: Vec<usize>,
}

impl Weighting {
    fn column(&self, view: &View<'_>, classes: &Classes) -> WeightColumn {
        let (name, colour) = (name_of(self.scheme), self.users.first().copied());
        WeightColumn { name, colour, weights: weights_of(view, classes, self.scheme) }
    }
}

/// The weightings of the shown objectives, each once, with inverse frequency as the reference where nobody uses it.
fn weightings(view: &View<'_>) -> Vec<Weighting> {
    let mut weightings: Vec<Weighting> = Vec::new();
    for (_, objective) in shown(view) {
        // While a number is wrong there is none.
        let Ok(scheme) = objective.scheme() else { continue };
        match weightings.iter_mut().find(|known| known.scheme == scheme) {
            Some(known) => known.users.push(objective.colour),
            None => weightings.push(Weighting { scheme, users: vec![objective.colour] }),
        }
    }
    if weightings.iter().all(|known| known.scheme != Scheme::InverseFrequency) {
        weightings.insert(0, Weighting { scheme: Scheme::InverseFrequency, users: vec![] });
    }
    weightings
}

fn name_of(scheme: Scheme) -> String {
    match scheme {
        Scheme::EffectiveNumber { beta } => format!("Effective number, β = {beta}"),
        other => other.kind().label().to_owned(),
    }
}

/// Weights from head to tail.
fn weights_of(view: &View<'_>, classes: &Classes, scheme: Scheme) -> Vec<f64> {
    let weights = view.session.counts().map(|counts| weights(view, counts, scheme)).unwrap_or_default();
    classes.order.iter().filter_map(|&class_idx| weights.get(class_idx).copied()).collect()
}

/// Who is trained with which weighting; uniform weights are the line at 1.
fn legend_ui(view: &View<'_>, ui: &mut Ui, weightings: &[Weighting]) {
    let is_dark = ui.visuals().dark_mode;
    let normalisation = view.session.spec.training.normalisation;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 0.0);
        for Weighting { scheme, users } in weightings {
            let name = match scheme {
                Scheme::Uniform if normalisation != Normalisation::None => "Uniform (1)".to_owned(),
                other => name_of(*other),
            };
            break_row_before(ui, &name);
            for &colour in users {
                marker_swatch(ui, Ink::Objective(colour));
            }
            if users.is_empty() {
                let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(12.0), egui::Sense::hover());
                ui.painter().rect_filled(rect, 2.0, palette::neutral(is_dark));
            }
            let label = ui.add(egui::Label::new(RichText::new(name).size(theme::sized(12.0))).extend());
            math::hover(label, scheme.kind().formula());
            ui.add_space(6.0);
        }
    });
}

/// Counts, weights and effective numbers, a row for each class.
pub(super) fn weights_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let beta = view.session.weights_beta();
    let columns =
        [Scheme::InverseFrequency, Scheme::EffectiveNumber { beta }].map(|scheme| weights_of(view, classes, scheme));
    let header = ["Class", "Samples", "Inverse frequency", "Effective number", "E_n"].map(str::to_owned).to_vec();
    let row = |rank: usize| {
        let weights = columns.iter().map(|column| Cell::Number(column[rank]));
        let effective = Cell::Number(effective_number(beta.get(), classes.counts[rank]));
        let start = [Cell::Text(classes.label(rank)), Cell::Count(classes.counts[rank])];
        start.into_iter().chain(weights).chain([effective]).collect()
    };
    Grid { header, rows: (0..classes.len()).map(row).collect(), ..Grid::default() }
}
