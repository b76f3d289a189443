//! The settings of objectives and of training, one row each: what a setting is called, what it does, its range, how it is
//! spaced, who uses it, and where it stands in a specification.
//!
//! Flags and their help, sliders, sweeps and the marks on curves read this table; a test holds its ranges against
//! [`ExperimentSpec::check`].

mod table;

pub use table::{Numbers, Scale};

use std::fmt;

use serde::{Deserialize, Serialize};

use table::row;

use super::{ExperimentSpec, ObjectiveSpec, name_of, short::percent};
use crate::{
    data::{Sampler, Sampling},
    distribution::exact_text,
    loss::{Head, Loss, OffsetKind, OffsetRule},
    numbers::written,
    text::capitalised,
    train::{Batch, BiasStart, Optimiser},
    weighting::{Beta, SchemeKind},
};

/// A setting of an objective or of training. The numbers, sampler, map and optimiser can be swept and have their names in files of
/// sweeps; they come in the order in which the points of a grid are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Imbalance factor F of the training counts.
    Imbalance,
    /// What the model is given of the features.
    Map,
    /// Which training samples an epoch looks at.
    Sampler,
    /// The rule of the steps.
    Optimiser,
    /// Epochs of a run.
    Epochs,
    /// Step size η of SGD and Adam.
    LearningRate,
    /// Momentum μ of SGD.
    Momentum,
    /// Samples in a step.
    Batch,
    /// Strength λ of the penalty on the weights of the model.
    L2,
    /// β of the effective number.
    Beta,
    /// Focusing parameter γ.
    Gamma,
    /// Weight α of the positive in sigmoid losses.
    Alpha,
    /// Scale τ of logit adjustment.
    Tau,
    /// Largest margin of LDAM.
    MaxMargin,
    /// Share of the run after which class weights apply.
    Defer,
    /// Probability π at which the bias of a sigmoid head starts.
    Prior,
    /// Neighbours k of SMOTE.
    Neighbours,
    /// How class weights are scaled.
    #[serde(skip)]
    Normalisation,
    /// How a batch's losses become one number.
    #[serde(skip)]
    Reduction,
    /// Head, and whether it is focal.
    #[serde(skip)]
    Loss,
    /// Scheme of class weights.
    #[serde(skip)]
    Weights,
    /// Kind of offsets.
    #[serde(skip)]
    Offsets,
    /// Where the bias starts.
    #[serde(skip)]
    BiasStart,
}

impl Setting {
    /// Every setting that can be swept, in the order of the menu.
    pub const SWEPT: [Self; 17] = [
        Self::Beta,
        Self::Gamma,
        Self::Alpha,
        Self::Tau,
        Self::LearningRate,
        Self::L2,
        Self::Sampler,
        Self::Imbalance,
        Self::Map,
        Self::Optimiser,
        Self::Epochs,
        Self::MaxMargin,
        Self::Defer,
        Self::Momentum,
        Self::Batch,
        Self::Prior,
        Self::Neighbours,
    ];

    /// Every setting of training, in the order of the controls.
    const OF_TRAINING: [Self; 7] = [
        Self::Optimiser,
        Self::LearningRate,
        Self::Batch,
        Self::Momentum,
        Self::L2,
        Self::Normalisation,
        Self::Reduction,
    ];

    /// Every setting of an objective, in the order of the controls.
    const OF_OBJECTIVE: [Self; 13] = [
        Self::Loss,
        Self::Weights,
        Self::Gamma,
        Self::Offsets,
        Self::Sampler,
        Self::Beta,
        Self::Defer,
        Self::Alpha,
        Self::Tau,
        Self::MaxMargin,
        Self::BiasStart,
        Self::Prior,
        Self::Neighbours,
    ];

    /// What it is called in a sentence.
    pub fn label(self) -> &'static str {
        row(self).label
    }

    /// What it is called beside a control.
    pub fn name(self) -> &'static str {
        row(self).name
    }

    /// What it does, for tooltips.
    pub fn hint(self) -> &'static str {
        row(self).hint
    }

    /// Who uses it, for a complaint that nobody does.
    pub(in crate::experiment) fn users(self) -> &'static str {
        row(self).users
    }

    /// Values that a sweep takes at first, as they are typed.
    pub fn usual_values(self) -> &'static str {
        row(self).swept
    }

    /// The numbers that it takes; `None` for a choice.
    pub fn numbers(self) -> Option<Numbers> {
        row(self).numbers
    }

    /// How its numbers are spaced.
    pub fn scale(self) -> Scale {
        self.numbers().map_or(Scale::Linear, |numbers| numbers.scale)
    }

    /// The flag of the terminal.
    pub fn flag(self) -> String {
        format!("--{}", name_of(&self).replace('_', "-"))
    }

    /// The help of its flag: name and range, and what follows.
    pub fn help(self, rest: &str) -> String {
        let range = self.numbers().map_or(String::new(), |numbers| format!(" in {numbers}"));
        let label = self.label();
        // A symbol stays as it is.
        let label = if label.chars().count() == 1 { label.to_owned() } else { capitalised(label) };
        format!("{label}{range} {rest}")
    }

    /// Whether a change takes effect while training goes on; otherwise the objective, or everything, starts over.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Imbalance | Self::Map | Self::BiasStart | Self::Prior)
    }

    /// Whether an objective of an experiment depends on it.
    pub fn is_used_by(self, objective: &ObjectiveSpec, experiment: &ExperimentSpec) -> bool {
        let optimiser = experiment.training.optimiser;
        match self {
            Self::Beta => objective.weights == SchemeKind::EffectiveNumber,
            Self::Gamma => objective.gamma > 0.0,
            Self::Alpha => objective.head == Head::Sigmoid,
            Self::Tau => objective.offsets.has_tau(),
            Self::MaxMargin => objective.offsets == OffsetKind::Ldam,
            Self::Defer => objective.weights != SchemeKind::Uniform,
            Self::Prior => objective.bias_start == BiasStart::Probability,
            Self::Neighbours => objective.sampler == Sampler::Smote,
            Self::Offsets => objective.head == Head::Softmax,
            Self::LearningRate | Self::Batch => optimiser != Optimiser::Lbfgs,
            Self::Momentum => optimiser == Optimiser::Sgd,
            Self::Imbalance => experiment.uses_distribution() && experiment.distribution.profile.uses_imbalance(),
            Self::L2
            | Self::Map
            | Self::Epochs
            | Self::Sampler
            | Self::Optimiser
            | Self::Normalisation
            | Self::Reduction
            | Self::Loss
            | Self::Weights
            | Self::BiasStart => true,
        }
    }

    /// Its number in an objective of an experiment; `None` for a choice, a full batch, and an α that is not given.
    pub fn number(self, objective: &ObjectiveSpec, experiment: &ExperimentSpec) -> Option<f64> {
        Some(match self {
            Self::Beta => objective.beta,
            Self::Gamma => objective.gamma,
            Self::Alpha => return objective.alpha,
            Self::Tau => objective.tau,
            Self::MaxMargin => objective.max_margin,
            Self::Defer => objective.defer,
            Self::Prior => objective.prior,
            Self::Neighbours => objective.neighbours as f64,
            Self::LearningRate => experiment.training.learning_rate,
            Self::Momentum => experiment.training.momentum,
            Self::L2 => experiment.training.l2,
            Self::Epochs => experiment.training.epochs as f64,
            Self::Imbalance => experiment.distribution.imbalance,
            Self::Batch => match experiment.training.batch {
                Batch::Size(size) => size as f64,
                Batch::Full => return None,
            },
            _ => return None,
        })
    }

    /// Puts a number into an objective; nothing for a setting of training or a choice.
    pub fn set_in(self, objective: &mut ObjectiveSpec, number: f64) {
        match self {
            Self::Beta => objective.beta = number,
            Self::Gamma => objective.gamma = number,
            Self::Alpha => objective.alpha = Some(number),
            Self::Tau => objective.tau = number,
            Self::MaxMargin => objective.max_margin = number,
            Self::Defer => objective.defer = number,
            Self::Prior => objective.prior = number,
            Self::Neighbours => objective.neighbours = number as usize,
            _ => {}
        }
    }

    /// Whether it is of the experiment as a whole, not of one objective.
    pub fn is_of_experiment(self) -> bool {
        matches!(self, Self::Imbalance | Self::Map | Self::Epochs) || Self::OF_TRAINING.contains(&self)
    }

    /// Puts a number into an experiment and into all of its objectives.
    pub fn set(self, experiment: &mut ExperimentSpec, number: f64) {
        match self {
            Self::LearningRate => experiment.training.learning_rate = number,
            Self::Momentum => experiment.training.momentum = number,
            Self::Batch => experiment.training.batch = Batch::Size(number as usize),
            Self::L2 => experiment.training.l2 = number,
            Self::Epochs => experiment.training.epochs = number as u64,
            Self::Imbalance => experiment.distribution.imbalance = number,
            _ => experiment.objectives.iter_mut().for_each(|objective| self.set_in(objective, number)),
        }
    }

    /// Puts a number into an experiment: into the objective at a place, where it is not of the experiment as a whole.
    pub fn set_at(self, experiment: &mut ExperimentSpec, objective_idx: usize, number: f64) {
        if self.is_of_experiment() {
            self.set(experiment, number);
        } else if let Some(objective) = experiment.objectives.get_mut(objective_idx) {
            self.set_in(objective, number);
        }
    }

    /// Checks a number by itself, whether or not anything uses it.
    ///
    /// # Errors
    /// When it is out of range, as a sentence.
    pub fn check(self, number: f64) -> Result<(), String> {
        fn said<T, E: fmt::Display>(checked: Result<T, E>) -> Result<(), String> {
            checked.map(|_| ()).map_err(|fault| fault.to_string())
        }
        match self {
            Self::Beta => said(Beta::new(number)),
            Self::Gamma => said(Loss::new(Head::Softmax, number, None)),
            Self::Alpha => said(Loss::new(Head::Sigmoid, 0.0, Some(number))),
            Self::Tau => said(OffsetRule::new(OffsetKind::LogitAdjustment, number, 0.0)),
            Self::MaxMargin => said(OffsetRule::new(OffsetKind::Ldam, 0.0, number)),
            Self::Prior => said(BiasStart::Probability.check(Head::Sigmoid, number)),
            Self::Neighbours => said(Sampling::new(Sampler::Smote, number as usize).check()),
            Self::Defer if !(0.0..1.0).contains(&number) => {
                Err(format!("weights can be deferred by a share of the run from 0 to below 1, got {}", written(number)))
            }
            _ => match self.numbers().filter(|numbers| !numbers.contains(number)) {
                Some(numbers) => Err(format!("{} must be in {numbers}, got {}", self.label(), written(number))),
                None => Ok(()),
            },
        }
    }

    /// Its value in words.
    fn in_words(self, objective: &ObjectiveSpec, experiment: &ExperimentSpec) -> String {
        let training = &experiment.training;
        match self {
            Self::Optimiser => training.optimiser.label().to_owned(),
            Self::Normalisation => training.normalisation.label().to_lowercase(),
            Self::Reduction => training.reduction.label().to_lowercase(),
            Self::Loss => match (objective.head, objective.gamma > 0.0) {
                (Head::Softmax, false) => "softmax CE".to_owned(),
                (Head::Softmax, true) => "softmax focal".to_owned(),
                (Head::Sigmoid, false) => "sigmoid CE".to_owned(),
                (Head::Sigmoid, true) => "sigmoid focal".to_owned(),
            },
            Self::Weights => objective.weights.label().to_lowercase(),
            Self::Offsets => objective.offsets.label().to_owned(),
            Self::Sampler => objective.sampler.label().to_owned(),
            Self::Map => experiment.data.map.label().to_lowercase(),
            Self::BiasStart => objective.bias_start.label().to_lowercase(),
            Self::Defer => percent(objective.defer),
            Self::Batch => self.number(objective, experiment).map_or("full".to_owned(), exact_text),
            _ => self.number(objective, experiment).map_or("none".to_owned(), exact_text),
        }
    }
}

/// A setting in use, with its value in words.
pub(in crate::experiment) type InUse = (Setting, String);

/// What training uses of its settings, in the order of the controls.
pub(in crate::experiment) fn training_in_use(experiment: &ExperimentSpec) -> Vec<InUse> {
    // What an objective has does not matter to these.
    let any = ObjectiveSpec::default();
    in_use(&Setting::OF_TRAINING, &any, experiment)
}

/// What an objective uses of its settings, in the order of the controls.
pub(in crate::experiment) fn objective_in_use(objective: &ObjectiveSpec, experiment: &ExperimentSpec) -> Vec<InUse> {
    in_use(&Setting::OF_OBJECTIVE, objective, experiment)
}

fn in_use(settings: &[Setting], objective: &ObjectiveSpec, experiment: &ExperimentSpec) -> Vec<InUse> {
    let used = settings.iter().filter(|setting| setting.is_used_by(objective, experiment));
    used.map(|&setting| (setting, setting.in_words(objective, experiment))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    /// An experiment in which one objective uses the setting.
    fn user_of(setting: Setting) -> ExperimentSpec {
        let preset = match setting {
            Setting::Gamma => Preset::Focal,
            Setting::Alpha | Setting::Prior => Preset::SigmoidFocal,
            Setting::Tau => Preset::BalancedSoftmax,
            Setting::MaxMargin => Preset::Ldam,
            Setting::Neighbours => Preset::CeSmote,
            _ => Preset::CbSoftmax,
        };
        let mut spec = ExperimentSpec { objectives: Vec::new(), ..ExperimentSpec::default() };
        spec.add_objective(preset.objective()).unwrap();
        if setting == Setting::Prior {
            spec.objectives[0].bias_start = BiasStart::Probability;
        }
        assert!(setting.is_used_by(&spec.objectives[0], &spec), "{setting:?}");
        spec
    }

    #[test]
    fn the_check_takes_the_numbers_of_the_table_and_no_others() {
        for setting in Setting::SWEPT {
            let Some(numbers) = setting.numbers() else { continue };
            let [from, to] = numbers.ends;
            let size = if numbers.is_whole { 1.0 } else { 1e-9 };
            let mut values = vec![from, to, numbers.slider[0], numbers.slider[1], f64::NAN, f64::INFINITY];
            values.extend([from - size, from + size, to - size, to + to.abs() * 1e-9 + size]);
            for value in values {
                // A batch and a number of neighbours are no numbers but whole ones in an experiment.
                if numbers.is_whole && !(value.is_finite() && value >= 0.0) || setting == Setting::Batch && value > to {
                    continue;
                }
                let mut spec = user_of(setting);
                setting.set(&mut spec, value);
                // With the factor the counts change, and not every experiment of them has enough samples.
                let checked = match setting {
                    Setting::Imbalance => spec.distribution.counts().map(|_| ()).map_err(|fault| fault.to_string()),
                    _ => spec.check().map(|_| ()).map_err(|fault| fault.to_string()),
                };
                assert_eq!(checked.is_ok(), numbers.contains(value), "{setting:?} {value}: {checked:?}");
                assert_eq!(setting.check(value).is_ok(), numbers.contains(value), "{setting:?} {value}");
            }
        }
    }

    #[test]
    fn a_number_that_is_put_in_is_found_there_and_in_the_file() {
        for setting in Setting::SWEPT {
            let Some(numbers) = setting.numbers() else { continue };
            let mut spec = user_of(setting);
            let value = if numbers.is_whole { 7.0 } else { numbers.slider[0] + 0.25 };
            setting.set(&mut spec, value);
            assert_eq!(setting.number(&spec.objectives[0], &spec), Some(value), "{setting:?}");
            let text = crate::experiment::file::to_toml(&spec).unwrap();
            let again = crate::experiment::file::from_toml(&text).unwrap();
            assert_eq!(setting.number(&again.objectives[0], &again), Some(value), "{setting:?}: {text}");
        }
    }

    #[test]
    fn every_number_lies_on_its_slider_and_among_those_that_are_taken() {
        for setting in Setting::SWEPT {
            assert!(!setting.hint().is_empty() && !setting.usual_values().is_empty(), "{setting:?}");
            let Some(numbers) = setting.numbers() else { continue };
            for end in numbers.slider {
                let is_open_end = numbers.ends.contains(&end) && !numbers.contains(end);
                assert!(numbers.contains(end) || is_open_end, "{setting:?} {end}");
            }
        }
    }

    #[test]
    fn help_names_the_range() {
        assert_eq!(Setting::Beta.help("of CB"), "β in [0, 1) of CB");
        assert_eq!(Setting::MaxMargin.help("of ldam"), "Largest margin in [0, 10] of ldam");
        assert_eq!(Setting::LearningRate.help(""), "Learning rate in (0, 1000000] ");
        assert_eq!((Setting::MaxMargin.flag(), Setting::Beta.flag()), ("--max-margin".to_owned(), "--beta".to_owned()));
    }
}
