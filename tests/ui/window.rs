//! Many classes: the strip on which the shown ones are chosen, one window for every picture, and what it costs nothing to.

use super::bench::{Bench, write};
use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Rect, TouchPhase, accesskit::Role};

const MANY: &str = "[distribution]\nclasses = 200\nmax_count = 40\nimbalance = 20.0\n[data]\ntest_per_class = 2\nfeatures = 4\nlayout = \"random\"\n";

fn strip(bench: &Bench) -> Rect {
    bench.get(Role::Slider, "Classes shown").rect()
}

fn shown(bench: &Bench) -> std::ops::Range<usize> {
    let n_classes = bench.session().counts().expect("counts").n_classes();
    bench.session().window.ranks(n_classes)
}

/// Drags from one share of the strip's width to another.
fn drag(bench: &mut Bench, from: f32, to: f32) {
    let rect = strip(bench);
    let at = |share: f32| egui::pos2(rect.left() + share * rect.width(), rect.center().y);
    bench.harness.hover_at(at(from));
    bench.step();
    bench.harness.drag_at(at(from));
    bench.step();
    for part in 1..=5_u8 {
        bench.harness.hover_at(at(from + (to - from) * f32::from(part) / 5.0));
        bench.step();
    }
    bench.release(at(to));
}

/// Turns the wheel over a picture, up for positive lines.
fn wheel(bench: &mut Bench, picture: &str, share: f32, lines: f32) {
    let rect = bench.get(Role::Figure, picture).rect();
    bench.harness.hover_at(egui::pos2(rect.left() + share * rect.width(), rect.center().y));
    bench.step();
    let (unit, phase, modifiers) = (MouseWheelUnit::Line, TouchPhase::Move, Modifiers::NONE);
    let source = MouseWheelSource::Wheel;
    bench.harness.event(Event::MouseWheel { unit, delta: egui::vec2(0.0, lines), phase, source, modifiers });
    bench.harness.run_steps(20);
}

#[test]
fn few_classes_need_no_window() {
    let mut bench = Bench::new();
    assert!(!bench.has(Role::Slider, "Classes shown"));
    wheel(&mut bench, "Recall per class", 0.5, 5.0);
    assert_eq!(shown(&bench), 0..10);
}

#[test]
fn the_window_is_drawn_moved_resized_and_taken_back_by_pointer() {
    let mut bench = Bench::with_toml(MANY);
    bench.check_shows("Classes 1–200 of 200");
    drag(&mut bench, 0.5, 0.7);
    let drawn = shown(&bench);
    assert!((99..=101).contains(&drawn.start) && (139..=141).contains(&drawn.end), "{drawn:?}");
    // The middle moves it, also against the end.
    drag(&mut bench, 0.6, 0.3);
    let moved = shown(&bench);
    assert_eq!(moved.len(), drawn.len());
    assert!((39..=41).contains(&moved.start), "{moved:?}");
    drag(&mut bench, 0.3, 1.5);
    assert_eq!(shown(&bench).end, 200);
    assert_eq!(shown(&bench).len(), drawn.len());
    // An edge resizes it.
    let start = shown(&bench).start as f32 / 200.0;
    drag(&mut bench, start, 0.5);
    assert!((99..=101).contains(&shown(&bench).start) && shown(&bench).end == 200, "{:?}", shown(&bench));
    let centre = strip(&bench).center();
    bench.click_at(centre, 2);
    assert_eq!(shown(&bench), 0..200);
}

#[test]
fn the_window_is_moved_and_resized_by_keys() {
    let mut bench = Bench::with_toml(MANY);
    bench.press("Head");
    assert_eq!(shown(&bench), 0..40);
    bench.get(Role::Slider, "Classes shown").focus();
    bench.settle();
    bench.key(Key::ArrowRight);
    assert_eq!(shown(&bench), 4..44);
    bench.key(Key::ArrowLeft);
    bench.key(Key::ArrowLeft);
    assert_eq!(shown(&bench), 0..40);
    bench.key(Key::End);
    assert_eq!(shown(&bench), 160..200);
    bench.key(Key::Plus);
    assert_eq!(shown(&bench), 164..196);
    bench.key(Key::Minus);
    assert_eq!(shown(&bench), 160..200);
    bench.command(Key::ArrowRight);
    assert_eq!(shown(&bench).len(), 50);
    bench.command(Key::ArrowLeft);
    assert_eq!(shown(&bench).len(), 40);
    // It keeps the keyboard, and Space still plays.
    bench.key(Key::Space);
    assert!(bench.session().is_playing);
    assert_eq!(bench.lab().settings().text_percent, 100);
    bench.press("All");
    assert_eq!(shown(&bench), 0..200);
}

#[test]
fn the_wheel_zooms_around_the_class_under_the_pointer_in_every_picture_of_classes() {
    let mut bench = Bench::with_toml(MANY);
    for picture in ["Class counts", "Class weights", "Recall per class"] {
        wheel(&mut bench, picture, 0.75, 4.0);
        let zoomed = shown(&bench);
        assert!(zoomed.len() < 150, "{picture}: {zoomed:?}");
        assert!(zoomed.start > 200 - zoomed.end, "{picture}: around the pointer, {zoomed:?}");
        wheel(&mut bench, picture, 0.75, -20.0);
        assert_eq!(shown(&bench), 0..200, "{picture}");
    }
    let regions = shown(&bench);
    wheel(&mut bench, "Decision regions", 0.5, 4.0);
    assert_eq!(shown(&bench), regions);
}

#[test]
fn a_class_has_one_place_in_every_picture() {
    let mut bench = Bench::with_toml(MANY);
    bench.press("Tail");
    for picture in ["Class counts", "Class weights", "Recall per class"] {
        let rect = bench.get(Role::Figure, picture).rect();
        for (share, expected) in [(0.02, 160), (0.98, 199)] {
            bench.harness.hover_at(egui::pos2(rect.left() + share * rect.width(), rect.center().y));
            bench.settle();
            assert_eq!(bench.session().marked_class, Some(expected), "{picture}");
        }
    }
}

#[test]
fn the_window_is_remembered_and_stays_within_the_classes() {
    let mut bench = Bench::with_toml(MANY);
    bench.press("Tail");
    bench.set("Classes", "100");
    bench.wait_until_ready();
    assert_eq!(shown(&bench), 60..100);
    bench.check_shows("Classes 61–100 of 100");
    bench.set("Classes", "12");
    bench.wait_until_ready();
    assert_eq!(shown(&bench), 0..12);
    bench.set("Classes", "200");
    bench.wait_until_ready();
    assert_eq!(shown(&bench), 160..200);
}

#[test]
fn tables_have_every_class_whatever_the_window() {
    let mut bench = Bench::with_toml(MANY);
    bench.press("Head");
    bench.click(Role::Button, "Table", 0);
    for class in ["C0", "C120", "C199"] {
        assert!(bench.has(Role::Label, class), "{class}");
    }
}

#[test]
fn bars_come_back_in_a_small_window_and_a_curve_says_how() {
    let mut bench = Bench::with_toml(MANY);
    let before = bench.spec().clone();
    let pull = |bench: &mut Bench| {
        let rect = bench.get(Role::Figure, "Class counts").rect();
        bench.harness.hover_at(rect.center());
        bench.step();
        bench.harness.drag_at(rect.center());
        bench.step();
        for up in 1..=6_u8 {
            bench.harness.hover_at(rect.center() - egui::vec2(0.0, 5.0 * f32::from(up)));
            bench.step();
        }
        bench.release(rect.center() - egui::vec2(0.0, 30.0));
    };
    pull(&mut bench);
    assert_eq!(bench.spec(), &before, "a curve is not dragged");
    bench.check_shows("Zoom in to drag single classes");

    bench.press("Head");
    let ranks = shown(&bench);
    pull(&mut bench);
    let changed: Vec<usize> = {
        let counts = before.distribution.counts().expect("counts");
        let now = &bench.spec().distribution.own_counts;
        (0..200).filter(|&class_idx| now[class_idx] != counts.as_slice()[class_idx]).collect()
    };
    assert!(changed.len() == 1 && ranks.contains(&changed[0]), "{changed:?}");
}

#[test]
fn beyond_the_limit_of_training_counts_and_weights_are_drawn_and_the_rest_says_why_not() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.pick("Situations", 0, "Many classes");
    bench.press("iNaturalist-2018-like, synthetic");
    bench.settle();
    let counts = bench.session().counts().expect("counts to look at");
    assert_eq!((counts.n_classes(), counts.total()), (8142, 437_513));
    // What the situation is has been read and put away.
    bench.press("Close");
    bench.check_pictures(&["Class counts", "Class weights"]);
    bench.check_shows("Classes 1–8,142 of 8,142");
    bench.check_shows("Not trained: the number of classes must be at most 1000 for training");
    assert!(!bench.is_enabled(Role::Button, "Play"));
    assert_eq!(bench.epoch(), 0, "what was trained before answers another question");
    bench.press("Tail");
    bench.check_shows("Classes 8,103–8,142 of 8,142");

    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().expect("counts").n_classes(), 10);
    bench.key(Key::S);
    bench.wait_for_epoch(1);
}

#[test]
fn an_experiment_with_too_many_classes_to_train_is_opened_to_be_looked_at() {
    let mut bench = Bench::new();
    let folder = tempfile::tempdir().expect("a folder");
    let open = |bench: &mut Bench, classes: usize, rest: &str| {
        let text = format!("[distribution]\nclasses = {classes}\n{rest}");
        bench.open(&write(folder.path(), "many.toml", &text));
    };
    open(&mut bench, 10_000, "");
    bench.check_pictures(&["Class counts", "Class weights"]);
    bench.check_shows("Classes 1–10,000 of 10,000");
    open(&mut bench, 10_001, "");
    bench.check_complains("at most 1000 for training");
    assert_eq!(bench.session().counts().expect("counts").n_classes(), 10_000, "the one before stays");
}

#[test]
fn settings_mended_after_other_data_were_chosen_train_those_data() {
    let mut bench = Bench::new();
    bench.fold("Training");
    bench.set("Learning rate", "0");
    bench.set("Classes", "4");
    bench.set("Learning rate", "0.005");
    bench.wait_until_ready();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    assert_eq!(bench.run(0).per_class_recall.len(), 4);
}

#[test]
fn every_situation_of_the_menu_is_two_clicks_away() {
    let mut bench = Bench::new();
    bench.click(Role::Button, "Situations", 0);
    let all = longtail_lab::experiment::situations();
    for group in all.chunk_by(|a, b| a.group == b.group) {
        if let [first, _, ..] = group {
            // Pointing at a group opens it: the first click opened the menu, the second is on the entry.
            let place = bench.nth(Role::Button, first.group, 0).rect().center();
            bench.harness.hover_at(place);
            bench.harness.run_steps(30);
        }
        for situation in group {
            assert!(bench.has(Role::Button, &situation.name), "{} is not shown", situation.name);
        }
    }
}
