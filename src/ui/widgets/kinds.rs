//! Kinds of numbers that fields hold, and which of them are taken.

use crate::{
    distribution::{TypedError, exact_text, typed_count, typed_number},
    experiment::short_setting,
};

/// A kind of number that a field can hold.
pub trait Number: Copy + PartialEq + PartialOrd {
    /// Whether it has no decimals.
    const IS_WHOLE: bool;
    /// Reads what was typed.
    ///
    /// # Errors
    /// When it is no such number.
    fn read(text: &str) -> Result<Self, TypedError>;
    /// All of it, as it can be typed.
    fn exact(self) -> String;
    /// A few digits of it.
    fn brief(self) -> String;
    /// Its place on a scale.
    fn to_f64(self) -> f64;
    /// The number nearest to a place on a scale.
    fn from_f64(value: f64) -> Self;
}

impl Number for f64 {
    const IS_WHOLE: bool = false;

    fn read(text: &str) -> Result<Self, TypedError> {
        typed_number(text)
    }

    fn exact(self) -> String {
        exact_text(self)
    }

    fn brief(self) -> String {
        short_setting(self)
    }

    fn to_f64(self) -> f64 {
        self
    }

    fn from_f64(value: f64) -> Self {
        value
    }
}

impl Number for u64 {
    const IS_WHOLE: bool = true;

    fn read(text: &str) -> Result<Self, TypedError> {
        typed_count(text)
    }

    fn exact(self) -> String {
        self.to_string()
    }

    fn brief(self) -> String {
        self.to_string()
    }

    fn to_f64(self) -> f64 {
        self as f64
    }

    fn from_f64(value: f64) -> Self {
        // Saturates at both ends.
        value.round() as u64
    }
}

impl Number for usize {
    const IS_WHOLE: bool = true;

    fn read(text: &str) -> Result<Self, TypedError> {
        Self::try_from(typed_count(text)?).map_err(|_| TypedError::TooLarge(text.trim().to_owned()))
    }

    fn exact(self) -> String {
        self.to_string()
    }

    fn brief(self) -> String {
        self.to_string()
    }

    fn to_f64(self) -> f64 {
        self as f64
    }

    fn from_f64(value: f64) -> Self {
        value.round() as Self
    }
}

/// Which numbers are taken.
#[derive(Debug, Clone, Copy)]
pub enum Limits<N> {
    /// All of the kind; whether the experiment can be trained with it is said elsewhere.
    None,
    /// From the first to the second, both among them.
    Within(N, N),
    /// Above the first and below the second.
    Between(N, N),
    /// From the first to below the second.
    From(N, N),
}

impl<N: Number> Limits<N> {
    pub(super) fn allow(self, value: N) -> bool {
        match self {
            Self::None => true,
            Self::Within(low, high) => (low..=high).contains(&value),
            Self::Between(low, high) => low < value && value < high,
            Self::From(low, high) => (low..high).contains(&value),
        }
    }

    /// "1 to 100", as what must be.
    pub(super) fn in_words(self) -> String {
        match self {
            Self::None => "any number".to_owned(),
            Self::Within(low, high) => format!("{} to {}", low.exact(), high.exact()),
            Self::Between(low, high) => format!("above {} and below {}", low.exact(), high.exact()),
            Self::From(low, high) => format!("from {} to below {}", low.exact(), high.exact()),
        }
    }

    /// The value, or the end that it lies beyond.
    pub(super) fn hold(self, value: N) -> N {
        match self {
            Self::Within(low, _) if value < low => low,
            Self::Within(_, high) if value > high => high,
            _ => value,
        }
    }

    pub(super) fn ends(self) -> Option<[f64; 2]> {
        match self {
            Self::None => None,
            Self::Within(low, high) | Self::Between(low, high) | Self::From(low, high) => {
                Some([low.to_f64(), high.to_f64()])
            }
        }
    }
}
