//! How a delimited text is written, found out from its beginning: separator, decimal mark, header.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    ImportSettings,
    cell::{MissingMarks, number},
    rows::Rows,
};

/// Rows of the beginning that are looked at.
const MOST_ROWS: usize = 200;

/// What stands between the fields of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`, usual where the comma is the decimal mark.
    Semicolon,
    /// The tabulator, as in `.tsv` files and on the clipboard.
    Tab,
    /// `|`
    Pipe,
}

impl Separator {
    /// Every separator.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The separator's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "Comma",
            Self::Semicolon => "Semicolon",
            Self::Tab => "Tab",
            Self::Pipe => "Pipe |",
        }
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// What stands before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// 0.5
    Point,
    /// 0,5
    Comma,
}

impl DecimalMark {
    /// Both marks.
    pub const ALL: [Self; 2] = [Self::Point, Self::Comma];

    /// The mark's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Point => "Point 0.5",
            Self::Comma => "Comma 0,5",
        }
    }
}

/// How a delimited text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Dialect {
    /// Between the fields.
    pub separator: Separator,
    /// In numbers.
    pub decimal: DecimalMark,
    /// Whether the first row names the columns.
    pub header: bool,
}

impl Dialect {
    /// Finds out what the settings leave open; `is_whole` tells whether the beginning is the whole text.
    pub(super) fn find(beginning: &[u8], is_whole: bool, line_end: u8, settings: &ImportSettings) -> Self {
        let rows_of = |separator| sample(beginning, is_whole, line_end, separator);
        let separator = settings.separator.unwrap_or_else(|| {
            let scored = Separator::ALL.map(|separator| (separator, score(&rows_of(separator))));
            let best = scored.into_iter().filter(|(_, score)| score[2] >= 2.0).reduce(|best, other| {
                let is_better = other.1.iter().zip(&best.1).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
                if is_better == Some(std::cmp::Ordering::Greater) { other } else { best }
            });
            best.map_or(Separator::Comma, |(separator, _)| separator)
        });
        let rows = rows_of(separator);
        let decimal = settings.decimal.unwrap_or_else(|| {
            let n_numbers = |mark| rows.iter().flatten().filter(|cell| number(cell, mark).is_some()).count();
            let has_more = n_numbers(DecimalMark::Comma) > n_numbers(DecimalMark::Point);
            if has_more { DecimalMark::Comma } else { DecimalMark::Point }
        });
        let marks = MissingMarks::new(settings.missing.as_deref());
        let header = settings.header.unwrap_or_else(|| has_header(&rows, decimal, &marks));
        Self { separator, decimal, header }
    }
}

/// The byte that ends lines: `\n`, or `\r` in texts that have no other.
pub(super) fn line_end(beginning: &[u8]) -> u8 {
    if !beginning.contains(&b'\n') && beginning.contains(&b'\r') { b'\r' } else { b'\n' }
}

type Cells = Vec<Vec<u8>>;

/// The first rows, without one that the end of the beginning cuts.
fn sample(beginning: &[u8], is_whole: bool, line_end: u8, separator: Separator) -> Vec<Cells> {
    let mut rows = Rows::new(beginning, separator.byte(), line_end);
    let mut sample = Vec::new();
    while sample.len() < MOST_ROWS
        && let Ok(Some(_)) = rows.next_row()
    {
        sample.push(rows.fields().map(<[u8]>::to_vec).collect());
    }
    if !is_whole && sample.len() > 1 && sample.len() < MOST_ROWS {
        sample.pop();
    }
    sample
}

/// How well a separator fits, the most telling first: the share of rows of the usual length, the share of cells in which
/// no other separator is left over, the usual number of fields.
fn score(rows: &[Cells]) -> [f64; 3] {
    let mut n_rows_of_length: HashMap<usize, usize> = HashMap::new();
    for row in rows {
        *n_rows_of_length.entry(row.len()).or_default() += 1;
    }
    let Some((&usual, &n_usual)) = n_rows_of_length.iter().max_by_key(|&(length, n)| (n, length)) else {
        return [0.0; 3];
    };
    let is_clean = |cell: &&Vec<u8>| {
        number(cell, DecimalMark::Comma).is_some()
            || !Separator::ALL.iter().any(|separator| cell.contains(&separator.byte()))
    };
    let n_cells = rows.iter().map(Vec::len).sum::<usize>().max(1);
    let n_clean = rows.iter().flatten().filter(is_clean).count();
    [n_usual as f64 / rows.len() as f64, n_clean as f64 / n_cells as f64, usual as f64]
}

/// Whether the first row names columns rather than being a sample.
///
/// A word above numbers is a name. Numbers above numbers are a sample, unless they count the columns. Among words, one
/// that comes again below is a value, and one above values that repeat is more likely a name.
fn has_header(rows: &[Cells], decimal: DecimalMark, marks: &MissingMarks) -> bool {
    let Some((first, below)) = rows.split_first() else { return true };
    let values: Vec<Option<f64>> = first.iter().map(|cell| number(cell, decimal)).collect();
    if below.is_empty() {
        return values.iter().all(Option::is_none);
    }
    let counts_columns = first.len() > 3 && {
        let numbers: Vec<f64> = values.iter().copied().flatten().collect();
        numbers.len() > 2 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0)
    };
    let (mut for_names, mut for_values) = (0_usize, 0_usize);
    for (column, (cell, value)) in first.iter().zip(values).enumerate() {
        let present: Vec<&Vec<u8>> =
            below.iter().filter_map(|row| row.get(column)).filter(|cell| !marks.contains(cell)).collect();
        if present.is_empty() || marks.contains(cell) {
            continue;
        }
        let n_numbers = present.iter().filter(|cell| number(cell, decimal).is_some()).count();
        let holds_numbers = n_numbers * 10 >= present.len() * 9;
        match (holds_numbers, value.is_some()) {
            (true, false) => return true,
            (true, true) if !counts_columns => for_values += 1,
            (false, false) => {
                let distinct: HashSet<&Vec<u8>> = present.iter().copied().collect();
                if distinct.contains(cell) {
                    for_values += 1;
                } else if distinct.len() < present.len() {
                    for_names += 1;
                }
            }
            _ => {}
        }
    }
    for_names > for_values || (for_values == 0 && (counts_columns || first.iter().any(|cell| !marks.contains(cell))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Dialect {
        Dialect::find(text.as_bytes(), true, line_end(text.as_bytes()), &ImportSettings::default())
    }

    fn check(text: &str, separator: Separator, decimal: DecimalMark, header: bool) {
        assert_eq!(found(text), Dialect { separator, decimal, header }, "{text}");
    }

    #[test]
    fn separator_decimal_mark_and_header_are_found_out() {
        use {DecimalMark::*, Separator as S};
        check("x,y\n1.5,a\n2,b\n", S::Comma, Point, true);
        check("1.5,2,a\n2,3,b\n", S::Comma, Point, false);
        check("x;y;k\n1,5;2,5;a\n2,0;3;b\n", S::Semicolon, Comma, true);
        check("1,5;2,5;a\n2,5;3,1;b\n", S::Semicolon, Comma, false);
        check("x\ty\n1.5\ta, b\n2\tc\n", S::Tab, Point, true);
        check("1|2|a\n3|4|b\n", S::Pipe, Point, false);
        check("\"1,5\",a\n\"2,5\",b\n", S::Comma, Comma, false);
        check("note,k\n\"a; b\",p\n\"c; d\",q\n\"c; d\",p\n", S::Comma, Point, true);
    }

    #[test]
    fn words_alone_are_told_apart_by_whether_they_come_again() {
        assert!(found("colour,kind\nred,p\nblue,q\nred,p\nblue,q\n").header);
        assert!(!found("red,p\nblue,q\nred,p\nblue,q\n").header);
        // Column numbers as pandas writes them.
        assert!(found("0,1,2,3,label\n5,1,4,2,a\n7,1,3,3,b\n6,2,2,2,a\n").header);
        assert!(!found("5.1,3.5,1.4,0.2,Iris-setosa\n4.9,3.0,1.4,0.2,Iris-setosa\n").header);
        assert!(!found("?,3.5,a\n4.9,3.0,b\n").header);
        assert!(found("a,y\n").header && !found("1,2,p\n").header);
    }

    #[test]
    fn what_is_chosen_is_not_found_out() {
        let text = b"1,5;2,5;a\n";
        let settings = ImportSettings {
            separator: Some(Separator::Comma),
            decimal: Some(DecimalMark::Point),
            header: Some(true),
            ..ImportSettings::default()
        };
        let expected = Dialect { separator: Separator::Comma, decimal: DecimalMark::Point, header: true };
        assert_eq!(Dialect::find(text, true, b'\n', &settings), expected);
    }
}
