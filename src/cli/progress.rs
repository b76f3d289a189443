//! What a person sees and does while training goes on: a bar with the time left, and Ctrl-C.

use std::{
    path::Path,
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::{cut, shown_os};

/// Exit code after Ctrl-C, 128 + SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

/// Columns of a terminal that a file's name takes at most.
const MOST_NAME_WIDTH: usize = 40;

/// Time that needs no bar.
const SHORT: Duration = Duration::from_millis(300);

/// A bar over the epochs of all runs, on standard error; nothing where that is no terminal.
pub(super) fn progress_bar(n_epochs: u64, n_runs: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(n_epochs), ProgressDrawTarget::stderr());
    let runs = if n_runs == 1 { "1 run".to_owned() } else { format!("{n_runs} runs") };
    // The template is a constant; were it wrong, the plain bar would do.
    if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:40} {percent:>3} %  {eta} left") {
        bar.set_style(style);
    }
    bar.with_message(format!("Training {runs}"))
}

/// A bar over the bytes of a file, on standard error; nothing where that is no terminal.
pub(super) fn reading_bar(path: &Path) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
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

/// A flag that the first Ctrl-C sets; the second ends the program at once.
///
/// # Errors
/// When the system does not let us listen.
pub(super) fn stop_on_interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(stop)
}
