//! A sample of a softmax loss, computed rightly or with a fault.

use super::{
    Fault,
    element::{LEAST_HALF, LEAST_SINGLE, focus_of_weighted, power},
    slope::Slope,
};

/// Value and gradient of −w (1 − p_y)^γ ln p_y under a fault; `None` where a softmax cannot have it.
pub(super) fn softmax(
    logits: &[f64],
    label: usize,
    gamma: f64,
    weight: f64,
    fault: Option<Fault>,
) -> Option<(f64, Vec<f64>)> {
    let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponentials: Vec<f64> = logits.iter().map(|z| (z - max).exp()).collect();
    let total: f64 = exponentials.iter().sum();
    let others: f64 = exponentials.iter().enumerate().filter(|(idx, _)| *idx != label).map(|(_, e)| e).sum();
    let (p, q) = (exponentials[label] / total, others / total);
    let below = max - logits[label];
    let nll = if below == 0.0 { others.ln_1p() } else { below + total.ln() };
    // Slopes with respect to the label's logit; those of the others follow from their shares of 1 − p.
    let right = Slope(nll, -q);
    let modulation = power(q, gamma);
    let focused = |loss: Slope| {
        let bend = if gamma == 0.0 || q == 0.0 { 0.0 } else { gamma * power(q, gamma - 1.0) * p * q * loss.0 };
        Slope(modulation * loss.0, modulation * loss.1 - bend)
    };
    let infinite = Slope(f64::INFINITY, f64::NAN);
    let answer = match fault {
        Some(Fault::FocusOfWeightedLoss) => focus_of_weighted(right, weight, gamma),
        Some(Fault::NoSecondTerm) => Slope(modulation * nll, -modulation * q).times(weight),
        Some(Fault::EpsilonInLogarithm(epsilon)) => {
            focused(Slope(-(p + epsilon).ln(), -p * q / (p + epsilon))).times(weight)
        }
        Some(Fault::LogarithmOfZero) if p < LEAST_SINGLE => infinite,
        Some(Fault::EpsilonInHalfPrecision) if p < LEAST_HALF => infinite,
        None | Some(Fault::LogarithmOfZero | Fault::EpsilonInHalfPrecision) => focused(right).times(weight),
        Some(Fault::WeightOfColumn | Fault::AlphaSwapped | Fault::MinusOneLabels) => return None,
    };
    let share = |idx: usize| if idx == label { 1.0 } else { -exponentials[idx] / others };
    let gradient = (0..logits.len()).map(|idx| if answer.1 == 0.0 { 0.0 } else { answer.1 * share(idx) });
    Some((answer.0, gradient.collect()))
}
