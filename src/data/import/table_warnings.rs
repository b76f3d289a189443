//! Warnings about a table that can be read: features that give the label away, identifiers, rows that are there twice.

use rayon::prelude::*;
use serde::Serialize;

use super::column::{Cells, Column, NO_WORD};

/// Fewest rows, and fewest of a class, from which something is said.
const FEWEST_ROWS: usize = 20;
/// Fewest rows in which a column can be taken for an identifier.
const FEWEST_IDENTIFIED: usize = 50;
/// Rows that are looked at for features that tell the class.
const MOST_LOOKED_AT: usize = 20_000;
/// Cells that are looked at in all.
const MOST_CELLS: usize = 4_000_000;
/// Rows that are compared with each other.
const MOST_COMPARED: usize = 100_000;
/// Rows of a bin of values.
const ROWS_OF_A_BIN: usize = 5;
/// Mean recall of the classes from which a feature is said to tell them.
const LEAK_RECALL: f64 = 0.98;

/// Warnings about a table.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TableWarnings {
    /// Features that tell the class nearly alone, with the mean recall that each reaches on rows that it was not learnt on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leaks: Vec<(String, f64)>,
    /// Features that hold whole numbers, each once, as identifiers do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<String>,
    /// Rows that are equal to an earlier one, among the first [`TableWarnings::n_compared`].
    pub n_repeated: u64,
    /// Rows that were compared.
    pub n_compared: u64,
}

impl TableWarnings {
    /// Looks at the rows that are used of the columns that are features.
    pub(super) fn of(features: &[&Column], label: Option<&Column>, is_used: &[bool]) -> Self {
        let rows: Vec<usize> =
            is_used.iter().enumerate().filter(|(_, is_used)| **is_used).map(|(row, _)| row).collect();
        let Some(Cells::Words(label)) = label.map(|label| &label.cells) else { return Self::default() };
        if rows.len() < FEWEST_ROWS {
            return Self::default();
        }
        let step = rows.len().div_ceil(MOST_LOOKED_AT.min(MOST_CELLS / features.len().max(1)).max(1));
        let looked_at: Vec<usize> = rows.iter().copied().step_by(step).collect();
        let classes = Classes::of(&label.codes, label.n_words(), &looked_at);
        let leaks = features.par_iter().filter_map(|column| {
            let recall = classes.as_ref()?.mean_recall(&column.cells)?;
            (recall >= LEAK_RECALL).then(|| (column.name.clone(), recall))
        });
        let leaks = leaks.collect();
        let identifiers = features.iter().filter(|column| is_identifier(&column.cells, &rows));
        let identifiers = identifiers.map(|column| column.name.clone()).collect();
        let compared = &rows[..rows.len().min(MOST_COMPARED)];
        let cells: Vec<&Cells> = features.iter().map(|column| &column.cells).collect();
        let n_repeated = n_repeated(&cells, &label.codes, compared);
        Self { leaks, identifiers, n_repeated, n_compared: compared.len() as u64 }
    }

    /// A sentence for each warning, without a full stop.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (name, recall) in &self.leaks {
            notes.push(format!(
                "{name} alone tells the class (mean recall {recall:.3} on rows that it was not learnt on): leave it out if it is not known before the class is"
            ));
        }
        for name in &self.identifiers {
            notes.push(format!(
                "{name} holds whole numbers, each once, as an identifier does: leave it out if it is one"
            ));
        }
        if self.n_repeated > 0 {
            let (n, of) = (self.n_repeated, self.n_compared);
            let (row, is) = if n == 1 { ("row", "is") } else { ("rows", "are") };
            notes.push(format!(
                "{n} {row} of {of} {is} equal to an earlier one in all that is used: one of them can be trained on and the other tested on"
            ));
        }
        notes
    }
}

/// The classes of the rows that are looked at; every other row of a class is learnt from, the rest is told by what was learnt.
struct Classes {
    /// Rows with their classes: those that are learnt from, and those that are told.
    rows: [Vec<(usize, u32)>; 2],
    /// Rows of each class among them.
    n_rows: [Vec<f64>; 2],
}

impl Classes {
    /// Classes with few rows do not count; `None` where there are not two others.
    fn of(codes: &[u32], n_codes: usize, rows: &[usize]) -> Option<Self> {
        let mut counts = vec![0_usize; n_codes];
        for &row in rows {
            counts[codes[row] as usize] += 1;
        }
        let is_large: Vec<bool> = counts.iter().map(|&count| count >= FEWEST_ROWS).collect();
        if is_large.iter().filter(|&&is_large| is_large).count() < 2 {
            return None;
        }
        let mut classes = Self { rows: [Vec::new(), Vec::new()], n_rows: [vec![0.0; n_codes], vec![0.0; n_codes]] };
        for (row, class) in rows.iter().map(|&row| (row, codes[row])).filter(|(_, class)| is_large[*class as usize]) {
            let [n_learnt, n_told] = &classes.n_rows;
            let part = usize::from(n_learnt[class as usize] > n_told[class as usize]);
            classes.rows[part].push((row, class));
            classes.n_rows[part][class as usize] += 1.0;
        }
        Some(classes)
    }

    /// Mean recall of the classes where each is told by the bin of values, or the word, that a row has.
    fn mean_recall(&self, cells: &Cells) -> Option<f64> {
        let (bin_of, n_bins): (Box<dyn Fn(usize) -> Option<usize>>, usize) = match cells {
            Cells::Words(words) => (
                Box::new(|row| Some(words.codes[row]).filter(|&code| code != NO_WORD).map(|code| code as usize)),
                words.n_words(),
            ),
            Cells::Numbers(values) => {
                let ends = self.bins(values);
                let n = ends.len();
                let value_of = |row: usize| Some(values[row]).filter(|value| !value.is_nan());
                (
                    Box::new(move |row| {
                        let value = value_of(row)?;
                        Some(ends.partition_point(|&end| end < value).min(n.checked_sub(1)?))
                    }),
                    n,
                )
            }
            Cells::TooMany => return None,
        };
        let n_classes = self.n_rows[0].len();
        // Too many words tell nothing but themselves.
        if n_bins == 0 || n_bins * n_classes > MOST_CELLS {
            return None;
        }
        let mut counts = vec![0_f64; n_bins * n_classes];
        for (row, class) in &self.rows[0] {
            if let Some(bin) = bin_of(*row) {
                counts[bin * n_classes + *class as usize] += 1.0;
            }
        }
        let most_likely = |counts: &[f64]| {
            let shares = counts.iter().zip(&self.n_rows[0]).map(|(count, n)| count / n.max(1.0));
            shares
                .enumerate()
                .filter(|(_, share)| *share > 0.0)
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .map(|(class, _)| class)
        };
        let told: Vec<Option<usize>> = counts.chunks(n_classes).map(most_likely).collect();
        let mut right = vec![0.0; n_classes];
        for (row, class) in &self.rows[1] {
            let class = *class as usize;
            if bin_of(*row).and_then(|bin| told[bin]) == Some(class) {
                right[class] += 1.0;
            }
        }
        let recalls: Vec<f64> =
            right.iter().zip(&self.n_rows[1]).filter(|(_, n)| **n > 0.0).map(|(right, n)| right / n).collect();
        Some(recalls.iter().sum::<f64>() / recalls.len().max(1) as f64)
    }

    /// The largest value of each bin of values with at least so many rows that are learnt from.
    fn bins(&self, values: &[f64]) -> Vec<f64> {
        let present = self.rows[0].iter().map(|(row, _)| values[*row]).filter(|value| !value.is_nan());
        let mut sorted: Vec<f64> = present.collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut ends = Vec::new();
        let mut n = 0;
        for (idx, value) in sorted.iter().enumerate() {
            n += 1;
            let is_end = sorted.get(idx + 1).is_none_or(|next| next > value && n >= ROWS_OF_A_BIN);
            if is_end {
                ends.push(*value);
                n = 0;
            }
        }
        ends
    }
}

/// Whether a feature holds whole numbers, each once.
fn is_identifier(cells: &Cells, rows: &[usize]) -> bool {
    let Cells::Numbers(values) = cells else { return false };
    if rows.len() < FEWEST_IDENTIFIED || rows.iter().any(|&row| values[row].fract() != 0.0) {
        return false;
    }
    let is_once = |rows: &[usize]| {
        let mut sorted: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
        sorted.par_sort_unstable_by(f64::total_cmp);
        sorted.windows(2).all(|pair| pair[0] < pair[1])
    };
    // Most whole numbers repeat within a few rows.
    is_once(&rows[..rows.len().min(1000)]) && is_once(rows)
}

/// Number of rows that are equal to an earlier one in every feature and the label.
fn n_repeated(features: &[&Cells], label: &[u32], rows: &[usize]) -> u64 {
    let mixed = |sum: u64, bits: u64| (sum.rotate_left(5) ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut sums: Vec<u64> = rows.iter().map(|&row| mixed(0, u64::from(label[row]))).collect();
    for cells in features {
        for (sum, &row) in sums.iter_mut().zip(rows) {
            let bits = match cells {
                // Both zeros are the same number.
                Cells::Numbers(values) => (values[row] + 0.0).to_bits(),
                Cells::Words(words) => u64::from(words.codes[row]),
                Cells::TooMany => 0,
            };
            *sum = mixed(*sum, bits);
        }
    }
    sums.par_sort_unstable();
    sums.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64
}

#[cfg(test)]
mod tests {
    use crate::data::{ImportSettings, Inspection, ReadHooks, Scan};

    fn inspect(text: &str, drop: &[&str]) -> Inspection {
        let drop = drop.iter().map(|&name| name.to_owned()).collect();
        let settings = ImportSettings { drop, ..ImportSettings::default() };
        Scan::read(text.as_bytes(), None, &settings, &ReadHooks::silent()).unwrap().inspect(&settings)
    }

    /// 400 rows of two classes: a number and a word that tell the class, one of each that does not, an identifier.
    fn table() -> String {
        let row = |n: usize| {
            let is_rare = n.is_multiple_of(8);
            let (told, word) = if is_rare { (n as f64 / 100.0 + 5.25, "x") } else { (n as f64 / 100.0 - 4.25, "z") };
            let (noise, other) = (n * 37 % 101, ["p", "q", "r"][n * 13 % 7 % 3]);
            format!("{told},{word},{noise}.5,{other},{},{}", n * 7919 % 400_009, if is_rare { "a" } else { "b" })
        };
        let rows: Vec<String> = (0..400).map(row).collect();
        format!("told,word,noise,other,code,class\n{}\n", rows.join("\n"))
    }

    #[test]
    fn features_that_give_the_class_away_and_identifiers_are_named() {
        let warnings = inspect(&table(), &[]).warnings;
        let leaks: Vec<&str> = warnings.leaks.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            (leaks, warnings.identifiers, warnings.n_repeated),
            (vec!["told", "word"], vec!["code".to_owned()], 0)
        );
        let others = inspect(&table(), &["told", "word", "code"]).warnings;
        assert!(others.leaks.is_empty() && others.identifiers.is_empty(), "{others:?}");
    }

    #[test]
    fn a_class_with_few_rows_makes_no_feature_telling() {
        // Of each of many values the rare class would be told right where it was learnt.
        let row = |n: usize| {
            format!("{},{}", (n * 7919 % 5003) as f64 / 7.0, if n.is_multiple_of(125) { "rare" } else { "b" })
        };
        let rows: Vec<String> = (0..5000).map(row).collect();
        assert!(inspect(&format!("x,class\n{}\n", rows.join("\n")), &[]).warnings.leaks.is_empty());
    }

    #[test]
    fn rows_that_are_there_twice_are_counted_where_all_that_is_used_is_the_same() {
        let text = table();
        let (head, rows) = text.split_once('\n').unwrap();
        let twice = format!("{head}\n{rows}{}\n", rows.lines().take(3).collect::<Vec<_>>().join("\n"));
        let warnings = inspect(&twice, &[]).warnings;
        assert_eq!((warnings.n_repeated, warnings.n_compared), (3, 403));
        assert!(warnings.notes().iter().any(|note| note.starts_with("3 rows of 403 are equal to an earlier one")));
    }
}
