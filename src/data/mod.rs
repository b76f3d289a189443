//! Samples: generated or from a table, standardised and split, with the test sets that belong to them.
//!
//! Readers here take any `Read`; opening the path is the only contact with the file system.

mod built_in;
mod csv_file;
mod difficulty;
mod feature_map;
mod generator;
mod layout;
mod long_tail;
mod painting;
mod population;
mod projection;
mod sampler;
mod samples;
mod seeds;
mod split;
mod standardise;

use crate::distribution::DistributionError;

pub use built_in::BuiltIn;
pub use csv_file::{CsvOptions, Table, column_names, csv_header, read_csv, read_csv_file};
pub use difficulty::{Difficulty, rank_correlation};
pub use feature_map::{FeatureMap, MAX_FOURIER_FEATURES, MapKind, MapSpec};
pub use generator::{GeneratorSpec, MAX_SHAPE_CLASSES, generate};
pub use layout::{Arrangement, Layout};
pub use long_tail::{ClassOrder, LongTail, LongTailSpec, TableClasses};
pub use painting::{MAX_STROKE_SAMPLES, MAX_STROKES, Painting, Stroke};
pub use population::Population;
pub use projection::Projection;
pub use sampler::{ClassUse, MAX_NEIGHBOURS, Origin, Sampler, Sampling, TrainingSet, class_shares, epoch_order};
pub use samples::{Dataset, Evaluation, Samples};
pub use seeds::{Seeds, Stream, rng};
pub(crate) use split::check_test_share;
pub use split::split_table;
pub use standardise::Standardisation;

/// What can be wrong with data; every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A parameter of generated data is outside its range.
    #[error("{name} must be {range}, got {got}")]
    OutOfRange {
        /// The parameter in words.
        name: &'static str,
        /// The allowed range in words.
        range: &'static str,
        /// What was given.
        got: String,
    },
    /// The eraser has left nothing.
    #[error("every sample is erased: undo the last stroke, paint some samples or clear the painting")]
    AllErased,
    /// Painting is for the plane.
    #[error(
        "painted samples have 2 features, the data have {0}: set the number of features to 2 or clear the painting"
    )]
    PaintedFeatures(usize),
    /// A stroke belongs to no class.
    #[error(
        "a stroke is painted for class {class_idx}, counted from 0, but there are {n_classes} classes: add classes or clear the painting"
    )]
    PaintedClass {
        /// The stroke's class.
        class_idx: usize,
        /// Number of classes.
        n_classes: usize,
    },
    /// The file cannot be opened or read.
    #[error("cannot read the data file: {reason}: {path}")]
    Unreadable {
        /// Why, in the system's words.
        reason: String,
        /// The file.
        path: String,
    },
    /// The file has no header line.
    #[error("the data file is empty: it needs a header line with column names, then one sample a line")]
    NoHeader,
    /// The file has a header and nothing below it.
    #[error("the data file has a header but no rows: add one sample a line")]
    NoRows,
    /// The same name stands twice in the header.
    #[error("two columns are called \"{name}\": give every column its own name")]
    DuplicateColumn {
        /// The repeated name.
        name: String,
    },
    /// A named column is not in the file.
    #[error("there is no column \"{name}\": the columns are {columns}")]
    NoColumn {
        /// The missing name.
        name: String,
        /// The names that are there.
        columns: String,
    },
    /// Every column but the label was left out.
    #[error("no feature column is left beside the label \"{label}\": leave fewer columns out")]
    NoFeatures {
        /// The label column.
        label: String,
    },
    /// A row has another number of fields than the header.
    #[error("line {line} has {got} fields, the header has {expected}: every row needs one value for each column")]
    Ragged {
        /// Line in the file, from 1.
        line: u64,
        /// Fields in that row.
        got: u64,
        /// Columns in the header.
        expected: u64,
    },
    /// A field is no number.
    #[error(
        "line {line}, column \"{column}\": \"{text}\" is not a number. Mend the value, or leave the column out (--drop {column})"
    )]
    NotANumber {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The field, shortened.
        text: String,
    },
    /// A field is empty.
    #[error("line {line}, column \"{column}\": the value is missing. Fill it in, or remove the row or the column")]
    Missing {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
    },
    /// The file is not text in UTF-8.
    #[error("line {line} is not text in UTF-8: save the file as UTF-8")]
    NotText {
        /// Line in the file, from 1.
        line: u64,
    },
    /// The label column has a single value.
    #[error("every row has the same label \"{label}\": a comparison needs at least 2 classes")]
    OneClass {
        /// The only label.
        label: String,
    },
    /// More distinct labels than training takes.
    #[error(
        "the label column \"{column}\" has {classes} different values, training takes at most {limit}: is it the right column?"
    )]
    TooManyClasses {
        /// The label column.
        column: String,
        /// Distinct values found.
        classes: usize,
        /// The limit.
        limit: usize,
    },
    /// More rows or numbers than fit.
    #[error(
        "the data have {rows} rows of {features} features; the lab takes at most {limit} rows and 2^28 numbers: use fewer"
    )]
    TooLarge {
        /// Rows.
        rows: u64,
        /// Features.
        features: usize,
        /// Most rows.
        limit: u64,
    },
    /// The profile that a table is to get.
    #[error(transparent)]
    Distribution(#[from] DistributionError),
    /// A class has fewer rows than a list of counts asks for.
    #[error(
        "class \"{label}\" cannot have {asked} training rows: {available} of its {rows} rows can be trained on. Ask for fewer, or lower the test share"
    )]
    TooFewRows {
        /// The class.
        label: String,
        /// Rows asked for.
        asked: u64,
        /// Rows that are not held back for testing.
        available: u64,
        /// All its rows.
        rows: u64,
    },
    /// A list of counts has another length than the table has classes.
    #[error(
        "the list has {counts} class counts, the table has {classes} classes: give one count for each class, head first"
    )]
    OwnCountsLength {
        /// Counts given.
        counts: usize,
        /// Classes of the table.
        classes: usize,
    },
    /// The order of classes names something else.
    #[error(
        "the class order names \"{label}\", which is no class of the table: name every class exactly once, head first"
    )]
    OrderUnknown {
        /// The unknown label.
        label: String,
    },
    /// The order of classes names a class again.
    #[error("the class order names class \"{label}\" twice: name every class exactly once, head first")]
    OrderTwice {
        /// The repeated label.
        label: String,
    },
    /// The order of classes leaves one out.
    #[error("the class order leaves class \"{label}\" out: name every class exactly once, head first")]
    OrderMissing {
        /// The first class that is missing.
        label: String,
    },
    /// A sampler would make more rows or numbers than fit.
    #[error(
        "{sampler}: {target} samples in each of {classes} classes make {rows} rows of {features} features; the lab takes at most {limit} rows and 2^28 numbers: use class-balanced batches instead, or fewer samples"
    )]
    ResampledTooLarge {
        /// The sampler's name.
        sampler: &'static str,
        /// Samples of each class afterwards.
        target: u64,
        /// Classes with samples.
        classes: usize,
        /// Rows afterwards.
        rows: u64,
        /// Features.
        features: usize,
        /// Most rows.
        limit: u64,
    },
}

/// Most classes that training takes.
pub const MAX_TRAINING_CLASSES: usize = 1000;
/// Most training samples.
pub const MAX_SAMPLES: u64 = 1_000_000;
/// Most numbers (samples × features) in one set of samples.
pub const MAX_VALUES: u64 = 1 << 28;

/// Refuses sets of samples that would not fit.
///
/// # Errors
/// When there are more than [`MAX_SAMPLES`] rows or [`MAX_VALUES`] numbers.
pub fn check_size(rows: u64, features: usize) -> Result<(), DataError> {
    if rows > MAX_SAMPLES || rows.saturating_mul(features as u64) > MAX_VALUES {
        return Err(DataError::TooLarge { rows, features, limit: MAX_SAMPLES });
    }
    Ok(())
}
