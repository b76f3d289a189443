//! Standardising features to mean 0 and standard deviation 1.

use ndarray::{Array2, ArrayView2, ArrayViewMut1};
use rayon::prelude::*;

use crate::{bounds::Bounded, numbers::Moments};

/// Mean and population standard deviation of each feature, learnt on the training part.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardisation {
    moments: Vec<Moments>,
}

/// Largest size of a standardised feature, of a test sample that is nothing like the training samples: its logits and their
/// squares stay finite.
const FURTHEST: f64 = 1e15;

impl Standardisation {
    /// Learns from features, shape `[n_samples, n_features]`, n_samples ≥ 1, each finite; whatever their unit and offset.
    pub fn learn(features: ArrayView2<'_, f64>) -> Self {
        Self::of_columns(features.ncols(), |idx| features.column(idx).to_vec())
    }

    /// As [`Standardisation::learn`], from `n` columns that are made one by one.
    pub(super) fn of_columns(n_features: usize, column: impl Fn(usize) -> Vec<f64> + Sync) -> Self {
        let columns = (0..n_features).into_par_iter();
        Self { moments: columns.map(|idx| Moments::of(column(idx).iter().copied())).collect() }
    }

    /// Whether each feature is the same in every training sample, shape `[n_features]`: it is 0 wherever it is applied, since
    /// nothing can be learnt of it.
    pub fn is_constant(&self) -> impl Iterator<Item = bool> + '_ {
        self.moments.iter().map(Moments::is_constant)
    }

    /// Mean and deviation of each feature, shape `[n_features]`; the deviation of a constant one is 0.
    pub fn means_and_deviations(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.moments.iter().map(|moments| (moments.mean(), moments.deviation()))
    }

    /// Applies to features, shape `[n_samples, n_features]`.
    pub fn apply(&self, features: ArrayView2<'_, f64>) -> Array2<f32> {
        let mut out = Array2::zeros(features.raw_dim());
        for (mut out_row, row) in out.rows_mut().into_iter().zip(features.rows()) {
            for ((z, &x), moments) in out_row.iter_mut().zip(row).zip(&self.moments) {
                *z = single(moments.standardised(x));
            }
        }
        out
    }

    /// Applies to one row, shape `[n_features]`, of features before they are rounded to single precision.
    pub(super) fn apply_row(&self, features: impl Iterator<Item = f64>, row: ArrayViewMut1<'_, f32>) {
        for ((z, x), moments) in row.into_iter().zip(features).zip(&self.moments) {
            *z = single(moments.standardised(x));
        }
    }
}

fn single(z: f64) -> f32 {
    z.within(-FURTHEST, FURTHEST) as f32
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};

    use super::*;

    #[test]
    fn features_get_mean_zero_and_population_deviation_one_and_constants_become_zero() {
        let features = array![[1.0, 7.1, 1.6e9], [3.0, 7.1, 1.6e9 + 2.0]];
        let expected = array![[-1.0_f32, 0.0, -1.0], [1.0, 0.0, 1.0]];
        let standardisation = Standardisation::learn(features.view());
        assert_eq!(standardisation.apply(features.view()), expected);
        assert!(standardisation.is_constant().eq([false, true, false]));
    }

    #[test]
    fn a_feature_that_nothing_was_learnt_of_stays_zero_and_others_stay_finite() {
        let standardisation = Standardisation::learn(array![[1e-200, 5.0], [3e-200, 5.0]].view());
        let far = standardisation.apply(array![[1e300, 1e300], [f64::MAX, f64::MIN]].view());
        assert_eq!(far, array![[1e15, 0.0], [1e15, 0.0]]);
        let mut row = Array1::zeros(2);
        standardisation.apply_row([3e-200, 7.0].into_iter(), row.view_mut());
        assert_eq!(row, array![1.0, 0.0]);
    }
}
