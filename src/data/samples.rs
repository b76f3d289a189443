//! Samples in memory.

use std::sync::OnceLock;

use ndarray::{Array2, ArrayView1};

use super::{LabelSets, Targets};
use crate::distribution::{ClassCounts, DistributionError};

/// Features and targets of a number of samples.
#[derive(Debug, Clone)]
pub struct Samples {
    features: Array2<f32>,
    targets: Targets,
    /// Made when they are asked for.
    pairs: OnceLock<Vec<Pair>>,
}

/// Two features and the label of a sample in one place: what is looked up at random costs a line of the cache each time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(16))]
pub struct Pair {
    /// The features.
    pub x: [f32; 2],
    /// Class index.
    pub label: u32,
}

impl PartialEq for Samples {
    fn eq(&self, other: &Self) -> bool {
        (&self.features, &self.targets) == (&other.features, &other.targets)
    }
}

impl Samples {
    /// Joins features, shape `[n_samples, n_features]` in standard layout, and labels, shape `[n_samples]`.
    ///
    /// # Panics
    /// When the lengths differ or the features are not in standard (row-major) layout; both are programming errors.
    pub fn new(features: Array2<f32>, labels: Vec<u32>) -> Self {
        Self::with_targets(features, Targets::Classes(labels))
    }

    /// As [`Samples::new`], with any targets.
    ///
    /// # Panics
    /// As there.
    pub fn with_targets(features: Array2<f32>, targets: Targets) -> Self {
        assert_eq!(features.nrows(), targets.len(), "one label for each row of features");
        assert!(features.is_standard_layout(), "features in row-major layout");
        Self { features, targets, pairs: OnceLock::new() }
    }

    /// Features, shape `[n_samples, n_features]`.
    pub fn features(&self) -> &Array2<f32> {
        &self.features
    }

    /// Features as one slice, row after row.
    pub fn feature_slice(&self) -> &[f32] {
        self.features.as_slice().unwrap_or_default()
    }

    /// Features and label of each sample, shape `[n_samples]`, where there are two features; label 0 for samples with label
    /// sets.
    pub fn pairs(&self) -> Option<&[Pair]> {
        let (features, _) = self.feature_slice().as_chunks::<2>();
        let pair = |(place, &x): (usize, &[f32; 2])| Pair { x, label: self.labels().get(place).copied().unwrap_or(0) };
        (self.n_features() == 2)
            .then(|| self.pairs.get_or_init(|| features.iter().enumerate().map(pair).collect()).as_slice())
    }

    /// Features of one sample, shape `[n_features]`.
    pub fn row(&self, sample_idx: usize) -> ArrayView1<'_, f32> {
        self.features.row(sample_idx)
    }

    /// Class index of each sample, shape `[n_samples]`; empty for samples with label sets.
    pub fn labels(&self) -> &[u32] {
        match &self.targets {
            Targets::Classes(labels) => labels,
            Targets::Sets(_) => &[],
        }
    }

    /// The labels of each sample, of samples with any number of labels.
    pub fn sets(&self) -> Option<&LabelSets> {
        match &self.targets {
            Targets::Classes(_) => None,
            Targets::Sets(sets) => Some(sets),
        }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Number of features d.
    pub fn n_features(&self) -> usize {
        self.features.ncols()
    }

    /// Samples of each of `n_classes` classes; every label lies below that.
    ///
    /// # Errors
    /// When there is no sample.
    pub fn class_counts(&self, n_classes: usize) -> Result<ClassCounts, DistributionError> {
        let mut counts = vec![0; n_classes];
        for &label in self.labels() {
            counts[label as usize] += 1;
        }
        ClassCounts::new(counts)
    }
}

/// Which samples a figure was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evaluation {
    /// A test set with as many samples of every class.
    BalancedTest,
    /// A test set with the training set's class shares.
    NaturalTest,
    /// The training samples themselves: there is no test set.
    Training,
}

impl Evaluation {
    /// The set in words, as it stands in titles.
    pub fn label(self) -> &'static str {
        match self {
            Self::BalancedTest => "balanced test set",
            Self::NaturalTest => "test part",
            Self::Training => "training set",
        }
    }
}

/// Which of the samples that are held back a data set is tested with.
///
/// Choosing among many runs and reporting the choice must not happen on the same samples, or the report is too good. For
/// generated samples the validation part is a draw of its own, so the final part is the whole test set. Of a table's rows
/// that are held back, every second one of each class, in the order of their shuffle, is for validation; the final part
/// takes the odd one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestPart {
    /// All of them, where nothing is chosen.
    Whole,
    /// Those to choose by.
    Validation,
    /// Those to report what was chosen by.
    Final,
}

impl TestPart {
    /// Whether it takes the held-back row at this place, from 0, among those of its class.
    pub(super) fn takes(self, place: usize) -> bool {
        match self {
            Self::Whole => true,
            Self::Validation => place % 2 == 1,
            Self::Final => place.is_multiple_of(2),
        }
    }
}
