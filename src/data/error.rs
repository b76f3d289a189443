//! What can be wrong with data.

use crate::distribution::DistributionError;

/// What can be wrong with data; every message says what to do.
#[derive(Debug, Clone, thiserror::Error)]
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
    /// The file is empty.
    #[error("the data file is empty: it needs one sample a line, with a column for each feature and one for the class")]
    EmptyFile,
    /// The file has a header and nothing below it.
    #[error("the data file has a header but no rows: add one sample a line")]
    NoRows,
    /// The same name stands twice in the header of a KEEL file.
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
    #[error(
        "no feature column is left besides the label \"{label}\"{why}: leave fewer columns out, or choose another separator"
    )]
    NoFeatures {
        /// The label column.
        label: String,
        /// Why a column is left out, in parentheses after a blank; empty where there is none.
        why: String,
    },
    /// A row has another number of fields than there are columns.
    #[error("line {line} has {got} fields, there are {expected} columns: every row needs one value for each column")]
    Ragged {
        /// Line in the file, from 1.
        line: u64,
        /// Fields in that row.
        got: u64,
        /// Columns, from the header or the first row.
        expected: u64,
    },
    /// A quoted field has no end.
    #[error("line {line}: a quote is opened and never closed: close it, or remove it")]
    OpenQuote {
        /// Line in the file, from 1.
        line: u64,
    },
    /// A row is longer than any row should be.
    #[error("line {line} has more than {limit} bytes: is a quote opened there and never closed?")]
    LongRow {
        /// Line in the file, from 1.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// A KEEL file has no samples.
    #[error("there is no line \"@data\" below at least one \"@attribute\": complete the header of the KEEL file")]
    NoData,
    /// A line of a KEEL header is not known.
    #[error(
        "line {line}: \"{text}\" is no line of a KEEL header: it should be like \"@attribute width real [0, 1]\" or \"@attribute kind {{a, b}}\""
    )]
    BadHeader {
        /// Line in the file, from 1.
        line: u64,
        /// The line, shortened.
        text: String,
    },
    /// No row has a value in every column.
    #[error(
        "every one of the {rows} rows has a missing value, most of them in \"{column}\": leave that column out, or fill it in"
    )]
    NoWholeRow {
        /// Rows read.
        rows: u64,
        /// The column with the most missing values.
        column: String,
    },
    /// The file is too long.
    #[error("the data file has more than {} GB ({limit} bytes), unpacked where it is compressed: use fewer rows or columns", limit >> 30)]
    TooManyBytes {
        /// Most bytes.
        limit: u64,
    },
    /// The file has too many columns.
    #[error("the data file has {columns} columns, the lab takes at most {limit}: is the separator right?")]
    TooManyColumns {
        /// Columns found.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// Somebody asked to stop.
    #[error("reading the data file was cancelled: Reset reads it again, Undo goes back")]
    Cancelled,
    /// The file is in a format that is not read.
    #[error("the data file is {name}, which is not read: convert it, as by: {convert}")]
    OtherFormat {
        /// The format.
        name: &'static str,
        /// A line that converts it, or what to do.
        convert: &'static str,
    },
    /// A compressed file holds a compressed file.
    #[error("the data file is compressed by {first}, and what comes out of it again by {then}: decompress it once")]
    CompressedTwice {
        /// How the file is compressed.
        first: &'static str,
        /// How what is in it is compressed.
        then: &'static str,
    },
    /// An archive cannot be read, or holds no single file.
    #[error("the zip archive cannot be read: {reason}; unpack it, and open the file with the table")]
    Zip {
        /// Why.
        reason: String,
    },
    /// A compressed file gets too long when it is unpacked.
    #[error(
        "the data file is unpacked to more than a thousand times its size ({file} bytes so far), as a file that is made to fill the memory: if it is a table, unpack it, and open what comes out"
    )]
    Bomb {
        /// Bytes of the file that were unpacked.
        file: u64,
    },
    /// A column that is to be used all the same is text of too many values.
    #[error(
        "{column} is to be kept, but is text with over {limit} different values: leave it out, or put rare values together in the file"
    )]
    TooManyValues {
        /// The column.
        column: String,
        /// Most values that text may have.
        limit: usize,
    },
    /// A Parquet file cannot be read.
    #[error(
        "the Parquet file cannot be read: {reason}; convert it, as by: python -c \"import pandas; pandas.read_parquet('FILE').to_csv('FILE.csv', index=False)\""
    )]
    Parquet {
        /// What is wrong.
        reason: String,
    },
    /// A file of NumPy cannot be read.
    #[error("the NumPy file cannot be read: {reason}")]
    Numpy {
        /// What is wrong.
        reason: String,
    },
    /// An Arrow file cannot be read.
    #[error(
        "the Arrow file cannot be read: {reason}; convert it, as by: python -c \"import pandas; pandas.read_feather('FILE').to_csv('FILE.csv', index=False)\""
    )]
    Arrow {
        /// What is wrong.
        reason: String,
    },
    /// A workbook cannot be read.
    #[error("the Excel workbook cannot be read: {reason}; save the sheet as \"CSV UTF-8\" in Excel, and open that")]
    Workbook {
        /// What is wrong.
        reason: String,
    },
    /// A sheet is not in the workbook.
    #[error("there is no sheet \"{name}\": the sheets are {sheets}")]
    NoSheet {
        /// The missing name.
        name: String,
        /// The names that are there.
        sheets: String,
    },
    /// A row of a sparse ARFF file is not what it should be.
    #[error("line {line}: a sparse row is like {{0 1.5, 3 'a b'}}, with indices from 0 to {last}")]
    Sparse {
        /// Line in the file, from 1.
        line: u64,
        /// The index of the last attribute.
        last: usize,
    },
    /// A text that begins like JSON is none, or holds no table.
    #[error("line {line}: {reason}")]
    Json {
        /// Line in the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// An object in a list holds no row of a table.
    #[error("object {row}: {reason}")]
    JsonRow {
        /// Place of the object, from 1.
        row: u64,
        /// What is wrong.
        reason: String,
    },
    /// A line of an svmlight file is not what it should be.
    #[error("line {line}: \"{text}\" is no pair of index and value, such as 3:0.5")]
    Svmlight {
        /// Line in the file, from 1.
        line: u64,
        /// What stands there.
        text: String,
    },
    /// The file is not text in UTF-8, and not in any other encoding.
    #[error(
        "line {line} is not text in UTF-8: save the file as UTF-8, or say which encoding it has (--encoding in the terminal)"
    )]
    NotText {
        /// Line in the file, from 1.
        line: u64,
    },
    /// The label column has a single value.
    #[error("every row that can be used has the same label \"{label}\": a comparison needs at least 2 classes")]
    OneClass {
        /// The only label.
        label: String,
    },
    /// The label column was not chosen and holds numbers that look like a regression's.
    #[error(
        "the column {column} would be the label and has {values} different numbers, which looks like the target of a regression: choose the column that holds classes (--label in the terminal), or this one if it does"
    )]
    Regression {
        /// The column that would be the label.
        column: String,
        /// Its number of different values.
        values: usize,
    },
    /// More distinct labels than training takes.
    #[error(
        "the label column \"{column}\" has {classes} different values, training takes at most {limit}: is it the right column?"
    )]
    TooManyClasses {
        /// The label column.
        column: String,
        /// Distinct values found, or that there are more than were counted.
        classes: String,
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
    /// A column cannot split the rows.
    #[error("the column \"{column}\" {what}")]
    SplitColumn {
        /// The column.
        column: String,
        /// What is wrong with it, and what to do.
        what: String,
    },
    /// A further file has other columns.
    #[error(
        "the file to validate or test by has no column \"{column}\": it needs the columns of the file to train on, in any order"
    )]
    OtherColumns {
        /// The first that is missing.
        column: String,
    },
    /// Something is wrong with columns of labels.
    #[error(transparent)]
    LabelColumns(#[from] super::LabelColumnsError),
    /// Every row is held back.
    #[error("no row is left to train on: hold back fewer rows, or fewer groups")]
    NothingToTrainOn,
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
