//! Distribution-balanced loss: samples are rebalanced by how rare their labels are, and negatives are let go early.

use pulp::Simd;
use serde::{Deserialize, Serialize};

use super::{
    asymmetric::{Asymmetric, negatives, positives},
    terms::SetTerms,
};
use crate::loss::{
    BLOCK, BatchLoss, BlockLoss, BlockSets, Float, Lanes, LossError, check_gamma, sigmoid::probabilities,
};

/// Numbers of the distribution-balanced loss.
///
/// r_k = (1/n_k) / Σ_j y_j/n_j over the labels j of the sample, 0 for a sample without labels; f = α + σ(β(r − μ)). Every
/// logit is shifted by −κ ln(N/n_k − 1)/λ; a positive counts f, a negative sees λ times the shifted logit and counts f/λ.
///
/// # Source
/// Wu, Huang, Liu, Lin, "Distribution-Balanced Loss for Multi-Label Classification in Long-Tailed Datasets", ECCV 2020,
/// equations 3 to 8; the focal form and its factor 2 as in the authors' code, where r of a sample without labels is no number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// Focusing parameter γ of the binary cross entropy within, in [0, 20].
    pub gamma: f64,
    /// What the whole is multiplied by, above 0 and at most 1000.
    pub factor: f64,
    /// α ≥ 0, β and μ of the rebalancing; each at most 1000 in size.
    pub rebalance: [f64; 3],
    /// λ of the tolerance for negatives, above 0 and at most 1000.
    pub negative_scale: f64,
    /// κ of the shift of logits, from −10 to 10.
    pub bias_scale: f64,
}

impl Default for Balance {
    /// The focal form with the numbers of the paper for COCO, and the factor of its code.
    fn default() -> Self {
        Self { gamma: 2.0, factor: 2.0, rebalance: [0.1, 10.0, 0.2], negative_scale: 2.0, bias_scale: 0.05 }
    }
}

impl Balance {
    /// The same without focus: γ 0 and factor 1.
    #[must_use]
    pub fn without_focus(self) -> Self {
        Self { gamma: 0.0, factor: 1.0, ..self }
    }

    /// Checks every number.
    ///
    /// # Errors
    /// When one is outside its range.
    pub(super) fn check(self) -> Result<Self, LossError> {
        check_gamma(self.gamma)?;
        let within = |name: &'static str, value: f64, least: f64, most: f64| {
            let is_in_range = (least..=most).contains(&value);
            if is_in_range { Ok(()) } else { Err(LossError::Balance { name, value, least, most }) }
        };
        let [alpha, beta, mu] = self.rebalance;
        within("α of the rebalancing", alpha, 0.0, 1e3)?;
        within("β of the rebalancing", beta, -1e3, 1e3)?;
        within("μ of the rebalancing", mu, -1e3, 1e3)?;
        within("the factor of the distribution-balanced loss", self.factor, 1e-3, 1e3)?;
        within("λ, the scale of negatives,", self.negative_scale, 1e-3, 1e3)?;
        within("κ, the scale of the shift of logits,", self.bias_scale, -10.0, 10.0)?;
        Ok(self)
    }

    /// The binary cross entropy within.
    fn inner(self) -> Asymmetric {
        Asymmetric { gamma_positive: self.gamma, gamma_negative: self.gamma, margin: 0.0, balance: [1.0; 2] }
    }

    /// f from r.
    #[inline(always)]
    pub(super) fn rebalanced<F: Float, const FUSED: bool>(self, r: F) -> F {
        let [alpha, beta, mu] = self.rebalance.map(F::from_f64);
        alpha + probabilities::<F, FUSED>(beta * (r - mu)).0
    }

    /// Value and derivative with respect to z of one label, without its weight; `rarity` is Σ_j y_j/n_j of the sample.
    pub(super) fn of_one<F: Float>(self, terms: &SetTerms<F>, label_idx: usize, z: F, is: bool, rarity: F) -> (F, F) {
        let r = if rarity > F::zero() { terms.inverse_counts[label_idx] / rarity } else { F::zero() };
        let weight = F::from_f64(self.factor) * self.rebalanced::<F, false>(r);
        let shifted = z + terms.shifts[label_idx];
        if is {
            let (value, slope) = self.inner().of_one(shifted, true);
            (weight * value, weight * slope)
        } else {
            let scale = F::from_f64(self.negative_scale);
            let (value, slope) = self.inner().of_one(scale * shifted, false);
            (weight / scale * value, weight * slope)
        }
    }
}

impl<F: Float> BatchLoss<F> for Balance {
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
        let (gamma, factor) = (F::from_f64(self.gamma), F::from_f64(self.factor));
        let scale = F::from_f64(self.negative_scale);
        let terms = sets.terms;
        let mut inverse_rarity = Lanes::splat(F::zero());
        for &place in sets.places {
            inverse_rarity.0[place as usize % BLOCK] += terms.inverse_counts[place as usize / BLOCK];
        }
        for x in &mut inverse_rarity.0 {
            *x = if *x > F::zero() { x.recip() } else { F::zero() };
        }
        sets.take_positives(logits);
        out.values = Lanes::splat(F::zero());
        out.scales = Lanes::splat(F::one());
        for (label_idx, z) in logits.iter_mut().enumerate() {
            let (weight, inverse) = (factor * terms.negative[label_idx], terms.inverse_counts[label_idx]);
            let shift = terms.shifts[label_idx];
            for z in &mut z.0 {
                *z = scale * (*z + shift);
            }
            let values = negatives::<F, FUSED>(gamma, F::zero(), z);
            for lane in 0..BLOCK {
                let weight = weight * self.rebalanced::<F, FUSED>(inverse * inverse_rarity.0[lane]);
                out.values.0[lane] += weight / scale * values.0[lane];
                z.0[lane] *= weight;
            }
        }
        for (kept, places) in sets.kept.chunks(BLOCK).zip(sets.places.chunks(BLOCK)) {
            let mut z = Lanes::splat(F::zero());
            for (k, &place) in places.iter().enumerate() {
                z.0[k] = kept[k] + terms.shifts[place as usize / BLOCK];
            }
            let values = positives::<F, FUSED>(gamma, &mut z);
            for (k, &place) in places.iter().enumerate() {
                let (label_idx, lane) = (place as usize / BLOCK, place as usize % BLOCK);
                let r = terms.inverse_counts[label_idx] * inverse_rarity.0[lane];
                let weight = factor * terms.positive[label_idx] * self.rebalanced::<F, FUSED>(r);
                out.values.0[lane] += weight * values.0[k];
                logits[label_idx].0[lane] = weight * z.0[k];
            }
        }
    }
}
