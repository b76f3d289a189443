//! Number fields: what they show is all there is, and they change nothing that nobody has typed, dragged or stepped.

use std::path::{Path, PathBuf};

use egui::{Event, Key, accesskit::Role};
use egui_kittest::kittest::NodeT;
use longtail_lab::{
    experiment::file,
    state::{LossesPage, Place},
};

use super::bench::{Bench, name_of, write};

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases").join(name).join("e.toml")
}

/// An experiment whose numbers have more digits than a field shows; trained to its end.
fn odd_digits() -> Bench {
    let mut bench = Bench::new();
    bench.open(&case("window_field_rounds_on_focus"));
    bench.wait_until_ready();
    bench.key(Key::Space);
    bench.wait_for_epoch(5);
    bench.wait_until("the end", |lab| !lab.session().is_playing);
    bench
}

/// Names of the number fields that are drawn.
fn fields(bench: &Bench) -> Vec<String> {
    let fields = bench.nodes().filter(|node| node.accesskit_node().role() == Role::SpinButton);
    fields.filter(|node| !node.accesskit_node().is_disabled()).map(|node| name_of(&node)).collect()
}

/// What a field shows.
fn shown(bench: &Bench, name: &str) -> String {
    bench.nth(Role::SpinButton, name, 0).accesskit_node().value().unwrap_or_default()
}

/// Types a text over what stands in a field, and leaves it with a key.
#[track_caller]
fn type_over(bench: &mut Bench, name: &str, text: &str, key: Key) {
    bench.nth(Role::SpinButton, name, 0).focus();
    bench.step();
    bench.step();
    if text.is_empty() {
        bench.key(Key::Backspace);
    } else {
        bench.harness.event(Event::Text(text.to_owned()));
    }
    bench.step();
    bench.key(key);
}

#[test]
fn no_field_of_any_place_changes_anything_by_being_looked_at() {
    let mut bench = odd_digits();
    for section in ["Data", "Training"] {
        bench.fold(section);
    }
    bench.wait_until_ready();
    let (spec, run_id, n_steps) = (bench.spec().clone(), bench.session().run_id, bench.session().undo.depth());
    let settings = bench.lab().settings().clone();
    let mut seen = Vec::new();
    for (key, place) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6].into_iter().zip(Place::ALL) {
        bench.command(key);
        assert_eq!(bench.session().place, place);
        for name in fields(&bench) {
            for place in 0..bench.find_all(Role::SpinButton, &name).len() {
                bench.nth(Role::SpinButton, &name, place).focus();
                bench.step();
                bench.step();
                bench.key(Key::Tab);
                assert_eq!(bench.spec(), &spec, "{name}");
                assert_eq!(bench.lab().settings().losses, settings.losses, "{name}");
                assert_eq!(bench.lab().settings().tune, settings.tune, "{name}");
                seen.push(name.clone());
            }
        }
    }
    for name in ["γ", "β", "Max margin", "Separation", "Spread", "Learning rate", "L2", "Data seed", "p_t", "To epoch"]
    {
        assert!(seen.iter().any(|seen| seen == name), "{name} is not among {seen:?}");
    }
    assert_eq!((bench.epoch(), bench.session().run_id), (5, run_id), "the finished run stays");
    assert!(!bench.session().is_unsaved());
    assert_eq!(bench.session().undo.depth(), n_steps);
}

#[test]
fn a_field_with_the_keyboard_shows_every_digit() {
    let mut bench = odd_digits();
    for section in ["Data", "Training"] {
        bench.fold(section);
    }
    bench.wait_until_ready();
    for (name, brief, exact) in [
        ("γ", "1.235", "1.23456789"),
        ("β", "1 − 8.77e-4", "0.99912345"),
        ("Max margin", "0.1235", "0.123456789"),
        ("Separation", "3.123", "3.123456789"),
        ("Spread", "0.9123", "0.912345678"),
        ("Learning rate", "0.01235", "0.0123456789"),
        ("L2", "1.23e-4", "0.00012345678"),
    ] {
        assert_eq!(shown(&bench, name), brief);
        bench.nth(Role::SpinButton, name, 0).focus();
        bench.step();
        bench.step();
        assert_eq!(shown(&bench, name), exact);
        bench.key(Key::Escape);
        assert_eq!(shown(&bench, name), brief);
    }
}

#[test]
fn a_beta_that_is_not_one_never_reads_as_one() {
    let mut bench = Bench::new();
    bench.open(&case("window_beta_shows_one"));
    bench.wait_until_ready();
    assert_eq!(shown(&bench, "β"), "1 − 1e-9");
    let reads_one = |text: &str| {
        let behind = text.split('β').skip(1).map(|rest| rest.trim_start_matches([' ', '=', ':']));
        behind
            .map(|rest| rest.split([' ', ',', ';', ')', '\n']).next().unwrap_or_default())
            .any(|word| word.trim_end_matches(['.', '0']) == "1")
    };
    for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6] {
        bench.command(key);
        let found: Vec<String> = bench.texts().into_iter().filter(|text| reads_one(text)).collect();
        assert!(found.is_empty(), "{found:?}");
    }
    bench.command(Key::Num1);
    bench.nth(Role::SpinButton, "β", 0).focus();
    bench.step();
    bench.step();
    assert_eq!(shown(&bench, "β"), "0.999999999");
    bench.key(Key::Tab);
    assert_eq!(bench.spec().objectives[0].beta, 0.999_999_999);
    // The mark of a change says it, too.
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.set("β", "0.9999999999");
    bench.wait_until("a mark", |lab| !lab.session().snapshot().changes.is_empty());
    let change = bench.session().snapshot().changes[0].change.to_string();
    assert_eq!(change, "β 0.999999999 → 0.9999999999 (CB)");
}

#[test]
fn what_is_typed_is_kept_to_the_last_digit_in_whatever_way_it_is_written() {
    let mut bench = Bench::new();
    bench.fold("Data");
    for (text, expected) in [
        ("1.23456789", 1.234_567_89),
        ("0,99", 0.99),
        (" 2,5 ", 2.5),
        ("３．２５", 3.25),
        ("０，７５", 0.75),
        ("1e-3", 1e-3),
        ("1,5E−1", 0.15),
        ("4.000000000000001", 4.000_000_000_000_001),
    ] {
        type_over(&mut bench, "Separation", text, Key::Enter);
        assert_eq!(bench.spec().data.separation, expected, "{text:?}");
    }
    type_over(&mut bench, "γ", "1,23456789", Key::Tab);
    assert_eq!(bench.spec().objectives[2].gamma, 1.234_567_89);
    type_over(&mut bench, "β", "0,999999999", Key::Tab);
    assert_eq!(bench.spec().objectives[3].beta, 0.999_999_999);
    bench.choose("Layout", "Grid");
    type_over(&mut bench, "Difficulty", "2,5", Key::Tab);
    type_over(&mut bench, "Who is hard", "−0,25", Key::Tab);
    assert_eq!(bench.spec().data.difficulty.correlation, -0.25);
    type_over(&mut bench, "Largest", "1,250", Key::Enter);
    assert_eq!(bench.spec().distribution.max_count, 1250, "in a whole number it is a mark of thousands");
}

#[test]
fn nothing_changes_before_the_number_is_complete_and_escape_drops_it() {
    let mut bench = odd_digits();
    bench.fold("Data");
    bench.wait_until_ready();
    let (spec, run_id) = (bench.spec().clone(), bench.session().run_id);
    bench.nth(Role::SpinButton, "Separation", 0).focus();
    bench.step();
    bench.write("7.5");
    bench.settle();
    assert_eq!(bench.spec(), &spec);
    bench.key(Key::Escape);
    assert_eq!((bench.spec(), bench.epoch(), bench.session().run_id), (&spec, 5, run_id));
    assert_eq!(shown(&bench, "Separation"), "3.123");

    // Where a picture is shown alone, Escape leaves the field and the next one the picture.
    bench.click(Role::Button, "Enlarge", 0);
    let enlarged = bench.session().enlarged;
    assert!(enlarged.is_some());
    bench.nth(Role::SpinButton, "γ", 0).focus();
    bench.step();
    bench.write("3");
    bench.key(Key::Escape);
    assert_eq!((bench.spec(), bench.session().enlarged), (&spec, enlarged));
    bench.key(Key::Escape);
    assert_eq!(bench.session().enlarged, None);
}

#[test]
fn what_cannot_be_taken_leaves_the_old_number_and_is_told() {
    let mut bench = Bench::new();
    let spec = bench.spec().clone();
    for (name, text, complaint) in [
        ("γ", "abc", "\"abc\" is no number: give one as in 0.5, 0,5 or 1e-4. γ stays 2"),
        ("γ", "", "nothing is typed"),
        ("γ", "nan", "\"nan\" is no number"),
        ("γ", "1e999", "too large"),
        ("γ", "1,250", "can be read as 1250 and as 1.250"),
        ("β", "1", "β must be from 0 to below 1, got 1. β stays 0.999"),
        ("β", "-0.5", "β must be from 0 to below 1"),
        ("Classes", "3.5", "\"3.5\" is no whole number"),
        ("Classes", "-3", "\"-3\" is below 0"),
        ("Data seed", "9e18", "Data seed must be 0 to 4611686018427387903, got 9e18. Data seed stays 1"),
        ("To epoch", "0", "To epoch must be 1 to 1000000, got 0"),
    ] {
        type_over(&mut bench, name, text, Key::Enter);
        assert_eq!(bench.spec(), &spec, "{name} {text:?}");
        bench.check_complains(complaint);
    }
    type_over(&mut bench, "γ", "1.5", Key::Enter);
    bench.check_hides("must be");
    // One that says nothing of the experiment alone is told beside what keeps the experiment from being trained.
    bench.set("Classes", "1");
    type_over(&mut bench, "γ", "many", Key::Enter);
    bench.check_shows("\"many\" is no number");
    bench.check_shows("the number of classes must be 2 to");
}

#[test]
fn saving_takes_the_number_that_is_being_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "lecture.toml", "seed = 7\n");
    let mut bench = Bench::new();
    bench.open(&path);
    bench.wait_until_ready();
    bench.nth(Role::SpinButton, "γ", 0).focus();
    bench.step();
    bench.write("1,25");
    bench.command(Key::S);
    let saved = file::open(&path).expect("the file");
    assert_eq!(saved.objectives[2].gamma, 1.25);
    assert!(!bench.session().is_unsaved());
}

#[test]
fn a_handle_that_is_merely_touched_stays_where_it_is() {
    let mut bench = odd_digits();
    for section in ["Data", "Training"] {
        bench.fold(section);
    }
    bench.wait_until_ready();
    let (spec, run_id) = (bench.spec().clone(), bench.session().run_id);
    let sliders: Vec<String> = bench
        .nodes()
        .filter(|node| node.accesskit_node().role() == Role::Slider && !node.accesskit_node().is_disabled())
        .map(|node| name_of(&node))
        .filter(|name| name != "Classes shown")
        .collect();
    assert!(sliders.len() > 8, "{sliders:?}");
    for name in sliders {
        let slider = bench.nth(Role::Slider, &name, 0);
        let node = slider.accesskit_node();
        let ends = (node.min_numeric_value().expect("an end"), node.max_numeric_value().expect("an end"));
        slider.scroll_to_me();
        bench.settle();
        let rect = bench.nth(Role::Slider, &name, 0).rect();
        // Somewhere on the handle, wherever that is: a press at each place along the rail that takes hold of it.
        for share in 0..40_u8 {
            let place = egui::pos2(rect.left() + rect.width() * f32::from(share) / 40.0, rect.center().y);
            bench.harness.hover_at(place);
            bench.harness.drag_at(place);
            bench.step();
            bench.harness.drop_at(place);
            bench.step();
            bench.harness.remove_cursor();
            bench.settle();
            // That was beside the handle, which came to the pointer.
            for _ in 0..3 {
                if bench.spec() != &spec {
                    bench.command(Key::Z);
                }
            }
            if bench.session().looked_at.is_some() {
                bench.press("Back to now");
            }
        }
        assert!(ends.0 <= ends.1, "{name}");
        assert_eq!(bench.spec(), &spec, "{name}");
        let _ = run_id;
    }
}

#[test]
fn numbers_beyond_what_a_control_reaches_are_shown_and_stay() {
    let text = "seed = 5000000\nseeds = 700\n[distribution]\nclasses = 4\nmax_count = 60\nimbalance = 10.0\n\
                [data]\ntest_per_class = 5\nseparation = 25.5\n[training]\nepochs = 1000000\nmomentum = 0.999\n\
                [groups.thresholds]\nmany_above = 100\nfew_below = 500\n";
    let mut bench = Bench::with_toml(text);
    for section in ["Data", "Training"] {
        bench.fold(section);
    }
    bench.settle();
    assert_eq!((bench.spec().seed, bench.spec().seeds, bench.spec().data.separation), (5_000_000, 700, 25.5));
    assert!(!bench.session().is_unsaved(), "drawing has changed something");
    bench.check_shows("would be many and few at once");
    for name in fields(&bench) {
        bench.nth(Role::SpinButton, &name, 0).focus();
        bench.step();
        bench.step();
        bench.key(Key::Enter);
        assert!(!bench.session().is_unsaved(), "{name}");
    }
    // A step outwards does not bring what is beyond the end back to it.
    bench.nth(Role::Slider, "Epochs", 0).focus();
    bench.step();
    bench.step();
    bench.key(Key::ArrowRight);
    assert_eq!(bench.spec().training.epochs, 1_000_000);
    bench.key(Key::ArrowLeft);
    assert_eq!(bench.spec().training.epochs, 990_000);
}

#[test]
fn keys_step_a_number_without_rounding_it() {
    let mut bench = odd_digits();
    bench.nth(Role::SpinButton, "γ", 0).focus();
    bench.step();
    bench.step();
    bench.key(Key::ArrowUp);
    assert_eq!(bench.spec().objectives[0].gamma, 1.284_567_89);
    bench.key(Key::ArrowDown);
    assert_eq!(bench.spec().objectives[0].gamma, 1.234_567_89);
    bench.key(Key::Tab);
    assert_eq!(bench.spec().objectives[0].gamma, 1.234_567_89);
}

#[test]
fn a_number_that_is_dragged_back_is_the_one_that_was_there() {
    let mut bench = odd_digits();
    let place = bench.nth(Role::SpinButton, "γ", 0).rect().center();
    bench.harness.hover_at(place);
    bench.harness.drag_at(place);
    bench.step();
    for points in [4.0, 12.0, 20.0] {
        bench.harness.hover_at(place + egui::vec2(points, 0.0));
        bench.step();
    }
    assert_ne!(bench.spec().objectives[0].gamma, 1.234_567_89);
    for points in [12.0, 4.0, 0.0] {
        bench.harness.hover_at(place + egui::vec2(points, 0.0));
        bench.step();
    }
    bench.release(place);
    assert_eq!(bench.spec().objectives[0].gamma, 1.234_567_89);
}

#[test]
fn values_from_assistive_technology_are_taken_or_refused_in_a_sentence() {
    let mut bench = Bench::new();
    bench.nth(Role::SpinButton, "γ", 0).set_value_accesskit(1.5);
    bench.settle();
    assert_eq!(bench.spec().objectives[2].gamma, 1.5);
    for value in [f64::INFINITY, f64::NAN] {
        bench.nth(Role::SpinButton, "γ", 0).set_value_accesskit(value);
        bench.settle();
        assert_eq!(bench.spec().objectives[2].gamma, 1.5);
        bench.check_shows("is no number");
    }
    bench.nth(Role::SpinButton, "Data seed", 0).set_value_accesskit(-1.0);
    bench.settle();
    assert_eq!(bench.spec().seed, 1);
}

#[test]
fn the_losses_and_the_sweep_take_decimal_commas_and_refuse_what_is_out_of_range() {
    let mut bench = Bench::new();
    bench.command(Key::Num4);
    assert_eq!(bench.lab().settings().ownership.page, LossesPage::Theory);
    type_over(&mut bench, "p_t", "0,123456789", Key::Enter);
    assert_eq!(bench.lab().settings().losses.p_t, 0.123_456_789);
    type_over(&mut bench, "p_t", "1", Key::Enter);
    assert_eq!(bench.lab().settings().losses.p_t, 0.123_456_789);
    bench.check_complains("p_t must be 0.001 to 0.999, got 1. p_t stays 0.123456789");
    bench.command(Key::Num5);
    type_over(&mut bench, "Epochs of the sweep", "0", Key::Enter);
    bench.check_complains("Epochs of the sweep must be 1 to 1000000, got 0");
    bench.fill(Role::TextInput, "Values of β", "0,9; 0,99");
    assert!(bench.is_enabled(Role::Button, "Start"));
    bench.fill(Role::TextInput, "Values of β", "0,9, 0,99");
    bench.check_shows("put semicolons between values, as in 0,9; 0,99");
    bench.fill(Role::TextInput, "Values of β", "0.9, 0.99");
    bench.fill(Role::TextInput, "Values of γ", "0,5");
    bench.check_shows("Read as 2 values: 0 and 5");
}
