//! The controls of the place for labels: what is generated, what is compared, and how thresholds are found.

use egui::{RichText, ScrollArea, Ui};

use super::View;
use crate::{
    experiment::multilabel::{LabelPreset, MAX_LAB_LABELS, MAX_LAB_OBJECTIVES},
    train::ThresholdRule,
    ui::widgets::{Limits, NumberField, Row, choice, number_slider, whole_slider},
};

/// Draws the controls.
pub(super) fn label_controls_ui(view: &mut View<'_>, ui: &mut Ui) {
    ScrollArea::vertical().id_salt("label controls").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width((ui.available_width() - 10.0).max(0.0));
        ui.label(RichText::new("Labels").heading());
        data_ui(view, ui);
        ui.add_space(8.0);
        ui.label(RichText::new("Thresholds").heading());
        threshold_ui(view, ui);
        ui.add_space(8.0);
        ui.label(RichText::new("Objectives").heading());
        objectives_ui(view, ui);
        view.settings.labels.lab.tidy();
    });
}

fn data_ui(view: &mut View<'_>, ui: &mut Ui) {
    let lab = &mut view.settings.labels.lab;
    let row = Row::new("Labels", "Labels that a sample can have, any number of them at once");
    whole_slider(ui, row, &mut lab.labels, 2..=MAX_LAB_LABELS);
    let row = Row::new("Samples", "Training samples; as many are tested on, and half as many tuned on");
    whole_slider(ui, row, &mut lab.samples, 200..=20_000);
    let row = Row::new("Top share", "Share of the samples that have the most frequent label");
    number_slider(ui, row, &mut lab.most, 0.05..=0.9, false);
    let row = Row::new("Imbalance", "Positives of the most frequent label over those of the rarest");
    number_slider(ui, row, &mut lab.imbalance, 1.0..=1000.0, true);
    let row = Row::new(
        "Co-occur",
        "How often labels stand together: 0 by chance alone, 1 where a sample with a rare label has every more frequent one",
    );
    number_slider(ui, row, &mut lab.co_occurrence, 0.0..=1.0, false);
    let row = Row::new("Noise", "Noise on the features: the larger, the harder");
    number_slider(ui, row, &mut lab.noise, 0.0..=3.0, false);
    let row = Row::new("L2", "Strength λ of the penalty λ/2 · Σ W²; never on the bias");
    number_slider(ui, row, &mut lab.l2, 0.0..=0.1, true);
    Row::new("Seed", "Other samples of the same kind").show(ui, |ui| {
        NumberField::new("Seed of the labels", &mut lab.seed).speed(0.05).limits(Limits::Within(1, 1_000_000)).show(ui)
    });
}

fn threshold_ui(view: &mut View<'_>, ui: &mut Ui) {
    let row = Row::new("Rule", "How the threshold of each label is found where it is not set by hand");
    let before = view.settings.labels.rule;
    choice(ui, "threshold rule", row, &mut view.settings.labels.rule, &ThresholdRule::ALL, |rule| {
        (rule.label(), explanation(rule))
    });
    let n_by_hand = view.session.labels.by_hand.len();
    if before != view.settings.labels.rule {
        view.session.labels.by_hand.clear();
    } else if n_by_hand > 0 {
        let words = format!("{n_by_hand} by hand: all by rule again");
        if ui.button(words).on_hover_text("Forget the thresholds that were set by hand").clicked() {
            view.session.labels.by_hand.clear();
        }
    }
}

fn explanation(rule: ThresholdRule) -> &'static str {
    match rule {
        ThresholdRule::Half => "0.5 for every label",
        ThresholdRule::Weight => {
            "What pos_weight w = (N − n)/n does to plain cross entropy, done by the threshold; for objectives with weights of their own, what is left of w"
        }
        ThresholdRule::Prior => "n/N, the label's share of the training samples",
        ThresholdRule::F1Half => {
            "Half of the best F1 that can be expected where probabilities are true (Lipton et al. 2014)"
        }
        ThresholdRule::Tuned => "The best F1 on a validation part; a label with fewer than 5 positives there keeps 0.5",
    }
}

fn objectives_ui(view: &mut View<'_>, ui: &mut Ui) {
    let chosen = &mut view.settings.labels.lab.objectives;
    for preset in LabelPreset::ALL {
        let mut is_on = chosen.contains(&preset);
        let can_change = if is_on { chosen.len() > 1 } else { chosen.len() < MAX_LAB_OBJECTIVES };
        ui.add_enabled_ui(can_change, |ui| {
            if ui.checkbox(&mut is_on, preset.label()).on_hover_text(preset.explanation()).changed() {
                chosen.retain(|other| *other != preset);
                if is_on {
                    chosen.push(preset);
                }
            }
        });
    }
}
