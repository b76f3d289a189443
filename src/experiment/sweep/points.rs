//! The points of a sweep as they compare, and what the best one is worth.

use serde::Serialize;

use super::{Averages, Values, WeightsOfCounts};
use crate::experiment::{Difference, Setting};

/// A point over its seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointSummary {
    /// Place in [`super::CheckedSweep::points`].
    pub point: usize,
    /// The objective's name.
    pub objective: String,
    /// The values of its parameters.
    pub values: Values,
    /// Whether it is plain cross entropy, to which the best point is compared.
    pub is_ce: bool,
    /// Runs that are finished.
    pub runs: usize,
    /// Runs that diverged.
    pub diverged: usize,
    /// Where it stands among the others.
    pub standing: Standing,
    /// The best point's metric less its own on the validation part, paired over seeds.
    pub behind: Option<Difference>,
    /// Mean of the metric over the finished runs on the samples to choose by, all seeds or not: what can be shown early.
    #[serde(skip)]
    pub so_far: Option<f64>,
    /// On the samples to choose by.
    pub validation: Averages,
    /// On the samples to report by.
    pub test: Averages,
}

/// Where a point stands on the validation part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The highest mean.
    Best,
    /// The paired 95 % interval of the difference to the best holds 0.
    NotDistinguishable,
    /// The interval does not hold 0.
    Worse,
    /// There is one seed, so there is no interval.
    Unknown,
    /// Its head recall is below the floor.
    BelowFloor,
    /// A run diverged, or has no such figure.
    WithoutFigures,
    /// Runs are missing.
    Unfinished,
    /// Successive halving has dropped it.
    Dropped,
}

impl Standing {
    /// The standing in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::NotDistinguishable => "not distinguishable",
            Self::Worse => "worse",
            Self::Unknown => "one seed",
            Self::BelowFloor => "below the floor",
            Self::WithoutFigures => "no figures",
            Self::Unfinished => "unfinished",
            Self::Dropped => "dropped",
        }
    }
}

/// The best point and what it is worth compared with CE.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Best {
    /// Place in [`super::Choice::points`].
    pub place: usize,
    /// Place in [`super::Choice::points`] of the point to compare with: plain CE, at the values that serve it best.
    pub ce: Option<usize>,
    /// The metric less that of CE on the test part, paired over seeds; `None` without CE, or where CE is best.
    pub gain: Option<Difference>,
    /// Macro recall less that of CE on the test part.
    pub macro_gain: Option<Difference>,
    /// Recall of the head less that of CE on the test part.
    pub head_gain: Option<Difference>,
    /// Whether the gain's interval lies above 0; `None` without CE or interval.
    pub beats_ce: Option<bool>,
    /// For each parameter of the best point that takes more than one number, from where to where it makes no difference
    /// that can be told.
    pub ranges: Vec<FlatRange>,
    /// The class weights for the training samples of the first seed.
    #[serde(flatten)]
    pub training_part: WeightsOfCounts,
    /// Those for all rows of a file; `None` for generated data, for files of which a part is used, and where the results do
    /// not say how many rows there are.
    pub all_rows: Option<WeightsOfCounts>,
    /// All of it in a sentence.
    pub sentence: String,
}

/// Values of a parameter around the best one whose points cannot be told from the best.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FlatRange {
    /// The parameter.
    pub parameter: Setting,
    /// The lowest such value.
    pub from: f64,
    /// The highest such value.
    pub to: f64,
    /// Whether the other parameters stay as in the best point, as they do in a grid; else they vary along.
    pub is_alone: bool,
}
