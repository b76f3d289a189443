//! The pictures; each gets exactly the data it draws and tells which class the pointer is on.

use std::{ops::Range, sync::Arc};

use crate::state::{MOST_BARS, class_label};

mod areas;
mod axes;
mod batch;
mod confusion;
mod counts;
mod covering;
mod cumulative;
mod curves;
mod intervals;
mod label_scores;
mod losses;
mod marks;
mod overview;
mod pile;
mod prediction;
mod recall;
mod regions;
mod samples;
mod schemes;
mod scoreboard;
mod seed_curves;
mod squares;
pub mod sweep;
mod terms;
mod unit_square;
mod weights;

pub use areas::{AreaPoint, Areas, Band, areas_chart};
pub use batch::batch_legend_ui;
pub use confusion::{ConfusionCell, ConfusionPicture, ConfusionResponse, ConfusionTextures, confusion_chart};
pub use counts::{CountsLook, CountsResponse, counts_chart};
pub use covering::{CoverCurve, CoverLook, covering_chart, covering_grid};
pub use cumulative::{CumulativeCurve, cumulative_chart};
pub use curves::{Curve, CurvesLook, curves_chart};
pub use intervals::{IntervalBars, interval_text, intervals_chart};
pub use label_scores::{ScoreBars, label_scores_chart};
pub use losses::{LossAxis, LossResponse, loss_chart, shares_bar};
pub use marks::marks_legend_ui;
pub use overview::{overview_chart, range_text};
pub use pile::pile_chart;
pub use prediction::{PREDICTION, PredictionLook, PredictionResponse, prediction_chart};
pub use recall::{RecallBars, RecallLook, RecallScale, recall_chart};
pub use regions::{RegionPicture, RegionTextures, regions_chart};
pub use samples::{SamplesPicture, SamplesResponse, samples_chart};
pub use schemes::{Column, ColumnsLook, break_row_before, columns_chart, columns_legend_ui, objectives_legend_ui};
pub use scoreboard::{Score, ScoreLayout, score_layout, scoreboard_ui};
pub use seed_curves::{MOST_THIN_LINES, SeedCurves, seed_curves_chart};
pub use terms::{TermCurve, terms_chart};
pub use unit_square::{Marked, UnitCurve, UnitLook, unit_chart};
pub use weights::{WeightColumn, WeightsLook, weights_chart};

/// Classes from head to tail, as every picture shows them.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    /// Class index at each rank.
    pub order: Vec<usize>,
    /// Name of each class by its index as it is shown, see [`brief_names`](crate::ui::fit::brief_names) and [`class_label`].
    pub names: Arc<[String]>,
    /// Training samples at each rank.
    pub counts: Vec<u64>,
    /// Rank of the class that is marked in every picture.
    pub hovered: Option<usize>,
    /// Rank of the class that keys change in the chart of counts.
    pub selected: Option<usize>,
    /// Ranks that the pictures over classes show.
    pub window: Range<usize>,
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

    /// Whether the window shows too many classes for bars.
    pub fn is_crowded(&self) -> bool {
        self.window.len() > MOST_BARS
    }

    /// Name of the class at a rank.
    pub fn label(&self, rank: usize) -> String {
        class_label(&self.names, self.order[rank])
    }

    /// The shown ranks with one more at each side, so that a curve goes on to the edge.
    fn ranks_of_curve(&self) -> Range<usize> {
        self.window.start.saturating_sub(1)..(self.window.end + 1).min(self.len())
    }
}
