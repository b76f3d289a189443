//! Faults that were found from outside, each held to what is right; the inputs are in `tests/data/cases`.

mod crashes;
mod outputs;
mod results;
mod text;
