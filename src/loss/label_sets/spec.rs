//! The choice of a loss over label sets, as data and checked.

use serde::{Deserialize, Serialize};

use super::{asymmetric::Asymmetric, balanced::Balance, terms::SetTerms};
use crate::loss::{Float, LossError, LossUser, check_alpha, check_gamma};

/// Which loss over label sets, with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "loss", rename_all = "snake_case")]
pub enum SetLossSpec {
    /// Binary cross entropy: −w⁺ y ln p − w⁻ (1 − y) ln(1 − p), summed over the labels.
    Bce,
    /// The same times (1 − p_t)^γ, and α on positives and 1 − α on negatives where α is set.
    Focal {
        /// Focusing parameter γ in [0, 20].
        gamma: f64,
        /// Weight α of positives in [0, 1].
        #[serde(default)]
        alpha: Option<f64>,
    },
    /// Asymmetric loss: a focusing parameter of its own for negatives, which are let go below a margin.
    Asl {
        /// γ₊ in [0, 20]; 0 in the paper, 1 in its code.
        gamma_positive: f64,
        /// γ₋ in [0, 20]; 4 in the paper.
        gamma_negative: f64,
        /// m in [0, 1); 0.05 in the paper.
        margin: f64,
    },
    /// Distribution-balanced loss, with γ above 0 its focal form.
    DistributionBalanced(Balance),
}

/// A loss over label sets, checked: its numbers lie within their ranges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SetLoss {
    spec: SetLossSpec,
    rule: Rule,
}

/// A loss as it is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rule {
    Asymmetric(Asymmetric),
    Balanced(Balance),
}

impl SetLoss {
    /// Checks the numbers of a loss.
    ///
    /// # Errors
    /// When one is outside its range.
    pub fn new(spec: SetLossSpec) -> Result<Self, LossError> {
        let asymmetric = |gammas: [f64; 2], margin: f64, alpha: Option<f64>| {
            let balance = alpha.map_or([1.0; 2], |alpha| [alpha, 1.0 - alpha]);
            Rule::Asymmetric(Asymmetric { gamma_positive: gammas[0], gamma_negative: gammas[1], margin, balance })
        };
        let rule = match spec {
            SetLossSpec::Bce => asymmetric([0.0; 2], 0.0, None),
            SetLossSpec::Focal { gamma, alpha } => {
                asymmetric([check_gamma(gamma)?; 2], 0.0, alpha.map(check_alpha).transpose()?)
            }
            SetLossSpec::Asl { gamma_positive, gamma_negative, margin } => {
                let gammas = [check_gamma(gamma_positive)?, check_gamma(gamma_negative)?];
                if !(0.0..1.0).contains(&margin) {
                    return Err(LossError::MarginOfNegatives(margin));
                }
                asymmetric(gammas, margin, None)
            }
            SetLossSpec::DistributionBalanced(balance) => Rule::Balanced(balance.check()?),
        };
        Ok(Self { spec, rule })
    }

    /// The loss with its numbers.
    pub fn spec(self) -> SetLossSpec {
        self.spec
    }

    pub(super) fn rule(self) -> Rule {
        self.rule
    }

    /// γ of negatives.
    pub fn gamma_of_negatives(self) -> f64 {
        match self.rule {
            Rule::Asymmetric(loss) => loss.gamma_negative,
            Rule::Balanced(loss) => loss.gamma,
        }
    }

    /// Whether the loss depends on how many positives each label has.
    pub fn has_counts(self) -> bool {
        matches!(self.rule, Rule::Balanced(_))
    }

    /// Resolves the choice to a concrete loss and hands it to `user`.
    pub(in crate::loss) fn with<F: Float, U: LossUser<F>>(self, user: U) -> U::Output {
        match self.rule {
            Rule::Asymmetric(loss) => user.run(loss),
            Rule::Balanced(loss) => user.run(loss),
        }
    }

    /// Value of one sample, the sum over labels; the gradient with respect to the logits replaces them in `row`, shape
    /// `[n_labels]`. `labels`, of the same shape, says which labels the sample has. Finite logits never give NaN.
    ///
    /// ```
    /// use longtail_lab::loss::{SetLoss, SetLossSpec, SetTerms};
    /// let loss = SetLoss::new(SetLossSpec::Bce)?;
    /// // Two labels, of which positives of the second count three times as much.
    /// let terms = SetTerms::new(loss, &[1.0, 3.0], &[1.0, 1.0], &[2, 1], 4);
    /// let mut row = [0.0_f64, 0.0];
    /// let value = loss.value_and_gradient(&terms, &[false, true], &mut row);
    /// assert!((value - 4.0 * 2_f64.ln()).abs() < 1e-15);
    /// assert_eq!(row, [0.5, -1.5]);
    /// # Ok::<(), longtail_lab::loss::LossError>(())
    /// ```
    pub fn value_and_gradient<F: Float>(self, terms: &SetTerms<F>, labels: &[bool], row: &mut [F]) -> F {
        let mut rarity = F::zero();
        for (&inverse, _) in terms.inverse_counts.iter().zip(labels).filter(|(_, is_positive)| **is_positive) {
            rarity += inverse;
        }
        let mut value = F::zero();
        for (label_idx, (z, &is_positive)) in row.iter_mut().zip(labels).enumerate() {
            let weights = if is_positive { &terms.positive } else { &terms.negative };
            let (of_label, slope) = match self.rule {
                Rule::Asymmetric(loss) => loss.of_one(*z, is_positive),
                Rule::Balanced(loss) => loss.of_one(terms, label_idx, *z, is_positive, rarity),
            };
            value += weights[label_idx] * of_label;
            *z = weights[label_idx] * slope;
        }
        value
    }
}

impl<F: Float> SetTerms<F> {
    /// Weights of positives and of negatives, each of shape `[n_labels]`; `positives` of the same shape are the positives of
    /// each label among `n_samples` training samples. Of a label that is never or always there, the logit is not shifted.
    ///
    /// # Panics
    /// When the shapes differ, which is a programming error.
    pub fn new(
        loss: SetLoss,
        positive_weights: &[f64],
        negative_weights: &[f64],
        positives: &[u64],
        n_samples: u64,
    ) -> Self {
        assert!(
            positive_weights.len() == negative_weights.len() && positives.len() == positive_weights.len(),
            "two weights and a count for each label"
        );
        let convert = |values: &[f64]| values.iter().map(|&value| F::from_f64(value)).collect();
        let mut terms = Self {
            positive: convert(positive_weights),
            negative: convert(negative_weights),
            inverse_counts: Vec::new(),
            shifts: Vec::new(),
        };
        if let Rule::Balanced(balance) = loss.rule() {
            let inverse = |&n: &u64| F::from_f64(if n == 0 { 0.0 } else { 1.0 / n as f64 });
            let shift = |&n: &u64| {
                let is_defined = n > 0 && n < n_samples;
                let odds = n_samples as f64 / n as f64 - 1.0;
                F::from_f64(if is_defined { -balance.bias_scale * odds.ln() / balance.negative_scale } else { 0.0 })
            };
            terms.inverse_counts = positives.iter().map(inverse).collect();
            terms.shifts = positives.iter().map(shift).collect();
        }
        terms
    }
}

impl SetTerms<f64> {
    /// What the loss within sees of a label's logit z: the logit, what slopes with respect to it are multiplied by to be
    /// slopes with respect to z, and the factor beside the weight. z, 1 and 1 for a loss that does not rebalance.
    pub(in crate::loss) fn seen_within(&self, loss: SetLoss, label_idx: usize, labels: &[bool], z: f64) -> [f64; 3] {
        let Rule::Balanced(balance) = loss.rule() else { return [z, 1.0, 1.0] };
        let own = self.inverse_counts.iter().zip(labels).filter(|(_, is_positive)| **is_positive);
        let rarity: f64 = own.map(|(inverse, _)| inverse).sum();
        let r = if rarity > 0.0 { self.inverse_counts[label_idx] / rarity } else { 0.0 };
        let factor = balance.factor * balance.rebalanced::<f64, false>(r);
        let shifted = z + self.shifts[label_idx];
        let scale = if labels[label_idx] { 1.0 } else { balance.negative_scale };
        [scale * shifted, scale, factor / scale]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> Vec<SetLossSpec> {
        let asl = |gamma_positive, gamma_negative, margin| SetLossSpec::Asl { gamma_positive, gamma_negative, margin };
        let focal = |gamma, alpha| SetLossSpec::Focal { gamma, alpha };
        let balanced = Balance::default();
        vec![
            SetLossSpec::Bce,
            focal(2.0, Some(0.25)),
            focal(0.5, None),
            asl(0.0, 4.0, 0.05),
            asl(1.0, 4.0, 0.05),
            asl(0.5, 1.5, 0.3),
            asl(0.0, 0.0, 0.2),
            SetLossSpec::DistributionBalanced(balanced),
            SetLossSpec::DistributionBalanced(balanced.without_focus()),
            SetLossSpec::DistributionBalanced(Balance { negative_scale: 5.0, ..balanced }),
        ]
    }

    fn terms(loss: SetLoss) -> SetTerms<f64> {
        SetTerms::new(loss, &[2.0, 1.0, 7.0], &[0.5, 1.0, 1.5], &[400, 90, 7], 1000)
    }

    fn value(loss: SetLoss, labels: &[bool], logits: &[f64]) -> f64 {
        loss.value_and_gradient(&terms(loss), labels, &mut logits.to_vec())
    }

    #[test]
    fn gradients_are_the_central_differences_of_the_values() {
        for spec in specs() {
            let loss = SetLoss::new(spec).unwrap();
            for labels in [[false; 3], [true; 3], [true, false, true], [false, false, true]] {
                for logits in [[0.3, -1.1, 0.7], [2.5, -0.4, -3.0], [-2.0, 4.0, 1.0]] {
                    let mut gradient = logits;
                    loss.value_and_gradient(&terms(loss), &labels, &mut gradient);
                    for idx in 0..3 {
                        let at = |step: f64| {
                            let mut moved = logits;
                            moved[idx] += step;
                            value(loss, &labels, &moved)
                        };
                        let expected = (at(1e-5) - at(-1e-5)) / 2e-5;
                        let is_close = (gradient[idx] - expected).abs() < 1e-8 * (1.0 + expected.abs());
                        assert!(is_close, "{spec:?} {labels:?} {logits:?} {idx}: {} {expected}", gradient[idx]);
                    }
                }
            }
        }
    }

    #[test]
    fn logits_of_any_size_give_finite_values_and_gradients() {
        for spec in specs() {
            let loss = SetLoss::new(spec).unwrap();
            for size in [0.0, 40.0, 1e3, 1e5] {
                for labels in [[false; 3], [true; 3]] {
                    let mut row = [size, -size, size];
                    let value = loss.value_and_gradient(&terms(loss), &labels, &mut row);
                    assert!(value.is_finite() && row.iter().all(|g| g.is_finite()), "{spec:?} {size}: {value} {row:?}");
                    let narrow = SetTerms::new(loss, &[2.0, 1.0, 7.0], &[0.5, 1.0, 1.5], &[400, 90, 7], 1000);
                    let mut row = [size as f32, -size as f32, size as f32];
                    let value = loss.value_and_gradient(&narrow, &labels, &mut row);
                    assert!(value.is_finite() && row.iter().all(|g| g.is_finite()), "{spec:?} {size}: {value} {row:?}");
                }
            }
        }
    }

    #[test]
    fn asymmetric_loss_without_asymmetry_is_focal_loss_and_without_focus_cross_entropy() {
        let of = |spec| {
            let loss = SetLoss::new(spec).unwrap();
            let mut row = [0.4, -2.0, 1.3];
            (loss.value_and_gradient(&terms(loss), &[true, false, false], &mut row), row)
        };
        let asl = |gamma: f64| SetLossSpec::Asl { gamma_positive: gamma, gamma_negative: gamma, margin: 0.0 };
        assert_eq!(of(asl(2.0)), of(SetLossSpec::Focal { gamma: 2.0, alpha: None }));
        assert_eq!(of(asl(0.0)), of(SetLossSpec::Bce));
    }

    #[test]
    fn a_negative_below_the_margin_has_value_and_gradient_zero() {
        for gamma_negative in [0.0, 4.0] {
            let spec = SetLossSpec::Asl { gamma_positive: 0.0, gamma_negative, margin: 0.2 };
            let mut row = [-1.5, -3.0, -1000.0];
            let loss = SetLoss::new(spec).unwrap();
            assert_eq!(loss.value_and_gradient(&terms(loss), &[false; 3], &mut row), 0.0);
            assert_eq!(row, [0.0; 3]);
        }
    }

    #[test]
    fn a_sample_without_labels_has_a_balanced_loss_that_is_a_number() {
        let loss = SetLoss::new(SetLossSpec::DistributionBalanced(Balance::default())).unwrap();
        let value = value(loss, &[false; 3], &[0.1, 0.2, -0.3]);
        assert!(value > 0.0 && value.is_finite());
        // Labels that are never or always there make no number infinite.
        let terms = SetTerms::new(loss, &[1.0; 2], &[1.0; 2], &[0, 9], 9);
        let mut row = [0.5_f64, -0.5];
        assert!(loss.value_and_gradient(&terms, &[false, true], &mut row).is_finite());
        assert!(row.iter().all(|slope| slope.is_finite()));
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        let asl = |gamma_positive, gamma_negative, margin| {
            SetLoss::new(SetLossSpec::Asl { gamma_positive, gamma_negative, margin })
        };
        assert_eq!(asl(-1.0, 0.0, 0.0), Err(LossError::Gamma(-1.0)));
        assert_eq!(asl(0.0, 21.0, 0.0), Err(LossError::Gamma(21.0)));
        assert_eq!(asl(0.0, 0.0, 1.0), Err(LossError::MarginOfNegatives(1.0)));
        assert!(asl(0.0, 0.0, f64::NAN).is_err());
        assert_eq!(SetLoss::new(SetLossSpec::Focal { gamma: 0.0, alpha: Some(2.0) }), Err(LossError::Alpha(2.0)));
        for broken in [
            Balance { factor: 0.0, ..Balance::default() },
            Balance { negative_scale: 0.0, ..Balance::default() },
            Balance { rebalance: [0.1, f64::NAN, 0.2], ..Balance::default() },
            Balance { bias_scale: f64::INFINITY, ..Balance::default() },
        ] {
            let refused = SetLoss::new(SetLossSpec::DistributionBalanced(broken)).unwrap_err();
            assert!(matches!(refused, LossError::Balance { .. }), "{refused}");
        }
    }
}
