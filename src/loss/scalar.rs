//! Arithmetic of a single floating-point number, with the functions that losses need.

use num_traits::NumAssign;

use super::vector;

/// A floating-point number; see [`Float`](super::Float).
pub trait Scalar:
    num_traits::Float + NumAssign + Default + std::iter::Sum + std::fmt::Debug + Send + Sync + 'static
{
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

impl Scalar for f32 {
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

impl Scalar for f64 {
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
