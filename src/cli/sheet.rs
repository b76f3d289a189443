//! Tables with a row a class, worked out while they are written: a million classes need no memory.

use std::io::{self, Write};

use crate::experiment::export::Cell;

/// Width of a terminal that lines of words are broken for.
pub(super) const LINE_WIDTH: usize = 100;

/// A column: what it is called and what stands in it.
pub(super) struct Column<'a> {
    /// The heading for people.
    title: String,
    /// The heading for programs.
    name: String,
    /// The cell of a row.
    cell: Box<dyn Fn(usize) -> Cell + 'a>,
}

impl<'a> Column<'a> {
    /// A column with its headings for people and for programs.
    pub(super) fn new(title: impl Into<String>, name: impl Into<String>, cell: impl Fn(usize) -> Cell + 'a) -> Self {
        Self { title: title.into(), name: name.into(), cell: Box::new(cell) }
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
        let heading = self.columns.iter().zip(&layouts).map(|(column, layout)| layout.heading(&column.title));
        writeln!(out, "{}", heading.collect::<Vec<_>>().join("  ").trim_end())?;
        let mut line = String::new();
        let total: usize = layouts.iter().map(|layout| layout.width + 2).sum();
        writeln!(out, "{}", "─".repeat(total.saturating_sub(2)))?;
        for row in 0..self.n_rows {
            line.clear();
            for (column, layout) in self.columns.iter().zip(&layouts) {
                layout.push(&mut line, &(column.cell)(row).to_text());
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
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(|column| &column.name)).map_err(plain)?;
        for row in 0..self.n_rows {
            for column in &self.columns {
                let field = match (column.cell)(row) {
                    Cell::Number(value) | Cell::Setting(value) | Cell::Share(value) => format!("{value:?}"),
                    Cell::Missing => String::new(),
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
            let cell = (column.cell)(row);
            let (before, after) = halves(&cell.to_text());
            before_point = before_point.max(before);
            after_point = after_point.max(after);
            is_words &= matches!(cell, Cell::Text(_));
        }
        let width = (before_point + after_point).max(column.title.chars().count());
        Layout { width, before_point, after_point, is_words }
    }
}

impl Layout {
    /// The title above the column.
    fn heading(&self, title: &str) -> String {
        let width = self.width;
        if self.is_words { format!("{title:<width$}") } else { format!("{title:>width$}") }
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

/// Number of characters before the decimal point, and from it on.
fn halves(text: &str) -> (usize, usize) {
    let before = text.chars().take_while(|&c| c != '.').count();
    (before, text.chars().count() - before)
}

/// A sentence as lines that fit into a terminal.
pub(super) fn broken(sentence: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= LINE_WIDTH {
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
    fn long_sentences_are_broken_between_words() {
        let lines = broken(&"word ".repeat(50));
        assert!(lines.len() == 3 && lines.iter().all(|line| line.chars().count() <= LINE_WIDTH));
    }
}
