//! Results of a sweep: points as a grid, runs as a grid, everything as JSON, and a page to read.

mod charts;
mod html;
mod paper;

use serde::Serialize;

use super::{Cell, Grid};
use crate::{
    data::Evaluation,
    experiment::{
        Difference, SHARED_ROWS, Setting, name_of,
        sweep::{
            Choice, Metric, PointSummary, Standing, SweepError, SweepFigures, SweepHeader, SweepLines, SweepRecord,
            Value, WeightsOfCounts, choose, point_name,
        },
    },
    text::capitalised,
};

pub use html::sweep_html;

/// Everything that a sweep says, for programs.
#[derive(Debug, Serialize)]
pub struct SweepAnswer<'a> {
    /// The sweep, with its experiment.
    sweep: &'a SweepHeader,
    /// Runs that are not finished.
    missing_runs: usize,
    /// The conclusions, one for each imbalance factor.
    choices: &'a [Choice],
    /// Every finished run.
    runs: Vec<&'a SweepRecord>,
}

impl<'a> SweepAnswer<'a> {
    /// Joins results and conclusions.
    pub fn new(lines: &'a SweepLines, choices: &'a [Choice]) -> Self {
        let runs = lines.records.values().collect();
        Self { sweep: &lines.header, missing_runs: lines.missing().count(), choices, runs }
    }
}

/// A row for each point, best first within each imbalance factor, with the conclusions below.
///
/// # Errors
/// When the sweep in the results cannot be checked.
pub fn points_grid(lines: &SweepLines) -> Result<Grid, SweepError> {
    Ok(points_table(lines, &choose(lines)?))
}

/// As [`points_grid`], of conclusions that are drawn already.
pub fn points_table(lines: &SweepLines, choices: &[Choice]) -> Grid {
    let is_macro = lines.header.sweep.metric == Metric::MacroRecall;
    let mut header = vec!["point", "validation", "to the best", "test"];
    header.extend((!is_macro).then_some("macro recall"));
    header.extend(["head", "tail", "natural"]);
    let header = header.into_iter().map(str::to_owned).collect();
    let mut grid = Grid { header, ..Grid::default() };
    for choice in choices {
        grid.rules.push(grid.rows.len());
        for point in ranked(choice) {
            let test = &point.test;
            let mut row = vec![Cell::Text(point_name(point)), Cell::estimate(point.validation.metric)];
            row.extend([Cell::Text(to_the_best(point)), Cell::estimate(test.metric)]);
            row.extend((!is_macro).then(|| Cell::estimate(test.macro_recall)));
            let figures = [test.head_recall, test.tail_recall, test.natural_accuracy];
            row.extend(figures.into_iter().map(Cell::estimate));
            grid.rows.push(row);
        }
    }
    grid.notes = method(lines);
    for choice in choices {
        grid.notes.push(String::new());
        grid.notes.extend(conclusions(lines, choice));
    }
    grid
}

/// The points of a choice, best first; those without figures last.
pub fn ranked(choice: &Choice) -> Vec<&PointSummary> {
    let mean = |point: &PointSummary| point.validation.metric.map_or(f64::NEG_INFINITY, |metric| metric.mean);
    let mut points: Vec<&PointSummary> = choice.points.iter().collect();
    points.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
    points
}

/// How far a point is from the best one, and whether that can be told.
fn to_the_best(point: &PointSummary) -> String {
    let difference = point.behind.map(|behind| Difference { estimate: behind.estimate.negated(), ..behind }.to_text(3));
    match (point.standing, difference) {
        (Standing::NotDistinguishable, Some(difference)) => format!("≈ {difference}"),
        (Standing::Worse, Some(difference)) => difference,
        (standing, _) => standing.label().to_owned(),
    }
}

/// How the figures came about, in sentences.
fn method(lines: &SweepLines) -> Vec<String> {
    let header = &lines.header;
    let sweep = &header.sweep;
    let n_seeds = sweep.experiment.seeds;
    let n_points = header.runs / n_seeds.max(1);
    let over = sweep.experiment.repetitions_in_words(n_seeds);
    let seeds = if n_seeds > 1 { format!(", mean ± 95 % interval over {over}") } else { String::new() };
    let parts = match header.evaluated_on {
        Evaluation::BalancedTest if !sweep.experiment.data.source.is_table() => {
            "The choice is made on a validation set, the figures are those of a test set, each drawn for itself with as many samples of every class"
        }
        Evaluation::BalancedTest => {
            "The choice is made on a validation part, the figures are those of a test part: halves of the balanced test rows"
        }
        _ => {
            "The choice is made on a validation part, the figures are those of a test part: halves of the rows held back"
        }
    };
    let mut notes = vec![
        format!("{parts}{seeds}"),
        format!(
            "Validation and test: {}; head, tail and natural accuracy (on the training set's class shares) are of the test",
            sweep.metric_label()
        ),
        "To the best: paired over seeds on the validation; ≈ cannot be told from it, as the 95 % interval holds 0; not corrected for the number of points"
            .to_owned(),
        capitalised(sweep.tail.label()),
    ];
    if n_points > 1 {
        notes.push(format!(
            "The best of {n_points} points on the validation part is flattered by the choice there; the test part had no say in it"
        ));
    }
    if n_seeds > 1 && sweep.experiment.data.source.is_table() && !sweep.experiment.data.has_one_split() {
        notes.push(SHARED_ROWS.to_owned());
    }
    if let Some(floor) = sweep.head_floor {
        notes.push(format!("Points with head recall below {floor} on the validation part are not chosen"));
    }
    let n_missing = lines.missing().count();
    if n_missing > 0 && sweep.design.halving {
        notes.push(format!(
            "{n_missing} of {} runs are not there: points are halved after 1, 2, 4, … seeds",
            header.runs
        ));
    } else if n_missing > 0 {
        notes.push(format!("{n_missing} of {} runs are not finished", header.runs));
    }
    notes
}

/// The best point and the cautions that apply, in sentences.
pub fn conclusions(lines: &SweepLines, choice: &Choice) -> Vec<String> {
    let mut sentences = Vec::new();
    let setting = choice.imbalance.map_or(String::new(), |factor| format!(" at imbalance factor {factor}"));
    if let Some(best) = &choice.best {
        sentences.push(format!("Best{setting}: {}", best.sentence));
        let scale = lines.header.sweep.experiment.training.normalisation.label().to_lowercase();
        let mut weights_of = |weights: &WeightsOfCounts, of: &str| {
            let weights: Vec<String> = weights.class_weights.iter().map(|weight| super::significant(*weight)).collect();
            if weights.len() <= 20 {
                sentences.push(format!("Its class weights{of}: {} ({scale})", of_classes(lines, weights).join(", ")));
            }
        };
        match &best.all_rows {
            Some(all) => {
                weights_of(all, " for all rows of the table");
                weights_of(&best.training_part, " for the training part alone");
            }
            None => weights_of(&best.training_part, ""),
        }
    }
    sentences.extend(choice.remarks.iter().cloned());
    sentences
}

/// Values of the classes, each behind the class's name where that says more than its place.
pub fn of_classes(lines: &SweepLines, values: impl IntoIterator<Item = String>) -> Vec<String> {
    let labels = &lines.header.class_labels;
    let has_names = lines.header.sweep.experiment.data.source.is_table();
    let named = |(idx, value): (usize, String)| match labels.get(idx).filter(|_| has_names) {
        Some(label) => format!("{label} {value}"),
        None => value,
    };
    values.into_iter().enumerate().map(named).collect()
}

/// A figure of a run with its name in a spreadsheet.
type Figure = (&'static str, fn(&SweepFigures) -> Option<f64>);

/// A row for each finished run, for spreadsheets.
pub fn runs_grid(lines: &SweepLines) -> Grid {
    const FIGURES: [Figure; 6] = [
        ("macro_recall", |figures| figures.macro_recall),
        ("head_recall", |figures| figures.head_recall),
        ("tail_recall", |figures| figures.tail_recall),
        ("worst_recall", |figures| figures.worst_recall),
        ("geometric_mean", |figures| figures.geometric_mean),
        ("natural_accuracy", |figures| figures.natural_accuracy),
    ];
    let parameters: Vec<Setting> = lines.header.sweep.vary.keys().copied().collect();
    let mut header = vec!["run".to_owned(), "objective".to_owned()];
    header.extend(parameters.iter().map(name_of));
    header.extend(["seed", "ending", "epochs"].map(str::to_owned));
    for part in ["validation", "test"] {
        header.extend(FIGURES.iter().map(|(name, _)| format!("{part}_{name}")));
    }
    let rows = lines.records.values().map(|run| {
        let mut row = vec![Cell::Count(run.run), Cell::Text(run.objective.clone())];
        row.extend(parameters.iter().map(|parameter| match run.values.get(parameter) {
            Some(Value::Number(number)) => Cell::Setting(*number),
            Some(name) => Cell::Text(name.to_text()),
            None => Cell::Missing,
        }));
        row.extend([Cell::Count(run.seed), Cell::Text(name_of(&run.ending)), Cell::Count(run.epochs)]);
        for figures in [&run.validation, &run.test] {
            row.extend(FIGURES.iter().map(|(_, figure)| Cell::share(figures.as_ref().and_then(figure))));
        }
        row
    });
    Grid { rows: rows.collect(), header, ..Grid::default() }
}
