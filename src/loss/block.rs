//! A block of samples side by side: one value for each of them, so that the compiler makes vector code of loops over lanes.

use super::Scalar;

/// Samples of a block.
pub const BLOCK: usize = 64;

/// Up to this many classes it is quicker to compare every sample's label with each class, all lanes at once, than to look a
/// sample up after the other.
pub const FEW_CLASSES: usize = 16;

/// Puts minus a value for each sample in the lanes of its class, `rows` of shape `[n_classes]`; for few classes.
///
/// Negated here, since values that have only to be read make the compiler branch on every label.
#[inline(always)]
pub(super) fn put_negated_at_labels<F: Scalar>(rows: &mut [Lanes<F>], labels: &[u32; BLOCK], values: &Lanes<F>) {
    for (class_idx, row) in rows.iter_mut().enumerate() {
        for lane in 0..BLOCK {
            let (kept, negated) = (row.0[lane], -values.0[lane]);
            row.0[lane] = if labels[lane] == class_idx as u32 { negated } else { kept };
        }
    }
}

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

impl<F: Scalar> Lanes<F> {
    /// x^γ for x ≥ 0 and γ ≥ 0; where γ is 0, 1 or 2, as it is most often, without a logarithm.
    #[inline(always)]
    pub(super) fn pow_in<const FUSED: bool>(&self, gamma: F) -> Self {
        let mut powers = *self;
        if gamma == F::zero() {
            powers = Self::splat(F::one());
        } else if gamma == F::one() + F::one() {
            for x in &mut powers.0 {
                *x *= *x;
            }
        } else if gamma != F::one() {
            for x in &mut powers.0 {
                *x = x.pow_in::<FUSED>(gamma);
            }
        }
        powers
    }
}

/// What a loss says of a block; see [`BatchLoss::block`](super::BatchLoss::block).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockLoss<F> {
    /// The loss of each sample.
    pub values: Lanes<F>,
    /// What the residuals of each sample are to be multiplied by to be the gradient with respect to its logits.
    pub scales: Lanes<F>,
}
