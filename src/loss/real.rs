//! The floating-point types that losses and training are generic over.

use num_traits::{Float, NumAssign};
use pulp::Simd;

use super::{
    BLOCK, Lanes,
    exponentials::{self, Found},
    vector,
};

/// f32 for training by mini-batches, f64 for reference values and optima.
pub trait Real: Float + NumAssign + Default + std::iter::Sum + std::fmt::Debug + Send + Sync + 'static {
    /// Nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// A feature value; features are stored in f32.
    fn from_f32(value: f32) -> Self;
    /// The value in f64.
    fn as_f64(self) -> f64;

    /// eˣ; in f32 such that a loop over lanes becomes vector code, with fused multiply-add where `FUSED` says that the
    /// machine has it.
    #[must_use]
    fn exp_in<const FUSED: bool>(self) -> Self;
    /// eˣ for x ≤ 0, in the same way; where the result is below the smallest normal number it may be 0.
    #[must_use]
    fn exp_below_zero_in<const FUSED: bool>(self) -> Self;
    /// ln x, in the same way.
    #[must_use]
    fn ln_in<const FUSED: bool>(self) -> Self;
    /// ln x for x ≥ 1, in the same way.
    #[must_use]
    fn ln_from_one_in<const FUSED: bool>(self) -> Self;
    /// ln(1 + x) for x ≥ 0, in the same way.
    #[must_use]
    fn ln_1p_in<const FUSED: bool>(self) -> Self;
    /// x^γ for x ≥ 0 and γ > 0, in the same way.
    #[must_use]
    #[inline(always)]
    fn pow_in<const FUSED: bool>(self, gamma: Self) -> Self {
        (gamma * self.ln_in::<FUSED>()).exp_in::<FUSED>()
    }

    /// Replaces logits z, shape `[n_classes]` of lanes, by exp(z − max) (the label's is of no account), and writes what the
    /// loss needs to `found`, which is zero before; for few classes.
    #[inline(always)]
    fn exponentials_of_few<S: Simd, const FUSED: bool>(
        _: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        labels: &[u32; BLOCK],
        found: &mut Found<Self>,
    ) {
        exponentials::of_few_by_lanes::<Self, FUSED>(logits, max, labels, found);
    }

    /// Replaces logits z, shape `[n_classes]` of lanes, by exp(z − max), and writes what they add up to to `sums`, which is
    /// zero before.
    #[inline(always)]
    fn exponentials<S: Simd, const FUSED: bool>(
        _: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        sums: &mut Lanes<Self>,
    ) {
        exponentials::by_lanes::<Self, FUSED>(logits, max, sums);
    }

    /// Largest value of a row; −∞ for an empty one.
    fn max_of(row: &[Self]) -> Self {
        row.iter().copied().fold(Self::neg_infinity(), Self::max)
    }

    /// Sum of a row.
    fn sum_of(row: &[Self]) -> Self {
        row.iter().copied().sum()
    }

    /// Replaces every z of a row by exp(z − shift).
    fn exp_shifted(row: &mut [Self], shift: Self) {
        for z in row {
            *z = (*z - shift).exp();
        }
    }
}

impl Real for f32 {
    #[inline(always)]
    fn exp_in<const FUSED: bool>(self) -> Self {
        vector::exp::<FUSED>(self)
    }
    #[inline(always)]
    fn exp_below_zero_in<const FUSED: bool>(self) -> Self {
        vector::exp_below_zero::<FUSED>(self)
    }
    #[inline(always)]
    fn ln_in<const FUSED: bool>(self) -> Self {
        vector::ln::<FUSED>(self)
    }
    #[inline(always)]
    fn ln_from_one_in<const FUSED: bool>(self) -> Self {
        vector::ln_from_one::<FUSED>(self)
    }
    #[inline(always)]
    fn ln_1p_in<const FUSED: bool>(self) -> Self {
        vector::ln_1p::<FUSED>(self)
    }
    #[inline(always)]
    fn exponentials_of_few<S: Simd, const FUSED: bool>(
        simd: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        labels: &[u32; BLOCK],
        found: &mut Found<Self>,
    ) {
        if FUSED {
            exponentials::of_few(simd, logits, max, labels, found);
        } else {
            exponentials::of_few_by_lanes::<Self, FUSED>(logits, max, labels, found);
        }
    }
    #[inline(always)]
    fn exponentials<S: Simd, const FUSED: bool>(
        simd: S,
        logits: &mut [Lanes<Self>],
        max: &Lanes<Self>,
        sums: &mut Lanes<Self>,
    ) {
        if FUSED {
            exponentials::of_many(simd, logits, max, sums);
        } else {
            exponentials::by_lanes::<Self, FUSED>(logits, max, sums);
        }
    }
    fn from_f64(value: f64) -> Self {
        value as Self
    }
    fn from_f32(value: f32) -> Self {
        value
    }
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
    fn max_of(row: &[Self]) -> Self {
        vector::max(row)
    }
    fn sum_of(row: &[Self]) -> Self {
        vector::sum(row)
    }
    fn exp_shifted(row: &mut [Self], shift: Self) {
        vector::exp_shifted(row, shift);
    }
}

impl Real for f64 {
    fn exp_in<const FUSED: bool>(self) -> Self {
        self.exp()
    }
    fn exp_below_zero_in<const FUSED: bool>(self) -> Self {
        self.exp()
    }
    fn ln_in<const FUSED: bool>(self) -> Self {
        self.ln()
    }
    fn ln_from_one_in<const FUSED: bool>(self) -> Self {
        self.ln()
    }
    fn ln_1p_in<const FUSED: bool>(self) -> Self {
        self.ln_1p()
    }
    fn pow_in<const FUSED: bool>(self, gamma: Self) -> Self {
        self.powf(gamma)
    }
    fn from_f64(value: f64) -> Self {
        value
    }
    fn from_f32(value: f32) -> Self {
        f64::from(value)
    }
    fn as_f64(self) -> f64 {
        self
    }
}
