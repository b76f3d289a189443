//! Files that grow while the lab works.

mod sweep_file;

pub use sweep_file::{SweepFile, prune, read_sweep};
