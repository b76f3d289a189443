//! Which labels are there in a block of samples.

use super::terms::SetTerms;
use crate::loss::{BLOCK, Float, Lanes};

/// The labels of a block's samples, for losses over label sets.
#[derive(Debug)]
pub struct BlockSets<'a, F> {
    /// Which labels are there: label · [`BLOCK`] + lane of each.
    pub places: &'a [u32],
    /// Room for as many numbers as there are places; what is in it does not matter.
    pub kept: &'a mut [F],
    /// What each label brings along.
    pub terms: &'a SetTerms<F>,
}

impl<F: Float> BlockSets<'_, F> {
    /// Takes the logits of labels that are there out of `logits`, where −∞ is left: a negative without loss or gradient.
    #[inline(always)]
    pub(super) fn take_positives(&mut self, logits: &mut [Lanes<F>]) {
        for (kept, &place) in self.kept.iter_mut().zip(self.places) {
            let z = &mut logits[place as usize / BLOCK].0[place as usize % BLOCK];
            *kept = *z;
            *z = F::neg_infinity();
        }
    }
}
