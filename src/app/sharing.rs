//! The experiment as a line of text: handed on, and opened where it arrives.

use std::sync::Arc;

use super::Lab;
use crate::{lesson::Shared, state::LessonCommand};

impl Lab {
    /// Shows the experiment, with the scene that is taught, as a line of text; or puts that away again.
    pub(super) fn share(&mut self) {
        if self.session.handed_on.shared.take().is_some() {
            return;
        }
        let teaching = self.session.teaching.as_ref();
        let scene = teaching.map(|teaching| ((*teaching.lesson).clone(), teaching.scene_idx));
        match (Shared { experiment: self.session.spec.clone(), scene }).to_text() {
            Ok(text) => self.session.handed_on.shared = Some(text),
            Err(error) => self.session.complain(error.to_string()),
        }
    }

    /// Opens what somebody has shared; a damaged text changes nothing.
    pub fn open_shared(&mut self, text: &str) {
        match Shared::from_text(text) {
            Ok(shared) => self.show_shared(shared),
            Err(error) => self.session.complain(error.to_string()),
        }
    }

    /// Shows what somebody has shared.
    pub(super) fn show_shared(&mut self, Shared { experiment, scene }: Shared) {
        self.session.handed_on.shared = None;
        self.close_preview();
        self.end_lesson();
        let Some((lesson, scene_idx)) = scene else {
            self.replace(experiment, None);
            self.session.say("The shared experiment is open; Undo brings yours back");
            return;
        };
        self.teach(LessonCommand::Begin(Arc::new(lesson)));
        self.go_to_scene(scene_idx);
        // What was moved within the scene comes along.
        let held = self.session.teaching.as_ref().and_then(|teaching| teaching.held(&experiment));
        if held.as_ref() == Some(&experiment) {
            self.session.spec = experiment;
            self.session.generation += 1;
        }
    }
}
