//! Class counts from text: a file with one integer a line, a pasted list, a print-out of an array.

use super::{ClassCounts, DistributionError};

/// Reads counts separated by commas, semicolons, white space or line ends; brackets and `#` comments are skipped.
///
/// # Errors
/// When a piece is not a whole number from 0 up (the line is named), or [`ClassCounts::new`] refuses the list.
///
/// ```
/// use longtail_lab::distribution::parse_counts;
/// assert_eq!(parse_counts("[5000, 50]\n7 # rare")?.as_slice(), [5000, 50, 7]);
/// # Ok::<(), longtail_lab::distribution::DistributionError>(())
/// ```
pub fn parse_counts(text: &str) -> Result<ClassCounts, DistributionError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut counts = Vec::new();
    for (line_idx, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '[' | ']' | '(' | ')');
        for piece in line.split(is_separator).filter(|piece| !piece.is_empty()) {
            let count = piece
                .parse::<u64>()
                .map_err(|_| DistributionError::NotACount { line: line_idx + 1, text: shorten(piece) })?;
            counts.push(count);
        }
    }
    ClassCounts::new(counts)
}

/// The first characters of a piece of text, so that a message stays one line.
fn shorten(piece: &str) -> String {
    const LONGEST: usize = 40;
    if piece.chars().count() <= LONGEST {
        return piece.to_owned();
    }
    piece.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[u64]) {
        assert_eq!(parse_counts(text).unwrap().as_slice(), expected, "{text:?}");
    }

    #[test]
    fn files_lists_and_print_outs_are_read() {
        check("5000\n2997\n1796\n", &[5000, 2997, 1796]);
        check("\u{feff}5000\r\n50\r\n", &[5000, 50]);
        check("[1, 2,\n 3]", &[1, 2, 3]);
        check("1\t2;3", &[1, 2, 3]);
    }

    #[test]
    fn nonsense_is_named_with_its_line() {
        let message = parse_counts("5\n-3").unwrap_err().to_string();
        assert!(message.starts_with("line 2: \"-3\" is not a class count"), "{message}");
        for nonsense in ["1.5", "NaN", "1e3", "ten", "99999999999999999999"] {
            assert!(parse_counts(nonsense).is_err(), "{nonsense}");
        }
        assert_eq!(parse_counts(" \n#only a comment"), Err(DistributionError::Empty));
    }
}
