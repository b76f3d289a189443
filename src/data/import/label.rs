//! Labels: which column holds them, their order, and labels that look alike.

use std::collections::HashMap;

/// Names that label columns have, the most telling first.
const LABEL_NAMES: [&str; 8] = ["target", "class", "label", "labels", "y", "species", "outcome", "diagnosis"];
/// Different numbers up to which labels with decimals are taken for classes.
const MOST_DECIMAL_LABELS: usize = 20;
/// Different whole numbers up to which labels are taken for classes however few rows each has.
const MOST_RARE_LABELS: usize = 50;
/// Rows a class on average from which on whole numbers are taken for classes.
const ROWS_OF_A_CLASS: u64 = 20;

/// The column whose name says that it holds labels, the last one where its name does, too.
pub(super) fn by_name(names: &[&str], last: usize) -> Option<usize> {
    let is_name = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
    if names.get(last).is_some_and(|name| LABEL_NAMES.iter().any(|known| is_name(name, known))) {
        return Some(last);
    }
    // Beside x, y is a coordinate.
    let has_x = names.iter().any(|name| is_name(name, "x"));
    let known = LABEL_NAMES.iter().filter(|known| !(has_x && **known == "y"));
    known.into_iter().find_map(|known| names.iter().position(|name| is_name(name, known)))
}

/// A label as a number, where it is one.
fn number(label: &str) -> Option<f64> {
    label.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Sorts classes by their labels: in numeric order where all of them are numbers, else as text.
pub(super) fn sort(classes: &mut [(String, u32, u64)]) {
    let numbers: Option<HashMap<u32, f64>> =
        classes.iter().map(|(label, code, _)| Some((*code, number(label)?))).collect();
    match numbers {
        Some(numbers) => classes.sort_by(|a, b| numbers[&a.1].total_cmp(&numbers[&b.1]).then_with(|| a.0.cmp(&b.0))),
        None => classes.sort(),
    }
}

/// Whether labels look like the numbers that a regression predicts: many of them, with decimals or few rows each.
pub(super) fn looks_like_regression(classes: &[(String, u32, u64)]) -> bool {
    let Some(numbers) = classes.iter().map(|(label, ..)| number(label)).collect::<Option<Vec<f64>>>() else {
        return false;
    };
    let n_rows: u64 = classes.iter().map(|(.., count)| count).sum();
    let n_classes = classes.len();
    let has_decimals = numbers.iter().any(|number| number.fract() != 0.0);
    (has_decimals && n_classes > MOST_DECIMAL_LABELS)
        || (n_classes > MOST_RARE_LABELS && n_rows < ROWS_OF_A_CLASS * n_classes as u64)
}

/// Labels that differ in spelling alone: in case, or as numbers.
pub(super) fn spelled_alike(classes: &[(String, u32, u64)]) -> Vec<(String, String)> {
    let mut first: HashMap<String, &str> = HashMap::new();
    let mut pairs = Vec::new();
    for (label, ..) in classes {
        let key = number(label).map_or_else(|| label.to_lowercase(), |number| number.to_string());
        match first.get(&key) {
            Some(known) => pairs.push(((*known).to_owned(), label.clone())),
            None => drop(first.insert(key, label)),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(labels: &[&str], count: u64) -> Vec<(String, u32, u64)> {
        labels.iter().enumerate().map(|(code, label)| ((*label).to_owned(), code as u32, count)).collect()
    }

    fn sorted(labels: &[&str]) -> Vec<String> {
        let mut classes = classes(labels, 1);
        sort(&mut classes);
        classes.into_iter().map(|(label, ..)| label).collect()
    }

    #[test]
    fn numbers_are_sorted_as_numbers_and_names_as_text() {
        assert_eq!(sorted(&["10", "9", "-1", "2.0", "1"]), ["-1", "1", "2.0", "9", "10"]);
        assert_eq!(sorted(&["1.0", "0", "1"]), ["0", "1", "1.0"]);
        assert_eq!(sorted(&["10", "9", "a"]), ["10", "9", "a"]);
        assert_eq!(sorted(&["inf", "10", "9"]), ["10", "9", "inf"], "infinity is a name");
    }

    #[test]
    fn the_label_is_found_by_its_name() {
        assert_eq!(by_name(&["a", "Target", "b"], 2), Some(1));
        assert_eq!(by_name(&["class", "a", "y"], 2), Some(2), "the last column, where its name says so");
        assert_eq!(by_name(&["y", "class", "b"], 2), Some(1));
        assert_eq!(by_name(&["a", "b"], 1), None);
        assert_eq!(by_name(&["x", "y", "continent"], 2), None, "coordinates");
        assert_eq!(by_name(&["x", "y"], 1), Some(1));
    }

    #[test]
    fn many_numbers_with_decimals_or_few_rows_are_no_classes() {
        let numbers = |n: usize, step: f64| (0..n).map(|idx| (idx as f64 * step).to_string()).collect::<Vec<_>>();
        for (n, step, count, expected) in
            [(21, 0.5, 1000, true), (20, 0.5, 1, false), (51, 1.0, 19, true), (51, 1.0, 20, false), (50, 1.0, 1, false)]
        {
            let labels = numbers(n, step);
            let labels = classes(&labels.iter().map(String::as_str).collect::<Vec<_>>(), count);
            assert_eq!(looks_like_regression(&labels), expected, "{n} × {step}, {count}");
        }
        assert!(!looks_like_regression(&classes(&["a", "1.5"], 1)));
    }

    #[test]
    fn labels_that_differ_in_spelling_alone_are_told() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let found = spelled_alike(&classes(&["1", "1.0", "A", "B", "a", "01"], 1));
        assert_eq!(found, [pair("1", "1.0"), pair("A", "a"), pair("1", "01")]);
    }
}
