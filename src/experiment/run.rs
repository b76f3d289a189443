//! Runs an experiment from start to end.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rayon::prelude::*;

use super::{
    CheckedSpec, ExperimentError, ExperimentSpec, ObjectiveSpec, OptimumTrial, RunRecord, Source,
    results::is_point,
    specification::training_sets,
    training::{Run, measure},
};
use crate::{
    data::{Dataset, Seeds, TrainingSet},
    train::Status,
};

/// What a run needs from outside: when to stop, whom to tell, and what time it is.
pub struct Hooks<'a> {
    /// Set to end early; what is finished is kept.
    pub stop: &'a AtomicBool,
    /// Called with the number of epochs that are done or no longer needed, from any thread.
    pub on_epochs: &'a (dyn Fn(u64) + Sync),
    /// Seconds since some moment; `&|| 0.0` where times do not matter.
    pub clock: &'a (dyn Fn() -> f64 + Sync),
    /// Called with the records of a seed once all its objectives are trained, from any thread.
    pub on_seed: &'a (dyn Fn(&[RunRecord]) + Sync),
    /// Epochs after which a record keeps its macro recall, evenly spread over the run; 0 for none. Each costs a prediction
    /// of the test set.
    pub n_points: u64,
    /// Whether a record keeps the trained model.
    pub keeps_models: bool,
}

impl<'a> Hooks<'a> {
    /// Hooks that tell nobody, have no clock and keep no points.
    pub fn silent(stop: &'a AtomicBool) -> Self {
        Self { stop, on_epochs: &|_| {}, clock: &|| 0.0, on_seed: &|_| {}, n_points: 0, keeps_models: false }
    }
}

/// Trains every objective on every seed; the records come seed by seed, objectives in the order of the specification.
///
/// Seeds and objectives run side by side; the records (but for their times) do not depend on the number of threads.
/// Runs that were cut short by the stop flag are left out.
///
/// # Errors
/// When the samples cannot be had, or a sampler would make more than the lab takes.
pub fn run(checked: &CheckedSpec, source: &Source, hooks: &Hooks<'_>) -> Result<Vec<RunRecord>, ExperimentError> {
    run_seeds(checked, source, checked.seeds().collect(), hooks)
}

/// As [`run`], on these seeds in place of those of the specification.
///
/// # Errors
/// As [`run`].
pub fn run_seeds(
    checked: &CheckedSpec,
    source: &Source,
    seeds: Vec<Seeds>,
    hooks: &Hooks<'_>,
) -> Result<Vec<RunRecord>, ExperimentError> {
    let per_seed: Vec<Vec<RunRecord>> = seeds
        .into_par_iter()
        .map(|seeds| {
            if hooks.stop.load(Ordering::Relaxed) {
                return Ok(Vec::new());
            }
            let dataset = source.dataset(seeds)?;
            let sets = training_sets(checked, &dataset, seeds.init, &[])?;
            let run_one = |(idx, set)| run_one(checked, idx, seeds, &dataset, set, hooks);
            let records: Vec<RunRecord> = sets.into_par_iter().enumerate().filter_map(run_one).collect();
            if records.len() == checked.objectives().len() {
                (hooks.on_seed)(&records);
            }
            Ok(records)
        })
        .collect::<Result<_, ExperimentError>>()?;
    Ok(per_seed.into_iter().flatten().collect())
}

fn run_one(
    checked: &CheckedSpec,
    objective_idx: usize,
    seeds: Seeds,
    dataset: &Dataset,
    set: Arc<TrainingSet>,
    hooks: &Hooks<'_>,
) -> Option<RunRecord> {
    let start = (hooks.clock)();
    let epochs = checked.spec().training.epochs;
    let mut points = Vec::new();
    let mut look = |run: &Run, epoch: u64| {
        if is_point(epoch, epochs, hooks.n_points) {
            let matrix = run.trainer.evaluate(dataset.evaluation().1);
            points.extend(matrix.macro_recall().map(|recall| (epoch, recall, matrix.hits())));
        }
    };
    let run = Run::start(checked, objective_idx, dataset, set, seeds.init);
    look(&run, 0);
    let run = train(run, epochs, hooks.stop, |run, n_epochs| {
        if *run.trainer.status() == Status::Training {
            look(run, run.trainer.epoch());
        }
        (hooks.on_epochs)(n_epochs);
    })?;
    let seconds = (hooks.clock)() - start;
    let measured = measure(&run.trainer.checkpoint(), dataset);
    let mut record = RunRecord::new(checked, objective_idx, seeds, dataset, &run, &measured, seconds);
    if seeds == checked.spec().first_seeds() {
        record.optimum = OptimumTrial::of(checked, &run, dataset, measured.objective, hooks.stop);
    }
    record.model = hooks.keeps_models.then(|| run.trainer.checkpoint().exact_predictor());
    Some(record.with_curve(points, epochs, hooks.n_points))
}

/// Trains an objective to its end; `None` where it was stopped. `on_epochs` is called with the number of epochs that are done
/// or, where the run has ended early, no longer needed.
pub(super) fn train(
    mut run: Run,
    n_epochs: u64,
    stop: &AtomicBool,
    mut on_epochs: impl FnMut(&Run, u64),
) -> Option<Run> {
    for epoch in 0..n_epochs {
        let order = run.set.epoch_order(epoch, n_epochs);
        run.train_epoch(&order, n_epochs, stop);
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        if *run.trainer.status() != Status::Training {
            on_epochs(&run, n_epochs - epoch);
            break;
        }
        on_epochs(&run, 1);
    }
    Some(run)
}

impl ExperimentSpec {
    /// Whether another specification gives the same runs on the seeds that both have: the number of seeds and what is shown
    /// may differ.
    pub fn has_same_runs(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&ObjectiveSpec, &ObjectiveSpec)| {
            one == other || *one == ObjectiveSpec { shown: one.shown, ..other.clone() }
        };
        self.has_same_start(other)
            && self.training == other.training
            && self.groups == other.groups
            && self.objectives.len() == other.objectives.len()
            && self.objectives.iter().zip(&other.objectives).all(is_same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_few_evenly_spread_and_the_same_for_every_run() {
        let points = |n_epochs: u64, n_points: u64| {
            (0..=n_epochs).filter(|&epoch| is_point(epoch, n_epochs, n_points)).collect::<Vec<_>>()
        };
        assert!(points(4, 0).is_empty());
        assert_eq!(points(4, 100), [0, 1, 2, 3, 4]);
        assert_eq!(points(10, 6), [0, 2, 4, 6, 8, 10]);
        assert_eq!(points(10, 1), [0]);
        let many = points(5000, 100);
        assert_eq!((many.len(), many[0], many[99]), (100, 0, 5000));
        assert!(many.windows(2).all(|pair| (50..=51).contains(&(pair[1] - pair[0]))));
    }

    #[test]
    fn a_seed_is_told_when_all_its_objectives_are_trained_and_curves_end_at_the_figure_of_the_record() {
        let mut spec = ExperimentSpec { seeds: 3, ..ExperimentSpec::default() };
        spec.distribution.max_count = 40;
        spec.distribution.classes = 4;
        spec.training.epochs = 7;
        let checked = spec.check().unwrap();
        let source = Source::open(&checked).unwrap();
        let told = std::sync::Mutex::new(Vec::new());
        let stop = AtomicBool::new(false);
        let on_seed = |records: &[RunRecord]| told.lock().unwrap().push((records[0].seed, records.len()));
        let hooks = Hooks { on_seed: &on_seed, n_points: 4, ..Hooks::silent(&stop) };
        let records = run(&checked, &source, &hooks).unwrap();
        let mut told = told.lock().unwrap().clone();
        told.sort_unstable();
        assert_eq!(told, [(1, 4), (2, 4), (3, 4)]);
        for record in &records {
            let epochs: Vec<u64> = record.curve.iter().map(|(epoch, _)| *epoch).collect();
            assert_eq!(epochs, [0, 3, 5, 7]);
            assert_eq!(record.curve[3].1, record.figures.macro_recall.unwrap());
        }
        // Looking changes nothing, and seeds can be trained in parts.
        let plain = run(&checked, &source, &Hooks::silent(&stop)).unwrap();
        let recalls =
            |records: &[RunRecord]| records.iter().map(|record| record.figures.macro_recall).collect::<Vec<_>>();
        assert_eq!(recalls(&plain), recalls(&records));
        let last = run_seeds(&checked, &source, checked.seeds().skip(2).collect(), &hooks).unwrap();
        assert_eq!(recalls(&last), recalls(&records[8..]));
        stop.store(true, Ordering::Relaxed);
        assert!(run(&checked, &source, &hooks).unwrap().is_empty());
    }
}
