//! How the numbers of a column are written, found out from all its cells: whether a comma is a decimal mark or stands
//! between thousands.
//!
//! A cell such as "0,5" or "1,234,567" can be read in one way only, and tells for its whole column. "1,250" can be read in
//! two ways; as long as no cell tells, a column keeps both values, and is settled by the other columns in the end.

use serde::Serialize;

use super::{
    DecimalMark, GroupMark,
    number::{Number, number, plain_number},
};

/// Numbers that can be read in two ways.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TwoReadings {
    /// Line of the first such number, from 1.
    pub line: u64,
    /// The number as it stands there.
    pub text: String,
    /// How many there are.
    pub n_cells: u64,
    /// Its value where the decimal mark is a point.
    pub under_point: f64,
    /// Its value where the decimal mark is a comma.
    pub under_comma: f64,
}

/// What is known of the writing of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Writing {
    /// The decimal mark, once a cell or a person has told it.
    pub(super) decimal: Option<DecimalMark>,
    /// Whether the mark was told by a cell of this column.
    pub(super) is_told: bool,
    /// Whether digits are never grouped.
    is_plain: bool,
    /// The values under a decimal comma, once one differs from that under a decimal point, and until the mark is known.
    under_comma: Option<Vec<f64>>,
    /// The first cell that can be read in two ways.
    two_ways: Option<TwoReadings>,
    /// The first mark of groups under a decimal point and under a decimal comma.
    groups: [Option<GroupMark>; 2],
    /// The whole numbers without a mark.
    whole: WholeNumbers,
}

/// Which lengths the whole numbers of a column have.
#[derive(Debug, Clone, Copy, Default)]
struct WholeNumbers {
    /// Whether there are some with one to three digits that are not 0.
    has_short: bool,
    /// Whether there are longer ones.
    has_long: bool,
}

impl Writing {
    /// Under a decimal mark that was chosen, where it was; `is_plain` says that digits are never grouped.
    pub(super) fn new(decimal: Option<DecimalMark>, is_plain: bool) -> Self {
        Self { decimal, is_plain, ..Self::default() }
    }

    /// Takes a cell's number; `false` where it is none.
    pub(super) fn take(&mut self, cell: &[u8], line: u64, values: &mut Vec<f64>) -> bool {
        if let Some(decimal) = self.decimal {
            let Some(number) = self.read(cell, decimal) else { return false };
            values.push(number.value);
            return true;
        }
        let point = self.read(cell, DecimalMark::Point);
        let comma = if cell.iter().any(|byte| b".,".contains(byte)) {
            self.read(cell, DecimalMark::Comma)
        } else {
            // Without a point or a comma both readings are the same, marks such as apostrophes included.
            let group = &mut self.groups[place(DecimalMark::Comma)];
            *group = group.or(point.as_ref().and_then(|number| number.group));
            point
        };
        match (point, comma) {
            (None, None) => return false,
            (Some(point), None) => {
                self.tell(DecimalMark::Point);
                values.push(point.value);
            }
            (None, Some(comma)) => {
                if let Some(under_comma) = self.tell(DecimalMark::Comma) {
                    *values = under_comma;
                }
                values.push(comma.value);
            }
            (Some(point), Some(comma)) => {
                if point.value.to_bits() == comma.value.to_bits() {
                    self.look_at_whole(&point);
                } else {
                    self.under_comma.get_or_insert_with(|| values.clone());
                    self.count_two_ways(cell, line, point.value, comma.value);
                }
                values.push(point.value);
                if let Some(under_comma) = &mut self.under_comma {
                    under_comma.push(comma.value);
                }
            }
        }
        true
    }

    /// Takes a cell without a value.
    pub(super) fn take_missing(&mut self, values: &mut Vec<f64>) {
        values.push(f64::NAN);
        if let Some(under_comma) = &mut self.under_comma {
            under_comma.push(f64::NAN);
        }
    }

    /// The decimal mark is known: lets go of what is not needed any more, and returns the values under a comma.
    fn tell(&mut self, decimal: DecimalMark) -> Option<Vec<f64>> {
        self.decimal = Some(decimal);
        self.is_told = true;
        self.two_ways = None;
        self.under_comma.take()
    }

    /// Settles a column in which no cell has told the mark.
    pub(super) fn settle(&mut self, decimal: DecimalMark, values: &mut Vec<f64>) {
        if self.decimal.is_none() {
            self.decimal = Some(decimal);
            let under_comma = self.under_comma.take();
            if let (DecimalMark::Comma, Some(under_comma)) = (decimal, under_comma) {
                *values = under_comma;
            }
        }
    }

    /// The numbers that can be read in two ways, where nothing tells which is right.
    pub(super) fn two_readings(&self) -> Option<TwoReadings> {
        self.two_ways.clone()
    }

    /// Whether there are numbers that can be read in two ways.
    pub(super) fn is_unsure(&self) -> bool {
        self.two_ways.is_some()
    }

    /// Something outside the column tells how it is to be read.
    pub(super) fn trust(&mut self) {
        self.two_ways = None;
    }

    /// Whether thousands are what the marks most likely stand between: beside them are whole numbers without a mark, and all
    /// of these are short.
    pub(super) fn looks_grouped(&self) -> bool {
        self.whole.has_short && !self.whole.has_long
    }

    /// The mark between groups of digits, once the decimal mark is known.
    pub(super) fn group(&self) -> Option<GroupMark> {
        self.groups[place(self.decimal?)]
    }

    /// The mark between groups of digits that a decimal mark would make of the cells.
    pub(super) fn group_under(&self, decimal: DecimalMark) -> Option<GroupMark> {
        self.groups[place(decimal)]
    }

    /// A number among words: each value in one spelling, but one that can be read in two ways as it stands.
    pub(super) fn spelled(&self, cell: &[u8]) -> Option<String> {
        let read =
            |decimal| if self.is_plain { plain_number(cell, decimal) } else { number(cell, decimal).map(|n| n.value) };
        if let Some(decimal) = self.decimal {
            return read(decimal).map(|value| value.to_string());
        }
        match (read(DecimalMark::Point), read(DecimalMark::Comma)) {
            (Some(point), Some(comma)) => Some(spelled(point, comma)),
            (point, comma) => point.or(comma).map(|value| value.to_string()),
        }
    }

    /// Both values of a row's cell: under a decimal point and under a decimal comma.
    pub(super) fn both(&self, values: &[f64], row: usize) -> (f64, f64) {
        let value = values[row];
        (value, self.under_comma.as_ref().map_or(value, |under_comma| under_comma[row]))
    }

    fn read(&mut self, cell: &[u8], decimal: DecimalMark) -> Option<Number> {
        if self.is_plain {
            return plain_number(cell, decimal).map(|value| Number { value, group: None });
        }
        let number = number(cell, decimal)?;
        if number.group.is_some() {
            let group = &mut self.groups[place(decimal)];
            *group = group.or(number.group);
        }
        Some(number)
    }

    fn look_at_whole(&mut self, number: &Number) {
        if number.value != 0.0 && number.value.fract() == 0.0 && number.group.is_none() {
            if number.value.abs() < 1000.0 { self.whole.has_short = true } else { self.whole.has_long = true }
        }
    }

    fn count_two_ways(&mut self, cell: &[u8], line: u64, under_point: f64, under_comma: f64) {
        match &mut self.two_ways {
            Some(two_ways) => two_ways.n_cells += 1,
            None => {
                let text = String::from_utf8_lossy(cell).into_owned();
                self.two_ways = Some(TwoReadings { line, text, n_cells: 1, under_point, under_comma });
            }
        }
    }
}

fn place(decimal: DecimalMark) -> usize {
    usize::from(decimal == DecimalMark::Comma)
}

/// A value whose cell can be read in two ways, as it stands in the file; any other in its shortest spelling.
pub(super) fn spelled(under_point: f64, under_comma: f64) -> String {
    if under_point.to_bits() == under_comma.to_bits() {
        under_point.to_string()
    } else if under_point.abs() < under_comma.abs() {
        // 1.250
        format!("{under_point:.3}")
    } else {
        // 1,250
        format!("{under_comma:.3}").replace('.', ",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values and decimal mark of a column, settled by `otherwise` where no cell tells.
    fn read(cells: &[&str], otherwise: DecimalMark) -> (Vec<f64>, Writing) {
        let (mut writing, mut values) = (Writing::new(None, false), Vec::new());
        for cell in cells {
            if cell.is_empty() {
                writing.take_missing(&mut values);
            } else {
                assert!(writing.take(cell.as_bytes(), 1, &mut values), "{cell}");
            }
        }
        writing.settle(otherwise, &mut values);
        (values, writing)
    }

    #[test]
    fn one_cell_that_can_be_read_in_one_way_tells_for_all() {
        for (cells, expected) in [
            (["1,250", "7", "1,234,567"], [1250.0, 7.0, 1_234_567.0]),
            (["1.250", "7", "0,5"], [1250.0, 7.0, 0.5]),
            (["0,5", "1.250", "7"], [0.5, 1250.0, 7.0]),
            (["1,250", "1.250", "0.5"], [1250.0, 1.25, 0.5]),
            (["1.250", "1,250", "2,5"], [1250.0, 1.25, 2.5]),
            (["1 250", "1,250", "2.5"], [1250.0, 1250.0, 2.5]),
        ] {
            for otherwise in DecimalMark::ALL {
                let (values, writing) = read(&cells, otherwise);
                assert_eq!((&values[..], writing.two_ways, writing.is_told), (&expected[..], None, true), "{cells:?}");
            }
        }
    }

    #[test]
    fn a_column_that_does_not_tell_is_settled_by_the_others() {
        let (values, writing) = read(&["1,250", "", "7"], DecimalMark::Point);
        assert_eq!((values[0], values[1].is_nan(), values[2]), (1250.0, true, 7.0));
        assert_eq!((writing.group(), writing.looks_grouped()), (Some(GroupMark::Comma), true));
        let (values, writing) = read(&["1,250", "", "7000"], DecimalMark::Comma);
        assert_eq!((values[0], values[1].is_nan(), values[2]), (1.25, true, 7000.0));
        assert_eq!((writing.group(), writing.looks_grouped()), (None, false));
        let two_ways = writing.two_ways.unwrap();
        assert_eq!((two_ways.under_point, two_ways.under_comma, two_ways.n_cells), (1250.0, 1.25, 1));
    }

    #[test]
    fn a_number_that_contradicts_the_column_is_a_word() {
        let (mut writing, mut values) = (Writing::new(None, false), Vec::new());
        assert!(writing.take(b"0.5", 1, &mut values) && !writing.take(b"0,5", 2, &mut values));
        let mut plain = Writing::new(Some(DecimalMark::Point), true);
        assert!(!plain.take(b"1,250", 1, &mut values));
    }

    #[test]
    fn spellings_are_those_of_the_file_where_they_can_be_read_in_two_ways() {
        let (mut writing, mut values) = (Writing::new(None, false), Vec::new());
        for cell in ["1,250", "-1.500", "07"] {
            writing.take(cell.as_bytes(), 1, &mut values);
        }
        let spelling = |row| {
            let (under_point, under_comma) = writing.both(&values, row);
            spelled(under_point, under_comma)
        };
        assert_eq!([spelling(0), spelling(1), spelling(2)], ["1,250", "-1.500", "7"]);
        assert_eq!(writing.spelled(b"+1,250").as_deref(), Some("1,250"));
        assert_eq!(writing.spelled(b"2,50").as_deref(), Some("2.5"));
        assert_eq!(writing.spelled(b"word"), None);
    }
}
