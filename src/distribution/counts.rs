//! The validated list of class counts that everything else starts from.

/// What can be wrong with a description of class counts; every message says what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DistributionError {
    /// The list has no entry.
    #[error("the list of class counts is empty: give at least two whole numbers, for example 5000, 500, 50")]
    Empty,
    /// A comparison of classes needs two of them.
    #[error("there is only one class: imbalance needs at least 2 classes")]
    OneClass,
    /// Every class is empty.
    #[error("every class count is 0: at least one class needs samples")]
    AllZero,
    /// The samples cannot be counted in 64 bits.
    #[error("the class counts add up to more than 2^63 samples: use smaller counts")]
    TooManySamples,
    /// A piece of text is no count.
    #[error(
        "line {line}: \"{text}\" is not a class count: counts are whole numbers from 0 up, separated by commas or line ends"
    )]
    NotACount {
        /// Line in the text, from 1.
        line: usize,
        /// The offending piece, shortened.
        text: String,
    },
    /// Lines of two numbers each.
    #[error(
        "line {line}: \"{text}\" may be a class and its count, or two counts: give the counts alone, one a line, or names for the classes"
    )]
    MaybePairs {
        /// The first line that is not certain, from 1.
        line: usize,
        /// The line, shortened.
        text: String,
    },
    /// A profile parameter is outside its range.
    #[error("{name} must be {range}, got {got}")]
    OutOfRange {
        /// The parameter in words.
        name: &'static str,
        /// The allowed range in words.
        range: String,
        /// What was given.
        got: String,
    },
}

/// Number of training samples of each class, in class order; at least one class has samples.
///
/// A class with 0 samples keeps its place: it gets weight 0 and its recall is "n/a".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassCounts {
    counts: Vec<u64>,
    total: u64,
}

impl ClassCounts {
    /// Checks a list of counts, shape `[n_classes]`.
    ///
    /// # Errors
    /// When the list is empty, every count is 0, or the sum exceeds 2^63.
    ///
    /// ```
    /// use longtail_lab::distribution::ClassCounts;
    /// let counts = ClassCounts::new(vec![5000, 50])?;
    /// assert_eq!(counts.realised_imbalance(), 100.0);
    /// # Ok::<(), longtail_lab::distribution::DistributionError>(())
    /// ```
    pub fn new(counts: Vec<u64>) -> Result<Self, DistributionError> {
        if counts.is_empty() {
            return Err(DistributionError::Empty);
        }
        let total = counts
            .iter()
            .try_fold(0_u64, |sum, &n| sum.checked_add(n))
            .filter(|&sum| i64::try_from(sum).is_ok())
            .ok_or(DistributionError::TooManySamples)?;
        if total == 0 {
            return Err(DistributionError::AllZero);
        }
        Ok(Self { counts, total })
    }

    /// Passes the counts on if there is something to compare.
    ///
    /// # Errors
    /// When there is only one class.
    pub fn with_two_classes(self) -> Result<Self, DistributionError> {
        if self.n_classes() < 2 { Err(DistributionError::OneClass) } else { Ok(self) }
    }

    /// The counts in class order, shape `[n_classes]`.
    pub fn as_slice(&self) -> &[u64] {
        &self.counts
    }

    /// Number of classes C, empty ones included.
    pub fn n_classes(&self) -> usize {
        self.counts.len()
    }

    /// Number of samples N = Σ n_i.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Largest count.
    pub fn max(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// Smallest count of a class that has samples.
    pub fn min_present(&self) -> u64 {
        self.counts.iter().copied().filter(|&n| n > 0).min().unwrap_or(0)
    }

    /// Realised imbalance factor n_max / n_min over the classes that have samples, at least 1.
    pub fn realised_imbalance(&self) -> f64 {
        self.max() as f64 / self.min_present() as f64
    }

    /// Class indices from the most to the least frequent, shape `[n_classes]`; equal counts keep class order.
    pub fn head_to_tail(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.n_classes()).collect();
        order.sort_by_key(|&class_idx| std::cmp::Reverse(self.counts[class_idx]));
        order
    }
}

/// The count that a key leads to: the next one with two significant digits, or a tenth or ten times as many.
///
/// From 5037 up is 5100 and down 5000; below 10 the steps are 1. Only from 1 does a step lead down to 0.
pub fn stepped_count(count: u64, is_up: bool, by_ten: bool) -> u64 {
    if by_ten {
        return if is_up { count.saturating_mul(10).max(1) } else { (count / 10).max(count.min(1)) };
    }
    // Just below a power of ten the steps are finer than just above it.
    let size = if is_up { count } else { count.saturating_sub(1) };
    let step = 10_u64.pow(size.checked_ilog10().unwrap_or(0).saturating_sub(1));
    if is_up { (count / step).saturating_add(1).saturating_mul(step) } else { size / step * step }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_of_two_significant_digits() {
        let up = |count| stepped_count(count, true, false);
        assert_eq!([0, 1, 9, 10, 99, 100, 387, 5037, 9900].map(up), [1, 2, 10, 11, 100, 110, 390, 5100, 10_000]);
        let down = |count| stepped_count(count, false, false);
        assert_eq!(
            [0, 1, 2, 10, 11, 100, 110, 387, 5037, 10_000].map(down),
            [0, 0, 1, 9, 10, 99, 100, 380, 5000, 9900]
        );
        assert_eq!([0, 1, 50].map(|count| stepped_count(count, true, true)), [1, 10, 500]);
        assert_eq!([0, 1, 9, 50].map(|count| stepped_count(count, false, true)), [0, 1, 1, 5]);
        assert_eq!(stepped_count(u64::MAX, true, true), u64::MAX);
        assert!(stepped_count(u64::MAX, true, false) >= u64::MAX / 2);
    }

    #[test]
    fn empty_and_all_zero_lists_are_refused_and_a_zero_among_others_is_kept() {
        assert_eq!(ClassCounts::new(vec![]), Err(DistributionError::Empty));
        assert_eq!(ClassCounts::new(vec![0, 0]), Err(DistributionError::AllZero));
        let counts = ClassCounts::new(vec![10, 0, 5]).unwrap();
        assert_eq!((counts.total(), counts.min_present(), counts.realised_imbalance()), (15, 5, 2.0));
    }

    #[test]
    fn a_sum_beyond_64_bits_is_refused() {
        assert_eq!(ClassCounts::new(vec![u64::MAX, 1]), Err(DistributionError::TooManySamples));
        assert_eq!(ClassCounts::new(vec![1 << 62, 1 << 62]), Err(DistributionError::TooManySamples));
    }

    #[test]
    fn one_class_is_enough_for_weights_but_not_for_a_comparison() {
        let one = ClassCounts::new(vec![3]).unwrap();
        assert_eq!(one.with_two_classes(), Err(DistributionError::OneClass));
    }

    #[test]
    fn head_to_tail_sorts_by_count_and_keeps_ties_in_order() {
        assert_eq!(ClassCounts::new(vec![5, 9, 5, 0]).unwrap().head_to_tail(), [1, 0, 2, 3]);
    }
}
