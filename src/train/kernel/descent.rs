//! Mini-batches one after the other, each with its step, in one go: for few features and classes, choosing instructions and
//! setting up each batch anew would take a good part of its time.

use std::sync::atomic::{AtomicBool, Ordering};

use pulp::{Simd, WithSimd};

use super::{
    ClassTerms, LinearModel, Pass, Rows, Workspace, dispatch, gather::Upcoming, is_fused, rows_of_part,
    update::ScaleAndPenalise, workspace::WriteGradient,
};
use crate::{
    data::Pair,
    loss::{BLOCK, BatchLoss, LossUser},
    train::{Problem, TrainSettings, optimiser::StepState},
};

/// What mini-batches are trained with, and what they change.
pub(in crate::train) struct Descent<'a> {
    pub(in crate::train) problem: &'a Problem,
    /// The problem's own, in the training precision.
    pub(in crate::train) terms: &'a ClassTerms<f32>,
    pub(in crate::train) settings: &'a TrainSettings,
    pub(in crate::train) model: &'a mut LinearModel<f32>,
    pub(in crate::train) state: &'a mut StepState,
    /// The objective on each batch before its step is added to it.
    pub(in crate::train) loss_sum: &'a mut f64,
    /// Shape `[n_features + 1, n_classes]`; scratch space whose contents do not matter before or after.
    pub(in crate::train) gradient: &'a mut [f32],
    pub(in crate::train) workspace: &'a mut Workspace<f32>,
}

/// Mini-batches to train on.
#[derive(Clone, Copy)]
pub(in crate::train) struct Batches<'a> {
    /// What is left of the epoch's order of samples.
    pub(in crate::train) rows: &'a [u32],
    /// Samples of a batch, at least 1.
    pub(in crate::train) size: usize,
    /// The largest number of batches.
    pub(in crate::train) most: u64,
    /// Looked at before each batch.
    pub(in crate::train) stop: &'a AtomicBool,
}

impl Descent<'_> {
    /// Trains on the batches and returns how many they were; those that threads share are for
    /// [`accumulate`](super::accumulate).
    pub(in crate::train) fn run(self, batches: Batches<'_>) -> u64 {
        debug_assert!(!self.is_shared(batches.size));
        self.problem.loss.with(Going { descent: self, batches })
    }

    /// Whether batches of this size are large enough for several threads.
    pub(in crate::train) fn is_shared(&self, size: usize) -> bool {
        let size = size.min(self.problem.samples.len());
        rows_of_part(size, self.model) < size
    }
}

struct Going<'a> {
    descent: Descent<'a>,
    batches: Batches<'a>,
}

impl LossUser<f32> for Going<'_> {
    type Output = u64;

    fn run<L: BatchLoss<f32>>(self, loss: L) -> u64 {
        dispatch(Chosen { going: self, loss })
    }
}

struct Chosen<'a, L> {
    going: Going<'a>,
    loss: L,
}

impl<L: BatchLoss<f32>> WithSimd for Chosen<'_, L> {
    type Output = u64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> u64 {
        if is_fused::<S>() {
            self.going.run::<S, L, true>(simd, self.loss)
        } else {
            self.going.run::<S, L, false>(simd, self.loss)
        }
    }
}

impl Going<'_> {
    #[inline(always)]
    fn run<S: Simd, L: BatchLoss<f32>, const FUSED: bool>(self, simd: S, loss: L) -> u64 {
        let Self { descent, batches: Batches { rows, size, most, stop } } = self;
        let Descent { problem, terms, settings, model, state, loss_sum, gradient, workspace } = descent;
        let samples = &*problem.samples;
        let (mut n_batches, mut left) = (0, rows);
        let mut block = [Pair { x: [0.0; 2], label: 0 }; BLOCK];
        if let Some(samples) = samples.pairs() {
            Upcoming { samples, block: &mut block }.fetch(rows);
        }
        while n_batches < most && !left.is_empty() && !stop.load(Ordering::Relaxed) {
            let (rows, following) = left.split_at(size.min(left.len()));
            workspace.prepare(model, &terms.offsets, true);
            let pass = Pass {
                terms,
                model,
                samples,
                rows: Rows::Indices(rows, following),
                has_gradient: true,
                workspace,
                visit: &mut |_| {},
                upcoming: samples.pairs().map(|samples| Upcoming { samples, block: &mut block }),
            };
            let sums = pass.run::<S, L, FUSED>(simd, loss);
            WriteGradient { workspace, n_others: 0, model, gradient }.with_simd(simd);
            let divisor = problem.divisor(sums, rows.len());
            let scale = divisor.recip() as f32;
            let penalty =
                ScaleAndPenalise { gradient, weights: model.weights(), scale, l2: problem.l2 }.with_simd(simd);
            *loss_sum += sums.weighted_loss / divisor + penalty;
            state.step(settings, model.params_mut(), gradient);
            (n_batches, left) = (n_batches + 1, following);
        }
        n_batches
    }
}
