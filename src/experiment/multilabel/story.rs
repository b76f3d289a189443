//! What a comparison says: weights on positives against thresholds.

use super::{objective::LabelPreset, record::LabelRun};
use crate::{
    experiment::name_of,
    numbers::{fixed, significant},
    train::ThresholdRule,
};

/// Two macro F1 that are no further apart than this count as the same.
const SAME: f64 = 0.02;

/// One sentence, without a full stop, about `pos_weight` beside thresholds on plain cross entropy, with the means of the runs;
/// `None` where plain cross entropy is not among them.
pub fn story(runs: &[LabelRun]) -> Option<String> {
    let of = |preset: LabelPreset| -> Vec<&LabelRun> {
        runs.iter().filter(|run| run.preset == name_of(&preset).replace('_', "-")).collect()
    };
    let (plain, weighted) = (of(LabelPreset::Bce), of(LabelPreset::PosWeight));
    let mean = |runs: &[&LabelRun], value: &dyn Fn(&LabelRun) -> Option<f64>| {
        let values: Vec<f64> = runs.iter().filter_map(|run| value(run)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let f1_at = |rule| move |run: &LabelRun| run.at(rule)?.macro_f1;
    let at_half = mean(&plain, &f1_at(ThresholdRule::Half))?;
    let at_weight = mean(&plain, &f1_at(ThresholdRule::Weight))?;
    let map = mean(&plain, &|run| run.map)?;
    let shown = |value: f64| fixed(value, 3);
    let (Some(of_weight), Some(map_of_weight)) =
        (mean(&weighted, &f1_at(ThresholdRule::Half)), mean(&weighted, &|run| run.map))
    else {
        return Some(format!(
            "Plain BCE has macro F1 {} at threshold 0.5 and {} at 1/(1 + w) with w = (N − n)/n: the same model and the same mAP, {}",
            shown(at_half),
            shown(at_weight),
            shown(map)
        ));
    };
    let range = weighted.first().map(|run| {
        let own = || run.positive_weights.iter().copied().filter(|weight| *weight > 0.0);
        let (least, most) = (own().fold(f64::INFINITY, f64::min), own().fold(0.0, f64::max));
        format!("w from {} to {}", significant(least), significant(most))
    })?;
    let (rise, gap) = ((of_weight - at_half).abs(), (of_weight - at_weight).abs());
    let verdict = if gap <= SAME && (map - map_of_weight).abs() <= SAME {
        "the weights only moved the threshold"
    } else if gap <= rise / 2.0 {
        "most of what the weights did is to move the threshold"
    } else {
        "the weights changed more than the threshold"
    };
    Some(format!(
        "pos_weight ({range}) has macro F1 {} at threshold 0.5, plain BCE {} there and {} at 1/(1 + w), with mAP {} against {}: {verdict}",
        shown(of_weight),
        shown(at_half),
        shown(at_weight),
        shown(map),
        shown(map_of_weight)
    ))
}
