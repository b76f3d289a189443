//! What has changed between two specifications that share their samples, in words, for marks on the curves.

use std::fmt;

use super::{
    ExperimentSpec, Setting,
    setting::{InUse, objective_in_use, training_in_use},
};

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
    let mut changes = differences(&training_in_use(before), &training_in_use(after), None);
    for objective in &after.objectives {
        let Some(was) = before.objectives.iter().find(|was| was.colour == objective.colour) else { continue };
        let name = Some((objective.colour, objective.name.clone()));
        changes.extend(differences(&objective_in_use(was, before), &objective_in_use(objective, after), name.as_ref()));
    }
    changes
}

fn differences(before: &[InUse], after: &[InUse], objective: Option<&(usize, String)>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (setting, to) in after.iter().filter(|(setting, _)| setting.is_live()) {
        // What has come into use with another choice is told by that choice.
        if let Some((_, from)) = before.iter().find(|(known, from)| known == setting && from != to) {
            let (from, to) = (from.clone(), to.clone());
            changes.push(Change { setting: *setting, objective: objective.cloned(), from, to });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        experiment::Preset,
        loss::Head,
        train::{Batch, BiasStart, Optimiser},
        weighting::SchemeKind,
    };

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
        check(|spec| spec.objectives[0].gamma = 2.0, &["loss softmax CE → softmax focal (CE)"]);
        check(|spec| spec.objectives[2].head = Head::Sigmoid, &["loss softmax focal → sigmoid focal (Focal)"]);
    }

    #[test]
    fn what_training_does_not_feel_is_not_marked() {
        check(|spec| spec.objectives[0].beta = 0.5, &[]);
        check(|spec| spec.objectives[0].tau = 0.5, &[]);
        check(|spec| spec.objectives[0].name = "Plain".to_owned(), &[]);
        check(|spec| spec.training.epochs = 17, &[]);
        // The objective starts again: there is no mark on a curve that goes on.
        check(|spec| spec.objectives[0].bias_start = BiasStart::ClassShares, &[]);
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
