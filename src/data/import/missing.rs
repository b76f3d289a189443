//! Cells that stand for a missing value.

/// Marks for missing values where no others are given, besides the empty cell; case does not matter.
pub const MISSING_MARKS: [&str; 11] = ["NA", "N/A", "#N/A", "<NA>", "nan", "null", "<null>", "None", "?", ".", MINUS];

/// A mark, where it is assumed and not chosen, in columns that otherwise hold numbers alone: elsewhere + and − are values.
const MINUS: &str = "-";

/// The marks that stand for a missing value, and how often each was met.
#[derive(Debug, Clone)]
pub(super) struct MissingMarks {
    marks: Vec<Vec<u8>>,
    counts: Vec<u64>,
    longest: usize,
    /// Whether the marks were chosen rather than assumed.
    is_chosen: bool,
    /// Whether a mark could be a number, as −999 is, so that marks come before numbers.
    pub(super) come_first: bool,
}

impl MissingMarks {
    /// The marks chosen, else [`MISSING_MARKS`]; an empty cell is missing in any case.
    pub(super) fn new(chosen: Option<&[String]>) -> Self {
        let mut marks = vec![Vec::new()];
        match chosen {
            Some(chosen) => marks.extend(chosen.iter().map(|mark| mark.trim().as_bytes().to_vec())),
            None => marks.extend(MISSING_MARKS.map(|mark| mark.as_bytes().to_vec())),
        }
        let mut longest = 0;
        let mut distinct: Vec<Vec<u8>> = Vec::new();
        for mark in marks {
            if !distinct.iter().any(|known| known.eq_ignore_ascii_case(&mark)) {
                longest = longest.max(mark.len());
                distinct.push(mark);
            }
        }
        let is_number = |mark: &Vec<u8>| mark.iter().any(u8::is_ascii_digit);
        Self {
            counts: vec![0; distinct.len()],
            come_first: distinct.iter().any(is_number),
            marks: distinct,
            longest,
            is_chosen: chosen.is_some(),
        }
    }

    /// Whether a cell is a mark; counts it where it is.
    ///
    /// A lone minus that is assumed to be a mark is not met here; see [`Self::is_minus`].
    pub(super) fn meet(&mut self, cell: &[u8]) -> bool {
        match self.find(cell) {
            Some(idx) if !self.is_minus(cell) => {
                self.counts[idx] += 1;
                true
            }
            _ => false,
        }
    }

    /// Whether a cell is a lone minus that is a mark only if its column otherwise holds numbers alone.
    pub(super) fn is_minus(&self, cell: &[u8]) -> bool {
        !self.is_chosen && cell == MINUS.as_bytes()
    }

    /// Counts lone minuses of a column that has turned out to hold numbers alone.
    pub(super) fn meet_minuses(&mut self, n: u64) {
        if let Some(idx) = self.find(MINUS.as_bytes()) {
            self.counts[idx] += n;
        }
    }

    /// Whether a cell is a mark.
    pub(super) fn contains(&self, cell: &[u8]) -> bool {
        self.find(cell).is_some()
    }

    /// The marks that were met with how often, "empty" for the empty cell.
    pub(super) fn met(&self) -> Vec<(String, u64)> {
        let named = |mark: &Vec<u8>| {
            if mark.is_empty() { "empty".to_owned() } else { String::from_utf8_lossy(mark).into_owned() }
        };
        self.marks
            .iter()
            .zip(&self.counts)
            .filter(|(_, count)| **count > 0)
            .map(|(mark, &n)| (named(mark), n))
            .collect()
    }

    fn find(&self, cell: &[u8]) -> Option<usize> {
        if cell.len() > self.longest {
            return None;
        }
        self.marks.iter().position(|mark| mark.eq_ignore_ascii_case(cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_and_can_be_chosen() {
        let mut marks = MissingMarks::new(None);
        for cell in ["", "na", "NaN", "?", "-", "0", "none"] {
            marks.meet(cell.as_bytes());
        }
        assert!(!marks.meet(b"-") && marks.is_minus(b"-") && marks.contains(b"-"));
        marks.meet_minuses(2);
        let met: Vec<(&str, u64)> = vec![("empty", 1), ("NA", 1), ("nan", 1), ("None", 1), ("?", 1), ("-", 2)];
        assert_eq!(marks.met(), met.into_iter().map(|(mark, n)| (mark.to_owned(), n)).collect::<Vec<_>>());
        let mut chosen = MissingMarks::new(Some(&["none".to_owned(), "-".to_owned()]));
        assert!(chosen.meet(b"None") && chosen.meet(b"-") && chosen.meet(b"") && !chosen.contains(b"NA"));
    }
}
