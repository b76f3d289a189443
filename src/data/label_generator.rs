//! Generated samples with any number of labels: exact counts, and labels that stand together as often as is wanted.

use ndarray::Array2;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::{DataError, LabelSets, MAX_TRAINING_CLASSES, Samples, Stream, Targets, check_size, rng};
use crate::numbers::written;

/// Samples with any number of labels, to be generated.
///
/// Sample i has for label k the latent score s_ik = √c·g_i + √(1 − c)·e_ik, with g and e standard normal: c is how much of it
/// all labels share. Label k goes to the n_k samples with the largest score, so that counts are exact. Features are scores
/// along a direction of each label, with noise.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelGeneratorSpec {
    /// Training samples N.
    pub n_samples: u64,
    /// n_k, training samples that have each label, shape `[n_labels]`, each at most N.
    pub counts: Vec<u64>,
    /// c from 0, labels that know nothing of each other, to 1: a sample that has a label has every more frequent one, too.
    pub co_occurrence: f64,
    /// Features D, 1 to 1000.
    pub n_features: usize,
    /// Standard deviation of the noise on features whose scores have 1, from 0 up; the larger, the harder.
    pub noise: f64,
}

impl LabelGeneratorSpec {
    /// Checks every number.
    ///
    /// # Errors
    /// When one is outside its range.
    fn check(&self) -> Result<(), DataError> {
        let within = |name, range, is_right: bool, got: String| {
            if is_right { Ok(()) } else { Err(DataError::OutOfRange { name, range, got }) }
        };
        let n_labels = self.counts.len();
        let most = self.counts.iter().copied().max().unwrap_or_default();
        within(
            "the number of labels",
            "from 1 to 1000",
            (1..=MAX_TRAINING_CLASSES).contains(&n_labels),
            n_labels.to_string(),
        )?;
        within("the count of a label", "at most the number of samples", most <= self.n_samples, most.to_string())?;
        let c = self.co_occurrence;
        within("the co-occurrence of labels", "from 0 to 1", (0.0..=1.0).contains(&c), written(c))?;
        let d = self.n_features;
        within("the number of features", "from 1 to 1000", (1..=1000).contains(&d), d.to_string())?;
        let is_noise = self.noise >= 0.0 && self.noise.is_finite();
        within("the noise of features", "a number from 0 up", is_noise, written(self.noise))?;
        check_size(self.n_samples, d.max(n_labels))
    }

    /// The training samples of a seed.
    ///
    /// # Errors
    /// When a number is outside its range.
    ///
    /// ```
    /// use longtail_lab::data::LabelGeneratorSpec;
    /// let spec = LabelGeneratorSpec {
    ///     n_samples: 500, counts: vec![200, 50, 5], co_occurrence: 0.3, n_features: 4, noise: 0.5,
    /// };
    /// let samples = spec.generate(1)?;
    /// assert_eq!(samples.sets().map(|sets| sets.counts()), Some(vec![200, 50, 5]));
    /// # Ok::<(), longtail_lab::data::DataError>(())
    /// ```
    pub fn generate(&self, seed: u64) -> Result<Samples, DataError> {
        self.part(self.n_samples, seed, Stream::Train)
    }

    /// Other samples of the same kind: as many as `n_samples`, with the same shares of labels, at least one sample each, for
    /// tests or, with `is_validation`, for tuning.
    ///
    /// # Errors
    /// When a number is outside its range.
    pub fn generate_held_back(&self, n_samples: u64, seed: u64, is_validation: bool) -> Result<Samples, DataError> {
        self.part(n_samples, seed, if is_validation { Stream::NaturalValidation } else { Stream::NaturalTest })
    }

    fn part(&self, n_samples: u64, seed: u64, stream: Stream) -> Result<Samples, DataError> {
        self.check()?;
        check_size(n_samples, self.n_features.max(self.counts.len()))?;
        let directions = self.directions(seed);
        let mut generator = rng(seed, stream);
        let scores = self.scores(n_samples as usize, &mut generator);
        let mut features = scores.dot(&directions);
        features.map_inplace(|x| *x += self.noise * generator.sample::<f64, _>(StandardNormal));
        let mut labels = vec![Vec::new(); n_samples as usize];
        for (label, &n) in self.counts.iter().enumerate() {
            let share = n as f64 / self.n_samples as f64;
            let n_here = match (n, n_samples == self.n_samples) {
                (0, _) | (_, true) => n,
                _ => ((share * n_samples as f64).round() as u64).max(1).min(n_samples),
            };
            let mut order: Vec<usize> = (0..n_samples as usize).collect();
            order.sort_by(|&a, &b| scores[[b, label]].total_cmp(&scores[[a, label]]));
            for &sample_idx in &order[..n_here as usize] {
                labels[sample_idx].push(label as u32);
            }
        }
        let sets = LabelSets::new(self.counts.len(), labels);
        Ok(Samples::with_targets(features.mapv(|x| x as f32), Targets::Sets(sets)))
    }

    /// A direction of length one in the features for each label, shape `[n_labels, n_features]`.
    fn directions(&self, seed: u64) -> Array2<f64> {
        let mut generator = rng(seed, Stream::Means);
        let mut directions =
            Array2::from_shape_simple_fn((self.counts.len(), self.n_features), || generator.sample(StandardNormal));
        for mut direction in directions.rows_mut() {
            let length = direction.iter().map(|x: &f64| x * x).sum::<f64>().sqrt();
            direction.map_inplace(|x| *x /= length.max(f64::MIN_POSITIVE));
        }
        directions
    }

    /// Latent scores, shape `[n_samples, n_labels]`.
    fn scores(&self, n_samples: usize, generator: &mut impl Rng) -> Array2<f64> {
        let (shared, own) = (self.co_occurrence.sqrt(), (1.0 - self.co_occurrence).sqrt());
        let mut scores = Array2::zeros((n_samples, self.counts.len()));
        for mut row in scores.rows_mut() {
            let of_all: f64 = generator.sample(StandardNormal);
            for score in &mut row {
                *score = shared * of_all + own * generator.sample::<f64, _>(StandardNormal);
            }
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::LabelImbalance,
        distribution::{DistributionSpec, Profile},
    };

    fn spec(co_occurrence: f64) -> LabelGeneratorSpec {
        let counts = vec![400, 200, 90, 41, 18, 7];
        LabelGeneratorSpec { n_samples: 1000, counts, co_occurrence, n_features: 8, noise: 0.5 }
    }

    fn sets(co_occurrence: f64) -> LabelSets {
        spec(co_occurrence).generate(3).unwrap().sets().unwrap().clone()
    }

    #[test]
    fn counts_are_exact_for_every_profile_and_co_occurrence() {
        for profile in [Profile::Exponential, Profile::Step, Profile::Linear, Profile::Zipf] {
            let distribution =
                DistributionSpec { profile, max_count: 500, imbalance: 50.0, classes: 8, ..Default::default() };
            let counts = distribution.counts().unwrap().as_slice().to_vec();
            for co_occurrence in [0.0, 0.4, 1.0] {
                let spec = LabelGeneratorSpec { counts: counts.clone(), ..spec(co_occurrence) };
                let samples = spec.generate(1).unwrap();
                assert_eq!(samples.sets().unwrap().counts(), counts, "{profile:?} {co_occurrence}");
                assert_eq!((samples.len(), samples.n_features()), (1000, 8));
            }
        }
    }

    #[test]
    fn co_occurrence_goes_from_chance_to_nested_labels() {
        let both = |co_occurrence: f64| sets(co_occurrence).co_occurrence()[[0, 1]];
        // 400 and 200 of 1000 that know nothing of each other meet in 80, give or take 7.
        assert!((60..100).contains(&both(0.0)), "{}", both(0.0));
        assert_eq!(both(1.0), 200);
        assert!((both(0.0) + 20..180).contains(&both(0.5)), "{}", both(0.5));
        // Each set of labels is one of the most frequent ones, or none.
        assert_eq!(LabelImbalance::of(&sets(1.0)).distinct_label_sets, 7);
    }

    #[test]
    fn samples_follow_from_the_seed_and_held_back_ones_have_the_same_shares() {
        let spec = spec(0.3);
        assert_eq!(spec.generate(1).unwrap(), spec.generate(1).unwrap());
        assert_ne!(spec.generate(1).unwrap(), spec.generate(2).unwrap());
        let held_back = spec.generate_held_back(500, 1, false).unwrap();
        assert_eq!(held_back.sets().unwrap().counts(), [200, 100, 45, 21, 9, 4]);
        assert_ne!(held_back, spec.generate_held_back(500, 1, true).unwrap());
        let few = spec.generate_held_back(10, 1, false).unwrap();
        assert_eq!(few.sets().unwrap().counts(), [4, 2, 1, 1, 1, 1]);
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        let refused = |spec: LabelGeneratorSpec| spec.generate(1).unwrap_err().to_string();
        assert!(refused(spec(1.5)).contains("the co-occurrence of labels must be from 0 to 1, got 1.5"));
        assert!(refused(spec(f64::NAN)).contains("co-occurrence"));
        assert!(refused(LabelGeneratorSpec { counts: vec![], ..spec(0.0) }).contains("the number of labels"));
        assert!(
            refused(LabelGeneratorSpec { counts: vec![1001], ..spec(0.0) }).contains("at most the number of samples")
        );
        assert!(refused(LabelGeneratorSpec { n_features: 0, ..spec(0.0) }).contains("the number of features"));
        assert!(refused(LabelGeneratorSpec { noise: -1.0, ..spec(0.0) }).contains("the noise of features"));
    }
}
