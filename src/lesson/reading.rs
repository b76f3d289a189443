//! Lessons from files: the script in TOML, and the texts in Markdown, a file a language.

use serde::Deserialize;
use toml::Spanned;

use super::expression::{Claim, Expression};
use super::script::{At, Drawing, Fault, Goal, Lesson, PICTURES, Question, ReadOut, Scene, Source, Training};
use super::texts;
use crate::experiment::{self, ExperimentSpec, Setting, find_situation};

/// Most pictures of a scene.
pub(super) const MOST_PICTURES: usize = 3;

/// The name of the script of a lesson.
pub const SCRIPT: &str = "lesson.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptFile {
    format: Spanned<u64>,
    minutes: u32,
    scene: Vec<SceneFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SceneFile {
    key: Spanned<String>,
    pictures: Vec<Spanned<String>>,
    #[serde(default)]
    revealed_pictures: Vec<Spanned<String>>,
    situation: Option<Spanned<String>>,
    experiment: Option<Spanned<toml::Table>>,
    train: Option<Spanned<String>>,
    #[serde(default)]
    controls: Vec<Spanned<String>>,
    #[serde(default)]
    hide: Vec<Spanned<String>>,
    question: Option<Spanned<QuestionFile>>,
    goal: Option<Spanned<GoalFile>>,
    #[serde(default)]
    claims: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    choice: Option<usize>,
    number: Option<Spanned<String>>,
    within: Option<f64>,
    draw: Option<Spanned<String>>,
    draw_loss_shares: Option<Spanned<String>>,
    draw_curve: Option<Spanned<String>>,
    order: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoalFile {
    claims: Vec<Spanned<String>>,
    reached_with: toml::Table,
}

/// Reads a lesson from its script and its texts, each with the code of its language.
///
/// # Errors
/// Everything that is wrong, with its line, as far as it can be read.
pub fn read(key: &str, script: &str, texts: &[(&str, &str)]) -> Result<Lesson, Vec<Fault>> {
    let mut reader = Reader { script, faults: Vec::new() };
    let lesson = reader.lesson(key, texts);
    match lesson {
        Some(lesson) if reader.faults.is_empty() => Ok(lesson),
        _ => Err(reader.faults),
    }
}

struct Reader<'a> {
    script: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        self.script.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    fn fault(&mut self, line: usize, reason: impl Into<String>) {
        self.faults.push(Fault { file: SCRIPT.to_owned(), line, reason: reason.into() });
    }

    /// A part of the script, or the fault that it has.
    fn read<T, R>(&mut self, from: &Spanned<T>, read: impl FnOnce(&T) -> Result<R, String>) -> Option<At<R>> {
        let line = self.line(from.span().start);
        match read(from.get_ref()) {
            Ok(is) => Some(At { line, is }),
            Err(reason) => {
                self.fault(line, reason);
                None
            }
        }
    }

    fn lesson(&mut self, key: &str, texts: &[(&str, &str)]) -> Option<Lesson> {
        let script: ScriptFile = match toml::from_str(self.script) {
            Ok(script) => script,
            Err(error) => {
                let line = error.span().map_or(1, |span| self.line(span.start));
                self.fault(line, error.message().trim().replace('\n', ", "));
                return None;
            }
        };
        self.read(&script.format, |&format| match format {
            1 => Ok(()),
            other => Err(format!("format {other} is not known: this program reads lessons of format 1")),
        })?;
        if script.scene.is_empty() {
            self.fault(1, "a lesson needs at least one [[scene]]");
        }
        let mut scenes: Vec<Scene> = Vec::new();
        for scene in &script.scene {
            let before = scenes.last().map(|scene| scene.experiment.clone()).unwrap_or_default();
            if scenes.iter().any(|other| other.key.is == *scene.key.get_ref()) {
                let line = self.line(scene.key.span().start);
                self.fault(line, format!("another scene is called \"{}\" too", scene.key.get_ref()));
            }
            scenes.push(self.scene(scene, before)?);
        }
        if texts.is_empty() {
            self.fault(1, "there is no text: put one beside it, such as en.md");
        }
        let read = texts.iter().map(|(code, text)| texts::language(code, text, &scenes, &mut self.faults));
        let languages = read.flatten().collect();
        let owned = |(code, text): &(&str, &str)| ((*code).to_owned(), (*text).to_owned());
        let source = Source { script: self.script.to_owned(), texts: texts.iter().map(owned).collect() };
        Some(Lesson { key: key.to_owned(), minutes: script.minutes, scenes, languages, source })
    }

    fn scene(&mut self, scene: &SceneFile, before: ExperimentSpec) -> Option<Scene> {
        let key = self.read(&scene.key, |key| Ok(key.clone()))?;
        if scene.pictures.is_empty() {
            self.fault(key.line, "a scene shows at least one picture");
        }
        let pictures = self.pictures(&scene.pictures, key.line);
        let revealed_pictures = self.pictures(&scene.revealed_pictures, key.line);
        let experiment = self.experiment(scene, before, key.line)?;
        let training = match &scene.train {
            None => Training::Never,
            Some(train) => {
                let read = |word: &String| match word.as_str() {
                    "at_once" => Ok(Training::AtOnce),
                    "when_revealed" => Ok(Training::WhenRevealed),
                    _ => Err(format!("train is \"at_once\" or \"when_revealed\", not \"{word}\"")),
                };
                self.read(train, read)?.is
            }
        };
        let controls = scene.controls.iter().filter_map(|control| Some(self.read(control, |name| setting(name))?.is));
        let controls = controls.collect();
        let claims = self.claims(&scene.claims);
        let question = match &scene.question {
            Some(question) => Some(self.question(question)?),
            None => None,
        };
        let goal = scene.goal.as_ref().map(|goal| self.goal(goal));
        let hidden = self.hidden(&scene.hide);
        Some(Scene { key, pictures, revealed_pictures, experiment, training, controls, hidden, question, goal, claims })
    }

    /// Read-outs that are not told until they are revealed.
    fn hidden(&mut self, keys: &[Spanned<String>]) -> Vec<ReadOut> {
        let known = ReadOut::KEYS.map(|(key, _)| key).join(", ");
        let find = |key: &String| {
            let read_out = ReadOut::KEYS.iter().find(|(known, _)| known == key).map(|(_, read_out)| *read_out);
            read_out.ok_or_else(|| format!("\"{key}\" cannot be hidden: there are {known}"))
        };
        keys.iter().filter_map(|key| self.read(key, find)).map(|read_out| read_out.is).collect()
    }

    fn pictures(&mut self, keys: &[Spanned<String>], line: usize) -> Vec<At<String>> {
        if keys.len() > MOST_PICTURES {
            self.fault(line, format!("a scene shows at most {MOST_PICTURES} pictures at once"));
        }
        let read = |key: &String| {
            let fault = || format!("no picture is called \"{key}\": there are {}", PICTURES.join(", "));
            PICTURES.contains(&key.as_str()).then(|| key.clone()).ok_or_else(fault)
        };
        keys.iter().filter_map(|key| self.read(key, read)).collect()
    }

    /// The experiment of the scene before, or a situation, with a part of an experiment file laid over it.
    fn experiment(&mut self, scene: &SceneFile, before: ExperimentSpec, line: usize) -> Option<ExperimentSpec> {
        let mut spec = before;
        if let Some(situation) = &scene.situation {
            let found = self.read(situation, |name| {
                find_situation(name).ok_or_else(|| format!("no situation is called \"{name}\""))
            })?;
            spec = ExperimentSpec::default();
            found.is.apply(&mut spec);
        }
        if let Some(part) = &scene.experiment {
            spec = self.read(part, |part| laid_over(&spec, part))?.is;
        }
        match spec.check() {
            Ok(_) => Some(spec),
            Err(error) => {
                self.fault(line, error.to_string());
                None
            }
        }
    }

    fn claims(&mut self, claims: &[Spanned<String>]) -> Vec<At<Claim>> {
        claims.iter().filter_map(|claim| self.read(claim, |text| Claim::parse(text))).collect()
    }

    fn question(&mut self, question: &Spanned<QuestionFile>) -> Option<Question> {
        let line = self.line(question.span().start);
        let expression = |text: &String| Expression::parse(text);
        let of_kind = question.get_ref();
        let drawings = [
            (Drawing::Recall, &of_kind.draw),
            (Drawing::LossShares, &of_kind.draw_loss_shares),
            (Drawing::Curve, &of_kind.draw_curve),
        ];
        let drawings: Vec<_> = drawings.iter().filter_map(|(drawing, of)| Some((*drawing, of.as_ref()?))).collect();
        match (of_kind.choice, &of_kind.number, drawings.as_slice(), &of_kind.order) {
            (Some(right), None, [], None) if right > 0 => Some(Question::Choice(right - 1)),
            (None, Some(number), [], None) => {
                let within = of_kind.within.filter(|within| *within > 0.0);
                let Some(within) = within else {
                    self.fault(line, "a number needs \"within\": how far off an answer may be, above 0");
                    return None;
                };
                Some(Question::Number(self.read(number, expression)?, within))
            }
            (None, None, [(drawing, objective)], None) => {
                Some(Question::Draw(*drawing, self.read(objective, |objective| Ok(objective.clone()))?))
            }
            (None, None, [], Some(things)) if things.len() > 1 => {
                let read: Vec<_> = things.iter().filter_map(|thing| self.read(thing, expression)).collect();
                (read.len() == things.len()).then_some(Question::Order(read))
            }
            _ => {
                self.fault(
                    line,
                    "a question has one of choice (the place of the right answer, from 1), number with within, draw, draw_loss_shares or draw_curve (an objective), order (at least two expressions)",
                );
                None
            }
        }
    }

    fn goal(&mut self, goal: &Spanned<GoalFile>) -> Goal {
        let line = self.line(goal.span().start);
        let claims = self.claims(&goal.get_ref().claims);
        let mut reached_with = Vec::new();
        for (name, value) in &goal.get_ref().reached_with {
            let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
            let read = setting(name).and_then(|setting| {
                let number = number.ok_or_else(|| format!("{name} needs a number"))?;
                setting.check(number).map(|()| (setting, number))
            });
            match read {
                Ok(read) => reached_with.push(read),
                Err(reason) => self.fault(line, reason),
            }
        }
        if claims.is_empty() {
            self.fault(line, "a goal needs claims that are to hold");
        }
        Goal { claims, reached_with }
    }
}

/// A setting by its name in files, for one that has a number.
fn setting(name: &str) -> Result<Setting, String> {
    let found: Setting = experiment::parse_name(name)?;
    match found.numbers() {
        Some(_) => Ok(found),
        None => Err(format!("{name} has no slider: name a setting that has a number, such as beta")),
    }
}

/// An experiment with a part of a file laid over it: tables join, everything else takes the place of what was there.
fn laid_over(spec: &ExperimentSpec, part: &toml::Table) -> Result<ExperimentSpec, String> {
    fn lay(below: &mut toml::Table, above: &toml::Table) {
        for (key, value) in above {
            match (below.get_mut(key), value) {
                (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay(below, above),
                _ => {
                    below.insert(key.clone(), value.clone());
                }
            }
        }
    }
    let text = experiment::file::to_toml(spec).map_err(|error| error.to_string())?;
    let mut whole: toml::Table = toml::from_str(&text).map_err(|error| error.message().to_owned())?;
    lay(&mut whole, part);
    let text = toml::to_string(&whole).map_err(|error| error.to_string())?;
    // Lines of the joined text are none of the file.
    let mut spec: ExperimentSpec = toml::from_str(&text).map_err(|error| error.message().trim().replace('\n', ", "))?;
    spec.assign_colours();
    Ok(spec)
}
