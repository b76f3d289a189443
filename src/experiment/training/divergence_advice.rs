//! Why a comparison has diverged, most likely, and under which learning rate it would not.

use super::Comparison;
use crate::{
    experiment::short,
    train::{StableRate, Status},
};

/// A learning rate at which no objective diverges, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct DivergenceAdvice {
    /// The learning rate, rounded down to two digits.
    pub learning_rate: f64,
    /// The likely cause, a sentence with its numbers.
    pub cause: String,
    /// Where the rate comes from.
    pub explanation: String,
}

impl DivergenceAdvice {
    /// For a comparison of which an objective has diverged; `None` where none has, or nothing is known that would help.
    ///
    /// `names` are those of the objectives, in the order of the specification.
    pub fn of(comparison: &Comparison, names: &[&str]) -> Option<Self> {
        if !comparison.trainers().any(|trainer| matches!(trainer.status(), Status::Diverged(_))) {
            return None;
        }
        let settings = comparison.trainers().next()?.settings();
        let rates = comparison
            .trainers()
            .zip(names)
            .filter_map(|(trainer, name)| Some((StableRate::of(trainer.checkpoint().problem(), settings)?, *name)));
        let (stable, name) = rates.min_by(|a, b| a.0.rate().total_cmp(&b.0.rate()))?;
        let now = settings.learning_rate;
        let is_cause = now > stable.rate();
        let learning_rate = rounded_down(if is_cause { stable.rate() } else { now / 2.0 });
        let times = match now / stable.rate() {
            times if times >= 1000.0 => "over 1,000".to_owned(),
            times => short(times.round().max(1.0)),
        };
        let now = short(now);
        let (cause, explanation) = match stable {
            _ if !is_cause => (
                format!("No cause is known; half of the learning rate {now} is a try"),
                format!(
                    "The learning rate is below {}, up to which gradient descent on these samples is stable",
                    short(stable.rate())
                ),
            ),
            StableRate::Curvature { smoothness, l2_share, .. } => {
                let source = if l2_share > 0.5 { ", most of it from L2" } else { "" };
                (
                    format!("Likely cause: learning rate {now}, {times} × what settles{source}"),
                    format!(
                        "Sure to settle is (1 − μ)/(2L) = {} with momentum μ = {} and L = {}, the curvature of the loss on a batch of these samples with their weights under {name}{source} (Gower et al. 2019)",
                        short(learning_rate),
                        short(settings.momentum),
                        short(smoothness)
                    ),
                )
            }
            StableRate::Adam { rate } => (
                format!("Likely cause: learning rate {now}, {times} × what Adam is made for"),
                format!(
                    "Adam's steps are as long as the learning rate, however steep the loss; its authors recommend {}",
                    short(rate)
                ),
            ),
        };
        Some(Self { learning_rate, cause, explanation })
    }
}

/// At most two digits that are not 0.
fn rounded_down(value: f64) -> f64 {
    let decade = 10_f64.powi(value.log10().floor() as i32 - 1);
    let rounded = (value / decade).floor() * decade;
    // Through text, so that 0.0045 is that and not 0.0045000000000000005.
    format!("{rounded:.3e}").parse().unwrap_or(rounded)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::AtomicBool};

    use super::*;
    use crate::{
        data::Seeds,
        experiment::{ExperimentSpec, Preset, Source},
        train::{Batch, Optimiser},
    };

    fn trained(spec: &ExperimentSpec, epochs: usize) -> Comparison {
        let checked = spec.check().unwrap();
        let dataset = Source::open(&checked).unwrap().dataset(Seeds::all(1)).unwrap();
        let mut comparison = Comparison::new(&checked, Arc::new(dataset), 1).unwrap();
        for _ in 0..epochs {
            comparison.train_epoch(&AtomicBool::new(false));
        }
        comparison
    }

    fn names(spec: &ExperimentSpec) -> Vec<&str> {
        spec.objectives.iter().map(|objective| objective.name.as_str()).collect()
    }

    #[test]
    fn nothing_has_to_be_mended_where_nothing_has_diverged() {
        let spec = ExperimentSpec::default();
        assert_eq!(DivergenceAdvice::of(&trained(&spec, 1), &names(&spec)), None);
    }

    #[test]
    fn what_diverged_trains_under_the_rate_that_is_offered() {
        for (optimiser, batch) in
            [(Optimiser::Sgd, Batch::Size(64)), (Optimiser::Sgd, Batch::Full), (Optimiser::Adam, Batch::Size(64))]
        {
            let mut spec = ExperimentSpec::default();
            (spec.training.optimiser, spec.training.batch) = (optimiser, batch);
            spec.training.learning_rate = 1e4;
            for preset in [Preset::CbSigmoidFocal, Preset::CeSmote] {
                spec.add_objective(preset.objective()).unwrap();
            }
            let advice = DivergenceAdvice::of(&trained(&spec, 20), &names(&spec)).unwrap();
            assert!(advice.learning_rate < 0.1, "{advice:?}");
            spec.training.learning_rate = advice.learning_rate;
            let mended = trained(&spec, 20);
            assert!(mended.trainers().all(|trainer| *trainer.status() == Status::Training), "{optimiser:?} {batch:?}");
            // And not only not beyond all bounds: the loss has fallen.
            let start = trained(&spec, 0);
            for (mended, start) in mended.trainers().zip(start.trainers()) {
                assert!(mended.objective() < start.objective(), "{optimiser:?} {batch:?}");
            }
        }
    }

    #[test]
    fn the_cause_is_told_with_its_numbers() {
        let mut spec = ExperimentSpec::default();
        spec.training.l2 = 1000.0;
        spec.training.learning_rate = 1.0;
        let advice = DivergenceAdvice::of(&trained(&spec, 5), &names(&spec)).unwrap();
        assert!(advice.cause.starts_with("Likely cause: learning rate 1, "), "{}", advice.cause);
        assert!(advice.explanation.contains("most of it from L2"), "{}", advice.explanation);
    }

    #[test]
    fn rates_are_rounded_down_to_two_digits() {
        for (value, expected) in [(0.00459, 0.0045), (0.1, 0.1), (12.99, 12.0), (9.99e-7, 9.9e-7)] {
            assert_eq!(rounded_down(value), expected);
        }
    }
}
