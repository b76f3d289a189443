//! Flags for rows with any number of labels.

use std::path::Path;

use anyhow::bail;
use clap::Args;

use super::input::{check_distinct, number};
use crate::{
    data::{ImportSettings, declared_labels, label_names_in_xml},
    experiment::{multilabel::LabelNumbers, parse_name},
    train::ThresholdRule,
};

/// The word for labels that the file itself declares.
const DECLARED: &str = "declared";

/// Which columns are labels of which a row can have any number, and how such runs are measured.
#[derive(Debug, Args)]
#[command(next_help_heading = "Many labels a row")]
pub(super) struct LabelFlags {
    /// Columns of 0 and 1 that are labels of which a row can have any number, separated by commas; or one column with a list in
    /// each cell, as in a;b, a|b or "a,b"; or an XML file of MULAN with the names (.xml); or the word declared, for the labels
    /// of a header in MEKA's format (-C) or of the XML file beside the data
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with_all = ["label", "built_in"])]
    labels: Vec<String>,
    /// With --labels: where a label counts as predicted: half (0.5), weight (1/(1 + w), w what an objective's own weights leave
    /// of (N − n)/n), prior (n/N), f1-half (half of the best F1 that can be expected) or tuned (on the validation part)
    /// [default: half]
    #[arg(long, value_name = "RULE", value_parser = parse_name::<ThresholdRule>)]
    threshold: Option<ThresholdRule>,
    /// With --labels: share of the rows that thresholds are tuned on, 0 to 0.9 [default: 0.2; 0 with --test-share 0]
    #[arg(long, value_name = "SHARE", value_parser = number, allow_negative_numbers = true)]
    validation_share: Option<f64>,
    /// With --labels: focusing parameter γ₊ of asl for positives [default: 0; 1 in its public code]
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true)]
    gamma_positive: Option<f64>,
    /// With --labels: focusing parameter γ₋ of asl for negatives [default: 4]
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true)]
    gamma_negative: Option<f64>,
    /// With --labels: margin m of asl, below which a negative costs nothing [default: 0.05]
    #[arg(long, value_name = "X", value_parser = number, allow_negative_numbers = true)]
    margin: Option<f64>,
}

impl LabelFlags {
    /// What --labels names; `None` without it.
    ///
    /// # Errors
    /// When another flag needs it.
    pub(super) fn asked_for(&self) -> anyhow::Result<Option<&[String]>> {
        if !self.labels.is_empty() {
            return Ok(Some(&self.labels));
        }
        let given = [
            ("--threshold", self.threshold.is_some()),
            ("--validation-share", self.validation_share.is_some()),
            ("--gamma-positive", self.gamma_positive.is_some()),
            ("--gamma-negative", self.gamma_negative.is_some()),
            ("--margin", self.margin.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => bail!("{flag} goes with --labels: name the label columns, or leave it out"),
            None => Ok(None),
        }
    }

    /// How thresholds are found.
    pub(super) fn threshold(&self) -> ThresholdRule {
        self.threshold.unwrap_or_default()
    }

    /// Share of the rows that thresholds are tuned on.
    pub(super) fn validation_share(&self, test_share: f64) -> f64 {
        self.validation_share.unwrap_or(if test_share == 0.0 { 0.0 } else { 0.2 })
    }

    /// Numbers of asymmetric loss.
    pub(super) fn numbers(&self) -> LabelNumbers {
        LabelNumbers {
            gamma_positive: self.gamma_positive,
            gamma_negative: self.gamma_negative,
            margin: self.margin,
            ..LabelNumbers::default()
        }
    }
}

/// The names of the label columns, where these are in an XML file or declared by the data file.
///
/// # Errors
/// When a name stands twice, or such a file cannot be read.
pub(super) fn label_columns(labels: &[String], data: &Path, settings: &ImportSettings) -> anyhow::Result<Vec<String>> {
    let names = match labels {
        [word] if word == DECLARED => declared_labels(data, settings)?,
        [file] if file.to_ascii_lowercase().ends_with(".xml") => label_names_in_xml(Path::new(file))?,
        _ => labels.iter().map(|label| label.trim().to_owned()).collect(),
    };
    if names.iter().any(String::is_empty) {
        bail!("--labels has an empty name: separate the names of columns by single commas");
    }
    check_distinct("--labels", &names, |name| format!("\"{name}\""))?;
    Ok(names)
}
