//! What was found in a file, and what an import makes of it.

use serde::Serialize;

use super::{Dialect, MOST_VALUES_OF_TEXT};

/// What was found in a file, and what an import with the same settings makes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// The layout of the file.
    pub format: FileFormat,
    /// How it is written.
    pub dialect: Dialect,
    /// Marks for missing values that stand in it, with how often; "empty" is the empty cell.
    pub missing_marks: Vec<(String, u64)>,
    /// Every column, in file order.
    pub columns: Vec<ColumnReport>,
    /// Name of the label column; `None` where the chosen one is not there.
    pub label: Option<String>,
    /// Rows read.
    pub n_rows: u64,
    /// Rows dropped because the label or a value that is used is missing.
    pub n_dropped: u64,
    /// Of these, rows without a label.
    pub n_without_label: u64,
    /// Number of features, one-hot columns counted one by one.
    pub n_features: usize,
    /// Classes in the order of their sorted labels, with the rows that are left of each.
    pub class_counts: Vec<(String, u64)>,
    /// The first rows as they stand, shortened.
    pub first_rows: Vec<Vec<String>>,
    /// What stands in the way of the import.
    pub fault: Option<String>,
}

/// The layout of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Fields with a separator between them.
    Delimited,
    /// KEEL's `.dat`, with a header that declares the attributes.
    Keel,
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnReport {
    /// Its name; `x1`, `x2`, … where the file has none.
    pub name: String,
    /// Cells without a value.
    pub n_missing: u64,
    /// What becomes of it.
    #[serde(flatten)]
    pub role: Role,
    /// Line and text of the first word in a column that is not declared to hold words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_word: Option<(u64, String)>,
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

    /// Why it is what it is; empty where that goes without saying.
    pub fn explanation(&self) -> String {
        let word = self.first_word.as_ref().map(|(line, word)| format!("\"{word}\" in line {line}"));
        let reason = match &self.role {
            Role::Label | Role::Number => return String::new(),
            Role::OneHot(_) => return word.unwrap_or_default(),
            Role::LeftOut(reason) => reason,
        };
        match reason {
            LeftOut::Chosen => "not to be used".to_owned(),
            LeftOut::NoInput => "not among the file's @inputs".to_owned(),
            LeftOut::Empty => "it has no values".to_owned(),
            LeftOut::Constant(value) => format!("every value is {value}"),
            LeftOut::RowNumbers => "it numbers the rows".to_owned(),
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

    /// A sentence for each kind of thing that is not used, without a full stop: what and why.
    pub fn notes(&self) -> Vec<String> {
        const MOST_NAMED: usize = 8;
        let mut notes: Vec<String> = self.dropped(|n| n.to_string()).into_iter().collect();
        let mut by_reason: Vec<(String, Vec<&str>)> = Vec::new();
        for column in &self.columns {
            // What the settings say needs no telling.
            let Role::LeftOut(reason) = &column.role else { continue };
            if *reason == LeftOut::Chosen {
                continue;
            }
            let why = column.explanation();
            match by_reason.iter_mut().find(|(known, _)| *known == why) {
                Some((_, names)) => names.push(&column.name),
                None => by_reason.push((why, vec![&column.name])),
            }
        }
        for (why, names) in by_reason {
            let is = if names.len() == 1 { "is" } else { "are" };
            let shown = names.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
            let more = names.len().saturating_sub(MOST_NAMED);
            let more = if more > 0 { format!(" and {more} more columns") } else { String::new() };
            notes.push(format!("{shown}{more} {is} left out: {why}"));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DecimalMark, Separator};

    fn column(name: &str, n_missing: u64, role: Role) -> ColumnReport {
        ColumnReport { name: name.to_owned(), n_missing, role, first_word: None }
    }

    #[test]
    fn sentences_name_what_is_dropped_and_why() {
        let inspection = Inspection {
            format: FileFormat::Delimited,
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
