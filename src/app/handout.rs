//! A lesson on paper: every scene on a sheet, with its solution where that is asked for.

use std::sync::Arc;

use super::Offscreen;
use crate::{
    figure::{Figure, pages},
    lesson::Lesson,
    state::{LessonCommand, Teaching},
};

/// The sheets of a lesson as a PDF, in a language; with a solution to each scene that asks or reveals something. `on_scene` hears
/// how many scenes are drawn of how many.
///
/// # Errors
/// A sentence that says what went wrong.
pub fn handout(
    lesson: &Lesson,
    language: &str,
    has_solutions: bool,
    on_scene: &mut dyn FnMut(u64, u64),
) -> Result<Vec<u8>, String> {
    let mut lab = Offscreen::open(None)?;
    lab.speak(language);
    let n_scenes = lesson.scenes.len();
    let mut sheets: Vec<Figure> = Vec::new();
    lab.teach(LessonCommand::Begin(Arc::new(lesson.clone())))?;
    for scene_idx in 0..n_scenes {
        on_scene(scene_idx as u64, n_scenes as u64);
        if scene_idx > 0 {
            lab.teach(LessonCommand::Next)?;
        }
        sheets.push(lab.sheet());
        let can_reveal = lab.session().teaching.as_ref().is_some_and(Teaching::can_reveal);
        if has_solutions && can_reveal {
            lab.teach(LessonCommand::Reveal)?;
            lab.cover();
            sheets.push(lab.sheet());
        }
    }
    on_scene(n_scenes as u64, n_scenes as u64);
    pages(&sheets).map_err(|error| error.to_string())
}
