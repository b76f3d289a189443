//! What happened over the epochs of a run, in bounded memory.

use strum::{EnumCount, VariantArray};

use super::Downsampled;

/// A figure that is followed over epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// Mean recall over classes.
    MacroRecall,
    /// The regularised training objective.
    Objective,
    /// Accuracy on samples with the training set's class shares.
    NaturalAccuracy,
    /// Recall of the worst class.
    WorstClass,
    /// Mean recall of the frequent classes.
    Many,
    /// Mean recall of the classes in between.
    Medium,
    /// Mean recall of the rare classes.
    Few,
    /// Mean recall of the most frequent third of classes.
    Head,
    /// Mean recall of the rarest third of classes.
    Tail,
}

/// Number of series.
pub const SERIES: usize = Series::ALL.len();

impl Series {
    /// Every series, in menu order; the position is the index into a point.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The figure's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::MacroRecall => "Macro recall",
            Self::Objective => "Training loss",
            Self::NaturalAccuracy => "Natural accuracy",
            Self::WorstClass => "Worst class",
            Self::Many => "Many-shot recall",
            Self::Medium => "Medium-shot recall",
            Self::Few => "Few-shot recall",
            Self::Head => "Recall, head third",
            Self::Tail => "Recall, tail third",
        }
    }

    /// Whether the figure lies between 0 and 1.
    pub fn is_share(self) -> bool {
        self != Self::Objective
    }

    fn idx(self) -> usize {
        self as usize
    }
}

/// Most points that are kept.
const CAPACITY: usize = 1024;

/// Figures over epochs, thinned so that memory stays bounded; see [`Downsampled`].
///
/// A figure that is not available is NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct History(Downsampled<[f64; SERIES]>);

impl Default for History {
    fn default() -> Self {
        Self(Downsampled::new(CAPACITY))
    }
}

impl History {
    /// Adds a point at an epoch that is later than all before.
    pub fn push(&mut self, epoch: u64, values: [f64; SERIES]) {
        self.0.push(epoch, values);
    }

    /// The kept points of one series as [epoch, value], and the latest one in any case; unavailable values left out.
    pub fn points(&self, series: Series) -> Vec<[f64; 2]> {
        let points = self.0.points().map(|(epoch, values)| [epoch as f64, values[series.idx()]]);
        points.filter(|point| point[1].is_finite()).collect()
    }

    /// Number of points kept.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing has been added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_stays_bounded_and_first_and_latest_points_are_kept() {
        let mut history = History::default();
        for epoch in 0..100_001 {
            history.push(epoch, [epoch as f64 / 2.0; SERIES]);
        }
        assert!(history.len() < CAPACITY);
        let points = history.points(Series::MacroRecall);
        assert_eq!((points[0], points[points.len() - 1]), ([0.0, 0.0], [100_000.0, 50_000.0]));
        assert!(points.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[1][1] == pair[1][0] / 2.0));
    }

    #[test]
    fn the_position_of_a_series_is_its_index_and_unavailable_values_are_left_out() {
        for (position, series) in Series::ALL.into_iter().enumerate() {
            assert_eq!(series.idx(), position);
        }
        let mut history = History::default();
        let mut values = [0.5; SERIES];
        values[Series::Few.idx()] = f64::NAN;
        history.push(1, values);
        assert!(history.points(Series::Few).is_empty());
        assert_eq!(history.points(Series::Many), [[1.0, 0.5]]);
    }
}
