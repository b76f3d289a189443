//! Flags for class counts: a profile with its parameters, a list, or a file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    input::{number, read_text, whole, with_path},
    output::say,
};
use crate::{
    distribution::{ClassCounts, DistributionError, DistributionSpec, Profile, parse_counts},
    experiment::{file::MAX_TEXT_BYTES, name_of, parse_name},
};

/// Class counts.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Class counts")]
pub(super) struct ProfileFlags {
    /// Rule for the counts: exponential, step, linear, zipf, pareto, fitted or uniform [default: exponential]
    #[arg(long, value_name = "NAME", value_parser = profile)]
    profile: Option<Profile>,
    /// Number of classes [default: 10]
    #[arg(long, value_name = "C", value_parser = whole::<usize>, allow_negative_numbers = true)]
    classes: Option<usize>,
    /// Samples of the most frequent class [default: 2000]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    max: Option<u64>,
    /// Imbalance factor: samples of the most frequent class over those of the rarest [default: 100]
    #[arg(long, value_name = "F", value_parser = number, allow_negative_numbers = true)]
    imbalance: Option<f64>,
    /// Share of classes in the minority, between 0 and 1; step profile [default: 0.5]
    #[arg(long, value_name = "SHARE", value_parser = number, allow_negative_numbers = true)]
    minority_share: Option<f64>,
    /// Exponent s of n/(i+1)^s, 0 to 10; zipf profile [default: 1]
    #[arg(long, value_name = "S", value_parser = number, allow_negative_numbers = true)]
    zipf_exponent: Option<f64>,
    /// Power of the distribution, above 0, at most 100; pareto profile [default: 6]
    #[arg(long, value_name = "ALPHA", value_parser = number, allow_negative_numbers = true)]
    pareto_power: Option<f64>,
    /// Number of samples of all classes together; fitted profile [default: 5000]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    total: Option<u64>,
    /// Your own counts, separated by commas
    #[arg(long, value_name = "LIST", allow_hyphen_values = true, conflicts_with_all = PROFILE)]
    counts: Option<String>,
    /// A file with your own counts, one whole number a line; "-" is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = PROFILE, conflicts_with = "counts")]
    counts_file: Option<PathBuf>,
}

const PROFILE: [&str; 8] =
    ["profile", "classes", "max", "imbalance", "minority_share", "zipf_exponent", "pareto_power", "total"];

fn profile(text: &str) -> Result<Profile, String> {
    match parse_name(text)? {
        Profile::Own => Err("give your own counts with --counts or --counts-file".to_owned()),
        profile => Ok(profile),
    }
}

impl ProfileFlags {
    /// Whether any of them is given.
    pub(super) fn is_given(&self) -> bool {
        let Self { profile, classes, max, total, counts, counts_file, .. } = self;
        let numbers = [self.imbalance, self.minority_share, self.zipf_exponent, self.pareto_power];
        profile.is_some()
            || classes.is_some()
            || max.is_some()
            || total.is_some()
            || numbers.iter().any(Option::is_some)
            || counts.is_some()
            || counts_file.is_some()
    }

    /// Whether the number of classes is given.
    pub(super) fn gives_classes(&self) -> bool {
        self.classes.is_some()
    }

    /// Whether a list of counts is given.
    pub(super) fn gives_counts(&self) -> bool {
        self.counts.is_some() || self.counts_file.is_some()
    }

    /// The file that counts are read from.
    pub(super) fn counts_file(&self) -> Option<&Path> {
        self.counts_file.as_deref()
    }

    /// Whether the parameter of this flag is given.
    pub(super) fn gives(&self, flag: &str) -> bool {
        let parameters = [
            ("--imbalance", self.imbalance.is_some()),
            ("--minority-share", self.minority_share.is_some()),
            ("--zipf-exponent", self.zipf_exponent.is_some()),
            ("--pareto-power", self.pareto_power.is_some()),
            ("--total", self.total.is_some()),
        ];
        parameters.contains(&(flag, true))
    }

    /// Puts what is given into a specification and says what has no effect there.
    ///
    /// # Errors
    /// When a list holds something that is no count, or a file cannot be read.
    pub(super) fn apply(&self, spec: &mut DistributionSpec) -> anyhow::Result<()> {
        if let Some(counts) = self.own_counts()? {
            spec.profile = Profile::Own;
            spec.own_counts = counts.as_slice().to_vec();
            return Ok(());
        }
        set(&mut spec.profile, self.profile);
        set(&mut spec.classes, self.classes);
        set(&mut spec.max_count, self.max);
        set(&mut spec.imbalance, self.imbalance);
        set(&mut spec.minority_share, self.minority_share);
        set(&mut spec.zipf_exponent, self.zipf_exponent);
        set(&mut spec.pareto_power, self.pareto_power);
        set(&mut spec.total, self.total);
        self.say_what_has_no_effect(spec.profile);
        Ok(())
    }

    fn own_counts(&self) -> anyhow::Result<Option<ClassCounts>> {
        let parse = |text: &str| parse_counts(text).and_then(ClassCounts::with_two_classes);
        if let Some(list) = &self.counts {
            let counts = parse(list).map_err(|error| match error {
                // A list on the command line has no lines to count.
                DistributionError::NotACount { text, .. } => anyhow::anyhow!(
                    "--counts: \"{text}\" is not a class count: counts are whole numbers from 0 up, separated by commas"
                ),
                other => other.into(),
            })?;
            return Ok(Some(counts));
        }
        let Some(path) = &self.counts_file else { return Ok(None) };
        parse(&read_text(path, MAX_TEXT_BYTES)?).map(Some).map_err(|error| with_path(error, path))
    }

    fn say_what_has_no_effect(&self, profile: Profile) {
        let parameters = [
            ("--imbalance", self.imbalance.is_some(), profile.uses_imbalance()),
            ("--minority-share", self.minority_share.is_some(), profile == Profile::Step),
            ("--zipf-exponent", self.zipf_exponent.is_some(), profile == Profile::Zipf),
            ("--pareto-power", self.pareto_power.is_some(), profile == Profile::Pareto),
            ("--total", self.total.is_some(), profile == Profile::Fitted),
        ];
        for (flag, is_given, is_used) in parameters {
            if is_given && !is_used {
                say(&format!("note: {flag} has no effect on the {} profile", name_of(&profile)));
            }
        }
    }
}

/// Overrides a setting where a flag is given.
pub(super) fn set<T: Clone>(setting: &mut T, flag: Option<T>) {
    if let Some(value) = flag {
        *setting = value;
    }
}
