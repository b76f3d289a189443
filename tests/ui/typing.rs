//! Class counts by keyboard: a class is chosen in the chart, its count stepped and typed.

use egui::{Key, Modifiers, accesskit::Role};

use super::bench::{Bench, page_blocks};
use longtail_lab::distribution::Profile;

/// Gives the chart of counts the keyboard, as Tab does.
fn enter(bench: &mut Bench) {
    bench.get(Role::Figure, "Class counts").focus();
    bench.settle();
}

fn counts(bench: &Bench) -> Vec<u64> {
    bench.session().counts().expect("counts").as_slice().to_vec()
}

fn shift(bench: &mut Bench, key: Key) {
    bench.harness.key_press_modifiers(Modifiers::SHIFT, key);
    bench.step();
    bench.settle();
}

#[test]
fn arrows_choose_a_class_and_its_name_and_count_are_told() {
    let mut bench = Bench::new();
    enter(&mut bench);
    assert_eq!(bench.session().selected_class, Some(0));
    assert!(bench.has(Role::TextInput, "Samples of C0"));
    bench.key(Key::ArrowRight);
    bench.key(Key::ArrowRight);
    bench.key(Key::ArrowLeft);
    assert_eq!(bench.session().selected_class, Some(1));
    assert_eq!(bench.session().marked_class, Some(1), "it is marked in every picture");
    bench.key(Key::End);
    assert!(bench.has(Role::TextInput, "Samples of C9"));
    bench.key(Key::ArrowRight);
    assert_eq!(bench.session().selected_class, Some(9), "behind the last there is none");
    bench.key(Key::Home);
    assert_eq!(bench.session().selected_class, Some(0));
    bench.key(Key::Escape);
    assert_eq!(bench.session().selected_class, None);
    assert!(!bench.has(Role::TextInput, "Samples of C0"));
    assert!(!bench.session().undo.can_undo(), "looking changes nothing");
}

#[test]
fn up_and_down_step_the_count_and_each_is_undone_by_itself() {
    let mut bench = Bench::new();
    let before = counts(&bench);
    enter(&mut bench);
    bench.key(Key::ArrowRight);
    bench.key(Key::ArrowUp);
    assert_eq!(counts(&bench)[1], 1200);
    bench.key(Key::ArrowUp);
    assert_eq!(counts(&bench)[1], 1300);
    shift(&mut bench, Key::ArrowDown);
    assert_eq!(counts(&bench)[1], 130);
    assert_eq!(bench.session().selected_class, Some(1), "the class keeps the keyboard at its new rank");
    bench.key(Key::ArrowDown);
    assert_eq!(counts(&bench)[1], 120);
    assert_eq!(bench.spec().distribution.profile, Profile::Own);
    for expected in [130, 1300, 1200] {
        bench.command(Key::Z);
        assert_eq!(counts(&bench)[1], expected);
    }
    bench.command(Key::Z);
    assert_eq!(counts(&bench), before);
    assert_eq!(bench.spec().distribution.profile, Profile::Exponential);
}

#[test]
fn a_typed_count_is_taken_by_enter_and_dropped_by_escape() {
    let mut bench = Bench::new();
    let before = counts(&bench);
    enter(&mut bench);
    bench.key(Key::ArrowRight);
    bench.write("345");
    bench.settle();
    assert_eq!(counts(&bench), before, "nothing happens before Enter");
    bench.key(Key::Enter);
    assert_eq!(counts(&bench)[1], 345);
    // The chart has the keyboard again: on to the next class.
    bench.key(Key::ArrowRight);
    let selected = bench.session().selected_class.expect("a class");
    bench.write("77");
    bench.key(Key::Enter);
    assert_eq!(counts(&bench)[selected], 77);
    bench.write("99999");
    bench.key(Key::Escape);
    assert_eq!(counts(&bench)[selected], 77);
    bench.key(Key::Escape);
    assert_eq!(bench.session().selected_class, None);
    bench.command(Key::Z);
    bench.command(Key::Z);
    assert_eq!(counts(&bench), before);
}

#[test]
fn letters_are_no_commands_while_a_count_is_typed() {
    let mut bench = Bench::new();
    let run_id = bench.session().run_id;
    enter(&mut bench);
    bench.write("5");
    bench.settle();
    bench.write("srnd 0 x");
    bench.settle();
    assert_eq!((bench.epoch(), bench.spec().seed, bench.session().run_id), (0, 1, run_id));
    assert!(!bench.session().is_playing && !bench.lab().settings().is_dark);
    bench.key(Key::Enter);
    assert_eq!(counts(&bench)[0], 50, "only digits are taken");
    // Back in the chart they are commands, and Space plays.
    bench.wait_until_ready();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.key(Key::Space);
    assert!(bench.session().is_playing);
    assert_eq!(bench.session().selected_class, Some(0));
}

#[test]
fn a_click_chooses_the_bar_and_a_click_elsewhere_takes_what_was_typed() {
    let mut bench = Bench::new();
    let rect = bench.get(Role::Figure, "Class counts").rect();
    let place = egui::pos2(rect.left() + rect.width() * 4.6 / 10.2, rect.bottom() - 12.0);
    bench.click_at(place, 1);
    assert_eq!(bench.session().selected_class, Some(4));
    bench.write("600");
    bench.settle();
    let elsewhere = bench.get(Role::Figure, "Macro recall").rect().center();
    bench.click_at(elsewhere, 1);
    assert_eq!(counts(&bench)[4], 600);
    assert_eq!(bench.session().selected_class, None);

    // What was typed for a class is not given to the next one that is clicked.
    bench.click_at(place, 1);
    let first = bench.session().selected_class.expect("a class");
    bench.write("610");
    bench.settle();
    let another = egui::pos2(rect.left() + rect.width() * 9.6 / 10.2, rect.bottom() - 12.0);
    bench.click_at(another, 1);
    assert_eq!((counts(&bench)[first], counts(&bench)[9]), (610, 20));
    assert_eq!(bench.session().selected_class, Some(9));

    // The field itself can be clicked.
    bench.click_at(place, 1);
    let selected = bench.session().selected_class.expect("a class");
    bench.click(Role::TextInput, &format!("Samples of C{selected}"), 0);
    bench.command(Key::A);
    bench.write("31");
    bench.key(Key::Enter);
    assert_eq!(counts(&bench)[selected], 31);
    bench.harness.check_accessibility();
}

#[test]
fn the_last_class_with_samples_is_not_emptied() {
    let mut bench = Bench::with_toml("[distribution]\nprofile = \"own\"\nown_counts = [3, 0]\n");
    enter(&mut bench);
    bench.write("0");
    bench.key(Key::Enter);
    assert_eq!(counts(&bench), [3, 0]);
    bench.check_shows("cannot be emptied");
    for _ in 0..5 {
        bench.key(Key::ArrowDown);
    }
    assert_eq!(counts(&bench), [1, 0]);
}

#[test]
fn the_window_follows_the_chosen_class_and_a_curve_can_be_typed_into() {
    let mut bench = Bench::with_toml(
        "[distribution]\nclasses = 100\nmax_count = 40\nimbalance = 10.0\n[data]\ntest_per_class = 2\n",
    );
    enter(&mut bench);
    bench.key(Key::End);
    bench.write("7");
    bench.key(Key::Enter);
    assert_eq!(counts(&bench)[99], 7);
    bench.press("Head");
    enter(&mut bench);
    bench.key(Key::End);
    assert_eq!(bench.session().window.ranks(100), 60..100);
}

#[test]
fn counts_of_a_table_are_told_but_not_changed() {
    let mut bench = Bench::new();
    bench.open(&page_blocks());
    bench.wait_until("the table", |lab| lab.session().plot_data().is_some());
    let before = bench.spec().clone();
    enter(&mut bench);
    bench.check_shows("Samples of text: 3,439");
    bench.key(Key::ArrowUp);
    bench.write("5");
    bench.key(Key::Enter);
    assert_eq!(bench.spec(), &before);
}

#[test]
fn lists_from_print_outs_and_spreadsheets_are_pasted() {
    let mut bench = Bench::new();
    bench.choose("Profile", "Own counts");
    for (text, expected) in [
        ("tensor([500, 299], dtype=torch.int64)", vec![500, 299]),
        ("Counter({1: 30, 0: 7})", vec![7, 30]),
        ("5,000\n120\n7\n", vec![5000, 120, 7]),
        ("50\t20\t10\n", vec![50, 20, 10]),
    ] {
        bench.get(Role::MultilineTextInput, "Counts, head first or in any order").focus();
        bench.step();
        bench.command(Key::A);
        bench.harness.event(egui::Event::Paste(text.to_owned()));
        bench.step();
        bench.key(Key::Tab);
        assert_eq!(bench.spec().distribution.own_counts, expected, "{text}");
    }
}

#[test]
fn a_fitted_profile_starts_at_the_total_on_the_screen_and_follows_its_slider() {
    let mut bench = Bench::with_toml("[distribution]\nmax_count = 100\nimbalance = 10.0\n");
    let total = bench.session().counts().expect("counts").total();
    bench.choose("Profile", "Fitted to a total");
    assert_eq!(bench.session().counts().expect("counts").total(), total);
    bench.set("Total", "600");
    let counts = bench.session().counts().expect("counts");
    assert_eq!((counts.total(), counts.max(), counts.min_present()), (600, 100, 10));
    bench.set("Total", "10");
    bench.check_complains("the total must be 190 to 910 for 10 classes with 100 to 10 samples, got 10");
}
