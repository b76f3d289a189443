//! Asks for what will be read soon, so that it is near when it is read. Changes no result.

use crate::{data::Samples, loss::BLOCK};

/// Numbers in a line of the cache.
const LINE: usize = 16;

/// Asks for the features of the samples to come; at most a block of them.
#[inline(always)]
pub(super) fn prefetch_rows(samples: &Samples, rows: &[u32]) {
    let rows = &rows[..rows.len().min(BLOCK)];
    if let Some(pairs) = samples.pairs() {
        for &row in rows {
            if let Some(pair) = pairs.get(row as usize) {
                prefetch(pair);
            }
        }
        return;
    }
    let (features, n_features) = (samples.feature_slice(), samples.n_features());
    for &row in rows {
        let start = row as usize * n_features;
        for line in features.get(start..start + n_features).unwrap_or_default().chunks(LINE) {
            prefetch(&line[0]);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the one instruction of this kind that the standard library has takes a raw pointer")]
#[inline(always)]
fn prefetch<T>(place: &T) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch reads nothing that a program can see and never faults, whatever the address; this one is that of a
    // reference. The instruction is part of SSE, which every x86-64 has.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(place).cast()) }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn prefetch<T>(_: &T) {}
