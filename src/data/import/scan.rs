//! A whole file read into columns.

use std::io::Read;

use super::{
    DataError, Dialect, FileFormat, ImportSettings, ReadHooks, cell::MissingMarks, column::Column, layout::Opened,
};
use crate::data::check_size;

/// Rows that are kept as they stand.
const MOST_FIRST_ROWS: usize = 8;
/// Characters of a cell that are kept there.
const MOST_CHARACTERS: usize = 40;

/// The columns of a file, from which any selection of them can be inspected or imported.
#[derive(Debug, Clone)]
pub struct Scan {
    pub(super) format: FileFormat,
    pub(super) dialect: Dialect,
    pub(super) marks: MissingMarks,
    pub(super) columns: Vec<Column>,
    /// Place of the label column, where the one that was asked for is there.
    pub(super) label_idx: Option<usize>,
    pub(super) n_rows: usize,
    pub(super) first_rows: Vec<Vec<String>>,
    /// What is wrong with a row; nothing below it was read.
    pub(super) fault: Option<DataError>,
}

impl Scan {
    /// Reads a text; `n_all` is its length in bytes, where that is known.
    ///
    /// What is wrong with a single row does not fail here, but stands in the way of [`Scan::into_table`]; so a person can
    /// be shown what was found up to there.
    ///
    /// # Errors
    /// When the text cannot be read, has no beginning that makes sense, or reading was cancelled.
    pub fn read(
        input: impl Read,
        n_all: Option<u64>,
        settings: &ImportSettings,
        hooks: &ReadHooks<'_>,
    ) -> Result<Self, DataError> {
        let mut opened = Opened::new(input, n_all, settings, hooks)?;
        let label_idx = match &settings.label {
            Some(label) => opened.columns.iter().position(|(name, _)| name == label),
            None => Some(opened.default_label),
        };
        let columns = opened.columns.iter().enumerate();
        let columns = columns
            .map(|(idx, (name, declared))| Column::new(name.clone(), *declared, label_idx == Some(idx)))
            .collect();
        let mut scan = Self {
            format: opened.format,
            dialect: opened.dialect,
            marks: MissingMarks::new(settings.missing.as_deref()),
            columns,
            label_idx,
            n_rows: 0,
            first_rows: Vec::new(),
            fault: None,
        };
        match scan.read_rows(&mut opened) {
            Err(error @ (DataError::Cancelled | DataError::Unreadable { .. })) => Err(error),
            outcome => {
                scan.fault = outcome.err();
                Ok(scan)
            }
        }
    }

    fn read_rows(&mut self, opened: &mut Opened<'_>) -> Result<(), DataError> {
        let decimal = self.dialect.decimal;
        while let Some(line) = opened.next_row()? {
            let rows = &opened.rows;
            if self.first_rows.len() < MOST_FIRST_ROWS {
                let shown = |cell: &[u8]| String::from_utf8_lossy(cell).chars().take(MOST_CHARACTERS).collect();
                self.first_rows.push(rows.fields().map(shown).collect());
            }
            let (got, expected) = (rows.n_fields(), self.columns.len());
            if got != expected {
                return Err(DataError::Ragged { line, got: got as u64, expected: expected as u64 });
            }
            check_size(self.n_rows as u64 + 1, expected)?;
            for (column, cell) in self.columns.iter_mut().zip(rows.fields()) {
                column.push(cell, line, decimal, &mut self.marks)?;
            }
            self.n_rows += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::data::MAX_SAMPLES;

    #[test]
    fn bytes_are_counted_to_the_end_and_reading_stops_when_it_is_asked_to() {
        let text = "x,y\n".to_owned() + &"1,a\n2,b\n".repeat(400_000);
        let n_all = text.len() as u64;
        let stop = AtomicBool::new(false);
        let last = std::cell::Cell::new(0);
        let hooks = ReadHooks { on_bytes: &|done, all| last.set(done + all.unwrap_or(0)), stop: &stop };
        let settings = ImportSettings::default();
        let scan = Scan::read(text.as_bytes(), Some(n_all), &settings, &hooks).unwrap();
        assert_eq!((scan.n_rows, last.get()), (800_000, 2 * n_all));

        let hooks = ReadHooks { on_bytes: &|done, _| stop.store(done > n_all / 2, Ordering::Relaxed), stop: &stop };
        let stopped = Scan::read(text.as_bytes(), Some(n_all), &settings, &hooks).unwrap_err();
        assert!(stopped.to_string().contains("was cancelled"), "{stopped}");
    }

    #[test]
    fn a_row_more_than_the_limit_is_refused_in_a_sentence() {
        let text = "x,y\n".to_owned() + &"1,a\n".repeat(MAX_SAMPLES as usize + 1);
        let scan = Scan::read(text.as_bytes(), None, &ImportSettings::default(), &ReadHooks::silent()).unwrap();
        let refused = scan.into_table(&ImportSettings::default()).unwrap_err().to_string();
        assert!(refused.contains("the data have 1000001 rows") && refused.contains("at most 1000000"), "{refused}");
    }
}
