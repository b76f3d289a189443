//! Where a run stands: in training, converged, or diverged and why.

use crate::numbers::{fixed, significant, written};

/// Why a run was stopped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "diverged in epoch {epoch}: the loss went from {} to {}. Lower the learning rate (now {})", loss_in_words(*initial), loss_in_words(*loss), written(*learning_rate)
)]
pub struct Divergence {
    /// Epoch in which it happened, from 1.
    pub epoch: u64,
    /// Training objective at the start.
    pub initial: f64,
    /// Mean training objective of that epoch, or not a number.
    pub loss: f64,
    /// The learning rate at that time.
    pub learning_rate: f64,
}

fn loss_in_words(loss: f64) -> String {
    match loss {
        loss if !loss.is_finite() => "no finite number".to_owned(),
        loss if loss < 1e5 => fixed(loss, 3),
        loss => significant(loss),
    }
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// More epochs would change the model.
    Training,
    /// L-BFGS has reached the optimum; the largest gradient component is given.
    Converged {
        /// Largest absolute component of the gradient.
        gradient_norm: f64,
    },
    /// The run was stopped.
    Diverged(Divergence),
}
