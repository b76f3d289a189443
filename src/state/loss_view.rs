//! What the place for losses shows: p_t, the curves and the crowd.

use serde::{Deserialize, Serialize};

use crate::{
    bounds::Bounded,
    distribution::MAX_COUNT,
    loss::{Crowd, LossCurve, LossSplit},
};

/// Focusing parameters γ of the focal curves: those of figure 1 of Lin et al., ICCV 2017.
pub const FOCAL_GAMMAS: [f64; 4] = [0.5, 1.0, 2.0, 5.0];

/// The place for losses; it belongs to the window, not to the experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LossView {
    /// The p_t that is read out, 0.001 to 0.999.
    pub p_t: f64,
    /// Which curves are drawn: CE, α-balanced CE, then one for each of [`FOCAL_GAMMAS`].
    pub shown: [bool; 2 + FOCAL_GAMMAS.len()],
    /// Whether losses are drawn on a log axis.
    pub log_loss: bool,
    /// Whether derivatives are with respect to the logit rather than p_t.
    pub by_logit: bool,
    /// α of α-balanced CE, 0 to 1: the factor of positives; negatives have 1 − α.
    pub alpha: f64,
    /// γ of the focal loss of the crowd, 0 to 20.
    pub gamma: f64,
    /// Number of positives, the foreground.
    pub n_positives: u64,
    /// Probability of y = 1 that each positive is given, 0 to 1.
    pub p_positives: f64,
    /// Number of negatives, the background.
    pub n_negatives: u64,
    /// Probability of y = 1 that each negative is given, 0 to 1.
    pub p_negatives: f64,
}

impl Default for LossView {
    fn default() -> Self {
        Self {
            p_t: 0.9,
            shown: [true; 2 + FOCAL_GAMMAS.len()],
            log_loss: false,
            by_logit: true,
            alpha: 0.75,
            gamma: 2.0,
            n_positives: 1,
            p_positives: 0.5,
            n_negatives: 1000,
            p_negatives: 0.05,
        }
    }
}

/// A loss with its name and its place in the palette.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedCurve {
    /// The name on screen.
    pub name: String,
    /// Its place among the curves, which gives shade, marker and dashes.
    pub place: usize,
    /// The loss.
    pub curve: LossCurve,
    /// Whether it is drawn.
    pub is_shown: bool,
}

/// A loss and who owns its sum over the crowd.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedLossSplit {
    /// The name on screen.
    pub name: String,
    /// Who owns the sum.
    pub ownership: LossSplit,
}

impl LossView {
    /// p_t of a sample that is hard, which is read out too.
    pub const HARD: f64 = 0.1;

    /// p_t nearest to 0 and to 1 that can be chosen.
    pub const EDGE: f64 = 0.001;

    /// Brings every number into its range, whatever was typed or in the file.
    pub fn tidy(&mut self) {
        let default = Self::default();
        let hold = |value: &mut f64, low: f64, high: f64, otherwise: f64| {
            *value = if value.is_nan() { otherwise } else { value.within(low, high) };
        };
        hold(&mut self.p_t, Self::EDGE, 1.0 - Self::EDGE, default.p_t);
        hold(&mut self.alpha, 0.0, 1.0, default.alpha);
        hold(&mut self.gamma, 0.0, 20.0, default.gamma);
        hold(&mut self.p_positives, 0.0, 1.0, default.p_positives);
        hold(&mut self.p_negatives, 0.0, 1.0, default.p_negatives);
        self.n_positives = self.n_positives.min(MAX_COUNT);
        self.n_negatives = self.n_negatives.min(MAX_COUNT);
    }

    /// Reads out another p_t, to three decimals.
    pub fn move_to(&mut self, p_t: f64) {
        self.p_t = (p_t * 1000.0).round() / 1000.0;
        self.tidy();
    }

    /// As [`LossView::move_to`], for a hand that drags: near the p_t that the papers read out it lands on them.
    pub fn drag_to(&mut self, p_t: f64) {
        const MARKED: [f64; 3] = [0.1, 0.5, 0.9];
        const NEAR: f64 = 0.012;
        let marked = MARKED.into_iter().find(|marked| (p_t - marked).abs() <= NEAR);
        self.move_to(marked.unwrap_or(p_t));
    }

    /// Steps p_t by hundredths.
    pub fn step(&mut self, hundredths: i32) {
        self.move_to(self.p_t + f64::from(hundredths) / 100.0);
    }

    /// The curves, in the order of [`LossView::shown`].
    pub fn curves(&self) -> Vec<NamedCurve> {
        let unbalanced = FOCAL_GAMMAS.map(|gamma| (format!("Focal, γ = {gamma}"), gamma, 1.0));
        let first = [("CE".to_owned(), 0.0, 1.0), (format!("CE, α_t = {}", self.alpha), 0.0, self.alpha)];
        first
            .into_iter()
            .chain(unbalanced)
            .zip(self.shown)
            .enumerate()
            .filter_map(|(place, ((name, gamma, alpha_t), is_shown))| {
                let curve = LossCurve::new(gamma, alpha_t).ok()?;
                Some(NamedCurve { name, place, curve, is_shown })
            })
            .collect()
    }

    /// How many times as large the loss of a hard sample is as one at the p_t that is read out; not finite where that has none.
    pub fn hard_to_read_out(&self, curve: &LossCurve) -> f64 {
        curve.at(Self::HARD).value / curve.at(self.p_t).value
    }

    /// Foreground and background.
    pub fn crowd(&self) -> Crowd {
        Crowd {
            n_positives: self.n_positives,
            p_positives: self.p_positives,
            n_negatives: self.n_negatives,
            p_negatives: self.p_negatives,
        }
    }

    /// Who owns the sum under CE, α-balanced CE and focal loss, in this order.
    pub fn ownerships(&self) -> Vec<NamedLossSplit> {
        let losses = [
            ("CE".to_owned(), 0.0, None),
            (format!("α-balanced CE, α = {}", self.alpha), 0.0, Some(self.alpha)),
            (format!("Focal, γ = {}", self.gamma), self.gamma, None),
        ];
        let owned = |(name, gamma, alpha)| {
            let ownership = LossSplit::of(self.crowd(), gamma, alpha).ok()?;
            Some(NamedLossSplit { name, ownership })
        };
        losses.into_iter().filter_map(owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_comes_into_its_range() {
        let mut view = LossView {
            p_t: f64::NAN,
            alpha: 7.0,
            gamma: f64::INFINITY,
            p_positives: -1.0,
            n_negatives: u64::MAX,
            ..LossView::default()
        };
        view.tidy();
        assert_eq!((view.p_t, view.alpha, view.gamma, view.p_positives), (0.9, 1.0, 20.0, 0.0));
        assert_eq!(view.n_negatives, MAX_COUNT);
        assert_eq!((view.curves().len(), view.ownerships().len()), (view.shown.len(), 3));
    }

    #[test]
    fn p_t_moves_in_steps_and_stays_off_the_ends() {
        let mut view = LossView::default();
        view.step(1);
        assert_eq!(view.p_t, 0.91);
        view.step(10);
        assert_eq!(view.p_t, 0.999);
        view.move_to(-3.0);
        assert_eq!(view.p_t, 0.001);
        view.move_to(0.123_49);
        assert_eq!(view.p_t, 0.123);
        view.drag_to(0.108);
        assert_eq!(view.p_t, 0.1, "a hand lands on it");
        view.drag_to(0.113);
        assert_eq!(view.p_t, 0.113);
    }

    #[test]
    fn focal_loss_tells_hard_from_easy_more_than_cross_entropy() {
        // (0.9/0.1)^γ · ln 0.1/ln 0.9, at p_t = 0.9.
        let view = LossView::default();
        let ratio = |gamma: f64| view.hard_to_read_out(&LossCurve::new(gamma, 1.0).unwrap());
        let of_ce = 0.1_f64.ln() / 0.9_f64.ln();
        assert!((ratio(0.0) - of_ce).abs() < 1e-9 && (of_ce - 21.85).abs() < 0.01, "{of_ce}");
        assert!((ratio(2.0) / (81.0 * of_ce) - 1.0).abs() < 1e-9, "{}", ratio(2.0));
    }

    #[test]
    fn the_default_crowd_shows_the_effect() {
        let owned = LossView::default().ownerships();
        let share = |place: usize| owned[place].ownership.share_of_negatives().unwrap();
        assert!(share(0) > 0.98 && share(1) > 0.95 && share(2) < 0.45, "{owned:?}");
    }
}
