//! Flags of `train` and what they change in an experiment.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::{
    generator_flags::{GeneratorFlags, MapFlags},
    import_flags::ImportFlags,
    input::{check_distinct, number, readable, whole},
    long_tail_flags::LongTailFlags,
    output::say,
    profile_flags::{ProfileFlags, set},
    situations::SituationFlag,
    split_flags::SplitFlags,
};
use crate::{
    data::{BuiltIn, Sampler},
    experiment::{
        DataSource, ExperimentError, ExperimentSpec, LBFGS_EPOCHS, ObjectiveSpec, Preset, Setting, Situation, name_of,
        parse_name,
    },
    loss::{Head, OffsetKind},
    train::{Batch, BiasStart, Optimiser, Reduction},
    weighting::Normalisation,
};

/// Where samples come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Real data")]
pub(super) struct DataFlags {
    /// A file of delimited text (.csv, .tsv and the like), KEEL's or ARFF format, JSON objects, svmlight, Parquet, Arrow or Excel, also compressed; see `inspect`; "-" is standard input
    #[arg(long, value_name = "FILE", value_parser = readable())]
    data: Option<PathBuf>,
    /// A data set that the program carries: page-blocks, yeast or digits
    #[arg(long, value_name = "NAME", value_parser = parse_name::<BuiltIn>, conflicts_with_all = ["data", "label"])]
    built_in: Option<BuiltIn>,
    #[command(flatten)]
    import: ImportFlags,
    #[command(flatten)]
    split: SplitFlags,
}

/// What is compared.
#[derive(Debug, Args)]
#[command(next_help_heading = "Objectives")]
pub(super) struct ObjectiveFlags {
    /// Objectives, separated by commas: ce, balanced-ce, inverse-sqrt, focal, cb-softmax, cb-focal, sigmoid-ce, sigmoid-focal, cb-sigmoid, cb-sigmoid-focal, ce-class-balanced, ce-smote, balanced-softmax, ce-adjusted, ldam, ldam-drw, deferred-cb [default: ce,balanced-ce,focal,cb-softmax]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse_name::<Preset>)]
    objective: Vec<Preset>,
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

/// How models are trained.
#[derive(Debug, Args)]
#[command(next_help_heading = "Training")]
pub(super) struct TrainingFlags {
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true, help = Setting::Epochs.help("over the training samples; for lbfgs the most iterations [default: 200; lbfgs: 5000]"))]
    epochs: Option<u64>,
    /// Samples in one step, or full [default: 64]
    #[arg(long, value_name = "N|full", allow_negative_numbers = true)]
    batch: Option<Batch>,
    /// sgd, adam or lbfgs (full batch, to the optimum) [default: sgd; lbfgs on a table where nothing is said of epochs, batches, learning rate or momentum]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Optimiser>, alias = "optimizer")]
    optimiser: Option<Optimiser>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::LearningRate.help("of sgd and adam [default: 0.005]"))]
    learning_rate: Option<f64>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::Momentum.help("of sgd [default: 0.9]"))]
    momentum: Option<f64>,
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true, help = Setting::L2.help("on the weights of the model, never on its bias [default: 0.0001]"))]
    l2: Option<f64>,
    /// Scale of class weights: sum-to-classes, mean-sample-one or none [default: mean-sample-one]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Normalisation>, alias = "normalize")]
    normalise: Option<Normalisation>,
    /// Mean of a batch: batch-mean (TensorFlow) or weighted-mean (PyTorch) [default: batch-mean]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Reduction>)]
    reduction: Option<Reduction>,
    /// Number of repetitions, each with its own data, split and batch order [default: 1]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    seeds: Option<u64>,
    /// The first seed [default: 1]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// The first seed of the split into training and test samples [default: as --seed]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    split_seed: Option<u64>,
    /// The first seed of initial parameters and batch order [default: as --seed]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    init_seed: Option<u64>,
}

/// What is trained and tested on.
#[derive(Debug, Args)]
pub(super) struct SampleFlags {
    #[command(flatten)]
    situation: SituationFlag,
    #[command(flatten)]
    data: DataFlags,
    #[command(flatten)]
    long_tail: LongTailFlags,
    #[command(flatten)]
    generator: GeneratorFlags,
    #[command(flatten)]
    map: MapFlags,
    #[command(flatten)]
    profile: ProfileFlags,
}

/// Everything that a flag can change in an experiment.
#[derive(Debug, Args)]
pub(super) struct ExperimentFlags {
    #[command(flatten)]
    samples: SampleFlags,
    #[command(flatten)]
    objectives: ObjectiveFlags,
    #[command(flatten)]
    training: TrainingFlags,
}

impl ExperimentFlags {
    /// See [`TrainingFlags::default_to_optimum`]; objectives that change during the run stay with SGD.
    pub(super) fn default_to_optimum(&self, spec: &mut ExperimentSpec) {
        let mut optimal = spec.clone();
        self.training.default_to_optimum(&mut optimal);
        if !self.samples.has_situation() && optimal.check().is_ok() {
            *spec = optimal;
        }
    }

    /// Overrides an experiment by what is given.
    ///
    /// # Errors
    /// When a flag has no meaning for the experiment, or a list of counts cannot be read.
    pub(super) fn apply(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        self.samples.apply(spec)?;
        self.objectives.apply(spec)?;
        self.training.apply(spec);
        Ok(())
    }

    /// The file that counts are read from.
    pub(super) fn counts_file(&self) -> Option<&Path> {
        self.samples.counts_file()
    }
}

impl SampleFlags {
    /// Whether a situation is named, which says how it is trained.
    pub(super) fn has_situation(&self) -> bool {
        self.situation.situation.is_some()
    }

    /// Overrides the samples of an experiment by what is given.
    ///
    /// # Errors
    /// When a flag has no meaning for the experiment, or a list of counts cannot be read.
    pub(super) fn apply(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        if let Some(situation) = &self.situation.situation {
            Situation::clone(situation).apply(spec);
        }
        self.data.apply(spec)?;
        self.apply_generated(spec)?;
        self.map.apply(&mut spec.data);
        Ok(())
    }

    /// The file that counts are read from.
    pub(super) fn counts_file(&self) -> Option<&Path> {
        self.profile.counts_file()
    }

    fn apply_generated(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        self.long_tail.apply(spec, &self.profile)?;
        let is_profile_lost = self.profile.is_given() && !spec.uses_distribution();
        let is_any_given = is_profile_lost || self.generator.is_given();
        if is_any_given && spec.data.source == DataSource::BuiltIn {
            bail!(
                "flags for class counts and generated data do not go with a built-in data set: leave them out, or add --make-long-tailed for class counts"
            );
        }
        if is_any_given && spec.data.source == DataSource::File {
            let path = spec.data.path.clone().unwrap_or_default();
            bail!(
                "flags for class counts and generated data do not go with data from a file: leave them out, or add --make-long-tailed for class counts: {}",
                path.display()
            );
        }
        if !spec.data.source.is_table() {
            self.profile.apply(&mut spec.distribution)?;
        }
        self.generator.apply(&mut spec.data);
        Ok(())
    }
}

impl DataFlags {
    fn apply(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        if let Some(path) = &self.data {
            spec.data.source = DataSource::File;
            spec.data.path = Some(path.clone());
        }
        if let Some(set) = self.built_in {
            spec.data.source = DataSource::BuiltIn;
            spec.data.built_in = set;
        }
        let is_any_given = self.import.is_given() || self.split.is_given();
        if is_any_given && !spec.data.source.is_table() {
            bail!("--label, --drop, --test-share and the like go with data from a file: name it with --data");
        }
        if let Some(flag) =
            self.import.about_files().or(self.split.about_files()).filter(|_| spec.data.source == DataSource::BuiltIn)
        {
            bail!("{flag} says how a file is read, and data that the program carries are in no file: leave it out");
        }
        self.import.check()?;
        let mut import = spec.data.import();
        self.import.apply(&mut import);
        spec.data.set_import(import);
        self.split.apply(spec);
        Ok(())
    }
}

impl ObjectiveFlags {
    fn apply(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        check_distinct("--objective", &self.objective, |preset| name_of(preset).replace('_', "-"))?;
        if !self.objective.is_empty() {
            spec.objectives.clear();
            for preset in &self.objective {
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

impl TrainingFlags {
    /// Trains a linear model on a table to its optimum by L-BFGS, where nothing is said of how it is trained.
    pub(super) fn default_to_optimum(&self, spec: &mut ExperimentSpec) {
        let is_told = self.optimiser.is_some()
            || self.epochs.is_some()
            || self.learning_rate.is_some()
            || self.momentum.is_some()
            || self.batch.is_some();
        if spec.data.source.is_table() && !is_told {
            (spec.training.optimiser, spec.training.epochs) = (Optimiser::Lbfgs, LBFGS_EPOCHS);
        }
    }

    /// Overrides how an experiment trains by what is given.
    pub(super) fn apply(&self, spec: &mut ExperimentSpec) {
        let is_lbfgs = self.optimiser == Some(Optimiser::Lbfgs);
        let training = &mut spec.training;
        set(&mut training.epochs, self.epochs.or(is_lbfgs.then_some(LBFGS_EPOCHS)));
        set(&mut training.batch, self.batch);
        set(&mut training.optimiser, self.optimiser);
        set(&mut training.learning_rate, self.learning_rate);
        set(&mut training.momentum, self.momentum);
        set(&mut training.l2, self.l2);
        set(&mut training.normalisation, self.normalise);
        set(&mut training.reduction, self.reduction);
        set(&mut spec.seeds, self.seeds);
        set(&mut spec.seed, self.seed);
        set(&mut spec.split_seed, self.split_seed.map(Some));
        set(&mut spec.init_seed, self.init_seed.map(Some));
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(clap::Parser)]
    struct All {
        #[command(flatten)]
        flags: ExperimentFlags,
    }

    #[test]
    fn every_setting_of_the_table_has_a_flag_with_its_range() {
        let help = All::command().term_width(0).render_long_help().to_string();
        for setting in Setting::SWEPT {
            let Some(numbers) = setting.numbers() else { continue };
            let mut spec = ExperimentSpec { objectives: Vec::new(), ..ExperimentSpec::default() };
            for preset in [Preset::CbSigmoidFocal, Preset::BalancedSoftmax, Preset::Ldam, Preset::CeSmote] {
                spec.add_objective(preset.objective()).unwrap();
            }
            spec.objectives[0].bias_start = BiasStart::Probability;
            let value = if numbers.is_whole { 7.0 } else { numbers.slider[0] + 0.25 };
            let flags = |value: f64| All::try_parse_from(["lab", &setting.flag(), &value.to_string()]);
            flags(value).unwrap().flags.apply(&mut spec).unwrap();
            let is_set = |objective: &ObjectiveSpec| setting.number(objective, &spec) == Some(value);
            assert!(spec.objectives.iter().any(is_set), "{setting:?}");
            let too_large = numbers.ends[1] * 2.0 + 1.0;
            let is_refused = flags(too_large).map_or(true, |all| {
                all.flags.apply(&mut spec).is_err() || spec.check().is_err() || setting == Setting::Batch
            });
            assert!(is_refused, "{setting:?} {too_large}");
            // These two have words of their own.
            let is_elsewhere = matches!(setting, Setting::Batch | Setting::Imbalance);
            assert!(is_elsewhere || help.contains(setting.help("").trim_end()), "{setting:?}: {help}");
        }
    }

    #[test]
    fn the_help_states_the_defaults_that_hold() {
        let help = All::command().term_width(0).render_long_help().to_string();
        let ExperimentSpec { training, data, distribution, .. } = ExperimentSpec::default();
        for (flag, default) in [
            ("learning-rate", training.learning_rate),
            ("momentum", training.momentum),
            ("l2", training.l2),
            ("batch", 64.0),
            ("separation", data.separation),
            ("spread", data.spread),
            ("test-per-class", data.test_per_class as f64),
            ("max", distribution.max_count as f64),
        ] {
            let text = help.split(&format!("--{flag} ")).nth(1).unwrap_or_else(|| panic!("no --{flag} in {help}"));
            let text = text.split("\n      --").next().unwrap_or_default();
            assert!(text.contains(&format!("[default: {default}]")), "--{flag}: {text}");
        }
        assert_eq!((training.batch, training.epochs), (Batch::Size(64), 200));
    }
}
