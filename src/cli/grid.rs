//! A comparison as text, in parts where it is wider than a terminal.

use std::io::Write;

use super::sheet::{LINE_WIDTH, broken};
use crate::{
    experiment::export::{Format, Grid, in_table},
    text::width as width_of,
};

/// Writes a comparison; a table that is wider than a terminal comes in parts, one below the other.
pub(super) fn write_grid(out: &mut dyn Write, format: Format, mut grid: Grid) -> std::io::Result<()> {
    grid.notes = grid.notes.iter().flat_map(|note| broken(note)).collect();
    let parts = if format == Format::Table { split_columns(grid, LINE_WIDTH) } else { vec![grid] };
    for (idx, part) in parts.iter().enumerate() {
        if idx > 0 {
            writeln!(out)?;
        }
        out.write_all(&format.render(part, &())?)?;
    }
    Ok(())
}

/// Splits a grid into parts no wider than `width`; each begins with the first two columns, the last has the notes.
fn split_columns(mut grid: Grid, width: usize) -> Vec<Grid> {
    const LEADING: usize = 2;
    let widths: Vec<usize> = (0..grid.header.len())
        .map(|column| {
            let cells = grid.rows.iter().filter_map(|row| row.get(column)).map(|cell| width_of(&cell.in_table()));
            cells.chain([width_of(&in_table(&grid.header[column]))]).max().unwrap_or(0) + LEADING
        })
        .collect();
    let leading: usize = widths.iter().take(LEADING).sum();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut used = usize::MAX;
    for (column, column_width) in widths.iter().enumerate().skip(LEADING) {
        if used.saturating_add(*column_width) > width + LEADING {
            groups.push((0..LEADING).collect());
            used = leading;
        }
        used += column_width;
        if let Some(group) = groups.last_mut() {
            group.push(column);
        }
    }
    let notes = std::mem::take(&mut grid.notes);
    let mut parts: Vec<Grid> = groups
        .into_iter()
        .map(|columns| Grid {
            header: columns.iter().map(|&column| grid.header[column].clone()).collect(),
            rows: grid.rows.iter().map(|row| columns.iter().map(|&column| row[column].clone()).collect()).collect(),
            rules: grid.rules.clone(),
            notes: Vec::new(),
        })
        .collect();
    if let Some(last) = parts.last_mut() {
        last.notes = notes;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::export::Cell;

    #[test]
    fn a_wide_grid_comes_in_parts_that_repeat_the_first_columns() {
        let header = ["class", "count", "a long name", "another name", "third"].map(str::to_owned).to_vec();
        let row = (0..5).map(Cell::Count).collect();
        let grid = Grid { header, rows: vec![row], rules: vec![0], notes: vec!["note".to_owned()] };
        let whole = split_columns(grid.clone(), 100);
        assert_eq!((whole.len(), whole[0].header.len()), (1, 5));
        let parts = split_columns(grid, 28);
        let headers: Vec<_> = parts.iter().map(|part| part.header[2..].to_vec()).collect();
        assert_eq!(headers, [vec!["a long name"], vec!["another name"], vec!["third"]]);
        assert_eq!(parts[2].rows[0], [Cell::Count(0), Cell::Count(1), Cell::Count(4)]);
        assert!(parts[0].notes.is_empty() && parts[2].notes == ["note"]);
    }
}
