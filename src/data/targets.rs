//! What samples are labelled with.

use super::LabelSets;

/// One class a sample, or any number of labels.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets {
    /// Class index of each sample, shape `[n_samples]`.
    Classes(Vec<u32>),
    /// The labels of each sample.
    Sets(LabelSets),
}

impl Targets {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(labels) => labels.len(),
            Self::Sets(sets) => sets.len(),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
