//! Files that do not answer, such as a pipe that nobody writes to, or those on a network drive that is gone: the window goes
//! on, says what it waits for, and Escape gives up.

#![cfg(unix)]

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use egui::{Key, accesskit::Role};
use longtail_lab::{
    experiment::DataSource,
    state::{Phase, Place, SweepPhase},
};

use super::bench::{Bench, write};

/// A pipe that nobody writes to.
fn pipe(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let made = Command::new("mkfifo").arg(&path).status();
    assert!(made.is_ok_and(|status| status.success()), "{}", path.display());
    path
}

/// Lets whoever waits for a pipe have this text; returns whether there was anybody.
fn answer(pipe: &Path, text: &str) -> bool {
    use std::os::unix::fs::OpenOptionsExt;
    /// Of Linux: without a reader the opening fails instead of waiting.
    const NON_BLOCKING: i32 = 0o4000;
    let opened = OpenOptions::new().write(true).custom_flags(NON_BLOCKING).open(pipe);
    opened.is_ok_and(|mut file| file.write_all(text.as_bytes()).is_ok())
}

fn impatient() -> (Bench, tempfile::TempDir) {
    let mut bench = Bench::new();
    bench.waits_for_files = false;
    (bench, tempfile::tempdir().expect("a folder"))
}

/// Opens a file that does not answer, and waits until the window says so.
fn open_and_wait(bench: &mut Bench, path: &Path) {
    bench.harness.state_mut().as_mut().expect("the lab").open_path(path);
    wait_for_words(bench, &format!("Reading {} … Escape gives up", path.file_name().expect("a name").display()));
}

#[track_caller]
fn wait_for_words(bench: &mut Bench, words: &str) {
    bench.wait_until(words, |lab| lab.session().waiting.as_ref().is_some_and(|waiting| waiting.words() == words));
    bench.settle();
    bench.check_shows(words);
}

/// Expects that the window does what it is told meanwhile.
#[track_caller]
fn check_goes_on(bench: &mut Bench) {
    let epoch = bench.epoch();
    bench.key(Key::S);
    bench.wait_for_epoch(epoch + 1);
}

#[test]
fn an_experiment_that_does_not_answer_is_given_up_with_escape_and_what_it_says_later_is_dropped() {
    for (name, text) in
        [("f.toml", "seed = 7\n"), ("f.html", "seed = 7\n"), ("counts.txt", "7\n5\n"), ("f", "seed = 7\n")]
    {
        let (mut bench, folder) = impatient();
        let path = pipe(folder.path(), name);
        open_and_wait(&mut bench, &path);
        check_goes_on(&mut bench);
        let before = bench.spec().clone();
        bench.key(Key::Escape);
        bench.check_hides("Escape gives up");
        bench.check_shows("was given up");
        assert!(!bench.lab().is_waiting_for_files());
        assert!(answer(&path, text), "{name}: the thread that reads is still there");
        let good = write(folder.path(), "good.toml", "seed = 9\n");
        bench.waits_for_files = true;
        bench.open(&good);
        assert_eq!(bench.spec().seed, 9);
        bench.key(Key::Z);
        assert_ne!(bench.spec().seed, 7);
        assert_eq!(before.seed, 1);
    }
}

#[test]
fn an_experiment_that_answers_late_is_opened_then() {
    let (mut bench, folder) = impatient();
    let path = pipe(folder.path(), "f.toml");
    open_and_wait(&mut bench, &path);
    assert!(answer(&path, "seed = 7\n"));
    bench.wait_until("the experiment", |lab| lab.session().spec.seed == 7);
    bench.settle();
    bench.check_hides("Escape gives up");
    assert_eq!(bench.session().path.as_deref(), Some(path.as_path()));
}

#[test]
fn the_button_gives_up_too_and_another_file_takes_the_place_of_one_that_does_not_answer() {
    let (mut bench, folder) = impatient();
    let path = pipe(folder.path(), "f.toml");
    open_and_wait(&mut bench, &path);
    bench.press("Give up");
    bench.check_hides("Escape gives up");
    open_and_wait(&mut bench, &path);
    let good = write(folder.path(), "good.toml", "seed = 9\n");
    bench.harness.state_mut().as_mut().expect("the lab").open_path(&good);
    bench.wait_until("the other file", |lab| lab.session().spec.seed == 9 && !lab.is_waiting_for_files());
    bench.settle();
    bench.check_hides("Escape gives up");
}

#[test]
fn results_that_do_not_answer_are_given_up_and_a_sweep_runs_after_that() {
    let (mut bench, folder) = impatient();
    let path = pipe(folder.path(), "runs.jsonl");
    open_and_wait(&mut bench, &path);
    assert_eq!(bench.session().place, Place::Tune);
    bench.key(Key::Escape);
    bench.check_hides("Escape gives up");
    bench.wait_until("the end of reading", |lab| lab.session().tune.news().phase == SweepPhase::Idle);
    bench.press("Start");
    bench.wait_until("a run", |lab| lab.session().tune.news().n_finished > 0);
    bench.press("Cancel");
}

#[test]
fn a_data_file_that_does_not_answer_is_given_up_in_the_preview_and_in_the_experiment() {
    let (mut bench, folder) = impatient();
    let path = pipe(folder.path(), "f.csv");
    bench.harness.state_mut().as_mut().expect("the lab").open_path(&path);
    bench.wait_until("the announcement", |lab| {
        lab.session().preview.as_ref().is_some_and(|preview| preview.reading.is_some())
    });
    bench.settle();
    bench.check_shows("Reading f.csv … Escape gives up");
    bench.check_shows("nothing has come yet");
    bench.key(Key::Escape);
    assert!(bench.session().preview.is_none());
    let other = write(folder.path(), "g.csv", "x,y\n1,p\n2,q\n3,p\n4,q\n");
    bench.look_at(&other);
    bench.key(Key::Escape);

    let text = format!("[data]\nsource = \"file\"\npath = \"{}\"\n", path.display());
    let experiment = write(folder.path(), "e.toml", &text);
    bench.harness.state_mut().as_mut().expect("the lab").open_path(&experiment);
    bench.wait_until("the announcement", |lab| lab.session().snapshot().reading.is_some());
    bench.settle();
    bench.check_shows("Reading f.csv … Escape gives up");
    assert_eq!(bench.spec().data.source, DataSource::File);
    bench.key(Key::Escape);
    bench.wait_until("the end of it", |lab| matches!(lab.session().snapshot().phase, Phase::Failed(_)));
    bench.check_complains("cancelled");
    bench.command(Key::N);
    bench.wait_until_ready();
    check_goes_on(&mut bench);
}

#[test]
fn saving_to_what_does_not_answer_is_given_up_and_the_changes_stay_unsaved() {
    let (mut bench, folder) = impatient();
    let path = pipe(folder.path(), "f.toml");
    bench.set("β", "0.9");
    bench.command_shift(Key::S);
    bench.wait_until("the folder", |lab| !lab.is_waiting_for_files());
    bench.get(Role::TextInput, "File").focus();
    bench.step();
    bench.command(Key::A);
    bench.write(&path.display().to_string());
    bench.press("Save");
    bench.wait_until("the question", |lab| lab.session().replacing.is_some());
    bench.settle();
    bench.press("Replace");
    wait_for_words(&mut bench, "Saving f.toml … Escape gives up");
    check_goes_on(&mut bench);
    bench.key(Key::Escape);
    bench.check_hides("Escape gives up");
    bench.check_shows("is not saved yet");
    assert!(bench.session().is_unsaved() && bench.session().path.is_none());
    // The next file does not wait behind it.
    bench.waits_for_files = true;
    let good = folder.path().join("good.toml");
    bench.command_shift(Key::S);
    bench.get(Role::TextInput, "File").focus();
    bench.step();
    bench.command(Key::A);
    bench.write(&good.display().to_string());
    bench.press("Save");
    assert!(!bench.session().is_unsaved() && good.is_file());
}

#[test]
fn the_dialog_goes_into_folders_and_back_and_makes_one() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("inner")).expect("a folder");
    let path = write(&folder.path().join("inner"), "deep.toml", "seed = 7\n");
    write(folder.path(), "notes.py", "");
    let mut bench = Bench::new();
    bench.command(Key::O);
    bench.fill_and_enter("Folder", &folder.path().display().to_string());
    bench.check_shows("inner/");
    bench.check_hides("notes.py");
    bench.click(Role::Button, "inner/", 0);
    bench.press("Open");
    bench.check_shows("deep.toml");
    bench.press("Up");
    bench.check_hides("deep.toml");
    // A path that leads to a file is that file, wherever it is typed.
    bench.fill_and_enter("Folder", &path.display().to_string());
    bench.wait_until_ready();
    assert_eq!((bench.spec().seed, bench.session().path.as_deref()), (7, Some(path.as_path())));

    bench.command_shift(Key::S);
    bench.check_shows("deep.toml");
    bench.fill_and_enter("Folder", "/no/such/folder");
    bench.check_shows("There is no such folder");
    bench.fill(Role::TextInput, "File", "new");
    bench.press("New folder");
    assert!(folder.path().join("inner/new").is_dir());
    bench.fill_and_enter("File", "copy");
    assert!(folder.path().join("inner/new/copy.toml").is_file());
    bench.check_hides("Save the experiment");
}
