//! The table of settings: one row each, with names, hint, users and numbers.

use std::fmt;

use super::Setting;
use crate::{
    data::MAX_NEIGHBOURS,
    loss::{MAX_GAMMA, MAX_OFFSET},
    numbers::written,
    train::MAX_RATE,
};

/// What there is to know of a setting whatever the experiment.
pub(super) struct SettingRow {
    /// What it is called in a sentence.
    pub(super) label: &'static str,
    /// What it is called beside a control.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) hint: &'static str,
    /// Who uses it, for a complaint that nobody does.
    pub(super) users: &'static str,
    /// Values that a sweep has at first, as they are typed; nothing for what is not swept.
    pub(super) swept: &'static str,
    /// The numbers that it takes; none for a choice.
    pub(super) numbers: Option<Numbers>,
}

/// The numbers that a setting takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// The lowest and the highest.
    pub ends: [f64; 2],
    /// Whether each end is taken itself.
    pub with_ends: [bool; 2],
    /// The ends of a slider: all numbers that people use, and all that are taken where those are few.
    pub slider: [f64; 2],
    /// How they are spaced on a slider and in a sweep.
    pub scale: Scale,
    /// Whether they are whole.
    pub is_whole: bool,
    /// Whether a slider has more room for small numbers, which people use most, than for large ones.
    pub is_dense_below: bool,
}

impl Numbers {
    const fn closed(from: f64, to: f64) -> Self {
        Self {
            ends: [from, to],
            with_ends: [true; 2],
            slider: [from, to],
            scale: Scale::Linear,
            is_whole: false,
            is_dense_below: false,
        }
    }

    const fn without(self, with_ends: [bool; 2]) -> Self {
        Self { with_ends, ..self }
    }

    const fn on_slider(self, from: f64, to: f64) -> Self {
        Self { slider: [from, to], ..self }
    }

    const fn scaled(self, scale: Scale) -> Self {
        Self { scale, ..self }
    }

    const fn dense_below(self) -> Self {
        Self { is_dense_below: true, ..self }
    }

    const fn whole(self) -> Self {
        Self { is_whole: true, ..self }
    }

    /// Whether a number is taken.
    pub fn contains(self, value: f64) -> bool {
        let [from, to] = self.ends;
        let [with_from, with_to] = self.with_ends;
        let is_inside = value > from && value < to || with_from && value == from || with_to && value == to;
        is_inside && (!self.is_whole || value.fract() == 0.0)
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [from, to] = self.ends.map(written);
        let [with_from, with_to] = self.with_ends;
        write!(f, "{}{from}, {to}{}", if with_from { '[' } else { '(' }, if with_to { ']' } else { ')' })
    }
}

/// How numbers are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in ln x.
    Log,
    /// Evenly in ln(1 − x), as β acts by N = 1/(1 − β).
    LogOfDistanceToOne,
}

/// Samples in a step at most: more than there can be.
const MOST_IN_A_BATCH: f64 = 1e12;

/// Epochs of a run at most.
const MOST_EPOCHS: f64 = 1e6;

/// The row of a setting.
#[allow(clippy::too_many_lines, reason = "a table, one row a setting")]
pub(super) fn row(setting: Setting) -> SettingRow {
    let row = |label, name, hint, users, swept, numbers| SettingRow { label, name, hint, users, swept, numbers };
    let number = |label, name, hint, users, swept, numbers| row(label, name, hint, users, swept, Some(numbers));
    let choice = |label, hint| row(label, label, hint, "every objective", "", None);
    match setting {
        Setting::Beta => number(
            "β",
            "β",
            "β of the effective number E_n = (1 − βⁿ)/(1 − β): 0 weighs all classes alike, towards 1 by inverse frequency",
            "objectives weighted by the effective number, for example cb_focal",
            "0.9, 0.99, 0.995, 0.999, 0.9999",
            Numbers::closed(0.0, 1.0).without([true, false]).scaled(Scale::LogOfDistanceToOne),
        ),
        Setting::Gamma => number(
            "γ",
            "γ",
            "Focusing parameter γ of (1 − p)^γ: 0 is cross entropy, 2 the paper's choice. At γ = 2 a sample with p = 0.9 counts a hundredth",
            "focal losses, for example cb_focal",
            "0, 0.5, 1, 2",
            Numbers::closed(0.0, MAX_GAMMA).dense_below(),
        ),
        Setting::Alpha => number(
            "α",
            "α",
            "Weight of the yes-question in sigmoid losses, 1 − α that of the no-questions. At 0.5 both count alike. α is not class balancing",
            "sigmoid losses, for example sigmoid_focal",
            "0.25, 0.5, 0.75",
            Numbers::closed(0.0, 1.0),
        ),
        Setting::Tau => number(
            "τ",
            "τ",
            "Scale of the logit adjustment τ·ln π_j, π_j = n_j/N: 0 is none, 1 is balanced softmax",
            "logit adjustment, for example balanced_softmax",
            "0.5, 1, 1.5",
            Numbers::closed(0.0, MAX_OFFSET).dense_below(),
        ),
        Setting::MaxMargin => number(
            "largest margin",
            "Max margin",
            "Largest margin m of LDAM, that of the rarest class: m_j = m·(n_min/n_j)^¼ (Cao et al. 2019: 0.5)",
            "LDAM, for example ldam",
            "0.25, 0.5, 1",
            Numbers::closed(0.0, MAX_OFFSET).dense_below(),
        ),
        Setting::Defer => number(
            "deferred share",
            "Weights from",
            "Share of the run after which the class weights begin; before, every class weighs 1 (Cao et al. 2019: 0.8)",
            "objectives with class weights, for example cb_softmax",
            "0, 0.8",
            Numbers::closed(0.0, 1.0).without([true, false]).on_slider(0.01, 0.99),
        ),
        Setting::Prior => number(
            "π",
            "π",
            "Probability that each yes-or-no question of a sigmoid head starts at; RetinaNet has 0.01",
            "sigmoid losses whose bias starts at a probability",
            "0.01, 0.1",
            Numbers::closed(0.0, 1.0).without([false; 2]).on_slider(0.001, 0.999).scaled(Scale::Log),
        ),
        Setting::Neighbours => number(
            "neighbours k",
            "Neighbours k",
            "SMOTE makes x + u·(x_nn − x) with x_nn one of the k nearest neighbours of x in its class",
            "objectives with the sampler smote",
            "1, 5, 10",
            Numbers::closed(1.0, MAX_NEIGHBOURS as f64).whole(),
        ),
        Setting::LearningRate => number(
            "learning rate",
            "Learning rate",
            "Step size η of SGD and Adam",
            "SGD and Adam, not L-BFGS",
            "0.001..0.1:3",
            Numbers::closed(0.0, MAX_RATE).without([false, true]).on_slider(1e-4, 1.0).scaled(Scale::Log),
        ),
        Setting::Momentum => number(
            "momentum",
            "Momentum",
            "μ in v ← μ·v + g of SGD; 0 is plain SGD",
            "SGD, not Adam or L-BFGS",
            "0, 0.9",
            Numbers::closed(0.0, 1.0).without([true, false]).on_slider(0.0, 0.99),
        ),
        Setting::Batch => number(
            "batch size",
            "Batch size",
            "Samples in one step",
            "SGD and Adam, not L-BFGS",
            "32, 128",
            Numbers::closed(1.0, MOST_IN_A_BATCH).on_slider(1.0, 1024.0).whole(),
        ),
        Setting::L2 => number(
            "L2",
            "L2",
            "Strength λ of the penalty λ/2 · Σ W²; never on the bias",
            "every objective",
            "0.0001..0.01:3",
            Numbers::closed(0.0, MAX_RATE).on_slider(0.0, 0.1).scaled(Scale::Log),
        ),
        Setting::Imbalance => number(
            "imbalance factor",
            "Imbalance",
            "Largest over smallest count; points at different factors see different data and are not compared",
            "generated or long-tailed data with a profile that has an imbalance factor",
            "10, 100",
            Numbers::closed(1.0, 1e9).on_slider(1.0, 1000.0).scaled(Scale::Log),
        ),
        Setting::Sampler => row(
            "sampler",
            "Sampler",
            "Which training samples an epoch looks at: instance, class-balanced, square-root, progressive, over-sampling, under-sampling or smote",
            "every objective",
            "instance, class-balanced",
            None,
        ),
        Setting::Optimiser => row(
            "optimiser",
            "Optimiser",
            "The rule that turns gradients into steps: sgd, adam or lbfgs",
            "every objective",
            "sgd, lbfgs",
            None,
        ),
        Setting::Map => row(
            "feature map",
            "Feature map",
            "What the model is given of the features: linear, quadratic or fourier",
            "every objective",
            "linear, quadratic",
            None,
        ),
        Setting::Epochs => number(
            "epochs",
            "Epochs",
            "Passes over the training samples; iterations of L-BFGS",
            "every objective",
            "50, 200",
            Numbers::closed(1.0, MOST_EPOCHS).on_slider(1.0, 10_000.0).scaled(Scale::Log).whole(),
        ),
        Setting::Normalisation => {
            choice("normalise", "How class weights are scaled: the scale multiplies the learning rate")
        }
        Setting::Reduction => choice("reduction", "How the weighted losses of a batch become one number"),
        Setting::Loss => choice("loss", "How logits become probabilities, and whether the loss is focal"),
        Setting::Weights => choice("weights", "The scheme of the class weights"),
        Setting::Offsets => choice("offsets", "What is added to the logits, class by class"),
        Setting::BiasStart => choice("bias", "Which probabilities the model predicts before training"),
    }
}
