//! The comparison: objectives come, go, change their name and hide, and keep their colour.

use egui::{Event, ImeEvent, Key, accesskit::Role};
use egui_kittest::kittest::NodeT;

use super::bench::{Bench, ENDLESS};

/// Adds a preset through the menu; its button stands below all others of that name.
fn add(bench: &mut Bench, preset: &str) {
    bench.pick("Add objective…", 0, preset);
}

fn colours(bench: &Bench) -> Vec<usize> {
    bench.spec().objectives.iter().map(|objective| objective.colour).collect()
}

/// Opens the menu of an objective and presses an entry.
fn more(bench: &mut Bench, objective_idx: usize, entry: &str) {
    bench.pick("More", objective_idx, entry);
}

#[test]
fn a_preset_is_added_while_it_trains_and_catches_up() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.press("Play");
    bench.wait_for_epoch(5);
    let run_id = bench.session().run_id;
    add(&mut bench, "CB focal");
    assert_eq!(bench.names(), ["CE", "Balanced CE", "Focal", "CB", "CB focal"]);
    assert_eq!(colours(&bench), [0, 1, 2, 3, 4]);
    bench.wait_until("the newcomer", |lab| {
        lab.session().run(4).is_some_and(|run| run.epoch > 5 && run.epoch == lab.session().snapshot().epoch)
    });
    assert_eq!(bench.session().run_id, run_id, "the others go on");
    assert!(bench.session().is_playing && !bench.find_all(Role::CheckBox, "Legend: CB focal").is_empty());
}

#[test]
fn an_objective_that_is_added_in_a_pause_catches_up_and_stops_there() {
    let mut bench = Bench::new();
    for epoch in 1..=3 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    add(&mut bench, "Sigmoid focal");
    bench.wait_until("the newcomer", |lab| lab.session().run(4).is_some_and(|run| run.epoch == 3));
    bench.harness.run_steps(20);
    assert_eq!((bench.epoch(), bench.session().is_playing), (3, false));
    assert!(bench.has(Role::Slider, "α"));
}

#[test]
fn a_copy_has_a_name_and_a_colour_of_its_own() {
    let mut bench = Bench::new();
    more(&mut bench, 3, "Copy");
    assert_eq!(bench.names(), ["CE", "Balanced CE", "Focal", "CB", "CB 2"]);
    assert_eq!(colours(&bench), [0, 1, 2, 3, 4]);
    let (original, copy) = (&bench.spec().objectives[3], &bench.spec().objectives[4]);
    assert_eq!((original.beta, original.weights), (copy.beta, copy.weights));
    // Each has its own β.
    bench.nth(Role::SpinButton, "β", 1).focus();
    bench.step();
    bench.write("0.5");
    bench.key(Key::Enter);
    let betas: Vec<f64> = bench.spec().objectives.iter().map(|objective| objective.beta).collect();
    assert_eq!(betas[3..], [0.999, 0.5]);
}

#[test]
fn a_removed_objective_leaves_the_others_where_they_are_and_undo_brings_it_back() {
    let mut bench = Bench::new();
    for epoch in 1..=3 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    let recall = bench.run(3).per_class_recall.clone();
    more(&mut bench, 1, "Remove");
    assert_eq!(bench.names(), ["CE", "Focal", "CB"]);
    assert_eq!(colours(&bench), [0, 2, 3]);
    bench.check_shows("Balanced CE is removed; Undo brings it back");
    assert!(!bench.has(Role::Label, "Balanced CE"));
    bench.wait_until("three objectives", |lab| lab.session().snapshot().runs.len() == 3);
    assert_eq!((bench.epoch(), &bench.run(2).per_class_recall), (3, &recall));

    // The colour that is free goes to the next newcomer.
    add(&mut bench, "Sigmoid CE");
    assert_eq!(colours(&bench), [0, 2, 3, 1]);
    bench.command(Key::Z);
    bench.command(Key::Z);
    assert_eq!(bench.names(), ["CE", "Balanced CE", "Focal", "CB"]);
    assert_eq!(colours(&bench), [0, 1, 2, 3]);
}

#[test]
fn at_eight_nothing_more_can_be_added_and_the_last_one_cannot_be_removed() {
    let mut bench = Bench::new();
    for preset in ["CB focal", "Sigmoid CE", "Sigmoid focal", "CB sigmoid"] {
        assert!(bench.is_enabled(Role::Button, "Add objective…"));
        add(&mut bench, preset);
    }
    assert_eq!(colours(&bench), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(!bench.is_enabled(Role::Button, "Add objective…"));
    bench.click(Role::Button, "More", 0);
    assert!(!bench.is_enabled(Role::Button, "Copy") && bench.is_enabled(Role::Button, "Remove"));
    bench.press("Remove");
    for _ in 0..6 {
        more(&mut bench, 0, "Remove");
    }
    assert_eq!((bench.names(), colours(&bench)), (vec!["CB sigmoid"], vec![7]));
    bench.click(Role::Button, "More", 0);
    assert!(bench.is_enabled(Role::Button, "Copy") && !bench.is_enabled(Role::Button, "Remove"));
}

#[test]
fn a_new_name_is_shown_everywhere_and_training_goes_on() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    let run_id = bench.session().run_id;
    bench.fill(Role::TextInput, "Name of objective 1", "Plain");
    assert_eq!(bench.names()[0], "Plain");
    let n_entries = |name: &str| bench.find_all(Role::CheckBox, &format!("Legend: {name}")).len();
    assert_eq!((n_entries("Plain"), n_entries("CE")), (2, 0));
    assert!(bench.has(Role::ComboBox, "Weights of Plain") && bench.has(Role::CheckBox, "Show Plain"));
    assert_eq!((bench.session().run_id, bench.epoch()), (run_id, 1));
    bench.command(Key::Z);
    assert_eq!(bench.names()[0], "CE", "a whole name is one step");
}

#[test]
fn a_name_that_is_empty_or_taken_is_refused_in_words_until_it_is_mended() {
    let mut bench = Bench::new();
    for (name, complaint) in [("", "objective 2 has no name"), ("CE", "two objectives are called \"CE\"")] {
        bench.get(Role::TextInput, "Name of objective 2").focus();
        bench.step();
        bench.command(Key::A);
        bench.key(Key::Backspace);
        bench.write(name);
        bench.key(Key::Tab);
        bench.check_complains(complaint);
        assert!(!bench.is_enabled(Role::Button, "Step"));
    }
    bench.fill(Role::TextInput, "Name of objective 2", "Balanced");
    assert!(bench.session().checked().is_ok() && bench.is_enabled(Role::Button, "Step"));
    bench.key(Key::S);
    bench.wait_for_epoch(1);
}

#[test]
fn a_korean_name_is_typed_with_an_input_method() {
    let mut bench = Bench::new();
    bench.get(Role::TextInput, "Name of objective 1").focus();
    bench.settle();
    bench.command(Key::A);
    let preedit = |text: &str| ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None };
    for event in [preedit("희"), preedit("희귀"), ImeEvent::Commit("희귀".to_owned())] {
        bench.harness.event(Event::Ime(event));
        bench.step();
    }
    bench.key(Key::Enter);
    assert_eq!(bench.names()[0], "희귀");
}

#[test]
fn a_hidden_objective_is_in_no_picture_and_goes_on_training() {
    let mut bench = Bench::new();
    bench.click(Role::CheckBox, "Show Focal", 0);
    assert!(!bench.spec().objectives[2].shown);
    let is_on = |bench: &Bench, name: &str| {
        let toggled = bench.get(Role::CheckBox, name).accesskit_node().toggled();
        toggled == Some(egui::accesskit::Toggled::True)
    };
    bench.press("Table: Recall per class");
    assert!(bench.has(Role::Button, "CB") && !bench.has(Role::Button, "Focal"), "columns of the table");
    bench.press("Picture: Recall per class");
    // The entries of legends stay, and bring it back.
    for place in 0..2 {
        assert_eq!(bench.find_all(Role::CheckBox, "Legend: Focal").len(), 2, "of recall and of the curves");
        bench.click(Role::CheckBox, "Legend: Focal", place);
        assert!(is_on(&bench, "Show Focal") && bench.spec().objectives[2].shown);
        bench.click(Role::CheckBox, "Legend: Focal", place);
        assert!(!is_on(&bench, "Show Focal"));
    }
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    assert_eq!(bench.run(2).epoch, 1);
    bench.click(Role::CheckBox, "Show Focal", 0);
    assert!(is_on(&bench, "Show Focal") && bench.spec().objectives[2].shown);
}

#[test]
fn with_every_objective_hidden_the_pictures_are_still_there() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    for name in ["CE", "Balanced CE", "Focal", "CB"] {
        bench.click(Role::CheckBox, &format!("Show {name}"), 0);
    }
    bench.check_pictures(&["Recall per class", "Class counts", "Class weights", "Decision regions", "Macro recall"]);
    bench.key(Key::S);
    bench.wait_for_epoch(2);
}

#[test]
fn the_menus_turn_an_objective_into_any_other() {
    let mut bench = Bench::new();
    bench.choose("Loss of CE", "Sigmoid focal");
    bench.choose("Weights of CE", "Effective number");
    let objective = &bench.spec().objectives[0];
    assert_eq!(objective.formula(), "1/E_n · −Σ (1 − p_t)^2 · ln p_t, β = 0.999");
    for slider in ["β", "γ"] {
        assert_eq!(bench.find_all(Role::Slider, slider).len(), 2);
    }
    bench.set("α", "0.25");
    assert_eq!(bench.spec().objectives[0].alpha, Some(0.25));
    bench.choose("Loss of CE", "Softmax CE");
    bench.choose("Weights of CE", "Uniform");
    assert_eq!(bench.spec().objectives[0].formula(), "−ln p_y");
    assert!(!bench.has(Role::Slider, "α"));
    bench.key(Key::S);
    bench.wait_for_epoch(1);
}
