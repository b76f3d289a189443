//! The order of samples in an epoch: a permutation, or draws by class and then within the class.

use rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

use super::Sampler;
use crate::{
    data::{Stream, rng},
    distribution::ClassCounts,
};

/// A random permutation for an epoch (from 0), shape `[n_samples]`: the same for every objective at one seed.
pub fn epoch_order(seed: u64, epoch: u64, n_samples: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n_samples as u32).collect();
    // One random number in four samples: a faster generator than elsewhere shortens an epoch.
    let mut generator = Xoshiro256PlusPlus::from_rng(&mut rng(seed, Stream::Epoch(epoch)));
    shuffle(&mut order, &mut generator);
    order
}

/// Puts values in random order, every order as likely as any other; at most 2³² values.
///
/// An epoch of few features takes hardly longer than its shuffle, so several places are drawn from one random number.
///
/// # Source
/// Fisher and Yates, "Statistical Tables", 1938 (as in Knuth, volume 2, algorithm P); places by Brackett-Rozinsky and Lemire,
/// "Batched Ranged Random Integer Generation", Software: Practice and Experience 2025, algorithm 3.
fn shuffle(values: &mut [u32], generator: &mut impl Rng) {
    /// So many places fit four times into a random number, and any number of them twice.
    const FOUR_FIT: usize = 1 << 16;
    let mut n_left = values.len();
    while n_left > FOUR_FIT {
        place_last::<2>(&mut values[..n_left], generator);
        n_left -= 2;
    }
    while n_left > 4 {
        place_last::<4>(&mut values[..n_left], generator);
        n_left -= 4;
    }
    while n_left > 1 {
        place_last::<1>(&mut values[..n_left], generator);
        n_left -= 1;
    }
}

/// The last N values go to random places, each to one among itself and all before it.
#[inline]
fn place_last<const N: usize>(values: &mut [u32], generator: &mut impl Rng) {
    let n = values.len();
    let n_outcomes = (n - N + 1..=n).map(|n| n as u64).product::<u64>();
    let mut places = [0; N];
    loop {
        let mut rest = generator.next_u64();
        for (k, place) in places.iter_mut().enumerate() {
            (*place, rest) = scaled(rest, (n - k) as u64);
        }
        // Of all random numbers, some too few are left over for every outcome to have one more.
        if rest >= n_outcomes || rest >= n_outcomes.wrapping_neg() % n_outcomes {
            break;
        }
    }
    for (k, place) in places.into_iter().enumerate() {
        values.swap(n - 1 - k, place);
    }
}

/// A random number over 2⁶⁴ times n: its whole part, and the rest over 2⁶⁴.
#[inline]
fn scaled(random: u64, n: u64) -> (usize, u64) {
    let product = u128::from(random) * u128::from(n);
    ((product >> 64) as usize, product as u64)
}

/// The share p_j of each class in the batches of an epoch (from 0) out of `n_epochs`, shape `[n_classes]`; sums to 1.
///
/// A class without samples has share 0 and is not counted in C. For the samplers that change the training part it is the
/// share afterwards: even over the classes with samples.
///
/// # Source
/// Kang et al., ICLR 2020, section 3; t is the number of epochs finished, T that of the whole run.
pub fn class_shares(sampler: Sampler, counts: &ClassCounts, epoch: u64, n_epochs: u64) -> Vec<f64> {
    let present = counts.as_slice().iter().filter(|&&n| n > 0).count() as f64;
    let instance = |n: u64| n as f64 / counts.total() as f64;
    let even = |n: u64| if n > 0 { 1.0 / present } else { 0.0 };
    let shares = |share: &dyn Fn(u64) -> f64| counts.as_slice().iter().map(|&n| share(n)).collect();
    match sampler {
        Sampler::Instance => shares(&instance),
        Sampler::ClassBalanced | Sampler::OverSampling | Sampler::UnderSampling | Sampler::Smote => shares(&even),
        Sampler::SquareRoot => {
            let sum: f64 = counts.as_slice().iter().map(|&n| (n as f64).sqrt()).sum();
            shares(&|n| (n as f64).sqrt() / sum)
        }
        Sampler::Progressive => {
            let progress = (epoch as f64 / n_epochs.max(1) as f64).min(1.0);
            shares(&|n| (1.0 - progress) * instance(n) + progress * even(n))
        }
    }
}

/// As many draws as there are samples: a class by its share, then one of its rows evenly, with replacement.
pub(super) fn draw_rows(shares: &[f64], rows_of_class: &[Vec<u32>], seed: u64, epoch: u64) -> Vec<u32> {
    let drawn: Vec<(&Vec<u32>, f64)> =
        rows_of_class.iter().zip(shares.iter().copied()).filter(|(rows, _)| !rows.is_empty()).collect();
    let mut sum = 0.0;
    let ends: Vec<f64> = drawn
        .iter()
        .map(|(_, share)| {
            sum += share;
            sum
        })
        .collect();
    let mut generator = rng(seed, Stream::Draws(epoch));
    let n_draws: usize = rows_of_class.iter().map(Vec::len).sum();
    (0..n_draws)
        .map(|_| {
            let position = sum * generator.random::<f64>();
            // Rounding may put the position at the very end.
            let class = ends.partition_point(|&end| end <= position).min(drawn.len() - 1);
            let rows = drawn[class].0;
            rows[generator.random_range(0..rows.len())]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(list: &[u64]) -> ClassCounts {
        ClassCounts::new(list.to_vec()).unwrap()
    }

    #[test]
    fn every_order_is_as_likely_as_any_other() {
        // 120 orders of five values, 400 of each expected: Σ (n − 400)²/400 is above 187 once in 50,000 times by chance.
        let mut generator = rng(1, Stream::Epoch(0));
        let mut times = std::collections::BTreeMap::new();
        for _ in 0..48_000 {
            let mut values = [0, 1, 2, 3, 4];
            shuffle(&mut values, &mut generator);
            *times.entry(values).or_insert(0.0) += 1.0;
        }
        assert_eq!(times.len(), 120);
        let chi_squared: f64 = times.values().map(|n: &f64| (n - 400.0).powi(2) / 400.0).sum();
        assert!(chi_squared < 187.0, "{chi_squared}");
    }

    #[test]
    fn many_values_come_to_places_all_over() {
        // The mean of |new place − old place| is (n² − 1)/3n; its standard deviation is about n/√(22 n) here.
        let n = 70_000;
        let order = epoch_order(1, 0, n);
        let moved: f64 = order.iter().enumerate().map(|(place, &value)| (place as f64 - f64::from(value)).abs()).sum();
        let (mean, expected) = (moved / n as f64, n as f64 / 3.0);
        assert!((mean - expected).abs() < 5.0 * n as f64 / (22.0 * n as f64).sqrt(), "{mean} {expected}");
    }

    #[test]
    fn an_epoch_visits_every_sample_once_in_an_order_that_follows_seed_and_epoch() {
        let mut order = epoch_order(1, 0, 100);
        assert_ne!(order, epoch_order(1, 1, 100));
        assert_ne!(order, epoch_order(2, 0, 100));
        assert_eq!(order, epoch_order(1, 0, 100));
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn shares_are_those_of_the_paper_and_a_class_without_samples_has_none() {
        let counts = counts(&[81, 0, 16, 3]);
        let check = |sampler, epoch, expected: [f64; 4]| {
            let shares = class_shares(sampler, &counts, epoch, 4);
            for (share, expected) in shares.iter().zip(expected) {
                assert!((share - expected).abs() < 1e-12, "{sampler:?} epoch {epoch}: {shares:?}");
            }
        };
        let third = 1.0 / 3.0;
        let root = 13.0 + 3.0_f64.sqrt();
        check(Sampler::Instance, 0, [0.81, 0.0, 0.16, 0.03]);
        check(Sampler::ClassBalanced, 0, [third, 0.0, third, third]);
        check(Sampler::SquareRoot, 0, [9.0 / root, 0.0, 4.0 / root, 3.0_f64.sqrt() / root]);
        check(Sampler::Progressive, 0, [0.81, 0.0, 0.16, 0.03]);
        check(Sampler::Progressive, 1, [0.75 * 0.81 + third / 4.0, 0.0, 0.12 + third / 4.0, 0.0225 + third / 4.0]);
        for epoch in [4, 9] {
            check(Sampler::Progressive, epoch, [third, 0.0, third, third]);
        }
    }

    #[test]
    fn draws_come_as_often_as_the_shares_say_within_five_standard_deviations() {
        let counts = counts(&[7000, 0, 2000, 900, 90, 10]);
        let mut first = 0;
        let rows_of_class: Vec<Vec<u32>> = counts
            .as_slice()
            .iter()
            .map(|&n| {
                let rows = first..first + n as u32;
                first = rows.end;
                rows.collect()
            })
            .collect();
        for sampler in [Sampler::ClassBalanced, Sampler::SquareRoot, Sampler::Progressive] {
            for epoch in [0, 3, 9] {
                let shares = class_shares(sampler, &counts, epoch, 10);
                let rows = draw_rows(&shares, &rows_of_class, 5, epoch);
                assert_eq!(rows.len(), 10_000);
                let mut times = vec![0_u32; 10_000];
                for &row in &rows {
                    times[row as usize] += 1;
                }
                for (class_idx, rows) in rows_of_class.iter().enumerate() {
                    let drawn: u32 = rows.iter().map(|&row| times[row as usize]).sum();
                    let (n, p) = (10_000.0, shares[class_idx]);
                    let deviation = (n * p * (1.0 - p)).sqrt();
                    let gap = (f64::from(drawn) - n * p).abs();
                    assert!(gap <= 5.0 * deviation, "{sampler:?} epoch {epoch} class {class_idx}: {drawn}");
                    // Within the class every sample is as likely.
                    let p = p / rows.len().max(1) as f64;
                    let deviation = (n * p * (1.0 - p)).sqrt();
                    for &row in rows {
                        let gap = (f64::from(times[row as usize]) - n * p).abs();
                        // Counts of rare draws are far from normal: a few draws are always possible.
                        assert!(gap <= 5.0 * deviation + 5.0, "{sampler:?} epoch {epoch} row {row}");
                    }
                }
            }
        }
    }

    #[test]
    fn draws_follow_seed_and_epoch() {
        let rows_of_class = vec![(0..40).collect::<Vec<u32>>(), vec![40]];
        let draw = |seed, epoch| draw_rows(&[0.5, 0.5], &rows_of_class, seed, epoch);
        assert_eq!(draw(1, 0), draw(1, 0));
        assert_ne!(draw(1, 0), draw(1, 1));
        assert_ne!(draw(1, 0), draw(2, 0));
    }
}
