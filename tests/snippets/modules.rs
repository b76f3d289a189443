//! Whole objectives as modules: run in Python, they must compute the losses, gradients, starts, predictions and samples that
//! this program trains with.

use longtail_lab::{
    data::{Sampler, class_shares},
    distribution::ClassCounts,
    experiment::{ExperimentSpec, ModuleKind, ModuleSource, ObjectiveSpec, Preset, objective_module},
    loss::{Head, OffsetKind},
    train::{BiasStart, Reduction},
    weighting::SchemeKind,
};
use serde_json::{Value, json};

const EPOCHS: u64 = 10;
/// Samples of each class whose sampler is looked at; the numbers of draws are thousands, so that shares are sure.
const COUNTS: [u64; 4] = [20_000, 4_000, 0, 1_000];

/// Every preset, and what no preset has.
fn objectives() -> Vec<(ObjectiveSpec, Reduction)> {
    let ce = Preset::Ce.objective();
    let others = [
        ObjectiveSpec { offsets: OffsetKind::LogitAdjustment, tau: 0.5, gamma: 0.5, ..ce.clone() },
        ObjectiveSpec { offsets: OffsetKind::Ldam, max_margin: 0.3, gamma: 2.0, ..ce.clone() },
        ObjectiveSpec { weights: SchemeKind::InverseSqrtFrequency, bias_start: BiasStart::ClassShares, ..ce.clone() },
        ObjectiveSpec { head: Head::Sigmoid, bias_start: BiasStart::Probability, alpha: Some(0.75), ..ce.clone() },
        ObjectiveSpec { head: Head::Sigmoid, gamma: 0.5, bias_start: BiasStart::ClassShares, ..ce.clone() },
        ObjectiveSpec { head: Head::Sigmoid, weights: SchemeKind::EffectiveNumber, defer: 0.35, ..ce.clone() },
        ObjectiveSpec { sampler: Sampler::SquareRoot, ..ce.clone() },
        ObjectiveSpec { sampler: Sampler::Progressive, ..ce.clone() },
        ObjectiveSpec { sampler: Sampler::OverSampling, ..ce.clone() },
        ObjectiveSpec { sampler: Sampler::UnderSampling, ..ce },
    ];
    let presets = Preset::ALL.into_iter().map(Preset::objective);
    let both =
        |(idx, objective)| (objective, if idx % 2 == 0 { Reduction::BatchMean } else { Reduction::WeightedMean });
    presets.chain(others).enumerate().map(both).collect()
}

/// A module with the samples that it is run on, and what must come out.
struct Case {
    name: String,
    input: Value,
    expected: Value,
    shares: Vec<f64>,
}

fn case(kind: ModuleKind, objective: ObjectiveSpec, reduction: Reduction, epoch: u64) -> Case {
    let mut spec = ExperimentSpec { objectives: vec![objective.clone()], ..ExperimentSpec::default() };
    (spec.training.epochs, spec.training.reduction) = (EPOCHS, reduction);
    spec.assign_colours();
    let checked = spec.check().expect("an experiment");
    let counts = ClassCounts::new(COUNTS.to_vec()).expect("counts");
    let names = ["3", "5", "10", "20"].map(str::to_owned);
    let source = ModuleSource { experiment: &checked, objective_idx: 0, counts: &counts, labels: &names, origin: None };
    let recipe = checked.recipe(0, &counts, epoch);
    let logits: Vec<Vec<f64>> =
        (0..17).map(|row| (0..4).map(|class| 6.0 * (f64::from(4 * row + class) * 2.3).sin()).collect()).collect();
    let labels: Vec<usize> = (0..17).map(|row| [0, 1, 3][(5 * row + row / 4) % 3]).collect();
    let (mut values, mut gradients, mut predicted) = (Vec::new(), Vec::new(), Vec::new());
    for (row, &label) in logits.iter().zip(&labels) {
        let at = |list: &[f64], class_idx: usize| list.get(class_idx).copied().unwrap_or(0.0);
        let mut shifted: Vec<f64> =
            row.iter().enumerate().map(|(class, z)| z + at(recipe.offsets.training(), class)).collect();
        shifted[label] -= at(recipe.offsets.margins(), label);
        let mut gradient = vec![0.0; 4];
        let weight = recipe.class_weights[label];
        values.push(weight * recipe.loss.value_and_gradient(&shifted, label, &mut gradient));
        gradients.push(gradient.iter().map(|slope| weight * slope).collect::<Vec<f64>>());
        let tested: Vec<f64> = row.iter().enumerate().map(|(class, z)| z + at(recipe.offsets.test(), class)).collect();
        predicted.push((0..4).max_by(|a, b| tested[*a].total_cmp(&tested[*b])).expect("a class"));
    }
    let divisor = match reduction {
        Reduction::BatchMean => labels.len() as f64,
        Reduction::WeightedMean => labels.iter().map(|label| recipe.class_weights[*label]).sum(),
    };
    let is_deferred = objective.is_deferred();
    let module = objective_module(kind, &source);
    Case {
        name: format!("{kind:?}, {}, epoch {epoch}", objective.formula()),
        input: json!({
            "module": module, "logits": logits, "labels": labels, "counts": COUNTS, "is_deferred": is_deferred,
            "epoch": epoch, "n_epochs": EPOCHS,
        }),
        expected: json!({
            "losses": values, "gradients": gradients, "loss": values.iter().sum::<f64>() / divisor,
            "predicted": predicted, "bias": recipe.initial_bias, "index": {"3": 0, "5": 1, "10": 2, "20": 3},
        }),
        shares: class_shares(objective.sampler, &counts, epoch, EPOCHS),
    }
}

fn check_close(got: &Value, expected: &Value, name: &str) {
    match (got, expected) {
        (Value::Array(got), Value::Array(expected)) => {
            assert_eq!(got.len(), expected.len(), "{name}");
            got.iter().zip(expected).for_each(|(got, expected)| check_close(got, expected, name));
        }
        (Value::Number(got), Value::Number(expected)) => {
            let (got, expected) = (got.as_f64().expect("a number"), expected.as_f64().expect("a number"));
            assert!((got - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{name}: {got:e}, not {expected:e}");
        }
        _ => assert_eq!(got, expected, "{name}"),
    }
}

fn check_modules(kind: ModuleKind, name: &str, package: &str) {
    let cases: Vec<Case> = (objectives().into_iter())
        .flat_map(|(objective, reduction)| [0, 7].map(|epoch| case(kind, objective.clone(), reduction, epoch)))
        .collect();
    let input: Vec<Value> = cases.iter().map(|case| case.input.clone()).collect();
    let Some(answers) = super::run_python(name, package, &input) else { return };
    eprintln!("ran {} modules of the kind {kind:?}", cases.len());
    for (case, answer) in cases.iter().zip(&answers) {
        for (figure, expected) in case.expected.as_object().expect("figures") {
            check_close(&answer[figure], expected, &format!("{}: {figure}", case.name));
        }
        // What the module's sampler gives of 25,000 samples: exact where it fills up or cuts down, else within five
        // deviations of a share.
        let drawn: Vec<f64> = serde_json::from_value(answer["drawn"].clone()).expect("numbers of draws");
        let n_drawn: f64 = drawn.iter().sum();
        for (drawn, share) in drawn.iter().zip(&case.shares) {
            let deviation = (share * (1.0 - share) / n_drawn).sqrt();
            assert!((drawn / n_drawn - share).abs() <= 5.0 * deviation, "{}: {answer} {share}", case.name);
        }
    }
}

#[test]
fn modules_in_numpy_compute_what_the_lab_trains_with() {
    check_modules(ModuleKind::Numpy, "numpy_module", "numpy");
}

#[test]
fn modules_in_pytorch_compute_what_the_lab_trains_with() {
    check_modules(ModuleKind::Pytorch, "pytorch_module", "torch");
}

#[test]
fn modules_over_label_sets_compute_the_losses_and_gradients_of_the_lab() {
    use longtail_lab::{
        experiment::multilabel::{LabelModule, LabelNumbers, LabelPreset},
        loss::SetTerms,
        train::ThresholdRule,
        weighting::LabelWeights,
    };
    const N_SAMPLES: u64 = 500;
    let names = ["cat", "dog", "a \"quoted\" one", "never there"].map(str::to_owned);
    let positives = [250, 60, 9, 0];
    let rows: Vec<Vec<f64>> =
        (0..7).map(|row| (0..4).map(|label| 5.0 * (f64::from(4 * row + label) * 1.9).sin()).collect()).collect();
    let targets: Vec<Vec<bool>> =
        (0..7).map(|row| (0..4).map(|label| (row * 3 + label * 5) % 4 == 0).collect()).collect();
    let numbers = LabelNumbers { alpha: Some(0.25), ..LabelNumbers::default() };
    let objectives: Vec<_> = LabelPreset::ALL
        .into_iter()
        .flat_map(|preset| {
            [LabelNumbers::default(), numbers].map(|numbers| preset.objective(&numbers).expect("numbers"))
        })
        .collect();
    let input: Vec<Value> = objectives
        .iter()
        .map(|objective| {
            let module = LabelModule {
                objective,
                names: &names,
                positives: &positives,
                n_samples: N_SAMPLES,
                thresholds: &[Some(0.5), Some(0.2), Some(0.1), None],
                rule: ThresholdRule::Tuned,
            };
            json!({"module": module.pytorch(), "logits": rows, "targets": targets})
        })
        .collect();
    let Some(answers) = super::run_python("label_module", "torch", &input) else { return };
    for (objective, answer) in objectives.iter().zip(&answers) {
        let weights = LabelWeights::of(objective.weighting, &positives, N_SAMPLES);
        let terms = SetTerms::<f64>::new(objective.loss, &weights.positive, &weights.negative, &positives, N_SAMPLES);
        let (mut losses, mut gradients) = (Vec::new(), Vec::new());
        for (row, targets) in rows.iter().zip(&targets) {
            let mut gradient = row.clone();
            losses.push(objective.loss.value_and_gradient(&terms, targets, &mut gradient));
            gradients.push(gradient);
        }
        let name = format!("{objective:?}");
        check_close(&answer["losses"], &json!(losses), &name);
        check_close(&answer["gradients"], &json!(gradients), &name);
        let predicted = |(row, z): (usize, &f64)| 1.0 / (1.0 + (-z).exp()) >= [0.5, 0.2, 0.1, f64::INFINITY][row];
        let expected: Vec<Vec<bool>> = rows.iter().map(|row| row.iter().enumerate().map(predicted).collect()).collect();
        assert_eq!(answer["predicted"], json!(expected), "{name}");
    }
}
