//! x
pub mod data;
pub mod distribution;
pub mod loss;
pub mod weighting;
