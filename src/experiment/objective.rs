//! Objectives: base loss × class weights, and the presets that everyone expects.

use serde::{Deserialize, Serialize};

use crate::{
    data::{Sampler, Sampling},
    loss::{Head, Loss, LossError},
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
        self.weights.with_beta(self.beta).check()
    }

    /// The sampler with its parameter.
    pub fn sampling(&self) -> Sampling {
        Sampling::new(self.sampler, self.neighbours)
    }

    /// What the objective amounts to, with its numbers; the sampler where it is not the ordinary one.
    pub fn formula(&self) -> String {
        let base = match (self.head, self.gamma == 0.0) {
            (Head::Softmax, true) => "−ln p_y".to_owned(),
            (Head::Softmax, false) => format!("−(1 − p_y)^{} · ln p_y", self.gamma),
            (Head::Sigmoid, true) => "−Σ ln p_t".to_owned(),
            (Head::Sigmoid, false) => format!("−Σ (1 − p_t)^{} · ln p_t", self.gamma),
        };
        let alpha = self.alpha.map_or(String::new(), |alpha| format!(", α = {alpha}"));
        let weighted = match self.weights {
            SchemeKind::Uniform => format!("{base}{alpha}"),
            SchemeKind::InverseFrequency => format!("1/n_y · {base}{alpha}"),
            SchemeKind::InverseSqrtFrequency => format!("1/√n_y · {base}{alpha}"),
            SchemeKind::EffectiveNumber => format!("1/E_n · {base}{alpha}, β = {}", self.beta),
        };
        match self.sampler {
            Sampler::Instance => weighted,
            sampler => format!("{weighted}; {}: {}", self.sampling().label(), sampler.formula()),
        }
    }
}

/// A named point in the space of objectives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
}

impl Preset {
    /// Every preset, in menu order.
    pub const ALL: [Self; 12] = [
        Self::Ce,
        Self::BalancedCe,
        Self::InverseSqrt,
        Self::Focal,
        Self::CbSoftmax,
        Self::CbFocal,
        Self::SigmoidCe,
        Self::SigmoidFocal,
        Self::CbSigmoid,
        Self::CbSigmoidFocal,
        Self::CeClassBalanced,
        Self::CeSmote,
    ];

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
        }
    }

    /// The objective, without a colour.
    pub fn objective(self) -> ObjectiveSpec {
        let (head, gamma, alpha, weights) = match self {
            Self::Ce | Self::CeClassBalanced | Self::CeSmote => (Head::Softmax, 0.0, None, SchemeKind::Uniform),
            Self::BalancedCe => (Head::Softmax, 0.0, None, SchemeKind::InverseFrequency),
            Self::InverseSqrt => (Head::Softmax, 0.0, None, SchemeKind::InverseSqrtFrequency),
            Self::Focal => (Head::Softmax, 2.0, None, SchemeKind::Uniform),
            Self::CbSoftmax => (Head::Softmax, 0.0, None, SchemeKind::EffectiveNumber),
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
        let name = self.label().to_owned();
        ObjectiveSpec { name, head, gamma, alpha, weights, sampler, ..ObjectiveSpec::default() }
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
            assert!(objective.loss().is_ok() && objective.scheme().is_ok(), "{preset:?}");
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
}
