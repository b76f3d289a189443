//! Which points of the space of parameters are run.

use std::collections::HashSet;

use rand::RngExt;

use super::{Choices, DesignKind, Name, SweepError, SweepSpec, Value, Values, values_in_words};
use crate::{
    data::{Stream, rng},
    experiment::{ExperimentSpec, ObjectiveSpec, Setting},
};

/// The first `n` points of a sequence that fills the unit cube of `n_dimensions` evenly, shape `[n][n_dimensions]`.
///
/// x_i = frac(1/2 + (i + 1)·(φ⁻¹, φ⁻², …)), where φ is the positive root of φ^(d+1) = φ + 1, the golden ratio for d = 1.
///
/// # Source
/// The R-sequence of M. Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences", 2018, a Kronecker sequence
/// (Niederreiter, "Random Number Generation and Quasi-Monte Carlo Methods", SIAM 1992, section 3.1).
pub fn low_discrepancy(n: usize, n_dimensions: usize) -> Vec<Vec<f64>> {
    // The map contracts by less than 1/(d + 1), so that this is more than f64 can tell.
    let root = (0..100).fold(1.5_f64, |phi, _| (1.0 + phi).powf(1.0 / (n_dimensions as f64 + 1.0)));
    let steps: Vec<f64> = (1..=n_dimensions).map(|power| root.powf(-(power as f64))).collect();
    (1..=n).map(|i| steps.iter().map(|step| (0.5 + i as f64 * step).fract()).collect()).collect()
}

fn random(n: usize, n_dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut generator = rng(seed, Stream::Design);
    (0..n).map(|_| (0..n_dimensions).map(|_| generator.random::<f64>()).collect()).collect()
}

impl SweepSpec {
    /// Checks that some objective uses a parameter, at some value of the others.
    ///
    /// # Errors
    /// When none does.
    pub(super) fn check_used(&self, parameter: Setting) -> Result<(), SweepError> {
        if self.experiment.objectives.iter().any(|objective| self.may_use(parameter, objective)) {
            return Ok(());
        }
        Err(SweepError::Unused { parameter: parameter.label(), users: parameter.users() })
    }

    /// Whether an objective uses a parameter at some value of the others; the optimiser decides about those of its steps.
    fn may_use(&self, parameter: Setting, objective: &ObjectiveSpec) -> bool {
        let varied =
            self.vary.get(&Setting::Optimiser).map_or_else(Vec::new, |choices| choices.values(Setting::Optimiser));
        let with = |optimiser: Value| self.uses(parameter, objective, &[(Setting::Optimiser, optimiser)].into());
        if varied.is_empty() { parameter.is_used_by(objective, &self.experiment) } else { varied.into_iter().any(with) }
    }

    /// Whether an objective uses a parameter at a point.
    fn uses(&self, parameter: Setting, objective: &ObjectiveSpec, point: &Values) -> bool {
        let Some(Value::Name(Name::Optimiser(optimiser))) = point.get(&Setting::Optimiser) else {
            return parameter.is_used_by(objective, &self.experiment);
        };
        let mut experiment = ExperimentSpec { objectives: Vec::new(), ..self.experiment.clone() };
        experiment.training.optimiser = *optimiser;
        parameter.is_used_by(objective, &experiment)
    }
}

/// The values at which an objective is run, each once; one without values where it uses nothing that is varied.
pub(super) fn points_of(spec: &SweepSpec, objective: &ObjectiveSpec) -> Vec<Values> {
    let used: Vec<(usize, Setting, &Choices)> = spec
        .vary
        .iter()
        .enumerate()
        .filter(|(_, (parameter, _))| spec.may_use(**parameter, objective))
        .map(|(dimension, (parameter, choices))| (dimension, *parameter, choices))
        .collect();
    let cube = match spec.design.kind {
        DesignKind::Grid => return grid(spec, objective, &used),
        DesignKind::Random => random(spec.design.points, spec.vary.len(), spec.design.seed),
        DesignKind::LowDiscrepancy => low_discrepancy(spec.design.points, spec.vary.len()),
    };
    let mut points: Vec<Values> = Vec::new();
    let mut seen = HashSet::new();
    for place in cube {
        let value = |(dimension, parameter, choices): &(usize, Setting, &Choices)| {
            (*parameter, choices.at(*parameter, place[*dimension]))
        };
        let mut point: Values = used.iter().map(value).collect();
        let of_point: Vec<Setting> = point.keys().copied().filter(|one| !spec.uses(*one, objective, &point)).collect();
        point.retain(|parameter, _| !of_point.contains(parameter));
        if seen.insert(values_in_words(&point)) {
            points.push(point);
        }
    }
    points
}

fn grid(spec: &SweepSpec, objective: &ObjectiveSpec, used: &[(usize, Setting, &Choices)]) -> Vec<Values> {
    let mut points = vec![Values::new()];
    // The optimiser comes before the settings of its steps.
    for (_, parameter, choices) in used {
        let values = choices.values(*parameter);
        let mut grown = Vec::with_capacity(points.len() * values.len());
        for point in points {
            if spec.uses(*parameter, objective, &point) {
                let with = |value: &Value| point.iter().map(|(a, b)| (*a, *b)).chain([(*parameter, *value)]).collect();
                grown.extend(values.iter().map(with));
            } else {
                grown.push(point);
            }
        }
        points = grown;
    }
    points
}

/// How many points an objective has in a grid at most, without making them.
pub(super) fn n_grid_points(spec: &SweepSpec, objective: &ObjectiveSpec) -> usize {
    let used = spec.vary.iter().filter(|(parameter, _)| spec.may_use(**parameter, objective));
    used.map(|(_, choices)| match choices {
        Choices::Values(values) => values.len(),
        Choices::Range(range) => range.number,
    })
    .fold(1, usize::saturating_mul)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_dimension_steps_by_the_golden_ratio() {
        let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
        for (i, point) in low_discrepancy(20, 1).into_iter().enumerate() {
            let expected = (0.5 + (i + 1) as f64 * golden).fract();
            assert!((point[0] - expected).abs() < 1e-12, "{i}: {} {expected}", point[0]);
        }
        // φ of two dimensions is the plastic number.
        let step = (low_discrepancy(1, 2)[0][0] - 0.5).rem_euclid(1.0);
        assert!((1.0 / step - 1.324_717_957_244_746).abs() < 1e-12, "{step}");
    }

    #[test]
    fn every_part_of_the_square_gets_its_share_of_points() {
        let points = low_discrepancy(256, 2);
        for x in 0..4 {
            for y in 0..4 {
                let is_inside = |p: &&Vec<f64>| (p[0] * 4.0) as usize == x && (p[1] * 4.0) as usize == y;
                let n = points.iter().filter(is_inside).count();
                // 16 are expected; independent points scatter by ±4.
                assert!((13..=19).contains(&n), "{n} points in cell {x}, {y}");
            }
        }
    }
}
