//! Dates, percentages and amounts of money as numbers, where a whole column is written so.

use std::str::FromStr;

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike};
use serde::Serialize;

use super::{DecimalMark, number::number};

/// Signs of currencies.
const CURRENCIES: [char; 8] = ['$', '€', '£', '¥', '₩', '₹', '₽', '₺'];
/// Years that dates have; others are something else, such as the numbers of versions.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=2999;
/// Days from the first of the calendar to 1970-01-01.
const EPOCH: i32 = 719_163;
const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// A form in which the numbers of a whole column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A date, perhaps with a time of day: days since 1970-01-01.
    Date,
    /// A number with %: the number before it.
    Percentage,
    /// A number with the sign of a currency.
    Money,
}

/// The form of a column's numbers, with the first of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormReport {
    /// The form.
    pub form: Form,
    /// The first number as it stands in the file.
    pub text: String,
    /// Its value.
    pub value: f64,
}

impl FormReport {
    /// What is said of it, without a full stop.
    pub(super) fn explanation(&self) -> String {
        let Self { form, text, value } = self;
        let form = match form {
            Form::Date => "dates, in days since 1970-01-01",
            Form::Percentage => "percentages",
            Form::Money => "amounts of money",
        };
        format!("{form}: \"{text}\" is {value}")
    }
}

/// How the numbers of a column are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// 2020-01-31 or 2020/01/31.
    YearFirst,
    /// 31.1.2020.
    Dotted,
    /// 1/31/2020.
    MonthFirst,
    /// 31/1/2020.
    DayFirst,
    Percentage(DecimalMark),
    Money(DecimalMark),
}

impl Spelling {
    /// Every spelling; of two that fit the first is taken.
    const ALL: [Self; 8] = [
        Self::YearFirst,
        Self::Dotted,
        Self::MonthFirst,
        Self::DayFirst,
        Self::Percentage(DecimalMark::Point),
        Self::Percentage(DecimalMark::Comma),
        Self::Money(DecimalMark::Point),
        Self::Money(DecimalMark::Comma),
    ];

    /// The spelling that all words have, under a decimal mark where one is known; `None` where there is none, and where a day
    /// may be a month in every one of them.
    pub(super) fn find<'w>(words: impl Iterator<Item = &'w str>, decimal: Option<DecimalMark>) -> Option<Self> {
        let is_known = |spelling: &Self| match spelling {
            Self::Percentage(mark) | Self::Money(mark) => decimal.is_none_or(|decimal| decimal == *mark),
            _ => true,
        };
        let mut fitting: Vec<Self> = Self::ALL.into_iter().filter(is_known).collect();
        let mut is_any = false;
        for word in words {
            is_any = true;
            fitting.retain(|spelling| spelling.read(word).is_some());
            if fitting.is_empty() {
                return None;
            }
        }
        let is_unsure = fitting.starts_with(&[Self::MonthFirst, Self::DayFirst]);
        fitting.first().copied().filter(|_| is_any && !is_unsure)
    }

    /// The form that it is a spelling of.
    pub(super) fn form(self) -> Form {
        match self {
            Self::Percentage(_) => Form::Percentage,
            Self::Money(_) => Form::Money,
            _ => Form::Date,
        }
    }

    /// The number in a cell.
    pub(super) fn read(self, cell: &str) -> Option<f64> {
        match self {
            Self::YearFirst => moment(cell, &["%Y-%m-%d", "%Y/%m/%d"]),
            Self::Dotted => moment(cell, &["%d.%m.%Y"]),
            Self::MonthFirst => moment(cell, &["%m/%d/%Y"]),
            Self::DayFirst => moment(cell, &["%d/%m/%Y"]),
            Self::Percentage(decimal) => {
                number(cell.strip_suffix('%')?.trim_end().as_bytes(), decimal).map(|number| number.value)
            }
            Self::Money(decimal) => money(cell, decimal),
        }
    }
}

/// An amount with the sign of a currency before or after it, a minus before both or before the number.
fn money(cell: &str, decimal: DecimalMark) -> Option<f64> {
    let (sign, bare) = match cell.strip_prefix('-') {
        Some(bare) => (-1.0, bare.trim_start()),
        None => (1.0, cell),
    };
    let bare = bare.strip_prefix(CURRENCIES).or_else(|| bare.strip_suffix(CURRENCIES))?.trim();
    number(bare.as_bytes(), decimal).map(|number| sign * number.value)
}

/// Days since 1970-01-01 of a date, with the share of the day where a time stands behind it.
fn moment(cell: &str, formats: &[&str]) -> Option<f64> {
    // Words are many, and a number is a cheap look.
    if !cell.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let (date, time) = cell.split_once(['T', ' ']).map_or((cell, None), |(date, time)| (date, Some(time)));
    let date = formats.iter().find_map(|format| NaiveDate::parse_from_str(date, format).ok())?;
    if !YEARS.contains(&date.year()) {
        return None;
    }
    let days = f64::from(date.num_days_from_ce() - EPOCH);
    Some(days + time.map_or(Some(0.0), |time| share_of_day(time.trim()))?)
}

/// A time of day, perhaps with its distance to UTC.
fn share_of_day(time: &str) -> Option<f64> {
    let (time, offset) = match (time.strip_suffix('Z'), time.rfind(['+', '-'])) {
        (Some(time), _) => (time, 0),
        (None, Some(at)) => (time.get(..at)?, FixedOffset::from_str(time.get(at..)?).ok()?.local_minus_utc()),
        (None, None) => (time, 0),
    };
    let time =
        ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(time.trim_end(), format).ok())?;
    let seconds = f64::from(time.num_seconds_from_midnight()) + f64::from(time.nanosecond()) / 1e9;
    Some((seconds - f64::from(offset)) / SECONDS_OF_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Option<(Spelling, Vec<f64>)> {
        let spelling = Spelling::find(words.iter().copied(), None)?;
        Some((spelling, words.iter().map(|word| spelling.read(word).unwrap()).collect()))
    }

    #[test]
    fn dates_become_days_since_1970() {
        use Spelling::{DayFirst, Dotted, MonthFirst, YearFirst};
        assert_eq!(read(&["1970-01-01", "2020-02-29", "1969-12-31"]), Some((YearFirst, vec![0.0, 18_321.0, -1.0])));
        assert_eq!(read(&["2020/1/31"]), Some((YearFirst, vec![18_292.0])));
        assert_eq!(read(&["31.1.2020", "01.02.1970"]), Some((Dotted, vec![18_292.0, 31.0])));
        assert_eq!(read(&["1/2/2020", "1/31/2020"]), Some((MonthFirst, vec![18_263.0, 18_292.0])));
        assert_eq!(read(&["1/2/2020", "31/1/2020"]), Some((DayFirst, vec![18_293.0, 18_292.0])));
        assert_eq!(read(&["1/2/2020", "3/4/2020"]), None, "a day may be a month in each");
        assert_eq!(
            read(&["1970-01-02T12:00:00Z", "1970-01-01 06:00", "1970-01-01T01:00:00.0+01:00"]),
            Some((YearFirst, vec![1.5, 0.25, 0.0]))
        );
        for text in
            ["1.2.3", "2020-13-01", "2020-02-30", "1/31/20", "192.168.0.1", "today", "2020-01-01x", "2020-01-01 25:00"]
        {
            assert_eq!(read(&[text]), None, "{text}");
        }
        assert_eq!(read(&["2020-01-31", "31.1.2020"]), None);
    }

    #[test]
    fn percentages_and_amounts_become_their_numbers() {
        use DecimalMark::{Comma, Point};
        assert_eq!(read(&["12.5%", "-3 %"]), Some((Spelling::Percentage(Point), vec![12.5, -3.0])));
        assert_eq!(read(&["12,5%", "100%"]), Some((Spelling::Percentage(Comma), vec![12.5, 100.0])));
        assert_eq!(
            read(&["$1,250.50", "-$3", "$-4", "5 $"]),
            Some((Spelling::Money(Point), vec![1250.5, -3.0, -4.0, 5.0]))
        );
        assert_eq!(read(&["1.250,50 €", "€3"]), Some((Spelling::Money(Comma), vec![1250.5, 3.0])));
        assert_eq!(read(&["₩12,000"]), Some((Spelling::Money(Point), vec![12_000.0])));
        assert_eq!(Spelling::find(["₩12,000"].into_iter(), Some(Comma)), Some(Spelling::Money(Comma)));
        for words in [&["5", "5%"][..], &["$"], &["%"], &["$5€x"], &["5%", "$5"], &["A$", "$5"], &[]] {
            assert_eq!(read(words), None, "{words:?}");
        }
    }
}
