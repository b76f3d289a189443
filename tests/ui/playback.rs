//! Playback: batches, epochs, goals, looking back along the timeline, marks of changes, and the way out of divergence.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::NodeT;
use longtail_lab::{state::RunSnapshot, train::Status};

use super::bench::{Bench, ENDLESS};

/// What pictures show of a run, but for its history.
fn shown(run: &RunSnapshot) -> impl PartialEq + std::fmt::Debug + use<> {
    let figures = (run.per_class_recall.clone(), run.figures);
    (run.epoch, run.objective, figures, run.regions.to_vec())
}

fn step_to(bench: &mut Bench, last: u64) {
    for epoch in bench.epoch() + 1..=last {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
}

#[test]
fn a_batch_is_a_step_and_the_next_one_lights_up() {
    let mut bench = Bench::new();
    bench.press("Batch");
    bench.wait_until("a batch", |lab| lab.session().snapshot().batch == 1);
    assert!(bench.has(Role::ProgressIndicator, "epoch 0 / 200, batch 1 / 78"));
    bench.check_shows("Next: batch 2 of 78, 64 samples lit");
    bench.key(Key::B);
    bench.wait_until("another batch", |lab| lab.session().snapshot().batch == 2);
    // What has learnt from two batches is shown, though no epoch is over.
    assert!(bench.session().trained_run(0).is_some());
    bench.check_hides("Press Play");
    // The rest of the epoch.
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    assert_eq!(bench.session().snapshot().batch, 0);
    bench.check_hides("Next: batch");
}

#[test]
fn slow_motion_goes_batch_by_batch_and_a_pause_in_an_epoch_changes_nothing() {
    let mut bench = Bench::new();
    bench.set("Speed", "5 batches");
    bench.press("Play");
    bench.wait_until("some batches", |lab| lab.session().snapshot().batch >= 2);
    bench.check_shows("Next: batch");
    bench.press("Pause");
    bench.wait_until("the pause", |lab| !lab.session().snapshot().is_playing);
    let batch = bench.session().snapshot().batch;
    assert!(batch > 0 && bench.epoch() == 0);
    bench.harness.run_steps(40);
    assert_eq!(bench.session().snapshot().batch, batch);
    bench.set("Speed", "max");
    step_to(&mut bench, 2);
    let mut whole = Bench::new();
    step_to(&mut whole, 2);
    for idx in 0..4 {
        assert_eq!(shown(bench.run(idx)), shown(whole.run(idx)));
    }
}

#[test]
fn the_timeline_shows_what_was_shown_then_and_play_goes_on_from_the_present() {
    let mut bench = Bench::new();
    let mut then = Vec::new();
    for epoch in 1..=6 {
        step_to(&mut bench, epoch);
        then.push((0..4).map(|idx| shown(bench.run(idx))).collect::<Vec<_>>());
    }
    assert!(!bench.is_enabled(Role::Button, "Back to now"));
    let position = bench.drag("Timeline", 0.35);
    bench.release(position);
    bench.wait_until("the past", |lab| lab.session().snapshot().looked_at.is_some_and(|epoch| epoch < 6));
    let past = bench.session().snapshot().shown_epoch();
    assert!((1..6).contains(&past), "{past}");
    assert!(bench.has(Role::ProgressIndicator, &format!("looking at epoch {past} of 6")));
    for (idx, then) in then[past as usize - 1].iter().enumerate() {
        assert_eq!(&shown(bench.run(idx)), then);
    }
    bench.press("Back to now");
    bench.wait_until("the present", |lab| lab.session().snapshot().looked_at.is_none());
    assert_eq!(shown(bench.run(2)), then[5][2]);
    // The keyboard is on the timeline still.
    for (key, epoch) in [(Key::ArrowLeft, 5), (Key::ArrowLeft, 4), (Key::Home, 0), (Key::ArrowRight, 1)] {
        bench.get(Role::Slider, "Timeline").focus();
        bench.step();
        bench.key(key);
        bench.wait_until("that epoch", |lab| lab.session().snapshot().looked_at == Some(epoch));
    }
    bench.key(Key::End);
    bench.wait_until("the present", |lab| lab.session().snapshot().looked_at.is_none());
    bench.key(Key::Home);
    bench.wait_until("the start", |lab| lab.session().snapshot().looked_at == Some(0));
    bench.check_shows("Press Play");
    bench.key(Key::Space);
    bench.wait_for_epoch(8);
    assert!(bench.session().is_playing && bench.session().looked_at.is_none());
}

#[test]
fn looking_back_pauses_training() {
    let mut bench = Bench::with_toml(ENDLESS);
    bench.press("Play");
    bench.wait_for_epoch(5);
    let position = bench.drag("Timeline", 0.0);
    bench.release(position);
    bench.wait_until("the past", |lab| lab.session().snapshot().looked_at.is_some());
    assert!(!bench.session().is_playing && !bench.session().snapshot().is_playing);
    bench.press("Reset");
    bench.wait_until_ready();
    assert_eq!((bench.epoch(), bench.session().looked_at), (0, None));
}

#[test]
fn play_stops_at_the_epoch_that_was_typed() {
    let mut bench = Bench::new();
    bench.set("To epoch", "7");
    bench.press("Play");
    bench.wait_until("the goal", |lab| !lab.session().is_playing);
    assert_eq!(bench.epoch(), 7);
    assert_eq!(bench.spec().training.epochs, 200, "a place to stop is no setting of the experiment");
    bench.set("To epoch", "9");
    bench.press("Play");
    bench.wait_until("the next goal", |lab| !lab.session().is_playing);
    assert_eq!(bench.epoch(), 9);
}

#[test]
fn to_convergence_stops_when_the_loss_no_longer_falls() {
    let mut bench = Bench::with_toml(
        "[distribution]\nclasses = 3\nmax_count = 60\nimbalance = 3.0\n[data]\ntest_per_class = 20\n[training]\nbatch = \"full\"\nlearning_rate = 0.05\nl2 = 0.1\n",
    );
    bench.press("Converge");
    bench.wait_until("the end", |lab| !lab.session().is_playing);
    assert!(bench.session().snapshot().has_settled);
    assert!(bench.epoch() > 50 && bench.epoch().is_multiple_of(10), "{}", bench.epoch());
    bench.check_shows("Settled at epoch");
    let settled = bench.epoch();
    bench.key(Key::S);
    bench.wait_for_epoch(settled + 1);
}

#[test]
fn what_is_changed_while_it_trains_is_marked_and_told_in_the_table() {
    let mut bench = Bench::new();
    step_to(&mut bench, 2);
    bench.set("β", "0.5");
    // Typed digit by digit, the value arrives in steps, which are one change.
    bench.wait_until("the mark", |lab| {
        lab.session().snapshot().changes.iter().any(|mark| mark.change.to_string() == "β 0.999 → 0.5 (CB)")
    });
    let marks = &bench.session().snapshot().changes;
    assert_eq!((marks.len(), marks[0].epoch), (1, 2));
    step_to(&mut bench, 3);
    bench.press("Table: Learning curves");
    bench.check_shows("Changed before");
    bench.check_shows("β 0.999 → 0.5 (CB)");
    bench.press("Reset");
    bench.wait_until_ready();
    assert!(bench.session().snapshot().changes.is_empty());
}

#[test]
fn one_click_leads_from_divergence_to_a_learning_rate_that_trains() {
    let mut bench = Bench::with_toml("[training]\nlearning_rate = 1000.0\n");
    bench.press("Play");
    bench.wait_until("the divergence", |lab| lab.session().snapshot().advice.is_some());
    bench.wait_until("the end", |lab| !lab.session().is_playing);
    bench.check_shows("diverged in epoch 1");
    let rate = bench.session().snapshot().advice.as_ref().expect("a remedy").learning_rate;
    bench.press(&format!("Start over with learning rate {rate}"));
    bench.wait_for_epoch(20);
    assert_eq!(bench.spec().training.learning_rate, rate);
    assert!((0..4).all(|idx| bench.run(idx).status == Status::Training));
    bench.check_hides("diverged");
    bench.command(Key::Z);
    assert_eq!(bench.spec().training.learning_rate, 1000.0);
}

#[test]
fn the_bar_fits_small_windows_and_large_text() {
    for size in [[1280.0, 800.0], [853.0, 533.0], [640.0, 420.0]] {
        let mut bench = Bench::sized(size);
        step_to(&mut bench, 2);
        let mut controls =
            vec![(Role::Button, "Play"), (Role::Button, "Step"), (Role::Button, "Reset"), (Role::Slider, "Timeline")];
        let rest = [
            (Role::Button, "Batch"),
            (Role::Slider, "Speed"),
            (Role::Button, "Back to now"),
            (Role::SpinButton, "To epoch"),
            (Role::Button, "Converge"),
        ];
        if bench.has(Role::Button, "Batch") {
            controls.extend(rest);
        } else {
            // A small window has one row, and the rest in a menu.
            bench.click(Role::Button, "More", 0);
            let screen = bench.harness.ctx.content_rect();
            for (role, name) in rest {
                assert!(screen.contains_rect(bench.get(role, name).rect()), "{name} in {size:?}");
            }
            bench.key(Key::Escape);
        }
        let rects: Vec<_> = controls.into_iter().map(|(role, name)| (name, bench.get(role, name).rect())).collect();
        for (name, rect) in &rects {
            assert!(
                rect.left() >= 0.0 && rect.right() <= size[0] && rect.bottom() <= size[1],
                "{name} at {rect} in {size:?}"
            );
            for (other, beside) in rects.iter().filter(|(other, _)| other != name) {
                assert!(!rect.shrink(1.0).intersects(beside.shrink(1.0)), "{name} over {other} in {size:?}");
            }
        }
    }
}

#[test]
fn a_screen_reader_is_told_what_is_new_and_the_sentence_once_training_rests() {
    let live = |bench: &Bench| -> Vec<String> {
        let is_live = |node: &egui_kittest::Node<'_>| node.accesskit_node().live() == egui::accesskit::Live::Polite;
        bench.nodes().filter(is_live).map(|node| super::bench::name_of(&node)).collect()
    };
    let mut bench = Bench::with_toml("[training]\nepochs = 100000\n");
    assert!(live(&bench).iter().any(|text| text.starts_with("Press Play")), "{:?}", live(&bench));
    bench.key(egui::Key::Space);
    bench.wait_for_epoch(1);
    assert!(live(&bench).iter().all(|text| !text.contains("rarest")), "{:?}", live(&bench));
    bench.key(egui::Key::Space);
    bench.settle();
    assert!(live(&bench).iter().any(|text| text.contains("rarest")), "{:?}", live(&bench));
}
