//! Standardising features to mean 0 and standard deviation 1.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut1};

/// Mean and population standard deviation of each feature, learnt on the training part.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardisation {
    mean: Array1<f64>,
    scale: Array1<f64>,
}

impl Standardisation {
    /// Learns from features, shape `[n_samples, n_features]`, `n_samples` ≥ 1; a constant feature is only centred.
    pub fn learn<T: Copy + Into<f64>>(features: ArrayView2<'_, T>) -> Self {
        let n = features.nrows().max(1) as f64;
        let mut mean = Array1::<f64>::zeros(features.ncols());
        for row in features.rows() {
            for (m, &x) in mean.iter_mut().zip(row) {
                *m += x.into();
            }
        }
        mean /= n;
        let mut variance = Array1::<f64>::zeros(features.ncols());
        for row in features.rows() {
            for ((v, &x), m) in variance.iter_mut().zip(row).zip(&mean) {
                *v += (x.into() - m).powi(2) / n;
            }
        }
        let scale = ndarray::Zip::from(&variance).and(&mean).map_collect(|&variance: &f64, &mean: &f64| {
            let deviation = variance.sqrt();
            // A spread within rounding of the mean is a constant, not a signal to be blown up.
            if deviation <= 1e-12 * mean.abs() || deviation == 0.0 { 1.0 } else { deviation }
        });
        Self { mean, scale }
    }

    /// Applies to features, shape `[n_samples, n_features]`.
    pub fn apply(&self, features: ArrayView2<'_, f64>) -> Array2<f32> {
        let mut out = Array2::zeros(features.raw_dim());
        for (mut out_row, row) in out.rows_mut().into_iter().zip(features.rows()) {
            for (((z, x), m), s) in out_row.iter_mut().zip(row).zip(&self.mean).zip(&self.scale) {
                *z = ((x - m) / s) as f32;
            }
        }
        out
    }

    /// Applies to one row in place, shape `[n_features]`.
    pub(super) fn apply_row(&self, row: ArrayViewMut1<'_, f32>) {
        for ((x, m), s) in row.into_iter().zip(&self.mean).zip(&self.scale) {
            *x = ((f64::from(*x) - m) / s) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn features_get_mean_zero_and_population_deviation_one_and_constants_become_zero() {
        let features = array![[1.0, 7.1, 1.6e9], [3.0, 7.1, 1.6e9 + 2.0]];
        let expected = array![[-1.0_f32, 0.0, -1.0], [1.0, 0.0, 1.0]];
        assert_eq!(Standardisation::learn(features.view()).apply(features.view()), expected);
    }
}
