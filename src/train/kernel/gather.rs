//! Features of a block's samples, from rows to lanes.

use super::Rows;
use crate::{
    data::Samples,
    loss::{BLOCK, Lanes, Real},
};

/// Rows, and features, that are turned around at a time.
const SIDE: usize = 8;

/// Puts the features of a block's samples into lanes; the lanes of samples that are not there are 0.
#[inline(always)]
pub(super) fn gather<F: Real>(samples: &Samples, rows: &Rows<'_>, first: usize, n: usize, x: &mut [Lanes<F>]) {
    let n_features = x.len();
    let features = samples.feature_slice();
    if n < BLOCK {
        for x in x.iter_mut() {
            x.0[n..].fill(F::zero());
        }
    }
    if let [first_feature, second_feature] = x {
        for lane in 0..n {
            let sample_idx = rows.at(first + lane);
            let row = &features[2 * sample_idx..2 * sample_idx + 2];
            (first_feature.0[lane], second_feature.0[lane]) = (F::from_f32(row[0]), F::from_f32(row[1]));
        }
        return;
    }
    // Eight rows by eight features at a time, which the compiler turns around in registers.
    let mut lane = 0;
    while lane + SIDE <= n {
        let row_of: [&[f32]; SIDE] = std::array::from_fn(|k| {
            let sample_idx = rows.at(first + lane + k);
            &features[sample_idx * n_features..(sample_idx + 1) * n_features]
        });
        for start in (0..n_features).step_by(SIDE) {
            let end = (start + SIDE).min(n_features);
            if end - start == SIDE {
                let mut tile = [[0.0_f32; SIDE]; SIDE];
                for (tile, row) in tile.iter_mut().zip(row_of) {
                    tile.copy_from_slice(&row[start..end]);
                }
                for (feature, x) in x[start..end].iter_mut().enumerate() {
                    for (row, x) in x.0[lane..lane + SIDE].iter_mut().enumerate() {
                        *x = F::from_f32(tile[row][feature]);
                    }
                }
            } else {
                for (feature, x) in (start..end).zip(&mut x[start..end]) {
                    for (row, x) in x.0[lane..lane + SIDE].iter_mut().enumerate() {
                        *x = F::from_f32(row_of[row][feature]);
                    }
                }
            }
        }
        lane += SIDE;
    }
    for lane in lane..n {
        let sample_idx = rows.at(first + lane);
        let row = &features[sample_idx * n_features..(sample_idx + 1) * n_features];
        for (x, &value) in x.iter_mut().zip(row) {
            x.0[lane] = F::from_f32(value);
        }
    }
}
