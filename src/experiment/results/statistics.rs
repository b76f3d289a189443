//! Means over seeds and how sure they are.

use std::ops::RangeInclusive;

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::numbers::{fixed, signed};

/// What a share can be.
pub(in crate::experiment) const SHARE: RangeInclusive<f64> = 0.0..=1.0;
/// What a difference of two shares can be.
pub(in crate::experiment) const DIFFERENCE: RangeInclusive<f64> = -1.0..=1.0;

/// A mean over seeds with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Arithmetic mean.
    pub mean: f64,
    /// The distance from the mean to the further end of the 95 % interval; `None` for a single value.
    pub half_width: Option<f64>,
    /// The lower end, which is not below what the figure can be: 0 for a share; `None` for a single value.
    pub low: Option<f64>,
    /// The upper end, which is not above what the figure can be: 1 for a share; `None` for a single value.
    pub high: Option<f64>,
    /// Number of values.
    pub n: usize,
}

/// What is known of values over seeds besides the values.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::experiment) struct Known {
    /// What a value can be.
    pub range: RangeInclusive<f64>,
    /// Half width of the 95 % interval that the number of test samples allows at best; `None` where nothing is counted.
    pub counting: Option<f64>,
    /// See [`Repetitions::shared`].
    pub shared: f64,
}

/// How much of the samples two splits of the same rows have in common, from the samples of each class that are tested and
/// trained: n_test/(n_test + n_train).
pub(in crate::experiment) fn share_of_splits(tested: &[u64], trained: &[u64]) -> f64 {
    let (n_tested, n_trained) = (tested.iter().sum::<u64>(), trained.iter().sum::<u64>());
    n_tested as f64 / (n_tested + n_trained).max(1) as f64
}

impl Estimate {
    /// The estimate from independent values of any size; `None` when there is none.
    ///
    /// # Source
    /// Student, "The probable error of a mean", Biometrika 1908.
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::with(values, &Known { range: f64::NEG_INFINITY..=f64::INFINITY, counting: None, shared: 0.0 })
    }

    /// As [`Estimate::of`], of shares from 0 to 1 that are not counted.
    pub fn of_shares(values: &[f64]) -> Option<Self> {
        Self::with(values, &Known { range: SHARE, counting: None, shared: 0.0 })
    }

    /// As [`Estimate::of_shares`], over splits of the same rows of which this share is tested on: such values are no strangers
    /// to each other.
    pub fn of_shares_over_splits(values: &[f64], tested: f64) -> Option<Self> {
        Self::with(values, &Known { range: SHARE, counting: None, shared: tested })
    }

    /// The estimate from values of which something is known; `None` when there is none.
    ///
    /// The interval is the wider one of Student's t over the seeds and the counting error of the test samples: values that
    /// agree over a few seeds may do so because they can only be multiples of a sample.
    pub(in crate::experiment) fn with(values: &[f64], known: &Known) -> Option<Self> {
        let n = values.len();
        if n == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let by_spread = student_half_width(values, mean, known.shared);
        let half_width = by_spread.map(|half_width| half_width.max(known.counting.unwrap_or(0.0)));
        Some(Self::within(mean, half_width, n, &known.range))
    }

    /// A mean with so much on both sides of it, cut where a figure cannot be.
    pub(in crate::experiment) fn within(
        mean: f64,
        half_width: Option<f64>,
        n: usize,
        range: &RangeInclusive<f64>,
    ) -> Self {
        // The mean of equal shares can be a last digit above 1.
        let low = half_width.map(|half_width| (mean - half_width).max(*range.start()).min(mean));
        let high = half_width.map(|half_width| (mean + half_width).min(*range.end()).max(mean));
        // What is not cut keeps its half width to the last digit.
        let is_cut = half_width.is_some_and(|half| mean - half < *range.start() && mean + half > *range.end());
        let further = |low: f64, high: f64| (mean - low).max(high - mean);
        let half_width = if is_cut { low.zip(high).map(|(low, high)| further(low, high)) } else { half_width };
        Self { mean, half_width, low, high, n }
    }

    /// A mean with an interval that reaches as far to both sides.
    pub fn symmetric(mean: f64, half_width: Option<f64>, n: usize) -> Self {
        Self::within(mean, half_width, n, &(f64::NEG_INFINITY..=f64::INFINITY))
    }

    /// "0.71 ± 0.01", or "0.98 [0.93, 1]" where an end is cut.
    pub fn to_text(&self, decimals: usize) -> String {
        self.in_words(decimals, fixed)
    }

    /// As [`Estimate::to_text`], with signs as of a difference.
    pub(in crate::experiment) fn to_signed_text(self, decimals: usize) -> String {
        self.in_words(decimals, signed)
    }

    fn in_words(&self, decimals: usize, number: fn(f64, usize) -> String) -> String {
        let mean = number(self.mean, decimals);
        match (self.half_width, self.interval()) {
            (Some(_), Some(ends)) if self.is_cut() => {
                // Where it is cut there is nothing to round.
                let [low, high] =
                    ends.map(|end| number(end, if end.abs() == 1.0 || end == 0.0 { 0 } else { decimals }));
                format!("{mean} [{low}, {high}]")
            }
            (Some(half_width), _) => format!("{mean} ± {}", fixed(half_width, decimals)),
            (None, _) => mean,
        }
    }

    /// Both ends of the interval.
    pub fn interval(&self) -> Option<[f64; 2]> {
        Some([self.low?, self.high?])
    }

    /// Whether an end was cut because a figure cannot be beyond.
    pub fn is_cut(&self) -> bool {
        let cut = |half: f64, [low, high]: [f64; 2]| {
            let allowed = 1e-9 * half.abs();
            low - (self.mean - half) > allowed || self.mean + half - high > allowed
        };
        self.half_width.zip(self.interval()).is_some_and(|(half, ends)| cut(half, ends))
    }

    /// The estimate of the negative.
    #[must_use]
    pub fn negated(self) -> Self {
        let minus = |end: Option<f64>| end.map(|end| -end);
        Self { mean: -self.mean, low: minus(self.high), high: minus(self.low), ..self }
    }
}

/// How repetitions hang together: how many there are, and how much of their samples they share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::experiment) struct Repetitions {
    /// Number of repetitions J.
    pub n: usize,
    /// Correlation ρ of two repetitions through the samples that they share: 0 for independent draws, n_test/(n_test +
    /// n_train) for splits of the same rows, 1 where all are measured on the same samples.
    pub shared: f64,
}

impl Repetitions {
    /// Variance of the mean over repetitions, from the variance s² over them: s² (1/J + ρ/(1 − ρ)), which for splits of the
    /// same rows is s² (1/J + n_test/n_train). What all repetitions share does not show in their spread.
    ///
    /// # Source
    /// Nadeau, Bengio, "Inference for the Generalization Error", Machine Learning 2003.
    pub(in crate::experiment) fn variance_of_mean(self, variance: f64) -> f64 {
        // Where every repetition sees the same samples, the spread is that of the starts alone.
        let shared = if self.shared < 1.0 { self.shared / (1.0 - self.shared) } else { 0.0 };
        variance * (1.0 / self.n as f64 + shared)
    }

    /// By how much the test samples of all repetitions together, some of them the same, count at best: as all the rows that
    /// there are, n_test/ρ, where they are more than these. It is the factor on the sum over repetitions, 1 for independent
    /// draws.
    pub(in crate::experiment) fn share_that_counts(self) -> f64 {
        1.0 / (self.n as f64 * self.shared).max(1.0)
    }
}

/// Half width of the 95 % Student-t interval of the mean; `None` for a single value.
fn student_half_width(values: &[f64], mean: f64, shared: f64) -> Option<f64> {
    let n = values.len();
    let degrees = (n > 1).then(|| (n - 1) as f64)?;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / degrees;
    let t = StudentsT::new(0.0, 1.0, degrees).ok()?;
    Some(t.inverse_cdf(0.975) * Repetitions { n, shared }.variance_of_mean(variance).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // t(0.975, 4) = 2.776445; values 1 … 5 have standard deviation 1.581139.
        let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!(estimate.mean, 3.0);
        let half_width = 2.776_445_105 * 1.581_138_83 / 5_f64.sqrt();
        assert!((estimate.half_width.unwrap() - half_width).abs() < 1e-6);
        assert!((estimate.high.unwrap() - 3.0 - half_width).abs() < 1e-6 && !estimate.is_cut());
    }

    #[test]
    fn one_value_has_no_interval_and_none_no_estimate() {
        assert_eq!(Estimate::of(&[0.5]).unwrap().interval(), None);
        assert_eq!(Estimate::of(&[]), None);
    }

    #[test]
    fn an_interval_is_no_narrower_than_counting_allows_and_a_share_stays_a_share() {
        let known = Known { range: SHARE, counting: Some(0.2), shared: 0.0 };
        let equal = Estimate::with(&[0.9, 0.9], &known).unwrap();
        assert_eq!((equal.half_width, equal.high, equal.is_cut()), (Some(0.2), Some(1.0), true));
        assert!((equal.low.unwrap() - 0.7).abs() < 1e-12);
        // t(0.975, 1) = 12.7062; the interval of 0.1 and 0.9 would reach from -4.6 to 5.6.
        let wide = Estimate::with(&[0.1, 0.9], &known).unwrap();
        assert_eq!((wide.interval(), wide.half_width), (Some([0.0, 1.0]), Some(0.5)));
        let negated = Estimate::with(&[0.9, 0.9], &Known { range: DIFFERENCE, ..known }).unwrap().negated();
        assert_eq!(negated.interval().map(|[low, high]| (low, (high * 1e9).round() / 1e9)), Some((-1.0, -0.7)));
    }

    #[test]
    fn splits_of_the_same_rows_are_no_independent_draws() {
        let splits = Repetitions { n: 5, shared: 0.3 };
        assert!((splits.variance_of_mean(1.0) - (1.0 / 5.0 + 3.0 / 7.0)).abs() < 1e-12);
        // Five times 30 of 100 rows are at best 100 rows.
        assert!((splits.share_that_counts() - 1.0 / 1.5).abs() < 1e-12);
        assert_eq!(Repetitions { n: 3, shared: 0.3 }.share_that_counts(), 1.0);
        let same = Repetitions { n: 5, shared: 1.0 };
        assert_eq!((same.variance_of_mean(1.0), same.share_that_counts()), (0.2, 0.2));
        assert_eq!(Repetitions { n: 5, shared: 0.0 }.share_that_counts(), 1.0);
    }
}
