//! Named objectives over label sets.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use crate::{
    loss::{Balance, LossError, SetLoss, SetLossSpec},
    weighting::{LabelScale, LabelWeighting, Scheme, WeightingError},
};

/// A named point in the space of objectives over label sets: a loss with a weighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LabelPreset {
    /// Binary cross entropy.
    Bce,
    /// Binary cross entropy with (N − n)/n on positives, as PyTorch's `pos_weight`.
    PosWeight,
    /// Binary cross entropy with the inverse frequency of positives and of negatives.
    BalancedBce,
    /// Binary cross entropy with the inverse square root of both frequencies.
    SqrtBce,
    /// Binary cross entropy with the effective number of both, β = 0.999.
    CbBce,
    /// Binary cross entropy with the effective number of positives on the whole column, as most ports have it.
    ColumnBce,
    /// Focal loss, γ = 2.
    FocalBce,
    /// Focal loss, γ = 1, with the effective number, β = 0.999.
    CbFocalBce,
    /// Asymmetric loss, γ₊ = 0, γ₋ = 4, m = 0.05.
    Asl,
    /// Distribution-balanced binary cross entropy.
    DbBce,
    /// Distribution-balanced focal loss, γ = 2.
    DbFocal,
}

/// Numbers that objectives use; `None` for what an objective has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LabelNumbers {
    /// β of the effective number, in [0, 1).
    pub beta: Option<f64>,
    /// γ of the focal losses, in [0, 20].
    pub gamma: Option<f64>,
    /// α of the focal losses, in [0, 1].
    pub alpha: Option<f64>,
    /// γ₊ of asymmetric loss, in [0, 20].
    pub gamma_positive: Option<f64>,
    /// γ₋ of asymmetric loss, in [0, 20].
    pub gamma_negative: Option<f64>,
    /// m of asymmetric loss, in [0, 1).
    pub margin: Option<f64>,
    /// Whether weights of schemes stay as the scheme gives them, in place of a mean of one over the samples of each label.
    pub is_unscaled: bool,
}

/// An objective, checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelObjective {
    /// Which one it is.
    pub preset: LabelPreset,
    /// Weights of positives and negatives.
    pub weighting: LabelWeighting,
    /// The loss.
    pub loss: SetLoss,
}

/// What can be wrong with the numbers of an objective.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LabelObjectiveError {
    /// A number of the loss.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// β of the effective number.
    #[error(transparent)]
    Weighting(#[from] WeightingError),
}

impl LabelPreset {
    /// Every preset, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The preset's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bce => "BCE",
            Self::PosWeight => "pos_weight",
            Self::BalancedBce => "Balanced BCE",
            Self::SqrtBce => "Inverse sqrt BCE",
            Self::CbBce => "CB BCE",
            Self::ColumnBce => "Column weight",
            Self::FocalBce => "Focal",
            Self::CbFocalBce => "CB focal",
            Self::Asl => "ASL",
            Self::DbBce => "DB",
            Self::DbFocal => "DB focal",
        }
    }

    /// What it is, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Bce => "Binary cross entropy: a yes-or-no question for each label",
            Self::PosWeight => "BCE with the weight (N − n)/n on positives, as PyTorch's pos_weight",
            Self::BalancedBce => "BCE with the inverse frequency of positives and of negatives",
            Self::SqrtBce => "BCE with the inverse square root of both frequencies",
            Self::CbBce => "BCE with the effective number of positives and of negatives, β = 0.999",
            Self::ColumnBce => {
                "One weight for a label's positives and negatives alike, as most ports of class-balanced loss have it: at the optimum it balances nothing"
            }
            Self::FocalBce => "Focal loss, γ = 2 (Lin et al. 2017)",
            Self::CbFocalBce => "Focal loss, γ = 1, with the effective number, β = 0.999",
            Self::Asl => "Asymmetric loss, γ₊ = 0, γ₋ = 4, m = 0.05 (Ben-Baruch et al. 2020)",
            Self::DbBce => "Distribution-balanced cross entropy (Wu et al. 2020)",
            Self::DbFocal => "Distribution-balanced focal loss, γ = 2 (Wu et al. 2020)",
        }
    }

    /// The objective with the numbers that it uses.
    ///
    /// # Errors
    /// When one is outside its range.
    pub fn objective(self, numbers: &LabelNumbers) -> Result<LabelObjective, LabelObjectiveError> {
        let scale = if numbers.is_unscaled { LabelScale::None } else { LabelScale::MeanSampleWeightOne };
        let scheme = |scheme| LabelWeighting::Scheme(scheme, scale);
        let effective = || Scheme::effective_number(numbers.beta.unwrap_or(0.999));
        let uniform = LabelWeighting::Scheme(Scheme::Uniform, LabelScale::MeanSampleWeightOne);
        let focal = |gamma| SetLossSpec::Focal { gamma: numbers.gamma.unwrap_or(gamma), alpha: numbers.alpha };
        let balance = Balance::default();
        let (weighting, loss) = match self {
            Self::Bce => (uniform, SetLossSpec::Bce),
            Self::PosWeight => (LabelWeighting::PosWeight, SetLossSpec::Bce),
            Self::BalancedBce => (scheme(Scheme::InverseFrequency), SetLossSpec::Bce),
            Self::SqrtBce => (scheme(Scheme::InverseSqrtFrequency), SetLossSpec::Bce),
            Self::CbBce => (scheme(effective()?), SetLossSpec::Bce),
            Self::ColumnBce => (LabelWeighting::WholeColumn(effective()?), SetLossSpec::Bce),
            Self::FocalBce => (uniform, focal(2.0)),
            Self::CbFocalBce => (scheme(effective()?), focal(1.0)),
            Self::Asl => (
                uniform,
                SetLossSpec::Asl {
                    gamma_positive: numbers.gamma_positive.unwrap_or(0.0),
                    gamma_negative: numbers.gamma_negative.unwrap_or(4.0),
                    margin: numbers.margin.unwrap_or(0.05),
                },
            ),
            Self::DbBce => (uniform, SetLossSpec::DistributionBalanced(balance.without_focus())),
            Self::DbFocal => {
                let gamma = numbers.gamma.unwrap_or(balance.gamma);
                (uniform, SetLossSpec::DistributionBalanced(Balance { gamma, ..balance }))
            }
        };
        Ok(LabelObjective { preset: self, weighting, loss: SetLoss::new(loss)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{name_of, parse_name};

    #[test]
    fn presets_have_distinct_names_and_objectives_and_come_back_by_name() {
        let numbers = LabelNumbers::default();
        for (idx, preset) in LabelPreset::ALL.into_iter().enumerate() {
            assert_eq!(parse_name(&name_of(&preset)), Ok(preset));
            for other in &LabelPreset::ALL[..idx] {
                let (a, b) = (preset.objective(&numbers).unwrap(), other.objective(&numbers).unwrap());
                assert!((a.weighting, a.loss) != (b.weighting, b.loss), "{preset:?} {other:?}");
                assert_ne!(preset.label(), other.label());
            }
        }
        assert_eq!(parse_name("pos-weight"), Ok(LabelPreset::PosWeight));
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        let refused = |preset: LabelPreset, numbers| preset.objective(&numbers).unwrap_err().to_string();
        let none = LabelNumbers::default();
        assert!(refused(LabelPreset::CbBce, LabelNumbers { beta: Some(1.0), ..none }).contains('β'));
        assert!(refused(LabelPreset::FocalBce, LabelNumbers { gamma: Some(-1.0), ..none }).contains("γ must be"));
        assert!(refused(LabelPreset::Asl, LabelNumbers { margin: Some(1.0), ..none }).contains("the margin m"));
    }
}
