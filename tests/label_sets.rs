//! Whole runs over label sets: weights on positives beside thresholds, on samples that were held out.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{fmt::Write, sync::atomic::AtomicBool};

use longtail_lab::{
    data::{ImportSettings, LabelGeneratorSpec, LabelTable, ReadHooks, Samples, Scan, Seeds},
    experiment::{
        LBFGS_EPOCHS, TrainingSpec,
        multilabel::{LabelExperiment, LabelNumbers, LabelPreset, LabelRun, run, story},
    },
    train::{Optimiser, ThresholdRule},
};

/// Samples as the table of a file with columns of 0 and 1.
fn table(samples: &Samples) -> LabelTable {
    let sets = samples.sets().unwrap();
    let names = |of: char, n: usize| (0..n).map(move |k| format!("{of}{k}"));
    let labels: Vec<String> = names('l', sets.n_labels()).collect();
    let mut text = names('x', samples.n_features()).chain(labels.clone()).collect::<Vec<_>>().join(",") + "\n";
    for row in 0..samples.len() {
        for x in samples.row(row) {
            write!(text, "{x},").unwrap();
        }
        let cells: Vec<&str> = (0..sets.n_labels()).map(|k| if sets.has(row, k as u32) { "1" } else { "0" }).collect();
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    let settings = ImportSettings { label_columns: labels, ..ImportSettings::default() };
    Scan::read(text.as_bytes(), None, &settings, &ReadHooks::silent()).unwrap().into_label_table(&settings).unwrap()
}

/// A long-tailed set of 3,000 samples with ten labels, and as many features as make them neither easy nor hopeless.
fn generated() -> LabelTable {
    let counts = vec![1200, 900, 640, 450, 320, 230, 160, 115, 80, 57];
    let spec = LabelGeneratorSpec { n_samples: 3000, counts, co_occurrence: 0.3, n_features: 12, noise: 0.8 };
    table(&spec.generate(1).unwrap())
}

fn runs(table: &LabelTable, presets: &[LabelPreset], n_seeds: u64, l2: f64) -> Vec<LabelRun> {
    let objectives = presets.iter().map(|preset| preset.objective(&LabelNumbers::default()).unwrap()).collect();
    let training = TrainingSpec { optimiser: Optimiser::Lbfgs, epochs: LBFGS_EPOCHS, l2, ..TrainingSpec::default() };
    let experiment = LabelExperiment {
        objectives,
        training,
        seeds: (1..=n_seeds).map(Seeds::all).collect(),
        threshold: ThresholdRule::Half,
        validation_share: 0.2,
        test_share: 0.2,
    };
    run(&experiment, table, &AtomicBool::new(false), &|_| {}).unwrap()
}

fn mean(runs: &[LabelRun], preset: &str, value: impl Fn(&LabelRun) -> Option<f64>) -> f64 {
    let values: Vec<f64> = runs.iter().filter(|run| run.preset == preset).map(|run| value(run).unwrap()).collect();
    assert!(!values.is_empty(), "{preset}");
    values.iter().sum::<f64>() / values.len() as f64
}

fn macro_f1_at(rule: ThresholdRule) -> impl Fn(&LabelRun) -> Option<f64> {
    move |run| run.at(rule)?.macro_f1
}

#[test]
fn pos_weight_is_a_threshold_on_plain_cross_entropy_on_samples_held_out() {
    let runs = runs(&generated(), &[LabelPreset::Bce, LabelPreset::PosWeight], 5, 1e-4);
    assert_eq!(runs.len(), 10);
    let plain = |rule| mean(&runs, "bce", macro_f1_at(rule));
    let weighted = mean(&runs, "pos-weight", macro_f1_at(ThresholdRule::Half));
    let (half, weight) = (plain(ThresholdRule::Half), plain(ThresholdRule::Weight));
    assert!((weight - weighted).abs() < 0.015, "pos_weight {weighted}, plain at 1/(1 + w) {weight}");
    assert!((half - weighted).abs() > 0.04, "pos_weight {weighted}, plain at 0.5 {half}");
    // The same ranking, but for chance.
    let map = |preset| mean(&runs, preset, |run| run.map);
    assert!((map("bce") - map("pos-weight")).abs() < 0.015, "{} {}", map("bce"), map("pos-weight"));
    // Tuned thresholds do better than both, and less well than the validation part promised.
    let tuned = plain(ThresholdRule::Tuned);
    let promised = mean(&runs, "bce", |run| run.at(ThresholdRule::Tuned)?.promised_macro_f1);
    assert!(tuned > half && tuned > weight && promised > tuned, "{half} {weight} {tuned} {promised}");
    // Half of the best expected F1 needs no labels and comes near to that.
    assert!((plain(ThresholdRule::F1Half) - tuned).abs() < 0.03, "{} {tuned}", plain(ThresholdRule::F1Half));
    assert!(story(&runs).unwrap().ends_with("the weights only moved the threshold"), "{:?}", story(&runs));
}

#[test]
fn a_weight_on_the_whole_column_changes_nothing_at_the_optimum() {
    let runs = runs(&generated(), &[LabelPreset::Bce, LabelPreset::ColumnBce], 1, 0.0);
    let [plain, column] = runs.as_slice() else { panic!("two runs") };
    assert_eq!((plain.macro_f1, &plain.recall), (column.macro_f1, &column.recall));
    assert_ne!(plain.training_objective, column.training_objective);
}

#[test]
fn runs_follow_from_their_seeds_with_any_number_of_threads() {
    let table = generated();
    let all = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| runs(&table, &[LabelPreset::Asl, LabelPreset::DbFocal], 2, 1e-4))
    };
    assert_eq!(all(1), all(3));
}
