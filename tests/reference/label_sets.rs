//! Losses over label sets against values that were computed independently (see `tests/data/README.md`).

use longtail_lab::{
    data::{LabelImbalance, LabelSets},
    loss::{Float, SetLoss, SetLossSpec, SetTerms},
    train::{LabelFigures, LabelMeasures, LabelProbabilities},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct SetLossCase {
    note: String,
    loss: String,
    gamma: Option<f64>,
    alpha: Option<f64>,
    gamma_positive: Option<f64>,
    gamma_negative: Option<f64>,
    margin: Option<f64>,
    factor: Option<f64>,
    rebalance: Option<[f64; 3]>,
    negative_scale: Option<f64>,
    bias_scale: Option<f64>,
    positives: Option<Vec<u64>>,
    samples: Option<u64>,
    positive_weights: Vec<f64>,
    negative_weights: Vec<f64>,
    logits: Vec<Vec<f64>>,
    labels: Vec<Vec<u8>>,
    loss_per_sample: Vec<f64>,
    gradient: Vec<Vec<f64>>,
}

impl SetLossCase {
    fn loss(&self) -> SetLoss {
        let number = |value: Option<f64>| value.expect("a number of the loss");
        let spec = match self.loss.as_str() {
            "bce" => SetLossSpec::Bce,
            "focal" => SetLossSpec::Focal { gamma: number(self.gamma), alpha: self.alpha },
            "asl" => SetLossSpec::Asl {
                gamma_positive: number(self.gamma_positive),
                gamma_negative: number(self.gamma_negative),
                margin: number(self.margin),
            },
            "distribution_balanced" => SetLossSpec::DistributionBalanced(longtail_lab::loss::Balance {
                gamma: number(self.gamma),
                factor: number(self.factor),
                rebalance: self.rebalance.expect("a rebalancing"),
                negative_scale: number(self.negative_scale),
                bias_scale: number(self.bias_scale),
            }),
            other => panic!("{other}"),
        };
        SetLoss::new(spec).expect("a loss within its ranges")
    }

    fn terms<F: Float>(&self) -> SetTerms<F> {
        let positives = self.positives.clone().unwrap_or_else(|| vec![1; self.positive_weights.len()]);
        let n_samples = self.samples.unwrap_or(2);
        SetTerms::new(self.loss(), &self.positive_weights, &self.negative_weights, &positives, n_samples)
    }

    /// Value and gradient of a sample as one list, the value first.
    fn computed<F: Float>(&self, sample_idx: usize) -> Vec<f64> {
        let labels: Vec<bool> = self.labels[sample_idx].iter().map(|&label| label == 1).collect();
        let mut row: Vec<F> = self.logits[sample_idx].iter().map(|&z| F::from_f64(z)).collect();
        let value = self.loss().value_and_gradient(&self.terms::<F>(), &labels, &mut row);
        std::iter::once(value).chain(row).map(F::as_f64).collect()
    }

    fn check<F: Float>(&self, sample_idx: usize, tolerance: f64, floor: f64) {
        let expected = [&self.loss_per_sample[sample_idx..=sample_idx], &self.gradient[sample_idx]].concat();
        for (idx, (got, expected)) in self.computed::<F>(sample_idx).into_iter().zip(expected).enumerate() {
            let name = format!("{} {}, sample {sample_idx}, value {idx}", self.loss, self.note);
            let is_close = (got - expected).abs() <= tolerance * expected.abs().max(floor);
            assert!(is_close, "{name}: got {got:e}, expected {expected:e}");
        }
    }
}

fn cases() -> Vec<SetLossCase> {
    let cases: Vec<SetLossCase> =
        serde_json::from_str(include_str!("../data/multilabel_losses.json")).expect("multilabel_losses.json");
    assert_eq!(cases.len(), 105);
    assert!(cases.iter().any(|case| case.logits.iter().flatten().any(|z| z.abs() == 1000.0)));
    cases
}

#[test]
fn losses_over_label_sets_match_60_digit_arithmetic() {
    for case in cases() {
        for sample_idx in 0..case.labels.len() {
            // Differences of 60 digits over a step of 1e-25 leave 35 places behind the point.
            case.check::<f64>(sample_idx, 1e-10, 1e-24);
        }
    }
}

#[test]
fn losses_over_label_sets_in_single_precision_match_60_digit_arithmetic() {
    for case in cases() {
        for sample_idx in 0..case.labels.len() {
            case.check::<f32>(sample_idx, 1e-5, 1e-6);
        }
    }
}

#[derive(Deserialize)]
struct MeasuresCase {
    labels: Vec<Vec<u8>>,
    scores: Vec<Vec<f64>>,
    threshold: f64,
    positives: Vec<u64>,
    cardinality: f64,
    density: f64,
    distinct_label_sets: usize,
    irlbl: Vec<f64>,
    mean_ir: f64,
    cvir: f64,
    scumble: f64,
    co_occurrence: Vec<Vec<u64>>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    average_precision: Vec<f64>,
    map: f64,
    macro_f1: f64,
    micro_f1: f64,
    hamming_loss: f64,
    subset_accuracy: f64,
}

fn close(got: &[Option<f64>], expected: &[f64], name: &str) {
    assert_eq!(got.len(), expected.len(), "{name}");
    for (got, expected) in got.iter().zip(expected) {
        let got = got.unwrap_or(f64::NAN);
        assert!((got - expected).abs() <= 1e-12 * expected.abs().max(1e-3), "{name}: got {got}, expected {expected}");
    }
}

#[test]
fn measures_of_label_sets_match_those_of_other_software() {
    let cases: Vec<MeasuresCase> =
        serde_json::from_str(include_str!("../data/multilabel_measures.json")).expect("multilabel_measures.json");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let n_labels = case.positives.len();
        let row = |row: &Vec<u8>| (0..n_labels as u32).filter(|&label| row[label as usize] == 1).collect();
        let sets = LabelSets::new(n_labels, case.labels.iter().map(row));
        let imbalance = LabelImbalance::of(&sets);
        assert_eq!((&imbalance.positives, imbalance.distinct_label_sets), (&case.positives, case.distinct_label_sets));
        close(&imbalance.irlbl, &case.irlbl, "IRLbl");
        let got = [imbalance.cardinality, imbalance.density, imbalance.mean_ir, imbalance.cvir, imbalance.scumble];
        close(&got, &[case.cardinality, case.density, case.mean_ir, case.cvir, case.scumble], "imbalance");
        let counts = sets.co_occurrence();
        for (row, expected) in counts.rows().into_iter().zip(&case.co_occurrence) {
            assert_eq!(row.to_vec(), *expected);
        }
        let scores = LabelProbabilities { probabilities: case.scores.concat(), sets: &sets };
        let measures = LabelMeasures::of(&scores, &vec![Some(case.threshold); n_labels]);
        let of = |figure: fn(&LabelFigures) -> Option<f64>| measures.labels.iter().map(figure).collect::<Vec<_>>();
        close(&of(|label| label.precision), &case.precision, "precision");
        close(&of(|label| label.recall), &case.recall, "recall");
        close(&of(|label| label.f1), &case.f1, "F1");
        close(&of(|label| label.average_precision), &case.average_precision, "average precision");
        let got = [measures.map, measures.macro_f1, measures.micro_f1, measures.hamming_loss, measures.subset_accuracy];
        let expected = [case.map, case.macro_f1, case.micro_f1, case.hamming_loss, case.subset_accuracy];
        close(&got, &expected, "means");
    }
}
