//! What the sampler of each objective does with each class, as a table.

use super::View;
use crate::{
    data::Sampler,
    experiment::{
        export::{Cell, Grid},
        sampling_in_words,
    },
    ui::charts::Classes,
};

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
