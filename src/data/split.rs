//! Stratified split of a table into training and test part.

use std::sync::Arc;

use ndarray::{Array2, Axis};
use rand::seq::SliceRandom;

use super::{
    DataError, Dataset, Part, RowSplit, Samples, Standardisation, Stream, Table, TableRows, TestPart,
    impute::Imputation, rng,
};
use crate::numbers::{share_rounded, written};

/// Splits class by class, standardises with the training part's figures, and joins both into a data set.
///
/// Of a class with n samples, ⌊share·n⌉ go to the test part, but one always stays for training. Share 0 trains on
/// everything and has no test part.
///
/// # Errors
/// When the share is outside [0, 0.9].
pub fn split_table(table: &Table, test_share: f64, seed: u64) -> Result<Dataset, DataError> {
    split_by(table, &SplitRule::Share(test_share), seed, TestPart::Whole)
}

/// Which rows of a table are tested on.
#[derive(Debug, Clone, PartialEq)]
pub enum SplitRule {
    /// A share of each class, from 0 to 0.9; see [`split_table`].
    Share(f64),
    /// One of `n_folds` parts of each class, counted from 0: every row is tested on in one fold of a shuffle. Of a class with
    /// fewer rows than folds some folds test none; a class with a single row is always trained on.
    Fold(Fold),
    /// As the data say. Groups are held back whole, at random, until the share is reached, or shared out over folds; of an
    /// order in time the last rows are held back, with all of the same time.
    Given {
        /// What the data say.
        split: Arc<RowSplit>,
        /// Share of the rows held back, for groups and times.
        share: f64,
        /// In place of the share, for groups.
        fold: Option<Fold>,
    },
}

/// One of several parts of even size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// Which, from 0.
    pub idx: u64,
    /// How many there are.
    pub n_folds: u64,
}

/// As [`split_table`], by any rule and with a part of the test samples; the training part is the same.
///
/// # Errors
/// As [`split_table`], and when a rule leaves no row to train on.
pub fn split_by(table: &Table, rule: &SplitRule, seed: u64, part: TestPart) -> Result<Dataset, DataError> {
    let (mut train, mut test) = (Vec::new(), Vec::new());
    match rule {
        SplitRule::Share(share) => {
            check_test_share(*share)?;
            let first = |_, n_rows: usize| {
                let n = n_held_back(n_rows as u64, *share) as usize;
                move |place| place < n
            };
            by_class(table, (seed, part), first, &mut train, &mut test);
        }
        SplitRule::Fold(fold) => {
            // Where the rows of a class cannot be parted evenly, other folds have one more than in the class before.
            let of_fold =
                |class_idx: usize, n_rows: usize| move |place| n_rows > 1 && fold.has((place + class_idx) as u64);
            by_class(table, (seed, part), of_fold, &mut train, &mut test);
        }
        SplitRule::Given { split, share, fold } => match &**split {
            RowSplit::Parts(parts) => by_parts(parts, part, &mut train, &mut test),
            RowSplit::Groups(groups) => by_groups(groups, (*share, *fold), (seed, part), &mut train, &mut test),
            RowSplit::Times(times) => by_times(times, *share, part, &mut train, &mut test),
        },
    }
    if train.is_empty() {
        return Err(DataError::NothingToTrainOn);
    }
    join(table, train, Vec::new(), test)
}

impl Fold {
    fn has(self, place: u64) -> bool {
        place % self.n_folds.max(1) == self.idx
    }
}

/// Rows of each class in random order: `tests` tells for a class and its number of rows which places are tested on.
fn by_class<T: Fn(usize) -> bool>(
    table: &Table,
    (seed, wanted): (u64, TestPart),
    tests: impl Fn(usize, usize) -> T,
    train: &mut Vec<usize>,
    test: &mut Vec<usize>,
) {
    for (class_idx, rows) in shuffled_rows(table, seed).into_iter().enumerate() {
        let is_tested = tests(class_idx, rows.len());
        let mut n_tested = 0;
        for (place, row) in rows.into_iter().enumerate() {
            if !is_tested(place) {
                train.push(row);
                continue;
            }
            if wanted.takes(n_tested) {
                test.push(row);
            }
            n_tested += 1;
        }
    }
}

/// Rows by what the data say of each. Without rows to choose by, or without rows to report by, the others are halved.
fn by_parts(parts: &[Part], wanted: TestPart, train: &mut Vec<usize>, test: &mut Vec<usize>) {
    let of = |part: Part| (0..parts.len()).filter(move |&row| parts[row] == part);
    train.extend(of(Part::Train));
    let (to_choose, to_report): (Vec<usize>, Vec<usize>) = (of(Part::Validation).collect(), of(Part::Test).collect());
    let half = |rows: &[usize]| {
        let taken = rows.iter().enumerate().filter(|(place, _)| wanted.takes(*place));
        taken.map(|(_, &row)| row).collect::<Vec<usize>>()
    };
    test.extend(match (to_choose.is_empty(), to_report.is_empty(), wanted) {
        (false, false, TestPart::Validation) | (false, true, TestPart::Whole) => to_choose,
        (_, false, TestPart::Whole) | (false, false, TestPart::Final) => to_report,
        (false, true, _) => half(&to_choose),
        (true, false, _) => half(&to_report),
        (true, true, _) => Vec::new(),
    });
}

/// Whole groups, in random order.
fn by_groups(
    groups: &[u32],
    (share, fold): (f64, Option<Fold>),
    (seed, wanted): (u64, TestPart),
    train: &mut Vec<usize>,
    test: &mut Vec<usize>,
) {
    let n_groups = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let mut rows_of = vec![Vec::new(); n_groups];
    for (row, &group) in groups.iter().enumerate() {
        rows_of[group as usize].push(row);
    }
    rows_of.shuffle(&mut rng(seed, Stream::Split));
    let is_tested: Vec<bool> = match fold {
        Some(fold) => {
            // The largest first, each to the fold that has fewest rows so far.
            let mut order: Vec<usize> = (0..n_groups).collect();
            order.sort_by_key(|&group| std::cmp::Reverse(rows_of[group].len()));
            let mut n_rows = vec![0_usize; fold.n_folds.max(1) as usize];
            let mut fold_of = vec![0_usize; n_groups];
            for group in order {
                let least = (0..n_rows.len()).min_by_key(|&fold| n_rows[fold]).unwrap_or(0);
                n_rows[least] += rows_of[group].len();
                fold_of[group] = least;
            }
            fold_of.into_iter().map(|of| of as u64 == fold.idx).collect()
        }
        None => {
            let wanted = share_rounded(share, groups.len() as u64) as usize;
            let mut n_held_back = 0;
            let mut holds_back = |rows: &Vec<usize>| {
                let is_held_back = n_held_back < wanted;
                n_held_back += if is_held_back { rows.len() } else { 0 };
                is_held_back
            };
            rows_of.iter().map(&mut holds_back).collect()
        }
    };
    let mut n_tested = 0;
    for (rows, is_tested) in rows_of.into_iter().zip(is_tested) {
        if !is_tested {
            train.extend(rows);
            continue;
        }
        if wanted.takes(n_tested) {
            test.extend(rows);
        }
        n_tested += 1;
    }
}

/// The last rows in time; the earlier half of them to choose by.
fn by_times(times: &[u32], share: f64, wanted: TestPart, train: &mut Vec<usize>, test: &mut Vec<usize>) {
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by_key(|&row| (times[row], row));
    // Rows of the same time stay together.
    let begin_of_time = |place: usize| match order.get(place) {
        Some(&row) => order.partition_point(|&other| times[other] < times[row]),
        None => order.len(),
    };
    let first = begin_of_time(order.len() - share_rounded(share, times.len() as u64) as usize);
    let middle = begin_of_time(first + (order.len() - first) / 2);
    train.extend_from_slice(&order[..first]);
    test.extend_from_slice(match wanted {
        TestPart::Whole => &order[first..],
        TestPart::Validation => &order[first..middle],
        TestPart::Final => &order[middle..],
    });
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
    let mut train_features = table.features.select(Axis(0), &train_rows);
    let imputation = Imputation::learn(train_features.view(), &table.gaps);
    imputation.apply(&mut train_features);
    let standardisation = Standardisation::learn(train_features.view());
    let samples = |features: &Array2<f64>, rows: &[usize]| {
        let labels = rows.iter().map(|&row| table.labels[row]).collect();
        Arc::new(Samples::new(standardisation.apply(features.view()), labels))
    };
    let test_set = |rows: &[usize]| {
        (!rows.is_empty()).then(|| {
            let mut features = table.features.select(Axis(0), rows);
            imputation.apply(&mut features);
            samples(&features, rows)
        })
    };
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
            .map(|part| split_by(&table, &SplitRule::Share(0.3), 7, part).unwrap());
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
            let rule = SplitRule::Fold(Fold { idx: fold, n_folds: 5 });
            let dataset = split_by(&table, &rule, 3, TestPart::Whole).unwrap();
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

    /// Rows that are trained on and tested on.
    fn given(
        table: &Table,
        split: RowSplit,
        share: f64,
        fold: Option<Fold>,
        part: TestPart,
    ) -> (Vec<usize>, Vec<usize>) {
        let rule = SplitRule::Given { split: Arc::new(split), share, fold };
        let rows = split_by(table, &rule, 5, part).unwrap().rows.unwrap();
        (rows.train.clone(), rows.natural_test.clone())
    }

    #[test]
    fn rows_go_where_their_part_says_and_what_is_missing_is_halved() {
        use Part::{Test, Train, Validation};
        let table = table(&[4, 4]);
        let of = |parts: [Part; 8], wanted| given(&table, RowSplit::Parts(parts.to_vec()), 0.3, None, wanted);
        let three = [Train, Train, Validation, Test, Train, Test, Train, Validation];
        for (wanted, test) in
            [(TestPart::Whole, vec![3, 5]), (TestPart::Validation, vec![2, 7]), (TestPart::Final, vec![3, 5])]
        {
            assert_eq!(of(three, wanted), (vec![0, 1, 4, 6], test));
        }
        for held_back in [Test, Validation] {
            let two = [Train, held_back, Train, held_back, Train, held_back, Train, Train];
            assert_eq!(of(two, TestPart::Whole).1, [1, 3, 5]);
            assert_eq!((of(two, TestPart::Validation).1, of(two, TestPart::Final).1), (vec![3], vec![1, 5]));
        }
    }

    #[test]
    fn groups_stay_together_in_every_part_and_every_fold() {
        let table = table(&[60, 40]);
        let groups: Vec<u32> = (0..100).map(|row| (row * 7 % 23) as u32).collect();
        let split = || RowSplit::Groups(groups.clone());
        let is_apart = |one: &[usize], other: &[usize]| {
            one.iter().all(|&row| other.iter().all(|&other| groups[row] != groups[other]))
        };
        let [whole, to_choose, to_report] = [TestPart::Whole, TestPart::Validation, TestPart::Final]
            .map(|part| given(&table, split(), 0.3, None, part));
        assert!((30..=35).contains(&whole.1.len()) && whole.0.len() + whole.1.len() == 100);
        assert!(is_apart(&whole.0, &whole.1) && is_apart(&to_choose.1, &to_report.1));
        assert_eq!(to_choose.1.len() + to_report.1.len(), whole.1.len());
        let mut tested = Vec::new();
        for idx in 0..4 {
            let (train, test) = given(&table, split(), 0.3, Some(Fold { idx, n_folds: 4 }), TestPart::Whole);
            assert!(is_apart(&train, &test) && (20..=30).contains(&test.len()), "{}", test.len());
            tested.extend(test);
        }
        tested.sort_unstable();
        assert_eq!(tested, (0..100).collect::<Vec<_>>());
        // One group that is everything leaves nothing to train on.
        let rule = SplitRule::Given { split: Arc::new(RowSplit::Groups(vec![0; 100])), share: 0.3, fold: None };
        let refused = split_by(&table, &rule, 1, TestPart::Whole).unwrap_err().to_string();
        assert!(refused.starts_with("no row is left to train on"), "{refused}");
    }

    #[test]
    fn the_last_rows_in_time_are_tested_on_with_all_of_the_same_time() {
        let table = table(&[5, 5]);
        let times = vec![9, 1, 2, 3, 4, 5, 6, 7, 7, 0];
        let of = |wanted| given(&table, RowSplit::Times(times.clone()), 0.2, None, wanted);
        // The last two of ten begin in the middle of time 7.
        assert_eq!(of(TestPart::Whole), (vec![1, 2, 3, 4, 5, 6, 9], vec![0, 7, 8]));
        assert_eq!((of(TestPart::Validation).1, of(TestPart::Final).1), (vec![], vec![0, 7, 8]));
        let wide = |wanted| given(&table, RowSplit::Times(times.clone()), 0.6, None, wanted).1;
        assert_eq!((wide(TestPart::Validation), wide(TestPart::Final)), (vec![4, 5, 6], vec![0, 7, 8]));
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
