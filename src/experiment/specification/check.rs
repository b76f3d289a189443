//! The only way from a specification to something that can be trained.

use super::{
    DataSource, ExperimentSpec, MAX_FOLDS, MAX_OBJECTIVES, MAX_SEEDS, NotFinite, ObjectiveSpec, Setting, check_finite,
};
use crate::{
    data::{self, DataError, MAX_TRAINING_CLASSES, Seeds},
    distribution::{ClassCounts, DistributionError},
    experiment::file::FileError,
    loss::{Loss, LossError, OffsetRule, Offsets},
    train::{Optimiser, Recipe, TrainError},
    weighting::{Scheme, WeightingError, class_weights},
};

/// Why an experiment cannot be run, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// The class counts.
    #[error(transparent)]
    Distribution(#[from] DistributionError),
    /// The samples.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The training settings.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The experiment's file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The weights of an objective.
    #[error("objective \"{name}\": {source}")]
    Weighting {
        /// The objective.
        name: String,
        /// What is wrong.
        source: WeightingError,
    },
    /// The loss of an objective.
    #[error("objective \"{name}\": {source}")]
    Loss {
        /// The objective.
        name: String,
        /// What is wrong.
        source: LossError,
    },
    /// The initial bias of an objective.
    #[error("objective \"{name}\": {source}")]
    Start {
        /// The objective.
        name: String,
        /// What is wrong.
        source: TrainError,
    },
    /// The sampler of an objective.
    #[error("objective \"{name}\": {source}")]
    Sampling {
        /// The objective.
        name: String,
        /// What is wrong.
        source: DataError,
    },
    /// L-BFGS needs one function to minimise.
    #[error(
        "objective \"{0}\": the progressively balanced sampler changes over the epochs, L-BFGS needs a function that stays: choose SGD or Adam, or another sampler"
    )]
    ChangingSampler(String),
    /// L-BFGS needs one function to minimise.
    #[error(
        "objective \"{0}\": deferred weights change during the run, L-BFGS needs a function that stays: choose SGD or Adam, or weights from the start"
    )]
    DeferredWeights(String),
    /// The share of the run is none.
    #[error("objective \"{name}\": {fault}")]
    Deferral {
        /// The objective.
        name: String,
        /// What is wrong.
        fault: String,
    },
    /// There is nothing to compare.
    #[error("the experiment has no objective: add at least one, for example CE")]
    NoObjective,
    /// There is too much to compare.
    #[error("the experiment has {0} objectives, at most {MAX_OBJECTIVES} can be compared: remove some")]
    TooManyObjectives(usize),
    /// An objective has an empty name.
    #[error("objective {0} has no name: give it one")]
    NoName(usize),
    /// Two objectives cannot be told apart.
    #[error("two objectives are called \"{0}\": give each its own name")]
    SameName(String),
    /// Two objectives share a colour, or it is not in the palette.
    #[error("objective \"{0}\": colour must be a number from 0 to 7 that no other objective has")]
    Colour(String),
    /// A number is outside its range.
    #[error("{name} must be {range}, got {got}")]
    OutOfRange {
        /// The setting in words.
        name: &'static str,
        /// The allowed range in words.
        range: &'static str,
        /// What was given.
        got: String,
    },
    /// Folds of a table that is made long-tailed.
    #[error(
        "a table that is made long-tailed has a test set of its own, so it is not split into folds: leave out the folds, or use the table as it is"
    )]
    FoldsOfLongTail,
    /// Folds of rows that come with a split.
    #[error(
        "the data say which rows are tested on, so there are no folds: leave out the folds, or the split of the data"
    )]
    FoldsOfOwnSplit,
    /// A table that comes with a split is made long-tailed.
    #[error(
        "a table that is made long-tailed is split anew, whatever part, group or time its rows have: leave out one of both"
    )]
    LongTailOfOwnSplit,
    /// Files and a column say different things.
    #[error("both files and a column say how the rows are split: leave out one of both")]
    TwoSplits,
    /// A number that nothing uses now, but that would be written into files.
    #[error("the experiment cannot be kept: {0}; give another value")]
    NotFinite(#[from] NotFinite),
    /// The data should come from a file that is not named.
    #[error("the data come from a file, but no file is chosen: give its path")]
    NoPath,
}

/// A specification whose every part is in range; training accepts nothing else.
#[derive(Debug, Clone)]
pub struct CheckedSpec {
    spec: ExperimentSpec,
    losses: Vec<Loss>,
    schemes: Vec<Scheme>,
    offset_rules: Vec<OffsetRule>,
    counts: Option<ClassCounts>,
}

/// Largest seed; the seeds of repetitions lie above it.
pub const MAX_SEED: u64 = u64::MAX / 4;

/// Most classes whose counts and weights are drawn; training takes fewer.
pub const MAX_DRAWN_CLASSES: usize = 10_000;

impl ExperimentSpec {
    /// Checks every part.
    ///
    /// # Errors
    /// The first thing that is wrong, as a sentence that says what to do.
    pub fn check(&self) -> Result<CheckedSpec, ExperimentError> {
        self.check_objectives()?;
        let mut losses = Vec::with_capacity(self.objectives.len());
        let mut schemes = Vec::with_capacity(self.objectives.len());
        let mut offset_rules = Vec::with_capacity(self.objectives.len());
        for objective in &self.objectives {
            let name = || objective.name.clone();
            losses.push(objective.loss().map_err(|source| ExperimentError::Loss { name: name(), source })?);
            offset_rules
                .push(objective.offset_rule().map_err(|source| ExperimentError::Loss { name: name(), source })?);
            objective
                .bias_start
                .check(objective.head, objective.prior)
                .map_err(|source| ExperimentError::Start { name: name(), source })?;
            schemes.push(objective.scheme().map_err(|source| ExperimentError::Weighting { name: name(), source })?);
        }
        self.training.settings().check()?;
        self.check_what_changes()?;
        let in_range = |value: u64, most: u64, name, range| {
            let got = value.to_string();
            if (1..=most).contains(&value) { Ok(()) } else { Err(ExperimentError::OutOfRange { name, range, got }) }
        };
        in_range(self.training.epochs, 1_000_000, "the number of epochs", "1 to 1000000")?;
        in_range(self.seeds, MAX_SEEDS, "the number of seeds", "1 to 1000")?;
        let Seeds { data, split, init } = self.first_seeds();
        if let Some(seed) = [data, split, init].into_iter().find(|&seed| seed > MAX_SEED) {
            let (name, range, got) = ("the seed", "below 2^62", seed.to_string());
            return Err(ExperimentError::OutOfRange { name, range, got });
        }
        self.data.map().check()?;
        let counts = match self.data.source {
            DataSource::Gaussians => {
                let counts = self.distribution.counts()?;
                self.data.generator().check(&counts)?;
                let n_mapped = self.data.map().n_features(self.data.features);
                data::check_size(counts.total(), n_mapped)?;
                self.check_training_sets(&counts, n_mapped.max(self.data.features))?;
                Some(counts)
            }
            source => {
                if source == DataSource::File && self.data.path.as_ref().is_none_or(|path| path.as_os_str().is_empty())
                {
                    return Err(ExperimentError::NoPath);
                }
                data::check_test_share(self.data.test_share)?;
                self.check_folds()?;
                self.check_split()?;
                if self.data.long_tailed {
                    self.distribution.check_for_table()?;
                }
                None
            }
        };
        check_finite(self)?;
        Ok(CheckedSpec { spec: self.clone(), losses, schemes, offset_rules, counts })
    }

    /// Makes sure that one thing says how the rows are split.
    fn check_split(&self) -> Result<(), ExperimentError> {
        let data = &self.data;
        let has_files = data.validation_path.is_some() || data.test_path.is_some();
        match (&data.split_by, has_files) {
            (Some(_), true) => Err(ExperimentError::TwoSplits),
            (None, false) => Ok(()),
            _ if data.long_tailed => Err(ExperimentError::LongTailOfOwnSplit),
            _ => Ok(()),
        }
    }

    fn check_folds(&self) -> Result<(), ExperimentError> {
        match self.data.folds {
            0 => Ok(()),
            _ if self.data.long_tailed => Err(ExperimentError::FoldsOfLongTail),
            _ if self.data.has_one_split() => Err(ExperimentError::FoldsOfOwnSplit),
            2..=MAX_FOLDS => Ok(()),
            folds => {
                let (name, range, got) = ("the number of folds", "2 to 20", folds.to_string());
                Err(ExperimentError::OutOfRange { name, range, got })
            }
        }
    }

    fn check_what_changes(&self) -> Result<(), ExperimentError> {
        for objective in &self.objectives {
            let name = || objective.name.clone();
            objective.sampling().check().map_err(|source| ExperimentError::Sampling { name: name(), source })?;
            if objective.sampler.changes_over_epochs() && self.training.optimiser == Optimiser::Lbfgs {
                return Err(ExperimentError::ChangingSampler(name()));
            }
            Setting::Defer.check(objective.defer).map_err(|fault| ExperimentError::Deferral { name: name(), fault })?;
            if objective.is_deferred() && self.training.optimiser == Optimiser::Lbfgs {
                return Err(ExperimentError::DeferredWeights(name()));
            }
        }
        Ok(())
    }

    /// Checks that what the samplers make of the training part will fit; counts and features of tables are known once
    /// they are read.
    ///
    /// # Errors
    /// When a sampler would make more than the lab takes.
    pub fn check_training_sets(&self, counts: &ClassCounts, n_features: usize) -> Result<(), ExperimentError> {
        for objective in &self.objectives {
            objective
                .sampling()
                .check_size(counts, n_features)
                .map_err(|source| ExperimentError::Sampling { name: objective.name.clone(), source })?;
        }
        Ok(())
    }

    /// Whether there are too many classes to train, but not too many to look at their counts and weights.
    pub fn is_only_drawn(&self) -> bool {
        let counts = if self.data.source.is_table() { None } else { self.distribution.counts().ok() };
        counts.is_some_and(|counts| (MAX_TRAINING_CLASSES + 1..=MAX_DRAWN_CLASSES).contains(&counts.n_classes()))
    }

    fn check_objectives(&self) -> Result<(), ExperimentError> {
        if self.objectives.is_empty() {
            return Err(ExperimentError::NoObjective);
        }
        if self.objectives.len() > MAX_OBJECTIVES {
            return Err(ExperimentError::TooManyObjectives(self.objectives.len()));
        }
        for (idx, objective) in self.objectives.iter().enumerate() {
            let earlier = &self.objectives[..idx];
            if objective.name.trim().is_empty() {
                return Err(ExperimentError::NoName(idx + 1));
            }
            if earlier.iter().any(|other| other.name == objective.name) {
                return Err(ExperimentError::SameName(objective.name.clone()));
            }
            if objective.colour >= MAX_OBJECTIVES || earlier.iter().any(|other| other.colour == objective.colour) {
                return Err(ExperimentError::Colour(objective.name.clone()));
            }
        }
        Ok(())
    }
}

impl CheckedSpec {
    /// The specification that was checked.
    pub fn spec(&self) -> &ExperimentSpec {
        &self.spec
    }

    /// The objectives, in order.
    pub fn objectives(&self) -> &[ObjectiveSpec] {
        &self.spec.objectives
    }

    /// Class counts of generated data; `None` for a table, whose counts are known once it is read.
    pub fn counts(&self) -> Option<&ClassCounts> {
        self.counts.as_ref()
    }

    /// The base loss of an objective.
    pub fn loss(&self, objective_idx: usize) -> Loss {
        self.losses[objective_idx]
    }

    /// The scheme of an objective's class weights.
    pub fn scheme(&self, objective_idx: usize) -> Scheme {
        self.schemes[objective_idx]
    }

    /// The normalised class weights of an objective, shape `[n_classes]`.
    pub fn class_weights(&self, objective_idx: usize, counts: &ClassCounts) -> Vec<f64> {
        class_weights(counts, self.schemes[objective_idx], self.spec.training.normalisation)
    }

    /// The offsets of an objective.
    pub fn offsets(&self, objective_idx: usize, counts: &ClassCounts) -> Offsets {
        self.offset_rules[objective_idx].offsets(counts.as_slice())
    }

    /// What an objective asks of training, with the weights of an epoch, from 0.
    pub fn recipe(&self, objective_idx: usize, counts: &ClassCounts, epoch: u64) -> Recipe {
        let objective = &self.spec.objectives[objective_idx];
        let loss = self.loss(objective_idx);
        Recipe {
            loss,
            class_weights: self.class_weights_at(objective_idx, counts, epoch),
            negative_weights: Vec::new(),
            offsets: self.offsets(objective_idx, counts),
            initial_bias: objective.bias_start.bias(loss.head(), objective.prior, counts.as_slice()),
        }
    }

    /// The class weights of an epoch, from 0, shape `[n_classes]`: 1 for every class that has samples until they begin.
    pub fn class_weights_at(&self, objective_idx: usize, counts: &ClassCounts, epoch: u64) -> Vec<f64> {
        let objective = &self.spec.objectives[objective_idx];
        if epoch < objective.first_weighted_epoch(self.spec.training.epochs) {
            return counts.as_slice().iter().map(|&n| if n > 0 { 1.0 } else { 0.0 }).collect();
        }
        self.class_weights(objective_idx, counts)
    }

    /// The seeds of every repetition.
    pub fn seeds(&self) -> impl Iterator<Item = Seeds> + use<> {
        let first = self.spec.first_seeds();
        (0..self.spec.seeds).map(move |idx| first.repetition(idx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::Sampler,
        experiment::Preset,
        loss::{Head, OffsetKind},
        train::BiasStart,
    };

    fn check_refused(change: impl FnOnce(&mut ExperimentSpec), expected: &str) {
        let mut spec = ExperimentSpec::default();
        change(&mut spec);
        let message = spec.check().unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn the_default_experiment_is_valid() {
        let checked = ExperimentSpec::default().check().unwrap();
        assert_eq!(checked.counts().unwrap().as_slice(), [2000, 1198, 718, 430, 258, 154, 92, 55, 33, 20]);
    }

    #[test]
    fn every_part_is_checked_and_named() {
        check_refused(|spec| spec.objectives.clear(), "no objective");
        check_refused(|spec| spec.objectives = vec![Preset::Ce.objective(); 9], "9 objectives");
        check_refused(|spec| spec.objectives[1].name = "CE".to_owned(), "two objectives are called \"CE\"");
        check_refused(|spec| spec.objectives[1].name = " ".to_owned(), "objective 2 has no name");
        check_refused(|spec| spec.objectives[1].colour = 0, "colour must be");
        check_refused(|spec| spec.objectives[3].beta = 1.0, "objective \"CB\": β must be in [0, 1), got 1");
        check_refused(|spec| spec.objectives[2].gamma = f64::NAN, "objective \"Focal\": γ must be");
        check_refused(|spec| spec.objectives[0].alpha = Some(0.5), "α applies to sigmoid losses only");
        check_refused(|spec| spec.training.learning_rate = 0.0, "the learning rate must be");
        check_refused(|spec| spec.training.epochs = 0, "the number of epochs must be 1 to 1000000");
        check_refused(|spec| spec.seeds = 0, "the number of seeds");
        check_refused(|spec| spec.seed = u64::MAX, "the seed");
        check_refused(|spec| spec.distribution.classes = 1, "the number of classes");
        check_refused(|spec| spec.distribution.classes = 1001, "at most 1000 for training");
        check_refused(|spec| spec.data.spread = -1.0, "spread");
        check_refused(|spec| spec.data.source = DataSource::File, "no file is chosen");
        check_refused(
            |spec| (spec.objectives[1].sampler, spec.objectives[1].neighbours) = (Sampler::Smote, 0),
            "objective \"Balanced CE\": the number of neighbours k of SMOTE must be 1 to 50, got 0",
        );
        check_refused(
            |spec| (spec.distribution.max_count, spec.objectives[0].sampler) = (200_000, Sampler::OverSampling),
            "objective \"CE\": Over-sampling: 200000 samples in each of 10 classes make 2000000 rows of 2 features",
        );
    }

    #[test]
    fn offsets_start_and_deferral_are_checked_and_named() {
        check_refused(
            |spec| (spec.objectives[0].offsets, spec.objectives[0].tau) = (OffsetKind::LogitAdjustment, -1.0),
            "objective \"CE\": τ of the logit adjustment must be from 0 to 10, got -1",
        );
        check_refused(
            |spec| (spec.objectives[0].offsets, spec.objectives[0].head) = (OffsetKind::Ldam, Head::Sigmoid),
            "objective \"CE\": LDAM margins goes with a softmax head only",
        );
        check_refused(
            |spec| spec.objectives[2].bias_start = BiasStart::Probability,
            "objective \"Focal\": a chosen π of the initial bias goes with a sigmoid head only",
        );
        check_refused(|spec| spec.objectives[3].defer = 1.0, "objective \"CB\": weights can be deferred by a share");
        check_refused(
            |spec| (spec.objectives[3].defer, spec.training.optimiser) = (0.5, Optimiser::Lbfgs),
            "objective \"CB\": deferred weights change during the run",
        );
    }

    #[test]
    fn deferred_weights_are_one_until_they_begin() {
        let mut spec = ExperimentSpec::default();
        spec.objectives[3].defer = 0.8;
        let checked = spec.check().unwrap();
        let counts = ClassCounts::new(vec![100, 0, 10]).unwrap();
        assert_eq!(checked.recipe(3, &counts, 159).class_weights, [1.0, 0.0, 1.0]);
        assert_eq!(checked.recipe(3, &counts, 160).class_weights, checked.class_weights(3, &counts));
        assert_ne!(checked.class_weights(3, &counts), [1.0, 0.0, 1.0]);
    }

    #[test]
    fn a_sampler_that_changes_over_the_epochs_does_not_go_with_lbfgs() {
        let progressive = |optimiser| {
            move |spec: &mut ExperimentSpec| {
                spec.objectives[2].sampler = Sampler::Progressive;
                spec.training.optimiser = optimiser;
            }
        };
        check_refused(progressive(Optimiser::Lbfgs), "objective \"Focal\": the progressively balanced sampler");
        for optimiser in [Optimiser::Sgd, Optimiser::Adam] {
            let mut spec = ExperimentSpec::default();
            progressive(optimiser)(&mut spec);
            assert!(spec.check().is_ok());
        }
    }
}
