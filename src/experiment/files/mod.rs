//! Files that are written whole, and files that grow while the lab works.

mod place;
mod sweep_file;
mod whole;

pub use place::{is_plain_file, is_same_file, is_standard_output};
pub use sweep_file::{MAX_RESULTS_BYTES, SweepFile, is_results_file, prune, read_sweep};
pub use whole::{check_writable, write};
