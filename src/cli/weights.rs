//! `weights`: class weights, one scheme beside the other.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::{
    counts::{class_column, count_column},
    input::{check_distinct, number},
    output::{OutputFlags, write_json},
    profile_flags::ProfileFlags,
    sheet::{Column, Sheet},
    situations::SituationFlag,
};
use crate::{
    distribution::ClassCounts,
    experiment::{
        export::{Cell, Format},
        name_of, parse_name,
    },
    weighting::{Normalisation, Scheme, SchemeKind, beta_hint, class_weights, effective_number},
};

/// Arguments of `weights`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct WeightsArguments {
    #[command(flatten)]
    situation: SituationFlag,
    #[command(flatten)]
    profile: ProfileFlags,
    /// Schemes, separated by commas: uniform, inverse-frequency, inverse-sqrt, effective-number [default: all but uniform]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse_name::<SchemeKind>)]
    #[arg(help_heading = "Weights")]
    scheme: Vec<SchemeKind>,
    /// β of the effective number, in [0, 1), separated by commas [default: 0.9,0.99,0.999,0.9999]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = number, allow_hyphen_values = true)]
    #[arg(help_heading = "Weights")]
    beta: Vec<f64>,
    /// Scale: sum-to-classes (Σ w = C, the class-balanced loss paper), mean-sample-one (Σ n·w = N, scikit-learn's "balanced") or none [default: sum-to-classes]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Normalisation>, alias = "normalize")]
    #[arg(help_heading = "Weights")]
    normalise: Option<Normalisation>,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab weights --counts 5000,2997,1796,1077,645,387,232,139,83,50
  longtail-lab weights --classes 100 --max 500 --imbalance 50 \
      --scheme effective-number --beta 0.9,0.99
  longtail-lab weights --counts 900,90,9 --normalise none --format json
  longtail-lab counts --profile zipf --format csv | tail -n +2 | \
      cut -d, -f2 | longtail-lab weights --counts-file -";

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    counts: &'a [u64],
    columns: Vec<WeightColumn>,
}

/// The weights of one scheme.
#[derive(Serialize)]
struct WeightColumn {
    scheme: SchemeKind,
    beta: Option<f64>,
    normalisation: Normalisation,
    weights: Vec<f64>,
    effective_numbers: Option<Vec<f64>>,
}

impl WeightColumn {
    fn new(counts: &ClassCounts, scheme: Scheme, normalisation: Normalisation) -> anyhow::Result<Self> {
        let weights = class_weights(counts, scheme, normalisation)?;
        let (scheme, beta) = match scheme {
            Scheme::Uniform => (SchemeKind::Uniform, None),
            Scheme::InverseFrequency => (SchemeKind::InverseFrequency, None),
            Scheme::InverseSqrtFrequency => (SchemeKind::InverseSqrtFrequency, None),
            Scheme::EffectiveNumber { beta } => (SchemeKind::EffectiveNumber, Some(beta)),
        };
        let effective_numbers = beta.map(|beta| counts.as_slice().iter().map(|&n| effective_number(beta, n)).collect());
        Ok(Self { scheme, beta, normalisation, weights, effective_numbers })
    }

    /// The column of a table.
    fn column(&self) -> Column<'_> {
        let (title, name) = match (self.beta, self.scheme) {
            (Some(beta), _) => (format!("β = {beta}"), format!("{}_{beta}", name_of(&self.scheme))),
            (None, SchemeKind::InverseSqrtFrequency) => ("inverse-sqrt".to_owned(), name_of(&self.scheme)),
            (None, _) => (name_of(&self.scheme).replace('_', "-"), name_of(&self.scheme)),
        };
        Column::new(title, name, |class_idx| Cell::Number(self.weights[class_idx]))
    }
}

pub(super) fn run(arguments: &WeightsArguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output.open()?;
    let schemes = schemes(arguments)?;
    let normalisation = arguments.normalise.unwrap_or(Normalisation::SumToClasses);
    let mut spec = arguments.situation.distribution()?;
    arguments.profile.apply(&mut spec)?;
    let counts = spec.counts()?;
    let columns = schemes
        .into_iter()
        .map(|scheme| WeightColumn::new(&counts, scheme, normalisation))
        .collect::<anyhow::Result<Vec<_>>>()?;
    output.write(|out| match arguments.output.format.unwrap_or(Format::Table) {
        Format::Table => sheet(&counts, &columns, normalisation).write_table(out),
        Format::Csv => sheet(&counts, &columns, normalisation).write_csv(out),
        Format::Json => write_json(out, &Answer { counts: counts.as_slice(), columns }),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The schemes that are asked for, one for each β.
fn schemes(arguments: &WeightsArguments) -> anyhow::Result<Vec<Scheme>> {
    check_distinct("--scheme", &arguments.scheme, |kind| name_of(kind).replace('_', "-"))?;
    check_distinct("--beta", &arguments.beta, f64::to_string)?;
    let kinds = if arguments.scheme.is_empty() { &SchemeKind::ALL[1..] } else { &arguments.scheme };
    if !arguments.beta.is_empty() && !kinds.contains(&SchemeKind::EffectiveNumber) {
        bail!("--beta applies to the scheme effective-number alone: add it to --scheme or leave --beta out");
    }
    let betas = if arguments.beta.is_empty() { &[0.9, 0.99, 0.999, 0.9999] } else { arguments.beta.as_slice() };
    let mut schemes = Vec::new();
    for &kind in kinds {
        let n_columns = if kind == SchemeKind::EffectiveNumber { betas.len() } else { 1 };
        for &beta in &betas[..n_columns] {
            schemes.push(kind.with_beta(beta).check()?);
        }
    }
    Ok(schemes)
}

fn sheet<'a>(counts: &'a ClassCounts, columns: &'a [WeightColumn], normalisation: Normalisation) -> Sheet<'a> {
    let mut notes = Vec::new();
    if columns.iter().any(|column| column.beta.is_some()) {
        notes.push("β = …: effective number, w = 1/E_n with E_n = (1 − βⁿ)/(1 − β)".to_owned());
    }
    notes.push(format!("Normalisation {}: {}", name_of(&normalisation).replace('_', "-"), normalisation.formula()));
    for beta in columns.iter().filter_map(|column| column.beta) {
        if let Some(hint) = beta_hint(counts, beta) {
            notes.push(format!("β = {beta}: {}", hint.sentence()));
        }
    }
    let columns =
        [class_column(), count_column(counts)].into_iter().chain(columns.iter().map(WeightColumn::column)).collect();
    Sheet { n_rows: counts.n_classes(), columns, notes }
}
