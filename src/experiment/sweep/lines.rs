//! Results of a sweep as text: a line that says which sweep, then a line for each finished run, all of them JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CheckedSweep, SWEEP_FORMAT, SweepError, SweepRecord, SweepSpec};
use crate::data::{Evaluation, Table};

/// The first line of a file of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepHeader {
    /// Version of the file format; see [`SWEEP_FORMAT`].
    pub longtail_lab_sweep: u64,
    /// 16 hexadecimal digits that follow from the sweep and the samples of its table, but not from where the table lies.
    pub fingerprint: String,
    /// Number of runs.
    pub runs: u64,
    /// On which kind of samples the figures are measured, both for choosing and for reporting.
    pub evaluated_on: Evaluation,
    /// Name of each class, shape `[n_classes]`.
    pub class_labels: Vec<String>,
    /// The whole sweep.
    pub sweep: SweepSpec,
}

/// The contents of a file of results.
#[derive(Debug, Clone)]
pub struct SweepLines {
    /// Which sweep.
    pub header: SweepHeader,
    /// The finished runs, by number.
    pub records: BTreeMap<u64, SweepRecord>,
    /// Whether the last line was only half written and is left out.
    pub has_half_line: bool,
}

impl SweepHeader {
    pub(super) fn new(
        checked: &CheckedSweep,
        table: Option<&Table>,
        evaluated_on: Evaluation,
        class_labels: &[String],
    ) -> Self {
        Self {
            longtail_lab_sweep: SWEEP_FORMAT,
            fingerprint: fingerprint(checked.spec(), table),
            runs: checked.n_runs(),
            evaluated_on,
            class_labels: class_labels.to_vec(),
            sweep: checked.spec().clone(),
        }
    }

    /// Makes sure that results with this header can stand beside those with another.
    ///
    /// # Errors
    /// When they are results of different sweeps; the sentence names what differs.
    pub fn check_same(&self, other: &Self) -> Result<(), SweepError> {
        if self.fingerprint == other.fingerprint {
            return Ok(());
        }
        let mut here = other.sweep.clone();
        here.experiment.data.path.clone_from(&self.sweep.experiment.data.path);
        let what = if here == self.sweep {
            "the rows of its table differ"
        } else if here.experiment == self.sweep.experiment {
            "its parameters, metric or design differ"
        } else {
            "its experiment differs"
        };
        Err(SweepError::OtherSweep { what: what.to_owned() })
    }

    /// The line, with its end.
    pub fn to_line(&self) -> String {
        to_line(self)
    }
}

impl SweepRecord {
    /// The line, with its end.
    pub fn to_line(&self) -> String {
        to_line(self)
    }
}

fn to_line(value: &impl Serialize) -> String {
    // Maps have names for keys and every number is finite or `None`, so nothing can be refused.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

/// FNV-1a with 64 bits over the sweep and the table, as hexadecimal digits.
///
/// # Source
/// Fowler, Noll, Vo; RFC 9923.
fn fingerprint(spec: &SweepSpec, table: Option<&Table>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    let mut spec = spec.clone();
    spec.experiment.data.path = None;
    feed(to_line(&spec).as_bytes());
    if let Some(table) = table {
        table.class_labels.iter().for_each(|label| feed(to_line(label).as_bytes()));
        table.labels.iter().for_each(|label| feed(&label.to_le_bytes()));
        table.features.iter().for_each(|value| feed(&value.to_bits().to_le_bytes()));
    }
    format!("{hash:016x}")
}

/// All results as text, runs in order: the same for the same set of runs, however they came about.
pub fn to_lines<'a>(header: &SweepHeader, records: impl IntoIterator<Item = &'a SweepRecord>) -> String {
    let mut text = header.to_line();
    records.into_iter().for_each(|record| text.push_str(&record.to_line()));
    text
}

/// Reads results. What stands behind the last line end was being written when the program was ended, and is left out.
///
/// # Errors
/// When it is something else, was written by a newer program, or a line in it is damaged.
pub fn parse_lines(bytes: &[u8]) -> Result<SweepLines, SweepError> {
    parse(bytes, Err)
}

/// As [`parse_lines`], but leaves out damaged lines, whose runs can be trained again; returns how many they are.
///
/// # Errors
/// When it is something else, was written by a newer program, or has two results for the same run.
pub fn parse_undamaged_lines(bytes: &[u8]) -> Result<(SweepLines, usize), SweepError> {
    let mut n_damaged = 0;
    let lines = parse(bytes, |_| {
        n_damaged += 1;
        Ok(())
    })?;
    Ok((lines, n_damaged))
}

/// Reads results; what becomes of a damaged line is for the caller to say.
fn parse(
    bytes: &[u8],
    mut on_damaged: impl FnMut(SweepError) -> Result<(), SweepError>,
) -> Result<SweepLines, SweepError> {
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let has_half_line = whole < bytes.len();
    let mut lines = bytes[..whole].split_inclusive(|&byte| byte == b'\n').enumerate();
    let Some((_, first)) = lines.next() else {
        return Err(SweepError::NoResults("it has no complete line".to_owned()));
    };
    let header = parse_header(first)?;
    let mut records = BTreeMap::new();
    for (idx, line) in lines {
        let damaged = |reason: String| SweepError::Line { line: idx + 1, reason };
        match serde_json::from_slice::<SweepRecord>(line) {
            Ok(record) if record.run < header.runs => insert(&mut records, record)?,
            Ok(record) => on_damaged(damaged(format!("run {} of a sweep of {} runs", record.run, header.runs)))?,
            Err(error) => on_damaged(damaged(in_line(&error)))?,
        }
    }
    Ok(SweepLines { header, records, has_half_line })
}

fn parse_header(line: &[u8]) -> Result<SweepHeader, SweepError> {
    #[derive(Deserialize)]
    struct Version {
        longtail_lab_sweep: i64,
    }
    let no_header = "its first line does not say which sweep it is; `sweep` writes such files".to_owned();
    let version: Version = serde_json::from_slice(line).map_err(|_| SweepError::NoResults(no_header))?;
    if version.longtail_lab_sweep > SWEEP_FORMAT.cast_signed() {
        return Err(SweepError::Newer(version.longtail_lab_sweep));
    }
    let damaged = |error| SweepError::NoResults(format!("its first line is damaged, {}", in_line(&error)));
    serde_json::from_slice(line).map_err(damaged)
}

/// The parser's complaint; each line is read for itself, so that the line it counts is always the first.
fn in_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

fn insert(records: &mut BTreeMap<u64, SweepRecord>, record: SweepRecord) -> Result<(), SweepError> {
    let run = record.run;
    match records.get(&run) {
        Some(known) if *known != record => Err(SweepError::Contradiction { run }),
        _ => {
            records.insert(run, record);
            Ok(())
        }
    }
}

/// Puts the results of shards together.
///
/// # Errors
/// When they belong to different sweeps, or the same run has different results.
pub fn merge(parts: impl IntoIterator<Item = SweepLines>) -> Result<SweepLines, SweepError> {
    let mut parts = parts.into_iter();
    let mut merged = parts.next().ok_or(SweepError::NothingToMerge)?;
    for part in parts {
        merged.header.check_same(&part.header)?;
        merged.has_half_line |= part.has_half_line;
        for record in part.records.into_values() {
            insert(&mut merged.records, record)?;
        }
    }
    Ok(merged)
}

impl SweepLines {
    /// Results without a run.
    pub fn empty(header: SweepHeader) -> Self {
        Self { header, records: BTreeMap::new(), has_half_line: false }
    }

    /// All results as text; see [`to_lines`].
    pub fn to_text(&self) -> String {
        to_lines(&self.header, self.records.values())
    }

    /// The runs of a sweep that are not there yet.
    pub fn missing(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.header.runs).filter(|run| !self.records.contains_key(run))
    }
}
