//! Filling in missing values by what the training part says of them.

use std::ops::Range;

use ndarray::{Array2, ArrayView2};

/// Features of a table in which values are missing, not a number there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// A number: filled in with the median.
    Number(usize),
    /// The features of a text, one for each value: filled in with the most frequent one.
    Text(Range<usize>),
}

/// What stands for missing values, learnt on the training part.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Imputation {
    /// Feature and value.
    values: Vec<(usize, f64)>,
}

impl Imputation {
    /// Learns from features, shape `[n_samples, n_features]`; 0 where there is nothing to learn from.
    pub(super) fn learn(features: ArrayView2<'_, f64>, gaps: &[Gap]) -> Self {
        let mut values = Vec::new();
        for gap in gaps {
            match gap {
                Gap::Number(idx) => values.push((*idx, median(features.column(*idx).iter().copied()))),
                Gap::Text(range) => {
                    let count = |idx: usize| features.column(idx).iter().filter(|value| **value == 1.0).count();
                    // The first of those that are as frequent.
                    let most_frequent = range.clone().rev().max_by_key(|&idx| count(idx));
                    values.extend(range.clone().map(|idx| (idx, f64::from(u8::from(Some(idx) == most_frequent)))));
                }
            }
        }
        Self { values }
    }

    /// Fills in what is missing.
    pub(super) fn apply(&self, features: &mut Array2<f64>) {
        for &(idx, fill) in &self.values {
            features.column_mut(idx).map_inplace(|value| {
                if value.is_nan() {
                    *value = fill;
                }
            });
        }
    }
}

/// The median of the values that are there.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut present: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
    present.sort_unstable_by(f64::total_cmp);
    let upper = present.len() / 2;
    match (present.get(upper.saturating_sub(1)), present.get(upper)) {
        (Some(below), Some(above)) if present.len().is_multiple_of(2) => below.midpoint(*above),
        (_, Some(middle)) => *middle,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn gaps_are_filled_with_the_median_and_the_most_frequent_value() {
        let n = f64::NAN;
        let mut features =
            array![[1.0, 1.0, 0.0], [n, 0.0, 1.0], [4.0, 0.0, 1.0], [10.0, n, n], [7.0, 1.0, 0.0], [n, 0.0, 1.0]];
        let imputation = Imputation::learn(features.view(), &[Gap::Number(0), Gap::Text(1..3)]);
        imputation.apply(&mut features);
        assert_eq!(features.column(0), array![1.0, 5.5, 4.0, 10.0, 7.0, 5.5]);
        assert_eq!(features.row(3), array![10.0, 0.0, 1.0]);
        // Other rows get what was learnt.
        let mut others = array![[n, n, n], [3.0, 1.0, 0.0]];
        imputation.apply(&mut others);
        assert_eq!(others, array![[5.5, 0.0, 1.0], [3.0, 1.0, 0.0]]);
    }

    #[test]
    fn nothing_is_learnt_from_nothing() {
        let mut features = array![[f64::NAN]];
        Imputation::learn(features.view(), &[Gap::Number(0)]).apply(&mut features);
        assert_eq!(features, array![[0.0]]);
        assert_eq!(median([3.0].into_iter()), 3.0);
    }
}
