//! The pictures; each gets exactly the data it draws and tells which class the pointer is on.

mod axes;
mod counts;
mod curves;
mod marks;
mod recall;
mod regions;
mod samples;
mod scoreboard;
mod weights;

pub use axes::thousands;
pub use counts::{CountsResponse, counts_chart};
pub use curves::{Curve, curves_chart};
pub use marks::marks_legend_ui;
pub use recall::{RecallBars, recall_chart};
pub use regions::{RegionPicture, RegionTextures, regions_chart};
pub use samples::{SamplesPicture, SamplesResponse, samples_chart};
pub use scoreboard::{Score, scoreboard_ui};
pub use weights::{WeightColumns, weights_chart};

/// Classes from head to tail, as every picture shows them.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    /// Class index at each rank.
    pub order: Vec<usize>,
    /// Name at each rank.
    pub labels: Vec<String>,
    /// Training samples at each rank.
    pub counts: Vec<u64>,
    /// Rank of the class that is marked in every picture.
    pub hovered: Option<usize>,
}

impl Classes {
    /// Number of classes.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no class.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether there are too many classes for bars.
    pub fn is_crowded(&self) -> bool {
        self.len() > 40
    }
}
