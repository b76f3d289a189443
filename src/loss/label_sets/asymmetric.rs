//! Binary cross entropy, its focal form and asymmetric loss: one formula with a γ for positives and one for negatives.

use pulp::Simd;

use crate::loss::{BLOCK, BatchLoss, BlockLoss, BlockSets, Float, Lanes, sigmoid::probabilities};

/// The loss of one label's logit z with p = σ(z): −(1 − p)^γ₊ ln p of a positive and −u^γ₋ ln(1 − u) with u = max(p − m, 0) of a
/// negative; both γ at 0 and no margin is binary cross entropy, both the same without margin its focal form.
///
/// A negative with p ≤ m has value and gradient 0. There is no ε within the logarithms, which come from the logits, so that
/// the loss is finite for every finite logit.
///
/// # Source
/// Lin, Goyal, Girshick, He, Dollár, "Focal Loss for Dense Object Detection", ICCV 2017, equation 5; Ben-Baruch, Ridnik,
/// Zamir, Noy, Friedman, Protter, Zelnik-Manor, "Asymmetric Loss For Multi-Label Classification", 2020, equations 4 to 7.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Asymmetric {
    /// γ₊ of positives, ≥ 0.
    pub(super) gamma_positive: f64,
    /// γ₋ of negatives, ≥ 0.
    pub(super) gamma_negative: f64,
    /// m in [0, 1).
    pub(super) margin: f64,
    /// Factor of positives and of negatives: α and 1 − α.
    pub(super) balance: [f64; 2],
}

/// Of one label's logit, what does not depend on γ: with these the loss is u^γ·nll and its slope ±u^γ·(γ·bend + rest).
#[derive(Clone, Copy)]
pub(super) struct Parts<F> {
    /// The base of the modulating factor, 0 to 1.
    pub(super) u: F,
    /// Minus the logarithm of the probability that the answer is right.
    pub(super) nll: F,
    /// What γ adds to the slope, at least 0.
    pub(super) bend: F,
    /// The slope without γ, 0 to 1.
    pub(super) rest: F,
}

impl<F: Float> Parts<F> {
    /// Of a positive; the slope has a minus.
    #[inline(always)]
    pub(super) fn of_positive<const FUSED: bool>(z: F) -> Self {
        let (p, q, nll) = probabilities::<F, FUSED>(z);
        Self { u: q, nll, bend: p * nll, rest: q }
    }

    /// Of a negative, with a margin m.
    #[inline(always)]
    pub(super) fn of_negative<const FUSED: bool>(z: F, margin: F) -> Self {
        let (q, p, nll) = probabilities::<F, FUSED>(-z);
        if margin == F::zero() {
            return Self { u: p, nll, bend: q * nll, rest: p };
        }
        // 1 − u is q + m; the logarithm of its inverse, 1 + u/(q + m), keeps all digits also where u is small.
        let shifted = p - margin;
        let u = if shifted > F::zero() { shifted } else { F::zero() };
        let kept = q + margin;
        let nll = (u / kept).ln_1p_in::<FUSED>();
        let slope = p * q;
        let bend = if u > F::zero() { slope * (nll / u) } else { F::zero() };
        let rest = if u > F::zero() { slope / kept } else { F::zero() };
        Self { u, nll, bend, rest }
    }

    /// Value and size of the slope, from u^γ.
    #[inline(always)]
    pub(super) fn focus(self, gamma: F, modulation: F) -> (F, F) {
        (modulation * self.nll, modulation * (gamma * self.bend + self.rest))
    }
}

impl Asymmetric {
    /// Value and derivative with respect to z of one label, without its weight.
    pub(super) fn of_one<F: Float>(self, z: F, is_positive: bool) -> (F, F) {
        let power = |u: F, gamma: F| if gamma == F::zero() { F::one() } else { u.pow_in::<false>(gamma) };
        let [positive, negative] = self.balance.map(F::from_f64);
        if is_positive {
            let (gamma, parts) = (F::from_f64(self.gamma_positive), Parts::of_positive::<false>(z));
            let (value, slope) = parts.focus(gamma, power(parts.u, gamma));
            (positive * value, -positive * slope)
        } else {
            let gamma = F::from_f64(self.gamma_negative);
            let parts = Parts::of_negative::<false>(z, F::from_f64(self.margin));
            let (value, slope) = parts.focus(gamma, power(parts.u, gamma));
            (negative * value, negative * slope)
        }
    }
}

impl<F: Float> BatchLoss<F> for Asymmetric {
    #[inline(always)]
    fn block<S: Simd, const FUSED: bool>(
        self,
        _: S,
        logits: &mut [Lanes<F>],
        _: &Lanes<F>,
        _: &[u32; BLOCK],
        sets: &mut BlockSets<'_, F>,
        out: &mut BlockLoss<F>,
    ) {
        let [positive, negative] = self.balance.map(F::from_f64);
        let (gamma_positive, gamma_negative) = (F::from_f64(self.gamma_positive), F::from_f64(self.gamma_negative));
        let margin = F::from_f64(self.margin);
        sets.take_positives(logits);
        out.values = Lanes::splat(F::zero());
        out.scales = Lanes::splat(F::one());
        for (label_idx, z) in logits.iter_mut().enumerate() {
            let weight = negative * sets.terms.negative[label_idx];
            let values = negatives::<F, FUSED>(gamma_negative, margin, z);
            for lane in 0..BLOCK {
                out.values.0[lane] += weight * values.0[lane];
                z.0[lane] *= weight;
            }
        }
        for (kept, places) in sets.kept.chunks(BLOCK).zip(sets.places.chunks(BLOCK)) {
            let mut z = Lanes::splat(F::zero());
            z.0[..kept.len()].copy_from_slice(kept);
            let values = positives::<F, FUSED>(gamma_positive, &mut z);
            for (k, &place) in places.iter().enumerate() {
                let (label_idx, lane) = (place as usize / BLOCK, place as usize % BLOCK);
                let weight = positive * sets.terms.positive[label_idx];
                out.values.0[lane] += weight * values.0[k];
                logits[label_idx].0[lane] = weight * z.0[k];
            }
        }
    }
}

/// Values of a block of negatives, whose logits become slopes.
#[inline(always)]
pub(super) fn negatives<F: Float, const FUSED: bool>(gamma: F, margin: F, z: &mut Lanes<F>) -> Lanes<F> {
    let (mut u, mut nll, mut bend, mut rest) = (*z, *z, *z, *z);
    if margin == F::zero() {
        for lane in 0..BLOCK {
            let parts = Parts::of_negative::<FUSED>(z.0[lane], F::zero());
            (u.0[lane], nll.0[lane], bend.0[lane], rest.0[lane]) = (parts.u, parts.nll, parts.bend, parts.rest);
        }
    } else {
        for lane in 0..BLOCK {
            let parts = Parts::of_negative::<FUSED>(z.0[lane], margin);
            (u.0[lane], nll.0[lane], bend.0[lane], rest.0[lane]) = (parts.u, parts.nll, parts.bend, parts.rest);
        }
    }
    let mut values = power::<F, FUSED>(gamma, &u);
    for lane in 0..BLOCK {
        let parts = Parts { u: u.0[lane], nll: nll.0[lane], bend: bend.0[lane], rest: rest.0[lane] };
        (values.0[lane], z.0[lane]) = parts.focus(gamma, values.0[lane]);
    }
    values
}

/// Values of a block of positives, whose logits become slopes.
#[inline(always)]
pub(super) fn positives<F: Float, const FUSED: bool>(gamma: F, z: &mut Lanes<F>) -> Lanes<F> {
    let (mut u, mut nll, mut bend) = (*z, *z, *z);
    for lane in 0..BLOCK {
        let parts = Parts::of_positive::<FUSED>(z.0[lane]);
        (u.0[lane], nll.0[lane], bend.0[lane]) = (parts.u, parts.nll, parts.bend);
    }
    let mut values = power::<F, FUSED>(gamma, &u);
    for lane in 0..BLOCK {
        let parts = Parts { u: u.0[lane], nll: nll.0[lane], bend: bend.0[lane], rest: u.0[lane] };
        let (value, slope) = parts.focus(gamma, values.0[lane]);
        (values.0[lane], z.0[lane]) = (value, -slope);
    }
    values
}

/// u^γ; also where γ is 4, as it often is for negatives, without a logarithm.
#[inline(always)]
fn power<F: Float, const FUSED: bool>(gamma: F, u: &Lanes<F>) -> Lanes<F> {
    let two = F::one() + F::one();
    if gamma == two + two { u.pow_in::<FUSED>(two).pow_in::<FUSED>(two) } else { u.pow_in::<FUSED>(gamma) }
}
