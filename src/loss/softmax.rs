//! Softmax cross entropy and its focal form.

use super::{BLOCK, BlockLoss, Lanes, Real, RowLoss};

/// Cross entropy −ln p_y of a softmax; gradient p − onehot(y).
#[derive(Debug, Clone, Copy)]
pub struct SoftmaxCe;

impl<F: Real> RowLoss<F> for SoftmaxCe {
    fn value_and_gradient(self, row: &mut [F], label: usize) -> F {
        let softmax = Softmax::of(row, label);
        for p in row.iter_mut() {
            *p *= softmax.inverse_total;
        }
        row[label] = -softmax.one_minus_p();
        softmax.nll
    }

    #[inline(always)]
    fn block<const FUSED: bool>(self, logits: &mut [Lanes<F>], labels: &[u32; BLOCK]) -> BlockLoss<F> {
        softmax_block::<F, FUSED>(logits, labels, |nll, _, _| (nll, F::one()))
    }
}

/// Focal loss −(1 − p_y)^γ ln p_y of a softmax: samples that are classified well count less.
///
/// Gradient dz_j = c(p_y)(p_j − δ_jy) with c(p) = (1−p)^γ − γ p (1−p)^(γ−1) ln p.
///
/// # Source
/// Lin, Goyal, Girshick, He, Dollár, "Focal Loss for Dense Object Detection", ICCV 2017, equation 4, with p_t from a
/// softmax as in Cui et al., CVPR 2019, section 4.3.
#[derive(Debug, Clone, Copy)]
pub struct SoftmaxFocal {
    gamma: f64,
}

impl SoftmaxFocal {
    /// Focusing parameter γ ≥ 0.
    pub fn new(gamma: f64) -> Self {
        Self { gamma }
    }
}

impl<F: Real> RowLoss<F> for SoftmaxFocal {
    fn value_and_gradient(self, row: &mut [F], label: usize) -> F {
        let softmax = Softmax::of(row, label);
        let gamma = F::from_f64(self.gamma);
        let (p, q) = (softmax.e_label * softmax.inverse_total, softmax.one_minus_p());
        let (value, c) = focus::<F, false>(gamma, softmax.nll, p, q);
        for p in row.iter_mut() {
            *p *= softmax.inverse_total * c;
        }
        row[label] = -c * q;
        value
    }

    #[inline(always)]
    fn block<const FUSED: bool>(self, logits: &mut [Lanes<F>], labels: &[u32; BLOCK]) -> BlockLoss<F> {
        let gamma = F::from_f64(self.gamma);
        softmax_block::<F, FUSED>(logits, labels, |nll, p, q| focus::<F, FUSED>(gamma, nll, p, q))
    }
}

/// Value (1 − p)^γ·nll and factor c(p) of the focal loss, from −ln p, p and q = 1 − p.
#[inline(always)]
fn focus<F: Real, const FUSED: bool>(gamma: F, nll: F, p: F, q: F) -> (F, F) {
    let is_inside = q > F::zero() && p > F::zero();
    let modulation = if gamma == F::zero() { F::one() } else { q.pow_in::<FUSED>(gamma) };
    // c(p) = q^γ (1 + γ p (−ln p)/q); −ln p / q goes to 1 with q, and p ln p to 0 with p.
    let slope = if is_inside { p * (nll / q) } else { p };
    let c = modulation * (F::one() + gamma * slope);
    // An infinite loss (logits beyond the type's range) times a modulation of 1 stays infinite, never NaN.
    let value = if modulation == F::zero() { F::zero() } else { modulation * nll };
    (value, c)
}

/// The losses of a block under a softmax; `focus` gives value and factor c of a sample from −ln p, p and 1 − p. The gradient
/// is c(p_y)(p_j − δ_jy) = c/total · residual with residual e_j, and −Σ_{j≠y} e_j at the label.
#[inline(always)]
fn softmax_block<F: Real, const FUSED: bool>(
    logits: &mut [Lanes<F>],
    labels: &[u32; BLOCK],
    focus: impl Fn(F, F, F) -> (F, F),
) -> BlockLoss<F> {
    let zero = Lanes::splat(F::zero());
    let mut max = Lanes::splat(F::neg_infinity());
    for z in logits.iter() {
        for (max, &z) in max.0.iter_mut().zip(&z.0) {
            *max = if z > *max { z } else { *max };
        }
    }
    let mut below = zero;
    for (lane, &label) in labels.iter().enumerate() {
        below.0[lane] = max.0[lane] - logits[label as usize].0[lane];
    }
    // 1 − p_y is the sum of the others, never a difference: that would lose all digits where p_y is almost 1.
    let mut others = zero;
    for (class_idx, z) in logits.iter_mut().enumerate() {
        for lane in 0..BLOCK {
            let e = (z.0[lane] - max.0[lane]).exp_in::<FUSED>();
            z.0[lane] = e;
            others.0[lane] += if labels[lane] == class_idx as u32 { F::zero() } else { e };
        }
    }
    let mut out = BlockLoss { values: zero, scales: zero };
    for lane in 0..BLOCK {
        let (below, others) = (below.0[lane], others.0[lane]);
        let e_label = (-below).exp_in::<FUSED>();
        let total = e_label + others;
        let inverse_total = F::one() / total;
        let nll = if below == F::zero() { others.ln_1p_in::<FUSED>() } else { below + total.ln_in::<FUSED>() };
        let (value, c) = focus(nll, e_label * inverse_total, others * inverse_total);
        (out.values.0[lane], out.scales.0[lane]) = (value, c * inverse_total);
    }
    for (lane, &label) in labels.iter().enumerate() {
        logits[label as usize].0[lane] = -others.0[lane];
    }
    out
}

/// What both losses need of a row: the row itself is replaced by exp(z_j − max z).
struct Softmax<F> {
    /// −ln p_y, accurate also where p_y is almost 1.
    nll: F,
    /// exp(z_y − max z).
    e_label: F,
    /// Σ exp(z_j − max z) over j ≠ y.
    others: F,
    /// 1 / Σ exp(z_j − max z).
    inverse_total: F,
}

impl<F: Real> Softmax<F> {
    fn of(row: &mut [F], label: usize) -> Self {
        let max = F::max_of(row);
        let z_label = row[label];
        F::exp_shifted(row, max);
        let e_label = row[label];
        // 1 − p_y is the sum of the others, never a difference: that would lose all digits where p_y is almost 1.
        row[label] = F::zero();
        let others = F::sum_of(row);
        let total = e_label + others;
        let nll = if z_label == max { others.ln_1p() } else { (max - z_label) + total.ln() };
        Self { nll, e_label, others, inverse_total: total.recip() }
    }

    /// 1 − p_y.
    fn one_minus_p(&self) -> F {
        self.others * self.inverse_total
    }
}
