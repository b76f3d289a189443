//! The values that a setting takes in a sweep: how they are written, spaced, and put into an experiment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SweepError;
use crate::{
    bounds::Bounded,
    data::{MapKind, Sampler},
    experiment::{ExperimentSpec, Scale, Setting, name_of},
    numbers::written,
    train::Optimiser,
};

/// Most values that a range is cut into.
pub const MAX_VALUES: usize = 1000;

/// Significant digits of a value that is not rounded.
const MOST_DIGITS: i32 = 15;

impl Setting {
    /// Names of a choice, as an example; `None` for what is varied by numbers.
    fn example(self) -> Option<&'static str> {
        match self {
            Self::Sampler => Some("[\"instance\", \"smote\"]"),
            Self::Optimiser => Some("[\"sgd\", \"lbfgs\"]"),
            Self::Map => Some("[\"linear\", \"quadratic\"]"),
            _ => None,
        }
    }

    /// Puts a value into an experiment whose objectives all use the setting.
    ///
    /// # Errors
    /// When a choice is given as a number or by a name of something else, a number as a name, or a number of things is not
    /// whole.
    pub(super) fn vary(self, value: Value, experiment: &mut ExperimentSpec) -> Result<(), SweepError> {
        match (self, value) {
            (Self::Sampler, Value::Name(Name::Sampler(sampler))) => {
                experiment.objectives.iter_mut().for_each(|objective| objective.sampler = sampler);
            }
            (Self::Optimiser, Value::Name(Name::Optimiser(optimiser))) => experiment.training.optimiser = optimiser,
            (Self::Map, Value::Name(Name::Map(map))) => experiment.data.map = map,
            (_, Value::Name(_)) if self.example().is_none() => return Err(SweepError::NameForNumber(self.label())),
            (_, Value::Name(_)) => return Err(self.number_for_name()),
            (_, Value::Number(_)) if self.example().is_some() => return Err(self.number_for_name()),
            (_, Value::Number(number)) => {
                let is_whole = self.numbers().is_some_and(|numbers| numbers.is_whole);
                if is_whole && !(number.fract() == 0.0 && number >= 0.0) {
                    return Err(SweepError::NotWhole { parameter: self.label(), got: number });
                }
                self.set(experiment, number);
            }
        }
        Ok(())
    }

    fn number_for_name(self) -> SweepError {
        SweepError::NumberForName { parameter: self.label(), example: self.example().unwrap_or_default() }
    }

    /// Fewest significant digits in a grid.
    fn grid_digits(self) -> i32 {
        if self == Self::Beta { 2 } else { 4 }
    }
}

impl Scale {
    /// The value at a share of the way, 0 to 1, with a number of significant digits (β: of 1 − β); the ends exactly.
    fn between(self, from: f64, to: f64, share: f64, n_digits: i32) -> f64 {
        if share <= 0.0 {
            return from;
        }
        if share >= 1.0 {
            return to;
        }
        let mix = |a: f64, b: f64| a + (b - a) * share;
        match self {
            Self::Linear => rounded(mix(from, to), n_digits),
            Self::Log => rounded(mix(from.ln(), to.ln()).exp(), n_digits),
            Self::LogOfDistanceToOne => {
                let distance = mix((1.0 - from).ln(), (1.0 - to).ln()).exp();
                let decimals = (n_digits - 1 - distance.log10().floor() as i32).within(0, 17) as usize;
                format!("{:.decimals$}", 1.0 - distance).parse().unwrap_or(1.0 - distance)
            }
        }
    }

    fn allows(self, end: f64) -> bool {
        match self {
            Self::Linear => end.is_finite(),
            Self::Log => end.is_finite() && end > 0.0,
            Self::LogOfDistanceToOne => (0.0..1.0).contains(&end),
        }
    }
}

/// A number with a number of significant digits.
fn rounded(value: f64, n_digits: i32) -> f64 {
    format!("{value:.*e}", (n_digits - 1).max(0) as usize).parse().unwrap_or(value)
}

/// A value of a parameter: a number, or the name of a sampler, an optimiser or a feature map.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a number, or the name of a sampler, an optimiser or a feature map")]
pub enum Value {
    /// Of every parameter that is no choice.
    Number(f64),
    /// Of a choice.
    Name(Name),
}

/// What a choice is called in files; no two choices share a name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// A sampler.
    Sampler(Sampler),
    /// An optimiser.
    Optimiser(Optimiser),
    /// A feature map.
    Map(MapKind),
}

impl Value {
    /// The number; `None` for a choice.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Name(_) => None,
        }
    }

    /// The value for people.
    pub fn to_text(self) -> String {
        match self {
            Self::Number(number) => written(number),
            Self::Name(name) => name_of(&name).replace('_', "-"),
        }
    }
}

/// The values of each parameter that an objective uses.
pub type Values = BTreeMap<Setting, Value>;

/// The values for people, as in "β = 0.99, γ = 1"; empty where nothing is varied.
pub fn values_in_words(values: &Values) -> String {
    let words = values.iter().map(|(parameter, value)| format!("{} = {}", parameter.label(), value.to_text()));
    words.collect::<Vec<_>>().join(", ")
}

/// Which values a parameter takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of numbers (for the sampler, the optimiser and the feature map of names, as in [\"smote\"]), or a table with from, to and number"
)]
pub enum Choices {
    /// These, in this order.
    Values(Vec<Value>),
    /// Those between two ends.
    Range(Range),
}

/// Values between two ends; how they are spaced is the parameter's [`Scale`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// One end.
    pub from: f64,
    /// The other end.
    pub to: f64,
    /// Values in a grid, both ends among them, 2 to [`MAX_VALUES`]; the other designs draw from the whole range.
    #[serde(default = "five")]
    pub number: usize,
}

fn five() -> usize {
    5
}

impl Choices {
    /// Checks lists and ranges; whether a value is in the parameter's range is found out with the experiment.
    ///
    /// # Errors
    /// When there is no value, one is there twice, or an end of a range cannot be.
    pub(super) fn check(&self, parameter: Setting) -> Result<(), SweepError> {
        let label = parameter.label();
        match self {
            Self::Values(values) if values.is_empty() => Err(SweepError::NoValues(label)),
            Self::Values(values) => {
                let twice = values.iter().enumerate().find(|(idx, value)| values[..*idx].contains(value));
                twice.map_or(Ok(()), |(_, value)| {
                    Err(SweepError::SameValue { parameter: label, value: value.to_text() })
                })
            }
            Self::Range(_) if parameter.example().is_some() => Err(parameter.number_for_name()),
            Self::Range(range) => {
                let is_possible = range.from < range.to
                    && [range.from, range.to].iter().all(|end| parameter.scale().allows(*end))
                    && (2..=MAX_VALUES).contains(&range.number);
                if is_possible { Ok(()) } else { Err(SweepError::Range { parameter: label, range: *range }) }
            }
        }
    }

    /// The values of a grid.
    pub fn values(&self, parameter: Setting) -> Vec<Value> {
        match self {
            Self::Values(values) => values.clone(),
            Self::Range(range) => {
                let share = |idx: usize| idx as f64 / (range.number - 1).max(1) as f64;
                let values = |n_digits| -> Vec<f64> {
                    let value = |idx| parameter.scale().between(range.from, range.to, share(idx), n_digits);
                    (0..range.number).map(value).collect()
                };
                // As few digits as people read, and as many as tell all values apart.
                let digits = (parameter.grid_digits()..MOST_DIGITS)
                    .find(|n_digits| values(*n_digits).is_sorted_by(|a, b| a < b));
                let mut found = values(digits.unwrap_or(MOST_DIGITS));
                if parameter.numbers().is_some_and(|numbers| numbers.is_whole) {
                    for value in &mut found {
                        *value = value.round();
                    }
                    found.dedup();
                }
                found.into_iter().map(Value::Number).collect()
            }
        }
    }

    /// The value at a share, 0 to 1, of the list or of the way between the ends.
    pub(super) fn at(&self, parameter: Setting, share: f64) -> Value {
        match self {
            Self::Values(values) => {
                let idx = (share * values.len() as f64) as usize;
                values[idx.min(values.len() - 1)]
            }
            Self::Range(range) => {
                let value = parameter.scale().between(range.from, range.to, share, 4);
                let is_whole = parameter.numbers().is_some_and(|numbers| numbers.is_whole);
                Value::Number(if is_whole { value.round() } else { value })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    fn numbers(parameter: Setting, from: f64, to: f64, number: usize) -> Vec<f64> {
        let values = Choices::Range(Range { from, to, number }).values(parameter);
        values.into_iter().filter_map(Value::number).collect()
    }

    #[test]
    fn beta_is_spaced_in_the_logarithm_of_its_distance_to_one() {
        assert_eq!(numbers(Setting::Beta, 0.9, 0.9999, 4), [0.9, 0.99, 0.999, 0.9999]);
        assert_eq!(numbers(Setting::Beta, 0.0, 0.9999, 5), [0.0, 0.9, 0.99, 0.999, 0.9999]);
    }

    #[test]
    fn as_many_values_come_out_as_are_asked_for() {
        for number in [2, 7, 50, 1000] {
            let mut betas = numbers(Setting::Beta, 0.9, 0.9999, number);
            assert!(betas.is_sorted(), "{betas:?}");
            betas.dedup();
            assert_eq!(betas.len(), number);
        }
    }

    #[test]
    fn rates_are_spaced_in_their_logarithm_and_gamma_evenly() {
        assert_eq!(numbers(Setting::LearningRate, 0.001, 0.1, 3), [0.001, 0.01, 0.1]);
        assert_eq!(numbers(Setting::Gamma, 0.0, 2.0, 5), [0.0, 0.5, 1.0, 1.5, 2.0]);
    }

    #[test]
    fn a_parameter_goes_to_the_objectives_that_use_it() {
        let spec = ExperimentSpec::default();
        let uses = |parameter: Setting, preset: Preset| parameter.is_used_by(&preset.objective(), &spec);
        assert!(uses(Setting::Beta, Preset::CbSoftmax) && !uses(Setting::Beta, Preset::BalancedCe));
        assert!(uses(Setting::Gamma, Preset::CbFocal) && !uses(Setting::Gamma, Preset::CbSoftmax));
        assert!(uses(Setting::Tau, Preset::BalancedSoftmax) && !uses(Setting::Tau, Preset::Ldam));
        assert!(uses(Setting::Imbalance, Preset::Ce) && uses(Setting::Sampler, Preset::Ce));
    }

    #[test]
    fn lists_and_ranges_that_cannot_be_are_refused() {
        let refused = |choices: Choices, parameter| choices.check(parameter).unwrap_err().to_string();
        assert!(refused(Choices::Values(vec![]), Setting::Beta).contains("β has no values"));
        let twice = Choices::Values(vec![Value::Number(1.0), Value::Number(1.0)]);
        assert!(refused(twice, Setting::Gamma).contains("1 twice"));
        for (parameter, from, to, number) in [
            (Setting::Beta, 0.9, 1.0, 3),
            (Setting::L2, 0.0, 1.0, 3),
            (Setting::Gamma, 2.0, 1.0, 3),
            (Setting::Gamma, 1.0, f64::NAN, 3),
            (Setting::Gamma, 1.0, 2.0, 1),
        ] {
            let range = Choices::Range(Range { from, to, number });
            assert!(refused(range, parameter).contains("range"), "{parameter:?} {from} {to} {number}");
        }
        let range = Choices::Range(Range { from: 0.0, to: 1.0, number: 2 });
        assert!(refused(range, Setting::Sampler).contains("the sampler is varied by name"));
    }
}
