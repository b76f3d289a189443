//! First-order steps: SGD with momentum and Adam.

use super::Optimiser;

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
            Optimiser::Sgd | Optimiser::Lbfgs => self.sgd(learning_rate as f32, momentum as f32, params, gradient),
        }
    }

    /// v ← μv + g, θ ← θ − ηv.
    fn sgd(&mut self, learning_rate: f32, momentum: f32, params: &mut [f32], gradient: &[f32]) {
        for ((p, v), &g) in params.iter_mut().zip(&mut self.first).zip(gradient) {
            *v = momentum * *v + g;
            *p -= learning_rate * *v;
        }
    }

    /// # Source
    /// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
    fn adam(&mut self, learning_rate: f64, params: &mut [f32], gradient: &[f32]) {
        const BETA_1: f64 = 0.9;
        const BETA_2: f64 = 0.999;
        const EPSILON: f32 = 1e-8;
        self.n_steps = self.n_steps.saturating_add(1);
        let first_scale = (1.0 / (1.0 - BETA_1.powi(self.n_steps))) as f32;
        let second_scale = (1.0 / (1.0 - BETA_2.powi(self.n_steps))) as f32;
        let rate = learning_rate as f32;
        let (beta_1, beta_2) = (BETA_1 as f32, BETA_2 as f32);
        for (((p, m), v), &g) in params.iter_mut().zip(&mut self.first).zip(&mut self.second).zip(gradient) {
            *m = beta_1 * *m + (1.0 - beta_1) * g;
            *v = beta_2 * *v + (1.0 - beta_2) * g * g;
            *p -= rate * (*m * first_scale) / ((*v * second_scale).sqrt() + EPSILON);
        }
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
