//! Parquet: the rows of a file, cell by cell as text.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};

use super::{DataError, table_text::TableText};
use crate::data::check_size;

/// The first bytes of a file.
pub(super) const FIRST: &[u8] = b"PAR1";
/// The column in which pandas keeps an index.
const INDEX: &str = "__index_level_0__";

/// The rows of a file as delimited text.
///
/// # Errors
/// When the file is damaged, compressed in a way that is not read, has columns that hold lists, or is too large.
pub(super) fn delimited(bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    // A damaged file can make the reader panic.
    catch_unwind(AssertUnwindSafe(|| read(bytes))).unwrap_or_else(|_| Err(damaged("it is damaged".to_owned())))
}

fn damaged(reason: String) -> DataError {
    DataError::Parquet { reason }
}

fn read(bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    let fault = |error: parquet::errors::ParquetError| damaged(error.to_string());
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).map_err(fault)?;
    let fields = reader.metadata().file_metadata().schema().get_fields();
    let names: Vec<String> = fields.iter().map(|field| field.name().to_owned()).filter(|name| name != INDEX).collect();
    let n_rows = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
    check_size(n_rows, names.len())?;
    let mut text = TableText::new(names.iter())?;
    for row in reader.get_row_iter(None).map_err(fault)? {
        for (name, field) in row.map_err(fault)?.into_columns().into_iter().filter(|(name, _)| name != INDEX) {
            match field {
                Field::Null => text.cell(""),
                Field::Str(value) => text.cell(value),
                Field::Bytes(bytes) => text.cell(bytes.data()),
                Field::Float(number) if number.is_nan() => text.cell(""),
                Field::Float(number) => text.cell(number.to_string()),
                Field::Double(number) => text.number(number),
                Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
                    return Err(damaged(format!("the column {name} holds lists: a table has one value in a cell")));
                }
                other => text.cell(other.to_string()),
            }?;
        }
        text.end_row()?;
    }
    text.finish()
}
