//! Random covering in the place for weights: every control through the accessibility tree, what falls against the engine,
//! and the derivation beside it.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::NodeT;
use longtail_lab::{
    state::{CoveringSpace, N_RUNS, Settings, WeightsPage},
    weighting::{covering_runs, effective_number},
};

use super::bench::{Bench, SIZE, name_of};

const PICTURES: [&str; 2] = ["Prototypes, One space", "Covered volume"];

fn on_the_page_of_random_covering() -> Bench {
    let mut bench = Bench::new();
    bench.command(Key::Num3);
    bench.press("Random covering");
    bench.check_pictures(&PICTURES);
    bench
}

fn spaces(bench: &Bench) -> &[CoveringSpace] {
    bench.session().covering.spaces()
}

fn n_fallen(bench: &Bench) -> usize {
    spaces(bench)[0].steps().len()
}

/// Lets samples fall as fast as they can until all have fallen.
fn play_to_the_end(bench: &mut Bench) {
    bench.set("Samples/s", "10000");
    bench.press("Let samples fall");
    bench.wait_until("the last sample", |lab| lab.session().covering.is_done());
    bench.settle();
    assert!(!bench.session().covering.is_playing);
}

#[test]
fn one_sample_after_another_falls_and_the_first_one_is_always_new() {
    let mut bench = on_the_page_of_random_covering();
    bench.check_shows("Samples fall on 100 prototypes");
    bench.check_shows("No sample has fallen yet");
    bench.press("One sample");
    bench.check_shows("1 sample covers 1 of 100 prototypes");
    bench.check_shows("Sample 1 covered a new place. p = 0.00/100 = 0.0000");
    bench.press("One sample");
    bench.check_shows("p = 1.00/100 = 0.0100");
    assert_eq!(n_fallen(&bench), 2);
    bench.press("Empty again");
    bench.check_shows("No sample has fallen yet");
}

#[test]
fn playing_goes_on_until_it_is_held_and_a_window_at_rest_is_not_drawn_again() {
    let mut bench = on_the_page_of_random_covering();
    bench.press("Let samples fall");
    bench.wait_until("some samples", |lab| lab.session().covering.spaces()[0].steps().len() >= 5);
    assert!(bench.harness.ctx.has_requested_repaint(), "the next sample needs a frame");
    bench.press("Hold");
    let held = n_fallen(&bench);
    bench.harness.run_steps(60);
    assert_eq!(n_fallen(&bench), held);
    assert!(!bench.harness.ctx.has_requested_repaint(), "{:?}", bench.harness.ctx.repaint_causes());
    // In another place nothing falls unseen.
    bench.press("Let samples fall");
    bench.command(Key::Num1);
    let held = n_fallen(&bench);
    bench.harness.run_steps(60);
    assert_eq!(n_fallen(&bench), held);
    bench.command(Key::Num3);
    bench.wait_until("more samples", |lab| lab.session().covering.spaces()[0].steps().len() > held);
}

#[test]
fn what_falls_is_what_the_engine_lets_fall_and_agrees_with_the_effective_number() {
    let mut bench = on_the_page_of_random_covering();
    bench.set("Prototypes N", "60");
    play_to_the_end(&mut bench);
    let expected = covering_runs(60, 240, N_RUNS, 1).expect("a simulation");
    assert_eq!(spaces(&bench)[0].steps(), expected);
    let last = expected[239];
    assert!(last.is_expectation_in_band() && (last.expected - effective_number(59.0 / 60.0, 240)).abs() < 1e-9);
    bench.check_shows(&format!("240 samples cover {} of 60 prototypes", spaces(&bench)[0].first().n_covered()));
    // After the end it starts over.
    bench.set("Samples/s", "20");
    bench.press("Let samples fall");
    assert!(n_fallen(&bench) < 240);
}

#[test]
fn another_seed_and_another_space_begin_anew_and_the_seed_brings_the_same_samples_back() {
    let mut bench = on_the_page_of_random_covering();
    let fall = |bench: &mut Bench| {
        for _ in 0..6 {
            bench.press("One sample");
        }
        spaces(bench)[0].first().hits().to_vec()
    };
    let first = fall(&mut bench);
    bench.set("Seed", "2");
    assert_eq!(n_fallen(&bench), 0);
    assert_ne!(fall(&mut bench), first);
    bench.set("Seed", "1");
    assert_eq!(fall(&mut bench), first);
    bench.press("N of β = 0.999");
    bench.check_shows("Samples fall on 1,000 prototypes");
    assert_eq!(spaces(&bench)[0].first().hits().len(), 1000);
    bench.set("Prototypes N", "0");
    bench.check_shows("Prototypes N must be");
    bench.set("Prototypes N", "99999999");
    bench.check_shows("got 99999999. Prototypes N stays 1000");
    assert_eq!(spaces(&bench)[0].first().hits().len(), 1000);
    for n in [1, 10_000] {
        bench.set("Prototypes N", &n.to_string());
        assert_eq!(spaces(&bench)[0].first().hits().len(), n);
    }
}

#[test]
fn head_and_tail_race_with_as_many_samples_as_their_classes_have() {
    let mut bench = on_the_page_of_random_covering();
    bench.press("N of β = 0.999");
    bench.press("Head against tail");
    bench.check_pictures(&["Prototypes, Head, C0", "Prototypes, Tail, C9", "Covered volume"]);
    play_to_the_end(&mut bench);
    bench.check_shows("Head, C0: 2,000 of 2,000 samples");
    bench.check_shows("Tail, C9: 20 of 20 samples");
    // E_2000 and E_20 at β = 0.999, worked out by hand: (1 − 0.999ⁿ)/0.001, 864.8 and 19.81.
    for text in ["864.80", "19.81"] {
        assert!(bench.has(Role::Label, text), "{text}: {:?}", bench.texts());
    }
    bench.check_shows("differ by a factor of 43.65, the counts by 100");
    bench.set("Imbalance", "2");
    bench.check_shows("Tail, C9: 0 of 1,000 samples");
}

#[test]
fn the_band_and_the_axes_are_switched_and_that_is_remembered() {
    let mut bench = on_the_page_of_random_covering();
    bench.press("One sample");
    bench.click(Role::CheckBox, "200 at once", 0);
    bench.press("Log");
    let stored = serde_json::to_string(bench.lab().settings()).expect("JSON");
    let restored: Settings = serde_json::from_str(&stored).expect("settings");
    assert!(!restored.covering.has_band && restored.covering.is_log);
    assert_eq!(restored.weights_page, WeightsPage::Covering);
    assert_eq!(n_fallen(&bench), 1, "what is shown has nothing to do with what falls");
}

#[test]
fn the_table_has_every_sample_with_expectation_band_and_overlap() {
    let mut bench = on_the_page_of_random_covering();
    for _ in 0..3 {
        bench.press("One sample");
    }
    bench.click(Role::Button, "Table", 0);
    bench.nth(Role::Button, "Copy", 0).click_accesskit();
    bench.step();
    let text = super::weights::copied(&bench);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("Space\tSamples n\tCovered\tE_n\tMean\t2.5 %\t97.5 %\tp = E_{n−1}/N"));
    for (line, step) in lines.zip(covering_runs(100, 3, N_RUNS, 1).expect("a simulation")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |place: usize| cells[place].parse::<f64>().expect("a number");
        assert_eq!(number(1), step.n_samples as f64);
        assert_eq!([3, 4, 5, 6, 7].map(number), [step.expected, step.mean, step.low, step.high, step.overlap]);
    }
    assert_eq!(text.lines().count(), 4);
}

#[test]
fn the_derivation_is_walked_through_with_the_numbers_of_the_simulation() {
    let mut bench = on_the_page_of_random_covering();
    bench.press("One sample");
    bench.press("One sample");
    assert!(!bench.is_enabled(Role::Button, "Previous step"));
    bench.check_shows("N = 1/(1 − β)");
    bench.press("Next step");
    bench.check_shows("E_1 = 1");
    for _ in 0..3 {
        bench.press("Next step");
    }
    bench.check_shows("5 of 10");
    bench.check_shows("E_n = 1 + β·E_{n−1}");
    // E_2 at β = 0.99.
    bench.check_shows("= 1 + 0.99·1 = 1.99");
    for _ in 0..3 {
        bench.press("Next step");
    }
    bench.check_shows("lim n → ∞ E_n = 1/(1 − β) = N");
    bench.check_shows("E_n is 2.0 % of N");
    bench.press("Next step");
    bench.check_shows("lim β → 1 E_n = n");
    bench.check_shows("2 samples count as 1.99");
    bench.press("Next step");
    assert!(!bench.is_enabled(Role::Button, "Next step"));
    bench.press("Previous step");
    bench.check_shows("9 of 10");
    bench.click(Role::Button, "Table", 1);
    bench.check_shows("p·E_{n−1} + (1 − p)·(E_{n−1} + 1)");
}

#[test]
fn without_counts_nobody_races_and_one_space_goes_on() {
    let mut bench = on_the_page_of_random_covering();
    bench.set("Classes", "1");
    assert!(bench.session().checked().is_err());
    bench.press("One sample");
    assert_eq!(n_fallen(&bench), 1);
    bench.press("Head against tail");
    bench.press("Let samples fall");
    bench.harness.run_steps(10);
    bench.press("One space");
    assert_eq!(n_fallen(&bench), 0);
}

#[test]
fn nothing_is_cut_off_in_either_window() {
    for size in [SIZE, [1920.0, 1080.0]] {
        let mut bench = Bench::sized(size);
        bench.command(Key::Num3);
        for (page, least) in [("Random covering", 170.0), ("Schemes", 100.0)] {
            bench.press(page);
            let figures = bench.nodes().filter(|node| node.accesskit_node().role() == Role::Figure);
            for figure in figures {
                let rect = figure.rect();
                let is_inside = rect.right() <= size[0] && rect.bottom() < size[1] - 40.0;
                assert!(is_inside && rect.height() > least, "{}: {rect:?}", name_of(&figure));
            }
            let last_words = ["In the simulation: 100 places.", "Learning rate: the mean weight"];
            let last = bench.nodes().find(|node| last_words.iter().any(|words| name_of(node).starts_with(words)));
            let rect = last.expect("the last words").rect();
            // The bar at the bottom is higher than this.
            assert!(rect.bottom() < size[1] - 40.0, "{page}: {rect:?} in {size:?}");
        }
    }
}
