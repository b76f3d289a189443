//! How models are trained.

use egui::Ui;

use super::View;
use crate::{
    experiment::LBFGS_EPOCHS,
    train::{Batch, Optimiser, Reduction},
    ui::widgets::{Row, choice, count_slider, number_slider, whole_slider},
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
        let row = Row::new("Learning rate", "Step size η");
        number_slider(ui, row, &mut training.learning_rate, 1e-4..=1.0, true);
        if training.optimiser == Optimiser::Sgd {
            let row = Row::new("Momentum", "μ in v ← μ·v + g; 0 is plain SGD");
            number_slider(ui, row, &mut training.momentum, 0.0..=0.99, false);
        }
        batch_ui(ui, &mut training.batch);
    }
    let row = Row::new("L2", "Strength λ of the penalty λ/2 · Σ W²; never on the bias");
    number_slider(ui, row, &mut training.l2, 0.0..=0.1, true);
    let row = Row::new(
        "Epochs",
        "Passes over the training samples; iterations for L-BFGS, which stops by itself at the optimum",
    );
    count_slider(ui, row, &mut training.epochs, 1..=10_000);
    let row = Row::new("Normalise", "How class weights are scaled: the scale acts as a learning rate");
    choice(ui, "normalisation", row, &mut training.normalisation, &Normalisation::ALL, |n| (n.label(), n.formula()));
    let row = Row::new("Reduction", "How the weighted losses of a batch become one number");
    choice(ui, "reduction", row, &mut training.reduction, &Reduction::ALL, |reduction| {
        (reduction.label(), reduction.formula())
    });
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
            whole_slider(ui, Row::new("Batch size", "Samples in one step"), size, 1..=1024);
        }
        Batch::Full => {}
    }
}
