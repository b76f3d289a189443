//! A column while it is read: numbers as long as there are few words among them, then words, as long as these are few, and
//! numbers again where all of the words are numbers in the same form.

use std::collections::HashMap;

use super::{
    DataError, DecimalMark,
    forms::{FormReport, Spelling},
    keel::Declared,
    missing::MissingMarks,
    writing::{Writing, spelled},
};

/// Most different values of a text column that becomes a feature for each.
pub const MOST_VALUES_OF_TEXT: usize = 50;
/// Most different values of a text column, or of the label, that are told apart.
pub const MOST_WORDS: usize = 10_000;
/// Words among numbers up to which a column may still be one of numbers, besides a hundredth of its rows.
const MOST_STRAY_WORDS: usize = 20;
/// The code of a missing word.
pub(super) const NO_WORD: u32 = u32::MAX;

/// A column of the file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) declared: Declared,
    pub(super) is_label: bool,
    pub(super) cells: Cells,
    pub(super) writing: Writing,
    /// How its numbers are spelled, where they are dates, percentages or amounts of money.
    pub(super) form: Option<(Spelling, FormReport)>,
    /// Cells without a value.
    pub(super) n_missing: u64,
    /// Whether it is the first column and has no name, as an index that was written with a table.
    pub(super) may_be_index: bool,
    /// Words among numbers: they are missing values if they stay few.
    pub(super) stray_words: Vec<StrayWord>,
    /// Rows of lone minuses among numbers, which are missing values there and words among words.
    minuses: Vec<u32>,
    /// Line and text of the first word.
    pub(super) first_word: Option<(u64, String)>,
}

/// A word among numbers.
#[derive(Debug, Clone)]
pub(super) struct StrayWord {
    row: u32,
    pub(super) line: u64,
    pub(super) word: String,
}

/// What is kept of the cells.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    /// Values, not a number where one is missing.
    Numbers(Vec<f64>),
    /// Words by their codes.
    Words(Words),
    /// Too many different words to be of use.
    TooMany,
}

impl Cells {
    /// 1 for each row that is used and has no value, 0 for each that has one.
    pub(super) fn gaps(&self, is_used: &[bool]) -> Vec<f64> {
        let flag = |is_missing: bool| f64::from(u8::from(is_missing));
        let used = |(_, is_used): &(bool, &bool)| **is_used;
        match self {
            Self::Numbers(values) => {
                values.iter().map(|value| value.is_nan()).zip(is_used).filter(used).map(|(gap, _)| flag(gap)).collect()
            }
            Self::Words(words) => words
                .codes
                .iter()
                .map(|&code| code == NO_WORD)
                .zip(is_used)
                .filter(used)
                .map(|(gap, _)| flag(gap))
                .collect(),
            Self::TooMany => Vec::new(),
        }
    }

    /// Whether a row that is used has no value.
    pub(super) fn has_gap(&self, is_used: &[bool]) -> bool {
        self.gaps(is_used).contains(&1.0)
    }
}

/// Words, each kept once, in little more memory than they take in the file: a wide file can have millions.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// Number of each cell's word in the order in which words were met, [`NO_WORD`] where it is missing.
    pub(super) codes: Vec<u32>,
    /// The different words, one behind the other.
    text: String,
    /// End of each word in `text`.
    ends: Vec<u32>,
    /// Codes in the order of their words.
    order: Vec<u32>,
}

impl Words {
    /// Number of different words.
    pub(super) fn n_words(&self) -> usize {
        self.ends.len()
    }

    /// The different words in the order in which they were met.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.n_words()).map(|code| self.word(code as u32))
    }

    fn word(&self, code: u32) -> &str {
        let end_of = |code: usize| self.ends.get(code).map_or(0, |&end| end as usize);
        let start = (code as usize).checked_sub(1).map_or(0, end_of);
        self.text.get(start..end_of(code as usize)).unwrap_or_default()
    }

    pub(super) fn push(&mut self, word: &str) {
        let last = self.codes.last().copied().filter(|&code| code != NO_WORD && self.word(code) == word);
        let code = last.unwrap_or_else(|| match self.order.binary_search_by(|&code| self.word(code).cmp(word)) {
            Ok(place) => self.order[place],
            Err(place) => {
                let code = self.n_words() as u32;
                self.text.push_str(word);
                self.ends.push(self.text.len() as u32);
                self.order.insert(place, code);
                code
            }
        });
        self.codes.push(code);
    }
}

impl Column {
    pub(super) fn new(name: String, declared: Declared, is_label: bool, writing: Writing) -> Self {
        let has_words = is_label || declared == Declared::Nominal;
        let cells = if has_words { Cells::Words(Words::default()) } else { Cells::Numbers(Vec::new()) };
        let (stray_words, minuses) = (Vec::new(), Vec::new());
        let (n_missing, may_be_index, first_word, form) = (0, false, None, None);
        Self {
            name,
            declared,
            is_label,
            cells,
            writing,
            form,
            n_missing,
            may_be_index,
            stray_words,
            minuses,
            first_word,
        }
    }

    /// Takes the next cell.
    ///
    /// # Errors
    /// When it is a word that is not UTF-8.
    pub(super) fn push(&mut self, cell: &[u8], line: u64, marks: &mut MissingMarks) -> Result<(), DataError> {
        if let Some((spelling, _)) = self.form {
            return self.push_spelled(spelling, cell, line, marks);
        }
        if !marks.come_first
            && let Cells::Numbers(values) = &mut self.cells
            && self.writing.take(cell, line, values)
        {
            return Ok(());
        }
        if marks.meet(cell) {
            self.n_missing += 1;
            match &mut self.cells {
                Cells::Numbers(values) => self.writing.take_missing(values),
                Cells::Words(words) => words.codes.push(NO_WORD),
                Cells::TooMany => {}
            }
            return Ok(());
        }
        if let Cells::Numbers(values) = &mut self.cells
            && self.writing.take(cell, line, values)
        {
            return Ok(());
        }
        let word = std::str::from_utf8(cell).map_err(|_| DataError::NotText { line })?;
        if let Cells::Numbers(values) = &mut self.cells {
            let row = values.len() as u32;
            self.writing.take_missing(values);
            if marks.is_minus(cell) {
                self.minuses.push(row);
            } else {
                self.stray_words.push(StrayWord { row, line, word: word.to_owned() });
                if self.stray_words.len() > MOST_STRAY_WORDS + values.len() / 100 {
                    self.become_words();
                }
            }
            return Ok(());
        }
        if let Cells::Words(words) = &mut self.cells {
            let is_spelled_freely = !self.is_label && self.declared != Declared::Nominal;
            // As the numbers before the first word: "1.0" and "1" are the same value.
            match is_spelled_freely.then(|| self.writing.spelled(cell)).flatten() {
                Some(number) => words.push(&number),
                None => words.push(word),
            }
            if words.n_words() > MOST_WORDS && !self.take_form(marks) {
                self.cells = Cells::TooMany;
            }
        }
        Ok(())
    }

    /// Takes the next cell of a column whose numbers have a form.
    fn push_spelled(
        &mut self,
        spelling: Spelling,
        cell: &[u8],
        line: u64,
        marks: &mut MissingMarks,
    ) -> Result<(), DataError> {
        let Cells::Numbers(values) = &mut self.cells else { return Ok(()) };
        let row = values.len() as u32;
        if marks.meet(cell) {
            self.n_missing += 1;
            values.push(f64::NAN);
            return Ok(());
        }
        let word = std::str::from_utf8(cell).map_err(|_| DataError::NotText { line })?;
        let value = spelling.read(word);
        values.push(value.unwrap_or(f64::NAN));
        if value.is_some() {
        } else if marks.is_minus(cell) {
            self.minuses.push(row);
        } else {
            self.stray_words.push(StrayWord { row, line, word: word.to_owned() });
            if self.stray_words.len() > MOST_STRAY_WORDS + values.len() / 100 {
                self.become_words();
            }
        }
        Ok(())
    }

    /// Turns words that are all numbers in one form into numbers; `false` where they are not.
    fn take_form(&mut self, marks: &mut MissingMarks) -> bool {
        let Cells::Words(words) = &self.cells else { return false };
        let is_minus = |word: &str| marks.is_minus(word.as_bytes());
        let present = || words.words().filter(|word| !is_minus(word));
        let is_free = !self.is_label && self.declared == Declared::Anything;
        let spelling = if is_free { Spelling::find(present(), self.writing.decimal) } else { None };
        let (Some(spelling), Some(first)) = (spelling, present().next()) else { return false };
        let value_of: Vec<Option<f64>> = words.words().map(|word| spelling.read(word)).collect();
        let report = FormReport {
            form: spelling.form(),
            text: first.to_owned(),
            value: spelling.read(first).unwrap_or_default(),
        };
        let value = |&code: &u32| value_of.get(code as usize).copied().flatten().unwrap_or(f64::NAN);
        let values: Vec<f64> = words.codes.iter().map(value).collect();
        let n_minuses = words.codes.iter().filter(|&&code| value_of.get(code as usize) == Some(&None)).count() as u64;
        self.n_missing += n_minuses;
        marks.meet_minuses(n_minuses);
        (self.cells, self.form, self.first_word) = (Cells::Numbers(values), Some((spelling, report)), None);
        self.writing = Writing::new(Some(DecimalMark::Point), true);
        true
    }

    /// All cells are read: decides whether words among numbers are missing values, one in a thousand at most, or one in a
    /// hundred where they would make a text of too many values; else the column holds words.
    pub(super) fn finish(&mut self, marks: &mut MissingMarks) {
        let Cells::Numbers(values) = &self.cells else {
            self.take_form(marks);
            return;
        };
        let n_numbers = values.iter().filter(|value| !value.is_nan()).count();
        let n_words = self.stray_words.len();
        let would_be_useless = || match self.as_words(values) {
            Cells::Words(words) => words.n_words() > MOST_VALUES_OF_TEXT,
            _ => true,
        };
        if 1000 * n_words > n_numbers && !(100 * n_words <= n_numbers && would_be_useless()) {
            self.become_words();
            self.take_form(marks);
            return;
        }
        self.n_missing += (n_words + self.minuses.len()) as u64;
        marks.meet_minuses(self.minuses.len() as u64);
    }

    /// Turns numbers and the words among them into words.
    fn become_words(&mut self) {
        let Cells::Numbers(values) = &self.cells else { return };
        // What the numbers of a form looked like is not kept.
        self.cells = if self.form.take().is_some() { Cells::TooMany } else { self.as_words(values) };
        self.first_word = self.stray_words.first().map(|stray| (stray.line, stray.word.chars().take(40).collect()));
        (self.stray_words, self.minuses) = (Vec::new(), Vec::new());
    }

    /// Numbers as words, in their shortest spelling, with the words among them.
    fn as_words(&self, values: &[f64]) -> Cells {
        let mut words = Words::default();
        let mut codes: HashMap<(u64, u64), u32> = HashMap::new();
        let mut strays = self.stray_words.iter().peekable();
        let mut minuses = self.minuses.iter().peekable();
        for row in 0..values.len() {
            let (under_point, under_comma) = self.writing.both(values, row);
            let key = (under_point.to_bits(), under_comma.to_bits());
            if let Some(stray) = strays.next_if(|stray| stray.row as usize == row) {
                words.push(&stray.word);
            } else if minuses.next_if(|&&minus| minus as usize == row).is_some() {
                words.push("-");
            } else if under_point.is_nan() {
                words.codes.push(NO_WORD);
            } else if let Some(&code) = codes.get(&key) {
                words.codes.push(code);
            } else {
                words.push(&spelled(under_point, under_comma));
                codes.extend(words.codes.last().map(|&code| (key, code)));
            }
            if words.n_words() > MOST_WORDS {
                return Cells::TooMany;
            }
        }
        Cells::Words(words)
    }

    /// Whether there is a number in it and nothing else.
    pub(super) fn holds_numbers(&self) -> bool {
        matches!(&self.cells, Cells::Numbers(values) if !values.is_empty())
    }

    /// Settles how the numbers are written, where no cell has told it.
    pub(super) fn settle(&mut self, decimal: DecimalMark) {
        if let Cells::Numbers(values) = &mut self.cells {
            self.writing.settle(decimal, values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str], is_label: bool) -> Column {
        let mut column = Column::new("c".to_owned(), Declared::Anything, is_label, Writing::default());
        let mut marks = MissingMarks::new(None);
        for (row, cell) in cells.iter().enumerate() {
            column.push(cell.as_bytes(), row as u64 + 1, &mut marks).unwrap();
        }
        column.finish(&mut marks);
        column
    }

    fn words(column: &Column) -> (&[u32], Vec<&str>) {
        let Cells::Words(words) = &column.cells else { panic!("{column:?}") };
        (&words.codes, words.words().collect())
    }

    #[test]
    fn numbers_stay_numbers_and_gaps_are_counted() {
        let column = column(&["1", "?", "2.5", ""], false);
        let Cells::Numbers(values) = &column.cells else { panic!("{column:?}") };
        assert_eq!((values[0], values[2], values[1].is_nan(), column.n_missing), (1.0, 2.5, true, 2));
    }

    #[test]
    fn a_word_turns_the_numbers_before_and_after_it_into_words() {
        let column = column(&["1.0", "NA", "2", "1", "many", "2.0"], false);
        assert_eq!(words(&column), (&[0, NO_WORD, 1, 0, 2, 1][..], vec!["1", "2", "many"]));
        assert_eq!(column.first_word, Some((5, "many".to_owned())));
    }

    #[test]
    fn a_number_can_be_chosen_as_a_mark() {
        let mut column = Column::new("c".to_owned(), Declared::Anything, false, Writing::default());
        let mut marks = MissingMarks::new(Some(&["-999".to_owned()]));
        for cell in ["1", "-999", "-99"] {
            column.push(cell.as_bytes(), 1, &mut marks).unwrap();
        }
        let Cells::Numbers(values) = &column.cells else { panic!("{column:?}") };
        assert_eq!((values[0], values[1].is_nan(), values[2], column.n_missing), (1.0, true, -99.0, 1));
    }

    #[test]
    fn labels_keep_their_spelling() {
        let column = column(&["1.0", "1", "-", "?"], true);
        assert_eq!(words(&column), (&[0, 1, 2, NO_WORD][..], vec!["1.0", "1", "-"]));
    }

    #[test]
    fn a_stray_word_among_many_numbers_is_a_missing_value() {
        let numbers = |n: usize| (0..n).map(|n| (n as f64 / 8.0).to_string());
        let with = |n: usize, words: &[&str]| -> Vec<String> {
            numbers(n).chain(words.iter().map(|&word| word.to_owned())).chain(numbers(n)).collect()
        };
        for (n, strays, is_number) in [(500, &["abc"][..], true), (100, &["abc"], true), (40, &["abc"], false)] {
            let cells = with(n, strays);
            let column = column(&cells.iter().map(String::as_str).collect::<Vec<_>>(), false);
            assert_eq!(column.holds_numbers(), is_number, "{n}");
            let stray = column.stray_words.first().map(|stray| (stray.line, stray.word.as_str()));
            assert_eq!(stray, is_number.then_some((n as u64 + 1, "abc")));
            assert_eq!(column.n_missing, u64::from(is_number));
        }
        // Few values make a text, unless a word is one in a thousand.
        for (n, is_number) in [(300, false), (1000, true)] {
            let cells: Vec<&str> = std::iter::repeat_n("7", n).chain(["many"]).collect();
            assert_eq!(column(&cells, false).holds_numbers(), is_number, "{n}");
        }
    }

    #[test]
    fn a_lone_minus_is_a_missing_value_among_numbers_and_a_word_among_words() {
        let among_numbers = column(&["1", "-", "2"], false);
        assert_eq!((among_numbers.holds_numbers(), among_numbers.n_missing), (true, 1));
        let among_words = column(&["-", "+", "?", "-", "+"], false);
        assert_eq!(words(&among_words), (&[0, 1, NO_WORD, 0, 1][..], vec!["-", "+"]));
        assert_eq!(among_words.n_missing, 1);
    }

    #[test]
    fn a_column_of_one_form_holds_numbers() {
        let of = |cells: &[&str]| {
            let column = column(cells, false);
            let Cells::Numbers(values) = &column.cells else { return None };
            let values: Vec<Option<f64>> =
                values.iter().map(|value| Some(*value).filter(|value| !value.is_nan())).collect();
            Some((values, column.n_missing, column.form.map(|(_, report)| report.text)))
        };
        let first = |text: &str| Some(text.to_owned());
        let expected = (vec![Some(5.0), None, Some(12.5), None], 2, first("5%"));
        assert_eq!(of(&["5%", "NA", "12.5%", "-"]), Some(expected));
        assert_eq!(of(&["1970-01-02", "1970-01-03"]), Some((vec![Some(1.0), Some(2.0)], 0, first("1970-01-02"))));
        assert_eq!(of(&["5%", "6"]), None);
        assert_eq!(of(&["1970-01-02", "later"]), None);
        assert!(matches!(column(&["5%", "6%"], true).cells, Cells::Words(_)), "labels stay what they are");
    }

    #[test]
    fn a_form_is_seen_where_there_are_many_values_and_a_stray_word_is_missing() {
        let mut cells: Vec<String> = (0..20_000).map(|n| format!("${n}.5")).collect();
        cells[15_000] = "free".to_owned();
        let column_of = |cells: &[String]| column(&cells.iter().map(String::as_str).collect::<Vec<_>>(), false);
        let found = column_of(&cells);
        let Cells::Numbers(values) = &found.cells else { panic!("no numbers") };
        assert_eq!((values[19_999], values[15_000].is_nan(), found.n_missing), (19_999.5, true, 1));
        assert_eq!(found.stray_words.first().map(|stray| (stray.line, stray.word.as_str())), Some((15_001, "free")));
        for cell in &mut cells[15_000..] {
            "free".clone_into(cell);
        }
        assert!(matches!(column_of(&cells).cells, Cells::TooMany));
    }

    #[test]
    fn too_many_words_are_given_up() {
        let cells: Vec<String> = (0..=MOST_WORDS).map(|n| format!("w{n}")).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert!(matches!(column(&cells[..MOST_WORDS], false).cells, Cells::Words(_)));
        assert!(matches!(column(&cells, false).cells, Cells::TooMany));
        let numbers: Vec<String> = (0..=MOST_WORDS).map(|n| n.to_string()).collect();
        let mut numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let strays = vec!["word"; 200];
        numbers.extend(strays);
        assert!(matches!(column(&numbers, false).cells, Cells::TooMany));
    }
}
