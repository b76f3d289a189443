//! A comparison while it is trained: its samples, one model for each objective, and what is measured on the way.

mod comparison;
mod convergence;
mod divergence_advice;
mod downsampled;
mod history;
mod loss_shares;
mod measuring;
mod source;
mod trial;

pub(super) use comparison::Run;
pub use comparison::{Comparison, NextBatch, Position};
pub use convergence::{CONVERGENCE_INTERVAL, CONVERGENCE_PATIENCE, Convergence};
pub use divergence_advice::DivergenceAdvice;
pub use downsampled::Downsampled;
pub use history::{History, SERIES, Series};
pub use loss_shares::{
    Bands, CUMULATIVE_POINTS, CumulativeLoss, LossShareRecord, SharesHistory, share_of_hardest, shares_history,
};
pub(super) use measuring::measure;
pub use measuring::{Measured, Measuring};
pub use source::Source;
pub use trial::OptimumTrial;
