//! Two results side by side: what they have in common, and paired differences where their splits agree.

mod answer;

pub use answer::Answer;

use answer::{Entry, SeedFigures};
use serde::Serialize;

use super::{
    Difference, Estimate, ExperimentSpec,
    export::{Cell, Grid},
    results::{DIFFERENCE, Known, Made, PairedCounting, SHARE, share_of_splits},
};
use crate::data::MapKind;

/// Two results side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideBySide {
    /// What the two are called.
    pub names: [String; 2],
    /// What is compared: first the best of both, then what both have under the same name.
    pub pairs: Vec<Pair>,
    /// What a reader should know; whole sentences.
    pub notes: Vec<String>,
}

/// An objective of the first results and one of the second.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Their names.
    pub names: [String; 2],
    /// Whether they are the best of their results.
    pub are_best: bool,
    /// Splits that both were measured on.
    pub splits: usize,
    /// Mean recall over classes.
    pub macro_recall: Compared,
    /// Accuracy on samples with the training set's class shares.
    pub natural_accuracy: Compared,
    /// The lowest recall of a class.
    pub worst_recall: Compared,
    /// Geometric mean of recall.
    pub geometric_mean: Compared,
}

/// A figure of both, over the splits that both have, or over all where they have none in common.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Compared {
    /// Of the first results.
    pub first: Option<Estimate>,
    /// Of the second.
    pub second: Option<Estimate>,
    /// The second less the first, paired over splits; `None` without one in common.
    pub difference: Option<Difference>,
}

impl SideBySide {
    /// Lays two results side by side.
    pub fn of(first: &Answer, second: &Answer) -> Self {
        let mut notes = Vec::new();
        let disagreement = disagreement(first, second);
        let best = |answer: &Answer| answer.entries.iter().position(|entry| entry.is_best);
        let mut places: Vec<(usize, usize, bool)> = Vec::new();
        places.extend(best(first).zip(best(second)).map(|(a, b)| (a, b, true)));
        for (a, entry) in first.entries.iter().enumerate() {
            let same = second.entries.iter().position(|other| other.name == entry.name);
            places.extend(same.filter(|&b| !places.contains(&(a, b, true))).map(|b| (a, b, false)));
        }
        let pairs: Vec<Pair> = places
            .into_iter()
            .map(|(a, b, are_best)| {
                let (a, b) = (&first.entries[a], &second.entries[b]);
                pair(&first.experiment, a, b, are_best, disagreement.is_none())
            })
            .collect();
        match disagreement {
            Some(reason) => notes.push(format!("{reason}, so nothing is paired: the figures stand beside each other alone")),
            None if pairs.iter().all(|pair| pair.splits == 0) => {
                notes.push("No split is in both results, so nothing is paired: run one with the seeds of the other".to_owned());
            }
            None => notes.push(
                "Differences are the second less the first, paired over the splits that both have, with 95 % intervals; ≈ is within noise"
                    .to_owned(),
            ),
        }
        if first.experiment.data.path != second.experiment.data.path {
            notes.push(
                "The data files have other names; their rows are taken to be the same in the same order".to_owned(),
            );
        }
        if pairs.is_empty() {
            notes.push(
                "No objective is in both under the same name, and not both results have one that was chosen".to_owned(),
            );
        }
        if best(first).is_some() && best(second).is_some() && (first.is_sweep || second.is_sweep) {
            notes.push(
                "The best of a sweep was chosen by its validation part; what is compared was measured on the test part"
                    .to_owned(),
            );
        }
        Self { names: [first.name.clone(), second.name.clone()], pairs, notes }
    }

    /// The pairs as a table, a row for each figure.
    pub fn grid(&self) -> Grid {
        let [a, b] = &self.names;
        let header = ["first", "second", "splits", "figure", a, b, "difference"].map(str::to_owned).to_vec();
        let figures: [(&str, FigureOf); 4] = [
            ("macro recall", |pair| pair.macro_recall),
            ("natural accuracy", |pair| pair.natural_accuracy),
            ("worst class", |pair| pair.worst_recall),
            ("geometric mean", |pair| pair.geometric_mean),
        ];
        let mut grid = Grid { header, rows: Vec::new(), rules: Vec::new(), notes: self.notes.clone() };
        for pair in &self.pairs {
            grid.rules.push(grid.rows.len());
            let best = if pair.are_best { "best: " } else { "" };
            for (name, figure) in figures {
                let mut row: Vec<Cell> = pair.names.iter().map(|name| Cell::Text(format!("{best}{name}"))).collect();
                row.extend([Cell::Count(pair.splits as u64), Cell::Text(name.to_owned())]);
                let Compared { first, second, difference } = figure(pair);
                row.extend([Cell::estimate(first), Cell::estimate(second)]);
                row.push(difference.map_or(Cell::Missing, Cell::Difference));
                grid.rows.push(row);
            }
        }
        grid
    }
}

impl Pair {
    /// What it says, in a sentence: "CB (there) and CB focal (here), the best of both, on 5 splits: macro recall 0.712 and
    /// 0.731, +0.019 ± 0.004; …".
    pub fn in_words(&self) -> String {
        let [first, second] = &self.names;
        let of_both = if self.are_best { ", the best of both" } else { "" };
        let names = if first == second {
            format!("{first} in both{of_both}")
        } else {
            format!("{first} (there) and {second} (here){of_both}")
        };
        let figures = [
            ("macro recall", self.macro_recall),
            ("worst class", self.worst_recall),
            ("natural accuracy", self.natural_accuracy),
        ];
        let words = |(name, figure): (&str, Compared)| {
            let mean = |estimate: Option<Estimate>| Some(format!("{:.3}", estimate?.mean));
            let means = format!("{name} {} and {}", mean(figure.first)?, mean(figure.second)?);
            Some(match figure.difference {
                Some(difference) => format!("{means}, {}", Cell::Difference(difference).to_text()),
                None => means,
            })
        };
        let figures: Vec<String> = figures.into_iter().filter_map(words).collect();
        let splits = match self.splits {
            0 => String::new(),
            1 => " on 1 split".to_owned(),
            n => format!(" on {n} splits"),
        };
        format!("{names}{splits}: {}", figures.join("; "))
    }
}

/// A figure of a pair.
type FigureOf = fn(&Pair) -> Compared;

/// Why the samples of two results cannot be the same, as the beginning of a sentence.
fn disagreement(first: &Answer, second: &Answer) -> Option<String> {
    if first.class_labels != second.class_labels {
        return Some("The classes differ".to_owned());
    }
    if first.evaluated_on != second.evaluated_on {
        return Some(format!(
            "One is measured on the {}, the other on the {}",
            first.evaluated_on.label(),
            second.evaluated_on.label()
        ));
    }
    let (mut one, mut other) = (first.experiment.data.clone(), second.experiment.data.clone());
    for data in [&mut one, &mut other] {
        // What the model is given of the features does not change the samples.
        (data.path, data.map) = (None, MapKind::Linear);
    }
    let uses_counts = first.experiment.uses_distribution();
    let has_same_counts = !uses_counts || first.experiment.distribution == second.experiment.distribution;
    if one != other || !has_same_counts {
        return Some("The data, or how they are split, differ".to_owned());
    }
    if first.is_sweep != second.is_sweep {
        return Some("A sweep reports by half of the test samples, train by all of them".to_owned());
    }
    None
}

/// Compares two objectives; `can_pair` says whether the same seeds are the same samples.
fn pair(experiment: &ExperimentSpec, first: &Entry, second: &Entry, are_best: bool, can_pair: bool) -> Pair {
    let is_same = |a: &SeedFigures, b: &SeedFigures| a.counts == b.counts && a.tested == b.tested;
    let both: Vec<(&SeedFigures, &SeedFigures)> = first
        .runs
        .iter()
        .filter_map(|(samples, a)| Some((a, second.runs.get(samples)?)))
        .filter(|(a, b)| can_pair && is_same(a, b))
        .collect();
    let (ours, theirs): (Vec<&SeedFigures>, Vec<&SeedFigures>) = if both.is_empty() {
        (first.runs.values().collect(), second.runs.values().collect())
    } else {
        both.iter().copied().unzip()
    };
    let shared = shared(experiment, &ours);
    let tallies: Vec<_> = both.iter().map(|(a, b)| (b.tally(), a.tally())).collect();
    // The same runs differ by nothing, and that is certain.
    let are_same = both.iter().all(|(a, b)| a == b);
    let counting = PairedCounting::of(&tallies, shared).filter(|_| !are_same);
    let compared = |figure: fn(&SeedFigures) -> Option<f64>, made: Made<'_>| {
        let mean = |runs: &[&SeedFigures]| {
            let values: Vec<f64> = runs.iter().filter_map(|run| figure(run)).collect();
            Estimate::with(&values, &Known { range: SHARE, counting: None, shared })
        };
        let differences: Vec<f64> = both.iter().filter_map(|(a, b)| Some(figure(b)? - figure(a)?)).collect();
        let counting = counting.as_ref().and_then(|counting| counting.half_width(made));
        Compared {
            first: mean(&ours),
            second: mean(&theirs),
            difference: Difference::with(&differences, &Known { range: DIFFERENCE, counting, shared }),
        }
    };
    Pair {
        names: [first.name.clone(), second.name.clone()],
        are_best,
        splits: both.len(),
        macro_recall: compared(|run| run.macro_recall, Made::Mean),
        natural_accuracy: compared(|run| run.natural_accuracy, Made::Natural),
        worst_recall: compared(|run| run.worst_recall, Made::Worst),
        geometric_mean: compared(|run| run.geometric_mean, Made::Geometric),
    }
}

/// How much of the samples two seeds share: nothing of fresh draws, the test share of splits of the same rows, all of one split.
fn shared(experiment: &ExperimentSpec, runs: &[&SeedFigures]) -> f64 {
    if experiment.data.has_one_split() {
        return 1.0;
    }
    let run = runs.first().filter(|_| experiment.data.source.is_table());
    run.map_or(0.0, |run| share_of_splits(&run.tested, &run.counts))
}
