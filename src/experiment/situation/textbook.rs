//! Textbook situations: CIFAR-LT counts, step imbalance, corners of difficulty, two classes, published shapes, real data.

use super::Situation;
use crate::{
    data::{BuiltIn, ClassOrder, Difficulty, Layout, MapKind},
    distribution::{DistributionSpec, Profile},
    experiment::{DataSource, DataSpec},
};

/// Those that leave objectives and training as they are.
pub(super) fn situations() -> Vec<Situation> {
    let mut all = vec![Situation {
        group: "Long tail",
        name: "Ten classes on a ring, factor 100".to_owned(),
        explanation: "The experiment that the lab opens with: plain cross entropy gives up the three rarest classes"
            .to_owned(),
        distribution: DistributionSpec::default(),
        data: DataSpec::default(),
        setup: None,
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
        "Easy background in masses, as in object detection: before training it owns nearly all of the loss, after it the few objects that are still missed own most of it",
        [50_000, 50],
        2.2,
    ));
    all.push(published("ImageNet-LT-like, synthetic", "ImageNet-LT (Liu et al. 2019)", [1000, 1280, 5, 115_846], ""));
    let note =
        ". Training takes at most 1,000 classes: counts and weights are shown, and the next entry can be trained";
    let origin = "iNaturalist 2018 (Van Horn et al. 2018)";
    all.push(published("iNaturalist-2018-like, synthetic", origin, [8142, 1000, 2, 437_513], note));
    let note = ". Here with 1,000 of the 8,142 classes and as many samples a class, so that it can be trained";
    let name = "iNaturalist-2018-like with 1,000 classes, synthetic";
    all.push(published(name, origin, [1000, 1000, 2, 437_513 * 1000 / 8142], note));
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

/// A shape with published figures: classes, largest and smallest class, total.
fn published(name: &str, origin: &str, figures: [u64; 4], note: &str) -> Situation {
    let [classes, max_count, min_count, total] = figures;
    Situation {
        setup: None,
        group: "Many classes",
        name: name.to_owned(),
        explanation: format!(
            "A synthetic shape, not the real counts: classes, samples, largest and smallest class are those published for {origin}, the counts between follow a smooth curve; the samples are Gaussian, not images{note}"
        ),
        distribution: DistributionSpec {
            profile: Profile::Fitted,
            classes: classes as usize,
            max_count,
            imbalance: max_count as f64 / min_count as f64,
            total,
            ..DistributionSpec::default()
        },
        // Few features and few test samples a class: an epoch of a thousand classes is long all the same.
        data: DataSpec {
            layout: Layout::Random,
            features: 8,
            separation: 6.0,
            test_per_class: 10,
            ..DataSpec::default()
        },
    }
}

fn real(set: BuiltIn) -> Situation {
    Situation {
        setup: None,
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
        setup: None,
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
        setup: None,
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
 setup: None,
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
        setup: None,
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
            setup: None,
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
        setup: None,
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
