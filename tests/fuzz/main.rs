//! Every reader under broken input: seeds from `tests/data`, mutated in ways that keep their structure, for so many
//! processor seconds a reader as `FUZZ_SECONDS` says (0.5 where it says nothing). `FUZZ_SEED` begins another sequence.
//!
//! A reader may refuse whatever it likes, but it must not panic, not take more than ten times the input's size in memory
//! (beside a fixed base), and not take longer than a second for less than a megabyte. An input that makes one do so is
//! kept, and its path is told.

use std::alloc::System;

use peakmem_alloc::{INSTRUMENTED_SYSTEM, PeakMemAlloc};

mod harness;
mod labels;
mod mutate;
mod readers;

/// Memory is counted for the whole program, so that readers take turns.
#[global_allocator]
static MEMORY: &PeakMemAlloc<System> = &INSTRUMENTED_SYSTEM;
