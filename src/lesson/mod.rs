//! Lessons: scenes that lead a class through the lab, with questions, goals and claims that are held by training them.
//!
//! A lesson is a folder with a script, `lesson.toml`, and a text in Markdown for each language. Nothing here draws: the window
//! shows a scene, the terminal checks a lesson, and tests train every scene of the built-in course.

mod answers;
mod built_in;
mod check;
mod expression;
mod facts;
mod folder;
mod reading;
mod recording;
mod script;
mod share;
mod texts;

pub use answers::{
    ANSWERS_ENDING, Answered, Answers, AnswersError, ClassAnswers, Given, GivenAnswer, MOST_ANSWER_BYTES, is_answers,
    merge, truth_of,
};
pub use built_in::{built_in, built_in_keys, course};
pub use check::{SEEDS, check, check_claims, is_reached, right_order};
pub use expression::{Claim, ClassName, Expression, Formula, LookUp, Quantity, Which};
pub use facts::{Facts, RunFacts};
pub use folder::{is_script, open};
pub use reading::{SCRIPT, read};
pub use recording::{locked, recorded};
pub use script::{
    At, Drawing, Fault, Goal, Language, Lesson, PICTURES, Question, ReadOut, Scene, SceneText, Source, Training,
};
pub use share::{ShareError, Shared, is_shared};
