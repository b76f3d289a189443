//! The beginning of a text: what it is, how it is written, and the names of its columns.

use std::{
    cell::Cell,
    io::{BufReader, Cursor, Read},
    rc::Rc,
};

use super::{
    DataError, DecimalMark, Dialect, FileFormat, ImportSettings, MAX_COLUMNS, MAX_FILE_BYTES, MAX_SAMPLED_BYTES,
    ReadHooks, Separator, SheetReport,
    compression::{Compression, Unpacked, unpacked},
    counting_reader::Watch,
    detection::{Found, line_end},
    encoding::{Decoded, FoundEncoding},
    keel::{self, Declared},
    label,
    missing::MissingMarks,
    names::{Names, list_names},
    other_formats,
    rows::Rows,
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
    /// Columns that have another name in the file, with that name: other columns have it too.
    pub(super) renamed: Vec<(usize, String)>,
    /// The label column where none is chosen.
    pub(super) default_label: usize,
    /// Whether the first column has no name, as an index that was written with a table.
    pub(super) has_index: bool,
    /// Lines before the header that begin with # and are skipped.
    pub(super) n_comments: u64,
    pub(super) rows: Rows<BufReader<Box<dyn Read + 'a>>>,
    /// Whether the first row stands ready in `rows` and has not been taken yet, on this line.
    pub(super) waiting: Option<u64>,
    /// How the file is compressed.
    pub(super) compression: Option<Compression>,
    /// What is known of a text's encoding; of files that are no text there is none.
    pub(super) encoding: Option<Rc<Cell<FoundEncoding>>>,
    /// The sheet that is read, of a workbook.
    pub(super) sheet: Option<SheetReport>,
    watch: Watch,
}

impl<'a> Opened<'a> {
    /// Looks at the beginning of a text of `n_all` bytes, where that is known.
    ///
    /// # Errors
    /// When the text cannot be read, is empty, is in no encoding, or names two columns alike; or what is wrong with a header.
    pub(super) fn new(
        input: impl Read + 'a,
        n_all: Option<u64>,
        settings: &ImportSettings,
        hooks: &'a ReadHooks<'a>,
    ) -> Result<Self, DataError> {
        let watch = Watch::new(if settings.sample.is_some() { MAX_SAMPLED_BYTES } else { MAX_FILE_BYTES });
        let Unpacked { input, compression } = watch.so(unpacked(watch.file(input, n_all, hooks)))?;
        let mut input = watch.text(input);
        let mut beginning = Vec::new();
        watch.read(&mut input, BEGINNING, &mut beginning)?;
        let binary = other_formats::binary(&beginning);
        if binary.is_none() {
            other_formats::refuse_unread(&beginning)?;
        }
        let mut input: Box<dyn Read + 'a> = Box::new(input);
        let mut encoding = None;
        if binary.is_none() {
            let decoded = Decoded::new(std::mem::take(&mut beginning), input, settings.encoding);
            encoding = Some(decoded.found());
            input = Box::new(decoded);
            watch.read(&mut input, BEGINNING, &mut beginning)?;
        }
        let is_whole = (beginning.len() as u64) < BEGINNING;
        if is_whole && beginning.trim_ascii().is_empty() {
            return Err(DataError::EmptyFile);
        }
        let other = binary.or_else(|| other_formats::recognise(&beginning));
        let mut sheet = None;
        if let Some(format) = other {
            // These are held as a whole, also where a sample is read.
            watch.read(&mut input, MAX_FILE_BYTES, &mut beginning)?;
            if beginning.len() as u64 > MAX_FILE_BYTES {
                return Err(DataError::TooManyBytes { limit: MAX_FILE_BYTES });
            }
            (beginning, sheet) = other_formats::delimited(format, beginning, settings.sheet.as_deref())?;
        } else if let Some(name) = settings.sheet.clone() {
            return Err(DataError::NoSheet { name, sheets: "those of a workbook, which the file is not".to_owned() });
        }
        let line_end = line_end(&beginning);
        let is_keel = keel::is_keel(&beginning);
        let n_comments = if is_keel || other.is_some() { 0 } else { skip_comments(&mut beginning, line_end) };
        let found = if sheet.is_some() {
            let separator = Some(Separator::Comma);
            Dialect::find(&beginning, true, line_end, &ImportSettings { separator, ..settings.clone() })
        } else if is_keel || other.is_some() {
            let dialect = Dialect { separator: Separator::Comma, decimal: DecimalMark::Point, header: true };
            Found { dialect, last_filled: None }
        } else {
            Dialect::find(&beginning, is_whole, line_end, settings)
        };
        let input: Box<dyn Read + 'a> = Box::new(Cursor::new(beginning).chain(input));
        let dialect = found.dialect;
        let mut rows = Rows::new(BufReader::with_capacity(BLOCK, input), dialect.separator, line_end);
        rows.count_lines(n_comments);
        let mut opened = Self {
            format: other.unwrap_or(if is_keel { FileFormat::Keel } else { FileFormat::Delimited }),
            dialect,
            columns: Vec::new(),
            renamed: Vec::new(),
            default_label: 0,
            has_index: false,
            n_comments,
            rows,
            waiting: None,
            compression,
            encoding,
            sheet,
            watch,
        };
        if is_keel {
            opened.read_keel_header()?;
        } else {
            opened.read_first_row(settings, found.last_filled)?;
        }
        if other.is_some() && opened.sheet.is_none() {
            // The header is none of the file's lines.
            opened.rows.begin_lines();
        }
        Ok(opened)
    }

    fn read_keel_header(&mut self) -> Result<(), DataError> {
        let header = keel::read_header(&mut self.rows)?;
        self.rows.set_comment(b'%');
        self.rows.allow_single_quotes();
        self.rows.allow_sparse(header.unsaid);
        self.columns = header.attributes;
        check_width(self.columns.len())?;
        // Roles are given by name, so that a name can only be one attribute's.
        let mut names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(DataError::DuplicateColumn { name: pair[0].to_owned() });
        }
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

    fn read_first_row(&mut self, settings: &ImportSettings, last_filled: Option<usize>) -> Result<(), DataError> {
        let Some(line) = self.rows.next_row()? else { return Err(DataError::EmptyFile) };
        let n_columns = self.rows.n_fields();
        check_width(n_columns)?;
        let marks = MissingMarks::new(settings.missing.as_deref());
        let has_names = self.dialect.header;
        // A separator at the end of every row makes a column without name and values, which is no label.
        let last = if has_names {
            self.rows.fields().enumerate().filter(|(_, cell)| !marks.contains(cell)).last().map(|(last, _)| last)
        } else {
            last_filled.filter(|&last| last < n_columns)
        };
        self.default_label = last.unwrap_or(n_columns - 1);
        let mut given = vec![""; n_columns];
        if has_names {
            for (name, cell) in given.iter_mut().zip(self.rows.fields()) {
                *name = std::str::from_utf8(cell).map_err(|_| DataError::NotText { line })?;
            }
        }
        self.has_index = has_names && matches!(given[0], "" | "Unnamed: 0");
        if has_names {
            self.default_label = label::by_name(&given, self.default_label).unwrap_or(self.default_label);
        }
        // What the file calls a column comes before names that are made up.
        let mut names = Names::default();
        let is_first: Vec<bool> = given.iter().map(|name| !name.is_empty() && names.take(name)).collect();
        for (idx, (&name, is_first)) in given.iter().zip(is_first).enumerate() {
            let unique = match name {
                name if is_first => name.to_owned(),
                "" => names.free(&format!("x{}", idx + 1)),
                name => {
                    self.renamed.push((idx, name.to_owned()));
                    names.free(name)
                }
            };
            self.columns.push((unique, Declared::Anything));
        }
        self.waiting = (!has_names).then_some(line);
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
        self.watch.so(self.rows.next_row())
    }

    /// The names of the columns in a line, shortened.
    pub(super) fn list_columns(&self) -> String {
        list_names(self.columns.iter().map(|(name, _)| name.as_str()))
    }
}

/// Takes the lines away that begin with # before the header, and returns how many; the last of them stays where it is the
/// header itself, with as many fields as the line below it.
fn skip_comments(beginning: &mut Vec<u8>, line_end: u8) -> u64 {
    let lines: Vec<&[u8]> = beginning.split_inclusive(|&byte| byte == line_end).collect();
    let mut n = lines.iter().take_while(|line| line.trim_ascii_start().starts_with(b"#")).count();
    let n_fields_of =
        |line: &[u8]| Separator::SIGNS.map(|sign| line.split(|&byte| byte == sign.byte()).count()).into_iter().max();
    if let [.., header] = lines[..n]
        && lines.get(n).is_some_and(|below| n_fields_of(below) > Some(1) && n_fields_of(below) == n_fields_of(header))
    {
        n -= 1;
    }
    let n_bytes = if n < lines.len() { lines[..n].iter().map(|line| line.len()).sum() } else { 0 };
    if n_bytes == 0 {
        return 0;
    }
    beginning.drain(..n_bytes);
    n as u64
}

fn check_width(n_columns: usize) -> Result<(), DataError> {
    if n_columns > MAX_COLUMNS {
        return Err(DataError::TooManyColumns { columns: n_columns, limit: MAX_COLUMNS });
    }
    Ok(())
}
