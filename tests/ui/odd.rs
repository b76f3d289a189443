//! Odd states and odd windows: divergence, empty classes, very few and very many classes, large text, a small window.

use egui::{Key, Rect, accesskit::Role};
use egui_kittest::kittest::NodeT;
use longtail_lab::train::Status;

use super::bench::{Bench, SIZE, name_of};

const PICTURES: [&str; 5] = ["Recall per class", "Class counts", "Class weights", "Decision regions", "Macro recall"];

#[test]
fn runs_that_diverge_are_shown_as_diverged_and_the_reason_is_told() {
    let mut bench = Bench::with_toml("[training]\nlearning_rate = 1e5\n");
    bench.press("Play");
    bench.wait_until("the divergence of all", |lab| lab.session().snapshot().is_finished);
    assert!((0..4).all(|idx| matches!(bench.run(idx).status, Status::Diverged(_))));
    assert!(!bench.session().is_playing);
    bench.check_shows("diverged in epoch 1");
    bench.check_shows("× what settles");
    bench.check_pictures(&PICTURES);
    bench.harness.check_accessibility();

    // Mended and started over, it trains.
    bench.fold("Training");
    bench.set("Learning rate", "0.005");
    bench.press("Reset");
    bench.wait_until_ready();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.check_hides("diverged");
    assert!(bench.macro_recall(0) > 0.2);
}

#[test]
fn one_run_that_diverges_does_not_stop_the_others() {
    let mut bench = Bench::with_toml(
        "[training]\nepochs = 1000000\nlearning_rate = 300.0\nnormalisation = \"none\"\n\
         [[objective]]\nname = \"CE\"\n[[objective]]\nname = \"Tiny\"\nweights = \"inverse_frequency\"\n",
    );
    bench.press("Play");
    bench.wait_until("a divergence", |lab| {
        lab.session().run(0).is_some_and(|run| matches!(run.status, Status::Diverged(_)))
    });
    let epoch = bench.epoch();
    bench.wait_for_epoch(epoch + 3);
    assert_eq!(bench.run(1).status, Status::Training);
    assert!(bench.session().is_playing);
}

#[test]
fn a_class_without_samples_is_not_available_and_nothing_breaks() {
    let mut bench = Bench::new();
    bench.choose("Profile", "Own counts");
    bench.fill(Role::MultilineTextInput, "Counts, head first or in any order", "100, 0, 5");
    bench.wait_until_ready();
    assert_eq!(bench.spec().distribution.own_counts, [100, 0, 5]);
    for epoch in 1..=3 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    assert_eq!(bench.run(0).per_class_recall[1], None);
    assert!(bench.run(0).per_class_recall[0].is_some() && bench.run(0).figures.macro_recall.is_some());
    bench.check_pictures(&PICTURES);
    bench.press("Table: Recall per class");
    assert!(bench.has(Role::Label, "C1") && bench.has(Role::Label, "n/a"));
}

#[test]
fn counts_that_are_no_counts_are_refused_in_words_while_they_are_typed() {
    let mut bench = Bench::new();
    bench.choose("Profile", "Own counts");
    for (text, complaint) in [
        ("100, -3", "\"-3\""),
        ("100, many", "\"many\""),
        ("7", "at least 2 classes"),
        ("0, 0", "every class count is 0"),
    ] {
        bench.get(Role::MultilineTextInput, "Counts, head first or in any order").focus();
        bench.step();
        bench.command(Key::A);
        bench.write(text);
        bench.settle();
        bench.check_shows(complaint);
        bench.key(Key::Tab);
    }
    bench.get(Role::MultilineTextInput, "Counts, head first or in any order").focus();
    bench.step();
    bench.command(Key::A);
    bench.harness.event(egui::Event::Paste("50\t20\n10\n".to_owned()));
    bench.step();
    bench.key(Key::Tab);
    assert_eq!(bench.spec().distribution.own_counts, [50, 20, 10]);
    bench.wait_until_ready();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
}

#[test]
fn a_thousand_classes_are_drawn_and_trained() {
    let mut bench = Bench::with_toml(
        "[distribution]\nclasses = 1000\nmax_count = 20\nimbalance = 10.0\n[data]\ntest_per_class = 2\n\
         [[objective]]\nname = \"CE\"\n[[objective]]\nname = \"CB\"\nweights = \"effective_number\"\n",
    );
    bench.check_pictures(&PICTURES);
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    assert_eq!(bench.run(0).per_class_recall.len(), 1000);
    for picture in PICTURES {
        let centre = bench.get(Role::Figure, picture).rect().center();
        bench.harness.hover_at(centre);
        bench.settle();
    }
    bench.click(Role::Button, "Table", 0);
    assert!(bench.has(Role::Label, "C999"));
}

#[test]
fn two_classes_are_drawn_and_trained() {
    let mut bench = Bench::new();
    bench.set("Classes", "2");
    bench.wait_until_ready();
    bench.press("Play");
    bench.wait_for_epoch(3);
    bench.check_pictures(&PICTURES);
    assert_eq!(bench.run(0).per_class_recall.len(), 2);
    bench.check_hides("Not trained");
}

#[test]
fn every_profile_and_layout_is_drawn_and_trained() {
    let mut bench = Bench::with_toml("[distribution]\nmax_count = 200\n[data]\ntest_per_class = 20\n");
    bench.fold("Data");
    for (list, option) in [
        ("Profile", "Step"),
        ("Profile", "Linear"),
        ("Layout", "Grid"),
        ("Profile", "Zipf"),
        ("Profile", "Pareto"),
        ("Layout", "Random"),
        ("Profile", "Uniform"),
        ("Profile", "Own counts"),
    ] {
        bench.choose(list, option);
        bench.wait_until_ready();
        bench.key(Key::S);
        bench.wait_for_epoch(1);
        bench.check_pictures(&PICTURES);
        bench.harness.check_accessibility();
    }
    bench.set("Features", "5");
    bench.wait_until_ready();
    bench.check_shows("2 principal components");
}

#[test]
fn every_optimiser_normalisation_and_reduction_trains() {
    let mut bench = Bench::with_toml("[distribution]\nmax_count = 200\n[data]\ntest_per_class = 20\n");
    bench.fold("Training");
    let mut epoch = 0;
    for (list, option) in [
        ("Optimiser", "Adam"),
        ("Batch", "Full batch"),
        ("Optimiser", "L-BFGS"),
        ("Optimiser", "SGD"),
        ("Normalise", "None"),
        ("Normalise", "Sum to classes"),
        ("Reduction", "Weighted mean"),
        ("Batch", "Mini-batches"),
    ] {
        bench.choose(list, option);
        epoch += 1;
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
        bench.harness.check_accessibility();
    }
}

#[test]
fn pointing_at_a_class_marks_it_in_every_picture() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    for picture in ["Class counts", "Class weights", "Recall per class"] {
        let rect = bench.get(Role::Figure, picture).rect();
        bench.harness.hover_at(egui::pos2(rect.left() + 15.0, rect.center().y));
        bench.settle();
        assert_eq!(bench.session().marked_class, Some(0), "{picture}");
        bench.harness.hover_at(egui::pos2(rect.right() - 15.0, rect.center().y));
        bench.settle();
        assert_eq!(bench.session().marked_class, Some(9), "{picture}");
    }
    bench.harness.remove_cursor();
    bench.settle();
    assert_eq!(bench.session().marked_class, None);
}

#[test]
fn at_twice_the_text_size_everything_can_still_be_reached() {
    let mut bench = Bench::new();
    for _ in 0..10 {
        bench.command(Key::Plus);
    }
    assert_eq!(bench.harness.ctx.zoom_factor(), 2.0);
    check_usable(&mut bench);
}

#[test]
fn in_the_smallest_window_everything_can_still_be_reached() {
    check_usable(&mut Bench::sized([640.0, 420.0]));
}

#[test]
fn in_the_usual_window_everything_lies_open_and_nothing_overlaps() {
    let mut bench = Bench::sized(SIZE);
    check_usable(&mut bench);
    bench.wait_until_ready();
    bench.settle();
    for picture in PICTURES {
        let rect = bench.get(Role::Figure, picture).rect();
        assert!(bench.harness.ctx.content_rect().contains_rect(rect), "{picture} is cut off: {rect:?}");
    }
}

/// The controls of the bar at the bottom.
const BAR: [&str; 13] = [
    "Play",
    "More",
    "Timeline",
    "Step",
    "Reset",
    "Speed",
    "Seeds…",
    "New data",
    "New split",
    "New start",
    "Data seed",
    "Split seed",
    "Start seed",
];

/// Uses the window by pointer alone: every control is found, and those of the bars do not overlap.
#[track_caller]
fn check_usable(bench: &mut Bench) {
    let screen = bench.harness.ctx.content_rect();
    let bar = bench.get(Role::Button, "Play").rect();
    // By name, as a control at the left that is scrolled out of sight lies behind the bar and is none of it.
    let in_bar = |node: &egui_kittest::Node<'_>| {
        let role = node.accesskit_node().role();
        let is_control = role == Role::ProgressIndicator
            || [Role::Button, Role::Slider, Role::SpinButton].contains(&role) && BAR.contains(&&*name_of(node));
        is_control && node.rect().center().y > bar.top() && node.rect().center().y < bar.bottom()
    };
    let controls: Vec<(String, Rect)> =
        bench.nodes().filter(in_bar).map(|node| (name_of(&node), node.rect())).collect();
    assert!(controls.len() >= 6, "Play, Step, Reset, progress, timeline, and the rest: {controls:?}");
    for (idx, (name, rect)) in controls.iter().enumerate() {
        assert!(screen.contains_rect(*rect), "{name} is cut off: {rect:?} in {screen:?}");
        for (other, place) in &controls[..idx] {
            assert!(!rect.shrink(1.0).intersects(*place), "{name} {rect:?} lies on {other} {place:?}");
        }
    }
    for button in ["Step", "Reset"] {
        bench.press(button);
    }
    bench.wait_until_ready();
    if !bench.has(Role::ComboBox, "Profile") {
        bench.press("Controls");
    }
    bench.choose("Profile", "Linear");
    assert_eq!(bench.spec().distribution.profile.label(), "Linear");
    bench.click(Role::CheckBox, "Show CB", 0);
    assert!(!bench.spec().objectives[3].shown);
    bench.choose("Weights of CB", "Uniform");
    bench.fold("Training");
    bench.choose("Reduction", "Weighted mean");
    if bench.session().drawer.is_needed {
        bench.key(Key::Escape);
    }
    let n_cards = bench.find_all(Role::Button, "Enlarge").len();
    for place in 0..n_cards {
        bench.click(Role::Button, "Enlarge", place);
        bench.press("Back");
    }
    bench.harness.check_accessibility();
}
