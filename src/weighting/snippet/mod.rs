//! Class weights to take away: one file a format, each giving text and touching no file.
//!
//! A snippet states scheme, normalisation and reduction, and its functions compute what this program computes. Numbers
//! are written with the fewest digits that give the same double when they are read; what PyTorch and Keras make single
//! precision of is rounded there.

mod csv;
mod json;
mod keras;
mod labels;
mod numpy;
mod python;
mod pytorch;
mod pytorch_focal;
mod sklearn;
mod torchvision;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{Normalisation, Scheme, class_weights};
use crate::distribution::ClassCounts;

/// Where class weights are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SnippetKind {
    /// A list in plain Python, with softmax cross entropy.
    Python,
    /// A NumPy array, with softmax cross entropy.
    Numpy,
    /// PyTorch's `CrossEntropyLoss(weight=…)`.
    Pytorch,
    /// A softmax focal loss for PyTorch.
    PytorchFocal,
    /// A sigmoid focal loss for PyTorch with the parameters of torchvision's.
    Torchvision,
    /// A `class_weight` dictionary for TensorFlow and Keras.
    #[serde(alias = "tensorflow")]
    Keras,
    /// A `class_weight` dictionary for scikit-learn.
    #[serde(alias = "scikit_learn")]
    Sklearn,
    /// JSON.
    Json,
    /// Comma-separated values.
    Csv,
}

impl SnippetKind {
    /// Every kind, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The kind's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Python => "Python list",
            Self::Numpy => "NumPy",
            Self::Pytorch => "PyTorch cross entropy",
            Self::PytorchFocal => "PyTorch softmax focal",
            Self::Torchvision => "PyTorch sigmoid focal (as torchvision)",
            Self::Keras => "TensorFlow/Keras class_weight",
            Self::Sklearn => "scikit-learn class_weight",
            Self::Json => "JSON",
            Self::Csv => "CSV",
        }
    }

    /// The usual ending of a file that holds it.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            _ => "py",
        }
    }

    /// Whether γ has a place in it.
    pub fn has_gamma(self) -> bool {
        matches!(self, Self::PytorchFocal | Self::Torchvision)
    }

    /// Whether α has a place in it.
    pub fn has_alpha(self) -> bool {
        self == Self::Torchvision
    }
}

/// What a snippet is about.
#[derive(Debug, Clone, Copy)]
pub struct SnippetSource<'a> {
    /// Training samples of each class, in class order.
    pub counts: &'a ClassCounts,
    /// Names of the classes, shape `[n_classes]`; none where they have only their place.
    pub labels: &'a [String],
    /// What was counted, such as "all rows of a.csv"; `None` where the counts come from nowhere in particular.
    pub origin: Option<&'a str>,
    /// How weights follow from counts.
    pub scheme: Scheme,
    /// How they are scaled.
    pub normalisation: Normalisation,
    /// Focusing parameter γ, where [`SnippetKind::has_gamma`].
    pub gamma: f64,
    /// Balance α of positives, where [`SnippetKind::has_alpha`].
    pub alpha: Option<f64>,
}

/// A snippet as text with a line end at its end.
///
/// γ and α are written down as they are; whether they make sense is for the room `loss` to say.
///
/// ```
/// use longtail_lab::{distribution::ClassCounts, weighting::{Normalisation, Scheme, SnippetKind, SnippetSource, snippet}};
/// let counts = ClassCounts::new(vec![30, 10])?;
/// let (scheme, normalisation) = (Scheme::InverseFrequency, Normalisation::SumToClasses);
/// let text = snippet(SnippetKind::Numpy, SnippetSource::new(&counts, scheme, normalisation));
/// assert!(text.contains("class_weights = np.array([0.5, 1.5])"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn snippet(kind: SnippetKind, source: SnippetSource<'_>) -> String {
    let weights = class_weights(source.counts, source.scheme, source.normalisation);
    match kind {
        SnippetKind::Python => python::render(&source, &weights),
        SnippetKind::Numpy => numpy::render(&source, &weights),
        SnippetKind::Pytorch => pytorch::render(&source, &weights),
        SnippetKind::PytorchFocal => pytorch_focal::render(&source, &weights),
        SnippetKind::Torchvision => torchvision::render(&source, &weights),
        SnippetKind::Keras => keras::render(&source, &weights),
        SnippetKind::Sklearn => sklearn::render(&source, &weights),
        SnippetKind::Json => json::render(&source, &weights),
        SnippetKind::Csv => csv::render(&source, &weights),
    }
}

impl<'a> SnippetSource<'a> {
    /// Classes without names, of counts from nowhere in particular, and no focusing.
    pub fn new(counts: &'a ClassCounts, scheme: Scheme, normalisation: Normalisation) -> Self {
        Self { counts, labels: &[], origin: None, scheme, normalisation, gamma: 0.0, alpha: None }
    }
}

impl SnippetSource<'_> {
    /// Name of the scheme and its rule.
    fn scheme_in_words(&self) -> String {
        let kind = self.scheme.kind();
        let beta = self.scheme.beta().map_or(String::new(), |beta| format!(", β = {beta:?}"));
        format!("{}{beta}: {}", kind.label().to_lowercase(), kind.formula())
    }

    /// The normalisation and what it amounts to.
    fn normalisation_in_words(&self) -> &'static str {
        match self.normalisation {
            Normalisation::SumToClasses => "sum to classes, Σ w = number of classes that have samples",
            Normalisation::MeanSampleWeightOne => "mean sample weight one, Σ n·w = Σ n",
            Normalisation::None => "none, the weights as the scheme gives them",
        }
    }

    /// The lines that a Python snippet starts with: what the weights are and where they come from.
    pub(crate) fn python_heading(&self) -> String {
        format!(
            "# Class weights by {}\n# Normalisation: {}\n{}",
            self.scheme_in_words(),
            self.normalisation_in_words(),
            self.counts_in_words()
        )
    }
}

/// A Python expression over a list of numbers, `before[…]after`, on one line where it fits and broken where it does not.
pub(crate) fn python_list(before: &str, items: impl Iterator<Item = String>, after: &str) -> String {
    bracketed(&format!("{before}["), items, &format!("]{after}"))
}

fn bracketed(before: &str, items: impl Iterator<Item = String>, after: &str) -> String {
    let lines = wrapped(items, "    ");
    let inner = lines.trim();
    if !inner.contains('\n') && before.chars().count() + inner.chars().count() + after.chars().count() <= LINE_WIDTH {
        return format!("{before}{inner}{after}\n");
    }
    format!("{before}\n{lines},\n{after}\n")
}

/// Width that lines of numbers are broken for.
const LINE_WIDTH: usize = 100;

/// Items separated by commas, in lines that start with `indent`; without a line end at the end.
fn wrapped(items: impl Iterator<Item = String>, indent: &str) -> String {
    let mut text = String::from(indent);
    let mut width = indent.len();
    for (idx, item) in items.enumerate() {
        if idx > 0 {
            text.push(',');
            if width + item.len() + 3 > LINE_WIDTH {
                text.push('\n');
                text.push_str(indent);
                width = indent.len();
            } else {
                text.push(' ');
                width += 2;
            }
        }
        width += item.len();
        text.push_str(&item);
    }
    text
}

/// A number that Python, JSON and Rust read back as the same double.
fn digits(weight: f64) -> String {
    format!("{weight:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_broken_into_lines_and_short_ones_are_not() {
        let list = |n: usize| python_list("w = ", (0..n).map(|idx| format!("{}", 1000 + idx)), "");
        assert_eq!(list(3), "w = [1000, 1001, 1002]\n");
        let long = list(100);
        assert!(long.starts_with("w = [\n    1000, 1001,") && long.ends_with(" 1099,\n]\n"), "{long}");
        assert!(long.lines().all(|line| line.len() <= LINE_WIDTH), "{long}");
        assert_eq!(long.matches(',').count(), 100);
    }

    #[test]
    fn kinds_have_labels_of_their_own() {
        let labels: std::collections::BTreeSet<&str> = SnippetKind::ALL.into_iter().map(SnippetKind::label).collect();
        assert_eq!(labels.len(), SnippetKind::ALL.len());
    }
}
