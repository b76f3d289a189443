//! Softmax cross entropy and its focal form.

use super::{Real, RowLoss};

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
        let modulation = q.powf(gamma);
        // c(p) = q^γ (1 + γ p (−ln p)/q); −ln p / q goes to 1 with q, and p ln p to 0 with p.
        let slope = if q > F::zero() && p > F::zero() { p * (softmax.nll / q) } else { p };
        let c = modulation * (F::one() + gamma * slope);
        for p in row.iter_mut() {
            *p *= softmax.inverse_total * c;
        }
        row[label] = -c * q;
        // An infinite loss (logits beyond the type's range) times a modulation of 1 stays infinite, never NaN.
        if modulation > F::zero() { modulation * softmax.nll } else { F::zero() }
    }
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
