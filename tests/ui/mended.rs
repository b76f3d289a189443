//! Small things that once went wrong.

use egui::{Key, accesskit::Role};

use super::bench::{Bench, ENDLESS, page_blocks, write};

#[test]
fn opening_a_data_file_unfolds_the_section_with_its_label_column() {
    let mut bench = Bench::new();
    bench.open(&page_blocks());
    bench.wait_until_ready();
    assert!(bench.has(Role::ComboBox, "Label"));
}

#[test]
fn looking_at_the_label_column_is_no_change() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "other.csv", "x,kind\n1,p\n2,q\n3,p\n4,q\n5,p\n6,q\n");
    let path = write(folder.path(), "other.toml", "[data]\nsource = \"file\"\npath = \"other.csv\"\n");
    let mut bench = Bench::new();
    bench.open(&page_blocks());
    bench.wait_until_ready();
    if !bench.has(Role::ComboBox, "Label") {
        bench.fold("Data");
        bench.wait_until_ready();
    }
    bench.open(&path);
    bench.wait_until_ready();
    assert!(!bench.session().is_unsaved(), "{:?}", bench.spec().data.label);
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 2);
}

#[test]
fn what_cannot_be_trained_can_be_paused_by_its_button_too() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.press("Play");
    bench.wait_for_epoch(1);
    bench.set("Classes", "1");
    bench.press("Pause");
    assert!(!bench.session().is_playing);
    assert!(!bench.is_enabled(Role::Button, "Play"));
}

#[test]
fn a_slider_of_the_data_that_is_dragged_keeps_nobody_waiting() {
    let mut bench = Bench::new();
    bench.set("Largest", "5000");
    bench.wait_until_ready();
    let alone = std::time::Instant::now();
    bench.set("Classes", "50");
    bench.wait_until_ready();
    let alone = alone.elapsed();
    let position = bench.get(Role::Slider, "Classes").rect().left_center();
    bench.harness.hover_at(position);
    bench.harness.drag_at(position);
    for points in 0..60_u8 {
        bench.harness.hover_at(position + egui::vec2(f32::from(points), 0.0));
    }
    bench.step();
    let dragged = std::time::Instant::now();
    bench.release(position + egui::vec2(59.0, 0.0));
    bench.wait_until_ready();
    assert!(dragged.elapsed() < alone * 8, "{:?} after a drag, {alone:?} for one change", dragged.elapsed());
}

#[test]
fn at_one_epoch_a_second_the_first_is_shown_when_it_is_done() {
    let mut bench = Bench::new();
    bench.set("Speed", "1/s");
    bench.key(Key::Space);
    bench.wait_for_epoch(1);
    assert_eq!(bench.epoch(), 1);
}

#[test]
fn the_scoreboard_says_of_each_run_that_it_has_diverged() {
    let mut bench = Bench::with_toml("[training]\nlearning_rate = 1e5\n");
    bench.press("Play");
    bench.wait_until("the divergence of all", |lab| lab.session().snapshot().is_finished);
    assert_eq!(bench.find_all(Role::Label, "diverged").len(), 4);
}

#[test]
fn after_undoing_an_opening_saving_does_not_replace_the_opened_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "lecture.toml", "seed = 7\n");
    let mut bench = Bench::new();
    bench.open(&path);
    bench.wait_until_ready();
    bench.set("β", "0.9");
    bench.command(Key::Z);
    assert_eq!(bench.session().path.as_deref(), Some(path.as_path()), "still the opened experiment");
    bench.command(Key::Z);
    assert_eq!((bench.spec().seed, bench.session().path.as_ref()), (1, None));
    bench.command(Key::S);
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "seed = 7\n");
}

#[test]
fn steps_asked_for_in_quick_succession_are_all_taken() {
    let mut bench = Bench::new();
    for _ in 0..5 {
        bench.harness.key_press(Key::S);
    }
    bench.wait_for_epoch(5);
    bench.settle();
    assert_eq!((bench.epoch(), bench.session().is_playing), (5, false));
}
