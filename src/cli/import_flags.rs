//! Flags that say how a data file is to be read, for `train` and `inspect`.

use std::{path::Path, sync::atomic::Ordering};

use anyhow::bail;
use clap::Args;

use super::{
    input::name_data_file,
    output::say,
    profile_flags::set,
    progress::{STOPPED_READING, reading, reading_bar, show_bytes, stop_on_interrupt},
};
use crate::{
    data::{
        DecimalMark, ImportSettings, Inspection, MAX_SAMPLES, ManyValues, ReadHooks, Scan, Separator, TextEncoding,
    },
    experiment::parse_name,
};

/// How a data file is to be read; what is left open is found out.
#[derive(Debug, Args)]
pub(super) struct ImportFlags {
    /// The label column [default: the output of a KEEL file, else a column called target, class, label, y, species or the like, else the last column]
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Columns to leave out, separated by commas
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    drop: Vec<String>,
    /// Columns to use although they would be left out, such as one that numbers the rows
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    keep: Vec<String>,
    /// Fill missing values of features in rather than drop their rows: numbers with the median, texts with the most frequent value, both of the training part; a feature of 0 and 1 says where
    #[arg(long)]
    impute: bool,
    /// Read a sample of this many rows, of each class its share (10 rows at least), in one pass: also of a file of more than 1 GiB or a million rows, if it is delimited or KEEL's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_SAMPLES))]
    sample: Option<u64>,
    /// What to make of text with more than 50 different values: leave-out, group (the 49 most frequent and one for the others) or hash (into 64 features); --keep groups those it names [default: leave-out]
    #[arg(long, value_name = "CHOICE", value_parser = parse_name::<ManyValues>)]
    many_values: Option<ManyValues>,
    /// Encoding of the text, such as utf-8, windows-1252, cp949, shift-jis, gbk or utf-16 [default: found out]
    #[arg(long, value_name = "NAME", value_parser = TextEncoding::parse)]
    encoding: Option<TextEncoding>,
    /// Sheet of an Excel workbook, by its name [default: the first with cells in it]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Between the fields of a row: comma, semicolon, tab, pipe or white-space [default: found out]
    #[arg(long, value_name = "NAME", value_parser = separator)]
    separator: Option<Separator>,
    /// Decimal mark: point or comma; thousands may be marked by the other one, apostrophes or spaces [default: found out]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<DecimalMark>)]
    decimal: Option<DecimalMark>,
    /// The first row names the columns [default: found out]
    #[arg(long, conflicts_with = "no_header")]
    header: bool,
    /// The first row is a sample; columns are called x1, x2, …
    #[arg(long)]
    no_header: bool,
    /// Marks for missing values besides the empty cell, separated by commas; unless given NA, N/A, nan, null, None, ?, . and their like, and - among numbers
    #[arg(long, value_name = "MARKS", value_delimiter = ',', allow_hyphen_values = true)]
    missing: Option<Vec<String>>,
}

impl ImportFlags {
    /// The first flag that is given and says how a file is written, which the data that the program carries have no need of.
    pub(super) fn about_files(&self) -> Option<&'static str> {
        let Self {
            label,
            drop: _,
            keep,
            impute,
            sample,
            many_values,
            encoding,
            sheet,
            separator,
            decimal,
            header,
            no_header,
            missing,
        } = self;
        let given = [
            ("--label", label.is_some()),
            ("--keep", !keep.is_empty()),
            ("--impute", *impute),
            ("--sample", sample.is_some()),
            ("--many-values", many_values.is_some()),
            ("--encoding", encoding.is_some()),
            ("--sheet", sheet.is_some()),
            ("--separator", separator.is_some()),
            ("--decimal", decimal.is_some()),
            ("--header", *header),
            ("--no-header", *no_header),
            ("--missing", missing.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(flag, _)| flag)
    }

    /// Refuses columns of which two flags say opposite things.
    ///
    /// # Errors
    /// When a column is both left out and used.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        for column in &self.drop {
            if self.keep.contains(column) {
                bail!("--drop and --keep both name the column \"{column}\": leave one out");
            }
            if self.label.as_ref() == Some(column) {
                bail!("--drop names the label column \"{column}\": leave it out there, or choose another label");
            }
        }
        Ok(())
    }

    /// Whether any is given.
    pub(super) fn is_given(&self) -> bool {
        !self.drop.is_empty() || self.about_files().is_some()
    }

    /// Reads a file and tells what an import would make of it; `None` where the reader was interrupted, which is said.
    ///
    /// # Errors
    /// When flags contradict each other, or the file cannot be read.
    pub(super) fn inspect(&self, path: &Path) -> anyhow::Result<Option<Inspection>> {
        self.check()?;
        let mut settings = ImportSettings::default();
        self.apply(&mut settings);
        let stop = stop_on_interrupt()?;
        let bar = reading_bar(path);
        let hooks = ReadHooks { on_bytes: &|done, all| show_bytes(&bar, done, all), stop: &stop };
        let scanned = reading(|| Scan::read_file(path, &settings, &hooks));
        bar.finish_and_clear();
        match scanned {
            Err(_) if stop.load(Ordering::Relaxed) => {
                say(STOPPED_READING);
                Ok(None)
            }
            scanned => Ok(Some(scanned.map_err(|error| name_data_file(error, path))?.inspect(&settings))),
        }
    }

    /// Overrides settings by what is given.
    pub(super) fn apply(&self, settings: &mut ImportSettings) {
        let list = |columns: &[String]| Some(columns.to_vec()).filter(|columns| !columns.is_empty());
        set(&mut settings.label, self.label.clone().map(Some));
        set(&mut settings.drop, list(&self.drop));
        set(&mut settings.keep, list(&self.keep));
        set(&mut settings.impute, self.impute.then_some(true));
        set(&mut settings.sample, self.sample.map(Some));
        set(&mut settings.many_values, self.many_values.map(Some));
        set(&mut settings.encoding, self.encoding.map(Some));
        set(&mut settings.sheet, self.sheet.clone().map(Some));
        set(&mut settings.separator, self.separator.map(Some));
        set(&mut settings.decimal, self.decimal.map(Some));
        set(&mut settings.header, (self.header || self.no_header).then_some(Some(self.header)));
        set(&mut settings.missing, self.missing.clone().map(Some));
    }
}

/// Reads a separator by its name or as it stands in the file.
fn separator(text: &str) -> Result<Separator, String> {
    match text {
        "," => Ok(Separator::Comma),
        ";" => Ok(Separator::Semicolon),
        "\t" | "\\t" => Ok(Separator::Tab),
        "|" => Ok(Separator::Pipe),
        " " => Ok(Separator::WhiteSpace),
        name => parse_name(name),
    }
}

/// What is not used of a file, and what is not sure, as sentences for standard error.
pub(super) fn notes(inspection: &Inspection) -> impl Iterator<Item = String> {
    let question = inspection.question().map(|question| format!("{question}; say --decimal point or --decimal comma"));
    question.into_iter().chain(inspection.notes()).map(|note| format!("note: {note}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_known_by_name_and_by_sight() {
        for (text, expected) in [
            ("comma", Separator::Comma),
            (";", Separator::Semicolon),
            ("tab", Separator::Tab),
            ("\\t", Separator::Tab),
            ("|", Separator::Pipe),
            (" ", Separator::WhiteSpace),
            ("white-space", Separator::WhiteSpace),
            ("space", Separator::WhiteSpace),
        ] {
            assert_eq!(separator(text), Ok(expected), "{text}");
        }
        assert!(separator("dash").unwrap_err().contains("there is no `dash`"));
    }
}
