//! Objectives: base loss × class weights, and the presets that everyone expects.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::short::percent;
use crate::{
    data::{Sampler, Sampling},
    loss::{Head, Loss, LossError, OffsetKind, OffsetRule},
    numbers::share_rounded,
    train::BiasStart,
    weighting::{Scheme, SchemeKind, WeightingError},
};

/// Most objectives in one comparison: as many as there are colours that can be told apart.
pub const MAX_OBJECTIVES: usize = 8;

/// An objective as a person edits it: a base loss, class weights, and a sampler of the training part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ObjectiveSpec {
    /// What it is called everywhere.
    pub name: String,
    /// How logits become probabilities.
    pub head: Head,
    /// Focusing parameter γ in [0, 20]; 0 is cross entropy.
    pub gamma: f64,
    /// Weight α of the positive in sigmoid losses, in [0, 1].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f64>,
    /// Scheme of the class weights.
    pub weights: SchemeKind,
    /// β in [0, 1); used by the effective number alone.
    pub beta: f64,
    /// Share of the run after which the class weights apply, in [0, 1); until then every class weighs 1.
    #[serde(skip_serializing_if = "is_zero")]
    pub defer: f64,
    /// What is added to the logits; softmax heads only.
    pub offsets: OffsetKind,
    /// Scale τ in [0, 10] of the logit adjustment.
    pub tau: f64,
    /// Largest margin in [0, 10]; used by LDAM alone.
    pub max_margin: f64,
    /// Where the bias starts.
    pub bias_start: BiasStart,
    /// π in (0, 1); used by [`BiasStart::Probability`] alone.
    pub prior: f64,
    /// Which training samples an epoch looks at.
    pub sampler: Sampler,
    /// Neighbours k, 1 to [`MAX_NEIGHBOURS`](crate::data::MAX_NEIGHBOURS); used by SMOTE alone.
    pub neighbours: usize,
    /// Place in the palette, 0 to 7, unique in an experiment: the objective keeps colour and marker by it.
    pub colour: usize,
    /// Whether the window draws it.
    pub shown: bool,
}

/// The colour of an objective that has none yet; see [`super::ExperimentSpec::assign_colours`].
pub(super) const NO_COLOUR: usize = usize::MAX;

impl Default for ObjectiveSpec {
    fn default() -> Self {
        Self {
            name: String::new(),
            head: Head::Softmax,
            gamma: 0.0,
            alpha: None,
            weights: SchemeKind::Uniform,
            beta: 0.999,
            defer: 0.0,
            offsets: OffsetKind::None,
            tau: 1.0,
            max_margin: 0.5,
            bias_start: BiasStart::Standard,
            prior: 0.01,
            sampler: Sampler::Instance,
            neighbours: 5,
            colour: NO_COLOUR,
            shown: true,
        }
    }
}

impl ObjectiveSpec {
    /// The base loss.
    ///
    /// # Errors
    /// When γ or α is outside its range.
    pub fn loss(&self) -> Result<Loss, LossError> {
        Loss::new(self.head, self.gamma, self.alpha)
    }

    /// The weighting.
    ///
    /// # Errors
    /// When β is outside [0, 1).
    pub fn scheme(&self) -> Result<Scheme, WeightingError> {
        self.weights.with_beta(self.beta)
    }

    /// The sampler with its parameter.
    pub fn sampling(&self) -> Sampling {
        Sampling::new(self.sampler, self.neighbours)
    }

    /// The offsets.
    ///
    /// # Errors
    /// When τ or the largest margin is outside its range, or offsets come with a sigmoid head.
    pub fn offset_rule(&self) -> Result<OffsetRule, LossError> {
        if self.offsets != OffsetKind::None && self.head == Head::Sigmoid {
            return Err(LossError::OffsetsWithSigmoid(self.offsets));
        }
        OffsetRule::new(self.offsets, self.tau, self.max_margin)
    }

    /// The first epoch, from 0, that is trained with the class weights, in a run of `n_epochs`; 0 where they are not
    /// deferred.
    pub fn first_weighted_epoch(&self, n_epochs: u64) -> u64 {
        if self.is_deferred() { share_rounded(self.defer, n_epochs) } else { 0 }
    }

    /// What the objective amounts to, with its numbers; what is as usual is left out.
    pub fn formula(&self) -> String {
        let base = match (self.head, self.gamma == 0.0) {
            (Head::Softmax, true) => "−ln p_y".to_owned(),
            (Head::Softmax, false) => format!("−(1 − p_y)^{} · ln p_y", self.gamma),
            (Head::Sigmoid, true) => "−Σ ln p_t".to_owned(),
            (Head::Sigmoid, false) => format!("−Σ (1 − p_t)^{} · ln p_t", self.gamma),
        };
        let weight = match self.weights {
            SchemeKind::Uniform => "",
            SchemeKind::InverseFrequency => "1/n_y · ",
            SchemeKind::InverseSqrtFrequency => "1/√n_y · ",
            SchemeKind::EffectiveNumber => "1/E_n · ",
        };
        let mut formula = format!("{weight}{base}");
        let mut add = |part: String| formula.push_str(&part);
        if let Some(alpha) = self.alpha {
            add(format!(", α = {alpha}"));
        }
        if self.weights == SchemeKind::EffectiveNumber {
            add(format!(", β = {}", self.beta));
        }
        match self.offsets {
            OffsetKind::None => {}
            OffsetKind::LogitAdjustment => add(format!(", p = softmax(z + {}·ln π)", self.tau)),
            OffsetKind::TestAdjustment => add(format!("; predicts the largest z − {}·ln π", self.tau)),
            OffsetKind::Ldam => add(format!(", z_y − m_y with m_y = {}·(n_min/n_y)^¼", self.max_margin)),
        }
        if self.is_deferred() {
            add(format!("; weights after {} of the run", percent(self.defer)));
        }
        match self.bias_start {
            BiasStart::Standard => {}
            BiasStart::Zero => add("; b starts at 0".to_owned()),
            BiasStart::ClassShares => add("; b starts at the class shares".to_owned()),
            BiasStart::Probability => add(format!("; b starts at π = {}", self.prior)),
        }
        if self.sampler != Sampler::Instance {
            add(format!("; {}: {}", self.sampling().label(), self.sampler.formula()));
        }
        formula
    }

    /// Whether the class weights begin later than the run.
    pub fn is_deferred(&self) -> bool {
        self.defer > 0.0 && self.weights != SchemeKind::Uniform
    }
}

/// For serde: a share of 0 is as usual and not written.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

/// A named point in the space of objectives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Softmax cross entropy.
    Ce,
    /// Softmax cross entropy weighted by inverse frequency.
    BalancedCe,
    /// Softmax cross entropy weighted by the inverse square root of the frequency.
    InverseSqrt,
    /// Softmax focal loss, γ = 2.
    Focal,
    /// Softmax cross entropy weighted by the effective number, β = 0.999.
    CbSoftmax,
    /// Softmax focal loss, γ = 1, weighted by the effective number, β = 0.999.
    CbFocal,
    /// Sigmoid cross entropy.
    SigmoidCe,
    /// Sigmoid focal loss, α = 0.25, γ = 2.
    SigmoidFocal,
    /// Sigmoid cross entropy weighted by the effective number, β = 0.999.
    CbSigmoid,
    /// Sigmoid focal loss, γ = 1, weighted by the effective number, β = 0.999.
    CbSigmoidFocal,
    /// Softmax cross entropy on batches with every class as often.
    CeClassBalanced,
    /// Softmax cross entropy on classes filled up by SMOTE, k = 5.
    CeSmote,
    /// Softmax cross entropy with logit adjustment at τ = 1 in training.
    BalancedSoftmax,
    /// Softmax cross entropy, its logits adjusted at τ = 1 when it predicts.
    CeAdjusted,
    /// Softmax cross entropy with LDAM's margins, the largest 0.5.
    Ldam,
    /// LDAM, weighted by the effective number, β = 0.9999, in the last fifth of the run.
    LdamDrw,
    /// Softmax cross entropy, weighted by the effective number, β = 0.999, in the last fifth of the run.
    DeferredCb,
}

impl Preset {
    /// Every preset, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The preset's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ce => "CE",
            Self::BalancedCe => "Balanced CE",
            Self::InverseSqrt => "Inverse sqrt CE",
            Self::Focal => "Focal",
            Self::CbSoftmax => "CB",
            Self::CbFocal => "CB focal",
            Self::SigmoidCe => "Sigmoid CE",
            Self::SigmoidFocal => "Sigmoid focal",
            Self::CbSigmoid => "CB sigmoid",
            Self::CbSigmoidFocal => "CB sigmoid focal",
            Self::CeClassBalanced => "CE, balanced batches",
            Self::CeSmote => "CE, SMOTE",
            Self::BalancedSoftmax => "Balanced softmax",
            Self::CeAdjusted => "CE, adjusted at test",
            Self::Ldam => "LDAM",
            Self::LdamDrw => "LDAM, deferred CB",
            Self::DeferredCb => "Deferred CB",
        }
    }

    /// The objective, without a colour.
    pub fn objective(self) -> ObjectiveSpec {
        let (head, gamma, alpha, weights) = match self {
            Self::Ce
            | Self::CeClassBalanced
            | Self::CeSmote
            | Self::BalancedSoftmax
            | Self::CeAdjusted
            | Self::Ldam => (Head::Softmax, 0.0, None, SchemeKind::Uniform),
            Self::BalancedCe => (Head::Softmax, 0.0, None, SchemeKind::InverseFrequency),
            Self::InverseSqrt => (Head::Softmax, 0.0, None, SchemeKind::InverseSqrtFrequency),
            Self::Focal => (Head::Softmax, 2.0, None, SchemeKind::Uniform),
            Self::CbSoftmax | Self::DeferredCb | Self::LdamDrw => {
                (Head::Softmax, 0.0, None, SchemeKind::EffectiveNumber)
            }
            Self::CbFocal => (Head::Softmax, 1.0, None, SchemeKind::EffectiveNumber),
            Self::SigmoidCe => (Head::Sigmoid, 0.0, None, SchemeKind::Uniform),
            Self::SigmoidFocal => (Head::Sigmoid, 2.0, Some(0.25), SchemeKind::Uniform),
            Self::CbSigmoid => (Head::Sigmoid, 0.0, None, SchemeKind::EffectiveNumber),
            Self::CbSigmoidFocal => (Head::Sigmoid, 1.0, None, SchemeKind::EffectiveNumber),
        };
        let sampler = match self {
            Self::CeClassBalanced => Sampler::ClassBalanced,
            Self::CeSmote => Sampler::Smote,
            _ => Sampler::Instance,
        };
        let offsets = match self {
            Self::BalancedSoftmax => OffsetKind::LogitAdjustment,
            Self::CeAdjusted => OffsetKind::TestAdjustment,
            Self::Ldam | Self::LdamDrw => OffsetKind::Ldam,
            _ => OffsetKind::None,
        };
        let defer = if matches!(self, Self::LdamDrw | Self::DeferredCb) { 0.8 } else { 0.0 };
        let beta = if self == Self::LdamDrw { 0.9999 } else { 0.999 };
        let name = self.label().to_owned();
        ObjectiveSpec { name, head, gamma, alpha, weights, beta, defer, offsets, sampler, ..ObjectiveSpec::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_valid_objective_with_a_name_of_its_own() {
        let mut names: Vec<String> = Preset::ALL.iter().map(|preset| preset.objective().name).collect();
        for preset in Preset::ALL {
            let objective = preset.objective();
            let is_valid = objective.loss().is_ok() && objective.scheme().is_ok() && objective.offset_rule().is_ok();
            assert!(is_valid, "{preset:?}");
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Preset::ALL.len());
    }

    #[test]
    fn the_formula_carries_the_numbers() {
        assert_eq!(Preset::CbFocal.objective().formula(), "1/E_n · −(1 − p_y)^1 · ln p_y, β = 0.999");
        assert_eq!(Preset::CeSmote.objective().formula(), "−ln p_y; SMOTE, k = 5: n_j → n_max with x + u·(x_nn − x)");
    }

    #[test]
    fn the_formula_tells_offsets_deferral_and_start() {
        let check = |preset: Preset, expected: &str| assert_eq!(preset.objective().formula(), expected);
        check(Preset::BalancedSoftmax, "−ln p_y, p = softmax(z + 1·ln π)");
        check(Preset::CeAdjusted, "−ln p_y; predicts the largest z − 1·ln π");
        check(
            Preset::LdamDrw,
            "1/E_n · −ln p_y, β = 0.9999, z_y − m_y with m_y = 0.5·(n_min/n_y)^¼; weights after 80 % of the run",
        );
        let start = ObjectiveSpec { bias_start: BiasStart::Probability, ..Preset::SigmoidCe.objective() };
        assert_eq!(start.formula(), "−Σ ln p_t; b starts at π = 0.01");
        // Where all classes weigh the same there is nothing to defer.
        assert!(!ObjectiveSpec { defer: 0.5, ..Preset::Ce.objective() }.is_deferred());
    }

    #[test]
    fn deferred_weights_begin_at_their_share_of_the_run() {
        let objective = Preset::DeferredCb.objective();
        assert_eq!([200, 1, 5, 1000].map(|epochs| objective.first_weighted_epoch(epochs)), [160, 1, 4, 800]);
        assert_eq!(Preset::CbSoftmax.objective().first_weighted_epoch(200), 0);
    }
}
