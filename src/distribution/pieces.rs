//! Pieces of a text that holds counts.

/// Counts by classes that are numbered from 0 or 1 up, in whatever order; `None` where a number is missing or twice there.
pub(super) fn placed(keys: &[usize], counts: &[u64]) -> Option<Vec<u64>> {
    let first = keys.iter().copied().min().filter(|&first| first <= 1)?;
    let mut placed = vec![None; counts.len()];
    for (key, &count) in keys.iter().zip(counts) {
        *placed.get_mut(key - first)? = Some(count);
    }
    placed.into_iter().collect()
}

/// A whole number, also as arrays of floating-point numbers are printed: 5000. and 5000.0, but not 5.000.
pub(super) fn whole(text: &str) -> Option<u64> {
    let digits = text.strip_suffix(".0").or_else(|| text.strip_suffix('.')).unwrap_or(text);
    digits.parse().ok()
}

/// The first characters of a piece of text, so that a message stays one line.
pub(super) fn shorten(piece: &str) -> String {
    const LONGEST: usize = 40;
    if piece.chars().count() <= LONGEST {
        return piece.to_owned();
    }
    piece.chars().take(LONGEST).chain(['…']).collect()
}
