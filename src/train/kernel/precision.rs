//! Vectors of the machine's registers, for both precisions.

use pulp::{Simd, bytemuck};

use crate::loss::Float;

/// Lanes of a partial sum over samples.
pub(super) const PARTIAL: usize = 16;

/// A number of which the kernel can have registers full.
pub trait Precision: Float {
    /// A register of lanes.
    type Vector<S: Simd>: Copy;
    /// The same value in every lane.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// a·b + c in every lane, rounded once where the machine has an instruction for it.
    fn multiply_add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    /// The larger one in every lane; the second where one is no number.
    fn larger<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// Whether there is [`transpose`](Self::transpose).
    const TRANSPOSES: bool;
    /// Within each group of four lanes, rows become columns; does nothing where `TRANSPOSES` is false.
    fn transpose<S: Simd>(simd: S, rows: [Self::Vector<S>; 4]) -> [Self::Vector<S>; 4];
    /// The values of a register.
    fn values<S: Simd>(register: &Self::Vector<S>) -> &[Self];
    /// The sums of four rows of values, in an order that depends on the registers alone.
    fn row_sums<S: Simd>(simd: S, rows: &[[Self; PARTIAL]; 4]) -> [Self; 4];
    /// The values as registers; what does not fill one is left out.
    fn vectors<S: Simd>(values: &[Self]) -> &[Self::Vector<S>];
    /// The values as registers, to be changed.
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [Self::Vector<S>];
}

/// Whether the machine code has fused multiply-add: AVX2 and AVX-512 come with it, and NEON.
pub(super) const fn is_fused<S: Simd>() -> bool {
    S::F32_LANES >= 8 || cfg!(target_arch = "aarch64")
}

impl Precision for f32 {
    type Vector<S: Simd> = S::f32s;
    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f32s {
        simd.splat_f32s(value)
    }
    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        if is_fused::<S>() { simd.mul_add_f32s(a, b, c) } else { simd.add_f32s(simd.mul_f32s(a, b), c) }
    }
    #[inline(always)]
    fn larger<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
        simd.max_f32s(a, b)
    }
    const TRANSPOSES: bool = true;
    #[inline(always)]
    fn transpose<S: Simd>(simd: S, rows: [S::f32s; 4]) -> [S::f32s; 4] {
        simd.deinterleave_shfl_f32s(rows)
    }
    #[inline(always)]
    fn values<S: Simd>(register: &S::f32s) -> &[Self] {
        bytemuck::cast_slice(std::slice::from_ref(register))
    }
    #[inline(always)]
    fn row_sums<S: Simd>(simd: S, rows: &[[Self; PARTIAL]; 4]) -> [Self; 4] {
        let mut registers = [simd.splat_f32s(0.0); 4];
        for (register, row) in registers.iter_mut().zip(rows) {
            for &values in Self::vectors::<S>(row) {
                *register = simd.add_f32s(*register, values);
            }
        }
        let [a, b, c, d] = Self::transpose(simd, registers);
        let sums = simd.add_f32s(simd.add_f32s(a, c), simd.add_f32s(b, d));
        let (groups, _) = Self::values::<S>(&sums).as_chunks::<4>();
        let mut totals = [0.0; 4];
        for group in groups {
            for (total, sum) in totals.iter_mut().zip(group) {
                *total += sum;
            }
        }
        totals
    }
    #[inline(always)]
    fn vectors<S: Simd>(values: &[Self]) -> &[S::f32s] {
        S::as_simd_f32s(values).0
    }
    #[inline(always)]
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [S::f32s] {
        S::as_mut_simd_f32s(values).0
    }
}

impl Precision for f64 {
    type Vector<S: Simd> = S::f64s;
    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f64s {
        simd.splat_f64s(value)
    }
    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        if is_fused::<S>() { simd.mul_add_f64s(a, b, c) } else { simd.add_f64s(simd.mul_f64s(a, b), c) }
    }
    #[inline(always)]
    fn larger<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> S::f64s {
        simd.max_f64s(a, b)
    }
    const TRANSPOSES: bool = false;
    #[inline(always)]
    fn transpose<S: Simd>(_: S, rows: [S::f64s; 4]) -> [S::f64s; 4] {
        rows
    }
    #[inline(always)]
    fn values<S: Simd>(register: &S::f64s) -> &[Self] {
        bytemuck::cast_slice(std::slice::from_ref(register))
    }
    #[inline(always)]
    fn row_sums<S: Simd>(_: S, rows: &[[Self; PARTIAL]; 4]) -> [Self; 4] {
        rows.map(|row| row.into_iter().sum())
    }
    #[inline(always)]
    fn vectors<S: Simd>(values: &[Self]) -> &[S::f64s] {
        S::as_simd_f64s(values).0
    }
    #[inline(always)]
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [S::f64s] {
        S::as_mut_simd_f64s(values).0
    }
}
