//! The kernel against loops over single samples, on every shape and with every set of instructions that is there.

use ndarray::Array2;

use super::*;
use crate::{
    data::{LabelSets, Targets},
    loss::{Balance, Head, OffsetKind, OffsetRule, SetLoss, SetLossSpec},
};

/// A pass with a set of instructions of one's choice.
type Dispatch<F> = fn(Pass<'_, F>, Loss) -> Sums;

struct On<'a, F, S> {
    pass: Pass<'a, F>,
    simd: S,
}

impl<F: Precision, S: Simd> LossUser<F> for On<'_, F, S> {
    type Output = Sums;

    fn run<L: BatchLoss<F>>(self, loss: L) -> Sums {
        self.simd.vectorize(Chosen { pass: self.pass, loss })
    }
}

/// The sets of instructions that this machine has.
fn machines<F: Precision>() -> Vec<(&'static str, Dispatch<F>)> {
    let mut found: Vec<(&'static str, Dispatch<F>)> = vec![
        ("plain", |pass, loss| loss.with(On { pass, simd: pulp::Scalar128b })),
        ("chosen", |pass, loss| loss.with(pass)),
    ];
    #[cfg(target_arch = "x86_64")]
    {
        if pulp::x86::V3::try_new().is_some() {
            found.push(("AVX2", |pass, loss| {
                loss.with(On { pass, simd: pulp::x86::V3::try_new().expect("AVX2, as before") })
            }));
        }
        if pulp::x86::V4::try_new().is_some() {
            found.push(("AVX-512", |pass, loss| {
                loss.with(On { pass, simd: pulp::x86::V4::try_new().expect("AVX-512, as before") })
            }));
        }
    }
    found
}

/// A case with numbers that are no multiples of each other.
struct Case {
    samples: Samples,
    counts: Vec<u64>,
    n_features: usize,
}

impl Case {
    fn new(n_samples: usize, n_features: usize, n_classes: usize) -> Self {
        let wave = |k: usize| ((k * 7919 + 13) as f32 * 0.37).sin();
        let features = Array2::from_shape_fn((n_samples, n_features), |(i, f)| wave(i * n_features + f));
        let labels = (0..n_samples).map(|i| (i * 5 % n_classes) as u32).collect();
        let counts = (0..n_classes).map(|class_idx| 3 + 7 * class_idx as u64).collect();
        Self { samples: Samples::new(features, labels), counts, n_features }
    }

    fn model<F: Precision>(&self) -> LinearModel<F> {
        let mut model = LinearModel::zeros(self.n_features, self.counts.len());
        for (k, p) in model.params_mut().iter_mut().enumerate() {
            *p = F::from_f64((k as f64 * 0.71).sin());
        }
        model
    }

    /// The same with label sets in place of classes: some labels are rare, and some samples have none.
    fn with_sets(self) -> Self {
        let n_labels = self.counts.len();
        let row = |i: usize| {
            (0..n_labels as u32).filter(move |&k| (i * 31 + k as usize * 17).is_multiple_of(3 + 2 * k as usize))
        };
        let sets = LabelSets::new(n_labels, (0..self.samples.len()).map(|i| row(i).collect()));
        let samples = Samples::with_targets(self.samples.features().clone(), Targets::Sets(sets));
        Self { samples, ..self }
    }

    fn terms<F: Precision>(&self, loss: Loss, offsets: &Offsets) -> ClassTerms<F> {
        if let (Some(loss), Some(sets)) = (loss.over_sets(), self.samples.sets()) {
            let weights = |first: f64| (0..self.counts.len()).map(|k| first + k as f64).collect::<Vec<f64>>();
            let counts = sets.counts();
            return ClassTerms::over_sets(SetTerms::new(
                loss,
                &weights(0.5),
                &weights(0.25),
                &counts,
                sets.len() as u64,
            ));
        }
        ClassTerms::new((0..self.counts.len()).map(|class_idx| 0.25 + class_idx as f64), offsets)
    }

    /// Σ over rows of w l, and its gradient, one sample after the other in f64.
    fn expected(&self, loss: Loss, offsets: &Offsets, rows: impl Iterator<Item = usize>) -> (f64, Vec<f64>) {
        let (model, terms) = (self.model::<f64>(), self.terms::<f64>(loss, offsets));
        let n_classes = self.counts.len();
        let mut gradient = vec![0.0; model.params().len()];
        let (mut sum, mut logits, mut of_logits) = (0.0, vec![0.0; n_classes], vec![0.0; n_classes]);
        for row in rows {
            let x = self.samples.row(row).to_vec();
            let label = self.samples.labels().get(row).map_or(0, |&label| label as usize);
            model.logits(&x, &mut logits);
            for (z, offset) in logits.iter_mut().zip(&terms.offsets) {
                *z += offset;
            }
            logits[label] -= terms.margins.get(label).copied().unwrap_or(0.0);
            if let (Some(loss), Some(sets)) = (loss.over_sets(), self.samples.sets()) {
                of_logits.copy_from_slice(&logits);
                let labels: Vec<bool> = (0..n_classes).map(|k| sets.has(row, k as u32)).collect();
                sum += loss.value_and_gradient(&terms.sets, &labels, &mut of_logits);
            } else {
                sum += terms.weights[label] * loss.value_and_gradient(&logits, label, &mut of_logits);
            }
            for (f, x) in x.iter().map(|&x| f64::from(x)).chain([1.0]).enumerate() {
                for (class_idx, dz) in of_logits.iter().enumerate() {
                    gradient[f * n_classes + class_idx] += terms.weights[label] * x * dz;
                }
            }
        }
        (sum, gradient)
    }

    fn check<F: Precision>(&self, loss: Loss, offsets: &Offsets, rows: &Rows<'_>, tolerance: f64) {
        let (model, terms) = (self.model::<F>(), self.terms::<F>(loss, offsets));
        let (sum, expected) = self.expected(
            loss,
            offsets,
            (0..rows.len()).map(|place| match rows {
                Rows::Range(range) => range.start + place,
                Rows::Indices(rows, _) => rows[place] as usize,
            }),
        );
        let largest = expected.iter().fold(1.0_f64, |largest, g| largest.max(g.abs()));
        // Used again and again, so that nothing of an earlier pass may be left in it.
        let mut workspace = Workspace::default();
        for (name, dispatch) in machines::<F>() {
            for _ in 0..2 {
                let mut gradient = vec![F::zero(); model.params().len()];
                workspace.prepare(&model, &terms.offsets, true);
                let (terms, model, samples, rows) = (&terms, &model, &self.samples, rows.clone());
                let visit = &mut |_: &Block<'_, F>| {};
                let pass = Pass {
                    terms,
                    model,
                    samples,
                    rows,
                    has_gradient: true,
                    workspace: &mut workspace,
                    visit,
                    upcoming: None,
                };
                let sums = dispatch(pass, loss);
                workspace.write_gradient(0, model, &mut gradient);
                let shape = (self.samples.len(), self.n_features, self.counts.len());
                assert!(
                    (sums.weighted_loss - sum).abs() <= tolerance * sum.abs().max(1.0),
                    "{name} {shape:?} {loss:?}"
                );
                for (k, (got, expected)) in gradient.iter().zip(&expected).enumerate() {
                    let gap = (got.as_f64() - expected).abs();
                    assert!(gap <= tolerance * largest, "{name} {shape:?} {loss:?} parameter {k}: off by {gap}");
                }
            }
        }
    }
}

fn losses() -> [Loss; 5] {
    let loss = |head, gamma, alpha| Loss::new(head, gamma, alpha).unwrap();
    [
        loss(Head::Softmax, 0.0, None),
        loss(Head::Softmax, 0.5, None),
        loss(Head::Softmax, 2.0, None),
        loss(Head::Sigmoid, 0.0, None),
        loss(Head::Sigmoid, 2.0, Some(0.25)),
    ]
}

#[test]
fn sums_and_gradients_are_those_of_single_samples_on_every_shape() {
    for (n_samples, n_features, n_classes) in [
        (1, 1, 2),
        (63, 2, 10),
        (64, 2, 6),
        (65, 3, 7),
        (130, 7, 13),
        (70, 8, 5),
        (200, 16, 100),
        (97, 17, 25),
        (66, 64, 12),
        (64, 65, 11),
        (40, 130, 3),
    ] {
        let case = Case::new(n_samples, n_features, n_classes);
        for loss in losses() {
            let rows = Rows::Range(0..n_samples);
            case.check::<f64>(loss, &Offsets::default(), &rows, 1e-12);
            case.check::<f32>(loss, &Offsets::default(), &rows, 3e-6 * (n_samples as f64).sqrt());
        }
    }
}

fn losses_over_sets() -> [Loss; 6] {
    let asl = |gamma_positive, gamma_negative, margin| SetLossSpec::Asl { gamma_positive, gamma_negative, margin };
    [
        SetLossSpec::Bce,
        SetLossSpec::Focal { gamma: 2.0, alpha: Some(0.25) },
        SetLossSpec::Focal { gamma: 0.5, alpha: None },
        asl(1.0, 4.0, 0.05),
        asl(0.0, 1.5, 0.2),
        SetLossSpec::DistributionBalanced(Balance::default()),
    ]
    .map(|spec| SetLoss::new(spec).unwrap().into())
}

#[test]
fn sums_and_gradients_over_label_sets_are_those_of_single_samples_on_every_shape() {
    for (n_samples, n_features, n_labels) in
        [(1, 1, 2), (63, 2, 10), (64, 2, 6), (130, 7, 13), (70, 8, 5), (200, 16, 100), (97, 17, 1), (40, 130, 3)]
    {
        let case = Case::new(n_samples, n_features, n_labels).with_sets();
        let order: Vec<u32> = (0..n_samples as u32 * 2).map(|k| k * 37 % n_samples as u32).collect();
        for loss in losses_over_sets() {
            for rows in [Rows::Range(0..n_samples), Rows::Indices(&order, &[])] {
                case.check::<f64>(loss, &Offsets::default(), &rows, 1e-11);
                case.check::<f32>(loss, &Offsets::default(), &rows, 1e-5 * (n_samples as f64).sqrt());
            }
        }
    }
}

#[test]
fn rows_are_taken_by_index_and_offsets_and_margins_count() {
    let case = Case::new(90, 9, 8);
    let order: Vec<u32> = (0..150).map(|k| k * 37 % 90).collect();
    let [ce, _, focal, ..] = losses();
    for kind in [OffsetKind::LogitAdjustment, OffsetKind::Ldam] {
        let offsets = OffsetRule::new(kind, 1.0, 0.5).unwrap().offsets(&case.counts);
        for loss in [ce, focal] {
            case.check::<f64>(loss, &offsets, &Rows::Indices(&order, &[]), 1e-12);
            case.check::<f32>(loss, &offsets, &Rows::Range(11..57), 1e-4);
        }
    }
}

#[test]
fn parameters_that_are_no_numbers_are_not_hidden() {
    let case = Case::new(20, 2, 4);
    for loss in losses() {
        for bad in [f32::NAN, f32::INFINITY] {
            let (mut model, terms) = (case.model::<f32>(), case.terms::<f32>(loss, &Offsets::default()));
            model.params_mut()[1] = bad;
            let mut gradient = vec![0.0; model.params().len()];
            let rows = Rows::Range(0..20);
            let sums = accumulate(loss, &terms, &model, &case.samples, rows, &mut gradient, &mut Workspace::default());
            let is_seen = !sums.weighted_loss.is_finite() || gradient.iter().any(|g| !g.is_finite());
            assert!(is_seen, "{loss:?} with {bad}: {}", sums.weighted_loss);
        }
    }
}

#[test]
fn predictions_are_the_largest_logits_and_the_first_of_ties() {
    for (n_samples, n_features, n_classes) in [(1, 1, 2), (64, 2, 10), (131, 19, 33)] {
        let case = Case::new(n_samples, n_features, n_classes);
        let model = case.model::<f64>();
        let mut logits = vec![0.0; n_classes];
        let expected: Vec<usize> = (0..n_samples)
            .map(|row| {
                model.logits(&case.samples.row(row).to_vec(), &mut logits);
                crate::train::model::largest(&logits)
            })
            .collect();
        assert_eq!(model.predict(&case.samples), expected);
        assert!(LinearModel::<f32>::zeros(n_features, n_classes).predict(&case.samples).iter().all(|&k| k == 0));
    }
}

#[test]
fn a_large_batch_is_split_by_its_size_alone_and_gives_the_same_bits_with_any_number_of_threads() {
    let case = Case::new(700, 100, 1000);
    let [ce, ..] = losses();
    let (model, terms) = (case.model::<f32>(), case.terms::<f32>(ce, &Offsets::default()));
    let order: Vec<u32> = (0..700).rev().collect();
    for rows in [Rows::Range(0..700), Rows::Indices(&order, &[])] {
        let pass = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let (mut gradient, mut workspace) = (vec![0.0; model.params().len()], Workspace::default());
            let sums = pool
                .install(|| accumulate(ce, &terms, &model, &case.samples, rows.clone(), &mut gradient, &mut workspace));
            // Two parts of 350 rows, in whole blocks.
            assert_eq!((rows_of_part(700, &model), workspace.others.len()), (384, 1));
            (sums, gradient)
        };
        let (sums, gradient) = pass(1);
        assert_eq!((sums, gradient.clone()), pass(3));
        let expected = {
            // In one piece, by rows that are too few to be split.
            let (mut sum, mut part, mut total) =
                (Sums::default(), vec![0.0; gradient.len()], vec![0.0; gradient.len()]);
            for rows in rows.split(64) {
                let mut workspace = Workspace::default();
                sum = sum.plus(accumulate(ce, &terms, &model, &case.samples, rows, &mut part, &mut workspace));
                total.iter_mut().zip(&part).for_each(|(total, part)| *total += part);
            }
            (sum, total)
        };
        assert!((sums.weighted_loss - expected.0.weighted_loss).abs() < 1e-6 * expected.0.weighted_loss);
        let largest = gradient.iter().fold(1.0_f32, |largest, g| largest.max(g.abs()));
        assert!(gradient.iter().zip(&expected.1).all(|(g, e)| (g - e).abs() < 1e-5 * largest));
        let (terms, samples) = (&terms, &case.samples);
        assert_eq!(for_each_block(ce, terms, &model, samples, rows.clone(), &mut |_| {}), sums);
    }
}
