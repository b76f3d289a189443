//! Who owns the loss of the run: before training and while it goes on, by objective, by measure, easy and hard apart.

use egui::{Key, accesskit::Role};
use longtail_lab::{
    state::LossesPage,
    train::{Ease, Measure},
};

use super::bench::{Bench, SIZE, name_of};

const SHARES: &str = "Shares of the loss over epochs";
const CUMULATIVE: &str = "Cumulative share of the loss";
const PICTURES: [&str; 3] = [SHARES, CUMULATIVE, "Macro recall"];

/// The part about the run, with the cumulative loss that the worker adds up on demand.
fn in_this_run() -> Bench {
    shown(Bench::new())
}

fn shown(mut bench: Bench) -> Bench {
    bench.command(Key::Num4);
    bench.press("This run");
    wait_for_samples(&mut bench, 0);
    bench
}

fn wait_for_samples(bench: &mut Bench, objective_idx: usize) {
    bench.wait_until("the losses of samples", |lab| {
        lab.session().run(objective_idx).is_some_and(|run| run.ownership.cumulative.is_some())
    });
    bench.settle();
}

fn numbers(row: &[String]) -> Vec<f64> {
    row.iter().map(|field| field.parse().unwrap_or_else(|_| panic!("{field} is no number"))).collect()
}

#[test]
fn before_training_the_shares_of_the_initial_model_are_there_and_what_to_do_is_said() {
    let bench = in_this_run();
    bench.check_pictures(&PICTURES);
    bench.check_shows("Hard samples own 100.0 % of the loss of CE");
    bench.check_shows("press Play (Space)");
    bench.check_shows("The hardest tenth owns 10.");
}

#[test]
fn the_table_over_epochs_has_every_epoch_and_each_row_sums_to_one() {
    let mut bench = in_this_run();
    for epoch in 1..=3 {
        bench.press("Step");
        bench.wait_for_epoch(epoch);
    }
    bench.click(Role::Button, "Table", 0);
    let rows = bench.copied_rows();
    assert_eq!(rows[0].len(), 12, "epoch, ten classes and their sum: {:?}", rows[0]);
    let epochs: Vec<f64> = rows[1..].iter().map(|row| numbers(row)[0]).collect();
    assert_eq!(epochs, [0.0, 1.0, 2.0, 3.0]);
    for row in &rows[1..] {
        let row = numbers(row);
        assert!((row[1..11].iter().sum::<f64>() - 1.0).abs() < 1e-12 && (row[11] - 1.0).abs() < 1e-12, "{row:?}");
    }
    let now = &bench.run(0).ownership.classes;
    let shares = now.shares(Measure::Loss, Ease::All).expect("shares");
    // The classes of the default experiment come from head to tail.
    // The table adds the quotients of easy and hard samples, the other divides their sum: the last digit may differ.
    for (got, expected) in numbers(&rows[4])[1..11].iter().zip(&shares) {
        assert!((got - expected).abs() <= f64::EPSILON * expected, "{got} {expected}");
    }
}

#[test]
fn easy_and_hard_shares_are_two_parts_of_the_whole() {
    let mut bench = in_this_run();
    bench.press("Step");
    bench.wait_for_epoch(1);
    bench.click(Role::Button, "Table", 0);
    let mut last_row_of = |name: &str| {
        bench.press(name);
        numbers(bench.copied_rows().last().expect("a row"))
    };
    let [all, easy, hard] = ["All", "Easy", "Hard"].map(&mut last_row_of);
    for column in 1..12 {
        assert!((easy[column] + hard[column] - all[column]).abs() < 1e-12, "{column}");
    }
    assert!(easy[11] > 0.01 && hard[11] > 0.01, "{easy:?} {hard:?}");
}

#[test]
fn another_objective_and_the_gradient_norm_are_a_click_away_and_remembered() {
    let mut bench = in_this_run();
    bench.press("Gradient norm");
    bench.check_shows("of the gradient norm of CE");
    bench.click(Role::ComboBox, "Objective whose loss is shared", 0);
    let places = bench.find_all(Role::Button, "Focal").len();
    bench.click(Role::Button, "Focal", places - 1);
    wait_for_samples(&mut bench, 2);
    bench.check_shows("of the gradient norm of Focal");
    assert!(bench.run(0).ownership.cumulative.is_none(), "one objective is looked at, sample by sample");
    let text = serde_json::to_string(bench.lab().settings()).expect("settings as text");
    let again: longtail_lab::state::Settings = serde_json::from_str(&text).expect("settings");
    assert_eq!((again.ownership.page, again.ownership.measure), (LossesPage::Run, Measure::GradientNorm));
    assert_eq!(again.ownership.objective, Some(bench.spec().objectives[2].colour));
    assert!(!bench.session().undo.can_undo(), "the experiment is the same");
}

#[test]
fn the_cumulative_curve_comes_as_a_table_from_nothing_to_all() {
    let mut bench = in_this_run();
    bench.press("Step");
    bench.wait_for_epoch(1);
    bench.click(Role::Button, "Table", 1);
    let rows = bench.copied_rows();
    assert_eq!(rows[0][..2], ["Easiest", "All"]);
    assert_eq!(rows.len(), 202);
    let (first, last) = (numbers(&rows[1]), numbers(&rows[201]));
    assert!(first.iter().all(|&share| share == 0.0) && last.iter().all(|&share| share == 1.0), "{first:?} {last:?}");
    assert!(rows[1..].windows(2).all(|pair| numbers(&pair[0])[1] <= numbers(&pair[1])[1]));
}

#[test]
fn nobody_sorts_samples_while_nobody_looks() {
    let mut bench = in_this_run();
    bench.press("Theory");
    bench.wait_until("an end of sorting", |lab| {
        lab.session().run(0).is_some_and(|run| run.ownership.cumulative.is_none())
    });
}

#[test]
fn explanations_fold_away_one_by_one() {
    let mut bench = in_this_run();
    bench.check_shows("C0 (2,000 samples) owns");
    bench.check_shows("the easier half owns");
    bench.click(Role::Button, "Fold", 0);
    bench.check_hides("C0 (2,000 samples) owns");
    bench.check_shows("the easier half owns");
}

#[test]
fn many_classes_are_drawn_in_twenty_bands() {
    let bench = Bench::with_toml("[distribution]\nclasses = 100\nmax_count = 100\nimbalance = 10.0\n");
    let mut bench = shown(bench);
    bench.check_pictures(&PICTURES);
    bench.click(Role::Button, "Table", 0);
    let rows = bench.copied_rows();
    assert_eq!(rows[0].len(), 22, "{:?}", rows[0]);
    assert_eq!(rows[0][1..3], ["C0–C4", "C5–C9"]);
}

#[test]
fn a_run_that_diverged_says_so() {
    let bench = Bench::with_toml("[training]\nlearning_rate = 1000.0\nepochs = 50\n");
    let mut bench = shown(bench);
    bench.press("Play");
    bench.wait_until("a divergence", |lab| {
        let run = lab.session().run(0);
        run.is_some_and(|run| matches!(run.status, longtail_lab::train::Status::Diverged(_)))
    });
    bench.settle();
    bench.check_shows("Nobody: it diverged in epoch");
}

#[test]
fn nothing_is_cut_off_in_either_window() {
    for size in [SIZE, [1920.0, 1080.0]] {
        let bench = shown(Bench::sized(size));
        bench.check_pictures(&PICTURES);
        for name in PICTURES {
            let rect = bench.get(Role::Figure, name).rect();
            assert!(rect.width() > 250.0 && rect.height() > 120.0, "{name}: {rect:?}");
            // The bar at the bottom is higher than this.
            assert!(rect.right() <= size[0] && rect.bottom() <= size[1] - 40.0, "{name}: {rect:?}");
        }
        let texts = bench.nodes().filter(|node| name_of(node).contains("own"));
        assert!(texts.count() > 2, "titles and explanations are there");
    }
}
