//! What an objective learns from: the training part, or what its sampler makes of it.

use std::sync::Arc;

use serde::Serialize;

use super::{
    Origin, Sampler, Sampling,
    draws::{class_shares, draw_rows, epoch_order},
    resample::{gather, over_sample, smote, under_sample},
};
use crate::{
    data::{DataError, Dataset, Samples, Stream, rng},
    distribution::ClassCounts,
};

/// What becomes of the samples of one class in an epoch.
///
/// The epoch has `used` + `duplicated` + `made` samples of the class, and `used` + `dropped` are those it has.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct ClassUse {
    /// Samples that are looked at.
    pub used: u64,
    /// Looks beyond the first at a sample: copies, or repeated draws.
    pub duplicated: u64,
    /// Samples that are not looked at.
    pub dropped: u64,
    /// Samples that were made.
    pub made: u64,
    /// Expected share of the class in a batch, averaged over the run.
    pub batch_share: f64,
}

/// The training part as a sampler leaves or makes it; the same for every objective with that sampler.
#[derive(Debug, Clone)]
pub struct TrainingSet {
    sampling: Sampling,
    seed: u64,
    counts: ClassCounts,
    /// Before the feature map.
    inputs: Arc<Samples>,
    samples: Arc<Samples>,
    /// Where the samples come from; `None` where they are the training part as it is.
    origins: Option<Vec<Origin>>,
    /// Rows of the training part, class by class.
    rows_of_class: Vec<Vec<u32>>,
}

impl TrainingSet {
    /// Prepares the training set of a sampler from the training part alone.
    ///
    /// Resampling comes before the feature map. SMOTE searches neighbours by Euclidean distance; in classes of more than 2000 samples among 2000 of them, evenly
    /// spread. Classes without samples stay without. The same seed gives the same set with any number of threads.
    ///
    /// # Errors
    /// When k is outside its range, or the set would be larger than the lab takes.
    pub fn prepare(dataset: &Dataset, sampling: Sampling, seed: u64) -> Result<Self, DataError> {
        let (train, inputs, counts) = (&dataset.train, &dataset.inputs, &dataset.counts);
        sampling.check()?;
        sampling.check_size(counts, train.n_features().max(inputs.n_features()))?;
        let mut rows_of_class = vec![Vec::new(); counts.n_classes()];
        for (row, &label) in train.labels().iter().enumerate() {
            rows_of_class[label as usize].push(row as u32);
        }
        let target = sampling.target(counts).unwrap_or(0) as usize;
        let mut generator = rng(seed, Stream::Resampling);
        let origins = match sampling.sampler() {
            Sampler::Instance | Sampler::ClassBalanced | Sampler::SquareRoot | Sampler::Progressive => None,
            Sampler::OverSampling => Some(over_sample(&rows_of_class, target, &mut generator)),
            Sampler::UnderSampling => Some(under_sample(&rows_of_class, target, &mut generator)),
            Sampler::Smote => {
                Some(smote(inputs, &rows_of_class, sampling.neighbours().unwrap_or(1), target, &mut generator))
            }
        };
        let (inputs, samples) = match &origins {
            Some(origins) => {
                let inputs = Arc::new(gather(inputs, origins));
                let samples =
                    if dataset.map.is_linear() { Arc::clone(&inputs) } else { Arc::new(dataset.map.map(&inputs)) };
                (inputs, samples)
            }
            None => (Arc::clone(inputs), Arc::clone(train)),
        };
        Ok(Self { sampling, seed, counts: counts.clone(), inputs, samples, origins, rows_of_class })
    }

    /// The sampler that it was prepared for.
    pub fn sampling(&self) -> Sampling {
        self.sampling
    }

    /// The samples that an order refers to.
    pub fn samples(&self) -> &Arc<Samples> {
        &self.samples
    }

    /// The same samples before the feature map.
    pub fn inputs(&self) -> &Arc<Samples> {
        &self.inputs
    }

    /// Where each sample comes from, shape `[n_samples]`; `None` where they are the training part as it is.
    pub fn origins(&self) -> Option<&[Origin]> {
        self.origins.as_deref()
    }

    /// Rows of the training part, class by class, shape `[n_classes]`.
    pub fn rows_of_class(&self) -> &[Vec<u32>] {
        &self.rows_of_class
    }

    /// The samples of an epoch (from 0) out of `n_epochs`, as indices in the order in which they are looked at: a
    /// permutation, or as many draws with replacement as there are samples.
    pub fn epoch_order(&self, epoch: u64, n_epochs: u64) -> Vec<u32> {
        match self.sampling.sampler() {
            Sampler::ClassBalanced | Sampler::SquareRoot | Sampler::Progressive => {
                draw_rows(&self.shares(epoch, n_epochs), &self.rows_of_class, self.seed, epoch)
            }
            Sampler::Instance | Sampler::OverSampling | Sampler::UnderSampling | Sampler::Smote => {
                epoch_order(self.seed, epoch, self.samples.len())
            }
        }
    }

    /// How many times as often a class is drawn as it stands in the samples, p_j·N/n_j, shape `[n_classes]`.
    ///
    /// Weighted by it, a full batch is the expectation of the draws. It is 1 where every sample comes once an epoch.
    pub fn draw_factors(&self, epoch: u64, n_epochs: u64) -> Vec<f64> {
        match self.sampling.sampler() {
            Sampler::ClassBalanced | Sampler::SquareRoot | Sampler::Progressive => {
                let n_samples = self.counts.total() as f64;
                let factor = |(share, &n): (f64, &u64)| if n > 0 { share * n_samples / n as f64 } else { 1.0 };
                self.shares(epoch, n_epochs).into_iter().zip(self.counts.as_slice()).map(factor).collect()
            }
            Sampler::Instance | Sampler::OverSampling | Sampler::UnderSampling | Sampler::Smote => {
                vec![1.0; self.counts.n_classes()]
            }
        }
    }

    /// How often each row of the training part is looked at in an epoch, shape `[n_samples]` of the training part; made
    /// samples do not count.
    pub fn times_used(&self, epoch: u64, n_epochs: u64) -> Vec<u32> {
        let mut times = vec![0_u32; self.counts.total() as usize];
        match &self.origins {
            Some(origins) => {
                for origin in origins {
                    if let Origin::Original(row) | Origin::Duplicate(row) = *origin {
                        times[row as usize] += 1;
                    }
                }
            }
            None => self.epoch_order(epoch, n_epochs).into_iter().for_each(|row| times[row as usize] += 1),
        }
        times
    }

    /// What becomes of each class in an epoch, given [`TrainingSet::times_used`] of it; shape `[n_classes]`.
    pub fn class_use(&self, times_used: &[u32], n_epochs: u64) -> Vec<ClassUse> {
        let mut made = vec![0; self.counts.n_classes()];
        for (origin, &label) in self.origins.iter().flatten().zip(self.samples.labels()) {
            made[label as usize] += u64::from(matches!(origin, Origin::Made { .. }));
        }
        let mean_shares = self.mean_shares(n_epochs);
        let of_class = |(class_idx, rows): (usize, &Vec<u32>)| {
            let times = || rows.iter().map(|&row| u64::from(times_used[row as usize]));
            let used = times().filter(|&n| n > 0).count() as u64;
            ClassUse {
                used,
                duplicated: times().sum::<u64>() - used,
                dropped: rows.len() as u64 - used,
                made: made[class_idx],
                batch_share: mean_shares[class_idx],
            }
        };
        self.rows_of_class.iter().enumerate().map(of_class).collect()
    }

    fn shares(&self, epoch: u64, n_epochs: u64) -> Vec<f64> {
        class_shares(self.sampling.sampler(), &self.counts, epoch, n_epochs)
    }

    /// Shares that change do so evenly, so that their mean is that of the first and the last epoch.
    fn mean_shares(&self, n_epochs: u64) -> Vec<f64> {
        let (first, last) = (self.shares(0, n_epochs), self.shares(n_epochs.saturating_sub(1), n_epochs));
        first.into_iter().zip(last).map(|(first, last)| f64::midpoint(first, last)).collect()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rand::RngExt;

    use super::*;
    use crate::data::{MapKind, MapSpec};

    /// A data set of random samples with these class counts, shuffled, and a test part that lies elsewhere.
    fn dataset(counts: &[u64], n_features: usize) -> Dataset {
        let mut labels: Vec<u32> =
            counts.iter().enumerate().flat_map(|(c, &n)| std::iter::repeat_n(c as u32, n as usize)).collect();
        // Rows of a class do not stand side by side in files.
        labels.sort_by_key(|&label| label.wrapping_mul(2_654_435_761) ^ 5);
        let mut generator = rng(9, Stream::Train);
        let features = Array2::from_shape_simple_fn((labels.len(), n_features), || generator.random::<f32>());
        of_samples(Samples::new(features, labels), counts)
    }

    fn of_samples(train: Samples, counts: &[u64]) -> Dataset {
        let test = Array2::from_elem((50, train.n_features()), 1000.0_f32);
        Dataset::unmapped(
            counts.iter().map(u64::to_string).collect(),
            ClassCounts::new(counts.to_vec()).unwrap(),
            Arc::new(train),
            None,
            Some(Arc::new(Samples::new(test, vec![0; 50]))),
        )
    }

    fn prepare(dataset: &Dataset, sampler: Sampler) -> TrainingSet {
        TrainingSet::prepare(dataset, Sampling::new(sampler, 5), 1).unwrap()
    }

    fn tally(samples: &Samples, n_classes: usize) -> Vec<usize> {
        (0..n_classes).map(|c| samples.labels().iter().filter(|&&label| label as usize == c).count()).collect()
    }

    const COUNTS: [u64; 5] = [120, 41, 0, 9, 1];
    const FIXED: [Sampler; 3] = [Sampler::OverSampling, Sampler::UnderSampling, Sampler::Smote];

    #[test]
    fn resampled_sets_have_exactly_the_largest_or_the_smallest_count_of_every_class() {
        let dataset = dataset(&COUNTS, 3);
        for (sampler, n) in FIXED.into_iter().zip([120, 1, 120]) {
            let set = prepare(&dataset, sampler);
            assert_eq!(tally(set.samples(), 5), [n, n, 0, n, n], "{sampler:?}");
            assert_eq!(set.origins().unwrap().len(), set.samples().len());
        }
    }

    #[test]
    fn what_is_kept_or_copied_is_the_row_it_comes_from_and_labels_follow() {
        let dataset = dataset(&COUNTS, 3);
        for sampler in FIXED {
            let set = prepare(&dataset, sampler);
            for (idx, origin) in set.origins().unwrap().iter().enumerate() {
                let row = origin.row();
                assert_eq!(set.samples().labels()[idx], dataset.train.labels()[row], "{sampler:?}");
                if !matches!(origin, Origin::Made { .. }) {
                    assert_eq!(set.samples().row(idx), dataset.train.row(row), "{sampler:?}");
                }
            }
        }
    }

    #[test]
    fn over_and_under_sampling_use_every_row_and_no_row_twice() {
        let dataset = dataset(&COUNTS, 3);
        let times = prepare(&dataset, Sampler::OverSampling).times_used(0, 1);
        assert!(times.iter().all(|&n| n > 0) && times.iter().any(|&n| n > 1));
        let times = prepare(&dataset, Sampler::UnderSampling).times_used(0, 1);
        assert!(times.iter().all(|&n| n <= 1));
        assert_eq!(times.iter().sum::<u32>(), 4);
    }

    /// Squared distance in f32, as it is computed in the search.
    fn distance(samples: &Samples, a: u32, b: u32) -> f32 {
        let (a, b) = (samples.row(a as usize), samples.row(b as usize));
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
    }

    #[test]
    fn a_made_sample_lies_between_a_sample_and_one_of_its_nearest_neighbours_of_the_same_class() {
        let dataset = dataset(&COUNTS, 4);
        for k in [1, 5, 50] {
            let set = TrainingSet::prepare(&dataset, Sampling::new(Sampler::Smote, k), 1).unwrap();
            let (train, made) = (&dataset.train, set.samples());
            let mut n_made = 0;
            for (idx, origin) in set.origins().unwrap().iter().enumerate() {
                let Origin::Made { from, towards, share } = *origin else { continue };
                n_made += 1;
                let label = made.labels()[idx];
                assert_eq!((train.labels()[from as usize], train.labels()[towards as usize]), (label, label));
                assert!(from != towards && (0.0..=1.0).contains(&share));
                for (axis, &x) in made.row(idx).iter().enumerate() {
                    let (from, towards) = (train.row(from as usize)[axis], train.row(towards as usize)[axis]);
                    let (low, high) = (from.min(towards), from.max(towards));
                    assert!(x >= low - 1e-6 && x <= high + 1e-6, "{x} is not between {from} and {towards}");
                    assert!((x - (from + share * (towards - from))).abs() < 1e-6);
                }
                let reach = distance(train, from, towards);
                let is_nearer = |&&row: &&u32| row != from && distance(train, from, row) < reach;
                let nearer = set.rows_of_class()[label as usize].iter().filter(is_nearer).count();
                assert!(nearer < k, "k = {k}: {nearer} samples are nearer");
            }
            // Class 4 has one sample, which can only be copied.
            assert_eq!(n_made, (120 - 41) + (120 - 9));
            let copies = set.origins().unwrap().iter().filter(|origin| matches!(origin, Origin::Duplicate(_)));
            assert_eq!(copies.count(), 119);
        }
    }

    #[test]
    fn neighbours_of_a_large_class_are_among_two_thousand_evenly_spread_samples() {
        let dataset = dataset(&[5000, 4990], 2);
        let set = prepare(&dataset, Sampler::Smote);
        let rows = &set.rows_of_class()[1];
        let candidates: Vec<u32> = (0..2000).map(|place| rows[place * 4990 / 2000]).collect();
        let made: Vec<(u32, u32)> = set
            .origins()
            .unwrap()
            .iter()
            .filter_map(|origin| match *origin {
                Origin::Made { from, towards, .. } => Some((from, towards)),
                _ => None,
            })
            .collect();
        assert_eq!(made.len(), 10);
        for (from, towards) in made {
            assert!(candidates.contains(&towards));
            let reach = distance(&dataset.train, from, towards);
            let is_nearer = |&&row: &&u32| row != from && distance(&dataset.train, from, row) < reach;
            assert!(candidates.iter().filter(is_nearer).count() < 5);
        }
    }

    #[test]
    fn every_sample_is_the_first_end_of_as_many_made_samples_to_within_one() {
        let set = prepare(&dataset(&[100, 7], 2), Sampler::Smote);
        let mut times = [0; 107];
        for origin in set.origins().unwrap() {
            if let Origin::Made { from, .. } = origin {
                times[*from as usize] += 1;
            }
        }
        let of_rare: Vec<i32> = set.rows_of_class()[1].iter().map(|&row| times[row as usize]).collect();
        assert_eq!(of_rare.iter().sum::<i32>(), 93);
        assert!(of_rare.iter().all(|n| (13..=14).contains(n)), "{of_rare:?}");
    }

    #[test]
    fn nothing_of_the_test_part_gets_in() {
        let dataset = dataset(&COUNTS, 3);
        for sampler in Sampler::ALL {
            let set = prepare(&dataset, sampler);
            // Training samples lie in the unit cube, those of the test part at 1000.
            assert!(set.samples().feature_slice().iter().all(|x| (0.0..=1.0).contains(x)), "{sampler:?}");
            let order = set.epoch_order(0, 1);
            assert!(order.iter().all(|&row| (row as usize) < set.samples().len()), "{sampler:?}");
        }
    }

    #[test]
    fn the_instance_sampler_keeps_the_samples_and_the_order() {
        let dataset = dataset(&COUNTS, 3);
        let set = prepare(&dataset, Sampler::Instance);
        assert!(Arc::ptr_eq(set.samples(), &dataset.train));
        assert_eq!(set.epoch_order(7, 10), epoch_order(1, 7, 171));
        assert_eq!(set.draw_factors(7, 10), [1.0; 5]);
    }

    #[test]
    fn sets_and_orders_are_the_same_with_one_thread_and_with_four() {
        let dataset = dataset(&[3000, 400, 7, 1], 5);
        let prepared = |threads: usize, sampler| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let set = pool.install(|| prepare(&dataset, sampler));
            (set.samples().as_ref().clone(), set.origins().map(<[Origin]>::to_vec), set.epoch_order(3, 10))
        };
        for sampler in Sampler::ALL {
            assert!(prepared(1, sampler) == prepared(4, sampler), "{sampler:?}");
        }
    }

    #[test]
    fn another_seed_gives_another_set() {
        let dataset = dataset(&COUNTS, 3);
        for sampler in FIXED {
            let origins = |seed| {
                let set = TrainingSet::prepare(&dataset, Sampling::new(sampler, 5), seed).unwrap();
                set.origins().unwrap().to_vec()
            };
            assert!(origins(1) == origins(1) && origins(1) != origins(2), "{sampler:?}");
        }
    }

    #[test]
    fn samples_are_made_of_the_inputs_and_then_mapped() {
        let dataset = dataset(&COUNTS, 3);
        let map = MapSpec { kind: MapKind::Quadratic, width: 1, bandwidth: 1.0 };
        let mapped = dataset.clone().mapped(&map, 1).unwrap();
        for sampler in FIXED {
            let (set, plain) = (prepare(&mapped, sampler), prepare(&dataset, sampler));
            assert!(set.origins() == plain.origins() && *set.inputs() == *plain.samples(), "{sampler:?}");
            assert_eq!(*set.samples().as_ref(), mapped.map.map(plain.samples()), "{sampler:?}");
            for (idx, origin) in set.origins().unwrap().iter().enumerate() {
                if let Origin::Original(row) = origin {
                    assert_eq!(set.samples().row(idx), mapped.train.row(*row as usize), "{sampler:?}");
                }
            }
        }
    }

    #[test]
    fn identical_points_have_made_samples_at_the_same_place() {
        let features = array![[2.0, 1.0], [2.0, 1.0], [2.0, 1.0], [0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [0.0, 3.0]];
        let dataset = of_samples(Samples::new(features, vec![0, 0, 0, 1, 1, 1, 1]), &[3, 4]);
        let set = prepare(&dataset, Sampler::Smote);
        assert_eq!(set.samples().len(), 8);
        assert_eq!(set.samples().row(7), array![2.0, 1.0]);
        let made = set.origins().unwrap()[7];
        assert!(matches!(made, Origin::Made { from, towards, .. } if from != towards && from < 3 && towards < 3));
    }

    #[test]
    fn equal_counts_leave_nothing_to_resample() {
        let dataset = dataset(&[6, 6], 2);
        for sampler in FIXED {
            let set = prepare(&dataset, sampler);
            assert!(*set.samples() == dataset.train && set.times_used(0, 1).iter().all(|&n| n == 1), "{sampler:?}");
        }
    }

    #[test]
    fn the_use_of_each_class_adds_up() {
        let dataset = dataset(&COUNTS, 3);
        for sampler in Sampler::ALL {
            let set = prepare(&dataset, sampler);
            let in_use = set.class_use(&set.times_used(4, 10), 10);
            let order = set.epoch_order(4, 10);
            for (class_idx, class) in in_use.iter().enumerate() {
                assert_eq!(class.used + class.dropped, COUNTS[class_idx], "{sampler:?} {class_idx}");
                let is_of_class = |&&row: &&u32| set.samples().labels()[row as usize] as usize == class_idx;
                let in_epoch = order.iter().filter(is_of_class).count() as u64;
                assert_eq!(class.used + class.duplicated + class.made, in_epoch, "{sampler:?} {class_idx}");
            }
            let shares: f64 = in_use.iter().map(|class| class.batch_share).sum();
            assert!((shares - 1.0).abs() < 1e-12, "{sampler:?}");
        }
        let set = prepare(&dataset, Sampler::Smote);
        let rare = set.class_use(&set.times_used(0, 1), 1);
        assert_eq!((rare[3].used, rare[3].made, rare[3].batch_share), (9, 111, 0.25));
        assert_eq!((rare[4].used, rare[4].duplicated, rare[4].made), (1, 119, 0));
    }

    #[test]
    fn the_share_of_an_average_batch_is_the_mean_over_the_epochs() {
        let dataset = dataset(&[90, 10], 2);
        let set = prepare(&dataset, Sampler::Progressive);
        let mean = set.class_use(&set.times_used(0, 7), 7)[1].batch_share;
        let expected: f64 = (0..7).map(|epoch| set.shares(epoch, 7)[1]).sum::<f64>() / 7.0;
        assert!((mean - expected).abs() < 1e-12, "{mean} {expected}");
    }
}
