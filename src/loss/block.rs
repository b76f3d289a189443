//! A block of samples side by side: one value for each of them, so that the compiler makes vector code of loops over lanes.

/// Samples of a block.
pub const BLOCK: usize = 64;

/// One value for each sample of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub struct Lanes<F>(pub [F; BLOCK]);

impl<F: Copy> Lanes<F> {
    /// The same value for every sample.
    pub fn splat(value: F) -> Self {
        Self([value; BLOCK])
    }
}

/// What a loss says of a block; see [`RowLoss::block`](super::RowLoss::block).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockLoss<F> {
    /// The loss of each sample.
    pub values: Lanes<F>,
    /// What the residuals of each sample are to be multiplied by to be the gradient with respect to its logits.
    pub scales: Lanes<F>,
}
