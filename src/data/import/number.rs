//! Numbers as programs and people write them: with a decimal point or comma, and with groups of three digits.

use serde::Serialize;

use super::DecimalMark;

/// Longest number; what is longer is a word.
const LONGEST: usize = 64;

/// What stands between groups of three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupMark {
    /// 1,234,567
    Comma,
    /// 1.234.567
    Point,
    /// 1'234'567
    Apostrophe,
    /// 1 234 567, with any kind of blank
    Space,
}

impl GroupMark {
    /// The marks' name in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "commas",
            Self::Point => "points",
            Self::Apostrophe => "apostrophes",
            Self::Space => "spaces",
        }
    }

    /// The mark at the beginning of a text, with its length in bytes; where it is the decimal mark it is none.
    fn at(text: &[u8], decimal: DecimalMark) -> Option<(Self, usize)> {
        match (text, decimal) {
            ([b',', ..], DecimalMark::Point) => Some((Self::Comma, 1)),
            ([b'.', ..], DecimalMark::Comma) => Some((Self::Point, 1)),
            ([b'\'', ..], _) => Some((Self::Apostrophe, 1)),
            ([0xe2, 0x80, 0x99, ..], _) => Some((Self::Apostrophe, 3)),
            ([b' ', ..], _) => Some((Self::Space, 1)),
            ([0xc2, 0xa0, ..], _) => Some((Self::Space, 2)),
            // The figure space, the thin space and the narrow one that does not break.
            ([0xe2, 0x80, 0x87 | 0x89 | 0xaf, ..], _) => Some((Self::Space, 3)),
            _ => None,
        }
    }
}

/// A number of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    /// What stands between its groups of digits, where there are any.
    pub(super) group: Option<GroupMark>,
}

/// The finite number in a cell, with or without groups of digits.
pub(super) fn number(cell: &[u8], decimal: DecimalMark) -> Option<Number> {
    match plain_number(cell, decimal) {
        Some(value) => Some(Number { value, group: None }),
        None => grouped_number(cell, decimal),
    }
}

/// Whether a cell holds a number under either decimal mark.
pub(super) fn is_number(cell: &[u8]) -> bool {
    DecimalMark::ALL.into_iter().any(|decimal| number(cell, decimal).is_some())
}

/// The finite number in a cell without groups of digits.
pub(super) fn plain_number(cell: &[u8], decimal: DecimalMark) -> Option<f64> {
    // Words such as "inf" and "nan" would be taken for numbers otherwise.
    if !matches!(cell.first()?, b'0'..=b'9' | b'+' | b'-' | b'.' | b',') || !cell.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let value: f64 = match decimal {
        DecimalMark::Point => std::str::from_utf8(cell).ok()?.parse().ok()?,
        DecimalMark::Comma => {
            let mut copy = [0_u8; LONGEST];
            let copy = copy.get_mut(..cell.len())?;
            for (to, &from) in copy.iter_mut().zip(cell) {
                *to = match from {
                    b',' => b'.',
                    b'.' => return None,
                    other => other,
                };
            }
            std::str::from_utf8(copy).ok()?.parse().ok()?
        }
    };
    value.is_finite().then_some(value)
}

/// The number in a cell with at least one group of three digits: one to three digits that do not begin with 0, groups with
/// the same mark before each, and perhaps decimals.
fn grouped_number(cell: &[u8], decimal: DecimalMark) -> Option<Number> {
    let mut digits = String::new();
    let mut rest = cell;
    if let [sign @ (b'+' | b'-'), after @ ..] = rest {
        digits.push(char::from(*sign));
        rest = after;
    }
    let first = n_digits(rest);
    if !(1..=3).contains(&first) || rest[0] == b'0' || cell.len() > LONGEST {
        return None;
    }
    let mut take = |rest: &mut &[u8], n: usize| {
        digits.extend(rest[..n].iter().copied().map(char::from));
        *rest = &rest[n..];
    };
    take(&mut rest, first);
    let mut group = None;
    while let Some((mark, length)) = GroupMark::at(rest, decimal) {
        let after = &rest[length..];
        if *group.get_or_insert(mark) != mark || n_digits(after) != 3 {
            return None;
        }
        rest = after;
        take(&mut rest, 3);
    }
    let decimal_mark = if decimal == DecimalMark::Point { b'.' } else { b',' };
    if let [mark, after @ ..] = rest
        && *mark == decimal_mark
        && n_digits(after) > 0
        && n_digits(after) == after.len()
    {
        digits.push('.');
        digits.extend(after.iter().copied().map(char::from));
        rest = &[];
    }
    if group.is_none() || !rest.is_empty() {
        return None;
    }
    Some(Number { value: digits.parse().ok()?, group })
}

/// Number of digits at the beginning.
fn n_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(text: &str) -> Option<f64> {
        number(text.as_bytes(), DecimalMark::Point).map(|number| number.value)
    }

    fn comma(text: &str) -> Option<f64> {
        number(text.as_bytes(), DecimalMark::Comma).map(|number| number.value)
    }

    #[test]
    fn numbers_are_read_under_either_decimal_mark() {
        assert_eq!(
            [point("-1.5e3"), point("+2"), point(".5"), point("7.")],
            [Some(-1500.0), Some(2.0), Some(0.5), Some(7.0)]
        );
        assert_eq!([comma("1,5"), comma("-0,25e1"), comma("3")], [Some(1.5), Some(-2.5), Some(3.0)]);
        for text in ["", "-", "+", ".", "e5", "inf", "-inf", "nan", "1e999", "1,2", "0x10", "1_0", "1 2", "12a"] {
            assert_eq!(point(text), None, "{text}");
        }
        assert_eq!([comma("1.5"), comma("1,2,3"), comma(&"1".repeat(65))], [None; 3]);
    }

    #[test]
    fn groups_of_three_digits_are_read_with_every_mark() {
        for text in ["1,234,567.5", "1 234 567.5", "1'234'567.5", "1’234’567.5", "1\u{a0}234\u{a0}567.5"] {
            assert_eq!((point(text), comma(text)), (Some(1_234_567.5), None), "{text}");
        }
        for text in ["1.234.567,5", "1 234 567,5", "1\u{202f}234\u{202f}567,5", "1\u{2009}234\u{2009}567,5"] {
            assert_eq!((point(text), comma(text)), (None, Some(1_234_567.5)), "{text}");
        }
        assert_eq!((point("-1,250"), comma("-1,250")), (Some(-1250.0), Some(-1.25)));
        assert_eq!((point("1.250"), comma("1.250")), (Some(1.25), Some(1250.0)));
        assert_eq!((point("1 250"), comma("1 250")), (Some(1250.0), Some(1250.0)));
        let group = |text: &str| number(text.as_bytes(), DecimalMark::Point).and_then(|number| number.group);
        assert_eq!(
            [group("1,250"), group("1250"), group("1'250")],
            [Some(GroupMark::Comma), None, Some(GroupMark::Apostrophe)]
        );
    }

    #[test]
    fn what_is_not_grouped_by_threes_is_a_word() {
        for text in [
            "1,25",
            "1,2345",
            "12345,678",
            "0,250",
            "1,234'567",
            "1,234,",
            ",234",
            "1,234.",
            "1,234e3",
            "1  234",
            "1,,234",
        ] {
            assert_eq!(point(text), None, "{text}");
        }
        assert_eq!([comma("1.2.3"), comma("192.168.0.1"), comma("1.234.56")], [None; 3]);
    }
}
