//! Where classes lie, and which of them are neighbours.

use std::f64::consts::{PI, TAU};

use rand::{RngExt, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{Stream, rng};
use crate::distribution::ClassCounts;

/// Where the classes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Clusters on a circle in the first two features.
    Ring,
    /// Clusters on a square grid in the first two features.
    Grid,
    /// Clusters on a sphere in all features, at random places.
    Random,
    /// Rings around each other in the first two features.
    Rings,
    /// Half circles that reach into each other, in the first two features.
    Moons,
    /// Arms of a spiral in the first two features.
    Spirals,
}

impl Layout {
    /// Every layout, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The layout's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ring => "Ring",
            Self::Grid => "Grid",
            Self::Random => "Random",
            Self::Rings => "Nested rings",
            Self::Moons => "Moons",
            Self::Spirals => "Spirals",
        }
    }

    /// What it is, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Ring => "Gaussian clusters on a circle",
            Self::Grid => "Gaussian clusters on a square grid",
            Self::Random => "Gaussian clusters at random places on a sphere, for many features",
            Self::Rings => "Rings around each other, up to 10 classes: no straight line parts them, a feature map can",
            Self::Moons => "Half circles that reach into each other, up to 10 classes",
            Self::Spirals => "Arms of a spiral, up to 10 classes: wants random Fourier features",
        }
    }

    /// Whether a class is a curve rather than a cluster.
    pub fn is_shape(self) -> bool {
        matches!(self, Self::Rings | Self::Moons | Self::Spirals)
    }
}

/// Which classes are neighbours in feature space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Arrangement {
    /// Rare classes have frequent neighbours.
    Interleaved,
    /// From the most to the least frequent.
    Sorted,
    /// By chance.
    Random,
}

impl Arrangement {
    /// Every arrangement, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The arrangement's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Interleaved => "Interleaved",
            Self::Sorted => "Sorted",
            Self::Random => "Random",
        }
    }

    /// What it is, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Interleaved => "Rare classes have frequent neighbours",
            Self::Sorted => {
                "Each class stands beside those of nearly the same frequency: the head on one side, the tail on the other"
            }
            Self::Random => "Classes stand where chance puts them; another data seed puts them elsewhere",
        }
    }

    /// The place of each class, 0 to C − 1, shape `[n_classes]`.
    ///
    /// Interleaved, class i stands at place (s·i) mod C, with the first s ≥ 0.3·C that has no divisor in common with C
    /// (C = 10 gives s = 3); this goes by class order, so that a count can change without moving any class.
    pub fn places(self, counts: &ClassCounts, seed: u64) -> Vec<usize> {
        let n_classes = counts.n_classes();
        match self {
            Self::Interleaved => {
                let stride = interleaving_stride(n_classes);
                (0..n_classes).map(|class_idx| (stride * class_idx) % n_classes).collect()
            }
            Self::Sorted => {
                let mut places = vec![0; n_classes];
                for (rank, class_idx) in counts.head_to_tail().into_iter().enumerate() {
                    places[class_idx] = rank;
                }
                places
            }
            Self::Random => {
                let mut places: Vec<usize> = (0..n_classes).collect();
                places.shuffle(&mut rng(seed, Stream::Arrangement));
                places
            }
        }
    }
}

/// A point of a shape without noise: the class at a place of `n_classes`, as large as `size`.
pub(super) fn point_of_shape(
    layout: Layout,
    place: usize,
    n_classes: usize,
    size: f64,
    generator: &mut ChaCha8Rng,
) -> [f64; 2] {
    let share = generator.random::<f64>();
    match layout {
        Layout::Moons => {
            // Upper and lower arcs take turns; each begins in the middle of the one before.
            let angle = PI * share;
            let side = if place.is_multiple_of(2) { 1.0 } else { -1.0 };
            let centre = place as f64 - (n_classes - 1) as f64 / 2.0;
            [size * (centre + side * angle.cos()), size * side * (angle.sin() - 0.25)]
        }
        Layout::Spirals => {
            // The root spreads samples evenly along the arm, whose turns grow with the radius.
            let along = share.sqrt();
            let angle = TAU * (place as f64 / n_classes as f64 + along);
            [size * along * angle.cos(), size * along * angle.sin()]
        }
        _ => {
            let radius = size * (place + 1) as f64 / n_classes as f64;
            [radius * (TAU * share).cos(), radius * (TAU * share).sin()]
        }
    }
}

/// The first step from 0.3·C up that visits every place of C once.
fn interleaving_stride(n_classes: usize) -> usize {
    let first = (n_classes * 3 / 10).max(1);
    (first..=n_classes).find(|&stride| greatest_common_divisor(stride, n_classes) == 1).unwrap_or(1)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(list: &[u64]) -> ClassCounts {
        ClassCounts::new(list.to_vec()).unwrap()
    }

    #[test]
    fn every_arrangement_gives_every_class_a_place_of_its_own() {
        for arrangement in Arrangement::ALL {
            for n_classes in [2, 3, 9, 10, 100] {
                let mut places = arrangement.places(&counts(&vec![7; n_classes]), 5);
                places.sort_unstable();
                assert_eq!(places, (0..n_classes).collect::<Vec<_>>(), "{arrangement:?}");
            }
        }
    }

    #[test]
    fn sorted_goes_by_frequency_and_interleaved_by_class() {
        assert_eq!(Arrangement::Sorted.places(&counts(&[5, 900, 70]), 1), [2, 0, 1]);
        assert_eq!(Arrangement::Interleaved.places(&counts(&[9; 10]), 1), [0, 3, 6, 9, 2, 5, 8, 1, 4, 7]);
        let random = |seed| Arrangement::Random.places(&counts(&[9; 10]), seed);
        assert_eq!(random(1), random(1));
        assert_ne!(random(1), random(2));
    }

    #[test]
    fn the_rings_have_the_radii_asked_for_and_the_spirals_end_on_the_rim() {
        let mut generator = rng(1, Stream::Train);
        for place in 0..4 {
            let [x, y] = point_of_shape(Layout::Rings, place, 4, 3.0, &mut generator);
            assert!((x.hypot(y) - 0.75 * (place + 1) as f64).abs() < 1e-12);
            let [x, y] = point_of_shape(Layout::Spirals, place, 4, 3.0, &mut generator);
            assert!(x.hypot(y) <= 3.0);
        }
    }

    #[test]
    fn two_moons_reach_into_each_other() {
        let mut generator = rng(1, Stream::Train);
        let mut lowest_of_upper = f64::INFINITY;
        let mut highest_of_lower = f64::NEG_INFINITY;
        for _ in 0..500 {
            lowest_of_upper = lowest_of_upper.min(point_of_shape(Layout::Moons, 0, 2, 1.0, &mut generator)[1]);
            highest_of_lower = highest_of_lower.max(point_of_shape(Layout::Moons, 1, 2, 1.0, &mut generator)[1]);
        }
        assert!(lowest_of_upper < -0.2 && highest_of_lower > 0.2, "{lowest_of_upper} {highest_of_lower}");
    }
}
