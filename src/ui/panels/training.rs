//! How models are trained.

use egui::Ui;

use super::{View, buttons::action_button_with, cards::number_ui};
use crate::{
    distribution::GroupRule,
    experiment::{LBFGS_EPOCHS, Setting},
    state::Action,
    train::{Batch, Optimiser, Reduction},
    ui::widgets::{Row, choice, count_slider, setting_slider},
    weighting::Normalisation,
};

/// Draws the settings; changes take effect while it trains.
pub(super) fn training_ui(view: &mut View<'_>, ui: &mut Ui) {
    let training = &mut view.session.spec.training;
    let before = training.optimiser;
    let row = Row::new("Optimiser", "The rule that turns gradients into steps");
    choice(ui, "optimiser", row, &mut training.optimiser, &Optimiser::ALL, |optimiser| {
        (optimiser.label(), optimiser.explanation())
    });
    if training.optimiser == Optimiser::Lbfgs && before != Optimiser::Lbfgs {
        training.epochs = training.epochs.max(LBFGS_EPOCHS);
    }
    if training.optimiser != Optimiser::Lbfgs {
        setting_slider(ui, Setting::LearningRate, &mut training.learning_rate);
        if training.optimiser == Optimiser::Sgd {
            setting_slider(ui, Setting::Momentum, &mut training.momentum);
        }
        batch_ui(ui, &mut training.batch);
    }
    setting_slider(ui, Setting::L2, &mut training.l2);
    let row = Row::new(
        "Epochs",
        "Passes over the training samples; iterations for L-BFGS, which stops by itself at the optimum",
    );
    count_slider(ui, row, &mut training.epochs, 1..=10_000);
    let hint = "When a setting that acts while it trains is changed after the end: train on until the loss has settled again, so that figures and settings belong together";
    ui.checkbox(&mut view.settings.trains_on, "Train on after a change").on_hover_text(hint);
    let training = &mut view.session.spec.training;
    let row = Row::new("Normalise", "How class weights are scaled: the scale multiplies the learning rate");
    choice(ui, "normalisation", row, &mut training.normalisation, &Normalisation::ALL, |n| (n.label(), n.formula()));
    let row = Row::new("Reduction", "How the weighted losses of a batch become one number");
    choice(ui, "reduction", row, &mut training.reduction, &Reduction::ALL, |reduction| {
        (reduction.label(), reduction.formula())
    });
    groups_ui(view, ui);
    let row =
        Row::new("Repeat on", "Train the whole comparison on several seeds, for 95 % intervals and paired differences");
    row.show(ui, |ui| {
        let number = number_ui(view, ui);
        let is_enabled = view.session.checked().is_ok() && !view.session.seeds.is_running();
        action_button_with(view, ui, Action::TrainSeeds, is_enabled, egui::Button::new("Train them"));
        number
    });
}

/// Which classes are reported as many, medium and few.
fn groups_ui(view: &mut View<'_>, ui: &mut Ui) {
    let groups = &mut view.session.spec.groups;
    let mut is_thirds = *groups == GroupRule::Thirds;
    let row = Row::new("Groups", "Which classes are reported as many, medium and few");
    choice(ui, "groups", row, &mut is_thirds, &[false, true], |is_thirds| {
        if is_thirds {
            ("Thirds by rank", "A third of the classes each")
        } else {
            (
                "By count",
                "Many: more than 100 training samples, few: fewer than 20, as in Kang et al. 2020; can be changed",
            )
        }
    });
    if is_thirds {
        *groups = GroupRule::Thirds;
    } else if *groups == GroupRule::Thirds {
        *groups = GroupRule::default();
    }
    if let GroupRule::Thresholds { many_above, few_below } = groups {
        let row = Row::new("Many above", "Classes with more training samples than this are \"many\"");
        count_slider(ui, row, many_above, 1..=10_000);
        let row = Row::new("Few below", "Classes with fewer training samples than this are \"few\"");
        count_slider(ui, row, few_below, 1..=10_000);
        if *few_below > many_above.saturating_add(1) {
            let text = format!(
                "A class with {} to {} samples would be many and few at once: it counts as many. Set few below {} or less",
                many_above.saturating_add(1),
                few_below.saturating_sub(1),
                many_above.saturating_add(1)
            );
            ui.add(egui::Label::new(egui::RichText::new(text).color(ui.visuals().warn_fg_color)).wrap());
        }
    }
}

fn batch_ui(ui: &mut Ui, batch: &mut Batch) {
    let mut is_full = *batch == Batch::Full;
    let row = Row::new("Batch", "Samples in one step: some of them, or all");
    choice(ui, "batch", row, &mut is_full, &[false, true], |is_full| {
        if is_full {
            ("Full batch", "One step an epoch on all samples")
        } else {
            ("Mini-batches", "Many steps an epoch")
        }
    });
    match batch {
        Batch::Size(_) if is_full => *batch = Batch::Full,
        Batch::Full if !is_full => *batch = Batch::Size(64),
        Batch::Size(size) => {
            setting_slider(ui, Setting::Batch, size);
        }
        Batch::Full => {}
    }
}
