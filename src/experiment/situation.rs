//! Textbook situations: counts and samples that show one thing well.

use super::{DataSource, DataSpec};
use crate::{
    data::{BuiltIn, ClassOrder, Difficulty, Layout, MapKind},
    distribution::{DistributionSpec, Profile},
};

/// Counts and samples under a name; objectives and training stay as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    /// Situations of a kind stand together in the menu.
    pub group: &'static str,
    /// The name in the menu.
    pub name: String,
    /// What it shows.
    pub explanation: String,
    /// Class counts.
    pub distribution: DistributionSpec,
    /// Samples.
    pub data: DataSpec,
}

/// Every situation, group by group.
///
/// # Source
/// CIFAR-LT: Cui et al., CVPR 2019, section 5.1 (the counts; the samples here are Gaussian). Step imbalance: Buda et al.
/// 2018, section 3. Foreground and background: Lin et al., ICCV 2017, section 3.
pub fn situations() -> Vec<Situation> {
    let mut all = vec![Situation {
        group: "Long tail",
        name: "Ten classes on a ring, factor 100".to_owned(),
        explanation: "The experiment that the lab opens with: plain cross entropy gives up the three rarest classes"
            .to_owned(),
        distribution: DistributionSpec::default(),
        data: DataSpec::default(),
    }];
    for (name, classes, max_count) in [("CIFAR-10-LT", 10, 5000), ("CIFAR-20-LT", 20, 2500), ("CIFAR-100-LT", 100, 500)]
    {
        all.extend([10, 20, 50, 100, 200].map(|factor| cifar(name, classes, max_count, factor)));
    }
    all.extend([10, 100].map(step));
    all.extend(corners());
    all.push(two_classes(
        "Fraud, 1 : 500",
        "One case in 500, and it looks much like the others: accuracy is high whatever is found",
        [10_000, 20],
        1.2,
    ));
    all.push(two_classes(
        "Medical screening, 1 : 50",
        "A rare finding that overlaps with the healthy: what is it worth to miss fewer?",
        [5000, 100],
        1.0,
    ));
    all.push(two_classes(
        "Dense detection, 1 : 1000",
        "Easy background in masses, as in object detection: many small losses outweigh the few large ones",
        [50_000, 50],
        2.2,
    ));
    all.extend(BuiltIn::ALL.map(real));
    all.push(long_tailed_digits(
        "Digits, long-tailed (factor 100)",
        "Real digits, of which so few are kept that the rarest has one sample; the others test",
        Profile::Exponential,
        100.0,
        ClassOrder::BySize,
    ));
    all.push(long_tailed_digits(
        "Digits, 0 to 4 frequent, 5 to 9 rare, 1 : 20",
        "Real digits with a step imbalance: half of the classes keep a twentieth of what the others keep",
        Profile::Step,
        20.0,
        ClassOrder::ByName,
    ));
    all
}

fn real(set: BuiltIn) -> Situation {
    Situation {
        group: "Real data",
        name: set.label().to_owned(),
        explanation: set.origin().to_owned(),
        distribution: DistributionSpec::default(),
        data: DataSpec { source: DataSource::BuiltIn, built_in: set, ..DataSpec::default() },
    }
}

/// Digits, of which only so many are trained on as a profile asks for. The other sets have classes too small to test on.
fn long_tailed_digits(
    name: &str,
    explanation: &str,
    profile: Profile,
    imbalance: f64,
    class_order: ClassOrder,
) -> Situation {
    let digits = real(BuiltIn::Digits);
    Situation {
        name: name.to_owned(),
        explanation: format!("{explanation}. {}", digits.explanation),
        distribution: DistributionSpec { profile, imbalance, ..digits.distribution },
        data: DataSpec { long_tailed: true, class_order, ..digits.data },
        ..digits
    }
}

/// The counts of a CIFAR-LT set on Gaussian clusters.
fn cifar(name: &'static str, classes: usize, max_count: u64, factor: u32) -> Situation {
    let imbalance = f64::from(factor);
    let data = match classes {
        10 => DataSpec::default(),
        // On a ring so many classes would lie on each other; in more dimensions there is room.
        _ => DataSpec {
            layout: Layout::Random,
            features: 16,
            separation: 3.5,
            test_per_class: 100,
            ..DataSpec::default()
        },
    };
    Situation {
        group: name,
        name: format!("{name}, factor {factor}"),
        explanation: format!(
            "The class counts of {name} at imbalance factor {factor}; the samples are Gaussian, not images"
        ),
        distribution: DistributionSpec { classes, max_count, imbalance, ..DistributionSpec::default() },
        data,
    }
}

fn step(ratio: u32) -> Situation {
    Situation {
        group: "Step",
        name: format!("Five frequent, five rare classes, 1 : {ratio}"),
        explanation: "Half of the classes have a fraction of the samples of the others; the effective number knows two weights only".to_owned(),
        distribution: DistributionSpec {
            profile: Profile::Step,
            max_count: 1000,
            imbalance: f64::from(ratio),
            ..DistributionSpec::default()
        },
        data: DataSpec::default(),
    }
}

/// Frequency and difficulty apart: where focal loss, which follows difficulty, and class weights, which follow
/// frequency, part.
fn corners() -> Vec<Situation> {
    let hard = |correlation: f64| Difficulty { ratio: 4.0, overlap: 0.3, correlation };
    let uniform = DistributionSpec { profile: Profile::Uniform, max_count: 300, ..DistributionSpec::default() };
    let tail = DistributionSpec::default();
    let corner = |name: &str, explanation: &str, distribution: DistributionSpec, difficulty: Difficulty| Situation {
        group: "Difficulty",
        name: name.to_owned(),
        explanation: explanation.to_owned(),
        distribution,
        data: DataSpec { difficulty, spread: 0.7, ..DataSpec::default() },
    };
    vec![
        corner(
            "Rare classes are hard (−1)",
            "Frequency and difficulty pull the same way: weights and focusing both look at the tail",
            tail.clone(),
            hard(-1.0),
        ),
        corner(
            "Frequent classes are hard (+1)",
            "The tail is easy, and weights lift it at once; natural accuracy pays, because the head is hard",
            tail.clone(),
            hard(1.0),
        ),
        corner(
            "Difficulty without relation to frequency (0)",
            "Some rare classes are easy and some frequent ones hard: counts alone do not tell who needs help",
            tail,
            hard(0.0),
        ),
        corner(
            "Equal counts, unequal difficulty",
            "All class weights are the same here; only the focal loss tells hard classes from easy ones",
            uniform,
            hard(-1.0),
        ),
        Situation {
            group: "Difficulty",
            name: "Two moons, curved boundary".to_owned(),
            explanation: "No straight line parts the moons: the model sees random Fourier features".to_owned(),
            distribution: DistributionSpec {
                profile: Profile::Own,
                own_counts: vec![1000, 50],
                ..DistributionSpec::default()
            },
            data: DataSpec { layout: Layout::Moons, spread: 0.6, map: MapKind::Fourier, ..DataSpec::default() },
        },
    ]
}

/// Two clusters `2 · separation` apart.
fn two_classes(name: &str, explanation: &str, counts: [u64; 2], separation: f64) -> Situation {
    Situation {
        group: "Two classes",
        name: name.to_owned(),
        explanation: explanation.to_owned(),
        distribution: DistributionSpec {
            profile: Profile::Own,
            own_counts: counts.to_vec(),
            ..DistributionSpec::default()
        },
        data: DataSpec { separation, test_per_class: 1000, ..DataSpec::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ExperimentSpec;

    #[test]
    fn every_situation_is_a_valid_experiment_under_a_name_of_its_own() {
        let all = situations();
        for (idx, situation) in all.iter().enumerate() {
            let Situation { distribution, data, .. } = situation.clone();
            let spec = ExperimentSpec { distribution, data, ..ExperimentSpec::default() };
            assert!(spec.check().is_ok(), "{}: {:?}", situation.name, spec.check().err());
            assert!(all[..idx].iter().all(|other| other.name != situation.name), "{}", situation.name);
        }
        assert_eq!(all.len(), 1 + 15 + 2 + 5 + 3 + 5);
    }

    #[test]
    fn counts_are_those_of_the_name() {
        let counts = |name: &str| {
            let found = situations().into_iter().find(|situation| situation.name == name).unwrap();
            found.distribution.counts().unwrap()
        };
        assert_eq!(counts("CIFAR-10-LT, factor 100").as_slice()[9], 50);
        assert_eq!(counts("Fraud, 1 : 500").realised_imbalance(), 500.0);
        assert_eq!(counts("Dense detection, 1 : 1000").realised_imbalance(), 1000.0);
        assert_eq!(counts("Five frequent, five rare classes, 1 : 10").as_slice()[4..6], [1000, 100]);
    }
}
