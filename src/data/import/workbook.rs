//! Excel workbooks: the cells of a sheet as text.

use std::{
    io::{Cursor, Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Cell, Data, DataRef, Reader, Xlsx, XlsxError};
use serde::Serialize;

use super::{DataError, MAX_COLUMNS, MAX_FILE_BYTES, names::list_names, table_text::TableText};
use crate::data::MAX_VALUES;

/// Which sheet of a workbook is read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SheetReport {
    /// Its name.
    pub name: String,
    /// The names of the others.
    pub others: Vec<String>,
    /// Whether it was chosen rather than found.
    pub is_chosen: bool,
}

impl SheetReport {
    /// What is said of it, without a full stop; `None` where it goes without saying.
    pub(super) fn note(&self) -> Option<String> {
        let others = list_names(self.others.iter().map(String::as_str));
        let is_worth_saying = !self.is_chosen && !self.others.is_empty();
        is_worth_saying.then(|| {
            format!(
                "the sheet {} is read, the first with cells in it: there are {others}, too, to be chosen by name",
                self.name
            )
        })
    }
}

/// The cells of a sheet as delimited text: of the one that is chosen, else of the first that has any.
///
/// # Errors
/// When the workbook is damaged or too large, or there is no such sheet.
pub(super) fn delimited(bytes: Vec<u8>, chosen: Option<&str>) -> Result<(Vec<u8>, SheetReport), DataError> {
    // A damaged file can make the reader panic.
    catch_unwind(AssertUnwindSafe(|| read(bytes, chosen))).unwrap_or_else(|_| Err(damaged("it is damaged")))
}

fn damaged(reason: impl Into<String>) -> DataError {
    DataError::Workbook { reason: reason.into() }
}

fn fault(error: &XlsxError) -> DataError {
    damaged(error.to_string())
}

fn read(bytes: Vec<u8>, chosen: Option<&str>) -> Result<(Vec<u8>, SheetReport), DataError> {
    check_unpacked_size(&bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| fault(&error))?;
    let names = workbook.sheet_names();
    if let Some(name) = chosen
        && !names.iter().any(|known| known == name)
    {
        let sheets = list_names(names.iter().map(String::as_str));
        return Err(DataError::NoSheet { name: name.to_owned(), sheets });
    }
    for name in names.iter().filter(|name| chosen.is_none_or(|chosen| chosen == *name)) {
        let Some(extent) = Extent::of(&mut workbook, name)? else { continue };
        let text = sheet_text(&mut workbook, name, extent)?;
        let others = names.iter().filter(|other| *other != name).cloned().collect();
        return Ok((text, SheetReport { name: name.clone(), others, is_chosen: chosen.is_some() }));
    }
    Err(DataError::EmptyFile)
}

/// Refuses workbooks that say themselves that they are too large.
fn check_unpacked_size(bytes: &[u8]) -> Result<(), DataError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    let mut n_bytes = 0_u64;
    for place in 0..archive.len() {
        n_bytes =
            n_bytes.saturating_add(archive.by_index_raw(place).map_err(|error| damaged(error.to_string()))?.size());
    }
    if n_bytes > MAX_FILE_BYTES {
        return Err(DataError::TooManyBytes { limit: MAX_FILE_BYTES });
    }
    Ok(())
}

/// The columns of a sheet that have cells.
#[derive(Debug, Clone, Copy)]
struct Extent {
    first: u32,
    last: u32,
}

impl Extent {
    /// That of a sheet; `None` where it has no cells, or holds a picture.
    fn of<R: Read + Seek>(workbook: &mut Xlsx<R>, name: &str) -> Result<Option<Self>, DataError> {
        let mut extent: Option<Self> = None;
        let mut n_cells = 0_u64;
        each_cell(workbook, name, |cell| {
            n_cells += 1;
            if n_cells > MAX_VALUES {
                return Err(damaged(format!("the sheet {name} has more than {MAX_VALUES} cells")));
            }
            let column = cell.get_position().1;
            let so_far = extent.unwrap_or(Self { first: column, last: column });
            extent = Some(Self { first: so_far.first.min(column), last: so_far.last.max(column) });
            Ok(())
        })?;
        Ok(extent)
    }

    fn n_columns(self) -> usize {
        (self.last - self.first) as usize + 1
    }
}

/// Goes through the cells of a sheet that are not empty, row by row.
fn each_cell<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    name: &str,
    mut take: impl FnMut(Cell<DataRef<'_>>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        reader => reader.map_err(|error| fault(&error))?,
    };
    while let Some(cell) = reader.next_cell().map_err(|error| fault(&error))? {
        if !matches!(cell.get_value(), DataRef::Empty) {
            take(cell)?;
        }
    }
    Ok(())
}

fn sheet_text<R: Read + Seek>(workbook: &mut Xlsx<R>, name: &str, extent: Extent) -> Result<Vec<u8>, DataError> {
    if extent.n_columns() > MAX_COLUMNS {
        return Err(DataError::TooManyColumns { columns: extent.n_columns(), limit: MAX_COLUMNS });
    }
    let mut text = TableText::without_names(extent.n_columns())?;
    let mut row_in_hand = None;
    let mut next_column = extent.first;
    each_cell(workbook, name, |cell| {
        let (row, column) = cell.get_position();
        if row_in_hand != Some(row) {
            if row_in_hand.is_some() {
                text.end_row()?;
            }
            (row_in_hand, next_column) = (Some(row), extent.first);
        }
        if column < next_column {
            return Err(damaged(format!("the cells of row {} are not in order", u64::from(row) + 1)));
        }
        for _ in next_column..column {
            text.cell("")?;
        }
        next_column = column + 1;
        write(cell.get_value().clone().into(), &mut text)
    })?;
    text.end_row()?;
    text.finish()
}

fn write(value: Data, text: &mut TableText) -> Result<(), DataError> {
    match value {
        Data::Float(number) => text.number(number),
        // A date as people write it, a time of day or a duration as a share of a day.
        Data::DateTime(time) if time.is_datetime() && time.as_f64() >= 1.0 => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second) {
                (0, 0, 0) => text.cell(date),
                _ => text.cell(format!("{date} {hour:02}:{minute:02}:{second:02}")),
            }
        }
        Data::DateTime(time) => text.number(time.as_f64()),
        // As missing values: #N/A, #DIV/0! and their like.
        Data::Error(_) => text.cell(""),
        other => text.cell(other.to_string()),
    }
}
