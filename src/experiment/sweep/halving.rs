//! Successive halving: after 1, 2, 4, … seeds the worse half of the points is dropped, so that seeds are spent on those that
//! may be best. Every run is the one that the whole sweep has.
//!
//! # Source
//! Karnin, Koren, Somekh, "Almost optimal exploration in multi-armed bandits", ICML 2013; Jamieson, Talwalkar,
//! "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016, with seeds in place of epochs.

use std::collections::{BTreeMap, BTreeSet};

use super::{CheckedSweep, SweepLines};

/// How far successive halving is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Halving {
    /// The runs that are next.
    pub to_do: Vec<u64>,
    /// How many seeds each dropped point was run with.
    pub dropped: BTreeMap<usize, u64>,
}

/// The runs that are to be trained next: all that are missing, or where points are halved those of the points that are left,
/// up to the next number of seeds. Nothing where the sweep is complete.
pub fn to_do(checked: &CheckedSweep, lines: &SweepLines) -> Vec<u64> {
    if checked.spec().design.halving { halving(checked, lines).to_do } else { lines.missing().collect() }
}

/// The number of runs that a sweep has in all: of one that is halved as many as are to be expected before it ends.
pub fn n_planned(checked: &CheckedSweep, lines: &SweepLines) -> u64 {
    if !checked.spec().design.halving {
        return checked.n_runs();
    }
    let (n_done, n_next) = (lines.records.len() as u64, to_do(checked, lines).len() as u64);
    if n_next == 0 {
        return n_done;
    }
    n_halved(checked).max(n_done + n_next)
}

/// The runs of a sweep whose points are halved, where no point has to stay.
pub fn n_halved(checked: &CheckedSweep) -> u64 {
    let (mut left, mut before, mut sum) = (checked.points().len() as u64, 0, 0);
    for n_seeds in rungs(checked.n_seeds()) {
        sum += left * (n_seeds - before);
        before = n_seeds;
        left = left.div_ceil(2);
    }
    sum
}

/// Numbers of seeds after which points are dropped, and all seeds: 1, 2, 4, … n.
fn rungs(n_seeds: u64) -> impl Iterator<Item = u64> {
    let doubled = std::iter::successors(Some(1_u64), |n| n.checked_mul(2)).take_while(move |n| *n < n_seeds);
    doubled.chain([n_seeds])
}

/// What halving has dropped by now, and what it runs next; points with other data are halved among themselves.
pub(super) fn halving(checked: &CheckedSweep, lines: &SweepLines) -> Halving {
    let mut found = Halving::default();
    let mut groups: Vec<(Option<super::Value>, Vec<usize>)> = Vec::new();
    for (point_idx, point) in checked.points().iter().enumerate() {
        match groups.iter_mut().find(|(imbalance, _)| *imbalance == point.imbalance()) {
            Some((_, group)) => group.push(point_idx),
            None => groups.push((point.imbalance(), vec![point_idx])),
        }
    }
    for (_, group) in groups {
        halve(checked, lines, group, &mut found);
    }
    found
}

fn halve(checked: &CheckedSweep, lines: &SweepLines, mut left: Vec<usize>, found: &mut Halving) {
    let run_of = |point_idx: usize, seed: u64| point_idx as u64 * checked.n_seeds() + seed;
    let mut n_kept = left.len();
    for n_seeds in rungs(checked.n_seeds()) {
        let runs = left.iter().flat_map(|&point_idx| (0..n_seeds).map(move |seed| run_of(point_idx, seed)));
        let missing: Vec<u64> = runs.filter(|run| !lines.records.contains_key(run)).collect();
        if !missing.is_empty() {
            found.to_do.extend(missing);
            return;
        }
        if n_seeds == checked.n_seeds() {
            return;
        }
        let metric = checked.spec().metric;
        let mean = |point_idx: usize| {
            let values = (0..n_seeds)
                .map(|seed| lines.records.get(&run_of(point_idx, seed))?.validation.as_ref()?.metric(metric))
                .collect::<Option<Vec<f64>>>();
            values.map_or(f64::NEG_INFINITY, |values| values.iter().sum::<f64>() / n_seeds as f64)
        };
        let mut ranked: Vec<(usize, f64)> = left.iter().map(|&point_idx| (point_idx, mean(point_idx))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        n_kept = n_kept.div_ceil(2);
        let mut kept: BTreeSet<usize> = ranked.iter().take(n_kept).map(|(point_idx, _)| *point_idx).collect();
        // What is compared with stays: the best of plain cross entropy.
        let is_ce =
            |(point_idx, _): &&(usize, f64)| checked.is_plain_ce(&checked.points()[*point_idx]).unwrap_or(false);
        kept.extend(ranked.iter().find(is_ce).map(|(point_idx, _)| *point_idx));
        left.retain(|point_idx| {
            let stays = kept.contains(point_idx);
            if !stays {
                found.dropped.insert(*point_idx, n_seeds);
            }
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::ReadHooks,
        experiment::{
            ExperimentSpec, Setting,
            sweep::{Choices, Design, Sweep, SweepHooks, SweepSpec, choose},
        },
    };

    fn spec(halving: bool) -> SweepSpec {
        let mut experiment = ExperimentSpec { seeds: 5, ..ExperimentSpec::default() };
        experiment.training.epochs = 3;
        experiment.distribution.max_count = 200;
        experiment.data.test_per_class = 20;
        SweepSpec {
            objectives: vec!["ce".to_owned(), "cb_softmax".to_owned()],
            vary: [(Setting::Beta, Choices::parse(Setting::Beta, "0..0.9999:7").unwrap())].into(),
            design: Design { halving, ..Design::default() },
            experiment,
            ..SweepSpec::default()
        }
    }

    fn train(sweep: &Sweep, lines: &mut SweepLines, runs: &[u64]) {
        let found = std::sync::Mutex::new(Vec::new());
        let stop = std::sync::atomic::AtomicBool::new(false);
        let on_finished = |record| found.lock().unwrap().push(record);
        sweep.run(runs, &SweepHooks { stop: &stop, on_epochs: &|_| (), on_finished: &on_finished }).unwrap();
        lines.records.extend(found.into_inner().unwrap().into_iter().map(|record| (record.run, record)));
    }

    #[test]
    fn the_better_half_goes_on_and_every_run_is_that_of_the_whole_sweep() {
        let checked = spec(true).check().unwrap();
        let sweep = Sweep::open(checked.clone(), &ReadHooks::silent()).unwrap();
        let mut lines = SweepLines::empty(sweep.header().clone());
        let mut sizes = Vec::new();
        loop {
            let runs = to_do(&checked, &lines);
            if runs.is_empty() {
                break;
            }
            sizes.push(runs.len());
            train(&sweep, &mut lines, &runs);
        }
        // 8 points with one seed, 4 with two, 2 with four and one with five; CE stays where it is not among them.
        let is_size = |rung: usize, n: usize, of_ce: usize| sizes[rung] == n || sizes[rung] == n + of_ce;
        assert!(is_size(0, 8, 0) && is_size(1, 4, 1) && is_size(2, 4, 2) && is_size(3, 1, 1), "{sizes:?}");
        assert_eq!(n_planned(&checked, &lines), lines.records.len() as u64);
        assert_eq!(n_halved(&checked), 8 + 4 + 2 * 2 + 1);
        // What was dropped is no better on the seeds that it was run with than what was kept.
        let found = halving(&checked, &lines);
        assert!(found.dropped.len() >= 6 && !found.dropped.contains_key(&0), "{found:?}");
        let mean = |point_idx: usize, n_seeds: u64| {
            let of_seed =
                |seed| lines.records[&(point_idx as u64 * 5 + seed)].validation.as_ref().unwrap().macro_recall.unwrap();
            (0..n_seeds).map(of_seed).sum::<f64>() / n_seeds as f64
        };
        for (&point_idx, &n_seeds) in &found.dropped {
            let kept = (1..8).filter(|other| found.dropped.get(other).is_none_or(|seeds| *seeds > n_seeds));
            let least = kept.map(|other| mean(other, n_seeds)).fold(f64::INFINITY, f64::min);
            assert!(mean(point_idx, n_seeds) <= least, "{point_idx} after {n_seeds}");
        }
        let choice = &choose(&lines).unwrap()[0];
        assert!(choice.best.is_some());
        let words = choice.remarks.join(" ");
        assert!(words.contains("dropped by successive halving"), "{words}");
        // The same runs without halving.
        let whole = Sweep::open(spec(false).check().unwrap(), &ReadHooks::silent()).unwrap();
        let mut all = SweepLines::empty(whole.header().clone());
        train(&whole, &mut all, &lines.records.keys().copied().collect::<Vec<_>>());
        assert!(all.records == lines.records);
    }

    #[test]
    fn points_double_their_seeds() {
        assert_eq!(rungs(1).collect::<Vec<_>>(), [1]);
        assert_eq!(rungs(5).collect::<Vec<_>>(), [1, 2, 4, 5]);
        assert_eq!(rungs(8).collect::<Vec<_>>(), [1, 2, 4, 8]);
        assert!(SweepSpec { experiment: ExperimentSpec::default(), ..spec(true) }.check().is_err());
    }
}
