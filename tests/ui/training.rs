//! What a change does to training that goes on: weights and losses keep it going, data start it over.

use egui::{Key, accesskit::Role};

use super::bench::{Bench, ENDLESS};

#[test]
fn beta_and_gamma_take_effect_while_it_trains_and_the_epochs_go_on() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.press("Play");
    bench.wait_for_epoch(3);
    let run_id = bench.session().run_id;
    let mut epoch = bench.epoch();
    for (slider, share) in [("β", 0.1), ("β", 0.95), ("γ", 0.8), ("γ", 0.0)] {
        let position = bench.drag(slider, share);
        for _ in 0..5 {
            bench.step();
            assert!(bench.epoch() >= epoch, "went back from {epoch} to {}", bench.epoch());
            epoch = bench.epoch();
        }
        bench.release(position);
        bench.wait_for_epoch(epoch + 2);
        epoch = bench.epoch();
        assert!(bench.session().is_playing);
    }
    assert_eq!(bench.session().run_id, run_id);
    assert!(bench.spec().objectives[3].beta > 0.9999);
    assert_eq!(bench.spec().objectives[2].gamma, 0.0);
    // A focal loss whose γ was dragged to 0 keeps its slider.
    assert!(bench.has(Role::Slider, "γ"));
}

#[test]
fn a_change_of_weights_changes_what_is_learnt() {
    let mut bench = Bench::new();
    bench.choose("Weights of CE", "Inverse frequency");
    for epoch in 1..=10 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    // The same objective twice, on the same samples from the same start.
    assert_eq!(bench.run(0).per_class_recall, bench.run(1).per_class_recall);
    assert_ne!(bench.run(0).per_class_recall, bench.run(2).per_class_recall);
}

#[test]
fn other_classes_imbalance_or_seed_start_over_and_go_on_playing() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.press("Play");
    for (control, text) in [
        ("Classes", "12"),
        ("Imbalance", "50"),
        ("Data seed", "9"),
        ("Split seed", "8"),
        ("Start seed", "7"),
        ("Largest", "500"),
    ] {
        bench.wait_for_epoch(20);
        let run_id = bench.session().run_id;
        // At one epoch a second the new run cannot get so far unseen.
        bench.set("Speed", "1/s");
        bench.set(control, text);
        bench.wait_until_ready();
        assert!(bench.epoch() < 10, "{control} did not start over but is at epoch {}", bench.epoch());
        assert!(bench.session().run_id > run_id && bench.session().is_playing, "{control}");
        bench.set("Speed", "max");
    }
    bench.wait_for_epoch(4);
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 12);
    assert_eq!(bench.run(0).per_class_recall.len(), 12);
    assert_eq!((bench.spec().seed, bench.session().counts().expect("counts").max()), (9, 500));
}

#[test]
fn other_data_start_over_and_stay_paused_where_nothing_played() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.set("Imbalance", "10");
    bench.wait_until_ready();
    bench.harness.run_steps(20);
    assert_eq!((bench.epoch(), bench.session().is_playing), (0, false));
    bench.command(Key::Z);
    assert_eq!(bench.spec().distribution.imbalance, 100.0);
}

#[test]
fn playing_ends_at_the_goal_and_play_goes_on_from_there() {
    let mut bench = Bench::new();
    bench.fold("Training");
    bench.set("Epochs", "6");
    bench.press("Play");
    bench.wait_until("the goal", |lab| !lab.session().is_playing);
    assert_eq!(bench.epoch(), 6);
    assert!(bench.has(Role::ProgressIndicator, "epoch 6 / 6"));
    bench.press("Train on");
    bench.wait_until("the next goal", |lab| !lab.session().is_playing);
    assert_eq!(bench.epoch(), 12);
}

#[test]
fn a_setting_out_of_range_stops_training_with_a_sentence_and_a_good_one_goes_on() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.fold("Training");
    bench.press("Play");
    bench.wait_for_epoch(3);
    let run_id = bench.session().run_id;
    bench.set("Learning rate", "-1");
    bench.check_complains("the learning rate must be above 0");
    bench.check_shows("Not trained");
    bench.wait_until("the pause", |lab| !lab.session().snapshot().is_playing);
    let epoch = bench.epoch();
    assert!(epoch < bench.session().goal);
    bench.harness.run_steps(20);
    assert_eq!(bench.epoch(), epoch, "it trains on with settings that are not on the screen");
    bench.set("Learning rate", "0.01");
    bench.wait_for_epoch(epoch + 3);
    assert_eq!(bench.session().run_id, run_id);
    bench.check_hides("Not trained");
}

#[test]
fn what_cannot_be_trained_can_still_be_paused_and_reset() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.press("Play");
    bench.wait_for_epoch(2);
    bench.set("Classes", "1");
    bench.check_complains("the number of classes must be");
    bench.key(Key::R);
    assert!(!bench.session().is_playing);
    bench.wait_until("the pause", |lab| !lab.session().snapshot().is_playing);
    assert!(bench.epoch() < bench.session().goal);
    bench.set("Classes", "5");
    bench.wait_until_ready();
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 5);
}

#[test]
fn numbers_that_are_none_change_nothing_or_are_refused_in_words() {
    let mut bench = Bench::new();
    bench.fold("Training");
    bench.fold("Data");
    for name in ["Imbalance", "Learning rate", "L2", "Momentum", "γ", "β", "Separation", "Spread", "Label noise"] {
        for text in ["nan", "inf", "", "β", "1e999", "--", "-0"] {
            let before = bench.spec().clone();
            bench.set(name, text);
            if let Err(reason) = bench.session().checked() {
                assert!(reason.contains("must be"), "{name} {text:?}: {reason}");
            }
            bench.harness.run_steps(3);
            while bench.spec() != &before {
                assert!(bench.session().undo.can_undo(), "{name} {text:?} cannot be taken back");
                bench.command(Key::Z);
            }
        }
    }
    assert!(!bench.session().undo.can_undo(), "steps were remembered in which nothing changed");
}

#[test]
fn more_classes_than_training_takes_are_refused_without_a_standstill() {
    let mut bench = Bench::new();
    bench.get(Role::SpinButton, "Classes").focus();
    bench.step();
    let start = std::time::Instant::now();
    // All at once, as from the clipboard.
    bench.harness.event(egui::Event::Text("3000000".to_owned()));
    bench.step();
    bench.key(Key::Enter);
    bench.harness.run_steps(10);
    bench.check_complains("at most 1000 for training");
    assert!(start.elapsed().as_secs() < 5, "{:?} for some frames", start.elapsed());
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(bench.spec().distribution.classes, 10);
}

#[test]
fn the_speed_limits_the_epochs_a_second() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.set("Speed", "1/s");
    bench.press("Play");
    bench.wait_for_epoch(2);
    let start = std::time::Instant::now();
    bench.wait_for_epoch(3);
    assert!(start.elapsed().as_millis() > 500, "{:?}", start.elapsed());
    bench.set("Speed", "max");
    bench.wait_for_epoch(20);
}
