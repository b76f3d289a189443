//! What the controls have changed, for the worker: settings that act while it trains, and those with which it starts over.

use super::Lab;
use crate::{
    experiment::{ExperimentSpec, changes},
    state::{Ending, Phase},
    ui::{
        cards::{RunData, card},
        panels::pictures_on_screen,
    },
    worker::Watched,
};

impl Lab {
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
        if self.session.spec == self.given {
            return;
        }
        let before = std::mem::replace(&mut self.given, self.session.spec.clone());
        // The worker keeps nothing of a run that has failed; what has changed may be the remedy.
        let has_failed = matches!(self.session.snapshot().phase, Phase::Failed(_));
        if self.is_outdated || has_failed || !before.has_same_start(&self.session.spec) {
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

    /// Starts over at epoch 0; goes on playing if it was.
    pub(super) fn start(&mut self, reload: bool) {
        self.given = self.session.spec.clone();
        if reload {
            self.session.forget_table();
        }
        self.session.check();
        self.session.goal = self.session.spec.training.epochs;
        self.session.looked_at = None;
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
