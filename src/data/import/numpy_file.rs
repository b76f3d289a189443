//! NumPy: an array (.npy), or an archive of arrays (.npz), cell by cell as text.
//!
//! # Source
//! NumPy, "A simple file format for NumPy arrays" (NEP 1), versions 1 to 3.

use std::io::{Cursor, Read};

use super::{DataError, MAX_COLUMNS, MAX_FILE_BYTES, table_text::TableText};
use crate::data::check_size;

/// The first bytes of an array.
pub(super) const FIRST: &[u8] = b"\x93NUMPY";
/// Most bytes of a header: NumPy's own are below 64 KiB.
const MOST_HEADER: usize = 1 << 20;
/// Most characters of a text in an array.
const MOST_LETTERS: usize = 1 << 16;

/// The arrays of a file as delimited text. In an archive an array with one axis is a column of its name, one with two axes the
/// columns x0, x1, … after its name in small letters; a single array is called x.
///
/// # Errors
/// When the file is damaged, holds objects, arrays with other axes, or arrays of different lengths, or is too large.
pub(super) fn delimited(bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    if bytes.starts_with(FIRST) {
        let array = Array::read(bytes).map_err(|reason| DataError::Numpy { reason })?;
        let mut text = TableText::new(array.column_names("x").iter())?;
        return write(&mut text, &[array]).and_then(|()| text.finish());
    }
    let files = unpacked(bytes)?;
    let mut arrays = Vec::new();
    for (name, bytes) in &files {
        let named = |reason| DataError::Numpy { reason: format!("its array {name}: {reason}") };
        arrays.push((name.as_str(), Array::read(bytes).map_err(named)?));
    }
    let Some((_, first)) = arrays.first() else {
        return Err(DataError::Numpy { reason: "there is no array in the archive".to_owned() });
    };
    if arrays.iter().any(|(_, array)| array.n_rows != first.n_rows) {
        let listed: Vec<String> = arrays.iter().map(|(name, array)| format!("{name} has {}", array.n_rows)).collect();
        return Err(DataError::Numpy {
            reason: format!(
                "its arrays have different numbers of rows ({}): keep one table in an archive, as by np.savez('FILE.npz', X=X, y=y)",
                listed.join(", ")
            ),
        });
    }
    let names: Vec<String> = arrays.iter().flat_map(|(name, array)| array.column_names(name)).collect();
    let mut text = TableText::new(names.iter())?;
    let arrays: Vec<Array<'_>> = arrays.into_iter().map(|(_, array)| array).collect();
    write(&mut text, &arrays)?;
    text.finish()
}

/// Writes the rows of arrays that stand beside each other.
fn write(text: &mut TableText, arrays: &[Array<'_>]) -> Result<(), DataError> {
    let n_rows = arrays.first().map_or(0, |array| array.n_rows);
    let n_columns: usize = arrays.iter().map(|array| array.n_columns).sum();
    check_size(n_rows as u64, n_columns)?;
    for row in 0..n_rows {
        for array in arrays {
            for column in 0..array.n_columns {
                match array.cell(row, column) {
                    Value::Number(number) => text.number(number)?,
                    Value::Single(number) if number.is_nan() => text.cell("")?,
                    Value::Single(number) => text.cell(number.to_string())?,
                    Value::Text(words) => text.cell(words)?,
                }
            }
        }
        text.end_row()?;
    }
    Ok(())
}

/// Names and bytes of the arrays of an archive, in its order.
fn unpacked(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DataError> {
    let damaged = |reason: String| DataError::Numpy { reason };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    if archive.len() > MAX_COLUMNS {
        return Err(DataError::TooManyColumns { columns: archive.len(), limit: MAX_COLUMNS });
    }
    let mut files = Vec::new();
    let mut n_left = MAX_FILE_BYTES;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|error| damaged(error.to_string()))?;
        let name = file.name().map_err(|error| damaged(error.to_string()))?.trim_end_matches(".npy").to_owned();
        let mut contents = Vec::new();
        file.take(n_left + 1).read_to_end(&mut contents).map_err(|error| damaged(error.to_string()))?;
        n_left = n_left.checked_sub(contents.len() as u64).ok_or(DataError::TooManyBytes { limit: MAX_FILE_BYTES })?;
        files.push((name, contents));
    }
    Ok(files)
}

/// The value of a cell.
enum Value {
    Number(f64),
    /// A number with the digits of single precision.
    Single(f32),
    Text(String),
}

/// The kind of an array's numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    Int,
    Uint,
    Float,
    /// Bytes that end with zeros.
    Bytes,
    /// Code points of four bytes each.
    Text,
}

/// An array with at most two axes.
struct Array<'a> {
    kind: Kind,
    /// Bytes of a cell.
    size: usize,
    is_big_endian: bool,
    is_column_major: bool,
    n_rows: usize,
    /// 1 where there is one axis.
    n_columns: usize,
    has_one_axis: bool,
    cells: &'a [u8],
}

impl<'a> Array<'a> {
    /// Reads the header, and makes sure that all cells are there.
    fn read(bytes: &'a [u8]) -> Result<Self, String> {
        let damaged = || "its header is damaged".to_owned();
        let rest = bytes.strip_prefix(FIRST).ok_or_else(|| "it is no array of NumPy".to_owned())?;
        let (&[version, _], rest) = rest.split_first_chunk::<2>().ok_or_else(damaged)?;
        let (length, rest) = match version {
            1 => {
                let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(damaged)?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            }
            2 | 3 => {
                let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
                (u32::from_le_bytes(*length) as usize, rest)
            }
            other => return Err(format!("it is of version {other} of the format, which is not known")),
        };
        if length > MOST_HEADER || length > rest.len() {
            return Err(damaged());
        }
        let (header, cells) = rest.split_at(length);
        let header = std::str::from_utf8(header).map_err(|_| damaged())?;
        let descr = field(header, "descr").ok_or_else(damaged)?;
        let is_column_major = match field(header, "fortran_order").ok_or_else(damaged)? {
            order if order.starts_with("True") => true,
            order if order.starts_with("False") => false,
            _ => return Err(damaged()),
        };
        let shape = field(header, "shape").ok_or_else(damaged)?;
        let (kind, size, is_big_endian) = element(descr)?;
        let shape = axes(shape).ok_or_else(damaged)?;
        let (n_rows, n_columns, has_one_axis) = match shape[..] {
            [n_rows] => (n_rows, 1, true),
            [n_rows, n_columns] => (n_rows, n_columns, false),
            _ => {
                return Err(format!(
                    "it has {} axes: a table has rows and columns, as by X.reshape(len(X), -1)",
                    shape.len()
                ));
            }
        };
        let n_bytes = n_rows.checked_mul(n_columns).and_then(|n| n.checked_mul(size));
        if n_bytes.is_none_or(|n_bytes| n_bytes > cells.len()) {
            return Err("it is shorter than its header says".to_owned());
        }
        Ok(Self { kind, size, is_big_endian, is_column_major, n_rows, n_columns, has_one_axis, cells })
    }

    /// The names of its columns in an archive.
    fn column_names(&self, name: &str) -> Vec<String> {
        if self.has_one_axis {
            return vec![name.to_owned()];
        }
        let name = name.to_lowercase();
        (0..self.n_columns).map(|column| format!("{name}{column}")).collect()
    }

    fn cell(&self, row: usize, column: usize) -> Value {
        let place =
            if self.is_column_major { column * self.n_rows + row } else { row * self.n_columns + column } * self.size;
        let bytes = &self.cells[place..place + self.size];
        match self.kind {
            Kind::Bytes => {
                let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                Value::Text(String::from_utf8_lossy(&bytes[..end]).into_owned())
            }
            Kind::Text => {
                let letters = bytes.chunks_exact(4).map(|letter| self.whole(letter) as u32).collect::<Vec<_>>();
                let end = letters.iter().rposition(|&letter| letter != 0).map_or(0, |last| last + 1);
                let letter = |&code: &u32| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                Value::Text(letters[..end].iter().map(letter).collect())
            }
            Kind::Bool | Kind::Uint => whole_number(i128::from(self.whole(bytes))),
            Kind::Int => {
                let n_unused = 64 - 8 * self.size as u32;
                whole_number(i128::from((self.whole(bytes) << n_unused).cast_signed() >> n_unused))
            }
            Kind::Float => match self.size {
                2 => Value::Single(half::f16::from_bits(self.whole(bytes) as u16).to_f32()),
                4 => Value::Single(f32::from_bits(self.whole(bytes) as u32)),
                _ => Value::Number(f64::from_bits(self.whole(bytes))),
            },
        }
    }

    /// The bits of at most eight bytes.
    fn whole(&self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, &byte: &u8| sum << 8 | u64::from(byte);
        if self.is_big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }
}

/// A whole number, as text where it is beyond those that floats hold.
fn whole_number(number: i128) -> Value {
    if number.unsigned_abs() <= 1 << 53 { Value::Number(number as f64) } else { Value::Text(number.to_string()) }
}

/// What stands behind the name of a field in a header, which is a dictionary of Python.
fn field<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{name}'"))?;
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

/// Kind, size and order of bytes of an element, from a description such as '<f4'.
fn element(descr: &str) -> Result<(Kind, usize, bool), String> {
    let Some(code) = descr.strip_prefix('\'').and_then(|rest| rest.split('\'').next()) else {
        return Err("its rows have named fields: a table of one kind of numbers is read, as by np.column_stack([a['x'], a['y']])".to_owned());
    };
    let other = || format!("its numbers are of the kind {code}, which is not read: X.astype(float) converts them");
    let mut letters = code.chars();
    let (order, kind) = (letters.next().unwrap_or_default(), letters.next().unwrap_or_default());
    if kind == 'O' {
        return Err(
            "it holds objects of Python, which can run code when they are read: X.astype(float) or y.astype(str) before np.save makes numbers or text of them".to_owned(),
        );
    }
    let size: usize = letters.as_str().parse().map_err(|_| other())?;
    let (kind, size) = match (kind, size) {
        ('b', 1) => (Kind::Bool, 1),
        ('i', 1 | 2 | 4 | 8) => (Kind::Int, size),
        ('u', 1 | 2 | 4 | 8) => (Kind::Uint, size),
        ('f', 2 | 4 | 8) => (Kind::Float, size),
        ('S', 1..=MOST_LETTERS) => (Kind::Bytes, size),
        ('U', 1..=MOST_LETTERS) => (Kind::Text, 4 * size),
        _ => return Err(other()),
    };
    Ok((kind, size, order == '>'))
}

/// The lengths of a tuple such as (150, 4).
fn axes(shape: &str) -> Option<Vec<usize>> {
    let (lengths, _) = shape.strip_prefix('(')?.split_once(')')?;
    lengths.split(',').map(str::trim).filter(|length| !length.is_empty()).map(|length| length.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(descr: &str, order: &str, shape: &str, cells: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let length = u16::try_from(header.len()).unwrap();
        [FIRST, &[1, 0], &length.to_le_bytes(), header.as_bytes(), cells].concat()
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(delimited(bytes).unwrap_or_else(|error| panic!("{error}"))).unwrap()
    }

    fn refused(bytes: &[u8]) -> String {
        delimited(bytes).unwrap_err().to_string()
    }

    #[test]
    fn numbers_of_every_kind_and_order_come_out() {
        let floats = [0.1_f32, f32::NAN, 2.0, -1e20].map(f32::to_le_bytes).concat();
        assert_eq!(text(&array("'<f4'", "False", "(2, 2)", &floats)), "x0,x1\n0.1,\n2,-100000000000000000000\n");
        let columns = [1.5_f64, -2.0, 3.0, 0.1].map(f64::to_be_bytes).concat();
        assert_eq!(text(&array("'>f8'", "True", "(2, 2)", &columns)), "x0,x1\n1.5,3\n-2,0.1\n");
        assert_eq!(text(&array("'|i1'", "False", "(2,)", &[0xff, 5])), "x\n-1\n5\n");
        assert_eq!(text(&array("'|b1'", "False", "(2,)", &[1, 0])), "x\n1\n0\n");
        assert_eq!(text(&array("'<u8'", "False", "(1,)", &u64::MAX.to_le_bytes())), "x\n18446744073709551615\n");
        assert_eq!(text(&array("'<f2'", "False", "(2,)", &[0x00, 0x3c, 0x66, 0x2e])), "x\n1\n0.099975586\n");
        assert_eq!(text(&array("'|S3'", "False", "(2,)", b"ab\0c\0\0")), "x\nab\nc\n");
        let letters = ['가', '\0', 'b', 'c'].map(|letter| (letter as u32).to_le_bytes()).concat();
        assert_eq!(text(&array("'<U2'", "False", "(2,)", &letters)), "x\n가\nbc\n");
    }

    #[test]
    fn what_is_no_table_is_refused_with_what_to_do() {
        for (bytes, words) in [
            (array("'|O'", "False", "(2,)", &[0; 16]), "objects of Python"),
            (array("'<c16'", "False", "(1,)", &[0; 16]), "astype(float)"),
            (array("[('x', '<f4')]", "False", "(1,)", &[0; 4]), "named fields"),
            (array("'<f4'", "False", "(2, 2, 2)", &[0; 32]), "3 axes"),
            (array("'<f4'", "False", "()", &[0; 4]), "0 axes"),
            (array("'<f4'", "False", "(2, 2)", &[0; 15]), "shorter than its header says"),
            (array("'<f8'", "False", "(4611686018427387904, 8)", &[]), "shorter than its header says"),
            (array("'<f4'", "Maybe", "(1,)", &[0; 4]), "damaged"),
            ([FIRST, &[9, 0, 0, 0]].concat(), "version 9"),
            (FIRST.to_vec(), "damaged"),
        ] {
            let fault = refused(&bytes);
            assert!(fault.contains(words), "{words}: {fault}");
        }
    }
}
