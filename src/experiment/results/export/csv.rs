//! Comma-separated values for other programs: full precision, nothing where a value is not available.

use super::{Cell, Grid};
use crate::experiment::Difference;

/// A grid as CSV; a column with intervals is followed by one with their half widths.
pub(super) fn serialize(grid: &Grid) -> Vec<u8> {
    let has_interval = grid.has_intervals();
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let mut write = |fields: Vec<String>| {
        // Writing to memory fails only for rows of unequal length, and all rows are widened alike.
        let _ = writer.write_record(fields);
    };
    write(
        grid.header
            .iter()
            .zip(&has_interval)
            .flat_map(|(name, &wide)| std::iter::once(name.clone()).chain(wide.then(|| format!("{name} ±95%"))))
            .collect(),
    );
    for row in &grid.rows {
        write(row.iter().zip(&has_interval).flat_map(|(cell, &wide)| fields(cell, wide)).collect());
    }
    writer.into_inner().unwrap_or_default()
}

fn fields(cell: &Cell, wide: bool) -> Vec<String> {
    let (value, half_width) = match cell {
        Cell::Text(text) => (text.clone(), None),
        Cell::Count(count) => (count.to_string(), None),
        Cell::Number(value) | Cell::Setting(value) | Cell::Share(value) => (format!("{value:?}"), None),
        Cell::Estimate(estimate) | Cell::Difference(Difference { estimate, .. }) => {
            (format!("{:?}", estimate.mean), estimate.half_width)
        }
        Cell::Missing => (String::new(), None),
    };
    let second = half_width.map_or(String::new(), |half_width| format!("{half_width:?}"));
    if wide { vec![value, second] } else { vec![value] }
}
