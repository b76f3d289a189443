//! Class weights by inverse frequency beside those by effective number.

use egui::{RichText, Ui};

use super::{Card, Drawn, View, buttons::log_switch_ui};
use crate::{
    experiment::export::{Cell, Grid},
    ui::charts::{Classes, WeightColumns, weights_chart},
    weighting::{Normalisation, Scheme, class_weights, effective_number},
};

/// Class weights.
pub(super) struct Weights;

impl Card for Weights {
    fn name(&self) -> &'static str {
        "Class weights"
    }

    fn title(&self, _: &View<'_>) -> String {
        "Class weights".to_owned()
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let normalisation = view.session.spec.training.normalisation;
        format!("1/n beside 1/E_n, normalised: {}. {}", normalisation.label().to_lowercase(), normalisation.formula())
    }

    fn least_heights(&self) -> [f32; 2] {
        [172.0, 180.0]
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        log_switch_ui(ui, &mut view.settings.log_weights);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        legend_ui(view, ui);
        let columns = columns(view, classes);
        Some(Drawn::over_classes(weights_chart(ui, classes, &columns, view.settings.log_weights, ui.available_size())))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        weights_grid(view, classes)
    }
}

fn columns(view: &View<'_>, classes: &Classes) -> WeightColumns {
    let beta = view.session.weights_beta();
    let normalisation = view.session.spec.training.normalisation;
    let column = |scheme: Scheme| {
        let weights = view.session.counts().map(|counts| class_weights(counts, scheme, normalisation));
        let weights = weights.unwrap_or_default();
        classes.order.iter().filter_map(|&class_idx| weights.get(class_idx).copied()).collect()
    };
    WeightColumns {
        inverse_frequency: column(Scheme::InverseFrequency),
        effective_number: column(Scheme::EffectiveNumber { beta }),
        beta: beta.get(),
        effective_samples: classes.counts.iter().map(|&n| effective_number(beta.get(), n)).collect(),
        is_relative: normalisation != Normalisation::None,
    }
}

fn legend_ui(view: &View<'_>, ui: &mut Ui) {
    let is_dark = ui.visuals().dark_mode;
    let beta = view.session.weights_beta();
    ui.horizontal(|ui| {
        for (name, is_effective) in
            [("Inverse frequency".to_owned(), false), (format!("Effective number, β = {beta}"), true)]
        {
            let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(12.0), egui::Sense::hover());
            ui.painter().rect_filled(rect, 2.0, crate::ui::palette::weights(is_effective, is_dark));
            ui.label(RichText::new(name).size(12.0));
        }
        let normalisation = view.session.spec.training.normalisation;
        let text = RichText::new(normalisation.label().to_lowercase()).size(12.0).weak();
        ui.add(egui::Label::new(text).truncate()).on_hover_text(normalisation.formula());
    });
}

/// Counts, weights and effective numbers, a row for each class.
pub(super) fn weights_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let weights = columns(view, classes);
    let header = ["Class", "Samples", "Inverse frequency", "Effective number", "E_n"].map(str::to_owned).to_vec();
    let row = |rank: usize| {
        vec![
            Cell::Text(classes.label(rank)),
            Cell::Count(classes.counts[rank]),
            Cell::Number(weights.inverse_frequency[rank]),
            Cell::Number(weights.effective_number[rank]),
            Cell::Number(weights.effective_samples[rank]),
        ]
    };
    Grid { header, rows: (0..classes.len()).map(row).collect(), ..Grid::default() }
}
