//! Flags of `sweep` and what they change in a sweep.

use std::path::Path;

use anyhow::{anyhow, bail};
use clap::Args;

use super::{
    input::{number, read_text, whole, with_path},
    train_flags::{SampleFlags, TrainingFlags},
};
use crate::experiment::{
    Setting, name_of, parse_name,
    sweep::{Choices, DesignKind, Metric, SweepSpec, TailRule, parse_costs},
};

/// Most bytes of a file of costs: a thousand classes.
const MAX_COSTS_BYTES: u64 = 16 << 20;

/// What is varied, and by what runs are judged.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sweep")]
pub(super) struct SweepFlags {
    /// Objectives, separated by commas: presets as in `train --objective`, or names in the experiment
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    objective: Vec<String>,
    /// β of objectives weighted by the effective number: values as 0.9,0.99, or ends and number as 0.9..0.9999:5, even in log(1 − β)
    #[arg(long, value_name = "VALUES", allow_hyphen_values = true)]
    beta: Option<String>,
    /// γ of focal losses, written as for --beta
    #[arg(long, value_name = "VALUES", allow_hyphen_values = true)]
    gamma: Option<String>,
    /// α of sigmoid losses, written as for --beta
    #[arg(long, value_name = "VALUES", allow_hyphen_values = true)]
    alpha: Option<String>,
    /// τ of logit adjustment, written as for --beta
    #[arg(long, value_name = "VALUES", allow_hyphen_values = true)]
    tau: Option<String>,
    #[arg(long, value_name = "NAME=VALUES", value_parser = parameter_and_choices, help = vary_help())]
    vary: Vec<(Setting, Choices)>,
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Metric>, help = metric_help())]
    metric: Option<Metric>,
    /// The class, by its label, that --metric class-f1 and precision-at-recall are of
    #[arg(long, value_name = "LABEL")]
    metric_class: Option<String>,
    /// The least recall of that class, above 0 to 1, at which its precision is taken [default: 0.8]
    #[arg(long, value_name = "RECALL", value_parser = number, allow_negative_numbers = true)]
    metric_recall: Option<f64>,
    /// What each decision costs, for --metric expected-cost: a row for each true class, a number for each predicted class, as in "0 1; 50 0", or a file with such rows
    #[arg(long, value_name = "ROWS|FILE", allow_hyphen_values = true)]
    costs: Option<String>,
    /// Recall of the head that the choice must keep on the validation part, 0 to 1 [default: none]
    #[arg(long, value_name = "RECALL", value_parser = number, allow_negative_numbers = true)]
    head_floor: Option<f64>,
    /// Head and tail: rarest-third (by rank of count) or few-group (many and few of the experiment) [default: rarest-third]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<TailRule>)]
    tail: Option<TailRule>,
    /// Which points are run: grid, random or low-discrepancy [default: grid]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<DesignKind>)]
    design: Option<DesignKind>,
    /// Number of points for each objective, in designs other than the grid [default: 32]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    points: Option<usize>,
    /// Drop the worse half of the points after 1, 2, 4, … seeds, by their means on the validation part; the best plain cross entropy stays. What is dropped is said
    #[arg(long)]
    halving: bool,
    /// Seed of the random design [default: 1]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    design_seed: Option<u64>,
}

/// Everything that a flag can change in a sweep.
#[derive(Debug, Args)]
pub(super) struct SweepSpecFlags {
    #[command(flatten)]
    sweep: SweepFlags,
    #[command(flatten)]
    samples: SampleFlags,
    #[command(flatten)]
    training: TrainingFlags,
}

impl SweepSpecFlags {
    /// Overrides a sweep by what is given.
    ///
    /// # Errors
    /// When a flag has no meaning for the experiment, or values cannot be read.
    pub(super) fn apply(&self, spec: &mut SweepSpec) -> anyhow::Result<()> {
        self.samples.apply(&mut spec.experiment)?;
        self.training.apply(&mut spec.experiment);
        self.sweep.apply(spec)
    }

    /// See [`TrainingFlags::default_to_optimum`]; a sweep of what L-BFGS does not use stays with SGD.
    pub(super) fn default_to_optimum(&self, spec: &mut SweepSpec) {
        let mut optimal = spec.clone();
        self.training.default_to_optimum(&mut optimal.experiment);
        if !self.samples.has_situation() && optimal.check().is_ok() {
            *spec = optimal;
        }
    }

    /// The file that counts are read from.
    pub(super) fn counts_file(&self) -> Option<&Path> {
        self.samples.counts_file()
    }
}

impl SweepFlags {
    fn apply(&self, spec: &mut SweepSpec) -> anyhow::Result<()> {
        if !self.objective.is_empty() {
            spec.objectives = self.objective.iter().map(|name| name.trim().to_owned()).collect();
        }
        let shortcuts = [
            (Setting::Beta, &self.beta),
            (Setting::Gamma, &self.gamma),
            (Setting::Alpha, &self.alpha),
            (Setting::Tau, &self.tau),
        ];
        for (parameter, values) in shortcuts {
            let Some(values) = values else { continue };
            let flag = name_of(&parameter);
            if self.vary.iter().any(|(other, _)| *other == parameter) {
                bail!("--{flag} and --vary {flag}=… name the same parameter: leave one out");
            }
            let choices = Choices::parse(parameter, values).map_err(|reason| anyhow::anyhow!("--{flag}: {reason}"))?;
            spec.vary.insert(parameter, choices);
        }
        for (idx, (parameter, choices)) in self.vary.iter().enumerate() {
            if self.vary[..idx].iter().any(|(other, _)| other == parameter) {
                bail!("--vary names {} twice: leave one out", name_of(parameter));
            }
            spec.vary.insert(*parameter, choices.clone());
        }
        let design = self.design.unwrap_or(spec.design.kind);
        if self.points.is_some() && design == DesignKind::Grid {
            bail!("--points does not go with a grid, which has all points: add --design random or low-discrepancy");
        }
        if self.design_seed.is_some() && design != DesignKind::Random {
            bail!("--design-seed goes with --design random alone: leave it out, or choose that design");
        }
        if let Some(metric) = self.metric.filter(|metric| *metric != spec.metric) {
            // What belongs to another metric goes with it.
            (spec.metric, spec.metric_class, spec.metric_recall, spec.costs) = (metric, None, None, Vec::new());
        }
        if self.metric_class.is_some() {
            spec.metric_class.clone_from(&self.metric_class);
        }
        spec.metric_recall = self.metric_recall.or(spec.metric_recall);
        if let Some(costs) = &self.costs {
            spec.costs = read_costs(costs)?;
        }
        spec.head_floor = self.head_floor.or(spec.head_floor);
        spec.tail = self.tail.unwrap_or(spec.tail);
        spec.design.halving |= self.halving;
        spec.design.kind = self.design.unwrap_or(spec.design.kind);
        spec.design.points = self.points.unwrap_or(spec.design.points);
        spec.design.seed = self.design_seed.unwrap_or(spec.design.seed);
        Ok(())
    }
}

/// What `--metric` takes.
fn metric_help() -> String {
    let names: Vec<String> = Metric::ALL.iter().map(|metric| name_of(metric).replace('_', "-")).collect();
    format!(
        "What is made as large as possible on the validation part: {} [default: {}]",
        names.join(", "),
        name_of(&Metric::MacroRecall).replace('_', "-")
    )
}

/// Reads a cost matrix, or the file that holds it.
fn read_costs(text: &str) -> anyhow::Result<Vec<Vec<f64>>> {
    let path = Path::new(text);
    if path.is_file() {
        let rows = read_text(path, MAX_COSTS_BYTES)?;
        return parse_costs(&rows).map_err(|reason| with_path(anyhow!("{reason}"), path));
    }
    parse_costs(text).map_err(|reason| anyhow!("--costs: {reason}; a file of that name is not there either"))
}

/// What `--vary` takes.
fn vary_help() -> String {
    let names: Vec<String> = Setting::SWEPT.iter().map(|setting| name_of(setting).replace('_', "-")).collect();
    format!(
        "Anything that can be varied: {}; as in learning-rate=0.001..0.1:3, sampler=instance,smote, map=linear,quadratic or optimiser=sgd,lbfgs; can be repeated",
        names.join(", ")
    )
}

/// Reads NAME=VALUES.
fn parameter_and_choices(text: &str) -> Result<(Setting, Choices), String> {
    let (name, values) =
        text.split_once('=').ok_or_else(|| "give a name and values, as in l2=0.0001,0.001".to_owned())?;
    let parameter = parse_name(name)?;
    Ok((parameter, Choices::parse(parameter, values)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::Sampler,
        experiment::sweep::{Name, Range, Value},
    };

    #[test]
    fn values_are_lists_or_ranges() {
        let numbers = |list: &[f64]| Choices::Values(list.iter().copied().map(Value::Number).collect());
        assert_eq!(parameter_and_choices("l2=0,0.1"), Ok((Setting::L2, numbers(&[0.0, 0.1]))));
        let range = Choices::Range(Range { from: 0.9, to: 0.9999, number: 7 });
        assert_eq!(parameter_and_choices("beta=0.9..0.9999:7"), Ok((Setting::Beta, range)));
        let samplers =
            Choices::Values([Sampler::Instance, Sampler::Smote].map(|name| Value::Name(Name::Sampler(name))).to_vec());
        assert_eq!(parameter_and_choices("sampler=instance,smote"), Ok((Setting::Sampler, samplers)));
        for bad in ["l2", "banana=1", "l2=x", "l2=1,", "l2=0..x", "sampler=7"] {
            assert!(parameter_and_choices(bad).is_err(), "{bad}");
        }
    }
}
