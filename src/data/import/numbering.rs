//! Columns that number the rows.

/// Fewest rows in which a column can be taken for their numbers.
const FEWEST_NUMBERED_ROWS: usize = 50;

/// Whether values are whole numbers, each once: what an index holds after rows were taken away or put in another order.
pub(super) fn counts_rows(values: &[f64]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.len() > 1
        && sorted.iter().all(|value| value.fract() == 0.0)
        && sorted.windows(2).all(|pair| pair[0] < pair[1])
}

/// Whether values are whole numbers without a gap, each once, in any order: what an index column holds.
pub(super) fn numbers_rows(values: &[f64]) -> bool {
    let n = values.len();
    if n < FEWEST_NUMBERED_ROWS {
        return false;
    }
    let first = values.iter().copied().fold(f64::INFINITY, f64::min);
    let mut is_seen = vec![false; n];
    values.iter().all(|value| {
        let place = value - first;
        let is_new = place.fract() == 0.0 && place < n as f64 && !is_seen[place as usize];
        if is_new {
            is_seen[place as usize] = true;
        }
        is_new
    })
}
