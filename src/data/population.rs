//! The population that generated samples are drawn from: one cluster or shape a class, and what the brush has made of it.

use std::f64::consts::TAU;

use ndarray::{Array2, ArrayView1, ArrayViewMut1};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::{GeneratorSpec, Layout, Painting, Samples, Seeds, Stream, layout::point_of_shape, painting::Stroke, rng};
use crate::{bounds::Bounded, distribution::ClassCounts};

/// Where each class lies and how wide it is.
#[derive(Debug)]
pub struct Population {
    layout: Layout,
    separation: f64,
    /// Place of each class, shape `[n_classes]`.
    places: Vec<usize>,
    /// Class means, shape `[n_classes, n_features]`; 0 for shapes, which have a curve instead.
    means: Array2<f64>,
    /// σ of each class, shape `[n_classes]`.
    spreads: Vec<f64>,
    /// Samples of each class before anything is painted, shape `[n_classes]`.
    counts: Vec<u64>,
}

impl Population {
    /// Places every class; `spec` has been checked.
    pub(super) fn new(spec: &GeneratorSpec, counts: &ClassCounts, seeds: Seeds) -> Self {
        let places = spec.arrangement.places(counts, seeds.data);
        let ranks = spec.difficulty.ranks(counts, seeds.data);
        let mut means = class_means(spec, &places, seeds.data);
        if spec.difficulty.overlap > 0.0 && !spec.layout.is_shape() {
            means = closed_in(&means, &ranks, spec.difficulty.overlap);
        }
        let spreads = ranks.iter().map(|&rank| spec.difficulty.spread(spec.spread, rank)).collect();
        let (layout, separation) = (spec.layout, spec.separation);
        Self { layout, separation, places, means, spreads, counts: counts.as_slice().to_vec() }
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        self.means.ncols()
    }

    /// Class means, shape `[n_classes, n_features]`; 0 for shapes.
    pub fn means(&self) -> &Array2<f64> {
        &self.means
    }

    /// Standard deviation of each class in every feature, shape `[n_classes]`.
    pub fn spreads(&self) -> &[f64] {
        &self.spreads
    }

    /// Recall of each class under the best possible classifier for equally frequent classes, shape `[n_classes]`.
    ///
    /// Estimated on fresh samples, up to 2000 of each class: its standard error is at most 0.5/√2000 = 0.011, more for
    /// many classes. `None` for shapes, whose densities have no simple form, and for more than 200 classes; a class
    /// without samples has none.
    ///
    /// # Source
    /// Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning", 2009, section 2.4: the Bayes classifier
    /// picks the class with the largest posterior, here the largest density N(x; μ, σ²I).
    pub fn best_recall(&self, seed: u64) -> Option<Vec<Option<f64>>> {
        const MOST_CLASSES: usize = 200;
        const MOST_SAMPLES: f64 = 2000.0;
        const OPERATIONS: f64 = 2e7;
        let (n_classes, n_features) = self.means.dim();
        if self.layout.is_shape() || n_classes > MOST_CLASSES {
            return None;
        }
        let per_pair = OPERATIONS / (n_classes * n_classes * n_features) as f64;
        let n_samples = per_pair.within(20.0, MOST_SAMPLES) as usize;
        let mut generator = rng(seed, Stream::BestRecall);
        let present: Vec<usize> = (0..n_classes).filter(|&class_idx| self.counts[class_idx] > 0).collect();
        let mut row = ndarray::Array1::zeros(n_features);
        let mut recall = vec![None; n_classes];
        for &class_idx in &present {
            let mut n_recognised = 0;
            for _ in 0..n_samples {
                self.draw_row(class_idx, &mut row.view_mut(), &mut generator);
                let best = present
                    .iter()
                    .copied()
                    .max_by(|&a, &b| self.log_density(a, row.view()).total_cmp(&self.log_density(b, row.view())));
                n_recognised += usize::from(best == Some(class_idx));
            }
            recall[class_idx] = Some(n_recognised as f64 / n_samples as f64);
        }
        Some(recall)
    }

    /// ln N(x; μ, σ²I) of a class, but for a constant.
    fn log_density(&self, class_idx: usize, row: ArrayView1<'_, f32>) -> f64 {
        let mean = self.means.row(class_idx);
        let squares: f64 = row.iter().zip(mean).map(|(&x, m)| (f64::from(x) - m).powi(2)).sum();
        let spread = self.spreads[class_idx];
        -0.5 * squares / (spread * spread) - row.len() as f64 * spread.ln()
    }

    /// Draws one sample of a class into a row of features, shape `[n_features]`.
    pub(super) fn draw_row(&self, class_idx: usize, row: &mut ArrayViewMut1<'_, f32>, generator: &mut ChaCha8Rng) {
        let mut point = [0.0; 2];
        if self.layout.is_shape() {
            point = point_of_shape(self.layout, self.places[class_idx], self.places.len(), self.separation, generator);
        }
        let spread = self.spreads[class_idx];
        for (feature_idx, (x, mean)) in row.iter_mut().zip(self.means.row(class_idx)).enumerate() {
            let middle = mean + point.get(feature_idx).unwrap_or(&0.0);
            *x = (middle + spread * generator.sample::<f64, _>(StandardNormal)) as f32;
        }
    }

    /// Samples class by class, before anything is painted.
    pub(super) fn draw_samples(&self, class_counts: &[u64], label_noise: f64, generator: &mut ChaCha8Rng) -> Samples {
        let n_classes = class_counts.len();
        let n_samples = class_counts.iter().sum::<u64>() as usize;
        let mut labels = Vec::with_capacity(n_samples);
        for (class_idx, &n) in class_counts.iter().enumerate() {
            labels.extend(std::iter::repeat_n(class_idx as u32, n as usize));
        }
        let mut features = Array2::zeros((n_samples, self.n_features()));
        for (mut row, &label) in features.rows_mut().into_iter().zip(&labels) {
            let mut origin = label as usize;
            if label_noise > 0.0 && generator.random::<f64>() < label_noise {
                origin = (origin + generator.random_range(1..n_classes)) % n_classes;
            }
            self.draw_row(origin, &mut row, generator);
        }
        Samples::new(features, labels)
    }

    /// Draws the given number of samples of each class, shape `[n_classes]`, from what the brush has made of the population.
    ///
    /// A class is the mixture of its own cluster and of the discs painted for it, in the shares of their samples, less
    /// what lies where the eraser has been since. Of a class that is all but erased there may be fewer samples.
    pub(super) fn draw(&self, painting: &Painting, class_counts: &[u64], generator: &mut ChaCha8Rng) -> Samples {
        if painting.is_empty() {
            return self.draw_samples(class_counts, 0.0, generator);
        }
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        let mut row = ndarray::Array1::zeros(self.n_features());
        for (class_idx, &n) in class_counts.iter().enumerate() {
            const TRIES_FOR_ONE: u64 = 1000;
            let mut found = 0;
            for _ in 0..n * TRIES_FOR_ONE {
                if found == n {
                    break;
                }
                if self.try_to_draw(class_idx, painting.strokes(), &mut row.view_mut(), generator) {
                    values.extend(row.iter());
                    labels.push(class_idx as u32);
                    found += 1;
                }
            }
        }
        let shape = (labels.len(), self.n_features());
        // There are exactly as many values as the shape says.
        Samples::new(Array2::from_shape_vec(shape, values).unwrap_or_else(|_| Array2::zeros(shape)), labels)
    }

    /// One draw from the mixture; whether it lies where nothing has been erased since.
    fn try_to_draw(
        &self,
        class_idx: usize,
        strokes: &[Stroke],
        row: &mut ArrayViewMut1<'_, f32>,
        generator: &mut ChaCha8Rng,
    ) -> bool {
        let painted = |stroke: &Stroke| if stroke.adds(class_idx) { stroke.samples } else { 0 };
        let total = self.counts[class_idx] + strokes.iter().map(painted).sum::<u64>();
        if total == 0 {
            return false;
        }
        let mut place = generator.random_range(0..total);
        let mut first_later = 0;
        if place < self.counts[class_idx] {
            self.draw_row(class_idx, row, generator);
        } else {
            place -= self.counts[class_idx];
            for (idx, stroke) in strokes.iter().enumerate() {
                let n = painted(stroke);
                if place < n {
                    let point = stroke.draw(generator);
                    (row[0], row[1]) = (point[0], point[1]);
                    first_later = idx + 1;
                    break;
                }
                place -= n;
            }
        }
        !strokes[first_later..].iter().any(|stroke| stroke.erases(class_idx, [row[0], row[1]]))
    }
}

/// Class means, shape `[n_classes, n_features]`.
fn class_means(spec: &GeneratorSpec, places: &[usize], seed: u64) -> Array2<f64> {
    let n_classes = places.len();
    let mut means = Array2::zeros((n_classes, spec.n_features));
    let mut generator = rng(seed, Stream::Means);
    for (class_idx, &place) in places.iter().enumerate() {
        let mut mean = means.row_mut(class_idx);
        match spec.layout {
            Layout::Ring => {
                let angle = TAU * place as f64 / n_classes as f64;
                mean[0] = spec.separation * angle.cos();
                mean[1] = spec.separation * angle.sin();
            }
            Layout::Grid => {
                let side = (n_classes as f64).sqrt().ceil() as usize;
                let centre = (side - 1) as f64 / 2.0;
                mean[0] = spec.separation * ((place % side) as f64 - centre);
                mean[1] = spec.separation * ((place / side) as f64 - centre);
            }
            Layout::Random => {
                mean.mapv_inplace(|_| generator.sample::<f64, _>(StandardNormal));
                let length = mean.dot(&mean).sqrt().max(f64::MIN_POSITIVE);
                mean *= spec.separation / length;
            }
            Layout::Rings | Layout::Moons | Layout::Spirals => {}
        }
    }
    means
}

/// Every mean moved towards its nearest neighbour, by half the overlap times its difficulty.
fn closed_in(means: &Array2<f64>, ranks: &[f64], overlap: f64) -> Array2<f64> {
    let mut moved = means.clone();
    for (class_idx, mean) in means.rows().into_iter().enumerate() {
        let distance = |other: usize| (&means.row(other) - &mean).mapv(|x| x * x).sum();
        let others = (0..means.nrows()).filter(|&other| other != class_idx);
        let Some(nearest) = others.min_by(|&a, &b| distance(a).total_cmp(&distance(b))) else { continue };
        let step = (&means.row(nearest) - &mean) * (overlap * ranks[class_idx] / 2.0);
        let mut place = moved.row_mut(class_idx);
        place += &step;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Arrangement, Difficulty};

    fn population(spread: f64, ratio: f64) -> Population {
        let spec = GeneratorSpec {
            layout: Layout::Ring,
            arrangement: Arrangement::Interleaved,
            n_features: 2,
            separation: 1.0,
            spread,
            difficulty: Difficulty { ratio, ..Difficulty::default() },
            label_noise: 0.0,
            test_per_class: 1,
            painting: Painting::default(),
        };
        Population::new(&spec, &ClassCounts::new(vec![100, 10]).unwrap(), Seeds::all(1))
    }

    #[test]
    fn the_best_recall_of_two_clusters_is_the_normal_distribution_function() {
        // Means two apart with σ = 1: Φ(1) = 0.8413 of each class lies on its own side.
        let recall = population(1.0, 1.0).best_recall(1).unwrap();
        for class in recall {
            assert!((class.unwrap() - 0.8413).abs() < 0.03, "{class:?}");
        }
    }

    #[test]
    fn a_wider_class_is_recognised_less_often() {
        let recall = population(1.0, 4.0).best_recall(1).unwrap();
        // The rare class is the wide one: the narrow one wins near its mean and keeps nearly all of its own.
        assert!(recall[0].unwrap() > recall[1].unwrap() + 0.05, "{recall:?}");
    }
}
