//! The loss of one sample as a function of p_t, and who owns the summed loss of a crowd.

use serde::Serialize;

use super::LossError;
use crate::bounds::Bounded;

/// −α_t (1 − p_t)^γ ln p_t, the focal loss as a function of the probability p_t that the model gives to what is true.
///
/// γ = 0 with α_t = 1 is cross entropy, γ = 0 with another α_t is α-balanced cross entropy. Of a softmax, p_t is the
/// probability of the sample's class; of a sigmoid, p for positives and 1 − p for negatives.
///
/// ```
/// use longtail_lab::loss::LossCurve;
/// let (ce, focal) = (LossCurve::new(0.0, 1.0)?, LossCurve::new(1.0, 1.0)?);
/// let value = |curve: LossCurve, p_t| format!("{:.4}", curve.at(p_t).value);
/// assert_eq!((value(ce, 0.1), value(focal, 0.1)), ("2.3026".into(), "2.0723".into()));
/// assert_eq!((value(ce, 0.9), value(focal, 0.9)), ("0.1054".into(), "0.0105".into()));
/// # Ok::<(), longtail_lab::loss::LossError>(())
/// ```
///
/// # Source
/// Lin, Goyal, Girshick, He, Dollár, "Focal Loss for Dense Object Detection", ICCV 2017, equations 1, 3 and 5, figure 1,
/// and appendix B.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossCurve {
    gamma: f64,
    alpha_t: f64,
}

/// A curve at one p_t.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The loss, in nats; infinite at p_t = 0.
    pub value: f64,
    /// Derivative with respect to p_t, at most 0; −∞ at p_t = 0.
    pub slope_p: f64,
    /// Derivative with respect to the logit signed by the target, x_t, at most 0; −α_t at p_t = 0.
    pub slope_logit: f64,
}

impl LossCurve {
    /// Focusing parameter γ in [0, 20] and factor α_t in [0, 1]: 1 without balancing, else α for positives and 1 − α for
    /// negatives.
    ///
    /// # Errors
    /// When a parameter is outside its range or not a number.
    pub fn new(gamma: f64, alpha_t: f64) -> Result<Self, LossError> {
        Ok(Self { gamma: super::check_gamma(gamma)?, alpha_t: super::check_alpha(alpha_t)? })
    }

    /// Value and derivatives at p_t, which is held to [0, 1].
    pub fn at(self, p_t: f64) -> CurvePoint {
        let Self { gamma, alpha_t } = self;
        let p = p_t.within(0.0, 1.0);
        let q = 1.0 - p;
        let nll = -p.ln();
        let factor = alpha_t * q.powf(gamma);
        // Written as multiples of (1 − p)^γ, whose other factors have limits: −ln p/(1 − p) goes to 1 with p, and p ln p
        // to 0 with p.
        let nll_over_q = if q == 0.0 { 1.0 } else { nll / q };
        let p_nll = if p == 0.0 { 0.0 } else { p * nll };
        let bend = if gamma == 0.0 { 0.0 } else { gamma * nll_over_q };
        Self::point(factor, nll, -(bend + p.recip()), -(gamma * p_nll + q))
    }

    /// The loss divided by cross entropy at the same p_t, α_t(1 − p_t)^γ: the modulating factor, 0 to 1; p_t is held to [0, 1].
    pub fn ratio_to_ce(self, p_t: f64) -> f64 {
        self.alpha_t * (1.0 - p_t.within(0.0, 1.0)).powf(self.gamma)
    }

    /// The curve at places from just above 0 to 1 that lie closer together towards both ends, where it bends most:
    /// p_t = (1 − cos(πk/200))/2 for k = 1, …, 200.
    pub fn trace(self) -> impl Iterator<Item = (f64, CurvePoint)> {
        const N: u32 = 200;
        (1..=N).map(move |k| {
            let p_t = (1.0 - f64::cos(std::f64::consts::PI * f64::from(k) / f64::from(N))) / 2.0;
            (p_t, self.at(p_t))
        })
    }

    /// Three multiples of a factor that takes infinities down with it where it is 0.
    fn point(factor: f64, value: f64, slope_p: f64, slope_logit: f64) -> CurvePoint {
        let times = |x: f64| if factor == 0.0 || x == 0.0 { 0.0 } else { factor * x };
        CurvePoint { value: times(value), slope_p: times(slope_p), slope_logit: times(slope_logit) }
    }
}

/// A crowd of positives and negatives, each kind with one predicted probability: an image's few foreground and many
/// background boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crowd {
    /// Number of samples with y = 1, the foreground.
    pub n_positives: u64,
    /// Probability of y = 1 that the model gives to each positive, 0 to 1; p_t = p.
    pub p_positives: f64,
    /// Number of samples with y = 0, the background.
    pub n_negatives: u64,
    /// Probability of y = 1 that the model gives to each negative, 0 to 1; p_t = 1 − p.
    pub p_negatives: f64,
}

/// Who owns the summed loss of a [`Crowd`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LossSplit {
    /// Loss of one positive.
    pub loss_of_positive: f64,
    /// Loss of one negative.
    pub loss_of_negative: f64,
    /// Summed loss of the positives.
    pub positives: f64,
    /// Summed loss of the negatives.
    pub negatives: f64,
}

impl LossSplit {
    /// Sums the sigmoid focal loss over a crowd; γ = 0 without α is cross entropy, with α its α-balanced form.
    ///
    /// ```
    /// use longtail_lab::loss::{Crowd, LossSplit};
    /// let crowd = Crowd { n_positives: 1, p_positives: 0.95, n_negatives: 1000, p_negatives: 0.05 };
    /// let ce = LossSplit::of(crowd, 0.0, None)?;
    /// assert_eq!(ce.loss_of_positive, ce.loss_of_negative);
    /// assert!((ce.share_of_positives().ok_or("no loss")? - 1.0 / 1001.0).abs() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When γ is outside [0, 20] or α outside [0, 1].
    ///
    /// # Source
    /// Lin et al., ICCV 2017, sections 1 and 3: easy negatives overwhelm the loss.
    pub fn of(crowd: Crowd, gamma: f64, alpha: Option<f64>) -> Result<Self, LossError> {
        let (positive, negative) = alpha.map_or((1.0, 1.0), |alpha| (alpha, 1.0 - alpha));
        let loss_of_positive = LossCurve::new(gamma, positive)?.at(crowd.p_positives).value;
        let loss_of_negative = LossCurve::new(gamma, negative)?.at(1.0 - crowd.p_negatives).value;
        let sum = |n: u64, loss: f64| if n == 0 { 0.0 } else { n as f64 * loss };
        Ok(Self {
            loss_of_positive,
            loss_of_negative,
            positives: sum(crowd.n_positives, loss_of_positive),
            negatives: sum(crowd.n_negatives, loss_of_negative),
        })
    }

    /// Share of the summed loss that the positives own, 0 to 1; `None` where both sums are 0 or both infinite.
    pub fn share_of_positives(&self) -> Option<f64> {
        share(self.positives, self.negatives)
    }

    /// Share of the summed loss that the negatives own, 0 to 1; `None` where both sums are 0 or both infinite.
    pub fn share_of_negatives(&self) -> Option<f64> {
        share(self.negatives, self.positives)
    }
}

/// The part that `own` is of `own + other`, without overflow.
fn share(own: f64, other: f64) -> Option<f64> {
    let share = 1.0 / (1.0 + other / own);
    (!share.is_nan()).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{Head, Loss};

    const GAMMAS: [f64; 6] = [0.0, 0.3, 0.5, 1.0, 2.0, 5.0];

    fn curve(gamma: f64) -> LossCurve {
        LossCurve::new(gamma, 1.0).unwrap()
    }

    fn check_close(got: f64, expected: f64, name: &str) {
        assert!((got - expected).abs() <= 1e-12 * expected.abs(), "{name}: got {got:e}, expected {expected:e}");
    }

    #[test]
    fn the_curves_pass_through_the_values_of_the_paper() {
        for (gamma, p_t, expected) in [
            (0.0, 0.1, std::f64::consts::LN_10),
            (1.0, 0.1, 0.9 * std::f64::consts::LN_10),
            (0.0, 0.9, 0.105_360_515_657_826_3),
            (1.0, 0.9, 0.010_536_051_565_782_63),
            (2.0, 0.5, 0.25 * std::f64::consts::LN_2),
        ] {
            check_close(curve(gamma).at(p_t).value, expected, &format!("γ = {gamma}, p_t = {p_t}"));
        }
        // "With γ = 2, an example classified with p_t = 0.9 would have 100× lower loss compared with CE."
        check_close(curve(0.0).at(0.9).value / curve(2.0).at(0.9).value, 100.0, "γ = 2, p_t = 0.9");
    }

    #[test]
    fn the_curve_is_the_loss_that_training_uses() {
        for gamma in GAMMAS {
            for alpha in [None, Some(0.25)] {
                let loss = Loss::new(Head::Sigmoid, gamma, alpha).unwrap();
                for x in [-30.0, -4.0, -0.3, 0.0, 0.7, 3.0, 12.0] {
                    let mut gradient = [0.0];
                    let value = loss.value_and_gradient(&[x], 0, &mut gradient);
                    let point = LossCurve::new(gamma, alpha.unwrap_or(1.0)).unwrap().at(1.0 / (1.0 + f64::exp(-x)));
                    // At x = 12 the probability itself keeps only ten digits of 1 − p_t.
                    let is_close = |got: f64, expected: f64| (got - expected).abs() <= 1e-9 * expected.abs();
                    assert!(is_close(point.value, value), "γ = {gamma}, x = {x}: {point:?} {value}");
                    assert!(is_close(point.slope_logit, gradient[0]), "γ = {gamma}, x = {x}: {point:?} {gradient:?}");
                }
            }
        }
    }

    #[test]
    fn slopes_are_the_central_differences_of_the_values() {
        for gamma in GAMMAS {
            for p_t in [0.05, 0.3, 0.5, 0.8, 0.97] {
                let (point, step) = (curve(gamma).at(p_t), 1e-6);
                let expected = (curve(gamma).at(p_t + step).value - curve(gamma).at(p_t - step).value) / (2.0 * step);
                let name = format!("γ = {gamma}, p_t = {p_t}");
                assert!(
                    (point.slope_p - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                    "{name}: {point:?} {expected}"
                );
                check_close(point.slope_logit, point.slope_p * p_t * (1.0 - p_t), &name);
            }
        }
    }

    #[test]
    fn the_ends_of_the_curve_have_their_limits() {
        for gamma in GAMMAS {
            let start = curve(gamma).at(0.0);
            assert_eq!((start.value, start.slope_p, start.slope_logit), (f64::INFINITY, f64::NEG_INFINITY, -1.0));
            let end = curve(gamma).at(1.0);
            assert_eq!((end.value, end.slope_logit), (0.0, 0.0), "γ = {gamma}");
            assert_eq!(end.slope_p, if gamma == 0.0 { -1.0 } else { 0.0 }, "γ = {gamma}");
            assert_eq!((curve(gamma).at(-3.0), curve(gamma).at(7.0)), (start, end));
        }
        let nothing = LossCurve::new(2.0, 0.0).unwrap();
        assert_eq!(nothing.at(0.0), CurvePoint { value: 0.0, slope_p: 0.0, slope_logit: 0.0 });
    }

    #[test]
    fn the_ratio_is_the_loss_over_cross_entropy() {
        for gamma in GAMMAS {
            let focal = LossCurve::new(gamma, 0.25).unwrap();
            for p_t in [0.001, 0.1, 0.5, 0.9, 0.999] {
                let expected = focal.at(p_t).value / curve(0.0).at(p_t).value;
                check_close(focal.ratio_to_ce(p_t), expected, &format!("γ = {gamma}, p_t = {p_t}"));
            }
            assert_eq!((focal.ratio_to_ce(-1.0), focal.ratio_to_ce(0.0)), (0.25, 0.25));
        }
        assert_eq!((curve(0.0).ratio_to_ce(1.0), curve(2.0).ratio_to_ce(1.0)), (1.0, 0.0));
    }

    #[test]
    fn a_trace_climbs_from_near_zero_to_one_and_is_finite() {
        let places: Vec<(f64, CurvePoint)> = curve(0.5).trace().collect();
        assert!(places.windows(2).all(|pair| pair[0].0 < pair[1].0), "{places:?}");
        let (first, last) = (places[0].0, places[places.len() - 1].0);
        assert!(first > 0.0 && first < 1e-4 && last == 1.0, "{first} {last}");
        assert!(places.iter().all(|(_, point)| point.value.is_finite() && point.slope_p.is_finite()));
    }

    #[test]
    fn parameters_outside_their_range_are_refused() {
        assert_eq!(LossCurve::new(-1.0, 1.0), Err(LossError::Gamma(-1.0)));
        assert_eq!(LossCurve::new(0.0, 1.5), Err(LossError::Alpha(1.5)));
        let crowd = Crowd { n_positives: 1, p_positives: 0.5, n_negatives: 1, p_negatives: 0.5 };
        assert_eq!(LossSplit::of(crowd, 2.0, Some(-0.5)), Err(LossError::Alpha(-0.5)));
        assert!(LossSplit::of(crowd, f64::NAN, None).is_err());
    }

    #[test]
    fn shares_sum_to_one_and_match_a_direct_sum() {
        let crowd = Crowd { n_positives: 3, p_positives: 0.4, n_negatives: 1000, p_negatives: 0.02 };
        for gamma in GAMMAS {
            for alpha in [None, Some(0.25), Some(0.75)] {
                let ownership = LossSplit::of(crowd, gamma, alpha).unwrap();
                let loss = Loss::new(Head::Sigmoid, gamma, alpha).unwrap();
                // A single class that is the label, or one of two of which the other's loss is taken off.
                let logit = |p: f64| (p / (1.0 - p)).ln();
                let positive = loss.value_and_gradient(&[logit(0.4)], 0, &mut [0.0]);
                let both = loss.value_and_gradient(&[logit(0.4), logit(0.02)], 0, &mut [0.0; 2]);
                let (positives, negatives) = (3.0 * positive, 1000.0 * (both - positive));
                let name = format!("γ = {gamma}, α = {alpha:?}");
                let share = ownership.share_of_positives().unwrap();
                assert!((share - positives / (positives + negatives)).abs() < 1e-9, "{name}: {ownership:?}");
                assert!((share + ownership.share_of_negatives().unwrap() - 1.0).abs() < 1e-15, "{name}");
            }
        }
    }

    #[test]
    fn focal_loss_gives_the_sum_back_to_the_hard_foreground() {
        let crowd = Crowd { n_positives: 1, p_positives: 0.5, n_negatives: 1000, p_negatives: 0.05 };
        let share = |gamma, alpha| LossSplit::of(crowd, gamma, alpha).unwrap().share_of_positives().unwrap();
        assert!(share(0.0, None) < 0.02, "{}", share(0.0, None));
        assert!(share(0.0, Some(0.75)) < 0.05, "{}", share(0.0, Some(0.75)));
        assert!(share(2.0, None) > 0.5, "{}", share(2.0, None));
    }

    #[test]
    fn a_crowd_without_loss_is_owned_by_nobody_and_an_infinite_loss_owns_all() {
        let crowd = Crowd { n_positives: 2, p_positives: 1.0, n_negatives: 5, p_negatives: 0.0 };
        let shares = |crowd| {
            let ownership = LossSplit::of(crowd, 2.0, None).unwrap();
            (ownership.share_of_positives(), ownership.share_of_negatives())
        };
        assert_eq!(shares(crowd), (None, None));
        assert_eq!(shares(Crowd { p_positives: 0.0, ..crowd }), (Some(1.0), Some(0.0)));
        assert_eq!(shares(Crowd { p_positives: 0.0, p_negatives: 0.5, ..crowd }), (Some(1.0), Some(0.0)));
        assert_eq!(shares(Crowd { p_positives: 0.0, p_negatives: 1.0, ..crowd }), (None, None));
        assert_eq!(
            shares(Crowd { n_positives: 0, p_positives: 0.0, p_negatives: 0.5, ..crowd }),
            (Some(0.0), Some(1.0))
        );
    }
}
