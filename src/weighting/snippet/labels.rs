//! The names of classes in a snippet, so that no weight goes to another class.

use super::{SnippetSource, bracketed, digits, python_list, wrapped};

/// Labels that are missing in a range of whole numbers and are named.
const MOST_GAPS: usize = 5;

impl SnippetSource<'_> {
    /// Whether classes have names.
    fn is_named(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Labels as Python writes them: numbers where all of them are numbers and differ as such, else text.
    pub(super) fn python_labels(&self) -> Vec<String> {
        let number = |label: &String| label.parse().ok().filter(|number: &f64| number.is_finite());
        let numbers: Option<Vec<f64>> = self.labels.iter().map(number).collect();
        let numbers = numbers.filter(|numbers| numbers.windows(2).all(|pair| pair[0] < pair[1]));
        match numbers {
            Some(numbers) => numbers.into_iter().map(literal).collect(),
            None => self.labels.iter().map(|label| quoted(label)).collect(),
        }
    }

    /// The dictionary from label to index, with what is to be known of it; nothing where classes have no names.
    pub(super) fn python_index(&self) -> String {
        if !self.is_named() {
            return String::new();
        }
        let labels = self.python_labels();
        let items = labels.iter().enumerate().map(|(class_idx, label)| format!("{label}: {class_idx}"));
        let dictionary = bracketed("label_to_index = {", items, "}");
        let warning = self.index_warning().map_or_else(String::new, |warning| format!("# {warning}\n"));
        format!("# The index of each label, in the order of the weights.\n{warning}{dictionary}")
    }

    /// What is said where labels are whole numbers, and the index of one is not the number itself.
    fn index_warning(&self) -> Option<String> {
        let numbers: Vec<i64> = self.labels.iter().map(|label| label.parse().ok()).collect::<Option<_>>()?;
        let (first, last) = (*numbers.first()?, *numbers.last()?);
        if numbers.iter().copied().eq((0..).take(numbers.len())) {
            return None;
        }
        let between = numbers.windows(2).flat_map(|pair| pair[0] + 1..pair[1]);
        let gaps: Vec<String> = between.take(MOST_GAPS + 1).map(|gap| gap.to_string()).collect();
        let gaps = match gaps.len() {
            0 => String::new(),
            n if n > MOST_GAPS => format!(" without {} and more", gaps[..MOST_GAPS].join(", ")),
            _ => format!(" without {}", gaps.join(", ")),
        };
        Some(format!(
            "Labels run from {first} to {last}{gaps}, indices from 0: a label is not its index,\n# look it up here."
        ))
    }

    /// A list of weights, `before[…]after`; where classes have names, a line each with its class behind it.
    pub(crate) fn python_weights(&self, before: &str, weights: &[f64], after: &str) -> String {
        if !self.is_named() {
            return python_list(before, weights.iter().copied().map(digits), after);
        }
        let line = |(class_idx, &weight): (usize, &f64)| {
            format!("    {},  # {class_idx}: {}\n", digits(weight), self.class_in_words(class_idx))
        };
        let lines: Vec<String> = weights.iter().enumerate().map(line).collect();
        format!("{before}[\n{}]{after}\n", lines.concat())
    }

    /// A dictionary of weights by index; where classes have names, a line each with its class behind it.
    pub(super) fn python_weights_by_index(&self, name: &str, weights: &[f64]) -> String {
        if !self.is_named() {
            let items = weights.iter().enumerate().map(|(class_idx, weight)| format!("{class_idx}: {weight:?}"));
            return bracketed(&format!("{name} = {{"), items, "}");
        }
        let line = |(class_idx, weight): (usize, &f64)| {
            format!("    {class_idx}: {weight:?},  # {}\n", self.class_in_words(class_idx))
        };
        let lines: Vec<String> = weights.iter().enumerate().map(line).collect();
        format!("{name} = {{\n{}}}\n", lines.concat())
    }

    /// A dictionary of weights by label, by index where classes have no names.
    pub(super) fn python_weights_by_label(&self, name: &str, weights: &[f64]) -> String {
        if !self.is_named() {
            return self.python_weights_by_index(name, weights);
        }
        let labels = self.python_labels();
        let counts = self.counts.as_slice();
        let lines: Vec<String> = (labels.iter().zip(weights).zip(counts))
            .map(|((label, weight), count)| format!("    {label}: {weight:?},  # {count} samples\n"))
            .collect();
        format!("{name} = {{\n{}}}\n", lines.concat())
    }

    fn class_in_words(&self, class_idx: usize) -> String {
        let label = self.labels.get(class_idx).map_or_else(String::new, |label| quoted(label));
        format!("{label}, {} samples", self.counts.as_slice()[class_idx])
    }

    /// The counts as a comment; where classes have names they stand beside the weights.
    pub(super) fn counts_in_words(&self) -> String {
        let origin = self.origin.map_or_else(String::new, |origin| format!(" of {}", one_line(origin)));
        if self.is_named() {
            return format!("# From the class counts{origin}.\n{}", self.python_index());
        }
        let counts = wrapped(self.counts.as_slice().iter().map(u64::to_string), "#     ");
        format!("# One weight for each class, in class order; from these class counts{origin}:\n{counts}\n")
    }
}

/// A text as Python and JSON write it.
fn quoted(text: &str) -> String {
    // Text always has a JSON form.
    serde_json::to_string(text).unwrap_or_default()
}

/// A text that cannot end a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A number as Python writes it, whole ones without a point: 1 and 1.0 are the same key.
fn literal(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { format!("{number:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        distribution::ClassCounts,
        weighting::{Normalisation, Scheme, SnippetKind, snippet},
    };

    fn rendered(kind: SnippetKind, labels: &[&str]) -> String {
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        let counts = ClassCounts::new((1..=labels.len() as u64).map(|n| 10 * n).collect()).unwrap();
        let (scheme, normalisation) = (Scheme::InverseFrequency, Normalisation::None);
        let source = SnippetSource {
            labels: &labels,
            origin: Some("all rows of a\nb.csv"),
            ..SnippetSource::new(&counts, scheme, normalisation)
        };
        snippet(kind, source)
    }

    #[test]
    fn every_weight_of_code_stands_in_a_line_with_its_class() {
        for kind in [SnippetKind::Python, SnippetKind::Numpy, SnippetKind::Pytorch, SnippetKind::PytorchFocal] {
            let text = rendered(kind, &["p \"q\"", "r\ns"]);
            assert!(text.contains("    0.1,  # 0: \"p \\\"q\\\"\", 10 samples\n"), "{text}");
            assert!(text.contains("    0.05,  # 1: \"r\\ns\", 20 samples\n"), "{text}");
            assert!(text.contains("label_to_index = {\"p \\\"q\\\"\": 0, \"r\\ns\": 1}\n"), "{text}");
            assert!(text.contains("counts of all rows of a b.csv."), "{text}");
        }
        assert!(rendered(SnippetKind::Keras, &["a", "b"]).contains("    1: 0.05,  # \"b\", 20 samples\n"));
        assert!(rendered(SnippetKind::Sklearn, &["a", "b"]).contains("    \"b\": 0.05,  # 20 samples\n"));
        assert!(rendered(SnippetKind::Csv, &["a", "b"]).contains("\nb,1,20,0.05,"));
        let json: serde_json::Value = serde_json::from_str(&rendered(SnippetKind::Json, &["a", "b"])).unwrap();
        assert_eq!(json["class_labels"], serde_json::json!(["a", "b"]));
    }

    #[test]
    fn labels_that_are_numbers_are_numbers_unless_two_are_the_same() {
        let text = |labels: &[&str]| rendered(SnippetKind::Python, labels);
        assert!(text(&["1", "2.0", "2.5"]).contains("label_to_index = {1: 0, 2: 1, 2.5: 2}\n"));
        assert!(text(&["1", "1.0"]).contains("label_to_index = {\"1\": 0, \"1.0\": 1}\n"));
    }

    #[test]
    fn a_label_that_is_not_its_index_is_pointed_out() {
        let text = |labels: &[&str]| rendered(SnippetKind::Python, labels);
        assert!(text(&["1", "2", "3", "4", "5", "7"]).contains("# Labels run from 1 to 7 without 6, indices from 0:"));
        assert!(text(&["0", "9"]).contains("from 0 to 9 without 1, 2, 3, 4, 5 and more, indices"));
        assert!(text(&["1", "2"]).contains("# Labels run from 1 to 2, indices from 0:"));
        assert!(!text(&["0", "1"]).contains("Labels run") && !text(&["a", "b"]).contains("Labels run"));
    }
}
