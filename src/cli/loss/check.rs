//! `loss --check`: what somebody's implementation printed against ours, with what is likely to be wrong.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    process::ExitCode,
};

use anyhow::ensure;
use serde::Serialize;

use super::{Case, MAX_CASES_BYTES, fields::with_words_for_no_numbers, read};
use crate::{
    cli::{
        input::{read_text, with_path},
        output::{OutputFlags, write_json},
        sheet::{Column, Sheet},
    },
    experiment::export::{Cell, Format},
    loss::{Agreement, Diagnosis, Printed, check_answers},
    numbers::written,
};

/// Exit status where something differs.
const DIFFERS: u8 = 1;

/// How far a case is off, and what explains it.
type Found = (Agreement, Vec<Diagnosis>);

/// What came of a case.
#[derive(Serialize)]
struct Checked {
    case: usize,
    note: String,
    kind: String,
    numbers: String,
    /// `None` where the case has nothing to compare.
    agrees: Option<bool>,
    loss_deviation: Option<f64>,
    gradient_deviation: Option<f64>,
    batch_deviation: Option<f64>,
    /// Names of what is likely to be wrong; empty where it is not known, or nothing is.
    faults: Vec<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
    #[serde(skip)]
    largest: f64,
}

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    tolerance: f64,
    agrees: bool,
    summary: &'a [String],
    cases: &'a [Checked],
}

pub(super) fn run(path: &Path, tolerance: f64, flags: &OutputFlags) -> anyhow::Result<ExitCode> {
    ensure!(tolerance > 0.0 && tolerance < 1.0, "--tolerance must be above 0 and below 1, got {}", written(tolerance));
    let output = flags.open([path])?;
    let text = with_words_for_no_numbers(&read_text(path, MAX_CASES_BYTES)?);
    let cases = read(&text).map_err(|error| with_path(error, path))?;
    let checked = check(&cases, tolerance);
    if checked.iter().all(|case| case.agrees.is_none()) {
        let error = "no case has anything to compare: add what your implementation printed as \"loss_per_sample\", \"gradient\" or \"batch_loss\"";
        return Err(with_path(error, path));
    }
    let agrees = checked.iter().all(|case| case.agrees != Some(false));
    let summary = summary(&checked, tolerance);
    output.write(|out| match flags.format.unwrap_or(Format::Table) {
        Format::Table => sheet(&checked, &summary).write_table(out),
        Format::Csv => sheet(&checked, &summary).write_csv(out),
        Format::Json => write_json(out, &Answer { tolerance, agrees, summary: &summary, cases: &checked }),
    })?;
    Ok(if agrees { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
}

/// Compares every case; of several diagnoses that assume as little, that which explains most cases is taken.
fn check(cases: &[Case], tolerance: f64) -> Vec<Checked> {
    let answers: Vec<Option<Found>> = cases.iter().map(|case| answer(case, tolerance)).collect();
    let mut votes: HashMap<Vec<&'static str>, usize> = HashMap::new();
    for (_, diagnoses) in answers.iter().flatten() {
        let distinct: HashSet<Vec<&'static str>> = simplest(diagnoses).map(Diagnosis::keys).collect();
        for keys in distinct {
            *votes.entry(keys).or_default() += 1;
        }
    }
    let judged = |(case_idx, (case, answer)): (usize, (&Case, Option<Found>))| {
        let (agreement, diagnoses) = answer.map_or((None, Vec::new()), |(agreement, found)| (Some(agreement), found));
        // The first of those with most votes.
        let most = simplest(&diagnoses).map(|diagnosis| votes[&diagnosis.keys()]).max();
        let likely = simplest(&diagnoses).find(|diagnosis| Some(votes[&diagnosis.keys()]) == most);
        // A file has no word for what is no finite number.
        let shown = |size: Option<f64>| size.filter(|size| size.is_finite());
        Checked {
            case: case_idx,
            note: case.note().to_owned(),
            kind: case.kind(),
            numbers: case.parameters(),
            agrees: agreement.map(|agreement| agreement.largest() <= tolerance),
            loss_deviation: shown(agreement.and_then(|agreement| agreement.loss)),
            gradient_deviation: shown(agreement.and_then(|agreement| agreement.gradient)),
            batch_deviation: shown(agreement.and_then(|agreement| agreement.batch)),
            faults: likely.map(Diagnosis::keys).unwrap_or_default(),
            explanation: likely.map(Diagnosis::in_words),
            largest: agreement.map_or(0.0, |agreement| agreement.largest()),
        }
    };
    cases.iter().zip(answers).enumerate().map(judged).collect()
}

/// The diagnoses that assume as little as the first one does.
fn simplest(diagnoses: &[Diagnosis]) -> impl Iterator<Item = &Diagnosis> {
    let least = diagnoses.first().map(Diagnosis::n_assumed);
    diagnoses.iter().take_while(move |diagnosis| Some(diagnosis.n_assumed()) == least)
}

/// How far a case is off and what explains it; `None` where it has nothing to compare.
fn answer(case: &Case, tolerance: f64) -> Option<Found> {
    let given = case.given().clone();
    let printed = Printed {
        loss_per_sample: given.loss_per_sample,
        gradient: given.gradient,
        batch_loss: given.batch_loss.filter(|_| !case.losses().is_empty()),
    };
    if printed.is_empty() {
        return None;
    }
    Some(match case {
        Case::Classes(case) => check_answers(&case.question(), &printed, tolerance),
        Case::Sets(case) => case.with_question(|question| check_answers(question, &printed, tolerance)),
    })
}

/// What came of all cases, in sentences.
fn summary(checked: &[Checked], tolerance: f64) -> Vec<String> {
    let n_compared = checked.iter().filter(|case| case.agrees.is_some()).count();
    let differing: Vec<&Checked> = checked.iter().filter(|case| case.agrees == Some(false)).collect();
    let cases = |n: usize| if n == 1 { "1 case".to_owned() } else { format!("{n} cases") };
    let mut notes = Vec::new();
    if differing.is_empty() {
        let largest = checked.iter().map(|case| case.largest).fold(0.0, f64::max);
        let which =
            if n_compared == 1 { "the 1 case agrees".to_owned() } else { format!("all {n_compared} cases agree") };
        notes.push(format!("{which} to within {tolerance:e}; the largest deviation is {largest:.1e}"));
    } else {
        let verb = if differing.len() == 1 { "differs" } else { "differ" };
        notes.push(format!("{} of {} {verb}", differing.len(), cases(n_compared)));
        let mut explanations: Vec<(&str, usize)> = Vec::new();
        for case in &differing {
            let words = case.explanation.as_deref().unwrap_or("no fault that is known here explains it");
            match explanations.iter_mut().find(|(known, _)| *known == words) {
                Some((_, n)) => *n += 1,
                None => explanations.push((words, 1)),
            }
        }
        explanations.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        notes.extend(explanations.iter().map(|(words, n)| format!("{}: {words}", cases(*n))));
    }
    if n_compared < checked.len() {
        notes.push(format!("{} with nothing to compare", cases(checked.len() - n_compared)));
    }
    notes
}

fn sheet<'a>(checked: &'a [Checked], summary: &[String]) -> Sheet<'a> {
    let text = |title: &str, name: &str, of: fn(&Checked) -> String| {
        Column::new(title, name, move |row: usize| Cell::Text(of(&checked[row])))
    };
    let deviation = |title: &str, name: &str, of: fn(&Checked) -> Option<f64>| {
        Column::new(title, name, move |row: usize| of(&checked[row]).map_or(Cell::Missing, Cell::Number))
    };
    let verdict = |case: &Checked| match case.agrees {
        None => "not compared".to_owned(),
        Some(true) => "agrees".to_owned(),
        Some(false) => "differs".to_owned(),
    };
    let columns = vec![
        Column::new("case", "case", |row| Cell::Count(checked[row].case as u64)),
        text("note", "note", |case| case.note.clone()),
        text("kind", "kind", |case| case.kind.clone()),
        text("numbers", "numbers", |case| case.numbers.clone()),
        deviation("loss off", "loss_deviation", |case| case.loss_deviation),
        deviation("gradient off", "gradient_deviation", |case| case.gradient_deviation),
        deviation("batch off", "batch_deviation", |case| case.batch_deviation),
        text("verdict", "verdict", verdict),
        text("likely fault", "faults", |case| case.faults.join(" ")),
    ];
    Sheet { n_rows: checked.len(), columns, notes: summary.to_vec() }
}
