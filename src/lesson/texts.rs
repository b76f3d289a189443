//! The texts of a lesson in a language, from Markdown.

use super::script::{Fault, Language, Question, Scene, SceneText};

/// Most words of a text on the screen.
const MOST_WORDS: usize = 60;

/// Texts under headings: `# title of the lesson`, `## key: title of the scene`, and below it `### question`, `### reveal`
/// and `### goal`; answers of a question are its list.
pub(super) fn language(code: &str, text: &str, scenes: &[Scene], faults: &mut Vec<Fault>) -> Option<Language> {
    let file = format!("{code}.md");
    let mut fault = |line, reason: String| faults.push(Fault { file: file.clone(), line, reason });
    let mut title = String::new();
    let mut found: Vec<(String, SceneText)> = Vec::new();
    let mut part = "text";
    for (idx, line) in text.lines().enumerate() {
        let number = idx + 1;
        if let Some(heading) = line.strip_prefix("### ") {
            part = match heading.trim() {
                "question" => "question",
                "reveal" => "reveal",
                "goal" => "goal",
                other => {
                    fault(number, format!("\"{other}\" is no part of a scene: there are question, reveal and goal"));
                    "text"
                }
            };
        } else if let Some(heading) = line.strip_prefix("## ") {
            part = "text";
            let (key, title) = heading.split_once(':').unwrap_or((heading, ""));
            if title.trim().is_empty() {
                fault(number, "a scene needs a title: ## key: title".to_owned());
            }
            let scene = SceneText { line: number, title: title.trim().to_owned(), ..SceneText::default() };
            found.push((key.trim().to_owned(), scene));
        } else if let Some(heading) = line.strip_prefix("# ") {
            heading.trim().clone_into(&mut title);
        } else if let Some((_, scene)) = found.last_mut() {
            match (part, line.strip_prefix("- ")) {
                ("question", Some(answer)) => scene.answers.push(answer.trim().to_owned()),
                ("question", None) => add_line(&mut scene.question, line),
                ("reveal", _) => add_line(&mut scene.reveal, line),
                ("goal", _) => add_line(&mut scene.goal, line),
                _ => add_line(&mut scene.text, line),
            }
        }
    }
    if title.is_empty() {
        fault(1, "the lesson needs a title: # title".to_owned());
    }
    let mut texts = Vec::new();
    for scene in scenes {
        let key = &scene.key.is;
        let Some(at) = found.iter().position(|(known, _)| known == key) else {
            fault(1, format!("there is no text for the scene \"{key}\": write ## {key}: title"));
            continue;
        };
        let (_, scene_text) = found.remove(at);
        for reason in faults_of_text(scene, &scene_text) {
            fault(scene_text.line, reason);
        }
        texts.push(scene_text);
    }
    for (key, scene) in found {
        fault(scene.line, format!("no scene of the script is called \"{key}\""));
    }
    (texts.len() == scenes.len()).then(|| Language { code: code.to_owned(), title, scenes: texts })
}

/// What a scene asks of its texts.
fn faults_of_text(scene: &Scene, text: &SceneText) -> Vec<String> {
    let mut faults = Vec::new();
    for (what, words) in
        [("text", &text.text), ("question", &text.question), ("reveal", &text.reveal), ("goal", &text.goal)]
    {
        let n_words = words.split_whitespace().count();
        if n_words > MOST_WORDS {
            faults.push(format!("the {what} has {n_words} words: at most {MOST_WORDS} can be read from the last row"));
        }
    }
    let n_answers = text.answers.len();
    match &scene.question {
        Some(_) if text.question.is_empty() => faults.push("the question has no text: write ### question".to_owned()),
        Some(Question::Choice(right)) if *right >= n_answers => {
            faults.push(format!("answer {} is right and there are {n_answers}: list them as - answer", right + 1));
        }
        Some(Question::Order(things)) if things.len() != n_answers => {
            faults.push(format!("{} things are put in order and {n_answers} are listed as - thing", things.len()));
        }
        None if !text.question.is_empty() => faults.push("the scene asks no question in the script".to_owned()),
        _ => {}
    }
    match (&scene.goal, text.goal.is_empty()) {
        (Some(_), true) => faults.push("the goal has no text: write ### goal".to_owned()),
        (None, false) => faults.push("the scene has no goal in the script".to_owned()),
        _ => {}
    }
    faults
}

/// Lines of a paragraph are joined; an empty one ends it.
fn add_line(text: &mut String, line: &str) {
    let line = line.trim();
    if line.is_empty() {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    } else {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
        }
        text.push_str(line);
    }
}
