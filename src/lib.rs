//! Longtail Lab: see and feel what class-imbalance weighting does.
//!
//! ```
//! use longtail_lab::experiment::{ExperimentSpec, Hooks, Source, run};
//! use std::sync::atomic::AtomicBool;
//!
//! let mut spec = ExperimentSpec::default(); // ten Gaussian classes under CE, balanced CE, focal and CB loss
//! spec.training.epochs = 5;
//! let checked = spec.check()?; // the only thing that can be trained; says what is wrong otherwise
//! let source = Source::open(&checked)?; // generates the samples, or reads the data file
//! let records = run(&checked, &source, &Hooks::silent(&AtomicBool::new(false)))?;
//! for record in &records {
//!     println!("{}: macro recall {:?}", record.objective, record.figures.macro_recall);
//! }
//! assert_eq!(records.len(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```text
//! class counts ──► class weights ─┐
//!      │                          ├─► loss ─► training ─► experiment ─┬─► worker ─► state ─► ui ─► window
//!      └────────► samples ────────┘                                   └─► cli ─► terminal and files
//! ```
//!
//! An [`experiment`] is one question: counts, data, objectives, training settings, seeds. Its answer is a record per
//! run. The window, the terminal, the tests and the benchmarks all ask through the same functions.
//!
//! Without the features `window` and `cli` (`--no-default-features`) the crate is the engine alone: everything left of
//! the worker in the picture above.

#[cfg(feature = "window")]
pub mod app;
pub mod bounds;
#[cfg(feature = "cli")]
pub mod cli;
pub mod data;
pub mod distribution;
pub mod experiment;
#[cfg(feature = "window")]
pub mod figure;
pub mod lesson;
pub mod loss;
pub mod numbers;
#[cfg(feature = "window")]
pub mod state;
#[cfg(any(feature = "cli", feature = "window"))]
pub mod system;
pub mod text;
pub mod train;
#[cfg(feature = "window")]
pub mod ui;
mod variants;
pub mod weighting;
#[cfg(feature = "window")]
pub mod worker;
