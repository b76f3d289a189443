//! What a person sees and does while training goes on: a bar with the time left, and Ctrl-C.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Exit code after Ctrl-C, 128 + SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

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
