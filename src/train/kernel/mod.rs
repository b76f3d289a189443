//! Forward, loss and gradient of a batch in one pass over its rows, in blocks of rows that stay in the nearest memory.
//!
//! Samples lie across the lanes of the machine's registers. The logits of a block become the residuals of its loss in place,
//! and these go into the gradient at once: no matrix of all logits is made. The code is compiled for several sets of
//! instructions, of which the machine's best is taken when it runs.

#![expect(clippy::needless_range_loop, reason = "one lane of several arrays at once is what vector code is made of")]
#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the instructions that were chosen")]

mod descent;
mod gather;
mod machine;
mod precision;
mod predict;
mod prefetch;
mod products;
mod rows;
mod update;
mod workspace;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

pub(super) use descent::{Batches, Descent};
pub use machine::{Instructions, dispatch};
pub use precision::Precision;
pub use rows::Rows;
pub(super) use update::{Adam, scale_and_penalise, step_adam, step_momentum};
pub use workspace::Workspace;

use super::LinearModel;
use crate::{
    data::Samples,
    loss::{BLOCK, BatchLoss, BlockLoss, BlockSets, FEW_CLASSES, Float, Lanes, Loss, LossUser, Offsets, SetTerms},
};
use gather::{Upcoming, gather, gather_sets};
use precision::is_fused;
use products::{add_few, add_lanes, add_many, logits};
use workspace::{has_few, width_of};

/// Sums in double precision that are kept side by side.
const PARTS: usize = 8;
/// Rows times parameters from which a part of a batch is worth a thread of its own: some tenths of a millisecond.
const SPLIT_WORK: usize = 24_000_000;

/// What a pass adds up in addition to the gradient.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Σ w_y l over the rows.
    pub weighted_loss: f64,
    /// Σ w_y over the rows.
    pub weight: f64,
}

impl Sums {
    /// The sums of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { weighted_loss: self.weighted_loss + other.weighted_loss, weight: self.weight + other.weight }
    }
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
    /// Of labels of which a sample can have any number; the weight of every sample is then the first of `weights`.
    pub sets: SetTerms<F>,
}

impl<F: Float> ClassTerms<F> {
    /// Weights and the offsets of training.
    pub fn new(weights: impl Iterator<Item = f64>, offsets: &Offsets) -> Self {
        let convert = |values: &[f64]| values.iter().map(|&value| F::from_f64(value)).collect();
        Self {
            weights: weights.map(F::from_f64).collect(),
            offsets: convert(offsets.training()),
            margins: convert(offsets.margins()),
            sets: SetTerms::default(),
        }
    }

    /// Of samples with label sets.
    pub fn over_sets(sets: SetTerms<F>) -> Self {
        Self { sets, ..Self::weights(std::iter::once(1.0)) }
    }

    /// Weights alone.
    pub fn weights(weights: impl Iterator<Item = f64>) -> Self {
        Self::new(weights, &Offsets::default())
    }
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

/// Writes Σ w_y ∂l/∂θ over `rows` to `gradient`, shape `[n_features + 1, n_classes]`, and returns the sums.
///
/// An empty `gradient` stays so, and costs nothing. Large batches are split among threads, by their size alone; the order of
/// summation is always the same.
pub fn accumulate<F: Precision>(
    loss: Loss,
    terms: &ClassTerms<F>,
    model: &LinearModel<F>,
    samples: &Samples,
    rows: Rows<'_>,
    gradient: &mut [F],
    workspace: &mut Workspace<F>,
) -> Sums {
    let has_gradient = !gradient.is_empty();
    let pass = |rows: Rows<'_>, workspace: &mut Workspace<F>| {
        workspace.prepare(model, &terms.offsets, has_gradient);
        loss.with(Pass { terms, model, samples, rows, has_gradient, workspace, visit: &mut |_| {}, upcoming: None })
    };
    let n_rows = rows_of_part(rows.len(), model);
    let n_others = rows.len().div_ceil(n_rows).saturating_sub(1);
    let sums = if n_others == 0 {
        pass(rows, workspace)
    } else {
        let mut others = std::mem::take(&mut workspace.others);
        others.resize_with(others.len().max(n_others), Workspace::default);
        let spaces = std::iter::once(&mut *workspace).chain(&mut others);
        let parts: Vec<_> = rows.split(n_rows).zip(spaces).collect();
        let sums: Vec<Sums> = parts.into_par_iter().map(|(rows, workspace)| pass(rows, workspace)).collect();
        workspace.others = others;
        sums.into_iter().fold(Sums::default(), Sums::plus)
    };
    if has_gradient {
        workspace.write_gradient(n_others, model, gradient);
    }
    sums
}

/// Rows of each part of a batch of `n_rows` that a thread of its own works on.
fn rows_of_part<F: Float>(n_rows: usize, model: &LinearModel<F>) -> usize {
    let n_parts = (n_rows.saturating_mul(model.params().len()) / SPLIT_WORK).max(1);
    n_rows.div_ceil(n_parts).next_multiple_of(BLOCK).max(BLOCK)
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
    let mut workspace = Workspace::default();
    workspace.prepare(model, &terms.offsets, false);
    let mut sums = Sums::default();
    for rows in rows.split(rows_of_part(rows.len(), model)) {
        let workspace = &mut workspace;
        sums = sums.plus(loss.with(Pass {
            terms,
            model,
            samples,
            rows,
            has_gradient: false,
            workspace,
            visit,
            upcoming: None,
        }));
    }
    sums
}

struct Pass<'a, F> {
    terms: &'a ClassTerms<F>,
    model: &'a LinearModel<F>,
    samples: &'a Samples,
    rows: Rows<'a>,
    /// Whether the gradient is added up in the space, or blocks are only shown to `visit`.
    has_gradient: bool,
    workspace: &'a mut Workspace<F>,
    visit: &'a mut dyn FnMut(&Block<'_, F>),
    /// The samples of the first block, where two features are read ahead.
    upcoming: Option<Upcoming<'a>>,
}

impl<F: Precision> LossUser<F> for Pass<'_, F> {
    type Output = Sums;

    fn run<L: BatchLoss<F>>(self, loss: L) -> Sums {
        dispatch(Chosen { pass: self, loss })
    }
}

/// A pass under a loss.
struct Chosen<'a, F, L> {
    pass: Pass<'a, F>,
    loss: L,
}

impl<F: Precision, L: BatchLoss<F>> WithSimd for Chosen<'_, F, L> {
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

/// The value of each sample's class, from `values` of shape `[n_classes]`.
#[inline(always)]
fn look_up<F: Precision>(values: &[F], labels: &[u32; BLOCK], out: &mut Lanes<F>) {
    if values.len() <= FEW_CLASSES {
        for (class_idx, &value) in values.iter().enumerate() {
            for (out, &label) in out.0.iter_mut().zip(labels) {
                *out = if label == class_idx as u32 { value } else { *out };
            }
        }
    } else {
        for (out, &label) in out.0.iter_mut().zip(labels) {
            *out = values[label as usize];
        }
    }
}

/// The largest logit of each sample; for logits, shape `[n_classes]` of lanes, that have changed since they were computed.
#[inline(always)]
fn largest<F: Precision>(logits: &[Lanes<F>]) -> Lanes<F> {
    let mut max = Lanes::splat(F::neg_infinity());
    for z in logits {
        for (max, &z) in max.0.iter_mut().zip(&z.0) {
            *max = if z > *max { z } else { *max };
        }
    }
    max
}

impl<F: Precision> Pass<'_, F> {
    #[inline(always)]
    fn run<S: Simd, L: BatchLoss<F>, const FUSED: bool>(self, simd: S, loss: L) -> Sums {
        let Self { terms, model, samples, rows, has_gradient, workspace, visit, mut upcoming } = self;
        let n_features = model.n_features();
        let is_few = has_few(n_features);
        let width = width_of(n_features);
        let zero = Lanes::splat(F::zero());
        let (mut row_space, mut labels) = ([0_u32; BLOCK], [0_u32; BLOCK]);
        let (mut weights, mut label_logits) = (zero, zero);
        let mut found = BlockLoss { values: zero, scales: zero };
        let (mut loss_sums, mut weight_sums) = ([0.0_f64; PARTS], [0.0_f64; PARTS]);
        for first in (0..rows.len()).step_by(BLOCK) {
            let (n, row_of) = rows.block(first, &mut row_space);
            if let (Some(upcoming), [x_0, x_1]) = (&upcoming, &mut *workspace.x) {
                upcoming.unpack([x_0, x_1], &mut labels);
            } else {
                gather(simd, samples, row_of, &mut workspace.x, &mut labels);
                rows.prefetch_rows(samples, first + BLOCK);
            }
            look_up(&terms.weights, &labels, &mut weights);
            let mut max = logits(simd, &workspace.x, model.weights(), &workspace.start, &mut workspace.residuals);
            if !terms.margins.is_empty() {
                for (lane, &label) in labels.iter().enumerate() {
                    workspace.residuals[label as usize].0[lane] -= terms.margins[label as usize];
                }
                max = largest(&workspace.residuals);
            }
            if !has_gradient {
                for (lane, &label) in labels.iter().enumerate() {
                    label_logits.0[lane] = workspace.residuals[label as usize].0[lane];
                }
            }
            if let Some(sets) = samples.sets() {
                gather_sets(sets, &row_of[..n], &mut workspace.places);
                workspace.kept.resize(workspace.places.len(), F::zero());
            }
            let mut sets = BlockSets { places: &workspace.places, kept: &mut workspace.kept, terms: &terms.sets };
            loss.block::<S, FUSED>(simd, &mut workspace.residuals, &max, &labels, &mut sets, &mut found);
            // Here, where the numbers of the loss still wait for each other.
            if let Some(upcoming) = &mut upcoming {
                upcoming.fetch(rows.coming(first + BLOCK));
            }
            if n < BLOCK {
                // Zero times what is infinite is no number.
                found.values.0[n..].fill(F::zero());
                found.scales.0[n..].fill(F::zero());
                weights.0[n..].fill(F::zero());
            }
            let (weight_parts, value_parts) = (weights.0.as_chunks::<PARTS>().0, found.values.0.as_chunks::<PARTS>().0);
            for (weights, values) in weight_parts.iter().zip(value_parts) {
                for part in 0..PARTS {
                    loss_sums[part] += (weights[part] * values[part]).as_f64();
                    weight_sums[part] += weights[part].as_f64();
                }
            }
            if !has_gradient {
                let (residuals, x) = (&*workspace.residuals, &*workspace.x);
                let (labels, weights, label_logits, loss) = (&labels, &weights, &label_logits, &found);
                visit(&Block { n, labels, weights, label_logits, loss, residuals, x });
                continue;
            }
            for (scale, &weight) in found.scales.0.iter_mut().zip(&weights.0) {
                *scale *= weight;
            }
            if is_few {
                for x in &mut workspace.x {
                    for (x, &scale) in x.0.iter_mut().zip(&found.scales.0) {
                        *x *= scale;
                    }
                }
                add_few(simd, &workspace.x, &found.scales, &workspace.residuals, &mut workspace.partial);
            } else {
                for ((row, &sample_idx), &scale) in
                    workspace.rows.chunks_exact_mut(width).zip(&row_of[..n]).zip(&found.scales.0)
                {
                    let x = &samples.feature_slice()[sample_idx as usize * n_features..][..n_features];
                    for (scaled, &x) in row.iter_mut().zip(x) {
                        *scaled = scale * F::from_f32(x);
                    }
                }
                add_many(simd, &workspace.rows[..n * width], &workspace.residuals, &mut workspace.sums, width);
                add_lanes(simd, &found.scales, &workspace.residuals, &mut workspace.partial);
            }
        }
        Sums { weighted_loss: loss_sums.iter().sum(), weight: weight_sums.iter().sum() }
    }
}

#[cfg(test)]
mod tests;
