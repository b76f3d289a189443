//! `train`: runs an experiment and compares its objectives.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use anyhow::bail;
use clap::Args;
use serde::{Deserialize, Serialize};

use super::{
    grid::write_grid,
    input::{is_standard, names_experiment, read_spec, whole, with_path},
    label_flags::LabelFlags,
    long_tail_flags::say_what_is_kept,
    output::{OutputFlags, check_apart, say, write_json},
    progress::{INTERRUPTED, ProgressLines, end_of_runs, progress_bar, stop_on_interrupt},
    source::{data_files, open_source, open_unless_interrupted},
    threads::start_threads,
    train_files::FileFlags,
    train_flags::ExperimentFlags,
    train_labels, train_snippet,
};
use crate::{
    experiment::{
        self, CheckedSpec, ExperimentSpec, Hooks, ModuleKind, ObjectiveSummary, PairedSummary, Preset, RunRecord,
        export::{
            Format, Grid, RunLossShares, Tidy, add_differences, comparison_grid, curves_grid, left_out,
            loss_share_grid, mean_curves, ownerships, tidy_grid,
        },
        file, paired_differences, parse_name, summarise,
    },
    system::keep_to_the_cores,
};

/// Arguments of `train`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TrainArguments {
    /// An experiment file, as written by --save or by the window; or a data file
    #[arg(value_name = "EXPERIMENT.toml")]
    experiment: Option<PathBuf>,
    #[command(flatten)]
    flags: ExperimentFlags,
    #[command(flatten)]
    labels: LabelFlags,
    /// Threads to train on [default: one for each core]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    #[arg(help_heading = "Running")]
    jobs: Option<usize>,
    /// Write the experiment that would run into this file, and do not run it; "-" is standard output
    #[arg(long, value_name = "FILE.toml", conflicts_with_all = ["out", "format"])]
    #[arg(help_heading = "Running")]
    save: Option<PathBuf>,
    /// Write the objective as a Python module that runs, pytorch or numpy, and do not train: classes and their weights for all
    /// rows of a file, loss, sampler, start of the bias, and a check against a value of the lab
    #[arg(long, value_name = "NAME", value_parser = parse_name::<ModuleKind>, help_heading = "Output")]
    #[arg(conflicts_with_all = ["save", "format", "ownership", "curves", "baseline", "spreadsheet"])]
    snippet: Option<ModuleKind>,
    #[command(flatten)]
    files: FileFlags,
    /// Show who owns the training loss at the end instead of recall: each class's share of the summed loss and of the
    /// gradient norms, easy and hard samples apart. In JSON it comes beside everything else, with the cumulative loss
    /// by sample
    #[arg(long, help_heading = "Output", conflicts_with = "save")]
    ownership: bool,
    /// Add the differences of every objective to this one, seed by seed: mean, 95 % interval of the paired differences, and
    /// whether they are within noise. In JSON, and in words below a table, they come for the first objective without the
    /// flag wherever there are more seeds than one
    #[arg(long, value_name = "OBJECTIVE", help_heading = "Output", conflicts_with_all = ["save", "ownership", "curves"])]
    baseline: Option<String>,
    /// Show macro recall over epochs instead of recall, at up to 100 epochs; in JSON it comes with every run
    #[arg(long, help_heading = "Output", conflicts_with_all = ["save", "ownership"])]
    curves: bool,
    /// table for people; csv or json, with every digit, for programs; html: a page with pictures that stands alone, and that
    /// the lab opens as an experiment [default: table]
    #[arg(long, value_name = "FORMAT", value_parser = parse_name::<TrainFormat>, help_heading = "Output")]
    format: Option<TrainFormat>,
    /// CSV with one value a row, for data frames: a row for each run and class (classes), or each run and figure (metrics)
    #[arg(long, value_name = "ROWS", value_parser = parse_name::<Tidy>, help_heading = "Output")]
    #[arg(conflicts_with_all = ["format", "ownership", "curves", "baseline", "save", "snippet"])]
    tidy: Option<Tidy>,
    /// Write into this file, whole or not at all; "-" is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: Option<PathBuf>,
    /// With csv: put an apostrophe before names that a spreadsheet would take for a formula, because they begin with =, +,
    /// -, @ or a tabulator; without it names come out as they are, to be read back by programs
    #[arg(long, help_heading = "Output")]
    spreadsheet: bool,
}

/// A format that the comparison can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TrainFormat {
    Table,
    Csv,
    Json,
    Html,
}

/// Trains an experiment as the window does and draws the page about it; how far it is comes as an epoch and the last one.
pub type DrawReport = fn(&ExperimentSpec, &mut dyn FnMut(u64, u64)) -> Result<String, String>;

const EXAMPLES: &str = r"Examples:
  longtail-lab train --epochs 20 --seeds 3
  longtail-lab train --data assets/data/page-blocks.csv --label class \
      --objective ce,balanced-ce,cb-softmax --epochs 10
  longtail-lab train --data assets/data/yeast.csv --optimiser lbfgs \
      --test-share 0 --format json --out yeast.json
  longtail-lab train --data assets/data/digits.csv --epochs 20 \
      --make-long-tailed exponential:100 --class-order name
  longtail-lab train --profile step --objective ce,focal,cb-focal \
      --beta 0.99 --gamma 0.5 --save question.toml
  longtail-lab train --objective ce,cb-softmax,ce-smote \
      --sampler-of ce=under-sampling --epochs 10
  longtail-lab train --situation fraud-1-500 --objective ce,balanced-ce
  longtail-lab train --objective ce,focal --epochs 10 --ownership
  longtail-lab train --seeds 5 --baseline CE --epochs 20
  longtail-lab train question.toml --epochs 5 --out answer.txt
  longtail-lab train --data assets/data/yeast.csv --objective cb-focal \
      --snippet pytorch --out objective.py
  longtail-lab train --data tests/data/multilabel.csv \
      --labels label1,label2,label3,label4,label5 --threshold tuned \
      --objective bce,pos-weight,asl,db-focal
  longtail-lab train --epochs 20 --format html --out report.html";

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    /// Version of this format; docs/train.schema.json describes it.
    longtail_lab_train: u64,
    experiment: &'a ExperimentSpec,
    runs: &'a [RunRecord],
    summary: &'a [ObjectiveSummary],
    /// What the figures leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<&'a [PairedSummary]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ownership: Option<Vec<RunLossShares<'a>>>,
}

/// What is written of the answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Who owns the training loss, in place of recall.
    ownership: bool,
    /// Macro recall over epochs, in place of recall.
    curves: bool,
    /// The objective that the others are compared to; the first one, in words alone, where none is named.
    baseline: Option<String>,
    /// One value a row, in place of the comparison.
    tidy: Option<Tidy>,
    /// Files of their own.
    files: FileFlags,
}

/// Version of the answer in JSON.
const TRAIN_FORMAT: u64 = 1;

/// Most epochs at which macro recall is measured.
const CURVE_POINTS: u64 = 100;

pub(super) fn run(arguments: &TrainArguments, draw: Option<DrawReport>) -> anyhow::Result<ExitCode> {
    let file = arguments.experiment.as_deref();
    if let Some(labels) = arguments.labels.asked_for()? {
        return train_labels(arguments, labels);
    }
    let spec = read_spec(file)?;
    let mut changed = spec.clone();
    arguments.flags.apply(&mut changed)?;
    if !names_experiment(file) {
        arguments.flags.default_to_optimum(&mut changed);
    }
    let checked = changed.check().map_err(|error| match file {
        // What was wrong before the flags came is the file's fault.
        Some(path) if spec.check().is_err_and(|before| before.to_string() == error.to_string()) => {
            with_path(error, path)
        }
        _ => error.into(),
    })?;
    let inputs = [file, arguments.flags.counts_file()].into_iter().flatten();
    let inputs: Vec<&Path> = inputs.chain(data_files(checked.spec())).collect();
    if let Some(path) = &arguments.save {
        check_apart("--save", path, inputs)?;
        open_source(&checked, &AtomicBool::new(false))?;
        return save(checked.spec(), path);
    }
    if let Some(kind) = arguments.snippet {
        return train_snippet::run(&checked, kind, arguments.out.clone(), &inputs);
    }
    if let Some(jobs) = arguments.jobs {
        start_threads(jobs)?;
    }
    let baseline = arguments.baseline.as_deref().map(|name| find_baseline(&checked, name)).transpose()?;
    let wanted = Wanted {
        ownership: arguments.ownership,
        curves: arguments.curves,
        baseline,
        tidy: arguments.tidy,
        files: arguments.files.clone(),
    };
    let format = match arguments.format {
        None => arguments.tidy.map(|_| Format::Csv),
        Some(TrainFormat::Table) => Some(Format::Table),
        Some(TrainFormat::Csv) => Some(Format::Csv),
        Some(TrainFormat::Json) => Some(Format::Json),
        Some(TrainFormat::Html) => return report(arguments, &checked, &inputs, draw),
    };
    let output = OutputFlags { format, out: arguments.out.clone(), spreadsheet: arguments.spreadsheet };
    compare(&checked, &output, &wanted, &inputs)
}

/// Trains on rows with any number of labels.
fn train_labels(arguments: &TrainArguments, labels: &[String]) -> anyhow::Result<ExitCode> {
    let refused = [
        ("--save", arguments.save.is_some()),
        ("--snippet numpy", arguments.snippet == Some(ModuleKind::Numpy)),
        ("--ownership", arguments.ownership),
        ("--curves", arguments.curves),
        ("--baseline", arguments.baseline.is_some()),
        ("--tidy", arguments.tidy.is_some()),
        ("--format html", arguments.format == Some(TrainFormat::Html)),
        (arguments.files.given().unwrap_or_default(), arguments.files.given().is_some()),
    ];
    if let Some((flag, _)) = refused.into_iter().find(|(_, is_given)| *is_given) {
        bail!("{flag} goes with one class a row, and --labels with any number of labels: leave one out");
    }
    if let Some(jobs) = arguments.jobs {
        start_threads(jobs)?;
    }
    let format = match arguments.format {
        Some(TrainFormat::Json) => Some(Format::Json),
        Some(TrainFormat::Csv) => Some(Format::Csv),
        _ => None,
    };
    let output = OutputFlags { format, out: arguments.out.clone(), spreadsheet: arguments.spreadsheet };
    let has_snippet = arguments.snippet.is_some();
    let asked = train_labels::Asked { flags: &arguments.flags, own: &arguments.labels, labels, has_snippet };
    train_labels::run(&asked, arguments.experiment.as_deref(), &output)
}

/// Writes the page with pictures.
fn report(
    arguments: &TrainArguments,
    checked: &CheckedSpec,
    inputs: &[&Path],
    draw: Option<DrawReport>,
) -> anyhow::Result<ExitCode> {
    let Some(draw) = draw else { bail!("--format html: this program was built without pictures") };
    if arguments.ownership || arguments.curves || arguments.baseline.is_some() {
        bail!("--format html has every picture: leave out --ownership, --curves and --baseline");
    }
    let output = OutputFlags { out: arguments.out.clone(), ..OutputFlags::default() }.open(inputs.iter().copied())?;
    let bar = progress_bar(checked.spec().training.epochs, 1);
    let page = draw(checked.spec(), &mut |epoch, _| bar.set_position(epoch)).map_err(anyhow::Error::msg)?;
    bar.finish_and_clear();
    output.write(|out| out.write_all(page.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// The name of the objective that is meant: its own, or that of its preset on the command line.
fn find_baseline(checked: &CheckedSpec, name: &str) -> anyhow::Result<String> {
    let names: Vec<&str> = checked.objectives().iter().map(|objective| objective.name.as_str()).collect();
    let preset = parse_name::<Preset>(name).ok();
    let is_meant = |known: &&&str| **known == name || preset.is_some_and(|preset| **known == preset.label());
    match names.iter().find(is_meant) {
        Some(found) => Ok((*found).to_owned()),
        None => bail!("--baseline: there is no objective \"{name}\": the objectives are {}", names.join("; ")),
    }
}

fn save(spec: &ExperimentSpec, path: &Path) -> anyhow::Result<ExitCode> {
    if is_standard(path) {
        let text = file::to_toml(spec)?;
        OutputFlags::default().open([])?.write(|out| out.write_all(text.as_bytes()))?;
    } else {
        file::save(spec, path)?;
        say(&format!("the experiment is written and was not run: {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Trains, then writes the comparison, or who owns the training loss; `inputs` are the files that are read.
pub(super) fn compare(
    checked: &CheckedSpec,
    flags: &OutputFlags,
    wanted: &Wanted,
    inputs: &[&Path],
) -> anyhow::Result<ExitCode> {
    keep_to_the_cores();
    let output = flags.open(inputs.iter().copied())?;
    let taken: Vec<&Path> = inputs.iter().copied().chain(flags.out.as_deref()).collect();
    wanted.files.check(checked, &taken)?;
    let stop = stop_on_interrupt()?;
    let Some(source) = open_unless_interrupted(checked, &stop)? else { return Ok(ExitCode::from(INTERRUPTED)) };
    if let Some(long_tail) = source.long_tail() {
        long_tail.check_total()?;
        say_what_is_kept(long_tail);
    }
    let n_runs = checked.objectives().len() * checked.spec().seeds as usize;
    let bar = progress_bar(checked.spec().training.epochs * n_runs as u64, n_runs);
    let lines = ProgressLines::of(&bar);
    let start = Instant::now();
    let hooks = Hooks {
        on_epochs: &|epochs| lines.advance(epochs),
        clock: &|| start.elapsed().as_secs_f64(),
        n_points: if wanted.curves { CURVE_POINTS } else { 0 },
        keeps_models: wanted.files.needs_models(),
        ..Hooks::silent(&stop)
    };
    let runs = experiment::run(checked, &source, &hooks)?;
    bar.finish_and_clear();

    let summary = summarise(&runs);
    let first = runs.first().map(|run| run.objective.as_str()).unwrap_or_default();
    let is_asked_for = wanted.baseline.is_some() || checked.spec().seeds > 1;
    let paired = paired_differences(&runs, wanted.baseline.as_deref().unwrap_or(first));
    let differences = (is_asked_for && !paired.is_empty()).then_some(paired.as_slice());
    // A table has these below.
    let is_table = flags.format.unwrap_or(Format::Table) == Format::Table;
    let notes = if is_table { Vec::new() } else { left_out(&runs) };
    for note in &notes {
        say(&format!("note: {note}"));
    }
    wanted.files.write(checked, &source, &runs, flags.spreadsheet)?;
    if !runs.is_empty() {
        let write_grid = |out: &mut dyn Write, format, grid: Grid| {
            write_grid(out, format, if flags.spreadsheet { grid.for_spreadsheet() } else { grid })
        };
        output.write(|out| match flags.format.unwrap_or(Format::Table) {
            Format::Json => {
                let ownership = wanted.ownership.then(|| ownerships(&runs));
                let spec = checked.spec();
                let (runs, summary) = (&runs, &summary);
                write_json(
                    out,
                    &Answer {
                        longtail_lab_train: TRAIN_FORMAT,
                        experiment: spec,
                        runs,
                        summary,
                        notes,
                        differences,
                        ownership,
                    },
                )
            }
            format if let Some(of) = wanted.tidy => write_grid(out, format, tidy_grid(&runs, of)),
            format if wanted.ownership => write_grid(out, format, loss_share_grid(&runs)),
            format if wanted.curves => write_grid(out, format, curves_grid(&runs, &mean_curves(&runs))),
            format => {
                let mut grid = comparison_grid(&runs, &summary);
                if wanted.baseline.is_some() {
                    add_differences(&mut grid, &runs, &paired);
                }
                let words =
                    |paired: &PairedSummary| paired.in_words(&checked.spec().repetitions_in_words(paired.pairs as u64));
                grid.notes.extend(differences.into_iter().flatten().map(words));
                write_grid(out, format, grid)
            }
        })?;
    }
    end_of_runs(runs.iter().map(|run| run.ending), n_runs, stop.load(Ordering::Relaxed))
}
