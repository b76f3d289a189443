//! Who owns the training loss: each class's part of the sum and of the gradient norms, easy and hard samples apart.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the instructions that were chosen")]

use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{
    ClassTerms, LinearModel, Precision, Problem, Rows, Sums,
    kernel::{Block, dispatch, for_each_block},
    problem::CHUNK_ROWS,
};
use crate::loss::{BLOCK, Float, Head, Lanes, Loss};

/// What is shared out among the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Σ f_y w_y l, the summed loss.
    Loss,
    /// Σ f_y w_y ‖∂l/∂θ‖, the summed norms of the gradients of single samples.
    GradientNorm,
}

impl Measure {
    /// Every measure, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The measure's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Loss => "Loss",
            Self::GradientNorm => "Gradient norm",
        }
    }
}

/// Which samples are looked at, by the probability p_t that the model gives to a sample's own class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Ease {
    /// Every sample.
    All,
    /// p_t ≥ 1/2.
    Easy,
    /// p_t < 1/2.
    Hard,
}

impl Ease {
    /// Every choice, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The choice's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Easy => "Easy",
            Self::Hard => "Hard",
        }
    }
}

/// Sums over some samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Part {
    /// Number of samples.
    pub n_samples: u64,
    /// Σ f_y w_y l.
    pub loss: f64,
    /// Σ f_y w_y ‖∂l/∂θ‖ with ‖∂l/∂θ‖ = ‖∂l/∂z‖ √(1 + ‖x‖²); the penalty on weights takes no part. Norms do not cancel,
    /// so the norm of the summed gradient is smaller.
    pub gradient_norm: f64,
}

impl Part {
    #[inline]
    fn add(&mut self, other: Self) {
        self.n_samples += other.n_samples;
        self.loss += other.loss;
        self.gradient_norm += other.gradient_norm;
    }

    /// The sum of a measure.
    pub fn of(self, measure: Measure) -> f64 {
        match measure {
            Measure::Loss => self.loss,
            Measure::GradientNorm => self.gradient_norm,
        }
    }
}

/// The samples of an owner, easy and hard apart.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Owner {
    /// Samples with p_t ≥ 1/2.
    pub easy: Part,
    /// Samples with p_t < 1/2.
    pub hard: Part,
}

impl Owner {
    fn add(&mut self, other: Self) {
        self.easy.add(other.easy);
        self.hard.add(other.hard);
    }

    /// The samples that are looked at.
    pub fn part(self, ease: Ease) -> Part {
        match ease {
            Ease::Easy => self.easy,
            Ease::Hard => self.hard,
            Ease::All => {
                let mut all = self.easy;
                all.add(self.hard);
                all
            }
        }
    }
}

/// Who owns the training loss at one moment: classes, or groups of them.
///
/// A sample of class y counts f_y w_y times, as in the training objective; see [`Problem`]. It is easy where the loss
/// sees p_t ≥ 1/2: p_y of a softmax, σ(z_y) of a sigmoid, with the offsets of training in the logits. Sums are in f64 and do not depend on the number of threads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LossShares {
    /// What each owns, shape `[n_owners]`.
    pub owners: Vec<Owner>,
}

impl LossShares {
    fn add(&mut self, other: &Self) {
        for (owner, other) in self.owners.iter_mut().zip(&other.owners) {
            owner.add(*other);
        }
    }

    /// Everything that is owned.
    pub fn total(&self) -> Owner {
        let mut total = Owner::default();
        for owner in &self.owners {
            total.add(*owner);
        }
        total
    }

    /// Each owner's share through the samples looked at of the sum over all samples, shape `[n_owners]`; with
    /// [`Ease::All`] they sum to 1, as easy and hard shares do together. `None` where the sum is 0 or not finite.
    pub fn shares(&self, measure: Measure, ease: Ease) -> Option<Vec<f64>> {
        let total = self.total().part(Ease::All).of(measure);
        let is_shared = total.is_finite() && total > 0.0;
        is_shared.then(|| self.owners.iter().map(|owner| owner.part(ease).of(measure) / total).collect())
    }

    /// The same of groups of owners, each a list of their places.
    #[must_use]
    pub fn grouped<'a>(&self, groups: impl Iterator<Item = &'a [usize]>) -> Self {
        let join = |group: &[usize]| {
            let mut joined = Owner::default();
            for &owner in group {
                joined.add(self.owners[owner]);
            }
            joined
        };
        Self { owners: groups.map(join).collect() }
    }
}

/// Whether to stop; asked before each part of a long work, from any thread.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// A pass that shares out a loss, as far as it is: what was found in each chunk of rows. It is of one problem and model.
#[derive(Debug, Clone, Default)]
pub struct SharesPass {
    chunks: Vec<Option<(Sums, LossShares)>>,
}

impl Problem {
    /// J over all samples, the same bits as from [`Problem::full_batch`], and who owns its sum.
    pub fn loss_shares<F: Precision>(&self, model: &LinearModel<F>) -> (f64, LossShares) {
        let mut pass = SharesPass::default();
        loop {
            // Never told to stop, the first call does all of it.
            if let Some(found) = self.go_on_sharing(model, &mut pass, &|| false) {
                return found;
            }
        }
    }

    /// Goes on with a pass that makes what [`Problem::loss_shares`] gives, over the chunks that are missing. `stop` is asked
    /// before each of them; `None` where some are left.
    pub fn go_on_sharing<F: Precision>(
        &self,
        model: &LinearModel<F>,
        pass: &mut SharesPass,
        stop: Stop<'_>,
    ) -> Option<(f64, LossShares)> {
        let terms = self.expected_terms();
        pass.chunks.resize(self.samples.len().div_ceil(CHUNK_ROWS), None);
        self.chunks(model, &terms).zip(&mut pass.chunks).for_each(|(chunk, found)| {
            if found.is_none() && !stop() {
                *found = Some(chunk.shares());
            }
        });
        let mut sums = Sums::default();
        let mut shares = LossShares { owners: vec![Owner::default(); model.n_classes()] };
        for found in &pass.chunks {
            let (part_sums, part) = found.as_ref()?;
            sums = sums.plus(*part_sums);
            shares.add(part);
        }
        Some((self.finish(sums, self.samples.len(), model, &mut []), shares))
    }

    /// f_y w_y l of every sample, shape `[n_samples]`.
    pub fn sample_losses<F: Precision>(&self, model: &LinearModel<F>) -> Vec<f64> {
        let terms = self.expected_terms();
        self.chunks(model, &terms).map(ChunkPass::losses).collect::<Vec<_>>().concat()
    }

    /// A pass over each chunk of rows, in order.
    fn chunks<'a, F: Precision>(
        &'a self,
        model: &'a LinearModel<F>,
        terms: &'a ClassTerms<F>,
    ) -> impl IndexedParallelIterator<Item = ChunkPass<'a, F>> {
        let n_chunks = self.samples.len().div_ceil(CHUNK_ROWS);
        (0..n_chunks).into_par_iter().map(move |idx| ChunkPass { problem: self, terms, model, first: idx * CHUNK_ROWS })
    }
}

/// A pass over a chunk of rows.
struct ChunkPass<'a, F> {
    problem: &'a Problem,
    terms: &'a ClassTerms<F>,
    model: &'a LinearModel<F>,
    first: usize,
}

impl<F: Precision> ChunkPass<'_, F> {
    /// What each class owns of the chunk.
    fn shares(self) -> (Sums, LossShares) {
        let mut shares = LossShares { owners: vec![Owner::default(); self.model.n_classes()] };
        let loss_at_half = loss_at_half(self.problem.loss);
        let sums = self.run(&mut |block: &Block<'_, F>| {
            let (of_residuals, of_features) = (squares(block.residuals), squares(block.x));
            for lane in 0..block.n {
                let (value, weight) = (block.loss.values.0[lane], block.weights.0[lane]);
                let is_easy = match loss_at_half {
                    Some(at_half) => value <= at_half,
                    None => block.label_logits.0[lane] >= F::zero(),
                };
                let norm =
                    block.loss.scales.0[lane].as_f64().abs() * (of_residuals[lane] * (1.0 + of_features[lane])).sqrt();
                let owner = &mut shares.owners[block.labels[lane] as usize];
                let part = if is_easy { &mut owner.easy } else { &mut owner.hard };
                let (loss, gradient_norm) = ((weight * value).as_f64(), weight.as_f64() * norm);
                part.add(Part { n_samples: 1, loss, gradient_norm });
            }
        });
        (sums, shares)
    }

    /// f_y w_y l of every sample of the chunk, in order.
    fn losses(self) -> Vec<f64> {
        let mut losses = Vec::with_capacity(CHUNK_ROWS);
        self.run(&mut |block: &Block<'_, F>| {
            losses.extend((0..block.n).map(|lane| (block.weights.0[lane] * block.loss.values.0[lane]).as_f64()));
        });
        losses
    }

    /// Shows every block to `visit`, in order.
    fn run(self, visit: &mut dyn FnMut(&Block<'_, F>)) -> Sums {
        let Self { problem, terms, model, first } = self;
        let rows = Rows::Range(first..(first + CHUNK_ROWS).min(problem.samples.len()));
        for_each_block(problem.loss, terms, model, &problem.samples, rows, visit)
    }
}

/// Loss of a softmax at p_y = 1/2, above which every loss means p_y < 1/2, as it falls while p_y grows; `None` for a
/// sigmoid, whose loss has more to it than p_y.
fn loss_at_half<F: Float>(loss: Loss) -> Option<F> {
    let of_equal_logits = || loss.value_and_gradient(&[F::zero(); 2], 0, &mut [F::zero(); 2]);
    (loss.head() == Head::Softmax).then(of_equal_logits)
}

/// Σ v² over the values of each sample.
fn squares<F: Float>(values: &[Lanes<F>]) -> [f64; BLOCK] {
    dispatch(Squares(values))
}

struct Squares<'a, F>(&'a [Lanes<F>]);

impl<F: Float> WithSimd for Squares<'_, F> {
    type Output = [f64; BLOCK];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> [f64; BLOCK] {
        let mut sums = [0.0; BLOCK];
        for values in self.0 {
            for (sum, v) in sums.iter_mut().zip(&values.0) {
                *sum += v.as_f64() * v.as_f64();
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ndarray::Array2;

    use super::*;
    use crate::{
        data::Samples,
        loss::{OffsetKind, OffsetRule, Offsets},
        train::Reduction,
    };

    fn every_loss() -> Vec<Loss> {
        let softmax = [0.0, 0.5, 2.0, 5.0].map(|gamma| Loss::new(Head::Softmax, gamma, None).unwrap());
        let sigmoid = [(0.0, None), (2.0, Some(0.25))].map(|(g, a)| Loss::new(Head::Sigmoid, g, a).unwrap());
        [softmax.as_slice(), &sigmoid].concat()
    }

    fn problem(n_samples: usize, loss: Loss) -> Problem {
        let features = Array2::from_shape_fn((n_samples, 3), |(i, k)| ((i * 7 + k * 13) % 11) as f32 / 5.0 - 1.0);
        // Class 3 has no samples.
        let labels = (0..n_samples).map(|i| [0, 0, 0, 0, 1, 1, 2][i % 7]).collect();
        Problem {
            samples: Arc::new(Samples::new(features, labels)),
            loss,
            class_weights: vec![0.5, 1.0, 4.0, 0.0],
            negative_weights: Vec::new(),
            offsets: Offsets::default(),
            draw_factors: vec![1.0, 0.25, 1.5, 1.0],
            l2: 0.1,
            reduction: Reduction::BatchMean,
        }
    }

    /// The problem without and with each kind of offsets.
    fn with_offsets(problem: &Problem) -> Vec<Problem> {
        let kinds = [OffsetKind::None, OffsetKind::LogitAdjustment, OffsetKind::TestAdjustment, OffsetKind::Ldam];
        let offsets = kinds.map(|kind| OffsetRule::new(kind, 1.5, 0.8).unwrap().offsets(&[40, 20, 10, 0]));
        offsets.into_iter().map(|offsets| Problem { offsets, ..problem.clone() }).collect()
    }

    fn model(scale: f64) -> LinearModel<f64> {
        let mut model = LinearModel::zeros(3, 4);
        for (i, p) in model.params_mut().iter_mut().enumerate() {
            *p = scale * (i as f64 * 0.7).sin();
        }
        model
    }

    /// The same sums, one sample after the other, with the gradient of every parameter written out.
    fn directly(problem: &Problem, model: &LinearModel<f64>) -> Vec<[[f64; 3]; 2]> {
        let (features, labels) = (problem.samples.feature_slice(), problem.samples.labels());
        let mut sums = vec![[[0.0; 3]; 2]; 4];
        for (x, &label) in features.chunks(3).zip(labels) {
            let label = label as usize;
            let mut z: Vec<f64> = model.bias().to_vec();
            for (class_idx, z) in z.iter_mut().enumerate() {
                for (k, &x) in x.iter().enumerate() {
                    *z += model.weights()[k * 4 + class_idx] * f64::from(x);
                }
            }
            for (z, offset) in z.iter_mut().zip(problem.offsets.training()) {
                *z += offset;
            }
            z[label] -= problem.offsets.margins().get(label).copied().unwrap_or(0.0);
            let mut dz = [0.0; 4];
            let loss = problem.loss.value_and_gradient(&z, label, &mut dz);
            let mut gradient = dz.to_vec();
            for &x in x {
                gradient.extend(dz.map(|dz| dz * f64::from(x)));
            }
            let p_t = match problem.loss.head() {
                Head::Softmax => z[label].exp() / z.iter().map(|z| z.exp()).sum::<f64>(),
                Head::Sigmoid => 1.0 / (1.0 + (-z[label]).exp()),
            };
            let weight = problem.class_weights[label] * problem.draw_factors[label];
            let part = &mut sums[label][usize::from(p_t < 0.5)];
            part[0] += 1.0;
            part[1] += weight * loss;
            part[2] += weight * gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        }
        sums
    }

    #[test]
    fn sums_match_a_direct_computation_with_every_parameter_gradient_written_out() {
        for loss in every_loss() {
            let small = with_offsets(&problem(61, loss)).into_iter().map(|problem| (problem, model(1.0)));
            for (problem, model) in small.chain([(problem(9000, loss), model(3.0))]) {
                let (_, shares) = problem.loss_shares(&model);
                let expected = directly(&problem, &model);
                let n_of = |at: usize| shares.owners.iter().map(|o| [o.easy, o.hard][at].n_samples).sum::<u64>();
                assert!(n_of(0) > 0 && n_of(1) > 0, "{loss:?}: both kinds of samples are there");
                for (owner, expected) in shares.owners.iter().zip(expected) {
                    for (part, expected) in [owner.easy, owner.hard].into_iter().zip(expected) {
                        assert_eq!(part.n_samples as f64, expected[0], "{loss:?}");
                        for (got, expected) in [part.loss, part.gradient_norm].into_iter().zip(&expected[1..]) {
                            assert!((got - expected).abs() <= 1e-12 * expected, "{loss:?}: {got} {expected}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn shares_sum_to_one_and_easy_and_hard_ones_do_together() {
        for loss in every_loss() {
            let (_, shares) = problem(5000, loss).loss_shares(&model(1.0));
            for measure in Measure::ALL {
                let sum = |ease| shares.shares(measure, ease).unwrap().iter().sum::<f64>();
                assert!((sum(Ease::All) - 1.0).abs() < 1e-12, "{loss:?} {measure:?}");
                assert!((sum(Ease::Easy) + sum(Ease::Hard) - 1.0).abs() < 1e-12, "{loss:?} {measure:?}");
                assert_eq!(shares.shares(measure, Ease::All).unwrap()[3], 0.0, "a class without samples");
            }
        }
    }

    #[test]
    fn the_objective_comes_out_with_the_same_bits() {
        for loss in every_loss() {
            for n_samples in [61, 9000] {
                for problem in with_offsets(&problem(n_samples, loss)) {
                    let model = model(1.0);
                    assert_eq!(problem.loss_shares(&model).0, problem.full_batch(&model, &mut []), "{loss:?}");
                    let single = model.convert::<f32>();
                    assert_eq!(problem.loss_shares(&single).0, problem.full_batch(&single, &mut []), "{loss:?}");
                }
            }
        }
    }

    #[test]
    fn losses_of_samples_sum_to_what_the_classes_own() {
        let (problem, model) = (problem(9000, every_loss()[2]), model(1.0));
        let (losses, total) = (problem.sample_losses(&model), problem.loss_shares(&model).1.total());
        assert_eq!(losses.len(), 9000);
        let all = total.part(Ease::All).loss;
        assert!((losses.iter().sum::<f64>() - all).abs() < 1e-10 * all);
    }

    #[test]
    fn under_the_same_model_hard_samples_own_more_of_focal_loss_than_of_cross_entropy() {
        let hard_share = |gamma| {
            let loss = Loss::new(Head::Softmax, gamma, None).unwrap();
            let (_, shares) = problem(5000, loss).loss_shares(&model(2.0));
            Measure::ALL.map(|measure| shares.shares(measure, Ease::Hard).unwrap().iter().sum::<f64>())
        };
        let (ce, focal) = (hard_share(0.0), hard_share(2.0));
        assert!(ce[0] < focal[0] && ce[1] < focal[1], "{ce:?} {focal:?}");
    }

    #[test]
    fn shares_have_the_same_bits_whatever_the_number_of_threads() {
        let (problem, model) = (problem(30_000, every_loss()[1]), model(1.0).convert::<f32>());
        let pass = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| (problem.loss_shares(&model), problem.sample_losses(&model)))
        };
        assert_eq!(pass(1), pass(2));
        assert_eq!(pass(1), pass(3));
    }

    #[test]
    fn nobody_owns_a_loss_that_is_zero_or_infinite() {
        let mut problem = problem(61, every_loss()[0]);
        problem.class_weights = vec![0.0; 4];
        assert_eq!(problem.loss_shares(&model(1.0)).1.shares(Measure::Loss, Ease::All), None);
        problem.class_weights = vec![f64::INFINITY; 4];
        assert_eq!(problem.loss_shares(&model(1.0)).1.shares(Measure::Loss, Ease::All), None);
    }

    #[test]
    fn groups_own_what_their_members_own() {
        let (_, shares) = problem(500, every_loss()[0]).loss_shares(&model(1.0));
        let groups: [&[usize]; 2] = [&[0, 3], &[1, 2]];
        let grouped = shares.grouped(groups.into_iter());
        assert_eq!(grouped.owners[0], shares.owners[0]);
        let (all, of_groups) = (shares.total().part(Ease::All), grouped.total().part(Ease::All));
        assert!(all.n_samples == of_groups.n_samples && (all.loss - of_groups.loss).abs() < 1e-12 * all.loss);
    }
}
