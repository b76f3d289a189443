//! `counts`: the class counts of a profile, with share and group.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{
    output::{OutputFlags, write_json},
    profile_flags::ProfileFlags,
    sheet::{Column, Sheet},
    situations::SituationFlag,
};
use crate::{
    distribution::{ClassCounts, Diagnostics, DistributionSpec, GroupRule},
    experiment::export::{Cell, Format, significant},
};

/// Arguments of `counts`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CountsArguments {
    #[command(flatten)]
    situation: SituationFlag,
    #[command(flatten)]
    profile: ProfileFlags,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab counts --profile exponential --classes 10 --max 5000 \
      --imbalance 100
  longtail-lab counts --profile step --classes 20 --minority-share 0.25
  longtail-lab counts --profile zipf --classes 1000 --out counts.txt
  longtail-lab counts --profile fitted --classes 365 --max 4980 \
      --imbalance 996 --total 62500
  longtail-lab counts --situation imagenet-lt-like-synthetic
  longtail-lab counts --counts 900,90,9 --format json";

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    counts: &'a [u64],
    total: u64,
    nominal_imbalance: Option<f64>,
    realised_imbalance: f64,
    #[serde(flatten)]
    diagnostics: Diagnostics,
}

pub(super) fn run(arguments: &CountsArguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output.open(arguments.profile.counts_file())?;
    let mut spec = arguments.situation.distribution()?;
    arguments.profile.apply(&mut spec)?;
    let counts = spec.counts()?;
    output.write(|out| match arguments.output.format.unwrap_or(Format::Table) {
        Format::Table => sheet(&spec, &counts).write_table(out),
        Format::Csv => sheet(&spec, &counts).write_csv(out),
        Format::Json => write_json(
            out,
            &Answer {
                counts: counts.as_slice(),
                total: counts.total(),
                nominal_imbalance: spec.nominal_imbalance(),
                realised_imbalance: counts.realised_imbalance(),
                diagnostics: Diagnostics::of(&counts),
            },
        ),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn sheet<'a>(spec: &DistributionSpec, counts: &'a ClassCounts) -> Sheet<'a> {
    let groups = GroupRule::default().assign(counts);
    let share = |class_idx: usize| counts.as_slice()[class_idx] as f64 / counts.total() as f64;
    let columns = vec![
        class_column(),
        count_column(counts),
        Column::new("share", "share", move |class_idx| Cell::Number(share(class_idx))),
        Column::new("group", "group", move |class_idx| Cell::Text(groups[class_idx].label().to_owned())),
    ];
    let realised = short(counts.realised_imbalance());
    let factor = match spec.nominal_imbalance() {
        Some(nominal) => format!("Imbalance factor {} nominal, {realised} realised", short(nominal)),
        None => format!("Imbalance factor {realised}"),
    };
    let Diagnostics { head_share, gini, effective_classes } = Diagnostics::of(counts);
    let notes = vec![
        format!("{}: {}", spec.profile.label(), spec.profile.formula()),
        format!("N = {} samples in {} classes", counts.total(), counts.n_classes()),
        factor,
        format!("Head share (most frequent fifth of classes) {}", short(head_share)),
        format!("Gini {}, as even as {} equally frequent classes", short(gini), short(effective_classes)),
        "Many: more than 100 samples, few: fewer than 20".to_owned(),
    ];
    Sheet { n_rows: counts.n_classes(), columns, notes }
}

/// Five significant digits without zeros at the end.
pub(super) fn short(value: f64) -> String {
    let text = significant(value);
    if !text.contains('.') || text.contains('e') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The first column of every list of classes.
pub(super) fn class_column<'a>() -> Column<'a> {
    Column::new("class", "class", |class_idx| Cell::Count(class_idx as u64))
}

/// The counts beside them.
pub(super) fn count_column(counts: &ClassCounts) -> Column<'_> {
    Column::new("count", "count", |class_idx| Cell::Count(counts.as_slice()[class_idx]))
}
