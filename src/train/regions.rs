//! Decision regions on a plane, as a raster of class indices.

use std::borrow::Cow;

use ndarray::Array2;

use super::{LinearModel, kernel::Block, probabilities::for_each_softmax};
use crate::{
    data::{FeatureMap, Projection, Samples},
    loss::Head,
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
    /// A cell stands for `step` × `step` of those that are drawn.
    step: usize,
    /// A linear model is linear on the plane too: it is taken there, where centres have two features. `None` under a map.
    plane: Option<Projection>,
    /// Cell centres as samples, row by row from the top, shape `[(side / step)², n_features]`; their labels say nothing.
    centres: Samples,
}

impl Raster {
    /// `side` × `side` cells, `side` a power of two; where the map makes many features, several cells share a centre.
    pub fn new(plane: &Projection, bounds: Bounds, map: &FeatureMap, side: usize) -> Self {
        if map.is_linear() {
            let centres =
                Array2::from_shape_fn((side * side, 2), |(cell, axis)| place(bounds, cell, side)[axis] as f32);
            return Self { side, step: 1, plane: Some(plane.clone()), centres: unlabelled(centres) };
        }
        let n_features = map.map_rows(&Array2::zeros((1, plane.origin().len()))).ncols();
        let mut step = 1;
        while (side / step).pow(2) * n_features > MOST_FEATURES && step < side {
            step *= 2;
        }
        let coarse = side / step;
        let [along_u, along_v] = plane.axes();
        let inputs = Array2::from_shape_fn((coarse * coarse, plane.origin().len()), |(cell, feature_idx)| {
            let [u, v] = place(bounds, cell, coarse);
            (plane.origin()[feature_idx] + u * along_u[feature_idx] + v * along_v[feature_idx]) as f32
        });
        Self { side, step, plane: None, centres: unlabelled(map.map_rows(&inputs)) }
    }

    /// The predicted class at every cell centre, row by row from the top; shape `[side, side]`.
    pub fn regions(&self, model: &LinearModel<f32>) -> Vec<u16> {
        let predicted = self.seen_by(model).predict(&self.centres);
        self.spread(&predicted, |&class_idx| class_idx as u16)
    }

    /// The probability of the predicted class at every cell centre, from 0 (0) to 255 (1), in the same order.
    pub fn confidence(&self, model: &LinearModel<f32>, head: Head) -> Vec<u8> {
        let mut confidences: Vec<u8> = Vec::with_capacity(self.centres.len());
        for_each_softmax(&*self.seen_by(model), &self.centres, &mut |block: &Block<'_, f32>| {
            for lane in 0..block.n {
                let (largest_p, loss) = (block.loss.scales.0[lane], block.loss.values.0[lane]);
                let p = match head {
                    Head::Softmax => largest_p,
                    // −ln p_y is max − z_y − ln of the largest p.
                    Head::Sigmoid => 1.0 / (1.0 + (-(loss + largest_p.ln() + block.label_logits.0[lane])).exp()),
                };
                confidences.push((p * 255.0).round() as u8);
            }
        });
        self.spread(&confidences, |&confidence| confidence)
    }

    /// The model as the centres are seen by it.
    fn seen_by<'a>(&self, model: &'a LinearModel<f32>) -> Cow<'a, LinearModel<f32>> {
        match &self.plane {
            Some(plane) => Cow::Owned(on_plane(model, plane)),
            None => Cow::Borrowed(model),
        }
    }

    /// What was found at the centres, for every cell.
    fn spread<T, U>(&self, found: &[T], convert: impl Fn(&T) -> U) -> Vec<U> {
        let coarse = self.side / self.step;
        let cells = (0..self.side).flat_map(|row| (0..self.side).map(move |column| (row, column)));
        let centres = cells.map(|(row, column)| row / self.step * coarse + column / self.step);
        centres.filter_map(|centre| found.get(centre).map(&convert)).collect()
    }
}

/// Centre of a cell, counted row by row from the top.
fn place(bounds: Bounds, cell: usize, side: usize) -> [f64; 2] {
    let centre = |axis: usize, cell: usize| {
        bounds.min[axis] + (bounds.max[axis] - bounds.min[axis]) * (cell as f64 + 0.5) / side as f64
    };
    [centre(0, cell % side), centre(1, side - 1 - cell / side)]
}

fn unlabelled(features: Array2<f32>) -> Samples {
    let labels = vec![0; features.nrows()];
    Samples::new(features, labels)
}

/// The model of a place [u, v] on the plane: its logits are those of the model there.
fn on_plane(model: &LinearModel<f32>, plane: &Projection) -> LinearModel<f32> {
    let n_classes = model.n_classes();
    let along = |axis: &ndarray::Array1<f64>| {
        let mut sums = vec![0.0; n_classes];
        for (a, weights) in axis.iter().zip(model.weights().chunks_exact(n_classes)) {
            for (sum, &w) in sums.iter_mut().zip(weights) {
                *sum += a * f64::from(w);
            }
        }
        sums
    };
    let [along_u, along_v] = plane.axes().each_ref().map(along);
    let at_origin = along(plane.origin()).into_iter().zip(model.bias()).map(|(z, &b)| z + f64::from(b));
    let mut on_plane = LinearModel::zeros(2, n_classes);
    let params = along_u.into_iter().chain(along_v).chain(at_origin);
    for (param, value) in on_plane.params_mut().iter_mut().zip(params) {
        *param = value as f32;
    }
    on_plane
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
            let dataset = flat.clone().mapped(&MapSpec { kind, width, bandwidth: 0.5 }, 1).unwrap();
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
