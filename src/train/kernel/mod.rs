//! Forward, loss and gradient of a batch in one pass over its rows, in blocks of rows that stay in the nearest memory.
//!
//! Samples lie across the lanes of the machine's registers. The logits of a block become the residuals of its loss in place,
//! and these go into the gradient at once: no matrix of all logits is made. The code is compiled for several sets of
//! instructions, of which the machine's best is taken when it runs.

#![expect(clippy::needless_range_loop, reason = "one lane of several arrays at once is what vector code is made of")]
#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the instructions that were chosen")]

mod gather;
mod precision;
mod predict;
mod products;

use std::ops::Range;

use pulp::{Simd, WithSimd};

pub use precision::Precision;
pub(super) use predict::predict;

use super::LinearModel;
use crate::{
    data::Samples,
    loss::{BLOCK, BlockLoss, Lanes, Loss, LossUser, Offsets, Real, RowLoss},
};
use gather::gather;
use precision::is_fused;
use products::{PARTIAL, add_few, add_lanes, add_many, join, logits};

/// Fewer features than this have samples across lanes in the gradient, too.
const FEW_FEATURES: usize = 8;
/// Rows of features are widened to a multiple of this, which fills the registers of every machine.
const ALIGNED: usize = 16;

/// What a pass adds up beside the gradient.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Σ w_y l over the rows.
    pub weighted_loss: f64,
    /// Σ w_y over the rows.
    pub weight: f64,
}

/// What the loss of a sample has to do with its class, in the precision of a pass.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassTerms<F> {
    /// Weight w of the class's samples, shape `[n_classes]`.
    pub weights: Vec<F>,
    /// Added to every logit, shape `[n_classes]`, or empty for nothing.
    pub offsets: Vec<F>,
    /// Subtracted from the logit of the sample's own class, shape `[n_classes]`, or empty for nothing.
    pub margins: Vec<F>,
}

impl<F: Real> ClassTerms<F> {
    /// Weights and the offsets of training.
    pub fn new(weights: impl Iterator<Item = f64>, offsets: &Offsets) -> Self {
        let convert = |values: &[f64]| values.iter().map(|&value| F::from_f64(value)).collect();
        Self {
            weights: weights.map(F::from_f64).collect(),
            offsets: convert(offsets.training()),
            margins: convert(offsets.margins()),
        }
    }

    /// Weights alone.
    pub fn weights(weights: impl Iterator<Item = f64>) -> Self {
        Self::new(weights, &Offsets::default())
    }
}

/// The rows of a pass.
#[derive(Debug, Clone)]
pub enum Rows<'a> {
    /// Samples one after the other.
    Range(Range<usize>),
    /// Samples by their indices.
    Indices(&'a [u32]),
}

impl Rows<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Indices(rows) => rows.len(),
        }
    }

    #[inline(always)]
    fn at(&self, place: usize) -> usize {
        match self {
            Self::Range(range) => range.start + place,
            Self::Indices(rows) => rows[place] as usize,
        }
    }
}

/// What a pass works in; kept from batch to batch, so that its memory is asked for once.
#[derive(Debug, Clone, Default)]
pub struct Space<F> {
    /// Features, shape `[n_features]` of lanes.
    x: Vec<Lanes<F>>,
    /// Logits, then residuals, shape `[n_classes]` of lanes.
    residuals: Vec<Lanes<F>>,
    /// Bias and offsets, shape `[n_classes]`.
    start: Vec<F>,
    /// Features times scale, shape `[n_samples, width]`.
    rows: Vec<F>,
    /// Gradient by class, shape `[n_classes, width]`.
    sums: Vec<F>,
    /// Partial sums over samples, shape `[n_features + 1, n_classes]`, or of the bias alone.
    partial: Vec<[F; PARTIAL]>,
}

impl<F: Precision> Space<F> {
    /// Makes room, with everything that is added to at zero.
    fn prepare(&mut self, model: &LinearModel<F>, offsets: &[F], has_gradient: bool) {
        let (n_features, n_classes) = (model.n_features(), model.n_classes());
        self.x.resize(n_features, Lanes::splat(F::zero()));
        self.residuals.resize(n_classes, Lanes::splat(F::zero()));
        self.start.clear();
        self.start.extend_from_slice(model.bias());
        for (start, &offset) in self.start.iter_mut().zip(offsets) {
            *start += offset;
        }
        if has_gradient {
            let is_few = n_features < FEW_FEATURES;
            let width = if is_few { 0 } else { width_of(n_features) };
            self.rows.resize(width * BLOCK, F::zero());
            self.sums.clear();
            self.sums.resize(width * n_classes, F::zero());
            self.partial.clear();
            self.partial.resize(if is_few { n_features + 1 } else { 1 } * n_classes, [F::zero(); PARTIAL]);
        }
    }
}

fn width_of(n_features: usize) -> usize {
    n_features.next_multiple_of(ALIGNED)
}

/// A block of samples with what the loss says of them. Lanes from `n` on are empty: weight, value and scale are 0.
pub(super) struct Block<'a, F> {
    /// Samples of the block.
    pub(super) n: usize,
    /// Class of each sample.
    pub(super) labels: &'a [u32; BLOCK],
    /// w of each sample.
    pub(super) weights: &'a Lanes<F>,
    /// The logit of each sample's own class, as the loss sees it.
    pub(super) label_logits: &'a Lanes<F>,
    /// l, and what residuals are multiplied by, without the weight.
    pub(super) loss: &'a BlockLoss<F>,
    /// Shape `[n_classes]` of lanes.
    pub(super) residuals: &'a [Lanes<F>],
    /// Features, shape `[n_features]` of lanes.
    pub(super) x: &'a [Lanes<F>],
}

/// Adds Σ w_y ∂l/∂θ over `rows` to `gradient`, shape `[n_features + 1, n_classes]`, and returns the sums.
///
/// An empty `gradient` stays so, and costs nothing. The order of summation depends on the rows alone.
pub fn accumulate<F: Precision>(
    loss: Loss,
    terms: &ClassTerms<F>,
    model: &LinearModel<F>,
    samples: &Samples,
    rows: Rows<'_>,
    gradient: &mut [F],
    space: &mut Space<F>,
) -> Sums {
    space.prepare(model, &terms.offsets, !gradient.is_empty());
    loss.with(Pass { terms, model, samples, rows, gradient, space, visit: &mut |_| {} })
}

/// Shows every block of rows to `visit` and returns the same sums, bit for bit, as [`accumulate`].
pub(super) fn for_each_block<F: Precision>(
    loss: Loss,
    terms: &ClassTerms<F>,
    model: &LinearModel<F>,
    samples: &Samples,
    rows: Rows<'_>,
    visit: &mut dyn FnMut(&Block<'_, F>),
) -> Sums {
    let mut space = Space::default();
    space.prepare(model, &terms.offsets, false);
    loss.with(Pass { terms, model, samples, rows, gradient: &mut [], space: &mut space, visit })
}

/// Runs with the best instructions that the machine has.
fn dispatch<O: WithSimd>(op: O) -> O::Output {
    match pulp::Arch::new() {
        // pulp's own choice without AVX2 is one number at a time; four are in every x86-64.
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        pulp::Arch::Scalar => op.with_simd(pulp::Scalar128b),
        arch => arch.dispatch(op),
    }
}

struct Pass<'a, F> {
    terms: &'a ClassTerms<F>,
    model: &'a LinearModel<F>,
    samples: &'a Samples,
    rows: Rows<'a>,
    gradient: &'a mut [F],
    space: &'a mut Space<F>,
    visit: &'a mut dyn FnMut(&Block<'_, F>),
}

impl<F: Precision> LossUser<F> for Pass<'_, F> {
    type Output = Sums;

    fn run<L: RowLoss<F>>(self, loss: L) -> Sums {
        dispatch(Chosen { pass: self, loss })
    }
}

/// A pass under a loss.
struct Chosen<'a, F, L> {
    pass: Pass<'a, F>,
    loss: L,
}

impl<F: Precision, L: RowLoss<F>> WithSimd for Chosen<'_, F, L> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sums {
        if is_fused::<S>() {
            self.pass.run::<S, L, true>(simd, self.loss)
        } else {
            self.pass.run::<S, L, false>(simd, self.loss)
        }
    }
}

impl<F: Precision> Pass<'_, F> {
    #[inline(always)]
    fn run<S: Simd, L: RowLoss<F>, const FUSED: bool>(self, simd: S, loss: L) -> Sums {
        let Self { terms, model, samples, rows, gradient, space, visit } = self;
        let (n_features, n_classes) = (model.n_features(), model.n_classes());
        let is_few = n_features < FEW_FEATURES;
        let width = width_of(n_features);
        let (mut labels, mut weights) = ([0_u32; BLOCK], Lanes::splat(F::zero()));
        let mut label_logits = Lanes::splat(F::zero());
        let (mut loss_sums, mut weight_sums) = ([0.0_f64; 8], [0.0_f64; 8]);
        for first in (0..rows.len()).step_by(BLOCK) {
            let n = (rows.len() - first).min(BLOCK);
            gather(samples, &rows, first, n, &mut space.x);
            for lane in 0..BLOCK {
                let is_there = lane < n;
                labels[lane] = if is_there { samples.labels()[rows.at(first + lane)] } else { 0 };
                weights.0[lane] = if is_there { terms.weights[labels[lane] as usize] } else { F::zero() };
            }
            logits(simd, &space.x, model.weights(), &space.start, &mut space.residuals);
            if !terms.margins.is_empty() {
                for (lane, &label) in labels.iter().enumerate() {
                    space.residuals[label as usize].0[lane] -= terms.margins[label as usize];
                }
            }
            if gradient.is_empty() {
                for (lane, &label) in labels.iter().enumerate() {
                    label_logits.0[lane] = space.residuals[label as usize].0[lane];
                }
            }
            let mut found = loss.block::<FUSED>(&mut space.residuals, &labels);
            // Zero times what is infinite is no number.
            found.values.0[n..].fill(F::zero());
            found.scales.0[n..].fill(F::zero());
            for lane in 0..BLOCK {
                loss_sums[lane % 8] += (weights.0[lane] * found.values.0[lane]).as_f64();
                weight_sums[lane % 8] += weights.0[lane].as_f64();
            }
            if gradient.is_empty() {
                let (residuals, x) = (&*space.residuals, &*space.x);
                let (labels, weights, label_logits, loss) = (&labels, &weights, &label_logits, &found);
                visit(&Block { n, labels, weights, label_logits, loss, residuals, x });
                continue;
            }
            for (scale, &weight) in found.scales.0.iter_mut().zip(&weights.0) {
                *scale *= weight;
            }
            if is_few {
                for x in &mut space.x {
                    for (x, &scale) in x.0.iter_mut().zip(&found.scales.0) {
                        *x *= scale;
                    }
                }
                let (of_features, of_bias) = space.partial.split_at_mut(n_features * n_classes);
                add_few(simd, &space.x, &space.residuals, of_features);
                add_lanes(simd, &found.scales, &space.residuals, of_bias);
            } else {
                for (lane, row) in space.rows.chunks_exact_mut(width).take(n).enumerate() {
                    let sample_idx = rows.at(first + lane);
                    let x = &samples.feature_slice()[sample_idx * n_features..(sample_idx + 1) * n_features];
                    for (scaled, &x) in row.iter_mut().zip(x) {
                        *scaled = found.scales.0[lane] * F::from_f32(x);
                    }
                }
                add_many(simd, &space.rows[..n * width], &space.residuals, &mut space.sums, width);
                add_lanes(simd, &found.scales, &space.residuals, &mut space.partial);
            }
        }
        if !gradient.is_empty() {
            if is_few {
                join(&space.partial, gradient);
            } else {
                let (of_weights, of_bias) = gradient.split_at_mut(n_features * n_classes);
                for (class_idx, sums) in space.sums.chunks_exact(width).enumerate() {
                    for (gradient, &sum) in of_weights[class_idx..].iter_mut().step_by(n_classes).zip(sums) {
                        *gradient += sum;
                    }
                }
                join(&space.partial, of_bias);
            }
        }
        Sums { weighted_loss: loss_sums.iter().sum(), weight: weight_sums.iter().sum() }
    }
}

#[cfg(test)]
mod tests;
