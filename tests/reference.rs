//! Counts, weights and losses against reference values that were computed independently (see `tests/data/README.md`).

#[path = "reference/cases.rs"]
mod cases;
#[path = "reference/label_sets.rs"]
mod label_sets;

use cases::{loss_cases, weight_cases};
use longtail_lab::{
    data::{GeneratorSpec, Samples, Seeds, generate},
    distribution::{ClassCounts, DistributionSpec, Profile},
    experiment::DataSpec,
    loss::{Float, Head, Loss, OffsetKind, OffsetRule, Scalar},
    train::{ClassTerms, LinearModel, Precision, Rows, Sums, Workspace, accumulate},
    weighting::{Normalisation, Scheme, class_weights, effective_number},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct CountsFile {
    cases: Vec<CountsCase>,
}

#[derive(Deserialize)]
struct CountsCase {
    name: String,
    profile: Profile,
    classes: usize,
    max_count: u64,
    imbalance_factor: f64,
    counts: Vec<u64>,
}

#[derive(Deserialize)]
struct OffsetCase {
    offsets: OffsetKind,
    size: f64,
    gamma: f64,
    counts: Vec<u64>,
    logits: Vec<f64>,
    label: u32,
    loss: f64,
    gradient: Vec<f64>,
}

/// Compares number by number; `tolerance` gives the largest difference that an expected value allows.
fn check(got: &[f64], expected: &[f64], tolerance: impl Fn(f64) -> f64, name: &str) {
    assert_eq!(got.len(), expected.len(), "{name}");
    for (idx, (&got, &expected)) in got.iter().zip(expected).enumerate() {
        let difference = (got - expected).abs();
        assert!(difference <= tolerance(expected), "{name}, value {idx}: got {got:e}, expected {expected:e}");
    }
}

fn relative(bound: f64) -> impl Fn(f64) -> f64 {
    move |expected| bound * expected.abs()
}

/// Relative to the magnitude, but never to less than 1.
fn relative_from_one(bound: f64) -> impl Fn(f64) -> f64 {
    move |expected| bound * expected.abs().max(1.0)
}

/// Value and gradient of one sample as one list, the value first.
fn value_and_gradient<F: Float>(loss: Loss, logits: &[F], label: usize) -> Vec<f64> {
    let mut gradient = vec![F::zero(); logits.len()];
    let value = loss.value_and_gradient(logits, label, &mut gradient);
    std::iter::once(value).chain(gradient).map(Scalar::as_f64).collect()
}

#[test]
fn class_weights_match_60_digit_arithmetic() {
    for case in weight_cases() {
        let counts = ClassCounts::new(case.counts.clone()).unwrap();
        let scheme = case.scheme.with_beta(case.beta.unwrap_or_default()).unwrap();
        let got = class_weights(&counts, scheme, case.normalisation);
        check(&got, &case.weights, relative(1e-12), &case.name());
    }
}

#[test]
fn effective_numbers_match_60_digit_arithmetic() {
    let cases: Vec<_> = weight_cases().into_iter().filter(|case| !case.effective_numbers.is_empty()).collect();
    let with_beta = cases.iter().filter(|case| case.beta.is_some()).count();
    assert_eq!((cases.len(), with_beta), (324, 324));
    for case in cases {
        let got: Vec<f64> = case.counts.iter().map(|&n| effective_number(case.beta.unwrap(), n)).collect();
        check(&got, &case.effective_numbers, relative(1e-12), &case.name());
    }
}

#[test]
fn exponential_profiles_match_the_published_counts() {
    let file: CountsFile = serde_json::from_str(include_str!("data/class_counts.json")).unwrap();
    assert_eq!(file.cases.len(), 15);
    for CountsCase { name, profile, classes, max_count, imbalance_factor, counts } in file.cases {
        let spec = DistributionSpec { profile, classes, max_count, imbalance: imbalance_factor, ..Default::default() };
        assert_eq!(spec.counts().unwrap().as_slice(), counts, "{name}");
    }
}

#[test]
fn losses_and_gradients_match_60_digit_arithmetic() {
    let tolerance = |expected: f64| if expected.abs() < 1e-12 { 1e-12 } else { 1e-10 * expected.abs() };
    for case in loss_cases() {
        for (sample_idx, &label) in case.labels.iter().enumerate() {
            let mut got = value_and_gradient(case.loss(), &case.logits[sample_idx], label);
            for x in &mut got {
                *x *= case.class_weights[label];
            }
            let expected = [&case.loss_per_sample[sample_idx..=sample_idx], &case.gradient[sample_idx]].concat();
            check(&got, &expected, tolerance, &case.name(sample_idx));
        }
    }
}

#[test]
fn losses_with_offsets_match_70_digit_arithmetic() {
    let cases: Vec<OffsetCase> = serde_json::from_str(include_str!("data/offsets.json")).expect("offsets.json");
    assert_eq!(cases.len(), 45);
    for case in cases {
        let loss = Loss::new(Head::Softmax, case.gamma, None).unwrap();
        let offsets = OffsetRule::new(case.offsets, case.size, case.size).unwrap().offsets(&case.counts);
        // A model whose bias is the logits, so that the gradient of the bias is that of the logits.
        let mut model = LinearModel::<f64>::zeros(1, case.counts.len());
        model.shift_bias(&case.logits);
        let terms = ClassTerms::new(case.counts.iter().map(|_| 1.0), &offsets);
        let samples = Samples::new(ndarray::array![[0.0]], vec![case.label]);
        let mut gradient = vec![0.0; model.params().len()];
        let sums =
            accumulate(loss, &terms, &model, &samples, Rows::Range(0..1), &mut gradient, &mut Workspace::default());
        let got: Vec<f64> = std::iter::once(sums.weighted_loss).chain(gradient.split_off(case.counts.len())).collect();
        let expected = [&[case.loss], case.gradient.as_slice()].concat();
        let name = format!("{:?} {} γ = {} counts {:?}", case.offsets, case.size, case.gamma, case.counts);
        check(&got, &expected, |expected| 1e-12 * expected.abs().max(1e-3), &name);
    }
}

#[test]
fn losses_in_single_precision_match_those_in_double_precision() {
    for case in loss_cases() {
        for (sample_idx, &label) in case.labels.iter().enumerate() {
            // Both start from the same rounded logits, so that the rounding of the input is not what is measured.
            let single: Vec<f32> = case.logits[sample_idx].iter().map(|&z| z as f32).collect();
            let double: Vec<f64> = single.iter().copied().map(f64::from).collect();
            let got = value_and_gradient(case.loss(), &single, label);
            let expected = value_and_gradient(case.loss(), &double, label);
            check(&got, &expected, relative_from_one(1e-5), &case.name(sample_idx));
        }
    }
}

#[test]
fn a_batch_in_single_precision_matches_one_in_double_precision() {
    let counts = DistributionSpec { max_count: 300, ..Default::default() }.counts().unwrap();
    let samples = generate(&gaussians(), &counts, Seeds::all(1)).unwrap().train;
    for head in Head::ALL {
        for gamma in [0.0, 2.0] {
            let loss = Loss::new(head, gamma, None).unwrap();
            let (got_sums, got) = pass::<f32>(loss, &counts, &samples);
            let (expected_sums, expected) = pass::<f64>(loss, &counts, &samples);
            let name = format!("{head:?} γ = {gamma}");
            let largest = expected.iter().fold(0.0_f64, |largest, g| largest.max(g.abs()));
            check(&got, &expected, |_| 1e-5 * largest, &format!("{name}, gradient"));
            let sums = |sums: Sums| [sums.weighted_loss, sums.weight];
            check(&sums(got_sums), &sums(expected_sums), relative(1e-5), &format!("{name}, sums"));
        }
    }
}

fn gaussians() -> GeneratorSpec {
    DataSpec { features: 6, label_noise: 0.1, test_per_class: 1, ..DataSpec::default() }.generator()
}

/// Sums and gradient over all samples at a model away from the start.
fn pass<F: Precision>(loss: Loss, counts: &ClassCounts, samples: &Samples) -> (Sums, Vec<f64>) {
    let weights = class_weights(counts, Scheme::InverseFrequency, Normalisation::SumToClasses);
    let terms = ClassTerms::<F>::weights(weights.into_iter());
    let mut model = LinearModel::<F>::zeros(samples.n_features(), counts.n_classes());
    for (i, p) in model.params_mut().iter_mut().enumerate() {
        *p = F::from_f64((i as f64 * 0.7).sin());
    }
    let mut gradient = vec![F::zero(); model.params().len()];
    let sums = accumulate(
        loss,
        &terms,
        &model,
        samples,
        Rows::Range(0..samples.len()),
        &mut gradient,
        &mut Workspace::default(),
    );
    (sums, gradient.into_iter().map(Scalar::as_f64).collect())
}
