//! A column while it is read: numbers as long as there are few words among them, then words, as long as these are few.

use std::collections::HashMap;

use super::{
    DataError, DecimalMark,
    keel::Declared,
    missing::MissingMarks,
    writing::{Writing, spelled},
};

/// Most different values of a text column that becomes features.
pub const MOST_VALUES_OF_TEXT: usize = 50;
/// Different labels that are told apart before the column is given up as a label.
const MOST_LABELS: usize = 10_000;
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

    fn push(&mut self, word: &str) {
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
        let (n_missing, may_be_index, first_word) = (0, false, None);
        Self { name, declared, is_label, cells, writing, n_missing, may_be_index, stray_words, minuses, first_word }
    }

    /// Takes the next cell.
    ///
    /// # Errors
    /// When it is a word that is not UTF-8.
    pub(super) fn push(&mut self, cell: &[u8], line: u64, marks: &mut MissingMarks) -> Result<(), DataError> {
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
        let most = if self.is_label { MOST_LABELS } else { MOST_VALUES_OF_TEXT };
        if let Cells::Words(words) = &mut self.cells {
            let is_spelled_freely = !self.is_label && self.declared != Declared::Nominal;
            // As the numbers before the first word: "1.0" and "1" are the same value.
            match is_spelled_freely.then(|| self.writing.spelled(cell)).flatten() {
                Some(number) => words.push(&number),
                None => words.push(word),
            }
            if words.n_words() > most {
                self.cells = Cells::TooMany;
            }
        }
        Ok(())
    }

    /// All cells are read: decides whether words among numbers are missing values, one in a thousand at most, or one in a
    /// hundred where they would make a text of too many values; else the column holds words.
    pub(super) fn finish(&mut self, marks: &mut MissingMarks) {
        let Cells::Numbers(values) = &self.cells else { return };
        let n_numbers = values.iter().filter(|value| !value.is_nan()).count();
        let n_words = self.stray_words.len();
        let would_be_useless = || matches!(self.as_words(values), Cells::TooMany);
        if 1000 * n_words > n_numbers && !(100 * n_words <= n_numbers && would_be_useless()) {
            return self.become_words();
        }
        self.n_missing += (n_words + self.minuses.len()) as u64;
        marks.meet_minuses(self.minuses.len() as u64);
    }

    /// Turns numbers and the words among them into words.
    fn become_words(&mut self) {
        let Cells::Numbers(values) = &self.cells else { return };
        self.cells = self.as_words(values);
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
            if words.n_words() > MOST_VALUES_OF_TEXT {
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
    fn too_many_words_are_given_up() {
        let cells: Vec<String> = (0..51).map(|n| format!("w{n}")).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert!(matches!(column(&cells[..50], false).cells, Cells::Words(_)));
        assert!(matches!(column(&cells, false).cells, Cells::TooMany));
        let numbers: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        let mut numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        numbers.push("word");
        assert!(matches!(column(&numbers, false).cells, Cells::TooMany));
    }
}
