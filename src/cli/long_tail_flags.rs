//! Flags that make a table long-tailed, and the sentences on what that keeps.

use std::str::FromStr;

use anyhow::bail;
use clap::Args;

use super::{
    input::number,
    output::say,
    profile_flags::{ProfileFlags, set},
};
use crate::{
    data::{ClassOrder, LongTail},
    distribution::{DistributionSpec, Profile},
    experiment::{ExperimentSpec, name_of, parse_name},
    numbers::written,
};

/// A table with other class counts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Real data")]
pub(super) struct LongTailFlags {
    /// Train on so many rows of each class as a profile asks for, and test on the rest: exponential:100, step:10 and linear:50 (imbalance factor), pareto:6 (power), zipf:1 (exponent), fitted:5000 (total), uniform, own (with --counts), or none. No class gets more than --max, nor more than there is
    #[arg(long, value_name = "PROFILE[:PARAMETER]", conflicts_with = "profile")]
    make_long_tailed: Option<Shape>,
    /// Which class is the head, which the tail: size, name, or all labels from head to tail, separated by commas [default: size]
    #[arg(long, value_name = "size|name|LABELS", value_parser = class_order)]
    class_order: Option<Order>,
}

/// A profile with its own parameter; no profile leaves the table as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape(Option<(Profile, Option<f64>)>);

/// A class order, with labels where it is the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Order(ClassOrder, Vec<String>);

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        let (name, parameter) = match text.split_once(':') {
            Some((name, parameter)) => (name, Some(number(parameter)?)),
            None => (text, None),
        };
        let profile: Profile = parse_name(name)?;
        if parameter.is_some() && parameter_of(profile).is_none() {
            return Err(format!("the profile {} takes no number, leave out what follows the colon", name_of(&profile)));
        }
        Ok(Self(Some((profile, parameter))))
    }
}

/// The flag that sets a profile's own parameter otherwise.
fn parameter_of(profile: Profile) -> Option<&'static str> {
    match profile {
        Profile::Exponential | Profile::Step | Profile::Linear => Some("--imbalance"),
        Profile::Zipf => Some("--zipf-exponent"),
        Profile::Pareto => Some("--pareto-power"),
        Profile::Fitted => Some("--total"),
        Profile::Uniform | Profile::Own => None,
    }
}

fn class_order(text: &str) -> Result<Order, String> {
    match text.trim() {
        "size" => return Ok(Order(ClassOrder::BySize, Vec::new())),
        "name" => return Ok(Order(ClassOrder::ByName, Vec::new())),
        _ => {}
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(text.as_bytes());
    let labels = reader.records().next().and_then(Result::ok).unwrap_or_default();
    if labels.len() < 2 {
        return Err("give size, name, or all labels from head to tail, separated by commas".to_owned());
    }
    Ok(Order(ClassOrder::Own, labels.iter().map(str::to_owned).collect()))
}

impl LongTailFlags {
    /// Puts what is given into an experiment, together with the flags for class counts.
    ///
    /// # Errors
    /// When there is no table to make long-tailed, flags contradict each other, or a list of counts cannot be read.
    pub(super) fn apply(&self, spec: &mut ExperimentSpec, profile: &ProfileFlags) -> anyhow::Result<()> {
        let is_any_given = self.make_long_tailed.is_some() || self.class_order.is_some();
        if is_any_given && !spec.data.source.is_table() {
            bail!(
                "--make-long-tailed and --class-order go with --data or --built-in; counts of generated data have --profile"
            );
        }
        if let Some(Shape(shape)) = self.make_long_tailed {
            spec.data.long_tailed = shape.is_some();
            if let Some((shape, parameter)) = shape {
                give_shape(&mut spec.distribution, shape, parameter, profile)?;
            }
        }
        if let Some(Order(order, labels)) = &self.class_order {
            if !spec.data.long_tailed {
                bail!("--class-order goes with --make-long-tailed: name a profile, for example exponential:100");
            }
            spec.data.class_order = *order;
            set(&mut spec.data.own_order, Some(labels.clone()).filter(|labels| !labels.is_empty()));
        }
        if spec.data.source.is_table() && spec.data.long_tailed {
            if profile.gives_classes() {
                bail!("--classes does not go with --make-long-tailed: the table has its own number of classes");
            }
            profile.apply(&mut spec.distribution)?;
        }
        Ok(())
    }
}

fn give_shape(
    distribution: &mut DistributionSpec,
    shape: Profile,
    parameter: Option<f64>,
    flags: &ProfileFlags,
) -> anyhow::Result<()> {
    if flags.gives_counts() && shape != Profile::Own {
        bail!("--counts and --counts-file go with --make-long-tailed own, not with {}", name_of(&shape));
    }
    distribution.profile = shape;
    let Some(parameter) = parameter else { return Ok(()) };
    if let Some(flag) = parameter_of(shape).filter(|flag| flags.gives(flag)) {
        bail!("{flag} says again what follows the colon of --make-long-tailed: leave one out");
    }
    match shape {
        Profile::Zipf => distribution.zipf_exponent = parameter,
        Profile::Pareto => distribution.pareto_power = parameter,
        Profile::Fitted if parameter >= 0.0 && parameter.fract() == 0.0 => distribution.total = parameter as u64,
        Profile::Fitted => {
            bail!("the total after fitted: must be a whole number from 0 up, got {}", written(parameter))
        }
        _ => distribution.imbalance = parameter,
    }
    Ok(())
}

/// Says what is kept of a table and what it is tested on.
pub(super) fn say_what_is_kept(long_tail: &LongTail) {
    say(&long_tail.summary());
    for remark in long_tail.limit_remark().into_iter().chain(long_tail.test_remarks()) {
        say(&remark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_come_with_their_own_parameter() {
        let shape = |text: &str| text.parse::<Shape>();
        assert_eq!(shape("exponential:100"), Ok(Shape(Some((Profile::Exponential, Some(100.0))))));
        assert_eq!(shape("zipf"), Ok(Shape(Some((Profile::Zipf, None)))));
        assert_eq!(shape("none"), Ok(Shape(None)));
        for (nonsense, expected) in [
            ("", "there is no ``"),
            ("bell:3", "there is no `bell`, expected one of `exponential`"),
            ("step:", "give a number"),
            ("step:ten", "give a number"),
            ("uniform:2", "the profile uniform takes no number"),
            ("own:2", "the profile own takes no number"),
        ] {
            let message = shape(nonsense).unwrap_err();
            assert!(message.contains(expected), "{nonsense}: {message}");
        }
    }

    #[test]
    fn a_class_order_is_a_word_or_a_list_of_labels() {
        assert_eq!(class_order("name"), Ok(Order(ClassOrder::ByName, vec![])));
        let own = |labels: [&str; 2]| Ok(Order(ClassOrder::Own, labels.map(str::to_owned).to_vec()));
        assert_eq!(class_order("size, name"), own(["size", "name"]));
        assert_eq!(class_order("\"a, b\",c"), own(["a, b", "c"]));
        for nonsense in ["", "big", " "] {
            assert!(class_order(nonsense).unwrap_err().contains("separated by commas"), "{nonsense}");
        }
    }
}
