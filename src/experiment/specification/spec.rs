//! What a person edits: counts, data, objectives, training.

use serde::{Deserialize, Serialize};

use super::{
    DataSpec, ObjectiveSpec, Preset,
    objective::{MAX_OBJECTIVES, NO_COLOUR},
};
use crate::{
    data::{DataError, LongTail, LongTailSpec, MapKind, Seeds, TableClasses},
    distribution::{DistributionSpec, GroupRule},
    train::{Batch, Optimiser, Reduction, TrainSettings},
    weighting::Normalisation,
};

/// The version of the format of experiment files that this program writes.
pub const FORMAT: u64 = 1;
/// Most seeds in one experiment.
pub const MAX_SEEDS: u64 = 1000;
/// Most folds of a cross-validation.
pub const MAX_FOLDS: u64 = 20;
/// Epochs for L-BFGS where none are asked for: enough to reach the optimum and stop by itself.
pub const LBFGS_EPOCHS: u64 = 5000;

/// An experiment: one question, complete and repeatable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExperimentSpec {
    /// Version of the file format; see [`FORMAT`].
    pub format: u64,
    /// First seed of the data, and of all that has no seed of its own.
    pub seed: u64,
    /// First seed of the split into training and test samples; as `seed` where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_seed: Option<u64>,
    /// First seed of initial parameters and batch order; as `seed` where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_seed: Option<u64>,
    /// Number of repetitions, 1 to [`MAX_SEEDS`]: with these seeds, with each a seed further, …
    pub seeds: u64,
    /// Class counts of generated data, and of a table that is made long-tailed.
    pub distribution: DistributionSpec,
    /// Where samples come from.
    pub data: DataSpec,
    /// How models are trained.
    pub training: TrainingSpec,
    /// Which classes are reported as many, medium and few.
    pub groups: GroupRule,
    /// What is compared, 1 to [`MAX_OBJECTIVES`] objectives.
    #[serde(rename = "objective")]
    pub objectives: Vec<ObjectiveSpec>,
}

/// Settings of the training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingSpec {
    /// See [`TrainSettings::optimiser`].
    pub optimiser: Optimiser,
    /// See [`TrainSettings::learning_rate`].
    pub learning_rate: f64,
    /// See [`TrainSettings::momentum`].
    pub momentum: f64,
    /// See [`TrainSettings::batch`].
    pub batch: Batch,
    /// See [`TrainSettings::l2`].
    pub l2: f64,
    /// Epochs to train, 1 to 1,000,000; for L-BFGS the most iterations.
    pub epochs: u64,
    /// How class weights are scaled.
    pub normalisation: Normalisation,
    /// See [`TrainSettings::reduction`].
    pub reduction: Reduction,
}

impl Default for ExperimentSpec {
    /// Ten Gaussians on a ring, counts 2000 to 20, under CE, balanced CE, focal and CB.
    fn default() -> Self {
        let presets = [Preset::Ce, Preset::BalancedCe, Preset::Focal, Preset::CbSoftmax];
        let mut spec = Self {
            format: FORMAT,
            seed: 1,
            split_seed: None,
            init_seed: None,
            seeds: 1,
            distribution: DistributionSpec::default(),
            data: DataSpec::default(),
            training: TrainingSpec::default(),
            groups: GroupRule::default(),
            objectives: presets.map(Preset::objective).to_vec(),
        };
        spec.assign_colours();
        spec
    }
}

impl Default for TrainingSpec {
    fn default() -> Self {
        Self {
            optimiser: Optimiser::Sgd,
            learning_rate: 0.005,
            momentum: 0.9,
            batch: Batch::Size(64),
            l2: 1e-4,
            epochs: 200,
            normalisation: Normalisation::MeanSampleWeightOne,
            reduction: Reduction::BatchMean,
        }
    }
}

impl ExperimentSpec {
    /// Gives every objective without a colour the first free one.
    pub fn assign_colours(&mut self) {
        for idx in 0..self.objectives.len() {
            if self.objectives[idx].colour == NO_COLOUR {
                self.objectives[idx].colour = self.free_colour().unwrap_or(NO_COLOUR);
            }
        }
    }

    /// The first colour that no objective has.
    pub fn free_colour(&self) -> Option<usize> {
        (0..MAX_OBJECTIVES).find(|&colour| self.objectives.iter().all(|objective| objective.colour != colour))
    }

    /// Adds an objective under a free name and colour; returns its place, or `None` when the comparison is full.
    pub fn add_objective(&mut self, mut objective: ObjectiveSpec) -> Option<usize> {
        objective.colour = self.free_colour()?;
        let base = objective.name.clone();
        let is_taken = |name: &str| self.objectives.iter().any(|other| other.name == name);
        let mut number = 2;
        while is_taken(&objective.name) {
            objective.name = format!("{base} {number}");
            number += 1;
        }
        self.objectives.push(objective);
        Some(self.objectives.len() - 1)
    }

    /// The seeds of the first repetition.
    pub fn first_seeds(&self) -> Seeds {
        let or_data = |seed: Option<u64>| seed.unwrap_or(self.seed);
        Seeds { data: self.seed, split: or_data(self.split_seed), init: or_data(self.init_seed) }
    }

    /// Sets the seeds of the first repetition, each on its own.
    pub fn set_seeds(&mut self, seeds: Seeds) {
        self.seed = seeds.data;
        let unless_data = |seed: u64| Some(seed).filter(|&seed| seed != seeds.data);
        (self.split_seed, self.init_seed) = (unless_data(seeds.split), unless_data(seeds.init));
    }

    /// Whether another specification needs the same samples, as the model sees them.
    pub fn has_same_data(&self, other: &Self) -> bool {
        let has_same_counts = !self.uses_distribution() || self.distribution == other.distribution;
        let (seeds, others) = (self.first_seeds(), other.first_seeds());
        let has_same_map = self.data.map != MapKind::Fourier || seeds.init == others.init;
        let has_same_seeds = (seeds.data, seeds.split) == (others.data, others.split);
        has_same_seeds && has_same_map && self.data == other.data && has_same_counts
    }

    /// Whether models that are trained on one specification can go on with another: same samples, same start.
    pub fn has_same_start(&self, other: &Self) -> bool {
        self.has_same_data(other) && self.first_seeds().init == other.first_seeds().init
    }

    /// Whether class counts come from the distribution, not from a table as it is.
    pub fn uses_distribution(&self) -> bool {
        !self.data.source.is_table() || self.data.long_tailed
    }

    /// What a table with these classes is made into; `None` where it is trained on as it is.
    ///
    /// # Errors
    /// As [`LongTail::plan`].
    pub fn long_tail(&self, classes: &TableClasses) -> Result<Option<LongTail>, DataError> {
        if !self.data.source.is_table() || !self.data.long_tailed {
            return Ok(None);
        }
        let spec = LongTailSpec {
            distribution: &self.distribution,
            order: self.data.class_order,
            own_order: &self.data.own_order,
            test_share: self.data.test_share,
        };
        LongTail::plan(classes, spec).map(Some)
    }
}

impl TrainingSpec {
    /// The part that a trainer needs.
    pub fn settings(&self) -> TrainSettings {
        TrainSettings {
            optimiser: self.optimiser,
            learning_rate: self.learning_rate,
            momentum: self.momentum,
            batch: self.batch,
            l2: self.l2,
            reduction: self.reduction,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_colour_is_given_out_again_and_names_stay_unique() {
        let mut spec = ExperimentSpec::default();
        spec.objectives.remove(1);
        let place = spec.add_objective(Preset::Focal.objective()).unwrap();
        assert_eq!((spec.objectives[place].name.as_str(), spec.objectives[place].colour), ("Focal 2", 1));
        while spec.add_objective(Preset::Ce.objective()).is_some() {}
        assert_eq!(spec.objectives.len(), MAX_OBJECTIVES);
    }

    #[test]
    fn a_change_of_weights_keeps_the_data_and_a_change_of_seed_does_not() {
        let spec = ExperimentSpec::default();
        let mut other = spec.clone();
        other.objectives[3].beta = 0.9;
        assert!(spec.has_same_data(&other));
        other.seed = 2;
        assert!(!spec.has_same_data(&other));
    }

    #[test]
    fn each_seed_changes_its_own_part_alone() {
        let spec = ExperimentSpec::default();
        let seeds = spec.first_seeds();
        let with = |seeds| {
            let mut other = spec.clone();
            other.set_seeds(seeds);
            assert_eq!(other.first_seeds(), seeds);
            other
        };
        let other = with(Seeds { data: 5, ..seeds });
        assert!(!spec.has_same_data(&other));
        assert!(!spec.has_same_data(&with(Seeds { split: 5, ..seeds })));
        let other = with(Seeds { init: 5, ..seeds });
        assert!(spec.has_same_data(&other) && !spec.has_same_start(&other));
        // Random features are drawn anew with the start.
        let mut mapped = spec.clone();
        mapped.data.map = MapKind::Fourier;
        let mut other = mapped.clone();
        other.set_seeds(Seeds { init: 5, ..seeds });
        assert!(!mapped.has_same_data(&other));
    }
}
