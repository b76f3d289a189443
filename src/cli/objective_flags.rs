//! Flags that say what is compared, for one class a row and for any number of labels.

use anyhow::bail;
use clap::Args;

use super::{
    input::{check_distinct, number, whole},
    output::say,
};
use crate::{
    data::Sampler,
    experiment::{
        ExperimentError, ExperimentSpec, ObjectiveSpec, Preset, Setting,
        multilabel::{LabelNumbers, LabelObjective, LabelPreset},
        name_of, parse_name,
    },
    loss::{Head, OffsetKind},
    train::BiasStart,
};

/// What is compared.
#[derive(Debug, Args)]
#[command(next_help_heading = "Objectives")]
pub(super) struct ObjectiveFlags {
    /// Objectives, separated by commas: ce, balanced-ce, inverse-sqrt, focal, cb-softmax, cb-focal, sigmoid-ce, sigmoid-focal, cb-sigmoid, cb-sigmoid-focal, ce-class-balanced, ce-smote, balanced-softmax, ce-adjusted, ldam, ldam-drw, deferred-cb [default: ce,balanced-ce,focal,cb-softmax]; with --labels bce, pos-weight, balanced-bce, sqrt-bce, cb-bce, column-bce, focal-bce, cb-focal-bce, asl, db-bce, db-focal [default: bce,pos-weight]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = any_preset)]
    objective: Vec<AnyPreset>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::Beta.help("of the objectives that weigh by the effective number [default: 0.999]"))]
    beta: Option<f64>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::Gamma.help("of the focal losses [default: 2, with class weights 1]"))]
    gamma: Option<f64>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::Alpha.help("of the sigmoid losses [default: 0.25 for sigmoid-focal, else none]"))]
    alpha: Option<f64>,
    /// What is added to the logits of every softmax objective: none, logit-adjustment (in training), test-adjustment or ldam [default: none]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<OffsetKind>)]
    offsets: Option<OffsetKind>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::Tau.help("of logit adjustment [default: 1]"))]
    tau: Option<f64>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::MaxMargin.help("of ldam [default: 0.5]"))]
    max_margin: Option<f64>,
    #[arg(long, value_name = "SHARE", value_parser = number, allow_negative_numbers = true, help = Setting::Defer.help("of the run, after which class weights apply; until then every class weighs 1 [default: 0; 0.8 for ldam-drw and deferred-cb]"))]
    defer: Option<f64>,
    /// Where the bias of every objective starts: standard, zero, class-shares or probability (see --prior) [default: standard]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<BiasStart>)]
    bias_start: Option<BiasStart>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::Prior.help("that the bias of a sigmoid head starts at, with --bias-start probability [default: 0.01]"))]
    prior: Option<f64>,
    /// Which training samples an epoch looks at, for every objective: instance, class-balanced, square-root, progressive, over-sampling, under-sampling or smote [default: instance]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Sampler>)]
    sampler: Option<Sampler>,
    /// The sampler of one objective, as in --sampler-of CB=smote; by its name or as in --objective; can be repeated
    #[arg(long, value_name = "OBJECTIVE=NAME", value_parser = objective_and_sampler)]
    sampler_of: Vec<(String, Sampler)>,
    #[arg(long, value_name = "K", value_parser = whole::<usize>, allow_negative_numbers = true, help = Setting::Neighbours.help("of smote [default: 5]"))]
    neighbours: Option<usize>,
}

impl ObjectiveFlags {
    /// Overrides the objectives of an experiment by what is given.
    ///
    /// # Errors
    /// When a flag has no meaning for the experiment, or a number is outside its range.
    pub(super) fn apply(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        let presets = self.class_presets()?;
        if !presets.is_empty() {
            spec.objectives.clear();
            for preset in &presets {
                if spec.add_objective(preset.objective()).is_none() {
                    return Err(ExperimentError::TooManyObjectives(self.objective.len()).into());
                }
            }
        }
        override_numbers(
            spec,
            &[(Setting::Beta, self.beta), (Setting::Gamma, self.gamma), (Setting::Alpha, self.alpha)],
        )?;
        let is_softmax = |objective: &ObjectiveSpec| objective.head == Head::Softmax;
        override_where(spec, "--offsets", self.offsets, is_softmax, |objective, kind| objective.offsets = kind);
        override_numbers(
            spec,
            &[(Setting::Tau, self.tau), (Setting::MaxMargin, self.max_margin), (Setting::Defer, self.defer)],
        )?;
        override_where(
            spec,
            "--bias-start",
            self.bias_start,
            |_| true,
            |objective, start| objective.bias_start = start,
        );
        override_numbers(spec, &[(Setting::Prior, self.prior)])?;
        self.apply_samplers(spec)?;
        override_numbers(spec, &[(Setting::Neighbours, self.neighbours.map(|k| k as f64))])
    }

    /// The objectives for samples with one class each.
    fn class_presets(&self) -> anyhow::Result<Vec<Preset>> {
        let mut presets = Vec::with_capacity(self.objective.len());
        for preset in &self.objective {
            match preset {
                AnyPreset::Classes(preset) => presets.push(*preset),
                AnyPreset::Labels(preset) => bail!(
                    "the objective {} is for rows with any number of labels: name the label columns with --labels a,b,c",
                    dashed(preset)
                ),
            }
        }
        check_distinct("--objective", &presets, dashed)?;
        Ok(presets)
    }

    /// The objectives for samples with any number of labels, with `own` numbers besides those of these flags.
    ///
    /// # Errors
    /// When an objective or another flag is for one class a sample, or a number is outside its range.
    pub(super) fn label_objectives(&self, own: LabelNumbers) -> anyhow::Result<Vec<LabelObjective>> {
        let refused = [
            ("--offsets", self.offsets.is_some()),
            ("--tau", self.tau.is_some()),
            ("--max-margin", self.max_margin.is_some()),
            ("--defer", self.defer.is_some()),
            ("--bias-start", self.bias_start.is_some()),
            ("--prior", self.prior.is_some()),
            ("--sampler", self.sampler.is_some()),
            ("--sampler-of", !self.sampler_of.is_empty()),
            ("--neighbours", self.neighbours.is_some()),
        ];
        if let Some((flag, _)) = refused.into_iter().find(|(_, is_given)| *is_given) {
            bail!("{flag} goes with one class a row, and --labels with any number of labels: leave one out");
        }
        let mut presets = Vec::with_capacity(self.objective.len());
        for preset in &self.objective {
            match preset {
                AnyPreset::Labels(preset) => presets.push(*preset),
                AnyPreset::Classes(preset) => bail!(
                    "the objective {} goes with one class a row: with --labels the objectives are {}",
                    dashed(preset),
                    LabelPreset::ALL.iter().map(dashed).collect::<Vec<_>>().join(", ")
                ),
            }
        }
        check_distinct("--objective", &presets, dashed)?;
        if presets.is_empty() {
            presets = vec![LabelPreset::Bce, LabelPreset::PosWeight];
        }
        let numbers = LabelNumbers { beta: self.beta, gamma: self.gamma, alpha: self.alpha, ..own };
        presets.into_iter().map(|preset| Ok(preset.objective(&numbers)?)).collect()
    }

    fn apply_samplers(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        override_where(spec, "--sampler", self.sampler, |_| true, |objective, sampler| objective.sampler = sampler);
        let names: Vec<&String> = self.sampler_of.iter().map(|(name, _)| name).collect();
        check_distinct("--sampler-of", &names, ToString::to_string)?;
        for (name, sampler) in &self.sampler_of {
            let preset = parse_name::<Preset>(name).ok();
            let is_meant = |objective: &ObjectiveSpec| {
                objective.name == *name || preset.is_some_and(|preset| objective.name == preset.label())
            };
            match spec.objectives.iter_mut().find(|objective| is_meant(objective)) {
                Some(objective) => objective.sampler = *sampler,
                None => {
                    let names: Vec<&str> = spec.objectives.iter().map(|objective| objective.name.as_str()).collect();
                    bail!("--sampler-of: there is no objective \"{name}\": the objectives are {}", names.join("; "));
                }
            }
        }
        Ok(())
    }
}

/// An objective for either kind of task.
#[derive(Debug, Clone, Copy, PartialEq)]
enum AnyPreset {
    Classes(Preset),
    Labels(LabelPreset),
}

/// Reads the name of an objective; what no task knows is answered with the names of those for one class a sample.
fn any_preset(text: &str) -> Result<AnyPreset, String> {
    let labels = parse_name::<LabelPreset>(text).map(AnyPreset::Labels);
    let classes = parse_name::<Preset>(text).map(AnyPreset::Classes);
    classes.or_else(|message| labels.map_err(|_| message))
}

/// The name of a choice on the command line.
fn dashed<T: serde::Serialize>(choice: &T) -> String {
    name_of(choice).replace('_', "-")
}

/// Reads OBJECTIVE=SAMPLER; the name of an objective may hold a sign of equality.
fn objective_and_sampler(text: &str) -> Result<(String, Sampler), String> {
    let (name, sampler) =
        text.rsplit_once('=').ok_or_else(|| "give an objective and a sampler, as in CB=smote".to_owned())?;
    Ok((name.trim().to_owned(), parse_name(sampler)?))
}

/// Gives numbers to the objectives that use them.
///
/// # Errors
/// When one is out of range: a mistake even where no objective uses it.
fn override_numbers(spec: &mut ExperimentSpec, numbers: &[(Setting, Option<f64>)]) -> anyhow::Result<()> {
    for &(setting, number) in numbers {
        let Some(number) = number else { continue };
        setting.check(number).map_err(anyhow::Error::msg)?;
        let users: Vec<bool> = spec.objectives.iter().map(|objective| setting.is_used_by(objective, spec)).collect();
        for (objective, _) in spec.objectives.iter_mut().zip(&users).filter(|(_, is_user)| **is_user) {
            setting.set_in(objective, number);
        }
        say_unused(&setting.flag(), users.contains(&true));
    }
    Ok(())
}

/// Gives a value to the objectives that use it, and says so where none does.
fn override_where<T: Copy>(
    spec: &mut ExperimentSpec,
    flag: &str,
    value: Option<T>,
    is_user: impl Fn(&ObjectiveSpec) -> bool,
    set: impl Fn(&mut ObjectiveSpec, T),
) {
    let Some(value) = value else { return };
    let mut has_user = false;
    for objective in spec.objectives.iter_mut().filter(|objective| is_user(objective)) {
        set(objective, value);
        has_user = true;
    }
    say_unused(flag, has_user);
}

/// Says that a flag has no effect, where no objective uses it.
fn say_unused(flag: &str, has_user: bool) {
    if !has_user {
        say(&format!("note: {flag} has no effect on the objectives compared"));
    }
}
