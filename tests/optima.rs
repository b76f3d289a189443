//! Training to convergence on two real data sets, against optima that scikit-learn found (see `tests/data/README.md`).

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use longtail_lab::{
    data::{
        Dataset, ImportSettings, LabelSets, ReadHooks, Samples, Standardisation, Targets, read_table_file, split_table,
    },
    loss::{Head, Loss, SetLoss, SetLossSpec},
    train::{
        Batch, ConfusionMatrix, LabelMeasures, LabelProbabilities, Optimiser, Recipe, Reduction, Status, TrainSettings,
        Trainer, label_probabilities,
    },
    weighting::{LabelScale, LabelWeighting, LabelWeights, Normalisation, Scheme, SchemeKind, class_weights},
};
use ndarray::Array2;
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

#[derive(Deserialize)]
struct SetOptimaFile {
    cases: Vec<SetOptimum>,
}

/// An optimum of weighted binary cross entropy over label sets.
#[derive(Deserialize)]
struct SetOptimum {
    file: String,
    scheme: String,
    l2: f64,
    positive_weights: Vec<f64>,
    negative_weights: Vec<f64>,
    objective: f64,
    recall_at_half: Vec<f64>,
    positives: Vec<u64>,
}

/// Six features and five labels a row, the features standardised.
fn multilabel_samples() -> (Samples, LabelSets) {
    let text = include_str!("data/multilabel.csv");
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().expect("a number")).collect())
        .collect();
    let features = Array2::from_shape_fn((rows.len(), 6), |(row, column)| rows[row][column]);
    let labels = |row: &Vec<f64>| (0..5_u32).filter(|&label| row[6 + label as usize] == 1.0).collect();
    let sets = LabelSets::new(5, rows.iter().map(labels));
    let features = Standardisation::learn(features.view()).apply(features.view());
    (Samples::with_targets(features, Targets::Sets(sets.clone())), sets)
}

/// The weights that the scheme of a case should give.
fn label_weights(case: &SetOptimum) -> LabelWeights {
    let scheme = match case.scheme.split_once(' ') {
        Some(("effective_number", beta)) => Scheme::effective_number(beta.parse().expect("β")).expect("β in [0, 1)"),
        _ if case.scheme == "inverse_frequency" => Scheme::InverseFrequency,
        _ => Scheme::Uniform,
    };
    let weighting = match case.scheme.as_str() {
        "pos_weight" => LabelWeighting::PosWeight,
        _ => LabelWeighting::Scheme(scheme, LabelScale::MeanSampleWeightOne),
    };
    LabelWeights::of(weighting, &case.positives, 700)
}

#[test]
fn label_sets_reach_the_optima_of_scipy() {
    let optima: SetOptimaFile =
        serde_json::from_str(include_str!("data/multilabel_optima.json")).expect("multilabel_optima.json");
    assert_eq!(optima.cases.len(), 10);
    let (samples, sets) = multilabel_samples();
    let samples = Arc::new(samples);
    for case in optima.cases {
        let name = format!("{}, λ = {}", case.scheme, case.l2);
        assert_eq!((case.file.as_str(), &sets.counts()), ("multilabel.csv", &case.positives));
        let weights = label_weights(&case);
        for (got, expected) in
            [(&weights.positive, &case.positive_weights), (&weights.negative, &case.negative_weights)]
        {
            let is_close = got.iter().zip(expected).all(|(got, expected)| (got - expected).abs() <= 1e-12 * expected);
            assert!(is_close && got.len() == 5, "{name}: {got:?} instead of {expected:?}");
        }
        let loss = SetLoss::new(SetLossSpec::Bce).expect("no numbers to be wrong");
        let recipe = Recipe::over_sets(loss, weights.positive, weights.negative);
        let settings = TrainSettings {
            optimiser: Optimiser::Lbfgs,
            learning_rate: 1.0,
            momentum: 0.0,
            batch: Batch::Full,
            l2: case.l2,
            reduction: Reduction::BatchMean,
        };
        let mut trainer = Trainer::new(samples.clone(), recipe, settings, 1);
        while *trainer.status() == Status::Training && trainer.epoch() < 5000 {
            trainer.train_epoch(&[], &AtomicBool::new(false));
        }
        assert!(matches!(trainer.status(), Status::Converged { .. }), "{name}: {:?}", trainer.status());
        let gap = (trainer.objective() / case.objective - 1.0).abs();
        assert!(gap < 1e-6, "{name}: objective {} instead of {}", trainer.objective(), case.objective);
        let probabilities = label_probabilities(trainer.model(), &samples);
        let measures = LabelMeasures::of(&LabelProbabilities { probabilities, sets: &sets }, &[Some(0.5); 5]);
        for ((label, expected), n) in measures.labels.iter().zip(&case.recall_at_half).zip(&case.positives) {
            let off = (label.recall.expect("every label has positives") - expected) * *n as f64;
            assert!(off.abs() <= 1.0 + 1e-9, "{name}: recall {:?} instead of {expected}", label.recall);
        }
    }
}
