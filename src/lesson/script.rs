//! What a lesson is made of: scenes, each with an experiment, pictures, and what is asked, shown and claimed.

use super::expression::{Claim, Expression};
use crate::experiment::{ExperimentSpec, Setting};

/// Keys of the pictures that a scene can show.
pub const PICTURES: [&str; 24] = [
    "counts",
    "weights",
    "recall",
    "regions",
    "curves",
    "samples",
    "classes",
    "schemes",
    "consequences",
    "effective_numbers",
    "covering",
    "derivation",
    "loss_curves",
    "loss_slopes",
    "loss_pile",
    "loss_owners",
    "loss_shares",
    "cumulative_loss",
    "composition",
    "differences",
    "confusion",
    "head_tail",
    "reliability",
    "norms",
];

/// Something wrong in a lesson, with the file and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file: `lesson.toml`, or that of a language such as `en.md`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, in a sentence.
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, line {}: {}", self.file, self.line, self.reason)
    }
}

/// Something with the line of the file that it stands on, from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct At<T> {
    /// The line.
    pub line: usize,
    /// What stands there.
    pub is: T,
}

/// A lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its key: the name of its folder.
    pub key: String,
    /// How long it takes in front of a class.
    pub minutes: u32,
    /// The scenes in their order, at least one.
    pub scenes: Vec<Scene>,
    /// The texts, at least one language; the first is that of a language that is not there.
    pub languages: Vec<Language>,
    /// The files that it was read from, to hand it on.
    pub source: Source,
}

/// The files of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// The script.
    pub script: String,
    /// The texts with the code of their language.
    pub texts: Vec<(String, String)>,
}

/// A scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Its key, by which its texts are found.
    pub key: At<String>,
    /// Keys of its pictures, the hero first.
    pub pictures: Vec<At<String>>,
    /// Those once it is revealed; none for the same.
    pub revealed_pictures: Vec<At<String>>,
    /// The experiment.
    pub experiment: ExperimentSpec,
    /// When its experiment is trained.
    pub training: Training,
    /// The settings that may be moved; everything else is locked.
    pub controls: Vec<Setting>,
    /// What is not told until it is revealed, as it would give the answer away.
    pub hidden: Vec<ReadOut>,
    /// What is asked.
    pub question: Option<Question>,
    /// What is to be reached.
    pub goal: Option<Goal>,
    /// What holds at the end of training.
    pub claims: Vec<At<Claim>>,
}

/// A read-out that can give an answer away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOut {
    /// Titles that say what came out; the pictures have their names instead.
    Titles,
    /// Overall figures beside recall.
    Scores,
    /// What the best possible classifier reaches.
    Best,
}

impl ReadOut {
    /// Every read-out with its key in scripts.
    pub const KEYS: [(&str, Self); 3] = [("titles", Self::Titles), ("scores", Self::Scores), ("best", Self::Best)];
}

/// When a scene's experiment is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Training {
    /// Not at all.
    Never,
    /// As soon as the scene begins.
    AtOnce,
    /// When the scene is revealed.
    WhenRevealed,
}

/// What is asked before it is revealed.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// One of several answers, the right one by its place from 0.
    Choice(usize),
    /// A number, and how far off it may be.
    Number(At<Expression>, f64),
    /// Bars or a curve of an objective, drawn by hand.
    Draw(Drawing, At<String>),
    /// The order of several things, from the largest to the smallest value.
    Order(Vec<At<Expression>>),
}

/// What is drawn by hand; every value is from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// The recall of each class, from head to tail.
    Recall,
    /// The share of the training loss that each class owns, from head to tail.
    LossShares,
    /// Macro recall at [`Self::CURVE_POINTS`] epochs, equally far apart, from the first to the last.
    Curve,
}

impl Drawing {
    /// Points of a curve.
    pub const CURVE_POINTS: usize = 11;

    /// The epoch of a point of a curve over a run of so many epochs.
    pub fn epoch_of(point: usize, epochs: u64) -> f64 {
        epochs as f64 * point as f64 / (Self::CURVE_POINTS - 1) as f64
    }

    /// What it is of, as a title says it.
    pub fn subject(self) -> &'static str {
        match self {
            Self::Recall => "recall of each class",
            Self::LossShares => "share of the loss of each class",
            Self::Curve => "macro recall over the epochs",
        }
    }
}

/// Something to be reached with the controls of the scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// What is to hold.
    pub claims: Vec<At<Claim>>,
    /// Values of settings with which it does.
    pub reached_with: Vec<(Setting, f64)>,
}

/// The texts of a lesson in a language.
#[derive(Debug, Clone, PartialEq)]
pub struct Language {
    /// Its code, such as `en`.
    pub code: String,
    /// The title of the lesson.
    pub title: String,
    /// The texts of each scene, in the order of scenes.
    pub scenes: Vec<SceneText>,
}

/// The texts of a scene; expressions in braces are filled in from the run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SceneText {
    /// The line of its title.
    pub line: usize,
    /// Its title.
    pub title: String,
    /// What is told.
    pub text: String,
    /// What is asked.
    pub question: String,
    /// Answers to choose from, or things to be put in order.
    pub answers: Vec<String>,
    /// What is told when it is revealed.
    pub reveal: String,
    /// What is to be reached.
    pub goal: String,
}

impl Scene {
    /// The objectives that a control moves, by their place: those that use it as the scene begins.
    pub fn moved_by(&self, setting: Setting) -> impl Iterator<Item = usize> {
        let objectives = self.experiment.objectives.iter().enumerate();
        objectives.filter(move |(_, one)| setting.is_used_by(one, &self.experiment)).map(|(idx, _)| idx)
    }

    /// Puts a number into an experiment of the scene, as a control does that moves all objectives that use it.
    pub fn set(&self, setting: Setting, number: f64, spec: &mut ExperimentSpec) {
        for idx in self.moved_by(setting) {
            setting.set_at(spec, idx, number);
        }
    }
}

impl Lesson {
    /// The texts in a language, or in the first where it has none in that one.
    pub fn language(&self, code: &str) -> Option<&Language> {
        self.languages.iter().find(|language| language.code == code).or_else(|| self.languages.first())
    }
}
