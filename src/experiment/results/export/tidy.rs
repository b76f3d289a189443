//! Results with one value a row, as data frames take them: by class, or by overall figure.

use serde::Deserialize;

use super::{Cell, Grid};
use crate::experiment::{Figure, RunRecord};

/// What a row is about, besides a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tidy {
    /// A class.
    Classes,
    /// An overall figure.
    Metrics,
}

/// The table: objective, seeds, and a class with its counts, weight and recall, or a figure with its value.
pub fn tidy_grid(records: &[RunRecord], of: Tidy) -> Grid {
    let mut header = ["objective", "seed", "split_seed", "init_seed"].map(str::to_owned).to_vec();
    header.extend(
        match of {
            Tidy::Classes => &["class", "train_count", "test_count", "class_weight", "recall"][..],
            Tidy::Metrics => &["metric", "value"],
        }
        .iter()
        .map(|&name| name.to_owned()),
    );
    let mut rows = Vec::new();
    for record in records {
        let seeds = [record.seed, record.split_seed, record.init_seed].map(Cell::Count);
        let run = || std::iter::once(Cell::Text(record.objective.clone())).chain(seeds.clone());
        match of {
            Tidy::Classes => rows.extend(record.class_labels.iter().enumerate().map(|(class_idx, label)| {
                let tested = record.tested_counts.get(class_idx).copied().unwrap_or(0);
                let own = [
                    Cell::Text(label.clone()),
                    Cell::Count(record.counts[class_idx]),
                    Cell::Count(tested),
                    Cell::Number(record.class_weights[class_idx]),
                    Cell::share(record.per_class_recall().get(class_idx).copied().flatten()),
                ];
                run().chain(own).collect()
            })),
            Tidy::Metrics => {
                let figures = Figure::ALL.map(|figure| (figure.name(), record.figures.get(figure)));
                let objective = [("training_objective", record.training_objective)];
                rows.extend(figures.into_iter().chain(objective).map(|(name, value)| {
                    run().chain([Cell::Text(name.to_owned()), value.map_or(Cell::Missing, Cell::Number)]).collect()
                }));
            }
        }
    }
    Grid { header, rows, ..Grid::default() }
}
