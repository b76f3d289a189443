//! Tables over classes, from head to tail.

use crate::{
    experiment::export::{Cell, Grid},
    ui::charts::Classes,
};

/// Class, samples, and named columns, each with a cell for every class from head to tail.
pub(super) fn by_class(classes: &Classes, columns: impl Iterator<Item = (String, Vec<Cell>)>) -> Grid {
    let mut header = vec!["Class".to_owned(), "Samples".to_owned()];
    let mut rows: Vec<Vec<Cell>> = (0..classes.len())
        .map(|rank| vec![Cell::Text(classes.label(rank)), Cell::Count(classes.counts[rank])])
        .collect();
    for (name, cells) in columns {
        header.push(name);
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.push(cell);
        }
    }
    Grid { header, rows, ..Grid::default() }
}
