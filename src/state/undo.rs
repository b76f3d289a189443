//! Undo for every setting: whole specifications, one step for a whole drag of a slider.

use crate::{experiment::ExperimentSpec, worker::LeftRun};

/// Most steps that are remembered.
const DEPTH: usize = 200;

/// Most runs that are kept for it.
const MOST_RUNS: usize = 8;

/// A run as it was when its settings were left.
#[derive(Debug, Clone)]
pub struct LeftState {
    /// Where the worker keeps it.
    pub run: LeftRun,
    /// Epochs that were finished.
    pub epoch: u64,
    /// The epoch to train to.
    pub goal: u64,
    /// Whether it was being trained.
    pub was_playing: bool,
    /// Settings of the figures on the screen, where these were not those.
    pub outdated: Option<(u64, Box<ExperimentSpec>)>,
}

/// A specification, and the run as it was when it was left.
#[derive(Debug, Clone)]
pub struct UndoStep {
    /// The specification.
    pub spec: ExperimentSpec,
    /// The run; `None` where there was none, or where it is no longer kept.
    pub left: Option<LeftState>,
}

/// Earlier and later specifications.
#[derive(Debug, Clone, Default)]
pub struct Undo {
    past: Vec<UndoStep>,
    future: Vec<UndoStep>,
    /// The last specification at rest.
    settled: Option<UndoStep>,
}

impl UndoStep {
    fn new(spec: &ExperimentSpec) -> Self {
        Self { spec: spec.clone(), left: None }
    }
}

impl Undo {
    /// Forgets everything; `spec` is the new start.
    pub fn restart(&mut self, spec: &ExperimentSpec) {
        *self = Self { settled: Some(UndoStep::new(spec)), ..Self::default() };
    }

    /// Call once a frame while nothing is being dragged or typed: a changed specification becomes a step.
    pub fn settle(&mut self, spec: &ExperimentSpec) {
        if self.settled.as_ref().is_some_and(|settled| settled.spec == *spec) {
            return;
        }
        if let Some(before) = self.settled.replace(UndoStep::new(spec)) {
            self.past.push(before);
            self.future.clear();
            if self.past.len() > DEPTH {
                self.past.remove(0);
            }
        }
    }

    /// Whether this specification is a step to which one may come back.
    pub fn is_step(&self, spec: &ExperimentSpec) -> bool {
        let near = self.settled.iter().chain(self.past.last()).chain(self.future.last());
        near.into_iter().any(|step| step.spec == *spec)
    }

    /// Remembers the run that was left with this specification; of the oldest ones only the specification stays.
    pub fn leave(&mut self, spec: &ExperimentSpec, left: LeftState) {
        let near = self.settled.iter_mut().chain(self.past.last_mut()).chain(self.future.last_mut());
        if let Some(step) = near.into_iter().find(|step| step.spec == *spec) {
            step.left = Some(left);
        }
        let mut runs: Vec<&mut UndoStep> = self
            .past
            .iter_mut()
            .chain(&mut self.settled)
            .chain(&mut self.future)
            .filter(|step| step.left.is_some())
            .collect();
        let excess = runs.len().saturating_sub(MOST_RUNS);
        runs.drain(..excess).for_each(|step| step.left = None);
    }

    /// Number of steps that can be undone.
    pub fn depth(&self) -> usize {
        self.past.len()
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// What there was before the last step.
    pub fn undo(&mut self, spec: &ExperimentSpec) -> Option<UndoStep> {
        self.settle(spec);
        let before = self.past.pop()?;
        self.future.push(UndoStep::new(spec));
        Some(self.come_to(before))
    }

    /// What there was after the step that was undone.
    pub fn redo(&mut self, spec: &ExperimentSpec) -> Option<UndoStep> {
        let after = self.future.pop()?;
        self.past.push(UndoStep::new(spec));
        Some(self.come_to(after))
    }

    /// The run of a step goes on, so that it is no longer one that was left.
    fn come_to(&mut self, step: UndoStep) -> UndoStep {
        self.settled = Some(UndoStep::new(&step.spec));
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(seed: u64) -> ExperimentSpec {
        ExperimentSpec { seed, ..ExperimentSpec::default() }
    }

    #[test]
    fn steps_go_back_and_forth_and_a_new_step_ends_the_future() {
        let mut undo = Undo::default();
        undo.restart(&spec(1));
        undo.settle(&spec(2));
        undo.settle(&spec(2));
        let to = |step: Option<UndoStep>| step.map(|step| step.spec);
        assert_eq!(to(undo.undo(&spec(2))), Some(spec(1)));
        assert_eq!(to(undo.undo(&spec(1))), None);
        assert_eq!(to(undo.redo(&spec(1))), Some(spec(2)));
        assert_eq!(to(undo.undo(&spec(2))), Some(spec(1)));
        undo.settle(&spec(3));
        assert!(!undo.can_redo());
        assert_eq!(to(undo.undo(&spec(3))), Some(spec(1)));
    }

    #[test]
    fn a_change_that_is_still_in_hand_can_be_undone_too() {
        let mut undo = Undo::default();
        undo.restart(&spec(1));
        assert_eq!(undo.undo(&spec(9)).map(|step| step.spec), Some(spec(1)));
    }
    fn left(epoch: u64) -> LeftState {
        LeftState { run: LeftRun::default(), epoch, goal: epoch, was_playing: false, outdated: None }
    }

    #[test]
    fn a_run_that_was_left_comes_back_with_its_step_and_the_oldest_are_forgotten() {
        let mut undo = Undo::default();
        undo.restart(&spec(0));
        for seed in 1..=20 {
            assert!(undo.is_step(&spec(seed - 1)) && !undo.is_step(&spec(seed)));
            undo.leave(&spec(seed - 1), left(seed));
            undo.settle(&spec(seed));
        }
        let epochs: Vec<Option<u64>> =
            (1..=20).rev().map(|seed| undo.undo(&spec(seed)).unwrap().left.map(|left| left.epoch)).collect();
        let kept = |place: usize| (place < MOST_RUNS).then_some(20 - place as u64);
        assert_eq!(epochs, (0..20).map(kept).collect::<Vec<_>>());
        undo.leave(&spec(1), left(77));
        assert_eq!(undo.redo(&spec(0)).unwrap().left.map(|left| left.epoch), Some(77));
    }
}
