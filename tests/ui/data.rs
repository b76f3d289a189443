//! The place for data: painting, the seeds, difficulty and what the model sees.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, accesskit::Role};
use longtail_lab::{
    data::{Arrangement, MapKind},
    state::Tool,
};

use super::bench::Bench;

/// Presses, moves and lets go in the middle of the samples, by so many points to the right.
fn stroke(bench: &mut Bench, right: f32) {
    let middle = bench.get(Role::Figure, "Samples").rect().center();
    let press = |bench: &mut Bench, pos: Pos2, pressed: bool| {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::default());
        bench.harness.event(Event::PointerButton { pos, button, pressed, modifiers });
        bench.step();
    };
    bench.harness.hover_at(middle);
    bench.step();
    press(bench, middle, true);
    for share in [0.25, 0.5, 0.75, 1.0] {
        bench.harness.hover_at(egui::pos2(middle.x + right * share, middle.y));
        bench.step();
    }
    press(bench, egui::pos2(middle.x + right, middle.y), false);
    bench.settle();
    bench.wait_until_ready();
}

fn in_the_place_for_data() -> Bench {
    let mut bench = Bench::new();
    bench.command(Key::Num2);
    bench.check_pictures(&["Samples", "Recall per class"]);
    bench
}

#[test]
fn a_stroke_of_the_brush_adds_samples_and_undo_takes_them_back() {
    let mut bench = in_the_place_for_data();
    let before = bench.session().counts().expect("counts").as_slice().to_vec();
    bench.press("Brush");
    stroke(&mut bench, 60.0);
    let painting = &bench.spec().data.painting;
    let n_painted = painting.n_samples();
    assert!(painting.strokes().len() > 1 && n_painted >= 10, "{painting:?}");
    let after = bench.session().counts().expect("counts").as_slice().to_vec();
    assert_eq!(after[0], before[0] + n_painted);
    assert_eq!(after[1..], before[1..]);
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert!(bench.spec().data.painting.is_empty(), "one stroke of the hand is one step");
    assert_eq!(bench.session().counts().expect("counts").as_slice(), before);
}

#[test]
fn the_eraser_takes_samples_and_clear_brings_them_back() {
    let mut bench = in_the_place_for_data();
    let total = bench.session().counts().expect("counts").total();
    bench.press("Eraser");
    bench.set("Radius of the brush", "4");
    stroke(&mut bench, 5.0);
    let left = bench.session().counts().expect("counts").total();
    assert!(left < total / 2, "{left} of {total} are left");
    bench.press("Clear");
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().expect("counts").total(), total);
}

#[test]
fn what_the_eraser_cannot_leave_is_said_and_undo_helps() {
    let mut bench = in_the_place_for_data();
    bench.press("Eraser");
    bench.set("Radius of the brush", "100");
    let middle = bench.get(Role::Figure, "Samples").rect().center();
    bench.click_at(middle, 1);
    bench.wait_until("the complaint", |lab| lab.session().notice.is_some());
    bench.check_complains("every sample is erased");
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().expect("counts").total(), 4958);
}

#[test]
fn looking_moves_the_picture_and_paints_nothing() {
    let mut bench = in_the_place_for_data();
    stroke(&mut bench, 60.0);
    assert_eq!(bench.session().brush.tool, Tool::Look);
    assert!(bench.spec().data.painting.is_empty());
}

#[test]
fn more_than_two_features_cannot_be_painted_and_a_button_mends_that() {
    let mut bench = Bench::with_toml("[data]\nfeatures = 5\n");
    bench.command(Key::Num2);
    bench.check_shows("Painting works with 2 features");
    bench.press("Use 2 features");
    bench.wait_until_ready();
    assert_eq!(bench.spec().data.features, 2);
    assert!(bench.has(Role::Button, "Brush"));
}

#[test]
fn each_button_of_a_seed_changes_its_own_seed_alone() {
    let mut bench = Bench::new();
    let seeds = |bench: &Bench| {
        let seeds = bench.spec().first_seeds();
        (seeds.data, seeds.split, seeds.init)
    };
    for (button, expected) in [("New data", (2, 1, 1)), ("New split", (2, 2, 1)), ("New start", (2, 2, 2))] {
        bench.press(button);
        bench.wait_until_ready();
        assert_eq!(seeds(&bench), expected, "{button}");
    }
    bench.command(Key::Z);
    assert_eq!(seeds(&bench), (2, 2, 1));
}

#[test]
fn difficulty_arrangement_and_feature_map_are_settings_of_the_data() {
    let mut bench = Bench::new();
    bench.fold("Data");
    bench.set("Difficulty", "4");
    bench.set("Who is hard", "1");
    bench.check_shows("Frequent classes are hard, rare ones easy");
    bench.choose("Neighbours", "Sorted");
    bench.choose("Model sees", "Random Fourier");
    bench.set("Width", "50");
    bench.wait_until_ready();
    let data = &bench.spec().data;
    assert_eq!((data.difficulty.ratio, data.difficulty.correlation), (4.0, 1.0));
    assert_eq!((data.arrangement, data.map, data.fourier_features), (Arrangement::Sorted, MapKind::Fourier, 50));
    assert_eq!(bench.session().plot_data().map(|plot_data| (plot_data.n_features, plot_data.n_mapped)), Some((2, 50)));
    bench.press("Play");
    bench.wait_for_epoch(3);
    bench.command(Key::Num2);
    bench.check_shows("Rank correlation of difficulty with frequency: 1.00");
}
