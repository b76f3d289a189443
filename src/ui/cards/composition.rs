//! The card that says what each objective amounts to: its formula, with the numbers for the most frequent and the rarest class.

use egui::{RichText, ScrollArea, Ui};

use super::{Card, Drawn, View};
use crate::{
    experiment::{
        ClassPart,
        export::{Cell, Grid},
    },
    numbers::thousands,
    state::class_label,
    ui::{
        charts::Classes,
        fit::brief,
        math::Formula,
        palette::Ink,
        theme::strong_family,
        widgets::{marker_swatch, scrolled},
    },
};

/// Formulas of the objectives.
pub(super) struct Composition;

impl Card for Composition {
    fn name(&self) -> &'static str {
        "Formulas of the objectives"
    }

    fn title(&self, _: &View<'_>) -> String {
        "The formula of each objective, with its numbers".to_owned()
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "objective = base loss × class weights + logit offsets, over batches from a sampler\nw_y · L(z + offsets, y), averaged over a batch; its parts are changed at the left, under Objectives and More".to_owned()
    }

    fn explanation(&self, _: &View<'_>) -> Option<String> {
        Some("Four remedies for imbalance and where each acts: weights multiply the loss of a sample, offsets move its logits, a sampler changes how often it comes, the bias decides where training starts. They can be combined in any way; below, what they do to the most frequent and to the rarest class.".to_owned())
    }

    fn least_heights(&self) -> [f32; 2] {
        [360.0; 2]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        composed_ui(view, ui, classes);
        None
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        composed_grid(view, classes)
    }
}

/// Every objective on the screen with its formula and numbers.
fn composed_ui(view: &View<'_>, ui: &mut Ui, classes: &Classes) {
    scrolled(ScrollArea::vertical().id_salt("composed").auto_shrink(false), ui, |ui| {
        for (idx, objective) in view.session.spec.objectives.iter().enumerate().filter(|(_, one)| one.shown) {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                marker_swatch(ui, Ink::Objective(objective.colour));
                ui.label(RichText::new(brief(&objective.name)).font(egui::FontId::new(15.0, strong_family())));
            });
            Formula::new(&format!("L = {}", objective.formula())).size(17.0).coloured().show(ui);
            for part in ends(view, idx, classes) {
                ui.add(egui::Label::new(RichText::new(sentence(classes, part)).weak()).wrap());
            }
            ui.add_space(6.0);
        }
    });
}

/// The most frequent and the rarest class that has samples.
fn ends(view: &View<'_>, objective_idx: usize, classes: &Classes) -> Vec<ClassPart> {
    let parts = parts(view, objective_idx);
    let present =
        || classes.order.iter().filter_map(|&class_idx| parts.get(class_idx)).filter(|part| part.n_samples > 0);
    let (first, last) = (present().next(), present().next_back());
    first.into_iter().chain(last.filter(|_| first != last)).copied().collect()
}

fn parts(view: &View<'_>, objective_idx: usize) -> Vec<ClassPart> {
    match (view.session.checked(), view.session.counts()) {
        (Ok(checked), Some(counts)) => checked.composition(objective_idx, counts),
        _ => Vec::new(),
    }
}

fn sentence(classes: &Classes, part: ClassPart) -> String {
    let mut said = format!(
        "{}, n = {}: weight {}",
        class_label(&classes.names, part.class_idx),
        thousands(part.n_samples),
        short(part.weight)
    );
    let mut say = |what: &str, value: f64| {
        if value != 0.0 {
            said = format!("{said}, {what} {}", short(value));
        }
    };
    say("logit in training", part.training_offset);
    say("logit at test", part.test_offset);
    say("margin", part.margin);
    said = format!("{said}, {:.1} of 100 samples in a batch", part.batch_share * 100.0);
    said
}

/// A number of moderate size with a true minus sign.
fn short(value: f64) -> String {
    let text = if (0.01..100.0).contains(&value.abs()) { format!("{value:.2}") } else { format!("{value:.3e}") };
    text.replace('-', "−")
}

/// All numbers, one row a class and objective.
fn composed_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let header =
        ["Objective", "Class", "Samples", "Weight", "Logit in training", "Logit at test", "Margin", "Share of a batch"];
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (idx, objective) in view.session.spec.objectives.iter().enumerate().filter(|(_, one)| one.shown) {
        let parts = parts(view, idx);
        for part in classes.order.iter().filter_map(|&class_idx| parts.get(class_idx)) {
            rows.push(vec![
                Cell::Text(objective.name.clone()),
                Cell::Text(class_label(&classes.names, part.class_idx)),
                Cell::Count(part.n_samples),
                Cell::Number(part.weight),
                Cell::Number(part.training_offset),
                Cell::Number(part.test_offset),
                Cell::Number(part.margin),
                Cell::Share(part.batch_share),
            ]);
        }
        notes.push(format!("{}: L = {}", objective.name, objective.formula()));
    }
    Grid { header: header.map(str::to_owned).to_vec(), rows, notes, ..Grid::default() }
}
