//! Factors between a loss and what is printed for it: sums where there should be means, and the reverse.

/// A factor on all values, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The mean over labels, or classes, in place of their sum.
    MeanOfLabels,
    /// The mean over the samples of the batch in place of each sample's own, or of the sum that was asked for.
    MeanOfSamples,
    /// The mean over samples and labels.
    MeanOfAll,
    /// The sum over the batch in place of the mean.
    SumOfSamples,
    /// The sum over labels in place of the mean.
    SumOfLabels,
    /// The mean weighted by the samples' weights, as of PyTorch's cross entropy with weights.
    WeightedMean,
}

impl Scale {
    /// Every scale, the most common first.
    pub const ALL: [Self; 6] = [
        Self::MeanOfLabels,
        Self::SumOfSamples,
        Self::MeanOfSamples,
        Self::MeanOfAll,
        Self::WeightedMean,
        Self::SumOfLabels,
    ];

    /// A name for programs.
    pub fn key(self) -> &'static str {
        match self {
            Self::MeanOfLabels => "mean_of_labels",
            Self::MeanOfSamples => "mean_of_samples",
            Self::MeanOfAll => "mean_of_all",
            Self::SumOfSamples => "sum_of_samples",
            Self::SumOfLabels => "sum_of_labels",
            Self::WeightedMean => "weighted_mean",
        }
    }

    /// What is wrong, without a full stop; `what` is the value that has it.
    pub fn explanation(self, what: &str) -> String {
        let found = match self {
            Self::MeanOfLabels => "is the mean over labels, not their sum",
            Self::MeanOfSamples => "is divided by the number of samples",
            Self::MeanOfAll => "is the mean over samples and labels, not over samples alone",
            Self::SumOfSamples => "is summed over the batch, not the mean of its samples",
            Self::SumOfLabels => "is multiplied by the number of labels",
            Self::WeightedMean => "is divided by the sum of the samples' weights, not by their number",
        };
        format!("{what} {found}")
    }

    /// The factor on values that should be each sample's own.
    pub(super) fn of_samples(self, n_samples: f64, n_labels: f64, weight: f64) -> f64 {
        match self {
            Self::MeanOfLabels => 1.0 / n_labels,
            Self::MeanOfSamples => 1.0 / n_samples,
            Self::MeanOfAll => 1.0 / (n_samples * n_labels),
            Self::SumOfSamples => n_samples,
            Self::SumOfLabels => n_labels,
            Self::WeightedMean => 1.0 / weight,
        }
    }

    /// The factor on a value that should be the mean over the samples.
    pub(super) fn of_batch(self, n_samples: f64, n_labels: f64, weight: f64) -> f64 {
        match self {
            Self::MeanOfLabels | Self::MeanOfAll => 1.0 / n_labels,
            Self::MeanOfSamples => 1.0 / n_samples,
            Self::SumOfSamples => n_samples,
            Self::SumOfLabels => n_labels,
            Self::WeightedMean => n_samples / weight,
        }
    }
}
