//! Models of earlier epochs, in bounded memory, so that one can look back at what was shown then.

use std::{collections::BTreeMap, sync::Arc};

use crate::train::{Checkpoint, Status};

/// Most memory for the models of all objectives, in bytes.
const BUDGET: usize = 64 << 20;
/// Memory of a kept model in addition to its parameters, about.
const OVERHEAD: usize = 256;

/// The checkpoints of every objective at the epochs that are kept: multiples of a stride, which doubles when they take too
/// much memory.
#[derive(Clone)]
pub(in crate::worker) struct Timeline {
    /// By epoch, then by colour.
    kept: BTreeMap<u64, BTreeMap<usize, Arc<Checkpoint>>>,
    /// Where a run has ended, which need not be at a kept epoch; by colour.
    ends: BTreeMap<usize, Checkpoint>,
    stride: u64,
    n_bytes: usize,
    budget: usize,
}

impl Default for Timeline {
    fn default() -> Self {
        Self::with_budget(BUDGET)
    }
}

impl Timeline {
    fn with_budget(budget: usize) -> Self {
        Self { kept: BTreeMap::new(), ends: BTreeMap::new(), stride: 1, n_bytes: 0, budget }
    }

    /// Epochs between two that are kept.
    pub(in crate::worker) fn stride(&self) -> u64 {
        self.stride
    }

    /// Whether the model of an epoch would be kept.
    pub(in crate::worker) fn wants(&self, epoch: u64, status: &Status) -> bool {
        epoch.is_multiple_of(self.stride) || *status != Status::Training
    }

    /// Keeps a checkpoint at the end of an epoch, where it is wanted.
    pub(in crate::worker) fn record(&mut self, colour: usize, checkpoint: Checkpoint) {
        if *checkpoint.status() == Status::Training {
            self.ends.remove(&colour);
        } else {
            self.ends.insert(colour, checkpoint.clone());
        }
        if !checkpoint.epoch().is_multiple_of(self.stride) {
            return;
        }
        let before = self.kept.range(..checkpoint.epoch()).next_back().and_then(|(_, runs)| runs.get(&colour));
        self.n_bytes += size(&checkpoint, before.map(Arc::as_ref));
        let runs = self.kept.entry(checkpoint.epoch()).or_default();
        if let Some(replaced) = runs.insert(colour, Arc::new(checkpoint)) {
            self.n_bytes = self.n_bytes.saturating_sub(size(&replaced, Some(&replaced)));
        }
        while self.n_bytes > self.budget && self.kept.len() > 1 {
            self.stride *= 2;
            let stride = self.stride;
            self.kept.retain(|epoch, _| epoch.is_multiple_of(stride));
            self.n_bytes = self.total_size();
        }
    }

    /// What an objective was at an epoch: its newest kept checkpoint that is no later.
    pub(in crate::worker) fn at(&self, colour: usize, epoch: u64) -> Option<&Checkpoint> {
        let kept = self.kept.range(..=epoch).rev().find_map(|(_, runs)| runs.get(&colour)).map(Arc::as_ref);
        let end = self.ends.get(&colour).filter(|end| end.epoch() <= epoch);
        kept.into_iter().chain(end).max_by_key(|checkpoint| checkpoint.epoch())
    }

    /// Forgets every objective but these.
    pub(in crate::worker) fn retain(&mut self, is_kept: impl Fn(usize) -> bool) {
        self.kept.values_mut().for_each(|runs| runs.retain(|&colour, _| is_kept(colour)));
        self.ends.retain(|&colour, _| is_kept(colour));
        self.n_bytes = self.total_size();
    }

    fn total_size(&self) -> usize {
        let mut last: BTreeMap<usize, &Checkpoint> = BTreeMap::new();
        let mut total = 0;
        for (&colour, checkpoint) in self.kept.values().flatten() {
            total += size(checkpoint, last.insert(colour, checkpoint));
        }
        total
    }
}

/// Memory of a checkpoint, where what it shares with the one before does not count again.
fn size(checkpoint: &Checkpoint, before: Option<&Checkpoint>) -> usize {
    let is_shared = before.is_some_and(|before| Arc::ptr_eq(before.problem(), checkpoint.problem()));
    // Weights, draws and offsets of each class, in f64.
    let problem = if is_shared { 0 } else { 5 * 8 * checkpoint.problem().class_weights.len() };
    OVERHEAD + checkpoint.n_bytes() + problem
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::{
        data::Seeds,
        experiment::{CheckedSpec, Comparison, ExperimentSpec, Source},
    };

    fn comparison(spec: &ExperimentSpec) -> Comparison {
        let checked: CheckedSpec = spec.check().unwrap();
        let dataset = Source::open(&checked).unwrap().dataset(Seeds::all(1)).unwrap();
        Comparison::new(&checked, Arc::new(dataset), 1).unwrap()
    }

    #[test]
    fn memory_stays_within_the_budget_and_what_is_kept_is_evenly_spread() {
        let mut comparison = comparison(&ExperimentSpec::default());
        // A model of 30 numbers takes 376 bytes: room for some ten epochs of four objectives.
        let mut timeline = Timeline::with_budget(16_000);
        for _ in 0..60 {
            for (colour, checkpoint) in comparison.checkpoints().into_iter().enumerate() {
                timeline.record(colour, checkpoint);
                assert!(timeline.n_bytes <= 16_000);
            }
            comparison.train_epoch(&AtomicBool::new(false));
        }
        assert_eq!(timeline.n_bytes, timeline.total_size());
        assert!(timeline.stride() >= 8, "{}", timeline.stride());
        let epochs: Vec<u64> = timeline.kept.keys().copied().collect();
        assert!(epochs.windows(2).all(|pair| pair[1] - pair[0] == timeline.stride()), "{epochs:?}");
        assert_eq!((epochs[0], timeline.at(2, 0).map(Checkpoint::epoch)), (0, Some(0)));
        assert_eq!(timeline.at(2, timeline.stride() + 1).map(Checkpoint::epoch), Some(timeline.stride()));
        assert!(timeline.at(9, 5).is_none());
        timeline.retain(|colour| colour == 2);
        assert!(timeline.at(1, 8).is_none() && timeline.at(2, 8).is_some());
    }

    #[test]
    fn a_run_that_has_ended_stays_at_its_end_and_one_that_goes_on_does_not() {
        let mut spec = ExperimentSpec::default();
        spec.training.learning_rate = 1e5;
        let mut comparison = comparison(&spec);
        let mut timeline = Timeline::with_budget(1000);
        for _ in 0..3 {
            comparison.train_epoch(&AtomicBool::new(false));
        }
        timeline.stride = 64;
        let end = comparison.checkpoints().swap_remove(0);
        let epoch = end.epoch();
        assert!(matches!(end.status(), Status::Diverged(_)) && timeline.wants(epoch, end.status()));
        timeline.record(0, end);
        assert_eq!(timeline.at(0, 50).map(Checkpoint::epoch), Some(epoch));
        assert!(timeline.at(0, epoch - 1).is_none());
    }
}
