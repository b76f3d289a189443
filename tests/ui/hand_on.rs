//! What is handed on: pictures as files, the experiment as a line of text, and what a window leaves behind that ends too soon.

use egui::{Event, Key, accesskit::Role};
use longtail_lab::{
    experiment::{ExperimentSpec, file},
    lesson::Shared,
    state::LessonCommand,
};

use crate::bench::Bench;

/// Saves a picture of the lab through the dialog.
fn save_picture(bench: &mut Bench, path: &str) {
    bench.press("Save picture: Recall per class");
    assert_eq!(bench.get(Role::TextInput, "File").value().as_deref(), Some("recall.svg"));
    bench.get(Role::TextInput, "File").focus();
    bench.step();
    bench.command(Key::A);
    bench.write(path);
    bench.step();
    bench.press("Save");
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
    bench.wait_until("the offer", |lab| lab.session().left_behind.is_some());
    bench.check_shows("The lab ended before this experiment was saved.");
    bench.press("Later");
    bench.check_hides("The lab ended");
    bench.lab_mut().keep_unsaved_in(folder.path().to_owned());
    bench.wait_until("the offer", |lab| lab.session().left_behind.is_some());
    bench.press("Open it");
    assert_eq!((bench.spec().seed, bench.session().path.clone()), (4711, None));
    assert!(bench.session().is_unsaved());
}
