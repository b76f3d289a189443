//! Formats besides delimited text and KEEL's: JSON, svmlight, Parquet, Arrow, Excel and NumPy are read as the delimited text that says
//! the same; what cannot be read is known by its first bytes and named, with a line that converts it.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use super::{
    DataError, FileFormat, MAX_COLUMNS, SheetReport, arrow_file, numpy_file, parquet_file, table_text::TableText,
    workbook,
};
use crate::data::check_size;

/// Names of columns, and of each row the cells that are not empty with the places of their columns.
type TextRows = (Vec<String>, Vec<Vec<(u32, String)>>);

/// The line by which pandas makes comma-separated values of a file.
macro_rules! pandas {
    ($read:literal) => {
        concat!("python -c \"import pandas; pandas.", $read, "('FILE').to_csv('FILE.csv', index=False)\"")
    };
}

/// First bytes of formats that are not read: their name, and what makes a table of comma-separated values of them.
const UNREAD: [(&[u8], &str, &str); 8] = [
    (b"FEA1", "Feather of version 1", pandas!("read_feather")),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as \"CSV UTF-8\" in Excel"),
    (b"\x89HDF", "HDF5", pandas!("read_hdf")),
    (b"SQLite format 3", "SQLite", "sqlite3 -csv -header FILE 'SELECT * FROM a_table' > FILE.csv"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "7z x FILE"),
    (b"$FL2", "SPSS", pandas!("read_spss")),
    (b"<stata_dta>", "Stata", pandas!("read_stata")),
    (b"%PDF", "PDF", "copy the table out of it into a text file"),
];
/// The first bytes of what `pickle` writes since protocol 2.
const PICKLE: u8 = 0x80;
/// The first bytes of a SAS data set, behind twelve zeros.
const SAS: &[u8] = &[0xc2, 0xea, 0x81, 0x60];

/// Refuses what is known not to be a text that is read.
///
/// # Errors
/// When the beginning is that of another format, with its name and a line that converts it.
pub(super) fn refuse_unread(beginning: &[u8]) -> Result<(), DataError> {
    let known =
        UNREAD.iter().find(|(first, ..)| beginning.starts_with(first)).map(|&(_, name, convert)| (name, convert));
    let is_pickle =
        beginning.first() == Some(&PICKLE) && beginning.get(1).is_some_and(|version| (2..=5).contains(version));
    let known = known.or(is_pickle.then_some(("a pickle of Python", pandas!("read_pickle"))));
    let known = known.or((beginning.get(12..16) == Some(SAS)).then_some(("SAS", pandas!("read_sas"))));
    match known {
        Some((name, convert)) => Err(DataError::OtherFormat { name, convert }),
        None => Ok(()),
    }
}

/// The format of a file that is no text, where it is read.
pub(super) fn binary(beginning: &[u8]) -> Option<FileFormat> {
    match beginning {
        _ if beginning.starts_with(parquet_file::FIRST) => Some(FileFormat::Parquet),
        _ if arrow_file::is_arrow(beginning) => Some(FileFormat::Arrow),
        _ if beginning.starts_with(numpy_file::FIRST) => Some(FileFormat::Numpy),
        // Other archives are unpacked before.
        [b'P', b'K', 3, 4, ..] if holds_arrays(beginning) => Some(FileFormat::Numpy),
        [b'P', b'K', 3, 4, ..] => Some(FileFormat::Excel),
        _ => None,
    }
}

/// Whether the first file of an archive is an array of NumPy.
fn holds_arrays(beginning: &[u8]) -> bool {
    const LENGTH: usize = 26;
    const NAME: usize = 30;
    let length =
        beginning.get(LENGTH..LENGTH + 2).map_or(0, |bytes| usize::from(bytes[0]) + (usize::from(bytes[1]) << 8));
    beginning.get(NAME..NAME + length).is_some_and(|name| name.ends_with(b".npy"))
}

/// The format of a text that is read as a delimited text that says the same; `None` for other texts.
pub(super) fn recognise(beginning: &[u8]) -> Option<FileFormat> {
    match beginning.trim_ascii_start() {
        [b'{' | b'[', ..] => Some(FileFormat::Json),
        _ => is_svmlight(beginning).then_some(FileFormat::Svmlight),
    }
}

/// What is in a file of one of these formats, as comma-separated values, with the names of columns in the first line; and the
/// sheet that was read, of a workbook.
///
/// # Errors
/// When the file is not what it should be, or the table is too large.
pub(super) fn delimited(
    format: FileFormat,
    bytes: Vec<u8>,
    sheet: Option<&str>,
) -> Result<(Vec<u8>, Option<SheetReport>), DataError> {
    let text = match format {
        FileFormat::Parquet => parquet_file::delimited(bytes)?,
        FileFormat::Arrow => arrow_file::delimited(bytes)?,
        FileFormat::Numpy => numpy_file::delimited(&bytes)?,
        FileFormat::Excel => {
            let (text, sheet) = workbook::delimited(bytes, sheet)?;
            return Ok((text, Some(sheet)));
        }
        FileFormat::Svmlight => filled(svmlight_rows(&bytes)?, "0")?,
        _ => filled(json_rows(&bytes)?, "")?,
    };
    Ok((text, None))
}

/// Rows as comma-separated values, with `empty` where nothing is said.
fn filled((names, rows): TextRows, empty: &str) -> Result<Vec<u8>, DataError> {
    let mut text = TableText::new(names.iter())?;
    check_size(rows.len() as u64, names.len())?;
    let mut cells = vec![String::new(); names.len()];
    for row in rows {
        for cell in &mut cells {
            empty.clone_into(cell);
        }
        for (place, cell) in row {
            cells[place as usize] = cell;
        }
        for cell in &cells {
            text.cell(cell)?;
        }
        text.end_row()?;
    }
    text.finish()
}

// ---- JSON ----

/// An object with its fields in the order of the text.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object such as {\"x\": 1.5, \"class\": \"a\"}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Objects, one a line or in a list.
fn json_rows(text: &[u8]) -> Result<TextRows, DataError> {
    let mut table = JsonTable::default();
    if text.trim_ascii_start().starts_with(b"[") {
        let fault = |error: serde_json::Error| DataError::Json { line: error.line() as u64, reason: reason(&error) };
        let rows: Vec<Fields> = serde_json::from_slice(text).map_err(fault)?;
        for (row, fields) in rows.into_iter().enumerate() {
            table.push(fields).map_err(|reason| DataError::JsonRow { row: row as u64 + 1, reason })?;
        }
    } else {
        // One object a line, or spread over several lines.
        let mut objects = serde_json::Deserializer::from_slice(text).into_iter::<Fields>();
        let line_at = |byte: usize| text[..byte].split(|&byte| byte == b'\n').count() as u64;
        loop {
            let start = objects.byte_offset();
            match objects.next() {
                None => break,
                Some(Err(error)) => return Err(DataError::Json { line: error.line() as u64, reason: reason(&error) }),
                Some(Ok(fields)) => {
                    table.push(fields).map_err(|reason| DataError::Json { line: line_at(start + 1), reason })?;
                }
            }
        }
    }
    Ok((table.names, table.rows))
}

/// What is wrong with a text, without the place.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[derive(Default)]
struct JsonTable {
    names: Vec<String>,
    places: HashMap<String, u32>,
    rows: Vec<Vec<(u32, String)>>,
}

impl JsonTable {
    /// Takes the next object.
    fn push(&mut self, Fields(fields): Fields) -> Result<(), String> {
        let mut row = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            let cell = match value {
                Value::Null => continue,
                Value::Bool(is_true) => is_true.to_string(),
                Value::Number(number) => number.to_string(),
                Value::String(text) => text,
                Value::Array(_) | Value::Object(_) => {
                    return Err(format!(
                        "the value of \"{name}\" is a list or an object: a table has one value in a cell"
                    ));
                }
            };
            let next = self.names.len() as u32;
            let place = *self.places.entry(name).or_insert_with_key(|name| {
                self.names.push(name.clone());
                next
            });
            row.push((place, cell));
        }
        self.rows.push(row);
        Ok(())
    }
}

// ---- svmlight ----

/// Whether the first line that is no comment is a number and then pairs such as 3:0.5.
fn is_svmlight(beginning: &[u8]) -> bool {
    let lines = beginning.split(|&byte| byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    let Some(line) = lines.map(without_comment).find(|line| !line.is_empty()) else { return false };
    let mut words = line.split_ascii_whitespace();
    let has_label = words.next().is_some_and(|label| label.parse::<f64>().is_ok());
    let pairs: Vec<bool> = words.map(|word| pair(word).is_some()).collect();
    has_label && !pairs.is_empty() && pairs.into_iter().all(|is_pair| is_pair)
}

fn without_comment(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

/// Index and value of a pair; no index for `qid`, which is no feature.
fn pair(word: &str) -> Option<(Option<u32>, &str)> {
    let (index, value) = word.split_once(':')?;
    value.parse::<f64>().ok()?;
    if index == "qid" { Some((None, value)) } else { Some((Some(index.parse().ok()?), value)) }
}

/// Columns x0, x1, … by the indices of the text up to the largest, and the label.
fn svmlight_rows(text: &[u8]) -> Result<TextRows, DataError> {
    let mut rows = Vec::new();
    let (mut least, mut most) = (u32::MAX, 0);
    for (idx, line) in text.split(|&byte| byte == b'\n').enumerate() {
        let line_number = idx as u64 + 1;
        let line = std::str::from_utf8(line).map_err(|_| DataError::NotText { line: line_number })?;
        let mut words = without_comment(line).split_ascii_whitespace();
        let Some(label) = words.next() else { continue };
        let mut row = Vec::new();
        for word in words {
            let fault = || DataError::Svmlight { line: line_number, text: word.chars().take(40).collect() };
            if let (Some(index), value) = pair(word).ok_or_else(fault)? {
                (least, most) = (least.min(index), most.max(index));
                row.push((index, value.to_owned()));
            }
        }
        row.push((u32::MAX, label.to_owned()));
        rows.push(row);
    }
    let n_features = most as usize + 1 - least.min(most) as usize;
    if n_features > MAX_COLUMNS {
        return Err(DataError::TooManyColumns { columns: n_features, limit: MAX_COLUMNS });
    }
    let least = least.min(most);
    let mut names: Vec<String> = (least..=most).map(|index| format!("x{index}")).collect();
    names.push("label".to_owned());
    for cell in rows.iter_mut().flatten() {
        cell.0 = if cell.0 == u32::MAX { n_features as u32 } else { cell.0 - least };
    }
    Ok((names, rows))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::data::{ImportSettings, Table, read_table};

    fn table(bytes: &[u8]) -> Table {
        let settings = ImportSettings::default();
        (*read_table(bytes, &settings).unwrap_or_else(|error| panic!("{error}")).table).clone()
    }

    fn refused(bytes: &[u8]) -> String {
        read_table(bytes, &ImportSettings::default()).unwrap_err().to_string()
    }

    const CSV: &str = "a,b,kind\n1.5,0,p\n2.5,3,\"q, r\"\n-1,2e3,p\n";

    #[test]
    fn every_format_gives_the_table_of_the_delimited_text() {
        let expected = table(CSV.as_bytes());
        let lines = "{\"a\": 1.5, \"b\": 0, \"kind\": \"p\"}\n{\"b\": 3, \"kind\": \"q, r\", \"a\": 2.5}\n\n{\"a\":-1,\"b\":2e3,\"kind\":\"p\"}";
        assert_eq!(table(lines.as_bytes()), expected);
        assert_eq!(table(format!("[{}]", lines.replace('\n', "").replace("}{", "},\n{")).as_bytes()), expected);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(CSV.as_bytes()).unwrap();
        assert_eq!(table(&packed.finish().unwrap()), expected);
        let of_arff = table(
            b"% made by hand\n@RELATION r\n@ATTRIBUTE 'a' NUMERIC\n@attribute b real\n@attribute kind {p,'q, r'}\n@DATA\n1.5,0,p\n2.5,3,'q, r'\n-1,2e3,\"p\"\n",
        );
        assert_eq!(of_arff, expected);
    }

    #[test]
    fn what_is_not_said_in_svmlight_is_zero() {
        let found = table(b"# a comment\n+1 qid:3 1:0.5 3:2\n-1 2:1.5 # another\n\n1 1:4\n");
        assert_eq!(found.feature_names, ["x1", "x2", "x3"]);
        assert_eq!(found.features, ndarray::array![[0.5, 0.0, 2.0], [0.0, 1.5, 0.0], [4.0, 0.0, 0.0]]);
        assert_eq!(
            (&found.class_labels[..2], &found.labels[..]),
            (&["-1".to_owned(), "+1".to_owned()][..], &[1, 0, 2][..])
        );
    }

    #[test]
    fn empty_values_and_missing_fields_of_json_are_missing_values() {
        let text = "{\"a\": 1, \"y\": true}\n{\"a\": null, \"y\": false}\n{\"y\": false}\n{\"a\": 4, \"y\": false}\n";
        let imported = read_table(text.as_bytes(), &ImportSettings::default()).unwrap();
        assert_eq!(
            (imported.inspection.n_dropped, &imported.table.class_labels[..]),
            (2, &["false".to_owned(), "true".to_owned()][..])
        );
        assert_eq!(imported.inspection.format, FileFormat::Json);
    }

    #[test]
    fn what_is_wrong_in_another_format_is_told_with_its_place() {
        assert!(refused(b"{\"a\": 1}\n{\"a\": [1, 2]}\n").contains("line 2: the value of \"a\" is a list"));
        assert!(refused(b"{\"a\": 1}\n{\"a\": \n").contains("line"));
        assert!(refused(b"[{\"a\": 1}, 3]").contains("line 1: "));
        assert!(refused(b"[{\"a\": 1}, {\"a\": {}}]").contains("object 2: the value of \"a\""));
        assert!(refused(b"1 1:2\n2 1:x\n").contains("line 2: \"1:x\" is no pair"));
        assert!(refused(b"1 1:2\n2 4000000000:1\n").contains("columns"));
        for (bytes, name) in [
            (&b"FEA1\0"[..], "Feather"),
            (b"SQLite format 3\0", "SQLite"),
            (b"\x80\x04\x95", "pickle"),
            (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
            (b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", "SAS"),
        ] {
            let refused = refused(bytes);
            assert!(refused.contains(name) && refused.contains("FILE"), "{refused}");
        }
        assert!(refused(b"PAR1\x15\x04").contains("Parquet file cannot be read"));
        assert!(refused(&[0x1f, 0x8b, 8, 0, 1, 2]).contains("cannot read"));
    }
}
