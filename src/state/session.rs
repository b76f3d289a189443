//! The experiment on the screen: its specification, what the worker says of it, and what is marked.

use std::{path::PathBuf, sync::Arc};

use super::{
    Brush, ClassWindow, Contents, HandedOn, Picture, Place, Presenting, Preview, SeedRuns, Simulation, Teaching, Tune,
    Undo, Waiting,
};
use crate::{
    data::{Inspection, LongTail, TableClasses},
    distribution::ClassCounts,
    experiment::{CheckedSpec, DataSource, DataSpec, ExperimentSpec, MAX_DRAWN_CLASSES, Situation},
    train::Status,
    weighting::{Beta, SchemeKind},
    worker::{Phase, PlotData, RunSnapshot, Snapshot},
};

/// A sentence for the person at the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// Where playing ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// At the epoch of the goal.
    Goal,
    /// When the loss has stopped falling, whatever the goal.
    Settled,
}

/// The controls as a drawer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawer {
    /// Whether they had no room beside the pictures in the last frame.
    pub is_needed: bool,
    /// Whether they are shown then.
    pub is_open: bool,
}

/// The experiment on the screen.
pub struct Session {
    /// What the controls edit.
    pub spec: ExperimentSpec,
    /// Earlier and later specifications.
    pub undo: Undo,
    /// The file it was opened from or saved to.
    pub path: Option<PathBuf>,
    /// Depth of the undo history at which the present experiment began; below it lies another one.
    pub first_step: usize,
    /// The specification as it stands in that file, or as it was at the start.
    pub saved: ExperimentSpec,
    /// Whether training should go on.
    pub is_playing: bool,
    /// The epoch to train to.
    pub goal: u64,
    /// Whether the goal is where playing ends.
    pub ending: Ending,
    /// The epoch of the past that is to be shown; `None` for the present.
    pub looked_at: Option<u64>,
    /// The epoch and the settings of the figures on the screen, where settings have been changed since.
    pub outdated: Option<(u64, Box<ExperimentSpec>)>,
    /// The epoch at which Undo or Redo brings a run back that is not there yet.
    pub comes_back_at: Option<u64>,
    /// Number of experiments that took the place of another one: what was chosen for an objective ends with its experiment.
    pub generation: u64,
    /// The run that the worker was asked for last.
    pub run_id: u64,
    /// The class under the pointer in any picture drawn so far in this frame.
    pub hovered_class: Option<usize>,
    /// The class that was under the pointer in the last frame: it is marked in every picture.
    pub marked_class: Option<usize>,
    /// The class that keys change in the chart of counts.
    pub selected_class: Option<usize>,
    /// The class that was chosen to be told from all others; the selected one where there is none.
    pub chosen_class: Option<usize>,
    /// True and predicted class of the samples that are marked in the regions.
    pub selected_cell: Option<(usize, usize)>,
    /// The order of classes while a count is dragged: no class moves away under the pointer.
    pub held_order: Option<Vec<usize>>,
    /// The classes that the pictures over classes show.
    pub window: ClassWindow,
    /// The part of the lab that is shown.
    pub place: Place,
    /// Samples that fall on prototypes.
    pub covering: Simulation,
    /// The comparison on several seeds.
    pub seeds: SeedRuns,
    /// The sweep.
    pub tune: Tune,
    /// The comparison over label sets.
    pub labels: super::Labels,
    /// The brush in hand.
    pub brush: Brush,
    /// The picture that is shown alone.
    pub enlarged: Option<Picture>,
    /// How the lab is presented to a class, where it is.
    pub presenting: Option<Presenting>,
    /// The lesson that is taught, where there is one.
    pub teaching: Option<Teaching>,
    /// Pictures of the lab that were chosen by their tabs, the last one last.
    pub tabs: Vec<Picture>,
    /// Pictures that are shown as tables.
    pub tables: Vec<Picture>,
    /// Column by which tables are sorted, and whether from large to small.
    pub sort: Option<(usize, bool)>,
    /// A data file that is looked at before it is imported; it takes the place of the pictures.
    pub preview: Option<Preview>,
    /// The file that keeps one waiting.
    pub waiting: Option<Waiting>,
    /// The last thing there was to say.
    pub notice: Option<Notice>,
    /// The controls where they have no room beside the pictures.
    pub drawer: Drawer,
    /// Whether the list of keys is open.
    pub is_help_open: bool,
    /// The file that saving would replace, while that waits for an answer; with the code for it, where it is no experiment.
    pub replacing: Option<(PathBuf, Option<Contents>)>,
    /// The situation that was chosen last; what it shows is told while its data are on the screen.
    pub situation: Option<Box<Situation>>,
    /// What is handed on, or comes from others.
    pub handed_on: HandedOn,
    /// Whether closing waits for an answer about unsaved changes.
    pub is_closing: bool,
    checked: Result<CheckedSpec, String>,
    counts: Option<ClassCounts>,
    /// Classes of the table that was read last, and the settings under which it was.
    classes: Option<(DataSpec, Arc<TableClasses>)>,
    long_tail: Option<LongTail>,
    /// Rank of difficulty of each class of generated data, shape `[n_classes]`.
    difficulty: Vec<f64>,
    snapshot: Arc<Snapshot>,
    latest_plot_data: Option<Arc<PlotData>>,
}

impl Session {
    /// A session at the start of an experiment.
    pub fn new(spec: ExperimentSpec) -> Self {
        let mut undo = Undo::default();
        undo.restart(&spec);
        let mut session = Self {
            saved: spec.clone(),
            goal: spec.training.epochs,
            ending: Ending::Goal,
            looked_at: None,
            undo,
            path: None,
            first_step: 0,
            is_playing: false,
            outdated: None,
            comes_back_at: None,
            generation: 0,
            run_id: 0,
            hovered_class: None,
            marked_class: None,
            selected_class: None,
            chosen_class: None,
            selected_cell: None,
            held_order: None,
            window: ClassWindow::default(),
            place: Place::default(),
            covering: Simulation::default(),
            seeds: SeedRuns::default(),
            tune: Tune::default(),
            labels: super::Labels::default(),
            brush: Brush::default(),
            enlarged: None,
            presenting: None,
            teaching: None,
            tabs: Vec::new(),
            tables: Vec::new(),
            sort: None,
            preview: None,
            waiting: None,
            notice: None,
            drawer: Drawer::default(),
            is_help_open: false,
            replacing: None,
            situation: None,
            handed_on: HandedOn::default(),
            is_closing: false,
            checked: Err(String::new()),
            counts: None,
            classes: None,
            long_tail: None,
            difficulty: Vec::new(),
            snapshot: Arc::default(),
            latest_plot_data: None,
            spec,
        };
        session.check();
        session
    }

    /// Checks the specification again; call it after every change.
    pub fn check(&mut self) {
        self.checked = self.spec.check().map_err(|error| error.to_string());
        let planned = match self.table_classes() {
            Some(classes) => self.spec.long_tail(classes).map_err(|error| error.to_string()),
            None => Ok(None),
        };
        self.long_tail = match (planned, &self.checked) {
            (Ok(long_tail), _) => long_tail,
            (Err(reason), Ok(_)) => {
                self.checked = Err(reason);
                None
            }
            (Err(_), Err(_)) => None,
        };
        let counts = match self.spec.data.source {
            DataSource::Gaussians if self.spec.data.painting.is_empty() => self.spec.distribution.counts().ok(),
            // While a stroke is carried out, the counts before it stay on the screen.
            DataSource::Gaussians => {
                let painted = self.latest_plot_data.as_ref().map(|plot_data| plot_data.counts.clone());
                painted.filter(|_| self.checked.is_ok())
            }
            DataSource::BuiltIn | DataSource::File if self.spec.data.long_tailed => {
                self.long_tail.as_ref().map(|long_tail| long_tail.counts.clone())
            }
            DataSource::BuiltIn | DataSource::File => self.plot_data().map(|plot_data| plot_data.counts.clone()),
        };
        let listed = self.checked.as_ref().ok().and_then(CheckedSpec::counts);
        let ranks = |counts: &ClassCounts| self.spec.data.difficulty.ranks(counts, self.spec.seed);
        self.difficulty = listed.map(ranks).unwrap_or_default();
        // Millions of classes can be weighted in the terminal; here they would only hold up every frame.
        self.counts = counts.filter(|counts| counts.n_classes() <= MAX_DRAWN_CLASSES);
    }

    /// As [`Session::check`], after a change that keeps the samples: where their counts are known from them alone, the training
    /// sets must fit too.
    pub fn check_on_same_data(&mut self) {
        self.check();
        if let (Ok(_), Some(plot_data)) = (&self.checked, self.plot_data())
            && let Err(error) =
                self.spec.check_training_sets(&plot_data.counts, plot_data.n_mapped.max(plot_data.n_features))
        {
            self.checked = Err(error.to_string());
        }
    }

    /// The specification, fit to be trained.
    ///
    /// # Errors
    /// Why it is not, in a sentence.
    pub fn checked(&self) -> Result<&CheckedSpec, &str> {
        self.checked.as_ref().map_err(String::as_str)
    }

    /// Drops what the worker has told, as it answers another question; what it tells from now on is of an older run.
    pub fn drop_run(&mut self) {
        self.run_id += 1;
        self.looked_at = None;
        self.snapshot = Arc::default();
    }

    /// Takes over news from the worker; news of an older run is dropped. Returns whether anything is new.
    pub fn receive(&mut self, snapshot: Arc<Snapshot>) -> bool {
        if snapshot.run_id != self.run_id || Arc::ptr_eq(&snapshot, &self.snapshot) {
            return false;
        }
        if self.outdated.as_ref().is_some_and(|(epoch, _)| snapshot.epoch > *epoch) {
            self.outdated = None;
        }
        let is_ready = snapshot.phase == Phase::Ready;
        if let Some(epoch) = self.comes_back_at.take_if(|_| is_ready) {
            self.say(match snapshot.epoch {
                reached if reached == epoch => format!("The run is back at epoch {epoch}, as these settings left it"),
                _ => "The run of these settings was too large to be kept: it starts over".to_owned(),
            });
        }
        let is_there = match self.ending {
            Ending::Settled => snapshot.has_settled,
            Ending::Goal => snapshot.epoch >= self.goal,
        };
        if is_ready && self.is_playing && !snapshot.is_playing && (is_there || snapshot.is_finished) {
            self.is_playing = false;
            if snapshot.has_settled {
                let text = format!("Settled at epoch {}: the training loss has stopped falling", snapshot.epoch);
                self.notice = Some(Notice { text, is_error: false });
            }
        }
        if let Phase::Failed(reason) = &snapshot.phase {
            self.is_playing = false;
            self.notice = Some(Notice { text: reason.clone(), is_error: true });
        }
        let had_plot_data = self.plot_data().is_some();
        match (&snapshot.classes, &snapshot.phase) {
            (Some(classes), _) => self.classes = Some((self.spec.data.clone(), Arc::clone(classes))),
            // The table cannot be read any more, so what was known of it says nothing.
            (None, Phase::Failed(_)) => self.classes = None,
            (None, _) => {}
        }
        self.snapshot = snapshot;
        if let Some(plot_data) = &self.snapshot.plot_data {
            self.latest_plot_data = Some(Arc::clone(plot_data));
        }
        if self.spec.data.counts_follow_samples() && !had_plot_data {
            self.check();
        }
        true
    }

    /// What the worker said last of the present run.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The samples, as far as they are drawn, once they are there.
    pub fn plot_data(&self) -> Option<&Arc<PlotData>> {
        self.snapshot.plot_data.as_ref().filter(|_| self.snapshot.run_id == self.run_id)
    }

    /// What was found in the table that the samples come from.
    pub fn inspection(&self) -> Option<&Arc<Inspection>> {
        self.snapshot.inspection.as_ref().filter(|_| self.snapshot.run_id == self.run_id)
    }

    /// Rank of difficulty of each class of generated data, 0 (easiest) to 1, shape `[n_classes]`; empty for a table.
    pub fn difficulty(&self) -> &[f64] {
        &self.difficulty
    }

    /// The newest samples that were drawn, also while others are being made in their place.
    pub fn latest_plot_data(&self) -> Option<&Arc<PlotData>> {
        self.latest_plot_data.as_ref()
    }

    /// Class counts, at once for generated data, and once the samples are there for a table or painted samples.
    pub fn counts(&self) -> Option<&ClassCounts> {
        self.counts.as_ref()
    }

    /// Classes of the table with all their rows, once it has been read; they stay while its samples are made anew.
    pub fn table_classes(&self) -> Option<&Arc<TableClasses>> {
        let known = self.classes.as_ref().filter(|(data, _)| data.has_same_table(&self.spec.data));
        known.map(|(_, classes)| classes)
    }

    /// Forgets the classes of the table, which is about to be read again.
    pub fn forget_table(&mut self) {
        self.classes = None;
    }

    /// What is kept of a table that is made long-tailed, at once after every change.
    pub fn long_tail(&self) -> Option<&LongTail> {
        self.long_tail.as_ref()
    }

    /// Names of classes by class index, once the data are there; see [`super::class_label`].
    pub fn class_names(&self) -> Arc<[String]> {
        let of_samples = self.plot_data().map(|plot_data| &plot_data.class_labels);
        let names = of_samples.or_else(|| self.table_classes().map(|classes| &classes.labels));
        names.map(Arc::clone).unwrap_or_default()
    }

    /// The latest figures of the objective at a place: of an older run until the worker answers, if of as many classes.
    pub fn run(&self, objective_idx: usize) -> Option<&RunSnapshot> {
        let colour = self.spec.objectives.get(objective_idx)?.colour;
        let run = self.snapshot.runs.iter().find(|run| run.colour == colour)?;
        self.counts().is_none_or(|counts| counts.n_classes() == run.per_class_recall.len()).then_some(run)
    }

    /// As [`Session::run`], but only for an objective that has learnt something and has not diverged.
    pub fn trained_run(&self, objective_idx: usize) -> Option<&RunSnapshot> {
        let has_begun = self.has_begun();
        self.run(objective_idx).filter(|run| (run.epoch > 0 || has_begun) && !matches!(run.status, Status::Diverged(_)))
    }

    /// Whether what is shown is of models that have learnt from a batch at least.
    pub fn has_begun(&self) -> bool {
        self.snapshot.shown_epoch() > 0 || self.snapshot.looked_at.is_none() && self.snapshot.batch > 0
    }

    /// Place of the first shown objective with effective-number weights, or of a hidden one where none is shown.
    pub fn beta_objective(&self) -> Option<usize> {
        let objectives = &self.spec.objectives;
        let mut places = (0..objectives.len()).filter(|&idx| objectives[idx].weights == SchemeKind::EffectiveNumber);
        let first = places.clone().next();
        places.find(|&idx| objectives[idx].shown).or(first)
    }

    /// β of that objective; 0.999 where there is none, or it has none in [0, 1).
    pub fn weights_beta(&self) -> Beta {
        let own = self.beta_objective().and_then(|idx| Beta::new(self.spec.objectives[idx].beta).ok());
        own.unwrap_or(Beta::USUAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn news_of_an_older_run_is_dropped() {
        let mut session = Session::new(ExperimentSpec::default());
        session.run_id = 2;
        let news = |run_id, epoch| Arc::new(Snapshot { run_id, epoch, phase: Phase::Ready, ..Snapshot::default() });
        assert!(!session.receive(news(1, 50)));
        assert!(session.receive(news(2, 3)));
        assert_eq!(session.snapshot().epoch, 3);
    }

    #[test]
    fn playing_ends_at_the_goal_and_not_before() {
        let mut session = Session::new(ExperimentSpec::default());
        session.is_playing = true;
        let news = |epoch| Arc::new(Snapshot { epoch, phase: Phase::Ready, ..Snapshot::default() });
        session.receive(news(session.goal - 1));
        assert!(session.is_playing);
        session.receive(news(session.goal));
        assert!(!session.is_playing);
    }

    #[test]
    fn counts_are_there_at_once_and_follow_the_sliders() {
        let mut session = Session::new(ExperimentSpec::default());
        session.spec.distribution.classes = 3;
        session.check();
        assert_eq!(session.counts().map(ClassCounts::n_classes), Some(3));
        session.spec.distribution.classes = 0;
        session.check();
        assert!(session.checked().is_err() && session.counts().is_none());
    }

    #[test]
    fn the_weights_follow_the_first_objective_that_uses_beta() {
        let mut session = Session::new(ExperimentSpec::default());
        session.spec.objectives[3].beta = 0.5;
        assert_eq!(session.weights_beta().get(), 0.5);
        session.spec.objectives.truncate(3);
        assert_eq!(session.weights_beta(), Beta::USUAL);
        // What cannot be is said beside the controls; the pictures stay.
        session.spec.add_objective(Preset::CbSoftmax.objective());
        session.spec.objectives[3].beta = 1.0;
        assert_eq!(session.weights_beta(), Beta::USUAL);
    }
}
