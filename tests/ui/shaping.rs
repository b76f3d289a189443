//! Shaping the data: bars that are dragged, textbook situations, built-in sets; and a file that would be replaced.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, accesskit::Role};
use longtail_lab::{distribution::Profile, experiment::DataSource, state::Phase};

use super::bench::{Bench, write};

/// Presses the pointer in the chart of counts above a class and drags by so many points; does not let go.
pub(crate) fn drag_bar(bench: &mut Bench, rank: usize, points_up: f32) -> Pos2 {
    let frame = bench.get(Role::Figure, "Class counts").rect();
    let n_classes = bench.session().counts().expect("counts").n_classes() as f32;
    let x = frame.left() + frame.width() * (rank as f32 + 0.6) / (n_classes + 0.2);
    let from = egui::pos2(x, frame.center().y);
    bench.harness.hover_at(from);
    bench.step();
    press(bench, from, true);
    let mut place = from;
    for _ in 0..8 {
        place.y -= points_up / 8.0;
        bench.harness.hover_at(place);
        bench.step();
    }
    place
}

pub(crate) fn press(bench: &mut Bench, pos: Pos2, pressed: bool) {
    let modifiers = Modifiers::default();
    bench.harness.event(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers });
    bench.step();
}

#[test]
fn a_bar_that_is_dragged_changes_its_class_alone_and_undo_brings_the_profile_back() {
    let mut bench = Bench::new();
    let before = bench.session().counts().expect("counts").as_slice().to_vec();
    let run_id = bench.session().run_id;
    let place = drag_bar(&mut bench, 5, 40.0);
    assert!(bench.session().run_id > run_id, "other counts start over");
    press(&mut bench, place, false);
    bench.settle();
    assert_eq!(bench.spec().distribution.profile, Profile::Own);
    let after = bench.session().counts().expect("counts").as_slice().to_vec();
    let changed: Vec<usize> = (0..10).filter(|&class_idx| before[class_idx] != after[class_idx]).collect();
    assert_eq!(changed, [5], "{before:?} became {after:?}");

    bench.command(Key::Z);
    bench.settle();
    assert_eq!(bench.spec().distribution.profile, Profile::Exponential);
    assert_eq!(bench.session().counts().expect("counts").as_slice(), before);
}

#[test]
fn a_bar_held_still_stays_where_it_is() {
    let mut bench = Bench::new();
    let place = drag_bar(&mut bench, 0, 30.0);
    let held = bench.session().counts().expect("counts").max();
    for _ in 0..20 {
        bench.harness.hover_at(place);
        bench.step();
    }
    assert_eq!(bench.session().counts().expect("counts").max(), held, "the axis must not run away");
    press(&mut bench, place, false);
}

#[test]
fn counts_of_a_table_cannot_be_dragged() {
    let mut bench = Bench::new();
    bench.click(Role::Button, "Situations", 0);
    bench.click(Role::Button, "Real data", 0);
    bench.press("Yeast");
    bench.wait_until_ready();
    let before = bench.spec().clone();
    let place = drag_bar(&mut bench, 2, 40.0);
    press(&mut bench, place, false);
    assert_eq!(bench.spec(), &before);
}

#[test]
fn a_situation_brings_counts_and_samples_and_leaves_the_objectives() {
    let mut bench = Bench::new();
    bench.set("β", "0.99");
    let objectives = bench.spec().objectives.clone();
    bench.click(Role::Button, "Situations", 0);
    bench.click(Role::Button, "Two classes", 0);
    bench.press("Fraud, 1 : 500");
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().expect("counts").as_slice(), [10_000, 20]);
    assert_eq!(bench.spec().objectives, objectives);

    bench.click(Role::Button, "Situations", 0);
    bench.click(Role::Button, "Real data", 0);
    bench.press("Page blocks");
    bench.wait_until("the data set", |lab| lab.session().plot_data().is_some());
    assert_eq!(bench.spec().data.source, DataSource::BuiltIn);
    bench.check_shows("Page blocks");
    let counts = bench.session().counts().expect("counts of the training part");
    assert_eq!((counts.n_classes(), counts.total()), (5, 3830));
    bench.press("Step");
    bench.wait_for_epoch(1);
    assert_eq!(bench.session().snapshot().phase, Phase::Ready);
}

#[test]
fn a_file_of_counts_is_taken_and_nonsense_is_refused_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::new();
    bench.open(&write(folder.path(), "counts.txt", "500\n0\n25\n"));
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().expect("counts").as_slice(), [500, 0, 25]);

    let before = bench.spec().clone();
    for (text, complaint) in [("500\n-3\n", "line 2"), ("7\n", "only one class"), ("", "empty")] {
        bench.open(&write(folder.path(), "wrong.txt", text));
        bench.check_complains(complaint);
        assert_eq!(bench.spec(), &before);
    }
}

#[test]
fn saving_over_another_file_asks_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "taken.toml", "seed = 7\n");
    let mut bench = Bench::new();
    bench.set("β", "0.99");
    let save = |bench: &mut Bench| {
        bench.command_shift(Key::S);
        bench.get(Role::TextInput, "File").focus();
        bench.step();
        bench.command(Key::A);
        bench.write(&path.display().to_string());
        bench.step();
        bench.press("Save");
    };
    save(&mut bench);
    bench.check_shows("Replace the file?");
    bench.press("Cancel");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "seed = 7\n");
    assert!(bench.session().is_unsaved());

    save(&mut bench);
    bench.press("Replace");
    assert!(std::fs::read_to_string(&path).expect("the file").contains("beta = 0.99"));
    bench.check_hides("Replace the file?");
    assert!(!bench.session().is_unsaved());
}
