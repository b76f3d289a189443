//! What a model of many yes-or-no questions is worth: measures of each label at its threshold, and rules for thresholds.

mod measures;
mod probabilities;
mod thresholds;

pub use measures::{LabelFigures, LabelMeasures};
pub use probabilities::{LabelProbabilities, label_probabilities};
pub use thresholds::{LEAST_POSITIVES, ThresholdRule, Thresholds, Tuned};
