//! Aligned text for people: words to the left, numbers to the right.

use super::{Cell, Grid};

/// A grid as text.
pub(super) fn serialize(grid: &Grid) -> Vec<u8> {
    let texts: Vec<Vec<String>> = grid.rows.iter().map(|row| row.iter().map(Cell::to_text).collect()).collect();
    let n_columns = grid.header.len();
    let width = |column: usize| {
        let cells = texts.iter().filter_map(|row| row.get(column));
        cells.chain(grid.header.get(column)).map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    let is_words = |column: usize| grid.rows.iter().all(|row| matches!(row.get(column), Some(Cell::Text(_))));
    let left: Vec<bool> = (0..n_columns).map(|column| column == 0 || is_words(column)).collect();
    let line = |cells: &[String]| {
        let padded =
            cells.iter().zip(&widths).zip(&left).map(|((text, &width), &left)| {
                if left { format!("{text:<width$}") } else { format!("{text:>width$}") }
            });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * n_columns.saturating_sub(1));

    let mut out = line(&grid.header) + "\n";
    for (idx, row) in texts.iter().enumerate() {
        if grid.rules.contains(&idx) {
            out += &rule;
            out.push('\n');
        }
        out += &line(row);
        out.push('\n');
    }
    if !grid.notes.is_empty() {
        out.push('\n');
    }
    for note in &grid.notes {
        out += note;
        out.push('\n');
    }
    out.into_bytes()
}
