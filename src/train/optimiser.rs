//! First-order steps: SGD with momentum and Adam.

use super::{
    Optimiser,
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

    /// Moves the parameters by one step along the gradient.
    pub(super) fn step(
        &mut self,
        optimiser: Optimiser,
        learning_rate: f64,
        momentum: f64,
        params: &mut [f32],
        gradient: &[f32],
    ) {
        match optimiser {
            Optimiser::Adam => self.adam(learning_rate, params, gradient),
            Optimiser::Sgd | Optimiser::Lbfgs => {
                step_momentum(params, &mut self.first, gradient, learning_rate as f32, momentum as f32);
            }
        }
    }

    /// # Source
    /// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
    fn adam(&mut self, learning_rate: f64, params: &mut [f32], gradient: &[f32]) {
        const BETA_1: f64 = 0.9;
        const BETA_2: f64 = 0.999;
        self.n_steps = self.n_steps.saturating_add(1);
        let scale = |beta: f64| (1.0 / (1.0 - beta.powi(self.n_steps))) as f32;
        let adam = Adam {
            rate: learning_rate as f32,
            betas: [BETA_1 as f32, BETA_2 as f32],
            scales: [scale(BETA_1), scale(BETA_2)],
            epsilon: 1e-8,
        };
        step_adam(params, [&mut self.first, &mut self.second], gradient, adam);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sgd_with_momentum_takes_the_steps_of_its_rule() {
        let mut state = StepState::new(1);
        let mut params = [1.0];
        state.step(Optimiser::Sgd, 0.5, 0.5, &mut params, &[1.0]);
        assert_eq!(params, [0.5]);
        state.step(Optimiser::Sgd, 0.5, 0.5, &mut params, &[1.0]);
        assert_eq!(params, [-0.25]);
    }

    #[test]
    fn the_first_step_of_adam_is_the_learning_rate_whatever_the_scale() {
        for scale in [1e-3_f32, 1.0, 1e3] {
            let mut params = [0.0, 0.0];
            StepState::new(2).step(Optimiser::Adam, 0.1, 0.0, &mut params, &[scale, -scale]);
            assert!((params[0] + 0.1).abs() < 1e-5 && (params[1] - 0.1).abs() < 1e-5, "{scale}: {params:?}");
        }
    }
}
