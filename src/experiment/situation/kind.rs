//! What a situation is, and how it is put into an experiment.

use crate::{
    distribution::DistributionSpec,
    experiment::{DataSpec, ExperimentSpec, ObjectiveSpec, TrainingSpec},
};

/// Counts and samples under a name; objectives and training stay as they are, unless it takes certain ones to show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    /// Situations of a kind stand together in the menu.
    pub group: &'static str,
    /// The name in the menu.
    pub name: String,
    /// What it shows.
    pub explanation: String,
    /// Class counts.
    pub distribution: DistributionSpec,
    /// Samples.
    pub data: DataSpec,
    /// Objectives and training, where it takes these.
    pub setup: Option<Setup>,
}

/// What is compared and how it is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The objectives.
    pub objectives: Vec<ObjectiveSpec>,
    /// The training.
    pub training: TrainingSpec,
}

/// What to watch in a situation, and what holds of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// What to watch while it is trained.
    pub watch: &'static str,
    /// What to try.
    pub goal: &'static str,
    /// Conditions on the run, in the language of lessons, under the objectives of the situation or the usual ones.
    pub claims: &'static [&'static str],
}

impl Situation {
    /// Puts the situation into an experiment.
    pub fn apply(self, spec: &mut ExperimentSpec) {
        spec.distribution = self.distribution;
        spec.data = self.data;
        if let Some(Setup { objectives, training }) = self.setup {
            spec.objectives = objectives;
            spec.training = training;
        }
    }

    /// The name on the command line: `fraud-1-500` for "Fraud, 1 : 500".
    pub fn key(&self) -> String {
        key_of(&self.name)
    }
}

/// Letters in lower case and digits, with a hyphen where there is anything else between them.
pub(super) fn key_of(name: &str) -> String {
    let name = name.to_lowercase().replace("1,000", "1000").replace('β', "beta");
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
