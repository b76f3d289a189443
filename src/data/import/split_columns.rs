//! Splits that come with the data: a column that names the part of each row, groups that stay together, an order in time, or
//! files of their own.

use std::collections::HashMap;

use super::{
    DataError, Part, Scan, SplitBy,
    column::{Cells, Column, NO_WORD},
};
use crate::numbers::ordered_bits;

/// What splits the rows of a table, shape `[n_rows]` each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowSplit {
    /// The part of each row.
    Parts(Vec<Part>),
    /// The group of each row, numbered from 0.
    Groups(Vec<u32>),
    /// The place of each row in time; the same for rows of the same time.
    Times(Vec<u32>),
}

impl Scan {
    /// What splits the rows that are used; `None` where nothing of the kind was asked for.
    ///
    /// # Errors
    /// When a row has no value in the column, or one that names no part.
    pub(super) fn row_split(&self, by: Option<&SplitBy>, is_used: &[bool]) -> Result<Option<RowSplit>, DataError> {
        let Some(by) = by else { return Ok(self.parts_of_files(is_used)) };
        // The selection has made sure that it is there.
        let Some(column) = self.columns.iter().find(|column| column.name == by.column()) else { return Ok(None) };
        Ok(Some(match by {
            SplitBy::Part(_) => RowSplit::Parts(parts(column, is_used)?),
            SplitBy::Group(_) => {
                let mut known: HashMap<u64, u32> = HashMap::new();
                let values = values(column, is_used)?;
                let number = |value: u64| {
                    let next = known.len() as u32;
                    *known.entry(value).or_insert(next)
                };
                RowSplit::Groups(values.into_iter().map(number).collect())
            }
            SplitBy::Time(_) => {
                let values = values(column, is_used)?;
                let mut sorted = values.clone();
                sorted.sort_unstable();
                sorted.dedup();
                let place = |value: u64| sorted.partition_point(|other| *other < value) as u32;
                RowSplit::Times(values.into_iter().map(place).collect())
            }
        }))
    }

    /// The parts of rows that come from several files.
    fn parts_of_files(&self, is_used: &[bool]) -> Option<RowSplit> {
        if self.file_parts.is_empty() {
            return None;
        }
        let part_of = |row: usize| {
            let begun = self.file_parts.iter().rev().find(|(first, _)| *first <= row);
            begun.map_or(Part::Train, |(_, part)| *part)
        };
        let rows = (0..is_used.len()).filter(|&row| is_used[row]);
        Some(RowSplit::Parts(rows.map(part_of).collect()))
    }
}

fn no_value(column: &Column) -> DataError {
    DataError::SplitColumn {
        column: column.name.clone(),
        what: "has rows without a value: fill them in, or leave these rows out".to_owned(),
    }
}

/// Values of a column that are in the order of its numbers or words.
fn values(column: &Column, is_used: &[bool]) -> Result<Vec<u64>, DataError> {
    match &column.cells {
        Cells::Numbers(numbers) => {
            // −0 and 0 are the same.
            let used = numbers.iter().zip(is_used).filter(|(_, is_used)| **is_used);
            used.map(
                |(&number, _)| if number.is_nan() { Err(no_value(column)) } else { Ok(ordered_bits(number + 0.0)) },
            )
            .collect()
        }
        Cells::Words(words) => {
            let mut sorted: Vec<(&str, usize)> = words.words().enumerate().map(|(code, word)| (word, code)).collect();
            sorted.sort_unstable();
            let mut places = vec![0_u64; sorted.len()];
            for (place, (_, code)) in sorted.into_iter().enumerate() {
                places[code] = place as u64;
            }
            let used = words.codes.iter().zip(is_used).filter(|(_, is_used)| **is_used);
            used.map(|(&code, _)| if code == NO_WORD { Err(no_value(column)) } else { Ok(places[code as usize]) })
                .collect()
        }
        Cells::TooMany => Err(DataError::SplitColumn {
            column: column.name.clone(),
            what: "is text with too many different values: number the groups in the file".to_owned(),
        }),
    }
}

/// The part of each row.
fn parts(column: &Column, is_used: &[bool]) -> Result<Vec<Part>, DataError> {
    let wrong = |got: &str| DataError::SplitColumn {
        column: column.name.clone(),
        what: format!("is to say train, validation or test in every row, and has {got}"),
    };
    let Cells::Words(words) = &column.cells else { return Err(wrong("other values")) };
    let named: Vec<Option<Part>> = words.words().map(Part::named).collect();
    let used = words.codes.iter().zip(is_used).filter(|(_, is_used)| **is_used);
    let parts: Vec<Part> = used
        .map(|(&code, _)| {
            let part = named.get(code as usize).copied();
            part.ok_or_else(|| no_value(column))?.ok_or_else(|| {
                let word: String = words.words().nth(code as usize).unwrap_or_default().chars().take(40).collect();
                wrong(&format!("\"{word}\""))
            })
        })
        .collect::<Result<_, _>>()?;
    match parts.iter().find(|part| **part == Part::Train) {
        Some(_) => Ok(parts),
        None => Err(wrong("no row to train on")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ImportSettings, Imported, read_table};

    fn read(text: &str, by: SplitBy) -> Result<Imported, DataError> {
        read_table(text.as_bytes(), &ImportSettings { split_by: Some(by), ..ImportSettings::default() })
    }

    #[test]
    fn a_column_that_splits_is_no_feature() {
        let text = "x,who,when,set,y\n1,a,3,train,p\n2,b,-1,Val,q\n3,a,3,TEST,p\n,c,9,test,q\n5,b,0,train,q\n";
        let split = |by| read(text, by).map(|imported| (imported.split, imported.table.feature_names.clone()));
        let (parts, names) = split(SplitBy::Part("set".to_owned())).unwrap();
        // The fourth row has no x and is dropped.
        let expected = [Part::Train, Part::Validation, Part::Test, Part::Train].to_vec();
        assert_eq!(parts.as_deref(), Some(&RowSplit::Parts(expected)));
        assert!(names.iter().all(|name| !name.starts_with("set")) && names.contains(&"when".to_owned()), "{names:?}");
        let (groups, _) = split(SplitBy::Group("who".to_owned())).unwrap();
        assert_eq!(groups.as_deref(), Some(&RowSplit::Groups(vec![0, 1, 0, 1])));
        let (times, _) = split(SplitBy::Time("when".to_owned())).unwrap();
        assert_eq!(times.as_deref(), Some(&RowSplit::Times(vec![2, 0, 2, 1])));
    }

    #[test]
    fn a_column_that_cannot_split_is_refused_in_a_sentence() {
        let check = |text: &str, by: SplitBy, expected: &str| {
            let message = read(text, by).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        };
        let part = || SplitBy::Part("s".to_owned());
        check(
            "x,s,y\n1,train,a\n2,later,b\n3,test,a\n",
            part(),
            "column \"s\" is to say train, validation or test in every row, and has \"later\"",
        );
        check("x,s,y\n1,test,a\n2,test,b\n", part(), "and has no row to train on");
        check("x,s,y\n1,1,a\n2,2,b\n3,2,b\n", part(), "and has other values");
        check("x,s,y\n1,g,a\n2,,b\n3,h,b\n", SplitBy::Group("s".to_owned()), "column \"s\" has rows without a value");
        check("x,s,y\n1,g,a\n2,h,b\n", SplitBy::Time("t".to_owned()), "there is no column \"t\"");
    }
}
