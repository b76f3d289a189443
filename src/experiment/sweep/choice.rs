//! What a sweep says: the best point by the validation part, its figures on the test part, and how sure both are.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Best, CheckedSweep, FlatRange, PointSummary, Standing, SweepError, SweepFigures, SweepLines, SweepRecord, Value,
    averages::{Making, TEST, VALIDATION, averages, difference},
    halving::halving,
    weights_of_counts::{WeightsOfCounts, all_rows},
};
use crate::{
    experiment::{Difference, Ending, Estimate, OptimumTrial, Setting, results::Made},
    numbers::ordered_bits,
};

/// The points that see the same data, what each has reached, and the best of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// The imbalance factor, where it is varied: a point is compared with those at the same one.
    pub imbalance: Option<f64>,
    /// Every point, in the order of the sweep.
    pub points: Vec<PointSummary>,
    /// The best point; `None` where no point is finished, or none keeps the floor.
    pub best: Option<Best>,
    /// Why there is no best point, and the cautions that apply; whole sentences.
    pub remarks: Vec<String>,
}

/// Draws the conclusions from the results that are there, one choice for each imbalance factor.
///
/// A point can be chosen when all its seeds are finished; the highest mean of the metric on the validation part wins, the
/// first of several. Intervals are paired Student-t intervals of 95 % over seeds, not corrected for the number of points.
///
/// # Errors
/// When the sweep in the results cannot be checked.
pub fn choose(lines: &SweepLines) -> Result<Vec<Choice>, SweepError> {
    let checked = lines.header.sweep.check()?;
    let mut settings: Vec<Option<Value>> = Vec::new();
    for point in checked.points() {
        if !settings.contains(&point.imbalance()) {
            settings.push(point.imbalance());
        }
    }
    settings.into_iter().map(|imbalance| choice(&checked, lines, imbalance)).collect()
}

/// The runs of a point, by seed; `None` for those that are missing.
fn runs_of<'a>(checked: &CheckedSweep, lines: &'a SweepLines, point_idx: usize) -> Vec<Option<&'a SweepRecord>> {
    let first = point_idx as u64 * checked.n_seeds();
    (first..first + checked.n_seeds()).map(|run| lines.records.get(&run)).collect()
}

fn choice(checked: &CheckedSweep, lines: &SweepLines, imbalance: Option<Value>) -> Result<Choice, SweepError> {
    let spec = checked.spec();
    let mut points: Vec<PointSummary> = Vec::new();
    let dropped = if spec.design.halving { halving(checked, lines).dropped } else { BTreeMap::new() };
    let mut not_converged: BTreeMap<usize, OptimumTrial> = BTreeMap::new();
    for (point_idx, point) in checked.points().iter().enumerate().filter(|(_, point)| point.imbalance() == imbalance) {
        let runs = runs_of(checked, lines, point_idx);
        let n_diverged = runs.iter().flatten().filter(|run| run.ending == Ending::Diverged).count();
        let making = Making::of(checked, &runs);
        let validation = averages(&runs, &making, spec.metric, VALIDATION);
        let finished: Vec<f64> =
            runs.iter().flatten().filter_map(|run| run.validation.as_ref()?.metric(spec.metric)).collect();
        let so_far = Estimate::of(&finished);
        let has_head = |floor: f64| validation.head_recall.is_some_and(|head| head.mean >= floor);
        let standing = if runs.contains(&None) && dropped.contains_key(&point_idx) {
            Standing::Dropped
        } else if runs.contains(&None) {
            Standing::Unfinished
        } else if validation.metric.is_none() {
            Standing::WithoutFigures
        } else if spec.head_floor.is_some_and(|floor| !has_head(floor)) {
            Standing::BelowFloor
        } else {
            Standing::Unknown
        };
        let trial = runs.iter().flatten().find_map(|run| run.optimum.filter(OptimumTrial::matters));
        not_converged.extend(trial.map(|trial| (points.len(), trial)));
        points.push(PointSummary {
            point: point_idx,
            objective: checked.objective(point).to_owned(),
            values: point.values.clone(),
            is_ce: checked.is_plain_ce(point)?,
            runs: runs.iter().flatten().count(),
            diverged: n_diverged,
            standing,
            behind: None,
            so_far: so_far.map(|estimate| estimate.mean),
            test: averages(&runs, &making, spec.metric, TEST),
            validation,
        });
    }
    let best = best_place(&points);
    if let Some(best) = best {
        compare_with_best(checked, lines, &mut points, best);
    }
    let best = best.map(|place| best_of(checked, lines, &points, place)).transpose()?;
    let remarks = super::conclusions::remarks(checked, lines, &points, best.as_ref(), &not_converged);
    Ok(Choice { imbalance: imbalance.and_then(Value::number), points, best, remarks })
}

fn mean(estimate: Option<Estimate>) -> f64 {
    estimate.map_or(f64::NEG_INFINITY, |estimate| estimate.mean)
}

/// The first of the points with the highest mean that can be chosen.
fn best_place(points: &[PointSummary]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (place, point) in points.iter().enumerate().filter(|(_, point)| point.standing == Standing::Unknown) {
        if best.is_none_or(|best| mean(point.validation.metric) > mean(points[best].validation.metric)) {
            best = Some(place);
        }
    }
    best
}

fn compare_with_best(checked: &CheckedSweep, lines: &SweepLines, points: &mut [PointSummary], best: usize) {
    let metric = checked.spec().metric;
    let best_runs = runs_of(checked, lines, points[best].point);
    let making = Making::of(checked, &best_runs);
    let figure = |figures: &SweepFigures| figures.metric(metric);
    for (place, point) in points.iter_mut().enumerate() {
        let runs = runs_of(checked, lines, point.point);
        point.behind = difference(&best_runs, &runs, (VALIDATION, &figure), (&making, making.metric(metric)));
        if place == best {
            point.standing = Standing::Best;
            // The same runs differ by nothing, and that is certain.
            point.behind = point.behind.and_then(|_| Difference::of(&vec![0.0; best_runs.len()]));
        } else if let (Standing::Unknown, Some(within_noise)) =
            (point.standing, point.behind.and_then(|behind| behind.within_noise))
        {
            point.standing = if within_noise { Standing::NotDistinguishable } else { Standing::Worse };
        }
    }
}

fn best_of(
    checked: &CheckedSweep,
    lines: &SweepLines,
    points: &[PointSummary],
    place: usize,
) -> Result<Best, SweepError> {
    let best = &points[place];
    let metric = checked.spec().metric;
    let finished = |point: &&(usize, &PointSummary)| point.1.is_ce && point.1.validation.metric.is_some();
    let mut ce: Option<usize> = None;
    for (place, point) in points.iter().enumerate().filter(|point| finished(&point)) {
        if ce.is_none_or(|ce| mean(point.validation.metric) > mean(points[ce].validation.metric)) {
            ce = Some(place);
        }
    }
    let runs = runs_of(checked, lines, best.point);
    let making = Making::of(checked, &runs);
    let gain = |figure: &dyn Fn(&SweepFigures) -> Option<f64>, made: Made<'_>| {
        let ce_runs = runs_of(checked, lines, points[ce.filter(|_| !best.is_ce)?].point);
        difference(&runs, &ce_runs, (TEST, figure), (&making, made))
    };
    let metric_gain = gain(&|figures| figures.metric(metric), making.metric(metric));
    let beats_ce = if best.is_ce {
        Some(false)
    } else {
        metric_gain.and_then(|gain| Some(!gain.within_noise? && gain.estimate.mean > 0.0))
    };
    let counts = runs.iter().flatten().next().map_or_else(Vec::new, |run| run.counts.clone());
    let experiment = checked.experiment(&checked.points()[best.point])?;
    let all_rows = runs.iter().flatten().next().and_then(|run| all_rows(checked, lines, run));
    let mut best = Best {
        place,
        ce,
        gain: metric_gain,
        macro_gain: gain(&|figures| figures.macro_recall, Made::Mean),
        head_gain: gain(&|figures| figures.head_recall, Made::MeanOf(&making.head)),
        beats_ce,
        ranges: ranges(points, place),
        training_part: WeightsOfCounts::of(&experiment, counts),
        all_rows: all_rows.map(|counts| WeightsOfCounts::of(&experiment, counts)),
        sentence: String::new(),
    };
    best.sentence = super::conclusions::sentence(checked, points, &best);
    Ok(best)
}

/// From where to where each parameter of the best point makes no difference that can be told.
fn ranges(points: &[PointSummary], place: usize) -> Vec<FlatRange> {
    let best = &points[place];
    let is_told = |point: &&PointSummary| matches!(point.standing, Standing::NotDistinguishable | Standing::Worse);
    let mut found = Vec::new();
    // Points at other imbalance factors are not among these.
    for (&parameter, value) in best.values.iter().filter(|(parameter, _)| **parameter != Setting::Imbalance) {
        let Some(at_best) = value.number() else { continue };
        let number = |point: &PointSummary| point.values.get(&parameter).and_then(|value| value.number());
        let others = || points.iter().filter(is_told).filter(|point| point.objective == best.objective);
        let is_beside = |point: &&PointSummary| {
            point.values.iter().all(|(other, value)| *other == parameter || best.values.get(other) == Some(value))
        };
        let is_same = |point: &&PointSummary| point.standing == Standing::NotDistinguishable;
        // In a grid the neighbours differ in this parameter alone; the range ends before the first that is worse.
        let mut beside: BTreeMap<u64, (f64, bool)> = BTreeMap::new();
        for point in others().filter(is_beside) {
            if let Some(at) = number(point) {
                beside.insert(ordered_bits(at), (at, is_same(&point)));
            }
        }
        let along: Vec<f64> = if beside.is_empty() {
            others().filter(is_same).filter_map(number).collect()
        } else {
            let below = beside.values().rev().filter(|(at, _)| *at < at_best).take_while(|(_, same)| *same);
            let above = beside.values().filter(|(at, _)| *at > at_best).take_while(|(_, same)| *same);
            below.chain(above).map(|(at, _)| *at).collect()
        };
        let n_others = if beside.is_empty() { others().filter(|point| number(point).is_some()).count() } else { 1 };
        if n_others > 0 {
            let from = along.iter().copied().fold(at_best, f64::min);
            let to = along.iter().copied().fold(at_best, f64::max);
            found.push(FlatRange { parameter, from, to, is_alone: !beside.is_empty() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{
        Standing::{BelowFloor, Best as First, NotDistinguishable, Unfinished, WithoutFigures, Worse},
        *,
    };
    use crate::{
        data::Evaluation,
        experiment::{
            ExperimentSpec,
            sweep::{Choices, SweepHeader, SweepSpec},
        },
    };

    /// CE and CB with three β over five seeds; macro recall is `base + noise of the seed + ripple of point and seed`.
    fn lines(bases: [f64; 4], head: f64, change: impl Fn(&mut SweepSpec)) -> SweepLines {
        let betas = [0.9, 0.99, 0.999].map(Value::Number).to_vec();
        let mut spec = SweepSpec {
            objectives: vec!["ce".to_owned(), "cb_softmax".to_owned()],
            vary: BTreeMap::from([(Setting::Beta, Choices::Values(betas))]),
            experiment: ExperimentSpec { seeds: 5, ..ExperimentSpec::default() },
            ..SweepSpec::default()
        };
        change(&mut spec);
        let checked = spec.check().unwrap();
        let header = SweepHeader::new(&checked, None, Evaluation::BalancedTest, &["A".to_owned(), "B".to_owned()]);
        let record = |run: u64| {
            let (point_idx, seeds) = checked.point_and_seeds(run);
            let point = &checked.points()[point_idx];
            let noise = [0.02, -0.01, 0.03, -0.02, 0.0][(run % 5) as usize];
            let ripple = [0.001, -0.002, 0.001, 0.0, 0.0][((run + 2 * point_idx as u64) % 5) as usize];
            let figures = |shift: f64| SweepFigures {
                per_class_recall: vec![Some(head), Some(0.5)],
                macro_recall: Some(bases[point_idx] + noise + ripple + shift),
                head_recall: Some(head - 0.1 * point_idx as f64),
                tail_recall: Some(0.5),
                worst_recall: Some(0.5),
                geometric_mean: Some(0.5),
                natural_accuracy: Some(0.9),
                macro_f1: None,
                average_precision: None,
                calibration: None,
                target: None,
                tested: Vec::new(),
                natural_tested: None,
            };
            SweepRecord {
                run,
                objective: checked.objective(point).to_owned(),
                values: point.values.clone(),
                seed: seeds.data,
                split_seed: seeds.split,
                init_seed: seeds.init,
                ending: Ending::Finished,
                note: None,
                epochs: 1,
                counts: vec![100, 10],
                optimum: None,
                validation: Some(figures(0.0)),
                test: Some(figures(-0.05)),
            }
        };
        SweepLines { records: (0..header.runs).map(|run| (run, record(run))).collect(), ..SweepLines::empty(header) }
    }

    fn standings(choice: &Choice) -> Vec<Standing> {
        choice.points.iter().map(|point| point.standing).collect()
    }

    #[test]
    fn the_highest_mean_wins_and_what_its_interval_reaches_is_named() {
        let choices = choose(&lines([0.5, 0.6, 0.6995, 0.7], 0.9, |_| ())).unwrap();
        let choice = &choices[0];
        assert_eq!(standings(choice), [Worse, Worse, NotDistinguishable, First]);
        let best = choice.best.as_ref().unwrap();
        assert_eq!((best.place, best.ce, best.beats_ce), (3, Some(0), Some(true)));
        // Noise of the seed cancels in the paired difference, the mean of the ripples too.
        let gain = best.gain.unwrap();
        assert!((gain.estimate.mean - 0.2).abs() < 1e-9 && gain.within_noise == Some(false), "{gain:?}");
        assert!((best.head_gain.unwrap().estimate.mean + 0.3).abs() < 1e-9);
        let range = FlatRange { parameter: Setting::Beta, from: 0.99, to: 0.999, is_alone: true };
        assert_eq!(best.ranges, [range]);
        let expected = "CB, β = 0.999: macro recall 0.654 ± 0.025 on the test part, +0.200 ± 0.003 over CE, −0.300 ± 0.002 on the head; β from 0.99 to 0.999 is not distinguishable";
        assert_eq!(best.sentence, expected);
        let weights = &best.training_part.class_weights;
        assert!(weights.len() == 2 && weights[1] > weights[0], "{weights:?}");
    }

    #[test]
    fn a_range_ends_before_the_first_value_that_is_worse() {
        // 0.9 is as good again, but beyond a value that is not.
        let choices = choose(&lines([0.5, 0.6999, 0.6, 0.7], 0.9, |_| ())).unwrap();
        let range = choices[0].best.as_ref().unwrap().ranges[0];
        assert_eq!((range.from, range.to), (0.999, 0.999));
    }

    #[test]
    fn nothing_that_beats_ce_is_told() {
        let remarks = |bases| choose(&lines(bases, 0.9, |_| ())).unwrap()[0].remarks.join("\n");
        assert!(remarks([0.7, 0.6, 0.6, 0.6]).contains("Nothing beats CE: it has the highest macro recall"));
        let equal = remarks([0.6999, 0.7, 0.6, 0.6]);
        assert!(
            equal.contains("Nothing beats CE for sure") && equal.contains("Not distinguishable from it: CE\n"),
            "{equal}"
        );
        assert!(remarks([0.7, 0.6, 0.6997, 0.6995]).contains("Not distinguishable from it: CB (β from 0.99 to 0.999)"));
        let gained = remarks([0.5, 0.6, 0.7, 0.6]);
        assert!(!gained.contains("Nothing beats CE") && !gained.contains("was tried"), "{gained}");
        assert!(remarks([0.5, 0.6, 0.6, 0.7]).contains("The best β is the highest that was tried, 0.999"));
    }

    #[test]
    fn nothing_is_said_of_other_imbalance_factors_whose_points_see_other_data() {
        let vary = |spec: &mut SweepSpec| {
            let numbers = |values: &[f64]| Choices::Values(values.iter().copied().map(Value::Number).collect());
            spec.vary = [(Setting::Imbalance, numbers(&[10.0, 100.0])), (Setting::Beta, numbers(&[0.99]))].into();
        };
        let choices = choose(&lines([0.5, 0.5, 0.6, 0.7], 0.9, vary)).unwrap();
        assert_eq!(choices.iter().map(|choice| choice.imbalance).collect::<Vec<_>>(), [Some(10.0), Some(100.0)]);
        for choice in choices {
            let best = choice.best.expect("a best point");
            let words = format!("{} {}", best.sentence.replacen("imbalance factor =", "", 1), choice.remarks.join(" "));
            assert!(best.ranges.is_empty() && !words.contains("imbalance"), "{words}");
        }
    }

    #[test]
    fn a_floor_on_the_head_rules_points_out() {
        let floor =
            |floor: f64| choose(&lines([0.5, 0.6, 0.65, 0.7], 0.9, |spec| spec.head_floor = Some(floor))).unwrap();
        // Head recall falls from 0.9 by 0.1 a point.
        let choices = floor(0.75);
        assert_eq!(standings(&choices[0]), [Worse, First, BelowFloor, BelowFloor]);
        let none = floor(0.95);
        assert!(none[0].best.is_none());
        assert!(none[0].remarks[0].contains("CE comes closest with 0.900"), "{:?}", none[0].remarks);
    }

    #[test]
    fn runs_that_are_missing_or_diverged_keep_a_point_from_being_chosen() {
        let mut lines = lines([0.5, 0.6, 0.65, 0.7], 0.9, |_| ());
        lines.records.remove(&19);
        let diverged = lines.records.get_mut(&11).unwrap();
        (diverged.ending, diverged.validation, diverged.test) = (Ending::Diverged, None, None);
        let choices = choose(&lines).unwrap();
        assert_eq!(standings(&choices[0]), [Worse, First, WithoutFigures, Unfinished]);
        let remarks = choices[0].remarks.join("\n");
        assert!(remarks.contains("1 of 4 points are not finished") && remarks.contains("1 of 4 points have runs"));
    }

    #[test]
    fn one_seed_tells_no_differences() {
        let mut lines = lines([0.5, 0.6, 0.65, 0.7], 0.9, |spec| spec.experiment.seeds = 1);
        lines.records.retain(|run, _| *run < 4);
        let choices = choose(&lines).unwrap();
        assert_eq!(standings(&choices[0])[..3], [Standing::Unknown; 3]);
        let best = choices[0].best.as_ref().unwrap();
        assert_eq!((best.place, best.beats_ce), (3, None));
        assert!(choices[0].remarks.iter().any(|remark| remark.starts_with("One seed has no interval")));
    }
}
