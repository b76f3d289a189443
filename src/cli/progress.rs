//! What a person sees and does while training goes on: a bar with the time left, and Ctrl-C.

use std::{
    io::{self, IsTerminal},
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{is_quiet, say};
use crate::{
    experiment::Ending,
    system::{end_at_once, on_request_to_end},
    text::{cut, shown_os},
};

/// The exit code after runs that ended so, of `n_runs`; says where Ctrl-C has cut them short.
///
/// # Errors
/// When every run has diverged.
pub(super) fn end_of_runs(
    mut endings: impl ExactSizeIterator<Item = Ending>,
    n_runs: usize,
    is_stopped: bool,
) -> anyhow::Result<ExitCode> {
    if is_stopped && endings.len() < n_runs {
        say(&format!("Stopped: {} of {n_runs} runs finished", endings.len()));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    if endings.all(|ending| ending == Ending::Diverged) {
        bail!("every run diverged, so there is nothing to compare: lower --learning-rate");
    }
    Ok(ExitCode::SUCCESS)
}

/// Exit code after Ctrl-C, 128 + SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

/// Columns of a terminal that a file's name takes at most.
const MOST_NAME_WIDTH: usize = 40;
/// What is said when a request to end comes while the samples are read.
pub(super) const STOPPED_READING: &str = "Stopped while the data file was read";

/// How long a read that is asked to stop may take to do so by itself.
const PATIENCE: Duration = Duration::from_millis(100);

/// Whether the program is within [`reading`].
static IS_READING: AtomicBool = AtomicBool::new(false);

/// Time that needs no bar.
const SHORT: Duration = Duration::from_millis(300);

/// Time between two lines about progress, where there is no terminal for a bar.
const LINES: Duration = Duration::from_secs(10);

/// Where bars are drawn: on standard error, unless it is to be quiet.
fn target() -> ProgressDrawTarget {
    if is_quiet() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() }
}

/// The lines about a bar, where there is no terminal to draw it.
pub(super) struct ProgressLines {
    bar: ProgressBar,
    n_said: AtomicU64,
    is_wanted: bool,
}

impl ProgressLines {
    /// For a bar over epochs.
    pub(super) fn of(bar: &ProgressBar) -> Self {
        let is_wanted = !is_quiet() && !io::stderr().is_terminal();
        Self { bar: bar.clone(), n_said: AtomicU64::new(0), is_wanted }
    }

    /// Moves the bar on by so many epochs; says how far it is when ten seconds have gone by since the last line.
    pub(super) fn advance(&self, n_epochs: u64) {
        self.bar.inc(n_epochs);
        let n_due = self.bar.elapsed().as_secs() / LINES.as_secs();
        if !self.is_wanted || self.n_said.fetch_max(n_due, Ordering::Relaxed) >= n_due {
            return;
        }
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or(0));
        if done > 0 && all > 0 {
            let left = self.bar.elapsed().as_secs_f64() * all.saturating_sub(done) as f64 / done as f64;
            let (what, percent) = (self.bar.message(), 100 * u128::from(done) / u128::from(all));
            say(&format!("{what}: {percent} %, about {} left", HumanDuration(Duration::from_secs(left as u64))));
        }
    }
}

/// A bar over the epochs of all runs, on standard error; see [`ProgressLines`] where that is no terminal.
pub(super) fn progress_bar(n_epochs: u64, n_runs: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(n_epochs), target());
    let runs = if n_runs == 1 { "1 run".to_owned() } else { format!("{n_runs} runs") };
    // The template is a constant; were it wrong, the plain bar would do.
    if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:40} {percent:>3} %  {eta} left") {
        bar.set_style(style);
    }
    bar.with_message(format!("Training {runs}"))
}

/// A bar over the bytes of a file, on standard error; nothing where that is no terminal.
pub(super) fn reading_bar(path: &Path) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target());
    if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:40} {bytes} of {total_bytes}  {eta} left") {
        bar.set_style(style);
    }
    let name = shown_os(path.file_name().unwrap_or(path.as_os_str()));
    bar.with_message(format!("Reading {}", cut(&name, MOST_NAME_WIDTH)))
}

/// Moves a bar over bytes; what takes no time is not shown.
pub(super) fn show_bytes(bar: &ProgressBar, n_done: u64, n_all: Option<u64>) {
    if bar.elapsed() > SHORT {
        if let Some(n_all) = n_all {
            bar.set_length(n_all);
        }
        bar.set_position(n_done);
    }
}

/// A flag that the first Ctrl-C, or another request to end, sets; the second ends the program at once, and so does the first
/// within [`reading`].
///
/// # Errors
/// When the system does not let us listen.
pub(super) fn stop_on_interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    on_request_to_end(move || {
        let is_second = flag.swap(true, Ordering::SeqCst);
        let deadline = Instant::now() + PATIENCE;
        while !is_second && IS_READING.load(Ordering::SeqCst) && Instant::now() < deadline {
            thread::sleep(PATIENCE / 20);
        }
        if IS_READING.swap(false, Ordering::SeqCst) {
            say(STOPPED_READING);
            end_at_once(INTERRUPTED);
        }
        if is_second {
            end_at_once(INTERRUPTED);
        }
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(stop)
}

/// Reads something that may never come, as from a pipe or a network drive that does not answer: from here a request to end
/// ends the program, also where the read sees no flag. Nothing is written meanwhile, so nothing is left half written.
pub(super) fn reading<T>(read: impl FnOnce() -> T) -> T {
    IS_READING.store(true, Ordering::SeqCst);
    let outcome = read();
    while !IS_READING.swap(false, Ordering::SeqCst) {
        // The thread that listens to signals is about to end the program.
        thread::park();
    }
    outcome
}
