//! Files that grow while the lab works, and what is in a folder.

mod folder;
mod sweep_file;

pub use folder::{FolderEntry, is_folder, is_plain_file, is_there, list_folder, make_folder};
pub use sweep_file::{SweepFile, is_results_file, prune, read_sweep};
