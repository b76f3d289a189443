//! Precision against recall of one label under every objective, with the points that the thresholds choose.

use egui::Ui;

use super::{
    Card, Drawn, Needs, View,
    label_shared::{comparison_ui, label_choice_ui, label_name},
};
use crate::{
    experiment::export::{Cell, Grid},
    ui::charts::{Classes, Marked, UnitCurve, UnitLook, unit_chart},
};

/// Precision and recall of a label.
pub(super) struct LabelCurves;

impl Card for LabelCurves {
    fn name(&self) -> &'static str {
        "Precision and recall of a label"
    }

    fn short_name(&self) -> &'static str {
        "Precision"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("Precision by recall of {}, and where the thresholds stand", label_name(view))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "The curve is what a model can do at any threshold, the marker what it does at its own. A weight on the positives mostly moves the marker along the curve, as another threshold does".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [230.0, 250.0]
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        label_choice_ui(view, ui, "Label of the curves");
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let comparison = comparison_ui(view, ui)?;
        let measures = view.session.labels.measures(&comparison, view.settings.labels.rule);
        let label = view.session.labels.label;
        let curves: Vec<UnitCurve> = comparison
            .objectives
            .iter()
            .zip(measures.iter())
            .enumerate()
            .map(|(colour, (objective, measures))| {
                let figures = measures.labels[label];
                let share = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.3}"));
                UnitCurve {
                    name: objective.preset.label().to_owned(),
                    colour,
                    points: comparison.precision_recall(objective, label),
                    mark: figures.recall.zip(figures.precision).map(|(recall, precision)| [recall, precision]),
                    read_out: format!(
                        "precision {}, recall {}, average precision {}",
                        share(figures.precision),
                        share(figures.recall),
                        share(figures.average_precision)
                    ),
                }
            })
            .collect();
        let look = UnitLook {
            name: "Precision against recall of a label",
            axes: ["Recall", "Precision"],
            marked: Marked::Own,
            has_diagonal: false,
        };
        let size = ui.available_size();
        Some(Drawn::chart(unit_chart(ui, &curves, look, size)))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        let Some(comparison) = view.session.labels.comparison().cloned() else { return Grid::default() };
        let label = view.session.labels.label;
        let header = ["objective", "recall", "precision"].map(str::to_owned).to_vec();
        let rows = comparison.objectives.iter().flat_map(|objective| {
            let name = objective.preset.label();
            let point = move |[recall, precision]: [f64; 2]| {
                vec![Cell::Text(name.to_owned()), Cell::Share(recall), Cell::Share(precision)]
            };
            comparison.precision_recall(objective, label).into_iter().map(point)
        });
        Grid { header, rows: rows.collect(), ..Grid::default() }
    }
}
