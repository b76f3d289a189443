//! What a comparison shows, as a sentence computed from its figures.

use crate::distribution::ClassCounts;

/// An objective's recall per class, with its name.
#[derive(Debug, Clone, Copy)]
pub struct NamedRecall<'a> {
    /// The objective's name.
    pub name: &'a str,
    /// Recall of each class, shape `[n_classes]`.
    pub per_class_recall: &'a [Option<f64>],
}

/// What the objective with the best macro recall gains in the tail and costs at the head, against a baseline.
///
/// The five rarest and the two most frequent classes with figures are compared; with fewer than seven classes the rarest
/// and the most frequent third. `None` when there is nothing to compare.
pub fn headline(counts: &ClassCounts, baseline: NamedRecall<'_>, others: &[NamedRecall<'_>]) -> Option<String> {
    let present: Vec<usize> = counts
        .head_to_tail()
        .into_iter()
        .filter(|&class_idx| baseline.per_class_recall.get(class_idx).copied().flatten().is_some())
        .collect();
    let third = (present.len() / 3).max(1);
    let (n_head, n_tail) = if present.len() >= 7 { (2, 5) } else { (third, third) };
    let mean = |told: &NamedRecall<'_>, classes: &[usize]| -> Option<f64> {
        let figures = classes.iter().map(|&class_idx| told.per_class_recall.get(class_idx).copied().flatten());
        Some(figures.sum::<Option<f64>>()? / classes.len() as f64)
    };
    let best =
        others.iter().filter_map(|told| Some((told, mean(told, &present)?))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (told, macro_recall) = best;
    let (head, tail) = (present.get(..n_head)?, present.get(present.len().checked_sub(n_tail)?..)?);
    let difference = |classes: &[usize]| Some(mean(told, classes)? - mean(&baseline, classes)?);
    let (head_change, tail_change) = (difference(head)?, difference(tail)?);
    let macro_change = macro_recall - mean(&baseline, &present)?;
    if macro_change < 0.005 {
        return Some(format!("No objective has a better macro recall than {} at this moment", baseline.name));
    }
    Some(format!(
        "{} {} the {} by {:.2} and {} the {} {:.2} against {}: macro recall {macro_change:+.2}",
        told.name,
        if tail_change >= 0.0 { "lifts" } else { "lowers" },
        classes_in_words(n_tail, "rarest"),
        tail_change.abs(),
        if head_change <= 0.0 { "costs" } else { "gives" },
        classes_in_words(n_head, "most frequent"),
        head_change.abs(),
        baseline.name,
    ))
}

fn classes_in_words(n: usize, which: &str) -> String {
    match n {
        1 => format!("{which} class"),
        2 => format!("two {which} classes"),
        5 => format!("five {which} classes"),
        n => format!("{n} {which} classes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(counts: &[u64], baseline: &[f64], other: &[f64], expected: &str) {
        let recalls = |list: &[f64]| list.iter().map(|&recall| Some(recall)).collect::<Vec<_>>();
        let (baseline, other) = (recalls(baseline), recalls(other));
        let counts = ClassCounts::new(counts.to_vec()).unwrap();
        let told = headline(
            &counts,
            NamedRecall { name: "CE", per_class_recall: &baseline },
            &[NamedRecall { name: "CB", per_class_recall: &other }],
        );
        assert_eq!(told.as_deref(), Some(expected));
    }

    #[test]
    fn gains_and_costs_are_told_with_their_numbers() {
        check(
            &[100, 10, 1],
            &[0.9, 0.5, 0.1],
            &[0.8, 0.6, 0.5],
            "CB lifts the rarest class by 0.40 and costs the most frequent class 0.10 against CE: macro recall +0.13",
        );
        check(
            &[64, 32, 16, 8, 4, 2, 1],
            &[0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1],
            &[0.8, 0.8, 0.3, 0.3, 0.3, 0.3, 0.3],
            "CB lifts the five rarest classes by 0.20 and costs the two most frequent classes 0.10 against CE: macro recall +0.11",
        );
    }

    #[test]
    fn it_says_so_when_nothing_is_gained() {
        check(&[10, 1], &[0.9, 0.5], &[0.5, 0.5], "No objective has a better macro recall than CE at this moment");
    }

    #[test]
    fn nothing_is_told_without_figures_or_company() {
        let counts = ClassCounts::new(vec![2, 1]).unwrap();
        let nothing = [None, None];
        let baseline = NamedRecall { name: "CE", per_class_recall: &nothing };
        assert_eq!(headline(&counts, baseline, &[baseline]), None);
        let some = [Some(0.5), Some(0.5)];
        assert_eq!(headline(&counts, NamedRecall { name: "CE", per_class_recall: &some }, &[]), None);
    }
}
