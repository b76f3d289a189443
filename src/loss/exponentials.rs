//! Exponentials of a block's logits, which are most of the work of a softmax with few features.

use std::hint::select_unpredictable;

use pulp::Simd;

use super::{BLOCK, Lanes, Scalar, vector::exp_below_zero_of};

/// What exponentials say of the samples of a block.
pub struct LabelSplit<F> {
    /// max − z_y.
    pub(super) below: Lanes<F>,
    /// exp(z_y − max).
    pub(super) e_label: Lanes<F>,
    /// Σ exp(z_j − max) over j ≠ y: 1 − p_y is made of this sum, never of a difference, which would lose all digits where
    /// p_y is almost 1.
    pub(super) others: Lanes<F>,
}

/// As [`super::Float::exponentials_of_few`], in lanes of which the compiler makes vector code.
#[inline(always)]
pub(super) fn of_few_by_lanes<F: Scalar, const FUSED: bool>(
    logits: &mut [Lanes<F>],
    max: &Lanes<F>,
    labels: &[u32; BLOCK],
    found: &mut LabelSplit<F>,
) {
    for (class_idx, z) in logits.iter_mut().enumerate() {
        for lane in 0..BLOCK {
            let relative = z.0[lane] - max.0[lane];
            let e = relative.exp_below_zero_in::<FUSED>();
            let is_label = labels[lane] == class_idx as u32;
            // An `if` would become a branch for every label.
            let LabelSplit { below, e_label, others } = &mut *found;
            below.0[lane] = select_unpredictable(is_label, -relative, below.0[lane]);
            e_label.0[lane] = select_unpredictable(is_label, e, e_label.0[lane]);
            others.0[lane] += select_unpredictable(is_label, F::zero(), e);
            z.0[lane] = e;
        }
    }
}

/// As [`super::Float::exponentials`], in lanes of which the compiler makes vector code.
#[inline(always)]
pub(super) fn by_lanes<F: Scalar, const FUSED: bool>(logits: &mut [Lanes<F>], max: &Lanes<F>, sums: &mut Lanes<F>) {
    for z in logits {
        for lane in 0..BLOCK {
            let e = (z.0[lane] - max.0[lane]).exp_below_zero_in::<FUSED>();
            z.0[lane] = e;
            sums.0[lane] += e;
        }
    }
}

/// As [`super::Float::exponentials_of_few`], with fused multiply-add, in registers.
#[inline(always)]
pub(super) fn of_few<S: Simd>(
    simd: S,
    logits: &mut [Lanes<f32>],
    max: &Lanes<f32>,
    labels: &[u32; BLOCK],
    found: &mut LabelSplit<f32>,
) {
    /// Registers side by side: what is kept of their samples from class to class must have room, too.
    const N: usize = 2;
    let zero = simd.splat_f32s(0.0);
    let (labels, _) = S::as_simd_u32s(labels);
    let of_max = registers::<S>(max);
    for first in (0..labels.len()).step_by(N) {
        let (mut relative, mut e_label, mut others) = ([zero; N], [zero; N], [zero; N]);
        for (class_idx, z) in logits.iter_mut().enumerate() {
            let class = simd.splat_u32s(class_idx as u32);
            let z = registers_mut::<S>(z);
            let mut x = [zero; N];
            for k in 0..N {
                x[k] = simd.sub_f32s(z[first + k], of_max[first + k]);
            }
            let e = exp_below_zero_of(simd, x);
            for k in 0..N {
                let is_label = simd.equal_u32s(labels[first + k], class);
                relative[k] = simd.select_f32s(is_label, x[k], relative[k]);
                e_label[k] = simd.select_f32s(is_label, e[k], e_label[k]);
                others[k] = simd.select_f32s(is_label, others[k], simd.add_f32s(others[k], e[k]));
                z[first + k] = e[k];
            }
        }
        for k in 0..N {
            registers_mut::<S>(&mut found.below)[first + k] = simd.neg_f32s(relative[k]);
            registers_mut::<S>(&mut found.e_label)[first + k] = e_label[k];
            registers_mut::<S>(&mut found.others)[first + k] = others[k];
        }
    }
}

/// As [`super::Float::exponentials`], with fused multiply-add, in registers.
#[inline(always)]
pub(super) fn of_many<S: Simd>(simd: S, logits: &mut [Lanes<f32>], max: &Lanes<f32>, sums: &mut Lanes<f32>) {
    /// Registers side by side, so that none waits for another.
    const N: usize = 4;
    let zero = simd.splat_f32s(0.0);
    let (max, sums) = (registers::<S>(max), registers_mut::<S>(sums));
    for first in (0..max.len()).step_by(N) {
        let mut total = [zero; N];
        for z in logits.iter_mut() {
            let z = registers_mut::<S>(z);
            let mut x = [zero; N];
            for k in 0..N {
                x[k] = simd.sub_f32s(z[first + k], max[first + k]);
            }
            let e = exp_below_zero_of(simd, x);
            for k in 0..N {
                z[first + k] = e[k];
                total[k] = simd.add_f32s(total[k], e[k]);
            }
        }
        sums[first..first + N].copy_from_slice(&total);
    }
}

#[inline(always)]
fn registers<S: Simd>(lanes: &Lanes<f32>) -> &[S::f32s] {
    S::as_simd_f32s(&lanes.0).0
}

#[inline(always)]
fn registers_mut<S: Simd>(lanes: &mut Lanes<f32>) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(&mut lanes.0).0
}
