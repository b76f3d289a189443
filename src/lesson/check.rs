//! Checks a lesson by doing it: every scene is trained on several seeds, and what it says is held against the figures.

use std::sync::atomic::AtomicBool;

use super::{
    expression::{Claim, Expression},
    facts::{Facts, RunFacts},
    reading::SCRIPT,
    script::{At, Fault, Goal, Lesson, Question, Scene, Training},
};
use crate::experiment::{ExperimentSpec, Hooks, RunRecord, Source, run};

/// Seeds on which everything is to hold.
pub const SEEDS: u64 = 3;

/// Trains every scene and tells everything that does not hold; nothing where all of it does.
pub fn check(lesson: &Lesson) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (idx, scene) in lesson.scenes.iter().enumerate() {
        let facts = match scene.training {
            Training::Never => untrained(&scene.experiment).map(|facts| vec![facts]),
            Training::AtOnce | Training::WhenRevealed => trained(&scene.experiment),
        };
        match facts {
            Ok(facts) => {
                let mut found = Found { faults: &mut faults };
                facts.iter().enumerate().for_each(|(seed_idx, facts)| found.scene(scene, seed_idx, facts));
                found.order_of_answers(scene, &facts);
                found.texts(lesson, idx, &facts);
            }
            Err(reason) => faults.push(script_fault(scene.key.line, reason)),
        }
        if let Some(goal) = &scene.goal {
            faults.extend(check_goal(scene, goal));
        }
    }
    faults
}

/// Tells every claim about an experiment that does not hold. It is trained on several seeds unless all of them are about
/// counts and weights.
///
/// # Errors
/// When the experiment cannot be trained, or a claim cannot be read.
pub fn check_claims(spec: &ExperimentSpec, claims: &[&str]) -> Result<Vec<String>, String> {
    let claims = claims.iter().map(|claim| Claim::parse(claim)).collect::<Result<Vec<_>, _>>()?;
    let is_known = |facts: &Facts| claims.iter().all(|claim| facts.holds(claim).is_ok());
    // More classes than can be trained have counts all the same.
    let counted = spec.distribution.counts().map(|counts| Facts::of_counts(&counts)).map_err(|error| error.to_string());
    let before = [counted, untrained(spec)].into_iter().flatten().find(is_known);
    let facts = before.map_or_else(|| trained(spec), |facts| Ok(vec![facts]))?;
    let mut broken = Vec::new();
    for (seed_idx, facts) in facts.iter().enumerate() {
        for claim in &claims {
            let (holds, [left, right]) = facts.holds(claim)?;
            if !holds {
                broken.push(format!(
                    "on seed {} of {SEEDS}, {claim} does not hold: {left:.4} and {right:.4}",
                    seed_idx + 1
                ));
            }
        }
    }
    Ok(broken)
}

fn script_fault(line: usize, reason: String) -> Fault {
    Fault { file: SCRIPT.to_owned(), line, reason }
}

/// What is known before training.
fn untrained(spec: &ExperimentSpec) -> Result<Facts, String> {
    let checked = spec.check().map_err(|error| error.to_string())?;
    let Some(counts) = checked.counts() else { return Ok(Facts::default()) };
    let runs = spec.objectives.iter().enumerate().map(|(idx, objective)| RunFacts {
        objective: objective.name.clone(),
        class_weights: checked.class_weights(idx, counts),
        ..RunFacts::default()
    });
    Ok(Facts { runs: runs.collect(), ..Facts::of_counts(counts) })
}

/// What is known after training, seed by seed.
fn trained(spec: &ExperimentSpec) -> Result<Vec<Facts>, String> {
    let spec = ExperimentSpec { seeds: SEEDS, ..spec.clone() };
    let checked = spec.check().map_err(|error| error.to_string())?;
    let source = Source::open(&checked).map_err(|error| error.to_string())?;
    let stop = AtomicBool::new(false);
    let records = run(&checked, &source, &Hooks::silent(&stop)).map_err(|error| error.to_string())?;
    let of_seed = |records: &[RunRecord]| Facts::of_records(&records.iter().collect::<Vec<_>>());
    Ok(records.chunks(spec.objectives.len()).map(of_seed).collect())
}

struct Found<'a> {
    faults: &'a mut Vec<Fault>,
}

impl Found<'_> {
    fn tell(&mut self, line: usize, reason: String) {
        self.faults.push(script_fault(line, reason));
    }

    /// The claims of a scene, and that its question has an answer.
    fn scene(&mut self, scene: &Scene, seed_idx: usize, facts: &Facts) {
        for At { line, is: claim } in &scene.claims {
            match facts.holds(claim) {
                Ok((true, _)) => {}
                Ok((false, [left, right])) => self.tell(
                    *line,
                    format!("on seed {} of {SEEDS}, {claim} does not hold: {left:.4} and {right:.4}", seed_idx + 1),
                ),
                Err(reason) => self.tell(*line, reason),
            }
        }
        match &scene.question {
            Some(Question::Number(answer, _)) => {
                if let Err(reason) = facts.value(&answer.is) {
                    self.tell(answer.line, reason);
                }
            }
            Some(Question::Draw(drawing, objective)) => {
                let is_there = |run: &RunFacts| run.objective == objective.is && !run.per_class_recall.is_empty();
                if !facts.runs.iter().any(is_there) {
                    let subject = drawing.subject();
                    self.tell(objective.line, format!("there is no {subject} of \"{}\" to be drawn", objective.is));
                }
            }
            _ => {}
        }
    }

    /// Things that are put in order have the same order on every seed.
    fn order_of_answers(&mut self, scene: &Scene, facts: &[Facts]) {
        let Some(Question::Order(things)) = &scene.question else { return };
        let line = things.first().map_or(scene.key.line, |thing| thing.line);
        let mut orders = Vec::new();
        for facts in facts {
            match right_order(things, facts) {
                Ok(order) => orders.push(order),
                Err(reason) => return self.tell(line, reason),
            }
        }
        if orders.windows(2).any(|pair| pair[0] != pair[1]) {
            self.tell(line, "the right order differs between seeds".to_owned());
        }
    }

    /// Every expression in every text has a number.
    fn texts(&mut self, lesson: &Lesson, scene_idx: usize, facts: &[Facts]) {
        for language in &lesson.languages {
            let Some(text) = language.scenes.get(scene_idx) else { continue };
            let before = untrained(&lesson.scenes[scene_idx].experiment);
            let is_trained_first = lesson.scenes[scene_idx].training == Training::AtOnce;
            for (words, needs_run) in
                [(&text.text, is_trained_first), (&text.question, false), (&text.reveal, true), (&text.goal, false)]
            {
                let filled = match (&before, facts) {
                    (Ok(before), _) if !needs_run => before.fill(words),
                    (_, [facts, ..]) => facts.fill(words),
                    _ => continue,
                };
                if let Err(reason) = filled {
                    self.faults.push(Fault { file: format!("{}.md", language.code), line: text.line, reason });
                }
            }
        }
    }
}

/// Places of things from the largest to the smallest value.
///
/// # Errors
/// When a figure is not there, in a sentence.
pub fn right_order(things: &[At<Expression>], facts: &Facts) -> Result<Vec<usize>, String> {
    let values = things.iter().map(|thing| facts.value(&thing.is)).collect::<Result<Vec<f64>, _>>()?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    Ok(order)
}

/// A goal is not reached as the scene begins, and is with the values that the script names, which are those of its controls.
fn check_goal(scene: &Scene, goal: &Goal) -> Vec<Fault> {
    let line = goal.claims.first().map_or(scene.key.line, |claim| claim.line);
    let mut faults = Vec::new();
    for (setting, _) in goal.reached_with.iter().filter(|(setting, _)| !scene.controls.contains(setting)) {
        faults.push(script_fault(
            line,
            format!("the goal is reached with {}, which is none of the controls", setting.label()),
        ));
    }
    let mut reached = scene.experiment.clone();
    goal.reached_with.iter().for_each(|&(setting, number)| scene.set(setting, number, &mut reached));
    for (spec, is_to_hold) in [(&scene.experiment, false), (&reached, true)] {
        let facts = match trained(spec) {
            Ok(facts) => facts,
            Err(reason) => return vec![script_fault(line, reason)],
        };
        for (seed_idx, facts) in facts.iter().enumerate() {
            match is_reached(goal, facts) {
                Ok(holds) if holds == is_to_hold => {}
                Ok(_) if is_to_hold => faults.push(script_fault(
                    line,
                    format!(
                        "on seed {} of {SEEDS} the goal is not reached with the values of reached_with",
                        seed_idx + 1
                    ),
                )),
                Ok(_) => faults.push(script_fault(
                    line,
                    format!("on seed {} of {SEEDS} the goal is reached before anything is moved", seed_idx + 1),
                )),
                Err(reason) => faults.push(script_fault(line, reason)),
            }
        }
    }
    faults
}

/// Whether everything holds that is to be reached.
///
/// # Errors
/// When a figure is not there, in a sentence.
pub fn is_reached(goal: &Goal, facts: &Facts) -> Result<bool, String> {
    for claim in &goal.claims {
        if !facts.holds(&claim.is)?.0 {
            return Ok(false);
        }
    }
    Ok(true)
}
