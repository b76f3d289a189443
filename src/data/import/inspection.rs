//! What was found in a file, and what an import makes of it.

use serde::Serialize;

use super::{
    DecimalMark, Dialect, FileFormat, FormReport, GroupMark, MOST_VALUES_OF_TEXT, MOST_WORDS, SheetReport,
    TextEncoding, TwoReadings, table_warnings::TableWarnings,
};

/// What was found in a file, and what an import with the same settings makes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// The layout of the file.
    pub format: FileFormat,
    /// The program that unpacks it, where it is compressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<&'static str>,
    /// The encoding of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<EncodingReport>,
    /// The sheet that is read, of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<SheetReport>,
    /// How it is written.
    pub dialect: Dialect,
    /// Marks for missing values that stand in it, with how often; "empty" is the empty cell.
    pub missing_marks: Vec<(String, u64)>,
    /// Every column, in file order.
    pub columns: Vec<ColumnReport>,
    /// Name of the label column; `None` where the chosen one is not there.
    pub label: Option<String>,
    /// Whether the label column was found by its name and is not the last column.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub label_by_name: bool,
    /// Lines before the header that begin with # and are skipped.
    pub n_comments: u64,
    /// Labels that differ in spelling alone and are classes of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels_alike: Vec<(String, String)>,
    /// Labels that stand both with and without white space around them, and are one class.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels_padded: Vec<String>,
    /// Rows read.
    pub n_rows: u64,
    /// Rows of the file, where a sample of them is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampled_of: Option<u64>,
    /// Rows dropped because the label or a value that is used is missing.
    pub n_dropped: u64,
    /// Columns of which missing values are filled in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub imputed: Vec<String>,
    /// Of these, rows without a label.
    pub n_without_label: u64,
    /// Number of features, one-hot columns counted one by one.
    pub n_features: usize,
    /// Classes in the order of their labels, numbers in numeric order, with the rows that are left of each.
    pub class_counts: Vec<(String, u64)>,
    /// Warnings about what is used.
    pub warnings: TableWarnings,
    /// The first rows as they stand, shortened.
    pub first_rows: Vec<Vec<String>>,
    /// What stands in the way of the import.
    pub fault: Option<String>,
}

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EncodingReport {
    /// Its name.
    pub name: TextEncoding,
    /// Whether it follows from what the bytes look like.
    pub is_guessed: bool,
    /// Whether there are bytes that are no characters in it.
    pub has_faults: bool,
}

impl EncodingReport {
    /// What is said of it, without a full stop; `None` where it goes without saying.
    pub(super) fn note(&self) -> Option<String> {
        let name = self.name.label();
        if self.has_faults {
            return Some(format!(
                "the file is read as text in {name}, and holds bytes that are no characters there: choose another encoding"
            ));
        }
        self.is_guessed
            .then(|| format!("the file looks like text in {name}, and is read so: another encoding can be chosen"))
    }
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnReport {
    /// Its name; `x1`, `x2`, … where the file has none, and with a number where another column has the same.
    pub name: String,
    /// Its name in the file, where another column has the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_in_file: Option<String>,
    /// Cells without a value.
    pub n_missing: u64,
    /// What becomes of it.
    #[serde(flatten)]
    pub role: Role,
    /// Line and text of the first word in a column that is not declared to hold words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_word: Option<(u64, String)>,
    /// What stands between groups of digits in its numbers, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<GroupMark>,
    /// The decimal mark of its numbers, where it is not the file's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalMark>,
    /// Numbers that can be read in two ways, where nothing in the file tells which is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub two_readings: Option<TwoReadings>,
    /// The form of its numbers, where they are dates, percentages or amounts of money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<FormReport>,
    /// Its different values, where it is text with more than [`MOST_VALUES_OF_TEXT`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_values: Option<usize>,
    /// Words among its numbers, which are taken for missing values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stray_words: Option<StrayWords>,
}

/// Words among the numbers of a column, so few that they are taken for missing values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrayWords {
    /// How many there are.
    pub n: u64,
    /// Line of the first one, from 1.
    pub line: u64,
    /// The first one, shortened.
    pub word: String,
}

/// What becomes of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "role", content = "detail", rename_all = "snake_case")]
pub enum Role {
    /// It gives the classes.
    Label,
    /// A feature.
    Number,
    /// Text with this many different values: a feature of 0 and 1 for each.
    OneHot(usize),
    /// Text with many values, of which the most frequent have a feature each and the others one together: this many.
    Grouped(usize),
    /// Text with many values, which are spread over this many features.
    Hashed(usize),
    /// It says how rows are split.
    Split,
    /// It is left out.
    LeftOut(LeftOut),
}

/// Why a column is left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "reason", content = "value", rename_all = "snake_case")]
pub enum LeftOut {
    /// The settings say so.
    Chosen,
    /// The file does not name it among its inputs.
    NoInput,
    /// There is no value in it.
    Empty,
    /// Every value is this one.
    Constant(String),
    /// It numbers the rows.
    RowNumbers,
    /// It is the first column, has no name, and holds whole numbers, each once.
    Index,
    /// More than half of its values are missing.
    MostlyMissing,
    /// It is text with this many different values, more than [`MOST_VALUES_OF_TEXT`].
    ManyValues(usize),
    /// It is text with more than [`MOST_WORDS`] different values.
    TooManyValues,
}

impl Role {
    /// Number of features.
    pub fn n_features(&self) -> usize {
        match self {
            Self::Number => 1,
            Self::OneHot(n) | Self::Grouped(n) | Self::Hashed(n) => *n,
            Self::Label | Self::Split | Self::LeftOut(_) => 0,
        }
    }
}

impl LeftOut {
    /// Whether the column can be used all the same.
    pub fn can_be_kept(&self) -> bool {
        !matches!(self, Self::Empty | Self::TooManyValues)
    }
}

impl ColumnReport {
    /// Whether it is a feature.
    pub fn is_feature(&self) -> bool {
        !matches!(self.role, Role::Label | Role::Split | Role::LeftOut(_))
    }

    /// What it holds, in a word or two.
    pub fn kind(&self) -> String {
        match &self.role {
            Role::Label => "label".to_owned(),
            Role::Number => "numbers".to_owned(),
            Role::OneHot(n) => format!("text, one-hot {n}"),
            Role::Grouped(n) => format!("text, grouped {n}"),
            Role::Hashed(n) => format!("text, hashed {n}"),
            Role::Split => "splits the rows".to_owned(),
            Role::LeftOut(_) => "left out".to_owned(),
        }
    }

    /// How its numbers are written, where that is worth telling.
    pub(super) fn writing(&self) -> String {
        if let Some(form) = &self.form {
            return form.explanation();
        }
        if let Some(two) = &self.two_readings {
            let TwoReadings { line, text, under_point, under_comma, .. } = two;
            return format!("\"{text}\" in line {line} can be {under_point} or {under_comma}");
        }
        let thousands = self.thousands.map(|mark| format!("thousands are marked by {}", mark.label()));
        let decimal = self.decimal.map(|mark| match mark {
            DecimalMark::Point => "the decimal mark is a point here",
            DecimalMark::Comma => "the decimal mark is a comma here",
        });
        thousands.into_iter().chain(decimal.map(str::to_owned)).collect::<Vec<_>>().join("; ")
    }

    /// What is said of words among its numbers, where there are some.
    pub(super) fn stray(&self) -> Option<String> {
        let StrayWords { n, line, word } = self.stray_words.as_ref()?;
        Some(match n {
            1 => format!("\"{word}\" in line {line} is no number and is taken for a missing value"),
            n => format!("{n} cells such as \"{word}\" in line {line} are no numbers and are taken for missing values"),
        })
    }

    /// Why it is what it is; empty where that goes without saying.
    pub fn explanation(&self) -> String {
        let word = self.first_word.as_ref().map(|(line, word)| format!("\"{word}\" in line {line}"));
        let reason = match &self.role {
            Role::Label | Role::Split => return String::new(),
            Role::Number => {
                let parts = self.stray().into_iter().chain(Some(self.writing()).filter(|writing| !writing.is_empty()));
                return parts.collect::<Vec<_>>().join("; ");
            }
            Role::OneHot(_) => return word.unwrap_or_default(),
            Role::Grouped(_) => {
                let (n, own) = (self.n_values.unwrap_or_default(), MOST_VALUES_OF_TEXT - 1);
                return format!("{n} values: the {own} most frequent have a feature each, the others one together");
            }
            Role::Hashed(features) => {
                let n = self.n_values.unwrap_or_default();
                return format!("{n} values, spread over {features} features by their letters");
            }
            Role::LeftOut(reason) => reason,
        };
        match reason {
            LeftOut::Chosen => "not to be used".to_owned(),
            LeftOut::NoInput => "not among the file's @inputs".to_owned(),
            LeftOut::Empty => "it has no values".to_owned(),
            LeftOut::Constant(value) => format!("every value is {value}"),
            LeftOut::RowNumbers => "it numbers the rows".to_owned(),
            LeftOut::Index => "it has no name and holds whole numbers, each once, as an index does".to_owned(),
            LeftOut::MostlyMissing => "more than half of its values are missing".to_owned(),
            LeftOut::ManyValues(n) => {
                let word = word.map_or(String::new(), |word| format!(" ({word})"));
                format!("text with {n} different values{word}, which can be grouped or hashed")
            }
            LeftOut::TooManyValues => {
                let word = word.map_or(String::new(), |word| format!(" ({word})"));
                format!("text with over {MOST_WORDS} different values{word}")
            }
        }
    }
}
