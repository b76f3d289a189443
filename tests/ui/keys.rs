//! The keyboard: what each key does, and where it belongs to a text instead.

use egui::{Key, accesskit::Role};

use super::bench::{Bench, ENDLESS, is_ready};

const PICTURES: [&str; 5] = ["Recall per class", "Class counts", "Class weights", "Decision regions", "Macro recall"];

#[test]
fn space_plays_and_pauses() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.key(Key::Space);
    assert!(bench.session().is_playing && bench.has(Role::Button, "Pause"));
    bench.wait_for_epoch(2);
    bench.key(Key::Space);
    assert!(!bench.session().is_playing && bench.has(Role::Button, "Play"));
    bench.wait_until("the pause", |lab| !lab.session().snapshot().is_playing);
    let epoch = bench.epoch();
    bench.harness.run_steps(20);
    assert_eq!(bench.epoch(), epoch);
}

#[test]
fn s_trains_one_epoch_and_r_goes_back_to_the_start() {
    let mut bench = Bench::new();
    for epoch in 1..=3 {
        bench.key(Key::S);
        bench.wait_until("one more epoch", |lab| lab.session().snapshot().epoch == epoch);
        assert!(!bench.session().is_playing);
    }
    let run_id = bench.session().run_id;
    bench.key(Key::R);
    bench.wait_until("the start", |lab| is_ready(lab.session()) && lab.session().snapshot().epoch == 0);
    assert!(bench.session().run_id > run_id);
    assert_eq!(bench.spec().seed, 1, "a reset keeps the samples");
}

#[test]
fn n_takes_the_next_seed_and_new_samples() {
    let mut bench = Bench::new();
    let places = bench.session().plot_data().expect("samples").points[0].clone();
    bench.key(Key::N);
    bench.wait_until_ready();
    assert_eq!(bench.spec().seed, 2);
    assert_ne!(bench.session().plot_data().expect("samples").points[0], places);
}

#[test]
fn a_whole_drag_of_a_slider_is_one_step_to_undo() {
    let mut bench = Bench::new();
    let before = bench.spec().clone();
    let position = bench.drag("β", 0.9);
    assert_ne!(bench.spec(), &before, "the change takes effect while it is dragged");
    bench.release(position);
    let after = bench.spec().clone();
    assert!(after.objectives[3].beta > 0.9999, "{}", after.objectives[3].beta);

    bench.command(Key::Z);
    assert_eq!(bench.spec(), &before);
    assert!(!bench.session().undo.can_undo());
    bench.command_shift(Key::Z);
    assert_eq!(bench.spec(), &after);
    bench.command(Key::Z);
    bench.command(Key::Y);
    assert_eq!(bench.spec(), &after);
}

#[test]
fn a_number_that_is_typed_is_one_step_to_undo() {
    let mut bench = Bench::new();
    let before = bench.spec().clone();
    bench.set("Imbalance", "250");
    assert_eq!(bench.spec().distribution.imbalance, 250.0);
    bench.command(Key::Z);
    assert_eq!(bench.spec(), &before);
}

#[test]
fn d_toggles_the_theme() {
    let mut bench = Bench::new();
    assert_eq!(bench.harness.ctx.theme(), egui::Theme::Light);
    bench.key(Key::D);
    assert_eq!(bench.harness.ctx.theme(), egui::Theme::Dark);
    assert!(bench.lab().settings().is_dark && bench.has(Role::Button, "Light"));
    bench.press("Light");
    assert_eq!(bench.harness.ctx.theme(), egui::Theme::Light);
}

#[test]
fn f1_opens_and_closes_the_list_of_keys() {
    let mut bench = Bench::new();
    bench.key(Key::F1);
    bench.check_shows("Every control has a tooltip");
    for key in ["Space", "Ctrl+Z", "Ctrl+Shift+S"] {
        assert!(bench.has(Role::Label, key), "{key} is not in the list");
    }
    bench.key(Key::F1);
    bench.check_hides("Every control has a tooltip");
}

#[test]
fn a_picture_is_enlarged_by_button_or_double_click_and_escape_brings_the_others_back() {
    let mut bench = Bench::new();
    for (place, picture) in PICTURES.into_iter().enumerate() {
        bench.click(Role::Button, "Enlarge", place);
        bench.check_pictures(&[picture]);
        bench.key(Key::Escape);
        bench.check_pictures(&PICTURES);

        let centre = bench.get(Role::Figure, picture).rect().center();
        bench.click_at(centre, 2);
        bench.check_pictures(&[picture]);
        bench.press("Back");
        bench.check_pictures(&PICTURES);
    }
}

#[test]
fn letters_typed_into_a_name_are_no_commands() {
    let mut bench = Bench::new();
    let run_id = bench.session().run_id;
    bench.click(Role::TextInput, "Name of objective 1", 0);
    bench.command(Key::A);
    bench.write("sun drsn");
    assert_eq!(bench.names()[0], "sun drsn");
    assert!(!bench.session().is_playing && !bench.lab().settings().is_dark);
    assert_eq!((bench.epoch(), bench.spec().seed, bench.session().run_id), (0, 1, run_id));

    // With the next click elsewhere the letters are commands again.
    let centre = bench.get(Role::Figure, "Recall per class").rect().center();
    bench.click_at(centre, 1);
    bench.key(Key::S);
    bench.wait_for_epoch(1);
}

#[test]
fn keys_work_after_a_slider_was_dragged_and_after_a_number_was_typed() {
    let mut bench = Bench::new();
    let position = bench.drag("γ", 0.9);
    bench.release(position);
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.set("γ", "1.5");
    bench.key(Key::S);
    bench.wait_for_epoch(2);
    bench.choose("Weights of CE", "Inverse square root");
    bench.key(Key::S);
    bench.wait_for_epoch(3);
}

#[test]
fn with_the_focus_on_a_control_space_belongs_to_it_and_letters_are_commands() {
    let mut bench = Bench::new();
    bench.get(Role::Button, "Step").focus();
    bench.step();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.key(Key::Space);
    bench.wait_for_epoch(2);
    assert!(!bench.session().is_playing, "Space presses the button Step");
}

#[test]
fn text_grows_to_twice_its_size_and_back_by_keys() {
    let mut bench = Bench::new();
    for _ in 0..15 {
        bench.command(Key::Plus);
    }
    assert_eq!(bench.lab().settings().text_percent, 200);
    bench.command(Key::Minus);
    bench.check_shows("190 %");
    bench.command(Key::Num0);
    assert_eq!(bench.lab().settings().text_percent, 100);
}
