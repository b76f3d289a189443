//! Features of a block's samples, from rows to lanes.

use pulp::Simd;

use super::Precision;
use crate::{
    data::{LabelSets, Pair, Samples},
    loss::{BLOCK, Float, Lanes},
};

/// Rows that are turned around at a time, as many as a group of 128 bits has numbers.
const ROWS: usize = 4;

/// Puts features and labels of a block's samples into lanes, features of shape `[n_features]`; labels of samples with label sets
/// stay as they are.
#[inline(always)]
pub(super) fn gather<F: Float, S: Simd>(
    simd: S,
    samples: &Samples,
    row_of: &[u32; BLOCK],
    x: &mut [Lanes<F>],
    labels: &mut [u32; BLOCK],
) {
    if let ([first, second], Some(pairs)) = (&mut *x, samples.pairs()) {
        for (lane, &row) in row_of.iter().enumerate() {
            let pair = pairs[row as usize];
            (first.0[lane], second.0[lane]) = (F::from_f32(pair.x[0]), F::from_f32(pair.x[1]));
            labels[lane] = pair.label;
        }
        return;
    }
    if !samples.labels().is_empty() {
        for (label, &row) in labels.iter_mut().zip(row_of) {
            *label = samples.labels()[row as usize];
        }
    }
    let (features, n_features) = (samples.feature_slice(), x.len());
    for lane in (0..BLOCK).step_by(ROWS) {
        let row = |k: usize| &features[row_of[lane + k] as usize * n_features..][..n_features];
        let rows: [&[f32]; ROWS] = [row(0), row(1), row(2), row(3)];
        let register = |k: usize| S::as_simd_f32s(rows[k]).0;
        let registers = [register(0), register(1), register(2), register(3)];
        let n_registers = registers[0].len();
        for place in 0..n_registers {
            let [a, b, c, d] = registers;
            let columns = f32::transpose(simd, [a[place], b[place], c[place], d[place]]);
            for (k, column) in columns.iter().enumerate() {
                let (groups, _) = f32::values::<S>(column).as_chunks::<ROWS>();
                for (group, values) in groups.iter().enumerate() {
                    let x = &mut x[place * S::F32_LANES + ROWS * group + k].0[lane..lane + ROWS];
                    for (x, &value) in x.iter_mut().zip(values) {
                        *x = F::from_f32(value);
                    }
                }
            }
        }
        for feature in n_registers * S::F32_LANES..n_features {
            for (x, row) in x[feature].0[lane..lane + ROWS].iter_mut().zip(rows) {
                *x = F::from_f32(row[feature]);
            }
        }
    }
}

/// The samples of the block to come, copied while the one before is worked on; for two features.
pub(super) struct Upcoming<'a> {
    pub(super) samples: &'a [Pair],
    pub(super) block: &'a mut [Pair; BLOCK],
}

impl Upcoming<'_> {
    /// Copies the samples of the first rows, at most a block of them.
    #[inline(always)]
    pub(super) fn fetch(&mut self, rows: &[u32]) {
        if let Some(rows) = rows.first_chunk::<BLOCK>() {
            for lane in 0..BLOCK {
                self.block[lane] = self.samples[rows[lane] as usize];
            }
        } else {
            for (place, &row) in self.block.iter_mut().zip(rows) {
                *place = self.samples[row as usize];
            }
        }
    }

    /// Puts features and labels into lanes; those beyond a short block are of other samples.
    #[inline(always)]
    pub(super) fn unpack<F: Float>(&self, x: [&mut Lanes<F>; 2], labels: &mut [u32; BLOCK]) {
        let [x_0, x_1] = x;
        for lane in 0..BLOCK {
            let Pair { x, label } = self.block[lane];
            (x_0.0[lane], x_1.0[lane], labels[lane]) = (F::from_f32(x[0]), F::from_f32(x[1]), label);
        }
    }
}

/// Where the labels of the samples of `rows` stand, label · [`BLOCK`] + lane for each, in place of what was in `places`.
pub(super) fn gather_sets(sets: &LabelSets, rows: &[u32], places: &mut Vec<u32>) {
    places.clear();
    for (lane, &row) in rows.iter().enumerate() {
        for &label in sets.of(row as usize) {
            places.push(label * BLOCK as u32 + lane as u32);
        }
    }
}
