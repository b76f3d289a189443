//! The labels of many samples, one list after the other.

use std::ops::Range;

/// The labels of each sample, in ascending order without repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSets {
    n_labels: usize,
    /// Where the labels of each sample begin, and where the last ones end; shape `[n_samples + 1]`.
    starts: Vec<usize>,
    labels: Vec<u32>,
}

impl LabelSets {
    /// The labels of each sample, of `n_labels` labels numbered from 0, in any order; what is named twice counts once.
    ///
    /// # Panics
    /// When a label is not below `n_labels`, which is a programming error.
    ///
    /// ```
    /// use longtail_lab::data::LabelSets;
    /// let sets = LabelSets::new(3, [vec![2, 0], vec![], vec![0]]);
    /// assert_eq!((sets.of(0), sets.of(1), sets.counts()), (&[0, 2][..], &[][..], vec![2, 0, 1]));
    /// ```
    pub fn new(n_labels: usize, rows: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let (mut starts, mut labels) = (vec![0], Vec::new());
        for mut row in rows {
            row.sort_unstable();
            row.dedup();
            assert!(row.last().is_none_or(|&label| (label as usize) < n_labels), "labels are below their number");
            labels.append(&mut row);
            starts.push(labels.len());
        }
        Self { n_labels, starts, labels }
    }

    /// Number of labels C.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The labels of one sample, in ascending order.
    #[inline]
    pub fn of(&self, sample_idx: usize) -> &[u32] {
        let Range { start, end } = self.starts[sample_idx]..self.starts[sample_idx + 1];
        &self.labels[start..end]
    }

    /// The labels of every sample, sample by sample.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|sample_idx| self.of(sample_idx))
    }

    /// Whether a sample has a label.
    pub fn has(&self, sample_idx: usize, label: u32) -> bool {
        self.of(sample_idx).binary_search(&label).is_ok()
    }

    /// Samples that have each label, shape `[n_labels]`.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.n_labels];
        for &label in &self.labels {
            counts[label as usize] += 1;
        }
        counts
    }

    /// Labels of all samples together.
    pub fn n_positives(&self) -> usize {
        self.labels.len()
    }

    /// The samples at these places, in their order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self::new(self.n_labels, rows.iter().map(|&row| self.of(row).to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_kept_in_order_once_and_can_be_selected() {
        let sets = LabelSets::new(4, [vec![3, 1, 3], vec![], vec![0, 1]]);
        assert_eq!((sets.len(), sets.n_labels(), sets.n_positives()), (3, 4, 4));
        assert_eq!(sets.iter().collect::<Vec<_>>(), [&[1, 3][..], &[], &[0, 1]]);
        assert!(sets.has(0, 3) && !sets.has(0, 0) && !sets.has(1, 0));
        assert_eq!(sets.counts(), [1, 2, 0, 1]);
        let chosen = sets.select(&[2, 0, 2]);
        assert_eq!(chosen.iter().collect::<Vec<_>>(), [&[0, 1][..], &[1, 3], &[0, 1]]);
        assert!(LabelSets::new(2, []).is_empty());
    }

    #[test]
    #[should_panic(expected = "labels are below their number")]
    fn a_label_beyond_their_number_is_a_programming_error() {
        LabelSets::new(2, [vec![2]]);
    }
}
