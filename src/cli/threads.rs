//! The threads that a flag asks for.

use anyhow::{Context, bail};

use super::output::say;
use crate::system;

/// Most threads a core: a few more than cores do no harm, and show that figures do not depend on their number.
const MOST_A_CORE: usize = 4;
/// Above this it is a mistake.
const MOST: usize = 1024;

/// Starts as many threads as asked for, or, with a sentence, as many as make sense on this machine.
///
/// # Errors
/// When the number is 0 or absurd, or the system gives no threads.
pub(super) fn start_threads(asked: usize) -> anyhow::Result<()> {
    if !(1..=MOST).contains(&asked) {
        bail!("the number of threads must be 1 to {MOST}, got {asked}");
    }
    let n_cores = system::n_cores();
    let n_threads = asked.min(MOST_A_CORE * n_cores);
    if n_threads < asked {
        let cores = if n_cores == 1 { "1 core".to_owned() } else { format!("{n_cores} cores") };
        say(&format!("--jobs {asked}: {n_threads} threads are used, as many as make sense on {cores}"));
    }
    system::start_threads(n_threads).context("cannot start the threads")
}
