//! The sampler of an objective: where it is chosen, what it does, and its numbers as a table.

use egui::{RichText, Ui};

use super::View;
use crate::{
    data::{MAX_NEIGHBOURS, Sampler},
    distribution::ClassCounts,
    experiment::{
        ObjectiveSpec, corrects_twice,
        export::{Cell, Grid, significant},
        sampling_in_words,
    },
    ui::{
        charts::Classes,
        widgets::{Row, choice, whole_slider},
    },
};

/// The entry of an objective's menu in which its sampler is chosen.
pub(super) fn sampler_menu_ui(ui: &mut Ui, objective: &mut ObjectiveSpec) {
    ui.menu_button("Sampler", |ui| {
        for sampler in Sampler::ALL {
            let is_chosen = objective.sampler == sampler;
            if ui.selectable_label(is_chosen, sampler.label()).on_hover_text(sampler.explanation()).clicked() {
                objective.sampler = sampler;
                ui.close();
            }
        }
    })
    .response
    .on_hover_text("Which training samples an epoch looks at; the other remedy for imbalance beside weights");
}

/// The sampler of an objective that has another than the ordinary one, with its parameter and what is to be minded.
pub(super) fn sampler_ui(ui: &mut Ui, objective: &mut ObjectiveSpec, counts: Option<&ClassCounts>) {
    if objective.sampler == Sampler::Instance {
        return;
    }
    let row = Row::new("Sampler", "Which training samples an epoch looks at");
    choice(ui, "sampler", row, &mut objective.sampler, &Sampler::ALL, |sampler| {
        (sampler.label(), sampler.explanation())
    });
    if objective.sampler == Sampler::Smote {
        let row = Row::new(
            "Neighbours k",
            "SMOTE makes x + u·(x_nn − x) with x_nn one of the k nearest neighbours of x in its class",
        );
        whole_slider(ui, row, &mut objective.neighbours, 1..=MAX_NEIGHBOURS);
    }
    if let Some(ratio) = counts.and_then(|counts| corrects_twice(objective, counts)) {
        let text = format!(
            "Corrects twice: sampler and weights together count the rarest class {} times as much as the most frequent. One of them is enough",
            short(ratio)
        );
        ui.add(egui::Label::new(RichText::new(text).color(ui.visuals().warn_fg_color)).wrap());
    }
}

/// A ratio as people say it.
fn short(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("{ratio:.1}")
    } else if ratio < 1e6 {
        format!("{ratio:.0}")
    } else {
        significant(ratio)
    }
}

/// Whether an objective on the screen has another sampler than the ordinary one.
pub(super) fn has_samplers(view: &View<'_>) -> bool {
    view.session.spec.objectives.iter().any(|objective| objective.shown && objective.sampler != Sampler::Instance)
}

/// What the sampler of each objective does with each class.
pub(super) fn sampling_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let header =
        ["Objective", "Sampler", "Class", "Samples", "Used", "Duplicated", "Dropped", "Made", "Share of a batch"];
    let total = classes.counts.iter().sum::<u64>().max(1) as f64;
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (idx, objective) in view.session.spec.objectives.iter().enumerate().filter(|(_, objective)| objective.shown) {
        let training = view.session.run(idx).and_then(|run| run.training.as_deref());
        for (rank, &class_idx) in classes.order.iter().enumerate() {
            let n = classes.counts[rank];
            let figures = match (training, objective.sampler) {
                (Some(training), _) => training
                    .uses
                    .get(class_idx)
                    .map(|class| ([class.used, class.duplicated, class.dropped, class.made], class.batch_share)),
                (None, Sampler::Instance) => Some(([n, 0, 0, 0], n as f64 / total)),
                // The training set is being prepared.
                (None, _) => None,
            };
            let mut row = vec![
                Cell::Text(objective.name.clone()),
                Cell::Text(objective.sampling().label()),
                Cell::Text(classes.label(rank)),
                Cell::Count(n),
            ];
            match figures {
                Some((counts, share)) => row.extend(counts.map(Cell::Count).into_iter().chain([Cell::Share(share)])),
                None => row.extend((0..5).map(|_| Cell::Missing)),
            }
            rows.push(row);
        }
        if let Some(training) = training {
            let epoch = training.epoch.map_or(String::new(), |epoch| format!(" (epoch {epoch})"));
            notes.push(format!("{}: {}{epoch}", objective.name, sampling_in_words(training.sampling, &training.uses)));
        }
    }
    Grid { header: header.map(str::to_owned).to_vec(), rows, notes, ..Grid::default() }
}
