//! Flags of `train` and what they change in an experiment.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::{
    generator_flags::{GeneratorFlags, MapFlags},
    import_flags::ImportFlags,
    input::{number, readable, whole},
    long_tail_flags::LongTailFlags,
    objective_flags::ObjectiveFlags,
    profile_flags::{ProfileFlags, set},
    situations::SituationFlag,
    split_flags::SplitFlags,
};
use crate::{
    data::BuiltIn,
    experiment::{
        DataSource, ExperimentSpec, LBFGS_EPOCHS, Setting, Situation,
        multilabel::{LabelNumbers, LabelObjective},
        parse_name,
    },
    train::{Batch, Optimiser, Reduction},
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

    /// The objectives for samples with any number of labels; see [`ObjectiveFlags::label_objectives`].
    pub(super) fn label_objectives(&self, own: LabelNumbers) -> anyhow::Result<Vec<LabelObjective>> {
        self.objectives.label_objectives(own)
    }

    /// The share that is tested on, where it is given.
    pub(super) fn test_share(&self) -> Option<f64> {
        self.samples.data.split.test_share()
    }

    /// Overrides everything but objectives by what is given.
    pub(super) fn apply_to_labels(&self, spec: &mut ExperimentSpec) -> anyhow::Result<()> {
        self.samples.apply(spec)?;
        self.training.apply(spec);
        self.training.default_to_optimum(spec);
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
    use crate::{
        experiment::{ObjectiveSpec, Preset},
        train::BiasStart,
    };

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
