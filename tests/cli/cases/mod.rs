//! Faults that were found from outside, each held to what is right; the inputs are in `tests/data/cases`.

use std::path::{Path, PathBuf};

use crate::support::REPOSITORY;

mod crashes;
mod index;
mod kills;
mod numbers;
mod outputs;
mod results;
mod signals;
mod text;
mod threads;

/// The folder with the inputs of a case.
fn case(name: &str) -> PathBuf {
    Path::new(REPOSITORY).join("tests/data/cases").join(name)
}
