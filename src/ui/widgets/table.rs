//! The numbers of a picture as a table: sorted by a click on a column, copied as text for spreadsheets.

use egui::{Align, Layout, RichText, ScrollArea, Ui};

use crate::experiment::export::{Cell, Grid};

/// Rows that are drawn at most; the copy has all of them.
const MOST_ROWS: usize = 1000;
/// Notes stand beside the table where this width is left for them, below it otherwise.
const NOTES_WIDTH: f32 = 260.0;
/// Width of notes beside a table.
const MOST_NOTES_WIDTH: f32 = 420.0;
/// Space between a table and its notes.
const GAP: f32 = 24.0;

/// Draws a grid; `sort` is the column that it is sorted by, and whether from large to small.
pub fn table_ui(ui: &mut Ui, id: &str, grid: &Grid, sort: &mut Option<(usize, bool)>) {
    draw(ui, id, grid, sort, false);
}

/// As [`table_ui`], with the first cell of each row as a link; returns the place in the grid of the row that was clicked.
pub fn pick_table_ui(ui: &mut Ui, id: &str, grid: &Grid, sort: &mut Option<(usize, bool)>) -> Option<usize> {
    draw(ui, id, grid, sort, true)
}

fn draw(ui: &mut Ui, id: &str, grid: &Grid, sort: &mut Option<(usize, bool)>, has_links: bool) -> Option<usize> {
    let mut picked = None;
    let mut order: Vec<usize> = (0..grid.rows.len()).collect();
    if let Some((column, is_descending)) = *sort {
        order.sort_by(|&a, &b| compare(cell(grid, a, column), cell(grid, b, column)));
        if is_descending {
            order.reverse();
        }
    }
    let width = ui.available_width();
    ScrollArea::both().id_salt(id).auto_shrink(false).show(ui, |ui| {
        let is_beside = ui.horizontal_top(|ui| {
            let table = egui::Grid::new(id).striped(true).spacing([14.0, 4.0]).show(ui, |ui| {
                for (column, name) in grid.header.iter().enumerate() {
                    let arrow = match *sort {
                        Some((sorted, true)) if sorted == column => " ▼",
                        Some((sorted, false)) if sorted == column => " ▲",
                        _ => "",
                    };
                    let heading = ui.button(RichText::new(format!("{name}{arrow}")).strong());
                    if heading.on_hover_text("Sort by this column").clicked() {
                        *sort = match *sort {
                            Some((sorted, true)) if sorted == column => Some((column, false)),
                            Some((sorted, false)) if sorted == column => None,
                            _ => Some((column, true)),
                        };
                    }
                }
                ui.end_row();
                for &row in order.iter().take(MOST_ROWS) {
                    for (column, cell) in grid.rows[row].iter().enumerate() {
                        if has_links && column == 0 {
                            // In the same layout as the others, so that they stand on one line.
                            let link = ui.with_layout(Layout::top_down(Align::Min), |ui| ui.link(cell.to_text()));
                            if link.inner.clicked() {
                                picked = Some(row);
                            }
                            continue;
                        }
                        let align = if matches!(cell, Cell::Text(_)) { Align::Min } else { Align::Max };
                        let label = egui::Label::new(cell.to_text()).extend();
                        ui.with_layout(Layout::top_down(align), |ui| ui.add(label));
                    }
                    ui.end_row();
                }
            });
            let room = width - table.response.rect.width() - GAP;
            let is_beside = room >= NOTES_WIDTH;
            if is_beside {
                ui.add_space(GAP - ui.spacing().item_spacing.x);
                ui.vertical(|ui| notes_ui(ui, grid, room.min(MOST_NOTES_WIDTH)));
            }
            is_beside
        });
        if !is_beside.inner {
            notes_ui(ui, grid, width);
        }
    });
    picked
}

fn notes_ui(ui: &mut Ui, grid: &Grid, width: f32) {
    for note in &grid.notes {
        ui.scope(|ui| {
            ui.set_max_width(width);
            ui.add(egui::Label::new(RichText::new(note).weak()).wrap());
        });
    }
}

/// The grid as text separated by tabs, with full precision; the half width of an interval has a column of its own.
pub fn tsv(grid: &Grid) -> String {
    let has_intervals = grid.has_intervals();
    let line = |fields: Vec<String>| fields.join("\t") + "\n";
    let fields = |cell: &Cell, is_wide: bool| {
        let value = match cell {
            Cell::Text(text) => text.replace(['\t', '\n'], " "),
            Cell::Number(value) | Cell::Setting(value) | Cell::Share(value) => format!("{value:?}"),
            other => other.as_estimate().map_or_else(|| other.to_text(), |estimate| format!("{:?}", estimate.mean)),
        };
        let half_width = cell.as_estimate().and_then(|estimate| estimate.half_width);
        let half_width = half_width.map_or_else(String::new, |half_width| format!("{half_width:?}"));
        std::iter::once(value).chain(is_wide.then_some(half_width))
    };
    let heading = |(name, &is_wide): (&String, &bool)| {
        std::iter::once(name.clone()).chain(is_wide.then(|| format!("{name} ±95%")))
    };
    let header = line(grid.header.iter().zip(&has_intervals).flat_map(heading).collect());
    let rows = grid
        .rows
        .iter()
        .map(|row| line(row.iter().zip(&has_intervals).flat_map(|(cell, &is_wide)| fields(cell, is_wide)).collect()));
    std::iter::once(header).chain(rows).collect()
}

fn cell(grid: &Grid, row: usize, column: usize) -> &Cell {
    grid.rows[row].get(column).unwrap_or(&Cell::Missing)
}

/// Numbers by size, words by alphabet, what is not available first.
fn compare(a: &Cell, b: &Cell) -> std::cmp::Ordering {
    let value = |cell: &Cell| match cell {
        Cell::Count(count) => Some(*count as f64),
        Cell::Number(value) | Cell::Setting(value) | Cell::Share(value) => Some(*value),
        Cell::Estimate(_) | Cell::Difference(_) => cell.as_estimate().map(|estimate| estimate.mean),
        Cell::Text(_) | Cell::Missing => None,
    };
    match (value(a), value(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => std::cmp::Ordering::Greater,
        (None, Some(_)) => std::cmp::Ordering::Less,
        (None, None) => a.to_text().cmp(&b.to_text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Estimate;

    #[test]
    fn the_copy_has_every_digit_and_a_tab_between_fields() {
        let grid = Grid {
            header: vec!["class".into(), "w".into()],
            rows: vec![
                vec![Cell::Text("a\tb".into()), Cell::Number(1.0 / 3.0)],
                vec![Cell::Text("c".into()), Cell::Missing],
            ],
            ..Grid::default()
        };
        assert_eq!(tsv(&grid), "class\tw\na b\t0.3333333333333333\nc\tn/a\n");
    }

    #[test]
    fn the_half_width_of_an_interval_is_a_number_of_its_own() {
        let estimate = Estimate { mean: 0.5, half_width: Some(0.125), n: 2 };
        let grid = Grid {
            header: vec!["class".into(), "CE".into()],
            rows: vec![vec![Cell::Count(1), Cell::Estimate(estimate)], vec![Cell::Count(2), Cell::Missing]],
            ..Grid::default()
        };
        assert_eq!(tsv(&grid), "class\tCE\tCE ±95%\n1\t0.5\t0.125\n2\tn/a\t\n");
    }
}
