//! Samples: generated or from a table, standardised and split, with the test sets that belong to them.
//!
//! Readers here take any `Read`; opening the path is the only contact with the file system.

mod built_in;
mod class_order;
mod dataset;
mod difficulty;
mod error;
mod feature_map;
mod generator;
mod generator_spec;
mod import;
mod impute;
mod label_dataset;
mod label_generator;
mod label_sets;
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
mod targets;

pub use built_in::BuiltIn;
pub use class_order::ClassOrder;
pub use dataset::{Dataset, TableRows};
pub use difficulty::{Difficulty, rank_correlation};
pub use error::DataError;
pub use feature_map::{FeatureMap, MAX_FOURIER_FEATURES, MapKind, MapSpec};
pub use generator::{generate, generate_part};
pub use generator_spec::{GeneratorSpec, MAX_SHAPE_CLASSES};
pub use import::{
    ColumnReport, DecimalMark, Dialect, EncodingReport, FileFormat, FileStamp, Form, FormReport, GroupMark,
    ImportSettings, Imported, Inspection, LabelColumnsError, LabelTable, LeftOut, MAX_FILE_BYTES, MAX_SAMPLED_BYTES,
    MISSING_MARKS, MOST_VALUES_OF_TEXT, MOST_WORDS, ManyValues, Part, ReadHooks, Role, RowSplit, Scan, Separator,
    SheetReport, SplitBy, StrayWords, TABLE_ENDINGS, Table, TableWarnings, TextEncoding, TwoReadings, column_names,
    declared_labels, is_table_file, label_names_in_xml, read_table, read_table_file,
};
pub use impute::Gap;
pub use label_dataset::LabelDataset;
pub use label_generator::LabelGeneratorSpec;
pub use label_sets::{LabelImbalance, LabelSets, stratified_parts};
pub use layout::{Arrangement, Layout};
pub use long_tail::{LongTail, LongTailSpec, TableClasses};
pub use painting::{MAX_STROKE_SAMPLES, MAX_STROKES, Painting, Stroke};
pub use population::Population;
pub use projection::Projection;
pub use sampler::{ClassUse, MAX_NEIGHBOURS, Origin, Sampler, Sampling, TrainingSet, class_shares, epoch_order};
pub use samples::{Evaluation, Pair, Samples, TestPart};
pub use seeds::{Seeds, Stream, rng};
pub(crate) use split::check_test_share;
pub use split::{Fold, SplitRule, split_by, split_table};
pub use standardise::Standardisation;
pub use targets::Targets;

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
