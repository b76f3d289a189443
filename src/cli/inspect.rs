//! `inspect`: what is in a data file, and what an import would make of it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{
    import_flags::{ImportFlags, notes},
    input::readable,
    inspect_labels,
    output::{OutputFlags, complain, say, write_json},
    progress::INTERRUPTED,
    sheet::{Column, Sheet},
};
use crate::{
    data::{FileFormat, Inspection},
    experiment::{
        export::{Cell, Format},
        name_of,
    },
};

/// Classes that are listed with their counts; JSON has all.
const MOST_CLASSES: usize = 12;

/// Arguments of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct InspectArguments {
    /// A file of delimited text (.csv, .tsv and the like), KEEL's or ARFF format, JSON objects (lines or a list), svmlight, Parquet, Arrow (Feather), Excel (.xlsx) or NumPy (.npy, .npz), each also compressed by gzip, zstd, bzip2, xz or zip; "-" is standard input
    #[arg(value_name = "FILE", value_parser = readable())]
    file: PathBuf,
    /// Columns of 0 and 1, or one column with lists, that are labels of which a row can have any number: shows how uneven they
    /// are; the same names as in `train --labels`
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with = "label")]
    labels: Vec<String>,
    #[command(flatten)]
    import: ImportFlags,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab inspect assets/data/yeast.csv
  longtail-lab inspect assets/data/page-blocks.csv --label class \
      --drop height,length --format json
  longtail-lab inspect tests/data/page-blocks.dat --format csv
  longtail-lab inspect tests/data/multilabel.csv \
      --labels label1,label2,label3,label4,label5";

/// What a file is called.
fn told(path: &Path) -> String {
    if path == Path::new("/dev/stdin") { "standard input".to_owned() } else { path.display().to_string() }
}

pub(super) fn run(arguments: &InspectArguments) -> anyhow::Result<ExitCode> {
    if !arguments.labels.is_empty() {
        return inspect_labels::run(&arguments.file, &arguments.labels, &arguments.import, &arguments.output);
    }
    let output = arguments.output.open([&*arguments.file])?;
    let Some(inspection) = arguments.import.inspect(&arguments.file)? else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let format = arguments.output.format.unwrap_or(Format::Table);
    output.write(|out| match format {
        Format::Table => sheet(&arguments.file, &inspection).write_table(out),
        Format::Csv if arguments.output.spreadsheet => sheet(&arguments.file, &inspection).write_spreadsheet(out),
        Format::Csv => sheet(&arguments.file, &inspection).write_csv(out),
        Format::Json => write_json(out, &inspection),
    })?;
    for note in notes(&inspection) {
        say(&note);
    }
    match &inspection.fault {
        Some(fault) => {
            complain(&format!("{fault}: {}", told(&arguments.file)));
            Ok(ExitCode::FAILURE)
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// A row a column of the file, with what was found below.
fn sheet<'a>(path: &Path, inspection: &'a Inspection) -> Sheet<'a> {
    let columns = &inspection.columns;
    let text = |text: String| Cell::Text(text);
    let parts = vec![
        Column::new("column", "column", move |idx| text(columns[idx].name.clone())),
        Column::new("kind", "kind", move |idx| text(columns[idx].kind())),
        Column::new("missing", "missing", move |idx| Cell::Count(columns[idx].n_missing)),
        Column::new("why", "why", move |idx| text(columns[idx].explanation())).of_sentences(),
    ];
    let dialect = inspection.dialect;
    let written = match inspection.format {
        FileFormat::Keel => "KEEL or ARFF header".to_owned(),
        FileFormat::Json => "JSON objects".to_owned(),
        FileFormat::Svmlight => "svmlight".to_owned(),
        FileFormat::Parquet => "Parquet".to_owned(),
        FileFormat::Arrow => "Arrow".to_owned(),
        FileFormat::Numpy => "NumPy".to_owned(),
        FileFormat::Excel => format!(
            "sheet {} of an Excel workbook, {}",
            inspection.sheet.as_ref().map_or("", |sheet| &sheet.name),
            if dialect.header { "header" } else { "no header" }
        ),
        FileFormat::Delimited => format!(
            "separator {}, decimal {}, {}",
            name_of(&dialect.separator),
            name_of(&dialect.decimal),
            if dialect.header { "header" } else { "no header" }
        ),
    };
    let marks: Vec<String> = inspection
        .missing_marks
        .iter()
        .map(|(mark, n)| format!("{mark} ({n} {})", if *n == 1 { "time" } else { "times" }))
        .collect();
    let encoding = inspection.encoding.map_or(String::new(), |encoding| format!(", {}", encoding.name.label()));
    let compressed = inspection.compression.map_or(String::new(), |name| format!(", compressed by {name}"));
    let mut notes = vec![format!("{}: {written}{encoding}{compressed}", told(path))];
    if !marks.is_empty() {
        notes.push(format!("Missing values: {}", marks.join(", ")));
    }
    if !inspection.class_counts.is_empty() {
        notes.push(inspection.summary(|n| n.to_string()));
        let mut counts = inspection.class_counts.clone();
        counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        // One more is named rather than counted.
        let n_listed = if counts.len() == MOST_CLASSES + 1 { MOST_CLASSES + 1 } else { MOST_CLASSES };
        let more = counts.len().saturating_sub(n_listed);
        let more = if more > 0 { format!(" and {more} more classes") } else { String::new() };
        let counts: Vec<String> = counts.iter().take(n_listed).map(|(label, n)| format!("{label} {n}")).collect();
        let label = inspection.label.as_deref().unwrap_or_default();
        notes.push(format!("Classes of {label}: {}{more}", counts.join(", ")));
    }
    notes.extend(inspection.warnings.notes().iter().map(|warning| format!("Warning: {warning}")));
    Sheet { n_rows: columns.len(), columns: parts, notes }
}
