//! A comparison on generated label sets with the probabilities that it gives, for pictures in which thresholds move.

use std::sync::{Arc, atomic::AtomicBool};

use serde::{Deserialize, Serialize};

use super::{
    objective::{LabelNumbers, LabelPreset},
    record::LabelRun,
    run::{LabelExperiment, train_and_measure},
    story::story,
};
use crate::{
    bounds::Bounded,
    data::{LabelDataset, LabelGeneratorSpec, LabelImbalance, LabelSets, Samples, Seeds},
    distribution::{DistributionSpec, Profile},
    experiment::{LBFGS_EPOCHS, TrainingSpec, name_of},
    numbers::fixed,
    train::{LabelMeasures, LabelProbabilities, Optimiser, ThresholdRule, label_probabilities, precision_recall_of},
};

/// Most labels of a generated comparison: as many as bars can be told apart.
pub const MAX_LAB_LABELS: usize = 30;
/// Most objectives that are compared.
pub const MAX_LAB_OBJECTIVES: usize = 8;

/// What is generated and compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LabelLab {
    /// Labels, 2 to [`MAX_LAB_LABELS`].
    pub labels: usize,
    /// Training samples, 200 to 20,000; as many are tested on, and half as many tuned on.
    pub samples: usize,
    /// Share of the samples that have the most frequent label, 0.05 to 0.9.
    pub most: f64,
    /// Positives of the most frequent label over those of the rarest, 1 to 1000.
    pub imbalance: f64,
    /// How often labels stand together, from 0 by chance to 1.
    pub co_occurrence: f64,
    /// Noise on the features, 0 to 3.
    pub noise: f64,
    /// The seed of data, split and start.
    pub seed: u64,
    /// Strength of the penalty on the weights.
    pub l2: f64,
    /// What is compared, 1 to [`MAX_LAB_OBJECTIVES`].
    pub objectives: Vec<LabelPreset>,
}

impl Default for LabelLab {
    fn default() -> Self {
        Self {
            labels: 10,
            samples: 2000,
            most: 0.5,
            imbalance: 50.0,
            co_occurrence: 0.3,
            noise: 0.8,
            seed: 1,
            l2: 1e-4,
            objectives: vec![LabelPreset::Bce, LabelPreset::PosWeight, LabelPreset::ColumnBce, LabelPreset::Asl],
        }
    }
}

impl LabelLab {
    /// Features of the samples.
    const FEATURES: usize = 16;

    /// The same with every number in its range, and objectives that are there once each.
    pub fn tidy(&mut self) {
        let default = Self::default();
        let number = |value: f64, from, to, usual| if value.is_finite() { value.within(from, to) } else { usual };
        self.labels = self.labels.within(2, MAX_LAB_LABELS);
        self.samples = self.samples.within(200, 20_000);
        self.most = number(self.most, 0.05, 0.9, default.most);
        self.imbalance = number(self.imbalance, 1.0, 1000.0, default.imbalance);
        self.co_occurrence = number(self.co_occurrence, 0.0, 1.0, default.co_occurrence);
        self.noise = number(self.noise, 0.0, 3.0, default.noise);
        self.l2 = number(self.l2, 0.0, 1.0, default.l2);
        let mut known = Vec::new();
        self.objectives.retain(|preset| {
            let is_new = !known.contains(preset) && known.len() < MAX_LAB_OBJECTIVES;
            known.push(*preset);
            is_new
        });
        if self.objectives.is_empty() {
            self.objectives.push(LabelPreset::Bce);
        }
    }

    /// Positives of each label, the most frequent first.
    fn counts(&self) -> Result<Vec<u64>, String> {
        let distribution = DistributionSpec {
            profile: Profile::Exponential,
            classes: self.labels,
            max_count: (self.most * self.samples as f64).round() as u64,
            imbalance: self.imbalance,
            ..DistributionSpec::default()
        };
        let counts = distribution.counts().map_err(|error| error.to_string())?;
        Ok(counts.as_slice().iter().map(|&n| n.max(1)).collect())
    }

    fn dataset(&self) -> Result<LabelDataset, String> {
        let spec = LabelGeneratorSpec {
            n_samples: self.samples as u64,
            counts: self.counts()?,
            co_occurrence: self.co_occurrence,
            n_features: Self::FEATURES,
            noise: self.noise,
        };
        let part = |samples: Result<Samples, _>| {
            samples.map(Arc::new).map_err(|error: crate::data::DataError| error.to_string())
        };
        let held_back = |n: u64, is_validation| part(spec.generate_held_back(n, self.seed, is_validation));
        Ok(LabelDataset {
            label_names: (0..self.labels).map(|label| format!("L{label}")).collect(),
            train: part(spec.generate(self.seed))?,
            validation: Some(held_back(spec.n_samples / 2, true)?),
            test: Some(held_back(spec.n_samples, false)?),
            positives: spec.counts.clone(),
        })
    }

    /// Generates the samples and trains every objective to its optimum; `None` where it was stopped.
    ///
    /// # Errors
    /// When a number is out of range, as a sentence.
    pub fn train(&self, stop: &AtomicBool) -> Result<Option<LabelComparison>, String> {
        let dataset = self.dataset()?;
        let numbers = LabelNumbers::default();
        let objectives: Result<Vec<_>, _> = self.objectives.iter().map(|preset| preset.objective(&numbers)).collect();
        let training =
            TrainingSpec { optimiser: Optimiser::Lbfgs, epochs: LBFGS_EPOCHS, l2: self.l2, ..TrainingSpec::default() };
        let experiment = LabelExperiment {
            objectives: objectives.map_err(|error| error.to_string())?,
            training,
            seeds: vec![Seeds::all(self.seed)],
            threshold: ThresholdRule::Half,
            validation_share: 0.0,
            test_share: 0.0,
        };
        let mut objectives = Vec::new();
        for (objective, preset) in experiment.objectives.iter().zip(&self.objectives) {
            let found = train_and_measure(&experiment, objective, &dataset, Seeds::all(self.seed), stop, &|_| ());
            let Some((run, model)) = found else { return Ok(None) };
            let probabilities = label_probabilities(&model, dataset.evaluation());
            objectives.push(ScoredObjective { preset: *preset, run, probabilities });
        }
        let sets = |samples: &Samples| samples.sets().cloned().unwrap_or_else(|| LabelSets::new(self.labels, []));
        let runs: Vec<LabelRun> = objectives.iter().map(|objective| objective.run.clone()).collect();
        Ok(Some(LabelComparison {
            names: Arc::clone(&dataset.label_names),
            imbalance: LabelImbalance::of(&sets(&dataset.train)),
            test: sets(dataset.evaluation()),
            story: story(&runs).map(|story| story + &about_columns(&runs)),
            objectives,
        }))
    }
}

/// What a weight on the whole column does, behind the sentence about weights and thresholds; nothing where it is not compared.
fn about_columns(runs: &[LabelRun]) -> String {
    let macro_f1 = |preset: LabelPreset| {
        runs.iter().find(|run| run.preset == name_of(&preset).replace('_', "-")).and_then(|run| run.macro_f1)
    };
    match (macro_f1(LabelPreset::Bce), macro_f1(LabelPreset::ColumnBce)) {
        (Some(plain), Some(column)) if (plain - column).abs() < 0.01 => {
            format!(". A weight on the whole column changes nothing: {}", fixed(column, 3))
        }
        (Some(_), Some(column)) => format!(". A weight on the whole column has {}", fixed(column, 3)),
        _ => String::new(),
    }
}

/// A trained objective with the probabilities that it gives to the test samples.
#[derive(Debug, Clone)]
pub struct ScoredObjective {
    /// Which one it is.
    pub preset: LabelPreset,
    /// Its figures and its thresholds by each rule.
    pub run: LabelRun,
    /// Shape `[n_samples, n_labels]`, row by row.
    probabilities: Vec<f64>,
}

/// A comparison that is trained.
#[derive(Debug, Clone)]
pub struct LabelComparison {
    /// Name of each label.
    pub names: Arc<[String]>,
    /// How uneven the training samples are.
    pub imbalance: LabelImbalance,
    /// The labels of the test samples.
    pub test: LabelSets,
    /// Weights against thresholds, in a sentence; `None` without plain cross entropy.
    pub story: Option<String>,
    /// The objectives, in the order that was asked for.
    pub objectives: Vec<ScoredObjective>,
}

impl LabelComparison {
    /// The figures of an objective at thresholds, shape `[n_labels]`.
    pub fn measures(&self, objective: &ScoredObjective, thresholds: &[Option<f64>]) -> LabelMeasures {
        let scores = LabelProbabilities { probabilities: objective.probabilities.clone(), sets: &self.test };
        LabelMeasures::of(&scores, thresholds)
    }

    /// Probability of a label and whether it is there, for each test sample.
    pub fn scores(&self, objective: &ScoredObjective, label: usize) -> impl Iterator<Item = (f64, bool)> {
        let n_labels = self.names.len();
        let of_sample = move |sample_idx: usize| {
            (objective.probabilities[sample_idx * n_labels + label], self.test.has(sample_idx, label as u32))
        };
        (0..self.test.len()).map(of_sample)
    }

    /// Recall and precision of a label at falling thresholds, where recall has just grown; empty where it is not there.
    pub fn precision_recall(&self, objective: &ScoredObjective, label: usize) -> Vec<[f64; 2]> {
        precision_recall_of(self.scores(objective, label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(lab: &LabelLab) -> LabelComparison {
        lab.train(&AtomicBool::new(false)).unwrap().unwrap()
    }

    #[test]
    fn weights_only_move_the_threshold_in_the_default_comparison() {
        let found = trained(&LabelLab::default());
        assert_eq!((found.test.len(), found.names.len(), found.objectives.len()), (2000, 10, 4));
        let story = found.story.clone().unwrap();
        assert!(story.contains("only moved the threshold. A weight on the whole column changes nothing"), "{story}");
        let [plain, weighted, column, _] = &found.objectives[..] else { panic!("four objectives") };
        let macro_f1 = |objective: &ScoredObjective, rule| objective.run.at(rule).unwrap().macro_f1.unwrap();
        let at_half = macro_f1(plain, ThresholdRule::Half);
        let (moved, of_weight) = (macro_f1(plain, ThresholdRule::Weight), macro_f1(weighted, ThresholdRule::Half));
        assert!((moved - of_weight).abs() < 0.01 && of_weight > at_half + 0.03, "{at_half} {moved} {of_weight}");
        // A weight on the whole column balances nothing.
        assert!((macro_f1(column, ThresholdRule::Half) - at_half).abs() < 0.002, "{at_half}");
        assert!(macro_f1(plain, ThresholdRule::Tuned) > at_half);
        // Figures at the thresholds of a rule are those of the run.
        let at = plain.run.at(ThresholdRule::Prior).unwrap();
        let measures = found.measures(plain, &at.thresholds);
        assert_eq!((measures.macro_f1, measures.micro_f1), (at.macro_f1, at.micro_f1));
    }

    #[test]
    fn a_label_s_curve_has_the_average_precision_of_its_figures() {
        let found = trained(&LabelLab { samples: 600, ..LabelLab::default() });
        for label in 0..10 {
            let objective = &found.objectives[0];
            let points = found.precision_recall(objective, label);
            let steps = points.iter().scan(0.0, |last, &[recall, precision]| {
                let area = (recall - *last) * precision;
                *last = recall;
                Some(area)
            });
            let expected = objective.run.average_precision[label];
            assert!(expected.is_none_or(|expected| (steps.sum::<f64>() - expected).abs() < 1e-12), "{label}");
            assert_eq!(
                found.scores(objective, label).filter(|(_, is_there)| *is_there).count() as u64,
                found.test.counts()[label]
            );
        }
    }

    #[test]
    fn settings_from_outside_are_brought_into_range() {
        let mut lab = LabelLab {
            labels: 0,
            samples: 1 << 40,
            most: f64::NAN,
            imbalance: 1e9,
            objectives: vec![LabelPreset::Asl, LabelPreset::Asl],
            ..LabelLab::default()
        };
        lab.tidy();
        assert_eq!((lab.labels, lab.samples, lab.most, lab.imbalance), (2, 20_000, 0.5, 1000.0));
        assert_eq!(lab.objectives, [LabelPreset::Asl]);
        lab.objectives.clear();
        lab.tidy();
        assert_eq!(lab.objectives, [LabelPreset::Bce]);
        let stopped = AtomicBool::new(true);
        assert!(lab.train(&stopped).unwrap().is_none());
    }
}
