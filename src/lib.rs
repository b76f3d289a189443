//! x
pub mod app;
pub mod cli;
pub mod data;
pub mod distribution;
pub mod experiment;
pub mod loss;
pub mod train;
pub mod weighting;
