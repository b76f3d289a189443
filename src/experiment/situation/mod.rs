//! Situations: counts and samples that show one thing well, under a name.

mod cases;
mod cases_of_counts;
mod kind;
mod reweighting_hurts;
mod textbook;

pub use kind::{Case, Setup, Situation};

/// Every situation, group by group.
///
/// # Source
/// CIFAR-LT: Cui et al., CVPR 2019, section 5.1 (the counts; the samples here are Gaussian). Step imbalance: Buda et al.
/// 2018, section 3. Foreground and background: Lin et al., ICCV 2017, section 3. iNaturalist 2018: Van Horn et al., "The
/// iNaturalist Species Classification and Detection Dataset", CVPR 2018 (the data of the 2018 challenge; largest and
/// smallest class as in Cui et al. 2019, table 1). ImageNet-LT: Liu et al., "Large-Scale Long-Tailed Recognition in an
/// Open World", CVPR 2019, section 4. Of both only the number of classes, the total, the largest and the smallest class
/// are published figures here; the counts in between are those of [`crate::distribution::Profile::Fitted`].
pub fn situations() -> Vec<Situation> {
    let mut all = textbook::situations();
    all.extend(reweighting_hurts::situations());
    all
}

/// The situation of this name; spelling counts as far as letters and digits go, as in [`Situation::key`].
pub fn find_situation(name: &str) -> Option<Situation> {
    situations().into_iter().find(|situation| situation.key() == kind::key_of(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ExperimentSpec;

    #[test]
    fn every_situation_is_a_valid_experiment_under_a_name_of_its_own() {
        let all = situations();
        for (idx, situation) in all.iter().enumerate() {
            let mut spec = ExperimentSpec::default();
            situation.clone().apply(&mut spec);
            match spec.check() {
                Ok(_) => {}
                // Its counts and weights can be looked at.
                Err(error) if situation.key() == "inaturalist-2018-like-synthetic" => {
                    assert!(error.to_string().contains("at most 1000 for training"), "{error}");
                }
                Err(error) => panic!("{}: {error}", situation.name),
            }
            assert_eq!(find_situation(&situation.key()).as_ref(), Some(situation));
            assert!(all[..idx].iter().all(|other| other.name != situation.name), "{}", situation.name);
        }
        assert_eq!(all.len(), 1 + 15 + 2 + 5 + 3 + 3 + 5 + 5);
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
        assert_eq!(counts("Medical screening, 1 : 50").as_slice(), [5000, 100]);
        for (name, classes, max_count, factor) in
            [("CIFAR-10-LT", 10, 5000, 200), ("CIFAR-20-LT", 20, 2500, 20), ("CIFAR-100-LT", 100, 500, 50)]
        {
            let counts = counts(&format!("{name}, factor {factor}"));
            assert_eq!(
                (counts.n_classes(), counts.max(), counts.min_present()),
                (classes, max_count, max_count / factor)
            );
        }
        for (name, classes, max_count, min_count, total) in [
            ("iNaturalist-2018-like, synthetic", 8142, 1000, 2, 437_513),
            ("iNaturalist-2018-like with 1,000 classes, synthetic", 1000, 1000, 2, 53_735),
            ("ImageNet-LT-like, synthetic", 1000, 1280, 5, 115_846),
        ] {
            let counts = counts(name);
            assert_eq!((counts.n_classes(), counts.total()), (classes, total), "{name}");
            assert_eq!((counts.as_slice()[0], counts.as_slice()[classes - 1]), (max_count, min_count), "{name}");
            assert!(counts.as_slice().is_sorted_by(|a, b| a >= b), "{name}");
        }
        assert_eq!(counts("Five frequent, five rare classes, 1 : 10").as_slice()[4..6], [1000, 100]);
        assert_eq!(counts("Five frequent, five rare classes, 1 : 100").as_slice()[4..6], [1000, 10]);
    }

    #[test]
    fn keys_are_short_and_spelling_is_forgiven() {
        let key = |name: &str| find_situation(name).unwrap().key();
        assert_eq!(key("Fraud, 1 : 500"), "fraud-1-500");
        assert_eq!(key("cifar_100_lt FACTOR 50"), "cifar-100-lt-factor-50");
        assert_eq!(
            key("iNaturalist-2018-like with 1000 classes, synthetic"),
            "inaturalist-2018-like-with-1000-classes-synthetic"
        );
        assert!(find_situation("nothing like it").is_none() && find_situation("").is_none());
    }
}
