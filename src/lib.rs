//! Longtail Lab: see and feel what class-imbalance weighting does.
//!
//! ```text
//! class counts ──► class weights ─┐
//!      │                          ├─► loss ─► training ─► experiment ─┬─► worker ─► state ─► ui ─► window
//!      └────────► samples ────────┘                                   └─► cli ─► terminal and files
//! ```
//!
//! An [`experiment`] is one question: counts, data, objectives, training settings, seeds. Its answer is a record per
//! run. The window, the terminal, the tests and the benchmarks all ask through the same functions.

pub mod app;
pub mod bounds;
pub mod cli;
pub mod data;
pub mod distribution;
pub mod experiment;
pub mod loss;
pub mod numbers;
pub mod state;
pub mod system;
pub mod text;
pub mod train;
pub mod ui;
pub mod weighting;
pub mod worker;
