//! The counting error of test samples: how sure figures over seeds can be at best, whatever their spread.
//!
//! A recall is k of n samples; its 95 % interval is Wilson's, over the samples of all seeds. Distances from the recalls to
//! the ends of their intervals are carried over to means and differences as errors are: by the root of the sum of squares.
//! The objectives of a pair see the same samples. On how many of them they differ is not kept, but they differ on no fewer
//! than their numbers of recognised samples say, seed by seed and class by class, and that is what is counted with: the
//! interval is never narrower than the figures allow, and does not hide what the pairs show.
//!
//! # Source
//! Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927. Newcombe, "Improved confidence
//! intervals for the difference between binomial proportions based on paired data", Statistics in Medicine 1998, method 10.
//! Zou, Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 2008.

use super::statistics::Repetitions;
use crate::bounds::Bounded;

/// The standard normal quantile of 97.5 %.
const Z: f64 = 1.959_963_984_540_054;

/// What a run recognised of its test samples.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::experiment) struct Tally {
    /// Samples of each class that were tested, and those of them that were recognised, shape `[n_classes]`; empty where
    /// it is not known.
    pub classes: Vec<Counted>,
    /// Samples with the training set's class shares, where these are others.
    pub natural: Option<Counted>,
}

/// Recognised samples out of all samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(in crate::experiment) struct Counted {
    /// Recognised samples.
    pub hits: f64,
    /// All of them.
    pub n: f64,
}

/// A figure that is made of recalls.
#[derive(Debug, Clone, Copy)]
pub(in crate::experiment) enum Made<'a> {
    /// The recall of a class.
    Recall(usize),
    /// The mean recall over the classes that have test samples. The counting error of macro F1 is taken for that of macro
    /// recall, since of F1 = 2 k/(n + predicted) only k is counted here.
    Mean,
    /// The mean recall over the classes that are marked and have test samples.
    MeanOf(&'a [bool]),
    /// The share of all samples.
    Accuracy,
    /// The share of the samples with the training set's class shares.
    Natural,
    /// The lowest recall.
    Worst,
    /// The geometric mean of recall.
    Geometric,
}

impl Tally {
    /// The tally of recalls, shape `[n_classes]`, on `tested` samples; nothing is known where the lengths differ.
    pub(in crate::experiment) fn new(recalls: &[Option<f64>], tested: &[u64], natural: Option<(f64, u64)>) -> Self {
        let counted = |recall: f64, n: u64| Counted { hits: (recall * n as f64).round(), n: n as f64 };
        let classes = recalls.iter().zip(tested).map(|(recall, &n)| counted(recall.unwrap_or(0.0), n));
        let is_known = recalls.len() == tested.len();
        Self {
            classes: classes.take(if is_known { recalls.len() } else { 0 }).collect(),
            natural: natural.map(|(accuracy, n)| counted(accuracy, n)),
        }
    }

    /// The tally of recognised samples of each class, shape `[n_classes]`; nothing is known where the lengths differ.
    pub(in crate::experiment) fn of_hits(hits: &[u64], tested: &[u64]) -> Self {
        let counted = |(&hits, &n): (&u64, &u64)| Counted { hits: hits as f64, n: n as f64 };
        let is_known = hits.len() == tested.len();
        let classes = hits.iter().zip(tested).map(counted).take(if is_known { hits.len() } else { 0 });
        Self { classes: classes.collect(), natural: None }
    }

    /// The classes that a mean is over.
    fn mean_of(&self, made: Made<'_>) -> Vec<usize> {
        let is_tested = |&class_idx: &usize| self.classes[class_idx].n > 0.0;
        let all = 0..self.classes.len();
        match made {
            Made::Recall(one) => all.skip(one).take(1).filter(is_tested).collect(),
            Made::MeanOf(marked) => all.filter(is_tested).filter(|&c| marked.get(c) == Some(&true)).collect(),
            _ => all.filter(is_tested).collect(),
        }
    }

    /// By how much a mean moves where the recall of one of its classes moves to an end of its interval, with the class.
    fn parts(&self, made: Made<'_>) -> Vec<(usize, Reach)> {
        let classes = self.mean_of(made);
        let n = classes.len().max(1) as f64;
        if !matches!(made, Made::Geometric) {
            return classes.into_iter().map(|c| (c, Reach::of(self.classes[c]).times(1.0 / n))).collect();
        }
        // About the centres of Wilson's intervals, which are never 0.
        let centre = |c: usize| self.classes[c].wilson().into_iter().sum::<f64>() / 2.0;
        let mean = (classes.iter().map(|&c| centre(c).ln()).sum::<f64>() / n).exp();
        let part = |c: usize| {
            let [low, high] = self.classes[c].wilson().map(|end| (end / centre(c)).powf(1.0 / n));
            (c, Reach { below: mean * (1.0 - low), above: mean * (high - 1.0) })
        };
        classes.into_iter().map(part).collect()
    }

    fn worst(&self) -> Option<usize> {
        let recall = |class_idx: &usize| self.classes[*class_idx].share();
        self.mean_of(Made::Mean).into_iter().min_by(|a, b| recall(a).total_cmp(&recall(b)))
    }
}

impl Counted {
    fn plus(self, other: Self) -> Self {
        Self { hits: self.hits + other.hits, n: self.n + other.n }
    }

    fn times(self, factor: f64) -> Self {
        Self { hits: self.hits * factor, n: self.n * factor }
    }

    fn share(self) -> f64 {
        if self.n > 0.0 { self.hits / self.n } else { 0.0 }
    }

    /// Wilson's 95 % interval.
    fn wilson(self) -> [f64; 2] {
        let (n, p) = (self.n.max(f64::MIN_POSITIVE), self.share());
        let centre = (self.hits + Z * Z / 2.0) / (n + Z * Z);
        let half = Z * (self.hits * (1.0 - p) + Z * Z / 4.0).max(0.0).sqrt() / (n + Z * Z);
        [(centre - half).max(0.0), (centre + half).min(1.0)]
    }
}

/// How far the ends of an interval lie below and above a figure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Reach {
    below: f64,
    above: f64,
}

impl Reach {
    fn of(counted: Counted) -> Self {
        let ([low, high], share) = (counted.wilson(), counted.share());
        Self { below: (share - low).max(0.0), above: (high - share).max(0.0) }
    }

    fn times(self, slope: f64) -> Self {
        Self { below: self.below * slope, above: self.above * slope }
    }

    /// Of a difference of two, which go together with this correlation.
    fn minus(self, other: Self, correlation: f64) -> Self {
        let root = |a: f64, b: f64| (a * a - 2.0 * correlation * a * b + b * b).max(0.0).sqrt();
        Self { below: root(self.below, other.above), above: root(self.above, other.below) }
    }

    /// Of a sum of parts that have nothing to do with each other.
    fn sum(parts: impl Iterator<Item = Self>) -> Self {
        let square = parts.fold(Self::default(), |sum, part| Self {
            below: sum.below + part.below * part.below,
            above: sum.above + part.above * part.above,
        });
        Self { below: square.below.sqrt(), above: square.above.sqrt() }
    }

    fn further(self) -> f64 {
        self.below.max(self.above)
    }
}

/// Two objectives on the same samples: recognised by both, by the first alone, by the second alone, by neither.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Pairs {
    both: f64,
    first: f64,
    second: f64,
    neither: f64,
}

impl Pairs {
    /// The pairs that agree on as many samples as they can.
    fn of(first: Counted, second: Counted) -> Self {
        Self {
            both: first.hits.min(second.hits),
            first: (first.hits - second.hits).max(0.0),
            second: (second.hits - first.hits).max(0.0),
            neither: (first.n - first.hits.max(second.hits)).max(0.0),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            both: self.both + other.both,
            first: self.first + other.first,
            second: self.second + other.second,
            neither: self.neither + other.neither,
        }
    }

    fn times(self, factor: f64) -> Self {
        Self {
            both: self.both * factor,
            first: self.first * factor,
            second: self.second * factor,
            neither: self.neither * factor,
        }
    }

    /// Correlation φ of the two, corrected for continuity as Newcombe has it; 0 where one of them is certain.
    fn correlation(self) -> f64 {
        let Self { both, first, second, neither } = self;
        let margins = (both + first) * (second + neither) * (both + second) * (first + neither);
        let excess = both * neither - first * second;
        let n = both + first + second + neither;
        let corrected = if excess > 0.0 { (excess - n / 2.0).max(0.0) } else { excess };
        if margins > 0.0 { (corrected / margins.sqrt()).within(-1.0, 1.0) } else { 0.0 }
    }
}

/// What runs on several seeds recognised, and how sure figures of them can be at best.
#[derive(Debug, Clone)]
pub(in crate::experiment) struct Counting {
    /// The samples of all runs together, as far as they count.
    pooled: Tally,
    /// The worst class of each run, together.
    worst: Counted,
}

impl Counting {
    /// The runs of an objective; see [`Repetitions::shared`]. `None` where there are none, or it is not known how many samples
    /// were tested.
    pub(in crate::experiment) fn of(runs: &[Tally], shared: f64) -> Option<Self> {
        let n_classes = runs.first().map(|run| run.classes.len()).filter(|&n| n > 0)?;
        if runs.iter().any(|run| run.classes.len() != n_classes) {
            return None;
        }
        let factor = Repetitions { n: runs.len(), shared }.share_that_counts();
        let sum =
            |counted: &mut dyn Iterator<Item = Counted>| counted.fold(Counted::default(), Counted::plus).times(factor);
        let natural: Option<Vec<Counted>> = runs.iter().map(|run| run.natural).collect();
        let pooled = Tally {
            classes: (0..n_classes).map(|c| sum(&mut runs.iter().map(|run| run.classes[c]))).collect(),
            natural: natural.map(|all| sum(&mut all.into_iter())),
        };
        let worst = sum(&mut runs.iter().filter_map(|run| Some(run.classes[run.worst()?])));
        Some(Self { pooled, worst })
    }

    /// Half width of the 95 % interval that counting allows at best for the mean of a figure over the runs; `None` where no
    /// sample was tested.
    pub(in crate::experiment) fn half_width(&self, made: Made<'_>) -> Option<f64> {
        match made {
            Made::Recall(_) | Made::Mean | Made::MeanOf(_) | Made::Geometric => {
                let parts = self.pooled.parts(made);
                (!parts.is_empty()).then(|| Reach::sum(parts.into_iter().map(|(_, part)| part)))
            }
            other => self.whole(other).map(Reach::of),
        }
        .map(Reach::further)
    }

    /// The samples that a figure counts, where it counts them as one lot.
    fn whole(&self, made: Made<'_>) -> Option<Counted> {
        let whole = match made {
            Made::Natural => self.pooled.natural?,
            Made::Worst => self.worst,
            _ => self.pooled.classes.iter().copied().fold(Counted::default(), Counted::plus),
        };
        (whole.n > 0.0).then_some(whole)
    }
}

/// What the runs of two objectives on the same samples recognised, and how sure their differences can be at best.
#[derive(Debug, Clone)]
pub(in crate::experiment) struct PairedCounting {
    first: Counting,
    second: Counting,
    /// Shape `[n_classes]`.
    classes: Vec<Pairs>,
    natural: Pairs,
    /// Of the runs whose worst class is the same.
    worst: Pairs,
    share_of_same_worst: f64,
}

impl PairedCounting {
    /// Pairs of runs on the same samples; as [`Counting::of`].
    pub(in crate::experiment) fn of(pairs: &[(Tally, Tally)], shared: f64) -> Option<Self> {
        let (first, second): (Vec<Tally>, Vec<Tally>) = pairs.iter().cloned().unzip();
        let (first, second) = (Counting::of(&first, shared)?, Counting::of(&second, shared)?);
        let n_classes = first.pooled.classes.len();
        if second.pooled.classes.len() != n_classes {
            return None;
        }
        let factor = Repetitions { n: pairs.len(), shared }.share_that_counts();
        let sum = |found: &mut dyn Iterator<Item = Pairs>| found.fold(Pairs::default(), Pairs::plus).times(factor);
        let of_class =
            |c: usize| sum(&mut pairs.iter().map(|(one, other)| Pairs::of(one.classes[c], other.classes[c])));
        let natural = |(one, other): &(Tally, Tally)| Some(Pairs::of(one.natural?, other.natural?));
        // Where the worst classes are two, so are their samples.
        let worst = |(one, other): &(Tally, Tally)| {
            let same = one.worst().filter(|worst| other.worst() == Some(*worst))?;
            Some(Pairs::of(one.classes[same], other.classes[same]))
        };
        Some(Self {
            classes: (0..n_classes).map(of_class).collect(),
            natural: sum(&mut pairs.iter().filter_map(natural)),
            worst: sum(&mut pairs.iter().filter_map(worst)),
            share_of_same_worst: pairs.iter().filter_map(worst).count() as f64 / pairs.len().max(1) as f64,
            first,
            second,
        })
    }

    /// As [`Counting::half_width`], for the first less the second.
    pub(in crate::experiment) fn half_width(&self, made: Made<'_>) -> Option<f64> {
        match made {
            Made::Recall(_) | Made::Mean | Made::MeanOf(_) | Made::Geometric => {
                let parts = self.first.pooled.parts(made).into_iter().zip(self.second.pooled.parts(made));
                let part = |((c, one), (_, other)): ((usize, Reach), (usize, Reach))| {
                    one.minus(other, self.classes[c].correlation())
                };
                let parts: Vec<Reach> = parts.map(part).collect();
                (!parts.is_empty()).then(|| Reach::sum(parts.into_iter()))
            }
            other => {
                let correlation = match other {
                    Made::Natural => self.natural.correlation(),
                    Made::Worst => self.worst.correlation() * self.share_of_same_worst,
                    _ => self.classes.iter().copied().fold(Pairs::default(), Pairs::plus).correlation(),
                };
                let (first, second) = (self.first.whole(other)?, self.second.whole(other)?);
                Some(Reach::of(first).minus(Reach::of(second), correlation))
            }
        }
        .map(Reach::further)
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::experiment::results::{DIFFERENCE, Difference, Known};

    fn tally(counted: &[(u64, u64)]) -> Tally {
        let recall = |&(hits, n): &(u64, u64)| (n > 0).then(|| hits as f64 / n as f64);
        let recalls: Vec<Option<f64>> = counted.iter().map(recall).collect();
        Tally::new(&recalls, &counted.iter().map(|&(_, n)| n).collect::<Vec<_>>(), None)
    }

    fn of_mean(runs: &[Tally], made: Made<'_>, shared: f64) -> Option<f64> {
        Counting::of(runs, shared)?.half_width(made)
    }

    fn of_difference(pairs: &[(Tally, Tally)], made: Made<'_>) -> Option<f64> {
        PairedCounting::of(pairs, 0.0)?.half_width(made)
    }

    #[test]
    fn a_recall_has_wilsons_interval_over_the_samples_of_all_seeds() {
        // 81 of 263 (Newcombe 1998, table I): 0.2553 to 0.3662.
        let [low, high] = Counted { hits: 81.0, n: 263.0 }.wilson();
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        let seeds = [tally(&[(40, 131)]), tally(&[(41, 132)])];
        let half_width = of_mean(&seeds, Made::Recall(0), 0.0).unwrap();
        assert!((half_width - (high - 81.0 / 263.0)).abs() < 1e-12);
        // All of 10, twice: 20/(20 + z²).
        let sure = [tally(&[(10, 10)]), tally(&[(10, 10)])];
        assert!((of_mean(&sure, Made::Recall(0), 0.0).unwrap() - Z * Z / (20.0 + Z * Z)).abs() < 1e-12);
        // Measured on the same samples they are 10.
        assert!((of_mean(&sure, Made::Recall(0), 1.0).unwrap() - Z * Z / (10.0 + Z * Z)).abs() < 1e-12);
    }

    #[test]
    fn errors_of_classes_add_up_as_roots_of_squares() {
        let seeds = [tally(&[(10, 20), (10, 20), (0, 0), (10, 20)])];
        let one = of_mean(&seeds, Made::Recall(0), 0.0).unwrap();
        let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12, "{a:?} {b}");
        close(of_mean(&seeds, Made::Mean, 0.0), one / 3_f64.sqrt());
        close(of_mean(&seeds, Made::MeanOf(&[true, true, false, false]), 0.0), one / 2_f64.sqrt());
        close(of_mean(&seeds, Made::Accuracy, 0.0), Reach::of(Counted { hits: 30.0, n: 60.0 }).further());
        assert_eq!(of_mean(&seeds, Made::MeanOf(&[false, false, true, false]), 0.0), None);
        assert_eq!(of_mean(&[Tally::default()], Made::Mean, 0.0), None);
        assert_eq!(of_mean(&seeds, Made::Natural, 0.0), None);
    }

    #[test]
    fn a_geometric_mean_of_equal_recalls_is_as_sure_as_their_mean_and_of_zeros_it_is_not_certain() {
        let seeds = [tally(&[(600, 1000), (600, 1000)])];
        let [mean, geometric] = [Made::Mean, Made::Geometric].map(|made| of_mean(&seeds, made, 0.0).unwrap());
        assert!((geometric / mean - 1.0).abs() < 0.03, "{mean} {geometric}");
        assert!(of_mean(&[tally(&[(0, 9), (0, 9), (9, 9)])], Made::Geometric, 0.0).unwrap() > 0.05);
    }

    #[test]
    fn a_difference_is_newcombes_of_the_pairs_that_differ_least() {
        // A negative correlation is not corrected.
        let pairs = Pairs { both: 36.0, first: 12.0, second: 2.0, neither: 0.0 };
        assert!((pairs.correlation() - -24.0 / (48.0_f64 * 2.0 * 38.0 * 12.0).sqrt()).abs() < 1e-12);
        let least = Pairs::of(Counted { hits: 7.0, n: 10.0 }, Counted { hits: 4.0, n: 10.0 });
        assert_eq!(least, Pairs { both: 4.0, first: 3.0, second: 0.0, neither: 3.0 });
        // 1 of 30 twice is nothing that could be told, 12 of 30 twice is.
        let twice = |hits: u64, other: u64| vec![(tally(&[(hits, 30)]), tally(&[(other, 30)])); 2];
        assert!(of_difference(&twice(20, 19), Made::Recall(0)).unwrap() > 1.0 / 30.0);
        assert!(of_difference(&twice(24, 12), Made::Recall(0)).unwrap() < 12.0 / 30.0);
        // Where both agree as far as one can see, they need not agree on the next sample.
        assert!(of_difference(&twice(20, 20), Made::Recall(0)).unwrap() > 0.01);
    }

    #[test]
    fn worst_classes_that_are_two_are_told_apart_less_surely() {
        let same = [(tally(&[(10, 50), (40, 50)]), tally(&[(14, 50), (40, 50)]))];
        let other = [(tally(&[(10, 50), (40, 50)]), tally(&[(40, 50), (14, 50)]))];
        let of = |pairs: &[(Tally, Tally)]| of_difference(pairs, Made::Worst).unwrap();
        assert!(of(&same) < 0.75 * of(&other), "{} {}", of(&same), of(&other));
    }

    /// How often a difference counts as sure where there is none: `n_tested` samples of each of some classes, of which either
    /// objective alone recognises `differing`.
    fn share_of_false_sure(n_seeds: usize, n_classes: usize, n_tested: u64, recall: f64, differing: f64) -> f64 {
        const ROUNDS: usize = 4000;
        let mut generator = ChaCha8Rng::seed_from_u64(n_seeds as u64 * 1000 + n_tested);
        let mut n_sure = 0;
        for _ in 0..ROUNDS {
            let mut pairs = Vec::new();
            let mut differences = Vec::new();
            for _ in 0..n_seeds {
                let (mut one, mut other) = (vec![0_u64; n_classes], vec![0_u64; n_classes]);
                for class_idx in 0..n_classes {
                    for _ in 0..n_tested {
                        let place: f64 = generator.random();
                        let [both, first] = [recall - differing, recall];
                        one[class_idx] += u64::from(place < first);
                        other[class_idx] += u64::from(place < both || (first..first + differing).contains(&place));
                    }
                }
                let mean = |hits: &[u64]| hits.iter().sum::<u64>() as f64 / (n_classes as u64 * n_tested) as f64;
                differences.push(mean(&one) - mean(&other));
                let with = |hits: &[u64]| tally(&hits.iter().map(|&hits| (hits, n_tested)).collect::<Vec<_>>());
                pairs.push((with(&one), with(&other)));
            }
            let known = Known { range: DIFFERENCE, counting: of_difference(&pairs, Made::Mean), shared: 0.0 };
            n_sure += usize::from(Difference::with(&differences, &known).unwrap().within_noise == Some(false));
        }
        n_sure as f64 / ROUNDS as f64
    }

    #[test]
    fn where_there_is_no_difference_few_are_called_sure() {
        for n_seeds in [2, 3, 5] {
            for (n_classes, n_tested, recall, differing) in
                [(1, 10, 0.7, 0.1), (1, 30, 0.7, 0.1), (1, 100, 0.9, 0.02), (1, 100, 0.6, 0.3), (3, 10, 0.8, 0.1)]
            {
                let share = share_of_false_sure(n_seeds, n_classes, n_tested, recall, differing);
                // 5 % with three standard errors of 4000 rounds.
                assert!(share <= 0.06, "{share} over {n_seeds} seeds, {n_classes} classes of {n_tested}");
            }
        }
    }
}
