//! What a person writes down: the experiment, what is varied and how, and by what the runs are judged.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{Choices, Metric, SweepError};
use crate::{
    distribution::GroupRule,
    experiment::{
        ExperimentSpec, Preset, Setting,
        file::{self, FileError},
        parse_name,
    },
};

/// The version of the format of sweeps that this program writes; results have one of their own.
pub const SWEEP_FORMAT: u64 = 1;

/// A sweep: an experiment, run at many values of its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SweepSpec {
    /// Version of the file format; see [`SWEEP_FORMAT`].
    pub format: u64,
    /// The experiment's file, in place of `experiment`; a relative path is relative to the sweep's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experiment_file: Option<PathBuf>,
    /// Which objectives: names in the experiment, or presets; all of the experiment's where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<String>,
    /// What is made as large as possible.
    pub metric: Metric,
    /// The class that the metric is of, by its label; for metrics of one class alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_class: Option<String>,
    /// The least recall of that class, above 0 to 1, at which its precision is taken; [`super::USUAL_RECALL`] where not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_recall: Option<f64>,
    /// What each decision costs, shape `[n_classes][n_classes]`: true class, then predicted class; for the expected cost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<Vec<f64>>,
    /// Recall of the head, 0 to 1, that a choice must keep on the validation part; `None` for no such floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_floor: Option<f64>,
    /// Which classes are head and tail.
    pub tail: TailRule,
    /// Which points are run.
    pub design: Design,
    /// The parameters that are varied, with their values.
    pub vary: BTreeMap<Setting, Choices>,
    /// Everything else: data, training, seeds, objectives.
    pub experiment: ExperimentSpec,
}

/// A sweep that was read, and where its experiment came from.
#[derive(Debug, Clone)]
pub struct SweepInput {
    /// The sweep.
    pub sweep: SweepSpec,
    /// The file that it names for its experiment.
    pub experiment_file: Option<PathBuf>,
}

impl Default for SweepSpec {
    fn default() -> Self {
        Self {
            format: SWEEP_FORMAT,
            experiment_file: None,
            objectives: Vec::new(),
            metric: Metric::MacroRecall,
            metric_class: None,
            metric_recall: None,
            costs: Vec::new(),
            head_floor: None,
            tail: TailRule::RarestThird,
            design: Design::default(),
            vary: BTreeMap::new(),
            experiment: ExperimentSpec::default(),
        }
    }
}

/// Which classes are head and tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum TailRule {
    /// The third of the classes with the most, and the third with the fewest training samples.
    RarestThird,
    /// The groups "many" and "few" of the experiment.
    FewGroup,
}

impl TailRule {
    /// Both rules.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// Head and tail in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::RarestThird => "head: the third of the classes with the most samples, tail: with the fewest",
            Self::FewGroup => "head: the classes of the group many, tail: of the group few",
        }
    }

    /// The rule by which classes fall into groups, of which the first is the head and the last the tail.
    pub(super) fn groups(self, experiment: &ExperimentSpec) -> GroupRule {
        match self {
            Self::RarestThird => GroupRule::Thirds,
            Self::FewGroup => experiment.groups,
        }
    }
}

/// Which points of the space of parameters are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Design {
    /// How they are chosen.
    pub kind: DesignKind,
    /// How many, for all kinds but the grid.
    pub points: usize,
    /// What the random design starts from.
    pub seed: u64,
    /// Whether the worse half of the points is dropped after 1, 2, 4, … seeds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub halving: bool,
}

impl Default for Design {
    fn default() -> Self {
        Self { kind: DesignKind::Grid, points: 32, seed: 1, halving: false }
    }
}

/// How the points of a design are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum DesignKind {
    /// Every value with every other.
    Grid,
    /// Drawn evenly and independently.
    Random,
    /// Spread evenly, without lattice or clumps; see [`super::low_discrepancy`].
    LowDiscrepancy,
}

impl DesignKind {
    /// Every kind, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The kind's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Random => "random",
            Self::LowDiscrepancy => "low-discrepancy",
        }
    }
}

impl SweepSpec {
    /// Opens a sweep's file and the experiment that it names.
    ///
    /// # Errors
    /// When a file cannot be read, or is no valid sweep or experiment.
    pub fn open(path: &Path) -> Result<SweepInput, SweepError> {
        Self::read(&file::read_text(path)?, path.parent()).map_err(|error| match error {
            SweepError::Invalid(reason) => SweepError::Invalid(format!("{reason}: {}", path.display())),
            other => other,
        })
    }

    /// Reads a sweep from text; relative paths in it are taken from a folder.
    ///
    /// # Errors
    /// A sentence with the line, when the text is not TOML, has unknown keys, or was written by a newer program.
    pub fn from_toml(text: &str, folder: Option<&Path>) -> Result<Self, SweepError> {
        Ok(Self::read(text, folder)?.sweep)
    }

    /// As [`SweepSpec::from_toml`], and tells which file the experiment came from.
    ///
    /// # Errors
    /// As [`SweepSpec::from_toml`].
    pub fn read(text: &str, folder: Option<&Path>) -> Result<SweepInput, SweepError> {
        let invalid = |error: FileError| match error {
            FileError::Invalid { reason, .. } => SweepError::Invalid(reason),
            other => SweepError::File(other),
        };
        let keys: toml::Table = file::parse_toml(text).map_err(|error| {
            file::kind_of_sweep(text).map_or_else(|| invalid(error), |kind| SweepError::Invalid(kind.to_owned()))
        })?;
        let has = |key: &str| keys.contains_key(key);
        let format = keys.get("format").and_then(toml::Value::as_integer).unwrap_or(0);
        if format > SWEEP_FORMAT.cast_signed() {
            return Err(SweepError::Newer(format));
        }
        if has("experiment") && has("experiment_file") {
            return Err(SweepError::TwoExperiments);
        }
        let looks_like_an_experiment = has("objective") || has("training") || has("distribution") || has("data");
        if looks_like_an_experiment && !has("vary") {
            return Err(SweepError::IsExperiment);
        }
        let mut spec: Self = file::parse_toml(text).map_err(invalid)?;
        spec.experiment.assign_colours();
        let named = spec.experiment_file.take().map(|named| folder.unwrap_or(Path::new("")).join(named));
        if let Some(named) = &named {
            spec.experiment = file::open(named)?;
        } else if let Some(folder) = folder {
            spec.experiment
                .data
                .files_mut()
                .filter(|data| data.is_relative())
                .for_each(|data| *data = folder.join(&*data));
        }
        Ok(SweepInput { sweep: spec, experiment_file: named })
    }

    /// The sweep as text; [`SweepSpec::from_toml`] reads the same back.
    ///
    /// # Errors
    /// When a number does not fit into the format.
    pub fn to_toml(&self) -> Result<String, SweepError> {
        toml::to_string(self).map_err(|error| SweepError::Invalid(error.to_string()))
    }

    /// Saves the sweep; a data file below its folder is named by its relative path, any other by its full one.
    ///
    /// # Errors
    /// When the file cannot be written; what was there before stays.
    pub fn save(&self, path: &Path) -> Result<(), SweepError> {
        let mut spec = self.clone();
        spec.experiment.data.files_mut().for_each(|data| *data = file::portable_path(data, path));
        Ok(file::write(path, spec.to_toml()?.as_bytes())?)
    }

    /// Puts the objectives that are named into the experiment.
    ///
    /// # Errors
    /// When a name is neither an objective of the experiment nor a preset, or there are too many.
    pub(super) fn resolve(&self) -> Result<Self, SweepError> {
        let mut spec = self.clone();
        if self.objectives.is_empty() {
            return Ok(spec);
        }
        let known = std::mem::take(&mut spec.experiment.objectives);
        for name in &self.objectives {
            let found = known.iter().find(|objective| objective.name == *name).cloned();
            let preset = || parse_name::<Preset>(name).ok().map(Preset::objective);
            let objective = found.or_else(preset).ok_or_else(|| SweepError::NoObjective {
                name: name.clone(),
                known: known.iter().map(|objective| objective.name.as_str()).collect::<Vec<_>>().join("; "),
            })?;
            if spec.experiment.objectives.iter().any(|other| other.name == objective.name) {
                return Err(SweepError::SameObjective(objective.name));
            }
            if spec.experiment.add_objective(objective).is_none() {
                return Err(SweepError::TooManyObjectives(self.objectives.len()));
            }
        }
        spec.objectives.clear();
        Ok(spec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::sweep::Value;

    const TEXT: &str = r#"
        objectives = ["ce", "cb_focal"]
        metric = "tail_recall"
        head_floor = 0.8
        [vary]
        beta = { from = 0.9, to = 0.9999, number = 4 }
        gamma = [0, 0.5, 1]
        sampler = ["instance", "smote"]
        [design]
        kind = "random"
        [experiment]
        seeds = 3
    "#;

    #[test]
    fn a_sweep_comes_back_as_it_was_written() {
        let spec = SweepSpec::from_toml(TEXT, None).unwrap();
        assert_eq!((spec.metric, spec.head_floor, spec.experiment.seeds), (Metric::TailRecall, Some(0.8), 3));
        let Choices::Values(samplers) = &spec.vary[&Setting::Sampler] else { panic!("{spec:?}") };
        assert!(matches!(samplers[..], [Value::Name(_), Value::Name(_)]));
        assert_eq!(SweepSpec::from_toml(&spec.to_toml().unwrap(), None).unwrap(), spec);
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<SweepSpec>(&json).unwrap(), spec);
        let names: Vec<String> =
            spec.resolve().unwrap().experiment.objectives.iter().map(|objective| objective.name.clone()).collect();
        assert_eq!(names, ["CE", "CB focal"]);
    }

    #[test]
    fn faults_are_named() {
        let refused = |text: &str| SweepSpec::from_toml(text, None).unwrap_err().to_string();
        assert!(refused("[vary]\nbanana = [1]\n").contains("banana"));
        assert!(refused("metrik = \"x\"\n").contains("line 1: unknown field `metrik`"));
        assert!(
            refused("[vary]\nbeta = 3\n")
                .contains("a list of numbers (for the sampler, the optimiser and the feature map of names")
        );
        assert!(refused("format = 9\n").contains("format 9"));
        assert!(refused("[training]\nepochs = 3\n").contains("experiment, not a sweep"));
        assert!(refused("experiment_file = \"a.toml\"\n[experiment]\n").contains("both"));
        let unknown = SweepSpec { objectives: vec!["banana".to_owned()], ..SweepSpec::default() };
        assert!(unknown.resolve().unwrap_err().to_string().contains("\"banana\""));
    }
}
