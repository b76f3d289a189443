//! The conclusions of a sweep in plain words, with their uncertainty.

use std::collections::BTreeMap;

use super::{
    Best, CheckedSweep, DesignKind, FlatRange, Metric, PointSummary, Standing, SweepLines, Value, values_in_words,
};
use crate::experiment::{OptimumTrial, Setting};

/// What a point is called: its objective and its values.
pub fn point_name(point: &PointSummary) -> String {
    match values_in_words(&point.values) {
        values if values.is_empty() => point.objective.clone(),
        values => format!("{}, {values}", point.objective),
    }
}

/// The best point in a sentence.
pub(super) fn sentence(checked: &CheckedSweep, points: &[PointSummary], best: &Best) -> String {
    let spec = checked.spec();
    let point = &points[best.place];
    let mut parts = Vec::new();
    if let Some(test) = point.test.metric {
        parts.push(format!("{} {} on the test part", spec.metric_label(), test.to_text(3)));
    }
    if let Some(gain) = best.gain {
        parts.push(format!("{} over CE", gain.to_text(3)));
    }
    if let Some(gain) = best.macro_gain.filter(|_| spec.metric != Metric::MacroRecall) {
        parts.push(format!("{} in macro recall", gain.to_text(3)));
    }
    if let Some(gain) = best.head_gain {
        parts.push(format!("{} on the head", gain.to_text(3)));
    }
    let mut sentence = format!("{}: {}", point_name(point), parts.join(", "));
    for range in &best.ranges {
        sentence.push_str("; ");
        sentence.push_str(&range_in_words(*range));
    }
    sentence
}

fn range_in_words(range: FlatRange) -> String {
    let FlatRange { parameter, from, to, is_alone } = range;
    let label = parameter.label();
    match (from == to, is_alone) {
        (true, true) => format!("no neighbouring {label} is as good"),
        (true, false) => format!("no other {label} is as good"),
        (false, true) => format!("{label} from {from} to {to} is not distinguishable"),
        (false, false) => format!("{label} from {from} to {to} holds points that are not distinguishable"),
    }
}

/// Points of other objectives that are as good as can be told, with the values between which they lie.
fn about_equals(points: &[PointSummary], best: &Best) -> Option<String> {
    let best = &points[best.place];
    let mut found: Vec<String> = Vec::new();
    let mut names: Vec<&str> = vec![&best.objective];
    for point in points.iter().filter(|point| point.standing == Standing::NotDistinguishable) {
        if names.contains(&point.objective.as_str()) {
            continue;
        }
        names.push(&point.objective);
        let is_alike = |other: &&PointSummary| {
            other.standing == Standing::NotDistinguishable && other.objective == point.objective
        };
        let compared = point.values.keys().filter(|parameter| **parameter != Setting::Imbalance);
        let ranges = compared.filter_map(|parameter| {
            let numbers = || points.iter().filter(is_alike).filter_map(|other| other.values.get(parameter)?.number());
            let (from, to) = (numbers().reduce(f64::min)?, numbers().reduce(f64::max)?);
            let label = parameter.label();
            Some(if from == to { format!("{label} = {from}") } else { format!("{label} from {from} to {to}") })
        });
        let ranges = ranges.collect::<Vec<_>>().join(", ");
        found.push(if ranges.is_empty() { point.objective.clone() } else { format!("{} ({ranges})", point.objective) });
    }
    (!found.is_empty()).then(|| format!("Not distinguishable from it: {}", found.join("; ")))
}

/// Why there is no best point, and the cautions that apply.
pub(super) fn remarks(
    checked: &CheckedSweep,
    lines: &SweepLines,
    points: &[PointSummary],
    best: Option<&Best>,
    not_converged: &BTreeMap<usize, OptimumTrial>,
) -> Vec<String> {
    let spec = checked.spec();
    let mut remarks = Vec::new();
    match best {
        None => remarks.push(without_best(spec.head_floor, points)),
        // Of runs that would still change, nothing is said about what beats what.
        Some(_) if !not_converged.is_empty() => remarks.extend(about_convergence(points, not_converged, best)),
        Some(best) => remarks.extend(about_ce(checked, points, best)),
    }
    if let Some(best) = best {
        remarks.extend(about_equals(points, best));
        remarks.extend(about_ends(checked, points, best));
    }
    if checked.n_seeds() == 1 {
        remarks
            .push("One seed has no interval: nothing says which differences are noise; take five or more".to_owned());
    }
    let n = |is: &dyn Fn(&PointSummary) -> bool| points.iter().filter(|point| is(point)).count();
    let n_unfinished = n(&|point| point.standing == Standing::Unfinished);
    if (1..points.len()).contains(&n_unfinished) {
        remarks.push(format!("{n_unfinished} of {} points are not finished and cannot be chosen", points.len()));
    }
    let n_dropped = n(&|point| point.standing == Standing::Dropped);
    if n_dropped > 0 {
        remarks.push(format!(
            "{n_dropped} of {} points were dropped by successive halving, for their means over the first seeds; with all seeds one of them could be the best, which a sweep without halving would show",
            points.len()
        ));
    }
    let n_diverged = n(&|point| point.diverged > 0);
    if n_diverged > 0 {
        remarks.push(format!("{n_diverged} of {} points have runs that diverged and cannot be chosen", points.len()));
    }
    remarks.extend(about_classes(lines));
    remarks
}

/// Points that were not trained long enough to be compared.
fn about_convergence(
    points: &[PointSummary],
    not_converged: &BTreeMap<usize, OptimumTrial>,
    best: Option<&Best>,
) -> Option<String> {
    let named = best.and_then(|best| not_converged.get_key_value(&best.place));
    let (place, trial) = named.or_else(|| not_converged.first_key_value())?;
    Some(format!(
        "{} of {} points have not converged, so what beats CE is open. With the first seed, {}",
        not_converged.len(),
        points.len(),
        trial.in_words(&point_name(&points[*place]))
    ))
}

fn without_best(floor: Option<f64>, points: &[PointSummary]) -> String {
    let below = points.iter().filter(|point| point.standing == Standing::BelowFloor);
    let head = |point: &PointSummary| point.validation.head_recall.map_or(0.0, |head| head.mean);
    match (floor, below.max_by(|a, b| head(a).total_cmp(&head(b)))) {
        (Some(floor), Some(point)) => format!(
            "No point keeps the head's recall at {floor} on the validation part: {} comes closest with {:.3}",
            point_name(point),
            head(point)
        ),
        _ if points.iter().all(|point| point.standing == Standing::Unfinished) => {
            "No point has all its seeds yet: the choice comes with the first that has".to_owned()
        }
        _ => "No point is finished with figures on all its seeds, so none can be chosen".to_owned(),
    }
}

fn about_ce(checked: &CheckedSweep, points: &[PointSummary], best: &Best) -> Option<String> {
    let metric = checked.spec().metric_label();
    if points[best.place].is_ce {
        return Some(format!("Nothing beats CE: it has the highest {metric} on the validation part"));
    }
    match (best.ce, best.beats_ce, best.gain) {
        (None, ..) => Some("There is no finished CE to compare with: nothing says whether weighting helps".to_owned()),
        (Some(_), Some(false), Some(gain)) => Some(format!(
            "Nothing beats CE for sure: on the test part the best point's {metric} differs from that of CE by {}, which is within noise or a loss",
            gain.to_text(3)
        )),
        _ => None,
    }
}

/// The best value at the end of what was tried may not be the best there is.
fn about_ends(checked: &CheckedSweep, points: &[PointSummary], best: &Best) -> Vec<String> {
    let point = &points[best.place];
    let mut found = Vec::new();
    for (parameter, value) in point.values.iter().filter(|(parameter, _)| **parameter != Setting::Imbalance) {
        let Some(at_best) = value.number().filter(|_| checked.spec().design.kind == DesignKind::Grid) else { continue };
        let values = checked.spec().vary[parameter].values(*parameter);
        let numbers = || values.iter().copied().filter_map(Value::number);
        let (least, most) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
        // Where nothing lies beyond the end there is nothing to try.
        if least < most && (at_best == most || (at_best == least && least > 0.0)) && checked.points().len() > 1 {
            let end = if at_best == most { "highest" } else { "lowest" };
            found.push(format!(
                "The best {} is the {end} that was tried, {at_best}: values beyond it may be better",
                parameter.label()
            ));
        }
    }
    found
}

fn about_classes(lines: &SweepLines) -> Option<String> {
    let figures = lines.records.values().find_map(|run| run.validation.as_ref())?;
    let labels = &lines.header.class_labels;
    let counts = &lines.records.values().next()?.counts;
    let has_none = |class_idx: &usize| figures.per_class_recall[*class_idx].is_none() && counts[*class_idx] > 0;
    let without: Vec<&str> = (0..figures.per_class_recall.len())
        .filter(has_none)
        .filter_map(|idx| Some(labels.get(idx)?.as_str()))
        .collect();
    (!without.is_empty()).then(|| {
        format!("No sample to choose by is left for {}: the choice does not know these classes", without.join(", "))
    })
}
