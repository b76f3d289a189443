//! The place for samples with any number of labels: what is compared, which label is looked at, and thresholds by hand.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::LabelNews;
use crate::{
    experiment::multilabel::{LabelComparison, LabelLab, LabelPreset, ScoredObjective},
    train::{LabelFigures, LabelMeasures, ThresholdRule},
};

/// A figure of each label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum LabelFigure {
    /// Harmonic mean of precision and recall.
    #[default]
    F1,
    /// Share of the positives that are found.
    Recall,
    /// Share of what is found that is positive.
    Precision,
    /// Area under precision against recall, whatever the threshold.
    AveragePrecision,
}

impl LabelFigure {
    /// Every figure, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The figure's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::F1 => "F1",
            Self::Recall => "Recall",
            Self::Precision => "Precision",
            Self::AveragePrecision => "Average precision",
        }
    }

    /// What it is, for tooltips.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::F1 => "Harmonic mean of precision and recall at the threshold",
            Self::Recall => "Share of the samples with the label that are said to have it",
            Self::Precision => "Share of the samples that are said to have the label that have it",
            Self::AveragePrecision => "Area under precision against recall: no threshold moves it",
        }
    }

    /// The figure among those of a label.
    pub fn of(self, figures: &LabelFigures) -> Option<f64> {
        match self {
            Self::F1 => figures.f1,
            Self::Recall => figures.recall,
            Self::Precision => figures.precision,
            Self::AveragePrecision => figures.average_precision,
        }
    }
}

/// What is set up; remembered from one start to the next.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LabelSettings {
    /// What is generated and compared.
    pub lab: LabelLab,
    /// How thresholds are found that are not set by hand.
    pub rule: ThresholdRule,
    /// The figure of each label that is shown.
    pub figure: LabelFigure,
}

/// What the place remembers while the window is open.
pub struct Labels {
    id: u64,
    asked: Option<LabelLab>,
    news: Arc<LabelNews>,
    /// The label that is looked at, by its index.
    pub label: usize,
    /// The objective that is looked at.
    pub objective: Option<LabelPreset>,
    /// Thresholds that were set by hand.
    pub by_hand: BTreeMap<(usize, usize), f64>,
    measured: Option<Measured>,
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            id: 0,
            asked: None,
            news: Arc::default(),
            label: usize::MAX,
            objective: None,
            by_hand: BTreeMap::new(),
            measured: None,
        }
    }
}

/// Figures at thresholds, until these change.
struct Measured {
    of: Arc<LabelComparison>,
    rule: ThresholdRule,
    by_hand: BTreeMap<(usize, usize), f64>,
    measures: Arc<[LabelMeasures]>,
}

impl Labels {
    /// The number of a question that is to be asked, where what is set up has changed.
    pub fn ask(&mut self, lab: &LabelLab) -> Option<u64> {
        if self.asked.as_ref() == Some(lab) {
            return None;
        }
        // Of other samples, or other objectives, thresholds by hand say nothing.
        self.by_hand.clear();
        self.asked = Some(lab.clone());
        self.id += 1;
        Some(self.id)
    }

    /// Takes over news from the worker.
    pub fn receive(&mut self, news: Arc<LabelNews>) {
        self.news = news;
        if let Some(comparison) = &self.news.comparison {
            // A label of the tail, until another one is chosen.
            let n_labels = comparison.names.len();
            if self.label >= n_labels {
                self.label = n_labels * 3 / 4;
            }
        }
    }

    /// What the worker said last.
    pub fn news(&self) -> &Arc<LabelNews> {
        &self.news
    }

    /// Whether what is shown is not of what is set up, because that is being trained.
    pub fn is_outdated(&self) -> bool {
        self.news.id != self.id || self.news.is_running
    }

    /// The newest comparison.
    pub fn comparison(&self) -> Option<&Arc<LabelComparison>> {
        self.news.comparison.as_ref()
    }

    /// Place of the objective that is looked at among those of a comparison: the first where that is not among them.
    pub fn objective_idx(&self, comparison: &LabelComparison) -> usize {
        let is_it = |objective: &ScoredObjective| Some(objective.preset) == self.objective;
        comparison.objectives.iter().position(is_it).unwrap_or(0)
    }

    /// The thresholds of an objective by a rule, with those that were set by hand, shape `[n_labels]`.
    pub fn thresholds(
        &self,
        comparison: &LabelComparison,
        objective_idx: usize,
        rule: ThresholdRule,
    ) -> Vec<Option<f64>> {
        let by_rule = comparison.objectives[objective_idx].run.at(rule).map(|at| at.thresholds.clone());
        let mut thresholds = by_rule.unwrap_or_else(|| vec![None; comparison.names.len()]);
        for (label, threshold) in thresholds.iter_mut().enumerate() {
            let by_hand = self.by_hand.get(&(objective_idx, label)).filter(|_| threshold.is_some());
            *threshold = by_hand.copied().or(*threshold);
        }
        thresholds
    }

    /// The figures of every objective at its thresholds.
    pub fn measures(&mut self, comparison: &Arc<LabelComparison>, rule: ThresholdRule) -> Arc<[LabelMeasures]> {
        let is_known = |known: &&Measured| {
            Arc::ptr_eq(&known.of, comparison) && known.rule == rule && known.by_hand == self.by_hand
        };
        if let Some(known) = self.measured.as_ref().filter(is_known) {
            return Arc::clone(&known.measures);
        }
        let of = |idx: usize| comparison.measures(&comparison.objectives[idx], &self.thresholds(comparison, idx, rule));
        let measures: Arc<[LabelMeasures]> = (0..comparison.objectives.len()).map(of).collect();
        self.measured = Some(Measured {
            of: Arc::clone(comparison),
            rule,
            by_hand: self.by_hand.clone(),
            measures: Arc::clone(&measures),
        });
        measures
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    fn a_question_is_asked_once_and_thresholds_by_hand_change_their_label_alone() {
        let mut labels = Labels::default();
        let lab = LabelLab { samples: 300, labels: 3, ..LabelLab::default() };
        assert_eq!((labels.ask(&lab), labels.ask(&lab)), (Some(1), None));
        assert!(labels.is_outdated());
        let comparison = Arc::new(lab.train(&AtomicBool::new(false)).unwrap().unwrap());
        let news = LabelNews { id: 1, comparison: Some(Arc::clone(&comparison)), ..LabelNews::default() };
        labels.receive(Arc::new(news));
        assert!(!labels.is_outdated());
        let before = labels.measures(&comparison, ThresholdRule::Half);
        assert!(Arc::ptr_eq(&before, &labels.measures(&comparison, ThresholdRule::Half)));
        labels.by_hand.insert((0, 1), 0.0);
        let after = labels.measures(&comparison, ThresholdRule::Half);
        assert_eq!((after[0].labels[0], after[1].macro_f1), (before[0].labels[0], before[1].macro_f1));
        assert_eq!(after[0].labels[1].recall, Some(1.0));
        // Average precision does not know of thresholds.
        assert_eq!(after[0].map, before[0].map);
        assert_eq!(labels.ask(&LabelLab { seed: 2, ..lab }), Some(2));
        assert!(labels.by_hand.is_empty());
    }
}
