//! What is done with a gradient: scaled, penalised, and turned into a step.

use pulp::{Simd, WithSimd};

use super::{PARTS, dispatch};
use crate::loss::Float;

/// Multiplies a gradient, shape `[n_features + 1, n_classes]` or empty, by `scale` and adds that of the penalty λ/2·Σ W² on
/// `weights`, shape `[n_features, n_classes]`. Returns the penalty.
pub(in crate::train) fn scale_and_penalise<F: Float>(gradient: &mut [F], weights: &[F], scale: f64, l2: f64) -> f64 {
    dispatch(ScaleAndPenalise { gradient, weights, scale: F::from_f64(scale), l2 })
}

pub(super) struct ScaleAndPenalise<'a, F> {
    pub(super) gradient: &'a mut [F],
    pub(super) weights: &'a [F],
    pub(super) scale: F,
    pub(super) l2: f64,
}

impl<F: Float> WithSimd for ScaleAndPenalise<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Self { gradient, weights, scale, l2 } = self;
        for g in gradient.iter_mut() {
            *g *= scale;
        }
        if l2 == 0.0 {
            return 0.0;
        }
        let strength = F::from_f64(l2);
        for (g, &w) in gradient.iter_mut().zip(weights) {
            *g += strength * w;
        }
        let mut squares = [0.0; PARTS];
        let (eights, rest) = weights.as_chunks::<PARTS>();
        for eight in eights {
            for (square, w) in squares.iter_mut().zip(eight) {
                *square += w.as_f64() * w.as_f64();
            }
        }
        let mut sum = 0.0;
        for square in squares {
            sum += square;
        }
        for w in rest {
            sum += w.as_f64() * w.as_f64();
        }
        0.5 * l2 * sum
    }
}

/// v ← μv + g, θ ← θ − ηv; to be inlined.
#[inline(always)]
pub(in crate::train) fn step_momentum(
    params: &mut [f32],
    velocity: &mut [f32],
    gradient: &[f32],
    rate: f32,
    momentum: f32,
) {
    for ((p, v), &g) in params.iter_mut().zip(velocity).zip(gradient) {
        *v = momentum * *v + g;
        *p -= rate * *v;
    }
}

/// Numbers of a step of Adam: rate η, β₁ and β₂, what makes the moments unbiased, and ε.
#[derive(Debug, Clone, Copy)]
pub(in crate::train) struct Adam {
    pub(in crate::train) rate: f32,
    pub(in crate::train) betas: [f32; 2],
    pub(in crate::train) scales: [f32; 2],
    pub(in crate::train) epsilon: f32,
}

/// Takes a step of Adam and updates both moments; to be inlined.
#[inline(always)]
pub(in crate::train) fn step_adam(params: &mut [f32], moments: [&mut [f32]; 2], gradient: &[f32], adam: Adam) {
    let [first, second] = moments;
    let Adam { rate, betas: [beta_1, beta_2], scales: [first_scale, second_scale], epsilon } = adam;
    for (((p, m), v), &g) in params.iter_mut().zip(first).zip(second).zip(gradient) {
        *m = beta_1 * *m + (1.0 - beta_1) * g;
        *v = beta_2 * *v + (1.0 - beta_2) * g * g;
        *p -= rate * (*m * first_scale) / ((*v * second_scale).sqrt() + epsilon);
    }
}
