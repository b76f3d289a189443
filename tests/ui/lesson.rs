//! Lessons in the window: scenes one after the other by a clicker, questions, goals, what is locked, and the way back.

use egui::{Key, accesskit::Role};
use longtail_lab::{
    experiment::{ExperimentSpec, Figure},
    lesson::{Given, Question, Training, course, truth_of},
    state::{Answer, Teaching},
    ui::charts::PREDICTION,
};

use super::bench::Bench;

/// Begins a lesson of the course by its menu.
fn begin(bench: &mut Bench, title: &str) {
    bench.press("Lesson");
    let entry = bench.nodes().map(|node| super::bench::name_of(&node)).find(|name| name.ends_with(title));
    bench.press(&entry.unwrap_or_else(|| panic!("no lesson is called {title}")));
    bench.settle();
}

fn teaching(bench: &Bench) -> &Teaching {
    bench.session().teaching.as_ref().expect("a lesson")
}

/// Waits until the models of the scene are trained.
fn wait_until_trained(bench: &mut Bench) {
    bench.wait_until("the scene's models", |lab| {
        let (session, snapshot) = (lab.session(), lab.session().snapshot());
        snapshot.run_id == session.run_id
            && !session.is_playing
            && (snapshot.epoch >= session.goal || snapshot.is_finished)
    });
    bench.settle();
}

#[test]
fn the_course_goes_from_its_first_scene_to_its_last_by_page_down_and_enter() {
    let mut bench = Bench::sized([1366.0, 768.0]);
    let fastest = longtail_lab::state::TrainingSpeed::ALL.len() - 1;
    bench.lab_mut().settings_mut().speed_idx = fastest;
    begin(&mut bench, "Accuracy lies");
    for lesson in course() {
        let language = lesson.language("en").expect("English").clone();
        for (scene, text) in lesson.scenes.iter().zip(&language.scenes) {
            assert_eq!(
                (teaching(&bench).lesson.key.as_str(), &teaching(&bench).scene().unwrap().key.is),
                (lesson.key.as_str(), &scene.key.is)
            );
            bench.check_shows(&text.title);
            if scene.training == Training::AtOnce {
                wait_until_trained(&mut bench);
            }
            bench.key(Key::Enter);
            bench.settle();
            if scene.training == Training::WhenRevealed {
                wait_until_trained(&mut bench);
            }
            let is_revealed = scene.question.is_some() || scene.training == Training::WhenRevealed;
            assert_eq!(teaching(&bench).is_revealed, is_revealed, "{}", text.title);
            if is_revealed {
                let filled = bench
                    .session()
                    .facts()
                    .fill(&text.reveal)
                    .unwrap_or_else(|reason| panic!("{}: {reason}", text.title));
                bench.check_shows(filled.lines().next().expect("a text"));
            }
            bench.key(Key::PageDown);
            bench.settle();
        }
    }
    bench.check_shows("This is the last scene; Lesson → End lesson brings your experiment back");
}

#[test]
fn what_a_scene_locks_goes_back_and_what_it_opens_moves() {
    let mut bench = Bench::with_toml("[training]\nepochs = 7\n");
    let before = bench.spec().clone();
    begin(&mut bench, "Accuracy lies");
    assert!(!bench.has(Role::Button, "Controls") && !bench.has(Role::Button, "New data"));
    // By a key whose button is gone.
    bench.key(Key::N);
    bench.settle();
    assert_eq!(bench.spec(), &teaching(&bench).scene().unwrap().experiment);
    bench.check_shows("Locked by the lesson");
    for _ in 0..4 {
        bench.key(Key::PageDown);
    }
    bench.settle();
    wait_until_trained(&mut bench);
    assert!(!teaching(&bench).is_reached);
    bench.set("Imbalance", "2");
    wait_until_trained(&mut bench);
    assert_eq!(bench.spec().distribution.imbalance, 2.0);
    bench.check_shows("✔ Goal reached");

    // The whole lab, and back to the scene as it began.
    bench.press("Unlock");
    bench.settle();
    assert!(bench.has(Role::Button, "Controls"));
    bench.set("Classes", "4");
    assert_eq!(bench.spec().distribution.classes, 4);
    bench.press("Back to the lesson");
    bench.settle();
    assert_eq!(bench.spec(), &teaching(&bench).scene().unwrap().experiment);

    bench.press("End lesson");
    bench.settle();
    assert!(bench.session().teaching.is_none());
    assert_eq!(bench.spec(), &before);
    assert!(!bench.session().is_unsaved() && bench.session().path.is_some());
}

#[test]
fn bars_are_drawn_before_training_and_compared_after_it() {
    let mut bench = Bench::new();
    begin(&mut bench, "Accuracy lies");
    bench.key(Key::PageDown);
    bench.settle();
    bench.check_pictures(&[PREDICTION, "Class counts"]);
    let area = bench.get(Role::Figure, PREDICTION).rect();
    let place = area.center() - egui::vec2(0.0, 0.25 * area.height());
    bench.click_at(place, 1);
    bench.settle();
    let Answer::Drawn(drawn) = teaching(&bench).answer.clone() else { panic!("nothing is drawn") };
    assert_eq!((drawn.len(), drawn.iter().filter(|&&recall| recall != 0.5).count()), (10, 1));
    // The bar that was touched is moved by keys, too.
    bench.key(Key::ArrowDown);
    bench.settle();
    let Answer::Drawn(moved) = teaching(&bench).answer.clone() else { panic!("nothing is drawn") };
    let falls: Vec<f64> = drawn.iter().zip(&moved).map(|(a, b)| a - b).filter(|fall| *fall != 0.0).collect();
    assert!(falls.len() == 1 && (falls[0] - 0.05).abs() < 1e-9, "{falls:?}");
    bench.key(Key::Enter);
    wait_until_trained(&mut bench);
    let truth: Vec<f64> = bench.run(0).per_class_recall.iter().map(|recall| recall.expect("a recall")).collect();
    let gap = moved.iter().zip(&truth).map(|(a, b)| (a - b).abs()).sum::<f64>() / 10.0;
    bench.check_shows(&format!("Your bars are off by {} on average", longtail_lab::numbers::three_digits(gap)));
    bench.click_at(place, 1);
    bench.settle();
    assert_eq!(teaching(&bench).answer, Answer::Drawn(moved), "what is revealed stays");
}

#[test]
fn shares_and_curves_are_drawn_too() {
    for (title, scene_idx, n_values, drawn_are) in
        [("Easy samples own the loss", 3, 4, "bars"), ("Re-sampling and what it costs", 1, 11, "points")]
    {
        let mut bench = Bench::new();
        begin(&mut bench, title);
        for _ in 0..scene_idx {
            bench.key(Key::PageDown);
            bench.settle();
        }
        let area = bench.get(Role::Figure, PREDICTION).rect();
        bench.click_at(area.min + area.size() * egui::vec2(0.8, 0.3), 1);
        bench.settle();
        let Answer::Drawn(drawn) = teaching(&bench).answer.clone() else { panic!("{title}: nothing is drawn") };
        assert_eq!((drawn.len(), drawn.iter().filter(|&&value| value > 0.5).count()), (n_values, 1), "{title}");
        bench.key(Key::Enter);
        wait_until_trained(&mut bench);
        let scene = teaching(&bench).scene().expect("a scene").clone();
        let truth = truth_of(&scene, &bench.session().facts());
        let Some(Given::Drawn(truth)) = truth else { panic!("{title}: {truth:?}") };
        assert_eq!(truth.len(), n_values, "{title}");
        if n_values == 4 {
            assert!((truth.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{truth:?}");
        } else {
            let last = bench.run(1).figures.get(Figure::MacroRecall).expect("macro recall");
            assert!(truth[0] < 0.3 && (truth[10] - last).abs() < 1e-9, "{truth:?} {last}");
        }
        let gap = drawn.iter().zip(&truth).map(|(a, b)| (a - b).abs()).sum::<f64>() / n_values as f64;
        let gap = longtail_lab::numbers::three_digits(gap);
        bench.check_shows(&format!("Your {drawn_are} are off by {gap} on average"));
    }
}

#[test]
fn answers_are_judged_once_they_are_revealed() {
    let mut bench = Bench::new();
    begin(&mut bench, "Easy samples own the loss");
    bench.set("Your answer", "105");
    bench.press("Reveal");
    bench.settle();
    bench.check_shows("✔ It is 105");
    bench.key(Key::PageDown);
    bench.settle();
    bench.set("Your answer", "5");
    bench.press("Reveal");
    bench.settle();
    bench.check_shows("✘ It is 21.9");
    bench.key(Key::PageDown);
    bench.settle();
    let right = teaching(&bench).scene().and_then(|scene| scene.question.clone());
    assert!(matches!(right, Some(Question::Choice(1))));
    bench.press("B  Positives and negatives, hard and easy alike");
    bench.press("Reveal");
    bench.settle();
    bench.check_shows("✔ Positives and negatives, hard and easy alike");
}

#[test]
fn the_texts_are_those_of_the_language_that_was_chosen() {
    let mut bench = Bench::new();
    begin(&mut bench, "Accuracy lies");
    bench.press("Lesson");
    bench.press("한국어");
    bench.settle();
    bench.check_shows("긴 꼬리");
    bench.check_hides("A long tail");
    for lesson in course() {
        let codes: Vec<&str> = lesson.languages.iter().map(|language| language.code.as_str()).collect();
        assert_eq!(codes, ["en", "ko"], "{}", lesson.key);
    }
}

#[test]
fn another_experiment_ends_the_lesson_and_an_unsaved_one_is_asked_about_as_ever() {
    let mut bench = Bench::new();
    bench.set("Classes", "5");
    begin(&mut bench, "Weights by 1/n");
    assert!(bench.session().is_unsaved(), "what was there before the lesson is in no file");
    bench.command(Key::N);
    bench.settle();
    assert!(bench.session().teaching.is_none());
    assert_eq!(bench.spec(), &ExperimentSpec::default());
}

#[test]
fn a_lesson_of_ones_own_is_opened_from_its_script_and_faults_are_told_with_their_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "format = 1\nminutes = 1\n[[scene]]\nkey = \"a\"\npictures = [\"recall\"]\n";
    let path = super::bench::write(folder.path(), "lesson.toml", script);
    super::bench::write(folder.path(), "en.md", "# My own lesson\n## a: The only scene\nTen classes.\n");
    let mut bench = Bench::new();
    bench.open(&path);
    bench.settle();
    bench.check_shows("The only scene");
    bench.check_pictures(&["Recall per class"]);
    super::bench::write(folder.path(), "lesson.toml", &script.replace("recall", "recal"));
    bench.open(&path);
    bench.settle();
    bench.check_complains("lesson.toml, line 5: no picture is called \"recal\"");
    assert!(bench.session().teaching.is_some(), "the lesson on the screen stays");
}
