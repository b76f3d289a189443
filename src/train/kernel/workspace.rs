//! What a pass works in, and what it leaves there: the sums that become a gradient.

use pulp::{Simd, WithSimd};

use super::{
    LinearModel, Precision, dispatch,
    precision::PARTIAL,
    products::{join, transpose},
};
use crate::loss::{BLOCK, Lanes};

/// Fewer features than this have samples across lanes in the gradient, too.
const FEW_FEATURES: usize = 8;
/// Rows of features are widened to a multiple of this, which fills the registers of every machine.
const ALIGNED: usize = 16;

/// What a pass works in; kept from batch to batch, so that its memory is asked for once.
#[derive(Debug, Clone, Default)]
pub struct Workspace<F> {
    /// Features, shape `[n_features]` of lanes.
    pub(super) x: Vec<Lanes<F>>,
    /// Logits, then residuals, shape `[n_classes]` of lanes.
    pub(super) residuals: Vec<Lanes<F>>,
    /// Bias and offsets, shape `[n_classes]`.
    pub(super) start: Vec<F>,
    /// Features times scale, shape `[n_samples, width]`.
    pub(super) rows: Vec<F>,
    /// Gradient by class, shape `[n_classes, width]`; empty for few features.
    pub(super) sums: Vec<F>,
    /// Partial sums over samples, shape `[n_features + 1, n_classes]` for few features, or of the bias alone.
    pub(super) partial: Vec<[F; PARTIAL]>,
    /// Which labels of the block's samples are there; see [`BlockSets`](crate::loss::BlockSets).
    pub(super) places: Vec<u32>,
    /// Room for what a loss over label sets keeps.
    pub(super) kept: Vec<F>,
    /// Of the other parts of a batch that is split.
    pub(super) others: Vec<Self>,
}

impl<F: Precision> Workspace<F> {
    /// Makes room, with everything that is added to at zero.
    #[inline(always)]
    pub(super) fn prepare(&mut self, model: &LinearModel<F>, offsets: &[F], has_gradient: bool) {
        let (n_features, n_classes) = (model.n_features(), model.n_classes());
        self.x.resize(n_features, Lanes::splat(F::zero()));
        self.residuals.resize(n_classes, Lanes::splat(F::zero()));
        self.start.clear();
        self.start.extend_from_slice(model.bias());
        for (start, &offset) in self.start.iter_mut().zip(offsets) {
            *start += offset;
        }
        if has_gradient {
            let is_few = has_few(n_features);
            let width = if is_few { 0 } else { width_of(n_features) };
            self.rows.resize(width * BLOCK, F::zero());
            self.sums.clear();
            self.sums.resize(width * n_classes, F::zero());
            self.partial.clear();
            self.partial.resize(if is_few { n_features + 1 } else { 1 } * n_classes, [F::zero(); PARTIAL]);
        }
    }

    /// Writes what has been added up, here and in the first of the `others`, always in the same order, to `gradient`, shape
    /// `[n_features + 1, n_classes]`.
    pub(super) fn write_gradient(&mut self, n_others: usize, model: &LinearModel<F>, gradient: &mut [F]) {
        dispatch(WriteGradient { workspace: self, n_others, model, gradient });
    }
}

pub(super) struct WriteGradient<'a, F> {
    pub(super) workspace: &'a mut Workspace<F>,
    pub(super) n_others: usize,
    pub(super) model: &'a LinearModel<F>,
    pub(super) gradient: &'a mut [F],
}

impl<F: Precision> WithSimd for WriteGradient<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { workspace: Workspace { sums, partial, others, .. }, n_others, model, gradient } = self;
        for other in &others[..n_others] {
            add(sums, &other.sums);
            add(partial.as_flattened_mut(), other.partial.as_flattened());
        }
        let (n_features, n_classes) = (model.n_features(), model.n_classes());
        if has_few(n_features) {
            join(simd, partial, gradient);
        } else {
            let (of_weights, of_bias) = gradient.split_at_mut(n_features * n_classes);
            transpose(simd, sums, width_of(n_features), n_classes, of_weights);
            join(simd, partial, of_bias);
        }
    }
}

#[inline(always)]
fn add<F: Precision>(sums: &mut [F], others: &[F]) {
    for (sum, &other) in sums.iter_mut().zip(others) {
        *sum += other;
    }
}

/// Whether samples lie across lanes in the gradient, too.
pub(super) fn has_few(n_features: usize) -> bool {
    n_features < FEW_FEATURES
}

pub(super) fn width_of(n_features: usize) -> usize {
    n_features.next_multiple_of(ALIGNED)
}
