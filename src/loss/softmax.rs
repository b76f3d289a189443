//! Softmax cross entropy and its focal form.

use pulp::Simd;

use super::{
    BLOCK, BatchLoss, BlockLoss, BlockSets, FEW_CLASSES, Float, Lanes, RowLoss, block::put_negated_at_labels,
    exponentials::LabelSplit,
};

/// Cross entropy −ln p_y of a softmax; gradient p − onehot(y).
#[derive(Debug, Clone, Copy)]
pub struct SoftmaxCe;

impl<F: Float> RowLoss<F> for SoftmaxCe {
    fn value_and_gradient(self, row: &mut [F], label: usize) -> F {
        let softmax = Softmax::of(row, label);
        for p in row.iter_mut() {
            *p *= softmax.inverse_total;
        }
        row[label] = -softmax.one_minus_p();
        softmax.nll
    }
}

impl<F: Float> BatchLoss<F> for SoftmaxCe {
    #[inline(always)]
    fn block<S: Simd, const FUSED: bool>(
        self,
        simd: S,
        logits: &mut [Lanes<F>],
        max: &Lanes<F>,
        labels: &[u32; BLOCK],
        _: &mut BlockSets<'_, F>,
        out: &mut BlockLoss<F>,
    ) {
        softmax_block::<F, S, FUSED>(simd, logits, max, labels, out, self);
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

impl<F: Float> RowLoss<F> for SoftmaxFocal {
    fn value_and_gradient(self, row: &mut [F], label: usize) -> F {
        let softmax = Softmax::of(row, label);
        let gamma = F::from_f64(self.gamma);
        let (p, q) = (softmax.e_label * softmax.inverse_total, softmax.one_minus_p());
        let (value, c) = focus(gamma, q.pow_in::<false>(gamma), softmax.nll, p, softmax.e_label / softmax.others);
        for p in row.iter_mut() {
            *p *= softmax.inverse_total * c;
        }
        row[label] = -c * q;
        value
    }
}

impl<F: Float> BatchLoss<F> for SoftmaxFocal {
    #[inline(always)]
    fn block<S: Simd, const FUSED: bool>(
        self,
        simd: S,
        logits: &mut [Lanes<F>],
        max: &Lanes<F>,
        labels: &[u32; BLOCK],
        _: &mut BlockSets<'_, F>,
        out: &mut BlockLoss<F>,
    ) {
        softmax_block::<F, S, FUSED>(simd, logits, max, labels, out, self);
    }
}

impl<F: Float> Focus<F> for SoftmaxCe {
    #[inline(always)]
    fn of<const FUSED: bool>(self, seen: &Seen<F>, out: &mut BlockLoss<F>) {
        for lane in 0..BLOCK {
            (out.values.0[lane], out.scales.0[lane]) = (seen.nll.0[lane], seen.scale.0[lane]);
        }
    }
}

impl<F: Float> Focus<F> for SoftmaxFocal {
    #[inline(always)]
    fn of<const FUSED: bool>(self, seen: &Seen<F>, out: &mut BlockLoss<F>) {
        let Seen { nll, p, q, odds, scale } = seen;
        let gamma = F::from_f64(self.gamma);
        let modulation = q.pow_in::<FUSED>(gamma);
        for lane in 0..BLOCK {
            let (value, c) = focus(gamma, modulation.0[lane], nll.0[lane], p.0[lane], odds.0[lane]);
            (out.values.0[lane], out.scales.0[lane]) = (value, c * scale.0[lane]);
        }
    }
}

/// Value (1 − p)^γ·nll and factor c(p) of the focal loss, from the modulation (1 − p)^γ, −ln p, p and the odds p/(1 − p).
#[inline(always)]
fn focus<F: Float>(gamma: F, modulation: F, nll: F, p: F, odds: F) -> (F, F) {
    let is_inside = odds > F::zero() && odds < F::infinity();
    // c(p) = q^γ (1 + γ p (−ln p)/q) with q = 1 − p; −ln p / q goes to 1 with q, and p ln p to 0 with p.
    let slope = if is_inside { odds * nll } else { p };
    let c = modulation * (F::one() + gamma * slope);
    // An infinite loss (logits beyond the type's range) times a modulation of 1 stays infinite, never NaN.
    let value = if modulation == F::zero() { F::zero() } else { modulation * nll };
    (value, c)
}

/// The samples of a block under a softmax.
struct Seen<F> {
    /// −ln p of the label.
    nll: Lanes<F>,
    /// p of the label.
    p: Lanes<F>,
    /// 1 − p.
    q: Lanes<F>,
    /// p/(1 − p).
    odds: Lanes<F>,
    /// What residuals are to be multiplied by to be the gradient of −ln p.
    scale: Lanes<F>,
}

/// What a loss makes of them: values, and scales that are its factor c times those of −ln p.
trait Focus<F> {
    fn of<const FUSED: bool>(self, seen: &Seen<F>, out: &mut BlockLoss<F>);
}

/// The losses of a block under a softmax. The gradient is c(p_y)(p_j − δ_jy) = c/total · residual with residual e_j, and
/// −Σ_{j≠y} e_j at the label.
#[inline(always)]
fn softmax_block<F: Float, S: Simd, const FUSED: bool>(
    simd: S,
    logits: &mut [Lanes<F>],
    max: &Lanes<F>,
    labels: &[u32; BLOCK],
    out: &mut BlockLoss<F>,
    focus: impl Focus<F>,
) {
    let zero = || Lanes::splat(F::zero());
    let mut found = LabelSplit { below: zero(), e_label: zero(), others: zero() };
    if logits.len() <= FEW_CLASSES {
        F::exponentials_of_few::<S, FUSED>(simd, logits, max, labels, &mut found);
        put_negated_at_labels(logits, labels, &found.others);
    } else {
        for (lane, &label) in labels.iter().enumerate() {
            let z = &mut logits[label as usize].0[lane];
            found.below.0[lane] = max.0[lane] - *z;
            *z = F::neg_infinity();
        }
        F::exponentials::<S, FUSED>(simd, logits, max, &mut found.others);
        for (lane, &label) in labels.iter().enumerate() {
            logits[label as usize].0[lane] = -found.others.0[lane];
        }
        for lane in 0..BLOCK {
            found.e_label.0[lane] = (-found.below.0[lane]).exp_below_zero_in::<FUSED>();
        }
    }
    let mut seen = Seen { nll: zero(), p: zero(), q: zero(), odds: zero(), scale: zero() };
    for lane in 0..BLOCK {
        let (below, e_label, others) = (found.below.0[lane], found.e_label.0[lane], found.others.0[lane]);
        let total = e_label + others;
        let inverse_total = total.recip();
        // ln(1 + others) where the label is the largest: what 1 + others has lost is added.
        let lost = if below == F::zero() { (others - (total - F::one())) * inverse_total } else { F::zero() };
        seen.nll.0[lane] = below + (total.ln_from_one_in::<FUSED>() + lost);
        seen.p.0[lane] = e_label * inverse_total;
        seen.q.0[lane] = others * inverse_total;
        seen.odds.0[lane] = e_label / others;
        seen.scale.0[lane] = inverse_total;
    }
    focus.of::<FUSED>(&seen, out);
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

impl<F: Float> Softmax<F> {
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
