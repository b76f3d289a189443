//! Gaussian clusters: one normal distribution a class, so that the best possible classifier is known.

use std::{f64::consts::TAU, sync::Arc};

use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use super::{DataError, Dataset, MAX_TRAINING_CLASSES, Samples, Stream, check_size, rng};
use crate::distribution::ClassCounts;

/// Where the class means lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// On a circle in the first two features.
    Ring,
    /// On a square grid in the first two features.
    Grid,
    /// On a sphere in all features, at random places.
    Random,
}

impl Layout {
    /// Every layout, in menu order.
    pub const ALL: [Self; 3] = [Self::Ring, Self::Grid, Self::Random];

    /// The layout's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ring => "Ring",
            Self::Grid => "Grid",
            Self::Random => "Random",
        }
    }
}

/// Settings of generated data.
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianSpec {
    /// Where the class means lie.
    pub layout: Layout,
    /// Number of features d, 2 to 64.
    pub n_features: usize,
    /// Radius of ring and sphere, distance between neighbours of the grid; above 0, at most 1000.
    pub separation: f64,
    /// Standard deviation σ of every cluster in every feature; above 0, at most 1000.
    pub spread: f64,
    /// Share of training samples whose features come from another class, chosen evenly; 0 to 1.
    pub label_noise: f64,
    /// Samples of each class in the balanced test set, 1 to 100,000.
    pub test_per_class: usize,
}

impl GaussianSpec {
    /// Checks the settings, together with the counts that are asked for.
    ///
    /// # Errors
    /// When a setting is outside its range, or the samples are more than the lab takes.
    pub fn check(&self, counts: &ClassCounts) -> Result<(), DataError> {
        let in_range = |ok: bool, name, range, got: String| {
            if ok { Ok(()) } else { Err(DataError::OutOfRange { name, range, got }) }
        };
        let positive = |value: f64| value > 0.0 && value <= 1000.0;
        in_range(
            (2..=64).contains(&self.n_features),
            "the number of features",
            "2 to 64",
            self.n_features.to_string(),
        )?;
        in_range(positive(self.separation), "separation", "above 0 and at most 1000", self.separation.to_string())?;
        in_range(positive(self.spread), "spread", "above 0 and at most 1000", self.spread.to_string())?;
        in_range((0.0..=1.0).contains(&self.label_noise), "label noise", "from 0 to 1", self.label_noise.to_string())?;
        in_range(
            (1..=100_000).contains(&self.test_per_class),
            "the number of test samples per class",
            "1 to 100000",
            self.test_per_class.to_string(),
        )?;
        in_range(
            counts.n_classes() <= MAX_TRAINING_CLASSES,
            "the number of classes",
            "at most 1000 for training (counts and weights are shown up to 10000, longtail-lab weights takes millions)",
            counts.n_classes().to_string(),
        )?;
        check_size(counts.total(), self.n_features)?;
        check_size((self.test_per_class * counts.n_classes()) as u64, self.n_features)
    }

    /// Class means, shape `[n_classes, n_features]`.
    ///
    /// Head and tail are interleaved: class i stands at place (s·i) mod C, with the first s ≥ 0.3·C that has no
    /// divisor in common with C, so that rare classes have frequent neighbours (C = 10 gives s = 3).
    pub fn means(&self, n_classes: usize, seed: u64) -> Array2<f64> {
        let mut means = Array2::zeros((n_classes, self.n_features));
        let stride = interleaving_stride(n_classes);
        let mut generator = rng(seed, Stream::Means);
        for class_idx in 0..n_classes {
            let place = (stride * class_idx) % n_classes;
            let mut mean = means.row_mut(class_idx);
            match self.layout {
                Layout::Ring => {
                    let angle = TAU * place as f64 / n_classes as f64;
                    mean[0] = self.separation * angle.cos();
                    mean[1] = self.separation * angle.sin();
                }
                Layout::Grid => {
                    let side = (n_classes as f64).sqrt().ceil() as usize;
                    let centre = (side - 1) as f64 / 2.0;
                    mean[0] = self.separation * ((place % side) as f64 - centre);
                    mean[1] = self.separation * ((place / side) as f64 - centre);
                }
                Layout::Random => {
                    mean.mapv_inplace(|_| generator.sample::<f64, _>(StandardNormal));
                    let length = mean.dot(&mean).sqrt().max(f64::MIN_POSITIVE);
                    mean *= self.separation / length;
                }
            }
        }
        means
    }
}

/// Generates training samples with exactly the counts asked for, and both test sets.
///
/// The balanced test set has `test_per_class` samples of every class that has training samples; the natural one is a
/// fresh draw with the training counts, scaled down to at most 20,000 samples. Label noise is in the training samples
/// only. The same settings and seed give the same samples on every machine of one type.
///
/// # Errors
/// As [`GaussianSpec::check`].
pub fn generate(spec: &GaussianSpec, counts: &ClassCounts, seed: u64) -> Result<Dataset, DataError> {
    spec.check(counts)?;
    let means = spec.means(counts.n_classes(), seed);
    let draw = |class_counts: &[u64], label_noise: f64, stream: Stream| {
        Arc::new(draw_samples(&means, spec.spread, class_counts, label_noise, &mut rng(seed, stream)))
    };
    let present = |n: u64| if n > 0 { spec.test_per_class as u64 } else { 0 };
    let balanced: Vec<u64> = counts.as_slice().iter().map(|&n| present(n)).collect();
    Ok(Dataset {
        class_labels: (0..counts.n_classes()).map(|class_idx| format!("C{class_idx}")).collect(),
        train: draw(counts.as_slice(), spec.label_noise, Stream::Train),
        balanced_test: Some(draw(&balanced, 0.0, Stream::BalancedTest)),
        natural_test: Some(draw(&natural_test_counts(counts), 0.0, Stream::NaturalTest)),
        counts: counts.clone(),
    })
}

/// The training counts, scaled down to about 20,000 samples where there are more.
fn natural_test_counts(counts: &ClassCounts) -> Vec<u64> {
    const MOST: f64 = 20_000.0;
    let scale = (MOST / counts.total() as f64).min(1.0);
    counts.as_slice().iter().map(|&n| (n as f64 * scale).round() as u64).collect()
}

fn draw_samples(
    means: &Array2<f64>,
    spread: f64,
    class_counts: &[u64],
    label_noise: f64,
    generator: &mut ChaCha8Rng,
) -> Samples {
    let (n_classes, n_features) = means.dim();
    let n_samples = class_counts.iter().sum::<u64>() as usize;
    let mut labels = Vec::with_capacity(n_samples);
    for (class_idx, &n) in class_counts.iter().enumerate() {
        labels.extend(std::iter::repeat_n(class_idx as u32, n as usize));
    }
    let mut features = Array2::zeros((n_samples, n_features));
    for (mut row, &label) in features.rows_mut().into_iter().zip(&labels) {
        let mut origin = label as usize;
        if label_noise > 0.0 && generator.random::<f64>() < label_noise {
            origin = (origin + generator.random_range(1..n_classes)) % n_classes;
        }
        for (x, mean) in row.iter_mut().zip(means.row(origin)) {
            *x = (mean + spread * generator.sample::<f64, _>(StandardNormal)) as f32;
        }
    }
    Samples::new(features, labels)
}

/// The first step from 0.3·C up that visits every place of C once.
fn interleaving_stride(n_classes: usize) -> usize {
    let first = (n_classes * 3 / 10).max(1);
    (first..=n_classes).find(|&stride| greatest_common_divisor(stride, n_classes) == 1).unwrap_or(1)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> GaussianSpec {
        GaussianSpec {
            layout: Layout::Ring,
            n_features: 2,
            separation: 3.0,
            spread: 0.9,
            label_noise: 0.0,
            test_per_class: 50,
        }
    }

    fn counts(list: &[u64]) -> ClassCounts {
        ClassCounts::new(list.to_vec()).unwrap()
    }

    #[test]
    fn the_ring_of_ten_puts_class_i_at_three_i_tenths_of_a_turn() {
        let means = spec().means(10, 1);
        for class_idx in 0..10 {
            let angle = TAU * ((3 * class_idx) % 10) as f64 / 10.0;
            assert!((means[[class_idx, 0]] - 3.0 * angle.cos()).abs() < 1e-12);
            assert!((means[[class_idx, 1]] - 3.0 * angle.sin()).abs() < 1e-12);
        }
    }

    #[test]
    fn every_layout_gives_every_class_a_place_of_its_own() {
        for layout in Layout::ALL {
            for n_classes in [2, 3, 9, 10, 100] {
                let means = GaussianSpec { layout, n_features: 5, ..spec() }.means(n_classes, 3);
                for a in 0..n_classes {
                    for b in 0..a {
                        let apart = (&means.row(a) - &means.row(b)).mapv(f64::abs).sum();
                        assert!(apart > 1e-6, "{layout:?}: classes {a} and {b} of {n_classes} share a place");
                    }
                }
            }
        }
    }

    #[test]
    fn counts_are_exact_and_an_empty_class_has_no_test_samples() {
        let dataset = generate(&GaussianSpec { label_noise: 0.3, ..spec() }, &counts(&[30, 0, 7]), 5).unwrap();
        let tally = |samples: &Samples| [0, 1, 2].map(|c| samples.labels().iter().filter(|&&l| l == c).count());
        assert_eq!(tally(&dataset.train), [30, 0, 7]);
        assert_eq!(tally(dataset.balanced_test.as_ref().unwrap()), [50, 0, 50]);
        assert_eq!(tally(dataset.natural_test.as_ref().unwrap()), [30, 0, 7]);
    }

    #[test]
    fn clusters_have_the_mean_and_spread_asked_for() {
        let dataset = generate(&spec(), &counts(&[20_000, 20_000]), 1).unwrap();
        let x: Vec<f64> = (0..20_000).map(|i| f64::from(dataset.train.row(i)[0])).collect();
        let mean = x.iter().sum::<f64>() / 20_000.0;
        let deviation = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        assert!((mean - 3.0).abs() < 0.03 && (deviation - 0.9).abs() < 0.02, "{mean} {deviation}");
    }

    #[test]
    fn label_noise_is_the_share_of_samples_from_elsewhere() {
        let noisy = GaussianSpec { label_noise: 0.25, spread: 0.01, ..spec() };
        let dataset = generate(&noisy, &counts(&[4000, 4000]), 2).unwrap();
        let elsewhere = (0..4000).filter(|&i| dataset.train.row(i)[0] < 0.0).count();
        assert!((900..1100).contains(&elsewhere), "{elsewhere} of 4000");
    }

    #[test]
    fn the_same_seed_gives_the_same_samples_and_another_seed_others() {
        let train = |seed| generate(&spec(), &counts(&[20, 5]), seed).unwrap().train;
        assert_eq!(train(1), train(1));
        assert_ne!(train(1), train(2));
    }

    #[test]
    fn settings_outside_their_range_are_named() {
        let message = |spec: GaussianSpec, list: &[u64]| spec.check(&counts(list)).unwrap_err().to_string();
        assert_eq!(
            message(GaussianSpec { n_features: 1, ..spec() }, &[1, 1]),
            "the number of features must be 2 to 64, got 1"
        );
        assert!(message(GaussianSpec { spread: f64::NAN, ..spec() }, &[1, 1]).contains("spread"));
        assert!(message(GaussianSpec { label_noise: 1.1, ..spec() }, &[1, 1]).contains("label noise"));
        assert!(message(spec(), &vec![1; 1001]).contains("at most 1000"));
        assert!(message(spec(), &[1_000_000, 1]).contains("at most 1000000 rows"));
    }
}
