//! Stratified split of a table into training and test part.

use std::sync::Arc;

use ndarray::{Array2, Axis};
use rand::seq::SliceRandom;

use super::{DataError, Dataset, Samples, Standardisation, Stream, Table, TestPart, impute::Imputation, rng};
use crate::numbers::{share_rounded, written};

/// Splits class by class, standardises with the training part's figures, and joins both into a data set.
///
/// Of a class with n samples, ⌊share·n⌉ go to the test part, but one always stays for training. Share 0 trains on
/// everything and has no test part.
///
/// # Errors
/// When the share is outside [0, 0.9].
pub fn split_table(table: &Table, test_share: f64, seed: u64) -> Result<Dataset, DataError> {
    split_table_part(table, test_share, seed, TestPart::Whole)
}

/// As [`split_table`], with a part of the test samples; the training part is the same.
///
/// # Errors
/// As [`split_table`].
pub fn split_table_part(table: &Table, test_share: f64, seed: u64, part: TestPart) -> Result<Dataset, DataError> {
    check_test_share(test_share)?;
    let (mut train_rows, mut test_rows) = (Vec::new(), Vec::new());
    for rows in shuffled_rows(table, seed) {
        let (test, train) = rows.split_at(n_held_back(rows.len() as u64, test_share) as usize);
        test_rows.extend(test.iter().enumerate().filter(|(place, _)| part.takes(*place)).map(|(_, &row)| row));
        train_rows.extend_from_slice(train);
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
    balanced_rows: Vec<usize>,
    natural_rows: Vec<usize>,
) -> Result<Dataset, DataError> {
    train_rows.sort_unstable();
    let mut train_features = table.features.select(Axis(0), &train_rows);
    let imputation = Imputation::learn(train_features.view(), &table.gaps);
    imputation.apply(&mut train_features);
    let standardisation = Standardisation::learn(train_features.view());
    let samples = |features: &Array2<f64>, rows: &[usize]| {
        let labels = rows.iter().map(|&row| table.labels[row]).collect();
        Arc::new(Samples::new(standardisation.apply(features.view()), labels))
    };
    let test_set = |mut rows: Vec<usize>| {
        rows.sort_unstable();
        (!rows.is_empty()).then(|| {
            let mut features = table.features.select(Axis(0), &rows);
            imputation.apply(&mut features);
            samples(&features, &rows)
        })
    };
    let train = samples(&train_features, &train_rows);
    let counts = train.class_counts(table.class_labels.len()).map_err(|_| DataError::NoRows)?;
    let (balanced_test, natural_test) = (test_set(balanced_rows), test_set(natural_rows));
    let constant = table.feature_names.iter().zip(standardisation.is_constant());
    let constant_features = constant.filter(|(_, is_constant)| *is_constant).map(|(name, _)| name.clone()).collect();
    let dataset = Dataset::unmapped(table.class_labels.clone().into(), counts, train, balanced_test, natural_test);
    Ok(Dataset { constant_features, ..dataset })
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
        Table { feature_names: vec!["row".to_owned()], features, gaps: Vec::new(), labels, class_labels }
    }

    #[test]
    fn every_class_is_split_in_proportion_and_keeps_a_training_sample() {
        let dataset = split_table(&table(&[100, 10, 1]), 0.3, 1).unwrap();
        assert_eq!(dataset.counts.as_slice(), [70, 7, 1]);
        assert_eq!(dataset.natural_test.unwrap().len(), 33);
    }

    #[test]
    fn gaps_are_filled_in_by_the_training_part_alone() {
        let mut whole = table(&[40, 40]);
        whole.gaps = vec![crate::data::Gap::Number(0)];
        for row in [0, 41, 3, 77] {
            whole.features[[row, 0]] = f64::NAN;
        }
        for seed in 0..5 {
            let dataset = split_table(&whole, 0.5, seed).unwrap();
            let test = dataset.natural_test.as_ref().unwrap();
            let values = [dataset.train.feature_slice(), test.feature_slice()];
            assert!(values.iter().all(|values| values.iter().all(|value| value.is_finite())));
            // What is changed in the test part changes nothing in the training part.
            let mut other = whole.clone();
            let rows = shuffled_rows(&whole, seed);
            for row in rows.iter().flat_map(|rows| &rows[..20]) {
                other.features[[*row, 0]] *= 1000.0;
            }
            assert_eq!(split_table(&other, 0.5, seed).unwrap().train, dataset.train);
        }
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
            .map(|part| split_table_part(&table, 0.3, 7, part).unwrap());
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
