//! Labels of which a row can have any number: several columns of 0 and 1, or one column with a list in each cell.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    ColumnReport, DataError, ImportSettings, Inspection, Scan, Table,
    column::{Cells, Column, NO_WORD, Words},
    label,
    selection::Selection,
};
use crate::data::{LabelSets, MAX_TRAINING_CLASSES, check_size};

/// A table whose rows can have any number of labels.
#[derive(Debug, Clone)]
pub struct LabelTable {
    /// Features; its `class_labels` are the names of the labels, its `labels` are empty.
    pub table: Table,
    /// The labels of each row.
    pub sets: LabelSets,
    /// Where they come from and what was left out.
    pub inspection: Arc<Inspection>,
}

/// What can be wrong with columns of labels.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LabelColumnsError {
    /// A cell is neither 0 nor 1.
    #[error(
        "row {row} has \"{text}\" in the label column \"{column}\": a label column has 0 where the label is not there and 1 where it is"
    )]
    Value {
        /// The column.
        column: String,
        /// Row of the table, from 1 and without the header.
        row: usize,
        /// What stands there.
        text: String,
    },
    /// There are more labels than training takes.
    #[error("there are {labels} labels, training takes at most {limit}: leave some out")]
    TooMany {
        /// Labels found.
        labels: usize,
        /// The limit.
        limit: usize,
    },
    /// A list column has more different lists than are told apart.
    #[error(
        "the label column \"{0}\" has more than 10000 different lists: make a column of 0 and 1 of each label, and name these"
    )]
    TooManyLists(String),
    /// No row has any label.
    #[error("no row has any of the labels: are they the right columns?")]
    None,
    /// The file does not say which columns are labels.
    #[error(
        "the file does not say which columns are labels: MEKA's format has \"-C 5\" in the line @relation, MULAN's an XML file beside it; else name them with --labels a,b,c"
    )]
    NotDeclared,
}

/// How a cell of a label column is read.
enum Writing {
    /// Each word's code is that of a label that is there, or not.
    Binary(Vec<bool>),
    /// The labels of each word's list.
    Lists(Vec<Vec<String>>),
}

impl Scan {
    /// Makes the table of a file that was read with [`ImportSettings::label_columns`].
    ///
    /// Columns of 0 and 1 (also true and false) each are a label; a single other column has a list of labels in each cell,
    /// separated by semicolons, else by bars, else by commas. A row with an empty cell among columns of 0 and 1 is dropped,
    /// an empty list is a row without labels. Labels that no row has, or every row, stay.
    ///
    /// # Errors
    /// When a cell is neither 0 nor 1, no feature, row or label is left, or there are more labels or numbers than training takes.
    pub fn into_label_table(self, settings: &ImportSettings) -> Result<LabelTable, DataError> {
        let mut reports = self.reports(settings);
        let mut selection = Selection::default();
        self.select(&mut reports, settings, &mut selection)?;
        let (names, sets) = self.label_sets(settings, &selection)?;
        let inspection = Arc::new(self.inspection(reports, &selection, None));
        let (feature_names, features, gaps) = self.into_features(&inspection.columns, &selection)?;
        let table = Table { feature_names, features, gaps, labels: Vec::new(), class_labels: names };
        Ok(LabelTable { table, sets, inspection })
    }

    /// Decides about the rows of a table with label columns.
    pub(super) fn select_with_sets(
        &self,
        reports: &mut [ColumnReport],
        settings: &ImportSettings,
        selection: &mut Selection,
    ) -> Result<(), DataError> {
        selection.is_used = vec![true; self.n_rows];
        for (column, words) in self.label_words(settings)? {
            if matches!(writing(column, words, settings)?, Writing::Lists(_)) {
                continue;
            }
            for (is_used, &code) in selection.is_used.iter_mut().zip(&words.codes) {
                *is_used &= code != NO_WORD;
            }
        }
        selection.n_without_label = selection.is_used.iter().filter(|is_used| !**is_used).count() as u64;
        self.drop_gaps(reports, settings, selection);
        self.count_features(reports, settings, selection);
        if selection.n_used == 0 {
            let worst = reports.iter().max_by_key(|report| report.n_missing);
            let column = worst.map_or(String::new(), |report| report.name.clone());
            return Err(DataError::NoWholeRow { rows: self.n_rows as u64, column });
        }
        if selection.n_features == 0 {
            return Err(DataError::NoFeatures { label: settings.label_columns.join(", "), why: String::new() });
        }
        check_size(selection.n_used as u64, selection.n_features)
    }

    /// The label columns in the order of the settings, with their words.
    fn label_words(&self, settings: &ImportSettings) -> Result<Vec<(&Column, &Words)>, DataError> {
        let mut found = Vec::with_capacity(settings.label_columns.len());
        for name in &settings.label_columns {
            let Some(column) = self.columns.iter().find(|column| column.name == *name) else { continue };
            let Cells::Words(words) = &column.cells else {
                return Err(LabelColumnsError::TooManyLists(name.clone()).into());
            };
            found.push((column, words));
        }
        Ok(found)
    }

    /// Names of the labels, and the labels of each row that is used.
    fn label_sets(
        &self,
        settings: &ImportSettings,
        selection: &Selection,
    ) -> Result<(Vec<String>, LabelSets), DataError> {
        let columns = self.label_words(settings)?;
        let mut names: Vec<String> = Vec::new();
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); self.n_rows];
        for (column, words) in columns {
            match writing(column, words, settings)? {
                Writing::Binary(is_there) => {
                    for (row, &code) in rows.iter_mut().zip(&words.codes).filter(|(_, code)| **code != NO_WORD) {
                        if is_there[code as usize] {
                            row.push(names.len() as u32);
                        }
                    }
                    names.push(column.name.clone());
                }
                Writing::Lists(lists) => {
                    names = sorted(&lists);
                    check_number(names.len())?;
                    let places: HashMap<&String, u32> = names.iter().zip(0..).collect();
                    let place = |name: &String| places.get(name).copied();
                    let of_word: Vec<Vec<u32>> =
                        lists.iter().map(|list| list.iter().filter_map(place).collect()).collect();
                    for (row, &code) in rows.iter_mut().zip(&words.codes).filter(|(_, code)| **code != NO_WORD) {
                        row.clone_from(&of_word[code as usize]);
                    }
                }
            }
        }
        check_number(names.len())?;
        let used = rows.into_iter().zip(&selection.is_used).filter(|(_, is_used)| **is_used).map(|(row, _)| row);
        let sets = LabelSets::new(names.len(), used);
        if sets.n_positives() == 0 {
            return Err(LabelColumnsError::None.into());
        }
        Ok((names, sets))
    }
}

fn check_number(labels: usize) -> Result<(), DataError> {
    let limit = MAX_TRAINING_CLASSES;
    if labels > limit { Err(LabelColumnsError::TooMany { labels, limit }.into()) } else { Ok(()) }
}

/// How a column is to be read.
fn writing(column: &Column, words: &Words, settings: &ImportSettings) -> Result<Writing, DataError> {
    let binary: Vec<Option<bool>> = words.words().map(zero_or_one).collect();
    if let Some(is_there) = binary.iter().copied().collect::<Option<Vec<bool>>>() {
        return Ok(Writing::Binary(is_there));
    }
    let is_number = |word: &str| word.parse::<f64>().is_ok();
    if settings.label_columns.len() > 1 || words.words().all(is_number) {
        let code = binary.iter().position(Option::is_none).unwrap_or_default();
        let row = words.codes.iter().position(|&met| met as usize == code).unwrap_or_default() + 1;
        let text = words.words().nth(code).unwrap_or_default().chars().take(40).collect();
        return Err(LabelColumnsError::Value { column: column.name.clone(), row, text }.into());
    }
    let separator = [';', '|'].into_iter().find(|mark| words.words().any(|word| word.contains(*mark))).unwrap_or(',');
    let list = |word: &str| {
        let names = word.split(separator).map(str::trim).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    Ok(Writing::Lists(words.words().map(list).collect()))
}

/// Whether a cell says that its label is there.
fn zero_or_one(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        number => match number.parse::<f64>() {
            Ok(0.0) => Some(false),
            Ok(1.0) => Some(true),
            _ => None,
        },
    }
}

/// Every name of the lists once: in numeric order where all are numbers, else as text.
fn sorted(lists: &[Vec<String>]) -> Vec<String> {
    let distinct: BTreeSet<&String> = lists.iter().flatten().collect();
    let mut names: Vec<(String, u32, u64)> =
        distinct.into_iter().zip(0..).map(|(name, code)| (name.clone(), code, 0)).collect();
    label::sort(&mut names);
    names.into_iter().map(|(name, ..)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ReadHooks, Scan};

    fn read(text: &str, labels: &[&str]) -> Result<LabelTable, DataError> {
        let label_columns = labels.iter().map(|label| (*label).to_owned()).collect();
        let settings = ImportSettings { label_columns, ..ImportSettings::default() };
        Scan::read(text.as_bytes(), None, &settings, &ReadHooks::silent())?.into_label_table(&settings)
    }

    fn rows(table: &LabelTable) -> Vec<Vec<u32>> {
        table.sets.iter().map(<[u32]>::to_vec).collect()
    }

    #[test]
    fn columns_of_zero_and_one_are_labels_in_the_order_they_are_named() {
        let text = "x,a,b,c\n1,0,1,0\n2,1,1.0,0\n3,false,0,0\n5,True,1,0\n";
        let table = read(text, &["b", "a", "c"]).unwrap();
        assert_eq!(table.table.class_labels, ["b", "a", "c"]);
        assert_eq!(table.table.feature_names, ["x"]);
        assert_eq!(rows(&table), [vec![0], vec![0, 1], vec![], vec![0, 1]]);
        // One label alone, and labels that no row has, stay.
        assert_eq!(read(text, &["a"]).unwrap().sets.counts(), [2]);
        assert_eq!(table.sets.counts(), [3, 2, 0]);
    }

    #[test]
    fn a_list_column_is_split_at_semicolons_bars_or_commas_and_an_empty_cell_is_no_label() {
        for text in [
            "x,tags\n1,b;a\n2,\n3,a\n4,a; c\n",
            "x,tags\n1,b|a\n2,\n3,a\n4,a|c\n",
            "x,tags\n1,\"b,a\"\n2,\n3,a\n4,\"a,c,c\"\n",
        ] {
            let table = read(text, &["tags"]).unwrap();
            assert_eq!(table.table.class_labels, ["a", "b", "c"], "{text}");
            assert_eq!(rows(&table), [vec![0, 1], vec![], vec![0], vec![0, 2]], "{text}");
        }
        let numbers = read("x,tags\n1,10;9\n2,9\n", &["tags"]).unwrap();
        assert_eq!(numbers.table.class_labels, ["9", "10"]);
    }

    #[test]
    fn an_empty_cell_among_columns_of_zero_and_one_drops_its_row() {
        let table = read("x,a,b\n1,0,1\n2,,1\n3,1,1\n", &["a", "b"]).unwrap();
        assert_eq!((rows(&table), table.inspection.n_dropped), (vec![vec![1], vec![0, 1]], 1));
    }

    #[test]
    fn other_values_too_many_labels_and_unknown_columns_are_refused_in_a_sentence() {
        let refused = |text: &str, labels: &[&str]| read(text, labels).unwrap_err().to_string();
        let text = "x,a,b\n1,0,1\n2,1,2\n3,1,0\n";
        assert!(
            refused(text, &["a", "b"]).starts_with("row 2 has \"2\" in the label column \"b\": a label column has 0")
        );
        assert!(refused(text, &["b"]).starts_with("row 2 has \"2\" in the label column \"b\""));
        assert!(refused("x,a,b\n1,0,-1\n2,1,1\n", &["a", "b"]).contains("row 1 has \"-1\""));
        assert!(refused(text, &["a", "q"]).starts_with("there is no column \"q\": the columns are x, a, b"));
        assert!(
            refused("a,b\n0,1\n1,0\n", &["a", "b"]).contains("no feature column is left besides the label \"a, b\"")
        );
        assert_eq!(refused("x,a\n1,0\n2,0\n", &["a"]), LabelColumnsError::None.to_string());
        let many: Vec<String> = (0..1001).map(|k| format!("l{k}")).collect();
        let text = format!("x,tags\n1,{}\n2,l1\n", many.join(";"));
        assert_eq!(refused(&text, &["tags"]), "there are 1001 labels, training takes at most 1000: leave some out");
        let thousand = format!("x,tags\n1,{}\n2,l1\n", many[..1000].join(";"));
        assert_eq!(read(&thousand, &["tags"]).unwrap().sets.n_labels(), 1000);
    }
}
