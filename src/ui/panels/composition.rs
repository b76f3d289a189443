//! What an objective is made of in addition to loss and weights: offsets, deferred weights, and where the bias starts.

use egui::Ui;

use crate::{
    experiment::{ObjectiveSpec, Setting},
    loss::{Head, OffsetKind},
    train::BiasStart,
    ui::widgets::{Row, choice, setting_slider, share_slider},
    weighting::SchemeKind,
};

/// Share of the run after which weights begin where a person asks for that: as in Cao et al. 2019.
const USUAL_DEFERRAL: f64 = 0.8;

/// The entries of an objective's menu that add these parts.
pub(super) fn composition_menu_ui(ui: &mut Ui, objective: &mut ObjectiveSpec) {
    let is_softmax = objective.head == Head::Softmax;
    ui.add_enabled_ui(is_softmax, |ui| {
        let hint =
            "What is added to the logits, class by class: a remedy for imbalance other than weights and samplers";
        ui.menu_button("Logit offsets", |ui| {
            for kind in OffsetKind::ALL {
                let is_chosen = objective.offsets == kind;
                if ui.selectable_label(is_chosen, kind.label()).on_hover_text(kind.explanation()).clicked() {
                    objective.offsets = kind;
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text(hint)
        .on_disabled_hover_text("Offsets go with a softmax head only");
    });
    let has_weights = objective.weights != SchemeKind::Uniform;
    let mut is_deferred = objective.is_deferred();
    ui.add_enabled_ui(has_weights, |ui| {
        let tick = ui
            .checkbox(&mut is_deferred, "Defer the weights")
            .on_hover_text(
                "Every class weighs 1 first and the weights begin late in the run (deferred re-weighting, Cao et al. 2019)",
            )
            .on_disabled_hover_text("All classes weigh the same: there is nothing to defer");
        if tick.changed() {
            objective.defer = if is_deferred { USUAL_DEFERRAL } else { 0.0 };
        }
    });
    ui.menu_button("Start of the bias", |ui| {
        for start in BiasStart::ALL {
            let is_possible = start.check(objective.head, objective.prior).is_ok();
            let entry = egui::Button::selectable(objective.bias_start == start, start.label());
            let entry = ui
                .add_enabled(is_possible, entry)
                .on_hover_text(start.explanation())
                .on_disabled_hover_text("A chosen π goes with a sigmoid head only");
            if entry.clicked() {
                objective.bias_start = start;
                ui.close();
            }
        }
    })
    .response
    .on_hover_text("Which probabilities the model predicts before training; the objective starts again");
}

/// The parts that the objective has, each with its number.
pub(super) fn composition_ui(ui: &mut Ui, objective: &mut ObjectiveSpec) {
    if objective.is_deferred() {
        let row = Row::new(Setting::Defer.name(), Setting::Defer.hint());
        share_slider(ui, row, &mut objective.defer);
    }
    if objective.offsets != OffsetKind::None {
        let row = Row::new("Offsets", "What is added to the logits, class by class");
        choice(ui, "offsets", row, &mut objective.offsets, &OffsetKind::ALL, |kind| (kind.label(), kind.explanation()));
    }
    if objective.offsets.has_tau() {
        setting_slider(ui, Setting::Tau, &mut objective.tau);
    }
    if objective.offsets == OffsetKind::Ldam {
        setting_slider(ui, Setting::MaxMargin, &mut objective.max_margin);
    }
    if objective.bias_start != BiasStart::Standard {
        let row = Row::new("Bias", "Which probabilities the model predicts before training");
        choice(ui, "bias start", row, &mut objective.bias_start, &BiasStart::ALL, |start| {
            (start.label(), start.explanation())
        });
    }
    if objective.bias_start == BiasStart::Probability {
        setting_slider(ui, Setting::Prior, &mut objective.prior);
    }
}
