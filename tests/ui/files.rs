//! Files: a data file of one's own, and whatever cannot be read, with a sentence and nothing lost.

use std::path::{Path, PathBuf};

use egui::{Key, accesskit::Role};
use longtail_lab::{experiment::DataSource, state::Phase};

use super::bench::{Bench, ENDLESS, page_blocks, write};

/// A lab whose user has done something that must not get lost.
fn busy() -> Bench {
    let mut bench = Bench::new();
    bench.set("β", "0.9");
    for epoch in 1..=2 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    bench
}

/// Unfolds the section of the controls where the label is chosen.
fn unfold_data(bench: &mut Bench) {
    if !bench.has(Role::ComboBox, "Samples") {
        bench.fold("Data");
    }
}

/// Opens something that cannot be opened; expects a sentence and everything else as it was.
#[track_caller]
fn check_refused(path: &Path, complaint: &str) {
    let mut bench = busy();
    let (before, run_id) = (bench.spec().clone(), bench.session().run_id);
    bench.open(path);
    bench.check_complains(complaint);
    assert_eq!(bench.session().path, None);
    assert!(bench.spec() == &before, "the experiment has changed: {:?}", bench.spec());
    assert_eq!((bench.session().run_id, bench.epoch()), (run_id, 2));
    bench.key(Key::S);
    bench.wait_for_epoch(3);
}

/// Looks at a data file that turns out to be unusable; expects a sentence, and everything else as it was.
#[track_caller]
fn check_unusable(text: &str, complaint: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "samples.csv", text);
    let mut bench = busy();
    let (before, run_id) = (bench.spec().clone(), bench.session().run_id);
    bench.look_at(&path);
    bench.check_shows(complaint);
    assert!(!bench.is_enabled(Role::Button, "Import"));
    bench.key(Key::Enter);
    assert!(bench.session().preview.is_some(), "Enter imports nothing that cannot be imported");
    bench.key(Key::Escape);
    bench.check_hides(complaint);
    assert_eq!((bench.spec(), bench.session().run_id, bench.epoch()), (&before, run_id, 2));
    bench.key(Key::S);
    bench.wait_for_epoch(3);
}

#[test]
fn rows_to_test_on_are_taken_from_a_file_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |row: usize| format!("{row},{},{}\n", row * 7 % 11, row % 2);
    let table = |rows: std::ops::Range<usize>| format!("x,z,class\n{}", rows.map(row).collect::<String>());
    let data = write(folder.path(), "train.csv", &table(0..40));
    let test = write(folder.path(), "test.csv", &table(40..70));
    let mut bench = Bench::with_toml(&format!("[data]\nsource = \"file\"\npath = {:?}\n", data.display().to_string()));
    bench.wait_until_ready();
    bench.choose("Split", "Files of their own");
    bench.check_shows("Choose a file with the rows to test on");
    bench.fill(Role::TextInput, "File", &test.display().to_string());
    bench.press("Open");
    bench.wait_until("the rows", |lab| lab.session().spec.data.test_path.as_deref() == Some(&*test));
    bench.wait_until_ready();
    bench.check_shows("test.csv");
    bench.check_shows("40 training rows");
    bench.choose("Split", "Share at random");
    assert_eq!(bench.spec().data.test_path, None);
}

#[test]
fn a_data_file_shows_its_classes_and_trains() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.open(&page_blocks());
    bench.wait_until_ready();
    let plot_data = bench.session().plot_data().expect("samples");
    assert_eq!(*plot_data.class_labels, ["graphic", "horizontal line", "picture", "text", "vertical line"]);
    assert_eq!((plot_data.n_features, plot_data.counts.n_classes()), (10, 5));
    unfold_data(&mut bench);
    bench.check_shows("10 features (standardised), 5 classes");
    bench.check_shows("Recall per class on the test part");
    bench.check_shows("page-blocks.csv");
    assert!(!bench.has(Role::Slider, "Classes"), "the counts come from the file");
    bench.harness.check_accessibility();

    bench.press("Play");
    bench.wait_for_epoch(3);
    assert_eq!(bench.run(0).per_class_recall.len(), 5);
    assert!(bench.macro_recall(1) > 0.3);
    bench.press("Pause");

    let run_id = bench.session().run_id;
    bench.set("Test share", "0");
    bench.wait_until_ready();
    assert!(bench.session().run_id > run_id);
    assert_eq!(bench.session().plot_data().expect("samples").counts.total(), 5472);
    bench.check_shows("Recall per class on the training");
}

#[test]
fn another_label_column_can_be_chosen_and_the_right_one_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |i: usize| format!("{i},{},{}", i % 7, ["a", "b", "c"][i % 3]);
    let rows = (0..1200).map(row).collect::<Vec<_>>().join("\n");
    let path = write(folder.path(), "samples.csv", &format!("number,digit,kind\n{rows}"));
    let mut bench = Bench::new();
    bench.open(&path);
    bench.wait_until_ready();
    assert_eq!(*bench.session().plot_data().expect("samples").class_labels, ["a", "b", "c"]);

    unfold_data(&mut bench);
    bench.check_shows("number is left out: it numbers the rows");
    bench.choose("Label", "digit");
    bench.wait_until_ready();
    let plot_data = bench.session().plot_data().expect("samples");
    // The three kinds are features now, one for each.
    assert_eq!((plot_data.counts.n_classes(), plot_data.n_features), (7, 3));
    bench.choose("Label", "kind");
    bench.wait_until_ready();
    assert!(bench.session().notice.is_none());
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 3);
}

#[test]
fn a_label_column_with_too_many_values_is_refused_in_words_and_mended_by_another_choice() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = (0..1200).map(|i| format!("{i},{},{}", i % 5, i % 7)).collect::<Vec<_>>().join("\n");
    let path = write(folder.path(), "samples.csv", &format!("number,x,digit\n{rows}"));
    let mut bench = Bench::new();
    bench.open(&path);
    bench.wait_until_ready();
    unfold_data(&mut bench);
    bench.choose("Label", "number");
    bench.wait_until("the failure", |lab| matches!(lab.session().snapshot().phase, Phase::Failed(_)));
    bench.check_complains("1200 different values, training takes at most 1000");
    bench.choose("Label", "digit");
    bench.wait_until_ready();
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 7);
}

#[test]
fn samples_go_back_from_a_file_to_gaussians_and_forth_again() {
    let mut bench = Bench::new();
    bench.open(&page_blocks());
    bench.wait_until_ready();
    unfold_data(&mut bench);
    bench.choose("Samples", "Generated");
    bench.wait_until_ready();
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 10);
    unfold_data(&mut bench);
    bench.choose("Samples", "Data file");
    bench.wait_until_ready();
    assert_eq!(bench.spec().data.source, DataSource::File);
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 5);
}

#[test]
fn a_first_data_file_is_asked_for_and_cancelled_without_a_trace() {
    let mut bench = Bench::new();
    let before = bench.spec().clone();
    bench.fold("Data");
    bench.choose("Samples", "Data file");
    bench.check_shows("Data files (.csv");
    // Keys belong to the dialog.
    bench.key(Key::D);
    assert!(!bench.lab().settings().is_dark);
    bench.press("Cancel");
    bench.check_hides("Data files (.csv");
    assert_eq!(bench.spec(), &before);
    assert!(!bench.session().undo.can_undo());
}

#[test]
fn files_are_opened_by_drag_and_drop() {
    #[derive(Debug)]
    struct Dropped(PathBuf);
    impl egui::DroppedFile for Dropped {
        fn path(&self) -> &Path {
            &self.0
        }
        fn bytes(&self) -> Result<Vec<u8>, String> {
            Err("the lab asks for the path alone".to_owned())
        }
    }
    let mut bench = Bench::new();
    bench.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(page_blocks())));
    bench.step();
    bench.wait_for_preview();
    bench.press("Import");
    bench.wait_until_ready();
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 5);
}

#[test]
fn what_is_no_experiment_is_refused_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| write(folder.path(), name, text);
    check_refused(&file("broken.toml", "seed = 1\n[data\n"), "line 2");
    check_refused(&file("unknown.toml", "seed = 1\nsede = 2\n"), "unknown field `sede`");
    check_refused(&file("newer.toml", "format = 2\nsurprise = true\n"), "open it with a newer version");
    check_refused(&folder.path().join("missing.toml"), "there is no such file");
    check_refused(folder.path(), "it is a folder");
}

#[test]
fn an_experiment_that_cannot_be_trained_is_refused_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| write(folder.path(), name, text);
    check_refused(
        &file("beta.toml", "[[objective]]\nname = \"CB\"\nbeta = 1.0\nweights = \"effective_number\"\n"),
        "β must be in [0, 1)",
    );
    check_refused(&file("nan.toml", "[training]\nlearning_rate = nan\n"), "the learning rate must be");
    check_refused(&file("one.toml", "[distribution]\nclasses = 1\n"), "the number of classes must be");
}

#[test]
fn a_data_file_that_cannot_be_opened_is_refused_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    check_refused(&folder.path().join("missing.csv"), "there is no such file");
    let named_like_a_file = folder.path().join("folder.csv");
    std::fs::create_dir(&named_like_a_file).expect("a folder");
    check_refused(&named_like_a_file, "it is a folder");
    check_refused(&write(folder.path(), "empty.csv", ""), "the data file is empty");
}

#[test]
fn a_data_file_with_a_fault_inside_says_where_and_nothing_is_lost() {
    check_unusable("a,y\n1,p\n1,2,q\n", "line 3 has 3 fields");
    check_unusable("a,y\n", "no rows");
    check_unusable("a,y\n1,p\n2,p\n", "the same label \"p\"");
}

#[test]
fn a_data_file_that_has_gone_is_read_again_by_a_reset() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "samples.csv", "x,y\n1,p\n2,q\n3,p\n4,q\n5,p\n6,q\n");
    let mut bench = Bench::new();
    bench.open(&path);
    bench.wait_until_ready();
    std::fs::remove_file(&path).expect("the file goes");
    bench.key(Key::N);
    bench.wait_until("the failure", |lab| matches!(lab.session().snapshot().phase, Phase::Failed(_)));
    bench.check_complains("there is no such file");
    write(folder.path(), "samples.csv", "x,y\n1,p\n2,q\n3,p\n4,q\n5,p\n6,q\n");
    bench.key(Key::R);
    bench.wait_until_ready();
    assert!(bench.session().notice.is_none());
}
