//! What is handed on, or comes from others: a shared text, a film, answers, and what another window has left behind.

use crate::{
    experiment::ExperimentSpec,
    lesson::{Answers, ClassAnswers},
};

/// What is handed on, or comes from others.
#[derive(Debug, Clone, Default)]
pub struct HandedOn {
    /// The experiment as a line of text, while it is shown.
    pub shared: Option<String>,
    /// How many pictures of a film are made, of how many, while one is made.
    pub film: Option<[usize; 2]>,
    /// What was answered in lessons so far, and who it was, if that was typed.
    pub answers: Answers,
    /// The answers of a class, while they are shown, and the number of students.
    pub class_answers: Option<(Vec<ClassAnswers>, usize)>,
    /// An experiment that a window has left behind that ended before it was saved, until a person decides about it.
    pub left_behind: Option<Box<ExperimentSpec>>,
}
