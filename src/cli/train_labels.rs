//! `train --labels`: objectives on rows with any number of labels.

use std::{
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::bail;
use serde::Serialize;

use super::{
    grid::write_grid,
    import_flags::notes,
    input::{name_data_file, names_experiment, read_spec},
    label_flags::{LabelFlags, label_columns},
    output::{Output, OutputFlags, say, write_json},
    progress::{
        INTERRUPTED, ProgressLines, STOPPED_READING, end_of_runs, progress_bar, reading, reading_bar, show_bytes,
        stop_on_interrupt,
    },
    train_flags::ExperimentFlags,
};
use crate::{
    data::{ImportSettings, LabelImbalance, LabelTable, ReadHooks, Scan},
    experiment::{
        DataSource, ExperimentSpec, TrainingSpec,
        export::Format,
        multilabel::{
            LabelExperiment, LabelModule, LabelNumbers, LabelRun, LabelSummary, label_grid, label_notes,
            run as run_labels, story, summarise,
        },
    },
    numbers::written,
    system::keep_to_the_cores,
    train::ThresholdRule,
    weighting::Normalisation,
};

/// What was asked for.
pub(super) struct Asked<'a> {
    pub(super) flags: &'a ExperimentFlags,
    pub(super) own: &'a LabelFlags,
    /// What --labels names.
    pub(super) labels: &'a [String],
    /// Whether the objective is wanted as code.
    pub(super) has_snippet: bool,
}

/// Version of the answer in JSON, as for classes.
const TRAIN_FORMAT: u64 = 1;

/// Share of the rows that are tested on, unless another is given.
const TEST_SHARE: f64 = 0.2;

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    longtail_lab_train: u64,
    /// Always `multi_label`.
    task: &'static str,
    data: String,
    training: &'a TrainingSpec,
    threshold: ThresholdRule,
    validation_share: f64,
    test_share: f64,
    /// Of all rows that are used.
    imbalance: LabelImbalance,
    runs: &'a [LabelRun],
    summary: &'a [LabelSummary],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<String>,
}

pub(super) fn run(asked: &Asked<'_>, file: Option<&Path>, flags: &OutputFlags) -> anyhow::Result<ExitCode> {
    keep_to_the_cores();
    if names_experiment(file) {
        bail!("--labels goes with a data file: an experiment file has one class a row");
    }
    let mut spec = read_spec(file)?;
    asked.flags.apply_to_labels(&mut spec)?;
    let Some(path) = spec.data.path.clone().filter(|_| spec.data.source == DataSource::File) else {
        bail!("--labels goes with data from a file: name it with --data");
    };
    check_split(&spec)?;
    let (mut experiment, mut settings) = (experiment(asked, &spec)?, spec.data.import());
    if asked.has_snippet {
        if experiment.objectives.len() > 1 {
            bail!(
                "--snippet writes one objective, and there are {}: name one with --objective",
                experiment.objectives.len()
            );
        }
        // Thresholds are those of the first seed.
        experiment.seeds.truncate(1);
    }
    let output = flags.open([&*path])?;
    let stop = stop_on_interrupt()?;
    settings.label_columns = label_columns(asked.labels, &path, &settings)?;
    if let Some(twice) = settings.label_columns.iter().find(|name| settings.drop.contains(name)) {
        bail!("--drop names the label column \"{twice}\": leave it out there, or in --labels");
    }
    let Some(table) = read(&path, &settings, &stop)? else { return Ok(ExitCode::from(INTERRUPTED)) };
    for note in notes(&table.inspection) {
        say(&note);
    }
    let n_runs = experiment.objectives.len() * experiment.seeds.len();
    let bar = progress_bar(experiment.training.epochs * n_runs as u64, n_runs);
    let lines = ProgressLines::of(&bar);
    let runs = run_labels(&experiment, &table, &stop, &|epochs| lines.advance(epochs))?;
    bar.finish_and_clear();
    if asked.has_snippet {
        return write_module(&experiment, &table, &runs, &output);
    }
    if !runs.is_empty() {
        let summary = summarise(&runs);
        let format = flags.format.unwrap_or(Format::Table);
        output.write(|out| {
            if format == Format::Json {
                let answer = Answer {
                    longtail_lab_train: TRAIN_FORMAT,
                    task: "multi_label",
                    data: path.display().to_string(),
                    training: &experiment.training,
                    threshold: experiment.threshold,
                    validation_share: experiment.validation_share,
                    test_share: experiment.test_share,
                    imbalance: LabelImbalance::of(&table.sets),
                    runs: &runs,
                    summary: &summary,
                    notes: label_notes(&runs),
                    story: story(&runs),
                };
                return write_json(out, &answer);
            }
            let mut grid = label_grid(&runs, &summary);
            grid.notes.extend(story(&runs));
            write_grid(out, format, if flags.spreadsheet { grid.for_spreadsheet() } else { grid })
        })?;
    }
    end_of_runs(runs.iter().map(|run| run.ending), n_runs, stop.load(Ordering::Relaxed))
}

/// Writes the only objective as a module, with the weights of all rows and the thresholds of the run.
fn write_module(
    experiment: &LabelExperiment,
    table: &LabelTable,
    runs: &[LabelRun],
    output: &Output,
) -> anyhow::Result<ExitCode> {
    let (Some(objective), Some(run)) = (experiment.objectives.first(), runs.first()) else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let module = LabelModule {
        objective,
        names: &table.table.class_labels,
        positives: &table.sets.counts(),
        n_samples: table.sets.len() as u64,
        thresholds: &run.thresholds,
        rule: experiment.threshold,
    };
    output.write(|out| out.write_all(module.pytorch().as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses what does not go with label sets.
fn check_split(spec: &ExperimentSpec) -> anyhow::Result<()> {
    let data = &spec.data;
    if data.folds > 0 || data.split_by.is_some() || data.validation_path.is_some() || data.test_path.is_some() {
        bail!(
            "--labels splits rows by their labels: leave out --folds, --part, --group, --time, --validation and --test"
        );
    }
    if spec.uses_distribution() {
        bail!("--make-long-tailed goes with one class a row, and --labels with any number of labels: leave one out");
    }
    Ok(())
}

/// What is trained, checked as an experiment with classes is.
fn experiment(asked: &Asked<'_>, spec: &ExperimentSpec) -> anyhow::Result<LabelExperiment> {
    let is_unscaled = spec.training.normalisation == Normalisation::None;
    if spec.training.normalisation == Normalisation::SumToClasses {
        bail!("--normalise sum-to-classes goes with one class a row: with --labels it is mean-sample-one or none");
    }
    let numbers = LabelNumbers { is_unscaled, ..asked.own.numbers() };
    let objectives = asked.flags.label_objectives(numbers)?;
    let checked = spec.check()?;
    let test_share = asked.flags.test_share().unwrap_or(TEST_SHARE);
    let validation_share = asked.own.validation_share(test_share);
    if !(0.0..=0.9).contains(&validation_share) || validation_share + test_share > 0.9 {
        bail!(
            "--validation-share and --test-share must together be from 0 to 0.9, got {} and {}",
            written(validation_share),
            written(test_share)
        );
    }
    if asked.own.threshold() == ThresholdRule::Tuned && validation_share == 0.0 {
        bail!("--threshold tuned needs rows to tune on: give a --validation-share, for example 0.2");
    }
    Ok(LabelExperiment {
        objectives,
        training: checked.spec().training.clone(),
        seeds: checked.seeds().collect(),
        threshold: asked.own.threshold(),
        validation_share,
        test_share,
    })
}

/// Reads the table; `None` where it was interrupted, which is said.
fn read(path: &Path, settings: &ImportSettings, stop: &AtomicBool) -> anyhow::Result<Option<LabelTable>> {
    let bar = reading_bar(path);
    let hooks = ReadHooks { on_bytes: &|done, all| show_bytes(&bar, done, all), stop };
    let read = reading(|| Scan::read_file(path, settings, &hooks).and_then(|scan| scan.into_label_table(settings)));
    bar.finish_and_clear();
    match read {
        Err(_) if stop.load(Ordering::Relaxed) => {
            say(STOPPED_READING);
            Ok(None)
        }
        read => read.map(Some).map_err(|error| name_data_file(error, path)),
    }
}
