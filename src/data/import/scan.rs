//! A whole file read into columns.

use std::{cmp::Ordering, io::Read};

use super::{
    DataError, DecimalMark, Dialect, FileFormat, GroupMark, ImportSettings, Part, ReadHooks, Separator, SheetReport,
    column::{Cells, Column, NO_WORD},
    compression::Compression,
    encoding::FoundEncoding,
    layout::Opened,
    missing::MissingMarks,
    sample::Sample,
    writing::Writing,
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
    pub(super) compression: Option<Compression>,
    /// A text's encoding, and whether it was chosen.
    pub(super) encoding: Option<(FoundEncoding, bool)>,
    pub(super) dialect: Dialect,
    pub(super) marks: MissingMarks,
    pub(super) columns: Vec<Column>,
    /// The sheet that was read, of a workbook.
    pub(super) sheet: Option<SheetReport>,
    /// Columns that have another name in the file, with that name: other columns have it too.
    pub(super) renamed: Vec<(usize, String)>,
    /// Place of the label column, where the one that was asked for is there.
    pub(super) label_idx: Option<usize>,
    /// Whether the label column was neither chosen nor declared.
    pub(super) is_guessed: bool,
    /// For each label, by its code: whether it stands without white space around it, and with some.
    pub(super) paddings: Vec<[bool; 2]>,
    /// Lines before the header that begin with # and were skipped.
    pub(super) n_comments: u64,
    pub(super) n_rows: usize,
    /// Rows of the file, where a sample of them was read.
    pub(super) sampled_of: Option<u64>,
    pub(super) first_rows: Vec<Vec<String>>,
    /// The first row of each further file, with the part that its rows are.
    pub(super) file_parts: Vec<(usize, Part)>,
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
        Self::read_with(input, n_all, Vec::new(), settings, hooks)
    }

    /// As [`Scan::read`], and then further files with their lengths and parts.
    pub(super) fn read_with(
        input: impl Read,
        n_all: Option<u64>,
        more: Vec<(Box<dyn Read>, u64, Part)>,
        settings: &ImportSettings,
        hooks: &ReadHooks<'_>,
    ) -> Result<Self, DataError> {
        let mut opened = Opened::new(input, n_all, settings, hooks)?;
        let is_label_column = |name: &String| settings.label_columns.contains(name);
        let label_idx = match &settings.label {
            _ if !settings.label_columns.is_empty() => None,
            Some(label) => opened.columns.iter().position(|(name, _)| name == label),
            None => Some(opened.default_label),
        };
        let writing = match opened.format {
            FileFormat::Delimited => Writing::new(settings.decimal, false),
            _ => Writing::new(Some(DecimalMark::Point), true),
        };
        let column = |(idx, (name, declared)): (usize, &(String, _))| {
            let is_label = label_idx == Some(idx) || is_label_column(name);
            Column::new(name.clone(), *declared, is_label, writing.clone())
        };
        let mut columns: Vec<Column> = opened.columns.iter().enumerate().map(column).collect();
        if let Some(first) = columns.first_mut() {
            first.may_be_index = opened.has_index;
        }
        let mut scan = Self {
            format: opened.format,
            compression: opened.compression,
            encoding: None,
            sheet: opened.sheet.take(),
            dialect: opened.dialect,
            marks: MissingMarks::new(settings.missing.as_deref()),
            columns,
            renamed: std::mem::take(&mut opened.renamed),
            label_idx,
            is_guessed: settings.label.is_none()
                && matches!(
                    opened.format,
                    FileFormat::Delimited
                        | FileFormat::Json
                        | FileFormat::Parquet
                        | FileFormat::Arrow
                        | FileFormat::Excel
                        | FileFormat::Numpy
                ),
            paddings: Vec::new(),
            n_comments: opened.n_comments,
            n_rows: 0,
            sampled_of: None,
            first_rows: Vec::new(),
            file_parts: Vec::new(),
            fault: None,
        };
        let mut outcome = scan.read_rows(&mut opened, None, settings.sample);
        for (input, n_bytes, part) in more {
            if outcome.is_ok() {
                scan.file_parts.push((scan.n_rows, part));
                outcome = scan.read_more(input, n_bytes, settings, hooks);
            }
        }
        scan.encoding = opened.encoding.as_ref().map(|found| (found.get(), settings.encoding.is_some()));
        for column in &mut scan.columns {
            column.finish(&mut scan.marks);
        }
        if opened.format == FileFormat::Delimited {
            scan.settle_decimal_mark(settings.decimal);
        }
        match outcome {
            Err(error @ (DataError::Cancelled | DataError::Unreadable { .. })) => Err(error),
            outcome => {
                scan.fault = outcome.err();
                Ok(scan)
            }
        }
    }

    /// Reads the rows of a further file, which has columns of the same names in whatever order.
    fn read_more(
        &mut self,
        input: Box<dyn Read>,
        n_bytes: u64,
        settings: &ImportSettings,
        hooks: &ReadHooks<'_>,
    ) -> Result<(), DataError> {
        let mut opened = Opened::new(input, Some(n_bytes), settings, hooks)?;
        let place = |column: &Column| {
            let place = opened.columns.iter().position(|(name, _)| *name == column.name);
            place.ok_or_else(|| DataError::OtherColumns { column: column.name.clone() })
        };
        let places = self.columns.iter().map(place).collect::<Result<Vec<usize>, DataError>>()?;
        self.read_rows(&mut opened, Some(&places), None)
    }

    /// Reads rows; `places` are those of the columns in a further file.
    fn read_rows(
        &mut self,
        opened: &mut Opened<'_>,
        places: Option<&[usize]>,
        sample: Option<u64>,
    ) -> Result<(), DataError> {
        let mut sample = sample.map(|n_wanted| Sample::new(n_wanted, self.columns.len())).transpose()?;
        while let Some(line) = opened.next_row()? {
            let rows = &opened.rows;
            if self.first_rows.len() < MOST_FIRST_ROWS {
                let shown = |cell: &[u8]| String::from_utf8_lossy(cell).chars().take(MOST_CHARACTERS).collect();
                self.first_rows.push(rows.fields().map(shown).collect());
            }
            let (got, expected) = (rows.n_fields(), opened.columns.len());
            if got != expected {
                return Err(DataError::Ragged { line, got: got as u64, expected: expected as u64 });
            }
            if let Some(sample) = &mut sample {
                let label = self.label_idx.and_then(|idx| rows.fields().nth(idx));
                sample.meet(label.unwrap_or_default(), line, rows.fields())?;
                continue;
            }
            check_size(self.n_rows as u64 + 1, expected)?;
            match places {
                None => {
                    for (column, cell) in self.columns.iter_mut().zip(rows.fields()) {
                        column.push(cell, line, &mut self.marks)?;
                    }
                }
                Some(places) => {
                    let cells: Vec<&[u8]> = rows.fields().collect();
                    for (column, &place) in self.columns.iter_mut().zip(places) {
                        column.push(cells[place], line, &mut self.marks)?;
                    }
                }
            }
            if let Some(label_idx) = self.label_idx {
                let place = places.map_or(label_idx, |places| places[label_idx]);
                self.note_padding(label_idx, rows.is_padded(place));
            }
            self.n_rows += 1;
        }
        let Some(sample) = sample else { return Ok(()) };
        self.sampled_of = Some(sample.n_rows());
        sample.each(|line, fields| {
            for (column, cell) in self.columns.iter_mut().zip(fields) {
                column.push(cell, line, &mut self.marks)?;
            }
            self.n_rows += 1;
            Ok(())
        })
    }

    /// Notes whether the label of the last row has white space around it.
    fn note_padding(&mut self, label_idx: usize, is_padded: bool) {
        let Cells::Words(labels) = &self.columns[label_idx].cells else { return };
        let Some(&code) = labels.codes.last().filter(|&&code| code != NO_WORD) else { return };
        if self.paddings.len() <= code as usize {
            self.paddings.resize(code as usize + 1, [false; 2]);
        }
        self.paddings[code as usize][usize::from(is_padded)] = true;
    }

    /// Finds out the decimal mark of the file from all of its cells, and settles the columns that do not tell it.
    fn settle_decimal_mark(&mut self, chosen: Option<DecimalMark>) {
        let (n_point, n_comma) = self.n_told();
        let decimal = chosen.unwrap_or_else(|| match n_point.cmp(&n_comma) {
            Ordering::Greater => DecimalMark::Point,
            Ordering::Less => DecimalMark::Comma,
            Ordering::Equal => self.likely_decimal_mark(),
        });
        self.dialect.decimal = decimal;
        // Columns that tell different marks leave open which one the others have.
        let is_known = chosen.is_some() || (n_point == 0) != (n_comma == 0);
        let may_be_usual = n_comma == 0 && decimal == DecimalMark::Point && self.dialect.separator == Separator::Comma;
        for column in &mut self.columns {
            // Three decimals behind a point are nothing unusual where fields have commas between them.
            let is_usual = may_be_usual
                && column.writing.group_under(DecimalMark::Point).is_none()
                && !column.writing.looks_grouped();
            if is_known || is_usual {
                column.writing.trust();
            }
            column.settle(decimal);
        }
    }

    /// Number of columns of numbers that tell a decimal point, and a decimal comma.
    fn n_told(&self) -> (usize, usize) {
        let n = |decimal| {
            let tells = |column: &&Column| column.holds_numbers() && column.writing.is_told;
            self.columns.iter().filter(tells).filter(|column| column.writing.decimal == Some(decimal)).count()
        };
        (n(DecimalMark::Point), n(DecimalMark::Comma))
    }

    /// The likely decimal mark where no column tells it.
    ///
    /// "1,250" is a thousand or more unless fields have semicolons between them, as where the comma is the decimal mark;
    /// "1.250" is less than two; and either is a thousand or more beside whole numbers of which none has four digits.
    fn likely_decimal_mark(&self) -> DecimalMark {
        let (mut for_point, mut for_comma) = (0_usize, 0_usize);
        for writing in self.columns.iter().filter(|column| column.holds_numbers()).map(|column| &column.writing) {
            let under = |decimal| writing.group_under(decimal);
            if !writing.is_unsure() {
                continue;
            }
            let has_semicolons = self.dialect.separator == Separator::Semicolon;
            let is_for_point = match (under(DecimalMark::Point), under(DecimalMark::Comma)) {
                (Some(GroupMark::Comma), None) => writing.looks_grouped() || !has_semicolons,
                (None, Some(GroupMark::Point)) => !(writing.looks_grouped() && has_semicolons),
                _ => !has_semicolons,
            };
            if is_for_point { for_point += 1 } else { for_comma += 1 }
        }
        if for_comma > for_point { DecimalMark::Comma } else { DecimalMark::Point }
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
