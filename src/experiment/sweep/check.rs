//! The only way from a sweep to the list of its runs.

use std::str::FromStr;

use super::{DesignKind, SweepError, SweepSpec, Value, Values, design};
use crate::{
    data::Seeds,
    experiment::{CheckedSpec, Preset, Setting, specification::objective_in_use},
};

/// Most runs of a sweep.
pub const MAX_RUNS: u64 = 200_000;
/// Most points of a design that is no grid.
pub(super) const MAX_POINTS: usize = 20_000;

/// One objective at one set of values; it is run once with every seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Place of the objective in the experiment.
    pub objective_idx: usize,
    /// The values of the parameters that it uses.
    pub values: Values,
}

impl Point {
    /// The imbalance factor, where it is varied; points with different ones see different data and are not compared.
    pub fn imbalance(&self) -> Option<Value> {
        self.values.get(&Setting::Imbalance).copied()
    }
}

/// A sweep whose every run can be started.
///
/// Run `point · n_seeds + seed` is the point with this index under the seed with that index. The numbers follow from the
/// specification alone.
#[derive(Debug, Clone)]
pub struct CheckedSweep {
    spec: SweepSpec,
    points: Vec<Point>,
}

/// A part of a sweep that one machine runs: every n-th run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub part: u64,
    /// Number of parts.
    pub of: u64,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Self = Self { part: 1, of: 1 };

    /// Whether a run belongs to this part.
    pub fn has(self, run: u64) -> bool {
        run % self.of == self.part - 1
    }
}

impl FromStr for Shard {
    type Err = SweepError;

    fn from_str(text: &str) -> Result<Self, SweepError> {
        let refused = || SweepError::Shard(text.to_owned());
        let (part, of) = text.split_once('/').ok_or_else(refused)?;
        let whole = |text: &str| text.trim().parse::<u64>().map_err(|_| refused());
        let (part, of) = (whole(part)?, whole(of)?);
        if (1..=of).contains(&part) { Ok(Self { part, of }) } else { Err(refused()) }
    }
}

impl SweepSpec {
    /// Checks every part and lists the runs.
    ///
    /// # Errors
    /// The first thing that is wrong, as a sentence that says what to do.
    pub fn check(&self) -> Result<CheckedSweep, SweepError> {
        let spec = self.resolve()?;
        spec.experiment.check()?;
        for (parameter, choices) in &spec.vary {
            choices.check(*parameter)?;
            spec.check_used(*parameter)?;
        }
        spec.check_target()?;
        if spec.design.halving && spec.experiment.seeds < 2 {
            return Err(SweepError::HalvingOneSeed);
        }
        if let Some(floor) = spec.head_floor.filter(|floor| !(0.0..=1.0).contains(floor)) {
            return Err(SweepError::HeadFloor(floor));
        }
        if spec.experiment.data.source.is_table() && !spec.experiment.data.long_tailed {
            let share = spec.experiment.data.test_share;
            if share == 0.0 && !spec.experiment.data.has_one_split() && spec.experiment.data.folds == 0 {
                return Err(SweepError::NoValidation(" above 0"));
            }
        }
        let n_points = match spec.design.kind {
            DesignKind::Grid => {
                let n = spec.experiment.objectives.iter().map(|objective| design::n_grid_points(&spec, objective));
                n.fold(0, usize::saturating_add)
            }
            _ if !(1..=MAX_POINTS).contains(&spec.design.points) => {
                return Err(SweepError::Points { got: spec.design.points });
            }
            _ => spec.design.points,
        };
        let n_runs = (n_points as u64).saturating_mul(spec.experiment.seeds);
        if n_runs > MAX_RUNS {
            return Err(SweepError::TooManyRuns(n_runs));
        }
        let of_objective = |objective_idx: usize| {
            let points = design::points_of(&spec, &spec.experiment.objectives[objective_idx]);
            points.into_iter().map(move |values| Point { objective_idx, values })
        };
        let points = (0..spec.experiment.objectives.len()).flat_map(of_objective).collect();
        let checked = CheckedSweep { spec, points };
        if checked.n_runs() > MAX_RUNS {
            return Err(SweepError::TooManyRuns(checked.n_runs()));
        }
        for point in &checked.points {
            checked.experiment(point)?;
        }
        Ok(checked)
    }
}

impl CheckedSweep {
    /// The sweep that was checked, its objectives in its experiment.
    pub fn spec(&self) -> &SweepSpec {
        &self.spec
    }

    /// The points, objective by objective.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Seeds at each point.
    pub fn n_seeds(&self) -> u64 {
        self.spec.experiment.seeds
    }

    /// Number of runs.
    pub fn n_runs(&self) -> u64 {
        self.points.len() as u64 * self.n_seeds()
    }

    /// The place of a run's point and its seeds.
    pub fn point_and_seeds(&self, run: u64) -> (usize, Seeds) {
        let point_idx = (run / self.n_seeds()) as usize;
        (point_idx, self.spec.experiment.first_seeds().repetition(run % self.n_seeds()))
    }

    /// What an objective is called.
    pub fn objective(&self, point: &Point) -> &str {
        &self.spec.experiment.objectives[point.objective_idx].name
    }

    /// Whether a point is softmax cross entropy on samples as they are, and nothing else.
    ///
    /// # Errors
    /// As [`CheckedSweep::experiment`].
    pub(super) fn is_plain_ce(&self, point: &Point) -> Result<bool, SweepError> {
        let checked = self.experiment(point)?;
        let experiment = checked.spec();
        let plain = objective_in_use(&Preset::Ce.objective(), experiment);
        Ok(experiment.objectives.first().is_some_and(|objective| objective_in_use(objective, experiment) == plain))
    }

    /// The epochs that a run of a point trains at most.
    pub fn epochs(&self, point: &Point) -> u64 {
        let varied = point.values.get(&Setting::Epochs).and_then(|epochs| epochs.number());
        varied.map_or(self.spec.experiment.training.epochs, |epochs| epochs as u64)
    }

    /// The epochs that these runs train at most.
    pub fn n_epochs(&self, runs: &[u64]) -> u64 {
        let of_run = |&run: &u64| self.epochs(&self.points[self.point_and_seeds(run).0]);
        runs.iter().map(of_run).fold(0, u64::saturating_add)
    }

    /// The experiment of a point, with its objective alone; this is what a click on a run opens.
    ///
    /// # Errors
    /// When a value is out of range; not for the points of this sweep.
    pub fn experiment(&self, point: &Point) -> Result<CheckedSpec, SweepError> {
        let mut experiment = self.spec.experiment.clone();
        experiment.objectives = vec![experiment.objectives[point.objective_idx].clone()];
        for (parameter, value) in &point.values {
            parameter.vary(*value, &mut experiment)?;
        }
        experiment.check().map_err(SweepError::Point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::MapKind,
        experiment::{
            ExperimentSpec,
            sweep::{Choices, Design, Range},
        },
        train::Optimiser,
    };

    fn numbers(values: &[f64]) -> Choices {
        Choices::Values(values.iter().copied().map(Value::Number).collect())
    }

    fn spec(objectives: &[&str], vary: &[(Setting, Choices)]) -> SweepSpec {
        SweepSpec {
            objectives: objectives.iter().map(ToString::to_string).collect(),
            vary: vary.iter().cloned().collect(),
            experiment: ExperimentSpec { seeds: 3, ..ExperimentSpec::default() },
            ..SweepSpec::default()
        }
    }

    fn points(checked: &CheckedSweep) -> Vec<String> {
        let words =
            |point: &Point| format!("{} {}", checked.objective(point), super::super::values_in_words(&point.values));
        checked.points().iter().map(|point| words(point).trim().to_owned()).collect()
    }

    #[test]
    fn parameters_multiply_for_objectives_that_use_them_and_the_others_run_once() {
        let vary = [(Setting::Gamma, numbers(&[0.0, 1.0])), (Setting::Beta, numbers(&[0.9, 0.99]))];
        let checked = spec(&["ce", "cb_softmax", "cb_focal"], &vary).check().unwrap();
        let expected = [
            "CE",
            "CB β = 0.9",
            "CB β = 0.99",
            "CB focal β = 0.9, γ = 0",
            "CB focal β = 0.9, γ = 1",
            "CB focal β = 0.99, γ = 0",
            "CB focal β = 0.99, γ = 1",
        ];
        assert_eq!(points(&checked), expected);
        assert_eq!(checked.n_runs(), 21);
        let (point, seeds) = checked.point_and_seeds(20);
        assert_eq!((point, seeds), (6, Seeds::all(3)));
        let experiment = checked.experiment(&checked.points()[6]).unwrap();
        let objective = &experiment.objectives()[0];
        assert_eq!((objective.beta, objective.gamma), (0.99, 1.0));
    }

    #[test]
    fn an_optimiser_has_the_settings_of_its_own_steps() {
        let names = |names: &str, parameter| Choices::parse(parameter, names).unwrap();
        let vary = [
            (Setting::Optimiser, names("sgd, adam, lbfgs", Setting::Optimiser)),
            (Setting::LearningRate, numbers(&[0.01, 0.1])),
            (Setting::Momentum, numbers(&[0.0, 0.9])),
            (Setting::Epochs, numbers(&[5.0, 50.0])),
            (Setting::Map, names("linear, quadratic", Setting::Map)),
        ];
        let mut spec = spec(&["ce"], &vary);
        // Four of SGD, two of Adam and one of L-BFGS, each with two numbers of epochs and two maps.
        let checked = spec.check().unwrap();
        assert_eq!(checked.points().len(), 7 * 4, "{:?}", points(&checked));
        let last = checked.points().last().unwrap();
        let experiment = checked.experiment(last).unwrap();
        let training = &experiment.spec().training;
        assert_eq!((training.optimiser, training.epochs, checked.epochs(last)), (Optimiser::Lbfgs, 50, 50));
        assert_eq!(experiment.spec().data.map, MapKind::Quadratic);
        assert!(!last.values.contains_key(&Setting::LearningRate));
        assert_eq!(checked.n_epochs(&[0, checked.n_runs() - 1]), 55);
        spec.design = Design { kind: DesignKind::Random, points: 200, seed: 1, halving: false };
        let checked = spec.check().unwrap();
        let is_lbfgs = |point: &&Point| point.values[&Setting::Optimiser].to_text() == "lbfgs";
        assert!(checked.points().iter().filter(is_lbfgs).all(|point| !point.values.contains_key(&Setting::Momentum)));
        spec.vary =
            [(Setting::Optimiser, names("lbfgs", Setting::Optimiser)), (Setting::Batch, numbers(&[8.0]))].into();
        assert!(spec.check().unwrap_err().to_string().contains("nothing in the sweep uses it"));
        spec.vary = [(Setting::Map, names("smote", Setting::Sampler))].into();
        assert!(spec.check().unwrap_err().to_string().contains("feature map is varied by name"));
    }

    #[test]
    fn settings_of_data_and_training_are_varied_for_all_and_baselines_run_once_for_each() {
        let vary = [(Setting::Imbalance, numbers(&[10.0, 100.0])), (Setting::Beta, numbers(&[0.9, 0.99]))];
        let checked = spec(&["ce", "cb_softmax"], &vary).check().unwrap();
        assert_eq!(points(&checked)[..2], ["CE imbalance factor = 10", "CE imbalance factor = 100"]);
        assert_eq!(checked.points().len(), 6);
        let counts = checked.experiment(&checked.points()[0]).unwrap().counts().unwrap().as_slice().to_vec();
        assert_eq!((counts[0], counts[9]), (2000, 200));
    }

    #[test]
    fn other_designs_have_so_many_points_inside_the_ranges() {
        let range = Choices::Range(Range { from: 0.9, to: 0.9999, number: 5 });
        let vary = [(Setting::Beta, range), (Setting::Gamma, numbers(&[0.5, 2.0]))];
        for kind in [DesignKind::Random, DesignKind::LowDiscrepancy] {
            let mut spec = spec(&["ce", "cb_focal"], &vary);
            spec.design = Design { kind, points: 40, seed: 1, halving: false };
            let checked = spec.check().unwrap();
            assert_eq!(checked.points().len(), 41, "{kind:?}");
            let betas: Vec<f64> =
                checked.points()[1..].iter().filter_map(|point| point.values[&Setting::Beta].number()).collect();
            assert!(betas.iter().all(|beta| (0.9..=0.9999).contains(beta)), "{betas:?}");
            // Even in the logarithm: about half of them beyond the middle, 1 − β = 10^−2.5.
            let n_beyond = betas.iter().filter(|beta| 1.0 - **beta < 10.0_f64.powf(-2.5)).count();
            assert!((12..=28).contains(&n_beyond), "{kind:?}: {n_beyond}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused_before_anything_is() {
        let refused = |spec: &SweepSpec| spec.check().unwrap_err().to_string();
        let beta = |values: &[f64]| [(Setting::Beta, numbers(values))];
        assert!(refused(&spec(&["cb_softmax"], &beta(&[0.9, 1.0]))).contains("β must be in [0, 1), got 1"));
        assert!(refused(&spec(&["ce", "focal"], &beta(&[0.9]))).contains("β is varied, but nothing"));
        assert!(refused(&spec(&["ce", "ce"], &[])).contains("\"CE\" twice"));
        assert!(refused(&spec(&["ce"], &[(Setting::Sampler, numbers(&[1.0]))])).contains("by name"));
        let mut much = spec(&["cb_focal"], &[]);
        for parameter in [Setting::Beta, Setting::Gamma] {
            much.vary.insert(parameter, Choices::Range(Range { from: 0.1, to: 0.9, number: 1000 }));
        }
        assert!(refused(&much).contains("3000000 runs"));
        let floor = SweepSpec { head_floor: Some(1.5), ..spec(&["ce"], &[]) };
        assert!(refused(&floor).contains("got 1.5"));
        let mut table = spec(&["ce"], &[(Setting::Imbalance, numbers(&[10.0]))]);
        table.experiment.data.source = crate::experiment::DataSource::BuiltIn;
        assert!(refused(&table).contains("imbalance factor is varied, but nothing"));
        table.vary.clear();
        table.experiment.data.test_share = 0.0;
        assert!(refused(&table).contains("raise the test share above 0"));
    }

    #[test]
    fn shards_take_every_run_once() {
        let shards: Vec<Shard> = (1..=7).map(|part| format!("{part}/7").parse().unwrap()).collect();
        for run in 0..100 {
            assert_eq!(shards.iter().filter(|shard| shard.has(run)).count(), 1);
        }
        for bad in ["0/3", "4/3", "3", "a/b", "1/0", ""] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }
}
