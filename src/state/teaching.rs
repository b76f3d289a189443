//! A lesson on the screen: the scene, the answer to its question, and what was there before.

use std::{path::PathBuf, sync::Arc};

use super::Picture;
use crate::{
    experiment::ExperimentSpec,
    lesson::{Facts, Given, GivenAnswer, Lesson, Question, Scene, Training, is_reached},
};

/// A lesson that is taught.
#[derive(Debug, Clone)]
pub struct Teaching {
    /// The lesson.
    pub lesson: Arc<Lesson>,
    /// The scene, by its place in the lesson.
    pub scene_idx: usize,
    /// Whether the answer to its question is shown.
    pub is_revealed: bool,
    /// What was answered.
    pub answer: Answer,
    /// Whether its goal was reached.
    pub is_reached: bool,
    /// Whether everything can be moved, not only what the scene leaves open.
    pub is_unlocked: bool,
    /// The experiment from before the lesson, and its file.
    pub before: (ExperimentSpec, Option<PathBuf>),
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Answer {
    /// None yet.
    #[default]
    Missing,
    /// One of several answers, by its place.
    Choice(usize),
    /// A number.
    Number(f64),
    /// The recall of each class from head to tail, 0 to 1.
    Drawn(Vec<f64>),
    /// Places of things in their order, as far as they were put.
    Order(Vec<usize>),
}

impl Answer {
    /// As it is kept in a file; `None` where there is none yet.
    fn given(&self) -> Option<Given> {
        match self {
            Self::Missing => None,
            Self::Choice(place) => Some(Given::Choice(*place)),
            Self::Number(number) => Some(Given::Number(*number)),
            Self::Drawn(drawn) => Some(Given::Drawn(drawn.clone())),
            Self::Order(order) => Some(Given::Order(order.clone())),
        }
    }
}

/// What a person does with a lesson.
#[derive(Debug, Clone, PartialEq)]
pub enum LessonCommand {
    /// Begin a lesson, at its first scene.
    Begin(Arc<Lesson>),
    /// The next scene; after the last one the next lesson of the course.
    Next,
    /// The scene before.
    Back,
    /// The scene as it began.
    Restart,
    /// Show the answer, and train where it takes that.
    Reveal,
    /// Open everything that is locked, or lock it again.
    ToggleLock,
    /// Back to the experiment from before.
    End,
}

impl LessonCommand {
    /// What stands on buttons and in menus.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Begin(_) => "Begin",
            Self::Next => "Next",
            Self::Back => "Back",
            Self::Restart => "Restart scene",
            Self::Reveal => "Reveal",
            Self::ToggleLock => "Unlock or lock",
            Self::End => "End lesson",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(&self) -> &'static str {
        match self {
            Self::Begin(_) => "Begin this lesson; the experiment on the screen comes back when it ends",
            Self::Next => "The next scene (PageDown)",
            Self::Back => "The scene before (PageUp)",
            Self::Restart => "The scene as it began (Home)",
            Self::Reveal => "Show the answer, and train where it takes that (Enter)",
            Self::ToggleLock => "Let everything be moved, with the whole lab around it; or back to the scene",
            Self::End => "Back to the experiment from before the lesson",
        }
    }
}

impl Teaching {
    /// A lesson at its first scene.
    pub fn new(lesson: Arc<Lesson>, before: (ExperimentSpec, Option<PathBuf>)) -> Self {
        Self {
            lesson,
            scene_idx: 0,
            is_revealed: false,
            answer: Answer::Missing,
            is_reached: false,
            is_unlocked: false,
            before,
        }
    }

    /// The scene on the screen.
    pub fn scene(&self) -> Option<&Scene> {
        self.lesson.scenes.get(self.scene_idx)
    }

    /// The pictures of the scene, the hero first.
    pub fn pictures(&self) -> Vec<Picture> {
        let Some(scene) = self.scene() else { return Vec::new() };
        let is_other = self.is_revealed && !scene.revealed_pictures.is_empty();
        let keys = if is_other { &scene.revealed_pictures } else { &scene.pictures };
        keys.iter().filter_map(|key| Picture::from_key(&key.is)).collect()
    }

    /// Whether there is something to reveal that is not yet.
    pub fn can_reveal(&self) -> bool {
        let has_more = |scene: &Scene| scene.question.is_some() || scene.training == Training::WhenRevealed;
        !self.is_revealed && self.scene().is_some_and(has_more)
    }

    /// Whether models are trained as the scene stands.
    pub fn trains(&self) -> bool {
        match self.scene().map(|scene| scene.training) {
            Some(Training::AtOnce) => true,
            Some(Training::WhenRevealed) => self.is_revealed,
            Some(Training::Never) | None => false,
        }
    }

    /// Whether its scene has a goal that is not reached yet.
    pub fn has_goal_left(&self) -> bool {
        !self.is_reached && self.scene().is_some_and(|scene| scene.goal.is_some())
    }

    /// Goes to a scene, of which nothing is answered yet.
    pub fn go(&mut self, scene_idx: usize) {
        self.scene_idx = scene_idx.min(self.lesson.scenes.len().saturating_sub(1));
        (self.is_revealed, self.is_reached, self.answer) = (false, false, Answer::Missing);
    }

    /// The scene's experiment with what may be moved as it is in another one: the settings of its controls, and which objectives
    /// are drawn.
    pub fn held(&self, moved: &ExperimentSpec) -> Option<ExperimentSpec> {
        let scene = self.scene()?;
        let mut held = scene.experiment.clone();
        if held.objectives.len() != moved.objectives.len() {
            return Some(held);
        }
        for (objective, moved_objective) in held.objectives.iter_mut().zip(&moved.objectives) {
            objective.shown = moved_objective.shown;
        }
        for setting in &scene.controls {
            for idx in scene.moved_by(*setting) {
                let Some(number) = setting.number(&moved.objectives[idx], moved) else { continue };
                setting.set_at(&mut held, idx, number);
            }
        }
        Some(held)
    }

    /// The answer to the scene's question, once that is revealed; what came out is not in it yet.
    pub fn given(&self) -> Option<GivenAnswer> {
        let (given, scene) = (self.answer.given()?, self.scene()?);
        let answer = GivenAnswer { lesson: self.lesson.key.clone(), scene: scene.key.is.clone(), given, truth: None };
        self.is_revealed.then_some(answer)
    }

    /// Takes note of a goal that is reached by now.
    pub fn look_at_goal(&mut self, facts: &Facts) {
        let goal = self.scene().and_then(|scene| scene.goal.as_ref());
        if goal.is_some_and(|goal| is_reached(goal, facts) == Ok(true)) {
            self.is_reached = true;
        }
    }

    /// Whether the answer is right, once there is one; a drawing is neither right nor wrong.
    pub fn is_right(&self, facts: &Facts) -> Option<bool> {
        match (&self.answer, self.scene()?.question.as_ref()?) {
            (Answer::Choice(chosen), Question::Choice(right)) => Some(chosen == right),
            (Answer::Number(number), Question::Number(right, within)) => {
                Some((number - facts.value(&right.is).ok()?).abs() <= *within)
            }
            (Answer::Order(order), Question::Order(things)) if order.len() == things.len() => {
                Some(*order == crate::lesson::right_order(things, facts).ok()?)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        experiment::Setting,
        lesson::{PICTURES, course},
    };

    #[test]
    fn every_picture_of_lessons_is_one_of_the_window() {
        for key in PICTURES {
            assert_eq!(Picture::from_key(key).map(Picture::key).as_deref(), Some(key));
        }
        assert_eq!(Picture::from_key("nothing"), None);
    }

    #[test]
    fn what_a_scene_locks_stays_as_it_is() {
        let before = (ExperimentSpec::default(), None);
        let mut teaching = Teaching::new(Arc::clone(&course()[0]), before);
        let controlled = teaching.lesson.scenes.iter().position(|scene| scene.controls == [Setting::Imbalance]);
        teaching.go(controlled.expect("a scene whose imbalance is moved"));
        let experiment = teaching.scene().unwrap().experiment.clone();
        let mut moved = experiment.clone();
        moved.distribution.imbalance = 7.0;
        moved.distribution.classes = 3;
        moved.objectives[0].beta = 0.5;
        moved.objectives[0].shown = false;
        let mut expected = experiment.clone();
        expected.distribution.imbalance = 7.0;
        expected.objectives[0].shown = false;
        assert_eq!(teaching.held(&moved), Some(expected));
        moved.objectives.clear();
        assert_eq!(teaching.held(&moved), Some(experiment));
    }
}
