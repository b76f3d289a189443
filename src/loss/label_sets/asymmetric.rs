//! Binary cross entropy, its focal form and asymmetric loss: one formula with a γ for positives and one for negatives.

use crate::loss::{Float, sigmoid::probabilities};

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
