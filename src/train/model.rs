//! Multinomial logistic regression: logits z = Wx + b.

use rand::RngExt;
use rand_distr::StandardNormal;

use crate::{
    data::{Stream, rng},
    loss::Float,
};

/// The parameters of a linear model.
///
/// Stored feature by feature, shape `[n_features + 1, n_classes]` with the bias as the last row, so that all loops run
/// over classes in contiguous memory.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel<F> {
    n_features: usize,
    n_classes: usize,
    params: Vec<F>,
}

impl<F: Float> LinearModel<F> {
    /// All parameters zero.
    pub fn zeros(n_features: usize, n_classes: usize) -> Self {
        Self { n_features, n_classes, params: vec![F::zero(); (n_features + 1) * n_classes] }
    }

    /// Initial parameters: weights from a normal distribution with standard deviation 0.01, the same for every objective
    /// at one seed, and the bias as given, shape `[n_classes]`; see [`BiasStart`](super::BiasStart).
    pub fn initial(n_features: usize, bias: &[f64], seed: u64) -> Self {
        const DEVIATION: f64 = 0.01;
        let mut model = Self::zeros(n_features, bias.len());
        let mut generator = rng(seed, Stream::Init);
        for weight in model.weights_mut() {
            *weight = F::from_f64(DEVIATION * generator.sample::<f64, _>(StandardNormal));
        }
        model.shift_bias(bias);
        model
    }

    /// Adds to the bias, shape `[n_classes]`; an empty slice adds nothing.
    pub fn shift_bias(&mut self, shift: &[f64]) {
        for (bias, &shift) in self.bias_mut().iter_mut().zip(shift) {
            *bias += F::from_f64(shift);
        }
    }

    /// Number of features d.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Number of classes C.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Every parameter, shape `[n_features + 1, n_classes]`.
    pub fn params(&self) -> &[F] {
        &self.params
    }

    /// Every parameter, to be changed.
    pub fn params_mut(&mut self) -> &mut [F] {
        &mut self.params
    }

    /// The weights W without the bias, shape `[n_features, n_classes]`.
    pub fn weights(&self) -> &[F] {
        &self.params[..self.n_features * self.n_classes]
    }

    fn weights_mut(&mut self) -> &mut [F] {
        let end = self.n_features * self.n_classes;
        &mut self.params[..end]
    }

    /// The bias b, shape `[n_classes]`.
    pub fn bias(&self) -> &[F] {
        &self.params[self.n_features * self.n_classes..]
    }

    fn bias_mut(&mut self) -> &mut [F] {
        let start = self.n_features * self.n_classes;
        &mut self.params[start..]
    }

    /// Euclidean length of each class's weights, shape `[n_classes]`.
    pub fn weight_norms(&self) -> Vec<f64> {
        let mut squares = vec![0.0; self.n_classes];
        for weights in self.weights().chunks_exact(self.n_classes) {
            for (square, w) in squares.iter_mut().zip(weights) {
                *square += w.as_f64() * w.as_f64();
            }
        }
        squares.into_iter().map(f64::sqrt).collect()
    }

    /// The same model in another precision.
    pub fn convert<G: Float>(&self) -> LinearModel<G> {
        LinearModel {
            n_features: self.n_features,
            n_classes: self.n_classes,
            params: self.params.iter().map(|p| G::from_f64(p.as_f64())).collect(),
        }
    }

    /// Whether every parameter is a finite number.
    pub fn is_finite(&self) -> bool {
        self.params.iter().all(|p| p.is_finite())
    }

    /// Writes the logits, shape `[n_classes]`, of one sample, shape `[n_features]`.
    pub fn logits(&self, x: &[f32], logits: &mut [F]) {
        logits.copy_from_slice(self.bias());
        for (&x, weights) in x.iter().zip(self.weights().chunks_exact(self.n_classes)) {
            let x = F::from_f32(x);
            for (z, &w) in logits.iter_mut().zip(weights) {
                *z += x * w;
            }
        }
    }
}

/// Index of the largest value; ties go to the first.
#[cfg(test)]
pub(super) fn largest<F: Float>(values: &[F]) -> usize {
    let mut best = 0;
    for (idx, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = idx;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::data::Samples;

    #[test]
    fn logits_and_predictions_follow_from_weights_and_bias() {
        let mut model = LinearModel::<f64>::zeros(2, 3);
        model.params_mut().copy_from_slice(&[1.0, 0.0, -1.0, 0.0, 2.0, 0.0, 0.5, 0.0, 0.0]);
        let mut logits = [0.0; 3];
        model.logits(&[1.0, 0.5], &mut logits);
        assert_eq!(logits, [1.5, 1.0, -1.0]);
        assert_eq!(model.weight_norms(), [1.0, 2.0, 1.0]);
        let samples = Samples::new(array![[1.0, 0.5], [0.0, 3.0], [-9.0, 0.0]], vec![0, 0, 0]);
        assert_eq!(model.predict(&samples), [0, 1, 2]);
    }

    #[test]
    fn objectives_share_their_initial_weights_whatever_their_bias() {
        let plain = LinearModel::<f32>::initial(3, &[0.0; 10], 7);
        let other = LinearModel::<f32>::initial(3, &[-2.0; 10], 7);
        assert_eq!(plain.weights(), other.weights());
        assert!(plain.weights().iter().all(|w| w.abs() < 0.1) && plain.weights().iter().any(|&w| w != 0.0));
        assert!(plain.bias().iter().all(|&b| b == 0.0) && other.bias().iter().all(|&b| b == -2.0));
    }
}
