//! What a person edits: counts, data, objectives, training.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{
    ObjectiveSpec, Preset,
    objective::{MAX_OBJECTIVES, NO_COLOUR},
};
use crate::{
    data::{
        Arrangement, BuiltIn, ClassOrder, DataError, DecimalMark, Difficulty, GeneratorSpec, ImportSettings, Layout,
        LongTail, LongTailSpec, MapKind, MapSpec, Painting, Seeds, Separator, TableClasses,
    },
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

/// For serde: no folds are as usual and not written.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

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

/// Where samples come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataSource {
    /// Clusters or shapes with the distribution's counts.
    Gaussians,
    /// A data set that the program carries; its labels give the counts.
    BuiltIn,
    /// A data file; its labels give the counts.
    File,
}

impl DataSource {
    /// Whether the samples are rows of a table, with a label column and a test part, rather than generated.
    pub fn is_table(self) -> bool {
        self != Self::Gaussians
    }
}

/// Settings of the samples; those of the other source keep their value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataSpec {
    /// Which of them.
    pub source: DataSource,
    /// See [`GeneratorSpec::layout`].
    pub layout: Layout,
    /// See [`GeneratorSpec::arrangement`].
    pub arrangement: Arrangement,
    /// See [`GeneratorSpec::n_features`].
    pub features: usize,
    /// See [`GeneratorSpec::separation`].
    pub separation: f64,
    /// See [`GeneratorSpec::spread`].
    pub spread: f64,
    /// See [`GeneratorSpec::label_noise`].
    pub label_noise: f64,
    /// See [`GeneratorSpec::test_per_class`].
    pub test_per_class: usize,
    /// The data set that the program carries.
    pub built_in: BuiltIn,
    /// The data file; a relative path is relative to the experiment's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The file's label column; the last column where none is named, and for built-in data always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Columns to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<String>,
    /// See [`ImportSettings::keep`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// See [`ImportSettings::separator`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<Separator>,
    /// See [`ImportSettings::decimal`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalMark>,
    /// See [`ImportSettings::header`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// See [`ImportSettings::missing`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// Share of a table's rows held back for testing, 0 to 0.9.
    pub test_share: f64,
    /// Folds of a cross-validation, 2 to 20, in place of a share held back at random: each seed tests on the next fold, and
    /// after the last one the rows are shuffled anew; 0 for none.
    #[serde(skip_serializing_if = "is_zero")]
    pub folds: u64,
    /// Whether only so many of a table's rows are trained on as the distribution asks for; see [`LongTail`].
    pub long_tailed: bool,
    /// Which class is the head of a long-tailed table, which the tail.
    pub class_order: ClassOrder,
    /// Labels of all classes, head first, for [`ClassOrder::Own`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_order: Vec<String>,
    /// What the model sees of the features, whatever their source.
    pub map: MapKind,
    /// See [`MapSpec::width`].
    pub fourier_features: usize,
    /// See [`MapSpec::bandwidth`].
    pub bandwidth: f64,
    /// See [`GeneratorSpec::difficulty`].
    pub difficulty: Difficulty,
    /// See [`GeneratorSpec::painting`].
    #[serde(skip_serializing_if = "Painting::is_empty")]
    pub painting: Painting,
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

impl Default for DataSpec {
    fn default() -> Self {
        Self {
            source: DataSource::Gaussians,
            layout: Layout::Ring,
            features: 2,
            separation: 3.0,
            spread: 0.9,
            label_noise: 0.0,
            test_per_class: 300,
            built_in: BuiltIn::PageBlocks,
            path: None,
            label: None,
            drop: Vec::new(),
            keep: Vec::new(),
            separator: None,
            decimal: None,
            header: None,
            missing: None,
            test_share: 0.3,
            folds: 0,
            long_tailed: false,
            class_order: ClassOrder::BySize,
            own_order: Vec::new(),
            map: MapKind::Linear,
            fourier_features: 200,
            bandwidth: 1.0,
            arrangement: Arrangement::Interleaved,
            difficulty: Difficulty::default(),
            painting: Painting::default(),
        }
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

impl DataSpec {
    /// Whether class counts are known only when the samples are there.
    pub fn counts_follow_samples(&self) -> bool {
        self.source.is_table() || !self.painting.is_empty()
    }

    /// Whether another specification reads the same rows, whatever it makes of them.
    pub fn has_same_table(&self, other: &Self) -> bool {
        let reading = |data: &Self| Self {
            test_share: 0.0,
            folds: 0,
            long_tailed: false,
            class_order: ClassOrder::BySize,
            own_order: Vec::new(),
            map: MapKind::Linear,
            fourier_features: 0,
            bandwidth: 0.0,
            ..data.clone()
        };
        reading(self) == reading(other)
    }

    /// Goes back to the order by size, because an own order belongs to one table.
    pub fn forget_own_order(&mut self) {
        self.own_order.clear();
        if self.class_order == ClassOrder::Own {
            self.class_order = ClassOrder::BySize;
        }
    }

    /// The settings of the feature map.
    pub fn map(&self) -> MapSpec {
        MapSpec { kind: self.map, width: self.fourier_features, bandwidth: self.bandwidth }
    }

    /// The settings of generated data.
    pub fn generator(&self) -> GeneratorSpec {
        GeneratorSpec {
            layout: self.layout,
            arrangement: self.arrangement,
            n_features: self.features,
            separation: self.separation,
            spread: self.spread,
            difficulty: self.difficulty,
            label_noise: self.label_noise,
            test_per_class: self.test_per_class,
            painting: self.painting.clone(),
        }
    }
}

impl DataSpec {
    /// How the data file is to be read.
    pub fn import(&self) -> ImportSettings {
        ImportSettings {
            separator: self.separator,
            decimal: self.decimal,
            header: self.header,
            missing: self.missing.clone(),
            label: self.label.clone(),
            drop: self.drop.clone(),
            keep: self.keep.clone(),
        }
    }

    /// Takes over how the data file is to be read.
    pub fn set_import(&mut self, settings: ImportSettings) {
        let ImportSettings { separator, decimal, header, missing, label, drop, keep } = settings;
        (self.separator, self.decimal, self.header, self.missing) = (separator, decimal, header, missing);
        (self.label, self.drop, self.keep) = (label, drop, keep);
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
