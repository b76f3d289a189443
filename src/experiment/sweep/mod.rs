//! Sweeps: one experiment at many values of its settings, judged on a validation part, reported on a test part.
//!
//! A [`SweepSpec`] is checked into the list of its runs; each run has a number of its own, whatever the threads or machines
//! that share the work, and its [`SweepRecord`] is a line of a file. [`choose`] draws the conclusions.

mod averages;
mod check;
mod checksum;
mod choice;
mod conclusions;
mod design;
mod halving;
mod lines;
mod metric;
mod points;
mod published;
mod reading;
mod record;
mod run;
mod spec;
mod take_away;
mod target;
mod typed;
mod values;
mod verify;
mod views;
mod weights_of_counts;

pub use averages::Averages;
pub use check::{CheckedSweep, MAX_RUNS, Point, Shard};
pub use choice::{Choice, choose};
pub use design::low_discrepancy;
pub use halving::{Halving, n_halved, n_planned, to_do};
pub use lines::{Damage, RESULTS_FORMAT, SweepHeader, SweepLines, merge, to_lines};

pub use conclusions::point_name;
pub use metric::{Metric, USUAL_RECALL, costs_to_text, parse_costs};
pub use points::{Best, FlatRange, PointSummary, Standing};
pub use published::{PUBLISHED_SOURCE, PublishedRate, published_rates};
pub use reading::parse_lines;
pub(crate) use reading::{ReadError, read_lines};
pub use record::{SweepFigures, SweepRecord};
pub use run::{Sweep, SweepHooks};
pub use spec::{Design, DesignKind, SWEEP_FORMAT, SweepInput, SweepSpec, TailRule};
pub use take_away::best_module;
pub use values::{Choices, MAX_VALUES, Name, Range, Value, Values, values_in_words};
pub use views::{HeatMap, SweepAxis, SweepLine, heat_maps, lines_along, parallel_axes, pareto_front, spread, stairs};
pub use weights_of_counts::WeightsOfCounts;

use super::{ExperimentError, MAX_OBJECTIVES, file::FileError};
use crate::numbers::written;

/// Why a sweep cannot be run, or its results cannot be read, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The experiment that is swept.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A value leads to an experiment that cannot be.
    #[error("the sweep has a value that cannot be run: {0}")]
    Point(ExperimentError),
    /// It is no TOML, or a key or value is not known.
    #[error("this is not a valid sweep file: {0}")]
    Invalid(String),
    /// It was written by a newer program.
    #[error("the sweep has format {0}, this program knows formats up to {SWEEP_FORMAT}: open it with a newer version")]
    Newer(i64),
    /// The experiment is there twice.
    #[error("the sweep has both an experiment and an experiment_file: leave one of them out")]
    TwoExperiments,
    /// The file is of another kind.
    #[error(
        "this is an experiment, not a sweep: write experiment_file = \"its path\" and a table [vary] into a file of its own, or vary something by flags"
    )]
    IsExperiment,
    /// An objective is not known.
    #[error("there is no objective or preset \"{name}\": the experiment has {known}")]
    NoObjective {
        /// What was asked for.
        name: String,
        /// The experiment's objectives.
        known: String,
    },
    /// An objective is named twice.
    #[error("the sweep names the objective \"{0}\" twice: leave one out")]
    SameObjective(String),
    /// More objectives than an experiment has room for.
    #[error("the sweep has {0} objectives, at most {MAX_OBJECTIVES} can be compared: remove some")]
    TooManyObjectives(usize),
    /// A parameter has an empty list.
    #[error("{0} has no values: list some, give a range, or leave it out")]
    NoValues(&'static str),
    /// A value is there twice.
    #[error("{parameter} has the value {value} twice: leave one out")]
    SameValue {
        /// The parameter.
        parameter: &'static str,
        /// The value.
        value: String,
    },
    /// A range cannot be.
    #[error(
        "{parameter} cannot take the range from {from} to {to} in {number} steps: the first end must be the lower one, both must be possible on its scale, and the number of values is 2 to {MAX_VALUES}",
        from = written(range.from), to = written(range.to), number = range.number
    )]
    Range {
        /// The parameter.
        parameter: &'static str,
        /// What was given.
        range: Range,
    },
    /// Nobody uses a parameter.
    #[error("{parameter} is varied, but nothing in the sweep uses it: it acts on {users}")]
    Unused {
        /// The parameter.
        parameter: &'static str,
        /// Who would.
        users: &'static str,
    },
    /// A choice was given as a number, or by a name that is none of its own.
    #[error("the {parameter} is varied by name, for example {example}")]
    NumberForName {
        /// The choice.
        parameter: &'static str,
        /// Names of it.
        example: &'static str,
    },
    /// A number was given as a name.
    #[error("{0} is varied by numbers, not by names")]
    NameForNumber(&'static str),
    /// A number of things is not whole.
    #[error("{parameter} must be a whole number, got {}", written(*got))]
    NotWhole {
        /// The setting.
        parameter: &'static str,
        /// What was given.
        got: f64,
    },
    /// Nothing to run.
    #[error("a design has 1 to {most} points, got {got}", most = check::MAX_POINTS)]
    Points {
        /// What was asked for.
        got: usize,
    },
    /// Too much to run.
    #[error(
        "the sweep has {0} runs, at most {MAX_RUNS} are possible: take fewer values, fewer seeds, or the design \"random\" with so many points"
    )]
    TooManyRuns(u64),
    /// The floor is no recall.
    #[error("the floor on head recall must be from 0 to 1, got {}", written(*.0))]
    HeadFloor(f64),
    /// Halving without seeds to halve by.
    #[error(
        "successive halving drops points between seeds, and there is one: raise the number of seeds, or run without halving"
    )]
    HalvingOneSeed,
    /// The metric lacks something, or cannot be had of these samples.
    #[error("{0}")]
    Target(String),
    /// A shard is none.
    #[error("a shard is given as k/n with k from 1 to n, for example 3/20, got {0}")]
    Shard(String),
    /// There is nothing to choose by.
    #[error(
        "a sweep chooses on a validation part and reports on a test part, and there are too few samples held back for both: raise the test share{0}"
    )]
    NoValidation(&'static str),
    /// The results are of something else.
    #[error("this file holds no results of a sweep ({0}): name a file that a sweep has written")]
    NoResults(String),
    /// The first line is not one that a sweep could have.
    #[error(
        "line 1 is damaged: {0}; the command that wrote the file, with --resume, writes the line anew and keeps the runs"
    )]
    Header(String),
    /// Lines are not what the sweep could have written.
    #[error("{}; the command that wrote the file, with --resume, trains such runs again and keeps the others", .0.in_words())]
    Damaged(Damage),
    /// Somebody else is writing into the file.
    #[error(
        "the file is in use, another sweep writes its runs into it: wait until that ends, or name another file (files of one sweep are put together with `merge`)"
    )]
    InUse,
    /// Something else has taken the place of the file while runs were appended.
    #[error("another program has put something else in the place of the file, the runs of this sweep are in {kept}")]
    Replaced {
        /// The file that has them.
        kept: String,
    },
    /// The results belong to another sweep.
    #[error(
        "the file holds results of another sweep ({what}): name another file, or run the sweep that it was begun with"
    )]
    OtherSweep {
        /// What differs.
        what: String,
    },
    /// The file has results already.
    #[error("the file holds {done} of {all} runs of this sweep already: add --resume to go on, or name another file")]
    Begun {
        /// Runs in the file.
        done: usize,
        /// Runs of the sweep.
        all: u64,
    },
    /// The same run came out differently.
    #[error(
        "run {run} is in two of the files with different results: they were made by different programs or kinds of machine, so run one of them again"
    )]
    Contradiction {
        /// The run's number.
        run: u64,
    },
    /// There is nothing to merge.
    #[error("there are no files to merge")]
    NothingToMerge,
}
