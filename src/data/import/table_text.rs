//! A table of another format on its way to the delimited text that says the same.

use std::io;

use super::{DataError, MAX_COLUMNS, rows::unreadable};
use crate::data::check_size;

/// Comma-separated values that are written cell by cell.
pub(super) struct TableText {
    writer: ::csv::Writer<Vec<u8>>,
    n_columns: usize,
    n_rows: u64,
    /// Cells of the row in hand.
    n_cells: usize,
}

impl TableText {
    /// A table with these columns, and their names in the first line.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn new<N: AsRef<[u8]>>(names: impl ExactSizeIterator<Item = N>) -> Result<Self, DataError> {
        let mut text = Self::without_names(names.len())?;
        for name in names {
            text.cell(name)?;
        }
        text.end_row()?;
        text.n_rows = 0;
        Ok(text)
    }

    /// A table of which the first row may hold names or not.
    ///
    /// # Errors
    /// When there are too many columns.
    pub(super) fn without_names(n_columns: usize) -> Result<Self, DataError> {
        if n_columns > MAX_COLUMNS {
            return Err(DataError::TooManyColumns { columns: n_columns, limit: MAX_COLUMNS });
        }
        Ok(Self { writer: ::csv::Writer::from_writer(Vec::new()), n_columns, n_rows: 0, n_cells: 0 })
    }

    /// The next cell of the row in hand.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn cell(&mut self, cell: impl AsRef<[u8]>) -> Result<(), DataError> {
        self.n_cells += 1;
        self.writer.write_field(cell).map_err(unwritten)
    }

    /// A number, or nothing where it is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn number(&mut self, number: f64) -> Result<(), DataError> {
        // A whole number up to 2^53 as people write it, all others in the shortest spelling that comes back to the same bits.
        match number {
            number if number.is_nan() => self.cell(""),
            number if number.fract() == 0.0 && number.abs() < 9e15 => self.cell(format!("{number:.0}")),
            number => self.cell(format!("{number:?}")),
        }
    }

    /// Ends a row, with empty cells for those that were not given.
    ///
    /// # Errors
    /// When there are too many rows.
    pub(super) fn end_row(&mut self) -> Result<(), DataError> {
        while self.n_cells < self.n_columns {
            self.cell("")?;
        }
        self.n_cells = 0;
        self.n_rows += 1;
        check_size(self.n_rows, self.n_columns)?;
        self.writer.write_record(None::<&[u8]>).map_err(unwritten)
    }

    /// The text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(self) -> Result<Vec<u8>, DataError> {
        self.writer.into_inner().map_err(|error| unreadable(&io::Error::other(error.to_string())))
    }
}

fn unwritten(error: ::csv::Error) -> DataError {
    unreadable(&io::Error::other(error))
}
