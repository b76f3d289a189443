//! `sweep`: runs an experiment at many values of its settings, and keeps every finished run in a file.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::bail;
use clap::Args;

use super::{
    input::{is_standard, names_experiment, read_spec, read_text, whole, with_path},
    output::{OutputFlags, check_apart, say},
    progress::{INTERRUPTED, ProgressLines, STOPPED_READING, progress_bar, reading, stop_on_interrupt},
    report::{ReportFormat, write_report},
    source::{data_files, name_data_errors, name_sweep_file},
    sweep_flags::SweepSpecFlags,
    threads::start_threads,
};
use crate::{
    data::{self, ReadHooks},
    experiment::{
        ExperimentError,
        file::{self, FileError, MAX_TEXT_BYTES},
        files::{FinishedFile, SweepFile},
        parse_name,
        sweep::{
            CheckedSweep, Shard, Sweep, SweepError, SweepHooks, SweepInput, SweepLines, SweepRecord, SweepSpec,
            n_planned, to_do, to_lines,
        },
    },
    system::n_cores,
};

/// Arguments of `sweep`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SweepArguments {
    /// A sweep's file; with flags alone the default experiment is swept. A data file is swept under default settings
    #[arg(value_name = "SWEEP.toml")]
    sweep: Option<PathBuf>,
    /// Keep finished runs in this file, one a line; "-" is standard output, at the end
    #[arg(long, value_name = "RUNS.jsonl", required_unless_present = "save")]
    out: Option<PathBuf>,
    /// Then write what the runs say to standard output, as `report` does: table, csv, json or html
    #[arg(long, value_name = "FORMAT", value_parser = parse_name::<ReportFormat>, requires = "out")]
    format: Option<ReportFormat>,
    /// Go on with the file of --out; one that is not there yet is begun
    #[arg(long)]
    resume: bool,
    /// Threads to train on [default: one for each core but one]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    jobs: Option<usize>,
    /// Run a part only, for example 3/20 for the third of 20 machines; put the files together with `merge`
    #[arg(long, value_name = "K/N", value_parser = shard, allow_hyphen_values = true)]
    shard: Option<Shard>,
    /// Write the sweep that would run into this file, and do not run it; "-" is standard output
    #[arg(long, value_name = "SWEEP.toml", conflicts_with_all = ["out", "resume", "shard"])]
    save: Option<PathBuf>,
    #[command(flatten)]
    flags: SweepSpecFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab sweep --objective ce,balanced-ce,cb-focal \
      --beta 0.9,0.99,0.999 --gamma 0,1 --seeds 3 --epochs 20 \
      --out runs.jsonl
  longtail-lab sweep --built-in page-blocks --objective ce,balanced-ce,cb-softmax \
      --beta 0.9..0.9999:4 --seeds 3 --epochs 5 --out page-blocks.jsonl
  longtail-lab sweep --objective ce,cb-softmax --vary learning-rate=0.001..0.1:3 \
      --vary beta=0.99,0.999 --save sweep.toml
  longtail-lab sweep sweep.toml --epochs 3 --shard 1/2 --out half.jsonl";

fn shard(text: &str) -> Result<Shard, String> {
    text.parse().map_err(|error: SweepError| error.to_string())
}

pub(super) fn run(arguments: &SweepArguments) -> anyhow::Result<ExitCode> {
    let file = arguments.sweep.as_deref();
    let SweepInput { sweep: mut spec, experiment_file } = read_sweep_spec(file)?;
    arguments.flags.apply(&mut spec)?;
    if !names_experiment(file) {
        arguments.flags.default_to_optimum(&mut spec);
    }
    let checked = spec.check()?;
    let named = [file, experiment_file.as_deref(), arguments.flags.counts_file()].into_iter().flatten();
    let inputs: Vec<&Path> = named.chain(data_files(&checked.spec().experiment)).collect();
    if let Some(path) = &arguments.save {
        check_apart("--save", path, inputs.iter().copied())?;
        return save(checked.spec(), path);
    }
    let Some(out) = &arguments.out else { bail!("name a file for the results with --out") };
    if arguments.resume && is_standard(out) {
        bail!("--resume goes on with a file, and --out - is standard output: name the file");
    }
    if !file::is_in_use(out) {
        check_apart("--out", out, inputs.iter().copied())?;
    }
    let stop = stop_on_interrupt()?;
    // One core stays free, so that the machine stays usable; before anything asks for threads.
    start_threads(arguments.jobs.unwrap_or_else(|| n_cores().saturating_sub(1).max(1)))?;
    let sweep = match reading(|| open(checked, &stop)) {
        Err(_) if stop.load(Ordering::Relaxed) => {
            say(STOPPED_READING);
            return Ok(ExitCode::from(INTERRUPTED));
        }
        opened => opened?,
    };
    if sweep.checked().spec().design.halving && arguments.shard.is_some() {
        bail!("--halving drops points by the runs of all, which a shard does not have: leave one of the two out");
    }
    let runs = |lines: &SweepLines| {
        let shard = arguments.shard.unwrap_or(Shard::WHOLE);
        to_do(sweep.checked(), lines).into_iter().filter(|run| shard.has(*run)).collect::<Vec<u64>>()
    };
    if is_standard(out) || !file::is_plain_file(out) {
        if arguments.format.is_some() {
            bail!("--format writes what the runs say to standard output: keep the runs in a file, with --out");
        }
        return all_at_once(&sweep, &runs, &stop, out);
    }
    let opened = reading(|| SweepFile::open(out, sweep.header(), arguments.resume));
    let file = opened.map_err(|error| name_sweep_file(error, out))?;
    say_what_is_dropped(&file);
    let n_next = runs(file.lines()).len();
    if !file.lines().records.is_empty() {
        say(&format!(
            "{} of {} runs are there, {} to go",
            file.lines().records.len(),
            n_planned(sweep.checked(), file.lines()),
            n_next
        ));
    }
    let mut file = file;
    let n_left = loop {
        let next = runs(file.lines());
        if next.is_empty() || stop.load(Ordering::Relaxed) {
            break next.len();
        }
        file = train_to_file(&sweep, &next, file, &stop)?;
    };
    let FinishedFile { lines, is_in_order } = file.finish().map_err(|error| name_sweep_file(error, out))?;
    if !is_in_order {
        say(&format!(
            "the runs are not put in the order of their numbers, because the disk has no room for a second copy or the file has other names; all of them are in the file as they were finished, and `merge` writes them in order: {}",
            out.display()
        ));
    }
    if n_left > 0 {
        say(&format!(
            "Stopped: {} of {} runs are kept in {}; the same command with --resume goes on",
            lines.records.len(),
            n_planned(sweep.checked(), &lines),
            out.display()
        ));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    say(&format!("{} of {} runs are in {}", lines.records.len(), lines.header.runs, out.display()));
    if let Some(format) = arguments.format {
        write_report(&lines, out, format, false, &OutputFlags::default().open([])?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The sweep that a file holds; a data file or nothing gives an empty one around an experiment.
fn read_sweep_spec(path: Option<&Path>) -> anyhow::Result<SweepInput> {
    let alone = |sweep| Ok(SweepInput { sweep, experiment_file: None });
    match path {
        None => alone(SweepSpec::default()),
        Some(path) if data::is_table_file(path) => {
            alone(SweepSpec { experiment: read_spec(Some(path))?, ..SweepSpec::default() })
        }
        Some(path) if is_standard(path) => {
            SweepSpec::read(&read_text(path, MAX_TEXT_BYTES)?, None).map_err(|error| with_path(error, path))
        }
        Some(path) => Ok(SweepSpec::open(path)?),
    }
}

fn save(spec: &SweepSpec, path: &Path) -> anyhow::Result<ExitCode> {
    if is_standard(path) {
        let text = spec.to_toml()?;
        OutputFlags::default().open([])?.write(|out| out.write_all(text.as_bytes()))?;
    } else {
        spec.save(path)?;
        say(&format!("the sweep is written and was not run: {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn open(checked: CheckedSweep, stop: &AtomicBool) -> anyhow::Result<Sweep> {
    let path = checked.spec().experiment.data.path.clone();
    let hooks = ReadHooks { on_bytes: &|_, _| {}, stop };
    Sweep::open(checked, &hooks).map_err(|error| match error {
        SweepError::Experiment(error @ ExperimentError::Data(_)) => name_data_errors(error, path.as_deref()),
        other => other.into(),
    })
}

/// Says which lines of a file do not count, and why.
fn say_what_is_dropped(file: &SweepFile) {
    if file.lines().has_half_line {
        say("the last line of the file was only half written and is dropped; its run starts again");
    }
    match file.damage().n_lines() {
        0 => {}
        1 => {
            say(&format!("a damaged line of the file is dropped; its run starts again ({})", file.damage().in_words()));
        }
        n => say(&format!(
            "{n} damaged lines of the file are dropped; their runs start again ({})",
            file.damage().in_words()
        )),
    }
    if !file.is_locked() {
        say(&format!(
            "note: this file system has no locks, so make sure that no other sweep writes into the file: {}",
            file.path().display()
        ));
    }
}

/// Runs a sweep whose results go to standard output, a device or a pipe, all of them at the end.
fn all_at_once(
    sweep: &Sweep,
    runs: &dyn Fn(&SweepLines) -> Vec<u64>,
    stop: &AtomicBool,
    out: &Path,
) -> anyhow::Result<ExitCode> {
    let output = OutputFlags { out: Some(out.to_owned()), ..OutputFlags::default() }.open([])?;
    let mut lines = SweepLines::empty(sweep.header().clone());
    let n_left = loop {
        let next = runs(&lines);
        if next.is_empty() || stop.load(Ordering::Relaxed) {
            break next.len();
        }
        let records = Mutex::new(Vec::with_capacity(next.len()));
        train(sweep, &next, stop, &|record| {
            records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        })?;
        let records = records.into_inner().unwrap_or_else(PoisonError::into_inner);
        lines.records.extend(records.into_iter().map(|record| (record.run, record)));
    };
    let text = to_lines(sweep.header(), lines.records.values());
    output.write(|out| out.write_all(text.as_bytes()))?;
    if n_left > 0 {
        say(&format!("Stopped: {} of {} runs finished", lines.records.len(), lines.records.len() + n_left));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    Ok(ExitCode::SUCCESS)
}

/// Trains and keeps every finished run in the file at once; a file that cannot be written to ends the sweep.
fn train_to_file(sweep: &Sweep, runs: &[u64], file: SweepFile, stop: &AtomicBool) -> anyhow::Result<SweepFile> {
    let kept: Mutex<(SweepFile, Option<FileError>)> = Mutex::new((file, None));
    train(sweep, runs, stop, &|record| {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, failure) = &mut *kept;
        // What comes after a line that was cut short would be damaged with it.
        if failure.is_none()
            && let Err(error) = file.append(record)
        {
            *failure = Some(error);
            stop.store(true, Ordering::Relaxed);
        }
    })?;
    let (file, failure) = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    failure.map_or(Ok(file), |error| Err(error.into()))
}

fn train(
    sweep: &Sweep,
    runs: &[u64],
    stop: &AtomicBool,
    on_finished: &(dyn Fn(SweepRecord) + Sync),
) -> anyhow::Result<()> {
    let bar = progress_bar(sweep.checked().n_epochs(runs), runs.len());
    let lines = ProgressLines::of(&bar);
    let hooks = SweepHooks { stop, on_epochs: &|epochs| lines.advance(epochs), on_finished };
    let ended = sweep.run(runs, &hooks);
    bar.finish_and_clear();
    Ok(ended?)
}
