//! Files that grow while the lab works.

mod sweep_file;

pub use sweep_file::{SweepFile, is_results_file, prune, read_sweep};
