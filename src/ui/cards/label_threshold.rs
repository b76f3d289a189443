//! The threshold of one label under one objective, dragged over the probabilities of positives and negatives.

use egui::{RichText, Ui};

use super::{
    Card, Drawn, Needs, View,
    label_shared::{comparison_ui, label_choice_ui, label_name, objective_name},
};
use crate::{
    experiment::export::{Cell, Grid},
    train::ThresholdRule,
    ui::{
        charts::{Classes, ScoreBars, label_scores_chart},
        widgets::{Limits, NumberField, choice_box},
    },
};

/// The threshold of a label.
pub(super) struct LabelThreshold;

impl Card for LabelThreshold {
    fn name(&self) -> &'static str {
        "Threshold of a label"
    }

    fn short_name(&self) -> &'static str {
        "Threshold"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("Probability of {} under {}", label_name(view), objective_name(view))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Test samples by the probability that the model gives them: those that have the label upward, those that do not downward, each against its fullest bar. Drag the line: at or above it the label is said to be there".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [230.0, 250.0]
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        label_choice_ui(view, ui, "Label of the threshold");
        let Some(comparison) = view.session.labels.comparison().cloned() else { return };
        let mut place = view.session.labels.objective_idx(&comparison);
        let places: Vec<usize> = (0..comparison.objectives.len()).collect();
        choice_box(ui, "label objective", "Objective of the threshold", 110.0, &mut place, &places, |place| {
            (comparison.objectives[place].preset.label(), "")
        });
        view.session.labels.objective = Some(comparison.objectives[place].preset);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let comparison = comparison_ui(view, ui)?;
        let rule = view.settings.labels.rule;
        let measures = view.session.labels.measures(&comparison, rule);
        let labels = &mut view.session.labels;
        let (label, place) = (labels.label, labels.objective_idx(&comparison));
        let threshold = labels.thresholds(&comparison, place, rule)[label];
        let figures = measures[place].labels[label];
        let share = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.3}"));
        ui.horizontal_wrapped(|ui| {
            let Some(mut threshold) = threshold else {
                ui.label(RichText::new("No training sample has the label, or every one").weak());
                return;
            };
            ui.label("Threshold").on_hover_text("Drag the line, or type a number");
            let before = threshold;
            let field = NumberField::new("Threshold of the label", &mut threshold).speed(0.005);
            field.limits(Limits::Within(0.0, 1.0)).show(ui);
            if threshold != before {
                labels.by_hand.insert((place, label), threshold);
            }
            if labels.by_hand.contains_key(&(place, label))
                && ui.small_button("By rule").on_hover_text("The threshold of the rule again").clicked()
            {
                labels.by_hand.remove(&(place, label));
            }
            ui.label(format!(
                "precision {}, recall {}, F1 {}",
                share(figures.precision),
                share(figures.recall),
                share(figures.f1)
            ));
        });
        let bars = ScoreBars::of(comparison.scores(&comparison.objectives[place], label));
        let size = ui.available_size();
        let (response, dragged) = label_scores_chart(ui, &bars, threshold, size);
        if let Some(threshold) = dragged {
            view.session.labels.by_hand.insert((place, label), threshold);
        }
        Some(Drawn::chart(response))
    }

    /// The thresholds of the label by every rule, with what each gives, and what the validation part promised.
    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        let Some(comparison) = view.session.labels.comparison().cloned() else { return Grid::default() };
        let labels = &view.session.labels;
        let (label, place) = (labels.label, labels.objective_idx(&comparison));
        let objective = &comparison.objectives[place];
        let header =
            ["rule", "threshold", "precision", "recall", "F1", "macro F1", "macro F1 promised"].map(str::to_owned);
        let row = |rule: ThresholdRule| {
            let at = objective.run.at(rule)?;
            let figures = comparison.measures(objective, &at.thresholds).labels[label];
            let shares = [
                at.thresholds[label],
                figures.precision,
                figures.recall,
                figures.f1,
                at.macro_f1,
                at.promised_macro_f1.filter(|_| rule == ThresholdRule::Tuned),
            ];
            Some(std::iter::once(Cell::Text(rule.label().to_owned())).chain(shares.map(Cell::share)).collect())
        };
        let rows = ThresholdRule::ALL.into_iter().filter_map(row).collect();
        Grid { header: header.to_vec(), rows, ..Grid::default() }
    }
}
