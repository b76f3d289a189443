//! `inspect --labels`: how uneven the labels of a file are, of which a row can have any number.

use std::{path::Path, process::ExitCode, sync::atomic::Ordering};

use serde::Serialize;

use super::{
    import_flags::{ImportFlags, notes},
    input::name_data_file,
    label_flags::label_columns,
    output::{OutputFlags, say, write_json},
    progress::{INTERRUPTED, STOPPED_READING, reading, reading_bar, show_bytes, stop_on_interrupt},
    sheet::{Column, Sheet},
};
use crate::{
    data::{ImportSettings, LabelImbalance, LabelTable, ReadHooks, Scan},
    experiment::export::{Cell, Format},
    numbers::significant,
};

/// Pairs of labels that are named below the table.
const MOST_PAIRS: usize = 3;

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    /// Always `multi_label`.
    task: &'static str,
    labels: &'a [String],
    /// Rows that are used.
    n_rows: usize,
    n_dropped: u64,
    n_features: usize,
    #[serde(flatten)]
    imbalance: &'a LabelImbalance,
    /// Rows that have both of two labels; on the diagonal, those that have a label.
    co_occurrence: Vec<Vec<u64>>,
}

pub(super) fn run(
    path: &Path,
    labels: &[String],
    flags: &ImportFlags,
    output_flags: &OutputFlags,
) -> anyhow::Result<ExitCode> {
    let output = output_flags.open([path])?;
    flags.check()?;
    let mut settings = ImportSettings::default();
    flags.apply(&mut settings);
    settings.label_columns = label_columns(labels, path, &settings)?;
    let stop = stop_on_interrupt()?;
    let bar = reading_bar(path);
    let hooks = ReadHooks { on_bytes: &|done, all| show_bytes(&bar, done, all), stop: &stop };
    let read = reading(|| Scan::read_file(path, &settings, &hooks).and_then(|scan| scan.into_label_table(&settings)));
    bar.finish_and_clear();
    let table = match read {
        Err(_) if stop.load(Ordering::Relaxed) => {
            say(STOPPED_READING);
            return Ok(ExitCode::from(INTERRUPTED));
        }
        read => read.map_err(|error| name_data_file(error, path))?,
    };
    let imbalance = LabelImbalance::of(&table.sets);
    output.write(|out| match output_flags.format.unwrap_or(Format::Table) {
        Format::Table => sheet(path, &table, &imbalance).write_table(out),
        Format::Csv if output_flags.spreadsheet => sheet(path, &table, &imbalance).write_spreadsheet(out),
        Format::Csv => sheet(path, &table, &imbalance).write_csv(out),
        Format::Json => write_json(
            out,
            &Answer {
                task: "multi_label",
                labels: &table.table.class_labels,
                n_rows: table.sets.len(),
                n_dropped: table.inspection.n_dropped,
                n_features: table.table.feature_names.len(),
                imbalance: &imbalance,
                co_occurrence: table.sets.co_occurrence().rows().into_iter().map(|row| row.to_vec()).collect(),
            },
        ),
    })?;
    for note in notes(&table.inspection) {
        say(&note);
    }
    Ok(ExitCode::SUCCESS)
}

/// A row a label, the most frequent first, with the measures below.
fn sheet<'a>(path: &Path, table: &'a LabelTable, imbalance: &'a LabelImbalance) -> Sheet<'a> {
    let names = &table.table.class_labels;
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&label| std::cmp::Reverse(imbalance.positives[label]));
    let n_rows = table.sets.len();
    let column = |title: &str, name: &str, cell: Box<dyn Fn(usize) -> Cell + 'a>| {
        let order = order.clone();
        Column::new(title, name, move |row: usize| cell(order[row]))
    };
    let columns = vec![
        column("label", "label", Box::new(|label| Cell::Text(names[label].clone()))),
        column("positives", "positives", Box::new(|label| Cell::Count(imbalance.positives[label]))),
        column("share", "share", Box::new(move |label| Cell::Share(imbalance.positives[label] as f64 / n_rows as f64))),
        column("IRLbl", "irlbl", Box::new(|label| imbalance.irlbl[label].map_or(Cell::Missing, Cell::Number))),
    ];
    let shown = |value: Option<f64>| value.map_or("n/a".to_owned(), significant);
    let mut notes = vec![
        format!(
            "{}: {n_rows} rows, {} features, {} labels",
            path.display(),
            table.table.feature_names.len(),
            names.len()
        ),
        format!(
            "Cardinality {}, density {}, {} distinct label sets; MeanIR {}, CVIR {}, SCUMBLE {}",
            shown(imbalance.cardinality),
            shown(imbalance.density),
            imbalance.distinct_label_sets,
            shown(imbalance.mean_ir),
            shown(imbalance.cvir),
            shown(imbalance.scumble)
        ),
    ];
    let n_without = table.sets.iter().filter(|labels| labels.is_empty()).count();
    if n_without > 0 {
        notes.push(format!("Rows without any label: {n_without}"));
    }
    let pairs = frequent_pairs(table);
    if !pairs.is_empty() {
        notes.push(format!("Most often together: {}", pairs.join(", ")));
    }
    Sheet { n_rows: names.len(), columns, notes }
}

/// The pairs of labels that most rows have both of.
fn frequent_pairs(table: &LabelTable) -> Vec<String> {
    let counts = table.sets.co_occurrence();
    let names = &table.table.class_labels;
    let mut pairs: Vec<(u64, usize, usize)> = Vec::new();
    for a in 0..names.len() {
        pairs.extend((a + 1..names.len()).map(|b| (counts[[a, b]], a, b)).filter(|(n, ..)| *n > 0));
    }
    pairs.sort_by_key(|&(n, a, b)| (std::cmp::Reverse(n), a, b));
    pairs.iter().take(MOST_PAIRS).map(|&(n, a, b)| format!("{} and {} ({n})", names[a], names[b])).collect()
}
