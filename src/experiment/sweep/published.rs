//! Published error rates to hold one's own sweep against.

use std::sync::LazyLock;

use serde::Deserialize;

/// Who published them.
pub const PUBLISHED_SOURCE: &str = "Cui, Jia, Lin, Song, Belongie: Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019, figures 8 to 10 (ResNet-32)";

/// One published cell: a data set, a loss, and the error that a ResNet-32 reached on the balanced test set.
///
/// # Source
/// Cui et al., CVPR 2019, figures 8 to 10.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedRate {
    /// The data set: CIFAR-10-LT, CIFAR-20-LT or CIFAR-100-LT.
    pub dataset: String,
    /// Imbalance factor F: 200, 100, 50, 20 or 10.
    pub imbalance_factor: f64,
    /// The base loss: softmax, sigmoid or focal (a sigmoid focal loss).
    pub loss: String,
    /// γ; `None` for losses without.
    pub gamma: Option<f64>,
    /// β of the effective number; `None` without class weights.
    pub beta: Option<f64>,
    /// Share of the balanced test set that was not recognised, in percent: 100·(1 − macro recall).
    pub test_error_percent: f64,
}

impl PublishedRate {
    /// Macro recall, 0 to 1, as the lab states it.
    pub fn macro_recall(&self) -> f64 {
        1.0 - self.test_error_percent / 100.0
    }
}

/// The 375 published cells.
pub fn published_rates() -> &'static [PublishedRate] {
    #[derive(Deserialize)]
    struct File {
        cells: Vec<PublishedRate>,
    }
    static RATES: LazyLock<Vec<PublishedRate>> = LazyLock::new(|| {
        let text = include_str!("../../../assets/paper_error_rates.json");
        // A test makes sure that all of them are read.
        serde_json::from_str(text).map_or_else(|_| Vec::new(), |file: File| file.cells)
    });
    &RATES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_cell_is_there_and_the_first_is_as_printed() {
        let rates = published_rates();
        assert_eq!(rates.len(), 375);
        let first = &rates[0];
        assert_eq!((first.dataset.as_str(), first.imbalance_factor, first.beta), ("CIFAR-10-LT", 200.0, None));
        assert!((first.macro_recall() - 0.6568).abs() < 1e-12);
        let n = |dataset: &str| rates.iter().filter(|rate| rate.dataset == dataset).count();
        assert_eq!(["CIFAR-10-LT", "CIFAR-20-LT", "CIFAR-100-LT"].map(n), [125; 3]);
    }
}
