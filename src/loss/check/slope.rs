//! A value with its slope.

/// A value and its slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slope(pub(super) f64, pub(super) f64);

impl Slope {
    /// Both times a factor.
    pub(super) fn times(self, factor: f64) -> Self {
        Self(self.0 * factor, self.1 * factor)
    }

    /// The same value with a steeper slope.
    pub(super) fn stretched(self, factor: f64) -> Self {
        Self(self.0, self.1 * factor)
    }
}
