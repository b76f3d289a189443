//! What is said of an inspection, in sentences.

use super::{ColumnReport, DecimalMark, Inspection, LeftOut, Role, SheetReport, TwoReadings, sample::LEAST};

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
        let is_used = |column: &&ColumnReport| {
            !matches!(column.role, Role::LeftOut(_)) && column.n_missing > 0 && !self.imputed.contains(&column.name)
        };
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
    fn labels_to_check(&self) -> Vec<String> {
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
        notes.extend(self.sampled_of.map(|of| {
            format!(
                "{} of {of} rows are read, of each class its share, and {LEAST} at least where it has them",
                self.n_rows
            )
        }));
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
        notes.extend(self.labels_to_check());
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
                Role::Grouped(_) | Role::Hashed(_) => add(format!("text with {}", column.explanation()), &column.name),
                _ => {}
            }
        }
        for (reason, names) in by_reason {
            let is = if names.len() == 1 { "is" } else { "are" };
            notes.push(format!("{} {is} {reason}", list(names)));
        }
        if !self.imputed.is_empty() {
            let names = list(self.imputed.iter().map(String::as_str).collect());
            notes.push(format!(
                "missing values of {names} are filled in (numbers with the median, texts with the most frequent value, of the training part), and a feature of 0 and 1 says where"
            ));
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
    use crate::data::{Dialect, FileFormat, Separator, TableWarnings};

    fn column(name: &str, n_missing: u64, role: Role) -> ColumnReport {
        let (name, name_in_file, first_word) = (name.to_owned(), None, None);
        let (thousands, decimal, two_readings, stray_words) = (None, None, None, None);
        let (form, n_values) = (None, None);
        ColumnReport {
            name,
            name_in_file,
            n_missing,
            role,
            first_word,
            thousands,
            decimal,
            two_readings,
            form,
            n_values,
            stray_words,
        }
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
            sampled_of: None,
            n_dropped: 3,
            imputed: Vec::new(),
            n_without_label: 1,
            n_features: 1,
            class_counts: vec![("p".to_owned(), 5000), ("q".to_owned(), 472)],
            warnings: TableWarnings::default(),
            first_rows: Vec::new(),
            fault: None,
        };
        let dropped = "3 rows with missing values are dropped (2 in a, 1 in label y)";
        assert_eq!(inspection.summary(|n| n.to_string()), format!("5472 rows, 1 features, 2 classes; {dropped}"));
        assert_eq!(inspection.notes(), [dropped, "c, d are left out: every value is 7"]);
    }
}
