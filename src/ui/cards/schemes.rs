//! Weights of several schemes side by side.

use egui::{RichText, Ui};

use super::{
    Card, Drawn, View,
    buttons::log_switch_ui,
    scheme_list::{Shown, all_schemes, consequence, schemes, weights},
    shared::by_class,
};
use crate::{
    experiment::export::Grid,
    numbers::{thousands, three_digits},
    ui::{
        charts::{Classes, Column, ColumnsLook, break_row_before, columns_chart},
        math,
        palette::Ink,
        theme,
        widgets::toggle_swatch,
    },
    weighting::{Normalisation, Scheme},
};

/// Weighting schemes.
pub(super) struct Schemes;

impl Card for Schemes {
    fn name(&self) -> &'static str {
        "Weighting schemes"
    }

    fn title(&self, view: &View<'_>) -> String {
        let Some(counts) = view.session.counts() else { return "Class weights".to_owned() };
        let beta = view.session.weights_beta();
        let got = consequence(view, counts, Scheme::EffectiveNumber { beta });
        format!("Tail weighs {} × head at β = {beta}", got.tail_to_head.map_or("n/a".to_owned(), three_digits))
    }

    fn meaning(&self, view: &View<'_>) -> String {
        format!(
            "w = 1/n, 1/√n or 1/E_n with E_n = (1 − βⁿ)/(1 − β), normalised: {}",
            view.session.spec.training.normalisation.formula()
        )
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let counts = view.session.counts()?;
        Some(format!(
            "Counts go from {} to {}. 1/n makes up for all of it, 1/√n for half of it on the log axis, 1/E_n for as much as β says: nothing at β = 0, all of it for β → 1.",
            thousands(counts.max()),
            thousands(counts.min_present())
        ))
    }

    fn least_heights(&self) -> [f32; 2] {
        [330.0, 360.0]
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        log_switch_ui(ui, &mut view.settings.log_weights);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        ticks_ui(view, ui);
        let is_relative = view.session.spec.training.normalisation != Normalisation::None;
        let look = ColumnsLook { name: "Weights of schemes", is_log: view.settings.log_weights, is_relative };
        let columns = weight_columns(view, classes);
        Some(Drawn::over_classes(columns_chart(ui, classes, &columns, look, ui.available_size())))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        weights_by_class(view, classes)
    }
}

/// The weights of the ticked schemes, a row for each class.
pub(super) fn weights_by_class(view: &View<'_>, classes: &Classes) -> Grid {
    by_class(classes, weight_columns(view, classes).into_iter().map(Column::into_cells))
}

/// Which schemes are drawn and stand in the tables.
fn ticks_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(3.0, 0.0);
        for Shown { name, place, scheme } in all_schemes(view) {
            break_row_before(ui, &name);
            let hidden = &mut view.settings.hidden_schemes;
            let mut is_shown = !hidden.contains(&place);
            if toggle_swatch(ui, Ink::Neutral(place), &name, &mut is_shown).changed() {
                if is_shown { hidden.retain(|&other| other != place) } else { hidden.push(place) }
            }
            let label = ui.label(RichText::new(name).size(theme::sized(12.0)));
            math::hover(label, scheme.kind().formula());
            ui.add_space(5.0);
        }
    });
}

/// Weights of the ticked schemes, from head to tail.
fn weight_columns(view: &View<'_>, classes: &Classes) -> Vec<Column> {
    let Some(counts) = view.session.counts() else { return Vec::new() };
    let column = |shown: Shown| {
        let weights = weights(view, counts, shown.scheme);
        let values = classes.order.iter().map(|&class_idx| weights[class_idx]).collect();
        Column { name: shown.name, ink: Ink::Neutral(shown.place), values }
    };
    schemes(view).into_iter().map(column).collect()
}
