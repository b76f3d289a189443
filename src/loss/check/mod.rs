//! A checker for other people's losses: what somebody's implementation printed for known samples is compared with ours, and
//! where it differs, implementations with one well-known fault each are tried until one says the same.

mod answer;
mod element;
mod fault;
mod row;
mod scale;
mod slope;
mod verdict;

pub use fault::Fault;
pub use scale::Scale;
pub use verdict::{Agreement, Diagnosis, Printed, check_answers};

use super::{Loss, SetLoss};

/// Samples whose losses are known.
#[derive(Debug, Clone, Copy)]
pub enum Question<'a> {
    /// One class a sample.
    Classes {
        /// The loss.
        loss: Loss,
        /// Weight of each class, shape `[n_classes]`.
        class_weights: &'a [f64],
        /// Shape `[n_samples, n_classes]`.
        logits: &'a [Vec<f64>],
        /// Class index of each sample, shape `[n_samples]`.
        labels: &'a [usize],
    },
    /// Any number of labels a sample.
    Sets {
        /// The loss.
        loss: SetLoss,
        /// Weight of each label's positives, shape `[n_labels]`.
        positive_weights: &'a [f64],
        /// Weight of each label's negatives, shape `[n_labels]`.
        negative_weights: &'a [f64],
        /// Positives of each label in training, shape `[n_labels]`, for losses that ask for it.
        positives: &'a [u64],
        /// Training samples.
        n_samples: u64,
        /// Shape `[n_samples, n_labels]`.
        logits: &'a [Vec<f64>],
        /// Which labels each sample has, shape `[n_samples, n_labels]`.
        labels: &'a [Vec<bool>],
    },
}

impl Question<'_> {
    /// Shape `[n_samples, n_classes]`.
    pub(super) fn logits(&self) -> &[Vec<f64>] {
        match self {
            Self::Classes { logits, .. } | Self::Sets { logits, .. } => logits,
        }
    }
}

#[cfg(test)]
mod tests;
