//! The comparison on several seeds: from the first press to means with intervals, paired differences, curves and tables.

use egui::{Key, accesskit::Role};
use longtail_lab::{
    experiment::{CheckedSpec, Hooks, Source, paired_differences, run, summarise},
    state::{Picture, SeedsPage},
};

use super::bench::{Bench, SIZE, name_of};

const SMALL: &str = "[distribution]\nclasses = 4\nmax_count = 120\nimbalance = 30.0\n[data]\ntest_per_class = 50\n[training]\nepochs = 6\n";
const MEANS: &str = "Recall over seeds";
const DIFFERENCES: &str = "Paired differences over seeds";
const CURVES: &str = "Macro recall over seeds";

/// The picture of several seeds, alone, before anything is trained.
fn before() -> Bench {
    shown(Bench::with_toml(SMALL))
}

fn shown(mut bench: Bench) -> Bench {
    bench.press("Seeds");
    assert_eq!(bench.session().enlarged, Some(Picture::Seeds));
    bench
}

/// With this many seeds, all trained.
fn trained(n_seeds: &str) -> Bench {
    let mut bench = before();
    bench.set("Number of seeds", n_seeds);
    bench.press(&format!("Train {n_seeds} seeds"));
    wait_for_end(&mut bench);
    bench
}

fn wait_for_end(bench: &mut Bench) {
    bench.wait_until("the seeds", |lab| !lab.session().seeds.is_running());
    bench.settle();
}

/// The same in the terminal.
fn checked(bench: &Bench) -> CheckedSpec {
    bench.spec().check().expect("settings that can be trained")
}

#[test]
fn what_it_is_for_is_said_before_and_one_press_trains_five_seeds() {
    let mut bench = before();
    bench.check_pictures(&[]);
    bench.check_shows("One run is one draw");
    bench.press("Train 5 seeds");
    wait_for_end(&mut bench);
    bench.check_pictures(&[MEANS]);
    bench.check_shows("Recall over 5 seeds, mean and 95 % interval");
    assert_eq!(bench.spec().seeds, 5);
    assert!(!bench.is_enabled(Role::Button, "5 seeds are trained"));
    assert_eq!(bench.epoch(), 0, "the run that is watched stays where it is");
    bench.key(Key::Escape);
    bench.command(Key::Z);
    assert_eq!(bench.spec().seeds, 1, "the number of seeds is a setting like any other");
}

#[test]
fn the_numbers_are_those_of_the_terminal() {
    let mut bench = trained("3");
    let checked = checked(&bench);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let records = run(&checked, &Source::open(&checked).unwrap(), &Hooks::silent(&stop)).unwrap();
    let summaries = summarise(&records);
    assert_eq!(bench.session().seeds.news().summaries.to_vec(), summaries);
    let macro_recall = summaries[0].figures.macro_recall.expect("a macro recall");
    bench.check_shows(&format!("{:.2} ± {:.2}", macro_recall.mean, macro_recall.half_width.expect("an interval")));
    bench.press("Table");
    let rows = bench.copied_rows();
    assert_eq!(rows[0][..6], ["class", "count", "CE", "CE ±95%", "Balanced CE", "Balanced CE ±95%"]);
    assert_eq!((rows.len(), rows[5][0].as_str()), (1 + 4 + 10, "Macro recall"));
    assert_eq!(rows[5][2].parse(), Ok(macro_recall.mean));
    bench.press("Paired differences");
    let rows = bench.copied_rows();
    let last = rows.last().expect("rows");
    assert_eq!((rows.len(), last[0].as_str(), last[2].as_str()), (1 + 4 + 9, "Macro F1 − CE", ""));
    let paired = paired_differences(&records, "CE");
    assert_eq!(last[3].parse(), Ok(paired[0].figures.macro_f1.expect("a difference").estimate.mean));
    for paired in paired {
        bench.check_shows(&paired.in_words("3 seeds"));
    }
}

#[test]
fn differences_are_said_in_words_against_any_baseline() {
    let mut bench = trained("3");
    bench.press("Paired differences");
    bench.check_pictures(&[DIFFERENCES]);
    bench.check_shows("Recall − CE over 3 seeds");
    bench.check_shows("CB − CE over 3 seeds: macro recall ");
    bench.check_shows("within noise");
    bench.choose("Baseline of the seeds", "Focal");
    bench.check_shows("CB − Focal over 3 seeds: macro recall ");
    bench.check_hides("CB − CE");
    assert_eq!(bench.lab().settings().seeds_page, SeedsPage::Differences);
}

#[test]
fn curves_have_a_line_for_each_seed_and_their_means_as_a_table() {
    let mut bench = trained("2");
    bench.press("Curves");
    bench.check_pictures(&[CURVES]);
    assert!(bench.session().seeds.news().records.iter().all(|record| record.curve.len() == 7));
    bench.press("Table");
    let rows = bench.copied_rows();
    assert_eq!((rows.len(), rows[0][0].as_str(), rows[7][0].as_str()), (8, "epoch", "6"));
    let last = bench.session().seeds.news().summaries[3].figures.macro_recall.unwrap();
    assert_eq!((rows[7][7].parse(), rows[7][8].parse()), (Ok(last.mean), Ok(last.half_width.unwrap())));
}

#[test]
fn further_seeds_are_added_to_those_that_are_there() {
    let mut bench = trained("2");
    let first = bench.session().seeds.news().records[0].seconds;
    bench.set("Number of seeds", "4");
    bench.press("Train 2 more seeds");
    wait_for_end(&mut bench);
    let news = bench.session().seeds.news();
    assert_eq!((news.n_seeds, news.records.len(), news.records[0].seconds), (4, 16, first));
    assert_eq!(news.records.iter().map(|record| record.seed).collect::<Vec<_>>()[12..], [4; 4]);
}

#[test]
fn results_of_earlier_settings_are_said_to_be_so() {
    let mut bench = trained("2");
    bench.check_hides("earlier settings");
    bench.get(Role::CheckBox, "Show Focal").click();
    bench.settle();
    bench.check_hides("earlier settings");
    bench.press("New data");
    bench.settle();
    bench.check_shows("These results belong to earlier settings");
    let before = bench.session().seeds.news().summaries.to_vec();
    bench.press("Train 2 seeds");
    wait_for_end(&mut bench);
    bench.check_hides("earlier settings");
    assert_ne!(bench.session().seeds.news().summaries.to_vec(), before);
}

#[test]
fn stopping_keeps_what_is_finished_and_the_rest_can_be_trained_later() {
    let mut bench = before();
    bench.set("Number of seeds", "100");
    bench.press("Train 100 seeds");
    bench.wait_until("a seed", |lab| lab.session().seeds.news().n_seeds >= 2);
    bench.check_shows("of 100 seeds");
    bench.press("Stop");
    wait_for_end(&mut bench);
    let n = bench.session().seeds.news().n_seeds as u64;
    assert!((2..100).contains(&n), "{n}");
    bench.check_pictures(&[MEANS]);
    bench.set("Number of seeds", &(n + 1).to_string());
    bench.press("Train 1 more seed");
    wait_for_end(&mut bench);
    assert_eq!(bench.session().seeds.news().n_seeds as u64, n + 1);
}

#[test]
fn the_menu_and_the_training_panel_start_it_too() {
    let mut bench = Bench::with_toml(SMALL);
    bench.pick("Edit", 0, "Train several seeds");
    assert_eq!(bench.session().enlarged, Some(Picture::Seeds));
    wait_for_end(&mut bench);
    assert_eq!(bench.session().seeds.news().n_seeds, 5);
    bench.key(Key::Escape);
    bench.fold("Training");
    bench.set("Repeat on", "6");
    bench.press("Train them");
    wait_for_end(&mut bench);
    assert_eq!(bench.session().seeds.news().n_seeds, 6);
}

#[test]
fn settings_that_cannot_be_trained_say_why_and_offer_nothing() {
    let mut bench = before();
    bench.fold("Training");
    bench.set("Learning rate", "-1");
    bench.check_complains("learning rate");
    assert!(!bench.is_enabled(Role::Button, "Train 5 seeds"));
}

#[test]
fn a_diverging_objective_is_left_out_and_said_to_be() {
    let mut bench = shown(Bench::with_toml(&format!("{SMALL}learning_rate = 100000.0\n")));
    bench.set("Number of seeds", "2");
    bench.press("Train 2 seeds");
    wait_for_end(&mut bench);
    bench.check_shows("diverged on 2 seeds");
    for page in ["Paired differences", "Curves", "Means", "Table"] {
        bench.press(page);
    }
}

#[test]
fn many_classes_and_small_windows_are_drawn() {
    let many = "[distribution]\nclasses = 100\nmax_count = 60\nimbalance = 5.0\n[data]\ntest_per_class = 5\n[training]\nepochs = 1\n";
    let mut bench = shown(Bench::with_toml(many));
    bench.set("Number of seeds", "2");
    bench.press("Train 2 seeds");
    wait_for_end(&mut bench);
    bench.check_pictures(&[MEANS]);
    bench.press("Paired differences");
    bench.check_pictures(&[DIFFERENCES]);
}

#[test]
fn it_stands_in_the_lab_too_and_nothing_is_cut_off() {
    for size in [SIZE, [1920.0, 1080.0]] {
        let mut bench = Bench::sized(size);
        bench.press("Picture here: Recall per class");
        bench.press("Several seeds, with intervals");
        bench.check_shows("Several seeds: how sure are the differences?");
        let button = bench.get(Role::Button, "Train 5 seeds").rect();
        assert!(button.right() <= size[0], "{button:?}");
        let texts: Vec<String> = bench.nodes().map(|node| name_of(&node)).collect();
        assert!(texts.iter().any(|text| text == "Picture here: Several seeds, with intervals"), "{texts:?}");
    }
}
