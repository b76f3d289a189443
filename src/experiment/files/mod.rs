//! Files that are written whole, files that grow while the lab works, and what is in a folder.

mod answer_file;
mod error;
mod folder;
mod place;
mod sweep_file;
mod whole;

pub use answer_file::read_answer;
pub use error::FileError;
pub(crate) use error::{reason, unreadable, unwritable};
pub use folder::{FolderEntry, is_file, is_folder, is_there, list_folder, new_folder};
pub use place::{is_in_use, is_plain_file, is_same_file, is_standard_output};
pub use sweep_file::{FinishedFile, SweepFile, is_results_file, kept_name, make_folder, prune, read_sweep};
pub use whole::{check_writable, write};
