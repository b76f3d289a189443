//! Implementations that have a fault each, written as their authors would: the checker has to name it.

use super::*;
use crate::loss::{Balance, Head, SetLossSpec, SetTerms};

/// A faulty implementation: value of a sample from its logits, with what is held constant in the gradient at other logits.
type Implementation<'a> = &'a dyn Fn(&[f64], &[f64]) -> f64;

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// Value and gradient of an implementation, by central differences.
fn printed(logits: &[Vec<f64>], of: impl Fn(usize, &[f64], &[f64]) -> f64) -> Printed {
    let mut printed = Printed { loss_per_sample: Some(vec![]), gradient: Some(vec![]), batch_loss: None };
    for (sample_idx, row) in logits.iter().enumerate() {
        let implementation: Implementation<'_> = &|z, fixed| of(sample_idx, z, fixed);
        printed.loss_per_sample.as_mut().unwrap().push(implementation(row, row));
        let slope = |idx: usize| {
            let at = |step: f64| {
                let mut moved = row.clone();
                moved[idx] += step;
                implementation(&moved, row)
            };
            (at(1e-5) - at(-1e-5)) / 2e-5
        };
        printed.gradient.as_mut().unwrap().push((0..row.len()).map(slope).collect());
    }
    printed
}

fn logits() -> Vec<Vec<f64>> {
    let number = |i: usize| ((i as f64 * 12.9898).sin() * 43758.5453).fract() * 5.0;
    (0..5).map(|row| (0..4).map(|column| number(row * 4 + column)).collect()).collect()
}

const W_POSITIVE: [f64; 4] = [3.0, 1.5, 8.0, 2.0];
const W_NEGATIVE: [f64; 4] = [1.0, 0.5, 1.0, 0.75];
const POSITIVES: [u64; 4] = [400, 90, 20, 700];

fn labels() -> Vec<Vec<bool>> {
    let row = |bits: u8| (0..4).map(|label| bits >> label & 1 == 1).collect();
    [0b0101, 0b0010, 0b0000, 0b1111, 0b1100].map(row).to_vec()
}

/// Diagnoses of what was printed for a loss over label sets.
fn of_sets(spec: SetLossSpec, logits: &[Vec<f64>], printed: &Printed) -> Vec<Diagnosis> {
    let question = Question::Sets {
        loss: SetLoss::new(spec).unwrap(),
        positive_weights: &W_POSITIVE,
        negative_weights: &W_NEGATIVE,
        positives: &POSITIVES,
        n_samples: 1000,
        logits,
        labels: &labels(),
    };
    check_answers(&question, printed, 1e-5).1
}

const CLASS_WEIGHTS: [f64; 4] = [0.3, 2.0, 5.0, 1.0];
const CLASSES: [usize; 5] = [0, 1, 2, 3, 1];

fn of_classes(head: Head, gamma: f64, alpha: Option<f64>, logits: &[Vec<f64>], printed: &Printed) -> Vec<Diagnosis> {
    let loss = Loss::new(head, gamma, alpha).unwrap();
    let question = Question::Classes { loss, class_weights: &CLASS_WEIGHTS, logits, labels: &CLASSES };
    check_answers(&question, printed, 1e-5).1
}

fn check(found: &[Diagnosis], expected: &[&str]) {
    let Some(first) = found.first() else { panic!("{expected:?} was not found") };
    assert_eq!(first.keys(), expected, "{found:?}");
    assert!(!first.in_words().is_empty() && !first.in_words().ends_with('.'));
}

/// −w⁺ y ln p − w⁻ (1 − y) ln(1 − p), summed.
fn bce(z: &[f64], y: &[f64], w_positive: &[f64], w_negative: &[f64]) -> f64 {
    let terms = z.iter().zip(y).enumerate().map(|(k, (&z, &y))| {
        let p = sigmoid(z);
        -w_positive[k] * y * p.ln() - w_negative[k] * (1.0 - y) * (1.0 - p).ln()
    });
    terms.sum()
}

fn zeros_and_ones(sample_idx: usize) -> Vec<f64> {
    labels()[sample_idx].iter().map(|&is| f64::from(u8::from(is))).collect()
}

/// Focal loss as a port writes it: α_t (1 − p_t)^γ · w · bce, with `fixed` logits for the modulating factor.
fn focal(z: &[f64], fixed: &[f64], y: &[f64], gamma: f64, alpha: Option<f64>) -> f64 {
    let terms = (0..z.len()).map(|k| {
        let is = y[k] == 1.0;
        let p_t = |z: f64| if is { sigmoid(z) } else { sigmoid(-z) };
        let weight = if is { W_POSITIVE[k] } else { W_NEGATIVE[k] };
        let alpha_t = alpha.map_or(1.0, |alpha| if is { alpha } else { 1.0 - alpha });
        alpha_t * (1.0 - p_t(fixed[k])).powf(gamma) * weight * -p_t(z[k]).ln()
    });
    terms.sum()
}

const FOCAL: SetLossSpec = SetLossSpec::Focal { gamma: 2.0, alpha: Some(0.25) };
const ASL: SetLossSpec = SetLossSpec::Asl { gamma_positive: 1.0, gamma_negative: 4.0, margin: 0.05 };

#[test]
fn implementations_without_a_fault_agree() {
    let logits = logits();
    for spec in [SetLossSpec::Bce, FOCAL, ASL, SetLossSpec::DistributionBalanced(Balance::default())] {
        let loss = SetLoss::new(spec).unwrap();
        let terms = SetTerms::new(loss, &W_POSITIVE, &W_NEGATIVE, &POSITIVES, 1000);
        let value = |sample_idx: usize, z: &[f64], _: &[f64]| {
            loss.value_and_gradient(&terms, &labels()[sample_idx], &mut z.to_vec())
        };
        let mut printed = printed(&logits, value);
        printed.batch_loss = Some(printed.loss_per_sample.iter().flatten().sum::<f64>() / 5.0);
        assert_eq!(of_sets(spec, &logits, &printed), [], "{spec:?}");
    }
    for (head, gamma) in [(Head::Softmax, 0.0), (Head::Softmax, 2.0), (Head::Sigmoid, 2.0)] {
        let loss = Loss::new(head, gamma, None).unwrap();
        let value = |sample_idx: usize, z: &[f64], _: &[f64]| {
            let label = CLASSES[sample_idx];
            CLASS_WEIGHTS[label] * loss.value_and_gradient(z, label, &mut [0.0; 4])
        };
        assert_eq!(of_classes(head, gamma, None, &logits, &printed(&logits, value)), [], "{head:?} {gamma}");
    }
}

#[test]
fn means_and_sums_in_place_of_each_other_are_named() {
    let logits = logits();
    let right = printed(&logits, |s, z, _| bce(z, &zeros_and_ones(s), &W_POSITIVE, &W_NEGATIVE));
    let scaled = |loss: f64, slope: f64| Printed {
        loss_per_sample: right.loss_per_sample.as_ref().map(|all| all.iter().map(|x| x * loss).collect()),
        gradient: right
            .gradient
            .as_ref()
            .map(|rows| rows.iter().map(|row| row.iter().map(|x| x * slope).collect()).collect()),
        batch_loss: None,
    };
    let check_scaled = |loss, slope, expected: &[&str]| {
        check(&of_sets(SetLossSpec::Bce, &logits, &scaled(loss, slope)), expected);
    };
    // .mean(dim=1), and .sum() of means before backward().
    check_scaled(0.25, 0.25, &["mean_of_labels"]);
    // loss.mean().backward().
    check_scaled(1.0, 0.2, &["mean_of_samples"]);
    check_scaled(0.25, 0.05, &["mean_of_labels", "mean_of_all"]);
    let total: f64 = right.loss_per_sample.iter().flatten().sum();
    let batch = |value: f64| {
        let printed = Printed { batch_loss: Some(value), ..Printed::default() };
        of_sets(SetLossSpec::Bce, &logits, &printed)
    };
    assert_eq!(batch(total / 5.0), []);
    check(&batch(total), &["sum_of_samples"]);
    // BCEWithLogitsLoss() as it comes.
    check(&batch(total / 20.0), &["mean_of_labels"]);
    check(&batch(total / 5.0 * 4.0), &["sum_of_labels"]);
}

#[test]
fn the_weighted_mean_of_a_cross_entropy_is_named() {
    let logits = logits();
    let loss = Loss::new(Head::Softmax, 0.0, None).unwrap();
    let total: f64 = (0..5)
        .map(|s| CLASS_WEIGHTS[CLASSES[s]] * loss.value_and_gradient(&logits[s], CLASSES[s], &mut [0.0; 4]))
        .sum();
    let weight: f64 = CLASSES.iter().map(|&label| CLASS_WEIGHTS[label]).sum();
    let batch = |value: f64| {
        let printed = Printed { batch_loss: Some(value), ..Printed::default() };
        of_classes(Head::Softmax, 0.0, None, &logits, &printed)
    };
    check(&batch(total / weight), &["weighted_mean"]);
    check(&batch(total), &["sum_of_samples"]);
}

#[test]
fn a_weight_on_the_whole_column_is_named() {
    let logits = logits();
    let sets = printed(&logits, |s, z, _| bce(z, &zeros_and_ones(s), &W_POSITIVE, &W_POSITIVE));
    check(&of_sets(SetLossSpec::Bce, &logits, &sets), &["weight_of_column"]);
    // BCEWithLogitsLoss(weight = class weights) on one-hot labels.
    let one_hot = |s: usize| (0..4).map(|k| f64::from(u8::from(CLASSES[s] == k))).collect::<Vec<f64>>();
    let classes = printed(&logits, |s, z, _| bce(z, &one_hot(s), &CLASS_WEIGHTS, &CLASS_WEIGHTS));
    check(&of_classes(Head::Sigmoid, 0.0, None, &logits, &classes), &["weight_of_column"]);
}

#[test]
fn an_alpha_the_wrong_way_round_is_named() {
    let logits = logits();
    let sets = printed(&logits, |s, z, _| focal(z, z, &zeros_and_ones(s), 2.0, Some(0.75)));
    check(&of_sets(FOCAL, &logits, &sets), &["alpha_swapped"]);
    let swapped = Loss::new(Head::Sigmoid, 2.0, Some(0.75)).unwrap();
    let classes = printed(&logits, |s, z, _| {
        CLASS_WEIGHTS[CLASSES[s]] * swapped.value_and_gradient(z, CLASSES[s], &mut [0.0; 4])
    });
    check(&of_classes(Head::Sigmoid, 2.0, Some(0.25), &logits, &classes), &["alpha_swapped"]);
}

#[test]
fn a_focus_from_the_weighted_loss_is_named() {
    let logits = logits();
    // ce = bce_with_logits(z, y, pos_weight, reduction="none"); pt = exp(-ce); alpha * (1 - pt) ** 2 * ce
    let sets = printed(&logits, |s, z, _| {
        let y = zeros_and_ones(s);
        let of_label = |k: usize| {
            let ce = bce(&z[k..=k], &y[k..=k], &W_POSITIVE[k..=k], &W_NEGATIVE[k..=k]);
            let alpha_t = if y[k] == 1.0 { 0.25 } else { 0.75 };
            alpha_t * (1.0 - (-ce).exp()).powi(2) * ce
        };
        (0..4).map(of_label).sum()
    });
    check(&of_sets(FOCAL, &logits, &sets), &["focus_of_weighted_loss"]);
    // ce = cross_entropy(z, y, weight, reduction="none"); pt = exp(-ce); (1 - pt) ** 2 * ce
    let classes = printed(&logits, |s, z, _| {
        let total: f64 = z.iter().map(|z| z.exp()).sum();
        let ce = -CLASS_WEIGHTS[CLASSES[s]] * (z[CLASSES[s]].exp() / total).ln();
        (1.0 - (-ce).exp()).powi(2) * ce
    });
    check(&of_classes(Head::Softmax, 2.0, None, &logits, &classes), &["focus_of_weighted_loss"]);
}

#[test]
fn labels_of_minus_one_are_named() {
    let logits = logits();
    let y = |s: usize| labels()[s].iter().map(|&is| if is { 1.0 } else { -1.0 }).collect::<Vec<f64>>();
    let sets = printed(&logits, |s, z, _| bce(z, &y(s), &W_POSITIVE, &W_NEGATIVE));
    check(&of_sets(SetLossSpec::Bce, &logits, &sets), &["minus_one_labels"]);
    // torchvision's sigmoid_focal_loss on such labels, without weights of its own.
    let focal = printed(&logits, |s, z, _| {
        let y = y(s);
        let of_label = |k: usize| {
            let p = sigmoid(z[k]);
            let ce = bce(&z[k..=k], &y[k..=k], &W_POSITIVE[k..=k], &W_NEGATIVE[k..=k]);
            let p_t = p * y[k] + (1.0 - p) * (1.0 - y[k]);
            (0.25 * y[k] + 0.75 * (1.0 - y[k])) * (1.0 - p_t).powi(2) * ce
        };
        (0..4).map(of_label).sum()
    });
    check(&of_sets(FOCAL, &logits, &focal), &["minus_one_labels"]);
    let one_hot = |s: usize| (0..4).map(|k| if CLASSES[s] == k { 1.0 } else { -1.0 }).collect::<Vec<f64>>();
    let classes = printed(&logits, |s, z, _| {
        let w = [CLASS_WEIGHTS[CLASSES[s]]; 4];
        bce(z, &one_hot(s), &w, &w)
    });
    let found = of_classes(Head::Sigmoid, 0.0, None, &logits, &classes);
    check(&found, &["minus_one_labels"]);
}

#[test]
fn a_gradient_without_the_second_term_is_named() {
    let logits = logits();
    let sets = printed(&logits, |s, z, fixed| focal(z, fixed, &zeros_and_ones(s), 2.0, Some(0.25)));
    check(&of_sets(FOCAL, &logits, &sets), &["no_second_term"]);
    // Asymmetric loss with the gradient of its focus switched off.
    let asl = printed(&logits, |s, z, fixed| {
        let of_label = |k: usize| {
            let shifted = |z: f64| (sigmoid(z) - 0.05).max(0.0);
            if labels()[s][k] {
                W_POSITIVE[k] * (1.0 - sigmoid(fixed[k])) * -sigmoid(z[k]).ln()
            } else {
                W_NEGATIVE[k] * shifted(fixed[k]).powi(4) * -(1.0 - shifted(z[k])).ln()
            }
        };
        (0..4).map(of_label).sum()
    });
    check(&of_sets(ASL, &logits, &asl), &["no_second_term"]);
    let p = |z: &[f64], label: usize| z[label].exp() / z.iter().map(|z| z.exp()).sum::<f64>();
    let classes = printed(&logits, |s, z, fixed| {
        let label = CLASSES[s];
        CLASS_WEIGHTS[label] * (1.0 - p(fixed, label)).powi(2) * -p(z, label).ln()
    });
    check(&of_classes(Head::Softmax, 2.0, None, &logits, &classes), &["no_second_term"]);
}

#[test]
fn an_epsilon_within_the_logarithm_is_named_with_its_size() {
    let mut far = logits();
    far[0] = vec![-30.0, 1.0, -25.0, 28.0];
    far[3] = vec![-18.0, -22.0, 0.5, -35.0];
    for epsilon in [1e-8, 1e-6, 1e-12] {
        let sets = printed(&far, |s, z, _| {
            let of_label = |k: usize| {
                if labels()[s][k] {
                    -W_POSITIVE[k] * (sigmoid(z[k]) + epsilon).ln()
                } else {
                    -W_NEGATIVE[k] * (sigmoid(-z[k]) + epsilon).ln()
                }
            };
            (0..4).map(of_label).sum()
        });
        let found = of_sets(SetLossSpec::Bce, &far, &sets);
        check(&found, &["epsilon_in_logarithm"]);
        assert_eq!(found[0].fault, Some(Fault::EpsilonInLogarithm(epsilon)));
        let classes = printed(&far, |s, z, _| {
            let p = z[CLASSES[s]].exp() / z.iter().map(|z| z.exp()).sum::<f64>();
            -CLASS_WEIGHTS[CLASSES[s]] * (p + epsilon).ln()
        });
        let found = of_classes(Head::Softmax, 0.0, None, &far, &classes);
        assert_eq!(found[0].fault, Some(Fault::EpsilonInLogarithm(epsilon)));
    }
}

/// The nearest number of half precision.
fn half(x: f64) -> f64 {
    if x.is_infinite() {
        return x;
    }
    let least = (2.0_f64).powi(-24);
    let unit = (2.0_f64).powf(x.abs().max(2.0_f64.powi(-14)).log2().floor() - 10.0).max(least);
    (x / unit).round() * unit
}

#[test]
fn an_epsilon_that_is_zero_in_half_precision_is_named() {
    let mut far = logits();
    far[0] = vec![-20.0, 1.0, -18.5, 3.0];
    assert_eq!((half(1e-8), half(1.0), half(0.1)), (0.0, 1.0, 0.099_975_585_937_5));
    let sets = printed(&far, |s, z, _| {
        let nll = |x: f64| half(-half(half(sigmoid(half(x))) + half(1e-8)).ln());
        let of_label =
            |k: usize| if labels()[s][k] { half(W_POSITIVE[k] * nll(z[k])) } else { half(W_NEGATIVE[k] * nll(-z[k])) };
        (0..4).map(of_label).sum()
    });
    // Central differences would need more digits than half precision has.
    let sets = Printed { gradient: None, ..sets };
    assert!(sets.loss_per_sample.iter().flatten().any(|loss| loss.is_infinite()));
    check(&of_sets(SetLossSpec::Bce, &far, &sets), &["epsilon_in_half_precision"]);
}

#[test]
fn a_logarithm_of_zero_is_named() {
    let mut far = logits();
    far[0] = vec![-1000.0, 1.0, 0.5, 1000.0];
    let sets = printed(&far, |s, z, _| {
        let of_label = |k: usize| {
            if labels()[s][k] { -W_POSITIVE[k] * sigmoid(z[k]).ln() } else { -W_NEGATIVE[k] * sigmoid(-z[k]).ln() }
        };
        (0..4).map(of_label).sum()
    });
    let sets = Printed { gradient: None, ..sets };
    check(&of_sets(SetLossSpec::Bce, &far, &sets), &["logarithm_of_zero"]);
}

#[test]
fn a_fault_together_with_a_mean_is_named_with_it() {
    let logits = logits();
    let sets = printed(&logits, |s, z, _| focal(z, z, &zeros_and_ones(s), 2.0, Some(0.75)) / 4.0);
    check(&of_sets(FOCAL, &logits, &sets), &["alpha_swapped", "mean_of_labels"]);
}

#[test]
fn what_no_known_fault_explains_is_told_as_different_without_a_guess() {
    let logits = logits();
    let sets = printed(&logits, |s, z, _| bce(z, &zeros_and_ones(s), &W_POSITIVE, &W_NEGATIVE) + 0.1 * z[0]);
    let question = Question::Sets {
        loss: SetLoss::new(SetLossSpec::Bce).unwrap(),
        positive_weights: &W_POSITIVE,
        negative_weights: &W_NEGATIVE,
        positives: &POSITIVES,
        n_samples: 1000,
        logits: &logits,
        labels: &labels(),
    };
    let (agreement, found) = check_answers(&question, &sets, 1e-5);
    assert!(agreement.largest() > 1e-3);
    assert_eq!(found, []);
}
