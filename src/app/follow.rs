//! What the controls have changed, for the worker: settings that act while it trains, and those with which it starts over.

use super::Lab;
use crate::{
    experiment::{ExperimentSpec, changes},
    state::{Ending, LeftState, Phase, Picture, Place, Session},
    ui::{
        cards::{RunData, card},
        panels::pictures_on_screen,
    },
    worker::{LeftRun, Watched},
};

impl Lab {
    /// Has the comparison over label sets trained as it is set up, while it is on the screen.
    pub(super) fn follow_labels(&mut self) {
        let is_shown =
            self.session.place == Place::Labels || self.session.enlarged.is_some_and(Picture::is_of_label_sets);
        if is_shown && let Some(id) = self.session.labels.ask(&self.settings.labels.lab) {
            self.worker.train_labels(id, self.settings.labels.lab.clone());
        }
    }

    /// Gives the worker what the controls have changed.
    pub(super) fn follow_edits(&mut self) {
        let speed = self.settings.speed();
        if self.given_speed != Some(speed) {
            self.worker.set_speed(speed);
            self.given_speed = Some(speed);
        }
        let watched = self.watched();
        if watched != self.given_watched {
            self.worker.watch(watched);
            self.given_watched = watched;
        }
        let comes_back_to = self.comes_back_to.take();
        if self.session.spec == self.given {
            return;
        }
        let before = std::mem::replace(&mut self.given, self.session.spec.clone());
        // The worker keeps nothing of a run that has failed; what has changed may be the remedy.
        let has_failed = matches!(self.session.snapshot().phase, Phase::Failed(_));
        let starts_over = self.is_outdated || has_failed || !before.has_same_start(&self.session.spec);
        let is_felt = starts_over || is_felt(&before, &self.session.spec);
        if is_felt && !self.is_outdated {
            let shares_samples = before.has_same_data(&self.session.spec);
            self.leave(&before, shares_samples);
        }
        if let Some(left) = comes_back_to.filter(|_| is_felt) {
            return self.come_back(left);
        }
        if starts_over {
            self.start(false);
            return;
        }
        self.session.check_on_same_data();
        if before.training.epochs != self.session.spec.training.epochs {
            self.session.goal = self.session.spec.training.epochs.max(self.session.snapshot().epoch);
        }
        let Ok(checked) = self.session.checked() else { return self.worker.pause() };
        self.worker.change(checked.clone());
        if !self.session.is_playing && self.session.has_begun() {
            self.outdate(before);
        }
        if self.session.is_playing {
            self.play();
        }
    }

    /// After a change of settings that the model has not been trained with: trains on where training was over, or remembers
    /// that the figures on the screen are those from before.
    fn outdate(&mut self, before: ExperimentSpec) {
        let session = &mut self.session;
        let (epoch, is_finished) = (session.snapshot().epoch, session.snapshot().is_finished);
        let (epoch, known) = session.outdated.take().unwrap_or_else(|| (epoch, Box::new(before)));
        if changes(&known, &session.spec).is_empty() {
            return;
        }
        let is_over = session.snapshot().epoch >= session.goal || is_finished;
        if self.settings.trains_on && is_over && session.looked_at.is_none() {
            (session.is_playing, session.ending) = (true, Ending::Settled);
        } else {
            session.outdated = Some((epoch, known));
        }
    }

    /// What is on the screen that takes a closer look at the samples.
    fn watched(&self) -> Watched {
        let (session, settings) = (&self.session, &self.settings);
        let on_screen = pictures_on_screen(session, settings);
        let is_asked_for = |data| on_screen.iter().any(|&picture| card(picture).run_data(settings) == Some(data));
        let objective = session.spec.objectives.get(settings.ownership.objective_idx(&session.spec));
        Watched {
            by_sample: objective.filter(|_| is_asked_for(RunData::LossBySample)).map(|objective| objective.colour),
            class_idx: session.scored_class().filter(|_| is_asked_for(RunData::ClassScores)),
            cell: session.selected_cell,
            has_confidence: is_asked_for(RunData::Confidence),
        }
    }

    /// Has the run of settings that are left kept, if Undo or Redo may come back to them.
    pub(super) fn leave(&mut self, before: &ExperimentSpec, shares_samples: bool) {
        let session = &mut self.session;
        if is_ready(session) && session.undo.is_step(before) {
            let run = LeftRun::default();
            self.worker.leave(run.clone(), shares_samples);
            let left = LeftState {
                run,
                epoch: session.snapshot().epoch,
                goal: session.goal,
                was_playing: session.is_playing,
                outdated: session.outdated.clone(),
            };
            session.undo.leave(before, left);
        }
    }

    /// Shows a run again as it was left; it goes on only where it did then and the one on the screen does now.
    fn come_back(&mut self, left: LeftState) {
        self.session.check();
        self.is_outdated = self.session.checked().is_err();
        let Ok(checked) = self.session.checked().cloned() else { return self.worker.pause() };
        let session = &mut self.session;
        session.comes_back_at = (session.has_begun() && left.epoch != session.snapshot().epoch).then_some(left.epoch);
        session.run_id += 1;
        session.looked_at = None;
        session.is_playing &= left.was_playing;
        (session.goal, session.outdated) = (left.goal, left.outdated);
        self.worker.come_back(session.run_id, checked, left.run);
        if self.session.is_playing {
            self.play();
        }
    }

    /// Starts over at epoch 0; goes on playing if it was.
    pub(super) fn start(&mut self, reload: bool) {
        self.given = self.session.spec.clone();
        if reload {
            self.session.forget_table();
        }
        self.session.check();
        self.session.goal = self.session.spec.training.epochs;
        (self.session.looked_at, self.session.comes_back_at) = (None, None);
        self.is_outdated = self.session.checked().is_err();
        // The worker waits for settings that can be trained. Of generated data there may be counts to show by then, to
        // which nothing belongs that it has; a table is the same under all settings.
        let Ok(checked) = self.session.checked().cloned() else {
            if !self.session.spec.data.source.is_table() {
                self.session.drop_run();
            }
            return self.worker.pause();
        };
        self.session.run_id += 1;
        self.session.outdated = None;
        if self.session.notice.as_ref().is_some_and(|notice| notice.is_error) {
            self.session.notice = None;
        }
        self.worker.start(self.session.run_id, checked, reload);
        if self.session.is_playing {
            self.play();
        }
    }
}

/// Whether the worker has the samples of the newest run.
fn is_ready(session: &Session) -> bool {
    session.snapshot().run_id == session.run_id && session.snapshot().phase == Phase::Ready
}

/// Whether training feels a change on the same data: not that of a name or of what is shown.
fn is_felt(before: &ExperimentSpec, after: &ExperimentSpec) -> bool {
    let colours = |spec: &ExperimentSpec| spec.objectives.iter().map(|one| one.colour).collect::<Vec<_>>();
    !changes(before, after).is_empty() || colours(before) != colours(after)
}
