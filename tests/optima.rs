//! Training to convergence on two real data sets, against optima that scikit-learn found (see `tests/data/README.md`).

use std::{path::Path, sync::atomic::AtomicBool};

use longtail_lab::{
    data::{Dataset, ImportSettings, ReadHooks, read_table_file, split_table},
    loss::{Head, Loss},
    train::{Batch, ConfusionMatrix, Optimiser, Recipe, Reduction, Status, TrainSettings, Trainer},
    weighting::{Normalisation, SchemeKind, class_weights},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct OptimaFile {
    cases: Vec<Optimum>,
}

#[derive(Deserialize)]
struct Optimum {
    file: String,
    labels: Vec<String>,
    counts: Vec<u64>,
    scheme: SchemeKind,
    beta: Option<f64>,
    class_weights: Vec<f64>,
    l2: f64,
    objective: f64,
    per_class_recall: Vec<f64>,
    macro_recall: f64,
    accuracy: f64,
}

impl Optimum {
    fn name(&self) -> String {
        let Self { file, scheme, beta, l2, .. } = self;
        format!("{file}, {scheme:?} β = {beta:?}, λ = {l2}")
    }
}

/// Trains on one file until L-BFGS converges, for each of its cases.
fn check_file(file: &str, label: &str) {
    let optima: OptimaFile = serde_json::from_str(include_str!("data/optima.json")).expect("optima.json");
    let cases: Vec<Optimum> = optima.cases.into_iter().filter(|case| case.file == file).collect();
    assert_eq!(cases.len(), 8, "four schemes under two strengths of the penalty");

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/data").join(file);
    let settings = ImportSettings { label: Some(label.to_owned()), ..ImportSettings::default() };
    let imported = read_table_file(&path, &settings, &ReadHooks::silent()).expect("a data file that can be read");
    let dataset = split_table(&imported.table, 0.0, 1).expect("a share within its range");
    for case in &cases {
        check_data(case, &dataset);
        let trainer = train_to_optimum(case, &dataset);
        let gap = (trainer.objective() / case.objective - 1.0).abs();
        assert!(gap < 1e-6, "{}: objective {} instead of {}", case.name(), trainer.objective(), case.objective);
        check_recall(case, &trainer.evaluate(&dataset.train));
    }
}

fn check_data(case: &Optimum, dataset: &Dataset) {
    assert_eq!(*dataset.class_labels, *case.labels, "{}", case.name());
    assert_eq!(dataset.counts.as_slice(), case.counts, "{}", case.name());
    assert_eq!(case.per_class_recall.len(), case.counts.len(), "{}", case.name());
}

fn train_to_optimum(case: &Optimum, dataset: &Dataset) -> Trainer {
    let scheme = case.scheme.with_beta(case.beta.unwrap_or_default()).expect("β in [0, 1)");
    let weights = class_weights(&dataset.counts, scheme, Normalisation::MeanSampleWeightOne);
    assert_eq!(weights.len(), case.class_weights.len(), "{}", case.name());
    for (got, expected) in weights.iter().zip(&case.class_weights) {
        assert!((got - expected).abs() <= 1e-12 * expected, "{}: weight {got} instead of {expected}", case.name());
    }

    let loss = Loss::new(Head::Softmax, 0.0, None).expect("cross entropy");
    let settings = TrainSettings {
        optimiser: Optimiser::Lbfgs,
        learning_rate: 1.0,
        momentum: 0.0,
        batch: Batch::Full,
        l2: case.l2,
        reduction: Reduction::BatchMean,
    };
    let mut trainer = Trainer::new(dataset.train.clone(), Recipe::weighted(loss, weights), settings, 1);
    // L-BFGS takes the full batch, so the order of samples does not matter.
    while *trainer.status() == Status::Training && trainer.epoch() < 5000 {
        trainer.train_epoch(&[], &AtomicBool::new(false));
    }
    let status = trainer.status();
    assert!(matches!(status, Status::Converged { .. }), "{}: {status:?} at {}", case.name(), trainer.epoch());
    trainer
}

/// A sample on the boundary may fall to either side, so each recall may differ by one sample, and the means accordingly.
fn check_recall(case: &Optimum, matrix: &ConfusionMatrix) {
    let (mut macro_difference, mut n_moved) = (0.0, 0.0);
    for (class_idx, (&expected, &n)) in case.per_class_recall.iter().zip(&case.counts).enumerate() {
        let difference = matrix.recall(class_idx).expect("every class has samples") - expected;
        let class = format!("{}, class {}", case.name(), case.labels[class_idx]);
        assert!((difference * n as f64).abs() <= 1.0 + 1e-9, "{class}: recall {difference} off {expected}");
        macro_difference += difference / case.counts.len() as f64;
        n_moved += difference * n as f64;
    }
    let n_samples = case.counts.iter().sum::<u64>() as f64;
    check_mean(matrix.macro_recall(), case.macro_recall + macro_difference, &format!("{}, macro recall", case.name()));
    check_mean(matrix.accuracy(), case.accuracy + n_moved / n_samples, &format!("{}, accuracy", case.name()));
}

fn check_mean(got: Option<f64>, expected: f64, name: &str) {
    assert!(got.is_some_and(|got| (got - expected).abs() < 1e-12), "{name}: {got:?} instead of {expected}");
}

#[test]
fn page_blocks_reaches_the_optima_of_scikit_learn() {
    check_file("page-blocks.csv", "class");
}

#[test]
fn yeast_reaches_the_optima_of_scikit_learn() {
    check_file("yeast.csv", "site");
}
