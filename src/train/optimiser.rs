//! First-order steps: SGD with momentum and Adam.

use pulp::{Simd, WithSimd};

use super::{
    Optimiser, TrainSettings,
    kernel::{Adam, step_adam, step_momentum},
};

/// What an optimiser remembers from step to step, for parameters in f32.
#[derive(Debug, Clone)]
pub(super) struct StepState {
    /// Momentum, or Adam's first moment.
    first: Vec<f32>,
    /// Adam's second moment.
    second: Vec<f32>,
    n_steps: i32,
}

impl StepState {
    pub(super) fn new(n_params: usize) -> Self {
        Self { first: vec![0.0; n_params], second: vec![0.0; n_params], n_steps: 0 }
    }

    /// Moves the parameters by one step along the gradient; to be inlined.
    #[expect(
        clippy::inline_always,
        reason = "what is not inlined is not compiled for the instructions that were chosen"
    )]
    #[inline(always)]
    pub(super) fn step(&mut self, settings: &TrainSettings, params: &mut [f32], gradient: &[f32]) {
        let TrainSettings { optimiser, learning_rate, momentum, .. } = *settings;
        match optimiser {
            Optimiser::Adam => {
                let adam = self.next_adam(learning_rate);
                step_adam(params, [&mut self.first, &mut self.second], gradient, adam);
            }
            Optimiser::Sgd | Optimiser::Lbfgs => {
                step_momentum(params, &mut self.first, gradient, learning_rate as f32, momentum as f32);
            }
        }
    }

    /// # Source
    /// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
    fn next_adam(&mut self, learning_rate: f64) -> Adam {
        const BETA_1: f64 = 0.9;
        const BETA_2: f64 = 0.999;
        self.n_steps = self.n_steps.saturating_add(1);
        let scale = |beta: f64| (1.0 / (1.0 - beta.powi(self.n_steps))) as f32;
        Adam {
            rate: learning_rate as f32,
            betas: [BETA_1 as f32, BETA_2 as f32],
            scales: [scale(BETA_1), scale(BETA_2)],
            epsilon: 1e-8,
        }
    }
}

/// A step, with the instructions that are chosen.
pub(super) struct Step<'a> {
    pub(super) state: &'a mut StepState,
    pub(super) settings: &'a TrainSettings,
    pub(super) params: &'a mut [f32],
    pub(super) gradient: &'a [f32],
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "what is not inlined is not compiled for the instructions that were chosen"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.state.step(self.settings, self.params, self.gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{Batch, Reduction};

    fn settings(optimiser: Optimiser, learning_rate: f64, momentum: f64) -> TrainSettings {
        let (batch, reduction) = (Batch::Full, Reduction::BatchMean);
        TrainSettings { optimiser, learning_rate, momentum, batch, l2: 0.0, reduction }
    }

    #[test]
    fn sgd_with_momentum_takes_the_steps_of_its_rule() {
        let settings = settings(Optimiser::Sgd, 0.5, 0.5);
        let mut state = StepState::new(1);
        let mut params = [1.0];
        state.step(&settings, &mut params, &[1.0]);
        assert_eq!(params, [0.5]);
        state.step(&settings, &mut params, &[1.0]);
        assert_eq!(params, [-0.25]);
    }

    #[test]
    fn the_first_step_of_adam_is_the_learning_rate_whatever_the_scale() {
        for scale in [1e-3_f32, 1.0, 1e3] {
            let mut params = [0.0_f32, 0.0];
            StepState::new(2).step(&settings(Optimiser::Adam, 0.1, 0.0), &mut params, &[scale, -scale]);
            assert!((params[0] + 0.1).abs() < 1e-5 && (params[1] - 0.1).abs() < 1e-5, "{scale}: {params:?}");
        }
    }
}
