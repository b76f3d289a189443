//! Playing, stepping, looking back: what the person asks of training, as commands for the worker.

use super::Lab;
use crate::state::{Action, Ending, Phase};

impl Lab {
    /// Carries out an action of the playback bar; others change nothing.
    pub(super) fn play_back(&mut self, action: &Action) {
        match action {
            Action::TogglePlay => self.toggle_play(),
            // What is on the screen cannot be trained.
            Action::Step | Action::StepBatch | Action::Converge if !self.can_play() => {}
            Action::Step | Action::StepBatch => {
                self.session.looked_at = None;
                if std::mem::take(&mut self.session.is_playing) {
                    self.worker.pause();
                }
                if *action == Action::Step { self.worker.step() } else { self.worker.step_batch() }
            }
            Action::Converge => {
                (self.session.is_playing, self.session.ending) = (true, Ending::Settled);
                self.play();
            }
            Action::SetGoal(goal) => {
                (self.session.goal, self.session.ending) = (*goal, Ending::Goal);
                if self.session.is_playing {
                    self.play();
                }
            }
            Action::LookAt(epoch) => {
                self.session.is_playing &= epoch.is_none();
                self.session.looked_at = *epoch;
                self.worker.look_at(*epoch);
            }
            Action::Stabilise => {
                if let Some(advice) = self.session.snapshot().advice.clone() {
                    self.session.spec.training.learning_rate = advice.learning_rate;
                    (self.session.is_playing, self.session.ending) = (true, Ending::Goal);
                    self.start(false);
                }
            }
            _ => {}
        }
    }

    fn toggle_play(&mut self) {
        if self.session.is_playing {
            self.session.is_playing = false;
            return self.worker.pause();
        }
        if !self.can_play() {
            return;
        }
        (self.session.is_playing, self.session.ending) = (true, Ending::Goal);
        let epoch = self.session.snapshot().epoch;
        if epoch >= self.session.goal {
            self.session.goal = epoch + self.session.spec.training.epochs;
        }
        self.play();
    }

    fn can_play(&self) -> bool {
        self.session.checked().is_ok() && !matches!(self.session.snapshot().phase, Phase::Failed(_))
    }

    /// Has the worker train to where the session wants to be, from the present on.
    pub(super) fn play(&mut self) {
        self.session.looked_at = None;
        match self.session.ending {
            Ending::Settled => self.worker.converge(),
            Ending::Goal => self.worker.play(self.session.goal),
        }
    }
}
