//! Arrow: the rows of a file (Feather) or a stream, cell by cell as text.
//!
//! Both hold the same parts: one after the other in a stream, and where the end says in a file.
//!
//! # Source
//! Apache Arrow, "Columnar format", Serialization and Interprocess Communication.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use arrow_array::{Array, RecordBatch, cast::AsArray, types};
use arrow_buffer::{ArrowNativeType, Buffer};
use arrow_ipc::{
    Block, Message, MessageHeader,
    convert::try_fb_to_schema,
    reader::{FileDecoder, StreamDecoder, read_footer_length},
    root_as_footer, root_as_message,
};
use arrow_schema::{ArrowError, DataType, TimeUnit};

use super::{DataError, MAX_FILE_BYTES, table_text::TableText};
use crate::data::check_size;

/// The first bytes of a file.
const MAGIC: &[u8] = b"ARROW1";
/// What stands before each message.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// The column in which pandas keeps an index.
const INDEX: &str = "__index_level_0__";

/// Whether a file with this beginning is one of these.
pub(super) fn is_arrow(beginning: &[u8]) -> bool {
    let is_stream = beginning.starts_with(&CONTINUATION) && beginning.get(7).is_some_and(|&high| high == 0);
    beginning.starts_with(MAGIC) || is_stream
}

/// The rows of a file or a stream as delimited text.
///
/// # Errors
/// When it is damaged, has columns that hold lists, or is too large.
pub(super) fn delimited(bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    // A damaged file can make the reader panic.
    catch_unwind(AssertUnwindSafe(|| read(bytes))).unwrap_or_else(|_| Err(damaged("it is damaged")))
}

fn damaged(reason: impl Into<String>) -> DataError {
    DataError::Arrow { reason: reason.into() }
}

fn fault(error: &ArrowError) -> DataError {
    damaged(error.to_string())
}

fn read(bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    let is_file = bytes.starts_with(MAGIC);
    let buffer = Buffer::from_vec(bytes);
    let mut rows = Rows(None);
    if is_file {
        read_file(&buffer, &mut rows)?;
    } else {
        read_stream(buffer, &mut rows)?;
    }
    rows.0.ok_or(DataError::NoRows)?.finish()
}

/// The parts of a file are where its end says.
fn read_file(buffer: &Buffer, rows: &mut Rows) -> Result<(), DataError> {
    let cut = || damaged("its end is missing or damaged");
    let (before, end) = buffer.as_slice().split_last_chunk::<10>().ok_or_else(cut)?;
    let n_footer = read_footer_length(*end).map_err(|error| fault(&error))?;
    let footer = before.len().checked_sub(n_footer).and_then(|start| before.get(start..)).ok_or_else(cut)?;
    let footer = root_as_footer(footer).map_err(|error| damaged(error.to_string()))?;
    let schema = try_fb_to_schema(footer.schema().ok_or_else(cut)?).map_err(|error| fault(&error))?;
    let mut decoder = FileDecoder::new(Arc::new(schema), footer.version());
    let mut n_unpacked = 0;
    let mut part = |block: &Block| -> Result<Buffer, DataError> {
        let place = |number: i64| usize::try_from(number).map_err(|_| cut());
        let (start, n_head, n_body) =
            (place(block.offset())?, place(block.metaDataLength().into())?, place(block.bodyLength())?);
        let end = n_head.checked_add(n_body).and_then(|length| start.checked_add(length)).ok_or_else(cut)?;
        let whole = buffer.as_slice().get(start..end).ok_or_else(cut)?;
        let (head, body) = whole.split_at(n_head);
        let head = head.get(if head.starts_with(&CONTINUATION) { 8 } else { 4 }..).ok_or_else(cut)?;
        let message = root_as_message(head).map_err(|error| damaged(error.to_string()))?;
        check_message(&message, body, &mut n_unpacked)?;
        Ok(buffer.slice_with_length(start, end - start))
    };
    for block in footer.dictionaries().into_iter().flatten() {
        decoder.read_dictionary(block, &part(block)?).map_err(|error| fault(&error))?;
    }
    for block in footer.recordBatches().into_iter().flatten() {
        if let Some(batch) = decoder.read_record_batch(block, &part(block)?).map_err(|error| fault(&error))? {
            rows.take(&batch)?;
        }
    }
    Ok(())
}

/// The parts of a stream follow each other.
fn read_stream(mut buffer: Buffer, rows: &mut Rows) -> Result<(), DataError> {
    let n_bytes = check_stream(&buffer)?;
    buffer = buffer.slice_with_length(0, n_bytes);
    let mut decoder = StreamDecoder::new();
    loop {
        match decoder.decode(&mut buffer).map_err(|error| fault(&error))? {
            Some(batch) => rows.take(&batch)?,
            None if buffer.is_empty() => break,
            None => {}
        }
    }
    decoder.finish().map_err(|error| fault(&error))
}

/// Looks at every message of a stream before any of it is unpacked; returns the length of the stream.
fn check_stream(bytes: &[u8]) -> Result<usize, DataError> {
    let cut = || damaged("it ends within a part of it");
    let mut at = 0;
    let mut n_unpacked = 0;
    while let Some(start) = bytes.get(at..at + 8) {
        let (mark, length) = start.split_at(4);
        if mark != CONTINUATION {
            return Err(damaged("a part of it does not begin as it should"));
        }
        let length = u32::from_le_bytes(length.try_into().unwrap_or_default()) as usize;
        at += 8;
        if length == 0 {
            return Ok(at);
        }
        let head = bytes.get(at..at.saturating_add(length)).ok_or_else(cut)?;
        at += length;
        let message = root_as_message(head).map_err(|error| damaged(error.to_string()))?;
        let n_body = usize::try_from(message.bodyLength()).map_err(|_| cut())?;
        let body = bytes.get(at..at.saturating_add(n_body)).ok_or_else(cut)?;
        at += n_body;
        check_message(&message, body, &mut n_unpacked)?;
    }
    if at < bytes.len() { Err(cut()) } else { Ok(at) }
}

/// Looks at a part before it is unpacked, so that no damage asks for more memory than there is.
fn check_message(message: &Message<'_>, body: &[u8], n_unpacked: &mut u64) -> Result<(), DataError> {
    let cut = || damaged("a part of it is larger than it should be");
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => None,
    };
    let Some(batch) = batch else { return Ok(()) };
    check_size(u64::try_from(batch.length()).map_err(|_| cut())?, 1)?;
    let is_packed = batch.compression().is_some();
    for part in batch.buffers().into_iter().flatten() {
        let (start, length) = (part.offset().as_usize(), part.length().as_usize());
        let part = body.get(start..start.saturating_add(length)).ok_or_else(cut)?;
        if let (true, Some(size)) = (is_packed, part.first_chunk::<8>()) {
            // −1 is for what is not compressed after all.
            *n_unpacked = n_unpacked.saturating_add(u64::try_from(i64::from_le_bytes(*size)).unwrap_or(0));
        }
        if *n_unpacked > MAX_FILE_BYTES {
            return Err(DataError::TooManyBytes { limit: MAX_FILE_BYTES });
        }
    }
    Ok(())
}

/// The rows of all batches so far.
struct Rows(Option<TableText>);

impl Rows {
    fn take(&mut self, batch: &RecordBatch) -> Result<(), DataError> {
        let text = match &mut self.0 {
            Some(text) => text,
            None => self.0.insert(header(batch)?),
        };
        write(batch, text)
    }
}

fn header(batch: &RecordBatch) -> Result<TableText, DataError> {
    let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    let names: Vec<String> = names.into_iter().filter(|name| name != INDEX).collect();
    TableText::new(names.iter())
}

fn write(batch: &RecordBatch, text: &mut TableText) -> Result<(), DataError> {
    let schema = batch.schema();
    let columns: Vec<_> =
        schema.fields().iter().zip(batch.columns()).filter(|(field, _)| field.name() != INDEX).collect();
    for row in 0..batch.num_rows() {
        for (field, column) in &columns {
            cell(column.as_ref(), row, text)?.ok_or_else(|| {
                damaged(format!(
                    "the column {} holds values of the type {}: a table has a number, a text or a date in a cell",
                    field.name(),
                    field.data_type()
                ))
            })?;
        }
        text.end_row()?;
    }
    Ok(())
}

/// Writes a cell; `None` where its type is none that a table has.
fn cell(column: &dyn Array, row: usize, text: &mut TableText) -> Result<Option<()>, DataError> {
    macro_rules! whole {
        ($kind:ident) => {
            text.cell(column.as_primitive::<types::$kind>().value(row).to_string())
        };
    }
    macro_rules! date {
        ($kind:ident) => {
            match column.as_primitive::<types::$kind>().value_as_datetime(row) {
                Some(time) => text.cell(time.to_string().trim_end_matches(" 00:00:00")),
                None => text.cell(""),
            }
        };
    }
    if column.is_null(row) {
        return text.cell("").map(Some);
    }
    match column.data_type() {
        DataType::Null => text.cell(""),
        DataType::Boolean => text.cell(column.as_boolean().value(row).to_string()),
        DataType::Int8 => whole!(Int8Type),
        DataType::Int16 => whole!(Int16Type),
        DataType::Int32 => whole!(Int32Type),
        DataType::Int64 => whole!(Int64Type),
        DataType::UInt8 => whole!(UInt8Type),
        DataType::UInt16 => whole!(UInt16Type),
        DataType::UInt32 => whole!(UInt32Type),
        DataType::UInt64 => whole!(UInt64Type),
        DataType::Float16 => text.number(column.as_primitive::<types::Float16Type>().value(row).to_f64()),
        // The shortest spelling of single precision is what was meant.
        DataType::Float32 => match column.as_primitive::<types::Float32Type>().value(row) {
            value if value.is_nan() => text.cell(""),
            value => text.cell(value.to_string()),
        },
        DataType::Float64 => text.number(column.as_primitive::<types::Float64Type>().value(row)),
        DataType::Decimal128(..) => text.cell(column.as_primitive::<types::Decimal128Type>().value_as_string(row)),
        DataType::Utf8 => text.cell(column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text.cell(column.as_string::<i64>().value(row)),
        DataType::Utf8View => text.cell(column.as_string_view().value(row)),
        DataType::Date32 => date!(Date32Type),
        DataType::Date64 => date!(Date64Type),
        DataType::Timestamp(TimeUnit::Second, _) => date!(TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => date!(TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => date!(TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => date!(TimestampNanosecondType),
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            let keys = dictionary.keys();
            macro_rules! key {
                ($kind:ident) => {
                    keys.as_primitive::<types::$kind>().value(row).as_usize()
                };
            }
            let place = match keys.data_type() {
                DataType::Int8 => key!(Int8Type),
                DataType::Int16 => key!(Int16Type),
                DataType::Int32 => key!(Int32Type),
                DataType::Int64 => key!(Int64Type),
                DataType::UInt8 => key!(UInt8Type),
                DataType::UInt16 => key!(UInt16Type),
                DataType::UInt32 => key!(UInt32Type),
                DataType::UInt64 => key!(UInt64Type),
                _ => return Ok(None),
            };
            return cell(dictionary.values().as_ref(), place, text);
        }
        _ => return Ok(None),
    }
    .map(Some)
}
