//! Flags of generated data, and of what the model sees of any data.

use clap::Args;

use super::{
    input::{number, whole},
    profile_flags::set,
};
use crate::{
    data::{Arrangement, Layout, MapKind},
    experiment::{DataSpec, parse_name},
};

/// How samples are generated.
#[derive(Debug, Args)]
#[command(next_help_heading = "Generated data")]
pub(super) struct GeneratorFlags {
    /// Where the classes lie: ring, grid, random, rings, moons or spirals [default: ring]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Layout>)]
    layout: Option<Layout>,
    /// Which classes are neighbours: interleaved (rare beside frequent), sorted or random [default: interleaved]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<Arrangement>)]
    arrangement: Option<Arrangement>,
    /// Number of features, 2 to 64 [default: 2]
    #[arg(long, value_name = "D", value_parser = whole::<usize>, allow_negative_numbers = true)]
    features: Option<usize>,
    /// Radius of the ring, distance between neighbours on the grid, or size of a shape [default: 3]
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true)]
    separation: Option<f64>,
    /// Standard deviation of a class of middling difficulty in every feature [default: 0.9]
    #[arg(long, value_name = "SIGMA", value_parser = number, allow_negative_numbers = true)]
    spread: Option<f64>,
    /// Spread of the hardest class divided by that of the easiest, 1 to 100 [default: 1]
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true)]
    difficulty_ratio: Option<f64>,
    /// Share of the gap between the hardest neighbours that closes, 0 to 0.9 [default: 0]
    #[arg(long, value_name = "SHARE", value_parser = number, allow_negative_numbers = true)]
    overlap: Option<f64>,
    /// Rank correlation of difficulty with frequency: -1 (rare classes are hard) to 1 (frequent ones are) [default: -1]
    #[arg(long, value_name = "R", value_parser = number, allow_negative_numbers = true)]
    difficulty_correlation: Option<f64>,
    /// Share of training samples whose features come from another class, 0 to 1 [default: 0]
    #[arg(long, value_name = "SHARE", value_parser = number, allow_negative_numbers = true)]
    label_noise: Option<f64>,
    /// Samples of each class in the balanced test set [default: 300]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    test_per_class: Option<usize>,
}

impl GeneratorFlags {
    pub(super) fn is_given(&self) -> bool {
        let choices = self.layout.is_some() || self.arrangement.is_some();
        let numbers = [
            self.separation,
            self.spread,
            self.difficulty_ratio,
            self.overlap,
            self.difficulty_correlation,
            self.label_noise,
        ];
        choices || numbers.iter().any(Option::is_some) || self.features.is_some() || self.test_per_class.is_some()
    }

    pub(super) fn apply(&self, data: &mut DataSpec) {
        set(&mut data.layout, self.layout);
        set(&mut data.arrangement, self.arrangement);
        set(&mut data.features, self.features);
        set(&mut data.separation, self.separation);
        set(&mut data.spread, self.spread);
        set(&mut data.difficulty.ratio, self.difficulty_ratio);
        set(&mut data.difficulty.overlap, self.overlap);
        set(&mut data.difficulty.correlation, self.difficulty_correlation);
        set(&mut data.label_noise, self.label_noise);
        set(&mut data.test_per_class, self.test_per_class);
    }
}

/// What the model sees of the features.
#[derive(Debug, Args)]
#[command(next_help_heading = "Feature map")]
pub(super) struct MapFlags {
    /// linear, quadratic (squares and products too) or fourier (random Fourier features) [default: linear]
    #[arg(long, value_name = "NAME", value_parser = parse_name::<MapKind>)]
    map: Option<MapKind>,
    /// Number of random Fourier features, 1 to 2000 [default: 200]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    fourier_features: Option<usize>,
    /// Bandwidth of the kernel that they stand for, in units of the features [default: 1]
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true)]
    bandwidth: Option<f64>,
}

impl MapFlags {
    pub(super) fn apply(&self, data: &mut DataSpec) {
        set(&mut data.map, self.map);
        set(&mut data.fourier_features, self.fourier_features);
        set(&mut data.bandwidth, self.bandwidth);
    }
}
