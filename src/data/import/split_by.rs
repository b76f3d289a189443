//! The ways in which a file can say how its rows are split.

use serde::{Deserialize, Serialize};

/// A column by which rows are split, in place of a split at random.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// It says train, validation or test.
    Part(String),
    /// Rows with the same value, such as a patient, stay together.
    Group(String),
    /// The last rows in this order are tested on.
    Time(String),
}

impl SplitBy {
    /// The column.
    pub fn column(&self) -> &str {
        match self {
            Self::Part(column) | Self::Group(column) | Self::Time(column) => column,
        }
    }
}

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// To be trained on.
    Train,
    /// To choose by.
    Validation,
    /// To report by.
    Test,
}

impl Part {
    /// The part that a word names.
    pub(super) fn named(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "train" | "training" | "tr" => Some(Self::Train),
            "validation" | "valid" | "val" | "dev" | "development" => Some(Self::Validation),
            "test" | "testing" | "te" | "holdout" | "hold-out" => Some(Self::Test),
            _ => None,
        }
    }
}
