//! Tables that are made long-tailed: the tick, what it keeps, the order of classes, bars that are dragged.

use egui::{Key, accesskit::Role};
use longtail_lab::{data::Evaluation, distribution::Profile, state::class_label};

use super::{
    bench::{Bench, write},
    shaping::{drag_bar, press},
};

/// An experiment on a built-in set that is made long-tailed.
fn long_tailed(set: &str, more: &str) -> Bench {
    Bench::with_toml(&format!("[data]\nsource = \"built_in\"\nbuilt_in = \"{set}\"\nlong_tailed = true\n{more}"))
}

fn counts(bench: &Bench) -> Vec<u64> {
    bench.session().counts().expect("counts").as_slice().to_vec()
}

#[test]
fn a_tick_makes_a_table_long_tailed_and_says_what_is_kept() {
    let mut bench = Bench::with_toml("[data]\nsource = \"built_in\"\nbuilt_in = \"page_blocks\"\n");
    assert_eq!(counts(&bench), [20, 230, 80, 3439, 61]);
    assert!(!bench.has(Role::ComboBox, "Profile"));
    bench.click(Role::CheckBox, "Make it long-tailed", 0);
    bench.wait_until_ready();
    assert_eq!(counts(&bench), [7, 230, 73, 730, 23]);
    assert_eq!(bench.session().plot_data().expect("samples").counts.as_slice(), counts(&bench));
    bench.check_shows(
        "Kept 1063 of 5472 rows; 21 rows of each class for the balanced test set, 457 for the natural one",
    );
    bench.check_shows("The largest count is 730: for more, class \"horizontal line\" has too few rows");
    bench.check_shows("5, from the table");
    bench.check_shows("imbalance realised 104.3 (nominal 100.0)");

    bench.set("Imbalance", "10");
    bench.wait_until_ready();
    assert_eq!(counts(&bench), [20, 117, 66, 209, 37]);
    bench.set("Largest", "50");
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().expect("counts").max(), 50);
    bench.check_hides("The largest count is");

    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.check_shows("Recall per class on the balanced test set");
    assert!(bench.run(0).figures.natural_accuracy.is_some());
    bench.click(Role::CheckBox, "Make it long-tailed", 0);
    bench.wait_until_ready();
    assert_eq!(counts(&bench), [20, 230, 80, 3439, 61]);
    assert_eq!(bench.session().evaluation(), Evaluation::NaturalTest);
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().expect("counts").max(), 50);
}

#[test]
fn counts_answer_at_once_and_keep_the_names_while_the_samples_are_made() {
    let mut bench = long_tailed("page_blocks", "");
    let place = drag_bar(&mut bench, 1, -40.0);
    // In the very frame of the last move.
    let changed: Vec<usize> = (0..5).filter(|&c| counts(&bench)[c] != [7, 230, 73, 730, 23][c]).collect();
    assert_eq!(changed, [1]);
    assert_eq!(class_label(&bench.session().class_names(), 1), "horizontal line");
    press(&mut bench, place, false);
    bench.wait_until_ready();
    assert_eq!(bench.spec().distribution.profile, Profile::Own);
    assert_eq!(bench.session().plot_data().expect("samples").counts.as_slice(), counts(&bench));
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(counts(&bench), [7, 230, 73, 730, 23]);
}

#[test]
fn a_bar_cannot_be_dragged_above_the_rows_that_there_are() {
    let mut bench = long_tailed("page_blocks", "[distribution]\nmax_count = 100\nimbalance = 10.0\n");
    let place = drag_bar(&mut bench, 4, 200.0);
    press(&mut bench, place, false);
    bench.wait_until_ready();
    // Of 28 rows 8 are held back.
    assert_eq!(counts(&bench)[0], 20);
    assert!(bench.session().checked().is_ok());
}

#[test]
fn own_counts_begin_as_what_is_there_and_are_refused_in_words_where_rows_are_missing() {
    let mut bench = long_tailed("page_blocks", "");
    bench.choose("Profile", "Own counts");
    bench.wait_until_ready();
    assert_eq!(bench.spec().distribution.own_counts, [730, 230, 73, 23, 7]);
    assert_eq!(counts(&bench), [7, 230, 73, 730, 23]);
    bench.fill(Role::MultilineTextInput, "Counts, in the class order", "700, 231, 50, 20, 5");
    bench.check_complains(
        "class \"horizontal line\" cannot have 231 training rows: 230 of its 329 rows can be trained on",
    );
    bench.fill(Role::MultilineTextInput, "Counts, in the class order", "700, 231");
    bench.check_complains("the list has 2 class counts, the table has 5 classes");
    bench.fill(Role::MultilineTextInput, "Counts, in the class order", "700, 230, 50, 20, 5");
    bench.wait_until_ready();
    assert_eq!(counts(&bench), [5, 230, 50, 700, 20]);
}

#[test]
fn classes_are_ordered_by_size_by_name_or_by_hand() {
    let mut bench = long_tailed("digits", "");
    let head = |bench: &Bench| {
        let counts = counts(bench);
        (0..counts.len())
            .max_by_key(|&class_idx| counts[class_idx])
            .map(|class_idx| class_label(&bench.session().class_names(), class_idx))
    };
    assert_eq!(head(&bench).as_deref(), Some("3"));
    bench.choose("Class order", "By name");
    bench.wait_until_ready();
    assert_eq!(head(&bench).as_deref(), Some("0"));
    bench.choose("Class order", "Own order");
    bench.wait_until_ready();
    assert_eq!(head(&bench).as_deref(), Some("0"), "it begins as it was");
    bench.press("Move 1 up");
    bench.wait_until_ready();
    assert_eq!(bench.spec().data.own_order[..3], ["1", "0", "2"]);
    assert_eq!(head(&bench).as_deref(), Some("1"));
    assert!(!bench.is_enabled(Role::Button, "Move 1 up"));
    bench.press("Move 0 down");
    assert_eq!(bench.spec().data.own_order[..3], ["1", "2", "0"]);
    // Another table has other classes.
    bench.choose("Set", "Yeast");
    bench.wait_until_ready();
    assert_eq!(head(&bench).as_deref(), Some("CYT"));
    assert!(bench.spec().data.own_order.is_empty());
}

#[test]
fn an_own_order_that_does_not_fit_is_refused_in_words_and_mended_by_another_choice() {
    let mut bench = long_tailed("page_blocks", "");
    let folder = tempfile::tempdir().expect("a folder");
    let data =
        "[data]\nsource = \"built_in\"\nlong_tailed = true\nclass_order = \"own\"\nown_order = [\"text\", \"sky\"]\n";
    bench.open(&write(folder.path(), "order.toml", data));
    bench.wait_until("the complaint", |lab| lab.session().checked().is_err());
    bench.check_complains("the class order names \"sky\", which is no class of the table");
    bench.choose("Class order", "By size");
    bench.wait_until_ready();
    assert_eq!(counts(&bench), [7, 230, 73, 730, 23]);
    bench.choose("Class order", "Own order");
    bench.wait_until_ready();
    assert_eq!(bench.spec().data.own_order[..2], ["text", "horizontal line"]);
}

#[test]
fn long_tailed_digits_are_two_clicks_away() {
    let mut bench = Bench::new();
    bench.click(Role::Button, "Situations", 0);
    bench.click(Role::Button, "Real data", 0);
    bench.press("Digits, long-tailed (factor 100)");
    bench.wait_until_ready();
    let mut counts = counts(&bench);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(counts, [128, 76, 46, 27, 16, 9, 5, 3, 2, 1]);
    bench.check_shows("55 rows of each class for the balanced test set");
}
