//! What the repetitions of an experiment are, in words.

use super::ExperimentSpec;

/// What an interval over splits of the same rows speaks of.
pub const SHARED_ROWS: &str = "The interval speaks of training on as many rows drawn like these: its variance is corrected for the rows that splits share (Nadeau and Bengio 2003)";

/// Repetitions as they are counted: seeds of generated data, splits of the rows of a table, or folds.
///
/// ```
/// use longtail_lab::experiment::repetitions_in_words;
/// assert_eq!(repetitions_in_words(5, false, 0), "5 seeds");
/// assert_eq!(repetitions_in_words(1, true, 0), "1 split of the same rows");
/// assert_eq!(repetitions_in_words(10, true, 5), "10 folds (2 shuffles of 5)");
/// ```
pub fn repetitions_in_words(n: u64, is_table: bool, n_folds: u64) -> String {
    let counted = |one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    match (is_table, n_folds) {
        (false, _) => counted("seed", "seeds"),
        (true, 0) => counted("split of the same rows", "splits of the same rows"),
        (true, k) if n > k && n.is_multiple_of(k) => format!("{n} folds ({} shuffles of {k})", n / k),
        (true, k) => format!("{n} of {} folds", n.next_multiple_of(k)),
    }
}

/// Repetitions of which all have the same split.
pub(in crate::experiment) fn starts_in_words(n: u64) -> String {
    if n == 1 { "1 start on the split of the data".to_owned() } else { format!("{n} starts on the split of the data") }
}

impl ExperimentSpec {
    /// As [`repetitions_in_words`], of so many repetitions of this experiment.
    pub fn repetitions_in_words(&self, n: u64) -> String {
        if self.data.has_one_split() {
            return starts_in_words(n);
        }
        repetitions_in_words(n, self.data.source.is_table(), self.data.folds)
    }
}
