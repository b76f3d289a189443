//! Tables from files: delimited text and KEEL's `.dat`, found out from their beginning, inspected and imported by the same
//! code, so that preview and import cannot disagree.
//!
//! [`Scan`] holds the columns of a file; [`Scan::inspect`] says what an import would make of them, [`Scan::into_table`]
//! makes it. Readers take any `Read`; only `table_file` opens a path.

mod arrow_file;
mod categories;
mod column;
mod compression;
mod counting_reader;
mod detection;
mod dialect;
mod encoding;
mod forms;
mod gaps;
mod inspection;
mod keel;
mod label;
mod label_columns;
mod label_names_file;
mod layout;
mod missing;
mod names;
mod notes;
mod number;
mod numbering;
mod numpy_file;
mod other_formats;
mod parquet_file;
mod rows;
mod sample;
mod scan;
mod selection;
mod split_by;
mod split_columns;
mod table_file;
mod table_text;
mod table_warnings;
mod workbook;
mod writing;

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use ndarray::Array2;

pub use categories::ManyValues;
pub use column::{MOST_VALUES_OF_TEXT, MOST_WORDS};
pub use dialect::{DecimalMark, Dialect, FileFormat, Separator};
pub use encoding::TextEncoding;
pub use forms::{Form, FormReport};
pub use inspection::{ColumnReport, EncodingReport, Inspection, LeftOut, Role, StrayWords};
pub use label_columns::{LabelColumnsError, LabelTable};
pub use label_names_file::{declared_labels, label_names_in_xml};
pub use missing::MISSING_MARKS;
pub use number::GroupMark;
pub use scan::Scan;
pub use split_by::{Part, SplitBy};
pub use split_columns::RowSplit;
pub use table_file::{FileStamp, column_names, is_table_file, read_table_file};
pub use table_warnings::TableWarnings;
pub use workbook::SheetReport;
pub use writing::TwoReadings;

use super::{DataError, Gap};

/// Most bytes of a file.
pub const MAX_FILE_BYTES: u64 = 1 << 30;
/// Most bytes of a text of which a sample is read.
pub const MAX_SAMPLED_BYTES: u64 = 1 << 40;
/// Most columns of a file.
const MAX_COLUMNS: usize = 50_000;
/// Endings of files that hold tables.
pub const TABLE_ENDINGS: [&str; 20] = [
    "csv", "tsv", "dat", "data", "arff", "svm", "libsvm", "gz", "zst", "bz2", "xz", "zip", "parquet", "xlsx", "xlsm",
    "arrow", "feather", "ipc", "npy", "npz",
];

/// How a file is to be read; what is left open is found out from the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportSettings {
    /// That of the text.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook; else the first with cells in it.
    pub sheet: Option<String>,
    /// Between the fields of a row.
    pub separator: Option<Separator>,
    /// In numbers.
    pub decimal: Option<DecimalMark>,
    /// Whether the first row names the columns.
    pub header: Option<bool>,
    /// Marks for missing values besides the empty cell; [`MISSING_MARKS`] where they are left open.
    pub missing: Option<Vec<String>>,
    /// Name of the label column; else the file's output, else one with a name such as target or class, else the last column.
    pub label: Option<String>,
    /// Names of label columns where a row can have any number of labels; empty for one class a row. See
    /// [`Scan::into_label_table`].
    pub label_columns: Vec<String>,
    /// Names of columns to leave out.
    pub drop: Vec<String>,
    /// Names of columns to use although they would be left out, such as one that numbers the rows.
    pub keep: Vec<String>,
    /// Whether missing values of features are filled in rather than their rows dropped: numbers with the median, texts with the
    /// most frequent value, both of the training part; a feature of 0 and 1 says where.
    pub impute: bool,
    /// Rows to keep of the file, of each class its share; else all.
    pub sample: Option<u64>,
    /// What is made of text with more than [`MOST_VALUES_OF_TEXT`] values.
    pub many_values: Option<ManyValues>,
    /// The column by which rows are split, which is then no feature.
    pub split_by: Option<SplitBy>,
    /// A file whose rows are to choose by, with the same columns.
    pub validation: Option<PathBuf>,
    /// A file whose rows are to report by, with the same columns.
    pub test: Option<PathBuf>,
}

impl ImportSettings {
    /// Whether both can share a [`Scan`]: they differ at most in the columns that are used.
    pub fn has_same_scan(&self, other: &Self) -> bool {
        let bare = |settings: &Self| Self {
            drop: Vec::new(),
            keep: Vec::new(),
            many_values: None,
            split_by: None,
            impute: false,
            ..settings.clone()
        };
        bare(self) == bare(other)
    }

    /// Uses a column as a feature or leaves it out.
    pub fn set_used(&mut self, column: &ColumnReport, is_used: bool) {
        self.drop.retain(|name| *name != column.name);
        self.keep.retain(|name| *name != column.name);
        match &column.role {
            Role::LeftOut(reason) if is_used && *reason != LeftOut::Chosen => self.keep.push(column.name.clone()),
            _ if !is_used => self.drop.push(column.name.clone()),
            _ => {}
        }
    }

    /// Makes a column the label.
    pub fn set_label(&mut self, name: &str) {
        self.drop.retain(|dropped| dropped != name);
        self.keep.retain(|kept| kept != name);
        self.label = Some(name.to_owned());
    }
}

/// What a reader tells and asks while it reads.
pub struct ReadHooks<'a> {
    /// Called with the bytes read and, where it is known, the bytes there are; after every quarter of a megabyte or so.
    pub on_bytes: &'a dyn Fn(u64, Option<u64>),
    /// Set to end early, with [`DataError::Cancelled`].
    pub stop: &'a AtomicBool,
}

impl ReadHooks<'static> {
    /// Tells nobody and never stops.
    pub fn silent() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self { on_bytes: &|_, _| {}, stop: &NEVER }
    }
}

/// A file in memory, not yet standardised or split.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name of each feature, shape `[n_features]`.
    pub feature_names: Vec<String>,
    /// Feature values, shape `[n_samples, n_features]`.
    pub features: Array2<f64>,
    /// Features with missing values, which are not a number; they are filled in when the training part is known.
    pub gaps: Vec<Gap>,
    /// Class index of each row, shape `[n_samples]`.
    pub labels: Vec<u32>,
    /// Labels in numeric order where all of them are numbers, else sorted as text; shape `[n_classes]`.
    pub class_labels: Vec<String>,
}

/// A table with what was found on the way to it.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The samples.
    pub table: Arc<Table>,
    /// Where they come from and what was left out.
    pub inspection: Arc<Inspection>,
    /// The row of the file that each row of the table is, both from 0 and without the header; `None` where no row was dropped.
    ///
    /// Rows of further files follow those of the first.
    pub rows_in_file: Option<Arc<[u64]>>,
    /// A split that comes with the rows.
    pub split: Option<Arc<RowSplit>>,
}

/// Reads a table from a text.
///
/// Numeric columns become features; a text column with at most [`MOST_VALUES_OF_TEXT`] values becomes a feature of 0 and 1
/// for each of them, one with more is left out or becomes features as [`ManyValues`] says. Dates, percentages and amounts of
/// money are numbers where a whole column has such a [`Form`]. Columns that say nothing are left out, and so are rows in which the label or a value that is used is
/// missing; the inspection tells which and why. Labels are text;
/// classes are numbered in the order of the sorted labels, numbers in numeric order.
///
/// # Errors
/// When the text is not what it should be, no feature or row is left, there is only one class or more than training
/// takes, or the table is too large.
///
/// ```
/// use longtail_lab::data::{ImportSettings, read_table};
/// let imported = read_table("x;size;kind\n1,5;big;b\n3,0;small;a\n".as_bytes(), &ImportSettings::default())?;
/// assert_eq!(imported.table.feature_names, ["x", "size=big", "size=small"]);
/// assert_eq!(imported.table.features, ndarray::array![[1.5, 1.0, 0.0], [3.0, 0.0, 1.0]]);
/// assert_eq!((&imported.table.class_labels[..], &imported.table.labels[..]), (&["a".into(), "b".into()][..], &[1, 0][..]));
/// # Ok::<(), longtail_lab::data::DataError>(())
/// ```
pub fn read_table(input: impl std::io::Read, settings: &ImportSettings) -> Result<Imported, DataError> {
    Scan::read(input, None, settings, &ReadHooks::silent())?.into_table(settings)
}
