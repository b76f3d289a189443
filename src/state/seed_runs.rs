//! The comparison on several seeds: what the worker said of it last, and what follows from that for the pictures.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::Repetitions;
use crate::experiment::{
    ExperimentSpec, PairedSummary,
    export::{MeanCurve, mean_curves},
    paired_differences,
};

/// Seeds that are trained where the experiment asks for one.
const USUAL_SEEDS: u64 = 5;

/// What the picture of several seeds shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SeedsPage {
    /// Means with their intervals.
    #[default]
    Recall,
    /// Paired differences to a baseline.
    Differences,
    /// Macro recall over epochs, seed by seed.
    Curves,
}

impl SeedsPage {
    /// Every page, in the order of the switch.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The page's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Recall => "Means",
            Self::Differences => "Paired differences",
            Self::Curves => "Curves",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Recall => "Recall per class: mean over seeds with its 95 % interval, mean ± t₀.₉₇₅·s/√k over k seeds",
            Self::Differences => {
                "Objective minus baseline on the same seed, then mean and 95 % interval of these differences: what both have in common cancels out. Hollow where the interval contains 0"
            }
            Self::Curves => "Macro recall over epochs: a thin line for each seed behind the mean",
        }
    }
}

/// Number of seeds that are trained: the experiment's, or the usual number where that is one.
pub fn n_seeds(spec: &ExperimentSpec) -> u64 {
    if spec.seeds > 1 { spec.seeds } else { USUAL_SEEDS }
}

/// The comparison on several seeds, as far as it is known.
#[derive(Default)]
pub struct SeedRuns {
    id: u64,
    newest: Arc<Repetitions>,
    /// The baseline with the differences to it; none before they are asked for.
    paired: Option<(String, Arc<[PairedSummary]>)>,
    curves: Option<Arc<[MeanCurve]>>,
}

impl SeedRuns {
    /// The number of a new question; news of older ones is dropped from now on.
    pub fn next_id(&mut self) -> u64 {
        self.id += 1;
        self.id
    }

    /// Takes over news from the worker; news of an older question is dropped. Returns whether anything is new.
    pub fn receive(&mut self, news: Arc<Repetitions>) -> bool {
        if news.id != self.id || Arc::ptr_eq(&news, &self.newest) {
            return false;
        }
        if !Arc::ptr_eq(&news.records, &self.newest.records) {
            (self.paired, self.curves) = (None, None);
        }
        self.newest = news;
        true
    }

    /// What the worker said last.
    pub fn news(&self) -> &Arc<Repetitions> {
        &self.newest
    }

    /// Whether seeds are being trained.
    pub fn is_running(&self) -> bool {
        self.newest.progress.is_some() || self.id != self.newest.id
    }

    /// Whether there are results, and they belong to other settings than these.
    pub fn is_outdated(&self, spec: &ExperimentSpec) -> bool {
        self.newest.spec.as_ref().is_some_and(|asked| self.newest.n_seeds > 0 && !asked.has_same_runs(spec))
    }

    /// Every other objective minus the baseline, on the finished seeds.
    pub fn paired(&mut self, baseline: &str) -> Arc<[PairedSummary]> {
        if let Some((_, paired)) = self.paired.as_ref().filter(|(known, _)| known == baseline) {
            return Arc::clone(paired);
        }
        let paired: Arc<[PairedSummary]> = paired_differences(&self.newest.records, baseline).into();
        self.paired = Some((baseline.to_owned(), Arc::clone(&paired)));
        paired
    }

    /// Macro recall over epochs, the mean over finished seeds.
    pub fn curves(&mut self) -> Arc<[MeanCurve]> {
        let records = &self.newest.records;
        Arc::clone(self.curves.get_or_insert_with(|| mean_curves(records).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_of_an_older_question_is_dropped() {
        let mut runs = SeedRuns::default();
        let news = |id| Arc::new(Repetitions { id, ..Repetitions::default() });
        assert_eq!((runs.next_id(), runs.next_id()), (1, 2));
        assert!(runs.is_running());
        assert!(!runs.receive(news(1)));
        assert!(runs.receive(news(2)) && !runs.is_running());
        assert_eq!(runs.news().id, 2);
    }

    #[test]
    fn results_are_outdated_by_what_changes_them_and_by_nothing_else() {
        let mut runs = SeedRuns::default();
        let spec = ExperimentSpec::default();
        let asked = Some(Arc::new(spec.clone()));
        assert!(!runs.is_outdated(&spec), "nothing was asked yet");
        let id = runs.next_id();
        runs.receive(Arc::new(Repetitions { id, spec: asked, n_seeds: 2, ..Repetitions::default() }));
        let with = |change: &dyn Fn(&mut ExperimentSpec)| {
            let mut spec = spec.clone();
            change(&mut spec);
            runs.is_outdated(&spec)
        };
        assert!(!with(&|spec| spec.seeds = 20));
        assert!(!with(&|spec| spec.objectives[0].shown = false));
        assert!(with(&|spec| spec.training.learning_rate *= 2.0));
        assert!(with(&|spec| spec.distribution.max_count += 1));
        assert!(with(&|spec| spec.objectives[3].beta = 0.99));
        assert!(with(&|spec| spec.seed += 1));
        assert!(with(&|spec| spec.objectives.truncate(2)));
    }

    #[test]
    fn one_seed_becomes_the_usual_number() {
        let with = |seeds| n_seeds(&ExperimentSpec { seeds, ..ExperimentSpec::default() });
        assert_eq!([1, 2, 300].map(with), [5, 2, 300]);
    }
}
