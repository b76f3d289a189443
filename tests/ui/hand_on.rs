//! What is handed on: pictures as files, the experiment as a line of text, and what a window leaves behind that ends too soon.

use egui::{Event, Key, accesskit::Role};
use longtail_lab::{
    experiment::{ExperimentSpec, file},
    lesson::{Given, Question, Shared},
    state::LessonCommand,
};

use crate::bench::Bench;

/// Types a path into the dialog that is open, and saves there.
fn save_as(bench: &mut Bench, path: &std::path::Path) {
    bench.get(Role::TextInput, "File").focus();
    bench.step();
    bench.command(Key::A);
    bench.write(&path.display().to_string());
    bench.step();
    bench.press("Save");
}

/// Saves a picture of the lab through the dialog.
fn save_picture(bench: &mut Bench, path: &str) {
    bench.press("Save picture: Recall per class");
    assert_eq!(bench.get(Role::TextInput, "File").value().as_deref(), Some("recall.svg"));
    save_as(bench, path.as_ref());
}

#[test]
fn a_picture_is_saved_from_its_card_in_each_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::trained();
    for (name, start) in [("a.svg", &b"<svg "[..]), ("b.pdf", b"%PDF-"), ("c.png", b"\x89PNG")] {
        let path = folder.path().join(name);
        save_picture(&mut bench, &path.display().to_string());
        let bytes = std::fs::read(&path).expect("the picture");
        assert!(bytes.starts_with(start), "{name}");
        bench.check_shows("Saved: ");
    }
    let svg = std::fs::read_to_string(folder.path().join("a.svg")).expect("text");
    assert!(svg.contains("epoch 30") && svg.contains("aria-label=\"Balanced CE\""), "what is on the screen is drawn");
    // The ending comes by itself; another format is refused with a sentence and nothing is written.
    save_picture(&mut bench, &folder.path().join("d").display().to_string());
    assert!(folder.path().join("d.svg").is_file());
    save_picture(&mut bench, &folder.path().join("e.jpg").display().to_string());
    bench.check_complains(".svg, .pdf or .png");
    assert!(!folder.path().join("e.jpg").exists());
}

#[test]
fn saving_a_picture_changes_nothing_on_the_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::trained();
    let (before, texts) = (bench.spec().clone(), bench.texts());
    save_picture(&mut bench, &folder.path().join("a.png").display().to_string());
    assert_eq!(*bench.spec(), before);
    let after: Vec<String> = bench.texts().into_iter().filter(|text| !text.starts_with("Saved: ")).collect();
    let lost: Vec<&String> = texts.iter().filter(|text| !after.contains(text)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// Pastes text, as Ctrl+V does.
fn paste(bench: &mut Bench, text: &str) {
    bench.harness.event(Event::Paste(text.to_owned()));
    bench.settle();
}

#[test]
fn an_experiment_is_shared_as_a_text_and_opened_by_pasting_it() {
    let mut bench = Bench::with_toml("seed = 77\n[training]\nepochs = 30\n");
    let spec = bench.spec().clone();
    bench.pick("File", 0, "Share…");
    bench.check_shows("QR code of the experiment");
    let text = bench.copied();
    assert_eq!(Shared::from_text(&text), Ok(Shared { experiment: spec.clone(), scene: None }));
    // The list of keys and this are closed by the same key.
    bench.key(Key::Escape);
    bench.check_hides("QR code of the experiment");

    let mut other = Bench::new();
    paste(&mut other, "a b c");
    paste(&mut other, &text[..text.len() - 3]);
    other.check_complains("damaged");
    assert_eq!(*other.spec(), ExperimentSpec::default());
    paste(&mut other, &text);
    assert_eq!(*other.spec(), spec);
    other.command(Key::Z);
    other.settle();
    assert_eq!(*other.spec(), ExperimentSpec::default());
}

#[test]
fn a_scene_of_a_lesson_is_shared_with_its_locks_and_what_was_moved_in_it() {
    let mut bench = Bench::new();
    let lesson = longtail_lab::lesson::course()[3].clone();
    bench.lab_mut().teach(LessonCommand::Begin(lesson.clone()));
    bench.lab_mut().teach(LessonCommand::Next);
    bench.settle();
    bench.pick("File", 0, "Share…");
    let text = bench.copied();
    let mut other = Bench::new();
    paste(&mut other, &text);
    let teaching = other.session().teaching.as_ref().expect("a lesson");
    assert_eq!((teaching.lesson.key.as_str(), teaching.scene_idx), (lesson.key.as_str(), 1));
    assert!(other.session().is_locked());
    assert_eq!(*other.spec(), lesson.scenes[1].experiment);
}

#[test]
fn what_a_window_leaves_behind_is_offered_by_the_next_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let left = ExperimentSpec { seed: 4711, ..ExperimentSpec::default() };
    file::save(&left, &folder.path().join("1-1.toml")).expect("a file");
    let mut bench = Bench::new();
    bench.lab_mut().keep_unsaved_in(folder.path().to_owned());
    bench.wait_until("the offer", |lab| lab.session().handed_on.left_behind.is_some());
    bench.check_shows("The lab ended before this experiment was saved.");
    bench.press("Later");
    bench.check_hides("The lab ended");
    bench.lab_mut().keep_unsaved_in(folder.path().to_owned());
    bench.wait_until("the offer", |lab| lab.session().handed_on.left_behind.is_some());
    bench.press("Open it");
    assert_eq!((bench.spec().seed, bench.session().path.clone()), (4711, None));
    assert!(bench.session().is_unsaved());
}

#[test]
fn a_report_and_a_film_are_saved_from_the_menu() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::with_toml("[training]\nepochs = 3\n");
    for (entry, name) in [("Save a report…", "report.html"), ("Save a film…", "run.gif")] {
        let path = folder.path().join(name);
        bench.pick("File", 0, entry);
        assert_eq!(bench.get(Role::TextInput, "File").value().as_deref(), Some(name));
        save_as(&mut bench, &path);
        bench.wait_until("the file", |_| path.is_file());
    }
    let gif = std::fs::read(folder.path().join("run.gif")).expect("the film");
    assert!(gif.starts_with(b"GIF89a"));
    bench.wait_until("the end of the film", |lab| lab.session().handed_on.film.is_none());
}

/// Saves what an entry of the menu of models stands for, and returns the bytes.
fn saved_from_models(bench: &mut Bench, entry: &str, path: &std::path::Path) -> Vec<u8> {
    bench.pick("File", 0, "Save predictions or a model");
    bench.click(Role::Button, entry, 0);
    save_as(bench, path);
    bench.wait_until("the file", |_| path.is_file());
    std::fs::read(path).expect("the file")
}

#[test]
fn predictions_split_and_model_are_saved_as_the_terminal_gives_them() {
    use longtail_lab::experiment::{
        Hooks, Source,
        export::{ModelExport, RowWriter, TrainedModel},
        run,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::with_toml("[data]\nsource = \"built_in\"\n[training]\nepochs = 4\n");
    bench.pick("File", 0, "Save predictions or a model");
    bench.click(Role::Button, "Predictions of the test samples…", 0);
    save_as(&mut bench, &folder.path().join("too-early.csv"));
    bench.wait_until("a sentence", |lab| !lab.is_waiting_for_files());
    bench.check_complains("nothing is trained yet");
    bench.key(Key::Space);
    bench.wait_until("the end", |lab| lab.session().snapshot().epoch == 4 && !lab.session().snapshot().is_playing);
    let predictions =
        saved_from_models(&mut bench, "Predictions of the test samples…", &folder.path().join("predictions.csv"));
    let split = saved_from_models(&mut bench, "Split into training and test…", &folder.path().join("split.csv"));
    let name = bench.spec().objectives[1].name.clone();
    let model = saved_from_models(&mut bench, &format!("Model of {name}…"), &folder.path().join("model.json"));
    let arrays = saved_from_models(&mut bench, &format!("Model of {name}…"), &folder.path().join("model.npz"));
    assert!(arrays.starts_with(b"PK"));

    // The same, as the terminal makes them.
    let checked = bench.spec().check().expect("an experiment");
    let source = Source::open(&checked).expect("samples");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let runs = run(&checked, &source, &Hooks { keeps_models: true, ..Hooks::silent(&stop) }).expect("runs");
    let dataset = source.dataset(checked.spec().first_seeds()).expect("samples");
    let (mut expected, mut expected_split) = (Vec::new(), Vec::new());
    let mut rows = RowWriter::new(&mut expected, false);
    rows.predictions_header(&dataset.class_labels).expect("a header");
    let trained = |idx: usize| TrainedModel::of(&checked.objectives()[idx], &runs[idx]).expect("a model");
    for idx in 0..checked.objectives().len() {
        rows.predictions(&trained(idx), &dataset).expect("rows");
    }
    rows.finish().expect("rows");
    let mut rows = RowWriter::new(&mut expected_split, false);
    rows.split_header().expect("a header");
    rows.split(checked.spec().first_seeds().split, &dataset).expect("rows");
    rows.finish().expect("rows");
    assert!(predictions == expected && split == expected_split);
    let exported = ModelExport::of(&trained(1), &dataset).expect("a model");
    let text = serde_json::to_string_pretty(&exported).expect("JSON");
    assert_eq!(String::from_utf8(model).expect("text").trim_end(), text);
}

#[test]
fn a_film_is_cancelled() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.gif");
    let mut bench = Bench::new();
    bench.pick("File", 0, "Save a film…");
    save_as(&mut bench, &path);
    bench.wait_until("a film", |lab| lab.session().handed_on.film.is_some());
    bench.press("Cancel");
    assert_eq!(bench.session().handed_on.film, None);
    assert!(!path.exists());
}

#[test]
fn answers_in_a_lesson_are_kept_and_saved_without_a_name_unless_one_is_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::new();
    let lesson = longtail_lab::lesson::course()[0].clone();
    bench.lab_mut().teach(LessonCommand::Begin(lesson.clone()));
    let asked = |scene: &longtail_lab::lesson::Scene| matches!(scene.question, Some(Question::Choice(_)));
    let place = lesson.scenes.iter().position(asked).expect("a scene with a choice");
    for _ in 0..place {
        bench.lab_mut().teach(LessonCommand::Next);
    }
    bench.settle();
    let first = lesson.language("en").expect("English").scenes[place].answers[0].clone();
    bench.press(&format!("A  {first}"));
    assert!(bench.session().handed_on.answers.answers.is_empty(), "nothing is kept before it is revealed");
    bench.key(Key::Enter);
    bench.wait_until("the answer", |lab| !lab.session().handed_on.answers.answers.is_empty());
    let kept = bench.session().handed_on.answers.answers[0].clone();
    assert_eq!((kept.lesson.as_str(), kept.given), ("accuracy-lies", Given::Choice(0)));
    assert!(matches!(kept.truth, Some(Given::Choice(_))));
    let path = folder.path().join("a.answers.json");
    std::fs::write(&path, bench.session().handed_on.answers.to_json().expect("a file")).expect("a file");
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(!text.contains("name"), "{text}");

    // The files of a class are put together by dropping them.
    let other = folder.path().join("b.answers.json");
    std::fs::copy(&path, &other).expect("a copy");
    let broken = folder.path().join("c.answers.json");
    std::fs::write(&broken, "{").expect("a file");
    bench.lab_mut().teach(LessonCommand::End);
    bench.lab_mut().show_answers(vec![path, other, broken]);
    bench.wait_until("the class", |lab| lab.session().handed_on.class_answers.is_some());
    bench.check_shows("2 students");
    bench.check_complains("c.answers.json");
    bench.key(Key::Escape);
    bench.check_hides("2 students");
    bench.lab_mut().open_path(&folder.path().join("a.answers.json"));
    bench.wait_until("one student", |lab| lab.session().handed_on.class_answers.is_some());
    bench.check_shows("1 student");
}

#[test]
fn an_experiment_whose_file_locks_something_opens_locked_and_is_unlocked_by_the_menu() {
    let mut bench = Bench::with_toml(
        "seed = 5\n[training]\nepochs = 3\n[lock]\ncontrols = [\"beta\"]\nhide = [\"titles\", \"scores\", \"best\"]\n",
    );
    assert!(bench.session().is_locked());
    bench.key(Key::Space);
    bench.wait_for_epoch(3);
    bench.check_hides("Training samples per class");
    bench.check_shows("Class counts");
    let macro_recall = format!("{:.2}", bench.macro_recall(0));
    assert!(!bench.texts().contains(&macro_recall), "{macro_recall} is hidden");
    bench.lab_mut().session_mut().spec.training.learning_rate = 0.3;
    bench.settle();
    bench.check_shows("Locked by the lesson");
    bench.pick("Lesson", 0, "Unlock or lock");
    assert!(!bench.session().is_locked());
}

#[test]
fn a_situation_says_in_full_what_to_watch_until_its_data_change() {
    let mut bench = Bench::new();
    let situation = longtail_lab::experiment::find_situation("fraud-1-500").expect("a situation");
    let watch = situation.case().expect("a case").watch;
    bench.click(Role::Button, "Situations", 0);
    let group = situation.group;
    bench.click(Role::Button, group, 0);
    bench.click(Role::Button, &situation.name, 0);
    bench.check_shows(watch);
    bench.check_shows("accuracy is high whatever is found");
    bench.lab_mut().session_mut().spec.distribution.own_counts = vec![100, 50];
    bench.settle();
    bench.check_hides(watch);
}
