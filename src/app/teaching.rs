//! Lessons: their scenes are put on the screen, and what they lock stays as it is.

use std::sync::Arc;

use super::Lab;
use crate::{
    lesson::{Lesson, Training, course, truth_of},
    state::{LessonCommand, Teaching},
};

impl Lab {
    /// Does something with the lesson, or begins one.
    pub fn teach(&mut self, command: LessonCommand) {
        if let LessonCommand::Begin(lesson) = command {
            return self.begin_lesson(lesson);
        }
        let Some(teaching) = &mut self.session.teaching else { return };
        let (scene_idx, n_scenes) = (teaching.scene_idx, teaching.lesson.scenes.len());
        match command {
            LessonCommand::Begin(_) => {}
            LessonCommand::Next if scene_idx + 1 < n_scenes => self.go_to_scene(scene_idx + 1),
            LessonCommand::Next => {
                let key = teaching.lesson.key.clone();
                let mut following = course().iter().skip_while(|lesson| lesson.key != key).skip(1);
                match following.next() {
                    Some(next) => self.begin_lesson(Arc::clone(next)),
                    None => self.session.say("This is the last scene; Lesson → End lesson brings your experiment back"),
                }
            }
            LessonCommand::Back => self.go_to_scene(scene_idx.saturating_sub(1)),
            LessonCommand::Restart => self.go_to_scene(scene_idx),
            LessonCommand::Reveal if !teaching.can_reveal() => {}
            LessonCommand::Reveal => {
                teaching.is_revealed = true;
                if teaching.scene().is_some_and(|scene| scene.training == Training::WhenRevealed) {
                    self.session.goal = self.session.spec.training.epochs;
                    self.session.is_playing = true;
                    self.play();
                }
            }
            LessonCommand::ToggleLock => {
                teaching.is_unlocked = !teaching.is_unlocked;
                if !teaching.is_unlocked {
                    self.go_to_scene(scene_idx);
                }
            }
            LessonCommand::End => self.end_lesson(),
        }
    }

    /// Begins a lesson; the experiment on the screen is kept until it ends.
    fn begin_lesson(&mut self, lesson: Arc<Lesson>) {
        let before = match self.session.teaching.take() {
            Some(other) => other.before,
            None => (self.session.spec.clone(), self.session.path.take()),
        };
        self.session.show_as_at_first();
        self.session.teaching = Some(Teaching::new(lesson, before));
        self.go_to_scene(0);
    }

    /// Brings the experiment back from before the lesson.
    pub(super) fn end_lesson(&mut self) {
        let Some(teaching) = self.session.teaching.take() else { return };
        (self.session.spec, self.session.path) = teaching.before;
        self.session.generation += 1;
        self.session.is_playing = false;
    }

    /// Puts a scene on the screen as it begins.
    pub(super) fn go_to_scene(&mut self, scene_idx: usize) {
        let Some(teaching) = &mut self.session.teaching else { return };
        teaching.go(scene_idx);
        let Some(scene) = teaching.scene() else { return };
        let is_trained_at_once = scene.training == Training::AtOnce;
        let spec = scene.experiment.clone();
        let is_there = self.session.spec == spec && self.session.snapshot().epoch == self.session.goal;
        if let Some(presenting) = &mut self.session.presenting {
            presenting.strokes.clear();
        }
        if is_there && is_trained_at_once {
            // The models of the scene before are those of this one.
            return;
        }
        self.session.spec = spec;
        self.session.generation += 1;
        self.session.is_playing = is_trained_at_once;
        self.start(false);
    }

    /// Takes back what the scene locks, trains on where its controls start over, and looks whether the goal is reached.
    pub(super) fn hold_lesson(&mut self) {
        if !self.session.is_locked() {
            return;
        }
        let Some(teaching) = &self.session.teaching else { return };
        if self.session.spec != self.given
            && let Some(held) = teaching.held(&self.session.spec)
        {
            if held != self.session.spec {
                self.session.spec = held;
                self.session.say("Locked by the lesson: Lesson → Unlock or lock opens it");
            }
            let trains = self.session.teaching.as_ref().is_some_and(Teaching::trains);
            if trains && !self.given.has_same_start(&self.session.spec) {
                self.session.is_playing = true;
            }
        }
        self.keep_answer();
        let has_goal_left = self.session.teaching.as_ref().is_some_and(Teaching::has_goal_left);
        if has_goal_left && self.session.is_trained() {
            let facts = self.session.facts();
            if let Some(teaching) = &mut self.session.teaching {
                teaching.look_at_goal(&facts);
            }
        }
    }

    /// Puts the answer of the scene to the others, once it is known what came out.
    fn keep_answer(&mut self) {
        let Some(teaching) = &self.session.teaching else { return };
        let is_known = self.session.is_trained() || !teaching.trains();
        let Some(mut answer) =
            teaching.given().filter(|answer| is_known && !self.session.handed_on.answers.has(answer))
        else {
            return;
        };
        answer.truth = teaching.scene().and_then(|scene| truth_of(scene, &self.session.facts()));
        self.session.handed_on.answers.put(answer);
    }
}
