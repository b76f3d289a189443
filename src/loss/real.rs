//! The floating-point types that losses and training are generic over.

use num_traits::{Float, NumAssign};

use super::vector;

/// f32 for training by mini-batches, f64 for reference values and optima.
pub trait Real: Float + NumAssign + Default + std::iter::Sum + std::fmt::Debug + Send + Sync + 'static {
    /// Nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// A feature value; features are stored in f32.
    fn from_f32(value: f32) -> Self;
    /// The value in f64.
    fn as_f64(self) -> f64;

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
