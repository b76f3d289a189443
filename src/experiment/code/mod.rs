//! A whole objective as one Python module: classes, weights, loss, sampler, start of the bias, and a value to check against.

mod numpy;
mod pytorch;
mod sampler;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{CheckedSpec, ObjectiveSpec};
use crate::{
    data::Sampler,
    distribution::ClassCounts,
    loss::{Head, OffsetKind},
    train::Reduction,
    weighting::{SnippetSource, class_weights, python_list as list},
};

/// The library that a module is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ModuleKind {
    /// PyTorch; the gradient is its own.
    #[default]
    Pytorch,
    /// NumPy, with the gradient.
    Numpy,
}

impl ModuleKind {
    /// Every kind, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The kind's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pytorch => "PyTorch module",
            Self::Numpy => "NumPy module",
        }
    }
}

/// Which objective a module is of, and for which classes.
#[derive(Debug, Clone, Copy)]
pub struct ModuleSource<'a> {
    /// The experiment that has the objective.
    pub experiment: &'a CheckedSpec,
    /// Place of the objective in the experiment.
    pub objective_idx: usize,
    /// Samples of each class that will be trained on, in class order.
    pub counts: &'a ClassCounts,
    /// Names of the classes, shape `[n_classes]`; none where they have only their place.
    pub labels: &'a [String],
    /// What was counted, such as "all rows of a.csv"; `None` where the counts come from nowhere in particular.
    pub origin: Option<&'a str>,
}

/// The module as text with a line end at its end.
///
/// It computes the loss that this program trains with, and says so itself: run as a program it compares its loss on a few
/// samples with the value that this program has.
pub fn objective_module(kind: ModuleKind, source: &ModuleSource<'_>) -> String {
    let parts = Parts::of(source);
    match kind {
        ModuleKind::Pytorch => pytorch::render(&parts),
        ModuleKind::Numpy => numpy::render(&parts),
    }
}

/// What both languages write down.
struct Parts<'a> {
    objective: &'a ObjectiveSpec,
    /// Counts and names, and how weights follow from them.
    snippet: SnippetSource<'a>,
    weights: Vec<f64>,
    reduction: Reduction,
    n_epochs: u64,
    l2: f64,
    initial_bias: Vec<f64>,
    check: Check,
}

impl<'a> Parts<'a> {
    fn of(source: &ModuleSource<'a>) -> Self {
        let ModuleSource { experiment, objective_idx, counts, labels, origin } = *source;
        let objective = &experiment.objectives()[objective_idx];
        let training = &experiment.spec().training;
        let scheme = experiment.scheme(objective_idx);
        let snippet = SnippetSource { labels, origin, ..SnippetSource::new(counts, scheme, training.normalisation) };
        let weights = class_weights(counts, scheme, training.normalisation);
        Self {
            objective,
            snippet,
            check: Check::of(source, &weights, training.reduction),
            weights,
            reduction: training.reduction,
            n_epochs: training.epochs,
            l2: training.l2,
            initial_bias: objective.bias_start.bias(objective.head, objective.prior, counts.as_slice()),
        }
    }

    fn n_classes(&self) -> usize {
        self.weights.len()
    }

    /// Parameters of functions whose weights begin later than training, with a comma before them.
    fn epoch_parameters(&self) -> String {
        if self.objective.is_deferred() { format!(", epoch={0}, n_epochs={0}", self.n_epochs) } else { String::new() }
    }

    /// The same parameters, handed on.
    fn epoch_arguments(&self) -> &'static str {
        if self.objective.is_deferred() { ", epoch, n_epochs" } else { "" }
    }

    /// The name of the function that gives the class weights, where they change, or of the vector.
    fn weights_in_use(&self) -> &'static str {
        if self.objective.is_deferred() { "weights_at(epoch, n_epochs)" } else { "class_weights" }
    }

    /// What the module is, for its first line; nothing in it can end a Python text.
    fn title(&self) -> String {
        let name: String = self.objective.name.chars().filter(|character| !character.is_control()).collect();
        format!("The objective {} as Longtail Lab trains it", name.replace(['"', '\\'], "'"))
    }

    /// The formula, reduction and penalty as comments.
    fn heading(&self) -> String {
        let reduction = match self.reduction {
            Reduction::BatchMean => "batch mean, Σ w·l / B",
            Reduction::WeightedMean => "weighted mean, Σ w·l / Σ w",
        };
        format!(
            "# Loss of a sample: {}\n# Reduction: {reduction}\n# Penalty in the lab: l2/2·‖W‖² with l2 = {:?}, never on the bias (weight_decay of SGD).\n{}",
            self.objective.formula(),
            self.l2,
            self.snippet.python_heading()
        )
    }

    /// What is added to the logits, or subtracted from them: `array` and `end` stand around a list of numbers.
    fn offsets(&self, array: &str, end: &str, log: &str) -> String {
        let (tau, margin) = (self.objective.tau, self.objective.max_margin);
        if !(self.has_training_offsets() || self.has_test_offsets() || self.has_margins()) {
            return String::new();
        }
        let counts = self.snippet.counts.as_slice().iter().map(u64::to_string);
        let counts = list(&format!("class_counts = {array}"), counts, end);
        let rule = if self.has_margins() {
            format!(
                "# Margins m_y = {margin:?}·(n_min/n_y)^¼; a class without samples has none.\nmargins = {margin:?} * (class_counts[class_counts > 0].min() / class_counts.clip(1)) ** 0.25\nmargins[class_counts == 0] = 0\n"
            )
        } else {
            format!(
                "# τ·ln π with π = n/N and τ = {tau:?}; a class without samples has 0.\nadjustment = {tau:?} * {log}(class_counts.clip(1) / class_counts.sum())\nadjustment[class_counts == 0] = 0\n"
            )
        };
        format!("{counts}{rule}")
    }

    /// The function that gives deferred weights; `as_numbers` makes numbers of a condition.
    fn deferral(&self, as_numbers: &str) -> String {
        if !self.objective.is_deferred() {
            return String::new();
        }
        let share = self.objective.defer;
        format!(
            r#"

def weights_at(epoch, n_epochs):
    """The class weights of an epoch, counted from 0: 1 until {share:?} of the run, then class_weights."""
    is_late = epoch >= int({share:?} * n_epochs + 0.5)
    return class_weights if is_late else (class_weights > 0){as_numbers}
"#
        )
    }

    /// Whether something is added to the logits in training.
    fn has_training_offsets(&self) -> bool {
        self.objective.offsets == OffsetKind::LogitAdjustment
    }

    fn has_test_offsets(&self) -> bool {
        self.objective.offsets == OffsetKind::TestAdjustment
    }

    fn has_margins(&self) -> bool {
        self.objective.offsets == OffsetKind::Ldam
    }

    fn is_sigmoid(&self) -> bool {
        self.objective.head == Head::Sigmoid
    }

    /// α of the positives as Python writes it.
    fn sampler(&self) -> Sampler {
        self.objective.sampler
    }

    /// The start of the bias as one number, where all classes have the same.
    fn even_bias(&self) -> Option<f64> {
        let first = *self.initial_bias.first()?;
        self.initial_bias.iter().all(|bias| *bias == first).then_some(first)
    }
}

/// Logits z_ik = 3 sin(1.7 (i·C + k)) with labels, and what the lab makes of them.
struct Check {
    labels: Vec<usize>,
    value: f64,
}

impl Check {
    /// Samples in the check: as many as there are classes, within these.
    const SIZES: [usize; 2] = [4, 32];

    /// Logit of a class in a sample.
    fn logit(sample: usize, class_idx: usize, n_classes: usize) -> f64 {
        3.0 * (1.7 * (sample * n_classes + class_idx) as f64).sin()
    }

    fn of(source: &ModuleSource<'_>, weights: &[f64], reduction: Reduction) -> Self {
        let (experiment, objective_idx) = (source.experiment, source.objective_idx);
        let (loss, offsets) = (experiment.loss(objective_idx), experiment.offsets(objective_idx, source.counts));
        let present: Vec<usize> =
            (0..weights.len()).filter(|class_idx| source.counts.as_slice()[*class_idx] > 0).collect();
        let n = present.len().max(Self::SIZES[0]).min(Self::SIZES[1]);
        // Spread over all classes, the first and the last among them.
        let place = |sample: usize| {
            if present.len() <= n { sample % present.len() } else { sample * (present.len() - 1) / (n - 1) }
        };
        let labels: Vec<usize> = (0..n).map(|sample| present[place(sample)]).collect();
        let (mut total, mut weight) = (0.0, 0.0);
        let mut gradient = vec![0.0; weights.len()];
        for (sample, &label) in labels.iter().enumerate() {
            let added = |class_idx: usize| offsets.training().get(class_idx).copied().unwrap_or(0.0);
            let margin = offsets.margins().get(label).copied().unwrap_or(0.0);
            let logits: Vec<f64> = (0..weights.len())
                .map(|class_idx| {
                    let own = if class_idx == label { margin } else { 0.0 };
                    Self::logit(sample, class_idx, weights.len()) + added(class_idx) - own
                })
                .collect();
            total += weights[label] * loss.value_and_gradient(&logits, label, &mut gradient);
            weight += weights[label];
        }
        let divisor = if reduction == Reduction::BatchMean { n as f64 } else { weight };
        Self { labels, value: total / divisor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{ExperimentSpec, Preset};

    fn module(kind: ModuleKind, preset: Preset, name: &str) -> String {
        let objective = ObjectiveSpec { name: name.to_owned(), ..preset.objective() };
        let mut spec = ExperimentSpec { objectives: vec![objective], ..ExperimentSpec::default() };
        spec.assign_colours();
        let checked = spec.check().unwrap();
        let counts = ClassCounts::new(vec![90, 0, 9]).unwrap();
        let labels = ["a", "b", "c"].map(str::to_owned);
        let source = ModuleSource {
            experiment: &checked,
            objective_idx: 0,
            counts: &counts,
            labels: &labels,
            origin: Some("all rows of x.csv"),
        };
        objective_module(kind, &source)
    }

    #[test]
    fn every_module_names_its_classes_and_fits_into_a_page() {
        for kind in ModuleKind::ALL {
            for preset in Preset::ALL {
                let text = module(kind, preset, preset.label());
                assert!(text.contains("label_to_index = {\"a\": 0, \"b\": 1, \"c\": 2}\n"), "{text}");
                assert!(text.contains("# 1: \"b\", 0 samples\n") && text.contains("all rows of x.csv"), "{text}");
                assert!(text.contains(&preset.objective().formula()) || text.contains("b starts at"), "{text}");
                assert!(text.ends_with("check()\n") && !text.contains("\n\n\n\n"), "{text}");
                let is_code = |line: &&str| !line.starts_with('#');
                assert!(text.lines().filter(is_code).all(|line| line.chars().count() <= 110), "{text}");
            }
        }
    }

    #[test]
    fn no_name_can_end_the_text_that_it_stands_in() {
        let text = module(ModuleKind::Numpy, Preset::Ce, "a\"\"\"\nimport os \\");
        assert!(text.starts_with("\"\"\"The objective a'''import os ' as"), "{text}");
    }

    #[test]
    fn labels_of_the_check_are_spread_over_the_classes_that_have_samples() {
        let counts = ClassCounts::new([0].into_iter().chain(1..=100).collect()).unwrap();
        let checked = ExperimentSpec::default().check().unwrap();
        let source =
            ModuleSource { experiment: &checked, objective_idx: 0, counts: &counts, labels: &[], origin: None };
        let labels = Check::of(&source, &[1.0; 101], Reduction::BatchMean).labels;
        assert_eq!((labels.len(), labels[0], labels[31]), (32, 1, 100));
        assert!(labels.is_sorted());
    }
}
