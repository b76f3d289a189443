//! Full-batch L-BFGS in f64, one iteration a call (argmin's solver, driven by hand so that it can be watched and stopped).

use std::sync::Mutex;

use argmin::{
    core::{CostFunction, Error, Gradient, IterState, Problem as Tracked, Solver as _, State as _},
    solver::{linesearch::MoreThuenteLineSearch, quasinewton::LBFGS},
};

use super::{LinearModel, Problem};

/// Pairs of steps and gradient changes that are remembered.
const MEMORY: usize = 20;
/// Largest gradient component at which the optimum counts as reached.
const TOLERANCE: f64 = 1e-8;

type LineSearch = MoreThuenteLineSearch<Vec<f64>, Vec<f64>, f64>;
type Solver = LBFGS<LineSearch, Vec<f64>, Vec<f64>, f64>;
type SolverState = IterState<Vec<f64>, Vec<f64>, (), (), (), f64>;

/// How an iteration ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// There is further to go.
    Moved,
    /// The gradient is within tolerance, or as small as rounding allows.
    Converged,
    /// The objective is no finite number.
    NotFinite,
}

/// The solver between two iterations.
#[derive(Clone)]
pub(super) struct Lbfgs {
    solver: Solver,
    tracked: Tracked<Objective>,
    state: Option<SolverState>,
    model: LinearModel<f64>,
    gradient: Vec<f64>,
    value: f64,
    /// Whether the line search has just failed with an empty memory too.
    has_restarted: bool,
}

impl Lbfgs {
    /// Starts from a model; nothing is computed yet.
    pub(super) fn new(problem: Problem, model: LinearModel<f64>) -> Self {
        let gradient = vec![f64::INFINITY; model.params().len()];
        let objective = Objective { problem, shape: model.clone(), last: Mutex::new(None) };
        Self {
            solver: new_solver(),
            tracked: Tracked::new(objective),
            state: None,
            model,
            gradient,
            value: f64::INFINITY,
            has_restarted: false,
        }
    }

    /// The parameters reached.
    pub(super) fn model(&self) -> &LinearModel<f64> {
        &self.model
    }

    /// Largest absolute component of the gradient at the parameters reached.
    pub(super) fn gradient_norm(&self) -> f64 {
        self.gradient.iter().fold(0.0, |norm, g| norm.max(g.abs()))
    }

    /// Takes one iteration; where the line search fails, the memory is dropped once before the end is declared.
    pub(super) fn iterate(&mut self) -> Outcome {
        let outcome = self.try_iterate();
        if let Ok(outcome) = outcome {
            self.has_restarted = false;
            return outcome;
        }
        self.state = None;
        self.solver = new_solver();
        if std::mem::replace(&mut self.has_restarted, true) {
            // Not even steepest descent finds a lower value: this is the optimum to within rounding.
            return if self.value.is_finite() { Outcome::Converged } else { Outcome::NotFinite };
        }
        Outcome::Moved
    }

    fn try_iterate(&mut self) -> Result<Outcome, Error> {
        let state = match self.state.take() {
            Some(state) => state,
            None => {
                let start = SolverState::new().param(self.model.params().to_vec());
                self.solver.init(&mut self.tracked, start)?.0
            }
        };
        if let Some(outcome) = self.look_at(&state) {
            self.state = Some(state);
            return Ok(outcome);
        }
        let (state, _) = self.solver.next_iter(&mut self.tracked, state)?;
        let outcome = self.look_at(&state).unwrap_or(Outcome::Moved);
        self.state = Some(state);
        Ok(outcome)
    }

    /// Takes over what the state holds and tells whether that is the end.
    fn look_at(&mut self, state: &SolverState) -> Option<Outcome> {
        if let (Some(params), Some(gradient)) = (state.get_param(), state.get_gradient()) {
            self.model.params_mut().copy_from_slice(params);
            self.gradient.copy_from_slice(gradient);
        }
        self.value = state.get_cost();
        if !self.value.is_finite() || !self.model.is_finite() {
            Some(Outcome::NotFinite)
        } else if self.gradient_norm() <= TOLERANCE {
            Some(Outcome::Converged)
        } else {
            None
        }
    }
}

fn new_solver() -> Solver {
    LBFGS::new(LineSearch::new(), MEMORY)
}

/// The problem as argmin sees it: it asks for value and gradient apart, the kernel makes both in one pass.
struct Objective {
    problem: Problem,
    shape: LinearModel<f64>,
    last: Mutex<Option<Evaluated>>,
}

impl Clone for Objective {
    /// What was evaluated last is evaluated again where it is asked for.
    fn clone(&self) -> Self {
        Self { problem: self.problem.clone(), shape: self.shape.clone(), last: Mutex::default() }
    }
}

struct Evaluated {
    params: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl Objective {
    fn evaluate<T>(&self, params: &[f64], take: impl Fn(&Evaluated) -> T) -> T {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let evaluated = match last.take() {
            Some(evaluated) if evaluated.params == params => evaluated,
            _ => {
                let mut model = self.shape.clone();
                model.params_mut().copy_from_slice(params);
                let mut gradient = vec![0.0; params.len()];
                let value = self.problem.full_batch(&model, &mut gradient);
                Evaluated { params: params.to_vec(), value, gradient }
            }
        };
        let taken = take(&evaluated);
        *last = Some(evaluated);
        taken
    }
}

impl CostFunction for Objective {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, params: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.evaluate(params, |evaluated| evaluated.value))
    }
}

impl Gradient for Objective {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, params: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.evaluate(params, |evaluated| evaluated.gradient.clone()))
    }
}
