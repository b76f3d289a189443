//! Feature maps: what a linear model sees of the inputs, so that its boundaries can be curved.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1};
use rand::RngExt;
use rand_distr::StandardNormal;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{DataError, Samples, Standardisation, Stream, rng};
use crate::numbers::written;

/// Most random Fourier features.
pub const MAX_FOURIER_FEATURES: usize = 2000;

/// The kind of a feature map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum MapKind {
    /// The inputs themselves.
    Linear,
    /// Inputs, their squares and products.
    Quadratic,
    /// Cosines of random directions, which stand for a Gaussian kernel.
    Fourier,
}

impl MapKind {
    /// Every kind, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The kind's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::Quadratic => "Quadratic",
            Self::Fourier => "Random Fourier",
        }
    }

    /// What it is, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Linear => "The model sees the features as they are: boundaries are straight lines",
            Self::Quadratic => "The model sees the features, their squares and products: boundaries are conics",
            Self::Fourier => {
                "The model sees cos(ω·x + b) for random ω and b: boundaries of any shape, smoother for a larger bandwidth (Rahimi and Recht 2007)"
            }
        }
    }
}

/// Settings of a feature map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapSpec {
    /// Its kind.
    pub kind: MapKind,
    /// Number D of random Fourier features, 1 to [`MAX_FOURIER_FEATURES`].
    pub width: usize,
    /// Bandwidth of the Gaussian kernel exp(−‖x − x'‖²/(2 s²)), in units of the inputs; 0.01 to 1000.
    pub bandwidth: f64,
}

impl MapSpec {
    /// Checks the settings.
    ///
    /// # Errors
    /// When one that the kind uses is outside its range.
    pub fn check(&self) -> Result<(), DataError> {
        if self.kind != MapKind::Fourier {
            return Ok(());
        }
        let refuse = |name, range, got: String| Err(DataError::OutOfRange { name, range, got });
        if !(1..=MAX_FOURIER_FEATURES).contains(&self.width) {
            return refuse("the number of random Fourier features", "1 to 2000", self.width.to_string());
        }
        if !(0.01..=1000.0).contains(&self.bandwidth) {
            return refuse("the bandwidth", "from 0.01 to 1000", written(self.bandwidth));
        }
        Ok(())
    }

    /// Number of features that the model sees for a number of inputs.
    pub fn n_features(&self, n_inputs: usize) -> usize {
        match self.kind {
            MapKind::Linear => n_inputs,
            MapKind::Quadratic => n_inputs + n_inputs * (n_inputs + 1) / 2,
            MapKind::Fourier => self.width,
        }
    }
}

/// A feature map that is ready to be applied.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureMap {
    rule: Rule,
    /// Of the features after the rule; `None` for the linear map.
    standardisation: Option<Standardisation>,
}

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    Linear,
    Quadratic {
        /// The inputs of each product, shape `[n_inputs · (n_inputs + 1)/2]`.
        pairs: Vec<(usize, usize)>,
    },
    Fourier {
        /// ω, shape `[width, n_inputs]`.
        frequencies: Array2<f64>,
        /// b, shape `[width]`.
        phases: Array1<f64>,
    },
}

impl FeatureMap {
    /// The map that changes nothing.
    pub fn linear() -> Self {
        Self { rule: Rule::Linear, standardisation: None }
    }

    /// Whether the model sees the inputs as they are.
    pub fn is_linear(&self) -> bool {
        self.rule == Rule::Linear
    }

    /// Draws what is random in the map, and learns the standardisation on training inputs.
    ///
    /// # Source
    /// Rahimi, Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007, algorithm 1: ω from a normal
    /// distribution with standard deviation 1/s, b evenly from [0, 2π).
    pub(super) fn learn(spec: &MapSpec, inputs: &Samples, seed: u64) -> Self {
        let rule = match spec.kind {
            MapKind::Linear => return Self::linear(),
            MapKind::Quadratic => {
                let n = inputs.n_features();
                Rule::Quadratic { pairs: (0..n).flat_map(|i| (i..n).map(move |j| (i, j))).collect() }
            }
            MapKind::Fourier => {
                let mut generator = rng(seed, Stream::FourierMap);
                let frequencies = Array2::from_shape_simple_fn((spec.width, inputs.n_features()), || {
                    generator.sample::<f64, _>(StandardNormal) / spec.bandwidth
                });
                let phases = Array1::from_shape_simple_fn(spec.width, || TAU * generator.random::<f64>());
                Rule::Fourier { frequencies, phases }
            }
        };
        let plain = Self { rule, standardisation: None };
        // Before they are rounded to single precision: squares of far inputs differ in digits that it does not have.
        let column = |idx: usize| inputs.features().rows().into_iter().map(|row| plain.feature(row, idx)).collect();
        let learnt = Standardisation::of_columns(plain.n_features(inputs.n_features()), column);
        Self { standardisation: Some(learnt), ..plain }
    }

    /// Number of features for a number of inputs.
    fn n_features(&self, n_inputs: usize) -> usize {
        match &self.rule {
            Rule::Linear => n_inputs,
            Rule::Quadratic { pairs } => n_inputs + pairs.len(),
            Rule::Fourier { phases, .. } => phases.len(),
        }
    }

    /// Features of every row of inputs, shape `[n_samples, n_inputs]`.
    pub fn map_rows(&self, inputs: &Array2<f32>) -> Array2<f32> {
        let n_features = self.n_features(inputs.ncols());
        let mut features = vec![0.0; inputs.nrows() * n_features];
        let rows = features.par_chunks_exact_mut(n_features.max(1)).enumerate();
        rows.for_each(|(row, out)| self.map_row(inputs.row(row), ArrayViewMut1::from(out)));
        Array2::from_shape_vec((inputs.nrows(), n_features), features).unwrap_or_default()
    }

    /// Features of samples; the labels stay.
    pub fn map(&self, inputs: &Samples) -> Samples {
        Samples::new(self.map_rows(inputs.features()), inputs.labels().to_vec())
    }

    fn map_row(&self, inputs: ArrayView1<'_, f32>, mut out: ArrayViewMut1<'_, f32>) {
        let features = (0..out.len()).map(|idx| self.feature(inputs, idx));
        match (&self.rule, &self.standardisation) {
            (Rule::Linear, _) => out.assign(&inputs),
            (_, Some(standardisation)) => standardisation.apply_row(features, out),
            (_, None) => out.iter_mut().zip(features).for_each(|(out, x)| *out = x as f32),
        }
    }

    /// A feature of a row of inputs, not yet standardised.
    fn feature(&self, inputs: ArrayView1<'_, f32>, idx: usize) -> f64 {
        let input = |idx: usize| f64::from(inputs[idx]);
        match &self.rule {
            Rule::Linear => input(idx),
            Rule::Quadratic { .. } if idx < inputs.len() => input(idx),
            Rule::Quadratic { pairs } => {
                let (i, j) = pairs[idx - inputs.len()];
                input(i) * input(j)
            }
            Rule::Fourier { frequencies, phases } => {
                let angle: f64 = frequencies.row(idx).iter().zip(&inputs).map(|(w, &x)| w * f64::from(x)).sum();
                (angle + phases[idx]).cos()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Samples {
        let features = Array2::from_shape_fn((60, 3), |(i, j)| ((i * 7 + j * 13) % 11) as f32 / 3.0 - 1.0);
        Samples::new(features, (0..60).map(|i| i % 4).collect())
    }

    fn learn(kind: MapKind, bandwidth: f64) -> FeatureMap {
        FeatureMap::learn(&MapSpec { kind, width: 2000, bandwidth }, &samples(), 1)
    }

    #[test]
    fn quadratic_features_are_inputs_squares_and_products() {
        let mut map = learn(MapKind::Quadratic, 1.0);
        map.standardisation = None;
        let inputs = ndarray::array![[2.0_f32, 3.0, -1.0]];
        assert_eq!(map.map_rows(&inputs), ndarray::array![[2.0, 3.0, -1.0, 4.0, 6.0, -2.0, 9.0, -3.0, 1.0]]);
    }

    #[test]
    fn mapped_training_features_have_mean_zero_and_deviation_one() {
        for kind in [MapKind::Quadratic, MapKind::Fourier] {
            let mapped = learn(kind, 0.7).map(&samples());
            for column in mapped.features().columns() {
                let column = column.mapv(f64::from);
                assert!(column.mean().is_some_and(|mean| mean.abs() < 1e-5) && (column.std(0.0) - 1.0).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn products_of_fourier_features_approach_the_gaussian_kernel() {
        let mut map = learn(MapKind::Fourier, 1.5);
        map.standardisation = None;
        let inputs = ndarray::array![[0.0_f32, 0.0, 0.0], [1.0, -0.5, 2.0]];
        let features = map.map_rows(&inputs).mapv(f64::from);
        let product = 2.0 / 2000.0 * features.row(0).dot(&features.row(1));
        let kernel = (-(1.0 + 0.25 + 4.0) / (2.0 * 1.5_f64.powi(2))).exp();
        // The error of a mean of 2000 products of variance below 1 stays within 4.5/√2000.
        assert!((product - kernel).abs() < 0.1, "{product} for {kernel}");
    }

    #[test]
    fn settings_outside_their_range_are_named() {
        let message =
            |width, bandwidth| MapSpec { kind: MapKind::Fourier, width, bandwidth }.check().unwrap_err().to_string();
        assert!(message(0, 1.0).contains("random Fourier features must be 1 to 2000, got 0"));
        assert!(message(10, f64::NAN).contains("bandwidth"));
    }
}
