//! The place for sweeps: from a set-up through watching, pausing and going on to an answer, files, and a run in the lab.

use egui::{Key, accesskit::Role};
use longtail_lab::{
    data::ReadHooks,
    experiment::{
        files::read_sweep,
        sweep::{Sweep, SweepHooks, SweepLines},
    },
    state::{Place, SweepPhase, TunePage},
};

use super::bench::{Bench, write};

const SMALL: &str = "[distribution]\nclasses = 3\nmax_count = 90\nimbalance = 10.0\n[data]\ntest_per_class = 40\n";
const HEAT: &str = "Heat map of the sweep";
const FRONT: &str = "Head against tail recall of the sweep";
const CURVES: &str = "Metric against a parameter";
const PARALLEL: &str = "Parallel coordinates of the sweep";

/// The place for sweeps, around a small experiment, with few epochs.
fn bench(seeds: &str, epochs: &str) -> Bench {
    let mut bench = Bench::with_toml(SMALL);
    bench.command(Key::Num5);
    assert_eq!(bench.session().place, Place::Tune);
    bench.set("Seeds of the sweep", seeds);
    bench.set("Epochs of the sweep", epochs);
    bench
}

fn wait_for(bench: &mut Bench, phase: SweepPhase) {
    bench.wait_until(&format!("{phase:?}"), |lab| lab.session().tune.news().phase == phase);
    bench.settle();
}

/// The same sweep as the terminal runs it.
fn in_terminal(bench: &Bench) -> String {
    let spec = bench.lab().settings().tune.sweep(bench.spec()).expect("a set-up");
    let sweep = Sweep::open(spec.check().expect("a sweep"), &ReadHooks::silent()).expect("samples");
    let lines = std::sync::Mutex::new(SweepLines::empty(sweep.header().clone()));
    let runs: Vec<u64> = (0..sweep.header().runs).collect();
    let on_finished = |record: longtail_lab::experiment::sweep::SweepRecord| {
        lines.lock().expect("results").records.insert(record.run, record);
    };
    let stop = std::sync::atomic::AtomicBool::new(false);
    sweep.run(&runs, &SweepHooks { stop: &stop, on_epochs: &|_| (), on_finished: &on_finished }).expect("runs");
    lines.into_inner().expect("results").to_text()
}

#[test]
fn a_sweep_is_judged_by_one_class_or_by_costs() {
    let mut bench = bench("1", "3");
    bench.choose("Metric of the sweep", "precision at a recall");
    // The rarest class, until another one is chosen.
    assert_eq!(bench.get(Role::ComboBox, "Class of the metric").value().as_deref(), Some("C2"));
    bench.choose("Class of the metric", "C1");
    bench.set("Least recall of the class", "0.5");
    bench.press("Start");
    wait_for(&mut bench, SweepPhase::Finished);
    bench.check_shows("Precision of class C1 at recall 0.5 on the validation part");
    let spec = bench.lab().settings().tune.sweep(bench.spec()).expect("a set-up");
    assert_eq!((spec.metric_class.as_deref(), spec.metric_recall), (Some("C1"), Some(0.5)));
    let lines = bench.session().tune.results().expect("results").lines.to_text();
    assert!(lines == in_terminal(&bench));
    bench.choose("Metric of the sweep", "spared cost");
    bench.fill(Role::TextInput, "Costs of decisions", "0 1; 1 x");
    assert!(!bench.is_enabled(Role::Button, "Start"));
    bench.check_shows("not \"x\"");
    bench.fill(Role::TextInput, "Costs of decisions", "0 1 1; 1 0 1; 9 9 0");
    bench.press("Start");
    wait_for(&mut bench, SweepPhase::Finished);
    bench.check_shows("spared cost");
}

#[test]
fn halved_sweeps_end_early_and_say_what_was_dropped() {
    let mut bench = bench("4", "3");
    bench.click(Role::CheckBox, "halve", 0);
    bench.check_shows("22 points, halved: about 45 runs of 3 epochs");
    bench.press("Start");
    wait_for(&mut bench, SweepPhase::Finished);
    let news = std::sync::Arc::clone(bench.session().tune.news());
    assert!(news.n_finished < 70 && news.n_finished == news.n_runs, "{} of {}", news.n_finished, news.n_runs);
    bench.check_shows("points were dropped by successive halving");
    assert!(bench.find_all(Role::Button, "Go on").is_empty());
}

#[test]
fn other_results_are_laid_beside_those_of_the_sweep() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = bench("2", "3");
    bench.press("Start");
    wait_for(&mut bench, SweepPhase::Finished);
    let lines = bench.session().tune.results().expect("results").lines.to_text();
    let path = write(folder.path(), "before.jsonl", &lines);
    bench.lab_mut().compare_with(path);
    bench.wait_until("the other results", |lab| !lab.is_waiting_for_files());
    bench.settle();
    bench.check_shows("Compared with before.jsonl");
    bench.check_shows("the best of both on 2 splits");
    bench.click(Role::Button, "×", 2);
    bench.check_hides("Compared with before.jsonl");
    bench.lab_mut().compare_with(write(folder.path(), "other.json", "{}"));
    bench.wait_until("a sentence", |lab| !lab.is_waiting_for_files());
    bench.check_complains("neither a sweep's results");
}

#[test]
fn what_start_would_run_is_said_before_and_faults_stand_at_once() {
    let mut bench = bench("5", "3");
    bench.check_shows("22 points × 5 seeds = 110 runs of 3 epochs");
    bench.fill(Role::TextInput, "Values of γ", "0, banana");
    bench.check_shows("banana");
    assert!(!bench.is_enabled(Role::Button, "Start"));
    bench.fill(Role::TextInput, "Values of γ", "0..2:3");
    bench.check_shows("17 points × 5 seeds = 85 runs of 3 epochs");
    bench.fill(Role::TextInput, "Values of β", "0.9, 1");
    bench.check_shows("β must be in [0, 1), got 1");
    assert!(!bench.is_enabled(Role::Button, "Start"));
}

#[test]
fn a_sweep_ends_with_the_results_of_the_terminal_an_answer_and_pictures() {
    let mut bench = bench("3", "4");
    bench.press("Start");
    wait_for(&mut bench, SweepPhase::Finished);
    bench.check_shows("What 66 runs say");
    let results = bench.session().tune.results().cloned().expect("results");
    assert_eq!(results.lines.to_text(), in_terminal(&bench));
    let best = results.choices[0].best.as_ref().expect("a best point");
    bench.check_shows(&best.sentence);
    bench.get(Role::Button, "Copy code").click();
    bench.step();
    let module = bench.clipboard().pop().expect("something is copied");
    for (weight, count) in best.training_part.class_weights.iter().zip(&best.training_part.counts) {
        assert!(module.contains(&format!("{weight:?}")) && module.contains(&count.to_string()), "{module}");
    }
    // What is loaded is what the code is of.
    let load = bench.get(Role::Button, "Load in the lab");
    load.click();
    bench.step();
    bench.command(egui::Key::Num3);
    bench.press("Code");
    bench.get(Role::Button, "Copy").click();
    bench.step();
    assert_eq!(bench.clipboard().last(), Some(&module));
    bench.command(egui::Key::Num5);
    for (page, picture) in [("Heat map", HEAT), ("Curves", CURVES), ("Head and tail", FRONT), ("Parallel", PARALLEL)] {
        bench.press(page);
        bench.check_pictures(&[picture]);
    }
    bench.press("Curves");
    bench.click(Role::CheckBox, "Published (Cui et al. 2019)", 0);
    bench.check_shows("ResNet-32, not this experiment");
    bench.press("Points");
    assert_eq!(bench.copied_rows().len(), 1 + 22);
    bench.press("Runs");
    assert_eq!(bench.copied_rows().len(), 1 + 66);
}

#[test]
fn a_click_on_a_run_puts_its_settings_and_seed_into_the_lab_and_undo_takes_it_back() {
    let mut bench = bench("2", "2");
    let before = bench.spec().clone();
    bench.press("Start");
    wait_for(&mut bench, SweepPhase::Finished);
    bench.press("Step");
    bench.wait_for_epoch(1);
    bench.press("Runs");
    // Run 7 is the second point of CB focal with its second seed: CE, balanced CE, then γ varies after β.
    bench.click(Role::Link, "7", 0);
    let results = bench.session().tune.results().cloned().expect("results");
    let point = &results.checked.points()[3];
    let expected = results.checked.experiment(point).unwrap();
    assert_eq!(bench.session().place, Place::Lab);
    assert_eq!(bench.spec().objectives.len(), 1);
    assert_eq!(bench.spec().objectives[0].gamma, expected.objectives()[0].gamma);
    assert_eq!((bench.spec().seed, bench.spec().training.epochs), (before.seed + 1, 2));
    bench.wait_until_ready();
    assert_eq!(bench.epoch(), 0, "it starts as in the sweep");
    bench.command(Key::Z);
    assert_eq!(bench.spec().objectives, before.objectives);
    assert_eq!(bench.spec().seed, before.seed);
    bench.command(Key::Num5);
    bench.check_shows("What 44 runs say");
}

#[test]
fn a_sweep_is_paused_and_goes_on_and_what_is_finished_stays_after_a_cancel() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = bench("50", "1500");
    bench.keep_sweeps_in(folder.path());
    bench.step();
    bench.check_shows("Finished runs are kept in");
    bench.check_shows("the 20 newest sweeps there stay");
    bench.press("Start");
    bench.wait_until("a run", |lab| lab.session().tune.news().n_finished > 0);
    bench.press("Pause");
    wait_for(&mut bench, SweepPhase::Paused);
    bench.check_shows("Paused:");
    bench.press("Go on");
    wait_for(&mut bench, SweepPhase::Running);
    bench.press("Cancel");
    wait_for(&mut bench, SweepPhase::Stopped);
    let news = bench.session().tune.news().clone();
    let path = news.path.clone().expect("a file");
    assert_eq!(read_sweep(&path).unwrap().records.len() as u64, news.n_finished);
    assert!(news.n_finished < news.n_runs);
    // The file alone goes on, too.
    let mut other = Bench::new();
    other.open(&path);
    wait_for(&mut other, SweepPhase::Stopped);
    assert_eq!(other.session().place, Place::Tune);
    other.press("Go on");
    other.wait_until("more runs", |lab| lab.session().tune.news().n_finished > news.n_finished);
    other.press("Cancel");
    wait_for(&mut other, SweepPhase::Stopped);
    assert!(read_sweep(&path).unwrap().records.len() as u64 > news.n_finished);
}

#[test]
fn files_that_hold_no_sweep_and_parameters_that_nothing_uses_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "other.jsonl", "{\"a\": 1}\n");
    let mut bench = bench("2", "2");
    bench.open(&path);
    bench.wait_until("the file", |lab| lab.session().tune.news().fault.is_some());
    bench.settle();
    bench.check_shows("no results of a sweep");
    bench.pick("Vary more ▼", 0, "τ");
    bench.check_shows("τ is varied, but nothing in the sweep uses it");
    assert!(!bench.is_enabled(Role::Button, "Start"));
    bench.click(Role::Button, "×", 2);
    assert!(bench.is_enabled(Role::Button, "Start"));
}

#[test]
fn pictures_that_cannot_be_drawn_say_why() {
    let mut bench = bench("1", "2");
    bench.click(Role::Button, "×", 1);
    bench.press("Start");
    wait_for(&mut bench, SweepPhase::Finished);
    assert_eq!(bench.lab().settings().tune.page, TunePage::HeatMap);
    bench.check_shows("A heat map takes two settings");
    bench.press("Curves");
    bench.check_pictures(&[CURVES]);
    bench.click(Role::Button, "×", 0);
    bench.press("Start");
    bench.wait_until("another sweep", |lab| lab.session().tune.news().n_runs == 3);
    wait_for(&mut bench, SweepPhase::Finished);
    bench.check_shows("Curves take a setting with two numbers");
    bench.press("Parallel");
    bench.check_shows("Nothing takes two values");
}
