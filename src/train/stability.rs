//! The largest learning rate at which gradient descent on the training objective stays stable.

use super::{Optimiser, Problem, Reduction, TrainSettings};
use crate::{
    data::Samples,
    loss::{Head, Loss},
    train::Batch,
};

/// Most samples of which the largest eigenvalue is taken; each class is thinned alike beyond.
const MOST_ROWS: usize = 5000;

/// The learning rate that its authors recommend for Adam.
const ADAM_RATE: f64 = 0.001;

/// A learning rate under which steps settle, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StableRate {
    /// (1 − μ)/(2L) for SGD.
    Curvature {
        /// L: the expected smoothness of the objective on a batch.
        smoothness: f64,
        /// The share of L that is the penalty's λ.
        l2_share: f64,
        /// The rate.
        rate: f64,
    },
    /// Adam's own scale: its steps are as long as the learning rate, however steep the objective.
    Adam {
        /// The rate.
        rate: f64,
    },
}

impl StableRate {
    /// For a problem under the settings of its training; `None` where there is no learning rate (L-BFGS) or no rate
    /// is stable.
    ///
    /// For SGD on batches of B out of n samples, with momentum μ, it is η = (1 − μ)/(2L), where
    /// L = n(B−1)/(B(n−1))·L_all + (n−B)/(B(n−1))·L_one is the expected smoothness: L_all bounds the curvature of the
    /// objective on all samples, κ·λ_max(Σ w x xᵀ/n) + λ, and L_one that on the steepest sample, κ·max w‖x‖² + λ; x has a
    /// 1 for the bias. κ bounds the curvature of the base loss in the logits: ½ for softmax and ¼ for sigmoid cross entropy.
    /// 1/(1 − μ) is by how much momentum lengthens the steps.
    ///
    /// # Source
    /// Gower, Loizou, Qian, Sailanbayev, Shulgin and Richtárik, "SGD: General Analysis and Improved Rates", ICML 2019,
    /// theorem 3.1 and proposition 3.8; Böhning, "Multinomial logistic regression algorithm", 1992, for κ = ½. Adam: Kingma
    /// and Ba, ICLR 2015, algorithm 1.
    pub fn of(problem: &Problem, settings: &TrainSettings) -> Option<Self> {
        match settings.optimiser {
            Optimiser::Lbfgs => None,
            Optimiser::Adam => Some(Self::Adam { rate: ADAM_RATE }),
            Optimiser::Sgd => {
                let n = problem.samples.len() as f64;
                let batch = match settings.batch {
                    Batch::Size(size) => (size as f64).min(n),
                    Batch::Full => n,
                };
                let curvature = loss_curvature(problem.loss);
                let [all, steepest] = second_moments(problem).map(|checkpoint| curvature * checkpoint);
                let mixed = if n > 1.0 {
                    (n * (batch - 1.0) * all + (n - batch) * steepest) / (batch * (n - 1.0))
                } else {
                    steepest
                };
                let smoothness = mixed + problem.l2;
                let rate = (1.0 - settings.momentum) / (2.0 * smoothness);
                let l2_share = problem.l2 / smoothness;
                (rate.is_finite() && rate > 0.0).then_some(Self::Curvature { smoothness, l2_share, rate })
            }
        }
    }

    /// The learning rate η.
    pub fn rate(self) -> f64 {
        match self {
            Self::Curvature { rate, .. } | Self::Adam { rate } => rate,
        }
    }
}

/// κ: the largest curvature of a base loss in the logits of one sample, by absolute value.
///
/// Softmax: with g = p·dφ/dp of φ(p) = −(1−p)^γ ln p and u = e_y − p, the Hessian is (p·dg/dp)·uuᵀ − g·(diag p − ppᵀ); with
/// ‖u‖² ≤ 2(1−p)² and ‖diag p − ppᵀ‖ ≤ min(½, 2(1−p)) its norm is bounded for each p. Sigmoid: the second derivative in
/// the logit, each class having its own. The largest value is looked for on a fine grid of the logit of p.
fn loss_curvature(loss: Loss) -> f64 {
    const STEPS: i32 = 4000;
    const REACH: f64 = 20.0;
    let gamma = loss.gamma();
    let t = |step: i32| REACH * f64::from(step) / f64::from(STEPS);
    let log_p = |t: f64| -(-t).exp().ln_1p();
    let p = |t: f64| log_p(t).exp();
    let slope = |t: f64| {
        let (q, p) = (p(-t), p(t));
        match loss.head() {
            // g, where q^(γ−1) stays finite for γ < 1 as ln p vanishes with q.
            Head::Softmax => q.powf(gamma) * (gamma * p * log_p(t) / q.max(f64::MIN_POSITIVE) - 1.0),
            Head::Sigmoid => q.powf(gamma) * (gamma * p * log_p(t) - q),
        }
    };
    let width = t(1);
    let curvature = |step: i32| {
        let (t, q) = (t(step), p(-t(step)));
        let bend = ((slope(t + width) - slope(t - width)) / (2.0 * width)).abs();
        match loss.head() {
            Head::Softmax => 2.0 * q * bend + slope(t).abs() * (2.0 * q).min(0.5),
            Head::Sigmoid => bend,
        }
    };
    let largest = (-STEPS..=STEPS).map(curvature).fold(0.0, f64::max);
    let alpha = loss.alpha().map_or(1.0, |alpha| alpha.max(1.0 - alpha));
    alpha * largest
}

/// λ_max(Σ s x xᵀ/n) and max s‖x‖² over the samples, x with a 1 for the bias; s is the weight of a sample, relative to the
/// mean under the weighted mean.
fn second_moments(problem: &Problem) -> [f64; 2] {
    let samples = &problem.samples;
    let counts = class_sizes(samples, problem.class_weights.len());
    let n = samples.len().max(1) as f64;
    let drawn = |class_idx: usize| problem.class_weights[class_idx] * problem.draw_factors[class_idx];
    let mean = match problem.reduction {
        Reduction::BatchMean => 1.0,
        Reduction::WeightedMean => {
            counts.iter().enumerate().map(|(idx, &size)| size as f64 * drawn(idx)).sum::<f64>() / n
        }
    };
    let (n_features, features) = (samples.n_features(), samples.feature_slice());
    let row = |idx: usize| &features[idx * n_features..(idx + 1) * n_features];
    let square = |x: &[f32]| 1.0 + x.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>();
    let steepest = samples.labels().iter().enumerate();
    let steepest = steepest
        .map(|(idx, &label)| problem.class_weights[label as usize] / mean * square(row(idx)))
        .fold(0.0, f64::max);
    // Each class gives every k-th row, and each stands for k.
    let quota = (MOST_ROWS / counts.iter().filter(|&&size| size > 0).count().max(1)).max(1);
    let mut seen = vec![0_usize; counts.len()];
    let mut kept = Vec::new();
    for (idx, &label) in samples.labels().iter().enumerate() {
        let class_idx = label as usize;
        let step = counts[class_idx].div_ceil(quota);
        if seen[class_idx].is_multiple_of(step) {
            let stands_for = counts[class_idx] as f64 / counts[class_idx].div_ceil(step) as f64;
            kept.push((idx, drawn(class_idx) / mean * stands_for / n));
        }
        seen[class_idx] += 1;
    }
    [largest_eigenvalue(n_features + 1, &kept, row), steepest]
}

fn class_sizes(samples: &Samples, n_classes: usize) -> Vec<usize> {
    let mut sizes = vec![0; n_classes];
    for &label in samples.labels() {
        sizes[label as usize] += 1;
    }
    sizes
}

/// λ_max(Σ s x xᵀ) by power iteration; rows are given with their s, a 1 for the bias comes last in x.
fn largest_eigenvalue<'a>(size: usize, rows: &[(usize, f64)], row: impl Fn(usize) -> &'a [f32]) -> f64 {
    const ITERATIONS: usize = 50;
    let mut direction: Vec<f64> = (0..size).map(|k| 1.0 + 0.01 * k as f64).collect();
    let mut value = 0.0;
    for _ in 0..ITERATIONS {
        let length = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
        if length == 0.0 || !length.is_finite() {
            break;
        }
        for d in &mut direction {
            *d /= length;
        }
        let mut next = vec![0.0; size];
        for &(idx, s) in rows {
            let x = row(idx);
            let along =
                s * (direction[size - 1] + x.iter().zip(&direction).map(|(&x, d)| f64::from(x) * d).sum::<f64>());
            for (next, &x) in next.iter_mut().zip(x) {
                *next += along * f64::from(x);
            }
            next[size - 1] += along;
        }
        value = next.iter().zip(&direction).map(|(n, d)| n * d).sum();
        direction = next;
    }
    value
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ndarray::Array2;

    use super::*;
    use crate::loss::Offsets;

    /// The largest second difference of a loss along random directions of the logits.
    fn probe(loss: Loss) -> f64 {
        let mut largest: f64 = 0.0;
        for case in 0..4000_u32 {
            let number = |k: u32| ((f64::from(case * 7 + k) * 12.9898).sin() * 43758.5453).fract();
            let mut direction = [0, 1, 2].map(|k| number(k + 10));
            let length = direction.iter().map(|d| d * d).sum::<f64>().sqrt().max(1e-3);
            direction = direction.map(|d| d / length);
            let value = |shift: f64| {
                let z = [0, 1, 2].map(|k| 6.0 * number(k) + shift * direction[k as usize]);
                loss.value_and_gradient(&z, 0, &mut [0.0; 3])
            };
            let h = 1e-3;
            largest = largest.max(((value(h) - 2.0 * value(0.0) + value(-h)) / (h * h)).abs());
        }
        largest
    }

    #[test]
    fn the_curvature_of_a_loss_is_bounded_and_the_bound_is_near() {
        for (head, expected) in [(Head::Softmax, 0.5), (Head::Sigmoid, 0.25)] {
            let loss = Loss::new(head, 0.0, None).unwrap();
            assert!((loss_curvature(loss) - expected).abs() < 1e-4, "{head:?}: {}", loss_curvature(loss));
            for gamma in [0.0, 0.5, 1.0, 2.0, 5.0] {
                let loss = Loss::new(head, gamma, None).unwrap();
                let (bound, seen) = (loss_curvature(loss), probe(loss));
                assert!(seen <= bound * 1.001 && bound < 5.0 * seen, "{head:?} γ {gamma}: {seen} under {bound}");
            }
        }
        let halved = Loss::new(Head::Sigmoid, 0.0, Some(0.5)).unwrap();
        assert!((loss_curvature(halved) - 0.125).abs() < 1e-4);
    }

    fn problem(weights: Vec<f64>) -> Problem {
        // x = ±2 with a bias: the second moment is diag(4, 1).
        let features = Array2::from_shape_fn((40, 1), |(i, _)| if i % 2 == 0 { 2.0 } else { -2.0 });
        let labels = (0..40).map(|i| u32::from(i >= 30)).collect();
        Problem {
            samples: Arc::new(Samples::new(features, labels)),
            loss: Loss::new(Head::Softmax, 0.0, None).unwrap(),
            class_weights: weights,
            negative_weights: Vec::new(),
            offsets: Offsets::default(),
            draw_factors: vec![1.0, 1.0],
            l2: 0.5,
            reduction: Reduction::BatchMean,
        }
    }

    fn settings(batch: Batch, momentum: f64) -> TrainSettings {
        let (optimiser, reduction) = (Optimiser::Sgd, Reduction::BatchMean);
        TrainSettings { optimiser, learning_rate: 1.0, momentum, batch, l2: 0.5, reduction }
    }

    #[test]
    fn the_rate_can_be_checked_by_hand() {
        let rate = |weights: Vec<f64>, batch, momentum| {
            StableRate::of(&problem(weights), &settings(batch, momentum)).unwrap().rate()
        };
        // L = ½·4 + 0.5 on all samples, ½·5 + 0.5 on one.
        assert!((rate(vec![1.0, 1.0], Batch::Full, 0.0) - 1.0 / 5.0).abs() < 1e-6);
        assert!((rate(vec![1.0, 1.0], Batch::Size(1), 0.0) - 1.0 / 6.0).abs() < 1e-6);
        assert!((rate(vec![1.0, 1.0], Batch::Full, 0.9) - 0.1 / 5.0).abs() < 1e-6);
        // A quarter of the samples weighs three times as much: λ_max = 4·(0.75 + 0.25·3).
        assert!((rate(vec![1.0, 3.0], Batch::Full, 0.0) - 1.0 / 7.0).abs() < 1e-6);
        assert!((rate(vec![1.0, 3.0], Batch::Size(1), 0.0) - 1.0 / 16.0).abs() < 1e-6);
    }

    #[test]
    fn there_is_none_for_lbfgs_and_a_fixed_one_for_adam() {
        let of = |optimiser| {
            StableRate::of(&problem(vec![1.0, 1.0]), &TrainSettings { optimiser, ..settings(Batch::Full, 0.0) })
        };
        assert_eq!(of(Optimiser::Lbfgs), None);
        assert_eq!(of(Optimiser::Adam), Some(StableRate::Adam { rate: 0.001 }));
    }
}
