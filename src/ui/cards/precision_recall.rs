//! Precision against recall of one class.

use egui::Ui;

use super::{
    Card, Drawn, Needs, RunData, View,
    one_class::{figure, scored_class_ui, scored_label, scores, scores_ui},
};
use crate::{
    experiment::export::{Cell, Grid},
    state::Settings,
    ui::charts::{Classes, Marked, UnitLook},
};

/// Precision and recall of a class.
pub(super) struct PrecisionRecall;

impl Card for PrecisionRecall {
    fn name(&self) -> &'static str {
        "Precision and recall of a class"
    }

    fn short_name(&self) -> &'static str {
        "Precision"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("Precision by recall, {}", scored_label(view))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "One class against all others, over every threshold of its probability, on samples as frequent as in training where there are such. Choose a class, or click its bar, to see another".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn run_data(&self, _: &Settings) -> Option<RunData> {
        Some(RunData::ClassScores)
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        scored_class_ui(view, ui);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let look = UnitLook {
            name: "Precision against recall",
            axes: ["Recall", "Precision"],
            marked: Marked::None,
            has_diagonal: false,
        };
        Some(Drawn::chart(scores_ui(view, ui, look, |scores| {
            let read_out = format!("average precision {}", figure(scores.average_precision));
            (scores.precision_recall.clone(), read_out)
        })))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        precision_recall_grid(view)
    }
}

fn precision_recall_grid(view: &View<'_>) -> Grid {
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (name, _, scores) in scores(view) {
        for point in &scores.precision_recall {
            rows.push(vec![Cell::Text(name.to_owned()), Cell::Share(point[0]), Cell::Share(point[1])]);
        }
        notes.push(format!(
            "{name}: average precision {}, {} of {} samples are of the class",
            figure(scores.average_precision),
            scores.n_positives,
            scores.n_samples
        ));
    }
    let header = ["Objective", "Recall", "Precision"].map(str::to_owned).to_vec();
    Grid { header, rows, notes, ..Grid::default() }
}
