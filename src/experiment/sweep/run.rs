//! Runs a sweep, or what is left of it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rayon::prelude::*;

use super::{CheckedSweep, SweepError, SweepFigures, SweepHeader, SweepRecord, Values, target::Target};
use crate::{
    data::{Dataset, Evaluation, Imported, ReadHooks, Seeds, TestPart, TrainingSet},
    experiment::{
        CheckedSpec, Ending, ExperimentError, OptimumTrial, Setting, Source, results::ending, run::train,
        specification::training_sets, training::Run,
    },
};

/// Runs of a wave for each thread.
const RUNS_OF_A_THREAD: usize = 16;

/// A sweep with its samples, ready to run.
#[derive(Debug, Clone)]
pub struct Sweep {
    checked: CheckedSweep,
    imported: Option<Imported>,
    header: SweepHeader,
    target: Target,
}

/// What a sweep needs from outside.
pub struct SweepHooks<'a> {
    /// Set to end early; runs that are not finished are dropped.
    pub stop: &'a AtomicBool,
    /// Called with the number of epochs that are done or no longer needed, from any thread. It may block, which pauses
    /// the run that calls.
    pub on_epochs: &'a (dyn Fn(u64) + Sync),
    /// Called with each finished run, from any thread.
    pub on_finished: &'a (dyn Fn(SweepRecord) + Sync),
}

/// The samples of one repetition, for training, for choosing and for reporting; the training part of both is the same.
struct Parts {
    validation: Dataset,
    test: Dataset,
}

/// A run that is ready to be trained.
struct PreparedRun {
    run: u64,
    experiment: CheckedSpec,
    set: Arc<TrainingSet>,
}

impl Sweep {
    /// Reads the samples, and makes sure that there are some to choose and some to report by.
    ///
    /// # Errors
    /// When the file cannot be read, reading was cancelled, or too few samples are held back.
    pub fn open(checked: CheckedSweep, hooks: &ReadHooks<'_>) -> Result<Self, SweepError> {
        let Some(first) = checked.points().first() else { return Err(SweepError::Points { got: 0 }) };
        let experiment = checked.experiment(first)?;
        let imported = Source::read_with(&experiment, hooks)?;
        let (_, seeds) = checked.point_and_seeds(0);
        let parts = parts(&Source::of(&experiment, imported.clone())?, seeds)?;
        let (evaluated_on, _) = parts.test.evaluation();
        let table = imported.as_ref().map(|imported| &*imported.table);
        let header = SweepHeader::new(&checked, table, evaluated_on, &parts.test.class_labels);
        let target = Target::of(checked.spec(), &parts.test.class_labels)?;
        Ok(Self { checked, imported, header, target })
    }

    /// The sweep that was checked.
    pub fn checked(&self) -> &CheckedSweep {
        &self.checked
    }

    /// What the file of its results begins with.
    pub fn header(&self) -> &SweepHeader {
        &self.header
    }

    /// The table, where the samples come from one.
    pub fn imported(&self) -> Option<&Imported> {
        self.imported.as_ref()
    }

    /// Trains these runs side by side and hands on each as it is finished.
    ///
    /// Runs with the same samples share them and come one after the other: first every point with the first seed. A record
    /// does not depend on the number of threads, on the other runs, or on their order.
    ///
    /// # Errors
    /// When the samples cannot be had, or a sampler would make more than the lab takes.
    pub fn run(&self, runs: &[u64], hooks: &SweepHooks<'_>) -> Result<(), SweepError> {
        let mut groups: BTreeMap<(u64, SamplesKey), Vec<u64>> = BTreeMap::new();
        for &run in runs {
            let (point_idx, _) = self.checked.point_and_seeds(run);
            let samples = samples_key(&self.checked.points()[point_idx].values);
            groups.entry((run % self.checked.n_seeds(), samples)).or_default().push(run);
        }
        // Waves of groups, one after the other, bring the first seeds first; each is long enough that waiting for its last
        // run costs little.
        let n_enough = RUNS_OF_A_THREAD * rayon::current_num_threads();
        let mut wave: Vec<Vec<u64>> = Vec::new();
        let mut groups = groups.into_values().peekable();
        while let Some(group) = groups.next() {
            wave.push(group);
            if groups.peek().is_none() || wave.iter().map(Vec::len).sum::<usize>() >= n_enough {
                let groups = std::mem::take(&mut wave);
                groups.into_par_iter().try_for_each(|group| self.run_group(&group, hooks))?;
            }
        }
        Ok(())
    }

    /// Trains runs that have their samples in common.
    fn run_group(&self, runs: &[u64], hooks: &SweepHooks<'_>) -> Result<(), SweepError> {
        let is_stopped = || hooks.stop.load(Ordering::Relaxed);
        let Some(&first) = runs.first().filter(|_| !is_stopped()) else { return Ok(()) };
        let (point_idx, seeds) = self.checked.point_and_seeds(first);
        let experiment = self.checked.experiment(&self.checked.points()[point_idx])?;
        let parts = parts(&Source::of(&experiment, self.imported.clone())?, seeds)?;
        let mut known: Vec<Arc<TrainingSet>> = Vec::new();
        let mut jobs = Vec::with_capacity(runs.len());
        for &run in runs {
            let experiment = self.checked.experiment(&self.checked.points()[self.checked.point_and_seeds(run).0])?;
            let sets = training_sets(&experiment, &parts.test, seeds.init, &known).map_err(ExperimentError::Data)?;
            for set in sets {
                if !known.iter().any(|other| Arc::ptr_eq(other, &set)) {
                    known.push(Arc::clone(&set));
                }
                jobs.push(PreparedRun { run, experiment: experiment.clone(), set });
            }
        }
        jobs.into_par_iter().for_each(|job| {
            if !is_stopped()
                && let Some(record) = self.train(job, seeds, &parts, hooks)
            {
                (hooks.on_finished)(record);
            }
        });
        Ok(())
    }

    fn train(&self, job: PreparedRun, seeds: Seeds, parts: &Parts, hooks: &SweepHooks<'_>) -> Option<SweepRecord> {
        let PreparedRun { run: number, experiment, set } = job;
        let run = Run::start(&experiment, 0, &parts.test, set, seeds.init);
        let epochs = experiment.spec().training.epochs;
        let run = train(run, epochs, hooks.stop, |_, n_epochs| (hooks.on_epochs)(n_epochs))?;
        let (ending, note) = ending(&experiment, &run.trainer);
        let groups = self.checked.spec().tail.groups(experiment.spec());
        let model = run.trainer.checkpoint();
        let figures = |dataset: &Dataset| {
            (ending != Ending::Diverged).then(|| SweepFigures::of(&model, dataset, groups, &self.target))
        };
        let point = &self.checked.points()[self.checked.point_and_seeds(number).0];
        let is_first = seeds == experiment.spec().first_seeds() && ending != Ending::Diverged;
        let optimum = is_first
            .then(|| OptimumTrial::of(&experiment, &run, &parts.validation, model.objective(), hooks.stop))
            .flatten();
        // A run whose trial was cut short would not be the one that the sweep gives.
        if hooks.stop.load(Ordering::Relaxed) {
            return None;
        }
        Some(SweepRecord {
            run: number,
            objective: self.checked.objective(point).to_owned(),
            values: point.values.clone(),
            seed: seeds.data,
            split_seed: seeds.split,
            init_seed: seeds.init,
            ending,
            note,
            epochs: run.trainer.epoch(),
            counts: parts.test.counts.as_slice().to_vec(),
            optimum,
            validation: figures(&parts.validation),
            test: figures(&parts.test),
        })
    }
}

/// What tells points with other samples, or other features of them, apart: imbalance factor, and name of the feature map.
type SamplesKey = (Option<u64>, Option<String>);

fn samples_key(values: &Values) -> SamplesKey {
    let imbalance = values.get(&Setting::Imbalance).and_then(|value| value.number());
    (imbalance.map(f64::to_bits), values.get(&Setting::Map).map(|map| map.to_text()))
}

/// The samples of a repetition.
fn parts(source: &Source, seeds: Seeds) -> Result<Parts, SweepError> {
    let part = |part| source.dataset_part(seeds, part).map_err(ExperimentError::Data);
    let parts = Parts { validation: part(TestPart::Validation)?, test: part(TestPart::Final)? };
    let (validation, test) = (parts.validation.evaluation().0, parts.test.evaluation().0);
    if validation != test || test == Evaluation::Training {
        let hint = if source.long_tail().is_some() { ", or make the profile smaller" } else { "" };
        return Err(SweepError::NoValidation(hint));
    }
    Ok(parts)
}
