//! The beginning of a text: what it is, how it is written, and the names of its columns.

use std::{
    cell::Cell,
    io::{BufReader, Cursor, Read},
    rc::Rc,
    sync::atomic::Ordering,
};

use super::{
    DataError, DecimalMark, Dialect, FileFormat, ImportSettings, MAX_COLUMNS, MAX_FILE_BYTES, ReadHooks, Separator,
    cell::MissingMarks,
    dialect::line_end,
    keel::{self, Declared},
    rows::{Rows, unreadable},
};

/// Bytes of a text that are looked at before it is read.
const BEGINNING: u64 = 1 << 20;
/// Bytes between two calls of the hooks.
const BLOCK: usize = 1 << 18;

/// A text that is open, with its rows still to be read.
pub(super) struct Opened<'a> {
    pub(super) format: FileFormat,
    pub(super) dialect: Dialect,
    /// Name and declared kind of each column.
    pub(super) columns: Vec<(String, Declared)>,
    /// The label column where none is chosen.
    pub(super) default_label: usize,
    pub(super) rows: Rows<BufReader<Box<dyn Read + 'a>>>,
    /// Whether the first row stands ready in `rows` and has not been taken yet, on this line.
    pub(super) waiting: Option<u64>,
    /// Why reading came to an end before the text did.
    pub(super) cut: Rc<Cell<Cut>>,
}

/// Why reading came to an end before the text did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// It did not.
    No,
    /// The hooks asked for it.
    Stopped,
    /// The text is too long.
    TooLong,
}

impl Cut {
    /// As an error.
    pub(super) fn check(self) -> Result<(), DataError> {
        match self {
            Self::No => Ok(()),
            Self::Stopped => Err(DataError::Cancelled),
            Self::TooLong => Err(DataError::TooManyBytes { limit: MAX_FILE_BYTES }),
        }
    }
}

/// Tells the hooks what passes through, and ends where they or the limit say so.
struct Watched<'a, R> {
    input: R,
    n_done: u64,
    n_all: Option<u64>,
    hooks: &'a ReadHooks<'a>,
    cut: Rc<Cell<Cut>>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.hooks.stop.load(Ordering::Relaxed) {
            self.cut.set(Cut::Stopped);
        } else if self.n_done > MAX_FILE_BYTES {
            self.cut.set(Cut::TooLong);
        }
        if self.cut.get() != Cut::No {
            return Ok(0);
        }
        let n = self.input.read(buffer)?;
        self.n_done += n as u64;
        (self.hooks.on_bytes)(self.n_done, self.n_all);
        Ok(n)
    }
}

impl<'a> Opened<'a> {
    /// Looks at the beginning of a text of `n_all` bytes, where that is known.
    ///
    /// # Errors
    /// When the text cannot be read, is empty, is not UTF-8, or names two columns alike; or what is wrong with a header.
    pub(super) fn new(
        input: impl Read + 'a,
        n_all: Option<u64>,
        settings: &ImportSettings,
        hooks: &'a ReadHooks<'a>,
    ) -> Result<Self, DataError> {
        let cut = Rc::new(Cell::new(Cut::No));
        let mut input = Watched { input, n_done: 0, n_all, hooks, cut: Rc::clone(&cut) };
        let mut beginning = Vec::new();
        (&mut input).take(BEGINNING).read_to_end(&mut beginning).map_err(|error| unreadable(&error))?;
        cut.get().check()?;
        let is_whole = (beginning.len() as u64) < BEGINNING;
        if beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff") {
            return Err(DataError::NotText { line: 1 });
        }
        if beginning.starts_with(b"\xef\xbb\xbf") {
            beginning.drain(..3);
        }
        if is_whole && beginning.trim_ascii().is_empty() {
            return Err(DataError::EmptyFile);
        }
        let line_end = line_end(&beginning);
        let is_keel = keel::is_keel(&beginning);
        let dialect = if is_keel {
            Dialect { separator: Separator::Comma, decimal: DecimalMark::Point, header: true }
        } else {
            Dialect::find(&beginning, is_whole, line_end, settings)
        };
        let text: Box<dyn Read + 'a> = Box::new(Cursor::new(beginning).chain(input));
        let rows = Rows::new(BufReader::with_capacity(BLOCK, text), dialect.separator.byte(), line_end);
        let mut opened = Self {
            format: if is_keel { FileFormat::Keel } else { FileFormat::Delimited },
            dialect,
            columns: Vec::new(),
            default_label: 0,
            rows,
            waiting: None,
            cut,
        };
        if is_keel {
            opened.read_keel_header()?;
        } else {
            opened.read_first_row(settings)?;
        }
        if opened.columns.len() > MAX_COLUMNS {
            return Err(DataError::TooManyColumns { columns: opened.columns.len(), limit: MAX_COLUMNS });
        }
        let mut names: Vec<&str> = opened.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(DataError::DuplicateColumn { name: pair[0].to_owned() }),
            None => Ok(opened),
        }
    }

    fn read_keel_header(&mut self) -> Result<(), DataError> {
        let header = keel::read_header(&mut self.rows)?;
        self.rows.set_comment(b'%');
        self.columns = header.attributes;
        self.default_label = match &header.output {
            Some(output) => self
                .columns
                .iter()
                .position(|(name, _)| name == output)
                .ok_or_else(|| DataError::NoColumn { name: output.clone(), columns: self.list_columns() })?,
            None => self.columns.len() - 1,
        };
        Ok(())
    }

    fn read_first_row(&mut self, settings: &ImportSettings) -> Result<(), DataError> {
        let Some(line) = self.rows.next_row()? else { return Err(DataError::EmptyFile) };
        let marks = MissingMarks::new(settings.missing.as_deref());
        // A separator at the end of every row makes a column without name and values, which is no label.
        let last = self.rows.fields().enumerate().filter(|(_, cell)| !marks.contains(cell)).last();
        self.default_label = last.map_or(self.rows.n_fields() - 1, |(column, _)| column);
        let is_name = self.dialect.header;
        for (column, cell) in self.rows.fields().enumerate() {
            let name = if is_name { std::str::from_utf8(cell).map_err(|_| DataError::NotText { line })? } else { "" };
            let name = if name.is_empty() { format!("x{}", column + 1) } else { name.to_owned() };
            self.columns.push((name, Declared::Anything));
        }
        self.waiting = (!is_name).then_some(line);
        Ok(())
    }

    /// The next row's line; its fields stand in `rows`.
    ///
    /// # Errors
    /// When the text cannot be read, or reading was cut short.
    pub(super) fn next_row(&mut self) -> Result<Option<u64>, DataError> {
        if let Some(line) = self.waiting.take() {
            return Ok(Some(line));
        }
        let row = self.rows.next_row();
        self.cut.get().check()?;
        row
    }

    /// The names of the columns in a line, shortened.
    pub(super) fn list_columns(&self) -> String {
        list_names(self.columns.iter().map(|(name, _)| name.as_str()))
    }
}

/// Names in a line, shortened.
pub(super) fn list_names<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const MOST: usize = 20;
    let more = names.len().saturating_sub(MOST);
    let list = names.take(MOST).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}
