//! Samples from a CSV file with a header and a label column.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use ndarray::Array2;

use super::{DataError, MAX_TRAINING_CLASSES, check_size};

/// How to read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    /// Name of the label column.
    pub label: String,
    /// Names of columns to leave out.
    pub drop: Vec<String>,
}

/// A file in memory, not yet standardised or split.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name of each feature, shape `[n_features]`.
    pub feature_names: Vec<String>,
    /// Feature values, shape `[n_samples, n_features]`.
    pub features: Array2<f64>,
    /// Class index of each row, shape `[n_samples]`.
    pub labels: Vec<u32>,
    /// Labels sorted as text, shape `[n_classes]`.
    pub class_labels: Vec<String>,
}

/// Opens and reads a file; see [`read_csv`].
///
/// # Errors
/// When the file cannot be read, or as [`read_csv`].
pub fn read_csv_file(path: &Path, options: &CsvOptions) -> Result<Table, DataError> {
    read_csv(open(path)?, options).map_err(|error| name_path(error, path))
}

/// The column names of a file, from its first line.
///
/// # Errors
/// When the file cannot be read or has no header.
pub fn column_names(path: &Path) -> Result<Vec<String>, DataError> {
    csv_header(open(path)?).map_err(|error| name_path(error, path))
}

/// The column names of a text, from its first line.
///
/// # Errors
/// When there is no header, or it names two columns alike.
pub fn csv_header(input: impl Read) -> Result<Vec<String>, DataError> {
    header(&mut reader(input))
}

fn open(path: &Path) -> Result<File, DataError> {
    let unreadable = |reason: String| DataError::Unreadable { reason, path: path.display().to_string() };
    let file = File::open(path).map_err(|error| unreadable(plain_reason(&error)))?;
    match file.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(unreadable("it is a folder, choose a file".to_owned())),
        _ => Ok(file),
    }
}

/// The system's reason without its error number.
fn plain_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => error.to_string(),
    }
}

/// Puts the path into a reading error that does not know it.
fn name_path(error: DataError, path: &Path) -> DataError {
    match error {
        DataError::Unreadable { reason, .. } => DataError::Unreadable { reason, path: path.display().to_string() },
        other => other,
    }
}

fn reader<R: Read>(input: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input)
}

fn header<R: Read>(reader: &mut csv::Reader<R>) -> Result<Vec<String>, DataError> {
    let mut names: Vec<String> = reader.headers().map_err(|error| plain(&error))?.iter().map(str::to_owned).collect();
    if let Some(first) = names.first_mut() {
        *first = first.trim_start_matches('\u{feff}').to_owned();
    }
    if names.iter().all(String::is_empty) {
        return Err(DataError::NoHeader);
    }
    let mut sorted = names.clone();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(DataError::DuplicateColumn { name: pair[0].clone() }),
        None => Ok(names),
    }
}

/// Reads a table: a header line, then rows of numbers and a label.
///
/// Labels are text; classes are numbered in the order of the sorted labels.
///
/// # Errors
/// When there is no header or no row, a row has too few or too many fields, a feature is missing or no finite number,
/// a named column is not there, there is only one class or more than training takes, or the table is too large.
///
/// ```
/// use longtail_lab::data::{CsvOptions, read_csv};
/// let options = CsvOptions { label: "kind".into(), drop: vec![] };
/// let table = read_csv("x,y,kind\n1,2,b\n3,4,a\n".as_bytes(), &options)?;
/// assert_eq!((table.class_labels, table.labels), (vec!["a".to_owned(), "b".to_owned()], vec![1, 0]));
/// # Ok::<(), longtail_lab::data::DataError>(())
/// ```
pub fn read_csv(input: impl Read, options: &CsvOptions) -> Result<Table, DataError> {
    let mut reader = reader(input);
    let names = header(&mut reader)?;
    let position = |name: &String| {
        names
            .iter()
            .position(|n| n == name)
            .ok_or_else(|| DataError::NoColumn { name: name.clone(), columns: list_columns(&names) })
    };
    let label_column = position(&options.label)?;
    let mut is_feature = vec![true; names.len()];
    is_feature[label_column] = false;
    for name in &options.drop {
        is_feature[position(name)?] = false;
    }
    let feature_columns: Vec<usize> = (0..names.len()).filter(|&column| is_feature[column]).collect();
    if feature_columns.is_empty() {
        return Err(DataError::NoFeatures { label: options.label.clone() });
    }

    let mut values = Vec::new();
    let mut row_labels: Vec<u32> = Vec::new();
    let mut label_ids: BTreeMap<String, u32> = BTreeMap::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| plain(&error))? {
        let line = record.position().map_or(0, csv::Position::line);
        for &column in &feature_columns {
            values.push(number(record.get(column).unwrap_or_default(), line, &names[column])?);
        }
        let label = record.get(label_column).unwrap_or_default();
        if label.is_empty() {
            return Err(DataError::Missing { line, column: options.label.clone() });
        }
        let id = match label_ids.get(label) {
            Some(&id) => id,
            None => {
                let id = label_ids.len() as u32;
                label_ids.insert(label.to_owned(), id);
                id
            }
        };
        row_labels.push(id);
        check_size(row_labels.len() as u64, feature_columns.len())?;
    }
    finish(&names, &feature_columns, values, &row_labels, label_ids, options)
}

/// Renumbers the classes in sorted order and checks what can only be known at the end.
fn finish(
    names: &[String],
    feature_columns: &[usize],
    values: Vec<f64>,
    row_labels: &[u32],
    label_ids: BTreeMap<String, u32>,
    options: &CsvOptions,
) -> Result<Table, DataError> {
    let n_classes = label_ids.len();
    if n_classes > MAX_TRAINING_CLASSES {
        let (column, limit) = (options.label.clone(), MAX_TRAINING_CLASSES);
        return Err(DataError::TooManyClasses { column, classes: n_classes, limit });
    }
    let mut class_of_id = vec![0_u32; n_classes];
    for (class_idx, &id) in label_ids.values().enumerate() {
        class_of_id[id as usize] = class_idx as u32;
    }
    let class_labels: Vec<String> = label_ids.into_keys().collect();
    match class_labels.as_slice() {
        [] => return Err(DataError::NoRows),
        [label] => return Err(DataError::OneClass { label: label.clone() }),
        _ => {}
    }
    let shape = (row_labels.len(), feature_columns.len());
    let features = Array2::from_shape_vec(shape, values).map_err(|_| DataError::NoRows)?;
    Ok(Table {
        feature_names: feature_columns.iter().map(|&column| names[column].clone()).collect(),
        features,
        labels: row_labels.iter().map(|&id| class_of_id[id as usize]).collect(),
        class_labels,
    })
}

fn number(text: &str, line: u64, column: &str) -> Result<f64, DataError> {
    if text.is_empty() {
        return Err(DataError::Missing { line, column: column.to_owned() });
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => {
            let text = text.chars().take(40).collect();
            Err(DataError::NotANumber { line, column: column.to_owned(), text })
        }
    }
}

fn list_columns(names: &[String]) -> String {
    const MOST: usize = 20;
    let list = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MOST) {
        None | Some(0) => list,
        Some(more) => format!("{list} and {more} more"),
    }
}

fn plain(error: &csv::Error) -> DataError {
    let line_of = |position: &Option<csv::Position>| position.as_ref().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            DataError::Ragged { line: line_of(pos), got: *len, expected: *expected_len }
        }
        csv::ErrorKind::Utf8 { pos, .. } => DataError::NotText { line: line_of(pos) },
        csv::ErrorKind::Io(error) => DataError::Unreadable { reason: plain_reason(error), path: String::new() },
        _ => DataError::Unreadable { reason: error.to_string(), path: String::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(label: &str, drop: &[&str]) -> CsvOptions {
        CsvOptions { label: label.to_owned(), drop: drop.iter().map(|&name| name.to_owned()).collect() }
    }

    fn read(text: &str) -> Result<Table, DataError> {
        read_csv(text.as_bytes(), &options("y", &[]))
    }

    fn check_refused(text: &str, expected: &str) {
        let message = read(text).unwrap_err().to_string();
        assert!(message.contains(expected), "{text:?}: {message}");
    }

    #[test]
    fn a_file_with_byte_order_mark_spaces_quotes_and_the_label_in_the_middle_is_read() {
        let table = read("\u{feff}a, y ,b\r\n1,\"p, q\",2\r\n 3 ,r,-4e-1\r\n").unwrap();
        assert_eq!(table.feature_names, ["a", "b"]);
        assert_eq!(table.features, ndarray::array![[1.0, 2.0], [3.0, -0.4]]);
        assert_eq!((table.labels, table.class_labels), (vec![0, 1], vec!["p, q".to_owned(), "r".to_owned()]));
    }

    #[test]
    fn columns_can_be_left_out() {
        let table = read_csv("a,b,y\nx,1,p\nz,2,q\n".as_bytes(), &options("y", &["a"])).unwrap();
        assert_eq!(table.feature_names, ["b"]);
        let refused = read_csv("a,y\n1,p\n".as_bytes(), &options("y", &["a"])).unwrap_err().to_string();
        assert!(refused.contains("no feature column is left"), "{refused}");
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        check_refused("", "needs a header line");
        check_refused("a,y\n", "no rows");
        check_refused("a,a,y\n1,2,p\n", "two columns are called \"a\"");
        check_refused("a,b\n1,2\n", "no column \"y\": the columns are a, b");
        check_refused("a,y\n1,p\n1,2,q\n", "line 3 has 3 fields, the header has 2");
        check_refused("a,y\n1,p\nred,q\n", "line 3, column \"a\": \"red\" is not a number");
        check_refused("a,y\n1,p\nnan,q\n", "\"nan\" is not a number");
        check_refused("a,y\n1,p\n,q\n", "line 3, column \"a\": the value is missing");
        check_refused("a,y\n1,p\n2,\n", "line 3, column \"y\": the value is missing");
        check_refused("a,y\n1,p\n2,p\n", "the same label \"p\"");
    }

    #[test]
    fn too_many_labels_and_bytes_that_are_no_text_are_refused() {
        let many = (0..=MAX_TRAINING_CLASSES).map(|i| format!("1,{i}")).collect::<Vec<_>>().join("\n");
        check_refused(&format!("a,y\n{many}"), "1001 different values");
        let refused = read_csv(&b"a,y\n1,\xff\xfe\n"[..], &options("y", &[])).unwrap_err().to_string();
        assert!(refused.contains("line 2 is not text in UTF-8"), "{refused}");
    }

    #[test]
    fn missing_files_and_folders_are_named() {
        let message = |path: &str| read_csv_file(Path::new(path), &options("y", &[])).unwrap_err().to_string();
        assert_eq!(message("/no/such.csv"), "cannot read the data file: there is no such file: /no/such.csv");
        assert!(message("/").contains("it is a folder"), "{}", message("/"));
    }
}
