//! A flat view of samples with more than two features: the plane of the two largest principal components.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::Samples;

/// A plane in feature space: origin + u·axis_0 + v·axis_1.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    origin: Array1<f64>,
    axes: [Array1<f64>; 2],
    variance_share: f64,
}

impl Projection {
    /// The plane itself for two features, else the plane through the mean along the two largest principal components.
    ///
    /// A single feature is drawn along the horizontal.
    pub fn of(samples: &Samples) -> Self {
        let d = samples.n_features();
        let unit = |feature: usize| Array1::from_shape_fn(d, |k| if k == feature { 1.0 } else { 0.0 });
        if d <= 2 {
            return Self { origin: Array1::zeros(d), axes: [unit(0), unit(1)], variance_share: 1.0 };
        }
        let features = samples.features().mapv(f64::from);
        let origin = features.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(d));
        let centred = features - &origin;
        let covariance = centred.t().dot(&centred) / samples.len().max(1) as f64;
        let total: f64 = covariance.diag().sum();
        let (first_variance, first) = largest_component(&covariance, unit(0));
        let mut deflated = covariance;
        for i in 0..d {
            for j in 0..d {
                deflated[[i, j]] -= first_variance * first[i] * first[j];
            }
        }
        let (second_variance, second) = largest_component(&deflated, unit(1));
        let variance_share = if total > 0.0 { (first_variance + second_variance) / total } else { 1.0 };
        Self { origin, axes: [first, second], variance_share: variance_share.clamp(0.0, 1.0) }
    }

    /// Place of a sample, shape `[n_features]`, in the plane.
    pub fn project(&self, row: ArrayView1<'_, f32>) -> [f64; 2] {
        self.axes
            .each_ref()
            .map(|axis| row.iter().zip(&self.origin).zip(axis).map(|((&x, o), a)| (f64::from(x) - o) * a).sum())
    }

    /// The point of feature space at (0, 0), shape `[n_features]`.
    pub fn origin(&self) -> &Array1<f64> {
        &self.origin
    }

    /// The two directions, each of length 1, shape `[n_features]`.
    pub fn axes(&self) -> &[Array1<f64>; 2] {
        &self.axes
    }

    /// Share of the variance that lies in the plane, 0 to 1; exactly 1 for two features.
    pub fn variance_share(&self) -> f64 {
        self.variance_share
    }
}

/// Largest eigenvalue and eigenvector of a symmetric, non-negative matrix, by power iteration.
fn largest_component(matrix: &Array2<f64>, fallback: Array1<f64>) -> (f64, Array1<f64>) {
    const ITERATIONS: usize = 300;
    // A start that no axis-aligned component is orthogonal to; a zero matrix keeps the fallback.
    let d = matrix.nrows();
    let mut direction = Array1::from_shape_fn(d, |k| 1.0 + 0.01 * k as f64);
    direction /= direction.dot(&direction).sqrt();
    for _ in 0..ITERATIONS {
        let next = matrix.dot(&direction);
        let length = next.dot(&next).sqrt();
        if length < 1e-12 {
            return (0.0, fallback);
        }
        direction = next / length;
    }
    (direction.dot(&matrix.dot(&direction)), direction)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn two_features_are_drawn_as_they_are() {
        let samples = Samples::new(array![[1.0, 2.0], [5.0, -4.0]], vec![0, 1]);
        let projection = Projection::of(&samples);
        assert_eq!(projection.project(samples.row(1)), [5.0, -4.0]);
        assert_eq!(projection.variance_share(), 1.0);
    }

    #[test]
    fn the_plane_follows_the_two_widest_directions() {
        let features = array![
            [9.0, 0.0, 0.0],
            [-9.0, 0.0, 0.0],
            [0.0, 0.0, 4.0],
            [0.0, 0.0, -4.0],
            [0.0, 1.0, 0.0],
            [0.0, -1.0, 0.0]
        ];
        let projection = Projection::of(&Samples::new(features, vec![0; 6]));
        assert!((projection.axes()[0][0].abs() - 1.0).abs() < 1e-9, "{projection:?}");
        assert!((projection.axes()[1][2].abs() - 1.0).abs() < 1e-9, "{projection:?}");
        assert!((projection.variance_share() - (81.0 + 16.0) / (81.0 + 16.0 + 1.0)).abs() < 1e-9);
    }

    #[test]
    fn constant_and_single_features_have_a_plane_too() {
        let constant = Samples::new(Array2::ones((3, 4)), vec![0; 3]);
        assert_eq!(Projection::of(&constant).project(constant.row(0)), [0.0, 0.0]);
        let single = Samples::new(array![[2.0], [3.0]], vec![0, 1]);
        assert_eq!(Projection::of(&single).project(single.row(1)), [3.0, 0.0]);
    }
}
