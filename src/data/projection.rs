//! A flat view of samples with more than two features: the plane of the two largest principal components.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::Samples;
use crate::bounds::Bounded;

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
        let rows = drawn_rows(samples.len(), d);
        let features = samples.features().select(Axis(0), &rows).mapv(f64::from);
        let origin = features.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(d));
        let mut centred = features - &origin;
        // Squares of what is tiny or huge would be lost.
        let largest = centred.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        if largest > 0.0 {
            centred /= largest;
        }
        let squares = |centred: &Array2<f64>| centred.iter().map(|x| x * x).sum::<f64>();
        let total = squares(&centred);
        let first = largest_component(&centred, unit(0));
        remove_direction(&mut centred, &first);
        let second = largest_component(&centred, unit(1));
        remove_direction(&mut centred, &second);
        let variance_share = if total > 0.0 { 1.0 - squares(&centred) / total } else { 1.0 };
        Self { origin, axes: [first, second], variance_share: variance_share.within(0.0, 1.0) }
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

/// Rows that the plane is learnt from: at most 5000, evenly spread, and fewer where there are many features.
fn drawn_rows(n_samples: usize, n_features: usize) -> Vec<usize> {
    const MOST_ROWS: usize = 5000;
    const MOST_VALUES: usize = 1 << 20;
    let most = MOST_ROWS.min(MOST_VALUES / n_features).max(2);
    (0..n_samples).step_by(n_samples.div_ceil(most).max(1)).collect()
}

/// Direction of largest variance of centred rows, shape `[n_samples, n_features]`, by power iteration on XᵀX.
fn largest_component(centred: &Array2<f64>, fallback: Array1<f64>) -> Array1<f64> {
    const ITERATIONS: usize = 200;
    // A start that no axis-aligned component is orthogonal to; constant rows keep the fallback.
    let mut direction = Array1::from_shape_fn(centred.ncols(), |k| 1.0 + 0.01 * k as f64);
    direction /= direction.dot(&direction).sqrt();
    for _ in 0..ITERATIONS {
        let next = centred.t().dot(&centred.dot(&direction));
        let length = next.dot(&next).sqrt();
        if length < 1e-12 {
            return fallback;
        }
        let next = next / length;
        let has_settled = next.dot(&direction) > 1.0 - 1e-12;
        direction = next;
        if has_settled {
            break;
        }
    }
    direction
}

/// Takes the part along a direction of length 1 out of every row.
fn remove_direction(rows: &mut Array2<f64>, direction: &Array1<f64>) {
    let lengths = rows.dot(direction);
    for (mut row, length) in rows.rows_mut().into_iter().zip(lengths) {
        row.scaled_add(-length, direction);
    }
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
