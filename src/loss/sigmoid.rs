//! Sigmoid (one-against-all) cross entropy and its focal form.

use super::{BLOCK, BlockLoss, Lanes, Real, RowLoss};

/// Focal loss summed over the classes, each a yes-or-no question; γ = 0 is sigmoid cross entropy.
///
/// With x_t = z for the label's class and −z for the others, p_t = σ(x_t):
/// Σ_k −a_t (1 − p_t)^γ ln p_t, and the derivative with respect to x_t is a_t (1 − p_t)^γ (γ p_t ln p_t + p_t − 1).
/// a_t is α for the label's class and 1 − α for the others, 1 without α.
///
/// # Source
/// Lin, Goyal, Girshick, He, Dollár, "Focal Loss for Dense Object Detection", ICCV 2017, equation 5 and appendix B.
#[derive(Debug, Clone, Copy)]
pub struct SigmoidFocal {
    gamma: f64,
    positive: f64,
    negative: f64,
}

impl SigmoidFocal {
    /// Focusing parameter γ ≥ 0 and balance of positives α in [0, 1].
    pub fn new(gamma: f64, alpha: Option<f64>) -> Self {
        let (positive, negative) = alpha.map_or((1.0, 1.0), |alpha| (alpha, 1.0 - alpha));
        Self { gamma, positive, negative }
    }

    /// Value and derivative for one class, with respect to x_t.
    #[inline(always)]
    fn one<F: Real, const FUSED: bool>(gamma: F, x_t: F) -> (F, F) {
        // e = exp(−|x|) is at most 1, so nothing overflows; the probability on the small side is e/(1+e).
        let e = (-x_t.abs()).exp_in::<FUSED>();
        let (large, small) = ((F::one() + e).recip(), e / (F::one() + e));
        let (p_t, q_t) = if x_t >= F::zero() { (large, small) } else { (small, large) };
        let nll = if x_t < F::zero() { -x_t } else { F::zero() } + e.ln_1p_in::<FUSED>();
        if gamma == F::zero() {
            return (nll, -q_t);
        }
        let modulation = q_t.pow_in::<FUSED>(gamma);
        (modulation * nll, -modulation * (gamma * p_t * nll + q_t))
    }
}

impl<F: Real> RowLoss<F> for SigmoidFocal {
    fn value_and_gradient(self, row: &mut [F], label: usize) -> F {
        let gamma = F::from_f64(self.gamma);
        let (positive, negative) = (F::from_f64(self.positive), F::from_f64(self.negative));
        let mut value = F::zero();
        for (class_idx, z) in row.iter_mut().enumerate() {
            let (sign, balance) = if class_idx == label { (F::one(), positive) } else { (-F::one(), negative) };
            let (class_value, slope) = Self::one::<F, false>(gamma, sign * *z);
            value += balance * class_value;
            *z = balance * sign * slope;
        }
        value
    }

    #[inline(always)]
    fn block<const FUSED: bool>(self, logits: &mut [Lanes<F>], labels: &[u32; BLOCK]) -> BlockLoss<F> {
        let gamma = F::from_f64(self.gamma);
        let (positive, negative) = (F::from_f64(self.positive), F::from_f64(self.negative));
        let mut values = Lanes::splat(F::zero());
        for (class_idx, z) in logits.iter_mut().enumerate() {
            for lane in 0..BLOCK {
                let is_label = labels[lane] == class_idx as u32;
                let sign = if is_label { F::one() } else { -F::one() };
                let balance = if is_label { positive } else { negative };
                let (value, slope) = Self::one::<F, FUSED>(gamma, sign * z.0[lane]);
                values.0[lane] += balance * value;
                z.0[lane] = balance * sign * slope;
            }
        }
        BlockLoss { values, scales: Lanes::splat(F::one()) }
    }
}
