//! Samples painted and erased by hand, on data with two features.

use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{DataError, Samples, Stream, rng};
use crate::numbers::written;

/// Most strokes in an experiment.
pub const MAX_STROKES: usize = 10_000;
/// Most samples of one stroke.
pub const MAX_STROKE_SAMPLES: u64 = 10_000;

/// One touch of the brush or the eraser: a disc.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stroke {
    /// Centre of the disc, in the first feature.
    pub x: f64,
    /// Centre of the disc, in the second feature.
    pub y: f64,
    /// Radius of the disc; above 0, at most 1000.
    pub radius: f64,
    /// The class that is painted; for the eraser the only class that it takes, or all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
    /// Samples to add, at most [`MAX_STROKE_SAMPLES`]; 0 is the eraser.
    #[serde(default)]
    pub samples: u64,
}

impl Stroke {
    /// Whether it takes samples away instead of adding some.
    pub fn is_eraser(&self) -> bool {
        self.samples == 0
    }

    /// Whether it adds samples of a class.
    pub(super) fn adds(&self, class_idx: usize) -> bool {
        !self.is_eraser() && self.class == Some(class_idx)
    }

    /// Whether it takes away a sample of a class at a point.
    pub(super) fn erases(&self, class_idx: usize, point: [f32; 2]) -> bool {
        let takes_class = self.class.is_none_or(|class| class == class_idx);
        let distance = (f64::from(point[0]) - self.x).hypot(f64::from(point[1]) - self.y);
        self.is_eraser() && takes_class && distance <= self.radius
    }

    /// A point of the disc, evenly.
    pub(super) fn draw(&self, generator: &mut ChaCha8Rng) -> [f32; 2] {
        // The root spreads points evenly over the area.
        let distance = self.radius * generator.random::<f64>().sqrt();
        let angle = std::f64::consts::TAU * generator.random::<f64>();
        [(self.x + distance * angle.cos()) as f32, (self.y + distance * angle.sin()) as f32]
    }
}

/// Strokes in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Painting(Vec<Stroke>);

impl Painting {
    /// The strokes, first to last.
    pub fn strokes(&self) -> &[Stroke] {
        &self.0
    }

    /// Adds a stroke; `false` when there are [`MAX_STROKES`] already.
    pub fn push(&mut self, stroke: Stroke) -> bool {
        let has_room = self.0.len() < MAX_STROKES;
        if has_room {
            self.0.push(stroke);
        }
        has_room
    }

    /// Whether nothing has been painted or erased.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Samples that are added, before any is erased.
    pub fn n_samples(&self) -> u64 {
        self.0.iter().map(|stroke| stroke.samples).sum()
    }

    /// Checks every stroke.
    ///
    /// # Errors
    /// When there are more than two features, too many strokes, or one is outside its range or of a class that is not
    /// there.
    pub fn check(&self, n_classes: usize, n_features: usize) -> Result<(), DataError> {
        if self.is_empty() {
            return Ok(());
        }
        if n_features != 2 {
            return Err(DataError::PaintedFeatures(n_features));
        }
        let refuse =
            |name, range, got: String| -> Result<(), DataError> { Err(DataError::OutOfRange { name, range, got }) };
        if self.0.len() > MAX_STROKES {
            return refuse("the number of strokes", "at most 10000", self.0.len().to_string());
        }
        for stroke in &self.0 {
            if !(stroke.radius > 0.0 && stroke.radius <= 1000.0) {
                return refuse("the radius of a stroke", "above 0 and at most 1000", written(stroke.radius));
            }
            if !(stroke.x.abs() <= 1e6 && stroke.y.abs() <= 1e6) {
                let got = format!("{}, {}", stroke.x, stroke.y);
                return refuse("the place of a stroke", "within a million of the origin", got);
            }
            if stroke.samples > MAX_STROKE_SAMPLES {
                return refuse("the number of samples of a stroke", "at most 10000", stroke.samples.to_string());
            }
            match stroke.class {
                Some(class_idx) if class_idx >= n_classes => {
                    return Err(DataError::PaintedClass { class_idx, n_classes });
                }
                None if !stroke.is_eraser() => {
                    return refuse("the class of a stroke", "given where it adds samples", "none".to_owned());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Carries out every stroke on training samples with two features.
    pub(super) fn paint(&self, samples: Samples, seed: u64) -> Samples {
        if self.is_empty() {
            return samples;
        }
        let rows = samples.features().rows().into_iter().map(|row| [row[0], row[1]]);
        let mut painted: Vec<([f32; 2], u32)> = rows.zip(samples.labels().iter().copied()).collect();
        for (idx, stroke) in self.0.iter().enumerate() {
            match stroke.class {
                Some(class_idx) if !stroke.is_eraser() => {
                    let mut generator = rng(seed, Stream::Stroke(idx as u64));
                    painted.extend((0..stroke.samples).map(|_| (stroke.draw(&mut generator), class_idx as u32)));
                }
                _ => painted.retain(|&(point, label)| !stroke.erases(label as usize, point)),
            }
        }
        let labels = painted.iter().map(|&(_, label)| label).collect();
        let features =
            Array2::from_shape_fn((painted.len(), 2), |(sample_idx, feature_idx)| painted[sample_idx].0[feature_idx]);
        Samples::new(features, labels)
    }
}
