//! Answers that students give in a lesson, in small files; and those of a whole class put together.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    check::right_order,
    facts::Facts,
    script::{Question, Scene},
};

/// The end of the name of such a file.
pub const ANSWERS_ENDING: &str = ".answers.json";
/// The format that is written, and the newest that is read.
const FORMAT: u32 = 1;
/// Bytes of a file at most.
pub const MOST_ANSWER_BYTES: u64 = 1 << 20;
/// Characters of a name at most.
const MOST_OF_A_NAME: usize = 200;

/// What one student has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The format of the file.
    pub format: u32,
    /// Who it was, if that was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The answers, in the order in which they were given.
    pub answers: Vec<GivenAnswer>,
}

/// An answer to the question of a scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenAnswer {
    /// Key of the lesson.
    pub lesson: String,
    /// Key of the scene.
    pub scene: String,
    /// What was answered.
    pub given: Given,
    /// What came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truth: Option<Given>,
}

/// An answer, or what it should have been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// One of several answers, by its place from 0.
    Choice(usize),
    /// A number.
    Number(f64),
    /// Bars from head to tail, or points of a curve from the first epoch to the last, each from 0 to 1.
    Drawn(Vec<f64>),
    /// Places of things in their order.
    Order(Vec<usize>),
}

/// Why answers cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    /// It is not what it should be.
    #[error("these are no answers of a lesson: {0}")]
    Invalid(String),
    /// A newer program wrote them.
    #[error("these answers are from a newer Longtail Lab (format {0}; this program reads 1)")]
    Newer(u32),
}

/// Whether a file holds answers, by its name.
pub fn is_answers(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(ANSWERS_ENDING))
}

/// What the question of a scene should have been answered with, as far as the run tells.
pub fn truth_of(scene: &Scene, facts: &Facts) -> Option<Given> {
    match scene.question.as_ref()? {
        Question::Choice(right) => Some(Given::Choice(*right)),
        Question::Number(right, _) => facts.value(&right.is).ok().map(Given::Number),
        Question::Order(things) => right_order(things, facts).ok().map(Given::Order),
        Question::Draw(drawing, objective) => {
            let drawn = facts.drawn(*drawing, &objective.is, scene.experiment.training.epochs);
            let drawn: Option<Vec<f64>> = drawn.into_iter().collect();
            drawn.filter(|drawn| !drawn.is_empty()).map(Given::Drawn)
        }
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self::new("", Vec::new())
    }
}

impl Answers {
    /// Answers of somebody, who may stay without a name.
    pub fn new(name: &str, answers: Vec<GivenAnswer>) -> Self {
        let mut own = Self { format: FORMAT, name: None, answers };
        own.rename(name.trim());
        own
    }

    /// Says who it was; an empty name says nothing.
    pub fn rename(&mut self, name: &str) {
        let name: String = name.chars().take(MOST_OF_A_NAME).collect();
        self.name = (!name.trim().is_empty()).then_some(name);
    }

    /// Whether a question was answered in this way, whatever came out.
    pub fn has(&self, answer: &GivenAnswer) -> bool {
        let is_same = |known: &GivenAnswer| {
            (&known.lesson, &known.scene, &known.given) == (&answer.lesson, &answer.scene, &answer.given)
        };
        self.answers.iter().any(is_same)
    }

    /// Adds an answer, in place of an earlier one to the same question.
    pub fn put(&mut self, answer: GivenAnswer) {
        self.answers.retain(|known| (&known.lesson, &known.scene) != (&answer.lesson, &answer.scene));
        self.answers.push(answer);
    }

    /// As a file.
    ///
    /// # Errors
    /// When a number is not finite.
    pub fn to_json(&self) -> Result<String, AnswersError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| AnswersError::Invalid(error.to_string()))?;
        Ok(text + "\n")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it holds something else, or numbers that no answer can have.
    pub fn from_json(text: &str) -> Result<Self, AnswersError> {
        let answers: Self = serde_json::from_str(text).map_err(|error| AnswersError::Invalid(error.to_string()))?;
        if answers.format > FORMAT {
            return Err(AnswersError::Newer(answers.format));
        }
        let is_share = |share: &f64| (0.0..=1.0).contains(share);
        let is_possible = |given: &Given| match given {
            Given::Choice(_) => true,
            Given::Number(number) => number.is_finite(),
            Given::Drawn(drawn) => drawn.iter().all(is_share),
            Given::Order(order) => order.iter().collect::<BTreeSet<_>>().len() == order.len(),
        };
        let all = answers.answers.iter().flat_map(|answer| std::iter::once(&answer.given).chain(&answer.truth));
        if !all.clone().all(is_possible) {
            let reason = "a drawing is of numbers from 0 to 1, an order names each thing once".to_owned();
            return Err(AnswersError::Invalid(reason));
        }
        Ok(answers)
    }
}

/// The answers of a class to one question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassAnswers {
    /// Key of the lesson.
    pub lesson: String,
    /// Key of the scene.
    pub scene: String,
    /// How many students have answered.
    pub n: usize,
    /// How they did.
    pub answered: Answered,
}

/// How a class has answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// How many chose each answer, and the right one.
    Choices {
        /// Students by answer, shape `[n_answers]`.
        counts: Vec<usize>,
        /// The place of the right answer.
        right: Option<usize>,
    },
    /// The numbers from small to large, and what came out.
    Numbers {
        /// Sorted numbers.
        numbers: Vec<f64>,
        /// What came out.
        truth: Option<f64>,
    },
    /// Quartiles of the drawn bars or points, and what came out.
    Drawings {
        /// Lower quartile, median and upper quartile of each bar or point.
        quartiles: Vec<[f64; 3]>,
        /// What came out, one by one.
        truth: Vec<f64>,
    },
    /// How often each order was given, the most frequent first, and the right one.
    Orders {
        /// Orders with the number of students.
        orders: Vec<(Vec<usize>, usize)>,
        /// The right order.
        right: Option<Vec<usize>>,
    },
}

/// Puts the answers of a class together: a question for each scene that anybody has answered, in the order of the course. Of a
/// student who answered a question more than once the last answer counts; answers of another kind than most are left out.
pub fn merge(students: &[Answers]) -> Vec<ClassAnswers> {
    let mut scenes: Vec<(&str, &str)> = Vec::new();
    let mut by_scene: BTreeMap<(&str, &str), Vec<&GivenAnswer>> = BTreeMap::new();
    for student in students {
        let mut own: BTreeMap<(&str, &str), &GivenAnswer> = BTreeMap::new();
        for answer in &student.answers {
            let scene = (answer.lesson.as_str(), answer.scene.as_str());
            if !scenes.contains(&scene) {
                scenes.push(scene);
            }
            own.insert(scene, answer);
        }
        for (scene, answer) in own {
            by_scene.entry(scene).or_default().push(answer);
        }
    }
    let place = |lesson: &str| super::built_in::built_in_keys().position(|key| key == lesson).unwrap_or(usize::MAX);
    scenes.sort_by_key(|(lesson, _)| (place(lesson), *lesson));
    let question = |scene: (&str, &str)| {
        let answers = by_scene.get(&scene)?;
        let (n, answered) = together(answers)?;
        Some(ClassAnswers { lesson: scene.0.to_owned(), scene: scene.1.to_owned(), n, answered })
    };
    scenes.into_iter().filter_map(question).collect()
}

/// How a question was answered, and by how many.
fn together(answers: &[&GivenAnswer]) -> Option<(usize, Answered)> {
    let kind = |given: &Given| match given {
        Given::Choice(_) => (0, 0),
        Given::Number(_) => (1, 0),
        Given::Drawn(drawn) => (2, drawn.len()),
        Given::Order(order) => (3, order.len()),
    };
    let mut kinds: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for answer in answers {
        *kinds.entry(kind(&answer.given)).or_default() += 1;
    }
    let (usual, _) = kinds.into_iter().max_by_key(|(_, n)| *n)?;
    let answers: Vec<&GivenAnswer> = answers.iter().copied().filter(|answer| kind(&answer.given) == usual).collect();
    let truth = answers.iter().find_map(|answer| answer.truth.as_ref());
    let answered = match &answers.first()?.given {
        Given::Choice(_) => {
            let chosen: Vec<usize> = answers.iter().filter_map(|answer| as_choice(&answer.given)).collect();
            let right = truth.and_then(as_choice);
            let n_answers = chosen.iter().chain(&right).map(|place| place + 1).max().unwrap_or(0).min(MOST_CHOICES);
            let counts = (0..n_answers).map(|place| chosen.iter().filter(|other| **other == place).count()).collect();
            Answered::Choices { counts, right }
        }
        Given::Number(_) => {
            let mut numbers: Vec<f64> = answers.iter().filter_map(|answer| as_number(&answer.given)).collect();
            numbers.sort_by(f64::total_cmp);
            Answered::Numbers { numbers, truth: truth.and_then(as_number) }
        }
        Given::Drawn(first) => {
            let drawn: Vec<&[f64]> = answers.iter().filter_map(|answer| as_drawn(&answer.given)).collect();
            let quartiles = (0..first.len()).map(|rank| quartiles(drawn.iter().map(|drawn| drawn[rank]).collect()));
            Answered::Drawings {
                quartiles: quartiles.collect(),
                truth: truth.and_then(as_drawn).map(<[f64]>::to_vec).unwrap_or_default(),
            }
        }
        Given::Order(_) => {
            let mut counts: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
            for order in answers.iter().filter_map(|answer| as_order(&answer.given)) {
                *counts.entry(order.to_vec()).or_default() += 1;
            }
            let mut orders: Vec<(Vec<usize>, usize)> = counts.into_iter().collect();
            orders.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            Answered::Orders { orders, right: truth.and_then(as_order).map(<[usize]>::to_vec) }
        }
    };
    Some((answers.len(), answered))
}

/// Answers of a choice that are told apart.
const MOST_CHOICES: usize = 26;

fn as_choice(given: &Given) -> Option<usize> {
    if let Given::Choice(place) = given { Some(*place) } else { None }
}

fn as_number(given: &Given) -> Option<f64> {
    if let Given::Number(number) = given { Some(*number) } else { None }
}

fn as_drawn(given: &Given) -> Option<&[f64]> {
    if let Given::Drawn(drawn) = given { Some(drawn) } else { None }
}

fn as_order(given: &Given) -> Option<&[usize]> {
    if let Given::Order(order) = given { Some(order) } else { None }
}

/// Lower quartile, median and upper quartile, between two numbers by how near they are.
fn quartiles(mut numbers: Vec<f64>) -> [f64; 3] {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().saturating_sub(1);
    [0.25, 0.5, 0.75].map(|share| {
        let place = share * last as f64;
        let below = place.floor() as usize;
        let at = |idx: usize| numbers.get(idx.min(last)).copied().unwrap_or(0.0);
        at(below) + (at(below + 1) - at(below)) * (place - place.floor())
    })
}

impl Answered {
    /// In a sentence or two, for the terminal and screen readers.
    pub fn in_words(&self) -> String {
        let letter = |place: usize| char::from(b'A' + (place % MOST_CHOICES) as u8);
        let order =
            |order: &[usize]| order.iter().map(|&place| letter(place).to_string()).collect::<Vec<_>>().join(" > ");
        match self {
            Self::Choices { counts, right } => {
                let each = counts.iter().enumerate().map(|(place, n)| format!("{} {n}", letter(place)));
                let right = right.map_or(String::new(), |right| format!("; right is {}", letter(right)));
                each.collect::<Vec<_>>().join(", ") + &right
            }
            Self::Numbers { numbers, truth } => {
                let [low, median, high] = quartiles(numbers.clone()).map(crate::numbers::three_digits);
                let truth =
                    truth.map_or(String::new(), |truth| format!("; it is {}", crate::numbers::three_digits(truth)));
                format!("half between {low} and {high}, median {median}{truth}")
            }
            Self::Drawings { quartiles, truth } => {
                let medians: Vec<String> = quartiles.iter().map(|[_, median, _]| format!("{median:.2}")).collect();
                let truth: Vec<String> = truth.iter().map(|truth| format!("{truth:.2}")).collect();
                let out = if truth.is_empty() { String::new() } else { format!("; it is {}", truth.join(" ")) };
                format!("medians from left to right {}{out}", medians.join(" "))
            }
            Self::Orders { orders, right } => {
                let each = orders.iter().take(3).map(|(given, n)| format!("{n} × {}", order(given)));
                let right = right.as_ref().map_or(String::new(), |right| format!("; right is {}", order(right)));
                each.collect::<Vec<_>>().join(", ") + &right
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(scene: &str, given: Given, truth: Option<Given>) -> GivenAnswer {
        GivenAnswer { lesson: "focal".to_owned(), scene: scene.to_owned(), given, truth }
    }

    #[test]
    fn a_file_comes_back_and_a_name_is_there_only_if_it_was_typed() {
        let given = vec![
            answer("a", Given::Choice(1), Some(Given::Choice(0))),
            answer("b", Given::Drawn(vec![0.5, 0.25]), None),
        ];
        let answers = Answers::new("  ", given.clone());
        assert_eq!(answers.name, None);
        let text = answers.to_json().unwrap();
        assert!(!text.contains("name"), "{text}");
        assert_eq!(Answers::from_json(&text), Ok(answers));
        assert_eq!(Answers::new(" Kim ", given).name.as_deref(), Some("Kim"));
    }

    #[test]
    fn what_is_no_answer_is_refused_with_a_sentence() {
        for wrong in [
            "",
            "[]",
            "{\"format\": 1}",
            "{\"format\": 1, \"answers\": [{\"lesson\": \"a\", \"scene\": \"b\", \"given\": {\"drawn\": [2.0]}}]}",
            "{\"format\": 1, \"answers\": [{\"lesson\": \"a\", \"scene\": \"b\", \"given\": {\"order\": [1, 1]}}]}",
        ] {
            assert!(matches!(Answers::from_json(wrong), Err(AnswersError::Invalid(_))), "{wrong}");
        }
        assert_eq!(Answers::from_json("{\"format\": 2, \"answers\": []}"), Err(AnswersError::Newer(2)));
    }

    #[test]
    fn a_class_is_put_together_question_by_question() {
        let student = |choice, number, drawn: [f64; 2], order: [usize; 2]| {
            Answers::new(
                "",
                vec![
                    answer("choice", Given::Choice(choice), Some(Given::Choice(2))),
                    answer("number", Given::Number(number), Some(Given::Number(2.5))),
                    answer("draw", Given::Drawn(drawn.to_vec()), Some(Given::Drawn(vec![0.9, 0.1]))),
                    answer("order", Given::Order(order.to_vec()), None),
                ],
            )
        };
        let mut students = vec![
            student(0, 1.0, [1.0, 0.0], [0, 1]),
            student(0, 3.0, [0.5, 0.5], [1, 0]),
            student(1, 2.0, [0.0, 1.0], [1, 0]),
        ];
        // The last answer counts, and one of another kind does not.
        students[2].answers.push(answer("choice", Given::Choice(2), None));
        students.push(Answers::new("", vec![answer("number", Given::Choice(0), None)]));
        let merged = merge(&students);
        let of = |scene: &str| merged.iter().find(|one| one.scene == scene).unwrap().clone();
        assert_eq!(
            (of("choice").n, of("choice").answered),
            (3, Answered::Choices { counts: vec![2, 0, 1], right: Some(2) })
        );
        assert_eq!(
            (of("number").n, of("number").answered),
            (3, Answered::Numbers { numbers: vec![1.0, 2.0, 3.0], truth: Some(2.5) })
        );
        let drawings = Answered::Drawings { quartiles: vec![[0.25, 0.5, 0.75]; 2], truth: vec![0.9, 0.1] };
        assert_eq!(of("draw").answered, drawings);
        let orders = Answered::Orders { orders: vec![(vec![1, 0], 2), (vec![0, 1], 1)], right: None };
        assert_eq!(of("order").answered, orders);
        assert_eq!(of("choice").answered.in_words(), "A 2, B 0, C 1; right is C");
        assert_eq!(of("order").answered.in_words(), "2 × B > A, 1 × A > B");
        assert_eq!(merge(&[]), []);
    }
}
