//! The overall figures of a model: one list, whatever is kept of each, a value, its mean over seeds, or a difference.

use serde::Serialize;

use super::counting::Made;
use crate::{distribution::Group, experiment::Measured};

/// Declares the figures: the field of [`Figures`] with its meaning, its name in [`Figure`], and its names for people.
macro_rules! figures {
    ($($(#[$doc:meta])* $field:ident: $figure:ident, $label:literal, $short:literal, $explanation:literal;)*) => {
        /// The overall figures, with something kept of each; they are written under the names of the fields.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
        pub struct Figures<T> {
            $($(#[$doc])* pub $field: T,)*
        }

        /// An overall figure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Figure {
            $($(#[$doc])* $figure,)*
        }

        impl Figure {
            /// Every figure, in the order of tables.
            pub const ALL: [Self; [$(stringify!($figure)),*].len()] = [$(Self::$figure),*];

            /// Its name in files.
            pub fn name(self) -> &'static str {
                match self { $(Self::$figure => stringify!($field),)* }
            }

            /// What it is called.
            pub fn label(self) -> &'static str {
                match self { $(Self::$figure => $label,)* }
            }

            /// What it is called above a narrow column.
            pub fn short(self) -> &'static str {
                match self { $(Self::$figure => $short,)* }
            }

            /// What it is, for tooltips.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$figure => $explanation,)* }
            }
        }

        impl<T> Figures<T> {
            /// What `keep` says of each figure.
            pub fn from_fn(mut keep: impl FnMut(Figure) -> T) -> Self {
                Self { $($field: keep(Figure::$figure),)* }
            }
        }

        impl<T: Copy> Figures<T> {
            /// What is kept of a figure.
            pub fn get(&self, figure: Figure) -> T {
                match figure { $(Figure::$figure => self.$field,)* }
            }
        }
    };
}

figures! {
    /// Mean recall over classes.
    macro_recall: MacroRecall, "Macro recall", "Macro",
        "Mean recall over all classes: every class counts the same (balanced accuracy)";
    /// Share of all samples of the set that were recognised.
    accuracy: Accuracy, "Accuracy", "Accuracy", "Share of all samples that are recognised";
    /// Accuracy on samples with the training set's class shares.
    natural_accuracy: NaturalAccuracy, "Natural accuracy", "Natural",
        "Accuracy on samples as frequent as in training: what a plain accuracy would show";
    /// The lowest recall of a class, whichever that is.
    worst_recall: WorstRecall, "Worst class", "Worst", "Recall of the worst class, whichever that is";
    /// Mean recall of the frequent classes.
    many_recall: Many, "Many", "Many", "Mean recall of the frequent classes (Training → Groups says which)";
    /// Mean recall of the classes in between.
    medium_recall: Medium, "Medium", "Med.", "Mean recall of the classes in between (Training → Groups says which)";
    /// Mean recall of the rare classes.
    few_recall: Few, "Few", "Few", "Mean recall of the rare classes (Training → Groups says which)";
    /// Geometric mean of recall.
    geometric_mean: GeometricMean, "Geometric mean", "G-mean", "Geometric mean of recall: 0 where a class is never recognised";
    /// Mean F1.
    macro_f1: MacroF1, "Macro F1", "F1", "Mean over classes of F1, the harmonic mean of precision and recall";
}

impl Figure {
    /// The figures beside pictures of recall.
    pub const MAIN: [Self; 6] =
        [Self::MacroRecall, Self::NaturalAccuracy, Self::WorstRecall, Self::Many, Self::Medium, Self::Few];

    /// What it is made of; `groups` tells for many, medium and few whether a class belongs to them.
    pub(in crate::experiment) fn made(self, groups: &[Vec<bool>; 3]) -> Made<'_> {
        let [many, medium, few] = groups;
        match self {
            Self::MacroRecall | Self::MacroF1 => Made::Mean,
            Self::Accuracy => Made::Accuracy,
            Self::NaturalAccuracy => Made::Natural,
            Self::WorstRecall => Made::Worst,
            Self::Many => Made::MeanOf(many),
            Self::Medium => Made::MeanOf(medium),
            Self::Few => Made::MeanOf(few),
            Self::GeometricMean => Made::Geometric,
        }
    }
}

impl Figures<Option<f64>> {
    /// The figures of what was measured; `groups`, shape `[n_classes]`, tells many, medium and few.
    pub fn of(measured: &Measured, groups: &[Group]) -> Self {
        let matrix = &measured.evaluated;
        Self::from_fn(|figure| match figure {
            Figure::MacroRecall => matrix.macro_recall(),
            Figure::Accuracy => matrix.accuracy(),
            Figure::NaturalAccuracy => measured.natural_accuracy,
            Figure::WorstRecall => matrix.worst_class().map(|(_, recall)| recall),
            Figure::Many => matrix.group_recall(groups, Group::Many),
            Figure::Medium => matrix.group_recall(groups, Group::Medium),
            Figure::Few => matrix.group_recall(groups, Group::Few),
            Figure::GeometricMean => matrix.geometric_mean(),
            Figure::MacroF1 => matrix.macro_f1(),
        })
    }
}
