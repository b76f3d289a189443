//! The place for samples with any number of labels: from a change to figures, thresholds by rule and by hand, tables.

use egui::{Key, accesskit::Role};
use longtail_lab::{experiment::multilabel::LabelPreset, state::Place, train::ThresholdRule};

use super::bench::Bench;

/// The place, trained, with few samples.
fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.lab_mut().settings_mut().labels.lab.samples = 400;
    bench.command(Key::Num6);
    assert_eq!(bench.session().place, Place::Labels);
    wait(&mut bench);
    bench
}

fn wait(bench: &mut Bench) {
    bench.wait_until("the labels", |lab| {
        let labels = &lab.session().labels;
        labels.comparison().is_some() && !labels.is_outdated()
    });
    bench.settle();
}

/// Macro F1 of an objective at the thresholds that are shown.
fn macro_f1(bench: &mut Bench, place: usize) -> f64 {
    let rule = bench.lab().settings().labels.rule;
    let labels = &mut bench.lab_mut().session_mut().labels;
    let comparison = labels.comparison().expect("a comparison").clone();
    labels.measures(&comparison, rule)[place].macro_f1.expect("a figure")
}

#[test]
fn the_place_tells_weights_from_thresholds_and_follows_its_controls() {
    let mut bench = bench();
    bench.check_shows("pos_weight (w from");
    bench.check_shows("F1 of each label, threshold 0.5");
    let before = macro_f1(&mut bench, 0);
    bench.choose("Rule", ThresholdRule::Weight.label());
    bench.check_shows("F1 of each label, threshold 1/(1 + w)");
    let moved = macro_f1(&mut bench, 0);
    assert_ne!(before, moved);
    bench.choose("Figure of each label", "Average precision");
    bench.check_shows("Average precision of each label");
    // Another objective, and other samples, are trained at once.
    bench.click(Role::CheckBox, "CB BCE", 0);
    wait(&mut bench);
    let presets = |bench: &Bench| -> Vec<LabelPreset> {
        let comparison = bench.session().labels.comparison().expect("a comparison").clone();
        comparison.objectives.iter().map(|objective| objective.preset).collect()
    };
    assert_eq!(presets(&bench).last(), Some(&LabelPreset::CbBce));
    bench.set("Seed", "2");
    wait(&mut bench);
    assert_ne!(macro_f1(&mut bench, 0), moved);
    bench.harness.check_accessibility();
}

#[test]
fn a_threshold_by_hand_moves_its_label_alone_and_the_rule_takes_it_back() {
    let mut bench = bench();
    let before = macro_f1(&mut bench, 0);
    bench.choose("Label of the threshold", "L1");
    bench.set("Threshold of the label", "0.05");
    bench.check_shows("threshold 0.5, one by hand");
    let label = bench.session().labels.label;
    assert_eq!((label, bench.session().labels.by_hand.get(&(0, 1)).copied()), (1, Some(0.05)));
    assert_ne!(macro_f1(&mut bench, 0), before);
    bench.press("By rule");
    assert_eq!(macro_f1(&mut bench, 0), before);
    // Another rule forgets what was set by hand.
    bench.set("Threshold of the label", "0.9");
    bench.choose("Rule", ThresholdRule::Tuned.label());
    assert!(bench.session().labels.by_hand.is_empty());
    bench.press("Table: Threshold of a label");
    bench.check_shows("tuned on validation");
}

#[test]
fn what_is_set_up_is_remembered() {
    let mut bench = bench();
    bench.choose("Rule", ThresholdRule::Prior.label());
    let text = serde_json::to_string(bench.lab().settings()).expect("text");
    let again: longtail_lab::state::Settings = serde_json::from_str(&text).expect("settings");
    assert_eq!((again.labels.rule, again.labels.lab.samples), (ThresholdRule::Prior, 400));
}
