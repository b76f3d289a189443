//! What is on the screen: places, pictures, and the brush in hand.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

/// A picture that can be shown alone and as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, EnumCount, VariantArray)]
pub enum Picture {
    /// Class counts.
    Counts,
    /// Class weights.
    Weights,
    /// Recall per class.
    Recall,
    /// Decision regions.
    Regions,
    /// Figures over epochs.
    Curves,
    /// The samples, large.
    Samples,
    /// What each class is like.
    Classes,
    /// Weights of several schemes side by side.
    Schemes,
    /// What each scheme does to training.
    Consequences,
    /// The class-balanced term over counts, and effective numbers per class.
    EffectiveNumbers,
    /// Weights as code.
    Snippet,
    /// Samples that fall on a space of prototypes.
    Covering,
    /// The derivation of the effective number, step by step.
    Derivation,
    /// Losses against p_t.
    LossCurves,
    /// Derivatives of the losses.
    LossSlopes,
    /// Many easy losses piled up beside a hard one.
    LossPile,
    /// Who owns the summed loss of foreground and background.
    LossOwners,
    /// Shares of classes in the training loss over epochs.
    LossShares,
    /// Cumulative share of the training loss by sample.
    CumulativeLoss,
    /// The formula of each objective, with its numbers.
    Composition,
    /// Recall gained and lost against a baseline.
    Differences,
    /// Which class is taken for which.
    Confusion,
    /// Head recall against tail recall, over epochs.
    HeadTail,
    /// Precision against recall of one class.
    PrecisionRecall,
    /// Observed against predicted frequency of one class.
    Reliability,
    /// Length of each class's weight vector.
    Norms,
    /// Recall over several seeds with intervals, and paired differences.
    Seeds,
    /// What a sweep varies, and how far it is.
    SweepSetup,
    /// What a sweep says, in words.
    SweepAnswer,
    /// The points of a sweep.
    SweepPoints,
    /// A figure of each label.
    LabelFigures,
    /// What a comparison over label sets says.
    LabelAnswer,
    /// The threshold of a label.
    LabelThreshold,
    /// Precision against recall of a label.
    LabelCurves,
}

impl Picture {
    /// Every picture.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The picture of a key of lessons: its name in small letters with underscores.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|picture| picture.key() == key)
    }

    /// Its key in lessons.
    pub fn key(self) -> String {
        let mut key = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !key.is_empty() {
                key.push('_');
            }
            key.extend(letter.to_lowercase());
        }
        key
    }

    /// Whether it is of samples with any number of labels, which no experiment has.
    pub fn is_of_label_sets(self) -> bool {
        matches!(self, Self::LabelFigures | Self::LabelAnswer | Self::LabelThreshold | Self::LabelCurves)
    }

    /// The pictures that stand in the lab at first.
    pub const OF_LAB: [Self; 5] = [Self::Counts, Self::Weights, Self::Recall, Self::Regions, Self::Curves];

    /// The pictures that can stand in the lab.
    pub const FOR_LAB: [Self; 12] = [
        Self::Counts,
        Self::Weights,
        Self::Recall,
        Self::Differences,
        Self::Regions,
        Self::Curves,
        Self::HeadTail,
        Self::Confusion,
        Self::PrecisionRecall,
        Self::Reliability,
        Self::Norms,
        Self::Seeds,
    ];
}

/// What the cells of a confusion matrix are shares of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum CellShare {
    /// Numbers of samples.
    Count,
    /// Of the samples of the true class; the diagonal is recall.
    Row,
    /// Of the samples that are predicted so; the diagonal is precision.
    Column,
}

impl CellShare {
    /// Every choice, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The choice's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Row => "Row %",
            Self::Column => "Column %",
        }
    }

    /// What it means, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Count => "Number of test samples",
            Self::Row => "Share of the samples of the true class: the diagonal is recall",
            Self::Column => "Share of the samples that are predicted as the class: the diagonal is precision",
        }
    }
}

/// How decision regions are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum RegionsLook {
    /// The colour of the predicted class.
    Classes,
    /// The same, paler where the model is less sure.
    Confidence,
    /// One objective's regions, with the boundaries of all others on them.
    Overlay,
}

impl RegionsLook {
    /// Every look, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The look's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Classes => "Classes",
            Self::Confidence => "Confidence",
            Self::Overlay => "Overlay",
        }
    }

    /// What it shows, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Classes => "The colour of a place is the class predicted there",
            Self::Confidence => "The same, paler where the probability of that class is smaller",
            Self::Overlay => "One objective's regions, large, with the boundaries of all others as lines",
        }
    }
}

/// A part of the lab; the controls and the playback bar are the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumCount, VariantArray)]
pub enum Place {
    /// The whole story on one screen.
    #[default]
    Lab,
    /// The samples and what each class is like.
    Data,
    /// Class weights, what they do, and the way to take them elsewhere.
    Weights,
    /// Losses as curves, and who owns their sum.
    Losses,
    /// The experiment at many values of its settings.
    Tune,
    /// Samples with any number of labels.
    Labels,
}

impl Place {
    /// Every place, in the order of the bar at the top.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The place's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lab => "Lab",
            Self::Data => "Data",
            Self::Weights => "Weights",
            Self::Losses => "Losses",
            Self::Tune => "Tune",
            Self::Labels => "Labels",
        }
    }
}

/// A page of the place for weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum WeightsPage {
    /// Schemes side by side and what they do.
    #[default]
    Schemes,
    /// The idea behind the effective number.
    Covering,
    /// Weights to take away.
    Code,
}

impl WeightsPage {
    /// Every page, in the order of the switch.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The page's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Schemes => "Schemes",
            Self::Covering => "Random covering",
            Self::Code => "Code",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Schemes => "Weights of schemes side by side, the effective number, and what each does to training",
            Self::Covering => "Why E_n: samples fall on a space of prototypes; the derivation step by step",
            Self::Code => "The weights as code for PyTorch, Keras, scikit-learn and others",
        }
    }
}

/// What the pointer does to the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tool {
    /// Nothing.
    #[default]
    Look,
    /// Adds samples.
    Brush,
    /// Takes samples away.
    Eraser,
}

/// The brush in hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brush {
    /// What it does.
    pub tool: Tool,
    /// The class that is painted.
    pub class_idx: usize,
    /// Radius, in units of the features.
    pub radius: f64,
    /// Samples that a touch adds.
    pub samples: u64,
}

impl Default for Brush {
    fn default() -> Self {
        Self { tool: Tool::Look, class_idx: 0, radius: 0.5, samples: 5 }
    }
}
