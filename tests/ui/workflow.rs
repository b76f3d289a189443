//! The main job from the first look to the saved file.

use egui::{Key, accesskit::Role};

use super::bench::Bench;

#[test]
fn it_opens_ready_with_one_obvious_thing_to_do() {
    let bench = Bench::new();
    assert_eq!(bench.names(), ["CE", "Balanced CE", "Focal", "CB"]);
    for name in ["CE", "Balanced CE", "Focal", "CB"] {
        assert!(
            !bench.find_all(Role::CheckBox, &format!("Legend: {name}")).is_empty(),
            "{name} is not on the scoreboard"
        );
    }
    for button in ["Play", "Step", "Reset", "New data"] {
        assert!(bench.is_enabled(Role::Button, button), "{button}");
    }
    bench.check_pictures(&["Recall per class", "Class counts", "Class weights", "Decision regions", "Macro recall"]);
    assert!(bench.has(Role::ProgressIndicator, "epoch 0 / 200"));
    bench.check_shows("Press Play");
    assert_eq!(bench.epoch(), 0);
    assert!(!bench.session().is_playing && !bench.session().is_unsaved());
}

#[test]
fn every_control_has_a_name_for_screen_readers() {
    let mut bench = Bench::new();
    bench.harness.check_accessibility();
    for section in ["Data", "Training"] {
        bench.fold(section);
        bench.harness.check_accessibility();
    }
    bench.choose("Profile", "Own counts");
    bench.harness.check_accessibility();
    bench.choose("Loss of CB", "Sigmoid focal");
    bench.harness.check_accessibility();
    for menu in ["File", "Edit", "View", "Add objective…"] {
        bench.click(Role::Button, menu, 0);
        bench.harness.check_accessibility();
        bench.key(Key::Escape);
    }
}

#[test]
fn the_whole_workflow_from_a_slider_to_a_file_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lecture.toml");
    let mut bench = Bench::new();

    bench.set("β", "0.9999");
    assert_eq!(bench.spec().objectives[3].beta, 0.9999);
    bench.check_shows("Effective number, β = 0.9999");

    bench.press("Play");
    assert!(bench.has(Role::Button, "Pause"));
    bench.wait_for_epoch(1);
    let early = bench.run(3).per_class_recall.clone();
    assert!(early.len() == 10 && early.iter().all(Option::is_some));
    bench.wait_for_epoch(40);
    assert_ne!(bench.run(3).per_class_recall, early);
    let (ce, cb) = (bench.macro_recall(0), bench.macro_recall(3));
    assert!(cb > ce + 0.05, "CB {cb:.3}, CE {ce:.3}");
    assert!(bench.session().trained_run(0).is_some());

    bench.press("Reset");
    bench.wait_until_ready();
    assert_eq!((bench.epoch(), bench.session().is_playing), (0, false));
    assert!(bench.has(Role::ProgressIndicator, "epoch 0 / 200"));
    assert_eq!(bench.spec().objectives[3].beta, 0.9999, "a reset keeps the settings");

    bench.command(Key::S);
    name_file(&mut bench, &path.display().to_string());
    bench.press("Save");
    assert_eq!(bench.session().path.as_deref(), Some(path.as_path()));
    assert!(!bench.session().is_unsaved() && path.is_file());
    bench.check_shows("lecture.toml");
    let saved = bench.spec().clone();

    bench.set("β", "0.5");
    bench.set("γ", "4");
    bench.choose("Weights of CE", "Inverse frequency");
    bench.check_shows("lecture.toml (changed)");
    assert_ne!(bench.spec(), &saved);

    bench.open(&path);
    assert_eq!(bench.spec(), &saved);
    bench.check_hides("(changed)");
    bench.check_shows("Effective number, β = 0.9999");
}

#[test]
fn an_experiment_is_opened_through_the_dialog_and_found_again_among_the_recent_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = super::bench::write(folder.path(), "question.toml", "seed = 7\n");
    let mut bench = Bench::new();
    bench.command(Key::O);
    name_file(&mut bench, &path.display().to_string());
    bench.key(Key::Enter);
    bench.wait_until_ready();
    assert_eq!(bench.spec().seed, 7);

    bench.pick("File", 0, "New experiment Ctrl+N");
    assert_eq!((bench.spec().seed, bench.session().path.as_ref()), (1, None));
    bench.click(Role::Button, "File", 0);
    bench.click(Role::Button, "Open recent", 0);
    bench.press(&path.display().to_string());
    assert_eq!(bench.spec().seed, 7);
}

#[test]
fn saving_to_a_place_that_does_not_exist_says_so_and_keeps_the_changes_unsaved() {
    let mut bench = Bench::new();
    bench.set("β", "0.9");
    bench.command_shift(Key::S);
    name_file(&mut bench, "/no/such/folder/lecture.toml");
    bench.press("Save");
    bench.check_complains("cannot write the file");
    assert!(bench.session().is_unsaved() && bench.session().path.is_none());
}

#[test]
fn saving_on_the_way_out_closes_the_window_once_it_is_saved_and_not_where_that_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = super::bench::write(folder.path(), "lecture.toml", "seed = 7\n");
    let mut bench = Bench::new();
    bench.open(&path);
    bench.set("β", "0.9");
    assert!(closes_after_asking(&mut bench));
    let closes = |bench: &mut Bench| {
        let mut has_closed = false;
        bench.click_and_watch("Save", |commands| has_closed |= commands.contains(&egui::ViewportCommand::Close));
        has_closed
    };
    assert!(closes(&mut bench), "what is saved lets the window go");
    assert!(!bench.session().is_unsaved());
    assert!(std::fs::read_to_string(&path).expect("the file").contains("beta = 0.9"));

    bench.set("β", "0.8");
    std::fs::remove_dir_all(folder.path()).expect("the folder goes");
    assert!(closes_after_asking(&mut bench));
    assert!(!closes(&mut bench), "what is not saved keeps it");
    bench.check_complains("there is no such file or folder");
    assert!(bench.session().is_unsaved());
}

#[test]
fn closing_with_changes_asks_and_stay_keeps_the_window() {
    let mut bench = Bench::new();
    bench.set("β", "0.9");
    assert!(closes_after_asking(&mut bench));
    bench.check_shows("Unsaved changes");
    bench.press("Stay");
    bench.check_hides("Unsaved changes");
    assert!((bench.spec().objectives[3].beta - 0.9).abs() < 1e-12);
    bench.press("Step");
    bench.wait_for_epoch(1);

    assert!(closes_after_asking(&mut bench));
    bench.press("Close without saving");
    assert!(!closes_after_asking(&mut bench), "the answer was given");
}

#[test]
fn closing_without_changes_does_not_ask() {
    let mut bench = Bench::new();
    bench.press("Step");
    bench.wait_for_epoch(1);
    assert!(!closes_after_asking(&mut bench));
    bench.check_hides("Unsaved changes");
}

/// The system asks the window to close; returns whether the lab holds it back.
fn closes_after_asking(bench: &mut Bench) -> bool {
    let viewport = bench.harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default();
    viewport.events.push(egui::ViewportEvent::Close);
    bench.step();
    let output = &bench.harness.output().viewport_output[&egui::ViewportId::ROOT];
    let is_held_back = output.commands.iter().any(|command| matches!(command, egui::ViewportCommand::CancelClose));
    bench.settle();
    is_held_back
}

/// Types a path into the open file dialog.
fn name_file(bench: &mut Bench, path: &str) {
    bench.get(Role::TextInput, "File").focus();
    bench.step();
    bench.command(Key::A);
    bench.write(path);
    bench.step();
}
