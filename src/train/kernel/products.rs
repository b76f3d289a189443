//! The two products of a block: logits from features, and the gradient from residuals. Sums stay in registers: a tile is a
//! few classes times a few registers of lanes.

use pulp::Simd;

use super::precision::{PARTIAL, Precision};
use crate::loss::{BLOCK, Lanes};

/// Classes of a tile: with four registers of lanes each, as many as AVX-512 has room for; with two, as AVX2 and SSE2 have.
const TILE: usize = 6;
/// Classes of a tile that is one register wide.
const TALL: usize = 12;

/// Lanes of a register.
pub(super) const fn n_lanes<F, S: Simd>() -> usize {
    size_of::<S::f32s>() / size_of::<F>()
}

/// Logits start + Wx, shape `[n_classes]` of lanes, from features, shape `[n_features]` of lanes, and weights, shape
/// `[n_features, n_classes]`. Returns the largest logit of each sample.
#[inline(always)]
pub(super) fn logits<F: Precision, S: Simd>(
    simd: S,
    x: &[Lanes<F>],
    weights: &[F],
    start: &[F],
    z: &mut [Lanes<F>],
) -> Lanes<F> {
    let mut max = Lanes::splat(F::neg_infinity());
    let n_classes = start.len();
    let mut class_idx = 0;
    macro_rules! tile {
        ($n:literal) => {{
            let start = &start[class_idx..class_idx + $n];
            let z = &mut z[class_idx..class_idx + $n];
            if S::REGISTER_COUNT >= 32 {
                logits_tile::<F, S, $n, 4>(
                    simd,
                    x,
                    &weights[class_idx.min(weights.len())..],
                    n_classes,
                    start,
                    z,
                    &mut max,
                );
            } else {
                logits_tile::<F, S, $n, 2>(
                    simd,
                    x,
                    &weights[class_idx.min(weights.len())..],
                    n_classes,
                    start,
                    z,
                    &mut max,
                );
            }
            class_idx += $n;
        }};
    }
    while class_idx + TILE <= n_classes {
        tile!(6);
    }
    match n_classes - class_idx {
        1 => tile!(1),
        2 => tile!(2),
        3 => tile!(3),
        4 => tile!(4),
        5 => tile!(5),
        _ => {}
    }
    debug_assert_eq!(class_idx, n_classes);
    max
}

/// Logits of N classes; `weights` begins at the first of them and goes on by `stride`.
#[inline(always)]
fn logits_tile<F: Precision, S: Simd, const N: usize, const V: usize>(
    simd: S,
    x: &[Lanes<F>],
    weights: &[F],
    stride: usize,
    start: &[F],
    z: &mut [Lanes<F>],
    max: &mut Lanes<F>,
) {
    let width = V * n_lanes::<F, S>();
    for first in (0..BLOCK).step_by(width) {
        let mut sums = [[F::splat(simd, F::zero()); V]; N];
        for (sums, &start) in sums.iter_mut().zip(start) {
            *sums = [F::splat(simd, start); V];
        }
        for (x, weights) in x.iter().zip(weights.chunks(stride)) {
            let x: &[F::Vector<S>; V] = as_array(F::vectors::<S>(&x.0[first..first + width]));
            let weights: &[F; N] = as_array(&weights[..N]);
            for (sums, &weight) in sums.iter_mut().zip(weights) {
                let weight = F::splat(simd, weight);
                for (sum, &x) in sums.iter_mut().zip(x) {
                    *sum = F::multiply_add(simd, weight, x, *sum);
                }
            }
        }
        let max: &mut [F::Vector<S>; V] = as_array_mut(F::vectors_mut::<S>(&mut max.0[first..first + width]));
        let mut largest = *max;
        for (z, sums) in z.iter_mut().zip(sums) {
            for (largest, &sum) in largest.iter_mut().zip(&sums) {
                *largest = F::larger(simd, sum, *largest);
            }
            F::vectors_mut::<S>(&mut z.0[first..first + width]).copy_from_slice(&sums);
        }
        *max = largest;
    }
}

/// Slices of the kernel have the lengths that it made them with.
#[inline(always)]
fn as_array<T, const N: usize>(slice: &[T]) -> &[T; N] {
    let Ok(array) = slice.try_into() else { unreachable!("a slice of {N}") };
    array
}

#[inline(always)]
fn as_array_mut<T, const N: usize>(slice: &mut [T]) -> &mut [T; N] {
    let Ok(array) = slice.try_into() else { unreachable!("a slice of {N}") };
    array
}

/// Adds Σ x·r over the samples of a block to `sums`, shape `[n_features, n_classes]` of partial sums, and Σ scale·r to
/// those of the bias, which follow; for few features, with samples across lanes.
#[inline(always)]
pub(super) fn add_few<F: Precision, S: Simd>(
    simd: S,
    x: &[Lanes<F>],
    scales: &Lanes<F>,
    residuals: &[Lanes<F>],
    sums: &mut [[F; PARTIAL]],
) {
    let n_classes = residuals.len();
    let (of_features, of_bias) = sums.split_at_mut(x.len() * n_classes);
    for (class_idx, (residuals, of_bias)) in residuals.iter().zip(of_bias).enumerate() {
        let residuals = F::vectors::<S>(&residuals.0);
        for (x, sums) in x.iter().zip(of_features.chunks_exact_mut(n_classes)) {
            add_products::<F, S>(simd, F::vectors::<S>(&x.0), residuals, &mut sums[class_idx]);
        }
        add_products::<F, S>(simd, F::vectors::<S>(&scales.0), residuals, of_bias);
    }
}

/// Adds Σ x·r over the samples of a block to `sums`, shape `[n_classes]` of partial sums.
#[inline(always)]
pub(super) fn add_lanes<F: Precision, S: Simd>(
    simd: S,
    x: &Lanes<F>,
    residuals: &[Lanes<F>],
    sums: &mut [[F; PARTIAL]],
) {
    let x = F::vectors::<S>(&x.0);
    for (residuals, sums) in residuals.iter().zip(sums) {
        add_products::<F, S>(simd, x, F::vectors::<S>(&residuals.0), sums);
    }
}

#[inline(always)]
fn add_products<F: Precision, S: Simd>(
    simd: S,
    x: &[F::Vector<S>],
    residuals: &[F::Vector<S>],
    sums: &mut [F; PARTIAL],
) {
    let lanes = n_lanes::<F, S>();
    for (first, sum) in F::vectors_mut::<S>(sums).iter_mut().enumerate() {
        let mut added = *sum;
        for part in 0..BLOCK / PARTIAL {
            let place = part * (PARTIAL / lanes) + first;
            added = F::multiply_add(simd, x[place], residuals[place], added);
        }
        *sum = added;
    }
}

/// Adds what is in the lanes of partial sums, always in the same order.
#[inline(always)]
pub(super) fn join<F: Precision, S: Simd>(simd: S, sums: &[[F; PARTIAL]], out: &mut [F]) {
    let (fours, rest) = sums.as_chunks::<4>();
    let (out_of_fours, out_of_rest) = out.split_at_mut(4 * fours.len());
    for (out, rows) in out_of_fours.as_chunks_mut::<4>().0.iter_mut().zip(fours) {
        *out = F::row_sums(simd, rows);
    }
    if !rest.is_empty() {
        let mut rows = [[F::zero(); PARTIAL]; 4];
        rows[..rest.len()].copy_from_slice(rest);
        out_of_rest.copy_from_slice(&F::row_sums(simd, &rows)[..rest.len()]);
    }
}

/// Writes sums, shape `[n_classes, width]`, to `out`, shape `[n_features, n_classes]`.
#[inline(always)]
pub(super) fn transpose<F: Precision, S: Simd>(simd: S, sums: &[F], width: usize, n_classes: usize, out: &mut [F]) {
    let (lanes, n_features) = (n_lanes::<F, S>(), out.len() / n_classes.max(1));
    let n_transposed = if F::TRANSPOSES { n_classes / 4 * 4 } else { 0 };
    for class_idx in (0..n_transposed).step_by(4) {
        for first in (0..n_features).step_by(lanes) {
            let row = |k: usize| F::vectors::<S>(&sums[(class_idx + k) * width + first..][..lanes])[0];
            let columns = F::transpose(simd, [row(0), row(1), row(2), row(3)]);
            for (k, column) in columns.iter().enumerate() {
                for (group, values) in F::values::<S>(column).as_chunks::<4>().0.iter().enumerate() {
                    let feature = first + 4 * group + k;
                    if feature < n_features {
                        out[feature * n_classes + class_idx..][..4].copy_from_slice(values);
                    }
                }
            }
        }
    }
    for class_idx in n_transposed..n_classes {
        for (feature, &sum) in sums[class_idx * width..][..n_features].iter().enumerate() {
            out[feature * n_classes + class_idx] = sum;
        }
    }
}

/// Adds Σ r·x over the first samples of a block to `sums`, shape `[n_classes, width]`; for many features, with features
/// across lanes. `rows` has shape `[n_samples, width]`, and a width that fills registers.
#[inline(always)]
pub(super) fn add_many<F: Precision, S: Simd>(
    simd: S,
    rows: &[F],
    residuals: &[Lanes<F>],
    sums: &mut [F],
    width: usize,
) {
    let lanes = n_lanes::<F, S>();
    let mut first = 0;
    while first < width {
        let n_left = (width - first) / lanes;
        if n_left >= 4 && S::REGISTER_COUNT >= 32 {
            add_columns::<F, S, TILE, 4>(simd, rows, residuals, sums, width, first);
            first += 4 * lanes;
        } else if n_left >= 2 {
            add_columns::<F, S, TILE, 2>(simd, rows, residuals, sums, width, first);
            first += 2 * lanes;
        } else {
            add_columns::<F, S, TALL, 1>(simd, rows, residuals, sums, width, first);
            first += lanes;
        }
    }
}

#[inline(always)]
fn add_columns<F: Precision, S: Simd, const N: usize, const V: usize>(
    simd: S,
    rows: &[F],
    residuals: &[Lanes<F>],
    sums: &mut [F],
    width: usize,
    first: usize,
) {
    let mut residuals = residuals.chunks_exact(N);
    let mut of_class = sums.chunks_exact_mut(width * N);
    for (residuals, sums) in residuals.by_ref().zip(of_class.by_ref()) {
        gradient_tile::<F, S, N, V>(simd, rows, residuals, sums, width, first);
    }
    // As many classes at a time as are left, but for one: a single chain of sums waits for itself.
    let (residuals, sums) = (residuals.remainder(), of_class.into_remainder());
    let mut class_idx = 0;
    macro_rules! tile {
        ($n:literal) => {
            while residuals.len() - class_idx >= $n {
                let (residuals, sums) = (&residuals[class_idx..class_idx + $n], &mut sums[class_idx * width..]);
                gradient_tile::<F, S, $n, V>(simd, rows, residuals, sums, width, first);
                class_idx += $n;
            }
        };
    }
    tile!(4);
    tile!(2);
    tile!(1);
}

#[inline(always)]
fn gradient_tile<F: Precision, S: Simd, const N: usize, const V: usize>(
    simd: S,
    rows: &[F],
    residuals: &[Lanes<F>],
    sums: &mut [F],
    width: usize,
    first: usize,
) {
    let residuals: &[Lanes<F>; N] = as_array(residuals);
    let span = V * n_lanes::<F, S>();
    let mut tile = [[F::splat(simd, F::zero()); V]; N];
    for (row, x) in rows.chunks_exact(width).take(BLOCK).enumerate() {
        let x: &[F::Vector<S>; V] = as_array(F::vectors::<S>(&x[first..first + span]));
        for (tile, residuals) in tile.iter_mut().zip(residuals) {
            let residual = F::splat(simd, residuals.0[row]);
            for (sum, &x) in tile.iter_mut().zip(x) {
                *sum = F::multiply_add(simd, residual, x, *sum);
            }
        }
    }
    let one = F::splat(simd, F::one());
    for (sums, tile) in sums.chunks_exact_mut(width).zip(tile) {
        for (sum, part) in F::vectors_mut::<S>(&mut sums[first..first + span]).iter_mut().zip(tile) {
            *sum = F::multiply_add(simd, part, one, *sum);
        }
    }
}
