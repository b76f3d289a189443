//! Many, medium and few: the shot groups in which long-tailed results are reported.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::ClassCounts;

/// A shot group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The frequent classes.
    Many,
    /// The classes in between.
    Medium,
    /// The rare classes.
    Few,
}

impl Group {
    /// Every group, head first.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The group's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Many => "Many",
            Self::Medium => "Medium",
            Self::Few => "Few",
        }
    }
}

/// How classes are put into groups.
///
/// # Source
/// Thresholds: Kang et al., "Decoupling Representation and Classifier for Long-Tailed Recognition", ICLR 2020,
/// section 5 (more than 100, 20 to 100, fewer than 20 training samples).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GroupRule {
    /// Many: more than `many_above` training samples; few: fewer than `few_below`; medium: the rest.
    Thresholds {
        /// A class with more training samples than this is in "many".
        many_above: u64,
        /// A class with fewer training samples than this is in "few".
        few_below: u64,
    },
    /// A third of the classes each, by rank of count; the first groups take the remainder.
    Thirds,
}

impl Default for GroupRule {
    fn default() -> Self {
        Self::Thresholds { many_above: 100, few_below: 20 }
    }
}

impl GroupRule {
    /// The group of each class, shape `[n_classes]`.
    pub fn assign(self, counts: &ClassCounts) -> Vec<Group> {
        match self {
            Self::Thresholds { many_above, few_below } => counts
                .as_slice()
                .iter()
                .map(|&n| {
                    if n > many_above {
                        Group::Many
                    } else if n < few_below {
                        Group::Few
                    } else {
                        Group::Medium
                    }
                })
                .collect(),
            Self::Thirds => {
                let n_classes = counts.n_classes();
                let mut groups = vec![Group::Few; n_classes];
                for (rank, class_idx) in counts.head_to_tail().into_iter().enumerate() {
                    groups[class_idx] = Group::ALL[rank * 3 / n_classes];
                }
                groups
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_exclusive_as_published() {
        let counts = ClassCounts::new(vec![101, 100, 20, 19, 0]).unwrap();
        let expected = [Group::Many, Group::Medium, Group::Medium, Group::Few, Group::Few];
        assert_eq!(GroupRule::default().assign(&counts), expected);
    }

    #[test]
    fn thirds_go_by_rank_whatever_the_order_of_classes() {
        let counts = ClassCounts::new(vec![1, 2, 3, 4]).unwrap();
        assert_eq!(GroupRule::Thirds.assign(&counts), [Group::Few, Group::Medium, Group::Many, Group::Many]);
    }
}
