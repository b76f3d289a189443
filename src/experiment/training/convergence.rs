//! When training has settled: a rule for optimisers that never stop by themselves.

use std::collections::BTreeMap;

/// Epochs between two looks at the training objective.
pub const CONVERGENCE_INTERVAL: u64 = 10;
/// Epochs without progress after which a run counts as settled.
pub const CONVERGENCE_PATIENCE: u64 = 50;
/// Smallest share of itself by which the objective has to fall to count as progress.
const LEAST_PROGRESS: f64 = 1e-5;

/// Follows the lowest training objective of several runs.
///
/// A run has settled when its lowest objective so far, looked at every [`CONVERGENCE_INTERVAL`] epochs, has not fallen by
/// more than 10⁻⁵ of itself for [`CONVERGENCE_PATIENCE`] epochs. With mini-batches and a constant learning rate that is
/// where noise and progress balance, not the optimum; L-BFGS reaches that and stops by itself.
#[derive(Debug, Clone, Default)]
pub struct Convergence {
    /// By colour: the lowest objective that was progress, and its epoch.
    best: BTreeMap<usize, (f64, u64)>,
}

impl Convergence {
    /// Takes the objectives of an epoch, one for each run (by colour) that is still training; tells whether all have
    /// settled.
    pub fn note(&mut self, epoch: u64, objectives: impl Iterator<Item = (usize, f64)>) -> bool {
        let mut have_settled = true;
        for (colour, objective) in objectives {
            let best = self.best.entry(colour).or_insert((f64::INFINITY, epoch));
            let needed = if best.0.is_finite() { best.0 - LEAST_PROGRESS * best.0.abs() } else { f64::INFINITY };
            if objective < needed {
                *best = (objective, epoch);
            }
            have_settled &= epoch >= best.1 + CONVERGENCE_PATIENCE;
        }
        have_settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first look at which a course of one run counts as settled.
    fn settled_at(course: impl Fn(u64) -> f64) -> Option<u64> {
        let mut convergence = Convergence::default();
        (0..1000).map(|look| look * CONVERGENCE_INTERVAL).find(|&epoch| {
            let objective = course(epoch);
            convergence.note(epoch, std::iter::once((0, objective)))
        })
    }

    #[test]
    fn a_run_settles_when_its_lowest_objective_stays() {
        assert_eq!(settled_at(|_| 1.0), Some(50));
        assert_eq!(settled_at(|epoch| 1.0 / (1.0 + epoch.min(200) as f64)), Some(250));
        // Noise above the lowest value is no progress, and progress that is too small to see neither.
        assert_eq!(settled_at(|epoch| 1.0 + (epoch as f64).sin().abs()), Some(50));
        assert_eq!(settled_at(|epoch| 1.0 - 1e-8 * epoch as f64), Some(50));
        assert_eq!(settled_at(|epoch| 1.0 - 1e-5 * epoch as f64), None);
    }

    #[test]
    fn all_runs_have_to_settle_and_one_that_goes_on_holds_up_the_rest() {
        let mut convergence = Convergence::default();
        for epoch in (0..=200).step_by(10) {
            let moving = 1.0 - 1e-3 * epoch as f64;
            assert!(!convergence.note(epoch, [(0, 1.0), (1, moving)].into_iter()));
        }
        assert!(convergence.note(210, std::iter::once((0, 1.0))), "the other one has ended");
    }
}
