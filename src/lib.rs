//! x
pub mod data;
pub mod distribution;
pub mod loss;
pub mod train;
pub mod weighting;
