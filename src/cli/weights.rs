//! `weights`: class weights, one scheme beside the other, or one weight vector as code.

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::{
    counts::{class_column, count_column, short},
    import_flags::{ImportFlags, notes},
    input::{check_distinct, number, readable},
    output::{OutputFlags, say, write_json},
    profile_flags::ProfileFlags,
    progress::INTERRUPTED,
    sheet::{Column, Sheet},
    situations::SituationFlag,
};
use crate::{
    distribution::ClassCounts,
    experiment::{
        export::{Cell, Format},
        name_of, parse_name,
    },
    loss::{Head, Loss},
    weighting::{
        BetaRange, Consequence, Normalisation, Scheme, SchemeKind, SnippetKind, SnippetSource, beta_hint, beta_range,
        class_weights, effective_number, snippet,
    },
};

/// Flags that say class counts in another way than a data file.
const COUNTS: [&str; 11] = [
    "situation",
    "profile",
    "classes",
    "max",
    "imbalance",
    "minority_share",
    "zipf_exponent",
    "pareto_power",
    "total",
    "counts",
    "counts_file",
];

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
    /// A data file whose rows are counted, with the names of its classes; --label and the like say how it is read
    #[arg(long, value_name = "FILE", value_parser = readable(), conflicts_with_all = COUNTS)]
    #[arg(help_heading = "Class counts")]
    data: Option<PathBuf>,
    #[command(flatten)]
    import: ImportFlags,
    /// Scale: sum-to-classes (Σ w = C, the class-balanced loss paper), mean-sample-one (Σ n·w = N, scikit-learn's "balanced") or none [default: sum-to-classes, of a data file mean-sample-one]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Normalisation>, alias = "normalize")]
    #[arg(help_heading = "Weights")]
    normalise: Option<Normalisation>,
    /// One weight vector as code: python, numpy, pytorch, pytorch-focal, torchvision, keras, sklearn, json or csv [default scheme: effective-number, β = 0.999]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<SnippetKind>, conflicts_with = "format")]
    #[arg(help_heading = "Snippet")]
    snippet: Option<SnippetKind>,
    /// Focusing parameter γ in the snippets pytorch-focal and torchvision, 0 to 20 [default: 2]
    #[arg(long, value_name = "GAMMA", value_parser = number, allow_negative_numbers = true, requires = "snippet")]
    #[arg(help_heading = "Snippet")]
    gamma: Option<f64>,
    /// Balance α of positives in the snippet torchvision, 0 to 1 [default: none]
    #[arg(long, value_name = "ALPHA", value_parser = number, allow_negative_numbers = true, requires = "snippet")]
    #[arg(help_heading = "Snippet")]
    alpha: Option<f64>,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab weights --counts 5000,2997,1796,1077,645,387,232,139,83,50
  longtail-lab weights --classes 100 --max 500 --imbalance 50 \
      --scheme effective-number --beta 0.9,0.99
  longtail-lab weights --counts 900,90,9 --normalise none --format json
  longtail-lab weights --counts 900,90,9 --beta 0.99 --snippet pytorch
  longtail-lab weights --data assets/data/yeast.csv --snippet pytorch
  longtail-lab counts --profile zipf --format csv | tail -n +2 | \
      cut -d, -f2 | longtail-lab weights --counts-file -";

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    /// Names of the classes, in their order.
    class_labels: &'a [String],
    counts: &'a [u64],
    columns: Vec<WeightColumn>,
    /// What each column does, in the same order.
    consequences: Vec<Consequence>,
    /// Where β makes a difference.
    beta_range: Option<BetaRange>,
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
    fn new(counts: &ClassCounts, scheme: Scheme, normalisation: Normalisation) -> Self {
        let weights = class_weights(counts, scheme, normalisation);
        let (scheme, beta) = (scheme.kind(), scheme.beta());
        let effective_numbers = beta.map(|beta| counts.as_slice().iter().map(|&n| effective_number(beta, n)).collect());
        Self { scheme, beta, normalisation, weights, effective_numbers }
    }

    /// The heading for people.
    fn title(&self) -> String {
        match (self.beta, self.scheme) {
            (Some(beta), _) => format!("β = {beta}"),
            (None, SchemeKind::InverseSqrtFrequency) => "inverse-sqrt".to_owned(),
            (None, _) => name_of(&self.scheme).replace('_', "-"),
        }
    }

    /// The column of a table.
    fn column(&self) -> Column<'_> {
        let name = name_of(&self.scheme);
        let name = self.beta.map_or(name.clone(), |beta| format!("{name}_{beta}"));
        Column::new(self.title(), name, |class_idx| Cell::Number(self.weights[class_idx]))
    }
}

pub(super) fn run(arguments: &WeightsArguments) -> anyhow::Result<ExitCode> {
    let files = arguments.data.as_deref().into_iter().chain(arguments.profile.counts_file());
    let output = arguments.output.open(files)?;
    let schemes = match arguments.snippet {
        None => schemes(arguments, &SchemeKind::ALL[1..], &[0.9, 0.99, 0.999, 0.9999])?,
        Some(_) => schemes(arguments, &[SchemeKind::EffectiveNumber], &[0.999])?,
    };
    // Of a file as training on it has them; of counts alone as the paper of the class-balanced loss states them.
    let usual = match &arguments.data {
        Some(_) => Normalisation::MeanSampleWeightOne,
        None => Normalisation::SumToClasses,
    };
    let normalisation = arguments.normalise.unwrap_or(usual);
    let Some(counted) = counted(arguments)? else { return Ok(ExitCode::from(INTERRUPTED)) };
    if let Some(kind) = arguments.snippet {
        let text = snippet_of(arguments, kind, &counted, &schemes, normalisation)?;
        output.write(|out| out.write_all(text.as_bytes()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Counted { counts, labels, .. } = counted;
    let columns: Vec<_> = schemes.into_iter().map(|scheme| WeightColumn::new(&counts, scheme, normalisation)).collect();
    let consequences: Vec<_> = columns.iter().map(|column| Consequence::of(&counts, &column.weights)).collect();
    let beta_range = beta_range(&counts);
    output.write(|out| match arguments.output.format.unwrap_or(Format::Table) {
        Format::Table => {
            let mut sheet = sheet(&counts, &labels, &columns, normalisation);
            sheet.notes.extend(beta_range.filter(|_| has_beta(&columns)).map(BetaRange::sentence));
            sheet.notes.extend(consequence_notes(&columns, &consequences));
            sheet.write_table(out)
        }
        Format::Csv => sheet(&counts, &labels, &columns, normalisation).write_csv(out),
        Format::Json => {
            let places: Vec<String>;
            let class_labels = if labels.is_empty() {
                places = (0..counts.n_classes()).map(|class_idx| class_idx.to_string()).collect();
                &places
            } else {
                &labels
            };
            write_json(out, &Answer { class_labels, counts: counts.as_slice(), columns, consequences, beta_range })
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Class counts, with the names of classes and where they come from where they are a file's.
struct Counted {
    counts: ClassCounts,
    labels: Vec<String>,
    origin: Option<String>,
}

/// The counts that are asked for: of all rows of a data file, or those of the other flags; `None` where reading the file was
/// interrupted.
fn counted(arguments: &WeightsArguments) -> anyhow::Result<Option<Counted>> {
    let Some(path) = &arguments.data else {
        if arguments.import.is_given() {
            bail!("--label and the other flags about a file need one: name it with --data");
        }
        let mut spec = arguments.situation.distribution()?;
        arguments.profile.apply(&mut spec)?;
        return Ok(Some(Counted { counts: spec.counts()?, labels: Vec::new(), origin: None }));
    };
    let Some(inspection) = arguments.import.inspect(path)? else { return Ok(None) };
    if let Some(fault) = &inspection.fault {
        bail!("{fault}: {}", path.display());
    }
    for note in notes(&inspection) {
        say(&note);
    }
    let (labels, counts): (Vec<String>, Vec<u64>) = inspection.class_counts.into_iter().unzip();
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Some(Counted { counts: ClassCounts::new(counts)?, labels, origin: Some(format!("all rows of {name}")) }))
}

/// The names of classes, or their places where they have none.
fn named_column(labels: &[String]) -> Column<'_> {
    if labels.is_empty() {
        return class_column();
    }
    Column::new("class", "class", |class_idx| Cell::Text(labels[class_idx].clone()))
}

/// The weights of the only scheme as code.
fn snippet_of(
    arguments: &WeightsArguments,
    kind: SnippetKind,
    counted: &Counted,
    schemes: &[Scheme],
    normalisation: Normalisation,
) -> anyhow::Result<String> {
    let &[scheme] = schemes else {
        bail!("a snippet holds one weight vector, not {}: name one scheme and at most one β", schemes.len());
    };
    let (gamma, alpha) = (arguments.gamma, arguments.alpha);
    if gamma.is_some() && !kind.has_gamma() {
        bail!(
            "--gamma applies to the snippets pytorch-focal and torchvision alone: leave it out or choose one of them"
        );
    }
    if alpha.is_some() && !kind.has_alpha() {
        bail!("--alpha applies to the snippet torchvision alone: leave it out or choose it");
    }
    let gamma = gamma.unwrap_or(2.0);
    let Counted { counts, labels, origin } = counted;
    // What the loss would refuse in training it refuses in a snippet.
    Loss::new(Head::Sigmoid, gamma, alpha)?;
    Ok(snippet(
        kind,
        SnippetSource {
            labels,
            origin: origin.as_deref(),
            gamma,
            alpha,
            ..SnippetSource::new(counts, scheme, normalisation)
        },
    ))
}

/// The schemes that are asked for, one for each β.
fn schemes(
    arguments: &WeightsArguments,
    default_kinds: &[SchemeKind],
    default_betas: &[f64],
) -> anyhow::Result<Vec<Scheme>> {
    check_distinct("--scheme", &arguments.scheme, |kind| name_of(kind).replace('_', "-"))?;
    check_distinct("--beta", &arguments.beta, f64::to_string)?;
    let kinds = if arguments.scheme.is_empty() { default_kinds } else { &arguments.scheme };
    if !arguments.beta.is_empty() && !kinds.contains(&SchemeKind::EffectiveNumber) {
        bail!("--beta applies to the scheme effective-number alone: add it to --scheme or leave --beta out");
    }
    let betas = if arguments.beta.is_empty() { default_betas } else { &arguments.beta };
    let mut schemes = Vec::new();
    for &kind in kinds {
        let n_columns = if kind == SchemeKind::EffectiveNumber { betas.len() } else { 1 };
        for &beta in &betas[..n_columns] {
            schemes.push(kind.with_beta(beta)?);
        }
    }
    Ok(schemes)
}

fn has_beta(columns: &[WeightColumn]) -> bool {
    columns.iter().any(|column| column.beta.is_some())
}

/// What the weights of each column do, a sentence for each figure.
fn consequence_notes(columns: &[WeightColumn], consequences: &[Consequence]) -> Vec<String> {
    let list = |what: &str, of: fn(&Consequence) -> Option<f64>| {
        let figures = columns.iter().zip(consequences).map(|(column, consequence)| {
            format!("{} ({})", of(consequence).map_or("n/a".to_owned(), short), column.title())
        });
        format!("{what}: {}", figures.collect::<Vec<_>>().join(", "))
    };
    vec![
        list("Mean weight of a sample, multiplies the learning rate in effect (SGD, batch mean)", |consequence| {
            Some(consequence.mean_sample_weight)
        }),
        list("Share of the total weight Σ n·w in the most frequent fifth of classes", |consequence| {
            consequence.head_share
        }),
        list("Weight ratio tail : head", |consequence| consequence.tail_to_head),
    ]
}

fn sheet<'a>(
    counts: &'a ClassCounts,
    labels: &'a [String],
    columns: &'a [WeightColumn],
    normalisation: Normalisation,
) -> Sheet<'a> {
    let mut notes = Vec::new();
    if has_beta(columns) {
        notes.push("β = …: effective number, w = 1/E_n with E_n = (1 − βⁿ)/(1 − β)".to_owned());
    }
    notes.push(format!("Normalisation {}: {}", name_of(&normalisation).replace('_', "-"), normalisation.formula()));
    for beta in columns.iter().filter_map(|column| column.beta) {
        if let Some(hint) = beta_hint(counts, beta) {
            notes.push(format!("β = {beta}: {}", hint.sentence()));
        }
    }
    let columns = [named_column(labels), count_column(counts)]
        .into_iter()
        .chain(columns.iter().map(WeightColumn::column))
        .collect();
    Sheet { n_rows: counts.n_classes(), columns, notes }
}
