//! What is added to the logits, class by class: logit adjustment in training or at test time, and LDAM's margins.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::LossError;

/// Largest scale τ and largest margin that are taken.
pub const MAX_OFFSET: f64 = 10.0;

/// Which offsets an objective has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum OffsetKind {
    /// None.
    None,
    /// τ·ln π_j is added to every logit in training; at τ = 1 this is balanced softmax.
    LogitAdjustment,
    /// τ·ln π_j is subtracted from every logit at test time; training does not know of it.
    TestAdjustment,
    /// A margin is subtracted from the label's logit in training, the larger the rarer the class.
    Ldam,
}

impl OffsetKind {
    /// Every kind, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The kind's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "No offsets",
            Self::LogitAdjustment => "Logit adjustment",
            Self::TestAdjustment => "Adjusted at test",
            Self::Ldam => "LDAM margins",
        }
    }

    /// What it does, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::None => "The logits as the model gives them",
            Self::LogitAdjustment => {
                "z_j + τ·ln π_j in training, z_j at test, π_j = n_j/N (Menon et al. 2021); τ = 1 is balanced softmax (Ren et al. 2020)"
            }
            Self::TestAdjustment => {
                "z_j in training, z_j − τ·ln π_j at test, π_j = n_j/N: adjusts a trained model (Menon et al. 2021)"
            }
            Self::Ldam => {
                "z_y − m_y in training with m_j ∝ n_j^(−1/4): rare classes must win by more (Cao et al. 2019)"
            }
        }
    }

    /// Whether the scale τ matters.
    pub fn has_tau(self) -> bool {
        matches!(self, Self::LogitAdjustment | Self::TestAdjustment)
    }
}

/// A kind of offsets with its number, checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OffsetRule {
    kind: OffsetKind,
    size: f64,
}

impl OffsetRule {
    /// No offsets.
    pub const NONE: Self = Self { kind: OffsetKind::None, size: 0.0 };

    /// Joins kind and numbers: the scale τ in [0, 10] of logit adjustment, the largest margin in [0, 10] of LDAM.
    ///
    /// # Errors
    /// When the number that the kind uses is outside its range.
    pub fn new(kind: OffsetKind, tau: f64, max_margin: f64) -> Result<Self, LossError> {
        let is_in_range = |size: f64| (0.0..=MAX_OFFSET).contains(&size);
        match kind {
            OffsetKind::None => Ok(Self::NONE),
            OffsetKind::LogitAdjustment | OffsetKind::TestAdjustment if is_in_range(tau) => {
                Ok(Self { kind, size: tau })
            }
            OffsetKind::Ldam if is_in_range(max_margin) => Ok(Self { kind, size: max_margin }),
            OffsetKind::Ldam => Err(LossError::Margin(max_margin)),
            OffsetKind::LogitAdjustment | OffsetKind::TestAdjustment => Err(LossError::Tau(tau)),
        }
    }

    /// Which offsets they are.
    pub fn kind(self) -> OffsetKind {
        self.kind
    }

    /// The offsets for class counts n_j, shape `[n_classes]`.
    ///
    /// π_j = n_j / Σ n. LDAM's margins are m_j = m · (n_min / n_j)^(1/4), so that the rarest class has the largest margin m.
    /// A class without samples takes no part: its offset is 0.
    ///
    /// ```
    /// use longtail_lab::loss::{OffsetKind, OffsetRule};
    /// let offsets = OffsetRule::new(OffsetKind::Ldam, 1.0, 0.5)?.offsets(&[1600, 100, 0]);
    /// assert_eq!(offsets.margins(), [0.25, 0.5, 0.0]);
    /// # Ok::<(), longtail_lab::loss::LossError>(())
    /// ```
    ///
    /// # Source
    /// Menon et al., "Long-tail learning via logit adjustment", ICLR 2021, equations 9 and 10; Ren et al., "Balanced
    /// meta-softmax for long-tailed visual recognition", NeurIPS 2020, equation 3; Cao et al., "Learning imbalanced
    /// datasets with label-distribution-aware margin loss", NeurIPS 2019, equations 10 and 13. That paper multiplies
    /// the logits of a normalised layer by a constant; the logits of the linear model find their scale by themselves.
    pub fn offsets(self, counts: &[u64]) -> Offsets {
        let total: u64 = counts.iter().sum();
        let rarest = counts.iter().copied().filter(|&n| n > 0).min().unwrap_or(1);
        let per_class = |offset: &dyn Fn(f64) -> f64| {
            counts.iter().map(|&n| if n == 0 { 0.0 } else { offset(n as f64) }).collect::<Vec<f64>>()
        };
        let log_prior = |n: f64| self.size * (n / total as f64).ln();
        let mut offsets = Offsets::default();
        match self.kind {
            _ if self.size == 0.0 => {}
            OffsetKind::None => {}
            OffsetKind::LogitAdjustment => offsets.training = per_class(&log_prior),
            OffsetKind::TestAdjustment => offsets.test = per_class(&|n| -log_prior(n)),
            OffsetKind::Ldam => offsets.margins = per_class(&|n| self.size * (rarest as f64 / n).powf(0.25)),
        }
        offsets
    }
}

/// Offsets class by class; each list has shape `[n_classes]` or, where it is all zero, `[0]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offsets {
    training: Vec<f64>,
    test: Vec<f64>,
    margins: Vec<f64>,
}

impl Offsets {
    /// What is added to every logit in training.
    pub fn training(&self) -> &[f64] {
        &self.training
    }

    /// What is added to every logit when the trained model predicts.
    pub fn test(&self) -> &[f64] {
        &self.test
    }

    /// What is subtracted from the logit of a sample's own class in training.
    pub fn margins(&self) -> &[f64] {
        &self.margins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(kind: OffsetKind, counts: &[u64]) -> Offsets {
        OffsetRule::new(kind, 2.0, 0.5).unwrap().offsets(counts)
    }

    #[test]
    fn adjustment_is_the_log_prior_and_the_two_kinds_are_opposite() {
        let counts = [80, 0, 20];
        let (training, test) =
            (offsets(OffsetKind::LogitAdjustment, &counts), offsets(OffsetKind::TestAdjustment, &counts));
        for ((class_idx, prior), (added, later)) in
            [0.8_f64, 1.0, 0.2].into_iter().enumerate().zip(training.training().iter().zip(test.test()))
        {
            assert!((added - 2.0 * prior.ln()).abs() < 1e-15, "class {class_idx}: {added}");
            assert_eq!(*added, -*later);
        }
        assert!(training.test().is_empty() && training.margins().is_empty());
        assert!(test.training().is_empty() && test.margins().is_empty());
    }

    #[test]
    fn margins_follow_the_fourth_root_and_are_largest_for_the_rarest() {
        let margins = offsets(OffsetKind::Ldam, &[5000, 50, 312, 0]);
        let expected = [0.5 * 0.01_f64.powf(0.25), 0.5, 0.5 * (50.0_f64 / 312.0).powf(0.25), 0.0];
        for (margin, expected) in margins.margins().iter().zip(expected) {
            assert!((margin - expected).abs() < 1e-15, "{margin} {expected}");
        }
    }

    #[test]
    fn a_scale_of_zero_is_no_offset_and_wild_ones_are_refused() {
        for kind in OffsetKind::ALL {
            assert_eq!(OffsetRule::new(kind, 0.0, 0.0).unwrap().offsets(&[10, 1]), Offsets::default());
        }
        assert_eq!(OffsetRule::new(OffsetKind::LogitAdjustment, -1.0, 0.5), Err(LossError::Tau(-1.0)));
        assert_eq!(OffsetRule::new(OffsetKind::Ldam, 1.0, 11.0), Err(LossError::Margin(11.0)));
        assert!(OffsetRule::new(OffsetKind::TestAdjustment, f64::NAN, 0.5).is_err());
        assert!(
            OffsetRule::new(OffsetKind::None, f64::NAN, f64::NAN).is_ok(),
            "numbers that nobody uses do not matter"
        );
    }
}
