//! Where decision boundaries lie on a plane, and where a step of the parameters moves them.

use super::{Bounds, LinearModel};
use crate::bounds::Bounded;

/// How a step moves a boundary at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// A place on the boundary.
    pub at: [f64; 2],
    /// Where the step moves it, along the boundary's normal: −Δd/‖∇d‖² · ∇d, with d = z_i − z_j the difference of the
    /// logits of the two classes that meet there and Δd its change; to first order in the step.
    pub by: [f64; 2],
}

/// The shifts at no more than `most` places, spread over the boundaries of a raster of regions.
///
/// `regions` are predicted classes row by row from the top, shape `[side, side]`, of `model`; `step` is what is added to
/// its parameters; `features_at` gives the features of a place on the plane.
pub fn boundary_shifts(
    model: &LinearModel<f32>,
    step: &LinearModel<f32>,
    features_at: &dyn Fn([f64; 2]) -> Vec<f32>,
    (regions, side): (&[u16], usize),
    bounds: Bounds,
    most: usize,
) -> Vec<Shift> {
    let cell = [0, 1].map(|axis| (bounds.max[axis] - bounds.min[axis]) / side as f64);
    let centre = |row: usize, column: usize| {
        [bounds.min[0] + (column as f64 + 0.5) * cell[0], bounds.max[1] - (row as f64 + 0.5) * cell[1]]
    };
    let mut crossings = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let here = regions[row * side + column];
            for (row_beyond, column_beyond) in [(row, column + 1), (row + 1, column)] {
                if row_beyond < side && column_beyond < side {
                    let beyond = regions[row_beyond * side + column_beyond];
                    if here != beyond {
                        let ends = [centre(row, column), centre(row_beyond, column_beyond)];
                        crossings.push((ends, [here as usize, beyond as usize]));
                    }
                }
            }
        }
    }
    let logits = |model: &LinearModel<f32>, place: [f64; 2]| {
        let mut logits = vec![0.0_f32; model.n_classes()];
        model.logits(&features_at(place), &mut logits);
        logits
    };
    let shift = |&([from, to], [i, j]): &([[f64; 2]; 2], [usize; 2])| {
        let difference = |place: [f64; 2]| {
            let z = logits(model, place);
            f64::from(z[i]) - f64::from(z[j])
        };
        let (before, after) = (difference(from), difference(to));
        let share = (before / (before - after)).within(0.0, 1.0);
        let share = if share.is_finite() { share } else { 0.5 };
        let at = [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
        let slope = [0, 1].map(|axis| {
            let mut ends = [at; 2];
            ends[0][axis] += cell[axis] / 2.0;
            ends[1][axis] -= cell[axis] / 2.0;
            (difference(ends[0]) - difference(ends[1])) / cell[axis]
        });
        let change = logits(step, at);
        let change = f64::from(change[i]) - f64::from(change[j]);
        let steepness = slope[0] * slope[0] + slope[1] * slope[1];
        let by = slope.map(|slope| -change / steepness * slope);
        by.iter().all(|by| by.is_finite()).then_some(Shift { at, by })
    };
    spread(&crossings, most).into_iter().filter_map(shift).collect()
}

/// At most `most` crossings, each the farthest from those before.
fn spread<T: Copy>(crossings: &[([[f64; 2]; 2], T)], most: usize) -> Vec<&([[f64; 2]; 2], T)> {
    let mut distances = vec![f64::INFINITY; crossings.len()];
    let mut chosen = Vec::new();
    while chosen.len() < most.min(crossings.len()) {
        let next = distances.iter().enumerate().fold(
            (0, -1.0),
            |best, (idx, &distance)| {
                if distance > best.1 { (idx, distance) } else { best }
            },
        );
        if next.1 <= 0.0 {
            break;
        }
        let from = crossings[next.0].0[0];
        chosen.push(&crossings[next.0]);
        for (distance, (ends, _)) in distances.iter_mut().zip(crossings) {
            let [dx, dy] = [0, 1].map(|axis| ends[0][axis] - from[axis]);
            *distance = distance.min(dx * dx + dy * dy);
        }
        distances[next.0] = 0.0;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Class 0 where x < 0.25, class 1 beyond: d = z_0 − z_1 = 1 − 4x.
    fn halves() -> (LinearModel<f32>, Vec<u16>, Bounds) {
        let mut model = LinearModel::zeros(2, 2);
        model.params_mut().copy_from_slice(&[-2.0, 2.0, 0.0, 0.0, 0.5, -0.5]);
        let bounds = Bounds { min: [-1.0, -1.0], max: [1.0, 1.0] };
        let side = 32;
        let regions =
            (0..side * side).map(|cell| u16::from(f64::from(cell % side) * 2.0 / 32.0 - 1.0 + 1.0 / 32.0 > 0.25));
        (model, regions.collect(), bounds)
    }

    fn plain(place: [f64; 2]) -> Vec<f32> {
        place.map(|x| x as f32).to_vec()
    }

    #[test]
    fn a_step_of_the_bias_moves_the_boundary_by_what_can_be_computed_by_hand() {
        let (model, regions, bounds) = halves();
        // d grows by 0.4, so that its zero moves by 0.4/4 to the right.
        let mut step = LinearModel::zeros(2, 2);
        step.params_mut().copy_from_slice(&[0.0, 0.0, 0.0, 0.0, 0.3, -0.1]);
        let shifts = boundary_shifts(&model, &step, &plain, (&regions, 32), bounds, 24);
        assert_eq!(shifts.len(), 24);
        for Shift { at, by } in &shifts {
            assert!((at[0] - 0.25).abs() < 1e-5, "{at:?}");
            assert!((by[0] - 0.1).abs() < 1e-4 && by[1].abs() < 1e-4, "{by:?}");
        }
        let heights: Vec<f64> = shifts.iter().map(|shift| shift.at[1]).collect();
        let reach = |f: fn(f64, f64) -> f64, start| heights.iter().copied().fold(start, f);
        assert!(reach(f64::max, -1.0) > 0.9 && reach(f64::min, 1.0) < -0.9, "spread over the whole boundary");
    }

    #[test]
    fn a_step_moves_the_boundary_to_where_it_then_is() {
        let (model, regions, bounds) = halves();
        let mut step = LinearModel::zeros(2, 2);
        step.params_mut().copy_from_slice(&[0.001, -0.002, 0.003, 0.001, -0.001, 0.002]);
        let mut moved = model.clone();
        for (p, s) in moved.params_mut().iter_mut().zip(step.params()) {
            *p += s;
        }
        for Shift { at, by } in boundary_shifts(&model, &step, &plain, (&regions, 32), bounds, 10) {
            let mut z = [0.0; 2];
            moved.logits(&plain([at[0] + by[0], at[1] + by[1]]), &mut z);
            let mut before = [0.0; 2];
            moved.logits(&plain(at), &mut before);
            assert!((z[0] - z[1]).abs() < 0.02 * (before[0] - before[1]).abs(), "{z:?} from {before:?}");
        }
    }

    #[test]
    fn one_region_has_no_boundary() {
        let (model, _, bounds) = halves();
        assert!(boundary_shifts(&model, &model, &plain, (&[0; 16], 4), bounds, 24).is_empty());
    }
}
