//! Parquet: the rows of a file, cell by cell as text.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};

use super::{DataError, TextRows};
use crate::data::check_size;

/// The first bytes of a file.
pub(super) const FIRST: &[u8] = b"PAR1";
/// The column in which pandas keeps an index.
const INDEX: &str = "__index_level_0__";

/// The rows of a file.
///
/// # Errors
/// When the file is damaged, compressed in a way that is not read, has columns that hold lists, or is too large.
pub(super) fn rows(bytes: &[u8]) -> Result<TextRows, DataError> {
    // A damaged file can make the reader panic.
    catch_unwind(AssertUnwindSafe(|| read(bytes))).unwrap_or_else(|_| Err(damaged("it is damaged".to_owned())))
}

fn damaged(reason: String) -> DataError {
    DataError::Parquet { reason }
}

fn read(bytes: &[u8]) -> Result<TextRows, DataError> {
    let fault = |error: parquet::errors::ParquetError| damaged(error.to_string());
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).map_err(fault)?;
    let fields = reader.metadata().file_metadata().schema().get_fields();
    let names: Vec<String> = fields.iter().map(|field| field.name().to_owned()).filter(|name| name != INDEX).collect();
    let n_rows = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
    check_size(n_rows, names.len())?;
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None).map_err(fault)? {
        let columns = row.map_err(fault)?.into_columns();
        let mut cells = Vec::with_capacity(names.len());
        for (place, (name, field)) in columns.into_iter().filter(|(name, _)| name != INDEX).enumerate() {
            let cell = match field {
                Field::Null => continue,
                Field::Str(text) => text,
                Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
                Field::Float(number) => number.to_string(),
                Field::Double(number) => number.to_string(),
                Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
                    return Err(damaged(format!("the column {name} holds lists: a table has one value in a cell")));
                }
                other => other.to_string(),
            };
            cells.push((place as u32, cell));
        }
        rows.push(cells);
    }
    Ok((names, rows))
}
