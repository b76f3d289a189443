//! Stratified split of a table into training and test part.

use std::sync::Arc;

use ndarray::{Array2, Axis};
use rand::seq::SliceRandom;

use super::{DataError, Dataset, Samples, Standardisation, Stream, Table, TableRows, TestPart, rng};
use crate::numbers::{share_rounded, written};

/// Splits class by class, standardises with the training part's figures, and joins both into a data set.
///
/// Of a class with n samples, ⌊share·n⌉ go to the test part, but one always stays for training. Share 0 trains on
/// everything and has no test part.
///
/// # Errors
/// When the share is outside [0, 0.9].
pub fn split_table(table: &Table, test_share: f64, seed: u64) -> Result<Dataset, DataError> {
    split_by(table, SplitRule::Share(test_share), seed, TestPart::Whole)
}

/// Which rows of a table are tested on; class by class, after a shuffle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SplitRule {
    /// A share of each class, from 0 to 0.9; see [`split_table`].
    Share(f64),
    /// One of `n_folds` parts of even size, counted from 0: every row is tested on in one fold of a shuffle. Of a class with
    /// fewer rows than folds some folds test none; a class with a single row is always trained on.
    Fold {
        /// The part that is tested on.
        fold: u64,
        /// How many parts there are.
        n_folds: u64,
    },
}

impl SplitRule {
    /// Which of the rows of the class with this index are tested on, of as many as `n_rows`.
    fn tests(self, class_idx: usize, n_rows: usize) -> Box<dyn Fn(usize) -> bool> {
        match self {
            Self::Share(share) => {
                let n = n_held_back(n_rows as u64, share) as usize;
                Box::new(move |place| place < n)
            }
            Self::Fold { .. } if n_rows < 2 => Box::new(|_| false),
            // Where the rows of a class cannot be parted evenly, other folds have one more than in the class before.
            Self::Fold { fold, n_folds } => {
                Box::new(move |place| (place as u64 + class_idx as u64) % n_folds.max(1) == fold)
            }
        }
    }
}

/// As [`split_table`], by any rule and with a part of the test samples; the training part is the same.
///
/// # Errors
/// As [`split_table`].
pub fn split_by(table: &Table, rule: SplitRule, seed: u64, part: TestPart) -> Result<Dataset, DataError> {
    if let SplitRule::Share(test_share) = rule {
        check_test_share(test_share)?;
    }
    let (mut train_rows, mut test_rows) = (Vec::new(), Vec::new());
    for (class_idx, rows) in shuffled_rows(table, seed).into_iter().enumerate() {
        let is_tested = rule.tests(class_idx, rows.len());
        let mut n_tested = 0;
        for (place, row) in rows.into_iter().enumerate() {
            if !is_tested(place) {
                train_rows.push(row);
                continue;
            }
            if part.takes(n_tested) {
                test_rows.push(row);
            }
            n_tested += 1;
        }
    }
    join(table, train_rows, Vec::new(), test_rows)
}

/// The rows of each class in the order of a shuffle that depends on the seed alone, shape `[n_classes][n_rows of it]`.
pub(super) fn shuffled_rows(table: &Table, seed: u64) -> Vec<Vec<usize>> {
    let mut rows_of_class = vec![Vec::new(); table.class_labels.len()];
    for (row, &label) in table.labels.iter().enumerate() {
        rows_of_class[label as usize].push(row);
    }
    let mut generator = rng(seed, Stream::Split);
    for rows in &mut rows_of_class {
        rows.shuffle(&mut generator);
    }
    rows_of_class
}

/// How many of a class's rows are held back for testing: ⌊share·n⌉, but one always stays for training.
pub(super) fn n_held_back(n_rows: u64, test_share: f64) -> u64 {
    share_rounded(test_share, n_rows).min(n_rows.saturating_sub(1))
}

/// Makes a data set of rows to train and to test on, all standardised with the training rows' figures; a test set without
/// rows is none.
///
/// # Errors
/// When there is no row to train on.
pub(super) fn join(
    table: &Table,
    mut train_rows: Vec<usize>,
    mut balanced_rows: Vec<usize>,
    mut natural_rows: Vec<usize>,
) -> Result<Dataset, DataError> {
    for rows in [&mut train_rows, &mut balanced_rows, &mut natural_rows] {
        rows.sort_unstable();
    }
    let train_features = table.features.select(Axis(0), &train_rows);
    let standardisation = Standardisation::learn(train_features.view());
    let samples = |features: &Array2<f64>, rows: &[usize]| {
        let labels = rows.iter().map(|&row| table.labels[row]).collect();
        Arc::new(Samples::new(standardisation.apply(features.view()), labels))
    };
    let test_set = |rows: &[usize]| (!rows.is_empty()).then(|| samples(&table.features.select(Axis(0), rows), rows));
    let train = samples(&train_features, &train_rows);
    let counts = train.class_counts(table.class_labels.len()).map_err(|_| DataError::NoRows)?;
    let (balanced_test, natural_test) = (test_set(&balanced_rows), test_set(&natural_rows));
    let constant = table.feature_names.iter().zip(standardisation.is_constant());
    let constant_features = constant.filter(|(_, is_constant)| *is_constant).map(|(name, _)| name.clone()).collect();
    let dataset = Dataset::unmapped(table.class_labels.clone().into(), counts, train, balanced_test, natural_test);
    let rows = TableRows {
        feature_names: table.feature_names.clone(),
        train: train_rows,
        balanced_test: balanced_rows,
        natural_test: natural_rows,
        standardisation,
    };
    Ok(Dataset { constant_features, rows: Some(Arc::new(rows)), ..dataset })
}

/// Checks the share of samples held back for testing.
///
/// # Errors
/// When it is outside [0, 0.9].
pub(crate) fn check_test_share(test_share: f64) -> Result<(), DataError> {
    if (0.0..=0.9).contains(&test_share) {
        return Ok(());
    }
    Err(DataError::OutOfRange { name: "the test share", range: "from 0 to 0.9", got: written(test_share) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(class_counts: &[usize]) -> Table {
        let labels: Vec<u32> =
            class_counts.iter().enumerate().flat_map(|(c, &n)| std::iter::repeat_n(c as u32, n)).collect();
        let features = Array2::from_shape_fn((labels.len(), 1), |(row, _)| row as f64);
        let class_labels = (0..class_counts.len()).map(|c| c.to_string()).collect();
        Table { feature_names: vec!["row".to_owned()], features, labels, class_labels }
    }

    #[test]
    fn every_class_is_split_in_proportion_and_keeps_a_training_sample() {
        let dataset = split_table(&table(&[100, 10, 1]), 0.3, 1).unwrap();
        assert_eq!(dataset.counts.as_slice(), [70, 7, 1]);
        assert_eq!(dataset.natural_test.unwrap().len(), 33);
    }

    #[test]
    fn share_zero_trains_on_everything_in_file_order() {
        let dataset = split_table(&table(&[3, 2]), 0.0, 1).unwrap();
        assert_eq!(dataset.counts.as_slice(), [3, 2]);
        assert!(dataset.natural_test.is_none());
        assert!(dataset.train.feature_slice().is_sorted());
    }

    #[test]
    fn validation_and_final_part_share_no_row_and_leave_the_training_part_as_it_is() {
        let table = table(&[100, 11, 4, 1]);
        let [whole, validation, last] = [TestPart::Whole, TestPart::Validation, TestPart::Final]
            .map(|part| split_by(&table, SplitRule::Share(0.3), 7, part).unwrap());
        assert!(whole.train == validation.train && whole.train == last.train);
        let tally = |dataset: &Dataset| {
            dataset.natural_test.as_ref().unwrap().class_counts(4).map(|counts| counts.as_slice().to_vec()).unwrap()
        };
        // Of the third class one row is held back, and of the fourth none.
        assert_eq!((tally(&validation), tally(&last)), (vec![15, 1, 0, 0], vec![15, 2, 1, 0]));
        let rows = |dataset: &Dataset| dataset.natural_test.as_ref().unwrap().feature_slice().to_vec();
        let mut joined = [rows(&validation), rows(&last)].concat();
        joined.sort_by(f32::total_cmp);
        let mut all = rows(&whole);
        all.sort_by(f32::total_cmp);
        assert_eq!(joined, all);
    }

    #[test]
    fn folds_test_every_row_once_and_share_out_each_class_evenly() {
        let table = table(&[23, 10, 3, 1]);
        let mut tested = Vec::new();
        for fold in 0..5 {
            let rule = SplitRule::Fold { fold, n_folds: 5 };
            let dataset = split_by(&table, rule, 3, TestPart::Whole).unwrap();
            let rows = dataset.rows.as_ref().unwrap();
            assert_eq!(rows.train.len() + rows.natural_test.len(), 37);
            assert!(rows.natural_test.iter().all(|row| !rows.train.contains(row)));
            let counts = dataset.natural_test.as_ref().unwrap().class_counts(4).unwrap().as_slice().to_vec();
            assert!((4..=5).contains(&counts[0]) && counts[1] == 2 && counts[2] <= 1 && counts[3] == 0, "{counts:?}");
            tested.extend_from_slice(&rows.natural_test);
        }
        tested.sort_unstable();
        // All but the only row of the last class.
        assert_eq!(tested, (0..36).collect::<Vec<_>>());
    }

    #[test]
    fn the_split_follows_the_seed() {
        let train = |seed| split_table(&table(&[50, 50]), 0.5, seed).unwrap().train;
        assert_eq!(train(1), train(1));
        assert_ne!(train(1), train(2));
    }

    #[test]
    fn a_share_outside_its_range_is_refused() {
        for share in [-0.1, 0.95, f64::NAN] {
            assert!(split_table(&table(&[3, 2]), share, 1).is_err(), "{share}");
        }
    }
}
