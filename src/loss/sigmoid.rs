//! Sigmoid (one-against-all) cross entropy and its focal form.

use pulp::Simd;

use super::{BLOCK, BatchLoss, BlockLoss, BlockSets, Float, Lanes, RowLoss};

/// p_t, 1 − p_t and −ln p_t of x_t, each with all its digits.
#[inline(always)]
pub(super) fn probabilities<F: Float, const FUSED: bool>(x_t: F) -> (F, F, F) {
    // e = exp(−|x|) is at most 1, so nothing overflows; the probability on the small side is e/(1+e).
    let e = (-x_t.abs()).exp_below_zero_in::<FUSED>();
    let large = (F::one() + e).recip();
    let small = e * large;
    let nll = if x_t < F::zero() { -x_t } else { F::zero() } + e.ln_1p_in::<FUSED>();
    if x_t >= F::zero() { (large, small, nll) } else { (small, large, nll) }
}

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

    /// Value and derivative with respect to x_t, from the modulation (1 − p_t)^γ.
    #[inline(always)]
    fn focus<F: Float>(gamma: F, modulation: F, (p_t, q_t, nll): (F, F, F)) -> (F, F) {
        (modulation * nll, -modulation * (gamma * p_t * nll + q_t))
    }

    /// Values and derivatives of a block of x_t.
    #[inline(always)]
    fn lanes<F: Float, const FUSED: bool>(gamma: F, x_t: &Lanes<F>) -> (Lanes<F>, Lanes<F>) {
        let (mut p, mut q, mut nll) = (*x_t, *x_t, *x_t);
        for lane in 0..BLOCK {
            (p.0[lane], q.0[lane], nll.0[lane]) = probabilities::<F, FUSED>(x_t.0[lane]);
        }
        let (mut values, mut slopes) = (q.pow_in::<FUSED>(gamma), q);
        for lane in 0..BLOCK {
            (values.0[lane], slopes.0[lane]) = Self::focus(gamma, values.0[lane], (p.0[lane], q.0[lane], nll.0[lane]));
        }
        (values, slopes)
    }
}

impl<F: Float> RowLoss<F> for SigmoidFocal {
    fn value_and_gradient(self, row: &mut [F], label: usize) -> F {
        let gamma = F::from_f64(self.gamma);
        let (positive, negative) = (F::from_f64(self.positive), F::from_f64(self.negative));
        let mut value = F::zero();
        for (class_idx, z) in row.iter_mut().enumerate() {
            let (sign, balance) = if class_idx == label { (F::one(), positive) } else { (-F::one(), negative) };
            let (p_t, q_t, nll) = probabilities::<F, false>(sign * *z);
            let modulation = if gamma == F::zero() { F::one() } else { q_t.pow_in::<false>(gamma) };
            let (class_value, slope) = Self::focus(gamma, modulation, (p_t, q_t, nll));
            value += balance * class_value;
            *z = balance * sign * slope;
        }
        value
    }
}

impl<F: Float> BatchLoss<F> for SigmoidFocal {
    #[inline(always)]
    fn block<S: Simd, const FUSED: bool>(
        self,
        _: S,
        logits: &mut [Lanes<F>],
        _: &Lanes<F>,
        labels: &[u32; BLOCK],
        _: &mut BlockSets<'_, F>,
        out: &mut BlockLoss<F>,
    ) {
        let gamma = F::from_f64(self.gamma);
        let (positive, negative) = (F::from_f64(self.positive), F::from_f64(self.negative));
        // A logit of −∞ makes nothing of the label among the negatives; it is looked at apart, as the positive.
        let mut of_label = Lanes::splat(F::zero());
        for (lane, &label) in labels.iter().enumerate() {
            let z = &mut logits[label as usize].0[lane];
            of_label.0[lane] = *z;
            *z = F::neg_infinity();
        }
        let mut sums = Lanes::splat(F::zero());
        for z in logits.iter_mut() {
            for z in &mut z.0 {
                *z = -*z;
            }
            let (values, slopes) = Self::lanes::<F, FUSED>(gamma, z);
            for lane in 0..BLOCK {
                sums.0[lane] += values.0[lane];
                z.0[lane] = -negative * slopes.0[lane];
            }
        }
        let (values, slopes) = Self::lanes::<F, FUSED>(gamma, &of_label);
        for (lane, &label) in labels.iter().enumerate() {
            logits[label as usize].0[lane] = positive * slopes.0[lane];
        }
        for lane in 0..BLOCK {
            out.values.0[lane] = positive * values.0[lane] + negative * sums.0[lane];
        }
        out.scales = Lanes::splat(F::one());
    }
}
