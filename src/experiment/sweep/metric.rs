//! By what a sweep judges its runs, and what decisions cost.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use crate::{distribution::typed_number, numbers::written, text::shown};

/// The recall at which the precision of a class is taken where none is given.
pub const USUAL_RECALL: f64 = 0.8;

/// What runs are judged by, on the validation part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Mean recall over classes.
    #[serde(alias = "balanced_accuracy")]
    MacroRecall,
    /// Mean recall of the tail; see [`super::TailRule`].
    TailRecall,
    /// The lowest recall of a class.
    WorstClass,
    /// Geometric mean of recall.
    GeometricMean,
    /// Accuracy on samples with the training set's class shares.
    NaturalAccuracy,
    /// Mean F1 over classes.
    MacroF1,
    /// Mean over classes of the average precision, the area under the precision–recall curve.
    #[serde(alias = "pr_auc")]
    AveragePrecision,
    /// 1 less the mean calibration error over classes.
    Calibration,
    /// F1 of one class.
    ClassF1,
    /// The highest precision of one class at thresholds where its recall is high enough.
    PrecisionAtRecall,
    /// 1 less the expected cost of a decision, as a share of the highest cost.
    #[serde(alias = "cost")]
    ExpectedCost,
}

impl Metric {
    /// Whether it is of one class.
    pub fn is_of_class(self) -> bool {
        matches!(self, Self::ClassF1 | Self::PrecisionAtRecall)
    }

    /// Every metric, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The metric's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::MacroRecall => "macro recall",
            Self::TailRecall => "tail recall",
            Self::WorstClass => "worst class",
            Self::GeometricMean => "geometric mean",
            Self::NaturalAccuracy => "natural accuracy",
            Self::MacroF1 => "macro F1",
            Self::AveragePrecision => "average precision",
            Self::Calibration => "calibration",
            Self::ClassF1 => "F1 of a class",
            Self::PrecisionAtRecall => "precision at a recall",
            Self::ExpectedCost => "spared cost",
        }
    }

    /// What it measures, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::MacroRecall => "Mean recall over classes, also called balanced accuracy",
            Self::TailRecall => "Mean recall of the tail; with a floor below which the head must not fall",
            Self::WorstClass => "The lowest recall of a class",
            Self::GeometricMean => "Geometric mean of recall: 0 as soon as one class is never recognised",
            Self::NaturalAccuracy => "Accuracy on samples as frequent as in training",
            Self::MacroF1 => "Mean over classes of F1, the harmonic mean of precision and recall",
            Self::AveragePrecision => {
                "Mean over classes of the average precision, the area under the precision-recall curve"
            }
            Self::ClassF1 => "F1 of one class, the harmonic mean of its precision and recall",
            Self::PrecisionAtRecall => {
                "The highest precision of one class over the thresholds at which its recall is high enough"
            }
            Self::ExpectedCost => {
                "1 less the mean cost of a decision over the highest cost, on samples as frequent as in training"
            }
            Self::Calibration => {
                "1 less the mean over classes of the calibration error: 1 where a predicted probability is what comes true"
            }
        }
    }
}

/// Checks a cost matrix.
pub(super) fn check_costs(costs: &[Vec<f64>]) -> Result<(), String> {
    let n = costs.len();
    if let Some((row, found)) = costs.iter().enumerate().find(|(_, row)| row.len() != n) {
        return Err(format!(
            "the costs have {n} rows, so each row has {n} numbers, but row {} has {}",
            row + 1,
            found.len()
        ));
    }
    let fault = costs.iter().flatten().find(|cost| !(cost.is_finite() && **cost >= 0.0));
    if let Some(cost) = fault {
        return Err(format!("a cost must be 0 or more, got {}", written(*cost)));
    }
    if highest(costs) == 0.0 {
        return Err("every cost is 0, so every decision is as good: give at least one that is not".to_owned());
    }
    Ok(())
}

pub(super) fn highest(costs: &[Vec<f64>]) -> f64 {
    costs.iter().flatten().copied().fold(0.0, f64::max)
}

/// Reads a cost matrix: rows on lines of their own or between semicolons, numbers between spaces, tabs or commas.
///
/// # Errors
/// When a part is no number, as a sentence; the shape is found out by the check.
pub fn parse_costs(text: &str) -> Result<Vec<Vec<f64>>, String> {
    let rows = text.split([';', '\n']).map(str::trim).filter(|row| !row.is_empty());
    let number = |cell: &str| {
        typed_number(cell).map_err(|_| {
            format!("costs are numbers, a row for each true class, as in 0 1; 50 0, not \"{}\"", shown(cell))
        })
    };
    rows.map(|row| {
        let cells = row.split([' ', '\t', ',']).map(str::trim).filter(|cell| !cell.is_empty());
        cells.map(number).collect()
    })
    .collect()
}

/// A cost matrix as [`parse_costs`] reads it.
pub fn costs_to_text(costs: &[Vec<f64>]) -> String {
    let row = |row: &Vec<f64>| row.iter().map(|cost| written(*cost)).collect::<Vec<_>>().join(" ");
    costs.iter().map(row).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_read_as_they_are_written() {
        let costs = vec![vec![0.0, 1.0], vec![50.0, 0.0]];
        for text in ["0 1; 50 0", "0,1\n50,0\n", " 0\t1 ;50 , 0;"] {
            assert_eq!(parse_costs(text), Ok(costs.clone()), "{text:?}");
        }
        assert_eq!(parse_costs(&costs_to_text(&costs)), Ok(costs.clone()));
        assert!(parse_costs("0 x; 1 0").unwrap_err().contains("not \"x\""));
        assert_eq!(check_costs(&costs), Ok(()));
        for (bad, words) in [("0 1; 1", "row 2 has 1"), ("0 -1; 1 0", "got -1"), ("0 0; 0 0", "every cost is 0")] {
            let fault = check_costs(&parse_costs(bad).unwrap()).unwrap_err();
            assert!(fault.contains(words), "{bad}: {fault}");
        }
    }
}
