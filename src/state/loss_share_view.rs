//! How it is shown who owns the training loss: of which objective, of what, and through which samples.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use crate::{
    experiment::ExperimentSpec,
    train::{Ease, Measure},
};

/// A page of the place for losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LossesPage {
    /// Losses against p_t, whatever is trained.
    Theory,
    /// Many easy samples against few hard ones, whatever is trained.
    HardAndEasy,
    /// Who owns the loss of what is being trained.
    Run,
    /// The formula of each objective, with its numbers.
    Composition,
}

impl LossesPage {
    /// Every page, in the order of the switch.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The page's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Theory => "Theory",
            Self::HardAndEasy => "Hard and easy",
            Self::Run => "This run",
            Self::Composition => "Objectives",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Theory => "Losses and derivatives against p_t",
            Self::HardAndEasy => {
                "Many easy samples piled up beside a hard one, and who owns the sum of foreground and background"
            }
            Self::Run => {
                "Who owns the loss of the run: shares of classes over epochs, easy and hard samples, and the cumulative share by sample"
            }
            Self::Composition => "The formula of each objective, with weights, offsets and shares of a batch",
        }
    }
}

/// What is shown of the owners of the training loss; it belongs to the window, not to the experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LossShareView {
    /// The page of the place for losses.
    pub page: LossesPage,
    /// Colour of the objective that is looked at; the first shown one where there is none of this colour.
    pub objective: Option<usize>,
    /// What is shared out.
    pub measure: Measure,
    /// The samples that are looked at.
    pub ease: Ease,
}

impl Default for LossShareView {
    fn default() -> Self {
        Self { page: LossesPage::Theory, objective: None, measure: Measure::Loss, ease: Ease::All }
    }
}

impl LossShareView {
    /// Place of the objective that is looked at.
    pub fn objective_idx(&self, spec: &ExperimentSpec) -> usize {
        let objectives = &spec.objectives;
        let chosen = objectives.iter().position(|objective| Some(objective.colour) == self.objective);
        let first_shown = || objectives.iter().position(|objective| objective.shown);
        chosen.or_else(first_shown).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objective_that_is_gone_gives_way_to_the_first_that_is_shown() {
        let mut spec = ExperimentSpec::default();
        let colour = spec.objectives[2].colour;
        let view = LossShareView { objective: Some(colour), ..LossShareView::default() };
        assert_eq!(view.objective_idx(&spec), 2);
        spec.objectives.remove(2);
        spec.objectives[0].shown = false;
        assert_eq!(view.objective_idx(&spec), 1);
    }
}
