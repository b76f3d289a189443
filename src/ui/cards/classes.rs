//! What each class is like, as a table.

use super::{Card, Numbers, View};
use crate::{
    data::rank_correlation,
    experiment::export::{Cell, Grid},
    ui::charts::Classes,
};

/// The table of classes.
pub(super) struct ClassTable;

impl Card for ClassTable {
    fn name(&self) -> &'static str {
        "Classes"
    }

    fn title(&self, _: &View<'_>) -> String {
        "What each class is like".to_owned()
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Classes from head to tail".to_owned()
    }

    fn numbers(&self, _: &View<'_>) -> Numbers {
        Numbers::Always
    }

    fn least_heights(&self) -> [f32; 2] {
        [380.0, 260.0]
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        classes_grid(view, classes)
    }
}

/// What each class is like, head to tail.
pub(super) fn classes_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let data = &view.session.spec.data;
    let plot_data = view.session.plot_data();
    // Where all classes are alike there is nothing to tell.
    let is_uneven = !data.source.is_table() && data.difficulty.is_uneven();
    let ranks = is_uneven.then(|| view.session.difficulty()).filter(|ranks| !ranks.is_empty());
    let best = plot_data.and_then(|plot_data| plot_data.best_recall.as_ref());
    let long_tail = view.session.long_tail();
    let mut header = vec!["Class", "Samples"];
    if long_tail.is_some() {
        header.push("Rows");
    }
    if ranks.is_some() {
        header.extend(["Spread σ", "Difficulty"]);
    }
    if best.is_some() {
        header.push("Best recall");
    }
    header.push("Tested");
    let has_natural = plot_data.is_some_and(|plot_data| !plot_data.natural_counts.is_empty());
    if has_natural {
        header.push("Natural");
    }
    let count = |counts: &[u64], class_idx: usize| counts.get(class_idx).map_or(Cell::Missing, |&n| Cell::Count(n));
    let row = |rank: usize| {
        let class_idx = classes.order[rank];
        let mut row = vec![Cell::Text(classes.label(rank)), Cell::Count(classes.counts[rank])];
        if let Some(long_tail) = long_tail {
            row.push(count(&long_tail.classes.rows, class_idx));
        }
        if let Some(u) = ranks.and_then(|ranks| ranks.get(class_idx)) {
            row.push(Cell::Number(data.difficulty.spread(data.spread, *u)));
            row.push(Cell::Share(*u));
        }
        if let Some(best) = best {
            row.push(Cell::share(best.get(class_idx).copied().flatten()));
        }
        row.push(plot_data.map_or(Cell::Missing, |plot_data| count(&plot_data.evaluated_counts, class_idx)));
        if let Some(plot_data) = plot_data.filter(|_| has_natural) {
            row.push(count(&plot_data.natural_counts, class_idx));
        }
        row
    };
    let header = header.into_iter().map(str::to_owned).collect();
    Grid { header, rows: (0..classes.len()).map(row).collect(), notes: notes(view), ..Grid::default() }
}

/// What the columns mean, and where the test samples come from.
fn notes(view: &View<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if view.session.spec.data.source.is_table() {
        notes.extend(
            view.session.long_tail().map(|long_tail| format!("{}. Rows: all that the table has.", long_tail.summary())),
        );
        notes.push("Tested: rows that recall is measured on; they take no part in training.".to_owned());
    } else {
        if let Some(correlation) = realised_correlation(view) {
            notes.push(format!("Rank correlation of difficulty with frequency: {correlation:.2}."));
        }
        notes.push(
            "Tested: fresh samples, as many of every class. Natural: fresh samples, as frequent as in training."
                .to_owned(),
        );
    }
    if view.session.plot_data().is_some_and(|plot_data| plot_data.best_recall.is_some()) {
        notes.push(
            "Best recall: what the best possible classifier reaches, estimated from the true densities (± 0.02)."
                .to_owned(),
        );
    }
    notes
}

/// Spearman's correlation of difficulty with frequency that the ranks amount to, where classes differ.
fn realised_correlation(view: &View<'_>) -> Option<f64> {
    let ranks = view.session.difficulty();
    let counts = view.session.spec.distribution.counts().ok()?;
    let is_uneven = view.session.spec.data.difficulty.is_uneven();
    if !is_uneven || ranks.len() != counts.n_classes() || ranks.len() < 2 {
        return None;
    }
    let last = (ranks.len() - 1) as f64;
    let hardness: Vec<usize> = ranks.iter().map(|rank| (rank * last).round() as usize).collect();
    let mut frequency = vec![0; ranks.len()];
    for (rank, class_idx) in counts.head_to_tail().into_iter().enumerate() {
        frequency[class_idx] = ranks.len() - 1 - rank;
    }
    Some(rank_correlation(&hardness, &frequency))
}
