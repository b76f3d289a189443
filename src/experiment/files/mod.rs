//! Files that are written whole, and files that grow while the lab works.

mod place;
mod sweep_file;
mod whole;

pub use place::{is_in_use, is_plain_file, is_same_file, is_standard_output};
pub use sweep_file::{FinishedFile, SweepFile, is_results_file, kept_name, make_folder, prune, read_sweep};
pub use whole::{check_writable, write};
