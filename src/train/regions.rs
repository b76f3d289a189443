//! Decision regions on a plane, as a raster of class indices.

use ndarray::{Array2, ArrayView2};

use super::{LinearModel, model::largest};
use crate::{
    data::{FeatureMap, Projection},
    loss::{Head, Real},
};

/// A rectangle of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower left corner.
    pub min: [f64; 2],
    /// Upper right corner.
    pub max: [f64; 2],
}

/// Most numbers that the features of a raster may take: 32 MiB.
const MOST_FEATURES: usize = 1 << 23;

/// Cell centres on a plane, as a model sees them.
#[derive(Debug, Clone)]
pub struct Raster {
    side: usize,
    cells: Cells,
}

#[derive(Debug, Clone)]
enum Cells {
    /// A linear model is linear on the plane too, so its logits at the origin and along both axes are all that is needed.
    Flat { plane: Projection, bounds: Bounds },
    /// Features of the cell centres, shape `[(side / step)², n_features]`; a cell stands for `step` × `step` of them.
    Mapped { features: Array2<f32>, step: usize },
}

impl Raster {
    /// `side` × `side` cells, `side` a power of two; where the map makes many features, several cells share a centre.
    pub fn new(plane: &Projection, bounds: Bounds, map: &FeatureMap, side: usize) -> Self {
        if map.is_linear() {
            return Self { side, cells: Cells::Flat { plane: plane.clone(), bounds } };
        }
        let n_features = map.map_rows(&Array2::zeros((1, plane.origin().len()))).ncols();
        let mut step = 1;
        while (side / step).pow(2) * n_features > MOST_FEATURES && step < side {
            step *= 2;
        }
        let coarse = side / step;
        let [along_u, along_v] = plane.axes();
        let inputs = Array2::from_shape_fn((coarse * coarse, plane.origin().len()), |(cell, feature_idx)| {
            let u = centre(bounds, 0, cell % coarse, coarse);
            let v = centre(bounds, 1, coarse - 1 - cell / coarse, coarse);
            (plane.origin()[feature_idx] + u * along_u[feature_idx] + v * along_v[feature_idx]) as f32
        });
        Self { side, cells: Cells::Mapped { features: map.map_rows(&inputs), step } }
    }

    /// The predicted class at every cell centre, row by row from the top; shape `[side, side]`.
    pub fn regions<F: Real>(&self, model: &LinearModel<F>) -> Vec<u16> {
        self.judge(model, |logits| largest(logits) as u16)
    }

    /// The probability of the predicted class at every cell centre, from 0 (0) to 255 (1), in the same order.
    pub fn confidence<F: Real>(&self, model: &LinearModel<F>, head: Head) -> Vec<u8> {
        self.judge(model, |logits| {
            let highest = logits[largest(logits)];
            let p = match head {
                Head::Softmax => 1.0 / logits.iter().map(|z| (z - highest).exp()).sum::<f64>(),
                Head::Sigmoid => 1.0 / (1.0 + (-highest).exp()),
            };
            (p * 255.0).round() as u8
        })
    }

    /// What is to be said of the logits at every cell centre, row by row from the top.
    fn judge<F: Real, T: Copy>(&self, model: &LinearModel<F>, judge: impl Fn(&[f64]) -> T) -> Vec<T> {
        match &self.cells {
            Cells::Flat { plane, bounds } => judge_flat(model, plane, *bounds, self.side, judge),
            Cells::Mapped { features, step } => {
                let judged = judge_mapped(model, features, judge);
                let coarse = self.side / step;
                let cells =
                    (0..self.side).flat_map(|row| (0..self.side).map(move |column| (row / step, column / step)));
                cells.filter_map(|(row, column)| judged.get(row * coarse + column).copied()).collect()
            }
        }
    }
}

/// Centre of a cell along an axis.
fn centre(bounds: Bounds, axis: usize, cell: usize, side: usize) -> f64 {
    bounds.min[axis] + (bounds.max[axis] - bounds.min[axis]) * (cell as f64 + 0.5) / side as f64
}

/// What is to be said of the logits for every row of features.
fn judge_mapped<F: Real, T>(model: &LinearModel<F>, features: &Array2<f32>, judge: impl Fn(&[f64]) -> T) -> Vec<T> {
    let model: LinearModel<f32> = model.convert();
    let shape = (model.n_features(), model.n_classes());
    // The model's weights have this shape by construction.
    let Ok(weights) = ArrayView2::from_shape(shape, model.weights()) else { return Vec::new() };
    let mut logits = features.dot(&weights);
    logits += &ndarray::ArrayView1::from(model.bias());
    let mut wide = vec![0.0; model.n_classes()];
    let rows = logits.rows().into_iter().map(|row| {
        for (wide, &z) in wide.iter_mut().zip(row) {
            *wide = f64::from(z);
        }
        judge(&wide)
    });
    rows.collect()
}

fn judge_flat<F: Real, T>(
    model: &LinearModel<F>,
    plane: &Projection,
    bounds: Bounds,
    side: usize,
    judge: impl Fn(&[f64]) -> T,
) -> Vec<T> {
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
    let mut map = Vec::with_capacity(side * side);
    let mut logits = vec![0.0; n_classes];
    for row in 0..side {
        let v = centre(bounds, 1, side - 1 - row, side);
        for column in 0..side {
            let u = centre(bounds, 0, column, side);
            for (class_idx, z) in logits.iter_mut().enumerate() {
                *z = base[class_idx] + u * along_u[class_idx] + v * along_v[class_idx];
            }
            map.push(judge(&logits));
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::data::{Dataset, MapKind, MapSpec, Samples};

    #[test]
    fn the_raster_runs_from_the_top_left_and_matches_the_model() {
        // Class 0 left of x = 0; right of it class 1 above y = 0 and class 2 below.
        let mut model = LinearModel::<f32>::zeros(2, 3);
        model.params_mut().copy_from_slice(&[-2.0, 2.0, 2.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0]);
        let plane = Projection::of(&Samples::new(array![[0.0, 0.0]], vec![0]));
        let bounds = Bounds { min: [-1.0, -1.0], max: [1.0, 1.0] };
        let raster = Raster::new(&plane, bounds, &FeatureMap::linear(), 2);
        assert_eq!(raster.regions(&model), [0, 1, 0, 2]);
        // At the centre of the upper left cell the logits are 1, −1/2 and −3/2, …
        let sum: f64 = [1.0_f64, -0.5, -1.5].into_iter().map(|z| (z - 1.0).exp()).sum();
        assert_eq!(f64::from(raster.confidence(&model, Head::Softmax)[0]), (255.0 / sum).round());
        let sigmoid = 255.0 / (1.0 + (-1.0_f64).exp());
        assert_eq!(f64::from(raster.confidence(&model, Head::Sigmoid)[0]), sigmoid.round());
    }

    #[test]
    fn a_mapped_raster_shows_what_the_model_predicts_at_each_centre() {
        let inputs = Samples::new(array![[0.0, 0.0], [1.0, -1.0], [0.5, 1.0], [-1.0, 0.3]], vec![0, 1, 0, 1]);
        let counts = inputs.class_counts(2).unwrap();
        let flat = Dataset::unmapped(["a".to_owned(), "b".to_owned()].into(), counts, inputs.into(), None, None);
        for kind in [MapKind::Quadratic, MapKind::Fourier] {
            let width = if kind == MapKind::Fourier { 1500 } else { 1 };
            let dataset = MapSpec { kind, width, bandwidth: 0.5 }.apply(flat.clone(), 1).unwrap();
            let mut model = LinearModel::<f32>::zeros(dataset.train.n_features(), 2);
            for (idx, p) in model.params_mut().iter_mut().enumerate() {
                *p = ((idx * 7) % 5) as f32 - 2.0;
            }
            let bounds = Bounds { min: [-2.0, -1.0], max: [2.0, 3.0] };
            let plane = Projection::of(&dataset.inputs);
            let regions = Raster::new(&plane, bounds, &dataset.map, 128).regions(&model);
            // 1500 features want a raster of half the side: each centre there stands for four cells.
            let coarse = if kind == MapKind::Fourier { 64 } else { 128 };
            for (row, column) in [(0, 0), (3, 77), (64, 20), (127, 126)] {
                let cell = |idx: usize| (idx / (128 / coarse)) as f64 + 0.5;
                let x = -2.0 + 4.0 * cell(column) / coarse as f64;
                let y = 3.0 - 4.0 * cell(row) / coarse as f64;
                let place = Samples::new(array![[x as f32, y as f32]], vec![0]);
                let expected = model.predict(&dataset.map.map(&place))[0];
                assert_eq!(usize::from(regions[row * 128 + column]), expected, "{kind:?} at {x}, {y}");
            }
        }
    }
}
