//! Predictions, a block of samples at a time.

use pulp::{Simd, WithSimd};

use super::{Precision, Rows, Workspace, dispatch, gather::gather, products::logits};
use crate::{
    data::Samples,
    loss::{BLOCK, Lanes},
    train::LinearModel,
};

impl<F: Precision> LinearModel<F> {
    /// The class with the largest logit for each sample, shape `[n_samples]`; ties go to the first class.
    pub fn predict(&self, samples: &Samples) -> Vec<usize> {
        dispatch(Predict { model: self, samples })
    }
}

struct Predict<'a, F> {
    model: &'a LinearModel<F>,
    samples: &'a Samples,
}

impl<F: Precision> WithSimd for Predict<'_, F> {
    type Output = Vec<usize>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<usize> {
        let Self { model, samples } = self;
        let mut workspace = Workspace::default();
        workspace.prepare(model, &[], false);
        let rows = Rows::Range(0..samples.len());
        let mut predicted = Vec::with_capacity(samples.len());
        let (mut row_space, mut labels) = ([0; BLOCK], [0; BLOCK]);
        for first in (0..samples.len()).step_by(BLOCK) {
            let (n, row_of) = rows.block(first, &mut row_space);
            gather(simd, samples, row_of, &mut workspace.x, &mut labels);
            logits(simd, &workspace.x, model.weights(), &workspace.start, &mut workspace.residuals);
            let mut best = Lanes::splat(F::neg_infinity());
            let mut class_of = [0_u32; BLOCK];
            for (class_idx, z) in workspace.residuals.iter().enumerate() {
                for lane in 0..BLOCK {
                    let is_larger = z.0[lane] > best.0[lane];
                    best.0[lane] = if is_larger { z.0[lane] } else { best.0[lane] };
                    class_of[lane] = if is_larger { class_idx as u32 } else { class_of[lane] };
                }
            }
            predicted.extend(class_of[..n].iter().map(|&class_idx| class_idx as usize));
        }
        predicted
    }
}
