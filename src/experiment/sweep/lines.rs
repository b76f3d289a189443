//! Results of a sweep as text: a line that says which sweep, then a line for each finished run, all of them JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CheckedSweep, SweepError, SweepRecord, SweepSpec, checksum};
use crate::data::{Evaluation, Table};

/// The version of the format of results that this program writes. Lines of version 1 have no checksum.
pub const RESULTS_FORMAT: u64 = 2;

/// The first line of a file of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepHeader {
    /// Version of the file format; see [`RESULTS_FORMAT`].
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
    /// Lines that are left out because they are damaged.
    pub damage: Damage,
}

/// Lines that are not what their sweep could have written, and why not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Damage {
    n_lines: usize,
    /// The first of them: line in the file, from 1, and what is wrong.
    named: Vec<(usize, String)>,
}

impl Damage {
    /// Lines that are named; of the others there is only the number.
    const MOST_NAMED: usize = 5;

    pub(super) fn add(&mut self, line: usize, reason: String) {
        self.n_lines += 1;
        if self.named.len() < Self::MOST_NAMED {
            self.named.push((line, reason));
        }
    }

    /// How many lines are damaged.
    pub fn n_lines(&self) -> usize {
        self.n_lines
    }

    /// Which lines are damaged and why, as the beginning of a sentence; empty where none is.
    pub fn in_words(&self) -> String {
        let mut words = Vec::new();
        for (idx, (line, reason)) in self.named.iter().enumerate() {
            let is = if idx == 0 { " is damaged" } else { "" };
            words.push(format!("line {line}{is}: {reason}"));
        }
        match self.n_lines - self.named.len() {
            0 => {}
            1 => words.push("and 1 more".to_owned()),
            n => words.push(format!("and {n} more")),
        }
        words.join("; ")
    }
}

impl SweepHeader {
    pub(super) fn new(
        checked: &CheckedSweep,
        table: Option<&Table>,
        evaluated_on: Evaluation,
        class_labels: &[String],
    ) -> Self {
        Self {
            longtail_lab_sweep: RESULTS_FORMAT,
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
            // An earlier program may have written the same sweep with fewer settings.
            if !here.experiment.data.source.is_table() {
                return Ok(());
            }
            "the rows of its table differ"
        } else if here.experiment == self.sweep.experiment {
            "its parameters, metric or design differ"
        } else {
            "its experiment differs"
        };
        Err(SweepError::OtherSweep { what: what.to_owned() })
    }

    /// The line, with its checksum and end.
    pub fn to_line(&self) -> String {
        // Its own fingerprint is part of the line.
        checksum::sealed(&to_json(self), "")
    }
}

impl SweepRecord {
    /// The line in the results of the sweep with this fingerprint, with its checksum and end.
    pub fn to_line(&self, fingerprint: &str) -> String {
        checksum::sealed(&to_json(self), fingerprint)
    }
}

fn to_json(value: &impl Serialize) -> String {
    // Maps have names for keys and every number is finite or `None`, so nothing can be refused.
    serde_json::to_string(value).unwrap_or_default()
}

/// The fingerprint of a sweep.
fn fingerprint(spec: &SweepSpec, table: Option<&Table>) -> String {
    let mut spec = spec.clone();
    spec.experiment.data.path = None;
    fingerprint_of_text(&to_json(&spec), table)
}

/// The fingerprints that the results of a sweep may have: that of the sweep, and that of its text in the file, which an
/// earlier program may have written with fewer settings.
pub(super) fn fingerprints(spec: &SweepSpec, raw: &str, table: Option<&Table>) -> [String; 2] {
    [fingerprint(spec, table), fingerprint_of_text(raw, table)]
}

/// FNV-1a with 64 bits over the text of a sweep and the table, as hexadecimal digits.
///
/// # Source
/// Fowler, Noll, Vo; RFC 9923.
fn fingerprint_of_text(sweep: &str, table: Option<&Table>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    feed(sweep.as_bytes());
    feed(b"\n");
    if let Some(table) = table {
        table.class_labels.iter().for_each(|label| feed((to_json(label) + "\n").as_bytes()));
        table.labels.iter().for_each(|label| feed(&label.to_le_bytes()));
        table.features.iter().for_each(|value| feed(&value.to_bits().to_le_bytes()));
    }
    format!("{hash:016x}")
}

/// All results as text, runs in order: the same for the same set of runs, however they came about.
pub fn to_lines<'a>(header: &SweepHeader, records: impl IntoIterator<Item = &'a SweepRecord>) -> String {
    let mut text = header.to_line();
    records.into_iter().for_each(|record| text.push_str(&record.to_line(&header.fingerprint)));
    text
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
        merged.take_in(part)?;
    }
    Ok(merged)
}

impl SweepLines {
    /// Results without a run.
    pub fn empty(header: SweepHeader) -> Self {
        Self { header, records: BTreeMap::new(), has_half_line: false, damage: Damage::default() }
    }

    /// Makes sure that no line was damaged.
    ///
    /// # Errors
    /// When there are damaged lines; the sentence names them.
    pub fn undamaged(self) -> Result<Self, SweepError> {
        if self.damage.n_lines() == 0 { Ok(self) } else { Err(SweepError::Damaged(self.damage)) }
    }

    /// Adds the runs of other results.
    ///
    /// # Errors
    /// When they belong to another sweep, or the same run has different results.
    pub fn take_in(&mut self, other: Self) -> Result<(), SweepError> {
        self.header.check_same(&other.header)?;
        self.has_half_line |= other.has_half_line;
        for record in other.records.into_values() {
            insert(&mut self.records, record)?;
        }
        Ok(())
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
