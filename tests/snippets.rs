//! Snippets that take class weights elsewhere: their numbers against the references, and what they compute when they
//! are run, wherever Python and the package that they need are found.
//!
//! `LONGTAIL_PYTHON` names the interpreter, `python3` otherwise.

use std::{fs, path::Path, process::Command};

#[path = "reference/cases.rs"]
mod cases;
#[path = "snippets/modules.rs"]
mod modules;

use cases::{LossCase, WeightCase, loss_cases, weight_cases};
use longtail_lab::{
    distribution::ClassCounts,
    loss::{Head, Loss},
    weighting::{Beta, Normalisation, Scheme, SnippetKind, SnippetSource, class_weights, snippet},
};
use serde_json::{Value, json};

// ---- Text ----

/// The weights that stand in a snippet.
fn weights_in(kind: SnippetKind, text: &str) -> Vec<f64> {
    let between = |start: &str, open: char, close: char| {
        let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
        let (_, rest) = rest.split_once(open).expect("an opening bracket");
        rest.split_once(close).expect("a closing bracket").0.to_owned()
    };
    let numbers = |list: &str, after_key: bool| {
        let items = list.split(',').map(str::trim).filter(|item| !item.is_empty()).enumerate();
        items
            .map(|(idx, item)| {
                let number = if after_key {
                    let (key, number) = item.split_once(": ").expect("a key");
                    assert_eq!(key, idx.to_string());
                    number
                } else {
                    item
                };
                number.parse().unwrap_or_else(|_| panic!("{number} is no number"))
            })
            .collect()
    };
    match kind {
        SnippetKind::Python
        | SnippetKind::Numpy
        | SnippetKind::Pytorch
        | SnippetKind::PytorchFocal
        | SnippetKind::Torchvision => numbers(&between("class_weights =", '[', ']'), false),
        SnippetKind::Keras | SnippetKind::Sklearn => numbers(&between("class_weight =", '{', '}'), true),
        SnippetKind::Json => {
            let value: Value = serde_json::from_str(text).expect("JSON");
            serde_json::from_value(value["weights"].clone()).expect("a list of numbers")
        }
        SnippetKind::Csv => {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            assert_eq!(
                reader.headers().expect("a heading"),
                vec!["class", "count", "weight", "scheme", "beta", "normalisation"]
            );
            reader.records().map(|row| row.expect("a row")[2].parse().expect("a number")).collect()
        }
    }
}

#[test]
fn numbers_in_every_snippet_are_the_reference_weights_and_lose_no_digit() {
    for WeightCase { counts, scheme, beta, normalisation, weights: expected, .. } in weight_cases() {
        let counts = ClassCounts::new(counts).unwrap();
        let scheme = scheme.with_beta(beta.unwrap_or_default()).unwrap();
        let ours = class_weights(&counts, scheme, normalisation);
        for kind in SnippetKind::ALL {
            let source = SnippetSource { gamma: 2.0, ..SnippetSource::new(&counts, scheme, normalisation) };
            let got = weights_in(kind, &snippet(kind, source));
            let name = format!("{kind:?} {scheme:?} {normalisation:?} {counts:?}");
            assert_eq!(got, ours, "{name}");
            for (got, expected) in got.iter().zip(&expected) {
                assert!((got - expected).abs() <= 1e-12 * expected.abs(), "{name}: {got:e} {expected:e}");
            }
        }
    }
}

#[test]
fn every_snippet_says_how_it_is_scaled_and_reduced() {
    let counts = ClassCounts::new(vec![2000, 200, 20]).unwrap();
    for kind in SnippetKind::ALL {
        for (normalisation, words, name) in [
            (Normalisation::SumToClasses, "sum to classes, Σ w = ", "sum_to_classes"),
            (Normalisation::MeanSampleWeightOne, "mean sample weight one, Σ n·w = Σ n", "mean_sample_weight_one"),
            (Normalisation::None, "none, the weights as the scheme gives them", "none"),
        ] {
            let scheme = Scheme::EffectiveNumber { beta: Beta::USUAL };
            let source = SnippetSource { gamma: 2.0, ..SnippetSource::new(&counts, scheme, normalisation) };
            let text = snippet(kind, source);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{kind:?}: {text:?}");
            assert!(text.lines().all(|line| kind == SnippetKind::Json || line.chars().count() <= 100), "{text}");
            if kind == SnippetKind::Csv {
                assert!(
                    text.lines().skip(1).all(|row| row.ends_with(&format!("effective_number,0.999,{name}"))),
                    "{text}"
                );
                continue;
            }
            for words in [words, "β = 0.999: w = 1/E_n", "batch mean, Σ w·l / B"] {
                let words =
                    if kind == SnippetKind::Json { words.replace("batch mean,", "batch mean") } else { words.into() };
                assert!(text.contains(&words), "{kind:?} does not say {words}: {text}");
            }
            assert!(text.to_lowercase().contains("reduction: "), "{text}");
        }
    }
}

#[test]
fn focal_parameters_stand_where_torchvision_has_them() {
    let counts = ClassCounts::new(vec![3, 1]).unwrap();
    let text = |kind, gamma, alpha| {
        let (scheme, normalisation) = (Scheme::Uniform, Normalisation::None);
        snippet(kind, SnippetSource { gamma, alpha, ..SnippetSource::new(&counts, scheme, normalisation) })
    };
    let sigmoid = |gamma, alpha| text(SnippetKind::Torchvision, gamma, alpha);
    assert!(sigmoid(2.0, Some(0.25)).contains("def sigmoid_focal_loss(inputs, targets, alpha=0.25, gamma=2.0):"));
    assert!(sigmoid(0.5, None).contains("alpha=-1.0, gamma=0.5):"));
    assert!(text(SnippetKind::PytorchFocal, 0.5, None).contains("def losses(logits, labels, gamma=0.5):"));
    // What has no place in a snippet changes nothing in it.
    for kind in SnippetKind::ALL {
        assert_eq!(kind.has_gamma(), text(kind, 2.0, None) != text(kind, 0.5, None), "{kind:?}");
        assert_eq!(kind.has_alpha(), text(kind, 2.0, Some(0.25)) != text(kind, 2.0, None), "{kind:?}");
    }
}

// ---- Running them ----

/// A snippet with samples to run it on and what it must compute.
struct RunCase {
    name: String,
    snippet: String,
    logits: Vec<Vec<f64>>,
    labels: Vec<usize>,
    weights: Vec<f64>,
    batch_mean: f64,
    weighted_mean: f64,
    batch_mean_gradient: Vec<Vec<f64>>,
    weighted_mean_gradient: Vec<Vec<f64>>,
}

impl RunCase {
    fn new(
        kind: SnippetKind,
        counts: &[u64],
        scheme: Scheme,
        normalisation: Normalisation,
        focal: (f64, Option<f64>),
    ) -> Self {
        let counts = ClassCounts::new(counts.to_vec()).expect("counts");
        let gamma = if kind.has_gamma() { focal.0 } else { 0.0 };
        let (head, alpha) = if kind.has_alpha() { (Head::Sigmoid, focal.1) } else { (Head::Softmax, None) };
        let source = SnippetSource { gamma, alpha, ..SnippetSource::new(&counts, scheme, normalisation) };
        let weights = class_weights(&counts, scheme, normalisation);
        let n_classes = counts.n_classes();
        let logits: Vec<Vec<f64>> = (0..17)
            .map(|row| (0..n_classes).map(|class| 3.0 * ((row * n_classes + class) as f64 * 1.7).sin()).collect())
            .collect();
        let labels: Vec<usize> = (0..17).map(|row| (7 * row + row / 3) % n_classes).collect();

        let loss = Loss::new(head, gamma, alpha).expect("a loss");
        let (mut total, mut gradients) = (0.0, Vec::new());
        for (row, &label) in logits.iter().zip(&labels) {
            let mut gradient = vec![0.0; n_classes];
            total += weights[label] * loss.value_and_gradient(row, label, &mut gradient);
            gradients.push(gradient.iter().map(|slope| slope * weights[label]).collect::<Vec<f64>>());
        }
        let (n_samples, weight) = (labels.len() as f64, labels.iter().map(|&label| weights[label]).sum::<f64>());
        let over = |divisor: f64| gradients.iter().map(|row| row.iter().map(|x| x / divisor).collect()).collect();
        Self {
            name: format!("{kind:?} {scheme:?} {normalisation:?} {counts:?} γ, α = {focal:?}"),
            snippet: snippet(kind, source),
            batch_mean: total / n_samples,
            weighted_mean: total / weight,
            batch_mean_gradient: over(n_samples),
            weighted_mean_gradient: over(weight),
            logits,
            labels,
            weights,
        }
    }

    fn all(kind: SnippetKind) -> Vec<Self> {
        let mut cases = Vec::new();
        let schemes = [
            Scheme::Uniform,
            Scheme::InverseFrequency,
            Scheme::InverseSqrtFrequency,
            Scheme::EffectiveNumber { beta: Beta::USUAL },
        ];
        let focals = [(0.0, None), (2.0, Some(0.25)), (0.5, None), (1.0, Some(0.75))];
        for (scheme, focal) in schemes.into_iter().zip(focals) {
            for normalisation in Normalisation::ALL {
                cases.push(Self::new(kind, &[2000, 200, 20], scheme, normalisation, focal));
                cases.push(Self::new(kind, &[31, 0, 500, 7], scheme, normalisation, focal));
            }
        }
        cases
    }

    fn check(&self, answer: &Value) {
        let close = |got: &Value, expected: f64, what: &str| {
            let got = got.as_f64().unwrap_or_else(|| panic!("{}: no {what} in {answer}", self.name));
            let difference = (got - expected).abs();
            assert!(
                difference <= 1e-12 * expected.abs().max(1e-3),
                "{}: {what} {got:e}, expected {expected:e}",
                self.name
            );
        };
        let weights: Vec<f64> = serde_json::from_value(answer["weights"].clone()).expect("weights");
        assert_eq!(weights, self.weights, "{}", self.name);
        for (what, expected) in
            [("batch_mean", self.batch_mean), ("fitted", self.batch_mean), ("weighted_mean", self.weighted_mean)]
        {
            if !answer[what].is_null() {
                close(&answer[what], expected, what);
            }
        }
        for (what, expected) in [
            ("batch_mean_gradient", &self.batch_mean_gradient),
            ("weighted_mean_gradient", &self.weighted_mean_gradient),
        ] {
            if answer[what].is_null() {
                continue;
            }
            for (row, expected) in expected.iter().enumerate() {
                for (column, &expected) in expected.iter().enumerate() {
                    close(&answer[what][row][column], expected, what);
                }
            }
        }
        if let Some(steepest) = answer["steepest"].as_f64() {
            let at_zero = answer["steepest_at_zero"].as_f64().expect("a slope");
            assert!(steepest < 1e-4 * at_zero, "{}: slope {steepest:e}, at zero {at_zero:e}", self.name);
        }
    }
}

/// What Python makes of every case of a kind; `None`, with a word on why, where it lacks the package.
fn run(kind: SnippetKind, package: &str, cases: &[Value]) -> Option<Vec<Value>> {
    let name = serde_json::to_value(kind).expect("a name");
    let answers = run_python(name.as_str().expect("a name"), package, cases)?;
    eprintln!("ran {} {kind:?} snippets with {package}", cases.len());
    Some(answers)
}

/// What run.py makes of every case of a kind; `None`, with a word on why, where Python lacks the package.
fn run_python(kind: &str, package: &str, cases: &[Value]) -> Option<Vec<Value>> {
    let python = std::env::var("LONGTAIL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", &format!("import {package}")]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {python} cannot import {package}, so code of the kind {kind} was not run");
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("cases.json");
    fs::write(&path, serde_json::to_vec(cases).expect("JSON")).expect("a file in a temporary folder");
    let output = Command::new(&python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snippets/run.py"))
        .args([kind.as_ref(), path.as_os_str()])
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON on standard output");
    assert_eq!(answers.len(), cases.len());
    Some(answers)
}

/// Runs every case of a kind, or says why not; `figures` are what the answers must hold.
fn check_runs(kind: SnippetKind, package: &str, figures: &[&str]) {
    let cases = RunCase::all(kind);
    let input: Vec<Value> = cases
        .iter()
        .map(|case| json!({"snippet": case.snippet, "logits": case.logits, "labels": case.labels}))
        .collect();
    let Some(answers) = run(kind, package, &input) else { return };
    for (case, answer) in cases.iter().zip(&answers) {
        assert!(figures.iter().all(|figure| !answer[figure].is_null()), "{}: {answer}", case.name);
        case.check(answer);
    }
    assert!(kind != SnippetKind::Sklearn || answers.iter().any(|answer| !answer["steepest"].is_null()));
}

/// Runs a kind on the reference losses that it can compute, with their class weights in place of its own.
fn check_references(kind: SnippetKind, package: &str) {
    let head = if kind.has_alpha() { Head::Sigmoid } else { Head::Softmax };
    let can_compute = |case: &LossCase| case.head == head && (case.gamma == 0.0 || kind.has_gamma());
    let cases: Vec<LossCase> = loss_cases().into_iter().filter(can_compute).collect();
    let input = cases.iter().map(|case| {
        let counts = ClassCounts::new(vec![1; case.class_weights.len()]).expect("counts");
        let (scheme, normalisation) = (Scheme::Uniform, Normalisation::None);
        let source = SnippetSource {
            gamma: case.gamma,
            alpha: case.alpha,
            ..SnippetSource::new(&counts, scheme, normalisation)
        };
        let text = snippet(kind, source);
        json!({"snippet": text, "logits": case.logits, "labels": case.labels, "class_weights": case.class_weights})
    });
    let Some(answers) = run(kind, package, &input.collect::<Vec<_>>()) else { return };
    for (case, answer) in cases.iter().zip(answers) {
        let check = |got: &Value, expected: f64, name: &str| {
            let got = got.as_f64().unwrap_or_else(|| panic!("{name}: {got} is no number"));
            // The reference has 60 digits; frameworks lose a few on extreme logits.
            assert!(
                (got - expected).abs() <= 1e-12 * expected.abs().max(1.0),
                "{name}: {got:e}, expected {expected:e}"
            );
        };
        for (idx, (&loss, gradient)) in case.loss_per_sample.iter().zip(&case.gradient).enumerate() {
            check(&answer["losses"][idx], loss, &case.name(idx));
            for (class_idx, &slope) in gradient.iter().enumerate().filter(|_| package == "torch") {
                check(&answer["gradients"][idx][class_idx], slope, &format!("{}, slope {class_idx}", case.name(idx)));
            }
        }
    }
}

#[test]
fn the_softmax_focal_loss_reproduces_our_loss_and_gradient_in_pytorch() {
    let figures = ["batch_mean", "weighted_mean", "batch_mean_gradient", "weighted_mean_gradient"];
    check_runs(SnippetKind::PytorchFocal, "torch", &figures);
}

#[test]
fn snippets_reproduce_the_reference_losses() {
    check_references(SnippetKind::Python, "math");
    check_references(SnippetKind::Numpy, "numpy");
    check_references(SnippetKind::PytorchFocal, "torch");
    check_references(SnippetKind::Torchvision, "torch");
}

#[test]
fn plain_python_reproduces_our_loss() {
    check_runs(SnippetKind::Python, "math", &["batch_mean", "weighted_mean"]);
}

#[test]
fn numpy_reproduces_our_loss() {
    check_runs(SnippetKind::Numpy, "numpy", &["batch_mean", "weighted_mean"]);
}

#[test]
fn pytorch_reproduces_our_loss_and_gradient_under_both_reductions() {
    let figures = ["batch_mean", "weighted_mean", "batch_mean_gradient", "weighted_mean_gradient"];
    check_runs(SnippetKind::Pytorch, "torch", &figures);
}

#[test]
fn the_sigmoid_focal_loss_reproduces_our_loss_and_gradient_in_pytorch() {
    let figures = ["batch_mean", "weighted_mean", "batch_mean_gradient", "weighted_mean_gradient"];
    check_runs(SnippetKind::Torchvision, "torch", &figures);
}

#[test]
fn keras_reproduces_our_batch_mean_by_hand_and_in_fit() {
    check_runs(SnippetKind::Keras, "tensorflow", &["batch_mean", "fitted"]);
}

#[test]
fn scikit_learn_reproduces_our_loss_and_minimises_it() {
    check_runs(SnippetKind::Sklearn, "sklearn", &["batch_mean", "weighted_mean"]);
}

#[test]
fn json_and_csv_are_read_by_python_without_losing_a_digit() {
    check_runs(SnippetKind::Json, "json", &["weights"]);
    check_runs(SnippetKind::Csv, "csv", &["weights"]);
}

// ---- Classes ----

/// Rows of a file: labels in a wild order, the one at place k (k + 3)² mod 41 times and once more.
fn file_of(labels: &[i64]) -> String {
    let rows = labels.iter().enumerate().flat_map(|(place, label)| {
        let n = 1 + (place + 3).pow(2) % 41;
        (0..n).map(move |row| format!("{}.5,{label}\n", row * 7 % 13))
    });
    "x,age\n".to_owned() + &rows.collect::<Vec<_>>().concat()
}

/// What somebody does with the code: reads the file with an encoder of their own, and works the weights out again.
const WHOSE_WEIGHT: &str = r"
import csv, sys
code, data, is_dictionary, tolerance = sys.argv[1:]
names = {}
exec(open(code, encoding='utf-8').read(), names)
rows = list(csv.DictReader(open(data)))
counts = {}
for row in rows:
    counts[int(row['age'])] = counts.get(int(row['age']), 0) + 1
for label, count in counts.items():
    if is_dictionary == 'True':
        weight = names['class_weight'][label]
    else:
        weight = names['class_weights'][names['label_to_index'][label]]
    expected = len(rows) / (len(counts) * count)
    assert abs(weight - expected) <= float(tolerance) * expected, (label, weight, expected)
encoder = sorted(counts)
assert [names['label_to_index'][label] for label in encoder] == list(range(len(encoder)))
";

#[test]
fn every_weight_goes_to_the_class_that_it_was_made_for() {
    use longtail_lab::data::{ImportSettings, ReadHooks, Scan};
    let python = std::env::var("LONGTAIL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let has = |package: &str| {
        let found = Command::new(&python).args(["-c", &format!("import {package}")]).output();
        found.is_ok_and(|output| output.status.success())
    };
    let twenty_eight: Vec<i64> = (0..28).map(|place| 1 + place * 17 % 28).collect();
    for labels in [&twenty_eight[..], &[7, 1, 4, 2, 5, 3], &[-1, 1]] {
        let text = file_of(labels);
        let (data, code) = (folder.path().join("data.csv"), folder.path().join("code.py"));
        fs::write(&data, &text).expect("a file in a temporary folder");
        let settings = ImportSettings::default();
        let scan = Scan::read(text.as_bytes(), None, &settings, &ReadHooks::silent()).expect("a table");
        let (names, counts): (Vec<String>, Vec<u64>) = scan.inspect(&settings).class_counts.into_iter().unzip();
        let mut sorted = labels.to_vec();
        sorted.sort_unstable();
        assert_eq!(names, sorted.iter().map(ToString::to_string).collect::<Vec<_>>(), "numeric order");
        let counts = ClassCounts::new(counts).expect("counts");
        for (kind, package) in [
            (SnippetKind::Python, "csv"),
            (SnippetKind::Numpy, "numpy"),
            (SnippetKind::Pytorch, "torch"),
            (SnippetKind::Sklearn, "sklearn"),
        ] {
            let (scheme, normalisation) = (Scheme::InverseFrequency, Normalisation::MeanSampleWeightOne);
            let source = SnippetSource {
                labels: &names,
                origin: Some("all rows of data.csv"),
                ..SnippetSource::new(&counts, scheme, normalisation)
            };
            let text = snippet(kind, source);
            assert_eq!(text.contains("Labels run from"), names[0] != "0", "{text}");
            if !has(package) {
                eprintln!(
                    "skipped: {python} cannot import {package}, so whose weight is whose was not run for {kind:?}"
                );
                continue;
            }
            fs::write(&code, text).expect("a file in a temporary folder");
            let is_dictionary = if kind == SnippetKind::Sklearn { "True" } else { "False" };
            // PyTorch's numbers are single precision.
            let tolerance = if kind == SnippetKind::Pytorch { "1e-6" } else { "1e-12" };
            let output = Command::new(&python)
                .args(["-c", WHOSE_WEIGHT])
                .args([code.as_os_str(), data.as_os_str(), is_dictionary.as_ref(), tolerance.as_ref()])
                .output()
                .expect("Python starts");
            assert!(output.status.success(), "{kind:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
