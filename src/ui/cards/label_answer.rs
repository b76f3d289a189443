//! What a comparison over label sets says: weights against thresholds, the overall figures, and how uneven the labels are.

use egui::{Label, RichText, ScrollArea, Ui};

use super::{Card, Drawn, Needs, Numbers, View, label_shared::comparison_ui};
use crate::{
    experiment::multilabel::LabelComparison,
    numbers::significant,
    train::LabelMeasures,
    ui::{charts::Classes, fit::brief_sentence, palette, theme, widgets::scrolled},
};

/// What the labels say.
pub(super) struct LabelAnswer;

impl Card for LabelAnswer {
    fn name(&self) -> &'static str {
        "What the labels say"
    }

    fn title(&self, _: &View<'_>) -> String {
        "What the labels say".to_owned()
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Macro F1: mean over labels. Micro F1: of all decisions together. mAP: mean average precision, which no threshold moves. Hamming: share of decisions that are wrong. Exact: share of samples without a wrong decision".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn numbers(&self, _: &View<'_>) -> Numbers {
        Numbers::Never
    }

    fn least_heights(&self) -> [f32; 2] {
        [230.0, 240.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let comparison = comparison_ui(view, ui)?;
        let measures = view.session.labels.measures(&comparison, view.settings.labels.rule);
        scrolled(ScrollArea::vertical().id_salt("label answer").auto_shrink(false), ui, |ui| {
            if view.session.labels.is_outdated() {
                ui.add(Label::new(RichText::new("The objectives are trained again…").weak()).wrap());
            }
            if let Some(story) = &comparison.story {
                ui.add(Label::new(RichText::new(brief_sentence(story)).size(theme::sized(16.0))).wrap());
            }
            figures_ui(ui, &comparison, &measures);
            let text = imbalance_in_words(&comparison);
            ui.add(Label::new(RichText::new(text).size(theme::sized(13.0)).weak()).wrap().selectable(true));
        });
        None
    }
}

/// The overall figures, a row for each objective.
fn figures_ui(ui: &mut Ui, comparison: &LabelComparison, measures: &[LabelMeasures]) {
    let is_dark = ui.visuals().dark_mode;
    let small = |text: &str| RichText::new(text).size(theme::sized(13.0));
    let table = |ui: &mut Ui| {
        for head in ["", "macro F1", "micro F1", "mAP", "Hamming", "exact"] {
            ui.label(small(head).weak());
        }
        ui.end_row();
        for (colour, (objective, measures)) in comparison.objectives.iter().zip(measures).enumerate() {
            let name = small(objective.preset.label()).color(palette::objective(colour, is_dark)).strong();
            ui.label(name);
            let figures =
                [measures.macro_f1, measures.micro_f1, measures.map, measures.hamming_loss, measures.subset_accuracy];
            for figure in figures {
                ui.label(small(&figure.map_or_else(|| "n/a".to_owned(), |figure| format!("{figure:.3}"))));
            }
            ui.end_row();
        }
    };
    // Where letters are large, the last columns are scrolled to.
    ScrollArea::horizontal().id_salt("figures of labels").show(ui, |ui| {
        egui::Grid::new("figures of labels").num_columns(6).spacing([9.0, 3.0]).show(ui, table);
    });
}

/// How uneven the labels are.
fn imbalance_in_words(comparison: &LabelComparison) -> String {
    let shown = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), significant);
    let imbalance = &comparison.imbalance;
    format!(
        "{} labels a sample on average, {} different sets; MeanIR {}, CVIR {}, SCUMBLE {}",
        shown(imbalance.cardinality),
        imbalance.distinct_label_sets,
        shown(imbalance.mean_ir),
        shown(imbalance.cvir),
        shown(imbalance.scumble)
    )
}
