//! In which order the classes of a table become head and tail.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

/// Which class becomes the head, which the end of the tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ClassOrder {
    /// From the class with the most rows to the one with the fewest; classes of the same size by name.
    #[default]
    BySize,
    /// By label, as in CIFAR-LT: as numbers where every label is one, else as text.
    ByName,
    /// A list of labels.
    Own,
}

impl ClassOrder {
    /// Every order, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The order's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::BySize => "By size",
            Self::ByName => "By name",
            Self::Own => "Own order",
        }
    }
}
