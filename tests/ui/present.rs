//! The lab in front of a class: full screen, one picture at a time, sized by the screen, all by a presenter's clicker.

use egui::{Key, Vec2, ViewportCommand, accesskit::Role};

use super::bench::Bench;

/// Height of the window in points while the lab is presented.
const HEIGHT: f32 = 480.0;

/// Begins to present; the window has the size that a screen of this shape then has.
fn present(bench: &mut Bench, shape: [f32; 2]) {
    bench.harness.set_size(Vec2::from(shape));
    // A release would be a frame of its own, with orders of its own.
    bench.harness.key_down(Key::F11);
    let mut is_asked_for = false;
    let asks = |command: &ViewportCommand| *command == ViewportCommand::Fullscreen(true);
    while bench.harness.ctx.zoom_factor() == 1.0 {
        bench.step();
        is_asked_for |= bench.harness.output().viewport_output[&egui::ViewportId::ROOT].commands.iter().any(asks);
    }
    bench.harness.key_up(Key::F11);
    assert!(is_asked_for, "full screen");
    assert!((bench.harness.ctx.zoom_factor() - shape[1] / HEIGHT).abs() < 0.01);
    bench.harness.set_size(Vec2::from(shape) * HEIGHT / shape[1]);
    bench.harness.remove_cursor();
    bench.settle();
}

#[test]
fn one_picture_and_the_sentence_fill_the_screen_until_escape() {
    for shape in [[1366.0, 768.0], [1920.0, 1080.0], [1280.0, 800.0], [1024.0, 768.0]] {
        let mut bench = Bench::trained();
        present(&mut bench, shape);
        bench.check_pictures(&["Recall per class"]);
        assert!(!bench.has(Role::Slider, "Imbalance") && bench.has(Role::Button, "Play"));
        assert!(bench.has(Role::Slider, "β of CB"), "a slider that matters");
        let screen = bench.harness.ctx.content_rect();
        assert!((screen.height() - HEIGHT).abs() < 1.0, "{screen:?}");
        let recall = bench.get(Role::Figure, "Recall per class").rect();
        assert!(screen.contains_rect(recall) && recall.height() > 0.5 * HEIGHT, "{shape:?}: {recall:?}");
        let sentence = bench.nodes().find(|node| super::bench::name_of(node).contains("rarest classes by"));
        assert!(screen.contains_rect(sentence.expect("the sentence").rect()), "{shape:?}");
        bench.key(Key::Escape);
        assert!(bench.session().presenting.is_none());
        bench.check_shows("Class weights");
    }
}

#[test]
fn a_clicker_turns_the_pictures_and_keys_blank_point_and_draw() {
    let mut bench = Bench::trained();
    present(&mut bench, [1366.0, 768.0]);
    for name in ["Class counts", "Class weights", "Decision regions", "Macro recall", "Macro recall"] {
        bench.key(Key::PageDown);
        bench.check_pictures(&[name]);
    }
    bench.key(Key::PageUp);
    bench.check_pictures(&["Decision regions"]);
    let presenting = |bench: &Bench| bench.session().presenting.clone().expect("presented");
    bench.key(Key::Period);
    bench.key(Key::L);
    assert!(presenting(&bench).is_blank && presenting(&bench).has_spotlight);
    bench.key(Key::Period);
    bench.key(Key::E);
    assert!(presenting(&bench).has_pen && !presenting(&bench).is_blank);
    let place = |x: f32| egui::pos2(x, 200.0);
    bench.harness.hover_at(place(200.0));
    bench.step();
    bench.harness.drag_at(place(200.0));
    bench.step();
    for x in [220.0, 260.0, 300.0] {
        bench.harness.hover_at(place(x));
        bench.step();
    }
    bench.harness.drop_at(place(300.0));
    bench.step();
    let drawn: usize = presenting(&bench).strokes.iter().map(Vec::len).sum();
    assert!(drawn >= 3, "{:?}", presenting(&bench).strokes);
    bench.key(Key::Delete);
    assert_eq!(presenting(&bench).strokes.iter().map(Vec::len).sum::<usize>(), 0);
    bench.key(Key::Home);
    bench.wait_until_ready();
    assert_eq!(bench.epoch(), 0);
    bench.key(Key::F11);
    assert!(bench.session().presenting.is_none());
}
