//! Differences to a baseline as rows below a comparison, and macro recall over epochs as a grid.

use super::{Cell, Grid, left_out};
use crate::{
    distribution::ClassCounts,
    experiment::{Difference, Estimate, Figure, PairedSummary, RunRecord, results::summary::macro_recall_at},
};

/// What the sign before a difference means.
const SIGN: &str = "≈ marks a difference within noise: the 95 % interval of the paired differences contains 0";

/// Adds a row for each class and each overall figure with the differences to the baseline; the baseline's own column is
/// empty. `grid` is that of [`super::comparison_grid`] of the same records.
pub fn add_differences(grid: &mut Grid, records: &[RunRecord], paired: &[PairedSummary]) {
    let (Some(first), Some(baseline)) = (records.first(), paired.first().map(|paired| &paired.baseline)) else {
        return;
    };
    let objectives: Vec<String> = grid.header.iter().skip(2).cloned().collect();
    let mut row = |name: &str, second: Cell, difference: &dyn Fn(&PairedSummary) -> Option<Difference>| {
        let cells =
            objectives.iter().map(|objective| match paired.iter().find(|paired| paired.objective == *objective) {
                Some(paired) => difference(paired).map_or(Cell::Missing, Cell::Difference),
                None => Cell::Text(String::new()),
            });
        grid.rows.push([Cell::Text(format!("{name} − {baseline}")), second].into_iter().chain(cells).collect());
    };
    let n_rows = |grid: &Grid| grid.rows.len();
    let order = ClassCounts::new(first.counts.clone())
        .map_or_else(|_| (0..first.counts.len()).collect(), |counts| counts.head_to_tail());
    let n_classes = order.len();
    for class_idx in order {
        let recall = |paired: &PairedSummary| paired.per_class_recall.get(class_idx).copied().flatten();
        row(&first.class_labels[class_idx], Cell::Count(first.counts[class_idx]), &recall);
    }
    for figure in Figure::ALL {
        row(figure.label(), Cell::Text(String::new()), &|paired| paired.figures.get(figure));
    }
    let start = n_rows(grid) - n_classes - Figure::ALL.len();
    grid.rules.extend([start, start + n_classes]);
    if grid.rows[start..].iter().flatten().any(Cell::is_within_noise) {
        grid.notes.push(SIGN.to_owned());
    }
}

/// Mean macro recall over epochs, a column an objective; `curves` are [`mean_curves`] of the records.
pub fn curves_grid(records: &[RunRecord], curves: &[MeanCurve]) -> Grid {
    let header = std::iter::once("epoch".to_owned()).chain(curves.iter().map(|(name, _)| name.clone())).collect();
    let mut epochs: Vec<u64> = curves.iter().flat_map(|(_, points)| points.iter().map(|(epoch, _)| *epoch)).collect();
    epochs.sort_unstable();
    epochs.dedup();
    let row = |epoch: u64| {
        let at = |points: &[(u64, Estimate)]| {
            let found = points.binary_search_by_key(&epoch, |(known, _)| *known).ok().map(|place| points[place].1);
            Cell::estimate(found)
        };
        std::iter::once(Cell::Count(epoch)).chain(curves.iter().map(|(_, points)| at(points))).collect()
    };
    let rows: Vec<Vec<Cell>> = epochs.into_iter().map(row).collect();
    let on = records.first().map(|first| format!("Macro recall on the {} by epoch", first.evaluated_on.label()));
    Grid { header, rows, rules: vec![0], notes: on.into_iter().chain(left_out(records)).collect() }
}

/// An objective's name with its (epoch, mean over seeds), in the order of epochs.
pub type MeanCurve = (String, Vec<(u64, Estimate)>);

/// For each objective, macro recall over epochs: the mean over the runs that have one, with its 95 % interval, at epochs
/// that all of these know.
pub fn mean_curves(records: &[RunRecord]) -> Vec<MeanCurve> {
    let mut names: Vec<&str> = Vec::new();
    for record in records {
        if !names.contains(&record.objective.as_str()) {
            names.push(&record.objective);
        }
    }
    let curve = |name: &str| {
        let runs: Vec<&RunRecord> =
            records.iter().filter(|record| record.objective == name && !record.curve.is_empty()).collect();
        let epochs = runs.first().map(|run| run.curve.iter().map(|(epoch, _)| *epoch)).into_iter().flatten();
        let at = |epoch: u64| {
            let of_run = |run: &&RunRecord| {
                let place = run.curve.binary_search_by_key(&epoch, |(known, _)| *known).ok()?;
                Some(run.curve[place].1)
            };
            let values: Vec<f64> = runs.iter().map_while(of_run).collect();
            let is_whole = values.len() == runs.len();
            Some((epoch, macro_recall_at(&runs, epoch, &values).filter(|_| is_whole)?))
        };
        epochs.filter_map(at).collect()
    };
    names.into_iter().map(|name| (name.to_owned(), curve(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{export::comparison_grid, paired_differences, results::paired::tests::record, summarise};

    #[test]
    fn differences_stand_below_the_comparison_with_their_signs() {
        let records = [
            record("CE", 1, [0.9, 0.1]),
            record("CB", 1, [0.9, 0.5]),
            record("CE", 2, [0.8, 0.1]),
            record("CB", 2, [0.8, 0.5]),
        ];
        let mut grid = comparison_grid(&records, &summarise(&records));
        let n_before = grid.rows.len();
        add_differences(&mut grid, &records, &paired_differences(&records, "CE"));
        assert_eq!(grid.rules[2..], [n_before, n_before + 2]);
        let texts: Vec<Vec<String>> =
            grid.rows[n_before..].iter().map(|row| row.iter().map(Cell::to_text).collect()).collect();
        assert_eq!(texts[0], ["C0 − CE", "20", "", "≈ 0.000 ± 0.144"]);
        assert_eq!(texts[1][3], "+0.400 ± 0.259");
        assert_eq!((texts.len(), texts[2][0].as_str()), (11, "Macro recall − CE"));
        assert_eq!(grid.notes.last().map(String::as_str), Some(SIGN));
    }

    #[test]
    fn the_mean_curve_has_the_epochs_that_all_runs_share() {
        let with = |seed: u64, curve: &[(u64, f64)]| {
            let mut record = record("CE", seed, [0.5, 0.5]);
            record.curve = curve.to_vec();
            record
        };
        // The second run converged after epoch 3; the third diverged and has no curve.
        let records = [
            with(1, &[(0, 0.1), (2, 0.5), (4, 0.6)]),
            with(2, &[(0, 0.3), (2, 0.7), (3, 0.8), (4, 0.8)]),
            with(3, &[]),
        ];
        let curves = mean_curves(&records);
        let means: Vec<(u64, f64)> = curves[0].1.iter().map(|(epoch, value)| (*epoch, value.mean)).collect();
        assert_eq!(means, [(0, 0.2), (2, 0.6), (4, 0.7)]);
        assert_eq!(curves_grid(&records, &curves).rows[1], [Cell::Count(2), Cell::Estimate(curves[0].1[1].1)]);
    }
}
