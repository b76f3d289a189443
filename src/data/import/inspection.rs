//! What was found in a file, and what an import makes of it.

use serde::Serialize;

use super::{DecimalMark, Dialect, FileFormat, GroupMark, MOST_VALUES_OF_TEXT, SheetReport, TextEncoding, TwoReadings};

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
    /// Rows dropped because the label or a value that is used is missing.
    pub n_dropped: u64,
    /// Of these, rows without a label.
    pub n_without_label: u64,
    /// Number of features, one-hot columns counted one by one.
    pub n_features: usize,
    /// Classes in the order of their labels, numbers in numeric order, with the rows that are left of each.
    pub class_counts: Vec<(String, u64)>,
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
    fn note(&self) -> Option<String> {
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
    /// It is text with more than [`MOST_VALUES_OF_TEXT`] different values.
    TooManyValues,
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
        matches!(self.role, Role::Number | Role::OneHot(_))
    }

    /// What it holds, in a word or two.
    pub fn kind(&self) -> String {
        match &self.role {
            Role::Label => "label".to_owned(),
            Role::Number => "numbers".to_owned(),
            Role::OneHot(n) => format!("text, one-hot {n}"),
            Role::LeftOut(_) => "left out".to_owned(),
        }
    }

    /// How its numbers are written, where that is worth telling.
    fn writing(&self) -> String {
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
    fn stray(&self) -> Option<String> {
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
            Role::Label => return String::new(),
            Role::Number => {
                let parts = self.stray().into_iter().chain(Some(self.writing()).filter(|writing| !writing.is_empty()));
                return parts.collect::<Vec<_>>().join("; ");
            }
            Role::OneHot(_) => return word.unwrap_or_default(),
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
            LeftOut::TooManyValues => {
                let word = word.map_or(String::new(), |word| format!(" ({word})"));
                format!("text with over {MOST_VALUES_OF_TEXT} different values{word}")
            }
        }
    }
}

impl Inspection {
    /// The result in a sentence, without a full stop; `whole` writes a number.
    pub fn summary(&self, whole: impl Fn(u64) -> String) -> String {
        let n_kept = self.n_rows.saturating_sub(self.n_dropped);
        let head = format!(
            "{} rows, {} features, {} classes",
            whole(n_kept),
            whole(self.n_features as u64),
            whole(self.class_counts.len() as u64)
        );
        match self.dropped(whole) {
            Some(dropped) => format!("{head}; {dropped}"),
            None => head,
        }
    }

    /// How many rows are dropped and why, without a full stop; `None` where every row is used.
    pub fn dropped(&self, whole: impl Fn(u64) -> String) -> Option<String> {
        const MOST_NAMED: usize = 5;
        if self.n_dropped == 0 {
            return None;
        }
        let is_used = |column: &&ColumnReport| !matches!(column.role, Role::LeftOut(_)) && column.n_missing > 0;
        let mut culprits: Vec<&ColumnReport> = self.columns.iter().filter(is_used).collect();
        culprits.sort_by_key(|column| std::cmp::Reverse(column.n_missing));
        let named: Vec<String> = culprits
            .iter()
            .take(MOST_NAMED)
            .map(|column| {
                let what = if column.role == Role::Label { "label " } else { "" };
                format!("{} in {what}{}", whole(column.n_missing), column.name)
            })
            .collect();
        let more = culprits.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more columns") } else { String::new() };
        let (row, is) = if self.n_dropped == 1 { ("row", "is") } else { ("rows", "are") };
        Some(format!("{} {row} with missing values {is} dropped ({}{more})", whole(self.n_dropped), named.join(", ")))
    }

    /// Columns that are used and have numbers that can be read in two ways, where nothing tells which is right.
    pub fn unsure(&self) -> impl Iterator<Item = (&str, &TwoReadings)> {
        let used = self.columns.iter().filter(|column| column.role == Role::Number);
        used.filter_map(|column| Some((column.name.as_str(), column.two_readings.as_ref()?)))
    }

    /// What a person is to be asked about numbers that can be read in two ways, as a sentence without a full stop; `None`
    /// where there are none.
    pub fn question(&self) -> Option<String> {
        let (_, TwoReadings { line, text, under_point, under_comma, .. }) = self.unsure().next()?;
        let names = list(self.unsure().map(|(name, _)| name).collect());
        let read = if self.dialect.decimal == DecimalMark::Point { under_point } else { under_comma };
        Some(format!(
            "\"{text}\" in line {line} can be {under_point}, where the decimal mark is a point, or {under_comma}, where it is a comma; nothing in the file tells which. It is taken for {read}, and so in {names}"
        ))
    }

    /// What is said of labels that may be one class in several spellings.
    fn doubtful_labels(&self) -> Vec<String> {
        const MOST_NAMED: usize = 5;
        let more = |n: usize| if n > MOST_NAMED { format!(" and {} more", n - MOST_NAMED) } else { String::new() };
        let mut notes = Vec::new();
        if !self.labels_alike.is_empty() {
            let pairs = self.labels_alike.iter().take(MOST_NAMED);
            let pairs: Vec<String> = pairs.map(|(one, other)| format!("\"{one}\" and \"{other}\"")).collect();
            let more = more(self.labels_alike.len());
            notes.push(format!(
                "labels that differ in spelling alone are different classes: {}{more}",
                pairs.join(", ")
            ));
        }
        if !self.labels_padded.is_empty() {
            let labels = self.labels_padded.iter().take(MOST_NAMED);
            let labels: Vec<String> = labels.map(|label| format!("\"{label}\"")).collect();
            let (labels, more) = (labels.join(", "), more(self.labels_padded.len()));
            notes.push(format!(
                "labels that stand with and without white space around them are one class: {labels}{more}"
            ));
        }
        notes
    }

    /// A sentence for each kind of thing that is not used as it stands, without a full stop: what and why.
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.dropped(|n| n.to_string()).into_iter().collect();
        notes.extend(self.encoding.and_then(|encoding| encoding.note()));
        notes.extend(self.sheet.as_ref().and_then(SheetReport::note));
        if self.n_comments > 0 {
            let (line, begins, is) =
                if self.n_comments == 1 { ("line", "begins", "is") } else { ("lines", "begin", "are") };
            notes.push(format!("{} {line} before the header that {begins} with # {is} skipped", self.n_comments));
        }
        if let (true, Some(label)) = (self.label_by_name, &self.label) {
            notes.push(format!("{label} is taken for the label because of its name: another one can be chosen"));
        }
        notes.extend(self.doubtful_labels());
        for column in &self.columns {
            let stray = column.stray().filter(|_| column.role == Role::Number);
            notes.extend(stray.map(|stray| format!("{}: {stray}", column.name)));
        }
        let mut by_reason: Vec<(String, Vec<&str>)> = Vec::new();
        let mut add = |reason: String, name| match by_reason.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(name),
            None => by_reason.push((reason, vec![name])),
        };
        for column in &self.columns {
            match &column.role {
                // What the settings say needs no telling, and what is asked about is told there.
                Role::LeftOut(LeftOut::Chosen) => {}
                Role::LeftOut(_) => add(format!("left out: {}", column.explanation()), &column.name),
                Role::Number if column.two_readings.is_none() && !column.writing().is_empty() => {
                    add(format!("read as numbers: {}", column.writing()), &column.name);
                }
                _ => {}
            }
        }
        for (reason, names) in by_reason {
            let is = if names.len() == 1 { "is" } else { "are" };
            notes.push(format!("{} {is} {reason}", list(names)));
        }
        let renamed =
            self.columns.iter().filter_map(|column| Some((column.name.as_str(), column.name_in_file.as_deref()?)));
        let (names, names_in_file): (Vec<&str>, Vec<&str>) = renamed.unzip();
        if !names.is_empty() {
            let is = if names.len() == 1 { "is" } else { "are" };
            notes.push(format!("{} {is} called {} in the file, as others are", list(names), list(names_in_file)));
        }
        notes
    }
}

/// Names of columns, some and the number of the others.
fn list(names: Vec<&str>) -> String {
    const MOST_NAMED: usize = 8;
    let more = names.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more columns") } else { String::new() };
    names[..names.len().min(MOST_NAMED)].join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Separator;

    fn column(name: &str, n_missing: u64, role: Role) -> ColumnReport {
        let (name, name_in_file, first_word) = (name.to_owned(), None, None);
        let (thousands, decimal, two_readings, stray_words) = (None, None, None, None);
        ColumnReport { name, name_in_file, n_missing, role, first_word, thousands, decimal, two_readings, stray_words }
    }

    #[test]
    fn sentences_name_what_is_dropped_and_why() {
        let inspection = Inspection {
            format: FileFormat::Delimited,
            compression: None,
            encoding: None,
            sheet: None,
            dialect: Dialect { separator: Separator::Comma, decimal: DecimalMark::Point, header: true },
            missing_marks: Vec::new(),
            columns: vec![
                column("a", 2, Role::Number),
                column("b", 90, Role::LeftOut(LeftOut::Chosen)),
                column("c", 0, Role::LeftOut(LeftOut::Constant("7".to_owned()))),
                column("d", 0, Role::LeftOut(LeftOut::Constant("7".to_owned()))),
                column("y", 1, Role::Label),
            ],
            label: Some("y".to_owned()),
            label_by_name: false,
            n_comments: 0,
            labels_alike: Vec::new(),
            labels_padded: Vec::new(),
            n_rows: 5475,
            n_dropped: 3,
            n_without_label: 1,
            n_features: 1,
            class_counts: vec![("p".to_owned(), 5000), ("q".to_owned(), 472)],
            first_rows: Vec::new(),
            fault: None,
        };
        let dropped = "3 rows with missing values are dropped (2 in a, 1 in label y)";
        assert_eq!(inspection.summary(|n| n.to_string()), format!("5472 rows, 1 features, 2 classes; {dropped}"));
        assert_eq!(inspection.notes(), [dropped, "c, d are left out: every value is 7"]);
    }
}
