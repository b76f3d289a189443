//! How many threads share the work that is not done on a pool of its own.

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

/// What rayon takes the number of its threads from.
const VARIABLES: [&str; 2] = ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"];

/// Cores that this process may use, at least 1.
pub fn n_cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Starts the threads that share work, once in the life of the program.
///
/// # Errors
/// When they are there already, or the system gives none.
pub fn start_threads(n_threads: usize) -> Result<(), ThreadPoolBuildError> {
    ThreadPoolBuilder::new().num_threads(n_threads).build_global()
}

/// Sees to it that there are no more threads than cores, whatever the environment asks for.
///
/// Without this, RAYON_NUM_THREADS=100000 starts as many as the system gives. Threads that are there already stay.
pub fn keep_to_the_cores() {
    let asked = VARIABLES.iter().filter_map(|name| std::env::var(name).ok()?.trim().parse::<usize>().ok()).max();
    if asked.is_some_and(|n_threads| n_threads > n_cores()) {
        // Where the threads were started before, their number was chosen by a flag.
        let _ = start_threads(n_cores());
    }
}
