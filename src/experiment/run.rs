//! Runs an experiment from start to end.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rayon::prelude::*;

use super::{
    CheckedSpec, ExperimentError, RunRecord, Source,
    comparison::{Run, measure},
    sampling::training_sets,
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
}

/// Trains every objective on every seed; the records come seed by seed, objectives in the order of the specification.
///
/// Seeds and objectives run side by side; the records (but for their times) do not depend on the number of threads.
/// Runs that were cut short by the stop flag are left out.
///
/// # Errors
/// When the samples cannot be had, or a sampler would make more than the lab takes.
pub fn run(checked: &CheckedSpec, source: &Source, hooks: &Hooks<'_>) -> Result<Vec<RunRecord>, ExperimentError> {
    let seeds: Vec<Seeds> = checked.seeds().collect();
    let per_seed: Vec<Vec<Option<RunRecord>>> = seeds
        .into_par_iter()
        .map(|seeds| {
            if hooks.stop.load(Ordering::Relaxed) {
                return Ok(Vec::new());
            }
            let dataset = source.dataset(seeds)?;
            let sets = training_sets(checked, &dataset, seeds.init, &[])?;
            let run_one = |(idx, set)| run_one(checked, idx, seeds, &dataset, set, hooks);
            Ok(sets.into_par_iter().enumerate().map(run_one).collect())
        })
        .collect::<Result<_, ExperimentError>>()?;
    Ok(per_seed.into_iter().flatten().flatten().collect())
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
    let run = train(checked, objective_idx, seeds, dataset, set, hooks.stop, hooks.on_epochs)?;
    let seconds = (hooks.clock)() - start;
    let measured = measure(&run.trainer.moment(), dataset);
    Some(RunRecord::new(checked, objective_idx, seeds, dataset, &run, &measured, seconds))
}

/// Trains one objective to its end; `None` where it was stopped.
pub(super) fn train(
    checked: &CheckedSpec,
    objective_idx: usize,
    seeds: Seeds,
    dataset: &Dataset,
    set: Arc<TrainingSet>,
    stop: &AtomicBool,
    on_epochs: &(dyn Fn(u64) + Sync),
) -> Option<Run> {
    let mut run = Run::start(checked, objective_idx, dataset, set, seeds.init);
    let epochs = checked.spec().training.epochs;
    for epoch in 0..epochs {
        let order = run.set.epoch_order(epoch, epochs);
        run.train_epoch(&order, epochs, stop);
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        if *run.trainer.status() != Status::Training {
            on_epochs(epochs - epoch);
            break;
        }
        on_epochs(1);
    }
    Some(run)
}
