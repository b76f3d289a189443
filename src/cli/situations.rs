//! `situations`: the textbook situations of the window's menu, by the names that --situation takes.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::{
    output::{OutputFlags, write_json},
    sheet::{Column, Sheet},
};
use crate::{
    distribution::{ClassCounts, DistributionSpec},
    experiment::{
        Situation,
        export::{Cell, Format},
        find_situation, situations,
    },
};

/// Arguments of `situations`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SituationsArguments {
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab situations
  longtail-lab counts --situation cifar-100-lt-factor-50
  longtail-lab train --situation fraud-1-500 --epochs 20";

/// A situation by its name.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Situation")]
pub(super) struct SituationFlag {
    /// A textbook situation, which the other flags then change; longtail-lab situations lists them
    #[arg(long, value_name = "NAME", value_parser = situation)]
    pub(super) situation: Option<Box<Situation>>,
}

impl SituationFlag {
    /// The class counts to start from: the situation's, or the default ones.
    ///
    /// # Errors
    /// When the situation is a real data set.
    pub(super) fn distribution(&self) -> anyhow::Result<DistributionSpec> {
        match &self.situation {
            Some(situation) if situation.data.source.is_table() => {
                bail!("{} is a real data set, whose rows give the counts: use longtail-lab train", situation.name)
            }
            Some(situation) => Ok(situation.distribution.clone()),
            None => Ok(DistributionSpec::default()),
        }
    }
}

fn situation(name: &str) -> Result<Box<Situation>, String> {
    let found = find_situation(name).map(Box::new);
    found.ok_or_else(|| "there is no such situation: longtail-lab situations lists those there are".to_owned())
}

/// A situation as JSON.
#[derive(Serialize)]
struct Entry<'a> {
    key: String,
    name: &'a str,
    group: &'a str,
    explanation: &'a str,
    classes: Option<usize>,
    total: Option<u64>,
    realised_imbalance: Option<f64>,
}

pub(super) fn run(arguments: &SituationsArguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output.open([])?;
    let all = situations();
    // Real data sets bring their own counts.
    let counts: Vec<Option<ClassCounts>> = all
        .iter()
        .map(|situation| if situation.data.source.is_table() { None } else { situation.distribution.counts().ok() })
        .collect();
    output.write(|out| match arguments.output.format.unwrap_or(Format::Table) {
        Format::Table => sheet(&all, &counts).write_table(out),
        Format::Csv => sheet(&all, &counts).write_csv(out),
        Format::Json => write_json(out, &entries(&all, &counts)),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn entries<'a>(all: &'a [Situation], counts: &[Option<ClassCounts>]) -> Vec<Entry<'a>> {
    let entry = |(situation, counts): (&'a Situation, &Option<ClassCounts>)| Entry {
        key: situation.key(),
        name: &situation.name,
        group: situation.group,
        explanation: &situation.explanation,
        classes: counts.as_ref().map(ClassCounts::n_classes),
        total: counts.as_ref().map(ClassCounts::total),
        realised_imbalance: counts.as_ref().map(ClassCounts::realised_imbalance),
    };
    all.iter().zip(counts).map(entry).collect()
}

fn sheet<'a>(all: &'a [Situation], counts: &'a [Option<ClassCounts>]) -> Sheet<'a> {
    let count = |row: usize, of: fn(&ClassCounts) -> u64| match &counts[row] {
        Some(counts) => Cell::Count(of(counts)),
        None => Cell::Missing,
    };
    let columns = vec![
        Column::new("situation", "situation", |row| Cell::Text(all[row].key())),
        Column::new("classes", "classes", move |row| count(row, |counts| counts.n_classes() as u64)),
        Column::new("largest", "largest", move |row| count(row, ClassCounts::max)),
        Column::new("smallest", "smallest", move |row| count(row, ClassCounts::min_present)),
        Column::new("samples", "samples", move |row| count(row, ClassCounts::total)),
    ];
    let notes = vec![
        "Each brings class counts and samples; --format json has the explanations".to_owned(),
        "n/a: a real data set, whose rows give the counts".to_owned(),
    ];
    Sheet { n_rows: all.len(), columns, notes }
}
