//! A table made long-tailed as CIFAR-LT is made: of each class the first rows of a shuffle are kept, as many as a profile
//! asks for; what is not trained on is there to test with.

use std::{collections::HashMap, sync::Arc};

use super::{
    ClassOrder, DataError, Dataset, Table, TestPart, check_test_share,
    split::{join, n_held_back, shuffled_rows},
};
use crate::{
    bounds::Bounded,
    distribution::{ClassCounts, DistributionError, DistributionSpec, Profile},
};

/// A balanced test set with fewer rows of each class than this is called small.
const SMALL_TEST: u64 = 10;

/// The classes of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableClasses {
    /// Names, shape `[n_classes]`.
    pub labels: Arc<[String]>,
    /// Rows of each class, shape `[n_classes]`.
    pub rows: Vec<u64>,
}

impl TableClasses {
    /// Counts the rows of each class.
    pub fn of(table: &Table) -> Self {
        let mut rows = vec![0; table.class_labels.len()];
        for &label in &table.labels {
            rows[label as usize] += 1;
        }
        Self { labels: table.class_labels.clone().into(), rows }
    }

    /// Class indices from head to tail, shape `[n_classes]`; `own_order` is read for [`ClassOrder::Own`] only.
    ///
    /// # Errors
    /// When the own order does not name every class exactly once.
    pub fn head_to_tail(&self, order: ClassOrder, own_order: &[String]) -> Result<Vec<usize>, DataError> {
        let mut ranked: Vec<usize> = (0..self.labels.len()).collect();
        match order {
            ClassOrder::BySize => ranked.sort_by_key(|&class_idx| std::cmp::Reverse(self.rows[class_idx])),
            ClassOrder::ByName => {
                let numbers: Option<Vec<f64>> = self.labels.iter().map(|label| label.trim().parse().ok()).collect();
                match numbers {
                    Some(numbers) => ranked.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b])),
                    None => ranked.sort_by_key(|&class_idx| &self.labels[class_idx]),
                }
            }
            ClassOrder::Own => return self.own_ranks(own_order),
        }
        Ok(ranked)
    }

    fn own_ranks(&self, own_order: &[String]) -> Result<Vec<usize>, DataError> {
        let class_of: HashMap<&str, usize> =
            self.labels.iter().enumerate().map(|(class_idx, label)| (label.as_str(), class_idx)).collect();
        let mut ranked = Vec::with_capacity(self.labels.len());
        let mut is_named = vec![false; self.labels.len()];
        for label in own_order {
            let Some(&class_idx) = class_of.get(label.as_str()) else {
                return Err(DataError::OrderUnknown { label: label.clone() });
            };
            if std::mem::replace(&mut is_named[class_idx], true) {
                return Err(DataError::OrderTwice { label: label.clone() });
            }
            ranked.push(class_idx);
        }
        match is_named.iter().position(|&is_named| !is_named) {
            Some(class_idx) => Err(DataError::OrderMissing { label: self.labels[class_idx].clone() }),
            None => Ok(ranked),
        }
    }
}

/// What a table is to become.
#[derive(Debug, Clone, Copy)]
pub struct LongTailSpec<'a> {
    /// The profile; its number of classes is the table's, its largest count the largest at which all classes have
    /// enough rows, but no more than it says.
    pub distribution: &'a DistributionSpec,
    /// Who is head, who is tail.
    pub order: ClassOrder,
    /// Labels from head to tail, for [`ClassOrder::Own`].
    pub own_order: &'a [String],
    /// Share of each class's rows that is held back from training, 0 to 0.9.
    pub test_share: f64,
}

/// How many rows of each class are kept and tested on. It follows from the sizes of the classes alone; a seed says which.
#[derive(Debug, Clone, PartialEq)]
pub struct LongTail {
    /// The table's classes.
    pub classes: TableClasses,
    /// The profile as it was fitted to the table.
    pub distribution: DistributionSpec,
    /// Class indices from head to tail, shape `[n_classes]`.
    pub order: Vec<usize>,
    /// Rows of each class that may be trained on, shape `[n_classes]`.
    pub available: Vec<u64>,
    /// Rows of each class that are trained on, shape `[n_classes]`: the counts of [`LongTail::distribution`] by rank.
    pub counts: ClassCounts,
    /// The largest n_max at which every class has enough rows.
    pub most: u64,
    /// The class that stands in the way of a larger n_max than the fitted one, where a larger one was asked for.
    pub limit: Option<usize>,
    /// The total that was asked for, where the profile cannot have it with any rows.
    pub beyond_range: Option<u64>,
    /// Rows of each class in the balanced test set, shape `[n_classes]`.
    pub balanced_test: Vec<u64>,
    /// Rows of each class in the natural test set, shape `[n_classes]`.
    pub natural_test: Vec<u64>,
}

impl LongTail {
    /// Works out what is kept and what is tested on.
    ///
    /// Of a class with N rows, ⌊share·N⌉ are held back (one always stays), and of the others as many as the profile asks
    /// for are trained on. All that is not trained on, r rows of a class, can be tested on. The balanced test set has
    /// m = min r rows of every class. The natural one has ⌊k·n⌉ rows of a class with n training rows, k = min r/n, but at
    /// least 1, so that no class is missing. A class without training rows, or of which nothing is left, is in neither
    /// and takes no part in both minima: its recall is not available.
    ///
    /// # Errors
    /// When a parameter is outside its range, the own order does not name every class exactly once, or own counts do not
    /// fit the table.
    ///
    /// # Source
    /// Cui, Jia, Lin, Song, Belongie, "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019, section 5.1.
    pub fn plan(classes: &TableClasses, spec: LongTailSpec<'_>) -> Result<Self, DataError> {
        check_test_share(spec.test_share)?;
        let order = classes.head_to_tail(spec.order, spec.own_order)?;
        let available: Vec<u64> = classes.rows.iter().map(|&n| n - n_held_back(n, spec.test_share)).collect();
        let by_rank: Vec<u64> = order.iter().map(|&class_idx| available[class_idx]).collect();
        let Fit { distribution, counts, most, limit } = fit(spec.distribution, &by_rank)?;
        let total = spec.distribution.total;
        let is_beyond = distribution.profile == Profile::Fitted
            && (total < distribution.total || total > distribution.total && limit.is_none());
        for (&class_idx, &asked) in order.iter().zip(counts.as_slice()) {
            if asked > available[class_idx] {
                let label = classes.labels[class_idx].clone();
                let (available, rows) = (available[class_idx], classes.rows[class_idx]);
                return Err(DataError::TooFewRows { label, asked, available, rows });
            }
        }
        let mut per_class = vec![0; order.len()];
        for (&class_idx, &n) in order.iter().zip(counts.as_slice()) {
            per_class[class_idx] = n;
        }
        let rest: Vec<u64> = classes.rows.iter().zip(&per_class).map(|(rows, n)| rows - n).collect();
        let (balanced_test, natural_test) = test_sets(&per_class, &rest);
        Ok(Self {
            classes: classes.clone(),
            distribution,
            available,
            counts: ClassCounts::new(per_class)?,
            most,
            limit: limit.map(|rank| order[rank]),
            beyond_range: is_beyond.then_some(total),
            order,
            balanced_test,
            natural_test,
        })
    }

    /// The samples for one seed.
    ///
    /// Each class's rows are shuffled as by [`super::split_table`]: the same rows are held back whatever the profile, and
    /// two profiles keep rows of which one lot contains the other. Features are standardised with the figures of the
    /// rows that are trained on. No row is both trained and tested on; the two test sets share rows.
    ///
    /// # Errors
    /// When the table has too few rows, which is not so for the one that this was planned for.
    pub fn dataset(&self, table: &Table, seed: u64) -> Result<Dataset, DataError> {
        self.dataset_part(table, seed, TestPart::Whole)
    }

    /// As [`LongTail::dataset`], with a part of the test samples; validation and final part share no row, not even between
    /// the balanced set of one and the natural set of the other.
    ///
    /// # Errors
    /// As [`LongTail::dataset`].
    pub fn dataset_part(&self, table: &Table, seed: u64, part: TestPart) -> Result<Dataset, DataError> {
        let (mut train, mut balanced, mut natural) = (Vec::new(), Vec::new(), Vec::new());
        for (class_idx, rows) in shuffled_rows(table, seed).into_iter().enumerate() {
            let n_kept = self.counts.as_slice()[class_idx] as usize;
            let n_held_back = (self.classes.rows[class_idx] - self.available[class_idx]) as usize;
            let (held_back, others) = rows.split_at(n_held_back.min(rows.len()));
            let (kept, left_over) = others.split_at(n_kept.min(others.len()));
            train.extend_from_slice(kept);
            let rest = |n: u64| {
                let first = held_back.iter().chain(left_over).take(n as usize);
                first.enumerate().filter(|(place, _)| part.takes(*place)).map(|(_, &row)| row)
            };
            balanced.extend(rest(self.balanced_test[class_idx]));
            natural.extend(rest(self.natural_test[class_idx]));
        }
        join(table, train, balanced, natural)
    }

    /// Rows of each class in the balanced test set; 0 where there is none.
    pub fn n_balanced(&self) -> u64 {
        self.balanced_test.iter().copied().max().unwrap_or(0)
    }

    /// Counts by rank, head first, shape `[n_classes]`.
    pub fn counts_by_rank(&self) -> Vec<u64> {
        self.order.iter().map(|&class_idx| self.counts.as_slice()[class_idx]).collect()
    }

    /// Labels from head to tail, shape `[n_classes]`.
    pub fn labels_by_rank(&self) -> Vec<String> {
        self.order.iter().map(|&class_idx| self.classes.labels[class_idx].clone()).collect()
    }

    /// What is kept and what is tested on, in a sentence.
    pub fn summary(&self) -> String {
        let kept = format!("Kept {} of {} rows", self.counts.total(), self.classes.rows.iter().sum::<u64>());
        match (self.n_balanced(), self.natural_test.iter().sum::<u64>()) {
            (0, _) => format!("{kept}; no row is left for testing, so the figures are those of training"),
            (1, natural) => {
                format!("{kept}; 1 row of each class for the balanced test set, {natural} for the natural one")
            }
            (m, natural) => {
                format!("{kept}; {m} rows of each class for the balanced test set, {natural} for the natural one")
            }
        }
    }

    /// Makes sure that the profile has the total that was asked for, as far as the rows go.
    ///
    /// # Errors
    /// When the table's classes with these counts cannot have such a total.
    pub fn check_total(&self) -> Result<(), DataError> {
        match self.beyond_range {
            Some(total) => Err(DistributionSpec { total, ..self.distribution.clone() }.unreachable_total().into()),
            None => Ok(()),
        }
    }

    /// Why the largest count or the total is another than asked for, in a sentence; `None` where it is not.
    pub fn limit_remark(&self) -> Option<String> {
        if let (Err(fault), None) = (self.check_total(), self.limit) {
            return Some(format!("The total is {}, since {fault}", self.distribution.total));
        }
        self.limit.map(|class_idx| {
            let reached = match self.distribution.profile {
                Profile::Fitted => format!(
                    "The largest count is {} and the total {}",
                    self.distribution.max_count, self.distribution.total
                ),
                _ => format!("The largest count is {}", self.distribution.max_count),
            };
            format!(
                "{reached}: for more, class \"{}\" has too few rows ({} of its {} can be trained on)",
                self.classes.labels[class_idx], self.available[class_idx], self.classes.rows[class_idx]
            )
        })
    }

    /// What is worth knowing of the test sets, in sentences: classes without test rows, a small balanced test set.
    pub fn test_remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let is_untested =
            |&class_idx: &usize| self.counts.as_slice()[class_idx] > 0 && self.balanced_test[class_idx] == 0;
        let untested: Vec<usize> = (0..self.order.len()).filter(is_untested).collect();
        if let ([first, others @ ..], true) = (untested.as_slice(), self.n_balanced() > 0) {
            let and_others = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            remarks.push(format!(
                "Nothing of class \"{}\"{and_others} is left for testing, so its recall is not available: raise the test share",
                self.classes.labels[*first]
            ));
        }
        if (1..SMALL_TEST).contains(&self.n_balanced()) {
            remarks.push(format!(
                "A balanced test set of {} a class is small, so recall moves in coarse steps: raise the test share, or compare over several seeds",
                self.n_balanced()
            ));
        }
        remarks
    }
}

/// A profile on a table.
struct Fit {
    distribution: DistributionSpec,
    /// By rank.
    counts: ClassCounts,
    most: u64,
    /// A rank.
    limit: Option<usize>,
}

/// Gives a profile the table's number of classes and the largest n_max up to the asked one at which `available`, the rows
/// by rank, is enough. Own counts are taken as they are.
fn fit(asked: &DistributionSpec, available: &[u64]) -> Result<Fit, DataError> {
    let n_classes = available.len();
    if asked.profile == Profile::Own {
        if asked.own_counts.len() != n_classes {
            return Err(DataError::OwnCountsLength { counts: asked.own_counts.len(), classes: n_classes });
        }
        let distribution = DistributionSpec { classes: n_classes, ..asked.clone() };
        let most = available.iter().copied().max().unwrap_or(0);
        return Ok(Fit { counts: distribution.counts()?, distribution, most, limit: None });
    }
    if asked.profile == Profile::Fitted {
        return fit_total(asked, available);
    }
    let with_max = |max_count| DistributionSpec { classes: n_classes, max_count, ..asked.clone() };
    let first_too_large = |max_count| -> Result<Option<usize>, DistributionError> {
        let counts = with_max(max_count).counts()?;
        Ok(counts.as_slice().iter().zip(available).position(|(n, available)| n > available))
    };
    // Counts grow with n_max and one row of each class is always there; the head has n_max rows, give or take rounding.
    let (mut most, mut too_much) = (1, available.first().copied().unwrap_or(0) + 2);
    while most + 1 < too_much {
        let middle = u64::midpoint(most, too_much);
        if first_too_large(middle)?.is_none() { most = middle } else { too_much = middle }
    }
    let limit = if asked.max_count > most { first_too_large(most + 1)? } else { None };
    let distribution = with_max(asked.max_count.min(most));
    Ok(Fit { counts: distribution.counts()?, distribution, most, limit })
}

/// As [`fit`], of the profile that has a total: the largest n_max up to the asked one at which any total fits, and with it
/// the largest total up to the asked one.
fn fit_total(asked: &DistributionSpec, available: &[u64]) -> Result<Fit, DataError> {
    let sized = |max_count: u64, total: u64| {
        let size = DistributionSpec { classes: available.len(), max_count, total, ..asked.clone() };
        let (least, most) = size.total_range().into_inner();
        DistributionSpec { total: total.within(least, most.max(least)), ..size }
    };
    let first_too_large = |size: &DistributionSpec| -> Result<Option<usize>, DistributionError> {
        let counts = size.counts()?;
        Ok(counts.as_slice().iter().zip(available).position(|(n, available)| n > available))
    };
    // Counts grow with n_max where the total is the least, and with the total where n_max stays.
    let (mut most, mut too_much) = (1, available.first().copied().unwrap_or(0) + 2);
    while most + 1 < too_much {
        let middle = u64::midpoint(most, too_much);
        if first_too_large(&sized(middle, 0))?.is_none() { most = middle } else { too_much = middle }
    }
    let max_count = asked.max_count.min(most);
    let mut limit = if asked.max_count > most { first_too_large(&sized(most + 1, 0))? } else { None };
    let mut distribution = sized(max_count, asked.total);
    if let Some(rank) = first_too_large(&distribution)? {
        limit = limit.or(Some(rank));
        let (mut enough, mut too_much) = (sized(max_count, 0).total, distribution.total);
        while enough + 1 < too_much {
            let middle = u64::midpoint(enough, too_much);
            if first_too_large(&sized(max_count, middle))?.is_none() { enough = middle } else { too_much = middle }
        }
        distribution = sized(max_count, enough);
    }
    Ok(Fit { counts: distribution.counts()?, distribution, most, limit })
}

/// Rows of each class in the balanced and in the natural test set, from training rows and what is left of each class.
fn test_sets(counts: &[u64], rest: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let tested: Vec<bool> = counts.iter().zip(rest).map(|(&n, &rest)| n > 0 && rest > 0).collect();
    let of_tested = |class_idx: &usize| tested[*class_idx];
    let m = (0..rest.len()).filter(of_tested).map(|class_idx| rest[class_idx]).min().unwrap_or(0);
    let ratio = |class_idx: usize| rest[class_idx] as f64 / counts[class_idx] as f64;
    let k = (0..rest.len()).filter(of_tested).map(ratio).fold(f64::INFINITY, f64::min);
    let natural = |class_idx: usize| ((k * counts[class_idx] as f64).round() as u64).within(1, rest[class_idx].max(1));
    let given = |class_idx: usize, n: u64| if tested[class_idx] { n } else { 0 };
    (0..rest.len()).map(|class_idx| (given(class_idx, m), given(class_idx, natural(class_idx)))).unzip()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ndarray::Array2;

    use super::*;
    use crate::data::{BuiltIn, Samples, split_table};

    /// A table whose only feature is the number of the row, so that rows can be told apart.
    fn table(class_counts: &[usize]) -> Table {
        let labels: Vec<u32> =
            class_counts.iter().enumerate().flat_map(|(c, &n)| std::iter::repeat_n(c as u32, n)).collect();
        let features = Array2::from_shape_fn((labels.len(), 1), |(row, _)| row as f64);
        let class_labels = (0..class_counts.len()).map(|c| c.to_string()).collect();
        Table { feature_names: vec!["row".to_owned()], features, gaps: Vec::new(), labels, class_labels }
    }

    fn built_in(set: BuiltIn) -> Table {
        Table::clone(&set.read(&[]).unwrap().table)
    }

    fn tables() -> Vec<Table> {
        let mut all: Vec<Table> = BuiltIn::ALL.map(built_in).to_vec();
        all.extend([&[500, 30, 400, 7, 90][..], &[60, 60], &[3, 2, 1], &[1, 1]].map(table));
        all
    }

    fn profile(profile: Profile, max_count: u64, imbalance: f64) -> DistributionSpec {
        DistributionSpec { profile, max_count, imbalance, ..DistributionSpec::default() }
    }

    fn plan(table: &Table, distribution: &DistributionSpec, order: ClassOrder, test_share: f64) -> LongTail {
        let spec = LongTailSpec { distribution, order, own_order: &[], test_share };
        LongTail::plan(&TableClasses::of(table), spec).unwrap()
    }

    fn tally(samples: Option<&Arc<Samples>>, n_classes: usize) -> Vec<u64> {
        let mut counts = vec![0; n_classes];
        for &label in samples.map_or(&[][..], |samples| samples.labels()) {
            counts[label as usize] += 1;
        }
        counts
    }

    /// The rows of a set, by the values of their features; each may be in it once.
    fn rows(samples: Option<&Arc<Samples>>) -> BTreeSet<u32> {
        let Some(samples) = samples else { return BTreeSet::new() };
        let rows: BTreeSet<u32> = samples.feature_slice().iter().map(|value| value.to_bits()).collect();
        assert_eq!(rows.len(), samples.len(), "no row is there twice");
        rows
    }

    #[test]
    fn a_fitted_profile_has_the_total_that_is_asked_for_or_the_largest_that_the_rows_allow() {
        for table in tables() {
            for (max_count, imbalance) in [(2000, 100.0), (40, 10.0), (1, 1.0), (1_000_000, 3.0)] {
                for total in [0, 30, 200, 1000, u64::MAX] {
                    let asked = DistributionSpec { total, ..profile(Profile::Fitted, max_count, imbalance) };
                    let long_tail = plan(&table, &asked, ClassOrder::BySize, 0.3);
                    let fits = |counts: &ClassCounts| {
                        let mut pairs = long_tail.order.iter().zip(counts.as_slice());
                        pairs.all(|(&class_idx, &n)| n <= long_tail.available[class_idx])
                    };
                    let kept = &long_tail.distribution;
                    assert!(fits(&kept.counts().unwrap()), "{asked:?}");
                    assert_eq!(long_tail.counts.total(), kept.total);
                    let (least, most) = kept.total_range().into_inner();
                    if kept.total < total.within(least, most) {
                        let more = DistributionSpec { total: kept.total + 1, ..kept.clone() };
                        assert!(!fits(&more.counts().unwrap()), "{asked:?}");
                        assert!(long_tail.limit_remark().unwrap().contains(&format!("total {}", kept.total)));
                    }
                }
            }
        }
    }

    #[test]
    fn training_counts_are_exactly_those_of_the_profile_at_the_largest_count_that_fits() {
        let generated =
            [Profile::Exponential, Profile::Step, Profile::Linear, Profile::Zipf, Profile::Pareto, Profile::Uniform];
        let mut n_limited = 0;
        for table in tables() {
            let n_classes = table.class_labels.len();
            for shape in generated {
                for (max_count, imbalance, order, test_share, seed) in [
                    (2000, 100.0, ClassOrder::BySize, 0.3, 1),
                    (40, 10.0, ClassOrder::ByName, 0.0, 2),
                    (1_000_000, 3.0, ClassOrder::ByName, 0.9, 3),
                    (1, 1.0, ClassOrder::BySize, 0.5, 4),
                ] {
                    let asked = profile(shape, max_count, imbalance);
                    let long_tail = plan(&table, &asked, order, test_share);
                    let at = |max_count| DistributionSpec { classes: n_classes, max_count, ..asked.clone() };
                    let fits = |max_count| {
                        let counts = at(max_count).counts().unwrap();
                        let pairs = long_tail.order.iter().zip(counts.as_slice());
                        pairs.into_iter().all(|(&class_idx, &n)| n <= long_tail.available[class_idx])
                    };
                    let n_max = (1..=max_count).take_while(|&n_max| fits(n_max)).last().unwrap();
                    let dataset = long_tail.dataset(&table, seed).unwrap();
                    let by_rank: Vec<u64> =
                        long_tail.order.iter().map(|&class_idx| dataset.counts.as_slice()[class_idx]).collect();
                    assert_eq!(by_rank, at(n_max).counts().unwrap().as_slice(), "{asked:?}");
                    assert_eq!(tally(Some(&dataset.train), n_classes), dataset.counts.as_slice());
                    assert_eq!(dataset.counts, long_tail.counts);
                    assert_eq!(long_tail.limit.is_some(), n_max < max_count);
                    n_limited += usize::from(n_max < max_count);
                }
            }
        }
        assert!(n_limited > 50, "both limits are met: {n_limited}");
    }

    #[test]
    fn no_row_is_trained_and_tested_on_and_test_sets_have_the_promised_counts() {
        for class_counts in [&[500, 30, 400, 7, 90][..], &[60, 60], &[3, 2, 1], &[40, 9, 1]] {
            let table = table(class_counts);
            let n_classes = class_counts.len();
            for (imbalance, test_share, seed) in [(100.0, 0.3, 1), (10.0, 0.0, 2), (1.0, 0.5, 3), (3.0, 0.9, 4)] {
                let asked = profile(Profile::Exponential, 2000, imbalance);
                let long_tail = plan(&table, &asked, ClassOrder::BySize, test_share);
                let dataset = long_tail.dataset(&table, seed).unwrap();
                let trained = rows(Some(&dataset.train));
                let (balanced, natural) = (dataset.balanced_test.as_ref(), dataset.natural_test.as_ref());
                assert!(trained.is_disjoint(&rows(balanced)) && trained.is_disjoint(&rows(natural)));

                let counts = long_tail.counts.as_slice();
                let rest: Vec<u64> = class_counts.iter().zip(counts).map(|(&rows, n)| rows as u64 - n).collect();
                let m = rest.iter().copied().filter(|&rest| rest > 0).min().unwrap_or(0);
                let expected: Vec<u64> = rest.iter().map(|&rest| if rest > 0 { m } else { 0 }).collect();
                assert_eq!(tally(balanced, n_classes), expected);
                let shares = tally(natural, n_classes);
                let k = (0..n_classes)
                    .filter(|&c| rest[c] > 0)
                    .map(|c| rest[c] as f64 / counts[c] as f64)
                    .fold(f64::INFINITY, f64::min);
                for c in 0..n_classes {
                    assert!(shares[c] <= rest[c] && (shares[c] > 0) == (rest[c] > 0), "{shares:?} of {rest:?}");
                    let exact = k * counts[c] as f64;
                    assert!(rest[c] == 0 || (shares[c] as f64 - exact).abs() <= 0.5 || exact < 1.0, "{shares:?}");
                }
            }
        }
    }

    #[test]
    fn a_smaller_imbalance_factor_keeps_the_rows_of_the_tail_that_a_larger_one_keeps() {
        let table = built_in(BuiltIn::Digits);
        // Rows are numbered, to tell them apart.
        let numbered = Table {
            features: Array2::from_shape_fn((table.labels.len(), 1), |(row, _)| row as f64),
            feature_names: vec!["row".to_owned()],
            ..table
        };
        for seed in 1..4 {
            let kept = |imbalance: f64| {
                let long_tail =
                    plan(&numbered, &profile(Profile::Exponential, 100, imbalance), ClassOrder::ByName, 0.3);
                let shuffled = shuffled_rows(&numbered, seed);
                let dataset = long_tail.dataset(&numbered, seed).unwrap();
                // Rows come in the order of the table; that they are the first of the shuffle shows in their values.
                let mut rows: Vec<usize> = Vec::new();
                for (class_idx, all) in shuffled.iter().enumerate() {
                    let n_held_back = (long_tail.classes.rows[class_idx] - long_tail.available[class_idx]) as usize;
                    let n = dataset.counts.as_slice()[class_idx] as usize;
                    rows.extend(&all[n_held_back..n_held_back + n]);
                }
                rows.sort_unstable();
                let labels: Vec<u32> = rows.iter().map(|&row| numbered.labels[row]).collect();
                assert_eq!(dataset.train.labels(), labels);
                let mean = rows.iter().sum::<usize>() as f64 / rows.len() as f64;
                let spread =
                    (rows.iter().map(|&row| (row as f64 - mean).powi(2)).sum::<f64>() / rows.len() as f64).sqrt();
                for (&row, value) in rows.iter().zip(dataset.train.feature_slice()) {
                    assert!(((row as f64 - mean) / spread - f64::from(*value)).abs() < 1e-4, "row {row}: {value}");
                }
                rows.into_iter().collect::<BTreeSet<usize>>()
            };
            let [ten, hundred] = [10.0, 100.0].map(kept);
            assert!(hundred.is_subset(&ten) && hundred.len() < ten.len());
        }
    }

    #[test]
    fn no_row_is_trained_on_that_would_be_held_back_without_a_long_tail() {
        let table = table(&[200, 100, 50]);
        let long_tail = plan(&table, &profile(Profile::Uniform, 1000, 1.0), ClassOrder::BySize, 0.4);
        // All that may be trained on of the smallest class is, so the rest is what is held back.
        assert_eq!(long_tail.counts.as_slice(), [30, 30, 30]);
        let of_smallest = |samples: &Samples| -> Vec<f32> {
            let values = samples.feature_slice().iter().zip(samples.labels());
            values.filter(|(_, label)| **label == 2).map(|(value, _)| *value).collect()
        };
        for seed in 1..4 {
            let held_back = of_smallest(&split_table(&table, 0.4, seed).unwrap().natural_test.unwrap());
            let tested = of_smallest(&long_tail.dataset(&table, seed).unwrap().balanced_test.unwrap());
            // The two are standardised each in its own way, which keeps proportions between rows.
            let proportions = |values: &[f32]| -> Vec<f32> {
                values.iter().map(|value| (value - values[0]) / (values[values.len() - 1] - values[0])).collect()
            };
            let pairs = proportions(&held_back).into_iter().zip(proportions(&tested));
            assert_eq!((held_back.len(), tested.len()), (20, 20));
            assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5), "seed {seed}");
        }
    }

    #[test]
    fn seeds_choose_other_rows_and_the_same_seed_the_same() {
        let table = table(&[200, 100, 50]);
        let long_tail = plan(&table, &DistributionSpec::default(), ClassOrder::BySize, 0.3);
        let of = |seed| long_tail.dataset(&table, seed).unwrap();
        assert_eq!((of(1).train, of(1).balanced_test), (of(1).train, of(1).balanced_test));
        assert_ne!(of(1).train, of(2).train);
        assert_eq!(of(1).counts, of(2).counts);
    }

    #[test]
    fn classes_are_ranked_by_size_by_name_or_as_listed() {
        let of = |labels: &[&str], rows: &[u64]| TableClasses {
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            rows: rows.to_vec(),
        };
        let words = of(&["ant", "bee", "cow"], &[5, 9, 5]);
        assert_eq!(words.head_to_tail(ClassOrder::BySize, &[]).unwrap(), [1, 0, 2]);
        assert_eq!(words.head_to_tail(ClassOrder::ByName, &[]).unwrap(), [0, 1, 2]);
        let numbers = of(&["1", "10", "2"], &[1, 1, 1]);
        assert_eq!(numbers.head_to_tail(ClassOrder::ByName, &[]).unwrap(), [0, 2, 1]);
        let own = |labels: &[&str]| {
            let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
            words.head_to_tail(ClassOrder::Own, &labels).map_err(|error| error.to_string())
        };
        assert_eq!(own(&["cow", "ant", "bee"]), Ok(vec![2, 0, 1]));
        for (labels, expected) in [
            (&["cow", "ant"][..], "leaves class \"bee\" out"),
            (&["cow", "ant", "cow", "bee"], "names class \"cow\" twice"),
            (&["cow", "ant", "dog"], "names \"dog\", which is no class of the table"),
        ] {
            let message = own(labels).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn own_counts_go_by_rank_and_must_fit() {
        let table = table(&[10, 100, 40]);
        let own = |counts: &[u64]| DistributionSpec {
            profile: Profile::Own,
            own_counts: counts.to_vec(),
            ..DistributionSpec::default()
        };
        let long_tail = plan(&table, &own(&[50, 0, 7]), ClassOrder::BySize, 0.3);
        assert_eq!(long_tail.counts.as_slice(), [7, 50, 0]);
        // Of the class without training rows nothing is tested either.
        assert_eq!(long_tail.balanced_test, [3, 3, 0]);
        let refused = |counts: &[u64]| {
            let (distribution, classes) = (own(counts), TableClasses::of(&table));
            let (order, own_order) = (ClassOrder::BySize, &[][..]);
            let spec = LongTailSpec { distribution: &distribution, order, own_order, test_share: 0.3 };
            LongTail::plan(&classes, spec).unwrap_err().to_string()
        };
        assert!(refused(&[50, 7]).contains("the list has 2 class counts, the table has 3 classes"));
        let message = refused(&[70, 29, 7]);
        assert!(message.starts_with("class \"2\" cannot have 29 training rows: 28 of its 40 rows"), "{message}");
        assert!(refused(&[0, 0, 0]).contains("every class count is 0"));
    }

    #[test]
    fn sentences_say_what_is_kept_and_what_stands_in_the_way() {
        let pages =
            plan(&built_in(BuiltIn::PageBlocks), &profile(Profile::Exponential, 2000, 100.0), ClassOrder::BySize, 0.3);
        assert_eq!(pages.counts_by_rank(), [730, 230, 73, 23, 7]);
        assert_eq!(
            pages.summary(),
            "Kept 1063 of 5472 rows; 21 rows of each class for the balanced test set, 457 for the natural one"
        );
        assert_eq!(
            pages.limit_remark().as_deref(),
            Some(
                "The largest count is 730: for more, class \"horizontal line\" has too few rows (230 of its 329 can be trained on)"
            )
        );
        let all = plan(&table(&[4, 4, 2]), &profile(Profile::Uniform, 4, 1.0), ClassOrder::BySize, 0.0);
        assert_eq!(
            all.summary(),
            "Kept 6 of 10 rows; 2 rows of each class for the balanced test set, 4 for the natural one"
        );
        let remarks = all.test_remarks();
        assert!(remarks[0].starts_with("Nothing of class \"2\" is left for testing"), "{remarks:?}");
        assert!(remarks[1].contains("2 a class is small"), "{remarks:?}");
        assert_eq!((pages.test_remarks().len(), remarks.len()), (0, 2));
        let none = plan(&table(&[2, 2]), &profile(Profile::Uniform, 2, 1.0), ClassOrder::BySize, 0.0);
        assert!(none.summary().ends_with("the figures are those of training"));
    }
}
