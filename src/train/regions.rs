//! Decision regions on a plane, as a raster of class indices.

use super::{LinearModel, model::largest};
use crate::{data::Projection, loss::Real};

/// A rectangle of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower left corner.
    pub min: [f64; 2],
    /// Upper right corner.
    pub max: [f64; 2],
}

/// The predicted class on a grid of `side` × `side` cell centres, row by row from the top; shape `[side, side]`.
///
/// A linear model is linear on the plane too, so the logits of the origin and of both axes are all that is needed.
pub fn region_map<F: Real>(model: &LinearModel<F>, plane: &Projection, bounds: Bounds, side: usize) -> Vec<u16> {
    let n_classes = model.n_classes();
    let slopes = |axis: &ndarray::Array1<f64>| -> Vec<f64> {
        let mut sum = vec![0.0; n_classes];
        for (a, weights) in axis.iter().zip(model.weights().chunks_exact(n_classes)) {
            for (s, w) in sum.iter_mut().zip(weights) {
                *s += a * w.as_f64();
            }
        }
        sum
    };
    let mut base = slopes(plane.origin());
    for (z, b) in base.iter_mut().zip(model.bias()) {
        *z += b.as_f64();
    }
    let [along_u, along_v] = plane.axes().each_ref().map(slopes);
    let at = |axis: usize, cell: usize| {
        bounds.min[axis] + (bounds.max[axis] - bounds.min[axis]) * (cell as f64 + 0.5) / side as f64
    };
    let mut map = Vec::with_capacity(side * side);
    let mut logits = vec![0.0; n_classes];
    for row in 0..side {
        let v = at(1, side - 1 - row);
        for column in 0..side {
            let u = at(0, column);
            for (class_idx, z) in logits.iter_mut().enumerate() {
                *z = base[class_idx] + u * along_u[class_idx] + v * along_v[class_idx];
            }
            map.push(largest(&logits) as u16);
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::data::Samples;

    #[test]
    fn the_raster_runs_from_the_top_left_and_matches_the_model() {
        // Class 0 left of x = 0; right of it class 1 above y = 0 and class 2 below.
        let mut model = LinearModel::<f32>::zeros(2, 3);
        model.params_mut().copy_from_slice(&[-2.0, 2.0, 2.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0]);
        let plane = Projection::of(&Samples::new(array![[0.0, 0.0]], vec![0]));
        let map = region_map(&model, &plane, Bounds { min: [-1.0, -1.0], max: [1.0, 1.0] }, 2);
        assert_eq!(map, [0, 1, 0, 2]);
    }
}
