//! What the operating system asks of the program and gives to it: signals to end, and threads.
//!
//! Window and terminal share this; nothing here knows an experiment.

mod cores;
mod signals;

pub use cores::{keep_to_the_cores, n_cores, start_threads};
pub use signals::{end_at_once, on_request_to_end};
