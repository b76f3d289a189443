//! What has changed between two specifications that share their samples, in words, for marks on the curves.

use std::fmt;

use super::{ExperimentSpec, ObjectiveSpec, short::percent};
use crate::{
    data::Sampler,
    distribution::exact_text,
    loss::{Head, OffsetKind},
    train::{Batch, Optimiser},
    weighting::SchemeKind,
};

/// A setting that takes effect while it trains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The rule of the steps.
    Optimiser,
    /// η.
    LearningRate,
    /// μ.
    Momentum,
    /// Samples in a step.
    Batch,
    /// λ.
    L2,
    /// How class weights are scaled.
    Normalisation,
    /// How a batch's losses become one number.
    Reduction,
    /// Head, and whether it is focal.
    Loss,
    /// Scheme of class weights.
    Weights,
    /// β.
    Beta,
    /// γ.
    Gamma,
    /// α.
    Alpha,
    /// Kind of offsets.
    Offsets,
    /// τ.
    Tau,
    /// Largest margin.
    Margin,
    /// Share of the run after which weights apply.
    Deferral,
    /// Sampler.
    Sampler,
    /// Neighbours k.
    Neighbours,
}

impl Setting {
    /// What it is called on a mark.
    pub fn label(self) -> &'static str {
        match self {
            Self::Optimiser => "optimiser",
            Self::LearningRate => "learning rate",
            Self::Momentum => "momentum",
            Self::Batch => "batch size",
            Self::L2 => "L2",
            Self::Normalisation => "normalise",
            Self::Reduction => "reduction",
            Self::Loss => "loss",
            Self::Weights => "weights",
            Self::Beta => "β",
            Self::Gamma => "γ",
            Self::Alpha => "α",
            Self::Offsets => "offsets",
            Self::Tau => "τ",
            Self::Margin => "largest margin",
            Self::Deferral => "weights begin after",
            Self::Sampler => "sampler",
            Self::Neighbours => "neighbours",
        }
    }
}

/// One setting that has changed; its text is that of a mark, as in "β 0.999 → 0.99 (CB)".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The setting.
    pub setting: Setting,
    /// Colour and name of the objective, where it is a setting of one.
    pub objective: Option<(usize, String)>,
    /// The value before, in words.
    pub from: String,
    /// The value after, in words.
    pub to: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} → {}", self.setting.label(), self.from, self.to)?;
        self.objective.as_ref().map_or(Ok(()), |(_, name)| write!(f, " ({name})"))
    }
}

/// What training feels of a change of settings, in the order of the controls; objectives that were added or removed are
/// not among it, nor is what the optimiser or the loss does not use.
pub fn changes(before: &ExperimentSpec, after: &ExperimentSpec) -> Vec<Change> {
    let mut changes = differences(&training_values(before), &training_values(after), None);
    for objective in &after.objectives {
        let Some(was) = before.objectives.iter().find(|was| was.colour == objective.colour) else { continue };
        let name = Some((objective.colour, objective.name.clone()));
        changes.extend(differences(&objective_values(was), &objective_values(objective), name.as_ref()));
    }
    changes
}

/// A setting in use, with its value in words.
type Value = (Setting, String);

fn differences(before: &[Value], after: &[Value], objective: Option<&(usize, String)>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (setting, to) in after {
        // What has come into use with another choice is told by that choice.
        if let Some((_, from)) = before.iter().find(|(known, from)| known == setting && from != to) {
            let (from, to) = (from.clone(), to.clone());
            changes.push(Change { setting: *setting, objective: objective.cloned(), from, to });
        }
    }
    changes
}

fn training_values(spec: &ExperimentSpec) -> Vec<Value> {
    let training = &spec.training;
    let mut values = vec![(Setting::Optimiser, training.optimiser.label().to_owned())];
    if training.optimiser != Optimiser::Lbfgs {
        values.push((Setting::LearningRate, exact_text(training.learning_rate)));
        let batch = match training.batch {
            Batch::Size(size) => size.to_string(),
            Batch::Full => "full".to_owned(),
        };
        values.push((Setting::Batch, batch));
    }
    if training.optimiser == Optimiser::Sgd {
        values.push((Setting::Momentum, exact_text(training.momentum)));
    }
    values.push((Setting::L2, exact_text(training.l2)));
    values.push((Setting::Normalisation, training.normalisation.label().to_lowercase()));
    values.push((Setting::Reduction, training.reduction.label().to_lowercase()));
    values
}

fn objective_values(objective: &ObjectiveSpec) -> Vec<Value> {
    let head = match objective.head {
        Head::Softmax => "softmax",
        Head::Sigmoid => "sigmoid",
    };
    let mut values = vec![
        (Setting::Loss, head.to_owned()),
        (Setting::Weights, objective.weights.label().to_lowercase()),
        (Setting::Gamma, exact_text(objective.gamma)),
        (Setting::Offsets, objective.offsets.label().to_owned()),
        (Setting::Sampler, objective.sampler.label().to_owned()),
    ];
    if objective.weights == SchemeKind::EffectiveNumber {
        values.push((Setting::Beta, exact_text(objective.beta)));
    }
    if objective.weights != SchemeKind::Uniform {
        values.push((Setting::Deferral, percent(objective.defer)));
    }
    if objective.head == Head::Sigmoid {
        values.push((Setting::Alpha, objective.alpha.map_or("none".to_owned(), exact_text)));
    }
    match objective.offsets {
        OffsetKind::None => {}
        OffsetKind::LogitAdjustment | OffsetKind::TestAdjustment => {
            values.push((Setting::Tau, exact_text(objective.tau)));
        }
        OffsetKind::Ldam => values.push((Setting::Margin, exact_text(objective.max_margin))),
    }
    if objective.sampler == Sampler::Smote {
        values.push((Setting::Neighbours, objective.neighbours.to_string()));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    fn check(change: impl Fn(&mut ExperimentSpec), expected: &[&str]) {
        let before = ExperimentSpec::default();
        let mut after = before.clone();
        change(&mut after);
        let texts: Vec<String> = changes(&before, &after).iter().map(Change::to_string).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn marks_say_what_was_changed_and_where() {
        check(|_| {}, &[]);
        check(|spec| spec.objectives[3].beta = 0.99, &["β 0.999 → 0.99 (CB)"]);
        check(|spec| spec.objectives[2].gamma = 0.5, &["γ 2 → 0.5 (Focal)"]);
        check(|spec| spec.training.learning_rate = 0.05, &["learning rate 0.005 → 0.05"]);
        check(|spec| spec.training.batch = Batch::Full, &["batch size 64 → full"]);
        check(|spec| (spec.training.l2, spec.training.momentum) = (0.0, 0.5), &["momentum 0.9 → 0.5", "L2 0.0001 → 0"]);
        check(
            |spec| spec.objectives[0].weights = SchemeKind::EffectiveNumber,
            &["weights uniform → effective number (CE)"],
        );
    }

    #[test]
    fn what_training_does_not_feel_is_not_marked() {
        check(|spec| spec.objectives[0].beta = 0.5, &[]);
        check(|spec| spec.objectives[0].tau = 0.5, &[]);
        check(|spec| spec.objectives[0].name = "Plain".to_owned(), &[]);
        check(|spec| spec.training.epochs = 17, &[]);
        check(
            |spec| {
                spec.add_objective(Preset::CbFocal.objective()).unwrap();
                spec.objectives.remove(1);
            },
            &[],
        );
        check(
            |spec| (spec.training.optimiser, spec.training.learning_rate) = (Optimiser::Lbfgs, 1.0),
            &["optimiser SGD → L-BFGS"],
        );
    }

    #[test]
    fn the_smallest_change_is_marked_with_all_its_digits() {
        check(|spec| spec.objectives[3].beta = 0.999_999_999, &["β 0.999 → 0.999999999 (CB)"]);
        check(|spec| spec.objectives[2].gamma = 2.000_000_1, &["γ 2 → 2.0000001 (Focal)"]);
        check(|spec| spec.training.learning_rate = 0.005_000_000_1, &["learning rate 0.005 → 0.0050000001"]);
    }
}
