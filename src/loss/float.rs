//! The floating-point types that losses and training are generic over.

use pulp::Simd;

use super::{
    BLOCK, Lanes, Scalar,
    exponentials::{self, LabelSplit},
};

/// f32 for training by mini-batches, f64 for reference values and optima.
pub trait Float: Scalar {
    /// Replaces logits z, shape `[n_classes]` of lanes, by exp(z − max) (what stands at the label does not matter), and writes what the
    /// loss needs to `found`, which is zero before; for few classes.
    #[inline(always)]
    fn exponentials_of_few<S: Simd, const FUSED: bool>(
        _: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        labels: &[u32; BLOCK],
        found: &mut LabelSplit<Self>,
    ) {
        exponentials::of_few_by_lanes::<Self, FUSED>(logits, max, labels, found);
    }

    /// Replaces logits z, shape `[n_classes]` of lanes, by exp(z − max), and writes what they add up to to `sums`, which is
    /// zero before.
    #[inline(always)]
    fn exponentials<S: Simd, const FUSED: bool>(
        _: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        sums: &mut Lanes<Self>,
    ) {
        exponentials::by_lanes::<Self, FUSED>(logits, max, sums);
    }
}

impl Float for f32 {
    #[inline(always)]
    fn exponentials_of_few<S: Simd, const FUSED: bool>(
        simd: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        labels: &[u32; BLOCK],
        found: &mut LabelSplit<Self>,
    ) {
        if FUSED {
            exponentials::of_few(simd, logits, max, labels, found);
        } else {
            exponentials::of_few_by_lanes::<Self, FUSED>(logits, max, labels, found);
        }
    }
    #[inline(always)]
    fn exponentials<S: Simd, const FUSED: bool>(
        simd: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        sums: &mut Lanes<Self>,
    ) {
        if FUSED {
            exponentials::of_many(simd, logits, max, sums);
        } else {
            exponentials::by_lanes::<Self, FUSED>(logits, max, sums);
        }
    }
}

impl Float for f64 {}
