//! Settings of generated data.

use super::{Arrangement, DataError, Difficulty, Layout, MAX_TRAINING_CLASSES, Painting, check_size};
use crate::{distribution::ClassCounts, numbers::written};

/// Most classes that rings, moons and spirals have room for.
pub const MAX_SHAPE_CLASSES: usize = 10;

/// Settings of generated data.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratorSpec {
    /// Where the classes lie.
    pub layout: Layout,
    /// Which classes are neighbours.
    pub arrangement: Arrangement,
    /// Number of features d, 2 to 64.
    pub n_features: usize,
    /// Radius of ring and sphere, distance between neighbours of the grid, size of a shape; above 0, at most 1000.
    pub separation: f64,
    /// Standard deviation σ of a class of middling difficulty in every feature; above 0, at most 1000.
    pub spread: f64,
    /// Which classes are harder than others.
    pub difficulty: Difficulty,
    /// Share of training samples whose features come from another class, chosen evenly; 0 to 1.
    pub label_noise: f64,
    /// Samples of each class in the balanced test set, 1 to 100,000.
    pub test_per_class: usize,
    /// What the brush has added and erased.
    pub painting: Painting,
}

impl GeneratorSpec {
    /// Checks the settings, together with the counts that are asked for.
    ///
    /// # Errors
    /// When a setting is outside its range, or the samples are more than the lab takes.
    pub fn check(&self, counts: &ClassCounts) -> Result<(), DataError> {
        let in_range = |ok: bool, name, range, got: String| {
            if ok { Ok(()) } else { Err(DataError::OutOfRange { name, range, got }) }
        };
        let positive = |value: f64| value > 0.0 && value <= 1000.0;
        in_range(
            (2..=64).contains(&self.n_features),
            "the number of features",
            "2 to 64",
            self.n_features.to_string(),
        )?;
        in_range(positive(self.separation), "separation", "above 0 and at most 1000", written(self.separation))?;
        in_range(positive(self.spread), "spread", "above 0 and at most 1000", written(self.spread))?;
        in_range((0.0..=1.0).contains(&self.label_noise), "label noise", "from 0 to 1", self.label_noise.to_string())?;
        in_range(
            (1..=100_000).contains(&self.test_per_class),
            "the number of test samples per class",
            "1 to 100000",
            self.test_per_class.to_string(),
        )?;
        in_range(
            counts.n_classes() <= MAX_TRAINING_CLASSES,
            "the number of classes",
            "at most 1000 for training (counts and weights are shown up to 10000, longtail-lab weights takes millions)",
            counts.n_classes().to_string(),
        )?;
        in_range(
            !self.layout.is_shape() || counts.n_classes() <= MAX_SHAPE_CLASSES,
            "the number of classes on rings, moons or spirals",
            "at most 10 (take the ring, the grid or random places for more)",
            counts.n_classes().to_string(),
        )?;
        self.difficulty.check()?;
        self.painting.check(counts.n_classes(), self.n_features)?;
        check_size(counts.total() + self.painting.n_samples(), self.n_features)?;
        check_size((self.test_per_class * counts.n_classes()) as u64, self.n_features)
    }
}
