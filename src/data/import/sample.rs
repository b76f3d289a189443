//! A part of the rows of a text, of each class its share, chosen while the text is read once.
//!
//! Each row has a random number that follows from its place; of a class those rows are wanted that have the smallest. As rows
//! come in, the share of them that is wanted only falls, so that a row that is let go of would not have been wanted in the
//! end, but for chance, for which some more are held.

use std::collections::{BinaryHeap, HashMap};

use super::{DataError, MOST_WORDS};
use crate::data::{MAX_TRAINING_CLASSES, check_size};

/// Rows that are held of a class besides its share.
const MORE: u64 = 50;
/// Rows that each class keeps where it has them.
pub(super) const LEAST: u64 = 10;

/// A row that is held.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    /// A random number that follows from the row's place.
    lot: u64,
    line: u64,
    /// The fields, one behind the other.
    text: Vec<u8>,
    /// End of each field in `text`.
    ends: Vec<usize>,
}

/// The rows of a class, with the largest number first.
#[derive(Debug, Default)]
struct Class {
    n_rows: u64,
    held: BinaryHeap<Row>,
}

/// The rows that are held so far.
#[derive(Debug)]
pub(super) struct Sample {
    n_wanted: u64,
    n_rows: u64,
    classes: HashMap<Vec<u8>, Class>,
}

impl Sample {
    /// Of this many rows.
    ///
    /// # Errors
    /// When a table cannot have as many.
    pub(super) fn new(n_wanted: u64, n_columns: usize) -> Result<Self, DataError> {
        if n_wanted == 0 {
            return Err(DataError::OutOfRange {
                name: "the sample",
                range: "from 1 to 1000000 rows",
                got: "0".to_owned(),
            });
        }
        check_size(n_wanted, n_columns)?;
        Ok(Self { n_wanted, n_rows: 0, classes: HashMap::new() })
    }

    /// Number of rows that were met.
    pub(super) fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Meets the next row; `label` is its class.
    ///
    /// # Errors
    /// When there are too many classes.
    pub(super) fn meet<'f>(
        &mut self,
        label: &[u8],
        line: u64,
        fields: impl Iterator<Item = &'f [u8]>,
    ) -> Result<(), DataError> {
        let lot = lot(self.n_rows);
        self.n_rows += 1;
        if !self.classes.contains_key(label) {
            if self.classes.len() >= MOST_WORDS {
                let (classes, limit) = (format!("more than {MOST_WORDS}"), MAX_TRAINING_CLASSES);
                return Err(DataError::TooManyClasses { column: String::new(), classes, limit });
            }
            self.classes.insert(label.to_vec(), Class::default());
        }
        let (n_wanted, n_all) = (self.n_wanted, self.n_rows);
        let Some(class) = self.classes.get_mut(label) else { return Ok(()) };
        class.n_rows += 1;
        let share = share(n_wanted, class.n_rows, n_all);
        let room = (share + 4 * share.isqrt() + MORE) as usize;
        if class.held.len() < room || class.held.peek().is_some_and(|last| lot < last.lot) {
            let (mut text, mut ends) = (Vec::new(), Vec::new());
            for field in fields {
                text.extend_from_slice(field);
                ends.push(text.len());
            }
            class.held.push(Row { lot, line, text, ends });
        }
        while class.held.len() > room {
            class.held.pop();
        }
        Ok(())
    }

    /// The rows that are kept, in the order of the file, each with its line and its fields.
    ///
    /// # Errors
    /// What `take` says.
    pub(super) fn each(self, mut take: impl FnMut(u64, &[&[u8]]) -> Result<(), DataError>) -> Result<(), DataError> {
        let mut kept = Vec::new();
        for class in self.classes.into_values() {
            let n_kept = share(self.n_wanted, class.n_rows, self.n_rows).max(LEAST);
            let mut rows = class.held.into_sorted_vec();
            rows.truncate(n_kept as usize);
            kept.append(&mut rows);
        }
        kept.sort_unstable_by_key(|row| row.line);
        for row in kept {
            let starts = std::iter::once(0).chain(row.ends.iter().copied());
            let fields: Vec<&[u8]> = starts.zip(&row.ends).map(|(start, &end)| &row.text[start..end]).collect();
            take(row.line, &fields)?;
        }
        Ok(())
    }
}

/// The share of a class, rounded.
fn share(n_wanted: u64, n_of_class: u64, n_all: u64) -> u64 {
    let exact = u128::from(n_wanted) * u128::from(n_of_class);
    u64::try_from((exact + u128::from(n_all) / 2) / u128::from(n_all.max(1))).unwrap_or(u64::MAX).min(n_of_class)
}

/// A number that looks random, of each place another: the finaliser of splitmix64.
fn lot(place: u64) -> u64 {
    let mut z = place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use crate::data::{ImportSettings, Imported, read_table};

    fn sampled(text: &str, n: u64) -> Imported {
        let settings = ImportSettings { sample: Some(n), ..ImportSettings::default() };
        read_table(text.as_bytes(), &settings).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Rows of 90, 9 and 1 per cent, in an order or another.
    fn text(n: usize, is_sorted: bool) -> String {
        let class = |n: usize| match n % 100 {
            0 => "a",
            1..10 => "b",
            _ => "c",
        };
        let mut rows: Vec<(usize, &str)> = (0..n).map(|n| (n, class(n))).collect();
        if is_sorted {
            rows.sort_by_key(|(_, class)| *class);
        }
        let lines: Vec<String> = rows.iter().map(|(n, class)| format!("{n}.{},{class}", n % 7)).collect();
        format!("x,class\n{}\n", lines.join("\n"))
    }

    #[test]
    fn a_sample_keeps_the_shares_of_classes_whatever_their_order() {
        for is_sorted in [false, true] {
            let text = text(50_000, is_sorted);
            let imported = sampled(&text, 5000);
            let counts: Vec<u64> = imported.inspection.class_counts.iter().map(|(_, n)| *n).collect();
            assert_eq!(counts, [50, 450, 4500], "{is_sorted}");
            assert_eq!(imported.inspection.sampled_of, Some(50_000));
            assert!(imported.inspection.notes().iter().any(|note| note.contains("5000 of 50000 rows")));
            // Rows are from everywhere, with their own labels, and the same every time.
            let mean = imported.table.features.mean().unwrap();
            assert!((mean / 25_000.0 - 1.0).abs() < 0.05, "{mean}");
            assert!(imported.table.features.iter().zip(&imported.table.labels).all(|(x, label)| {
                let n = *x as usize % 100;
                *label == if n == 0 { 0 } else { u32::from(n >= 10) + 1 }
            }));
            assert_eq!(sampled(&text, 5000).table, imported.table);
        }
    }

    #[test]
    fn a_class_keeps_ten_rows_and_a_small_file_all() {
        let counts =
            |n| sampled(&text(10_000, false), n).inspection.class_counts.iter().map(|(_, n)| *n).collect::<Vec<_>>();
        assert_eq!(counts(100), [10, 10, 90]);
        assert_eq!(counts(20_000), [100, 900, 9000]);
    }
}
