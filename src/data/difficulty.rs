//! Difficulty apart from frequency: which classes are wide or close to a neighbour, whatever their counts.

use rand::{RngExt, seq::SliceRandom};
use serde::{Deserialize, Serialize};

use super::{DataError, Stream, rng};
use crate::{distribution::ClassCounts, numbers::written};

/// How much harder some classes are than others, and whether these are the frequent or the rare ones.
///
/// Each class has a rank of difficulty u from 0 (easiest) to 1 (hardest), evenly spaced. Its clusters have the standard
/// deviation σ·r^(u − ½) with the ratio r, and its mean is moved by u/2 of the overlap towards the nearest other mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Difficulty {
    /// Spread of the hardest class, divided by that of the easiest; 1 to 100, 1 where all are alike.
    pub ratio: f64,
    /// Share of the gap between two hardest neighbours that closes; 0 to 0.9.
    pub overlap: f64,
    /// Rank correlation of difficulty with frequency, −1 (rare classes are hard) to 1 (frequent classes are hard).
    pub correlation: f64,
}

impl Default for Difficulty {
    /// All classes alike.
    fn default() -> Self {
        Self { ratio: 1.0, overlap: 0.0, correlation: -1.0 }
    }
}

impl Difficulty {
    /// Whether classes differ at all.
    pub fn is_uneven(&self) -> bool {
        self.ratio > 1.0 || self.overlap > 0.0
    }

    /// Standard deviation of a class with a rank of difficulty from 0 to 1, where `spread` is that of the middle.
    pub fn spread(&self, spread: f64, rank: f64) -> f64 {
        spread * self.ratio.powf(rank - 0.5)
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// When one is outside its range.
    pub fn check(&self) -> Result<(), DataError> {
        let checks = [
            ((1.0..=100.0).contains(&self.ratio), "the ratio of spreads", "from 1 to 100", self.ratio),
            ((0.0..=0.9).contains(&self.overlap), "overlap", "from 0 to 0.9", self.overlap),
            (
                (-1.0..=1.0).contains(&self.correlation),
                "the correlation of difficulty with frequency",
                "from -1 to 1",
                self.correlation,
            ),
        ];
        match checks.into_iter().find(|(is_ok, ..)| !is_ok) {
            Some((_, name, range, got)) => Err(DataError::OutOfRange { name, range, got: written(got) }),
            None => Ok(()),
        }
    }

    /// Difficulty of each class from 0 (easiest) to 1 (hardest), evenly spaced, shape `[n_classes]`.
    ///
    /// The ranks are a permutation whose Spearman correlation with the ranks of frequency (equal counts in class order)
    /// is as near to the one asked for as exchanging ranks brings it; at −1 and 1 it is exact.
    pub fn ranks(&self, counts: &ClassCounts, seed: u64) -> Vec<f64> {
        let n_classes = counts.n_classes();
        // Place of each class in the order of falling frequency: a hard head is the order itself, reversed.
        let order = counts.head_to_tail();
        let hardness = permutation_with_correlation(n_classes, self.correlation, seed);
        let last = (n_classes - 1).max(1) as f64;
        let mut ranks = vec![0.0; n_classes];
        for (rank, &class_idx) in order.iter().enumerate() {
            ranks[class_idx] = hardness[rank] as f64 / last;
        }
        ranks
    }
}

/// Spearman's rank correlation of two lists without ties, shape `[n]` each, n ≥ 2.
///
/// # Source
/// Spearman, "The proof and measurement of association between two things", 1904: ρ = 1 − 6 Σ d² / (n(n² − 1)).
pub fn rank_correlation(a: &[usize], b: &[usize]) -> f64 {
    let squares: f64 = a.iter().zip(b).map(|(&a, &b)| (a as f64 - b as f64).powi(2)).sum();
    correlation_of(squares, a.len())
}

fn correlation_of(squares: f64, n: usize) -> f64 {
    let n = n as f64;
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

/// Hardness 0 to n − 1 of the classes from the most to the least frequent.
fn permutation_with_correlation(n: usize, target: f64, seed: u64) -> Vec<usize> {
    let hard_head: Vec<usize> = (0..n).rev().collect();
    if n < 2 || target >= 1.0 {
        return hard_head;
    }
    if target <= -1.0 {
        return (0..n).collect();
    }
    let mut generator = rng(seed, Stream::Arrangement);
    let mut hardness = hard_head.clone();
    hardness.shuffle(&mut generator);
    let distance = |a: usize, b: usize| (a as f64 - b as f64).powi(2);
    let mut squares: f64 = hardness.iter().zip(&hard_head).map(|(&a, &b)| distance(a, b)).sum();
    // Two ranks change places whenever that brings the correlation nearer to the target.
    let tries = 200 * n;
    for _ in 0..tries {
        let (i, j) = (generator.random_range(0..n), generator.random_range(0..n));
        let before = distance(hardness[i], hard_head[i]) + distance(hardness[j], hard_head[j]);
        let after = distance(hardness[j], hard_head[i]) + distance(hardness[i], hard_head[j]);
        let exchanged = squares - before + after;
        if (correlation_of(exchanged, n) - target).abs() < (correlation_of(squares, n) - target).abs() {
            hardness.swap(i, j);
            squares = exchanged;
        }
    }
    hardness
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(correlation: f64, list: &[u64]) -> Vec<f64> {
        let difficulty = Difficulty { correlation, ..Difficulty::default() };
        difficulty.ranks(&ClassCounts::new(list.to_vec()).unwrap(), 3)
    }

    #[test]
    fn at_one_the_most_frequent_class_is_the_hardest_and_at_minus_one_the_rarest() {
        assert_eq!(ranks(1.0, &[50, 1000, 5]), [0.5, 1.0, 0.0]);
        assert_eq!(ranks(-1.0, &[50, 1000, 5]), [0.5, 0.0, 1.0]);
    }

    #[test]
    fn between_the_ends_the_correlation_is_the_one_asked_for() {
        for n in [10, 40, 100] {
            for target in [-0.9, -0.5, 0.0, 0.3, 0.8] {
                let hardness = permutation_with_correlation(n, target, 7);
                let frequency: Vec<usize> = (0..n).rev().collect();
                let reached = rank_correlation(&hardness, &frequency);
                // A neighbouring permutation differs by 12/(n³ − n) at least: 0.012 for ten classes.
                assert!((reached - target).abs() <= 0.013, "{n} classes: {reached} for {target}");
                let mut sorted = hardness;
                sorted.sort_unstable();
                assert_eq!(sorted, (0..n).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn the_rank_correlation_is_spearmans() {
        // 1 − 6·(1 + 1 + 4 + 4)/(5·24) by hand.
        assert!((rank_correlation(&[0, 1, 2, 3, 4], &[1, 0, 4, 3, 2]) - (1.0 - 6.0 * 10.0 / 120.0)).abs() < 1e-15);
        assert_eq!(rank_correlation(&[0, 1, 2], &[2, 1, 0]), -1.0);
    }

    #[test]
    fn settings_outside_their_range_are_named() {
        let message = |difficulty: Difficulty| difficulty.check().unwrap_err().to_string();
        let even = Difficulty::default();
        assert!(message(Difficulty { ratio: 0.5, ..even }).contains("the ratio of spreads must be from 1 to 100"));
        assert!(message(Difficulty { overlap: 1.0, ..even }).contains("overlap must be from 0 to 0.9"));
        assert!(message(Difficulty { correlation: f64::NAN, ..even }).contains("the correlation of difficulty"));
    }
}
