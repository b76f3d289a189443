//! How a delimited text is written: separator and header, found out from its beginning. The decimal mark follows from all
//! rows; see [`super::writing`].

use std::collections::{HashMap, HashSet};

use super::{
    DecimalMark, Dialect, ImportSettings, Separator,
    missing::MissingMarks,
    number::{is_number, plain_number},
    rows::Rows,
};

/// Rows of the beginning that are looked at.
const MOST_ROWS: usize = 200;
/// Share of rows with the usual number of fields from which on white space is taken for the separator where no sign fits.
const LEAST_SHARE_OF_ROWS: f64 = 0.9;

/// What the beginning of a text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The decimal mark is the chosen one, else a point until all rows are read.
    pub(super) dialect: Dialect,
    /// The last column in which there is a value; `None` where there is none.
    pub(super) last_filled: Option<usize>,
}

impl Dialect {
    /// Finds out what the settings leave open; `is_whole` tells whether the beginning is the whole text.
    pub(super) fn find(beginning: &[u8], is_whole: bool, line_end: u8, settings: &ImportSettings) -> Found {
        let rows_of = |separator| sample(beginning, is_whole, line_end, separator);
        let separator = settings.separator.unwrap_or_else(|| find_separator(rows_of));
        let rows = rows_of(separator);
        let marks = MissingMarks::new(settings.missing.as_deref());
        let header = settings.header.unwrap_or_else(|| has_header(&rows, &marks));
        let last_filled_of = |row: &Cells| row.iter().rposition(|cell| !marks.contains(cell));
        let last_filled = rows.iter().filter_map(last_filled_of).max();
        let decimal = settings.decimal.unwrap_or(DecimalMark::Point);
        Found { dialect: Self { separator, decimal, header }, last_filled }
    }
}

/// The separator that fits best; white space where it fits in every row and no sign does, or signs leave blanks behind.
fn find_separator(rows_of: impl Fn(Separator) -> Vec<Cells>) -> Separator {
    let scored = Separator::SIGNS.map(|separator| {
        let rows = rows_of(separator);
        (separator, score(&rows), rows)
    });
    let best = scored.into_iter().filter(|(_, score, _)| score[2] >= 2.0).reduce(|best, other| {
        let is_better = other.1.iter().zip(&best.1).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        if is_better == Some(std::cmp::Ordering::Greater) { other } else { best }
    });
    let [share_of_rows, share_of_cells, n_fields] = score(&rows_of(Separator::WhiteSpace));
    let has_fields = n_fields >= 2.0;
    match best {
        None if has_fields && share_of_rows >= LEAST_SHARE_OF_ROWS => Separator::WhiteSpace,
        None => Separator::Comma,
        Some((separator, _, rows)) => {
            let is_perfect = has_fields && share_of_rows == 1.0 && share_of_cells == 1.0;
            if is_perfect && leaves_blanks(&rows, separator) { Separator::WhiteSpace } else { separator }
        }
    }
}

/// Whether more than half of the rows have a field that looks like several: words or numbers with many blanks between
/// them, or beside a comma, which may be a decimal mark, with any.
fn leaves_blanks(rows: &[Cells], separator: Separator) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let has_blanks = |cell: &Cell| match separator {
        Separator::Comma => cell.iter().any(is_blank),
        _ => cell.windows(2).any(|pair| pair.iter().all(is_blank)),
    };
    let n = rows.iter().filter(|row| row.iter().any(|cell| has_blanks(cell) && !is_number(cell))).count();
    2 * n > rows.len()
}

/// The byte that ends lines: `\n`, or `\r` in texts that have no other.
pub(super) fn line_end(beginning: &[u8]) -> u8 {
    if !beginning.contains(&b'\n') && beginning.contains(&b'\r') { b'\r' } else { b'\n' }
}

type Cell = Vec<u8>;
type Cells = Vec<Cell>;

/// The first rows, without one that the end of the beginning cuts.
fn sample(beginning: &[u8], is_whole: bool, line_end: u8, separator: Separator) -> Vec<Cells> {
    let mut rows = Rows::new(beginning, separator, line_end);
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
    let is_clean =
        |cell: &&Vec<u8>| is_number(cell) || !Separator::SIGNS.iter().any(|separator| cell.contains(&separator.byte()));
    let n_cells = rows.iter().map(Vec::len).sum::<usize>().max(1);
    let n_clean = rows.iter().flatten().filter(is_clean).count();
    [n_usual as f64 / rows.len() as f64, n_clean as f64 / n_cells as f64, usual as f64]
}

/// Whether the first row names columns rather than being a sample.
///
/// A word above numbers is a name. Numbers above numbers are a sample, unless they count the columns. Among words, one
/// that comes again below is a value, and one above values that repeat is more likely a name.
fn has_header(rows: &[Cells], marks: &MissingMarks) -> bool {
    let Some((first, below)) = rows.split_first() else { return true };
    let is_value: Vec<bool> = first.iter().map(|cell| is_number(cell)).collect();
    if below.is_empty() {
        return !is_value.contains(&true);
    }
    let counts_columns = first.len() > 3 && {
        let numbers: Vec<f64> = first.iter().filter_map(|cell| plain_number(cell, DecimalMark::Point)).collect();
        numbers.len() > 2 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0)
    };
    let (mut for_names, mut for_values) = (0_usize, 0_usize);
    for (column, (cell, is_value)) in first.iter().zip(is_value).enumerate() {
        let present: Vec<&Vec<u8>> =
            below.iter().filter_map(|row| row.get(column)).filter(|cell| !marks.contains(cell)).collect();
        if present.is_empty() || marks.contains(cell) {
            continue;
        }
        let n_numbers = present.iter().filter(|cell| is_number(cell)).count();
        let holds_numbers = n_numbers * 10 >= present.len() * 9;
        match (holds_numbers, is_value) {
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
    use crate::data::{ReadHooks, Scan};

    /// As a reader of the whole text has it in the end.
    fn found(text: &str) -> Dialect {
        Scan::read(text.as_bytes(), None, &ImportSettings::default(), &ReadHooks::silent()).unwrap().dialect
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
        assert_eq!(Dialect::find(text, true, b'\n', &settings).dialect, expected);
    }

    #[test]
    fn white_space_is_found_where_nothing_else_separates() {
        use {DecimalMark::*, Separator as S};
        check("ADT1  0.58  0.61  MIT\nADT2  0.43  0.67  CYT\n", S::WhiteSpace, Point, false);
        check(" 1 0.5 a\n 12 0.25 b\n", S::WhiteSpace, Point, false);
        check("width height kind\n0,58 0,61 MIT\n0,43 0,67 CYT\n", S::WhiteSpace, Comma, true);
        check("0,58 MIT\n0,43 CYT\n", S::WhiteSpace, Comma, false);
        check(
            "18.0   8   130.0\t\"chevrolet chevelle\"\n15.0   8   165.0\t\"buick skylark 320\"\n",
            S::WhiteSpace,
            Point,
            false,
        );
        check("A11 6 A34 1169 1\nA12 48 A32 5951 2\n", S::WhiteSpace, Point, false);
    }

    #[test]
    fn blanks_in_words_do_not_make_white_space_the_separator() {
        use {DecimalMark::*, Separator as S};
        check("city,x,k\nNew York,5.5,a\nLos Angeles,6,b\n", S::Comma, Point, true);
        check("John Smith\t5\ta\nJane Miller\t7\tb\n", S::Tab, Point, false);
        check("John Smith;5;a\nJane Miller;7;b\n", S::Semicolon, Point, false);
        check("1.5, 2, a\n2.5, 3, b\n", S::Comma, Point, false);
        // Thousands, not columns.
        check("1 234.5,5 678.5,a\n2 345.5,6 789.5,b\n", S::Comma, Point, false);
    }
}
