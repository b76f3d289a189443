//! What the cards of the place for labels have in common: the labels from head to tail, which one is looked at, and what stands
//! where nothing is trained yet.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::View;
use crate::{
    experiment::multilabel::LabelComparison,
    ui::{charts::Classes, fit::brief_sentence, widgets::choice_box},
};

/// The comparison that is shown; what there is to say where there is none.
pub(super) fn comparison_ui(view: &View<'_>, ui: &mut Ui) -> Option<Arc<LabelComparison>> {
    let found = view.session.labels.comparison().cloned();
    if found.is_none() {
        let news = view.session.labels.news();
        let text = news.fault.as_deref().unwrap_or("The objectives are being trained…");
        ui.centered_and_justified(|ui| ui.label(RichText::new(brief_sentence(text)).weak()));
    }
    found
}

/// The labels from the most frequent to the rarest, as charts over classes take them.
pub(super) fn label_classes(view: &View<'_>, comparison: &LabelComparison) -> Classes {
    let positives = &comparison.imbalance.positives;
    let mut order: Vec<usize> = (0..positives.len()).collect();
    order.sort_by_key(|&label| std::cmp::Reverse(positives[label]));
    let chosen = order.iter().position(|&label| label == view.session.labels.label);
    Classes {
        names: Arc::clone(&comparison.names),
        counts: order.iter().map(|&label| positives[label]).collect(),
        hovered: chosen,
        selected: None,
        window: 0..order.len(),
        order,
    }
}

/// Name of the label that is looked at.
pub(super) fn label_name(view: &View<'_>) -> String {
    let labels = &view.session.labels;
    let name = labels.comparison().and_then(|comparison| comparison.names.get(labels.label));
    name.map_or_else(|| "a label".to_owned(), Clone::clone)
}

/// Name of the objective that is looked at.
pub(super) fn objective_name(view: &View<'_>) -> String {
    let labels = &view.session.labels;
    let name = |comparison: &LabelComparison| {
        comparison.objectives[labels.objective_idx(comparison)].preset.label().to_owned()
    };
    labels.comparison().map_or_else(|| "an objective".to_owned(), |comparison| name(comparison))
}

/// Chooses the label that is looked at; `id` tells cards apart.
pub(super) fn label_choice_ui(view: &mut View<'_>, ui: &mut Ui, id: &'static str) {
    let Some(comparison) = view.session.labels.comparison().cloned() else { return };
    let labels: Vec<usize> = (0..comparison.names.len()).collect();
    let chosen = &mut view.session.labels.label;
    choice_box(ui, id, id, 70.0, chosen, &labels, |label| (comparison.names[label].clone(), ""));
}
