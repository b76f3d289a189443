//! Offsets, deferred weights and the start of the bias: chosen in an objective's menu, changed in their rows while it trains.

use egui::{Key, accesskit::Role};
use longtail_lab::{loss::OffsetKind, train::BiasStart};

use super::bench::Bench;

/// Opens the menu of an objective and a menu in it, and chooses an entry.
fn choose_part(bench: &mut Bench, objective_idx: usize, menu: &str, entry: &str) {
    bench.click(Role::Button, "More", objective_idx);
    bench.press(menu);
    bench.press(entry);
}

#[test]
fn offsets_are_chosen_in_the_menu_and_changed_in_their_rows_while_training_goes_on() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    let run_id = bench.session().run_id;
    assert!(!bench.has(Role::ComboBox, "Offsets"));
    choose_part(&mut bench, 0, "Logit offsets", "Logit adjustment");
    assert_eq!(bench.spec().objectives[0].offsets, OffsetKind::LogitAdjustment);
    bench.set("τ", "1.5");
    assert_eq!(bench.spec().objectives[0].tau, 1.5);
    bench.choose("Offsets", "LDAM margins");
    assert!(!bench.has(Role::Slider, "τ"));
    bench.set("Max margin", "0.7");
    assert_eq!((bench.spec().objectives[0].offsets, bench.spec().objectives[0].max_margin), (OffsetKind::Ldam, 0.7));
    bench.key(Key::S);
    bench.wait_for_epoch(2);
    assert_eq!((bench.session().run_id, bench.run(0).epoch), (run_id, 2), "training goes on");
    // An adjustment at test time changes the figures of the very same model.
    bench.choose("Offsets", "No offsets");
    let before = bench.run(0).per_class_recall.clone();
    choose_part(&mut bench, 0, "Logit offsets", "Adjusted at test");
    bench.wait_until("other figures", |lab| {
        lab.session().run(0).is_some_and(|run| run.per_class_recall != before && run.epoch == 2)
    });
}

#[test]
fn deferred_weights_have_a_row_and_undo_takes_them_back() {
    let mut bench = Bench::new();
    bench.click(Role::Button, "More", 1);
    bench.click(Role::CheckBox, "Defer the weights", 0);
    assert_eq!(bench.spec().objectives[1].defer, 0.8);
    bench.set("Weights from", "0.5");
    assert_eq!(bench.spec().objectives[1].defer, 0.5);
    bench.command(Key::Z);
    bench.command(Key::Z);
    assert_eq!(bench.spec().objectives[1].defer, 0.0);
    assert!(!bench.has(Role::Slider, "Weights from"));
}

#[test]
fn another_start_of_the_bias_trains_that_objective_again() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    let run_id = bench.session().run_id;
    choose_part(&mut bench, 2, "Start of the bias", "Class shares");
    assert_eq!(bench.spec().objectives[2].bias_start, BiasStart::ClassShares);
    bench.wait_until("the objective to catch up", |lab| lab.session().run(2).is_some_and(|run| run.epoch == 1));
    assert_eq!(bench.session().run_id, run_id, "the others go on");
    bench.choose("Bias", "Bias 0");
    assert_eq!(bench.spec().objectives[2].bias_start, BiasStart::Zero);
}

#[test]
fn what_does_not_go_with_a_head_leaves_with_it() {
    let mut bench = Bench::new();
    choose_part(&mut bench, 0, "Logit offsets", "LDAM margins");
    bench.choose("Loss of CE", "Sigmoid CE");
    assert_eq!(bench.spec().objectives[0].offsets, OffsetKind::None);
    assert!(bench.session().checked().is_ok());
    choose_part(&mut bench, 0, "Start of the bias", "Chosen π");
    bench.set("π", "0.05");
    assert_eq!(bench.spec().objectives[0].prior, 0.05);
    bench.choose("Loss of CE", "Softmax CE");
    assert_eq!(bench.spec().objectives[0].bias_start, BiasStart::Standard);
    assert!(bench.session().checked().is_ok());
}

#[test]
fn what_an_objective_amounts_to_is_said_with_its_numbers() {
    let mut bench = Bench::new();
    choose_part(&mut bench, 1, "Logit offsets", "Logit adjustment");
    bench.click(Role::Button, "More", 0);
    bench.press("Show its formula");
    bench.check_shows("L = 1/n_y · −ln p_y, p = softmax(z + 1·ln π)");
    bench.check_shows("C9, n = 20: weight 24.79, logit in training −5.51, 0.4 of 100 samples in a batch");
    bench.press("Table");
    bench.check_shows("Logit in training");
}
