//! Text of several values as features of 0 and 1; what is made of it follows from the values alone, never from the label.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::column::{MOST_VALUES_OF_TEXT, NO_WORD, Words};

/// Features that values of a text are spread over.
const BUCKETS: u32 = 64;

/// What is made of a text with more than [`MOST_VALUES_OF_TEXT`] different values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ManyValues {
    /// It is left out, unless it is to be kept: then its values are grouped.
    #[default]
    LeaveOut,
    /// The most frequent values have a feature each, the others one together.
    Group,
    /// Each value belongs to one of 64 features, which follows from its letters.
    Hash,
}

impl ManyValues {
    /// Every choice.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The choice's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::LeaveOut => "Leave out",
            Self::Group => "Group the rare ones",
            Self::Hash => "Hash into 64",
        }
    }
}

/// How the values of a text become features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodingKind {
    /// A feature for each value.
    OneHot,
    Grouped,
    Hashed,
}

/// The features of a text, of which each row has a 1 in one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coding {
    /// What distinguishes each feature's name.
    pub(super) names: Vec<String>,
    /// The feature of each code, where its word stands in a row that is used.
    pub(super) features: Vec<Option<u32>>,
}

impl Coding {
    /// The features that the rows that are used make of a text.
    pub(super) fn of(kind: CodingKind, words: &Words, is_used: &[bool]) -> Self {
        let mut counts = vec![0_u64; words.n_words()];
        for (&code, _) in words.codes.iter().zip(is_used).filter(|(code, is_used)| **is_used && **code != NO_WORD) {
            counts[code as usize] += 1;
        }
        // In the order of the words, so that the order of rows does not matter.
        let mut left: Vec<(&str, u32)> =
            words.words().zip(0..).filter(|(_, code)| counts[*code as usize] > 0).collect();
        left.sort_unstable();
        let mut features = vec![None; words.n_words()];
        let mut names = Vec::new();
        match kind {
            CodingKind::Hashed => {
                let bucket = |word: &str| crc32fast::hash(word.as_bytes()) % BUCKETS;
                let mut is_met = [false; BUCKETS as usize];
                for (word, _) in &left {
                    is_met[bucket(word) as usize] = true;
                }
                let mut places = [0_u32; BUCKETS as usize];
                for (idx, place) in places.iter_mut().enumerate().filter(|(idx, _)| is_met[*idx]) {
                    *place = names.len() as u32;
                    names.push(format!("hash {idx}"));
                }
                for (word, code) in left {
                    features[code as usize] = Some(places[bucket(word) as usize]);
                }
            }
            CodingKind::OneHot | CodingKind::Grouped => {
                let most = if kind == CodingKind::OneHot { left.len() } else { MOST_VALUES_OF_TEXT - 1 };
                let mut by_count = left.clone();
                by_count.sort_by_key(|(_, code)| std::cmp::Reverse(counts[*code as usize]));
                let mut is_own = vec![false; words.n_words()];
                for (_, code) in by_count.iter().take(most) {
                    is_own[*code as usize] = true;
                }
                let others = left.len().min(most) as u32;
                for (word, code) in &left {
                    features[*code as usize] = Some(if is_own[*code as usize] {
                        names.push((*word).to_owned());
                        names.len() as u32 - 1
                    } else {
                        others
                    });
                }
                if left.len() > most {
                    names.push("(other)".to_owned());
                }
            }
        }
        Self { names, features }
    }

    /// The feature of a row with this code.
    pub(super) fn feature(&self, code: u32) -> Option<u32> {
        self.features.get(code as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Words {
        let mut all = Words::default();
        for word in words {
            if word.is_empty() { all.codes.push(NO_WORD) } else { all.push(word) }
        }
        all
    }

    fn coded(kind: CodingKind, words: &Words, is_used: &[bool]) -> (Vec<String>, Vec<Option<u32>>) {
        let coding = Coding::of(kind, words, is_used);
        let features = words.codes.iter().map(|&code| coding.feature(code)).collect();
        (coding.names, features)
    }

    #[test]
    fn every_value_that_is_left_has_a_feature() {
        let words = words(&["b", "a", "", "c", "a"]);
        let (names, features) = coded(CodingKind::OneHot, &words, &[true, true, true, false, true]);
        assert_eq!(
            (names, features),
            (vec!["a".to_owned(), "b".to_owned()], vec![Some(1), Some(0), None, None, Some(0)])
        );
    }

    #[test]
    fn rare_values_are_put_together_whatever_the_order_of_rows() {
        // Value n stands there n times.
        let mut all: Vec<String> = (1..=60).flat_map(|n| std::iter::repeat_n(format!("v{n:02}"), n)).collect();
        let of = |all: &[String]| {
            let words = words(&all.iter().map(String::as_str).collect::<Vec<_>>());
            let (names, features) = coded(CodingKind::Grouped, &words, &vec![true; all.len()]);
            let name_of =
                |(word, feature): (&String, &Option<u32>)| (word.clone(), names[feature.unwrap() as usize].clone());
            let mut pairs: Vec<(String, String)> = all.iter().zip(&features).map(name_of).collect();
            pairs.sort();
            (names, pairs)
        };
        let (names, pairs) = of(&all);
        assert_eq!((names.len(), names[0].as_str(), names[49].as_str()), (50, "v12", "(other)"));
        assert!(pairs.iter().all(|(word, name)| name == if word.as_str() < "v12" { "(other)" } else { word }));
        all.reverse();
        assert_eq!(of(&all), (names, pairs));
    }

    #[test]
    fn a_hashed_value_has_the_same_feature_in_any_table() {
        let many: Vec<String> = (0..500).map(|n| format!("city {n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let name_of_first = |cells: &[&str]| {
            let (names, features) = coded(CodingKind::Hashed, &words(cells), &vec![true; cells.len()]);
            (names.len(), names[features[0].unwrap() as usize].clone())
        };
        let (n, name) = name_of_first(&many);
        assert_eq!(n, 64);
        assert_eq!(name_of_first(&many[..1]), (1, name));
    }
}
