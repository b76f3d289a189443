//! Situations in which re-weighting hurts, or does nothing: complete experiments, since it takes their objectives to show it.

use super::{Setup, Situation};
use crate::{
    data::Sampler,
    distribution::{DistributionSpec, Profile},
    experiment::{DataSpec, ExperimentSpec, LBFGS_EPOCHS, ObjectiveSpec, Preset, TrainingSpec},
    train::Optimiser,
};

/// The situations; `tests/training.rs` holds each to what it says.
pub(super) fn situations() -> Vec<Situation> {
    vec![
        situation(
            "Step imbalance: CB pays at the head",
            "Five classes with 2000 samples, five with 20: CB finds about half of the rare ones, of which CE finds none, and gives up a tenth of the frequent ones. As nearly all samples are frequent, natural accuracy falls while macro recall rises: which of them counts decides",
            DistributionSpec { profile: Profile::Step, ..DistributionSpec::default() },
            DataSpec::default(),
            vec![Preset::Ce.objective(), Preset::CbSoftmax.objective()],
            TrainingSpec::default(),
        ),
        situation(
            "β too large: the head pays much for little",
            "With three samples in the rarest class β = 0.99999 is inverse frequency: compared with β = 0.999 it gains two points of macro recall and loses ten of natural accuracy",
            DistributionSpec {
                profile: Profile::Own,
                own_counts: vec![5000, 2000, 800, 300, 100, 30, 8, 3],
                ..DistributionSpec::default()
            },
            DataSpec::default(),
            [0.99, 0.999, 0.99999]
                .into_iter()
                .map(|beta| ObjectiveSpec { name: format!("CB β {beta}"), beta, ..Preset::CbSoftmax.objective() })
                .collect(),
            TrainingSpec::default(),
        ),
        situation(
            "Separable data without L2: weights fade",
            "Where classes do not overlap and nothing holds the model back, every weighting ends at nearly the same boundary: weights matter where samples compete. An L2 of 0.01 brings the difference back",
            DistributionSpec { classes: 6, ..DistributionSpec::default() },
            DataSpec { separation: 4.0, spread: 0.6, ..DataSpec::default() },
            vec![Preset::Ce.objective(), Preset::BalancedCe.objective(), Preset::CbSoftmax.objective()],
            TrainingSpec { optimiser: Optimiser::Lbfgs, l2: 0.0, epochs: LBFGS_EPOCHS, ..TrainingSpec::default() },
        ),
        situation(
            "Focal loss alone does not balance",
            "Focal loss looks at hard samples, not at rare classes: compared with CE it gains a point or two of macro recall where class weights gain twenty",
            DistributionSpec { profile: Profile::Step, ..DistributionSpec::default() },
            DataSpec::default(),
            vec![Preset::Ce.objective(), Preset::Focal.objective(), Preset::BalancedCe.objective()],
            TrainingSpec::default(),
        ),
        situation(
            "Corrected twice: balanced batches and weights",
            "Batches with every class as often are one remedy and inverse-frequency weights another: together the rare classes swallow the frequent ones, and all that was gained is lost",
            DistributionSpec::default(),
            DataSpec::default(),
            vec![
                Preset::Ce.objective(),
                Preset::CeClassBalanced.objective(),
                ObjectiveSpec {
                    name: "Balanced twice".to_owned(),
                    sampler: Sampler::ClassBalanced,
                    ..Preset::BalancedCe.objective()
                },
            ],
            TrainingSpec::default(),
        ),
    ]
}

fn situation(
    name: &str,
    explanation: &str,
    distribution: DistributionSpec,
    data: DataSpec,
    objectives: Vec<ObjectiveSpec>,
    training: TrainingSpec,
) -> Situation {
    let mut spec = ExperimentSpec { objectives, ..ExperimentSpec::default() };
    spec.assign_colours();
    Situation {
        group: "Where re-weighting hurts",
        name: name.to_owned(),
        explanation: explanation.to_owned(),
        distribution,
        data,
        setup: Some(Setup { objectives: spec.objectives, training }),
    }
}
