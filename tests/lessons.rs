//! Lessons: those of the course are held to what they say, every scene trained on several seeds; broken ones are told line by
//! line.

use longtail_lab::{
    experiment::{ExperimentSpec, situations},
    lesson::{Fault, Shared, built_in, built_in_keys, check, check_claims, open, read, recorded},
};

/// Faults, a line each.
fn in_lines(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a lesson, as it is read and as it is trained.
fn faults_of(script: &str, text: &str) -> String {
    let read = read("lesson", script, &[("en", text)]);
    in_lines(&read.map_or_else(|faults| faults, |lesson| check(&lesson)))
}

#[test]
fn every_lesson_of_the_course_holds_what_it_says() {
    for key in built_in_keys() {
        let lesson = built_in(key).unwrap_or_else(|| panic!("no lesson is called {key}"));
        let faults = lesson.map_or_else(|faults| faults, |lesson| check(&lesson));
        assert!(faults.is_empty(), "{key}:\n{}", in_lines(&faults));
    }
}

#[test]
fn every_case_holds_what_it_claims() {
    for situation in situations() {
        let key = situation.key();
        let case = situation.case().unwrap_or_else(|| panic!("{key} says nothing of what to watch"));
        let mut spec = ExperimentSpec::default();
        situation.apply(&mut spec);
        let broken = check_claims(&spec, case.claims).unwrap_or_else(|fault| panic!("{key}: {fault}"));
        assert!(broken.is_empty(), "{key}:\n{}", broken.join("\n"));
    }
}

const SCRIPT: &str = r#"
format = 1
minutes = 1

[[scene]]
key = "a"
pictures = ["recall"]
train = "at_once"
controls = ["beta"]
claims = ["recall(CE, macro) > 0.1"]

[scene.experiment]
objective = [{ name = "CE" }, { name = "CB", weights = "effective_number", beta = 0.5 }]

[scene.experiment.training]
epochs = 20

[scene.goal]
claims = ["gain(CB, CE, macro) > 0.03"]
reached_with = { beta = 0.999 }
"#;
const TEXT: &str = "# Title\n\n## a: Scene\nCE has {recall(CE, macro)}.\n\n### goal\nMove β.\n";

#[test]
fn a_lesson_that_holds_has_no_fault() {
    assert_eq!(faults_of(SCRIPT, TEXT), "");
}

#[test]
fn what_does_not_hold_is_told_with_its_line() {
    for (from, to, expected) in [
        (
            "macro) > 0.1\"]",
            "macro) > 0.9\"]",
            "lesson.toml, line 10: on seed 1 of 3, recall(CE, macro) > 0.9 does not hold",
        ),
        (
            "recall(CE, macro) > 0.1",
            "recall(XE, macro) > 0.1",
            "lesson.toml, line 10: no objective is called \"XE\": there are CE, CB",
        ),
        ("recall(CE, macro) > 0.1", "recall(CE, macro)", "line 10: \"recall(CE, macro)\" compares nothing"),
        ("beta = 0.999", "beta = 0.6", "line 19: on seed 1 of 3 the goal is not reached"),
        ("beta = 0.5", "beta = 0.999", "line 19: on seed 1 of 3 the goal is reached before anything is moved"),
        (
            "controls = [\"beta\"]",
            "controls = [\"gamma\"]",
            "line 19: the goal is reached with β, which is none of the controls",
        ),
        ("controls = [\"beta\"]", "controls = [\"loss\"]", "line 9: "),
        ("[\"recall\"]", "[\"recal\"]", "line 7: no picture is called \"recal\": there are counts"),
        ("epochs = 20", "epochs = 0", "line 6: "),
        ("epochs = 20", "epocs = 20", "unknown field `epocs`"),
        ("at_once", "at once", "line 8: train is \"at_once\" or \"when_revealed\", not \"at once\""),
        ("format = 1", "format = 2", "line 2: format 2 is not known"),
        ("minutes = 1", "minute = 1", "line 3: unknown field"),
        ("key = \"a\"", "key = \"b\"", "en.md, line 1: there is no text for the scene \"b\""),
        ("key = \"a\"", "key = \"a\"\nquestion = { choice = 0 }", "line 7: a question has one of choice"),
        ("key = \"a\"", "key = \"a\"\nquestion = { number = \"1\" }", "line 7: a number needs \"within\""),
    ] {
        assert!(SCRIPT.contains(from), "{from}");
        let found = faults_of(&SCRIPT.replacen(from, to, 1), TEXT);
        assert!(found.contains(expected), "{to}: {found}");
    }
    let words = "word ".repeat(61);
    for (from, to, expected) in [
        ("{recall(CE, macro)}", "{recall(CE, nothing)}", "en.md, line 3: no class and no figure is called \"nothing\""),
        ("{recall(CE, macro)}", "{recall(CE, macro)", "en.md, line 3: a brace of the text is not closed"),
        ("Move β.", words.as_str(), "en.md, line 3: the goal has 61 words: at most 60 can be read"),
        ("### goal", "### gaol", "en.md, line 6: \"gaol\" is no part of a scene"),
        ("## a: Scene", "## a", "en.md, line 3: a scene needs a title"),
        ("# Title", "Title", "en.md, line 1: the lesson needs a title"),
    ] {
        let found = faults_of(SCRIPT, &TEXT.replacen(from, to, 1));
        assert!(found.contains(expected), "{to}: {found}");
    }
}

#[test]
fn questions_are_held_too() {
    let with = |question: &str| SCRIPT.replacen("controls =", &format!("question = {question}\ncontrols ="), 1);
    let text = |question: &str| format!("{TEXT}\n### question\n{question}\n");
    for (question, words, expected) in [
        ("{ choice = 2 }", "Which?\n\n- one", "answer 2 is right and there are 1"),
        ("{ choice = 1 }", "", "the question has no text"),
        ("{ draw = \"XE\" }", "Draw.", "line 9: there is no recall of each class of \"XE\" to be drawn"),
        ("{ draw_curve = \"XE\" }", "Draw.", "line 9: there is no macro recall over the epochs of \"XE\" to be drawn"),
        ("{ draw = \"CE\", draw_curve = \"CE\" }", "Draw.", "line 9: a question has one of choice"),
        ("{ order = [\"1\", \"2\"] }", "Order.\n- a", "2 things are put in order and 1 are listed"),
        (
            "{ order = [\"recall(CE, macro)\", \"recall(XE, macro)\"] }",
            "Order.\n- a\n- b",
            "no objective is called \"XE\"",
        ),
        ("{ number = \"recall(CE, nothing)\", within = 1 }", "How many?", "no figure is called \"nothing\""),
    ] {
        let found = faults_of(&with(question), &text(words));
        assert!(found.contains(expected), "{question}: {found}");
    }
    assert_eq!(faults_of(&with("{ choice = 1 }"), &text("Which?\n\n- one")), "");
    assert_eq!(faults_of(&with("{ order = [\"2\", \"1\"] }"), &text("Order.\n- b\n- a")), "");
}

#[test]
fn a_recorded_scene_is_a_lesson_once_it_has_a_text() {
    let mut spec = longtail_lab::experiment::ExperimentSpec::default();
    spec.distribution.classes = 4;
    spec.objectives[3].beta = 0.9;
    spec.training.epochs = 5;
    let script = recorded(&spec, &["recall".to_owned(), "counts".to_owned()]).unwrap();
    let lesson = read("own", &script, &[("en", "# Own\n\n## scene-1: Scene\nCE has {recall(CE, macro)}.\n")]).unwrap();
    assert_eq!(lesson.scenes[0].experiment, spec);
    let pictures: Vec<&str> = lesson.scenes[0].pictures.iter().map(|key| key.is.as_str()).collect();
    assert_eq!(pictures, ["recall", "counts"]);
    assert_eq!(check(&lesson), []);
}

#[test]
fn a_lesson_is_read_from_its_folder_with_every_text_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lesson.toml");
    assert!(open(&path).is_err());
    std::fs::write(&path, SCRIPT).unwrap();
    assert!(
        in_lines(&open(&path).unwrap().unwrap_err()).contains("there is no text: put one beside it, such as en.md")
    );
    for (name, text) in
        [("ko.md", TEXT.replace("Title", "제목")), ("en.md", TEXT.to_owned()), ("README.md", "no text of it".into())]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let lesson = open(&path).unwrap().unwrap();
    let titles: Vec<&str> = lesson.languages.iter().map(|language| language.title.as_str()).collect();
    assert_eq!(titles, ["Title", "제목"]);
    assert_eq!(lesson.language("ko").unwrap().title, "제목");
    assert_eq!(lesson.language("fr").unwrap().title, "Title", "the first one stands for others");
}

#[test]
fn a_lesson_of_ones_own_is_recorded_checked_and_shared_as_a_text() {
    let mut spec = ExperimentSpec { seed: 11, ..ExperimentSpec::default() };
    spec.training.epochs = 3;
    let folder = tempfile::tempdir().expect("a folder");
    let script = recorded(&spec, &["recall".to_owned(), "counts".to_owned()]).expect("a script");
    std::fs::write(folder.path().join("lesson.toml"), script).expect("a file");
    std::fs::write(folder.path().join("en.md"), "# Mine\n\n## scene-1: Scene\nCE has {recall(CE, macro)}.\n")
        .expect("a file");
    let lesson = open(&folder.path().join("lesson.toml")).expect("files").expect("a lesson");
    assert_eq!(in_lines(&check(&lesson)), "");
    let shared = Shared { experiment: lesson.scenes[0].experiment.clone(), scene: Some((lesson, 0)) };
    let text = shared.to_text().expect("a text");
    assert!(text.len() < 2000, "{} characters", text.len());
    assert_eq!(Shared::from_text(&text), Ok(shared));
}
