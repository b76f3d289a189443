//! Aligned text for people: words to the left, numbers to the right.

use super::{Cell, Grid, in_table};
use crate::text::{pad_left, pad_right, shown, width as width_of};

/// A grid as text.
pub(super) fn serialize(grid: &Grid) -> Vec<u8> {
    let texts: Vec<Vec<String>> = grid.rows.iter().map(|row| row.iter().map(Cell::in_table).collect()).collect();
    let header: Vec<String> = grid.header.iter().map(|name| in_table(name)).collect();
    let n_columns = grid.header.len();
    let width = |column: usize| {
        let cells = texts.iter().filter_map(|row| row.get(column));
        cells.chain(header.get(column)).map(|text| width_of(text)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    let is_words = |column: usize| grid.rows.iter().all(|row| matches!(row.get(column), Some(Cell::Text(_))));
    let left: Vec<bool> = (0..n_columns).map(|column| column == 0 || is_words(column)).collect();
    let line = |cells: &[String]| {
        let mut line = String::new();
        for ((text, &width), &left) in cells.iter().zip(&widths).zip(&left) {
            if left {
                pad_right(&mut line, text, width);
            } else {
                pad_left(&mut line, text, width);
            }
            line.push_str("  ");
        }
        line.trim_end().to_owned()
    };
    let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * n_columns.saturating_sub(1));

    let mut out = line(&header) + "\n";
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
        out += &shown(note);
        out.push('\n');
    }
    out.into_bytes()
}
