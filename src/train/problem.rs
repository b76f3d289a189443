//! The function that training minimises.

use std::sync::Arc;

use rayon::prelude::*;

use super::{
    ClassTerms, LinearModel, Precision, Reduction, Rows, Sums, Workspace, accumulate, kernel::scale_and_penalise,
};
use crate::{
    data::Samples,
    loss::{Float, Loss, Offsets, SetTerms},
};

/// Rows of a full batch that are summed on their own; the chunks are then added in order, whatever thread did them.
pub(super) const CHUNK_ROWS: usize = 4096;

/// J(W, b) = (1/B) Σ f_y w_y l(Wx + b + o, y) + (λ/2) Σ W², or with Σ f w in place of B; b is not penalised, o are the
/// offsets.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Training samples.
    pub samples: Arc<Samples>,
    /// Base loss l.
    pub loss: Loss,
    /// w, shape `[n_classes]`; w⁺ of labels of which a sample can have any number.
    pub class_weights: Vec<f64>,
    /// w⁻ of such labels, shape `[n_labels]`; empty for classes.
    pub negative_weights: Vec<f64>,
    /// What is added to the logits in training.
    pub offsets: Offsets,
    /// f, shape `[n_classes]`: how many times as often mini-batches draw a class as it stands in the samples; 1 where
    /// every sample comes once. A full batch is so the expectation of the mini-batches (under the weighted mean the
    /// ratio of both expectations).
    pub draw_factors: Vec<f64>,
    /// λ ≥ 0.
    pub l2: f64,
    /// Whether the sum is divided by the number of samples or by the sum of weights.
    pub reduction: Reduction,
}

impl Problem {
    /// J over all samples; its gradient replaces `gradient`, shape `[n_features + 1, n_classes]`, or empty where J is
    /// enough.
    pub fn full_batch<F: Precision>(&self, model: &LinearModel<F>, gradient: &mut [F]) -> f64 {
        let terms = self.expected_terms();
        let n_samples = self.samples.len();
        let chunk = |first: usize, gradient: &mut [F], workspace: &mut Workspace<F>| {
            let rows = Rows::Range(first..(first + CHUNK_ROWS).min(n_samples));
            accumulate(self.loss, &terms, model, &self.samples, rows, gradient, workspace)
        };
        let mut sums = Sums::default();
        if n_samples <= CHUNK_ROWS {
            sums = chunk(0, gradient, &mut Workspace::default());
        } else {
            let starts: Vec<usize> = (0..n_samples).step_by(CHUNK_ROWS).collect();
            let parts: Vec<(Sums, Vec<F>)> = starts
                .into_par_iter()
                .map_init(Workspace::default, |workspace, first| {
                    let mut part = vec![F::zero(); gradient.len()];
                    (chunk(first, &mut part, workspace), part)
                })
                .collect();
            gradient.fill(F::zero());
            for (part_sums, part) in parts {
                sums = sums.plus(part_sums);
                for (g, p) in gradient.iter_mut().zip(part) {
                    *g += p;
                }
            }
        }
        self.finish(sums, n_samples, model, gradient)
    }

    /// Weights f w, what a sample counts in the expectation of the mini-batches, and offsets, in F.
    pub(super) fn expected_terms<F: Float>(&self) -> ClassTerms<F> {
        if let Some(terms) = self.terms_over_sets() {
            return terms;
        }
        let weights = self.class_weights.iter().zip(&self.draw_factors).map(|(w, f)| w * f);
        ClassTerms::new(weights, &self.offsets)
    }

    /// J where all parameters are zero: the loss of a sample is then that of its class, so one sample a class will do.
    pub(super) fn at_zero(&self) -> f64 {
        if self.loss.over_sets().is_some() {
            // As many samples, of as many sets of labels as it may be.
            let model = LinearModel::<f64>::zeros(self.samples.n_features(), self.class_weights.len());
            return self.full_batch(&model, &mut []);
        }
        let mut class_weights = vec![0.0; self.class_weights.len()];
        let mut first_rows = vec![None; self.class_weights.len()];
        for (row, &label) in self.samples.labels().iter().enumerate() {
            let class_idx = label as usize;
            class_weights[class_idx] += self.class_weights[class_idx] * self.draw_factors[class_idx];
            first_rows[class_idx].get_or_insert(row as u32);
        }
        let model = LinearModel::<f64>::zeros(self.samples.n_features(), class_weights.len());
        let rows: Vec<u32> = first_rows.into_iter().flatten().collect();
        let terms = ClassTerms::new(class_weights.into_iter(), &self.offsets);
        let rows = Rows::Indices(&rows, &[]);
        let sums = accumulate(self.loss, &terms, &model, &self.samples, rows, &mut [], &mut Workspace::default());
        self.finish(sums, self.samples.len(), &model, &mut [])
    }

    /// J over a batch; its gradient replaces `gradient`. `terms` are the problem's own in F.
    pub(super) fn mini_batch<F: Precision>(
        &self,
        terms: &ClassTerms<F>,
        model: &LinearModel<F>,
        rows: &Rows<'_>,
        gradient: &mut [F],
        workspace: &mut Workspace<F>,
    ) -> f64 {
        let sums = accumulate(self.loss, terms, model, &self.samples, rows.clone(), gradient, workspace);
        self.finish(sums, rows.len(), model, gradient)
    }

    /// The weights and offsets of mini-batches, in F.
    pub(super) fn terms<F: Float>(&self) -> ClassTerms<F> {
        if let Some(terms) = self.terms_over_sets() {
            return terms;
        }
        ClassTerms::new(self.class_weights.iter().copied(), &self.offsets)
    }

    /// The weights of a loss over label sets and, where it asks for them, the positives of each label.
    fn terms_over_sets<F: Float>(&self) -> Option<ClassTerms<F>> {
        let (loss, sets) = (self.loss.over_sets()?, self.samples.sets()?);
        let positives = if loss.has_counts() { sets.counts() } else { vec![0; sets.n_labels()] };
        let n_samples = sets.len() as u64;
        let terms = SetTerms::new(loss, &self.class_weights, &self.negative_weights, &positives, n_samples);
        Some(ClassTerms::over_sets(terms))
    }

    /// The number of samples or the sum of their weights.
    #[inline]
    pub(super) fn divisor(&self, sums: Sums, n_rows: usize) -> f64 {
        match self.reduction {
            Reduction::BatchMean => n_rows as f64,
            Reduction::WeightedMean => sums.weight,
        }
    }

    /// Divides by the number of samples or the sum of weights and adds the penalty.
    pub(super) fn finish<F: Float>(
        &self,
        sums: Sums,
        n_rows: usize,
        model: &LinearModel<F>,
        gradient: &mut [F],
    ) -> f64 {
        let divisor = self.divisor(sums, n_rows);
        let penalty = scale_and_penalise(gradient, model.weights(), divisor.recip(), self.l2);
        sums.weighted_loss / divisor + penalty
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{
        data::{Dataset, Sampler, Sampling, TrainingSet},
        distribution::ClassCounts,
        loss::{Head, OffsetKind, OffsetRule},
    };

    fn problem(n_samples: usize, reduction: Reduction) -> Problem {
        let features = Array2::from_shape_fn((n_samples, 3), |(i, k)| ((i * 7 + k * 13) % 11) as f32 / 5.0 - 1.0);
        let labels = (0..n_samples).map(|i| (i % 4) as u32).collect();
        Problem {
            samples: Arc::new(Samples::new(features, labels)),
            loss: Loss::new(Head::Softmax, 1.5, None).unwrap(),
            class_weights: vec![0.5, 1.0, 2.0, 4.0],
            negative_weights: Vec::new(),
            offsets: OffsetRule::new(OffsetKind::LogitAdjustment, 1.0, 0.5).unwrap().offsets(&[40, 20, 10, 0]),
            draw_factors: vec![1.0, 0.25, 1.25, 1.5],
            l2: 0.1,
            reduction,
        }
    }

    fn model() -> LinearModel<f64> {
        let mut model = LinearModel::zeros(3, 4);
        for (i, p) in model.params_mut().iter_mut().enumerate() {
            *p = (i as f64 * 0.7).sin();
        }
        model
    }

    #[test]
    fn the_gradient_is_the_central_difference_of_the_objective_under_both_reductions() {
        let margins = OffsetRule::new(OffsetKind::Ldam, 1.0, 0.5).unwrap().offsets(&[40, 20, 10, 5]);
        for (reduction, has_margins) in [(Reduction::BatchMean, false), (Reduction::WeightedMean, true)] {
            let (mut problem, model) = (problem(50, reduction), model());
            if has_margins {
                problem.offsets = margins.clone();
            }
            let mut gradient = vec![0.0; model.params().len()];
            problem.full_batch(&model, &mut gradient);
            for k in 0..gradient.len() {
                let value_at = |shift: f64| {
                    let mut moved = model.clone();
                    moved.params_mut()[k] += shift;
                    problem.full_batch(&moved, &mut vec![0.0; gradient.len()])
                };
                let expected = (value_at(1e-5) - value_at(-1e-5)) / 2e-5;
                assert!((gradient[k] - expected).abs() < 1e-8, "{reduction:?} parameter {k}");
            }
        }
    }

    #[test]
    fn the_objective_is_the_same_without_its_gradient_and_at_zero() {
        for reduction in Reduction::ALL {
            for (n_samples, head) in [(50, Head::Softmax), (9000, Head::Sigmoid)] {
                let loss = Loss::new(head, 1.5, None).unwrap();
                let (problem, model) = (Problem { loss, ..problem(n_samples, reduction) }, model());
                let value = problem.full_batch(&model, &mut vec![0.0; model.params().len()]);
                assert_eq!(problem.full_batch(&model, &mut []), value);
                let at_zero = problem.full_batch(&LinearModel::<f64>::zeros(3, 4), &mut []);
                assert!((problem.at_zero() - at_zero).abs() < 1e-12 * at_zero, "{reduction:?} {head:?}");
            }
        }
    }

    #[test]
    fn a_full_batch_gives_the_same_bits_whatever_the_number_of_threads() {
        let (problem, model) = (problem(20_000, Reduction::BatchMean), model().convert::<f32>());
        let pass = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut gradient = vec![0.0_f32; model.params().len()];
            let value = pool.install(|| problem.full_batch(&model, &mut gradient));
            (value, gradient)
        };
        assert_eq!(pass(1), pass(2));
        assert_eq!(pass(1), pass(3));
    }

    #[test]
    fn a_full_batch_is_the_expectation_of_the_batches_that_are_drawn() {
        const N_BATCHES: usize = 2000;
        let labels: Vec<u32> = (0..400).map(|i| [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][i % 10]).collect();
        let features = Array2::from_shape_fn((400, 3), |(i, k)| ((i * 7 + k * 13) % 11) as f32 / 5.0 - 1.0);
        let counts = ClassCounts::new(vec![240, 120, 40, 0]).unwrap();
        let class_labels = ["a", "b", "c", "d"].map(str::to_owned).into();
        let train = Arc::new(Samples::new(features, labels));
        let dataset = Dataset::unmapped(class_labels, counts, train, None, None);
        for sampler in [Sampler::ClassBalanced, Sampler::SquareRoot, Sampler::Progressive] {
            let set = TrainingSet::prepare(&dataset, Sampling::new(sampler, 5), 1).unwrap();
            let problem = Problem {
                samples: Arc::clone(set.samples()),
                draw_factors: set.draw_factors(6, 10),
                ..problem(1, Reduction::BatchMean)
            };
            let model = model();
            let n_params = model.params().len();
            let mut expected = vec![0.0; n_params];
            problem.full_batch(&model, &mut expected);
            let (mut sums, mut squares) = (vec![0.0; n_params], vec![0.0; n_params]);
            // Epoch 6 of 10 under many seeds: all these draws have the same shares.
            let draws: Vec<u32> = (0..N_BATCHES as u64 / 25)
                .flat_map(|round| {
                    TrainingSet::prepare(&dataset, Sampling::new(sampler, 5), round).unwrap().epoch_order(6, 10)
                })
                .collect();
            let mut gradient = vec![0.0; n_params];
            assert_eq!(draws.chunks(16).len(), N_BATCHES);
            for rows in draws.chunks(16) {
                problem.mini_batch(
                    &problem.terms(),
                    &model,
                    &Rows::Indices(rows, &[]),
                    &mut gradient,
                    &mut Workspace::default(),
                );
                for ((sum, square), g) in sums.iter_mut().zip(&mut squares).zip(&gradient) {
                    *sum += g;
                    *square += g * g;
                }
            }
            let n = N_BATCHES as f64;
            for k in 0..n_params {
                let mean = sums[k] / n;
                let error = ((squares[k] / n - mean * mean) / n).max(0.0).sqrt();
                let gap = (mean - expected[k]).abs();
                assert!(gap <= 5.0 * error + 1e-12, "{sampler:?} parameter {k}: {mean} ± {error}, {}", expected[k]);
            }
        }
    }

    #[test]
    fn weighted_mean_does_not_feel_the_scale_of_the_weights() {
        let model = model();
        let mut gradient = vec![0.0; model.params().len()];
        let mut problem = problem(50, Reduction::WeightedMean);
        let value = problem.full_batch(&model, &mut gradient);
        problem.class_weights.iter_mut().for_each(|w| *w *= 1000.0);
        assert!((problem.full_batch(&model, &mut gradient) - value).abs() < 1e-12);
    }
}
