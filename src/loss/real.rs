//! The floating-point types that losses and training are generic over.

use num_traits::{Float, NumAssign};

/// f32 for training by mini-batches, f64 for reference values and optima.
pub trait Real: Float + NumAssign + Default + std::iter::Sum + std::fmt::Debug + Send + Sync + 'static {
    /// Nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// A feature value; features are stored in f32.
    fn from_f32(value: f32) -> Self;
    /// The value in f64.
    fn as_f64(self) -> f64;
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
