//! Tables with a row a class, worked out while they are written: a million classes need no memory.

use std::io::{self, Write};

use crate::{
    experiment::export::{Cell, MOST_TEXT_WIDTH},
    text::{cut, pad_left, pad_right, shown, spreadsheet_safe, width},
};

/// Width of a terminal that lines of words are broken for.
pub(super) const LINE_WIDTH: usize = 100;
/// Width of an explanation in a table.
const MOST_SENTENCE_WIDTH: usize = 200;
/// Width of a single word below a table; a path is not longer as a rule.
const MOST_WORD_WIDTH: usize = 400;

/// A column: what it is called and what stands in it.
pub(super) struct Column<'a> {
    /// The heading for people.
    title: String,
    /// The heading for programs.
    name: String,
    /// The cell of a row.
    cell: Box<dyn Fn(usize) -> Cell + 'a>,
    /// Columns of the terminal that a text takes at most.
    most: usize,
}

impl<'a> Column<'a> {
    /// A column with its headings for people and for programs.
    pub(super) fn new(title: impl Into<String>, name: impl Into<String>, cell: impl Fn(usize) -> Cell + 'a) -> Self {
        Self { title: title.into(), name: name.into(), cell: Box::new(cell), most: MOST_TEXT_WIDTH }
    }

    /// The same with room for sentences.
    pub(super) fn of_sentences(self) -> Self {
        Self { most: MOST_SENTENCE_WIDTH, ..self }
    }

    /// The cell of a row as it stands in a table.
    fn text(&self, row: usize) -> String {
        match (self.cell)(row) {
            Cell::Text(text) => cut(&shown(&text), self.most).into_owned(),
            other => other.to_text(),
        }
    }
}

/// Columns side by side with sentences below.
pub(super) struct Sheet<'a> {
    /// Number of rows.
    pub(super) n_rows: usize,
    /// The columns.
    pub(super) columns: Vec<Column<'a>>,
    /// Sentences that people see below.
    pub(super) notes: Vec<String>,
}

/// How a column is laid out; numbers stand with their points below each other.
struct Layout {
    width: usize,
    before_point: usize,
    after_point: usize,
    is_words: bool,
}

impl Sheet<'_> {
    /// Writes aligned text for people.
    pub(super) fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let layouts: Vec<Layout> = self.columns.iter().map(|column| self.layout(column)).collect();
        let mut line = String::new();
        for (column, layout) in self.columns.iter().zip(&layouts) {
            layout.push_heading(&mut line, &column.title);
        }
        writeln!(out, "{}", line.trim_end())?;
        let total: usize = layouts.iter().map(|layout| layout.width + 2).sum();
        writeln!(out, "{}", "─".repeat(total.saturating_sub(2)))?;
        for row in 0..self.n_rows {
            line.clear();
            for (column, layout) in self.columns.iter().zip(&layouts) {
                layout.push(&mut line, &column.text(row));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        if !self.notes.is_empty() {
            writeln!(out)?;
        }
        for note in &self.notes {
            for line in broken(note) {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }

    /// Writes comma-separated values with every digit; nothing where a value is not available.
    pub(super) fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_csv_of(out, |text| text)
    }

    /// As [`Sheet::write_csv`], with texts that no spreadsheet takes for formulas.
    pub(super) fn write_spreadsheet(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_csv_of(out, |text| spreadsheet_safe(&text).into_owned())
    }

    fn write_csv_of(&self, out: &mut dyn Write, of_text: fn(String) -> String) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(|column| &column.name)).map_err(plain)?;
        for row in 0..self.n_rows {
            for column in &self.columns {
                let field = match (column.cell)(row) {
                    Cell::Number(value) | Cell::Setting(value) | Cell::Share(value) => format!("{value:?}"),
                    Cell::Missing => String::new(),
                    Cell::Text(text) => of_text(text),
                    other => other.to_text(),
                };
                writer.write_field(field).map_err(plain)?;
            }
            writer.write_record(None::<&[u8]>).map_err(plain)?;
        }
        writer.flush()
    }

    fn layout(&self, column: &Column<'_>) -> Layout {
        let (mut before_point, mut after_point, mut is_words) = (0, 0, true);
        for row in 0..self.n_rows {
            let (before, after) = halves(&column.text(row));
            before_point = before_point.max(before);
            after_point = after_point.max(after);
            is_words &= matches!((column.cell)(row), Cell::Text(_));
        }
        let width = (before_point + after_point).max(width(&column.title));
        Layout { width, before_point, after_point, is_words }
    }
}

impl Layout {
    /// Appends the title above the column.
    fn push_heading(&self, line: &mut String, title: &str) {
        if self.is_words {
            pad_right(line, title, self.width);
        } else {
            pad_left(line, title, self.width);
        }
        line.push_str("  ");
    }

    /// Appends a cell with its padding.
    fn push(&self, line: &mut String, text: &str) {
        let (before, after) = halves(text);
        let (left, right) = if self.is_words {
            (0, self.width.saturating_sub(before + after))
        } else {
            let slack = self.width - self.before_point - self.after_point;
            (slack + self.before_point - before, self.after_point - after)
        };
        line.extend(std::iter::repeat_n(' ', left));
        line.push_str(text);
        line.extend(std::iter::repeat_n(' ', right + 2));
    }
}

/// The error below, so that its kind is known.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Width of what stands before the decimal point, and from it on.
fn halves(text: &str) -> (usize, usize) {
    let before = text.split('.').next().map_or(0, width);
    (before, width(text).saturating_sub(before))
}

/// A sentence as lines that fit into a terminal, without what would steer it.
pub(super) fn broken(sentence: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in shown(sentence).split(' ') {
        let word = &*cut(word, MOST_WORD_WIDTH);
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if width(line) + 1 + width(word) <= LINE_WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("  {word}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet<'static> {
        let values = [0.012_345_67, 24.79];
        let columns = vec![
            Column::new("class", "class", |row| Cell::Count(row as u64)),
            Column::new("weight", "w", move |row| Cell::Number(values[row])),
            Column::new("group", "group", |row| Cell::Text(["Many", "Few"][row].to_owned())),
        ];
        Sheet { n_rows: 2, columns, notes: vec!["A note".to_owned()] }
    }

    #[test]
    fn decimal_points_stand_below_each_other() {
        let mut table = Vec::new();
        sheet().write_table(&mut table).unwrap();
        let expected = "class     weight  group\n───────────────────────\n    0   0.012346  Many\n    1  24.790     Few\n\nA note\n";
        assert_eq!(String::from_utf8(table).unwrap(), expected);
    }

    #[test]
    fn programs_get_every_digit() {
        let mut csv = Vec::new();
        sheet().write_csv(&mut csv).unwrap();
        assert_eq!(String::from_utf8(csv).unwrap(), "class,w,group\n0,0.01234567,Many\n1,24.79,Few\n");
    }

    #[test]
    fn names_from_outside_neither_steer_the_terminal_nor_break_the_table() {
        let names = ["크기\n\u{1b}[2J".to_owned(), "a".repeat(70_000)];
        let columns = vec![
            Column::new("class", "class", |row| Cell::Text(names[row].clone())),
            Column::new("count", "count", |row| Cell::Count(row as u64)),
        ];
        let sheet = Sheet { n_rows: 2, columns, notes: vec![names.join(" ")] };
        let mut table = Vec::new();
        sheet.write_table(&mut table).unwrap();
        let table = String::from_utf8(table).unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[2].starts_with("크기\\n\\x1b[2J ") && lines[2].ends_with('0'), "{table}");
        assert!(lines[3].ends_with("a…      1"), "{table}");
        assert!(lines.iter().all(|line| width(line) <= MOST_WORD_WIDTH + 2), "{table}");
        assert_eq!((width(lines[2]), width(lines[3])), (MOST_TEXT_WIDTH + 7, MOST_TEXT_WIDTH + 7));
        let mut csv = Vec::new();
        sheet.write_csv(&mut csv).unwrap();
        assert!(String::from_utf8(csv).unwrap().contains(&names[1]));
    }

    #[test]
    fn long_sentences_are_broken_between_words() {
        let lines = broken(&"word ".repeat(50));
        assert!(lines.len() == 3 && lines.iter().all(|line| line.chars().count() <= LINE_WIDTH));
    }
}
