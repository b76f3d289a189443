//! Undo for every setting: whole specifications, one step for a whole drag of a slider.

use crate::experiment::ExperimentSpec;

/// Most steps that are remembered.
const DEPTH: usize = 200;

/// Earlier and later specifications.
#[derive(Debug, Clone, Default)]
pub struct Undo {
    past: Vec<ExperimentSpec>,
    future: Vec<ExperimentSpec>,
    /// The last specification at rest.
    settled: Option<ExperimentSpec>,
}

impl Undo {
    /// Forgets everything; `spec` is the new start.
    pub fn restart(&mut self, spec: &ExperimentSpec) {
        *self = Self { settled: Some(spec.clone()), ..Self::default() };
    }

    /// Call once a frame while nothing is being dragged or typed: a changed specification becomes a step.
    pub fn settle(&mut self, spec: &ExperimentSpec) {
        if self.settled.as_ref() == Some(spec) {
            return;
        }
        if let Some(before) = self.settled.replace(spec.clone()) {
            self.past.push(before);
            self.future.clear();
            if self.past.len() > DEPTH {
                self.past.remove(0);
            }
        }
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

    /// The specification before the last step.
    pub fn undo(&mut self, spec: &ExperimentSpec) -> Option<ExperimentSpec> {
        self.settle(spec);
        let before = self.past.pop()?;
        self.future.push(spec.clone());
        self.settled = Some(before.clone());
        Some(before)
    }

    /// The specification after the step that was undone.
    pub fn redo(&mut self, spec: &ExperimentSpec) -> Option<ExperimentSpec> {
        let after = self.future.pop()?;
        self.past.push(spec.clone());
        self.settled = Some(after.clone());
        Some(after)
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
        assert_eq!(undo.undo(&spec(2)), Some(spec(1)));
        assert_eq!(undo.undo(&spec(1)), None);
        assert_eq!(undo.redo(&spec(1)), Some(spec(2)));
        assert_eq!(undo.undo(&spec(2)), Some(spec(1)));
        undo.settle(&spec(3));
        assert!(!undo.can_redo());
        assert_eq!(undo.undo(&spec(3)), Some(spec(1)));
    }

    #[test]
    fn a_change_that_is_still_in_hand_can_be_undone_too() {
        let mut undo = Undo::default();
        undo.restart(&spec(1));
        assert_eq!(undo.undo(&spec(9)), Some(spec(1)));
    }
}
