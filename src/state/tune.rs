//! The place for sweeps: what is to be varied, what the worker said last, and which picture of it is shown.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{KEPT_SWEEPS, SweepNews, SweepPhase, SweepResults};
use crate::{
    bounds::Bounded,
    experiment::{
        Answer, ExperimentSpec, Setting, SideBySide,
        export::{Grid, points_table, ranked, runs_grid},
        name_of,
        sweep::{CheckedSweep, Choice, Choices, Design, Metric, SweepSpec, TailRule, USUAL_RECALL, parse_costs},
    },
};

/// A picture of a sweep, or its runs as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum TunePage {
    /// Cells over two parameters.
    #[default]
    HeatMap,
    /// The metric against one parameter.
    Against,
    /// Recall of the head against that of the tail.
    HeadTail,
    /// Every parameter an axis.
    Parallel,
    /// The points, best first.
    Points,
    /// Every run.
    Runs,
}

impl TunePage {
    /// Every page, in the order of the switch.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The page's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::HeatMap => "Heat map",
            Self::Against => "Curves",
            Self::HeadTail => "Head and tail",
            Self::Parallel => "Parallel",
            Self::Points => "Points",
            Self::Runs => "Runs",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::HeatMap => "The metric over two parameters, a cell for each pair of values",
            Self::Against => "The metric against one parameter, with objectives that do not use it as horizontals",
            Self::HeadTail => "Recall of the tail against recall of the head, with the Pareto front",
            Self::Parallel => "Every parameter an axis, every point a line; drag along an axis to choose a range",
            Self::Points => {
                "Objectives at their values, mean over all seeds, best first; click one to load it in the lab"
            }
            Self::Runs => "Every finished run; click one to load it in the lab",
        }
    }
}

/// One parameter of the set-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Varied {
    /// Whether it is varied.
    pub is_on: bool,
    /// Its values as they are written: `0.9, 0.99` or `0.9..0.9999:5`.
    pub values: String,
}

/// What is set up to be swept; remembered from one start to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TuneSettings {
    /// Names of objectives in the experiment, or of presets.
    pub objectives: Vec<String>,
    /// The parameters, with their values.
    pub vary: BTreeMap<Setting, Varied>,
    /// Seeds at each point.
    pub seeds: u64,
    /// Epochs of each run.
    pub epochs: u64,
    /// What is made as large as possible.
    pub metric: Metric,
    /// The class that a metric of one class is of, by its label.
    pub metric_class: String,
    /// The recall at which its precision is taken.
    pub metric_recall: f64,
    /// What decisions cost, as it is typed.
    pub costs: String,
    /// Whether the head must keep a recall.
    pub has_floor: bool,
    /// That recall, 0 to 1.
    pub head_floor: f64,
    /// Which classes are head and tail.
    pub tail: TailRule,
    /// Which points are run.
    pub design: Design,
    /// The picture that is shown.
    pub page: TunePage,
    /// The parameters across and up the heat map, where the sweep varies them.
    pub axes: [Setting; 2],
    /// Whether published error rates are drawn beside the curves, and of which data set and imbalance factor.
    pub published: Option<(String, f64)>,
}

impl Default for TuneSettings {
    fn default() -> Self {
        let vary = Setting::SWEPT.map(|setting| {
            let is_on = matches!(setting, Setting::Beta | Setting::Gamma);
            (setting, Varied { is_on, values: setting.usual_values().to_owned() })
        });
        Self {
            objectives: ["ce", "balanced_ce", "cb_focal"].map(str::to_owned).to_vec(),
            vary: vary.into(),
            seeds: 5,
            epochs: 200,
            metric: Metric::MacroRecall,
            metric_class: String::new(),
            metric_recall: USUAL_RECALL,
            costs: "0 1; 10 0".to_owned(),
            has_floor: false,
            head_floor: 0.8,
            tail: TailRule::RarestThird,
            design: Design::default(),
            page: TunePage::default(),
            axes: [Setting::Beta, Setting::Gamma],
            published: None,
        }
    }
}

impl TuneSettings {
    /// Settings with every part there, whatever was in the file.
    pub(super) fn tidy(&mut self) {
        for (parameter, varied) in Self::default().vary {
            self.vary.entry(parameter).or_insert(varied);
        }
        self.seeds = self.seeds.within(1, 1000);
        self.epochs = self.epochs.max(1);
    }

    /// The sweep of an experiment.
    ///
    /// # Errors
    /// When values cannot be read; the sentence names the parameter.
    pub fn sweep(&self, experiment: &ExperimentSpec) -> Result<SweepSpec, String> {
        let mut vary = BTreeMap::new();
        for (&parameter, varied) in self.vary.iter().filter(|(_, varied)| varied.is_on) {
            let choices = Choices::parse(parameter, &varied.values);
            vary.insert(parameter, choices.map_err(|reason| format!("{}: {reason}", parameter.label()))?);
        }
        let mut experiment = experiment.clone();
        experiment.seeds = self.seeds;
        experiment.training.epochs = self.epochs;
        Ok(SweepSpec {
            objectives: self.objectives.clone(),
            metric: self.metric,
            metric_class: self.metric.is_of_class().then(|| self.metric_class.clone()),
            metric_recall: (self.metric == Metric::PrecisionAtRecall).then_some(self.metric_recall),
            costs: if self.metric == Metric::ExpectedCost { parse_costs(&self.costs)? } else { Vec::new() },
            head_floor: self.has_floor.then_some(self.head_floor),
            tail: self.tail,
            design: self.design,
            vary,
            experiment,
            ..SweepSpec::default()
        })
    }
}

/// Results as a table.
pub struct SweepTable {
    /// The table.
    pub grid: Grid,
    /// Place of the point and place of the seed of each row.
    pub places: Vec<(usize, u64)>,
    results: Arc<SweepResults>,
    is_runs: bool,
    choice_idx: usize,
}

/// A sweep in the window: the set-up as it was checked last, and what the worker said last.
#[derive(Default)]
pub struct Tune {
    id: u64,
    newest: Arc<SweepNews>,
    /// The set-up that was checked last, and what came of it.
    checked: Option<(Result<SweepSpec, String>, Result<CheckedSweep, String>)>,
    table: Option<Arc<SweepTable>>,
    /// The range of each parameter that is kept among the parallel axes, as shares of its axis.
    pub kept: BTreeMap<Setting, [f64; 2]>,
    /// The imbalance factor of the choice that is shown, by its place.
    pub choice_idx: usize,
    /// Results that are laid beside those of the sweep.
    other: Option<Arc<Answer>>,
    /// The two side by side, as of these results.
    side_by_side: Option<(Arc<SweepResults>, Arc<SideBySide>)>,
    /// Where results are kept that have no file of their own; in memory alone without a folder.
    pub kept_in: Option<PathBuf>,
}

impl Tune {
    /// Where finished runs are kept, as a sentence.
    pub fn where_kept(&self) -> String {
        let stay = format!("the {KEPT_SWEEPS} newest sweeps there stay");
        match (&self.newest.path, &self.kept_in) {
            (Some(path), Some(folder)) if path.parent() == Some(folder) => {
                format!("Finished runs are kept in {}; {stay}", path.display())
            }
            (Some(path), _) => format!("Finished runs are kept in {}", path.display()),
            (None, Some(folder)) => format!("Finished runs are kept in {}; {stay}", folder.display()),
            (None, None) => "Finished runs are kept in memory alone: Export saves them".to_owned(),
        }
    }

    /// Lays other results beside those of the sweep, or puts them away.
    pub fn compare_with(&mut self, other: Option<Arc<Answer>>) {
        (self.other, self.side_by_side) = (other, None);
    }

    /// What is laid beside the results of the sweep, where there is something.
    pub fn side_by_side(&mut self, results: &Arc<SweepResults>) -> Option<Arc<SideBySide>> {
        let other = self.other.as_ref()?;
        let known = self.side_by_side.take().filter(|(of, _)| Arc::ptr_eq(of, results)).map(|(_, known)| known);
        let side_by_side = match known {
            Some(known) => known,
            None => Arc::new(SideBySide::of(other, &Answer::of_sweep("this sweep".to_owned(), &results.lines).ok()?)),
        };
        self.side_by_side = Some((Arc::clone(results), Arc::clone(&side_by_side)));
        Some(side_by_side)
    }

    /// The number of a new question; news of older ones is dropped from now on.
    pub fn next_id(&mut self) -> u64 {
        self.id += 1;
        self.kept.clear();
        self.choice_idx = 0;
        self.id
    }

    /// Takes over news from the worker; news of an older question is dropped. Returns whether anything is new.
    pub fn receive(&mut self, news: Arc<SweepNews>) -> bool {
        if news.id != self.id || Arc::ptr_eq(&news, &self.newest) {
            return false;
        }
        self.newest = news;
        true
    }

    /// What the worker said last.
    pub fn news(&self) -> &Arc<SweepNews> {
        &self.newest
    }

    /// Whether that belongs to what was asked for last.
    pub fn news_is_current(&self) -> bool {
        self.newest.id == self.id
    }

    /// The newest results of the sweep that was asked for last.
    pub fn results(&self) -> Option<&Arc<SweepResults>> {
        self.newest.results.as_ref().filter(|_| self.newest.id == self.id)
    }

    /// The points that are shown: those of one imbalance factor.
    pub fn choice<'a>(&self, results: &'a SweepResults) -> Option<&'a Choice> {
        results.choices.get(self.choice_idx).or(results.choices.first())
    }

    /// The results as a table of runs or of points, with the place of point and seed of each row; made anew only for others.
    pub fn table(&mut self, results: &Arc<SweepResults>, is_runs: bool) -> Arc<SweepTable> {
        let known = self.table.take().filter(|known| {
            Arc::ptr_eq(&known.results, results) && (known.is_runs, known.choice_idx) == (is_runs, self.choice_idx)
        });
        let table = known.unwrap_or_else(|| {
            let n_seeds = results.checked.n_seeds();
            let (grid, places) = match self.choice(results) {
                Some(choice) if !is_runs => {
                    let places = ranked(choice).into_iter().map(|point| (point.point, 0)).collect();
                    (points_table(&results.lines, std::slice::from_ref(choice)), places)
                }
                _ => {
                    let place = |&run: &u64| ((run / n_seeds) as usize, run % n_seeds);
                    let mut grid = runs_grid(&results.lines);
                    let label = |name: &str| {
                        let parameter = Setting::SWEPT.into_iter().find(|parameter| name_of(parameter) == name);
                        parameter.map_or_else(|| name.replace('_', " "), |parameter| parameter.label().to_owned())
                    };
                    grid.header.iter_mut().for_each(|name| *name = label(name));
                    (grid, results.lines.records.keys().map(place).collect())
                }
            };
            let (results, choice_idx) = (Arc::clone(results), self.choice_idx);
            Arc::new(SweepTable { grid, places, results, is_runs, choice_idx })
        });
        Arc::clone(self.table.insert(table))
    }

    /// Whether runs are being trained, or were halted.
    pub fn is_running(&self) -> bool {
        self.newest.id != self.id
            || matches!(self.newest.phase, SweepPhase::Opening | SweepPhase::Running | SweepPhase::Paused)
    }

    /// The file to go on with, where results are not complete.
    pub fn unfinished_file(&self) -> Option<&PathBuf> {
        self.newest.path.as_ref().filter(|_| self.newest.phase == SweepPhase::Stopped)
    }

    /// The sweep that is set up, checked; checked again only where something has changed.
    ///
    /// # Errors
    /// The first thing that is wrong, as a sentence.
    pub fn checked(&mut self, settings: &TuneSettings, experiment: &ExperimentSpec) -> &Result<CheckedSweep, String> {
        let sweep = settings.sweep(experiment);
        let known = self.checked.take().filter(|known| known.0 == sweep);
        let check = |spec: &SweepSpec| spec.check().map_err(|error| error.to_string());
        let checked = known.unwrap_or_else(|| {
            let checked = sweep.as_ref().map_err(Clone::clone).and_then(check);
            (sweep, checked)
        });
        &self.checked.insert(checked).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_up_at_first_is_five_betas_four_gammas_and_five_seeds() {
        let checked = TuneSettings::default().sweep(&ExperimentSpec::default()).unwrap().check().unwrap();
        assert_eq!((checked.points().len(), checked.n_runs()), (5 * 4 + 2, 22 * 5));
    }

    #[test]
    fn values_that_cannot_be_read_name_their_parameter() {
        let mut settings = TuneSettings::default();
        settings.vary.entry(Setting::Gamma).and_modify(|varied| varied.values = "1, banana".to_owned());
        let fault = settings.sweep(&ExperimentSpec::default()).unwrap_err();
        assert!(fault.contains('γ') && fault.contains("banana"), "{fault}");
    }

    #[test]
    fn a_set_up_is_checked_again_only_when_it_has_changed() {
        let mut tune = Tune::default();
        let (mut settings, spec) = (TuneSettings::default(), ExperimentSpec::default());
        assert!(tune.checked(&settings, &spec).is_ok());
        settings.page = TunePage::Runs;
        assert!(tune.checked(&settings, &spec).is_ok());
        settings.vary.values_mut().for_each(|varied| varied.is_on = false);
        assert_eq!(tune.checked(&settings, &spec).as_ref().map(|checked| checked.points().len()), Ok(3));
        settings.objectives = vec!["banana".to_owned()];
        assert!(tune.checked(&settings, &spec).as_ref().is_err_and(|fault| fault.contains("banana")));
    }

    #[test]
    fn news_of_an_older_sweep_is_dropped() {
        let mut tune = Tune::default();
        let news = |id| Arc::new(SweepNews { id, ..SweepNews::default() });
        assert_eq!((tune.next_id(), tune.next_id()), (1, 2));
        assert!(tune.is_running() && !tune.receive(news(1)) && tune.receive(news(2)) && !tune.is_running());
    }

    #[test]
    fn settings_of_another_version_get_what_they_lack() {
        let mut settings: TuneSettings = serde_json::from_str(r#"{"vary": {}, "seeds": 0, "epochs": 0}"#).unwrap();
        settings.tidy();
        assert_eq!((settings.vary.len(), settings.seeds, settings.epochs), (Setting::SWEPT.len(), 1, 1));
    }
}
