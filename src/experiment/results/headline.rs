//! What a comparison shows, as a sentence computed from its figures.

use crate::distribution::ClassCounts;

/// An objective's recall per class, with its name.
#[derive(Debug, Clone, Copy)]
pub struct NamedRecall<'a> {
    /// The objective's name.
    pub name: &'a str,
    /// Recall of each class, shape `[n_classes]`.
    pub per_class_recall: &'a [Option<f64>],
    /// Accuracy where classes are as frequent as in training, where it is known.
    pub natural_accuracy: Option<f64>,
}

/// A change of macro recall that is too small to be told.
const NOTHING: f64 = 0.005;

/// Macro recall of the worst objective from which nothing is left to be gained.
const EVERYTHING: f64 = 0.995;

/// Macro recall of the best objective up to which, of this many classes and more, hardly any is recognised.
const HARDLY_ANY: f64 = 0.1;
const MANY_CLASSES: usize = 20;

/// Share of the largest gain in macro recall from which another objective is told too.
const ENOUGH: f64 = 0.5;

/// What an objective changes against the baseline.
struct Change<'a> {
    told: NamedRecall<'a>,
    head: f64,
    tail: f64,
    macro_recall: f64,
}

/// What a comparison shows, in wordings from the fullest to the shortest; none where no recall is known. Of one objective alone it
/// is told how it recognises the most frequent and the rarest classes.
///
/// The objective with the best macro recall is told against the baseline: what it gains on the five rarest classes and costs
/// on the two most frequent ones (with fewer than seven classes on the rarest and the most frequent third), its macro recall
/// and its natural accuracy; then, of the others that gain at least half as much, the one that costs the
/// most frequent classes least. Where nobody gains, the one that loses most is told. Where every class is recognised, or
/// hardly any is, that is said with its remedy, as weights then make no difference.
pub fn headline(counts: &ClassCounts, baseline: NamedRecall<'_>, others: &[NamedRecall<'_>]) -> Vec<String> {
    wordings(counts, baseline, others).unwrap_or_default()
}

fn wordings(counts: &ClassCounts, baseline: NamedRecall<'_>, others: &[NamedRecall<'_>]) -> Option<Vec<String>> {
    let recall = |told: &NamedRecall<'_>, class_idx: usize| told.per_class_recall.get(class_idx).copied().flatten();
    let present: Vec<usize> =
        counts.head_to_tail().into_iter().filter(|&class_idx| recall(&baseline, class_idx).is_some()).collect();
    let third = (present.len() / 3).max(1);
    let (n_head, n_tail) = if present.len() >= 7 { (2, 5) } else { (third, third) };
    let (head, tail) = (present.get(..n_head)?, present.get(present.len().checked_sub(n_tail)?..)?);
    let mean = |told: &NamedRecall<'_>, classes: &[usize]| -> Option<f64> {
        let sum = classes.iter().map(|&class_idx| recall(told, class_idx)).sum::<Option<f64>>()?;
        Some(sum / classes.len() as f64)
    };
    let of_baseline = mean(&baseline, &present)?;
    let changes: Vec<Change<'_>> = others
        .iter()
        .filter_map(|&told| {
            let difference = |classes: &[usize]| Some(mean(&told, classes)? - mean(&baseline, classes)?);
            let macro_recall = mean(&told, &present)?;
            Some(Change { told, head: difference(head)?, tail: difference(tail)?, macro_recall })
        })
        .collect();
    if others.is_empty() {
        return Some(of_one(&baseline, mean(&baseline, head)?, mean(&baseline, tail)?, of_baseline, [n_head, n_tail]));
    }
    let best = changes.iter().max_by(|a, b| a.macro_recall.total_cmp(&b.macro_recall))?;
    let worst = changes.iter().min_by(|a, b| a.macro_recall.total_cmp(&b.macro_recall))?;
    if worst.macro_recall.min(of_baseline) >= EVERYTHING {
        return Some(everything_is_recognised());
    }
    if present.len() >= MANY_CLASSES && best.macro_recall.max(of_baseline) <= HARDLY_ANY {
        return Some(hardly_any_is_recognised(best.macro_recall.max(of_baseline), present.len()));
    }
    let gain = best.macro_recall - of_baseline;
    if gain < NOTHING {
        let nobody = format!("No objective has a better macro recall than {} ({of_baseline:.2})", baseline.name);
        let loses = of_baseline - worst.macro_recall;
        let told = (loses >= NOTHING).then(|| {
            let natural = match (baseline.natural_accuracy, worst.told.natural_accuracy) {
                (Some(before), Some(after)) => format!(", natural accuracy {before:.2} → {after:.2}"),
                _ => String::new(),
            };
            format!("{nobody}; {} loses {loses:.2}{natural}", worst.told.name)
        });
        return Some(told.into_iter().chain([nobody]).collect());
    }
    let what = format!(
        "{} {} the {} by {} and {} the {} {} against {}",
        best.told.name,
        if best.tail >= 0.0 { "lifts" } else { "lowers" },
        classes_in_words(n_tail, "rarest"),
        size(best.tail),
        if best.head <= 0.0 { "costs" } else { "gives" },
        classes_in_words(n_head, "most frequent"),
        size(best.head),
        baseline.name,
    );
    let brief = format!("{what}: macro recall {gain:+.2}");
    let natural = match (baseline.natural_accuracy, best.told.natural_accuracy) {
        (Some(before), Some(after)) => format!(", natural accuracy {before:.2} → {after:.2}"),
        _ => String::new(),
    };
    let full = format!("{what}: macro recall {of_baseline:.2} → {:.2}{natural}", best.macro_recall);
    let gains =
        |change: &&Change<'_>| change.macro_recall - of_baseline >= (ENOUGH * gain).max(NOTHING) && change.tail > 0.0;
    let cheapest = changes.iter().filter(gains).max_by(|a, b| a.head.total_cmp(&b.head));
    let cheaper = cheapest.filter(|change| change.head - best.head >= NOTHING).map(|change| {
        let price = if change.head <= 0.0 { "costs" } else { "gives" };
        format!("{} lifts by {} and {price} {}", change.told.name, size(change.tail), size(change.head))
    });
    let with_cheaper = |first: &str| cheaper.as_ref().map(|cheaper| format!("{first}. {cheaper}"));
    Some([with_cheaper(&full), with_cheaper(&brief), Some(full), Some(brief)].into_iter().flatten().collect())
}

/// Of one objective alone: how it recognises frequent and rare classes.
fn of_one(
    told: &NamedRecall<'_>,
    head: f64,
    tail: f64,
    macro_recall: f64,
    [n_head, n_tail]: [usize; 2],
) -> Vec<String> {
    let what = format!(
        "{} recognises the {} to {head:.2} and the {} to {tail:.2}",
        told.name,
        classes_in_words(n_head, "most frequent"),
        classes_in_words(n_tail, "rarest"),
    );
    let natural = told.natural_accuracy.map(|natural| format!(", natural accuracy {natural:.2}")).unwrap_or_default();
    vec![format!("{what}: macro recall {macro_recall:.2}{natural}"), what]
}

fn everything_is_recognised() -> Vec<String> {
    let what = "Every objective recognises nearly every sample: the classes are separated, and weights change nothing";
    vec![format!("{what}. A larger spread of the samples (Data) lets them overlap"), what.to_owned()]
}

fn hardly_any_is_recognised(macro_recall: f64, n_classes: usize) -> Vec<String> {
    let what = format!(
        "Hardly any class is recognised (macro recall {macro_recall:.3}, by chance {:.3})",
        1.0 / n_classes as f64
    );
    vec![
        format!(
            "{what}: a linear model cannot tell {n_classes} classes apart by so few features. Take fewer classes, more features or a feature map (Data)"
        ),
        format!("{what}. Take fewer classes or more features"),
    ]
}

/// The size of a change; one that is rounded to nothing is said to be small.
fn size(change: f64) -> String {
    if change.abs() < NOTHING { "less than 0.01".to_owned() } else { format!("{:.2}", change.abs()) }
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

    const COUNTS: [u64; 7] = [64, 32, 16, 8, 4, 2, 1];

    fn named<'a>(name: &'a str, recalls: &'a [Option<f64>], natural_accuracy: Option<f64>) -> NamedRecall<'a> {
        NamedRecall { name, per_class_recall: recalls, natural_accuracy }
    }

    /// Recall of the two most frequent classes and of the five others, with the natural accuracy.
    fn check(others: &[(&str, f64, f64, f64)], expected: &[&str]) {
        let recalls = |head: f64, tail: f64| [vec![Some(head); 2], vec![Some(tail); 5]].concat();
        let before = recalls(0.9, 0.1);
        let after: Vec<_> = others.iter().map(|&(_, head, tail, _)| recalls(head, tail)).collect();
        let pairs = others.iter().zip(&after);
        let others: Vec<NamedRecall<'_>> =
            pairs.map(|(&(name, .., natural), recalls)| named(name, recalls, Some(natural))).collect();
        let baseline = named("CE", &before, Some(0.8));
        assert_eq!(headline(&ClassCounts::new(COUNTS.to_vec()).unwrap(), baseline, &others), expected);
    }

    #[test]
    fn gains_and_costs_are_told_with_their_numbers() {
        let full = "CB lifts the five rarest classes by 0.20 and costs the two most frequent classes 0.10 against CE: macro recall 0.33 → 0.44, natural accuracy 0.80 → 0.70";
        let brief = "CB lifts the five rarest classes by 0.20 and costs the two most frequent classes 0.10 against CE: macro recall +0.11";
        check(&[("CB", 0.8, 0.3, 0.7)], &[full, brief]);
    }

    #[test]
    fn the_objective_that_costs_less_is_told_too() {
        let brief = "CB lifts the five rarest classes by 0.20 and costs the two most frequent classes 0.10 against CE: macro recall +0.11";
        let full = brief.replace("+0.11", "0.33 → 0.44, natural accuracy 0.80 → 0.70");
        let cheaper = "Focal lifts by 0.10 and costs less than 0.01";
        let expected = [format!("{full}. {cheaper}"), format!("{brief}. {cheaper}"), full.clone(), brief.to_owned()];
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&[("CB", 0.8, 0.3, 0.7), ("Focal", 0.9, 0.2, 0.8)], &expected);
        // One that gains little is no choice, however little it costs.
        check(&[("CB", 0.8, 0.3, 0.7), ("Focal", 0.9, 0.15, 0.8)], &[&full, brief]);
    }

    #[test]
    fn few_classes_are_told_by_thirds_and_what_is_not_known_is_left_out() {
        let (before, after) = ([0.9, 0.5, 0.1].map(Some), [0.8, 0.6, 0.5].map(Some));
        let counts = ClassCounts::new(vec![100, 10, 1]).unwrap();
        let told = headline(&counts, named("CE", &before, None), &[named("CB", &after, None)]);
        let what = "CB lifts the rarest class by 0.40 and costs the most frequent class 0.10 against CE: macro recall ";
        assert_eq!(told, [format!("{what}0.50 → 0.63"), format!("{what}+0.13")]);
    }

    #[test]
    fn it_says_so_when_nothing_is_gained() {
        let nobody = "No objective has a better macro recall than CE (0.33)";
        check(&[("CB", 0.5, 0.1, 0.5)], &[&format!("{nobody}; CB loses 0.11, natural accuracy 0.80 → 0.50"), nobody]);
        check(&[("CB", 0.9, 0.1, 0.8)], &[nobody]);
    }

    #[test]
    fn it_says_so_where_weights_cannot_make_a_difference() {
        let told = |recall: f64, n_classes: usize| {
            let counts = ClassCounts::new((1..=n_classes as u64).collect()).unwrap();
            let recalls = vec![Some(recall); n_classes];
            headline(&counts, named("CE", &recalls, None), &[named("CB", &recalls, None)])
        };
        assert!(
            told(1.0, 2)[0].starts_with("Every objective recognises nearly every sample: the classes are separated")
        );
        assert!(
            told(0.02, 1000)[0].starts_with("Hardly any class is recognised (macro recall 0.020, by chance 0.001)")
        );
        assert!(told(0.02, 1000)[0].contains("cannot tell 1000 classes apart"));
        assert!(told(0.05, 10)[0].starts_with("No objective has"), "few classes are told as ever");
    }

    #[test]
    fn nothing_is_told_without_figures_and_one_objective_is_told_alone() {
        let counts = ClassCounts::new(vec![2, 1]).unwrap();
        let (nothing, some) = ([None, None], [Some(0.5), Some(0.5)]);
        assert!(headline(&counts, named("CE", &nothing, None), &[named("CB", &nothing, None)]).is_empty());
        let alone = headline(&counts, named("CE", &some, Some(0.75)), &[]);
        let what = "CE recognises the most frequent class to 0.50 and the rarest class to 0.50";
        assert_eq!(alone, [format!("{what}: macro recall 0.50, natural accuracy 0.75"), what.to_owned()]);
    }
}
