//! The numbers of a picture as a table: sorted by a click on a column, copied as text for spreadsheets.

use std::ops::Range;

use egui::{Align, Color32, Layout, Rangef, RichText, ScrollArea, Style, TextStyle, Ui, Vec2, text::LayoutJob};

use super::scrolled;
use crate::{
    bounds::Bounded,
    experiment::export::{Cell, Grid},
    text::spreadsheet_safe,
    ui::fit::{brief, brief_sentence, shorten},
};

/// Rows that are drawn at most; the copy has all of them.
const MOST_ROWS: usize = 1000;
/// Characters of a text that are drawn at most; the copy has all of them.
const MOST_OF_A_CELL: usize = 100;
/// Notes stand beside the table where this width is left for them, below it otherwise.
const NOTES_WIDTH: f32 = 260.0;
/// Width of notes beside a table.
const MOST_NOTES_WIDTH: f32 = 420.0;
/// Space between cells.
const SPACING: Vec2 = Vec2::new(14.0, 4.0);
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
    scrolled(ScrollArea::both().id_salt(id).auto_shrink(false), ui, |ui| {
        let is_beside = ui.horizontal_top(|ui| {
            let drawn = order.len().min(MOST_ROWS);
            let height = ui.spacing().interact_size.y.max(ui.text_style_height(&TextStyle::Body));
            let top = ui.cursor().top() + height + SPACING.y;
            // Who listens to the window is told of all rows.
            let is_listened_to = ui.ctx().has_accesskit_node(egui::accesskit_root_id());
            let sight = if is_listened_to { Rangef::EVERYTHING } else { ui.clip_rect().y_range() };
            let seen = seen_rows(drawn, top, height + SPACING.y, sight);
            let widths = if seen == (0..drawn) { Vec::new() } else { widths(ui, grid, &order[..drawn]) };
            // What stands for the rows above has no colour; those that are seen keep theirs.
            let has_gap = seen.start > 0;
            let colour = move |row: usize, style: &Style| {
                (row % 2 == 1 && !(has_gap && row == 1)).then_some(style.visuals.faint_bg_color)
            };
            let table = egui::Grid::new(id).with_row_color(colour).spacing(SPACING).show(ui, |ui| {
                header_ui(ui, grid, sort);
                gap_ui(ui, &widths, seen.start, height);
                for &row in &order[seen.clone()] {
                    if row_ui(ui, &grid.rows[row], has_links) {
                        picked = Some(row);
                    }
                }
                gap_ui(ui, &widths, drawn - seen.end, height);
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

/// The names of columns, each a button to sort by it.
fn header_ui(ui: &mut Ui, grid: &Grid, sort: &mut Option<(usize, bool)>) {
    for (column, name) in grid.header.iter().enumerate() {
        let arrow = match *sort {
            Some((sorted, true)) if sorted == column => " ▼",
            Some((sorted, false)) if sorted == column => " ▲",
            _ => "",
        };
        let shown = shorten(name, MOST_OF_A_CELL);
        let heading = ui.button(RichText::new(format!("{shown}{arrow}")).strong());
        let whole = if shown == *name { String::new() } else { format!("{}\n", brief(name)) };
        if heading.on_hover_text(format!("{whole}Sort by this column")).clicked() {
            *sort = match *sort {
                Some((sorted, true)) if sorted == column => Some((column, false)),
                Some((sorted, false)) if sorted == column => None,
                _ => Some((column, true)),
            };
        }
    }
    ui.end_row();
}

/// A row; returns whether its link was clicked.
fn row_ui(ui: &mut Ui, cells: &[Cell], has_links: bool) -> bool {
    let mut is_clicked = false;
    for (column, cell) in cells.iter().enumerate() {
        if has_links && column == 0 {
            // In the same layout as the others, so that they stand on one line.
            let link = ui.with_layout(Layout::top_down(Align::Min), |ui| ui.link(shown(cell)));
            is_clicked = link.inner.clicked();
            continue;
        }
        let align = align_of(cell);
        let text = shown(cell);
        let is_cut = text.ends_with('…');
        let label = egui::Label::new(text).extend();
        let response = ui.with_layout(Layout::top_down(align), |ui| ui.add(label)).inner;
        if let (true, Cell::Text(whole)) = (is_cut, cell) {
            response.on_hover_text(brief_sentence(whole));
        }
    }
    ui.end_row();
    is_clicked
}

/// What is drawn of a cell: all of a number, and of a text as much as leaves the other columns in sight.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => shorten(text, MOST_OF_A_CELL),
        number => number.to_text(),
    }
}

/// Texts begin at the left, numbers end at the right.
fn align_of(cell: &Cell) -> Align {
    if matches!(cell, Cell::Text(_)) { Align::Min } else { Align::Max }
}

/// The rows that are in sight, and some beside them. The first is 0 or odd, so that stripes stay where they are when rows
/// above are left out.
fn seen_rows(n_rows: usize, top: f32, pitch: f32, sight: Rangef) -> Range<usize> {
    const BESIDE: f32 = 2.0;
    let place = |y: f32, beside: f32| ((y - top) / pitch + beside).within(0.0, n_rows as f32) as usize;
    let first = place(sight.min, -BESIDE);
    let last = place(sight.max, 1.0 + BESIDE);
    first.saturating_sub(usize::from(first % 2 == 0))..last.max(first)
}

/// An empty place for rows that are out of sight, as wide as their texts.
fn gap_ui(ui: &mut Ui, widths: &[f32], n_rows: usize, height: f32) {
    if n_rows == 0 {
        return;
    }
    let height = n_rows as f32 * (height + SPACING.y) - SPACING.y;
    for &width in widths {
        ui.allocate_exact_size(egui::vec2(width, height), egui::Sense::hover());
    }
    ui.end_row();
}

/// Width of the longest text in each column, so that columns do not move when other rows come into sight.
fn widths(ui: &Ui, grid: &Grid, rows: &[usize]) -> Vec<f32> {
    let font = TextStyle::Body.resolve(ui.style());
    let ascii: Vec<f32> = ui.fonts_mut(|fonts| (0..128_u8).map(|c| fonts.glyph_width(&font, c.into())).collect());
    let mut widest = vec![(0.0, String::new(), Align::Min); grid.header.len()];
    for &row in rows {
        for (widest, cell) in widest.iter_mut().zip(&grid.rows[row]) {
            let text = shown(cell);
            let width_of = |c: char| match ascii.get(c as usize) {
                Some(&width) => width,
                None => ui.fonts_mut(|fonts| fonts.glyph_width(&font, c)),
            };
            let width = text.chars().map(width_of).sum();
            if width > widest.0 {
                *widest = (width, text, align_of(cell));
            }
        }
    }
    // Laid out as in its cell: a text that ends at the right is rounded there.
    let exact = |(_, text, align)| {
        let job = LayoutJob { halign: align, ..LayoutJob::simple_singleline(text, font.clone(), Color32::PLACEHOLDER) };
        ui.fonts_mut(|fonts| fonts.layout_job(job)).size().x
    };
    widest.into_iter().map(exact).collect()
}

fn notes_ui(ui: &mut Ui, grid: &Grid, width: f32) {
    for note in &grid.notes {
        ui.scope(|ui| {
            ui.set_max_width(width);
            ui.add(egui::Label::new(RichText::new(brief_sentence(note)).weak()).wrap());
        });
    }
}

/// The grid as text separated by tabs, with full precision; the half width of an interval has a column of its own. Names
/// are on one line, and no spreadsheet takes them for formulas.
pub fn tsv(grid: &Grid) -> String {
    let has_intervals = grid.has_intervals();
    let line = |fields: Vec<String>| fields.join("\t") + "\n";
    let name = |text: &str| spreadsheet_safe(&text.replace(|c: char| c.is_control(), " ")).into_owned();
    let fields = |cell: &Cell, is_wide: bool| {
        let value = match cell {
            Cell::Text(text) => name(text),
            Cell::Number(value) | Cell::Setting(value) | Cell::Share(value) => format!("{value:?}"),
            other => other.as_estimate().map_or_else(|| other.to_text(), |estimate| format!("{:?}", estimate.mean)),
        };
        let half_width = cell.as_estimate().and_then(|estimate| estimate.half_width);
        let half_width = half_width.map_or_else(String::new, |half_width| format!("{half_width:?}"));
        std::iter::once(value).chain(is_wide.then_some(half_width))
    };
    let heading = |(title, &is_wide): (&String, &bool)| {
        let title = name(title);
        std::iter::once(title.clone()).chain(is_wide.then(|| format!("{title} ±95%")))
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

    /// Texts and stripes of a table in a small window after some turns of the wheel, with their places.
    fn in_sight(is_listened_to: bool, n_turns: usize) -> Vec<String> {
        let ctx = egui::Context::default();
        if is_listened_to {
            ctx.enable_accesskit();
        }
        let cells = |row: usize| vec![Cell::Text(format!("row {row}")), Cell::Number(1.0 / (row * row) as f64)];
        let header = vec!["a".to_owned(), "b".to_owned()];
        let grid = Grid { header, rows: (1..300).map(cells).collect(), ..Grid::default() };
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(400.0, 333.0));
        let mut shapes = Vec::new();
        for frame_idx in 0..n_turns + 100 {
            let delta = if frame_idx < n_turns { egui::vec2(0.0, -173.0) } else { Vec2::ZERO };
            let wheel = egui::Event::MouseWheel {
                unit: egui::MouseWheelUnit::Point,
                delta,
                phase: egui::TouchPhase::Move,
                source: egui::MouseWheelSource::Wheel,
                modifiers: egui::Modifiers::NONE,
            };
            let events = vec![egui::Event::PointerMoved(screen.center()), wheel];
            let time = Some(frame_idx as f64 / 60.0);
            let input = egui::RawInput { screen_rect: Some(screen), time, events, ..Default::default() };
            let mut output = ctx.run_ui(input, |ui| table_ui(ui, "table", &grid, &mut None));
            shapes = std::mem::take(&mut output.shapes);
            output.drop_without_applying_deltas();
        }
        let seen = shapes.iter().filter_map(|clipped| match &clipped.shape {
            egui::Shape::Text(text) => {
                let rect = egui::Rect::from_min_size(text.pos, text.galley.size());
                clipped.clip_rect.intersects(rect).then(|| format!("{} {rect:?}", text.galley.text()))
            }
            egui::Shape::Rect(shape) => {
                let rect = clipped.clip_rect.intersect(shape.rect);
                // The bar beside it follows a rounded height.
                (rect.is_positive() && rect.width() > 5.0).then(|| format!("{rect:?} {:?}", shape.fill))
            }
            _ => None,
        });
        seen.collect()
    }

    #[test]
    fn what_is_in_sight_does_not_depend_on_what_is_laid_out() {
        for n_turns in [0, 1, 2, 17, 100] {
            let seen = in_sight(false, n_turns);
            assert!(seen.len() > 20, "{seen:?}");
            assert_eq!(seen, in_sight(true, n_turns), "after {n_turns} turns of the wheel");
        }
    }

    #[test]
    fn rows_in_sight_are_drawn_and_stripes_stay() {
        let seen = |min: f32, max: f32| seen_rows(100, 50.0, 10.0, Rangef::new(min, max));
        assert_eq!(seen(0.0, 149.0), 0..12);
        assert_eq!(seen(50.0, 2000.0), 0..100);
        assert_eq!(seen(171.0, 271.0), 9..25);
        assert_eq!(seen(181.0, 281.0), 11..26);
        assert!(seen(-500.0, -400.0).is_empty() && seen_rows(0, 50.0, 10.0, Rangef::new(0.0, 500.0)).is_empty());
    }

    #[test]
    fn the_half_width_of_an_interval_is_a_number_of_its_own() {
        let estimate = Estimate::symmetric(0.5, Some(0.125), 2);
        let grid = Grid {
            header: vec!["class".into(), "CE".into()],
            rows: vec![vec![Cell::Count(1), Cell::Estimate(estimate)], vec![Cell::Count(2), Cell::Missing]],
            ..Grid::default()
        };
        assert_eq!(tsv(&grid), "class\tCE\tCE ±95%\n1\t0.5\t0.125\n2\tn/a\t\n");
    }
}
