//! A yes-or-no question of a sigmoid loss, computed rightly or with a fault.

use super::{Fault, slope::Slope};
use crate::loss::sigmoid::probabilities;

/// One label of one sample, with the numbers of its loss.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    /// The logit as the loss sees it.
    pub(super) x: f64,
    /// What the slope with respect to the logit itself is multiplied by.
    pub(super) stretch: f64,
    pub(super) is_positive: bool,
    /// Weights of positives and of negatives.
    pub(super) weights: [f64; 2],
    /// The weight where it stands on the whole column.
    pub(super) column_weight: f64,
    /// α and 1 − α, or ones.
    pub(super) balance: [f64; 2],
    /// γ of positives and of negatives.
    pub(super) gammas: [f64; 2],
    /// m of negatives.
    pub(super) margin: f64,
    /// A factor beside the weight that takes no part in any fault.
    pub(super) factor: f64,
}

/// Of one answer: p_t, its slope with respect to x, −ln p_t with its slope, and 1 − p_t.
#[derive(Clone, Copy)]
struct Seen {
    p_t: f64,
    slope_p: f64,
    nll: Slope,
    q_t: f64,
}

impl Element {
    fn seen(&self, is_positive: bool) -> Seen {
        let sign = if is_positive { 1.0 } else { -1.0 };
        let (p_t, q_t, nll) = probabilities::<f64, false>(sign * self.x);
        if is_positive || self.margin == 0.0 {
            return Seen { p_t, slope_p: sign * p_t * q_t, nll: Slope(nll, -sign * q_t), q_t };
        }
        let (p_t, slope) = (p_t + self.margin, p_t * q_t);
        if p_t >= 1.0 {
            return Seen { p_t: 1.0, slope_p: 0.0, nll: Slope(0.0, 0.0), q_t: 0.0 };
        }
        let q_t = q_t - self.margin;
        Seen { p_t, slope_p: -slope, nll: Slope((q_t / p_t).ln_1p(), slope / p_t), q_t }
    }

    /// Value and slope with respect to the logit under a fault.
    pub(super) fn answer(&self, fault: Option<Fault>) -> Slope {
        if fault == Some(Fault::MinusOneLabels) && !self.is_positive {
            return self.answer_with_minus_one();
        }
        let side = usize::from(!self.is_positive);
        let seen = self.seen(self.is_positive);
        let weight = match fault {
            Some(Fault::WeightOfColumn) => self.column_weight,
            _ => self.weights[side],
        };
        let balance = match fault {
            Some(Fault::AlphaSwapped) => self.balance[1 - side],
            _ => self.balance[side],
        };
        let gamma = self.gammas[side];
        let outer = self.factor * balance;
        let answer = match fault {
            Some(Fault::FocusOfWeightedLoss) => focus_of_weighted(seen.nll, weight, gamma).times(outer),
            Some(Fault::NoSecondTerm) => {
                let modulation = power(seen.q_t, gamma);
                Slope(modulation * seen.nll.0, modulation * seen.nll.1).times(outer * weight)
            }
            Some(Fault::EpsilonInLogarithm(epsilon)) => {
                let p = seen.p_t + epsilon;
                seen.focused(gamma, Slope(-p.ln(), -seen.slope_p / p)).times(outer * weight)
            }
            Some(Fault::LogarithmOfZero) => {
                let is_zero = seen.p_t < LEAST_SINGLE;
                let answer = seen.focused(gamma, seen.nll).times(outer * weight);
                if is_zero { Slope(f64::INFINITY, f64::NAN) } else { answer }
            }
            Some(Fault::EpsilonInHalfPrecision) => {
                let is_zero = seen.p_t < LEAST_HALF;
                let answer = seen.focused(gamma, seen.nll).times(outer * weight);
                if is_zero { Slope(f64::INFINITY, f64::NAN) } else { answer }
            }
            _ => seen.focused(gamma, seen.nll).times(outer * weight),
        };
        answer.stretched(self.stretch)
    }

    /// −w⁺ y (…) ln p − w⁻ (1 − y) (…) ln(1 − p) with y = −1, and p_t = y p + (1 − y)(1 − p) where there is a focus.
    fn answer_with_minus_one(&self) -> Slope {
        let (yes, no) = (self.seen(true), self.seen(false));
        let terms = Slope(
            -self.weights[0] * yes.nll.0 + 2.0 * self.weights[1] * no.nll.0,
            -self.weights[0] * yes.nll.1 + 2.0 * self.weights[1] * no.nll.1,
        );
        let balance = -self.balance[0] + 2.0 * self.balance[1];
        let gamma = -self.gammas[0] + 2.0 * self.gammas[1];
        let p_t = -yes.p_t + 2.0 * no.p_t;
        let base = 1.0 - p_t;
        let modulation = power(base, gamma);
        let slope_p = -yes.slope_p + 2.0 * no.slope_p;
        let bend = if gamma == 0.0 { 0.0 } else { gamma * power(base, gamma - 1.0) * -slope_p };
        let answer = Slope(modulation * terms.0, modulation * terms.1 + bend * terms.0);
        answer.times(self.factor * if self.balance == [1.0; 2] { 1.0 } else { balance }).stretched(self.stretch)
    }
}

impl Seen {
    /// (1 − p_t)^γ times a loss.
    fn focused(self, gamma: f64, loss: Slope) -> Slope {
        let modulation = power(self.q_t, gamma);
        let bend = if gamma == 0.0 || self.q_t == 0.0 {
            0.0
        } else {
            -gamma * power(self.q_t, gamma - 1.0) * self.slope_p * loss.0
        };
        Slope(modulation * loss.0, modulation * loss.1 + bend)
    }
}

/// Below this a probability is 0 in single precision.
pub(super) const LEAST_SINGLE: f64 = 1e-45;
/// Below this a probability, and an ε, is 0 in half precision.
pub(super) const LEAST_HALF: f64 = 2.98e-8;

/// x^γ, with 1 for γ = 0.
pub(super) fn power(x: f64, gamma: f64) -> f64 {
    if gamma == 0.0 { 1.0 } else { x.powf(gamma) }
}

/// (1 − e^(−w l))^γ · w l.
pub(super) fn focus_of_weighted(loss: Slope, weight: f64, gamma: f64) -> Slope {
    let weighted = loss.times(weight);
    let p = (-weighted.0).exp();
    let q = (1.0 - p).max(0.0);
    let bend = if gamma == 0.0 || q == 0.0 { 0.0 } else { gamma * power(q, gamma - 1.0) * p * weighted.0 };
    Slope(power(q, gamma) * weighted.0, weighted.1 * (power(q, gamma) + bend))
}
