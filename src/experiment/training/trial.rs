//! Whether a run has been trained long enough: where it would go on to, and by how much that would change its figures.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::comparison::Run;
use crate::{
    bounds::Bounded,
    data::Dataset,
    experiment::CheckedSpec,
    numbers::fixed,
    train::{Optimiser, Status, TrainSettings},
};

/// Most iterations of L-BFGS.
const MOST_ITERATIONS: f64 = 200.0;
/// Fewer would not tell.
const LEAST_ITERATIONS: f64 = 20.0;
/// Multiplications that a trial may take: about a second on one core.
const MOST_WORK: f64 = 3e9;
/// Share of itself by which the objective has to fall, and what macro recall has to move by, to be worth a sentence.
const LEAST_FALL: f64 = 0.01;
/// See [`LEAST_FALL`].
const LEAST_MOVE: f64 = 0.005;

/// What a run comes to when L-BFGS goes on from where it ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimumTrial {
    /// The regularised training objective where the run ended.
    pub objective: f64,
    /// The same after the trial.
    pub objective_at_optimum: f64,
    /// Macro recall on the set that the run was measured on.
    pub macro_recall: f64,
    /// The same after the trial.
    pub macro_recall_at_optimum: f64,
    /// Whether the trial reached the optimum; else it is further still.
    pub is_reached: bool,
}

impl OptimumTrial {
    /// Goes on from where a run on a table ended. `None` where the run has converged or diverged, where a trial would take
    /// too long or was stopped, and for generated data, where one watches SGD.
    pub(in crate::experiment) fn of(
        checked: &CheckedSpec,
        run: &Run,
        dataset: &Dataset,
        objective: f64,
        stop: &AtomicBool,
    ) -> Option<Self> {
        let spec = checked.spec();
        let is_asked = spec.data.source.is_table() && spec.training.optimiser != Optimiser::Lbfgs;
        if !is_asked || *run.trainer.status() != Status::Training {
            return None;
        }
        let n_samples = run.set.samples().len();
        let n_params = (run.set.samples().n_features() + 1) * dataset.n_classes();
        let n_iterations = MOST_WORK / (2.0 * n_samples as f64 * n_params as f64);
        if n_iterations < LEAST_ITERATIONS {
            return None;
        }
        let macro_recall = run.trainer.evaluate(dataset.evaluation().1).macro_recall()?;
        let mut trainer = run.trainer.clone();
        let settings = TrainSettings { optimiser: Optimiser::Lbfgs, ..spec.training.settings() };
        trainer.optimise_with(settings);
        let order: Vec<u32> = (0..n_samples as u32).collect();
        for _ in 0..n_iterations.within(LEAST_ITERATIONS, MOST_ITERATIONS) as u64 {
            if *trainer.status() != Status::Training {
                break;
            }
            trainer.train_epoch(&order, stop);
            if stop.load(Ordering::Relaxed) {
                return None;
            }
        }
        let is_reached = matches!(trainer.status(), Status::Converged { .. });
        let checkpoint = trainer.checkpoint();
        let objective_at_optimum = Some(checkpoint.objective()).filter(|objective| objective.is_finite())?;
        let macro_recall_at_optimum = trainer.evaluate(dataset.evaluation().1).macro_recall()?;
        Some(Self { objective, objective_at_optimum, macro_recall, macro_recall_at_optimum, is_reached })
    }

    /// Whether figures of the run are not those of its objective but of too short a training.
    pub fn matters(&self) -> bool {
        let fall = (self.objective - self.objective_at_optimum) / self.objective.abs().max(f64::MIN_POSITIVE);
        fall >= LEAST_FALL && (self.macro_recall_at_optimum - self.macro_recall).abs() >= LEAST_MOVE
    }

    /// The trial in a sentence about an objective.
    pub fn in_words(&self, name: &str) -> String {
        let by = if self.is_reached { "at the optimum" } else { "further on" };
        format!(
            "{name} has not converged: {by} its training objective is {} (now {}) and its macro recall {} (now {}). Train longer, or with L-BFGS",
            fixed(self.objective_at_optimum, 4),
            fixed(self.objective, 4),
            fixed(self.macro_recall_at_optimum, 3),
            fixed(self.macro_recall, 3),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        data::BuiltIn,
        experiment::{DataSource, ExperimentSpec, Hooks, Preset, RunRecord, Source, run},
        train::Optimiser,
    };
    use std::sync::atomic::AtomicBool;

    fn record(change: impl Fn(&mut ExperimentSpec)) -> RunRecord {
        let mut spec = ExperimentSpec { objectives: vec![Preset::BalancedCe.objective()], ..ExperimentSpec::default() };
        (spec.data.source, spec.data.built_in) = (DataSource::BuiltIn, BuiltIn::PageBlocks);
        spec.assign_colours();
        change(&mut spec);
        let checked = spec.check().unwrap();
        let source = Source::open(&checked).unwrap();
        let stop = AtomicBool::new(false);
        run(&checked, &source, &Hooks::silent(&stop)).unwrap().remove(0)
    }

    #[test]
    fn a_run_that_was_stopped_early_says_where_it_would_go_and_the_optimum_is_there() {
        let early = record(|spec| spec.training.epochs = 2);
        let trial = early.optimum.expect("a trial");
        assert!(trial.matters(), "{trial:?}");
        let optimum = record(|spec| {
            (spec.training.optimiser, spec.training.epochs) = (Optimiser::Lbfgs, 5000);
        });
        assert_eq!(optimum.optimum, None);
        let expected = optimum.training_objective.unwrap();
        assert!(trial.objective_at_optimum >= expected - 1e-6 * expected, "{trial:?} {expected}");
        assert!(trial.objective_at_optimum - expected < 0.2 * (trial.objective - expected), "{trial:?} {expected}");
        assert_eq!(Some(trial.macro_recall), early.figures.macro_recall);
        let words = trial.in_words("Balanced CE");
        assert!(words.starts_with("Balanced CE has not converged: ") && words.ends_with("or with L-BFGS"), "{words}");
    }

    #[test]
    fn generated_data_have_no_trial() {
        let generated = record(|spec| {
            spec.data.source = DataSource::Gaussians;
            spec.training.epochs = 2;
        });
        assert_eq!(generated.optimum, None);
    }
}
