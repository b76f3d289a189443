//! What the place for losses shows: two reading lines, the curves, and many samples of two kinds.

use serde::{Deserialize, Serialize};

use crate::{
    bounds::Bounded,
    distribution::MAX_COUNT,
    loss::{Crowd, LossCurve, LossSplit},
};

/// Focusing parameters γ of the focal curves: those of figure 1 of Lin et al., ICCV 2017.
pub const FOCAL_GAMMAS: [f64; 4] = [0.5, 1.0, 2.0, 5.0];

/// One of the two lines at which losses are read out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadingLine {
    /// The one of a hard sample, with a small p_t.
    Hard,
    /// The one of an easy sample, with a large p_t.
    #[default]
    Easy,
}

/// Number of curves: CE, α-balanced CE, one for each of [`FOCAL_GAMMAS`], and α-balanced focal loss.
const N_CURVES: usize = 3 + FOCAL_GAMMAS.len();

/// The place for losses; it belongs to the window, not to the experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LossView {
    /// The p_t of an easy sample, which is read out, 0.001 to 0.999.
    pub p_t: f64,
    /// The p_t of a hard sample, which is read out too, 0.001 to 0.999.
    pub hard: f64,
    /// The line that was moved last; arrow keys move it.
    #[serde(skip)]
    pub line: ReadingLine,
    /// Which curves are drawn, in the order of [`LossView::curves`].
    pub shown: Vec<bool>,
    /// Whether losses are drawn on a log axis.
    pub log_loss: bool,
    /// Whether derivatives are with respect to the logit rather than p_t.
    pub by_logit: bool,
    /// α of α-balanced CE, 0 to 1: the factor of positives; negatives have 1 − α.
    pub alpha: f64,
    /// γ of the focal losses that are not those of the paper's figure, 0 to 20.
    pub gamma: f64,
    /// α of α-balanced focal loss, 0 to 1.
    pub focal_alpha: f64,
    /// Number of easy samples beside one hard one.
    pub n_easy: u64,
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
            hard: 0.1,
            line: ReadingLine::Easy,
            shown: vec![true; N_CURVES],
            log_loss: false,
            by_logit: true,
            alpha: 0.75,
            gamma: 2.0,
            focal_alpha: 0.25,
            n_easy: 1000,
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

/// A loss, summed over many easy negatives and of one hard positive.
#[derive(Debug, Clone, PartialEq)]
pub struct LossPile {
    /// The name on screen.
    pub name: String,
    /// Loss of one easy sample.
    pub easy: f64,
    /// Sum over all easy samples.
    pub all_easy: f64,
    /// Loss of the hard sample.
    pub hard: f64,
}

impl LossPile {
    /// How many times as large the sum over the easy samples is as the loss of the hard one; not finite where that is 0.
    pub fn easy_to_hard(&self) -> f64 {
        self.all_easy / self.hard
    }
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
    /// p_t nearest to 0 and to 1 that can be chosen.
    pub const EDGE: f64 = 0.001;

    /// Brings every number into its range, whatever was typed or in the file.
    pub fn tidy(&mut self) {
        let default = Self::default();
        let hold = |value: &mut f64, low: f64, high: f64, otherwise: f64| {
            *value = if value.is_nan() { otherwise } else { value.within(low, high) };
        };
        hold(&mut self.p_t, Self::EDGE, 1.0 - Self::EDGE, default.p_t);
        hold(&mut self.hard, Self::EDGE, 1.0 - Self::EDGE, default.hard);
        hold(&mut self.focal_alpha, 0.0, 1.0, default.focal_alpha);
        hold(&mut self.alpha, 0.0, 1.0, default.alpha);
        hold(&mut self.gamma, 0.0, 20.0, default.gamma);
        hold(&mut self.p_positives, 0.0, 1.0, default.p_positives);
        hold(&mut self.p_negatives, 0.0, 1.0, default.p_negatives);
        self.n_positives = self.n_positives.min(MAX_COUNT);
        self.n_negatives = self.n_negatives.min(MAX_COUNT);
        self.n_easy = self.n_easy.min(MAX_COUNT);
        self.shown.resize(N_CURVES, true);
    }

    /// Where a line stands.
    pub fn at(&self, line: ReadingLine) -> f64 {
        match line {
            ReadingLine::Hard => self.hard,
            ReadingLine::Easy => self.p_t,
        }
    }

    /// Takes the line nearer to this p_t in hand.
    pub fn grasp(&mut self, p_t: f64) {
        let far = |line| (self.at(line) - p_t).abs();
        self.line = if far(ReadingLine::Hard) < far(ReadingLine::Easy) { ReadingLine::Hard } else { ReadingLine::Easy };
    }

    /// Moves the line in hand to another p_t, to three decimals.
    pub fn move_to(&mut self, p_t: f64) {
        let place = match self.line {
            ReadingLine::Hard => &mut self.hard,
            ReadingLine::Easy => &mut self.p_t,
        };
        *place = (p_t * 1000.0).round() / 1000.0;
        self.tidy();
    }

    /// As [`LossView::move_to`], for a hand that drags: near the p_t that the papers read out it lands on them.
    pub fn drag_to(&mut self, p_t: f64) {
        const MARKED: [f64; 3] = [0.1, 0.5, 0.9];
        const NEAR: f64 = 0.012;
        let marked = MARKED.into_iter().find(|marked| (p_t - marked).abs() <= NEAR);
        self.move_to(marked.unwrap_or(p_t));
    }

    /// Steps the line in hand by hundredths.
    pub fn step(&mut self, hundredths: i32) {
        self.move_to(self.at(self.line) + f64::from(hundredths) / 100.0);
    }

    /// The curves, in the order of [`LossView::shown`].
    pub fn curves(&self) -> Vec<NamedCurve> {
        let unbalanced = FOCAL_GAMMAS.map(|gamma| (format!("Focal, γ = {gamma}"), gamma, 1.0));
        let first = [("CE".to_owned(), 0.0, 1.0), (format!("CE, α_t = {}", self.alpha), 0.0, self.alpha)];
        let balanced = (self.balanced_focal_name(), self.gamma, self.focal_alpha);
        first
            .into_iter()
            .chain(unbalanced)
            .chain([balanced])
            .zip(self.shown.iter().copied())
            .enumerate()
            .filter_map(|(place, ((name, gamma, alpha_t), is_shown))| {
                let curve = LossCurve::new(gamma, alpha_t).ok()?;
                Some(NamedCurve { name, place, curve, is_shown })
            })
            .collect()
    }

    fn balanced_focal_name(&self) -> String {
        format!("Focal, γ = {}, α = {}", self.gamma, self.focal_alpha)
    }

    /// How many times as large the loss of the hard sample is as that of the easy one; not finite where that has none. Any α is
    /// in both and cancels out.
    pub fn hard_to_easy(&self, curve: &LossCurve) -> f64 {
        curve.at(self.hard).value / curve.at(self.p_t).value
    }

    /// Many easy negatives and one hard positive under CE, α-balanced CE, focal and α-balanced focal loss, in this order.
    pub fn piles(&self) -> Vec<LossPile> {
        let pile = |(name, gamma, alpha): (String, f64, Option<f64>)| {
            // As in a sum over both: positives times α, negatives times 1 − α.
            let [positive, negative] = alpha.map_or([1.0; 2], |alpha| [alpha, 1.0 - alpha]);
            let easy = LossCurve::new(gamma, negative).ok()?.at(self.p_t).value;
            let hard = LossCurve::new(gamma, positive).ok()?.at(self.hard).value;
            Some(LossPile { name, easy, all_easy: easy * self.n_easy as f64, hard })
        };
        self.four_losses().into_iter().filter_map(pile).collect()
    }

    /// CE, α-balanced CE, focal and α-balanced focal loss with γ and α.
    fn four_losses(&self) -> [(String, f64, Option<f64>); 4] {
        [
            ("CE".to_owned(), 0.0, None),
            (format!("CE, α = {}", self.alpha), 0.0, Some(self.alpha)),
            (format!("Focal, γ = {}", self.gamma), self.gamma, None),
            (self.balanced_focal_name(), self.gamma, Some(self.focal_alpha)),
        ]
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

    /// Who owns the sum under CE, α-balanced CE, focal and α-balanced focal loss, in this order.
    pub fn ownerships(&self) -> Vec<NamedLossSplit> {
        let owned = |(name, gamma, alpha)| {
            let ownership = LossSplit::of(self.crowd(), gamma, alpha).ok()?;
            Some(NamedLossSplit { name, ownership })
        };
        self.four_losses().into_iter().filter_map(owned).collect()
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
        assert_eq!((view.curves().len(), view.ownerships().len()), (view.shown.len(), 4));
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
        let ratio = |gamma: f64| view.hard_to_easy(&LossCurve::new(gamma, 1.0).unwrap());
        let of_ce = 0.1_f64.ln() / 0.9_f64.ln();
        assert!((ratio(0.0) - of_ce).abs() < 1e-9 && (of_ce - 21.85).abs() < 0.01, "{of_ce}");
        assert!((ratio(2.0) / (81.0 * of_ce) - 1.0).abs() < 1e-9, "{}", ratio(2.0));
    }

    #[test]
    fn a_hand_takes_the_nearer_line() {
        let mut view = LossView::default();
        view.grasp(0.2);
        view.drag_to(0.31);
        assert_eq!((view.hard, view.p_t, view.line), (0.31, 0.9, ReadingLine::Hard));
        view.step(-1);
        assert_eq!(view.hard, 0.3);
        view.grasp(0.7);
        view.drag_to(0.5);
        assert_eq!((view.hard, view.p_t), (0.3, 0.5));
    }

    #[test]
    fn many_easy_losses_outweigh_a_hard_one_until_gamma_shrinks_them() {
        // 1,000 · 0.1054 against 2.303; (1 − p_t)² leaves 1 % of the former and 81 % of the latter.
        let piles = LossView::default().piles();
        let ratios: Vec<f64> = piles.iter().map(LossPile::easy_to_hard).collect();
        let of_ce = 1000.0 * 0.9_f64.ln() / 0.1_f64.ln();
        let expected = [of_ce, of_ce * 0.25 / 0.75, of_ce / 81.0, of_ce / 81.0 * 0.75 / 0.25];
        for (ratio, expected) in ratios.iter().zip(expected) {
            assert!((ratio / expected - 1.0).abs() < 1e-9, "{ratios:?} {expected}");
        }
        assert!(of_ce > 45.0 && ratios[2] < 0.6);
    }

    #[test]
    fn curves_of_older_settings_are_made_up_to_their_number() {
        let mut old: LossView = toml::from_str("shown = [true, false, true, true, true, true]").unwrap();
        old.tidy();
        let drawn: Vec<bool> = old.curves().iter().map(|curve| curve.is_shown).collect();
        assert_eq!(drawn, [true, false, true, true, true, true, true]);
    }

    #[test]
    fn the_default_crowd_shows_the_effect() {
        let owned = LossView::default().ownerships();
        let share = |place: usize| owned[place].ownership.share_of_negatives().unwrap();
        assert!(share(0) > 0.98 && share(1) > 0.95 && share(2) < 0.45, "{owned:?}");
    }
}
