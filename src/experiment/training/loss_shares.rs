//! Who owns the training loss: bands of classes over epochs, the cumulative share by sample, and what a run keeps of it.

use std::{ops::Range, sync::Arc};

use rayon::prelude::*;
use serde::Serialize;

use super::Downsampled;
use crate::{
    distribution::{ClassCounts, Group},
    train::{Checkpoint, Ease, LossShares, Measure},
};

/// Points of a cumulative curve: every half per cent of the samples.
pub const CUMULATIVE_POINTS: usize = 201;

/// Shares of bands over epochs.
pub type SharesHistory = Downsampled<Arc<LossShares>>;

/// Most epochs that are kept of the shares of bands.
const HISTORY_CAPACITY: usize = 512;

/// An empty history of shares.
pub fn shares_history() -> SharesHistory {
    Downsampled::new(HISTORY_CAPACITY)
}

/// Classes as they are followed over epochs: each by itself, or where there are many, neighbours in rank together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bands {
    /// Class index at each rank, from head to tail.
    order: Vec<usize>,
    /// Ranks of each band.
    ranks: Vec<Range<usize>>,
}

impl Bands {
    /// Up to this many classes each is a band of its own.
    pub const MOST_CLASSES: usize = 24;
    /// Number of bands where there are more classes: of as many classes each, to within one.
    pub const GROUPS: usize = 20;

    /// The bands of these classes, from head to tail.
    pub fn of(counts: &ClassCounts) -> Self {
        let order = counts.head_to_tail();
        let n_classes = order.len();
        let n_bands = if n_classes > Self::MOST_CLASSES { Self::GROUPS } else { n_classes };
        let start = |band: usize| band * n_classes / n_bands;
        Self { ranks: (0..n_bands).map(|band| start(band)..start(band + 1)).collect(), order }
    }

    /// Ranks of each band, from head to tail.
    pub fn ranks(&self) -> &[Range<usize>] {
        &self.ranks
    }

    /// What each band owns of what each class owns.
    pub fn shares(&self, of_classes: &LossShares) -> LossShares {
        of_classes.grouped(self.ranks.iter().map(|ranks| &self.order[ranks.clone()]))
    }
}

/// Cumulative share of the loss over the share of samples, the easiest sample first.
///
/// Each curve has [`CUMULATIVE_POINTS`] points at even steps from 0 to 1 and runs from 0 to 1, as it is about the loss of
/// its own samples. A sample counts f_y w_y l, as in the training objective. `None` where there is no sample, or the
/// loss is 0 or not finite.
///
/// # Source
/// Lin, Goyal, Girshick, He, Dollár, "Focal Loss for Dense Object Detection", ICCV 2017, figure 4, which has foreground
/// and background in place of the groups of classes.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CumulativeLoss {
    /// Of all training samples.
    pub all: Option<Vec<f64>>,
    /// Of the samples of frequent classes.
    pub many: Option<Vec<f64>>,
    /// Of the samples of classes in between.
    pub medium: Option<Vec<f64>>,
    /// Of the samples of rare classes.
    pub few: Option<Vec<f64>>,
}

impl CumulativeLoss {
    /// Of a model as it stands, on its training samples; `groups` has shape `[n_classes]`.
    pub fn of(checkpoint: &Checkpoint, groups: &[Group]) -> Self {
        let labels = checkpoint.problem().samples.labels();
        let losses = checkpoint.sample_losses();
        let of_group = |group: Group| {
            let samples = losses.iter().zip(labels).filter(|(_, label)| groups[**label as usize] == group);
            curve(samples.map(|(loss, _)| *loss).collect())
        };
        let [many, medium, few] = Group::ALL.map(of_group);
        Self { all: curve(losses), many, medium, few }
    }

    /// The curves that there are, with the names of their samples.
    pub fn curves(&self) -> impl Iterator<Item = (&'static str, &[f64])> {
        let groups = [&self.many, &self.medium, &self.few];
        let groups = groups.into_iter().zip(Group::ALL).map(|(curve, group)| (group.label(), curve));
        let named = std::iter::once(("All", &self.all)).chain(groups);
        named.filter_map(|(name, curve)| Some((name, curve.as_deref()?)))
    }
}

/// The share of the loss that the hardest samples own; `share` is theirs of all samples, from 0 to 1.
pub fn share_of_hardest(curve: &[f64], share: f64) -> f64 {
    let place = ((1.0 - share) * (curve.len() - 1) as f64).round() as usize;
    1.0 - curve.get(place).copied().unwrap_or(1.0)
}

/// The cumulative curve of these losses.
fn curve(mut losses: Vec<f64>) -> Option<Vec<f64>> {
    losses.par_sort_unstable_by(f64::total_cmp);
    let total: f64 = losses.iter().sum();
    if !(total.is_finite() && total > 0.0) {
        return None;
    }
    let (mut points, mut sum, mut n_summed) = (Vec::with_capacity(CUMULATIVE_POINTS), 0.0, 0);
    for step in 0..CUMULATIVE_POINTS {
        let place = step as f64 / (CUMULATIVE_POINTS - 1) as f64 * losses.len() as f64;
        while n_summed < place as usize {
            sum += losses[n_summed];
            n_summed += 1;
        }
        // Between two samples the curve is straight.
        let begun = losses.get(n_summed).map_or(0.0, |loss| loss * (place - n_summed as f64));
        points.push(((sum + begun) / total).min(1.0));
    }
    Some(points)
}

/// What an objective's loss was made of at the end of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct LossShareRecord {
    /// What each class owns, by class index.
    pub shares: LossShares,
    /// The cumulative share by sample.
    pub cumulative: CumulativeLoss,
}

impl LossShareRecord {
    /// Shares of a measure through easy and through hard samples, shape `[n_classes]` each; together they sum to 1.
    pub fn easy_and_hard(&self, measure: Measure) -> Option<[Vec<f64>; 2]> {
        Some([self.shares.shares(measure, Ease::Easy)?, self.shares.shares(measure, Ease::Hard)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{Owner, Part};

    #[test]
    fn few_classes_are_bands_of_their_own_and_many_are_put_together_by_rank() {
        let counts = |n: u64| ClassCounts::new((1..=n).collect()).unwrap();
        assert_eq!(Bands::of(&counts(24)).ranks().len(), 24);
        for n in [25, 100, 1000, 1001] {
            let bands = Bands::of(&counts(n));
            assert_eq!(bands.ranks().len(), Bands::GROUPS);
            assert!(bands.ranks().windows(2).all(|pair| pair[0].end == pair[1].start));
            assert_eq!((bands.ranks()[0].start, bands.ranks()[Bands::GROUPS - 1].end), (0, n as usize));
            let sizes: Vec<usize> = bands.ranks().iter().map(Range::len).collect();
            assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
        }
    }

    #[test]
    fn a_band_owns_what_its_classes_own_from_head_to_tail() {
        let counts = ClassCounts::new((1..=100).collect()).unwrap();
        let owner = |class_idx: usize| Owner {
            easy: Part { n_samples: 1, loss: class_idx as f64, gradient_norm: 0.0 },
            hard: Part::default(),
        };
        let shares = Bands::of(&counts).shares(&LossShares { owners: (0..100).map(owner).collect() });
        // The head is the class with the largest index.
        assert_eq!(shares.owners[0].easy, Part { n_samples: 5, loss: 485.0, gradient_norm: 0.0 });
        assert_eq!(shares.owners[19].easy, Part { n_samples: 5, loss: 10.0, gradient_norm: 0.0 });
    }

    #[test]
    fn the_curve_is_the_cumulative_share_of_the_sorted_losses() {
        let losses: Vec<f64> = (0..1000).map(|i| f64::from(i * 7919 % 1000)).collect();
        let got = curve(losses).unwrap();
        assert_eq!((got.len(), got[0], got[CUMULATIVE_POINTS - 1]), (CUMULATIVE_POINTS, 0.0, 1.0));
        for (step, share) in got.iter().enumerate() {
            // The easiest 5 · step samples have losses 0, 1, 2, …
            let n = 5.0 * step as f64;
            let expected = n * (n - 1.0) / (1000.0 * 999.0);
            assert!((share - expected).abs() < 1e-12, "{step}: {share} {expected}");
        }
        assert!((share_of_hardest(&got, 0.1) - (1.0 - 900.0 * 899.0 / 999_000.0)).abs() < 1e-12);
    }

    #[test]
    fn few_samples_give_a_broken_line_and_none_no_curve() {
        let got = curve(vec![3.0, 1.0]).unwrap();
        assert_eq!((got[50], got[100], got[150], got[200]), (0.125, 0.25, 0.625, 1.0));
        assert_eq!(curve(Vec::new()), None);
        assert_eq!(curve(vec![0.0, 0.0]), None);
        assert_eq!(curve(vec![1.0, f64::INFINITY]), None);
        assert_eq!(curve(vec![1.0, f64::NAN]), None);
    }

    #[test]
    fn the_history_of_shares_stays_bounded() {
        let mut history = shares_history();
        for epoch in 0..10_000 {
            history.push(epoch, Arc::new(LossShares::default()));
        }
        assert!(history.len() < HISTORY_CAPACITY);
        let epochs: Vec<u64> = history.points().map(|(epoch, _)| epoch).collect();
        assert_eq!((epochs[0], epochs[epochs.len() - 1]), (0, 9999));
        assert!(epochs.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
