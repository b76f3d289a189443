//! Observed against predicted frequency of one class.

use egui::Ui;

use super::{
    Card, Drawn, Needs, RunData, View,
    one_class::{figure, scored_class_ui, scored_label, scores, scores_ui},
};
use crate::{
    experiment::export::{Cell, Grid},
    state::Settings,
    train::ReliabilityBin,
    ui::charts::{Classes, Marked, UnitLook},
};

/// Reliability of a class.
pub(super) struct Reliability;

impl Card for Reliability {
    fn name(&self) -> &'static str {
        "Reliability of a class"
    }

    fn short_name(&self) -> &'static str {
        "Reliability"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("Reliability, {}", scored_label(view))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "How far the probabilities of the class can be trusted. Samples in tenths of the predicted probability of the class: how often it is right. On the diagonal a probability of 0.7 is right in 70 of 100 cases; re-weighting moves probabilities of rare classes below it".to_owned()
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
            name: "Observed against predicted",
            axes: ["Predicted probability", "Observed share"],
            marked: Marked::All,
            has_diagonal: true,
        };
        Some(Drawn::chart(scores_ui(view, ui, look, |scores| {
            let points = scores.bins.iter().filter_map(ReliabilityBin::point).collect();
            (points, format!("off by {} on average", figure(scores.calibration_error)))
        })))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        reliability_grid(view)
    }
}

fn reliability_grid(view: &View<'_>) -> Grid {
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (name, _, scores) in scores(view) {
        for bin in &scores.bins {
            let [predicted, observed] = match bin.point() {
                Some(point) => point.map(Cell::Share),
                None => [Cell::Missing, Cell::Missing],
            };
            rows.push(vec![Cell::Text(name.to_owned()), Cell::Count(bin.n_samples as u64), predicted, observed]);
        }
        notes.push(format!("{name}: off by {} on average", figure(scores.calibration_error)));
    }
    let header = ["Objective", "Samples", "Predicted", "Observed"].map(str::to_owned).to_vec();
    Grid { header, rows, notes, ..Grid::default() }
}
